package lerobot

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"strconv"

	"orrery/datasets"
)

// Table is a Source as a table with a row for each body in each frame. It is a recording.Table.
type Table struct {
	// Room returns how many bodies and actuators episode i has; nil where each has all that are mapped.
	Room func(i int) (bodies, actuators int)

	*Source
	how     *reading
	sum     string
	columns []string
}

// Table returns the rows that a mapping makes of the dataset. It reads all files once for their sum.
func (s *Source) Table(ctx context.Context, m Mapping) (*Table, error) {
	how, err := s.plan(m)
	if err != nil {
		return nil, err
	}
	t := &Table{Source: s, how: how, columns: append([]string{"episode", "frame", "body"}, how.quantities...)}
	for i := range how.actions {
		t.columns = append(t.columns, fmt.Sprintf("action%d", i))
	}
	t.sum, err = s.Sum(ctx)
	return t, err
}

// Name implements recording.Table.
func (t *Table) Name() string { return filepath.Base(t.dir) }

// Columns implements recording.Table.
func (t *Table) Columns() []string { return t.columns }

// Sum implements recording.Table.
func (t *Table) Sum() string { return t.sum }

// Place implements recording.Table.
func (t *Table) Place(i int) string { return fmt.Sprintf("row %d of the bodies", i) }

// Close implements io.Closer; no file is open.
func (t *Table) Close() error { return nil }

// Rows implements recording.Table. A value that is not finite is an empty field, and so is the action of the last frame.
func (t *Table) Rows(ctx context.Context, visit func(fields []string) error) error {
	for i := range t.episodes {
		if err := t.episodeRows(ctx, i, visit); err != nil {
			return err
		}
	}
	return nil
}

func (t *Table) episodeRows(ctx context.Context, i int, visit func(fields []string) error) error {
	if err := t.check(ctx, i); err != nil {
		return err
	}
	bodies, actuators := t.how.bodies, t.how.actions
	if t.Room != nil {
		bodies, actuators = t.Room(i)
	}
	if bodies > t.how.bodies {
		return fmt.Errorf("%s: episode %d: has %d bodies, and its scene %d", t.dir, i, t.how.bodies, bodies)
	}
	columns := make([][]float64, len(t.how.features)) // [t, width]
	for j, feature := range t.how.features {
		var err error
		if columns[j], err = t.Values(ctx, i, feature, 0); err != nil {
			return err
		}
	}
	values := make([][]float64, len(columns))
	quantities, actions := make([]float64, len(t.how.quantities)), make([]float64, t.how.actions)
	turns := make([]float64, bodies) // the last angles
	fields := make([]string, len(t.columns))
	fields[0] = strconv.Itoa(i)
	for k := range t.Frames(i) {
		for j, feature := range t.how.features {
			width := t.width(feature)
			values[j] = columns[j][k*width : (k+1)*width]
		}
		if t.how.actions > 0 {
			t.how.act(values, actions)
		}
		fields[1] = strconv.Itoa(k)
		rest := fields[3+len(quantities):]
		for j, v := range actions {
			rest[j] = ""
			if k < t.Frames(i)-1 && j < actuators {
				rest[j] = digits(v)
			}
		}
		for body := range bodies {
			t.how.body(values, body, quantities)
			if t.how.unwrap && len(quantities) > 2 && t.how.quantities[2] == "angle" && !math.IsNaN(quantities[2]) {
				if k > 0 {
					quantities[2] += 2 * math.Pi * math.Round((turns[body]-quantities[2])/(2*math.Pi))
				}
				turns[body] = quantities[2]
			}
			fields[2] = strconv.Itoa(body)
			for j, v := range quantities {
				fields[3+j] = digits(v)
			}
			if err := visit(fields); err != nil {
				return err
			}
		}
	}
	return nil
}

// digits returns a number in the digits that lead back to it, or nothing if it is not finite.
func digits(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// outcomeFeatures say what actions led to.
var outcomeFeatures = []string{"next.reward", "next.done", "next.success", "next.truncated"}

// Judged reports whether the frames say what the actions led to, all of it.
func (s *Source) Judged() bool {
	for _, name := range outcomeFeatures {
		if s.width(name) != 1 {
			return false
		}
	}
	return true
}

// Outcomes returns what each action of episode i led to [t-1], or nil where not all of it is there.
func (s *Source) Outcomes(ctx context.Context, i int) ([]datasets.Outcome, error) {
	if !s.Judged() {
		return nil, nil
	}
	columns := map[string][]float64{}
	for _, name := range outcomeFeatures {
		var err error
		if columns[name], err = s.Values(ctx, i, name, 0); err != nil {
			return nil, err
		}
	}
	outcomes := make([]datasets.Outcome, s.Frames(i)-1)
	for k := range outcomes {
		outcomes[k] = datasets.Outcome{
			Reward: columns["next.reward"][k], Done: columns["next.done"][k] != 0, Success: columns["next.success"][k] != 0, Truncated: columns["next.truncated"][k] != 0,
		}
	}
	return outcomes, nil
}

// View returns what a task lets an actor see in the frames of episode i [t][o], and the names of the numbers; nothing
// where they have none.
func (s *Source) View(ctx context.Context, i int) (names []string, view [][]float64, err error) {
	width := s.width(viewFeature)
	if width == 0 || len(s.info.Features[viewFeature].Names) != width {
		return nil, nil, nil
	}
	values, err := s.Values(ctx, i, viewFeature, 0)
	if err != nil {
		return nil, nil, err
	}
	for k := range s.Frames(i) {
		view = append(view, values[k*width:(k+1)*width])
	}
	return s.info.Features[viewFeature].Names, view, nil
}
