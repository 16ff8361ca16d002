package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
)

// scalingGoal is the least that two workers should do of what one does.
const scalingGoal = 1.9

// figure is a world, with what every round has measured of it.
type figure struct {
	World string
	What  string
	Goal  float64 // of the ratio ours/theirs, at least

	ours, theirs, ratio []float64
	workers, programs   []float64 // what two of them do, one being 1
}

type figures []*figure

func newFigures() figures {
	return figures{
		{World: "A", What: "16 discs in a box", Goal: 0.65},
		{World: "B", What: "pile of 100 bodies", Goal: 0.48},
		{World: "C", What: "disc that pushes a T", Goal: 0.33},
	}
}

// report has the figures that are printed; a zero was not measured.
type report []row

type row struct {
	World    string  `json:"world"`
	What     string  `json:"what"`
	Ours     float64 `json:"ours_steps_per_s"`
	Theirs   float64 `json:"theirs_steps_per_s,omitempty"`
	Ratio    float64 `json:"ratio,omitempty"`
	Goal     float64 `json:"goal"`
	Workers  float64 `json:"scaling_1_to_2_workers"`
	Programs float64 `json:"scaling_1_to_2_programs"`
	Reached  bool    `json:"reached"`
}

func (f figures) report() report {
	var r report
	for _, g := range f {
		x := row{World: g.World, What: g.What, Goal: g.Goal,
			Ours: median(g.ours), Theirs: median(g.theirs), Ratio: median(g.ratio), Workers: median(g.workers), Programs: median(g.programs)}
		x.Reached = x.Ratio >= g.Goal && x.Workers >= scalingGoal
		r = append(r, x)
	}
	return r
}

// median returns the middle one of the samples, the upper of two, or 0 of none.
func median(samples []float64) float64 {
	if len(samples) == 0 {
		return 0
	}
	return slices.Sorted(slices.Values(samples))[len(samples)/2]
}

func (r report) print(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "world\tsteps/s\tC Chipmunk\tratio\tgoal\t2 workers\tgoal\t2 programs")
	for _, x := range r {
		fmt.Fprintf(w, "%s: %s\t%s\t%s\t%s\t≥ %v\t×%s\t≥ %v\t×%s\n", x.World, x.What,
			number("%.0f", x.Ours), number("%.0f", x.Theirs), number("%.2f", x.Ratio), x.Goal, number("%.2f", x.Workers), scalingGoal, number("%.2f", x.Programs))
	}
	return w.Flush()
}

// number is a dash for what was not measured.
func number(format string, x float64) string {
	if x == 0 {
		return "–"
	}
	return fmt.Sprintf(format, x)
}
