package identification

import (
	"fmt"
	"io"
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
				value, _, interval := p.Numbers()
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
		if err := f.writeEdges(out); err != nil {
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

// mostEdges is how many couplings are listed, and faintest the least probability of one that is.
const (
	mostEdges = 40
	faintest  = 0.05
)

// writeEdges lists the couplings that may be.
func (f *Found) writeEdges(out io.Writer) error {
	var likely []identify.Edge
	single := false
	for _, e := range f.Edges {
		if e.Probability >= faintest {
			likely = append(likely, e)
			single = single || e.Episode != nil
		}
	}
	err := console.Table(out, func(row func(cells ...any)) {
		head := []any{"pair", "coupled by", "probability"}
		if single {
			head = append(head, "episode")
		}
		row(head...)
		for _, e := range likely[:min(len(likely), mostEdges)] {
			cells := []any{e.A + " – " + e.B, e.Kind, percent(e.Probability)}
			if single && e.Episode != nil {
				cells = append(cells, *e.Episode)
			}
			row(cells...)
		}
	})
	if more := len(likely) - mostEdges; err == nil && more > 0 {
		_, err = fmt.Fprintf(out, "and %d more, which --json has\n", more)
	}
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

func percent(share float64) string {
	switch {
	case share > 0.9995 && share < 1:
		return "> 99.9 %"
	case share > 0 && share < 0.0005:
		return "< 0.1 %"
	}
	return fmt.Sprintf("%.1f %%", 100*share)
}

func signedPercent(share float64) string {
	if share == 0 {
		return "0"
	}
	return strings.Replace(fmt.Sprintf("%+.3g %%", 100*share), "-", "−", 1)
}

func countMore(n int) string { return fmt.Sprintf("and %d more", n) }
