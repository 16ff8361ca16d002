package baseline

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"orrery/sim"
	"orrery/world"
	"orrery/world/flight"
)

// machine returns two frames, of three steps each, of a scene with joints, fields and
// actuators of many kinds, and an action that leads from one to the other.
func machine(rng *rand.Rand) *sim.Trajectory {
	scene := sim.DefaultScene()
	scene.Name, scene.Substeps, scene.Gravity, scene.Damping = "machine", 3, sim.Vec{X: 1, Y: -3}, 0.9
	scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0, sim.Surface{Friction: 1, Elasticity: 1}, sim.Vec{X: -5, Y: -0.2}, sim.Vec{X: 5, Y: -0.2})}
	random := func() sim.Vec { return sim.Vec{X: 0.3 * rng.NormFloat64(), Y: 0.3 * rng.NormFloat64()} }
	for i := range 7 {
		body := sim.NewBox(0.05+0.1*rng.Float64(), 0.05+0.1*rng.Float64(), 10+20*rng.Float64(), sim.Surface{Friction: rng.Float64(), Elasticity: rng.Float64()})
		if i == 0 {
			body.Kind, body.Mass, body.Moment = sim.Kinematic, 0, 0
		}
		at, velocity := random(), random().Scale(3)
		body.Start = sim.BodyState{X: at.X, Y: at.Y, Angle: 6 * rng.Float64(), VX: velocity.X, VY: velocity.Y, Omega: 3 * rng.NormFloat64()}
		scene.Bodies = append(scene.Bodies, body)
	}
	scene.Bodies[5].Group, scene.Bodies[6].Group = 1, 1
	scene.Bodies[3].Grip = sim.Grip{Along: 1, Across: 2, Spin: 3}
	scene.Joints = []sim.Joint{
		{Kind: sim.Pivot, A: 1, B: 2},
		{Kind: sim.Pin, A: 2, B: 3},
		{Kind: sim.Rope, A: 3, B: 0, Length: 0.1 + rng.Float64()},
		{Kind: sim.Groove, A: 4, B: sim.World, EndB: random()},
		{Kind: sim.Spring, A: 5, B: sim.World, Length: rng.Float64(), Stiffness: 9 * rng.Float64(), Damping: rng.Float64()},
		{Kind: sim.Motor, A: 6, B: 1, Rate: rng.NormFloat64(), MaxTorque: rng.Float64()},
	}
	for i := range scene.Joints {
		scene.Joints[i].AnchorA, scene.Joints[i].AnchorB = random(), random()
	}
	scene.Fields = []sim.Field{
		{Kind: sim.Linear, A: 1, B: 4, Strength: rng.NormFloat64()},
		{Kind: sim.InverseSquare, A: 5, B: 3, Strength: rng.NormFloat64(), Limit: 5},
	}
	scene.Actuators = []sim.Actuator{
		{Kind: sim.Velocity, Body: 0, Against: sim.World, Low: -1, High: 3, Axis: sim.Vec{Y: 1}},
		{Kind: sim.Force, Body: 4, Against: sim.World, Low: -2, High: 2, Axis: sim.Vec{X: 1}},
		{Kind: sim.Thrust, Body: 3, Against: sim.World, Low: -2, High: 2, Axis: sim.Vec{X: 1}},
		{Kind: sim.Torque, Body: 5, Against: 6, Low: -0.1, High: 0.1},
	}
	next := scene.Start()
	for i := range next {
		if s := &next[i]; i > 0 {
			s.X, s.Y, s.Angle = s.X+0.02*rng.NormFloat64(), s.Y+0.02*rng.NormFloat64(), s.Angle+0.1*rng.NormFloat64()
			s.VX, s.VY, s.Omega = rng.NormFloat64(), rng.NormFloat64(), rng.NormFloat64()
		}
	}
	action := make(sim.Action, len(scene.Actuators))
	for i, a := range scene.Actuators {
		action[i] = a.Low + rng.Float64()*(a.High-a.Low)
	}
	return &sim.Trajectory{Scene: &scene, States: []sim.State{scene.Start(), next}, Actions: []sim.Action{action}}
}

