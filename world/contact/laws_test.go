package contact

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/world"
	"orrery/world/flight"
	"orrery/world/geom"
)

// predict returns the state one frame after start.
func predict(t *testing.T, model *Model, scene *sim.Scene, start sim.State) sim.State {
	t.Helper()
	p, err := model.Predictor([]*sim.Scene{scene})
	if err != nil {
		t.Fatal(err)
	}
	state := slices.Clone(start)
	if err := p.Step(state, nil); err != nil {
		t.Fatal(err)
	}
	return state
}

// calmModel is what training might lead to: impulses that roughly stop what
// approaches, disturbed by random weights so that every term of the law counts.
func calmModel(t *testing.T, config Config) *Model {
	t.Helper()
	model := randomModel(t, config)
	for _, name := range []string{"impulse.2.weight", "impulse.2.bias", "correction.2.weight", "correction.2.bias"} {
		for i := range model.net.params.Slice(name) {
			model.net.params.Slice(name)[i] *= 0.005
		}
	}
	impulse, correction := model.net.params.Slice("impulse.2.bias"), model.net.params.Slice("correction.2.bias")
	impulse[gainBounce], impulse[gainNormal], impulse[gainTangent] = -0.2, -0.2, -0.5
	correction[gainDepth], correction[gainParting] = 0.07, -0.2
	return model
}

// windy returns DefaultConfig with gravity aslant, so that no direction is special.
func windy() Config {
	c := DefaultConfig()
	c.Flight.Gravity = sim.Vec{X: 1, Y: -3}
	return c
}

// TestAPairPredictsAsTheProductOfThoseValues: what a pair of materials says reaches the
// model as if the shapes said it, and not at all where no shape is of these materials.
func TestAPairPredictsAsTheProductOfThoseValues(t *testing.T) {
	model := calmModel(t, windy())
	plain := onFloor(0, 0.399) // which touch each other and the floor
	start := plain.Start()
	start[0].VX, start[1].VY, start[1].Omega = 1, -0.5, 2
	set := func(surface sim.Surface, material string) *sim.Scene {
		scene := onFloor(0, 0.399)
		all := [][]sim.Shape{scene.Walls, scene.Bodies[0].Shapes, scene.Bodies[1].Shapes}
		for _, shapes := range all {
			shapes[0].Friction, shapes[0].Elasticity, shapes[0].Material = surface.Friction, surface.Elasticity, material
		}
		return scene
	}
	other := sim.Surface{Friction: 1, Elasticity: 1}
	product := predict(t, model, set(sim.Surface{Friction: 0.25, Elasticity: 0.5}, "wood"), start)
	paired := set(other, "wood")
	paired.Pairs = []sim.Pair{{A: "wood", B: "wood", Friction: 0.0625, Elasticity: 0.25}}
	if got := predict(t, model, paired, start); !slices.Equal(got, product) {
		t.Errorf("with the pair %v\nwithout it %v", got, product)
	}
	free := predict(t, model, set(other, "wood"), start)
	if slices.Equal(free, product) {
		t.Error("surfaces change nothing")
	}
	paired.Pairs[0].B = "ice"
	if got := predict(t, model, paired, start); !slices.Equal(got, free) {
		t.Errorf("with the pair of another material %v\nwithout it %v", got, free)
	}
}

func TestMomentumIsConserved(t *testing.T) {
	for name, config := range sources(DefaultConfig()) {
		t.Run(name, func(t *testing.T) { conservesMomentum(t, calmModel(t, config)) })
	}
}

// sources returns a configuration for each order of a step, and with impacts within it.
func sources(like Config) map[string]Config {
	all := map[string]Config{}
	for _, o := range flight.Orders() {
		c := like
		c.Flight.Order = o
		all[string(o)] = c
		c.Impacts, c.Calm = true, 0.5
		c.Touch.Skin = geom.Skin{Circle: 0.002, Polygon: 0.01, Segment: 0.01}
		if o != flight.EvenForce {
			c.Depth = 0.015
		}
		all[string(o)+" with impacts"] = c
	}
	return all
}

