package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"text/tabwriter"
)

// side is whose figure it is.
type side int

const (
	ours side = iota
	theirs
)

// figure is something that both sides are measured at.
type figure struct {
	Name           string
	Unit           string
	HigherIsBetter bool
	Goal           float64 // for the ratio ours/theirs: at least when higher is better, at most otherwise
	samples        [2]map[string][]float64
}

// figures is all of them, in the order of the table.
type figures struct {
	list     []*figure
	programs []string // names, versions and kernels of the peers
}

func gemmName(m, k, n int) string { return fmt.Sprintf("product %d×%d×%d", m, k, n) }

func newFigures() figures {
	list := []*figure{
		{Name: gemmName(15360, 128, 128), Unit: "GFLOP/s", HigherIsBetter: true, Goal: 0.95},
		{Name: gemmName(1024, 128, 128), Unit: "GFLOP/s", HigherIsBetter: true, Goal: 0.95},
		{Name: gemmName(16, 128, 128), Unit: "GFLOP/s", HigherIsBetter: true, Goal: 0.95},
		{Name: "mlp step", Unit: "ms", Goal: 0.5},
		{Name: "interaction step", Unit: "ms", Goal: 0.4},
		{Name: "contact step", Unit: "ms", Goal: 0.03},
		{Name: "peak memory", Unit: "MB", Goal: 0.4},
		{Name: "infer", Unit: "µs", Goal: 0.5},
	}
	for _, f := range list {
		f.samples = [2]map[string][]float64{{}, {}}
	}
	return figures{list: list}
}

// add takes in one measurement; those of no known figure, and zeros, which stand
// for what was not measured, are left out.
func (f *figures) add(name string, of side, variant string, value float64) {
	i := slices.IndexFunc(f.list, func(g *figure) bool { return g.Name == name })
	if i >= 0 && value > 0 {
		samples := f.list[i].samples[of]
		samples[variant] = append(samples[variant], value)
	}
}

// met takes in the name of a peer's program, once.
func (f *figures) met(program string) {
	if !slices.Contains(f.programs, program) {
		f.programs = append(f.programs, program)
	}
}

// best returns the variant with the best median.
func (g *figure) best(of side) (variant string, value float64) {
	value = math.NaN()
	for v, samples := range g.samples[of] {
		m := median(samples)
		better := m < value
		if g.HigherIsBetter {
			better = m > value
		}
		if better || math.IsNaN(value) || m == value && v < variant {
			variant, value = v, m
		}
	}
	return variant, value
}

func median(samples []float64) float64 {
	s := slices.Sorted(slices.Values(samples))
	return s[len(s)/2]
}

// report has the figures that are printed.
type report struct {
	Rows     []row    `json:"figures"`
	Scaling  float64  `json:"scaling_1_to_2_workers,omitempty"` // of the interaction step
	Missing  []string `json:"missing,omitempty"`
	Programs []string `json:"programs,omitempty"` // names, versions and kernels of the peers
}

type row struct {
	Name          string  `json:"name"`
	Unit          string  `json:"unit"`
	Ours          float64 `json:"ours,omitempty"`
	OursVariant   string  `json:"ours_variant,omitempty"`
	Theirs        float64 `json:"theirs,omitempty"`
	TheirsVariant string  `json:"theirs_variant,omitempty"`
	Ratio         float64 `json:"ratio,omitempty"` // ours / theirs
	Goal          string  `json:"goal"`
	Reached       bool    `json:"reached"`
}

func (f *figures) report(missing []string) report {
	r := report{Missing: missing, Programs: f.programs}
	for _, g := range f.list {
		x := row{Name: g.Name, Unit: g.Unit, Goal: fmt.Sprintf("≤ %v", g.Goal)}
		if g.HigherIsBetter {
			x.Goal = fmt.Sprintf("≥ %v", g.Goal)
		}
		x.OursVariant, x.Ours = g.best(ours)
		x.TheirsVariant, x.Theirs = g.best(theirs)
		x.Ratio = x.Ours / x.Theirs
		x.Reached = x.Ratio <= g.Goal
		if g.HigherIsBetter {
			x.Reached = x.Ratio >= g.Goal
		}
		if g.Name == "interaction step" && len(g.samples[ours]) == 2 {
			r.Scaling = median(g.samples[ours]["workers=1"]) / median(g.samples[ours]["workers=2"])
		}
		for _, v := range []*float64{&x.Ours, &x.Theirs, &x.Ratio} {
			if math.IsNaN(*v) {
				*v = 0 // not measured, and NaN is no JSON
			}
		}
		r.Rows = append(r.Rows, x)
	}
	return r
}

func (r report) print(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "figure\tunit\tours\ttheirs\tours/theirs\tgoal\tours with\ttheirs with")
	for _, x := range r.Rows {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", x.Name, x.Unit,
			number(x.Ours), number(x.Theirs), number(x.Ratio), x.Goal, x.OursVariant, x.TheirsVariant)
	}
	if r.Scaling > 0 {
		fmt.Fprintf(w, "interaction step, 1 to 2 workers\t×\t%s\t\t\t≥ 1.85\n", number(r.Scaling))
	}
	for _, line := range r.Missing {
		fmt.Fprintln(w, "missing: "+line)
	}
	for _, line := range r.Programs {
		fmt.Fprintln(w, "with "+line)
	}
	return w.Flush()
}

// number prints three digits, or a dash for what was not measured.
func number(x float64) string {
	if x == 0 {
		return "–"
	}
	return fmt.Sprintf("%.3g", x)
}
