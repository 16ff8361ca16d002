package report

import (
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"

	"orrery/sim"
	"orrery/world/eval"
)

func TestNumbersAreShort(t *testing.T) {
	t.Parallel()
	for x, want := range map[float64]string{
		0: "0", 1.2e-7: "1.2e-07", 0.000099: "0.000099", 0.00099999: "0.0010", 0.0082: "0.0082",
		0.999: "1.00", 1.395: "1.40", 12.345: "12.35", 345.6: "346", math.NaN(): absent, math.Inf(1): absent,
	} {
		if got := short(x); got != want {
			t.Errorf("%v is written %q, want %q", x, got, want)
		}
	}
	for x, want := range map[float64]string{0: "0", 999: "999", 7607: "7,607", 1234567: "1,234,567", math.NaN(): absent} {
		if got := count(x); got != want {
			t.Errorf("%v is written %q, want %q", x, got, want)
		}
	}
	for _, c := range []struct {
		mean, half float64
		want       string
	}{{0.00819, 0.00075, "0.0082 ± 0.0008"}, {1.395, 0.09, "1.40 ± 0.09"}, {0.5, 0, "0.50 ± 0"}, {1e-6, 2e-7, "1.0e-06 ± 2.0e-07"}, {83347771340603, 2e13, "8.3e+13 ± 2.0e+13"}, {9e5, 2e6, "9.0e+05 ± 2.0e+06"}, {2e-5, 6e-5, "2.0e-05 ± 6.0e-05"}, {2e-5, 0, "2.0e-05 ± 0"}} {
		s := eval.Spread{Mean: []float64{c.mean}, Lo95: []float64{c.mean - c.half}, Hi95: []float64{c.mean + c.half}}
		if got := plusMinus(&s, 0); got != c.want {
			t.Errorf("%g ± %g is written %q, want %q", c.mean, c.half, got, c.want)
		}
	}
}

// Numbers that stand together have exponents or have none.
func TestNumbersThatStandTogetherAreWrittenAlike(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		values []float64
		want   string
	}{
		{[]float64{1.8e-5, 5.8e-7, 5.1e-5}, "1.8e-05 5.8e-07 5.1e-05"},
		{[]float64{0.5, 1e-5, 0}, "5.0e-01 1.0e-05 0"},
		{[]float64{0.5, 0, math.NaN()}, "0.50 0 –"},
		{[]float64{150, 2e6, math.Inf(1)}, "1.5e+02 2.0e+06 –"},
		{[]float64{5e-5, 150, -3}, "0.000050 150 -3.00"},
		{[]float64{-4e-5, 3}, "-4.0e-05 3.0e+00"},
	} {
		if got := strings.Join(alike(c.values...), " "); got != c.want {
			t.Errorf("%v are written %s, want %s", c.values, got, c.want)
		}
	}
	for _, c := range []struct {
		mean, lo, hi    float64
		value, interval string
	}{
		{1e-4, 2e-5, 2e-4, "1.0e-04", "2.0e-05 to 2.0e-04"}, {1e-4, 9e-5, 2e-4, "0.00010", "0.000090 to 0.00020"}, {1e-4, math.NaN(), 1, "0.00010", ""}, {1e-4, 0, math.NaN(), "0.00010", ""},
	} {
		value, interval := withEnds(c.mean, c.lo, c.hi)
		if value != c.value || interval != c.interval {
			t.Errorf("%v from %v to %v is written %q, %q", c.mean, c.lo, c.hi, value, interval)
		}
	}
}

func TestCurveNamesAreSpreadOut(t *testing.T) {
	t.Parallel()
	rng := sim.NewRand(3, "names", 0)
	for n := range 12 {
		ys := make([]vg.Length, n)
		for i := range ys {
			ys[i] = vg.Length(40 * rng.Float64())
		}
		slices.Sort(ys)
		spreadOut(ys, 10, 0, 200)
		for i, y := range ys {
			if !(y >= 0) || !(y <= 200) || i > 0 && !(y-ys[i-1] >= 10-1e-9) {
				t.Fatalf("heights %v of %d names", ys, n)
			}
		}
	}
	apart := []vg.Length{20, 40, 90}
	if spreadOut(apart, 10, 0, 100); !slices.Equal(apart, []vg.Length{20, 40, 90}) {
		t.Errorf("names that are apart moved to %v", apart)
	}
}
