package shard

import (
	"runtime"
	"runtime/debug"
	"strings"
)

// Program is what made something: with another one figures may differ in their last digits.
type Program struct {
	Module string `json:"module"` // path and version of the program
	Go     string `json:"go"`     // release that compiled it
	Arch   string `json:"arch"`   // CPU architecture and its level
}

// ThisProgram returns the program that runs.
func ThisProgram() Program {
	p := Program{Module: "orrery (devel)", Go: runtime.Version(), Arch: runtime.GOARCH}
	if build, ok := debug.ReadBuildInfo(); ok {
		p.Module = build.Main.Path + " " + build.Main.Version
		for _, s := range build.Settings {
			// The level decides whether the compiler fuses multiply and add.
			if s.Key == "GO"+strings.ToUpper(runtime.GOARCH) {
				p.Arch += " " + s.Value
			}
		}
	}
	return p
}