// machines returns untrained models of every sort that know them.
func machines(t *testing.T) map[string]*Model {
	t.Helper()
	given := defaultGiven()
	given.Joints, given.Fields = slices.Sorted(slices.Values(sim.Kinds[sim.JointKind]())), slices.Sorted(slices.Values(sim.Kinds[sim.FieldKind]()))
	models := map[string]*Model{}
	add := func(name string, m *Model, err error) {
		if err != nil {
			t.Fatal(err)
		}
		models[name] = m
	}
	for name, radius := range map[string]float64{"fully connected interaction": 0, "interaction within a radius": 0.01} {
		c := TinyInteraction()
		c.Given, c.Radius, c.Turns = given, radius, 1
		m, err := NewInteraction(c, 1)
		add(name, m, err)
	}
	c := TinyMLP()
	c.Given, c.Orders = given, 1
	c.Place = Place{Scene: "machine", Bodies: 7, Joints: 6, Actuators: 4, Spread: 1}
	m, err := NewMLP(c, 1)
	add("mlp", m, err)
	return models
}

// graphOf returns what a model is shown of a trajectory's first frame, along axes
// turned by an angle.
func graphOf(m *Model, t *sim.Trajectory, turn float64) *Graph {
	v := newView(m)
	v.right = v.right.Rotate(turn)
	v.look(newStage(&m.given, t.Scene), t.States[0], t.Action(0))
	return &v.graph
}

// predictAll returns the states one frame after the starts of scenes in one batch.
func predictAll(t *testing.T, m *Model, all ...*sim.Trajectory) (states []sim.State) {
	t.Helper()
	var scenes []*sim.Scene
	var state sim.State
	var actions sim.Action
	for _, one := range all {
		scenes, state, actions = append(scenes, one.Scene), append(state, one.States[0]...), append(actions, one.Action(0)...)
	}
	p, err := m.Predictor(scenes)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Step(state, actions); err != nil {
		t.Fatal(err)
	}
	for _, s := range scenes {
		states, state = append(states, state[:len(s.Bodies)]), state[len(s.Bodies):]
	}
	return states
}

// off returns the largest difference between two states in metres, radians and seconds.
func off(a, b sim.State) (d float64) {
	for i := range a {
		p, q := &a[i], &b[i]
		d = max(d, p.Position().Sub(q.Position()).Len(), math.Abs(p.Angle-q.Angle), p.Velocity().Sub(q.Velocity()).Len(), math.Abs(p.Omega-q.Omega))
	}
	return d
}

func TestMachinesOfABatchAreIndependent(t *testing.T) {
	for name, m := range machines(t) {
		var all []*sim.Trajectory
		for k := range 5 {
			all = append(all, machine(sim.NewRand(1, "test batch", k)))
		}
		for k, together := range predictAll(t, m, all...) {
			if d := off(together, predictAll(t, m, all[k])[0]); !(d < 1e-4) {
				t.Errorf("%s: scene %d is off by %v in a batch", name, k, d)
			}
		}
	}
}

// turned returns a trajectory with all its directions turned and its places shifted.
func turned(t *sim.Trajectory, by float64, shift sim.Vec) *sim.Trajectory {
	place := func(p *sim.Vec) { *p = p.Rotate(by).Add(shift) }
	scene := *t.Scene
	scene.Gravity = scene.Gravity.Rotate(by)
	scene.Walls, scene.Bodies = slices.Clone(scene.Walls), slices.Clone(scene.Bodies)
	scene.Joints, scene.Actuators = slices.Clone(scene.Joints), slices.Clone(scene.Actuators)
	for i := range scene.Walls {
		scene.Walls[i].Vertices = slices.Clone(scene.Walls[i].Vertices)
		for k := range scene.Walls[i].Vertices {
			place(&scene.Walls[i].Vertices[k])
		}
	}
	for i := range scene.Joints {
		if j := &scene.Joints[i]; j.B == sim.World {
			place(&j.AnchorB)
			place(&j.EndB)
		}
	}
	for i := range scene.Actuators {
		if a := &scene.Actuators[i]; a.Kind != sim.Thrust { // whose axis is the body's
			a.Axis = a.Axis.Rotate(by)
		}
	}
	out := &sim.Trajectory{Scene: &scene, Actions: t.Actions}
	for _, state := range t.States {
		state = slices.Clone(state)
		for i := range state {
			at, velocity := state[i].Position(), state[i].Velocity().Rotate(by)
			place(&at)
			state[i] = sim.BodyState{X: at.X, Y: at.Y, Angle: state[i].Angle + by, VX: velocity.X, VY: velocity.Y, Omega: state[i].Omega}
		}
		out.States = append(out.States, state)
	}
	for i := range scene.Bodies {
		scene.Bodies[i].Start = out.States[0][i]
	}
	return out
}

