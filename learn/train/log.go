package train

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"

	"github.com/moby/sys/atomicwriter"

	"orrery/learn/header"
)

// ReadLog returns the reports in the log at path, or none where there is no such file. A
// last line without its end, as a killed run leaves it, does not count.
func ReadLog(path string) ([]Progress, error) {
	_, curve, _, err := readLog(path, math.MaxInt)
	return curve, err
}

// resumeLog drops from the log at path what was reported after a step, so that the
// steps about to be repeated are not there twice, and returns what is left.
func resumeLog(path string, step int) ([]Progress, error) {
	text, curve, size, err := readLog(path, step)
	if text == nil || err != nil {
		return nil, err
	}
	return curve, atomicwriter.WriteFile(path, text[:size], 0o644)
}

// readLog returns the text of the log at path, the reports up to a step and the length of
// their text. Text is nil where there is no such file.
func readLog(path string, step int) (text []byte, curve []Progress, size int, err error) {
	text, err = os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, 0, nil
	}
	if err != nil {
		return nil, nil, 0, err
	}
	if curve, size, err = decodeLog(text, step); err != nil {
		return nil, nil, 0, fmt.Errorf("%s: %w", path, err)
	}
	return text, curve, size, nil
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
