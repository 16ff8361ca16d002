package walls

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/golden"
	"orrery/world/watch/look"
)

// banded returns a picture of 160 × 120 px with some bands, light on one side and darker beyond, along lines at heights along normals, each so many px wide.
func banded(normals []sim.Vec, heights, widths []float64, rng *rand.Rand) *Picture {
	p := &Picture{Width: 160, Height: 120, Noise: 1}
	for row := range p.Height {
		for column := range p.Width {
			at := sim.Vec{X: float64(column) + 0.5, Y: float64(p.Height-row) - 0.5}
			value := 200.0
			for k, n := range normals {
				inside := heights[k] - at.Dot(n) // px behind the surface
				value -= 40 * (min(max(inside+0.5, 0), 1) - min(max(inside-widths[k]+0.5, 0), 1))
			}
			for k := range 3 {
				p.Values = append(p.Values, float32(value-4*float64(k)+rng.NormFloat64()))
			}
		}
	}
	return p
}

// chanced returns how bodies move that bounce, now and then, off lines, fall, rest or jump by chance.
func chanced(normals []sim.Vec, heights []float64, down sim.Vec, rng *rand.Rand) (ways []Way, times []float64) {
	pictures := 20 + rng.IntN(30)
	for k := range pictures {
		times = append(times, float64(k)/30+0.002*rng.Float64())
	}
	noise := 0.002 + 0.2*rng.Float64()*rng.Float64()
	for range 1 + rng.IntN(4) {
		body := &look.Body{Shapes: []sim.Shape{sim.NewShape(sim.Circle, 4+5*rng.Float64(), sim.Surface{}, sim.Vec{})}}
		if rng.IntN(2) == 0 {
			w, h := 5+5*rng.Float64(), 4+3*rng.Float64()
			body.Shapes = []sim.Shape{sim.NewShape(sim.Polygon, 0, sim.Surface{}, sim.Vec{X: w, Y: -h}, sim.Vec{X: w, Y: h}, sim.Vec{X: -w, Y: h}, sim.Vec{X: -w, Y: -h})}
		}
		at, v := sim.Vec{X: 50 + 60*rng.Float64(), Y: 45 + 30*rng.Float64()}, sim.Vec{X: 240 * rng.NormFloat64(), Y: 240 * rng.NormFloat64()}
		angle, omega := rng.Float64(), 2*rng.NormFloat64()
		rests := rng.IntN(5) == 0
		sinks := 0.6 * rng.Float64()
		w := Way{Body: body}
		const steps = 20
		for k := range pictures {
			place := Place{Pose: look.Pose{X: at.X + noise*rng.NormFloat64(), Y: at.Y + noise*rng.NormFloat64(), Angle: angle}, Std: noise, Seen: rng.IntN(25) > 0}
			w.Places = append(w.Places, place)
			for range steps {
				v = v.Add(down.Scale(400 / 30.0 / steps))
				if rests && k > 8 {
					v, omega = v.Scale(0.8), 0
				}
				at = at.Add(v.Scale(1 / 30.0 / steps))
				angle += omega / 30 / steps
				for i, n := range normals {
					h := Hit{Pose: look.Pose{X: at.X, Y: at.Y, Angle: angle}, shapes: body.Shapes}
					if into := v.Dot(n); h.lowest(n) < heights[i]-sinks && into < 0 {
						v = v.Sub(n.Scale((1.4 + 0.6*rng.Float64()) * into))
					}
				}
			}
		}
		ways = append(ways, w)
	}
	return ways, times
}

// TestWallsOfChanceAreFoundAsBefore: falls, hits, rests, and walls with and without a picture of them, of edges, lines and slanted ones.
func TestWallsOfChanceAreFoundAsBefore(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	line := func(format string, of ...any) { fmt.Fprintf(&out, format+"\n", of...) }
	for k := range 40 {
		rng := rand.New(rand.NewPCG(uint64(k), 6))
		line("# walls %d", k)
		tilt := 0.1 * rng.NormFloat64() * float64(rng.IntN(2))
		normals := []sim.Vec{sim.Vec{X: 1}.Rotate(tilt), sim.Vec{X: -1}.Rotate(tilt), sim.Vec{Y: 1}.Rotate(tilt), sim.Vec{Y: -1}.Rotate(-tilt)}
		heights := []float64{14 + 9*rng.Float64(), -140 - 5*rng.Float64(), 14 + 5*rng.Float64(), -100 - 5*rng.Float64()}
		down := sim.Vec{}
		if rng.IntN(3) == 0 {
			down = sim.Vec{Y: -1}
		}
		ways, times := chanced(normals, heights, down, rng)
		line("fall %.4f, narrowest %.5f", Fall(ways, times), narrowest(ways))
		hits := Hits(ways, times, down)
		for _, h := range hits {
			line("hit %d at %.6f: %.5f, push %.4f, rest %t, ± %.5f, way %.5f", h.Body, h.Time, h.Pose, h.Push, h.Rest, h.Doubt, h.way)
		}
		widths := make([]float64, 4)
		for i := range widths {
			widths[i] = []float64{1.5, 3, 6, 300}[rng.IntN(4)]
		}
		for _, p := range []*Picture{nil, banded(normals, heights, widths, rng)} {
			for _, w := range Find(hits, ways, p) {
				line("wall %.5f to %.5f: %d hits, %d rests, edge %t, ± %.5f %.5f", w.A, w.B, w.Hits, w.Rests, w.Edge, w.Std, w.Spread)
			}
		}
	}
	golden.Compare(t, "testdata/walls.txt", out.String())
}

// TestEdgesOfChanceAreTakenAsBefore: profiles across lines near edges, their steps and middles, and how far edges go.
func TestEdgesOfChanceAreTakenAsBefore(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	rng := rand.New(rand.NewPCG(3, 6))
	for k := range 24 {
		normal := sim.Vec{X: 1}.Rotate(2 * math.Pi * rng.Float64())
		height := sim.Vec{X: 80, Y: 60}.Dot(normal) - 25*rng.Float64()
		p := banded([]sim.Vec{normal}, []float64{height}, []float64{1 + 6*rng.Float64()}, rng)
		s := span{normal: normal.Rotate(0.03 * rng.NormFloat64()), height: height + 2*rng.NormFloat64()}
		middle := s.along().Dot(sim.Vec{X: 80, Y: 60})
		s.low, s.high = middle-20*rng.Float64(), middle+20*rng.Float64()
		f := p.across(s, edgeReach)
		at, strength := p.step(s, edgeReach)
		centre, clear := p.centre(s, edgeReach)
		long, ok := p.edge(s)
		fmt.Fprintf(&out, "%d: from %.5f %.4f\n  step %.5f %.5f, centre %.5f %.5f, least %.5f\n  edge %.5f %.5f, %.5f to %.5f %t\n", k, f.first, f.steps, at, strength, centre, clear, p.least(s.high-s.low),
			long.normal, long.height, long.low, long.high, ok)
	}
	golden.Compare(t, "testdata/edges.txt", out.String())
}