func TestTurnedMachinesLookTheSameAlongTurnedAxes(t *testing.T) {
	for _, name := range []string{"fully connected interaction", "interaction within a radius"} {
		m := machines(t)[name]
		for k := range 10 {
			straight := machine(sim.NewRand(2, "test turn", k))
			want := graphOf(m, straight, 0)
			got := graphOf(m, turned(straight, 0.7, sim.Vec{X: 2, Y: -1}), 0.7)
			if !slices.Equal(got.Receivers, want.Receivers) || !slices.Equal(got.Senders, want.Senders) {
				t.Fatalf("%s: a turned scene has other edges", name)
			}
			for what, pair := range map[string][2][]float32{"nodes": {got.Nodes, want.Nodes}, "edges": {got.Edges, want.Edges}} {
				for i, x := range pair[1] {
					if d := math.Abs(float64(pair[0][i] - x)); !(d < 1e-3*(1+math.Abs(float64(x)))) {
						t.Errorf("%s: %s %d is %v in a turned scene, %v straight", name, what, i, pair[0][i], x)
					}
				}
			}
		}
	}
}

// Where nothing is near, and where actuators have the say, learned models fly as the
// scene says.
func TestMachinesFlyAsTheSceneSays(t *testing.T) {
	for name, m := range machines(t) {
		data := machine(sim.NewRand(8, "test flight", 0))
		watched := []int{0} // kinematic
		if strings.HasSuffix(name, "radius") {
			data.Scene.Joints = data.Scene.Joints[3:] // body 3 is thrust through an empty place
			data.Scene.Fields = data.Scene.Fields[:1]
			data.States[0][3].X += 50
			watched = append(watched, 3)
		}
		got := predictAll(t, m, data)[0]
		p, err := flight.Ballistic().Predictor([]*sim.Scene{data.Scene})
		if err != nil {
			t.Fatal(err)
		}
		want := slices.Clone(data.States[0])
		if err := p.Step(want, data.Actions[0]); err != nil {
			t.Fatal(err)
		}
		for _, i := range watched {
			if d := off(got[i:i+1], want[i:i+1]); !(d < 1e-12) {
				t.Errorf("%s: body %d is off by %v", name, i, d)
			}
		}
	}
}

// A bond says by how much and whither its places are apart.
func TestBondsLieBetweenTheirPlaces(t *testing.T) {
	m := machines(t)["interaction within a radius"]
	for k := range 10 {
		data := machine(sim.NewRand(9, "test places", k))
		v := newView(m)
		v.look(newStage(&m.given, data.Scene), data.States[0], nil)
		v.poses = v.seen
		check := func(what string, b bond, length float64) {
			a, other := v.seen[b.A].Position(), stateOf(v.seen, b.B).Position()
			if b.joint != nil && b.joint.Kind == sim.Rope {
				length = -length
			}
			across := sim.Vec{X: -b.Normal.Y, Y: b.Normal.X}
			want := other.Add(b.ArmB).Add(b.Normal.Scale(b.Gap + length)).Add(across.Scale(b.aside))
			if d := a.Add(b.ArmA).Sub(want).Len(); !(d < 1e-12) {
				t.Errorf("%s: the places are %v m from where they should be", what, d)
			}
		}
		for i, j := range data.Scene.Joints[:5] { // a motor has no place
			b := v.tie(i)
			if j.Kind == sim.Groove && b.room == 0 {
				continue // beyond the end, where no normal tells how far
			}
			check(string(j.Kind), b, v.lengths[i])
		}
		for i := range data.Scene.Fields {
			check("field", v.pull(&data.Scene.Fields[i]), 0)
		}
	}
}

