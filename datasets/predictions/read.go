package predictions

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"orrery/datasets/npz"
	"orrery/datasets/parquet"
)

// table is a file as rows of text.
type table interface {
	Name() string
	Columns() []string
	Place(row int) string
	Rows(ctx context.Context, visit func(fields []string) error) error
	Close() error
}

// Formats returns the ends of the names of files that Read opens.
func Formats() []string { return []string{".npz", ".parquet"} }

func open(ctx context.Context, path string) (table, error) {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".npz":
		return npz.OpenRows(ctx, path, nil)
	case ".parquet":
		return parquet.OpenRows(ctx, path)
	}
	return nil, fmt.Errorf("%s: the name of a file of predictions must end in %s", filepath.Base(path), strings.Join(Formats(), " or "))
}

// Read returns the predictions in a file, and how many of its rows are of frames or episodes that are not compared.
func (q *Questions) Read(ctx context.Context, path string) (p *Told, skipped int, err error) {
	file, err := open(ctx, path)
	if err != nil {
		return nil, 0, err
	}
	defer file.Close()
	columns, err := find(file.Columns())
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", file.Name(), err)
	}
	answers, row := q.Answers(columns.at[7] < 0), 0
	err = file.Rows(ctx, func(fields []string) error {
		r, err := columns.read(fields)
		if err == nil {
			err = answers.Add(r)
		}
		if err != nil {
			return fmt.Errorf("%s: %s: %w", file.Name(), file.Place(row), err)
		}
		row++
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	if p, err = answers.Told(); err != nil {
		return nil, 0, fmt.Errorf("%s: %w", file.Name(), err)
	}
	return p, answers.Skipped(), nil
}

// header are the names of the columns: whole numbers, poses and velocities.
var header = [...]string{"episode", "start", "frame", "body", "x", "y", "angle", "vx", "vy", "omega"}

const (
	wholes = 4 // of the header
	needed = 7 // likewise
)

// columns says where a table has what the header names; −1 where it does not.
type columns struct{ at [len(header)]int }

func find(given []string) (c *columns, err error) {
	c = &columns{}
	var lacks []string
	velocities := 0
	for i, name := range header {
		c.at[i] = slices.Index(given, name)
		switch {
		case c.at[i] >= 0 && slices.Contains(given[c.at[i]+1:], name):
			return nil, fmt.Errorf("has two columns %s", name)
		case c.at[i] < 0 && i < needed:
			lacks = append(lacks, name)
		case c.at[i] >= 0 && i >= needed:
			velocities++
		}
	}
	if len(lacks) > 0 {
		return nil, fmt.Errorf("has no column %s; it must have %s, and has %s", strings.Join(lacks, ", "), strings.Join(header[:needed], ", "), listed(given))
	}
	if velocities != 0 && velocities != len(header)-needed {
		return nil, errVelocities
	}
	return c, nil
}

// listed names some columns.
func listed(names []string) string {
	const most = 12
	switch n := len(names); {
	case n == 0:
		return "none of single values"
	case n > most:
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), n-most)
	}
	return strings.Join(names, ", ")
}

// read makes a row of its fields.
func (c *columns) read(fields []string) (*Row, error) {
	var numbers [wholes]int
	for i := range numbers {
		text := fields[c.at[i]]
		n, err := strconv.Atoi(text)
		if err != nil {
			return nil, wrong(header[i], text, "a whole number")
		}
		numbers[i] = n
	}
	r := &Row{Episode: numbers[0], Start: numbers[1], Frame: numbers[2], Body: numbers[3]}
	values := r.State.Values()
	for i := range values {
		at := c.at[wholes+i]
		if at < 0 {
			continue
		}
		if fields[at] == "" { // what is not finite has no digits
			values[i] = math.NaN()
			continue
		}
		v, err := strconv.ParseFloat(fields[at], 64)
		if err != nil {
			return nil, fmt.Errorf("%v: %w", r, wrong(header[wholes+i], fields[at], "a number"))
		}
		values[i] = v
	}
	s := &r.State
	s.X, s.Y, s.Angle, s.VX, s.VY, s.Omega = values[0], values[1], values[2], values[3], values[4], values[5]
	return r, nil
}

// wrong is the error of a field that is not what it must be.
func wrong(column, text, must string) error {
	if text == "" {
		return fmt.Errorf("%s is missing, NaN or infinite: must be %s", column, must)
	}
	return fmt.Errorf("%s %.40q must be %s", column, text, must)
}
