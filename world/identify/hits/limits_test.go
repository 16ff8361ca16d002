package hits

import (
	"math"
	"testing"

	"orrery/sim"
	"orrery/world/observe"
)

// TestOfManyBodiesSomeAreUsed: of up to 400 all, of more as many, spread over all episodes.
func TestOfManyBodiesSomeAreUsed(t *testing.T) {
	t.Parallel()
	for episodes, want := range map[int]int{100: 100, 200: 200, 1000: 200} {
		var watches []*observe.Watch
		for k := range episodes {
			scene := sim.DefaultScene()
			scene.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{}), sim.NewDisc(0.1+0.001*float64(k), 1, sim.Surface{})}
			watches = append(watches, &observe.Watch{Scene: &scene})
		}
		b := newBodies(watches)
		used, last := 0, 0
		for k, is := range b.used {
			if is {
				used, last = used+1, k
			}
		}
		if !b.varied || used < want-1 || used > want+1 || last < episodes*9/10 {
			t.Errorf("of %d episodes %d are used, the last is %d", episodes, used, last)
		}
	}
}

// TestIntervalsHoldNinetyFiveOfAHundred.
func TestIntervalsHoldNinetyFiveOfAHundred(t *testing.T) {
	t.Parallel()
	if held := math.Erf(normal / math.Sqrt2); !(math.Abs(held-0.95) < 1e-3) {
		t.Errorf("%g of normal values are held", held)
	}
}