// Two discs that fly at each other are told how far apart they are after a step, at
// first, and after all steps, at which they are looked at again.
func TestEdgesTellGapsOverTheFrame(t *testing.T) {
	const gap, closing, steps = 0.004, 0.9, 3 // m, m/s: they overlap at the end
	scene := sim.DefaultScene()
	scene.Substeps = steps
	for i := range 2 {
		disc := sim.NewDisc(0.1, 10, sim.Surface{})
		disc.Start = sim.BodyState{X: float64(i) * (0.2 + gap), VX: closing / 2 * float64(1-2*i), Omega: 7}
		scene.Bodies = append(scene.Bodies, disc)
	}
	m := machines(t)["interaction within a radius"]
	g := graphOf(m, &sim.Trajectory{Scene: &scene, States: []sim.State{scene.Start()}}, 0)
	const travel = closing / 60
	first, last := gap-travel/steps, gap-travel
	for i, want := range [][]float64{{0, first, gap, last}, {0, first, gap, last}, {1, last, gap, last}, {1, last, gap, last}} {
		edge := g.Edges[m.given.edgeSize()*i:]
		got := []float64{float64(edge[2])}
		for _, k := range []int{3, 6, 9} {
			got = append(got, m.given.Length*math.Atanh(float64(edge[k])))
		}
		for k := range want {
			if !(math.Abs(got[k]-want[k]) < 1e-6) {
				t.Errorf("edge %d: late, gap, before, after are %v, want %v", i, got, want)
				break
			}
		}
	}
	if len(g.Senders) != 4 {
		t.Errorf("%d edges, want 4", len(g.Senders))
	}
}

// Which of two bodies is called A makes no difference, but to the sign of a joint's
// kind.
func TestEitherSideOfABondIsToldTheSame(t *testing.T) {
	m := machines(t)["interaction within a radius"]
	data := machine(sim.NewRand(10, "test sides", 0))
	data.Scene.Joints = []sim.Joint{data.Scene.Joints[1], data.Scene.Joints[5]} // pin and motor
	edges := func() map[string][]float32 {
		g, size := graphOf(m, data, 0), m.given.edgeSize()
		out := map[string][]float32{}
		for i := range g.Senders {
			edge := slices.Clone(g.Edges[size*i:][:size])
			kinds := edge[contactSize:][:len(m.given.Joints)]
			for k := range kinds {
				kinds[k] *= kinds[k]
			}
			if flags := edge[contactSize:]; slices.ContainsFunc(flags, func(x float32) bool { return x != 0 }) {
				out[fmt.Sprint(g.Senders[i], g.Receivers[i], kinds)] = edge
			}
		}
		return out
	}
	want := edges()
	for i := range data.Scene.Joints {
		j := &data.Scene.Joints[i]
		j.A, j.B, j.AnchorA, j.AnchorB, j.Rate = j.B, j.A, j.AnchorB, j.AnchorA, -j.Rate
	}
	for i := range data.Scene.Fields {
		f := &data.Scene.Fields[i]
		f.A, f.B = f.B, f.A
	}
	got := edges()
	if len(got) != 8 || len(want) != 8 {
		t.Fatalf("%d and %d edges, want two of each bond", len(got), len(want))
	}
	for edge, told := range want {
		isMotor := told[contactSize+slices.Index(m.given.Joints, sim.Motor)] != 0
		for k, x := range told {
			if isMotor && k < contactSize {
				continue // along the axis of whichever body is A
			}
			if other := got[edge]; !(math.Abs(float64(x-other[k])) <= 1e-5) {
				t.Errorf("edge %s: column %d is %v, and %v when its ends are called otherwise", edge, k, x, other[k])
			}
		}
	}
}

