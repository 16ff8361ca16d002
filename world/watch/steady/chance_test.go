package steady

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"orrery/datasets/film"
	"orrery/sim/golden"
)

// TestSwaysOfChanceAreMeasuredAsBefore: the points and slopes of a small picture of spots, and what is thought of others that are moved, turned, zoomed, lit and noisy by chance.
func TestSwaysOfChanceAreMeasuredAsBefore(t *testing.T) {
	t.Parallel()
	const wide, high = 176, 128
	r := rand.New(rand.NewPCG(4, 11))
	var spots [120][4]float64
	for k := range spots {
		spots[k] = [4]float64{wide * (r.Float64() - 0.5), high * (r.Float64() - 0.5), 2 + 4*r.Float64(), 40 * r.NormFloat64()}
	}
	picture := func(s film.Sway, light, noise float64) *film.Picture {
		p := &film.Picture{Width: wide, Height: high}
		values := make([]float64, wide*high)
		for i := range values {
			values[i] = 130
		}
		for _, o := range spots {
			x, y := s.Apply(o[0], o[1])
			reach := int(4 * o[2])
			c, w := int(x+wide/2), int(y+high/2)
			for row := max(w-reach, 0); row < min(w+reach, high); row++ {
				for column := max(c-reach, 0); column < min(c+reach, wide); column++ {
					dx, dy := float64(column)-(wide-1)/2.-x, float64(row)-(high-1)/2.-y
					values[row*wide+column] += o[3] * math.Exp(-(dx*dx+dy*dy)/(2*o[2]*o[2]))
				}
			}
		}
		for i, v := range values {
			for k := range 3 {
				p.Pix = append(p.Pix, uint8(min(max(light*v-5*float64(k)+float64(i%wide)/40+noise*r.NormFloat64(), 0), 255)))
			}
		}
		return p
	}
	var out strings.Builder
	watched := make([]bool, wide*high)
	for i := range watched {
		watched[i] = i%wide > 9
	}
	ref := newReference(picture(film.Sway{}, 1, 1), watched)
	for n := range ref.levels {
		l := &ref.levels[n]
		fmt.Fprintf(&out, "level %d: %d × %d, noise %.5f\n", n, l.width, l.height, l.noise)
		for _, b := range l.blocks {
			sum := 0.0
			for k, p := range b.points {
				sum += float64(p.value)*float64(k) + float64(p.x) + 2*float64(p.y)
			}
			fmt.Fprintf(&out, "  block at %g %g: %d points, %.4f, noise %.5f, slope %.5f, normal %.5g\n", b.column, b.row, len(b.points), sum, b.noise, b.slope, b.normal)
		}
	}
	for k := range 24 {
		s := film.Sway{X: 1.5 * r.NormFloat64(), Y: 1.5 * r.NormFloat64(), Turn: 0.006 * r.NormFloat64(), Zoom: 0.004 * r.NormFloat64()}
		switch k % 4 {
		case 0:
			s = film.Sway{X: 0.03 * float64(k%9)}
		case 1:
			s.X *= 6
		}
		p := picture(s, 1+0.2*r.NormFloat64(), 6*r.Float64()*r.Float64())
		for range k % 8 { // things that move on their own
			row, column := r.IntN(high-30), r.IntN(wide-40)
			for i := range 30 * 40 {
				at := 3 * ((row+i/40)*wide + column + i%40)
				p.Pix[at], p.Pix[at+1], p.Pix[at+2] = 30, 30, uint8(i%50*5)
			}
		}
		got, is := ref.lay(p, film.Sway{X: 0.1 * float64(k%3)})
		fmt.Fprintf(&out, "%d: %.5f %.5f %.7f %.7f, %d, %.5f px; was %.3f %.3f %.5f %.5f\n", k, got.X, got.Y, got.Turn, got.Zoom, is, ref.size(got), s.X, s.Y, s.Turn, s.Zoom)
	}
	golden.Compare(t, "testdata/sways.txt", out.String())
}
