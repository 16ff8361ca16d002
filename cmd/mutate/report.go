package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

// record is a line of a report. Each has one of these.
type record struct {
	Code string `json:"code,omitempty"` // the first line: the state of the code, and the draw

	Mutant   string `json:"mutant,omitempty"`
	Compiles *bool  `json:"compiles,omitempty"` // with Mutant
	Fate     *fate  `json:"fate,omitempty"`     // with Mutant
	By       string `json:"by,omitempty"`

	Seconds float64 `json:"seconds,omitempty"`

	Judge string         `json:"judge,omitempty"`
	Tests []reachingTest `json:"tests,omitempty"`
}

// report prints what happens, and keeps it in a file where there is one. A later run reads
// it and goes on.
type report struct {
	out io.Writer

	mutex sync.Mutex
	file  *os.File

	compiles map[string]bool
	fates    map[string]verdict
	tests    map[string][]reachingTest
}

// openReport reads the report at a path, which must be of the same code and draw, or begins
// one. An empty path keeps nothing.
func openReport(out io.Writer, path, code string) (*report, error) {
	r := &report{out: out, compiles: map[string]bool{}, fates: map[string]verdict{}, tests: map[string][]reachingTest{}}
	if path == "" {
		return r, nil
	}
	var err error
	if r.file, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o644); err != nil {
		return nil, err
	}
	lines := 0
	for reader := bufio.NewReader(r.file); ; lines++ {
		line, err := reader.ReadString('\n')
		if errors.Is(err, io.EOF) {
			break // a line that an interrupted run did not finish is left out
		} else if err != nil {
			return nil, err
		}
		var next record
		if json.Unmarshal([]byte(line), &next) != nil {
			continue
		}
		if lines == 0 && next.Code != code {
			return nil, fmt.Errorf("%s is of other code, or of another draw; remove it", path)
		}
		r.take(next)
	}
	if lines == 0 {
		return r, r.add(record{Code: code})
	}
	_, err = r.file.WriteString("\n")
	return r, err
}

func (r *report) take(next record) {
	switch {
	case next.Compiles != nil:
		r.compiles[next.Mutant] = *next.Compiles
	case next.Fate != nil:
		r.fates[next.Mutant] = verdict{*next.Fate, next.By, next.Seconds}
	case next.Judge != "":
		r.tests[next.Judge] = next.Tests
	}
}

// add keeps a record.
func (r *report) add(next record) error {
	if r.file == nil {
		return nil
	}
	line, err := json.Marshal(next)
	if err != nil {
		return err
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	_, err = r.file.Write(append(line, '\n'))
	return err
}

func (r *report) print(format string, values ...any) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	fmt.Fprintf(r.out, format, values...)
}

func (r *report) close() error {
	if r.file == nil {
		return nil
	}
	return r.file.Close()
}

// stateOfCode returns a hash of all files below a directory.
func stateOfCode(root string) (string, error) {
	hash := sha256.New()
	err := walkCode(root, func(path string, content []byte) error {
		fmt.Fprintln(hash, path, len(content))
		hash.Write(content)
		return nil
	})
	return hex.EncodeToString(hash.Sum(nil)), err
}
