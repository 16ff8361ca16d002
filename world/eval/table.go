package eval

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// column is a figure that a row has once, not per horizon.
type column struct {
	head, unit string
	text       func(r *Result, row *Row) string
}

var columns = []column{
	{"one-step", "m", func(_ *Result, row *Row) string { return short(float64(row.OneStepM)) }},
	{"horizon", "s", func(r *Result, row *Row) string { return r.horizonText(row) }},
	{"overlap", "m", func(_ *Result, row *Row) string { return short(float64(row.PenetrationM)) }},
	{"deepest", "m", func(_ *Result, row *Row) string { return short(float64(row.PenetrationMaxM)) }},
	{"momentum", "1/s", func(_ *Result, row *Row) string { return short(float64(row.MomentumDrift)) }},
	{"energy", "share", func(_ *Result, row *Row) string { return short(float64(row.EnergyError)) }},
	{"params", "", func(_ *Result, row *Row) string { return count(float64(row.Params)) }},
	{"training", "s", func(_ *Result, row *Row) string { return count(float64(row.TrainS)) }},
	{"step", "µs", func(_ *Result, row *Row) string { return short(float64(row.USPerStep)) }},
}

// WriteTable writes the result as text: at most 100 columns for four horizons
// and names of up to 12 letters.
func (r *Result) WriteTable(w io.Writer) error {
	t := &textTable{rows: r.Rows}
	for i := range r.Rows {
		t.nameWidth = max(t.nameWidth, utf8.RuneCountInString(r.Rows[i].Name))
	}
	times, heads, units := make([]string, len(r.HorizonsS)), make([]string, len(columns)), make([]string, len(columns))
	for h, s := range r.HorizonsS {
		times[h] = fmt.Sprintf("%g s", s)
	}
	for i, c := range columns {
		heads[i], units[i] = c.head, c.unit
	}
	fmt.Fprintf(&t.text, "%d episodes; ± is half of the 95 %% bootstrap interval of the mean over episodes\n", r.Episodes)
	t.block("position error (m), mean", 22, func(row *Row, h int) string { return row.Position.plusMinus(h) }, times)
	t.block("position error (m), median", 22, func(row *Row, h int) string { return short(row.Position.Median[h]) }, times)
	t.block("angle error (rad), mean", 22, func(row *Row, h int) string { return row.Angle.plusMinus(h) }, times)
	if r.hasLadder() {
		t.block("equivalent measurement error: as good as the engine with initial positions known to", 22, r.epsilonText, times)
	}
	t.block("other figures", 9, func(row *Row, i int) string { return columns[i].text(r, row) }, heads, units)
	for _, f := range r.failures() {
		fmt.Fprintf(&t.text, "\n%s\n", f)
	}
	_, err := io.WriteString(w, t.text.String())
	return err
}

// textTable writes blocks that share their first column, the names of the rows.
type textTable struct {
	text      strings.Builder
	rows      []Row
	nameWidth int
}

// block writes a title, head lines and a line per row, in columns of one width.
func (t *textTable) block(title string, width int, cell func(row *Row, i int) string, heads ...[]string) {
	fmt.Fprintf(&t.text, "\n%s\n", title)
	line := func(name string, cells []string) {
		text := fmt.Sprintf("%-*s", t.nameWidth, name)
		for _, c := range cells {
			text += fmt.Sprintf("%*s", width, c)
		}
		fmt.Fprintln(&t.text, strings.TrimRight(text, " "))
	}
	for _, head := range heads {
		line("", head)
	}
	for i := range t.rows {
		cells := make([]string, len(heads[0]))
		for k := range cells {
			cells[k] = cell(&t.rows[i], k)
		}
		line(t.rows[i].Name, cells)
	}
}
