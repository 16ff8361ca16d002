package region_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/world/region"
)

// TestNormalRegionsFollowRayleigh holds regions of a normal error against closed forms, at
// levels that are stored, between them and beyond them.
func TestNormalRegionsFollowRayleigh(t *testing.T) {
	t.Parallel()
	r := region.Normal(0.3)
	for _, level := range []float64{1e-6, 0.02, 0.05, 0.3, 0.5, 0.68, 0.77, 0.9, 0.97, 0.99, 0.9999} {
		want := 0.3 * math.Sqrt(-2*math.Log1p(-level))
		half := r.Ellipse(level)
		if !scalar.EqualWithinRel(half[0], want, 1e-9) || half[1] != half[0] || !scalar.EqualWithinRel(r.Radius(level), want, 1e-9) {
			t.Errorf("level %v: half axes %v m, want %v", level, half, want)
		}
		if got := r.Level(0.6*want, -0.8*want); !scalar.EqualWithinAbs(got, level, 1e-9) {
			t.Errorf("%v m off: level %v, want %v", want, got, level)
		}
	}
	if half := r.Ellipse(0); half != [2]float64{} {
		t.Errorf("level 0: %v", half)
	}
	if half := r.Ellipse(1); !math.IsInf(half[0], 1) {
		t.Errorf("level 1: %v", half)
	}
}

// TestLevelsAreThoseThatAreStored with models, and compared between them.
func TestLevelsAreThoseThatAreStored(t *testing.T) {
	if want := [9]float64{0.05, 0.1, 0.25, 0.5, 0.68, 0.8, 0.9, 0.95, 0.99}; region.Levels != want {
		t.Errorf("levels %v, want %v", region.Levels, want)
	}
}

func TestLevelsAtTheEdges(t *testing.T) {
	t.Parallel()
	r, sure := region.Normal(0.3), region.Normal(0)
	for _, c := range []struct {
		what   string
		region region.Region
		x, y   float64
		want   float64
	}{
		{"exact", r, 0, 0, 0}, {"exact and sure", sure, 0, 0, 0}, {"off and sure", sure, 1e-9, 0, 1},
		{"lost", r, math.NaN(), 0, 1}, {"endless", r, 0, math.Inf(-1), 1},
	} {
		if got := c.region.Level(c.x, c.y); got != c.want {
			t.Errorf("%s: level %v, want %v", c.what, got, c.want)
		}
	}
}

// TestRegionsOfAnyShape: an ellipse reaches what lies on it, whatever its angle and tails,
// and grows with the level.
func TestRegionsOfAnyShape(t *testing.T) {
	t.Parallel()
	rng := sim.NewRand(1, "regions", 0)
	for range 200 {
		r := region.Region{Axes: [2]float64{math.Exp(rng.NormFloat64()), math.Exp(rng.NormFloat64())}, Angle: 6 * rng.NormFloat64()}
		reach := math.Exp(3 * rng.NormFloat64())
		for k := range r.Reach {
			reach *= 1.001 + 3*rng.Float64()
			r.Reach[k] = reach
		}
		last := 0.0
		for level := 0.01; level < 0.999; level += 0.017 {
			half := r.Ellipse(level)
			if !(half[0] > last) || !scalar.EqualWithinRel(half[1]*r.Axes[0], half[0]*r.Axes[1], 1e-9) {
				t.Fatalf("level %v: half axes %v m after %v", level, half, last)
			}
			last = half[0]
			at := 2 * math.Pi * rng.Float64()
			edge := sim.Vec{X: half[0] * math.Cos(at), Y: half[1] * math.Sin(at)}.Rotate(r.Angle)
			if got := r.Level(edge.X, edge.Y); !scalar.EqualWithinAbs(got, level, 1e-9) {
				t.Fatalf("edge of level %v is at %v", level, got)
			}
		}
	}
}

// TestUnroundedIsWithinTheRounding: of numbers of 32 bits, whose relative error is 2⁻²⁴ at
// most, and the places fill that range.
func TestUnroundedIsWithinTheRounding(t *testing.T) {
	t.Parallel()
	rng := sim.NewRand(1, "unrounded", 0)
	for _, given := range []float64{float64(float32(1.3)), float64(float32(-700.7)), 0.5} {
		most, rounding := 0.0, max(1, math.Abs(given))/(1<<24)
		for range 1000 {
			most = max(most, math.Abs(region.Unrounded(rng, given)-given))
		}
		if !(most <= rounding*(1+1e-6)) || !(most >= 0.95*rounding) {
			t.Errorf("%v becomes %v m off at most, want %v", given, most, rounding)
		}
	}
}

