package csv

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"

	"orrery/sim"
)

// Impacts is a table that has one impact in each row: how a body moves just before it and
// just after it.
type Impacts struct {
	Rows   []Impact
	Unused []string          // names of the columns that no quantity is read from, in their order
	Sums   map[string]string // SHA-256 of the file in hexadecimal, by name
}

// Impact is a row of a table of impacts.
type Impact struct {
	Line          int           // of the table
	Before, After sim.BodyState // in the units of the table; what the table does not have is zero, or the pose before
	Normal        sim.Vec       // as the table has it, of any length; zero when it has none
}

const (
	afterImpact = "_after" // ends the names of quantities after an impact
	normalX     = "normal_x"
	normalY     = "normal_y"
)

// maxImpacts is the number of impacts of a table: as many as a dataset has episodes.
const maxImpacts = 1_000_000

// impact is what the columns of a table of impacts can hold.
var impact = func() (q quantities) {
	q.required = slices.Clone(stateNames[:])
	for _, velocity := range stateNames[sim.StateSize/2:] {
		q.required = append(q.required, velocity+afterImpact)
	}
	for _, pose := range stateNames[:sim.StateSize/2] {
		q.optional = append(q.optional, pose+afterImpact)
	}
	q.optional = append(q.optional, normalX, normalY)
	return q
}()

// OpenImpacts reads a table of impacts. Columns has the column of each quantity that is not
// called by its own name. How a table may be written is what the package says.
func OpenImpacts(ctx context.Context, path string, columns map[string]string) (*Impacts, error) {
	f := &File{}
	defer f.Close()
	in, err := f.input(ctx, path)
	if err != nil {
		return nil, err
	}
	return readImpacts(ctx, in, columns, maxImpacts)
}

// ReadImpacts is OpenImpacts for a table that can be read but once and that errors call name.
// It ends with ctx, but a call of r.Read may then still wait.
func ReadImpacts(ctx context.Context, name string, r io.Reader, columns map[string]string) (*Impacts, error) {
	f := &File{}
	in, err := f.copied(ctx, name, r)
	defer f.Close()
	if err != nil {
		return nil, err
	}
	return readImpacts(ctx, in, columns, maxImpacts)
}

// readImpacts reads a table of so many impacts at most.
func readImpacts(ctx context.Context, in input, columns map[string]string, most int) (*Impacts, error) {
	for _, quantity := range slices.Sorted(maps.Keys(columns)) {
		if !impact.has(quantity) {
			return nil, fmt.Errorf("%.40q must not be mapped, as it is none of %v", quantity, impact.list())
		}
	}
	t, rows, sum, err := openTable(in, columns, impact)
	if err != nil {
		return nil, err
	}
	if t.has(normalX) != t.has(normalY) {
		return nil, t.errorf(t.head.line, "a normal has both columns %s and %s", normalX, normalY)
	}
	out := &Impacts{Unused: t.unused}
	for n := 0; ; n++ {
		if n%checkRows == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		fields, line, err := rows.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		if n == most {
			return nil, t.errorf(line, "a table must have at most %d impacts", most)
		}
		row, err := t.impact(fields, line)
		if err != nil {
			return nil, err
		}
		out.Rows = append(out.Rows, row)
	}
	if len(out.Rows) == 0 {
		return nil, fmt.Errorf("%s: has no rows", in.name)
	}
	if t.sum == "" {
		t.sum = hexSum(sum)
	}
	out.Sums = map[string]string{in.name: t.sum}
	return out, nil
}

// impact reads a row.
func (t *table) impact(fields []string, line int) (Impact, error) {
	r := Impact{Line: line}
	t.findMark(fields)
	var values [2][sim.StateSize]float64
	for after, ending := range []string{"", afterImpact} {
		for i, name := range stateNames {
			c := t.column(name + ending)
			if !c.exists() {
				values[after][i] = values[0][i]
				continue
			}
			var err error
			if values[after][i], err = t.number(fields, line, c); err != nil {
				return r, err
			}
		}
	}
	r.Before.SetValues(values[0])
	r.After.SetValues(values[1])
	if !t.has(normalX) {
		return r, nil
	}
	for _, axis := range []struct {
		name string
		of   *float64
	}{{normalX, &r.Normal.X}, {normalY, &r.Normal.Y}} {
		var err error
		if *axis.of, err = t.number(fields, line, t.column(axis.name)); err != nil {
			return r, err
		}
	}
	if r.Normal == (sim.Vec{}) {
		return r, t.cellError(line, normalX, "and %s must not both be 0, as a normal has a direction", normalY)
	}
	return r, nil
}
