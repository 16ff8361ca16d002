package shelf

import (
	"image"
	"math"
	"sync"
	"testing"

	"orrery/datasets/film"
)

// levels returns grey pictures, each of a level of its own, with a bright half that moves.
func levels(n, width, height int) (out []*image.RGBA) {
	for k := range n {
		m := image.NewRGBA(image.Rect(0, 0, width, height))
		for i := range m.Pix {
			m.Pix[i] = uint8(20 + 5*k + 60*(i/4%width*2/width))
			if i%4 == 3 {
				m.Pix[i] = 255
			}
		}
		out = append(out, m)
	}
	return out
}

func open(t *testing.T, n, width, height int) *film.Film {
	t.Helper()
	f, err := film.Still(t.Context(), levels(n, width, height), 10, film.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestPicturesAreFoundByTheirTimes(t *testing.T) {
	t.Parallel()
	s, err := Keep(t.Context(), open(t, 30, 90, 60), 40)
	if err != nil {
		t.Fatal(err)
	}
	if s.Size() != image.Pt(40, 26) || !(math.Abs(s.Scale()-40./90) < 1e-12) || len(s.Times()) != 30 {
		t.Fatalf("size %v, scale %g, %d pictures", s.Size(), s.Scale(), len(s.Times()))
	}
	var group sync.WaitGroup
	for _, c := range []struct {
		time float64
		want int
	}{{-5, 0}, {0.04, 0}, {0.06, 1}, {1.5, 15}, {1.54, 15}, {2.9, 29}, {1e9, 29}, {1.5, 15}, {0.1, 1}} {
		group.Go(func() {
			m := s.At(c.time)
			for _, p := range []struct{ x, level int }{{3, 20 + 5*c.want}, {36, 80 + 5*c.want}} {
				if d := int(m.RGBAAt(p.x, 13).R) - p.level; max(d, -d) > 4 {
					t.Errorf("at %g s, column %d: %d, must be %d", c.time, p.x, m.RGBAAt(p.x, 13).R, p.level)
				}
			}
		})
	}
	group.Wait()
	for _, time := range s.Times() {
		s.At(time)
	}
	if len(s.open) > 8 {
		t.Errorf("%d pictures are unpacked at a time, must be 8 at most", len(s.open))
	}
}

func TestLongFilmsKeepEverySecondPicture(t *testing.T) {
	t.Parallel()
	f := open(t, 30, 90, 60)
	all, err := keep(t.Context(), f, 90, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, k := range all.kept {
		total += len(k.jpeg)
	}
	s, err := keep(t.Context(), f, 90, total/3)
	if err != nil {
		t.Fatal(err)
	}
	times := s.Times()
	if len(times) != 8 {
		t.Fatalf("%d pictures, must be every fourth of 30", len(times))
	}
	for k, at := range times {
		if !(math.Abs(at-0.4*float64(k)) < 1e-9) {
			t.Errorf("picture %d at %g s, must be at %g s", k, at, 0.4*float64(k))
		}
	}
	if _, err := Keep(t.Context(), f, 0); err == nil {
		t.Error("no px are taken")
	}
}

func TestSmallPicturesAreMeansOfLargeOnes(t *testing.T) {
	t.Parallel()
	for _, from := range []image.Point{{7, 5}, {8, 8}, {100, 31}, {5, 5}} {
		to := image.Pt(5, 4)
		pix := make([]uint8, 3*from.X*from.Y)
		for i := range pix {
			pix[i] = uint8(i * 89)
		}
		m := image.NewRGBA(image.Rectangle{Max: to})
		newScaler(from, to).scale(m, pix)
		for y := range to.Y {
			for x := range to.X {
				var sum, area float64
				for v := range from.Y {
					for u := range from.X {
						w := overlap(u, x, from.X, to.X) * overlap(v, y, from.Y, to.Y)
						sum += w * float64(pix[3*(v*from.X+u)+1])
						area += w
					}
				}
				if got := float64(m.RGBAAt(x, y).G); !(math.Abs(got-sum/area) < 2) {
					t.Errorf("%v: column %d, row %d: %g, must be %g", from, x, y, got, sum/area)
				}
			}
		}
	}
}

// overlap returns how much of pixel u of so many pixel x of n covers.
func overlap(u, x, of, n int) float64 {
	low, high := float64(x)*float64(of)/float64(n), float64(x+1)*float64(of)/float64(n)
	return max(0, min(high, float64(u+1))-max(low, float64(u)))
}

// TestPicturesKeepTheirLooks: what packing changes is less than a level and a half on average, of a picture with fine detail.
func TestPicturesKeepTheirLooks(t *testing.T) {
	t.Parallel()
	m := image.NewRGBA(image.Rect(0, 0, 64, 64))
	for y := range 64 {
		for x := range 64 {
			v := uint8(128 + 40*math.Sin(float64(x*x)/90)*math.Cos(float64(y)/3))
			copy(m.Pix[m.PixOffset(x, y):], []uint8{v, v, v, 255})
		}
	}
	f, err := film.Still(t.Context(), []*image.RGBA{m, m}, 10, film.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := Keep(t.Context(), f, 640)
	if err != nil {
		t.Fatal(err)
	}
	kept, off := s.At(0), 0.0
	for i := range kept.Pix {
		off += math.Abs(float64(kept.Pix[i])-float64(m.Pix[i])) / (3 * 64 * 64)
	}
	if !(off < 1.5) {
		t.Errorf("pictures are off by %g levels on average", off)
	}
	if mostBytes != 256<<20 {
		t.Errorf("at most %d bytes are kept, and the package says 256 MB", mostBytes)
	}
}
