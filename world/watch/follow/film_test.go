package follow_test

import (
	"context"
	"image"
	"math"
	"testing"

	"orrery/datasets/film"
	"orrery/sim"
	"orrery/sim/render/footage"
	"orrery/sim/render/footage/studio"
	"orrery/world/watch/follow"
	"orrery/world/watch/ground"
	"orrery/world/watch/look"
)

// filmed is a film of a scenario with what is true of it.
type filmed struct {
	film  *film.Film
	shot  *footage.Shot
	found []look.Found

	pictures []*image.RGBA
}

// shoot films a scenario with nuisances; bodies are given as they are in truth.
func shoot(t testing.TB, scenario string, seed uint64, pictures int, change func(*footage.Settings), nuisances ...footage.Nuisance) *filmed {
	t.Helper()
	ctx := context.Background()
	settings := footage.Default()
	if change != nil {
		change(&settings)
	}
	for _, n := range nuisances {
		if err := settings.Add(n); err != nil {
			t.Fatal(err)
		}
	}
	shot, err := studio.Shoot(ctx, scenario, seed, 0, pictures, settings)
	if err != nil {
		t.Fatal(err)
	}
	m := &filmed{shot: shot}
	var all []*image.RGBA
	for picture, err := range shot.Pictures(ctx) {
		if err != nil {
			t.Skip(err)
		}
		all = append(all, picture)
	}
	m.found = bodiesOf(shot, all[0])
	if m.film, err = film.Still(ctx, all, settings.Rate, film.Options{}); err != nil {
		t.Fatal(err)
	}
	return m
}

// bodiesOf returns the bodies of a shot with the colours that its first picture has in their middles.
func bodiesOf(shot *footage.Shot, first *image.RGBA) (found []look.Found) {
	truth, middles := shot.Truth(0), shot.Middles(0)
	for i, b := range truth {
		middle := look.Pose{X: b.X, Y: b.Y, Angle: b.Angle}.Back(middles[i].Position())
		body := look.Body{}
		for _, s := range shot.Shapes(i) {
			var moved []sim.Vec
			for _, v := range s.Vertices {
				moved = append(moved, v.Sub(middle))
			}
			s.Vertices = moved
			body.Shapes = append(body.Shapes, s)
			body.Turns = body.Turns || s.Kind != sim.Circle
			body.Alike = alike(s)
		}
		if len(body.Shapes) > 1 {
			body.Alike = 1
		}
		at := middles[i].Position()
		var sum [3]float32
		for k := range 9 { // some pixels, as there may be noise
			c := first.RGBAAt(int(at.X)+k%3-1, first.Rect.Dy()-1-int(at.Y)+k/3-1)
			sum[0], sum[1], sum[2] = sum[0]+float32(c.R)/9, sum[1]+float32(c.G)/9, sum[2]+float32(c.B)/9
		}
		body.Paint = look.Plain(sum[0], sum[1], sum[2])
		found = append(found, look.Found{Body: body, Number: 0, Pose: look.Pose{X: at.X, Y: at.Y, Angle: b.Angle}})
	}
	return found
}

// outcome is how far the poses of a film are from the truth.
type outcome struct {
	errors, angles []float64 // px, rad
	normal         []float64 // squares of errors in x and y as numbers of variances
	turned         []float64 // the same of angles
	lost, all      int
}

// follow follows the bodies and compares them with the truth.
func (m *filmed) follow(t testing.TB, o follow.Options) (out outcome) {
	t.Helper()
	ctx := context.Background()
	g, err := ground.Learn(ctx, m.film, ground.DefaultOptions())
	if err != nil {
		t.Fatal(err)
	}
	k := 0
	for frame, err := range follow.All(ctx, m.film, g, m.found, o) {
		if err != nil {
			t.Fatal(err)
		}
		truth := m.shot.Middles(k)
		for i, s := range frame.Sights {
			out.all++
			far := math.Hypot(s.X-truth[i].X, s.Y-truth[i].Y)
			if !s.Seen {
				out.lost++
				continue
			}
			out.errors = append(out.errors, far)
			if worst := 0.5; testing.Verbose() && far > worst {
				t.Logf("picture %d, body %d: %.2f px off, %+v", k, i, far, s)
			}
			dx, dy := s.X-truth[i].X, s.Y-truth[i].Y
			out.normal = append(out.normal, dx*dx/s.Covariance[0][0], dy*dy/s.Covariance[1][1])
			if s.Turned {
				d := math.Remainder(s.Angle-truth[i].Angle, 2*math.Pi)
				if n := m.found[i].Alike; n > 1 {
					d = math.Remainder(d, 2*math.Pi/float64(n))
				}
				out.angles = append(out.angles, math.Abs(d))
				out.turned = append(out.turned, d*d/s.Covariance[2][2])
			}
		}
		k++
	}
	return out
}

// alike returns the order of symmetry of a plain shape: 0 for a disc, 2 for a capsule or a box, 4 for a square, 1 for others.
func alike(s sim.Shape) int {
	switch {
	case s.Kind == sim.Circle:
		return 0
	case s.Kind == sim.Segment:
		return 2
	case len(s.Vertices) == 4:
		a, b := s.Vertices[0].Sub(s.Vertices[1]).Len(), s.Vertices[1].Sub(s.Vertices[2]).Len()
		if math.Abs(a-b) < 1e-6 {
			return 4
		}
		return 2
	}
	return 1
}
