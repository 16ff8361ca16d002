package main

import (
	"math"
	"testing"
)

// TestMotionsObeyTheirLaws: what is drawn is uniform, falls by 2.5 m/s², and keeps momentum and energy of masses that are areas.
func TestMotionsObeyTheirLaws(t *testing.T) {
	t.Parallel()
	for _, m := range motions {
		for k := range 30 {
			c := m.drawn("train", k, insideRadii, insideSpeeds)
			first, states := c.at(0), c.states()
			for i, r := range c.radii {
				if !(r >= 0.7 && r <= 1.5) {
					t.Fatalf("%s %d: radius %g", m.name, k, r)
				}
				if v := first[i].Velocity().Len(); !(v >= 1 && v <= 4) {
					t.Fatalf("%s %d: speed %g", m.name, k, v)
				}
			}
			if len(states) <= phyGiven {
				t.Errorf("%s %d has %d pictures", m.name, k, len(states))
			}
			fall := 0.0
			if m.name == "thrown" {
				fall = 2.5
			}
			var before, after [2]float64
			for i, r := range c.radii {
				b, a := first[i], c.at(3)[i]
				before[0], before[1] = before[0]+r*r*b.VX, before[1]+r*r*b.VX*b.VX
				after[0], after[1] = after[0]+r*r*a.VX, after[1]+r*r*a.VX*a.VX
				if !(math.Abs(a.VY+3*fall) < 1e-9) {
					t.Errorf("%s %d falls at %g m/s after 3 s", m.name, k, a.VY)
				}
			}
			if !(math.Abs(before[0]-after[0]) < 1e-9 && math.Abs(before[1]-after[1]) < 1e-9) {
				t.Errorf("%s %d: momentum and energy %v become %v", m.name, k, before, after)
			}
			for n, s := range states[1:] {
				for i, b := range s {
					off := b.Position().Sub(states[n][i].Position()).Scale(phyRate)
					if v := off.Len(); !(v < 30) {
						t.Fatalf("%s %d jumps at %g m/s", m.name, k, v)
					}
				}
				if len(s) == 2 && !(s[1].X-s[0].X >= c.radii[0]+c.radii[1]-1e-9) {
					t.Fatalf("%s %d: discs overlap", m.name, k)
				}
			}
		}
	}
}

// TestThreePicturesTellTheirDiscs watches what a prediction is given.
func TestThreePicturesTellTheirDiscs(t *testing.T) {
	t.Parallel()
	c := motions[2].drawn("inside", 1, insideRadii, insideSpeeds)
	states := c.states()
	pictures, err := c.film(t.Context(), states[:phyGiven])
	if err != nil {
		t.Fatal(err)
	}
	w, err := c.see(t.Context(), pictures)
	if err != nil {
		t.Fatal(err)
	}
	for k, sights := range w.Sights {
		for i, truth := range states[k] {
			near := math.Inf(1)
			for n, s := range sights {
				if s.Seen {
					near = min(near, math.Hypot(s.X-truth.X, s.Y-truth.Y)+math.Abs(w.Scene.Bodies[n].Reach()-c.radii[i]))
				}
			}
			if !(near < 0.003) {
				t.Errorf("picture %d: disc %d and its radius are seen %g m off", k, i, near)
			}
		}
	}
}
