package report

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"orrery/world/eval"

	"orrery/sim/input"
)

// column is a figure that a row has once, not per horizon: a text, or a mean with its interval.
type column struct {
	head, unit string
	text       func(r *eval.Result, row *eval.Row) string // nil for a mean
	mean       func(row *eval.Row) eval.Number
	ends       func(row *eval.Row) (lo, hi eval.Number) // of the mean's interval; only rows with intervals are asked
}

var columns = []column{
	{head: "one-step", unit: "m", mean: func(row *eval.Row) eval.Number { return row.OneStepM },
		ends: func(row *eval.Row) (lo, hi eval.Number) { return row.Lo95.OneStepM, row.Hi95.OneStepM }},
	{head: "horizon", unit: "s", text: horizonText},
	{head: "overlap", unit: "m", mean: func(row *eval.Row) eval.Number { return row.PenetrationM },
		ends: func(row *eval.Row) (lo, hi eval.Number) { return row.Lo95.PenetrationM, row.Hi95.PenetrationM }},
	{head: "deepest", unit: "m", text: func(_ *eval.Result, row *eval.Row) string { return short(float64(row.PenetrationMaxM)) }},
	{head: "momentum", unit: "1/s", mean: func(row *eval.Row) eval.Number { return row.MomentumDrift },
		ends: func(row *eval.Row) (lo, hi eval.Number) { return row.Lo95.MomentumDrift, row.Hi95.MomentumDrift }},
	{head: "energy", unit: "share", mean: func(row *eval.Row) eval.Number { return row.EnergyError },
		ends: func(row *eval.Row) (lo, hi eval.Number) { return row.Lo95.EnergyError, row.Hi95.EnergyError }},
	{head: "params", text: func(_ *eval.Result, row *eval.Row) string { return count(float64(row.Params)) }},
	{head: "training", unit: "s", text: func(_ *eval.Result, row *eval.Row) string { return count(float64(row.TrainS)) }},
	{head: "step", unit: "µs", text: func(_ *eval.Result, row *eval.Row) string { return short(float64(row.USPerStep)) }},
}

// alone writes the figure without its interval.
func (c *column) alone(r *eval.Result, row *eval.Row) string {
	if c.text != nil {
		return c.text(r, row)
	}
	return short(float64(c.mean(row)))
}

// cell has the figure with its interval, if that is known.
func (c *column) cell(r *eval.Result, row *eval.Row) cell {
	if c.text != nil || row.Lo95 == nil {
		return cell{Value: c.alone(r, row)}
	}
	lo, hi := c.ends(row)
	return meanCell(c.mean(row), lo, hi)
}

// tableWidth is the number of letters that the columns of times may fill beside the names.
const tableWidth = 88

// WriteTable writes the result as text, a part for each set and then one that
// compares them: at most 100 columns for four horizons and names of up to 12
// letters.
func WriteTable(w io.Writer, r *eval.Result) error {
	t := &textTable{}
	for _, set := range r.Sets() {
		for i := range set.Rows {
			t.nameWidth = max(t.nameWidth, utf8.RuneCountInString(set.Rows[i].Name))
		}
	}
	for i, set := range r.Sets() {
		if i > 0 {
			fmt.Fprintln(&t.text)
		}
		t.set(set)
	}
	if len(r.Others) > 0 {
		fmt.Fprintf(&t.text, "\nthe sets side by side; × is the multiple of %s\n", r.Set)
		t.compare(r)
	}
	_, err := io.WriteString(w, t.text.String())
	return err
}

// textTable writes blocks that share their first column, the names of the rows.
type textTable struct {
	text      strings.Builder
	rows      []eval.Row
	nameWidth int
}

// set writes all that was measured on one set.
func (t *textTable) set(r *eval.Result) {
	t.rows = r.Rows
	if r.OfImpacts() {
		t.impacts(r)
		return
	}
	times, heads, units := make([]string, len(r.HorizonsS)), make([]string, len(columns)), make([]string, len(columns))
	for h, s := range r.HorizonsS {
		times[h] = fmt.Sprintf("%g s", s)
	}
	for i, c := range columns {
		heads[i], units[i] = c.head, c.unit
	}
	if r.Set != "" {
		fmt.Fprintf(&t.text, "%s: ", r.Set)
	}
	fmt.Fprintf(&t.text, "%s; ± is half of the 95 %% bootstrap interval of the mean over episodes\n", input.Count(r.Episodes, "episode"))
	width := max(18, min(22, tableWidth/len(times)))
	t.block("position error (m)"+fromWhat(r)+", mean", width, func(row *eval.Row, h int) string { return plusMinus(&row.Position, h) }, times)
	t.block("position error (m)"+fromWhat(r)+", median", width, func(row *eval.Row, h int) string { return short(row.Position.Median[h]) }, times)
	if hasAngles(r) {
		t.block("angle error (rad)"+fromWhat(r)+", mean", width, func(row *eval.Row, h int) string { return plusMinus(&row.Angle, h) }, times)
	}
	if hasLadder(r) {
		t.block("equivalent measurement error: as good as the engine with initial positions known to", width, func(row *eval.Row, h int) string { return epsilonText(r, row, h) }, times)
	}
	t.block("other figures", 9, func(row *eval.Row, i int) string { return columns[i].alone(r, row) }, heads, units)
	if r.Observed() {
		var heads, units []string
		for _, c := range motionColumns {
			heads, units = append(heads, c.head), append(units, c.unit)
		}
		t.block("mean errors right after an impact", impactWidth, func(row *eval.Row, i int) string {
			if row.Impact == nil {
				return absent
			}
			return motionColumns[i].text(row.Impact)
		}, heads, units)
	}
	t.calibration(r)
	t.details(r)
	for _, text := range escapes(r) {
		fmt.Fprintf(&t.text, "\n%s\n", text)
	}
	for _, f := range failures(r) {
		fmt.Fprintf(&t.text, "\n%s\n", f)
	}
}

