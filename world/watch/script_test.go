package watch_test

import (
	"context"
	"image"
	"math"
	"testing"

	"orrery/datasets/film"
	"orrery/sim"
	"orrery/sim/render"
	"orrery/sim/render/footage"
	"orrery/world/watch"
)

const wide, high = 160, 120 // px, and m of the scenes

// script says what a tiny film shows.
type script struct {
	name     string
	bodies   [][]sim.Shape // px, later ones lie above
	walls    []sim.Shape
	pictures int
	camera   func(*footage.Settings)
	at       func(body int, k float64) sim.BodyState      // of picture k, without velocities
	bend     func(k int, x, y float64) (float64, float64) // where the camera sees, in picture k, what is at a place, in px from the middle to the right and down
	held     bool                                         // by a hand that sways
	down     sim.Vec
	options  func(*watch.Options, *footage.Shot)
}

// film draws the film.
func (s *script) film(t *testing.T) (*film.Film, *footage.Shot) {
	t.Helper()
	ctx := context.Background()
	settings := footage.Default()
	settings.Width, settings.Height = wide, high
	settings.View = render.Bounds{Max: sim.Vec{X: wide, Y: high}}
	if s.camera != nil {
		s.camera(&settings)
	}
	scene := &sim.Scene{FPS: 30, Walls: s.walls}
	for _, b := range s.bodies {
		scene.Bodies = append(scene.Bodies, sim.Body{Shapes: b})
	}
	states := make([]sim.State, s.pictures)
	for k := range states {
		for i := range s.bodies {
			b := s.at(i, float64(k))
			before, after := s.at(i, float64(k)-0.5), s.at(i, float64(k)+0.5)
			b.VX, b.VY, b.Omega = 30*(after.X-before.X), 30*(after.Y-before.Y), 30*(after.Angle-before.Angle)
			states[k] = append(states[k], b)
		}
	}
	shot, err := footage.New(scene, states, settings)
	if err != nil {
		t.Fatal(err)
	}
	var all []*image.RGBA
	for p, err := range shot.Pictures(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		if s.bend != nil {
			p = bent(p, func(x, y float64) (float64, float64) { return s.bend(len(all), x, y) })
		}
		all = append(all, p)
	}
	f, err := film.Still(ctx, all, settings.Rate, film.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return f, shot
}

// bent returns a picture that shows at each place what another shows at where from leads, linear between pixels.
func bent(p *image.RGBA, from func(x, y float64) (float64, float64)) *image.RGBA {
	out := image.NewRGBA(p.Rect)
	for row := range high {
		for column := range wide {
			x, y := from(float64(column)-(wide-1)/2., float64(row)-(high-1)/2.)
			x, y = min(max(x+(wide-1)/2., 0), wide-1.001), min(max(y+(high-1)/2., 0), high-1.001)
			left, top := int(x), int(y)
			a, b := x-float64(left), y-float64(top)
			at := p.Pix[p.PixOffset(left, top):]
			for k := range 3 {
				upper := float64(at[k])*(1-a) + float64(at[4+k])*a
				lower := float64(at[p.Stride+k])*(1-a) + float64(at[p.Stride+4+k])*a
				out.Pix[out.PixOffset(column, row)+k] = uint8(upper*(1-b) + lower*b + 0.5)
			}
			out.Pix[out.PixOffset(column, row)+3] = 255
		}
	}
	return out
}

func disc(r float64) []sim.Shape {
	return []sim.Shape{sim.NewShape(sim.Circle, r, sim.Surface{}, sim.Vec{})}
}

// box is one of a width and a height about a place.
func box(w, h, x, y float64) sim.Shape {
	return polygon(x+w/2, y-h/2, x+w/2, y+h/2, x-w/2, y+h/2, x-w/2, y-h/2)
}

func polygon(xy ...float64) sim.Shape {
	var corners []sim.Vec
	for k := 0; k < len(xy); k += 2 {
		corners = append(corners, sim.Vec{X: xy[k], Y: xy[k+1]})
	}
	return sim.NewShape(sim.Polygon, 0, sim.Surface{}, corners...)
}

func capsule(half, r float64) []sim.Shape {
	return []sim.Shape{sim.NewShape(sim.Segment, r, sim.Surface{}, sim.Vec{X: -half}, sim.Vec{X: half})}
}

func rail(r, ax, ay, bx, by float64) sim.Shape {
	return sim.NewShape(sim.Segment, r, sim.Surface{}, sim.Vec{X: ax, Y: ay}, sim.Vec{X: bx, Y: by})
}

// frame is walls all round, so many px wide.
func frame(width float64) []sim.Shape {
	h := width / 2
	return []sim.Shape{rail(h, 0, h, wide, h), rail(h, 0, high-h, wide, high-h), rail(h, h, 0, h, high), rail(h, wide-h, 0, wide-h, high)}
}

// fold returns where something is, after a way, that bounces to and fro between two places.
func fold(at, low, top float64) float64 {
	at = math.Mod(at-low, 2*(top-low))
	if at < 0 {
		at += 2 * (top - low)
	}
	return low + min(at, 2*(top-low)-at)
}

// bouncing is a body of a reach that bounces between the walls of frame(8).
func bouncing(x, y, vx, vy, k, reach float64) sim.BodyState {
	return sim.BodyState{X: fold(x+vx*k, 8+reach, wide-8-reach), Y: fold(y+vy*k, 8+reach, high-8-reach)}
}

func straight(x, y, vx, vy, angle, omega, k float64) sim.BodyState {
	return sim.BodyState{X: x + vx*k, Y: y + vy*k, Angle: angle + omega*k}
}

// scripts are the films.
func scripts() []script {
	gone := sim.BodyState{X: -100, Y: -100}
	return []script{
		{
			name: "discs bounce off walls", bodies: [][]sim.Shape{disc(9), disc(12.4), disc(6.5)}, walls: frame(8), pictures: 24,
			at: func(i int, k float64) sim.BodyState {
				return [3]sim.BodyState{bouncing(30, 30, 7.3, 1.2, k, 9), bouncing(90, 60, -5.1, 6.2, k, 12.4), bouncing(60, 100, 1.7, -8.9, k, 6.5)}[i]
			},
		},
		{
			name: "noise", bodies: [][]sim.Shape{{box(30, 17, 0, 0)}, {polygon(14, -8, 0, 15, -14, -8)}, {box(20, 20, 0, 0)}}, pictures: 14,
			camera: func(s *footage.Settings) { s.Noise = 5 },
			at: func(i int, k float64) sim.BodyState {
				return [3]sim.BodyState{straight(35, 30, 2.3, 1, 0.3, 0.07, k), straight(120, 35, -1.9, 2.1, 1, -0.11, k), straight(50, 92, 3.1, -0.4, 0.2, 0.05, k)}[i]
			},
		},
		{
			name: "marked compounds", bodies: [][]sim.Shape{{box(36, 10, 0, 8), box(10, 22, 0, -8)}, capsule(11, 6), disc(11)}, pictures: 14,
			camera: func(s *footage.Settings) { s.Paint = footage.Marked },
			at: func(i int, k float64) sim.BodyState {
				return [3]sim.BodyState{straight(40, 40, 2.6, 1.3, 0, 0.08, k), straight(110, 90, -2.2, -1.4, 2, 0.1, k), straight(130, 25, -1.2, 2.4, 0, 0.15, k)}[i]
			},
		},
		{
			name: "blur", bodies: [][]sim.Shape{{box(32, 18, 0, 0)}, disc(11)}, pictures: 14,
			camera: func(s *footage.Settings) { s.Exposure = 1. / 60 },
			at: func(i int, k float64) sim.BodyState {
				if i == 0 {
					return sim.BodyState{X: 35 + 5*k, Y: 80 + 14*math.Sin(k/4), Angle: 0.09 * k}
				}
				return sim.BodyState{X: 25 + math.Abs(k-6.3)*9, Y: 28}
			},
		},
		{
			name: "shadow in uneven light", bodies: [][]sim.Shape{{box(30, 17, 0, 0)}, disc(12)}, pictures: 16,
			camera: func(s *footage.Settings) {
				s.Shadow, s.Gradient, s.Vignette, s.Texture, s.Grain, s.Noise = 0.4, 0.4, 0.3, 9, 14, 3
			},
			at: func(i int, k float64) sim.BodyState {
				return [2]sim.BodyState{straight(35, 36, 4.3, 1, 0.3, 0.07, k), straight(128, 85, -5, -0.6, 0, 0, k)}[i]
			},
		},
		{
			name: "dark shadow", bodies: [][]sim.Shape{disc(12)}, pictures: 12,
			camera: func(s *footage.Settings) { s.Shadow, s.ShadowBlur, s.ShadowOffset = 0.78, 3, sim.Vec{X: 9, Y: -8} },
			at:     func(_ int, k float64) sim.BodyState { return straight(30, 70, 7, -1, 0, 0, k) },
		},
		{
			name: "hinge of one colour", bodies: [][]sim.Shape{{box(44, 8, 0, 0)}, {box(44, 8, 0, 0)}}, pictures: 26,
			camera: func(s *footage.Settings) { s.Paint = footage.Alike },
			at: func(i int, k float64) sim.BodyState {
				angles := [2]float64{0.7*math.Cos(0.21*k) - math.Pi/2, 0.9*math.Sin(0.17*k) - math.Pi/2}
				upper := sim.BodyState{X: 80, Y: 112, Angle: angles[0]}
				middle, end := upper.Point(sim.Vec{X: 22}), upper.Point(sim.Vec{X: 44})
				if i == 0 {
					return sim.BodyState{X: middle.X, Y: middle.Y, Angle: angles[0]}
				}
				lower := sim.BodyState{X: end.X, Y: end.Y, Angle: angles[1]}
				middle = lower.Point(sim.Vec{X: 22})
				return sim.BodyState{X: middle.X, Y: middle.Y, Angle: angles[1]}
			},
		},
		{
			name: "discs of one colour", bodies: [][]sim.Shape{disc(10), disc(10), disc(10)}, pictures: 18,
			camera: func(s *footage.Settings) { s.Paint = footage.Alike },
			at: func(i int, k float64) sim.BodyState {
				away := 10 + math.Abs(k-8.3)*2.5
				return [3]sim.BodyState{{X: 80 - away, Y: 50}, {X: 80 + away, Y: 50}, straight(30, 98, 5, 0, 0, 0, k)}[i]
			},
		},
		{
			name: "enters and hides", bodies: [][]sim.Shape{disc(8), {box(26, 40, 0, 0)}, disc(12)}, pictures: 22,
			at: func(i int, k float64) sim.BodyState {
				return [3]sim.BodyState{straight(32, 61, 4.6, 0, 0, 0, k), straight(80, 60, 0, 0.15, 0, 0.012, k), straight(-26, 24.4, 10.3, 0, 0, 0, k)}[i]
			},
		},
		{
			name: "rests", bodies: [][]sim.Shape{{box(24, 16, 0, 0)}, disc(10), disc(9)}, walls: []sim.Shape{rail(2, 0, 10, 160, 10)}, pictures: 20, down: sim.Vec{Y: -1},
			at: func(i int, k float64) sim.BodyState {
				return [3]sim.BodyState{{X: 40, Y: 20}, {X: 110 - 4*max(k-12, 0), Y: 22}, straight(20, 90, 6, -1, 0, 0, k)}[i]
			},
		},
		{
			name: "an arm", bodies: [][]sim.Shape{{box(70, 8, -25, 0)}, {box(26, 7, 11, 0)}, {box(26, 7, 11, 0)}, disc(11)}, pictures: 18,
			camera: func(s *footage.Settings) { s.Paint = footage.Distinct },
			at: func(i int, k float64) sim.BodyState {
				wrist := sim.BodyState{X: 50 + 12*math.Sin(k/4), Y: 60 + k, Angle: 0.1 * math.Sin(k/3)}
				end := wrist.Point(sim.Vec{X: 8})
				return [4]sim.BodyState{wrist, {X: end.X, Y: end.Y, Angle: 0.7 + 0.5*math.Sin(k)}, {X: end.X, Y: end.Y, Angle: -0.7 - 0.5*math.Sin(k)}, straight(120, 25, -2, 3, 0, 0, k)}[i]
			},
		},
		{
			name: "JPEG and flicker", bodies: [][]sim.Shape{{box(30, 18, 0, 0)}, disc(12)}, pictures: 14,
			camera: func(s *footage.Settings) { s.JPEG, s.Flicker = 60, 0.06 },
			at: func(i int, k float64) sim.BodyState {
				return [2]sim.BodyState{straight(35, 36, 4.3, 1, 0.3, 0.07, k), straight(128, 85, -5, -0.6, 0, 0, k)}[i]
			},
		},
		{
			name: "held by hand", bodies: [][]sim.Shape{{box(26, 16, 0, 0)}, disc(10)}, pictures: 14, held: true,
			camera: func(s *footage.Settings) { s.Texture, s.Grain = 22, 9 },
			at: func(i int, k float64) sim.BodyState {
				return [2]sim.BodyState{straight(45, 46, 3.3, 1, 0.3, 0.07, k), straight(118, 75, -4, -0.6, 0, 0, k)}[i]
			},
			bend: func(k int, x, y float64) (float64, float64) {
				s := film.Sway{X: 2.2 * math.Sin(float64(k)), Y: 1.7 * math.Sin(1.7*float64(k)), Turn: 0.01 * math.Sin(0.6*float64(k)), Zoom: 0.004 * math.Sin(0.9*float64(k))}
				return s.Apply(x, y)
			},
		},
		{
			name: "askew", bodies: [][]sim.Shape{disc(13), {box(26, 20, 0, 0)}}, pictures: 20,
			at: func(i int, k float64) sim.BodyState {
				return [2]sim.BodyState{straight(25, 30, 5.5, 1.5, 0, 0, k), straight(130, 90, -4.5, -1, 0.3, 0.02, k)}[i]
			},
			bend: func(_ int, x, y float64) (float64, float64) { w := 1 / (1 + 0.0012*x + 0.0005*y); return x * w, y * w },
		},
		{
			name: "a reflection", bodies: [][]sim.Shape{disc(12), disc(11), {box(24, 15, 0, 0)}}, pictures: 20,
			at: func(i int, k float64) sim.BodyState {
				b := straight(30, 60, 4.5, 1, 0, 0, k)
				if i == 1 {
					if b.Y = b.Y - 34; int(k)/5%2 == 1 {
						return gone
					}
				}
				if i == 2 {
					return straight(120, 100, -3, -0.5, 0, 0.1, k)
				}
				return b
			},
		},
		{
			name: "tower of one colour", bodies: [][]sim.Shape{{box(22, 18, 0, 0)}, {box(22, 18, 0, 0)}, {box(20, 18, 0, 0)}, disc(9)}, pictures: 26,
			camera: func(s *footage.Settings) { s.Paint = footage.Alike },
			at: func(i int, k float64) sim.BodyState {
				top := 3 * math.Sin(0.3*k)
				return [4]sim.BodyState{{X: 80.3, Y: 30.2}, {X: 81.7 + top/3, Y: 48.2}, {X: 78.6 + top, Y: 66.2}, {X: 80.1 + top, Y: 84.2}}[i]
			},
		},
		{
			name: "few pictures", bodies: [][]sim.Shape{disc(9), {box(20, 14, 0, 0)}, disc(7)}, pictures: 30,
			at: func(i int, k float64) sim.BodyState {
				return [3]sim.BodyState{straight(20, 50, 4, 0.3, 0, 0, k), straight(60, 90, 2.5, -1, 0.4, 0.1, k), straight(130, 20, -1, 2, 0, 0, k)}[i]
			},
			options: func(o *watch.Options, _ *footage.Shot) {
				o.Bodies.Pictures, o.Bodies.Run, o.Bodies.Number, o.Bodies.Views = 12, 4, 2, 3
				o.Follow.Window, o.Ground.Samples = 6, 9
			},
		},
		{
			name: "two colours on one body", bodies: [][]sim.Shape{{box(18, 26, -9, 0)}, {box(18, 26, 9, 0)}, disc(10), disc(5.5)}, pictures: 16,
			at: func(i int, k float64) sim.BodyState {
				b := straight(40, 50, 4, 1, 0.2, 0.12, k)
				d := straight(120, 30, -3, 2.2, 0, 0.2, k)
				return [4]sim.BodyState{b, b, d, {X: d.X + 2.5*math.Cos(d.Angle), Y: d.Y + 2.5*math.Sin(d.Angle)}}[i]
			},
		},
		{
			name: "plate and mask", bodies: [][]sim.Shape{disc(9), {box(20, 14, 0, 0)}, disc(7)}, pictures: 12,
			camera: func(s *footage.Settings) { s.Noise, s.Texture = 2, 6 },
			at: func(i int, k float64) sim.BodyState {
				return [3]sim.BodyState{{X: 40, Y: 50}, straight(60, 90, 5, -1, 0.4, 0.1, k), straight(130, 20, -1, 2, 0, 0, k)}[i]
			},
			options: func(o *watch.Options, shot *footage.Shot) {
				o.Ground.Plate = plate(shot)
				o.Ground.Ignored = make([]bool, wide*high)
				for i := range o.Ground.Ignored {
					o.Ground.Ignored[i] = i%wide > 115 && i/wide > 60
				}
			},
		},
	}
}

// plate returns the picture of a shot without bodies.
func plate(shot *footage.Shot) *film.Picture {
	p, err := shot.Still(0, nil)
	if err != nil {
		panic(err)
	}
	out := &film.Picture{Width: wide, Height: high}
	for i := 0; i < len(p.Pix); i += 4 {
		out.Pix = append(out.Pix, p.Pix[i:i+3]...)
	}
	return out
}