func conservesMomentum(t *testing.T, model *Model) {
	rng := sim.NewRand(6, "test momentum", 0)
	pushed, carried := 0.0, 0.0
	for range 100 {
		data := crowd(rng, 8)
		data.Scene.Walls = nil
		after := predict(t, model, data.Scene, data.States[0])
		var change sim.Vec
		size := 0.0
		for i, b := range data.States[0] {
			m := data.Scene.Bodies[i].Mass
			gained := after[i].Velocity().Sub(b.Velocity()).Scale(m)
			change = change.Add(gained)
			pushed += gained.Len()
			size += m * b.Velocity().Len()
		}
		carried += size
		if !(change.Len() <= 1e-6*size) {
			t.Errorf("total momentum changed by %.3g of its size", change.Len()/size)
		}
	}
	if !(pushed >= 0.1*carried) {
		t.Errorf("impulses of %.3g beside a momentum of %.3g test nothing", pushed, carried)
	}
}

// motion is a change of view: mirror (or not), then turn, then shift.
type motion struct {
	mirror bool
	angle  float64
	shift  sim.Vec
}

func (m motion) vector(v sim.Vec) sim.Vec {
	if m.mirror {
		v.X = -v.X
	}
	return v.Rotate(m.angle)
}

func (m motion) state(s sim.State) sim.State {
	out := slices.Clone(s)
	sign := 1.0
	if m.mirror {
		sign = -1
	}
	for i := range out {
		p, v := m.vector(out[i].Position()).Add(m.shift), m.vector(out[i].Velocity())
		out[i] = sim.BodyState{X: p.X, Y: p.Y, Angle: sign*out[i].Angle + m.angle, VX: v.X, VY: v.Y, Omega: sign * out[i].Omega}
	}
	return out
}

// shapes returns the shapes as seen by the motion: those of a body are only
// mirrored, those of the world moved as a whole.
func (m motion) shapes(shapes []sim.Shape, world bool) []sim.Shape {
	out := slices.Clone(shapes)
	for i := range out {
		out[i].Vertices = slices.Clone(out[i].Vertices)
		for k, v := range out[i].Vertices {
			if world {
				out[i].Vertices[k] = m.vector(v).Add(m.shift)
			} else if m.mirror {
				out[i].Vertices[k].X = -v.X
			}
		}
		if m.mirror {
			slices.Reverse(out[i].Vertices)
		}
	}
	return out
}

func (m motion) scene(s *sim.Scene) *sim.Scene {
	out := *s
	out.Walls = m.shapes(s.Walls, true)
	out.Bodies = slices.Clone(s.Bodies)
	for i := range out.Bodies {
		out.Bodies[i].Shapes = m.shapes(out.Bodies[i].Shapes, false)
	}
	return &out
}

func TestMovingTheSceneMovesThePrediction(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and in one goroutine")
	}
	for name, move := range map[string]motion{
		"shift":      {shift: sim.Vec{X: 3, Y: -2}},
		"turn":       {angle: 1.1},
		"mirror":     {mirror: true},
		"everything": {mirror: true, angle: -2.3, shift: sim.Vec{X: 0.4, Y: 0.9}},
	} {
		for source, config := range sources(windy()) {
			model := calmModel(t, config)
			config.Flight.Gravity = move.vector(config.Flight.Gravity)
			moved := calmModel(t, config)
			rng := sim.NewRand(7, "test motions", 0)
			for range 8 {
				data := crowd(rng, 6)
				want := move.state(predict(t, model, data.Scene, data.States[0]))
				got := predict(t, moved, move.scene(data.Scene), move.state(data.States[0]))
				for i := range want {
					w, g := want[i], got[i]
					speed := 1 + w.Velocity().Len() + math.Abs(w.Omega)
					if d := g.Position().Sub(w.Position()).Len() + math.Abs(g.Angle-w.Angle); !(d <= 1e-5) {
						t.Errorf("%s, %q: body %d: pose differs by %.3g", name, source, i, d)
					}
					if d := g.Velocity().Sub(w.Velocity()).Len() + math.Abs(g.Omega-w.Omega); !(d <= 1e-5*speed) {
						t.Errorf("%s, %q: body %d: velocity differs by %.3g of %.3g", name, source, i, d, speed)
					}
				}
			}
		}
	}
}

func TestScenesInABatchDoNotMeet(t *testing.T) {
	for name, config := range sources(windy()) {
		t.Run(name, func(t *testing.T) { keepsApart(t, calmModel(t, config)) })
	}
}

func keepsApart(t *testing.T, model *Model) {
	rng := sim.NewRand(8, "test batch", 0)
	var scenes []*sim.Scene
	var together, apart sim.State
	for range 10 {
		data := crowd(rng, 5)
		scenes = append(scenes, data.Scene)
		together = append(together, data.States[0]...)
		apart = append(apart, predict(t, model, data.Scene, data.States[0])...)
	}
	p, err := model.Predictor(scenes)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Step(together, nil); err != nil {
		t.Fatal(err)
	}
	for i := range together {
		if together[i] != apart[i] {
			t.Errorf("body %d is at %+v in company and at %+v alone", i, together[i], apart[i])
		}
	}
}

