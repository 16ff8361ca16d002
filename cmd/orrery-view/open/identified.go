package open

import (
	"encoding/json"
	"io/fs"
	"path"

	"orrery/world/identify"
)

// identifiedFile is what orrery identify --out writes of the numbers that it found.
const identifiedFile = "identify.json"

// isIdentified reports whether a directory holds numbers that were found.
func isIdentified(files fs.FS, dir string) bool {
	_, err := fs.Stat(files, path.Join(dir, identifiedFile))
	return err == nil
}

// identifiedIn returns the numbers of a scene that a text lists, or nil where it is none of identify.
func identifiedIn(text []byte) []identify.Parameter {
	var is struct {
		Parameters []identify.Parameter `json:"parameters"`
		Sentences  []string             `json:"sentences"`
	}
	if json.Unmarshal(text, &is) != nil || is.Parameters == nil || is.Sentences == nil {
		return nil
	}
	return is.Parameters
}
