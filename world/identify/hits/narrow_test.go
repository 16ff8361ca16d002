package hits

import (
	"math"
	"testing"

	"orrery/world/identify"
)

// TestFrictionsAreNarrowed: from the best of a few starts the search comes to a true friction from which they are far, for walls and for pairs,
// alone and together, though the solver sees it only from near by.
func TestFrictionsAreNarrowed(t *testing.T) {
	t.Parallel()
	const reach = 1.13 // as a factor of the true friction, within which the solver finds it
	for _, truth := range [][2]float64{{0.21, 0.4}, {0.4, 0.25}, {0.33, 0.8}, {1.1, 0.45}} {
		for _, names := range [][]string{{identify.Scene, identify.Wall}, {identify.Wall}, {identify.Scene}} {
			c := &constants{}
			for _, of := range names {
				c.all = append(c.all, constant{name: identify.Friction, of: of, x: 0.5})
			}
			s := &study{system: &system{c: c}, cost: math.Inf(1)}
			tried := 0
			try := func(mu [2]float64) error {
				tried++
				cost, next := 0.0, &constants{}
				for _, k := range c.all {
					q := 0
					if k.of == identify.Wall {
						q = 1
					}
					k.x = mu[q]
					if near := mu[q] / truth[q]; 1/reach < near && near < reach {
						k.x = truth[q]
					}
					cost, next.all = cost+math.Abs(math.Log(k.x/truth[q])), append(next.all, k)
				}
				if !(cost >= s.cost) {
					s.cost, s.system = cost, &system{c: next}
				}
				return nil
			}
			if err := try([2]float64{0.5, 0.5}); err != nil {
				t.Fatal(err)
			}
			_, has := s.frictions()
			if err := s.narrow(has, try); err != nil {
				t.Fatal(err)
			}
			if s.cost != 0 {
				t.Errorf("%v of %v: %v is found, %g off", truth, names, s.system.c.values(), s.cost)
			}
			if want := 1 + 2*narrowed*len(names); tried != want {
				t.Errorf("%d tries for %v, want %d", tried, names, want)
			}
		}
	}
}
