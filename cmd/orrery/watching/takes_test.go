package watching

import (
	"context"
	"image"
	"image/color"
	"math"
	"testing"

	"orrery/datasets/film"
	"orrery/world/watch"
)

// TestShortTakesAreLookedAtTogether: in takes of ten pictures with black ones in between, in each of which one of two discs comes in, both are
// known in all takes, with the sizes that they have.
func TestShortTakesAreLookedAtTogether(t *testing.T) {
	t.Parallel()
	const wide, high = 160, 120
	ctx := context.Background()
	var list []*image.RGBA
	for take := range 4 {
		for k := range 13 {
			m := image.NewRGBA(image.Rect(0, 0, wide, high))
			for i := range wide * high {
				x, y := float64(i%wide)+0.5, float64(i/wide)+0.5
				ground := [3]float64{40, 50 + 8*math.Sin(x/9), 60}
				disc := [3]float64{230, 90, 60}
				if take%2 == 1 {
					disc = [3]float64{90, 220, 40}
				}
				share := min(max(12.5-math.Hypot(x+10-11*float64(k), y-40-10*float64(take)), 0), 1)
				var c [3]uint8
				for q := range c {
					c[q] = uint8(ground[q] + share*(disc[q]-ground[q]) + 0.5)
				}
				if k < 10 {
					m.SetRGBA(i%wide, i/wide, color.RGBA{c[0], c[1], c[2], 255})
				} else {
					m.SetRGBA(i%wide, i/wide, color.RGBA{A: 255})
				}
			}
			list = append(list, m)
		}
	}
	f, err := film.Still(ctx, list, 30, film.Options{})
	if err != nil {
		t.Fatal(err)
	}
	episodes := f.Episodes()
	if len(episodes) != 4 {
		t.Fatalf("%d takes are found, there are 4", len(episodes))
	}
	all := &takes{whole: f}
	for order, e := range episodes {
		s := &stretch{Film: e, order: order, takes: all}
		seen, err := s.find(ctx, watch.DefaultOptions(), false)
		if err != nil {
			t.Fatal(err)
		}
		if len(seen.Bodies) != 2 {
			t.Fatalf("take %d: %d bodies are known, there are 2", order, len(seen.Bodies))
		}
		for i := range seen.Bodies {
			if r := seen.Bodies[i].Reach(); !(math.Abs(r-12) <= 0.3) {
				t.Errorf("take %d: a disc of 12 px has %.2f", order, r)
			}
		}
		if order > 0 && seen.Ground != all.seen.Ground {
			t.Errorf("take %d has a ground of its own", order)
		}
	}
}