// hasAngles reports whether angles were compared.
func hasAngles(r *eval.Result) bool { return len(r.Rows) > 0 && len(r.Rows[0].Angle.Mean) > 0 }

// fromWhat says what predictions of observed motion are compared with.
func fromWhat(r *eval.Result) string {
	if r.Observed() {
		return " from what was measured"
	}
	return ""
}

// impactColumn is a figure of impacts, with the ends of its interval, which are no numbers where there is none.
type impactColumn struct {
	head, unit string
	of         func(i *eval.Impact) (mean, lo, hi eval.Number)
}

// impactColumns are the figures of a table of impacts. Their number comes last.
var impactColumns = []impactColumn{
	{"velocity", "m/s", func(i *eval.Impact) (mean, lo, hi eval.Number) {
		if mean, lo, hi = i.VelocityM, unknown, unknown; i.Lo95 != nil {
			lo, hi = i.Lo95.VelocityM, i.Hi95.VelocityM
		}
		return mean, lo, hi
	}},
	{"spin", "rad/s", func(i *eval.Impact) (mean, lo, hi eval.Number) {
		if mean, lo, hi = i.SpinRad, unknown, unknown; i.Lo95 != nil {
			lo, hi = i.Lo95.SpinRad, i.Hi95.SpinRad
		}
		return mean, lo, hi
	}},
	{"gaining", "share", func(i *eval.Impact) (mean, lo, hi eval.Number) {
		if mean, lo, hi = i.GainShare, unknown, unknown; i.Lo95 != nil {
			lo, hi = i.Lo95.GainShare, i.Hi95.GainShare
		}
		return mean, lo, hi
	}},
	{"impacts", "", func(i *eval.Impact) (mean, lo, hi eval.Number) { return eval.Number(i.Count), unknown, unknown }},
}

// relative writes the figure of a model in set i with its relation to the first set.
func (c *impactColumn) relative(r *eval.Result, model string, i int) (value, relation string) {
	of := func(set *eval.Result) eval.Number {
		if row := set.Row(model); row != nil && row.Impact != nil {
			mean, _, _ := c.of(row.Impact)
			return mean
		}
		return unknown
	}
	mean := of(r.Sets()[i])
	if ratio := mean / of(r); i > 0 && ratio.Measured() {
		relation = short(float64(ratio)) + "×"
	}
	return short(float64(mean)), relation
}

// unknown is what was not measured.
var unknown = eval.Number(math.NaN())

// value writes the figure alone.
func (c *impactColumn) value(i *eval.Impact) string {
	mean, _, _ := c.of(i)
	if c.unit == "" {
		return count(float64(mean))
	}
	return short(float64(mean))
}

// cell has the figure with its interval, if it has one.
func (c *impactColumn) cell(i *eval.Impact) cell {
	if c.unit == "" {
		return cell{Value: c.value(i)}
	}
	return meanCell(c.of(i))
}

// text writes the figure with half of its interval.
func (c *impactColumn) text(i *eval.Impact) string {
	if mean, lo, hi := c.of(i); c.unit != "" && mean.Measured() {
		return withHalf(float64(mean), float64(lo), float64(hi))
	}
	return c.value(i)
}

// impactWidth is the number of letters of a column of impacts.
const impactWidth = 16

// motionColumns are those of impacts in motion that was observed.
var motionColumns = slices.DeleteFunc(slices.Clone(impactColumns), func(c impactColumn) bool { return c.head == "gaining" })

