//go:build cgo

package main

/*
#cgo LDFLAGS: -lX11
#cgo LDFLAGS: -Wl,-wrap=glfwInit -Wl,-wrap=glfwGetMonitors -Wl,-wrap=glfwGetMonitorPos
#cgo LDFLAGS: -Wl,-wrap=glfwGetMonitorContentScale -Wl,-wrap=glfwSetMonitorCallback
#cgo LDFLAGS: -Wl,-wrap=glfwGetMonitorName -Wl,-wrap=glfwGetVideoMode -Wl,-wrap=glfwCreateStandardCursor

#include <X11/Xlib.h>

// The window's library (Ebitengine, on GLFW) looks for a display while Go initialises
// its packages, and panics without one, before any line of ours can parse a flag. These
// functions stand between the two. Where there is a display they only pass calls on.
// Where there is none they answer for a monitor of 1 by 1 pixels, so that the program
// starts, answers --help and wrong arguments, and says itself what is missing. The
// types must match GLFW 3.3: a GLFWvidmode is six integers, the rest are pointers.

static int display_missing;

int display_is_missing(void) { return display_missing; }

int __real_glfwInit(void) __attribute__((weak));
int __wrap_glfwInit(void) {
	Display *display = XOpenDisplay(NULL);
	if (display == NULL) {
		display_missing = 1;
		return 1;
	}
	int done = __real_glfwInit();
	XCloseDisplay(display); // not before: some servers begin anew when the last client leaves
	if (!done) display_missing = 2; // the library says why on standard error
	return 1;
}

static void *monitors[1] = {monitors};

void **__real_glfwGetMonitors(int *count) __attribute__((weak));
void **__wrap_glfwGetMonitors(int *count) {
	if (!display_missing) return __real_glfwGetMonitors(count);
	*count = 1;
	return monitors;
}

void __real_glfwGetMonitorPos(void *monitor, int *x, int *y) __attribute__((weak));
void __wrap_glfwGetMonitorPos(void *monitor, int *x, int *y) {
	if (!display_missing) { __real_glfwGetMonitorPos(monitor, x, y); return; }
	*x = *y = 0;
}

void __real_glfwGetMonitorContentScale(void *monitor, float *x, float *y) __attribute__((weak));
void __wrap_glfwGetMonitorContentScale(void *monitor, float *x, float *y) {
	if (!display_missing) { __real_glfwGetMonitorContentScale(monitor, x, y); return; }
	*x = *y = 1;
}

void *__real_glfwSetMonitorCallback(void *callback) __attribute__((weak));
void *__wrap_glfwSetMonitorCallback(void *callback) {
	return display_missing ? NULL : __real_glfwSetMonitorCallback(callback);
}

const char *__real_glfwGetMonitorName(void *monitor) __attribute__((weak));
const char *__wrap_glfwGetMonitorName(void *monitor) {
	return display_missing ? "none" : __real_glfwGetMonitorName(monitor);
}

static const int mode[6] = {1, 1, 8, 8, 8, 60};

const void *__real_glfwGetVideoMode(void *monitor) __attribute__((weak));
const void *__wrap_glfwGetVideoMode(void *monitor) {
	return display_missing ? mode : __real_glfwGetVideoMode(monitor);
}

void *__real_glfwCreateStandardCursor(int shape) __attribute__((weak));
void *__wrap_glfwCreateStandardCursor(int shape) {
	return display_missing ? monitors : __real_glfwCreateStandardCursor(shape);
}
*/
import "C"

import (
	"fmt"
	"os"
)

// checkDisplay returns an error when there is no display for a window.
func checkDisplay() error {
	if C.display_is_missing() == 0 {
		return nil
	}
	const instead = "`orrery view --web` uses a browser instead"
	name := os.Getenv("DISPLAY")
	switch {
	case C.display_is_missing() == 2:
		return fmt.Errorf("the display %s lacks what a window needs; %s", name, instead)
	case name != "":
		return fmt.Errorf("the display %s that DISPLAY names does not answer; %s", name, instead)
	case os.Getenv("WAYLAND_DISPLAY") != "":
		return fmt.Errorf("there is no X display, and DISPLAY is not set: this Wayland session needs Xwayland, or %s", instead)
	}
	return fmt.Errorf("there is no display, and DISPLAY is not set; %s", instead)
}
