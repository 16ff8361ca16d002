package observe

import (
	"slices"
	"testing"
)

// TestSlidingShowsWhereRatiosEnd: many impacts that rub by the same share of their push, and none by more, slide; shares that
// merely vary do not.
func TestSlidingShowsWhereRatiosEnd(t *testing.T) {
	t.Parallel()
	var spread, edge, beyond []float64
	for k := range 60 {
		spread = append(spread, 0.4*float64(k)/60)
	}
	for k := range 15 {
		edge = append(edge, 0.399+0.0001*float64(k))
		beyond = append(beyond, 0.5+0.02*float64(k))
	}
	edge = append(slices.Clone(spread), edge...)
	beyond = append(slices.Clone(edge), beyond...)
	for name, c := range map[string]struct {
		ratios []float64
		most   float64
		want   bool
	}{
		"an edge": {edge, 0.4, true}, "none": {spread, 0.39, false}, "more rub by more": {beyond, 0.4, false}, "nothing rubs": {edge, 0, false},
	} {
		slices.Sort(c.ratios)
		if n := sliding(c.ratios, c.most, 1e-3); (n >= 15) != c.want {
			t.Errorf("%s: %d impacts slide", name, n)
		}
	}
}
