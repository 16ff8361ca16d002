package ground

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"orrery/datasets/film"
	"orrery/sim/golden"
)

// chanced returns a film of 72 × 54 px of discs and boxes that move, rest or leave by chance, on a table with an edge, a texture, walls, shadows and light that changes.
func chanced(t *testing.T, r *rand.Rand) *film.Film {
	t.Helper()
	const wide, high = 72, 54
	type thing struct {
		x, y, vx, vy, w, h float64
		colour             [3]float64
		round              bool
		from, to           int // pictures between which it moves
		gone               int // the picture from which it is away
	}
	pictures, wall := 10+r.IntN(12), r.IntN(5)
	var things []thing
	for range 1 + r.IntN(4) {
		o := thing{x: wide * r.Float64(), y: high * r.Float64(), vx: 3 * r.NormFloat64(), vy: 2 * r.NormFloat64(), w: 3 + 5*r.Float64(), h: 3 + 4*r.Float64(), round: r.IntN(2) == 0, to: pictures, gone: 99}
		o.colour = [3]float64{30 + 200*r.Float64(), 30 + 200*r.Float64(), 30 + 200*r.Float64()}
		switch r.IntN(6) {
		case 0:
			o.from = r.IntN(pictures)
		case 1:
			o.to = r.IntN(pictures)
		case 2:
			o.to = 0
		case 3:
			o.gone = r.IntN(pictures)
		case 4:
			o.to, o.y = 0, []float64{41, 2, 41, 41, high - 2}[wall] // on the wall
		}
		things = append(things, o)
	}
	texture, slope, noise, flicker, shadow := 12*r.Float64()*float64(r.IntN(2)), 0.8*r.NormFloat64()*float64(r.IntN(2)), 4*r.Float64()*r.Float64(), 0.05*r.Float64()*float64(r.IntN(2)), 0.5*r.Float64()*float64(r.IntN(2))
	grain := rand.New(rand.NewPCG(1, 1))
	var spots [wide * high]float64
	for i := range spots {
		spots[i] = grain.NormFloat64()
	}
	var list []*image.RGBA
	for k := range pictures {
		m := image.NewRGBA(image.Rect(0, 0, wide, high))
		light := 1 + flicker*math.Sin(float64(k))
		inside := func(o *thing, x, y, soft float64) float64 {
			s := float64(min(max(k-o.from, 0), max(o.to-o.from, 0)))
			dx, dy := x-o.x-o.vx*s, y-o.y-o.vy*s
			switch {
			case k >= o.gone:
				return 0
			case o.round:
				return min(max((o.w-math.Hypot(dx, dy))/soft+0.5, 0), 1)
			}
			return min(max((o.w-math.Abs(dx))/soft+0.5, 0), 1) * min(max((o.h-math.Abs(dy))/soft+0.5, 0), 1)
		}
		for i := range wide * high {
			x, y := float64(i%wide)+0.5, float64(i/wide)+0.5
			var c [3]float64
			for n := range c {
				c[n] = 190 - 12*float64(n) + slope*(x-wide/2) + texture*(spots[i]+spots[(i+1)%len(spots)])/2
				if wall == 1 && i/wide < 4 || wall == 2 && (i%wide < 3 || i/wide == 40 || i/wide == 41) || wall == 4 && i/wide > high-4 || wall == 3 && math.Abs(x/2+y-50) < 3 {
					c[n] = 90
				}
			}
			for n := range things {
				if dark := shadow * inside(&things[n], x-3, y-2, 1+float64(wall)*2); dark > 0 {
					for q := range c {
						c[q] *= 1 - dark
					}
				}
			}
			for n := range things {
				share := inside(&things[n], x, y, 1)
				for q := range c {
					c[q] += share * (things[n].colour[q] - c[q])
				}
			}
			value := func(q int) uint8 { return uint8(min(max(light*c[q]+noise*r.NormFloat64(), 0), 255) + 0.5) }
			m.SetRGBA(i%wide, i/wide, color.RGBA{value(0), value(1), value(2), 255})
		}
		list = append(list, m)
	}
	f, err := film.Still(context.Background(), list, 30, film.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestGroundsOfChanceAreLearntAsBefore: the picture without bodies, its noise, the limits that tell what is no ground, and what some pictures show.
func TestGroundsOfChanceAreLearntAsBefore(t *testing.T) {
	if testing.Short() {
		t.Skip("the race detector makes it ten times as long, and quicker tests see all of it")
	}
	t.Parallel()
	ctx := context.Background()
	var out strings.Builder
	for k := range 48 {
		r := rand.New(rand.NewPCG(uint64(k), 12))
		f := chanced(t, r)
		o := DefaultOptions()
		if r.IntN(3) == 0 {
			o.Samples = 8
		}
		if r.IntN(4) == 0 {
			o.Ignored = make([]bool, 72*54)
			for i := range o.Ignored {
				o.Ignored[i] = i%72 > 60
			}
		}
		g, err := Learn(ctx, f, o)
		if err != nil {
			fmt.Fprintf(&out, "%d: %v\n", k, err)
			continue
		}
		fmt.Fprintf(&out, "%d: %s of %d, ghosts %d, filled %d, even %t, unrest %.5f, typical %.5f, %d for light\n", k, g.Kind, g.Pictures, g.Ghosts, g.Filled, g.Even, g.Unrest, g.typical, len(g.grid))
		var mean, noise, limit, faint float64
		for i, v := range g.Mean {
			mean += float64(v) * (1 + float64(i%997)/997) / float64(len(g.Mean))
		}
		for i, v := range g.Noise {
			at := (1 + float64(i%97)/97) / float64(len(g.Noise))
			noise, limit, faint = noise+float64(v)*at, limit+float64(g.limit[i])*at, faint+float64(g.faint[i])*at
		}
		fmt.Fprintf(&out, "  mean %.6f, noise %.6f, limits %.5f %.5f\n", mean, noise, limit, faint)
		mask := NewMask(g)
		n := 0
		for p, err := range f.Pictures(ctx) {
			if err != nil {
				t.Fatal(err)
			}
			if n++; n%6 != 2 {
				continue
			}
			g.Look(p, mask)
			var counts [6]int
			place := 0.0
			for i, c := range mask.Class {
				counts[c]++
				place += float64(c) * float64(i%211)
			}
			fmt.Fprintf(&out, "  picture %d: %d %.0f, light %.6f %.4f\n", p.Number, counts, place, mask.Light.Gain, mask.Light.Offset)
		}
	}
	golden.Compare(t, "testdata/grounds.txt", out.String())
}
