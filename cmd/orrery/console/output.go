package console

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"text/tabwriter"

	"orrery/datasets/storage"
	"orrery/sim/input"
)

// ErrExists is part of what CheckOut returns when there is something already.
var ErrExists = errors.New("exists; --force replaces it")

// CheckOut returns an error when path exists and must not be replaced, or when nothing
// can be written there. Commands call it before the work, so that a mistake costs no time.
func CheckOut(path string, force bool) error {
	_, err := storage.Lstat(path)
	switch {
	case err == nil && !force:
		return fmt.Errorf("%s %w", path, ErrExists)
	case err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR):
		return err
	case storage.Remote(path):
		return nil // who may write is known when it is tried
	}
	return checkWritable(filepath.Dir(filepath.Clean(path)))
}

// checkWritable returns an error unless files can be made in a folder, which may still
// have to be made itself.
func checkWritable(dir string) error {
	info, err := os.Stat(dir)
	if (errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)) && dir != filepath.Dir(dir) {
		return checkWritable(filepath.Dir(dir))
	}
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is a file, so nothing can be written below it", dir)
	}
	if err := askForWriting(dir); err != nil {
		return fmt.Errorf("nothing can be written in %s: %w", dir, err)
	}
	return nil
}

// WriteFile writes what fill produces to a file that appears at path only when it
// is whole.
func WriteFile(path string, fill func(io.Writer) error) error {
	var content bytes.Buffer
	if err := fill(&content); err != nil {
		return err
	}
	return storage.WriteFile(path, content.Bytes())
}

// WriteResult writes what a command has found. It goes to out, in words, or as JSON when
// the flag --json asks for it. With --out FILE it is also written to that file, as JSON;
// the file - is out, which then has JSON alone.
func WriteResult(out io.Writer, asJSON bool, file string, encode, inWords func(io.Writer) error) error {
	if file != "" && file != "-" {
		if err := WriteFile(file, encode); err != nil {
			return err
		}
	}
	if asJSON || file == "-" {
		return encode(out)
	}
	return inWords(out)
}

// Table aligns the cells of the rows that fill passes on.
func Table(out io.Writer, fill func(row func(cells ...any))) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fill(func(cells ...any) {
		texts := make([]string, len(cells))
		for i, cell := range cells {
			texts[i] = fmt.Sprint(cell)
		}
		fmt.Fprintln(table, strings.Join(texts, "\t"))
	})
	return table.Flush()
}

// JSON writes v indented, for a person or a program.
func JSON(out io.Writer, v any) error {
	enc := json.NewEncoder(out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// maxJSON bounds a file that ReadJSON reads, in bytes, and with it memory.
const maxJSON = 1 << 28

// ReadJSON reads into v the file that a command wrote as JSON.
func ReadJSON(path string, v any) error {
	text, err := storage.ReadAtMost(path, maxJSON)
	if err != nil {
		return err
	}
	if err := input.DecodeJSON(text, v); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
