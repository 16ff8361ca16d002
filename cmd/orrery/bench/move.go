package bench

import (
	"fmt"
	"io"
	"math"

	"golang.org/x/perf/benchmath"

	"orrery/cmd/orrery/console"
)

// Verdict says what became of a figure.
type Verdict string

// The verdicts.
const (
	Same   Verdict = "same"   // the difference may be noise
	Better Verdict = "better" // beyond noise
	Worse  Verdict = "worse"  // beyond noise
	Other  Verdict = "other"  // beyond noise, and neither better nor worse
	Few    Verdict = "few"    // too few rounds to tell
)

// Move compares one figure of two runs.
type Move struct {
	Name    string  `json:"name"`
	Unit    string  `json:"unit"`
	Then    float64 `json:"then"`  // median of the saved run, in the unit
	Now     float64 `json:"now"`   // median of this run, in the unit
	Ratio   float64 `json:"ratio"` // ratio Now / Then; 1 where both are 0, and 0 where only Then is
	P       float64 `json:"p"`     // probability of such a difference if nothing had changed
	Verdict Verdict `json:"verdict"`
}

// leastRounds is the number of samples of each run with which a U-test can find anything at the usual level
// of 5 %: with three and three the least probability is 10 %.
const leastRounds = 4

// newMove compares samples as benchstat does: by the two-sided Mann-Whitney U-test at 5 %, which supposes
// nothing of how samples are distributed (Mann and Whitney 1947).
func newMove(then []float64, now Measured) Move {
	a, b := benchmath.NewSample(then, &benchmath.DefaultThresholds), benchmath.NewSample(now.Samples, &benchmath.DefaultThresholds)
	m := Move{Name: now.Name, Unit: now.Unit, Then: benchmath.AssumeNothing.Summary(a, 0.95).Center, Now: benchmath.AssumeNothing.Summary(b, 0.95).Center, Verdict: Same}
	switch {
	case m.Now == m.Then:
		m.Ratio = 1
	case m.Then != 0:
		m.Ratio = m.Now / m.Then
	}
	test := benchmath.AssumeNothing.Compare(a, b)
	m.P = test.P
	switch direction := better(m.Unit); {
	case min(len(then), len(now.Samples)) < leastRounds:
		m.Verdict = Few
	case !(m.P < test.Alpha) || m.Now == m.Then:
	case direction == 0:
		m.Verdict = Other
	case (m.Now > m.Then) == (direction > 0):
		m.Verdict = Better
	default:
		m.Verdict = Worse
	}
	return m
}

// Overall returns the geometric mean of the factors by which the figures are better that have a better side, 1 when
// there are none. A machine that is slower as a whole shows here.
func Overall(moves []Move) float64 {
	sum, n := 0.0, 0
	for _, m := range moves {
		if direction := better(m.Unit); direction != 0 && m.Ratio > 0 {
			sum += float64(direction) * math.Log(m.Ratio)
			n++
		}
	}
	if n == 0 {
		return 1
	}
	return math.Exp(sum / float64(n))
}

// WriteMoves writes a table of comparisons and what all of them say together.
func WriteMoves(w io.Writer, moves []Move) error {
	err := console.Table(w, func(row func(cells ...any)) {
		row("figure", "then", "now", "unit", "change", "")
		for _, m := range moves {
			said := string(m.Verdict)
			switch m.Verdict {
			case Same:
				said = "within noise"
			case Other:
				said = "moved"
			case Few:
				said = fmt.Sprintf("fewer than %d rounds", leastRounds)
			}
			change := "from 0"
			if m.Then != 0 || m.Now == 0 {
				change = fmt.Sprintf("%+.1f %%", 100*(m.Ratio-1))
			}
			row(m.Name, Digits(m.Then), Digits(m.Now), m.Unit, change, said)
		}
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "all together: %.3g times as good as then\n", Overall(moves))
	return err
}
