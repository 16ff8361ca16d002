package bench

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
)

// What moved beyond noise is told from what did not, in the direction in which its unit gets better.
func TestMovesBeyondNoiseAreTold(t *testing.T) {
	t.Parallel()
	then := []float64{10, 11, 10.5, 10.2, 10.8, 10.4}
	times := func(by float64) []float64 {
		list := make([]float64, len(then))
		for i, x := range then {
			list[i] = by * x
		}
		return list
	}
	for _, c := range []struct {
		now  []float64
		unit string
		want Verdict
	}{
		{times(1), "ms, 2 workers", Same},
		{[]float64{10.1, 10.9, 10.3, 10.6, 10.7, 11.1}, "ms, 2 workers", Same},
		{times(2), "ms, 2 workers", Worse},
		{times(0.5), "µs a frame, one goroutine", Better},
		{times(2), "steps/s, 2 workers", Better},
		{times(0.5), "GFLOP/s, one goroutine", Worse},
		{times(2), "% of its work", Other},
		{times(2)[:3], "ms", Few},
	} {
		m := newMove(then, Measured{Name: "step", Unit: c.unit, Samples: c.now})
		if m.Verdict != c.want {
			t.Errorf("%v %s: %+v, want %s", c.now, c.unit, m, c.want)
		}
		if !scalar.EqualWithinAbs(m.Ratio, m.Now/m.Then, 1e-12) {
			t.Errorf("ratio %v of %v and %v", m.Ratio, m.Now, m.Then)
		}
	}
}

// Figures that were 0, or are, stay numbers that a file can hold.
func TestMovesFromNothingAreTold(t *testing.T) {
	t.Parallel()
	none, some := []float64{0, 0, 0, 0, 0}, []float64{2, 3, 2, 3, 2}
	for _, c := range []struct {
		then, now []float64
		ratio     float64
		verdict   Verdict
		said      string
	}{
		{none, some, 0, Worse, "from 0"},
		{some, none, 0, Better, "-100.0 %"},
		{none, none, 1, Same, "+0.0 %"},
	} {
		m := newMove(c.then, Measured{Name: "allocations", Samples: c.now})
		if m.Verdict != c.verdict || !scalar.EqualWithinAbs(m.Ratio, c.ratio, 0) {
			t.Errorf("%+v, want %s with ratio %v", m, c.verdict, c.ratio)
		}
		var out bytes.Buffer
		if err := WriteMoves(&out, []Move{m}); err != nil || !strings.Contains(out.String(), c.said) {
			t.Errorf("%v: %q lacks %q", err, out.String(), c.said)
		}
		if _, err := json.Marshal(m); err != nil {
			t.Error(err)
		}
	}
}

// A machine that is twice as slow as a whole shows as one half, whatever the units.
func TestOverallIsTheGeometricMean(t *testing.T) {
	t.Parallel()
	moves := []Move{{Unit: "ms", Ratio: 4}, {Unit: "steps/s", Ratio: 1}, {Unit: "%", Ratio: 9}, {Unit: "MB"}}
	if got := Overall(moves); !scalar.EqualWithinAbs(got, 0.5, 1e-12) {
		t.Errorf("got %v, want 0.5", got)
	}
	if got := Overall(nil); !scalar.EqualWithinAbs(got, 1, 0) {
		t.Errorf("nothing at all is %v times as good", got)
	}
}

func TestRunsAreHeldToTheirFormat(t *testing.T) {
	t.Parallel()
	good := NewRun("build", []string{"learn", "plan"}, map[string]string{"workers": "2"})
	good.Add("a", 1, "ms")
	good.Add("b", 5, "ms")
	good.Add("a", 3, "ms")
	if err := good.Validate(); err != nil || good.Rounds() != 1 || len(good.Figures) != 2 || len(good.Figures[0].Samples) != 2 {
		t.Errorf("%+v: %v", good, err)
	}
	for want, bad := range map[string]Run{
		"format 7 of the run must be 1":        {Format: 7, Figures: good.Figures},
		"the run has no figures":               {Format: 1},
		"a: sample -1 must be a number ≥ 0":    {Format: 1, Figures: []Measured{{Name: "a", Samples: []float64{-1}}}},
		"a: sample NaN must be a number ≥ 0":   {Format: 1, Figures: []Measured{{Name: "a", Samples: []float64{1, math.NaN()}}}},
		"the saved run measured data, and not": {Format: 1, Figures: good.Figures, Benchmarks: []string{"data"}},
		"--workers is 2, but the saved run me": {Format: 1, Figures: good.Figures, Settings: map[string]string{"workers": "1", "gone": "x"}},
	} {
		err := bad.Validate()
		if err == nil {
			err = good.Comparable(&bad)
		}
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%+v: %v, want %s", bad, err, want)
		}
	}
	other := NewRun("build", []string{"plan"}, nil)
	other.Add("b", 10, "ms")
	other.Add("a", 1, "s") // another unit is another figure
	if err := good.Comparable(other); err != nil {
		t.Error(err)
	}
	moves, lacking := good.Moves(other)
	if len(lacking) != 1 || lacking[0] != "a" {
		t.Errorf("not in the saved run: %v, want a", lacking)
	}
	if len(moves) != 1 || moves[0].Name != "b" || !scalar.EqualWithinAbs(moves[0].Ratio, 0.5, 1e-12) {
		t.Errorf("moves %+v", moves)
	}
	var out bytes.Buffer
	if err := WriteMoves(&out, moves); err != nil || !strings.Contains(out.String(), "-50.0 %") || !strings.Contains(out.String(), "2 times as good") {
		t.Errorf("%v:\n%s", err, &out)
	}
}
