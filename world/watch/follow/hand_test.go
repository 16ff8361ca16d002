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

// handled is a film of two balls on a dark table: the green one rests until a hand pushes it, faster than its own size in a picture; the red one, whose
// colour in less light is that of the hand, comes from the left. When they are gone a hand lies at the left edge.
type handled struct {
	wide, high, all int
	radius          float64
}

const (
	pushed = 15 // picture in which the hand pushes
	enters = 12 // picture in which the red ball comes in
)

// ball returns where the red ball, 0, or the green one, 1, is in a picture, in px.
func (h *handled) ball(body, k int) (x, y float64) {
	if body == 0 {
		return 8 * float64(k-enters), 74
	}
	return 132 - 23*float64(max(k-pushed+1, 0)), 40
}

// hand returns how much of a pixel shows the hand.
func (h *handled) hand(k int, x, y float64) float64 {
	tip := 400.
	switch {
	case k >= pushed-5 && k < pushed+8:
		tip = 150 - 2*float64(k-pushed)
	case k >= pushed+8 && k < pushed+14:
		tip = 136 + 12*float64(k-pushed-8)
	case k > 36:
		x, tip = -x, -14-2*math.Sin(float64(k)) // the mirror image
	}
	part := func(ax, ay, bx, by, radius float64) float64 {
		along := ((x-ax)*(bx-ax) + (y-ay)*(by-ay)) / ((bx-ax)*(bx-ax) + (by-ay)*(by-ay))
		along = min(max(along, 0), 1)
		return min(max(radius+0.5-math.Hypot(x-ax-along*(bx-ax), y-ay-along*(by-ay)), 0), 1)
	}
	bend := 3 * math.Sin(0.7*float64(k))
	return max(part(tip+6, 36, tip+26, 44+bend, 6), part(tip+8, 52+bend, tip+26, 50, 6), part(tip+28, 48, tip+90, 52, 15))
}

// film draws it.
func (h *handled) film(t *testing.T) *film.Film {
	t.Helper()
	var list []*image.RGBA
	for k := range h.all {
		m := image.NewRGBA(image.Rect(0, 0, h.wide, h.high))
		for i := range h.wide * h.high {
			x, y := float64(i%h.wide)+0.5, float64(h.high)-float64(i/h.wide)-0.5
			v := [3]float64{12, 17, 15}
			lay := func(share float64, colour [3]float64) {
				for c := range v {
					v[c] += share * (colour[c] - v[c])
				}
			}
			light := 0.75 + 0.3*math.Sin(x/9+float64(k)/3)*math.Cos(y/7)
			lay(h.hand(k, x, y), [3]float64{128 * light, 82 * light, 34 * light})
			for body, colour := range [2][3]float64{{190, 105, 68}, {112, 150, 8}} {
				bx, by := h.ball(body, k)
				away := math.Hypot(x-bx, y-by)
				lit := 1.05 - 0.4*math.Pow(min(away/h.radius, 1), 3) // a ball is darker at its rim
				lay(min(max(h.radius+0.5-away, 0), 1), [3]float64{colour[0] * lit, colour[1] * lit, colour[2] * lit})
			}
			for c := range v {
				v[c] = min(max(v[c]+float64((i*7+k*3+c*5)%5)-2, 0), 255)
			}
			m.SetRGBA(i%h.wide, i/h.wide, color.RGBA{uint8(v[0]), uint8(v[1]), uint8(v[2]), 255})
		}
		list = append(list, m)
	}
	f, err := film.Still(context.Background(), list, 30, film.Options{Doubled: true})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestBallsAreFoundBesideHands: each is followed where it goes, and neither is laid on a hand, nor on the other ball.
func TestBallsAreFoundBesideHands(t *testing.T) {
	t.Parallel()
	h := &handled{wide: 176, high: 96, all: 60, radius: 9}
	ctx := context.Background()
	f := h.film(t)
	g, err := ground.Learn(ctx, f, ground.DefaultOptions())
	if err != nil {
		t.Fatal(err)
	}
	var found []look.Found
	for body, paint := range []look.Paint{look.Plain(176, 99, 66), look.Plain(105, 142, 8)} {
		x, y := h.ball(body, pushed+1)
		disc := look.Body{Shapes: []sim.Shape{sim.NewShape(sim.Circle, h.radius, sim.Surface{}, sim.Vec{})}, Paint: paint}
		found = append(found, look.Found{Body: disc, Number: pushed + 1, Pose: look.Pose{X: x, Y: y}})
	}
	o := follow.DefaultOptions()
	o.Exposure = 0
	for frame, err := range follow.All(ctx, f, g, found, o) {
		if err != nil {
			t.Fatal(err)
		}
		for body, s := range frame.Sights {
			x, y := h.ball(body, frame.Number)
			within := x > h.radius && x < float64(h.wide)-h.radius
			if away := math.Hypot(s.X-x, s.Y-y); s.Seen && !(away < 1.5) || within && !s.Seen {
				t.Errorf("picture %d: ball %d is seen: %v, at %.1f, %.1f; it is at %.1f, %.1f", frame.Number, body, s.Seen, s.X, s.Y, x, y)
			}
		}
	}
}
