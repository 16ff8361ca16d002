//go:build cgo

package main

/*
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

// The window's library panics without a display while it is being initialised, before
// any line of Go that could say what is wrong.
__attribute__((constructor)) static void needs_display(void) {
	if (getenv("DISPLAY") == NULL) {
		fputs("orrery-view: there is no display, DISPLAY is not set; `orrery view --web` uses a browser\n", stderr);
		_exit(1);
	}
}
*/
import "C"