// Each setting of joints, fields and the action shows in what the network is given.
func TestGraphsTellEverySetting(t *testing.T) {
	changes := map[string]func(*sim.Trajectory){}
	for i := range machine(sim.NewRand(3, "test settings", 0)).Scene.Joints {
		changes[fmt.Sprintf("anchor_a of joint %d", i)] = func(t *sim.Trajectory) { t.Scene.Joints[i].AnchorA.X += 0.05 }
	}
	for i := range 5 { // a motor has no use for them
		changes[fmt.Sprintf("anchor_b of joint %d", i)] = func(t *sim.Trajectory) { t.Scene.Joints[i].AnchorB.X += 0.05 }
	}
	for i := range 4 {
		changes[fmt.Sprintf("action %d", i)] = func(t *sim.Trajectory) { t.Actions[0][i] += 0.01 }
	}
	for name, change := range map[string]func(s *sim.Scene){
		"length of a rope":    func(s *sim.Scene) { s.Joints[2].Length += 0.1 },
		"end of a groove":     func(s *sim.Scene) { s.Joints[3].EndB.Y += 0.1 },
		"length of a spring":  func(s *sim.Scene) { s.Joints[4].Length += 0.1 },
		"stiffness":           func(s *sim.Scene) { s.Joints[4].Stiffness++ },
		"damping of a spring": func(s *sim.Scene) { s.Joints[4].Damping++ },
		"rate":                func(s *sim.Scene) { s.Joints[5].Rate++ },
		"torque":              func(s *sim.Scene) { s.Joints[5].MaxTorque++ },
		"kind of a joint":     func(s *sim.Scene) { s.Joints[1].Kind = sim.Spring },
		"linear strength":     func(s *sim.Scene) { s.Fields[0].Strength++ },
		"square strength":     func(s *sim.Scene) { s.Fields[1].Strength++ },
		"limit":               func(s *sim.Scene) { s.Fields[1].Limit++ },
		"kind of a field":     func(s *sim.Scene) { s.Fields[0].Kind = sim.InverseSquare },
	} {
		changes[name] = func(t *sim.Trajectory) { change(t.Scene) }
	}
	m := machines(t)["interaction within a radius"]
	want := graphOf(m, machine(sim.NewRand(3, "test settings", 0)), 0)
	for name, change := range changes {
		other := machine(sim.NewRand(3, "test settings", 0))
		change(other)
		if got := graphOf(m, other, 0); slices.Equal(got.Edges, want.Edges) && slices.Equal(got.Nodes, want.Nodes) {
			t.Errorf("%s does not show", name)
		}
	}
}

// A perceptron is told the action last, each component from its least to its largest.
func TestMLPIsToldTheAction(t *testing.T) {
	m, told := machines(t)["mlp"], machine(sim.NewRand(4, "test action", 0))
	for _, test := range []struct {
		action sim.Action
		want   []float32
	}{
		{sim.Action{-1, -2, -2, -0.1}, []float32{-1, -1, -1, -1}},
		{sim.Action{3, 2, 2, 0.1}, []float32{1, 1, 1, 1}},
		{sim.Action{1, 0, 9, 0}, []float32{0, 0, 1, 0}},
		{nil, []float32{-0.5, 0, 0, 0}},
	} {
		told.Actions = []sim.Action{test.action}
		row := graphOf(m, told, 0).Nodes
		if got := row[len(row)-4:]; !slices.Equal(got, test.want) {
			t.Errorf("told %v of %v, want %v", got, test.action, test.want)
		}
	}
}

// Bodies with a joint or an actuator keep their place among those of a perceptron,
// and what a field does goes with the pair of bodies it is between.
func TestOrdersLeaveBoundBodiesInPlace(t *testing.T) {
	m, scene := machines(t)["mlp"], machine(sim.NewRand(5, "test order", 0)).Scene
	scene.Joints, scene.Actuators = scene.Joints[:2], scene.Actuators[3:] // bodies 1, 2, 3 and 5, 6
	v := newView(m)
	seen := map[string]bool{}
	for k := range 20 {
		m.net.vary(v, scene, sim.NewRand(5, "test order", k))
		seen[fmt.Sprint(v.order)] = true
	}
	if want := map[string]bool{"[0 1 2 3 4 5 6]": true, "[4 1 2 3 0 5 6]": true}; fmt.Sprint(seen) != fmt.Sprint(want) {
		t.Errorf("shown in the orders %v, want %v", seen, want)
	}
	const pairs = 7 * 6 / 2
	pull := func(a, b int) int { return 7*bodySize + pairs + max(a, b)*(max(a, b)-1)/2 + min(a, b) } // linear is the second kind
	v = newView(m)
	v.order = []int{0, 4, 2, 3, 1, 5, 6}
	scene.Fields = []sim.Field{{Kind: sim.Linear, A: 0, B: 4, Strength: 0.5}}
	v.look(newStage(&m.given, scene), scene.Start(), nil)
	for i, x := range v.graph.Nodes[7*bodySize:][:2*pairs] {
		if told := x != 0; told != (7*bodySize+i == pull(0, 1)) {
			t.Errorf("column %d after the bodies is %v", i, x)
		}
	}
}

