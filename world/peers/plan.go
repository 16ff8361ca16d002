package main

import (
	"fmt"
	"math"
	"math/rand/v2"

	"orrery/sim"
)

// plan says what an engine is to move, in metres, kilograms and seconds.
type plan struct {
	Frames   int         `json:"frames"`
	FPS      int         `json:"fps"`
	Gravity  sim.Vec     `json:"gravity"` // m/s²
	Damping  float64     `json:"damping"` // share of a velocity kept in a second
	Walls    []sim.Shape `json:"walls"`   // segments with the inside on their left
	Bodies   []planBody  `json:"bodies"`
	Pusher   int         `json:"pusher"` // body that the actions drive, or -1
	Episodes []start     `json:"episodes"`
}

// planBody is a body of one shape.
type planBody struct {
	Kind    sim.BodyKind `json:"kind"`
	Mass    float64      `json:"mass"`    // kg
	Moment  float64      `json:"moment"`  // kg·m²
	Density float64      `json:"density"` // kg/m²
	Shapes  []sim.Shape  `json:"shapes"`
}

// start is how an episode begins, and the velocities that a pusher is given.
type start struct {
	Starts  [][6]float64 `json:"starts"`  // m, m, rad, m/s, m/s, rad/s
	Actions [][2]float64 `json:"actions"` // m/s
}

// setting is a kind of scene.
type setting struct {
	gravity, damping       float64
	elasticity, friction   float64
	discs, boxes, frames   int
	size                   [2]float64 // m, the least and the greatest
	speed, spin, densities float64    // m/s and rad/s at most; how many times as dense the densest is
	pusher                 bool
}

var settings = map[string]setting{
	"billiards": {damping: 1, elasticity: 0.95, friction: 0.1, discs: 5, frames: 91, size: [2]float64{0.08, 0.16}, speed: 1.5, spin: 2, densities: 5},
	"boxes":     {gravity: 3, damping: 1, elasticity: 0.5, friction: 0.4, discs: 3, boxes: 3, frames: 91, size: [2]float64{0.1, 0.2}, speed: 1, spin: 3, densities: 1},
	"pile":      {gravity: 9.81, damping: 1, elasticity: 0.1, friction: 0.5, discs: 5, boxes: 7, frames: 91, size: [2]float64{0.06, 0.14}, speed: 0.5, spin: 1, densities: 2},
	"pusher":    {damping: 0.05, elasticity: 0, friction: 0.5, discs: 1, boxes: 2, frames: 121, size: [2]float64{0.1, 0.2}, densities: 2, pusher: true},
}

// newPlan returns the plan of a scene: the bodies are those of the seed, and the starts those of
// the episodes from the first on.
func newPlan(scene string, seed uint64, first, episodes int) (*plan, error) {
	s, ok := settings[scene]
	if !ok {
		return nil, fmt.Errorf("scene %q is none of billiards, boxes, pile, pusher", scene)
	}
	p := &plan{Frames: s.frames, FPS: 60, Gravity: sim.Vec{Y: -s.gravity}, Damping: s.damping, Pusher: -1}
	for i := range 4 {
		corner := func(i int) sim.Vec { return sim.Vec{X: 1, Y: -1}.Rotate(float64(i) * math.Pi / 2) }
		a, b := corner(i+3), corner(i)
		p.Walls = append(p.Walls, sim.Shape{Kind: sim.Segment, Vertices: []sim.Vec{round(a), round(b)}, Friction: s.friction, Elasticity: s.elasticity})
	}
	rng := sim.NewRand(seed, "peers/bodies", 0)
	between := func(rng *rand.Rand, low, high float64) float64 { return low + (high-low)*rng.Float64() }
	if s.pusher {
		p.Pusher = 0
	}
	for i := range s.discs + s.boxes {
		w, h := between(rng, s.size[0], s.size[1]), between(rng, s.size[0], s.size[1])
		b := planBody{Kind: sim.Dynamic, Density: between(rng, 1, s.densities)}
		shape := sim.Shape{Kind: sim.Polygon, Vertices: []sim.Vec{{X: -w, Y: -h}, {X: w, Y: -h}, {X: w, Y: h}, {X: -w, Y: h}}}
		b.Mass = 4 * w * h * b.Density
		b.Moment = b.Mass * (w*w + h*h) / 3
		if i%2 == 0 && i/2 < s.discs || i/2 >= s.boxes {
			shape = sim.Shape{Kind: sim.Circle, Vertices: []sim.Vec{{}}, Radius: w}
			b.Mass = math.Pi * w * w * b.Density
			b.Moment = b.Mass * w * w / 2
		}
		if i == p.Pusher {
			b.Kind = sim.Kinematic
		}
		shape.Friction, shape.Elasticity = s.friction, s.elasticity
		b.Shapes = []sim.Shape{shape}
		p.Bodies = append(p.Bodies, b)
	}
	for k := range episodes {
		rng := sim.NewRand(seed, "peers/starts", first+k)
		var e start
		for len(e.Starts) < len(p.Bodies) {
			at := [6]float64{between(rng, -0.85, 0.85), between(rng, -0.85, 0.85), between(rng, -3, 3), between(rng, -s.speed, s.speed), between(rng, -s.speed, s.speed), between(rng, -s.spin, s.spin)}
			if len(e.Starts) == p.Pusher {
				at[2] = 0
			}
			switch {
			case p.fits(e.Starts, at):
				e.Starts = append(e.Starts, at)
			case rng.Float64() < 0.002:
				e.Starts = nil // this arrangement has no room left
			}
		}
		if s.pusher {
			e.Actions = chase(rng, e.Starts, s.frames)
		}
		p.Episodes = append(p.Episodes, e)
	}
	return p, nil
}

