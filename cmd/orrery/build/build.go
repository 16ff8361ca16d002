// Package build says which build of the program is running, for both commands.
//
//	fmt.Println("orrery", build.This())
package build

import (
	"runtime"
	"runtime/debug"
	"strings"
)

// Info identifies a build well enough to make its results again.
type Info struct {
	Version  string `json:"version"`  // of the module, "(devel)" when not released
	Revision string `json:"revision"` // of the sources, "+dirty" when they were changed
	Go       string `json:"go"`
	Platform string `json:"platform"` // operating system/architecture
}

// This returns the build that is running.
func This() Info {
	b := Info{Version: "(devel)", Revision: "unknown", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if info.Main.Version != "" {
		b.Version = info.Main.Version
	}
	dirty := ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			b.Revision = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			dirty = "+dirty"
		}
	}
	b.Revision += dirty
	return b
}

// String returns version, revision, Go release and platform, divided by spaces.
func (b Info) String() string {
	return strings.Join([]string{b.Version, b.Revision, b.Go, b.Platform}, " ")
}
