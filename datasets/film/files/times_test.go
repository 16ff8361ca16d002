package files

import (
	"fmt"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
)

// TestClocksOfPicturesCountSince1970: from 2001 to 2049, in ms, µs or ns, pictures 0.1 ms to 10 s apart.
func TestClocksOfPicturesCountSince1970(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		first, typical int64
		want           float64
	}{
		{1_700_000_000_000, 33, 1e3}, {1_700_000_000_000_000, 33_000, 1e6}, {1_700_000_000_000_000_000, 33_000_000, 1e9}, {1_700_000_000, 1, 0},
		{1_000_000_000_000, 33, 1e3}, {999_999_999_999, 33, 0}, {2_500_000_000_000, 33, 1e3}, {2_500_000_000_001, 33, 0},
		{1_700_000_000_000, 10_000, 1e3}, {1_700_000_000_000, 10_001, 0}, {1_700_000_000_000_000, 100, 1e6}, {1_700_000_000_000_000, 99, 0},
		{0, 1, 0},
	} {
		if got := sinceEpoch(c.first, c.typical); got != c.want {
			t.Errorf("%d and every %d: %v a second, want %v", c.first, c.typical, got, c.want)
		}
	}
}

// TestNumbersOfPicturesAreTheirTimes: at 30 pictures a second, in steps all have in common, or in typical distances where they lie five
// steps apart at least.
func TestNumbersOfPicturesAreTheirTimes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		names []string
		want  []float64 // pictures after the first, at 30 a second
		tick  float64
	}{
		{[]string{"a.png"}, []float64{0}, 0},
		{[]string{"a1.png", "a2.png", "a4.png"}, []float64{0, 1, 3}, 0},
		{[]string{"a10.png", "a20.png", "a40.png"}, []float64{0, 1, 3}, 0},
		{[]string{"a0.png", "a4.png", "a9.png"}, []float64{0, 4, 9}, 0},    // four apart are gaps
		{[]string{"a0.png", "a5.png", "a11.png"}, []float64{0, 1, 2.2}, 0}, // five are a clock
		{[]string{"a0.png", "a20.png", "a41.png", "a61.png"}, []float64{0, 1, 2.05, 3.05}, 0},
		{[]string{"a.png", "b.png", "d.png"}, []float64{0, 1, 2}, 0},
		{[]string{"a1b1.png", "a2b2.png", "a4b9.png"}, []float64{0, 1, 2}, 0}, // differ in two numbers
		{[]string{"a1.png", "a2.png", "b4.png"}, []float64{0, 1, 2}, 0},       // and in letters
		{[]string{"1700000000000.png", "1700000000100.png", "1700000000250.png"}, []float64{0, 3, 7.5}, 1e-3},
	} {
		got, tick, err := times(c.names)
		if err != nil || len(got) != len(c.want) || !scalar.EqualWithinAbs(tick, c.tick, 1e-15) {
			t.Errorf("%v: %v, tick %v, %v", c.names, got, tick, err)
			continue
		}
		for k, at := range got {
			if !scalar.EqualWithinAbs(at, c.want[k]/30, 1e-9) {
				t.Errorf("%v: picture %d at %v s, want %v", c.names, k, at, c.want[k]/30)
			}
		}
	}
	for want, names := range map[string][]string{
		"a1.png and a01.png have the same number": {"a1.png", "a01.png"}, "a99999999999999999999.png: its number has too many digits": {"a1.png", "a99999999999999999999.png"},
	} {
		if _, _, err := times(names); err == nil || err.Error() != want {
			t.Errorf("%v: %v, want %s", names, err, want)
		}
	}
	if got := fmt.Sprintf("%q", split("ab12c")); got != `["ab" "12" "c"]` {
		t.Errorf("split: %s", got)
	}
}