// round removes what turning by quarters left.
func round(v sim.Vec) sim.Vec { return sim.Vec{X: math.Round(v.X), Y: math.Round(v.Y)} }

// fits reports whether a body may start where nothing else is, with some room.
func (p *plan) fits(others [][6]float64, at [6]float64) bool {
	reach := func(i int) float64 {
		b := sim.Body{Shapes: p.Bodies[i].Shapes}
		return b.Reach()
	}
	r := reach(len(others))
	if math.Max(math.Abs(at[0]), math.Abs(at[1]))+r > 0.97 {
		return false
	}
	for i, o := range others {
		if math.Hypot(at[0]-o[0], at[1]-o[1]) < r+reach(i)+0.02 {
			return false
		}
	}
	return true
}

// chase returns velocities of a pusher, the first body, that now and then turns to where
// another one started.
func chase(rng *rand.Rand, starts [][6]float64, frames int) [][2]float64 {
	var actions [][2]float64
	x, y := starts[0][0], starts[0][1]
	var v [2]float64
	for frame := range frames {
		if frame%30 == 0 {
			to := starts[1+rng.IntN(len(starts)-1)]
			speed, away := 0.3+0.5*rng.Float64(), math.Hypot(to[0]-x, to[1]-y)
			v = [2]float64{speed * (to[0] - x) / away, speed * (to[1] - y) / away}
		}
		nextX, nextY := x+v[0]/60, y+v[1]/60
		if math.Max(math.Abs(nextX), math.Abs(nextY)) > 0.75 {
			v = [2]float64{}
			nextX, nextY = x, y
		}
		x, y = nextX, nextY
		actions = append(actions, v)
	}
	return actions
}

// scene returns what the importer is told, with the outlines that the engine really has if it
// says so.
func (p *plan) scene(engine string, outlines [][]sim.Vec) *sim.Scene {
	s := sim.DefaultScene()
	s.Name, s.FPS, s.Substeps, s.Iterations, s.Slop = engine, p.FPS, 1, 20, 0.005
	s.Gravity, s.Damping, s.Walls = p.Gravity, p.Damping, p.Walls
	for i, b := range p.Bodies {
		body := sim.Body{Kind: b.Kind, Mass: b.Mass, Moment: b.Moment, Shapes: b.Shapes}
		if b.Kind == sim.Kinematic {
			body.Mass, body.Moment = 0, 0
		}
		if outlines != nil {
			shape := b.Shapes[0]
			body.Shapes = []sim.Shape{{Kind: sim.Polygon, Vertices: outlines[i], Friction: shape.Friction, Elasticity: shape.Elasticity}}
		}
		at := p.Episodes[0].Starts[i]
		body.Start.SetValues(at)
		s.Bodies = append(s.Bodies, body)
	}
	if p.Pusher >= 0 {
		for _, axis := range []sim.Vec{{X: 1}, {Y: 1}} {
			s.Actuators = append(s.Actuators, sim.Actuator{Kind: sim.Velocity, Body: p.Pusher, Against: sim.World, Low: -2, High: 2, Axis: axis})
		}
	}
	return &s
}
