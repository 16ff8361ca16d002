package library

import (
	"os"
	"path/filepath"
	"strings"

	"orrery/sim/scenario"
)

// IsPath reports whether an argument means a file rather than a scenario of the library: it
// has a separator, ends in .json, or is no name of the library but that of a file.
func IsPath(argument string) bool {
	if strings.ContainsAny(argument, `/\`) || strings.EqualFold(filepath.Ext(argument), ".json") {
		return true
	}
	if _, err := Find(argument); err == nil {
		return false
	}
	_, err := os.Stat(argument)
	return err == nil
}

// Open returns the scenario that an argument means: that of the library with this name, or
// that of the file with this path, as IsPath tells them apart. The errors are those of Find
// and scenario.Load.
func Open(argument string) (*scenario.Scenario, error) {
	if IsPath(argument) {
		return scenario.Load(argument)
	}
	return Find(argument)
}
