package ground

import (
	"math"
	"testing"

	"orrery/datasets/film"
)

// flat returns a ground of one colour and a noise, and a picture that shows it.
func flat(noise float32) (*Ground, *film.Picture) {
	const side = 64
	g := &Ground{Width: side, Height: side, Mean: make([]float32, 3*side*side), Noise: make([]float32, side*side), Kind: Temporal}
	p := &film.Picture{Width: side, Height: side, Pix: make([]uint8, 3*side*side)}
	for i := range g.Mean {
		g.Mean[i], g.Noise[i/3], p.Pix[i] = 200, noise, 200
	}
	g.grid = lightGrid(side, side, nil)
	g.prepare()
	return g, p
}

// TestPixelsDifferByDeviations: 8.6 and two values for sure, 5 and one and a half perhaps, of the noise or of the unrest.
func TestPixelsDifferByDeviations(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ noise, unrest float32 }{{1, 0}, {3, 0}, {1, 3}} {
		sigma := float64(max(c.noise, c.unrest))
		faint, sure := uint8(5*sigma+1.5), uint8(8.64*sigma+2)
		g, p := flat(c.noise)
		g.Unrest = c.unrest
		g.prepare()
		at, near := 64*20+20, 64*20+24
		p.Pix[3*near] = 0 // far from what differs for sure less is looked for
		for off, want := range map[uint8]uint8{0: Clear, faint: Clear, faint + 1: Faint, sure: Faint, sure + 1: Thing} {
			for k := range 3 { // the sum of three differences; the picture is brighter, and so in no shadow
				p.Pix[3*at+k] = 200 + off/3
			}
			p.Pix[3*at] += off % 3
			m := NewMask(g)
			g.Look(p, m)
			if got := m.Class[at]; got != want {
				t.Errorf("noise %g, unrest %g: off by %d it is of class %d, must be %d", c.noise, c.unrest, off, got, want)
			}
		}
	}
}

// TestShadowsAreSoftAndNotBlack: neither steeper nor darker than light makes them.
func TestShadowsAreSoftAndNotBlack(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		share, ramp float64 // least brightness; px over which it passes into the light
		shadow      bool
	}{{0.5, 12, true}, {0.5, 8, true}, {0.5, 7, true}, {0.5, 6, true}, {0.5, 5, true}, {0.5, 4, false}, {0.33, 12, true}, {0.27, 12, false}} {
		g, p := flat(1)
		for i := range 64 * 64 {
			r := math.Hypot(float64(i%64)-32, float64(i/64)-32)
			depth := (1 - c.share) * min(max((8-r)/c.ramp+1, 0), 1)
			for k := range 3 {
				p.Pix[3*i+k] = uint8(200*(1-depth) + 0.5)
			}
		}
		m := NewMask(g)
		g.Look(p, m)
		var n [5]int
		for _, class := range m.Class {
			n[class]++
		}
		if c.shadow != (n[Thing] == 0) || n[Thing]+n[Shadow] < 150 {
			t.Errorf("%+v: classes %v", c, n)
		}
	}
	// One colour more than the others is paint.
	g, p := flat(1)
	for i := range 64 * 64 {
		r := math.Hypot(float64(i%64)-32, float64(i/64)-32)
		depth := 0.5 * min(max((8-r)/12+1, 0), 1)
		for k := range 3 {
			p.Pix[3*i+k] = uint8(200*(1-depth) + 0.5)
		}
		p.Pix[3*i] -= uint8(40 * depth)
	}
	m := NewMask(g)
	g.Look(p, m)
	if m.Class[64*32+32] != Thing {
		t.Error("a coloured shade is a shadow")
	}
}