func TestFreeFlightIsExact(t *testing.T) {
	model := calmModel(t, windy())
	data := crowd(sim.NewRand(9, "test flight", 0), 1)
	data.Scene.Walls = nil
	state, dt := data.States[0], model.Config().Flight.FrameTime
	p, err := model.Predictor([]*sim.Scene{data.Scene})
	if err != nil {
		t.Fatal(err)
	}
	want, g := state[0], model.Config().Flight.Gravity
	const n = 1000.0
	want.X += n*dt*want.VX + g.X*dt*dt*n*(n-1)/2 // positions move first
	want.Y += n*dt*want.VY + g.Y*dt*dt*n*(n-1)/2
	want.Angle += n * dt * want.Omega
	for range int(n) {
		if err := p.Step(state, nil); err != nil {
			t.Fatal(err)
		}
	}
	if d := state[0].Position().Sub(want.Position()).Len() + math.Abs(state[0].Angle-want.Angle); !(d <= 1e-9*want.Position().Len()) {
		t.Errorf("after 1000 frames off by %.3g m", d)
	}
}

func TestStepDoesNotRememberTheStateBefore(t *testing.T) {
	model := calmModel(t, windy())
	rng := sim.NewRand(10, "test memory", 0)
	data := crowd(rng, 6)
	p, err := model.Predictor([]*sim.Scene{data.Scene})
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := slices.Clone(data.States[1])
	if err := p.Step(elsewhere, nil); err != nil {
		t.Fatal(err)
	}
	state := slices.Clone(data.States[0])
	if err := p.Step(state, nil); err != nil {
		t.Fatal(err)
	}
	if want := predict(t, model, data.Scene, data.States[0]); !slices.Equal(state, want) {
		t.Errorf("after another state the prediction is %v, from a fresh start %v", state, want)
	}
}

func TestModelRefusesByName(t *testing.T) {
	model := calmModel(t, DefaultConfig())
	for want, change := range map[string]func(*sim.Scene){
		"joint 0 is a pivot and":        func(s *sim.Scene) { s.Joints = []sim.Joint{{Kind: sim.Pivot}} },
		"field 0 is inverse_square and": func(s *sim.Scene) { s.Fields = []sim.Field{{Kind: sim.InverseSquare}} },
		"frames last 0.02 s":            func(s *sim.Scene) { s.FPS = 50 },
	} {
		scene := *crowd(sim.NewRand(13, "test refusal", 0), 2).Scene
		change(&scene)
		_, err := model.Predictor([]*sim.Scene{&scene})
		var refusal *world.Refusal
		if !errors.As(err, &refusal) || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want a refusal with %q", err, want)
		}
	}
}

func TestConfigNamesTheFieldOutOfRange(t *testing.T) {
	for want, change := range map[string]func(*Config){
		"hidden 0":             func(c *Config) { c.Hidden = 0 },
		"rounds 1001":          func(c *Config) { c.Rounds = 1001 },
		"steps 0":              func(c *Config) { c.Steps = 0 },
		`joints: "weld"`:       func(c *Config) { c.Joints = []sim.JointKind{"weld"} },
		`fields: "magic"`:      func(c *Config) { c.Fields = []sim.FieldKind{"magic"} },
		"correction_hidden -1": func(c *Config) { c.CorrectionHidden = -1 },
		"correction_rounds 0":  func(c *Config) { c.CorrectionRounds = 0 },
		"frame_time NaN":       func(c *Config) { c.Flight.FrameTime = math.NaN() },
		"keep 3":               func(c *Config) { c.Flight.Keep = 3 },
		"keep_angular NaN":     func(c *Config) { c.Flight.KeepAngular = math.NaN() },
		"ahead 5":              func(c *Config) { c.Ahead = 5 },
		"sight NaN":            func(c *Config) { c.Sight = math.NaN() },
		"late needs impacts":   func(c *Config) { c.Late = true },
		"gravity":              func(c *Config) { c.Flight.Gravity.X = math.Inf(1) },
	} {
		c := DefaultConfig()
		change(&c)
		if _, err := New(c, 1); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error with %q", err, want)
		}
	}
}
