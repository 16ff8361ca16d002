package polygon_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/sim/polygon"
)

// TestMeasuresFollowSteiner: a convex shape that grows by r has its area, r times its rim and
// πr² more (Steiner 1840); and it has the measures of a shape turned, moved and scaled.
func TestMeasuresFollowSteiner(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 0))
	for range 200 {
		corners := polygon.Ellipse(0.2+rng.Float64(), 0.2+rng.Float64(), 1+rng.IntN(9))
		if len(corners) == 1 {
			corners[0] = sim.Vec{}
		}
		radius := 0.3 * rng.Float64()
		rim := 0.0
		for i, c := range corners {
			rim += corners[(i+1)%len(corners)].Sub(c).Len()
		}
		plain, _, _ := polygon.Measure(corners, 0)
		area, centre, moment := polygon.Measure(corners, radius)
		if want := plain + rim*radius + math.Pi*radius*radius; !scalar.EqualWithinAbsOrRel(area, want, 1e-12, 1e-9) {
			t.Errorf("%d corners grown by %v have %v m², want %v", len(corners), radius, area, want)
		}
		angle, scale, by := 6*rng.Float64(), 0.5+2*rng.Float64(), sim.Vec{X: 3 * rng.NormFloat64(), Y: 3 * rng.NormFloat64()}
		to := func(v sim.Vec) sim.Vec { return v.Rotate(angle).Scale(scale).Add(by) }
		moved := make([]sim.Vec, len(corners))
		for i, c := range corners {
			moved[i] = to(c)
		}
		gotArea, gotCentre, gotMoment := polygon.Measure(moved, scale*radius)
		if !scalar.EqualWithinAbsOrRel(gotArea, area*scale*scale, 1e-12, 1e-9) || !scalar.EqualWithinAbsOrRel(gotMoment, moment*math.Pow(scale, 4), 1e-12, 1e-8) {
			t.Errorf("scaled by %v: %v m² and %v m⁴, from %v and %v", scale, gotArea, gotMoment, area, moment)
		}
		if !(area <= 0) && !(gotCentre.Sub(to(centre)).Len() <= 1e-9) {
			t.Errorf("the centroid is at %v, want %v", gotCentre, to(centre))
		}
	}
}

// TestCapsulesHaveTheirTextbookMoment: a rectangle between two halves of a disc.
func TestCapsulesHaveTheirTextbookMoment(t *testing.T) {
	t.Parallel()
	const half, r = 0.4, 0.15 // m
	area, centre, moment := polygon.Measure([]sim.Vec{{X: 1 - half, Y: 2}, {X: 1 + half, Y: 2}}, r)
	box, disc := 4*half*r, math.Pi*r*r
	// The halves of the disc lie half away from the middle, and 4r/3π further with their centroids.
	want := box*(4*half*half+4*r*r)/12 + disc*(r*r/2+half*half+2*half*4*r/(3*math.Pi))
	if !scalar.EqualWithinAbs(area, box+disc, 1e-12) || !(centre.Sub(sim.Vec{X: 1, Y: 2}).Len() <= 1e-12) || !scalar.EqualWithinAbs(moment, want, 1e-12) {
		t.Errorf("%v m², %v, %v m⁴, want %v m² and %v m⁴", area, centre, moment, box+disc, want)
	}
}

// TestEllipsesAreInscribed: their corners lie on the ellipse at equal steps of its parameter,
// and enclose what n triangles of it do.
func TestEllipsesAreInscribed(t *testing.T) {
	t.Parallel()
	for _, n := range []int{3, 4, 7, 64} {
		outline := polygon.Ellipse(0.7, 0.2, n)
		for i, v := range outline {
			if on := v.X*v.X/0.49 + v.Y*v.Y/0.04; len(outline) != n || !scalar.EqualWithinAbs(on, 1, 1e-12) {
				t.Errorf("corner %d of %d is at %v", i, n, v)
			}
		}
		want := 0.7 * 0.2 * float64(n) / 2 * math.Sin(2*math.Pi/float64(n))
		if got := polygon.Area(outline); !scalar.EqualWithinAbs(got, want, 1e-12) || outline[0] != (sim.Vec{X: 0.7}) {
			t.Errorf("%d corners from %v on enclose %v m², want %v", n, outline[0], got, want)
		}
	}
}

// TestCrossingsAreThoseOfAllPairs solves for the point that two sides have in common.
func TestCrossingsAreThoseOfAllPairs(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(5, 0))
	share := func(a, b, c, d sim.Vec) bool {
		ab, cd, ac := b.Sub(a), d.Sub(c), c.Sub(a)
		s, u := ac.Cross(cd)/ab.Cross(cd), ac.Cross(ab)/ab.Cross(cd)
		return s >= 0 && s <= 1 && u >= 0 && u <= 1
	}
	seen := [2]int{}
	for range 2000 {
		outline := make([]sim.Vec, 3+rng.IntN(5))
		for i := range outline {
			outline[i] = sim.Vec{X: rng.NormFloat64(), Y: rng.NormFloat64()}
		}
		want, n := false, len(outline)
		for i := range n {
			for j := i + 2; j < n; j++ {
				if (j+1)%n != i && share(outline[i], outline[i+1], outline[j], outline[(j+1)%n]) {
					want = true
				}
			}
		}
		i, j, got := polygon.SelfCrossing(outline)
		if got != want || got && !share(outline[i], outline[(i+1)%n], outline[j], outline[(j+1)%n]) {
			t.Errorf("%v crosses itself: %v, sides %d and %d", outline, got, i, j)
		}
		if got {
			seen[1]++
		} else {
			seen[0]++
		}
	}
	if seen[0] < 100 || seen[1] < 100 {
		t.Errorf("%v outlines do not and do cross", seen)
	}
}

// TestFlatCornersAreLeftOut: those whose triangle is less than a billionth of the square that
// holds the outline, wherever the outline is.
func TestFlatCornersAreLeftOut(t *testing.T) {
	t.Parallel()
	for _, by := range []sim.Vec{{}, {X: 64, Y: 64}, {X: -64, Y: 32}} {
		for twice, want := range map[float64]int{0.7e-9: 4, 1.4e-9: 5} { // m², of the triangle of the corner in the middle of a side
			outline := []sim.Vec{{}, {X: 0.5, Y: -twice}, {X: 1}, {X: 1, Y: 1}, {Y: 1}}
			for i := range outline {
				outline[i] = outline[i].Add(by)
			}
			parts, err := polygon.Convex(outline)
			if err != nil || len(parts) != 1 || len(parts[0]) != want {
				t.Errorf("at %v a corner of %v m² leaves %v, %v, want %d corners", by, twice, parts, err, want)
			}
		}
	}
}
