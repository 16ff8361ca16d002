package identification

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"orrery/cmd/orrery/console"
	"orrery/sim/input"
	"orrery/world/identify"
)

// findings is the JSON of what was found.
type findings struct {
	Data     string `json:"data"`
	Episodes []int  `json:"episodes"` // that were looked at
	identify.Result
}

// JSON writes what was found for programs.
func (f *Found) JSON(out io.Writer) error {
	return console.JSON(out, findings{f.Data.Name, f.Data.Numbers, f.Result})
}

// Write writes what was found for people: a table, the edges, and what the data cannot tell.
func (f *Found) Write(out io.Writer) error {
	rows := identify.Twins(f.Parameters)
	if len(rows) > 0 {
		if err := console.Table(out, func(row func(cells ...any)) {
			row("quantity", "of", "value", "95 % interval", "unit", "how")
			for _, p := range rows {
				value, interval := numbers(&p)
				row(p.Name, shortened(p.Of), value, interval, or(p.Unit, "–"), p.Why)
			}
		}); err != nil {
			return err
		}
	}
	if len(f.Edges) > 0 {
		if len(rows) > 0 {
			fmt.Fprintln(out)
		}
		if err := console.Table(out, func(row func(cells ...any)) {
			row("pair", "coupled by", "probability")
			for _, e := range f.Edges {
				row(e.A+" – "+e.B, e.Kind, percent(e.Probability))
			}
		}); err != nil {
			return err
		}
	}
	if len(rows)+len(f.Edges) > 0 {
		fmt.Fprintln(out)
	}
	for _, s := range f.Sentences {
		fmt.Fprintln(out, s)
	}
	_, err := fmt.Fprintf(out, "%s of %s, %s\n", input.Count(f.frames(), "frame"), input.Count(len(f.Data.Numbers), "episode"), f.summary())
	return err
}

// summary says how many numbers were found of how many.
func (f *Found) summary() string {
	known := 0
	for _, p := range f.Parameters {
		if p.Identifiable {
			known++
		}
	}
	text := fmt.Sprintf("%d of %s found", known, input.Count(len(f.Parameters), "number"))
	if f.Stopped {
		text += "; interrupted, so this is the best so far"
	}
	return text
}

func (f *Found) frames() (n int) {
	for _, t := range f.Data.Trajectories {
		n += len(t.States)
	}
	return n
}

// widestOf is how many letters of a list of what a parameter is of are shown.
const widestOf = 40

func shortened(of string) string {
	if letters := []rune(of); len(letters) > widestOf {
		n := strings.Count(of, ", ") + 1
		first, _, _ := strings.Cut(of, ", ")
		if n > 1 {
			return fmt.Sprintf("%s and %d more", first, n-1)
		}
		return string(letters[:widestOf-1]) + "…"
	}
	return of
}

func or(text, none string) string {
	if text == "" {
		return none
	}
	return text
}

// numbers writes value and interval of a parameter with as many digits as the interval is worth.
func numbers(p *identify.Parameter) (value, interval string) {
	if !p.Identifiable {
		return "–", "–"
	}
	digits := decimals(p)
	write := func(v float64) string {
		if digits < 0 {
			return strconv.FormatFloat(v, 'g', 4, 64)
		}
		return strconv.FormatFloat(v, 'f', digits, 64)
	}
	bound := func(v float64, none string) string {
		if math.IsInf(v, 0) {
			return none
		}
		return write(v)
	}
	return write(p.Value), bound(p.Lo, "any") + " to " + bound(p.Hi, "any")
}

// decimals returns how many digits after the point an interval is worth, two of its half, or -1 where a
// number with a power of ten reads better.
func decimals(p *identify.Parameter) int {
	half := (p.Hi - p.Lo) / 2
	if !(half > 0) || math.IsInf(half, 0) {
		half = max(math.Abs(p.Value)*1e-4, 1e-12)
	}
	digits := int(math.Ceil(1 - math.Log10(half)))
	if size := math.Abs(p.Value); digits > 7 || size > 0 && size < 1e-4 || size >= 1e6 {
		return -1
	}
	return max(digits, 0)
}

func percent(share float64) string {
	switch {
	case share > 0.9995 && share < 1:
		return "> 99.9 %"
	case share > 0 && share < 0.0005:
		return "< 0.1 %"
	}
	return fmt.Sprintf("%.1f %%", 100*share)
}

// halfOf writes half of an interval with two digits.
func halfOf(p *identify.Parameter) string {
	half := (p.Hi - p.Lo) / 2
	if math.IsInf(half, 0) {
		return "any"
	}
	if digits := decimals(p); digits >= 0 && half > 0 {
		return strconv.FormatFloat(half, 'f', digits, 64)
	}
	return strconv.FormatFloat(half, 'g', 2, 64)
}

func signedPercent(share float64) string {
	if share == 0 {
		return "0"
	}
	return strings.Replace(fmt.Sprintf("%+.3g %%", 100*share), "-", "−", 1)
}

func countMore(n int) string { return fmt.Sprintf("and %d more", n) }
