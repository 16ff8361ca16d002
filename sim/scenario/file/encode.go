package file

import (
	"bytes"
	"encoding/json"
)

// Encode returns a scenario as an indented text that Decode reads.
func Encode(s *Scenario) ([]byte, error) {
	text, err := plain(s)
	if err != nil {
		return nil, err
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, text, "", "  "); err != nil {
		return nil, err
	}
	return append(indented.Bytes(), '\n'), nil
}

// plain returns the JSON of a value in which < and > stay what they are, as people read it.
func plain(v any) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(v)
	return bytes.TrimSuffix(text.Bytes(), []byte("\n")), err
}
