package plot

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim/render"
)

func theme(t *testing.T) *render.Theme {
	t.Helper()
	light, err := render.LoadTheme("light")
	if err != nil {
		t.Fatal(err)
	}
	return light
}

func TestLengthsAreWrittenToReadableDigits(t *testing.T) {
	t.Parallel()
	for length, want := range map[float64]string{
		0: "0.0 mm", 0.00004: "0.0 mm", 0.00123: "1.2 mm", 0.0123: "12 mm", 0.123: "0.12 m", 12.3: "12.30 m", 1.2e8: "1.2e+08 m",
	} {
		if got := FormatLength(length); got != want {
			t.Errorf("%g m is written %s, must be %s", length, got, want)
		}
	}
}

func TestErrorAxisHoldsTheCurve(t *testing.T) {
	t.Parallel()
	for v := 1e-6; v < 1e9; v *= 1.07 {
		top, step := errorAxis([]float64{0, v})
		labels := len(render.Multiples(0, top, step))
		if !(top >= v) || !(top <= 4*max(v, 1e-3)) || labels < 3 || labels > 4 {
			t.Fatalf("error %g: axis to %g with %d labels", v, top, labels)
		}
	}
}

// TestDecadesRiseEvenly: on an axis of decades ten times the error is one mark higher,
// whatever the error, and what is off the axis stays at its ends.
func TestDecadesRiseEvenly(t *testing.T) {
	t.Parallel()
	p := Plot{List: new(render.List), Theme: theme(t), Unit: 1, Decades: true, Errors: []float64{0, 1e-4, 0.3, math.NaN()}}
	marks, names, _ := p.marks(200)
	if len(marks) != 6 || names[0] != "0.01 mm" || names[2] != "1 mm" || names[5] != "1 m" {
		t.Errorf("marks %v named %q", marks, names)
	}
	for k, v := range marks {
		if !scalar.EqualWithinAbs(p.height(v), float64(k)/5, 1e-9) {
			t.Errorf("mark %d is %v up the axis, must be %v", k, p.height(v), float64(k)/5)
		}
	}
	if p.height(0) != 0 || p.height(1e6) != 1 {
		t.Errorf("0 m at %v, 1000 km at %v", p.height(0), p.height(1e6))
	}
	if few, _, _ := p.marks(40); len(few) > 3 {
		t.Errorf("%d marks in 40 px", len(few))
	}
	p.Errors[2] = 40
	if p.marks(200); p.top != 100 {
		t.Errorf("the axis of 40 m ends at %v m", p.top)
	}
}

// TestNumbersAreShort: as many digits as tell neighbours apart, and no rows of noughts.
func TestNumbersAreShort(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		v, step float64
		want    string
	}{
		{0, 1, "0"}, {0, 0.5, "0.0"}, {1.5, 0.5, "1.5"}, {-12, 2, "-12"}, {0.0002, 0.0001, "0.0002"}, {99999, 1, "99999"},
		{0, 2e-17, "0"}, {-4e-17, 2e-17, "-4e-17"}, {1e-16, 2e-17, "1.0e-16"}, {2e-5, 2e-5, "2e-5"},
		{1e5, 1e5, "1e5"}, {120000, 20000, "1.2e5"}, {-1e12, 5e11, "-1.0e12"}, {123456, 1, "1.23456e5"},
	} {
		if got := formatNumber(c.v, c.step); got != c.want {
			t.Errorf("%v by steps of %v is %q, want %q", c.v, c.step, got, c.want)
		}
	}
}
