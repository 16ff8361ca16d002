// Package ffmpeg finds the programs ffmpeg and ffprobe, which write and read what this program cannot,
// and keeps what they complain of.
//
//	path, err := ffmpeg.Find("ffmpeg")
//	cmd := exec.CommandContext(ctx, path, …)
//	var complaint ffmpeg.Complaint
//	cmd.Stderr = &complaint
package ffmpeg

import (
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"sync"
)

// ErrMissing is wrapped by the error of Find where a program is not installed.
var ErrMissing = errors.New("which is not on the path")

// Find returns the path of one of the programs, ffmpeg or ffprobe.
func Find(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return "", fmt.Errorf("needs the program %s, %w", name, ErrMissing)
	}
	return path, nil
}

// mostComplaint is how many bytes of the end of a complaint are kept.
const mostComplaint = 1 << 13

// Complaint keeps the end of what a program writes about errors.
type Complaint struct {
	guard sync.Mutex
	text  []byte
}

// Write takes what the program writes.
func (c *Complaint) Write(p []byte) (int, error) {
	c.guard.Lock()
	defer c.guard.Unlock()
	c.text = append(c.text, p...)
	if n := len(c.text); n > mostComplaint {
		c.text = append(c.text[:0], c.text[n-mostComplaint:]...)
	}
	return len(p), nil
}

// String returns all that was kept.
func (c *Complaint) String() string {
	c.guard.Lock()
	defer c.guard.Unlock()
	return string(c.text)
}

// place is what leads a line: the part of ffmpeg that speaks and its address in memory.
var place = regexp.MustCompile(`^(\[[^\]]*\]\s*)+`)

// Line returns the first line that was kept, without the part of ffmpeg that speaks, or "" when there is none.
func (c *Complaint) Line() string {
	for line := range strings.Lines(c.String()) {
		if line = strings.TrimSpace(place.ReplaceAllString(line, "")); line != "" {
			return line
		}
	}
	return ""
}
