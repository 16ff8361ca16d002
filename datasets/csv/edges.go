package csv

import (
	"context"
	"strings"

	"orrery/sim"
)

// noField is the type of an edge that is listed but does not pull.
const noField = "none"

// readFields returns the fields between the n bodies of the episode with a label.
func (f *File) readFields(ctx context.Context, c *cast, label int64, n int) ([]sim.Field, error) {
	var fields []sim.Field
	t := f.edges
	if !t.has("episode") {
		label = 0 // the edges are those of every episode
	}
	a, b, kind, strength, limit := t.column("a"), t.column("b"), t.column("type"), t.column("strength"), t.column("limit")
	err := t.each(ctx, t.labelled(label), func(row []string, line int) error {
		field := sim.Field{Strength: f.options.Strength}
		var err error
		if field.A, err = c.body(t, row, line, a, n); err != nil {
			return err
		}
		if field.B, err = c.body(t, row, line, b, n); err != nil {
			return err
		}
		if field.A == field.B {
			return t.cellError(line, "b", "%d must differ from a", field.B)
		}
		if strength.exists() {
			if field.Strength, err = t.number(row, line, strength); err != nil {
				return err
			}
		}
		if limit.exists() {
			if field.Limit, err = t.number(row, line, limit); err != nil {
				return err
			}
		}
		if field.Limit < 0 {
			return t.cellError(line, "limit", "%v must be ≥ 0", field.Limit)
		}
		text := strings.TrimSpace(row[kind.place])
		field.Kind = sim.FieldKind(text)
		switch {
		case text == noField:
			return nil
		case field.Kind != sim.Linear && field.Kind != sim.InverseSquare:
			return t.cellError(line, "type", "%.40q must be %q, %q or %q", text, sim.Linear, sim.InverseSquare, noField)
		case len(fields) == sim.MaxFields:
			return t.errorf(line, "an episode must have at most %d edges", sim.MaxFields)
		}
		fields = append(fields, field)
		return nil
	})
	return fields, err
}
