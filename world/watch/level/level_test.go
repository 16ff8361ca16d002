package level_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"orrery/datasets/film"
	"orrery/world/watch/level"
)

// looks returns how large two bodies in a plane look to a camera with a slant, at places along a line or all over a picture of 320 × 240 px,
// with a relative error.
func looks(slant film.Slant, spread, noise float64, n int) (sizes []level.Size) {
	r := rand.New(rand.NewPCG(1, 2))
	for k := range n {
		s := level.Size{Body: k % 2, X: -150 + 300*float64(k)/float64(n-1), Y: spread * r.NormFloat64()}
		s.By = []float64{1, 0.98}[s.Body] * math.Pow(1+slant.X*s.X+slant.Y*s.Y, 1.5) * (1 + noise*r.NormFloat64())
		sizes = append(sizes, s)
	}
	return sizes
}

func TestSizesTellTheSlant(t *testing.T) {
	t.Parallel()
	want := film.Slant{X: 1.4e-4, Y: -3e-4}
	got, ok := level.Find(looks(want, 60, 0.002, 48), 320)
	if !ok {
		t.Fatalf("no slant is found: %+v", got)
	}
	if !(math.Hypot(got.X-want.X, got.Y-want.Y) <= 5*got.Std) || !(got.Std < 1e-5) || !(got.Std > 2e-7) {
		t.Errorf("%+v, want %+v", got, want)
	}
	if over := 300 * want.X; !(got.Over > over && got.Over < 3*over) {
		t.Errorf("the scale changes by %v, want somewhat more than %v", got.Over, over)
	}
}

func TestMotionAlongALineTellsNoSlantAcrossIt(t *testing.T) {
	t.Parallel()
	for _, spread := range []float64{0, 5} { // px to either side
		got, ok := level.Find(looks(film.Slant{X: 1.4e-4}, spread, 0.01, 48), 320)
		if !ok || !(math.Abs(got.X-1.4e-4) <= 5e-5) || !(math.Abs(got.Y) <= 5e-6) {
			t.Errorf("spread %v: %+v, %v", spread, got, ok)
		}
	}
}

func TestOneSizeThatIsWrongChangesLittle(t *testing.T) {
	t.Parallel()
	sizes := looks(film.Slant{X: 1.4e-4}, 60, 0.002, 24)
	sizes[3].By = 1.8
	if got, ok := level.Find(sizes, 320); !ok || !(math.Abs(got.X-1.4e-4) <= 2e-5) {
		t.Errorf("%+v, %v", got, ok)
	}
}

func TestWhatLooksAsLargeEverywhereHasNoSlant(t *testing.T) {
	t.Parallel()
	for seed, n := range []int{0, 5, 24, 100} {
		if got, ok := level.Find(looks(film.Slant{}, 60, 0.01, max(n, 2)), 320); ok {
			t.Errorf("%d: %+v", seed, got)
		}
	}
	// A body that grows where it stands tells no slant, and neither does less than a hundredth.
	var grows []level.Size
	for k := range 24 {
		grows = append(grows, level.Size{X: float64(k % 2), By: 1 + 0.01*float64(k)})
	}
	if got, ok := level.Find(grows, 320); ok {
		t.Errorf("what grows at a place has a slant of %+v", got)
	}
	if got, ok := level.Find(looks(film.Slant{X: 2e-5}, 0, 0.0001, 24), 320); ok {
		t.Errorf("0.6 %% has a slant of %+v", got)
	}
}
