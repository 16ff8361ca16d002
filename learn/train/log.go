package train

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/moby/sys/atomicwriter"

	"orrery/learn/header"
)

// resumeLog drops from the log at path what was reported after a step, so that the
// steps about to be repeated are not there twice, and returns what is left.
func resumeLog(path string, step int) ([]Progress, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	curve, size, err := decodeLog(text, step)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return curve, atomicwriter.WriteFile(path, text[:size], 0o644)
}

// decodeLog returns the reports up to a step and the length of their text. A last
// line without its end is what a killed run leaves, and is dropped.
func decodeLog(text []byte, step int) (curve []Progress, size int, err error) {
	for line := 1; ; line++ {
		end := bytes.IndexByte(text[size:], '\n')
		if end < 0 {
			return curve, size, nil
		}
		var p Progress
		if err := header.Decode(text[size:size+end], &p); err != nil {
			return nil, 0, fmt.Errorf("line %d: %w", line, err)
		}
		if p.Step > step {
			return curve, size, nil
		}
		curve = append(curve, p)
		size += end + 1
	}
}

// appendLog adds a report to the log.
func appendLog(log *os.File, p Progress) error {
	line, err := json.Marshal(p)
	if err != nil {
		return err
	}
	_, err = log.Write(append(line, '\n'))
	return err
}
