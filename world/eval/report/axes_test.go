package report

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/plot/vg"

	"orrery/sim/render"
	"orrery/world/eval"
)

func TestAxesAreMarkedInRoundSteps(t *testing.T) {
	t.Parallel()
	for last, want := range map[float64]string{
		2: "0 0.5 1 1.5 2", 1: "0 0.2 0.4 0.6 0.8 1", 5: "0 1 2 3 4 5", 60: "0 20 40 60", 0.9: "0 0.2 0.4 0.6 0.8", 7: "0 2 4 6",
	} {
		a := timeAxis("time", last)
		if got := marks(a); got != want {
			t.Errorf("to %v s: %s, want %s", last, got, want)
		}
	}
	for want, a := range map[string]axis{
		"0.1 mm 1 mm 1 cm 10 cm 1 m 10 m": {low: 1e-4, high: 10, mark: lengthMark}, "1e-07 m 1 µm 10 µm": {low: 0.9e-7, high: 2e-5, mark: lengthMark},
		"0.01 0.1": {low: 0.002, high: 0.99, mark: plain},
	} {
		if got := marks(a); got != want {
			t.Errorf("from %v to %v: %s, want %s", a.low, a.high, got, want)
		}
	}
}

func marks(a axis) string {
	text := ""
	for i, tick := range a.ticks() {
		if i > 0 {
			text += " "
		}
		text += tick.Label
	}
	return text
}

func TestStepsAreOneTwoOrFive(t *testing.T) {
	t.Parallel()
	for x, want := range map[float64]float64{1: 1, 1.01: 2, 2: 2, 3: 5, 5.01: 10, 0.04: 0.05, 0.2: 0.2, 600: 1000} {
		if got := roundStep(x); !scalar.EqualWithinRel(got, want, 1e-9) {
			t.Errorf("step of at least %v: %v, want %v", x, got, want)
		}
	}
}

func TestLogarithmicRangesHoldADecade(t *testing.T) {
	t.Parallel()
	for _, c := range [][4]float64{
		{1e-4, 1, 1e-4 / 1.2, 1.2},
		{1, 1, 1 / math.Sqrt(10), math.Sqrt(10)},
		{2, 8, 4 / math.Sqrt(10), 4 * math.Sqrt(10)},
		{5, 1, 1e-3, 1}, // nothing to show
	} {
		if low, high := logRange(c[0], c[1]); !scalar.EqualWithinRel(low, c[2], 1e-9) || !scalar.EqualWithinRel(high, c[3], 1e-9) {
			t.Errorf("%v to %v becomes %v to %v, want %v to %v", c[0], c[1], low, high, c[2], c[3])
		}
	}
}

func TestLengthsAreMarkedInFittingUnits(t *testing.T) {
	t.Parallel()
	for metres, want := range map[float64]string{
		1e-9: "1e-09 m", 1e-6: "1 µm", 1e-5: "10 µm", 1e-4: "0.1 mm", 1e-3: "1 mm", 1e-2: "1 cm", 0.1: "10 cm", 1: "1 m", 100: "100 m",
	} {
		if got := lengthMark(metres); got != want {
			t.Errorf("%v m is marked %q, want %q", metres, got, want)
		}
	}
}

func TestSharesAreWrittenInPerCent(t *testing.T) {
	t.Parallel()
	for share, want := range map[float64]string{0: "0 %", 0.0004: "< 0.1 %", 0.0006: "0.06 %", 0.25: "25 %", 0.12345: "12.3 %", 1: "100 %", math.NaN(): absent} {
		if got := percent(share); got != want {
			t.Errorf("%v is written %q, want %q", share, got, want)
		}
	}
	for metres, want := range map[float64]string{1e-5: "0.01 mm", 0.00123: "1.2 mm", 0.0994: "99 mm", 0.0996: "100 mm", 0.25: "250 mm"} {
		if got := millimetres(metres); got != want {
			t.Errorf("%v m is written %q, want %q", metres, got, want)
		}
	}
}

// TestEveryRowHasALookOfItsOwn has more models than colours.
func TestEveryRowHasALookOfItsOwn(t *testing.T) {
	t.Parallel()
	theme, err := render.LoadTheme("light")
	if err != nil {
		t.Fatal(err)
	}
	r := &eval.Result{Rows: []eval.Row{{Name: "mine"}, {Name: "truth+1mm", PerturbationM: 0.001}}}
	for i := range 4 * len(others) {
		r.Rows = append(r.Rows, eval.Row{Name: fmt.Sprint("model", i)})
	}
	looks := styles(r, "mine", theme)
	if l := looks[0]; l.colour != color.Color(theme.Predicted) || l.width != 2.5 || l.dashes != nil {
		t.Errorf("the model of the page: %+v", l)
	}
	if l := looks[1]; l.colour != color.Color(theme.Muted) || l.width != 1 || l.dashes != nil {
		t.Errorf("the engine: %+v", l)
	}
	seen := map[string]bool{}
	for i, l := range looks[2:] {
		if on := []vg.Length{8, 6, 4, 2}[i/len(others)]; l.width != 1.5 || !slices.Equal(l.dashes, []vg.Length{on, 3}) {
			t.Errorf("model %d: %+v", i, l)
		}
		look := fmt.Sprint(l)
		if seen[look] {
			t.Errorf("model %d looks like another", i)
		}
		seen[look] = true
	}
}

// TestBarsAddUp divides frames and errors among the motions that there are.
func TestBarsAddUp(t *testing.T) {
	t.Parallel()
	row := &eval.Row{Motions: []eval.MotionError{
		{Motion: "free flight", Share: 0.75, VelocityM: 0.1}, {Motion: "resting", VelocityM: eval.Number(math.NaN())}, {Motion: "bounce", Share: 0.25, VelocityM: 0.9},
	}}
	got := bars(row)
	for i, want := range [][2]float64{{75, 25}, {25, 75}} {
		parts := got[i].Parts
		if len(parts) != 2 || parts[0].Motion != "free flight" || parts[1].Motion != "bounce" || parts[0].Colour == parts[1].Colour {
			t.Fatalf("%s has parts %+v", got[i].Name, parts)
		}
		for k := range parts {
			if !scalar.EqualWithinAbs(parts[k].Percent, want[k], 1e-9) || parts[k].Share != fmt.Sprintf("%g %%", want[k]) {
				t.Errorf("%s: %s has %v %% (%s), want %v", got[i].Name, parts[k].Motion, parts[k].Percent, parts[k].Share, want[k])
			}
		}
	}
	if got := bars(&eval.Row{}); got != nil {
		t.Errorf("a row without motions has bars %v", got)
	}
	row.Motions[0].VelocityM, row.Motions[2].VelocityM = 0, 0
	if got := bars(row); len(got[0].Parts) != 2 || len(got[1].Parts) != 0 {
		t.Errorf("no error is divided: %+v", got)
	}
}

func TestFirstLettersAreCapital(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"at one": "At one", "über": "Über", "A": "A"} {
		if got := capital(text); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