// TestNoiseWidensRegions: of normal errors and noise along a turned ellipse, each level holds its share.
func TestNoiseWidensRegions(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	r := region.Normal(1)
	r.Axes, r.Angle = [2]float64{3e-3, 1e-3}, 0.7
	sin, cos := math.Sincos(r.Angle)
	for _, noise := range []float64{0, 1e-3, 1e-2} {
		const n = 8_000
		var held [3]float64
		for range n {
			along, across := r.Axes[0]*rng.NormFloat64(), r.Axes[1]*rng.NormFloat64()
			x, y := cos*along-sin*across+noise*rng.NormFloat64(), sin*along+cos*across+noise*rng.NormFloat64()
			level := r.LevelThrough(x, y, noise)
			for k, p := range []float64{0.5, 0.9, 0.99} {
				if level <= p {
					held[k] += 1.0 / n
				}
			}
		}
		for k, p := range []float64{0.5, 0.9, 0.99} {
			if !(math.Abs(held[k]-p) <= 0.025) {
				t.Errorf("noise of %v m: %.4f within the regions for %v", noise, held[k], p)
			}
		}
	}
	if got := r.LevelThrough(0, 0, 1e-3); !(got < 1e-9) {
		t.Errorf("the predicted place itself has level %v", got)
	}
	if got := r.LevelThrough(10, 0, 1e-3); !(got >= 1-1e-9) {
		t.Errorf("a place far off has level %v", got)
	}
}

// TestNoiseOfLongTailsIsHeld: of errors of which half are next to nothing and some are large, each level still
// holds its share.
func TestNoiseOfLongTailsIsHeld(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 4))
	r := region.Region{Axes: [2]float64{1, 1}, Reach: [len(region.Levels)]float64{1e-5, 2e-5, 5e-5, 1e-4, 3e-3, 1e-2, 3e-2, 6e-2, 0.2}}
	const n, noise = 4000, 1e-3
	var held [3]float64
	for range n {
		sin, cos := math.Sincos(2 * math.Pi * rng.Float64())
		at := r.Ellipse(rng.Float64())[0]
		level := r.LevelThrough(at*cos+noise*rng.NormFloat64(), at*sin+noise*rng.NormFloat64(), noise)
		for k, p := range []float64{0.5, 0.9, 0.99} {
			if level <= p {
				held[k] += 1.0 / n
			}
		}
	}
	for k, p := range []float64{0.5, 0.9, 0.99} {
		if !(math.Abs(held[k]-p) <= 0.03) {
			t.Errorf("%.4f within the regions for %v", held[k], p)
		}
	}
}

// TestWidenedRegionsHoldTheNoise: of normal errors it is the sum of the two, for every share; what is round stays
// round, the ellipse for half is exact, no noise changes nothing, and all noise is all there is.
func TestWidenedRegionsHoldTheNoise(t *testing.T) {
	t.Parallel()
	long := region.Region{Axes: [2]float64{0.03, 0.01}, Angle: 0.7, Reach: [9]float64{0.1, 0.2, 0.5, 1, 1.5, 2, 3, 5, 9}}
	if got := long.Widened(0); got != long {
		t.Errorf("without noise it is %v", got)
	}
	round := region.Normal(0.03)
	for _, level := range []float64{0.05, 0.3, 0.5, 0.9, 0.999} {
		wide, want := round.Widened(0.04), region.Normal(0.05)
		if got, want := wide.Ellipse(level), want.Ellipse(level); !(math.Abs(got[0]-want[0]) <= 1e-12) || !(math.Abs(got[1]-want[1]) <= 1e-12) {
			t.Errorf("level %v: %v, want %v", level, got, want)
		}
		start := region.Normal(0)
		if got, want := start.Widened(0.04), region.Normal(0.04); !(math.Abs(got.Radius(level)-want.Radius(level)) <= 1e-12) {
			t.Errorf("level %v: noise alone reaches %v, want %v", level, got.Radius(level), want.Radius(level))
		}
	}
	wide := long.Widened(0.02)
	noise := region.Normal(0.02)
	for k, level := range region.Levels {
		own, more := long.Ellipse(level), noise.Ellipse(level)
		a, b := math.Hypot(own[0], more[0]), math.Hypot(own[1], more[1])
		if got, want := wide.Radius(level), math.Sqrt(a*b); !(math.Abs(got-want) <= 1e-12) {
			t.Errorf("level %v: radius %v, want %v", level, got, want)
		}
		if got := wide.Ellipse(level); level == 0.5 && !(math.Abs(got[0]-a) <= 1e-12) || k > 0 && !(wide.Reach[k] > wide.Reach[k-1]) {
			t.Errorf("level %v: %v, want %v and %v", level, got, a, b)
		}
	}
	if wide.Angle != long.Angle {
		t.Errorf("it is turned by %v", wide.Angle-long.Angle)
	}
}