// impacts writes what was measured on a table of impacts.
func (t *textTable) impacts(r *eval.Result) {
	if r.Set != "" {
		fmt.Fprintf(&t.text, "%s: ", r.Set)
	}
	fmt.Fprintf(&t.text, "%s; ± is half of the 95 %% bootstrap interval of the mean over impacts\n", input.Count(r.Episodes, "impact"))
	var heads, units []string
	for _, c := range impactColumns {
		heads, units = append(heads, c.head), append(units, c.unit)
	}
	t.block("mean errors after an impact, and the share of impacts that add energy", impactWidth, func(row *eval.Row, i int) string {
		return impactColumns[i].text(row.Impact)
	}, heads, units)
	for _, f := range failures(r) {
		fmt.Fprintf(&t.text, "\n%s\n", f)
	}
}

// details writes what depends on how bodies move and rest.
func (t *textTable) details(r *eval.Result) {
	t.rows = nil
	for _, row := range r.Rows {
		if len(row.Motions) > 0 {
			t.rows = append(t.rows, row)
		}
	}
	if len(t.rows) > 0 {
		motions := t.rows[0].Motions
		heads, shares := make([]string, len(motions)), make([]string, len(motions))
		for m, s := range motions {
			heads[m], shares[m] = s.Motion, percent(float64(s.Share))
		}
		t.block("where the error comes from: velocity error (m/s) after one frame, by what the bodies truly do", 14,
			func(row *eval.Row, m int) string { return short(float64(row.Motions[m].VelocityM)) }, heads)
		t.line("share", 14, shares)
	}
	t.rows = slices.DeleteFunc(slices.Clone(r.Rows), func(row eval.Row) bool { return row.Name == trueName(r) }) // which has a line of its own
	scaled := scaledHeads()
	t.block(fmt.Sprintf("scaled squared error, and how stacks stand at %g s", r.HorizonsS[r.Headline()]), 14, func(row *eval.Row, i int) string {
		switch {
		case i < len(scaled) && i < len(row.ScaledMSE):
			return short(float64(row.ScaledMSE[i]))
		case i == len(scaled):
			return short(float64(row.Stack.PenetrationM))
		case i == len(scaled)+1:
			return short(float64(row.Stack.RestDrift))
		}
		return absent
	}, append(scaled, "overlap (m)", "drift (m/s)"))
	t.line(trueName(r), 14, []string{"", "", "", short(float64(r.TrueStack.PenetrationM)), short(float64(r.TrueStack.RestDrift))})
}

// calibration writes how far models that know their uncertainty are off.
func (t *textTable) calibration(r *eval.Result) {
	for i := range r.Rows {
		c := r.Rows[i].Calibration
		if c == nil {
			continue
		}
		fmt.Fprintf(&t.text, "\ncalibration of %s: share of bodies within the region that should hold\n", r.Rows[i].Name)
		var heads []string
		for _, level := range c.Levels {
			heads = append(heads, percent(level))
		}
		t.line("", 12, append(heads, "σ (m)", "error (m)"))
		for h, s := range r.HorizonsS {
			var cells []string
			for _, share := range c.Coverage[h] {
				cells = append(cells, percent(share))
			}
			t.line(fmt.Sprintf("%g s", s), 12, append(cells, short(float64(c.SigmaM[h])), short(float64(c.ErrorM[h]))))
		}
	}
}

// compare writes the sets side by side.
func (t *textTable) compare(r *eval.Result) {
	t.rows = r.Rows
	var heads []string
	for _, set := range r.Sets() {
		heads = append(heads, set.Set)
	}
	if r.OfImpacts() {
		for _, c := range impactColumns[:2] {
			t.block(fmt.Sprintf("mean error of the %s after an impact (%s)", c.head, c.unit), 18, func(row *eval.Row, i int) string {
				value, relation := c.relative(r, row.Name, i)
				if relation != "" {
					value += " (" + relation + ")"
				}
				return value
			}, heads)
		}
		return
	}
	for _, seconds := range comparedS {
		t.block(fmt.Sprintf("position error (m) at %g s, mean", seconds), 18, func(row *eval.Row, i int) string {
			value, relation := relativeText(r, row.Name, i, seconds)
			if relation != "" {
				value += " (" + relation + ")"
			}
			return value
		}, heads)
	}
}

// block writes a title, head lines and a line per row, in columns of one width.
func (t *textTable) block(title string, width int, cell func(row *eval.Row, i int) string, heads ...[]string) {
	fmt.Fprintf(&t.text, "\n%s\n", title)
	for _, head := range heads {
		t.line("", width, head)
	}
	for i := range t.rows {
		cells := make([]string, len(heads[0]))
		for k := range cells {
			cells[k] = cell(&t.rows[i], k)
		}
		t.line(t.rows[i].Name, width, cells)
	}
}

// line writes a name and cells of one width.
func (t *textTable) line(name string, width int, cells []string) {
	text := fmt.Sprintf("%-*s", t.nameWidth, name)
	for _, c := range cells {
		text += fmt.Sprintf("%*s", width, c)
	}
	fmt.Fprintln(&t.text, strings.TrimRight(text, " "))
}
