package follow

import (
	"math"
	"math/rand/v2"
	"testing"
)

// thrown returns a sample of a box of 30 × 12 px whose shadow is a cast's, with noise of the light.
func thrown(c cast, noise float64) castSample {
	const width, height = 80, 60
	s := castSample{width: width, height: height, covered: make([]float32, width*height)}
	for i := range s.covered {
		if x, y := i%width, i/width; x >= 25 && x < 55 && y >= 22 && y < 34 {
			s.covered[i] = 1
		}
	}
	lost := blur(nil, s.covered, width, height, c.x, c.y, c.soft)
	random := rand.New(rand.NewPCG(1, 2))
	for i, covered := range s.covered {
		if i%3 == 0 && covered == 0 {
			s.places = append(s.places, int32(i))
			s.dark = append(s.dark, float32(0.02+c.share*float64(lost[i])+noise*random.NormFloat64()))
		}
	}
	return s
}

// TestCastsAreLearnt from the ground beside bodies, in noise and in light that is a little off.
func TestCastsAreLearnt(t *testing.T) {
	t.Parallel()
	for _, want := range []cast{{0.4, 5, 7, 4}, {0.2, -6.5, 3.25, 2}, {0.6, 0, 4, 1.5}} {
		got := learnCast([]castSample{thrown(want, 0.02), thrown(want, 0.02)})
		if got == nil || !(math.Abs(got.share-want.share) <= 0.02 && math.Abs(got.x-want.x) <= 0.25 && math.Abs(got.y-want.y) <= 0.25) || got.soft != want.soft {
			t.Errorf("%v of %v", got, want)
		}
	}
	if got := learnCast([]castSample{thrown(cast{0.4, 5, 7, 4}, 0.3)}); got != nil {
		t.Errorf("noise that hides a shadow tells %v", *got)
	}
	if got := learnCast([]castSample{thrown(cast{0.03, 5, 7, 4}, 0)}); got != nil {
		t.Errorf("three hundredths of the light tell %v", *got)
	}
	if got := learnCast([]castSample{thrown(cast{-0.4, 5, 7, 4}, 0)}); got != nil {
		t.Errorf("what is lighter than the ground tells %v", *got)
	}
}

// TestBlursMoveAndKeepTheirSum, but for what leaves the box.
func TestBlursMoveAndKeepTheirSum(t *testing.T) {
	t.Parallel()
	const width, height = 50, 40
	from := make([]float32, width*height)
	from[20*width+20] = 2
	var sum, x, y, xx, yy float64
	for i, v := range blur(nil, from, width, height, 2.5, -3.25, 2) {
		sum += float64(v)
		x, y = x+float64(v)*float64(i%width), y+float64(v)*float64(i/width)
	}
	x, y = x/sum, y/sum
	for i, v := range blur(nil, from, width, height, 2.5, -3.25, 2) {
		dx, dy := float64(i%width)-x, float64(i/width)-y
		xx, yy = xx+float64(v)*dx*dx/sum, yy+float64(v)*dy*dy/sum
	}
	if !(math.Abs(sum-2) <= 1e-4 && math.Abs(x-22.5) <= 0.02 && math.Abs(y-16.75) <= 0.02 && math.Abs(xx-4) <= 0.15 && math.Abs(yy-4) <= 0.15) {
		t.Errorf("a sum of %.4f at %.3f, %.3f, squares %.3f and %.3f", sum, x, y, xx, yy)
	}
	sum = 0
	for _, v := range blur(nil, from, width, height, -21, 0, 2) {
		sum += float64(v)
	}
	if want := math.Erfc(0.5 / 2 / math.Sqrt2); !(math.Abs(sum-want) <= 0.05) { // the middle is 1 px beyond the first column, whose edge is half a px from it
		t.Errorf("with its middle beyond the border a sum of %.4f is left, want %.4f", sum, want)
	}
}
