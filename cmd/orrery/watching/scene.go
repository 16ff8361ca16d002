package watching

import (
	"path/filepath"
	"strings"
)

// nameOf returns the name of a film for what is made of it.
func nameOf(path string) string {
	name := filepath.Base(filepath.Clean(path))
	return strings.TrimSuffix(name, filepath.Ext(name))
}
