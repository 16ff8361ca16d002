package follow_test

import (
	"context"
	"image"
	"image/color"
	"math"
	"testing"

	"orrery/datasets/film"
	"orrery/sim"
	"orrery/world/watch/follow"
	"orrery/world/watch/ground"
	"orrery/world/watch/look"
)

// TestWhatFadesIntoTheGroundIsNotSeen: a reflection that lies still, and goes until it has the ground's own colours, is met by them wherever they are.
func TestWhatFadesIntoTheGroundIsNotSeen(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and one body alone starts no goroutine that others do not start")
	}
	t.Parallel()
	const wide, high, lasts, gone, all = 64, 48, 8, 48, 140
	var list []*image.RGBA
	for k := range all {
		m := image.NewRGBA(image.Rect(0, 0, wide, high))
		there := min(max(float64(gone-k)/(gone-lasts), 0), 1)
		for i := range wide * high {
			x, y := float64(i%wide)+0.5-30, float64(i/wide)+0.5-24
			v := uint8(120 - 60*there*min(max(10.5-math.Hypot(x, y), 0), 1) + float64((i*7+k*3)%5) - 2)
			m.SetRGBA(i%wide, i/wide, color.RGBA{v, v, v, 255})
		}
		list = append(list, m)
	}
	ctx := context.Background()
	f, err := film.Still(ctx, list, 30, film.Options{Doubled: true})
	if err != nil {
		t.Fatal(err)
	}
	g, err := ground.Learn(ctx, f, ground.DefaultOptions())
	if err != nil {
		t.Fatal(err)
	}
	body := look.Body{Shapes: []sim.Shape{sim.NewShape(sim.Circle, 10, sim.Surface{}, sim.Vec{})}, Paint: look.Plain(60, 60, 60)}
	o := follow.DefaultOptions()
	o.Exposure = 0
	for frame, err := range follow.All(ctx, f, g, []look.Found{{Body: body, Pose: look.Pose{X: 30, Y: 24}}}, o) {
		if err != nil {
			t.Fatal(err)
		}
		if s := frame.Sights[0]; frame.Number < lasts && !s.Seen || frame.Number > gone+4 && s.Seen {
			t.Errorf("picture %d: seen is %v, at %.2f, %.2f", frame.Number, s.Seen, s.X, s.Y)
		}
	}
}
