package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"text/tabwriter"

	"orrery/datasets/storage"
)

// checkFree returns an error when path exists and must not be replaced. Commands
// call it before the work, so that a mistake costs no time.
func checkFree(path string, force bool) error {
	if force {
		return nil
	}
	_, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return fmt.Errorf("%s exists; --force replaces it", path)
}

// writeFile writes what fill produces to a file that appears at path only when it
// is whole.
func writeFile(path string, fill func(io.Writer) error) error {
	var content bytes.Buffer
	if err := fill(&content); err != nil {
		return err
	}
	return storage.WriteFile(path, content.Bytes())
}

// writeResult writes what a command has found as its flag --json asks: as JSON to a file
// and in words to out or, where the file is -, as JSON to out alone.
func writeResult(out io.Writer, file string, asJSON, inWords func(io.Writer) error) error {
	if file == "-" {
		return asJSON(out)
	}
	if file != "" {
		if err := writeFile(file, asJSON); err != nil {
			return err
		}
	}
	return inWords(out)
}

// printTable aligns the cells of the rows that fill passes on.
func printTable(out io.Writer, fill func(row func(cells ...any))) error {
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

// printJSON writes v indented, for a person or a program.
func printJSON(out io.Writer, v any) error {
	enc := json.NewEncoder(out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
