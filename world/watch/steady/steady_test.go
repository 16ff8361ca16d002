package steady_test

import (
	"context"
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"testing"

	"orrery/datasets/film"
	"orrery/sim/golden"
	"orrery/world/watch/steady"
)

const wide, high = 200, 160 // px

// table is what a camera sees of a table at (x, y) px: a texture of many things, or a plain one.
func table(plain bool) func(x, y float64) float64 {
	if plain {
		return func(float64, float64) float64 { return 200 }
	}
	random := rand.New(rand.NewPCG(3, 4))
	var spots [60][3]float64
	for k := range spots {
		spots[k] = [3]float64{random.Float64()*wide*1.4 - 0.2*wide, random.Float64()*high*1.4 - 0.2*high, 3 + 9*random.Float64()}
	}
	return func(x, y float64) float64 {
		v := 150.0
		for k, s := range spots {
			if math.Hypot(x-s[0], y-s[1]) <= 4*s[2] {
				v += float64(k%5-2) * 30 * math.Exp(-((x-s[0])*(x-s[0])+(y-s[1])*(y-s[1]))/(2*s[2]*s[2]))
			}
		}
		return v
	}
}

// filmed films a table with a disc that moves, through a camera that sways, whose exposure changes and that adds noise.
func filmed(t *testing.T, ground func(x, y float64) float64, sways []film.Sway, noise float64) *film.Film {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	var list []*image.RGBA
	for k, s := range sways {
		m := image.NewRGBA(image.Rect(0, 0, wide, high))
		light := 1 + 0.1*math.Sin(float64(k)/5)
		x, y := 40+1.5*float64(k), 90.0
		for row := range high {
			for column := range wide {
				// What is here was at (u, v) in the first picture.
				u, v := float64(column)-(wide-1)/2., float64(row)-(high-1)/2.
				for range 4 {
					p, q := s.Apply(u, v)
					u, v = u+float64(column)-(wide-1)/2.-p, v+float64(row)-(high-1)/2.-q
				}
				u, v = u+(wide-1)/2., v+(high-1)/2.
				value := ground(u, v)
				share := min(max(15.5-math.Hypot(u-x, v-y), 0), 1)
				value += share * (20 - value)
				g := uint8(min(max(light*value+noise*random.NormFloat64(), 0), 255) + 0.5)
				m.SetRGBA(column, row, color.RGBA{g, g, g, 255})
			}
		}
		list = append(list, m)
	}
	f, err := film.Still(context.Background(), list, 30, film.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// hand is how a camera sways in a hand.
func hand(pictures int) (sways []film.Sway) {
	for k := range pictures {
		t := float64(k)
		sways = append(sways, film.Sway{X: 2.3 * math.Sin(t/4), Y: 1.6*math.Sin(t/3+1) - 1.6*math.Sin(1), Turn: 0.006 * math.Sin(t/6), Zoom: 0.004 * math.Sin(t/9)})
	}
	return sways
}

// TestSwaysAreThoseOfTheCamera: in spite of a body that moves, of changing exposure and of noise; and the film that is put back shows the
// ground where the first picture does.
func TestSwaysAreThoseOfTheCamera(t *testing.T) {
	t.Parallel()
	ctx, want := context.Background(), hand(16)
	for _, noise := range []float64{0, 6} {
		f, got, err := steady.Film(ctx, filmed(t, table(false), want, noise))
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != len(want) {
			t.Fatalf("noise %v: %d sways for %d pictures", noise, len(got), len(want))
		}
		for k, s := range got {
			for _, corner := range [][2]float64{{-wide / 2, -high / 2}, {wide / 2, high / 2}, {0, 0}} {
				x, y := s.Apply(corner[0], corner[1])
				u, v := want[k].Apply(corner[0], corner[1])
				if limit := 0.06 + 0.05*noise; !(math.Hypot(x-u, y-v) <= limit) {
					t.Errorf("noise %v, picture %d: what was at %v is seen at %.3f, %.3f, want %.3f, %.3f", noise, k, corner, x, y, u, v)
				}
			}
		}
		if noise > 0 {
			continue
		}
		ground, k := table(false), 0
		for p, err := range f.Pictures(ctx) {
			if err != nil {
				t.Fatal(err)
			}
			light := 1 + 0.1*math.Sin(float64(k)/5)
			for row := range high {
				for column := range wide {
					i := row*wide + column
					if !f.Watched()[i] || math.Hypot(float64(column)-40-1.5*float64(k), float64(row)-90) < 22 {
						continue
					}
					if v := light * ground(float64(column), float64(row)); !(v >= 240) && !(math.Abs(float64(p.Pix[3*i])-v) <= 5) {
						t.Fatalf("picture %d shows %d at column %d, row %d, want %.1f", k, p.Pix[3*i], column, row, v)
					}
				}
			}
			k++
		}
	}
}

// TestWhatStandsStillStays: on a table with things on it, in noise, and on a plain one on which only a body moves.
func TestWhatStandsStillStays(t *testing.T) {
	t.Parallel()
	for _, plain := range []bool{false, true} {
		f := filmed(t, table(plain), make([]film.Sway, 12), 5)
		still, sways, err := steady.Film(context.Background(), f)
		if err != nil {
			t.Fatal(err)
		}
		if sways != nil || still != f {
			t.Errorf("plain %v: a camera that stands still sways by %v", plain, sways)
		}
	}
}

// TestACameraThatFollowsIsNoSway: what goes further than a tenth of the picture is not put back.
func TestACameraThatFollowsIsNoSway(t *testing.T) {
	t.Parallel()
	var pan []film.Sway
	for k := range 20 {
		pan = append(pan, film.Sway{X: 1.2 * float64(k)})
	}
	if _, sways, err := steady.Film(context.Background(), filmed(t, table(false), pan, 0)); err != nil || sways != nil {
		t.Errorf("a camera that pans sways by %v (%v)", sways, err)
	}
}

// TestAFilmThatFailsHasNoSways: what fails while a film is read is said, and so is an end by whoever waits.
func TestAFilmThatFailsHasNoSways(t *testing.T) {
	t.Parallel()
	f := filmed(t, table(false), hand(5), 0)
	golden.Ends(t, func(ctx context.Context) error {
		_, sways, err := steady.Film(ctx, f)
		if err != nil && sways != nil {
			t.Errorf("%d sways with error %v", len(sways), err)
		}
		return err
	})
}

// TestFewAndSlightSwaysAreNone: of the pictures that are looked at three must sway by more than 0.15 px.
func TestFewAndSlightSwaysAreNone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		count int
		by    float64 // px
		sways bool
	}{{2, 1, false}, {3, 1, true}, {3, 0.12, false}, {3, 0.17, true}} {
		sways := make([]film.Sway, 5)
		for k := range c.count {
			sways[k+1].X = c.by
		}
		_, got, err := steady.Film(t.Context(), filmed(t, table(false), sways, 0))
		if err != nil || (got != nil) != c.sways {
			t.Errorf("%d pictures that sway by %v px: %v, %v", c.count, c.by, got, err)
		}
	}
}
