package ground

import (
	"math"
	"testing"
)

// paper is the colour of the ground in these tests, and plum that of the body.
var paper, plum = [3]float32{200, 198, 190}, [3]float32{92, 41, 119}

// shadowed is a plum box in columns 30 to 59 and rows 20 to 59 of a paper ground, with a shadow on the right, .6 of the light at the box and as light as the
// ground 12 px from it, and the surface of its ground.
func shadowed() (g *Ground, s *surface, of []int32) {
	g = blank(90, 80, 0)
	put(g, paper, func(c, r int) bool { return true })
	for k := range 12 {
		share := 1 - 0.4*(1-float32(k)/12)
		put(g, [3]float32{share * paper[0], share * paper[1], share * paper[2]}, func(c, r int) bool { return c == 60+k && r >= 20 && r < 60 })
	}
	put(g, plum, func(c, r int) bool { return c >= 30 && c < 60 && r >= 20 && r < 60 })
	s = g.fitSurface(nil)
	for i := range s.value {
		s.value[i] = paper[i%3]
	}
	s.rough = 1
	of = make([]int32, len(g.Noise))
	for i := range of {
		if c, r := i%90, i/90; c >= 30 && c < 60 && r >= 20 && r < 60 {
			of[i] = 1
		}
	}
	return g, s, of
}

// TestShadowsGoOnBelowBodies that never move: at the edge beside the shadow the ground is as dark as there, at the other one it is light, and a dark line as
// thin as an edge is no shadow.
func TestShadowsGoOnBelowBodies(t *testing.T) {
	t.Parallel()
	g, s, of := shadowed()
	edge := [3]float32{0.7 * paper[0], 0.7 * paper[1], 0.7 * paper[2]}
	put(g, edge, func(c, r int) bool { return c == 10 && r >= 20 && r < 60 })
	for at, want := range map[int]bool{9: false, 10: false, 59: false, 60: true, 65: true, 75: false} {
		if got := g.shadowed(s, of)[40*90+at]; got != want {
			t.Errorf("column %d lies in a shadow: %v", at, got)
		}
	}
	g.guess(s, of)
	for _, v := range []struct {
		column int
		share  float64
	}{{59, 0.62}, {57, 0.65}, {30, 1}, {32, 1}} {
		for c, base := range paper {
			if got := float64(g.Mean[3*(40*90+v.column)+c] / base); !(math.Abs(got-v.share) <= 0.05) {
				t.Errorf("column %d, channel %d: %.3f of the light, want %.3f", v.column, c, got, v.share)
			}
		}
	}
	if g.Filled != 30*40 {
		t.Errorf("%d px are filled, want 1200", g.Filled)
	}
}

// TestShadowsAreNoMixtures of a body and the ground, though they may be near one; what is nearer to the mixture is the body's.
func TestShadowsAreNoMixtures(t *testing.T) {
	t.Parallel()
	g, s, of := shadowed()
	s.rough = 14
	colours := [][3]float32{plum}
	if k := g.between(s, of, colours, 40*90+60); k != 0 {
		t.Errorf("the shadow beside a body is of body %d", k)
	}
	put(g, [3]float32{146, 120, 155}, func(c, r int) bool { return c == 60 })
	if k := g.between(s, of, colours, 40*90+60); k != 1 {
		t.Errorf("half of a body is of body %d", k)
	}
}

// TestValuesGoOn from what is known around: between two ends they are a line, beside the only end they are its value, and without any they are 0.
func TestValuesGoOn(t *testing.T) {
	t.Parallel()
	g := blank(12, 3, 0)
	inside := make([]bool, 36)
	for c := 1; c < 11; c++ {
		inside[12+c] = true
	}
	ends := func(left, right bool) map[int][3]float32 {
		return g.goOn(inside, func(i int) (v [3]float32, ok bool) {
			return [3]float32{11 * float32(i-12)}, left && i == 12 || right && i == 23
		})
	}
	none, one, two := ends(false, false), ends(false, true), ends(true, true)
	for c := 1; c < 11; c++ {
		if v := two[12+c][0]; !(math.Abs(float64(v)-11*float64(c)) <= 0.5) {
			t.Errorf("column %d between two ends is %.2f, want %d", c, v, 11*c)
		}
		if v := one[12+c][0]; !(math.Abs(float64(v)-121) <= 2) {
			t.Errorf("column %d beside one end is %.2f, want 121", c, v)
		}
	}
	if len(one) != 10 || none[17] != [3]float32{} {
		t.Errorf("%d values, and %v where nothing is known", len(one), none[17])
	}
}
