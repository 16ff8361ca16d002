package scenario

import (
	"os"
	"path/filepath"
	"strings"
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
// and Load.
func Open(argument string) (*Scenario, error) {
	if IsPath(argument) {
		return Load(argument)
	}
	return Find(argument)
}

// Own reports whether the scenario was read from a text and is not one of the library, or
// such a one with another task.
func (s *Scenario) Own() bool {
	found, err := Find(s.Name)
	return len(s.Text) > 0 && (err != nil || len(found.Text) == 0 || &found.Text[0] != &s.Text[0])
}
