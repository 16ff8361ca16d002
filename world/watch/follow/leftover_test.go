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

// TestWhatIsLeftIsNotTakenForTheBody: where a ball was held a shadow stays for a while, as large as the ball. The ball goes, and is not painted anew in the
// colours of the shadow.
func TestWhatIsLeftIsNotTakenForTheBody(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and one body alone starts no goroutine that others do not start")
	}
	t.Parallel()
	const wide, high, held, shaded, all, radius = 96, 64, 3, 25, 80, 8
	ball := func(k int) (x, y float64) {
		if k < held {
			return 30, 40
		}
		return 30 + 7*float64(k-held+1), 40
	}
	var list []*image.RGBA
	for k := range all {
		m := image.NewRGBA(image.Rect(0, 0, wide, high))
		bx, by := ball(k)
		for i := range wide * high {
			x, y := float64(i%wide)+0.5, high-float64(i/wide)-0.5
			v := [3]float64{150, 165, 50}
			within := func(cx, cy float64) float64 {
				return min(max(radius+0.5-math.Hypot(x-cx, y-cy), 0), 1)
			}
			if k >= held && k < shaded {
				for c := range v {
					v[c] -= within(30, 40) * [3]float64{22, 24, 2}[c] // of another hue, or it would be seen to be a shadow
				}
			}
			for c := range v {
				v[c] += within(bx, by)*([3]float64{235, 245, 110}[c]-v[c]) + float64((i*7+k*3+c)%5) - 2
			}
			m.SetRGBA(i%wide, i/wide, color.RGBA{uint8(v[0]), uint8(v[1]), uint8(v[2]), 255})
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
	body := look.Body{Shapes: []sim.Shape{sim.NewShape(sim.Circle, radius, sim.Surface{}, sim.Vec{})}, Paint: look.Plain(235, 245, 110)}
	o := follow.DefaultOptions()
	o.Exposure = 0
	for frame, err := range follow.All(ctx, f, g, []look.Found{{Body: body, Pose: look.Pose{X: 30, Y: 40}}}, o) {
		if err != nil {
			t.Fatal(err)
		}
		x, y := ball(frame.Number)
		s, inside := frame.Sights[0], x < wide-radius
		if away := math.Hypot(s.X-x, s.Y-y); s.Seen && !(away < 1) || inside && !s.Seen {
			t.Errorf("picture %d: seen is %v at %.1f, %.1f; the ball is at %.1f, %.1f", frame.Number, s.Seen, s.X, s.Y, x, y)
		}
	}
}
