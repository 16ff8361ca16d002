package fleet

import (
	"bytes"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// output runs a program and returns its stdout, or what it says on stderr as an error.
func output(cmd *exec.Cmd) (string, error) {
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	name := filepath.Base(cmd.Path)
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return "", fmt.Errorf("the program %s is not on the path", name)
	case err != nil:
		said := strings.Join(strings.Fields(errs.String()), " ")
		return out.String(), fmt.Errorf("%s: %w: %s", name, err, said)
	}
	return out.String(), nil
}

// tail keeps the last of what is written to it.
type tail struct{ text []byte }

const tailBytes = 2000

func (t *tail) Write(p []byte) (int, error) {
	t.text = append(t.text, p...)
	t.text = t.text[max(0, len(t.text)-tailBytes):]
	return len(p), nil
}

// String returns the last line without the program's name.
func (t *tail) String() string {
	text := strings.TrimSpace(string(t.text))
	return strings.TrimPrefix(text[strings.LastIndexByte(text, '\n')+1:], "orrery: ")
}
