package report

import (
	"fmt"
	"html/template"
	"slices"

	"orrery/sim/render"
	"orrery/world/eval"

	"orrery/sim/input"
)

// htmlTable is a table of the report, a row per model.
type htmlTable struct {
	Caption string
	Heads   []head
	Rows    []htmlRow
}

type head struct{ Name, Unit string }

type htmlRow struct {
	Name          string
	Colour        template.CSS
	Leading, True bool
	Cells         []cell
}

// cell is a value and, in smaller type, what qualifies it.
type cell struct {
	Value string
	Notes []string
}

// tables makes the tables of a report that speaks of a model.
type tables struct {
	model string
	theme *render.Theme
}

// table has a row for each of the result's that has something to say.
func (t tables) table(r *eval.Result, caption string, heads []head, value func(row *eval.Row, i int) cell, wanted func(row *eval.Row) bool) htmlTable {
	table := htmlTable{Caption: caption, Heads: heads}
	for i, look := range styles(r, t.model, t.theme) {
		row := &r.Rows[i]
		if wanted != nil && !wanted(row) {
			continue
		}
		line := htmlRow{Name: row.Name, Leading: row.Name == t.model, True: row.PerturbationM > 0}
		line.Colour = template.CSS(look.colour.(render.Colour).String())
		for k := range heads {
			line.Cells = append(line.Cells, value(row, k))
		}
		table.Rows = append(table.Rows, line)
	}
	return table
}

// times are the heads of a table with a column per horizon.
func times(r *eval.Result) []head {
	var heads []head
	for _, s := range r.HorizonsS {
		heads = append(heads, head{fmt.Sprintf("%g s", s), ""})
	}
	return heads
}

// errors returns the tables of the position error or, of a table of impacts, that of the errors after them.
func (t tables) errors(r *eval.Result) []htmlTable {
	if r.OfImpacts() {
		caption := fmt.Sprintf("Mean errors over %s and their 95 %% intervals, and the share of impacts that add energy", input.Count(r.Episodes, "impact"))
		return []htmlTable{t.table(r, caption, impactHeads(impactColumns), func(row *eval.Row, i int) cell {
			return impactColumns[i].cell(row.Impact)
		}, nil)}
	}
	caption := fmt.Sprintf("Position error%s in metres: mean over %s, its 95 %% interval, and the median", fromWhat(r), input.Count(r.Episodes, "episode"))
	out := []htmlTable{t.table(r, caption, times(r), func(row *eval.Row, h int) cell {
		p := &row.Position
		text := alike(p.Mean[h], p.Lo95[h], p.Hi95[h], p.Median[h])
		return cell{text[0], []string{text[1] + " to " + text[2], "median " + text[3]}}
	}, nil)}
	if hasLadder(r) {
		out = append(out, t.table(r, "Equivalent measurement error: the engine is as wrong from positions off by this much", times(r),
			func(row *eval.Row, h int) cell { return cell{Value: epsilonText(r, row, h)} }, nil))
	}
	return out
}

// others returns the tables to be read last.
func (t tables) others(r *eval.Result) []htmlTable {
	var singles []head
	for _, c := range columns {
		singles = append(singles, head{c.head, c.unit})
	}
	var frames []head
	for _, name := range scaledHeads() {
		frames = append(frames, head{name, ""})
	}
	out := []htmlTable{
		t.table(r, "Angle error in radians: mean and its 95 % interval", times(r),
			func(row *eval.Row, h int) cell {
				text := alike(row.Angle.Mean[h], row.Angle.Lo95[h], row.Angle.Hi95[h])
				return cell{text[0], []string{text[1] + " to " + text[2]}}
			}, func(row *eval.Row) bool { return len(row.Angle.Mean) > 0 }),
		t.table(r, "Mean errors right after an impact, of a single frame", impactHeads(motionColumns),
			func(row *eval.Row, i int) cell {
				return motionColumns[i].cell(row.Impact)
			},
			func(row *eval.Row) bool { return row.Impact != nil && r.Observed() }),
		t.table(r, "Figures of the whole prediction, defined in the glossary", singles,
			func(row *eval.Row, i int) cell {
				return columns[i].cell(r, row)
			}, nil),
		t.table(r, "Squared error of positions and velocities scaled to −1…1", frames,
			func(row *eval.Row, i int) cell {
				if row.Lo95 == nil {
					return cell{Value: short(float64(row.ScaledMSE[i]))}
				}
				return meanCell(row.ScaledMSE[i], row.Lo95.ScaledMSE[i], row.Hi95.ScaledMSE[i])
			},
			func(row *eval.Row) bool { return len(row.ScaledMSE) > 0 }),
	}
	return slices.DeleteFunc(out, func(table htmlTable) bool { return len(table.Rows) == 0 })
}

func impactHeads(columns []impactColumn) (heads []head) {
	for _, c := range columns {
		heads = append(heads, head{c.head, c.unit})
	}
	return heads
}