func TestMachinesAreRefusedByName(t *testing.T) {
	models := machines(t)
	for _, test := range []struct {
		model  string
		change func(*sim.Scene, *Given)
		want   string
	}{
		{"interaction within a radius", func(_ *sim.Scene, m *Given) { m.Fields = sim.Kinds[sim.FieldKind]()[:1] }, "scene machine: field 1 is inverse_square and the model was trained without"},
		{"interaction within a radius", func(_ *sim.Scene, m *Given) { m.Joints = sim.Kinds[sim.JointKind]()[:2] }, "joint 2 is a rope and"},
		{"mlp", func(_ *sim.Scene, m *Given) { m.Fields = nil }, "field 0 is linear and"},
		{"mlp", func(s *sim.Scene, _ *Given) { s.Actuators = s.Actuators[1:] }, "it has 6 joints and 3 actuators and the model was trained on 6 and 4"},
	} {
		m, scene := *models[test.model], machine(sim.NewRand(6, "test refusal", 0)).Scene
		test.change(scene, &m.given)
		if _, err := m.Predictor([]*sim.Scene{scene}); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("got %v, want a refusal with %q", err, test.want)
		}
	}
	for name, m := range models {
		p, err := m.Predictor([]*sim.Scene{machine(sim.NewRand(6, "test refusal", 0)).Scene})
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Step(make(sim.State, 7), make(sim.Action, 3)); err == nil || !strings.Contains(err.Error(), "action has 3 numbers") {
			t.Errorf("%s: got %v for an action of the wrong size", name, err)
		}
		for _, n := range []int{6, 8} {
			if err := p.Step(make(sim.State, n), nil); err == nil || err.Error() != fmt.Sprintf("state has %d bodies, the scenes have 7", n) {
				t.Errorf("%s: got %v for a state of %d", name, err, n)
			}
		}
	}
}

// TestSharedScenesArePredictedTheSame to the last bit, by however many workers, also through the wrapper that loaded models have.
func TestSharedScenesArePredictedTheSame(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(8, 0))
	var scenes []*sim.Scene
	var starts []sim.State
	for range 5 {
		one := machine(rng)
		scenes, starts = append(scenes, one.Scene), append(starts, one.States[0])
	}
	for name, m := range machines(t) {
		var want []*sim.Trajectory
		for _, workers := range []int{1, 2, 3} {
			got, err := world.Rollout(world.AnyPace(m, m.FrameTime()), scenes, starts, nil, 4, workers)
			if err != nil {
				t.Fatal(name, err)
			}
			if workers == 1 {
				want = got
				continue
			}
			for i := range got {
				if !slices.EqualFunc(got[i].States, want[i].States, slices.Equal[sim.State]) {
					t.Errorf("%s: %d workers predict scene %d otherwise than one", name, workers, i)
				}
			}
		}
		if shared, ok := m.Shared(2); ok != (m.Kind() == InteractionKind) {
			t.Errorf("%s: can be shared: %v", name, ok)
		} else if ok {
			p, err := shared.Predictor(scenes)
			if err != nil {
				t.Fatal(name, err)
			}
			if p.(*predictor).team == nil {
				t.Errorf("%s: a shared predictor works alone", name)
			}
			working := crews()
			if working == 0 {
				t.Errorf("%s: nobody shares the work", name)
			}
			p.(*predictor).Release()
			for deadline := time.Now().Add(time.Minute); crews() >= working; time.Sleep(time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatalf("%s: %d workers go on after the release of %d", name, crews(), working)
				}
			}
		}
	}
}

// crews returns how many goroutines of crews there are.
func crews() int {
	stacks := make([]byte, 1<<20)
	return strings.Count(string(stacks[:runtime.Stack(stacks, true)]), "created by orrery/learn/crew.")
}
