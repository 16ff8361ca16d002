package world

import "fmt"

// DecodeDescription reads and checks the content of a config.json.
func DecodeDescription(text []byte) (*Description, error) {
	if len(text) > maxConfig {
		return nil, fmt.Errorf("size must be at most %d bytes", maxConfig)
	}
	return decodeDescription(text)
}