// sets returns tables that compare the sets, if there are several.
func (t tables) sets(r *eval.Result) []htmlTable {
	if len(r.Others) == 0 {
		return nil
	}
	var heads []head
	for _, set := range r.Sets() {
		what := "episode"
		if set.OfImpacts() {
			what = "impact"
		}
		heads = append(heads, head{set.Set, input.Count(set.Episodes, what)})
	}
	var out []htmlTable
	if r.OfImpacts() {
		for _, c := range impactColumns[:2] {
			caption := fmt.Sprintf("Mean error of the %s after an impact in %s on each set, and the multiple of that on %s", c.head, c.unit, r.Set)
			out = append(out, t.table(r, caption, heads, func(row *eval.Row, i int) cell {
				value, relation := c.relative(r, row.Name, i)
				return cell{value, []string{relation}}
			}, nil))
		}
		return out
	}
	for _, seconds := range comparedS {
		caption := fmt.Sprintf("Position error in metres at %g s on each set, and the multiple of that on %s", seconds, r.Set)
		out = append(out, t.table(r, caption, heads, func(row *eval.Row, i int) cell {
			value, relation := relativeText(r, row.Name, i, seconds)
			return cell{value, []string{relation}}
		}, nil))
	}
	return out
}

// motions returns the table of where one-step errors come from, if that is known.
func (t tables) motions(r *eval.Result) []htmlTable {
	known := func(row *eval.Row) bool { return len(row.Motions) > 0 }
	first := slices.IndexFunc(r.Rows, func(row eval.Row) bool { return known(&row) })
	if first < 0 {
		return nil
	}
	var heads []head
	for _, s := range r.Rows[first].Motions {
		heads = append(heads, head{s.Motion, ""})
	}
	return []htmlTable{t.table(r, "Velocity error in m/s and, below, position error in metres of a body after one frame", heads,
		func(row *eval.Row, m int) cell {
			s := row.Motions[m]
			return cell{short(float64(s.VelocityM)), []string{short(float64(s.PositionM)) + " m"}}
		}, known)}
}

// stack returns the table of how bodies stand on each other, if any truly rest.
func (t tables) stack(r *eval.Result) []htmlTable {
	if !(r.Resting > 0) {
		return nil
	}
	caption := fmt.Sprintf("At %g s, when %s of the bodies truly rest", r.HorizonsS[r.Headline()], percent(float64(r.Resting)))
	cells := func(s eval.Stack) []cell {
		return []cell{{Value: short(float64(s.PenetrationM))}, {Value: short(float64(s.PenetrationMaxM))}, {Value: short(float64(s.RestDrift))}}
	}
	heads := []head{{"deepest overlap", "m, mean"}, {"of all episodes", "m"}, {"drift at rest", "m/s"}}
	table := t.table(r, caption, heads, func(row *eval.Row, i int) cell { return cells(row.Stack)[i] }, nil)
	truth := htmlRow{Name: trueName(r), Colour: template.CSS(t.theme.True.String()), True: true, Cells: cells(r.TrueStack)}
	table.Rows = append(table.Rows, truth)
	return []htmlTable{table}
}

// calibrationTable returns the coverage of a model that knows its uncertainty.
func calibrationTable(r *eval.Result, row *eval.Row) []htmlTable {
	c := row.Calibration
	if c == nil {
		return nil
	}
	table := htmlTable{Caption: "Share of bodies within the region that should hold this share of them, and how large the regions are"}
	for _, level := range c.Levels {
		table.Heads = append(table.Heads, head{percent(level), ""})
	}
	table.Heads = append(table.Heads, head{"σ", "m, mean"}, head{"error", "m, mean"})
	for h := range r.HorizonsS {
		line := htmlRow{Name: times(r)[h].Name, Leading: h == r.Headline()}
		for l, share := range c.Coverage[h] {
			covers := cell{Value: percent(share)}
			if c.Lo95 != nil && c.Lo95.Coverage[h][l].Measured() {
				covers.Notes = []string{percent(float64(c.Lo95.Coverage[h][l])) + " to " + percent(float64(c.Hi95.Coverage[h][l]))}
			}
			line.Cells = append(line.Cells, covers)
		}
		line.Cells = append(line.Cells, cell{Value: short(float64(c.SigmaM[h]))}, cell{Value: short(float64(c.ErrorM[h]))})
		table.Rows = append(table.Rows, line)
	}
	return []htmlTable{table}
}

// bar is a whole divided among the motions of bodies.
type bar struct {
	Name  string
	Parts []barPart
}

// barPart is a motion's share of a whole.
type barPart struct {
	Motion, Share string
	Percent       float64
	Colour        template.CSS
}

// bars divides the frames, and the sum of velocity errors after one frame, among
// the motions; it returns nothing where that is not known.
func bars(row *eval.Row) []bar {
	if len(row.Motions) == 0 {
		return nil
	}
	frames, errors := bar{Name: "frames"}, bar{Name: "velocity error"}
	whole := 0.0
	for _, s := range row.Motions {
		if s.Share > 0 {
			whole += float64(s.Share * s.VelocityM)
		}
	}
	for m, s := range row.Motions {
		if !(s.Share > 0) {
			continue
		}
		colour := template.CSS(others[m%len(others)].String())
		frames.Parts = append(frames.Parts, newBarPart(s.Motion, float64(s.Share), colour))
		if whole > 0 {
			errors.Parts = append(errors.Parts, newBarPart(s.Motion, float64(s.Share*s.VelocityM)/whole, colour))
		}
	}
	return []bar{frames, errors}
}

func newBarPart(motion string, share float64, colour template.CSS) barPart {
	return barPart{motion, percent(share), 100 * share, colour}
}

// meanCell has a mean with the interval around it, if that is known.
func meanCell(mean, lo, hi eval.Number) cell {
	value, interval := withEnds(float64(mean), float64(lo), float64(hi))
	if interval == "" {
		return cell{Value: value}
	}
	return cell{value, []string{interval}}
}
