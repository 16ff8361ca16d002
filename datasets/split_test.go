package datasets

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
	"pgregory.net/rapid"
)

func TestSplit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 300).Draw(t, "n")
		fraction := rapid.Float64Range(0, 1).Draw(t, "fraction")
		seed := rapid.Uint64().Draw(t, "seed")
		train, val := split(n, fraction, seed)
		again, _ := split(n, fraction, seed)
		if !slices.Equal(train, again) {
			t.Fatal("the same seed splits otherwise")
		}
		if !slices.IsSorted(train) || !slices.IsSorted(val) {
			t.Fatal("not in ascending order")
		}
		all := slices.Sorted(slices.Values(slices.Concat(train, val)))
		for i := range n {
			if len(all) != n || all[i] != i {
				t.Fatalf("%v and %v are not all of %d episodes", train, val, n)
			}
		}
		if want := fraction * float64(n); !scalar.EqualWithinAbs(float64(len(val)), want, 1) {
			t.Fatalf("%d of %d validate, want %v", len(val), n, want)
		}
		if n > 1 && !(fraction <= 0) && !(fraction >= 1) && (len(val) == 0 || len(train) == 0) {
			t.Fatal("a side is empty")
		}
	})
	a, _ := split(100, 0.5, 1)
	b, _ := split(100, 0.5, 2)
	if slices.Equal(a, b) {
		t.Error("another seed splits the same")
	}
	if train, val := split(5, math.NaN(), 1); len(train)+len(val) != 5 {
		t.Errorf("fraction NaN: %v, %v", train, val)
	}
}
