// Package points makes the motion of points that springs or charges couple, as published by Kipf, Fetaya, Wang,
// Welling and Zemel, "Neural relational inference for interacting systems", 2018, arXiv:1802.04687: the laws, the
// starts, the box and the steps of data/synthetic_sim.py of their sources. It knows nothing of the engine, and judges
// what is found of the forces.
//
//	set := points.Springs()
//	episode := set.Episode(0)
//
// Units are m, s and kg. All randomness comes from Set.Seed.
package points

import (
	"math"
	"math/rand/v2"

	"orrery/sim"
)

// Set says how episodes are drawn.
type Set struct {
	Seed     uint64  // of all chance
	Points   int     // number of points
	Frames   int     // number of frames, 0.1 s apart
	Charged  bool    // they have charges of ±1 rather than springs
	Strength float64 // N/m of springs, N·m² of two unit charges
	Share    float64 // share of pairs with a spring
	Noise    float64 // m, standard deviation of what is seen of each coordinate; 0 is exact states
	Limit    float64 // N, the most that the sum of the forces on a point is, along x and along y
}

// Springs returns the published springs.
func Springs() Set {
	return Set{Points: 5, Frames: 49, Strength: 0.1, Share: 0.5, Limit: 100}
}

// Charges returns the published charges.
func Charges() Set {
	return Set{Points: 5, Frames: 49, Charged: true, Strength: 1, Limit: 100}
}

// What the published data have in common.
const (
	half  = 5.    // m, half the width of the box
	step  = 0.001 // s
	every = 100   // steps of a frame
	speed = 0.5   // m/s, at the start
	size  = 0.1   // m, radius with which points are drawn; walls are as far outside the box
)

// Episode returns what happens to points that start at random, and who is coupled how strongly: a linear field for
// each spring, an inverse square for each pair of charges. The scene of the trajectory does not tell.
func (s *Set) Episode(index int) (*sim.Trajectory, []sim.Field) {
	r := rand.New(rand.NewPCG(s.Seed, uint64(index)))
	n := s.Points
	strength := make([][]float64, n) // of what pushes a from b
	for a := range strength {
		strength[a] = make([]float64, n)
	}
	charge := make([]float64, n)
	for i := range charge {
		charge[i] = float64(2*r.IntN(2) - 1)
	}
	var fields []sim.Field
	for a := range n {
		for b := range a {
			f := sim.Field{Kind: sim.Linear, A: b, B: a, Strength: -s.Strength}
			switch {
			case s.Charged:
				f.Kind, f.Strength = sim.InverseSquare, s.Strength*charge[a]*charge[b]
			case r.Float64() >= s.Share:
				continue
			}
			strength[a][b], strength[b][a] = f.Strength, f.Strength
			fields = append(fields, f)
		}
	}
	spread := 0.5
	if s.Charged {
		spread = 1
	}
	x, v := make([]sim.Vec, n), make([]sim.Vec, n)
	for i := range n {
		x[i] = sim.Vec{X: spread * r.NormFloat64(), Y: spread * r.NormFloat64()}
		way := r.Float64() * 2 * math.Pi
		v[i] = sim.Vec{X: speed * math.Cos(way), Y: speed * math.Sin(way)}
	}
	clamp(x, v)
	scene := s.scene(x, v)
	t := &sim.Trajectory{Scene: scene}
	if s.Noise > 0 {
		t.Seen = &sim.Observation{}
	}
	push := make([]sim.Vec, n)
	for frame := range s.Frames {
		state, sights := make(sim.State, n), make([]sim.Sight, n)
		for i := range n {
			state[i] = sim.BodyState{X: x[i].X, Y: x[i].Y, VX: v[i].X, VY: v[i].Y}
			sights[i] = sim.Sight{X: x[i].X + s.Noise*r.NormFloat64(), Y: x[i].Y + s.Noise*r.NormFloat64(), Seen: true, Std: s.Noise}
		}
		t.States = append(t.States, state)
		if t.Seen != nil {
			t.Seen.Sights = append(t.Seen.Sights, sights)
			t.Seen.Std = append(t.Seen.Std, make(sim.State, n))
		}
		if frame == s.Frames-1 {
			break
		}
		for range every {
			s.forces(push, x, strength)
			for i := range n {
				v[i] = v[i].Add(push[i].Scale(step))
				x[i] = x[i].Add(v[i].Scale(step))
			}
			clamp(x, v)
		}
	}
	return t, fields
}

// forces fills push with the forces on points of 1 kg.
func (s *Set) forces(push, x []sim.Vec, strength [][]float64) {
	for a := range x {
		push[a] = sim.Vec{}
		for b := range x {
			if a == b || strength[a][b] == 0 {
				continue
			}
			delta := x[a].Sub(x[b])
			f := strength[a][b]
			if s.Charged {
				r := max(delta.Len(), 1e-9)
				f /= r * r * r
			}
			push[a] = push[a].Add(delta.Scale(f))
		}
		push[a] = sim.Vec{X: min(max(push[a].X, -s.Limit), s.Limit), Y: min(max(push[a].Y, -s.Limit), s.Limit)}
	}
}

// clamp mirrors points that have left the box.
func clamp(x, v []sim.Vec) {
	fold := func(x, v *float64) {
		switch {
		case *x > half:
			*x, *v = 2*half-*x, -math.Abs(*v)
		case *x < -half:
			*x, *v = -2*half-*x, math.Abs(*v)
		}
	}
	for i := range x {
		fold(&x[i].X, &v[i].X)
		fold(&x[i].Y, &v[i].Y)
	}
}

// scene returns the box with points that know nothing of each other.
func (s *Set) scene(x, v []sim.Vec) *sim.Scene {
	scene := sim.DefaultScene()
	scene.Name, scene.FPS, scene.Substeps = "points", int(math.Round(1/(step*every))), every
	w := half + size
	corners := []sim.Vec{{X: -w, Y: -w}, {X: w, Y: -w}, {X: w, Y: w}, {X: -w, Y: w}}
	for k := range corners {
		scene.Walls = append(scene.Walls, sim.Shape{Kind: sim.Segment, Vertices: []sim.Vec{corners[k], corners[(k+1)%4]}, Elasticity: 1})
	}
	for i := range x {
		scene.Bodies = append(scene.Bodies, sim.Body{
			Kind: sim.Dynamic, Mass: 1, Moment: size * size / 2, Group: 1,
			Start:  sim.BodyState{X: x[i].X, Y: x[i].Y, VX: v[i].X, VY: v[i].Y},
			Shapes: []sim.Shape{{Kind: sim.Circle, Vertices: []sim.Vec{{}}, Radius: size, Elasticity: 1}},
		})
	}
	return &scene
}
