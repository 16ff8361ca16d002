package ground_test

import (
	"math"
	"testing"

	"orrery/world/watch/ground"
)

// TestWhatPassesBeforeAnEdgeIsNoGround: a bright strip, as of a lamp in a table that shines, is dark where a hand is reflected, which rests
// there for a while and goes along it. The strip is no body that had left.
func TestWhatPassesBeforeAnEdgeIsNoGround(t *testing.T) {
	t.Parallel()
	strip := func(dark float64) func(x, y float64) [3]float64 {
		return func(x, y float64) [3]float64 {
			switch {
			case y > 50 && y < 60 && x > 10 && x < 90 && math.Abs(x-dark) > 14:
				return [3]float64{96, 94, 95}
			case y > 40:
				return [3]float64{22, 20, 24}
			}
			return [3]float64{200, 190, 170 + 40*math.Mod(math.Floor(x/7)+math.Floor(y/7), 2)}
		}
	}
	var pictures []picture
	for k := range 40 {
		x := 75 - 6*float64(max(k-8, 0))
		pictures = append(pictures, picture{spots: []spot{{x: x, y: 20, r: 9, colour: red}}, ground: strip(x), noise: 1.5})
	}
	g := learnt(t, filmed(t, pictures), ground.DefaultOptions())
	if d := worst(g, strip(-100)); !(d <= 4) {
		t.Errorf("the ground is off by %v values, with ghosts of %d px", d, g.Ghosts)
	}
}

// TestFurnishedGroundsStayAsTheyAre: where so much stands about that nobody can tell bodies at rest from it, what passes before that in the
// colours of the smooth part uncovers nothing.
func TestFurnishedGroundsStayAsTheyAre(t *testing.T) {
	t.Parallel()
	furnished := func(x, y float64) [3]float64 {
		v := plain(x, y)
		for k := range 5 {
			d := math.Hypot(x-12-18*float64(k), y-18-36*float64(k%2))
			for c := range v {
				v[c] -= 80 * min(max((11-d)/6, 0), 1)
			}
		}
		return v
	}
	var pictures []picture
	for k := range 40 {
		pictures = append(pictures, picture{spots: []spot{{x: 3 * float64(k), y: 18, r: 12, colour: plain(0, 0)}}, ground: furnished, noise: 1})
	}
	g := learnt(t, filmed(t, pictures), ground.DefaultOptions())
	if d := worst(g, furnished); g.Even || !(d <= 6) {
		t.Errorf("even is %v, and the ground is off by %v values", g.Even, d)
	}
}
