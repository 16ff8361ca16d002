package contact

import (
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/world/flight"
)

// wantNear fails unless got is within tol of want; NaN is near nothing.
func wantNear(t *testing.T, name string, got, want, tol float64) {
	t.Helper()
	if !scalar.EqualWithinAbs(got, want, tol) {
		t.Errorf("%s: got %v, want %v", name, got, want)
	}
}

// twoDiscs returns a scene of two discs of 1 kg a metre apart, tied by a joint of the
// first to the second, and a model that knows it.
func twoDiscs(t *testing.T, joint sim.Joint) (*Model, *sim.Scene) {
	t.Helper()
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{}), sim.NewDisc(0.1, 1, sim.Surface{})}
	for i := range scene.Bodies {
		scene.Bodies[i].Mass, scene.Bodies[i].Moment = 1, 0.5
	}
	scene.Bodies[1].Start.X = 1
	joint.A, joint.B = 0, 1
	scene.Joints = []sim.Joint{joint}
	if err := scene.Validate(); err != nil {
		t.Fatal(err)
	}
	model, err := New(tied(Tiny()), 1)
	if err != nil {
		t.Fatal(err)
	}
	return model, &scene
}

// ties returns those of the scene's joint with the second disc moved to x.
func ties(model *Model, scene *sim.Scene, x float64) []tie {
	s := model.net.place(scene)
	state := scene.Start()
	state[1].X = x
	var g graph
	g.reset()
	g.addTies(&s, state)
	return g.ties
}

// A rope holds only when it is taut, and only pulls.
func TestRopeOnlyPulls(t *testing.T) {
	t.Parallel()
	model, scene := twoDiscs(t, sim.Joint{Kind: sim.Rope, Length: 1.2})
	if slack := ties(model, scene, 1.19); len(slack) != 0 {
		t.Errorf("a slack rope holds: %+v", slack)
	}
	taut := ties(model, scene, 1.5)
	if len(taut) != 1 {
		t.Fatalf("a taut rope makes %d ties", len(taut))
	}
	wantNear(t, "velocity that would take up the excess", float64(taut[0].off), 0.3*60, 1e-4)
	if taut[0].low != -far || taut[0].high != 0 {
		t.Errorf("impulses from %v to %v, want only such as pull", taut[0].low, taut[0].high)
	}
}

// A pin holds both ways to the distance of the start.
func TestPinHoldsItsDistance(t *testing.T) {
	t.Parallel()
	model, scene := twoDiscs(t, sim.Joint{Kind: sim.Pin})
	for _, x := range []float64{0.8, 1.3} {
		pin := ties(model, scene, x)
		if len(pin) != 1 {
			t.Fatalf("%d ties", len(pin))
		}
		wantNear(t, "off", math.Abs(float64(pin[0].off)), math.Abs(x-1)*60, 1e-4)
		if pin[0].low != -far || pin[0].high != far {
			t.Errorf("impulses from %v to %v", pin[0].low, pin[0].high)
		}
	}
}

// A groove ends on both sides.
func TestGrooveEnds(t *testing.T) {
	t.Parallel()
	// The groove lies along x on the second disc, from 0.5 m to the left of its centre.
	model, scene := twoDiscs(t, sim.Joint{Kind: sim.Groove, AnchorB: sim.Vec{X: -1.5}, EndB: sim.Vec{X: -0.5}})
	for x, want := range map[float64]int{1: 1, 2: 2, 0.2: 2} { // the anchor is within, before and beyond
		got := ties(model, scene, x)
		if len(got) != want {
			t.Fatalf("second disc at %v m: %d ties, want %d", x, len(got), want)
		}
		if want == 2 {
			if end := got[1]; (end.low == 0) == (end.high == 0) {
				t.Errorf("second disc at %v m: the end holds from %v to %v, want one way", x, end.low, end.high)
			}
		}
	}
}

// A motor aims at its rate with no more than its torque: a torque M changes the relative
// angular velocity by M·dt·(1/I + 1/J) in a step.
func TestMotorHasItsTorqueAndRate(t *testing.T) {
	t.Parallel()
	model, scene := twoDiscs(t, sim.Joint{Kind: sim.Motor, Rate: 3, MaxTorque: 0.9})
	motor := ties(model, scene, 1)
	if len(motor) != 1 {
		t.Fatalf("%d ties", len(motor))
	}
	wantNear(t, "rate", float64(motor[0].rate), 3, 1e-6)
	wantNear(t, "bound", float64(motor[0].high), 0.9/60*(1/0.5+1/0.5), 1e-6)
	wantNear(t, "other bound", float64(motor[0].low), -float64(motor[0].high), 0)
}

// A spring pulls with stiffness times stretch, and its damper takes the share
// 1 − exp(−damping·dt·(1/m + 1/M)) of the relative velocity.
func TestSpringPullsAndDamps(t *testing.T) {
	t.Parallel()
	const damping, stiffness = 7, 30
	_, scene := twoDiscs(t, sim.Joint{Kind: sim.Spring, Length: 0.6, Stiffness: stiffness, Damping: damping})
	model, err := New(tied(Tiny()), 1)
	if err != nil {
		t.Fatal(err)
	}
	s := model.net.place(scene)
	state := scene.Start()
	state[0].VX, state[1].VX = 0.25, -0.5
	applySprings(&s, state, s.step.Time())
	pulled := stiffness * (1 - 0.6) / 60.0 // N·s towards each other
	damped := (1 - math.Exp(-damping*2/60.0)) * 0.75 / 2
	wantNear(t, "first", state[0].VX, 0.25+pulled-damped, 1e-9)
	wantNear(t, "second", state[1].VX, -0.5-pulled+damped, 1e-9)
}

// Every kind of joint and field of sim changes how bodies move.
func TestEveryKindOfBondActs(t *testing.T) {
	t.Parallel()
	move := func(scene *sim.Scene) sim.State {
		model := calmModel(t, tied(Tiny()))
		for i := range model.net.params.Slice("joints") {
			model.net.params.Slice("joints")[i] = -0.3
		}
		predictor, err := model.Predictor([]*sim.Scene{scene})
		if err != nil {
			t.Fatal(err)
		}
		state := scene.Start()
		state[0].VY, state[1].VX, state[1].Omega = 1, 1, 2
		for range 3 {
			if err := predictor.Step(state, nil); err != nil {
				t.Fatal(err)
			}
		}
		return state
	}
	_, scene := twoDiscs(t, sim.Joint{Kind: sim.Pin})
	scene.Joints = nil
	free := move(scene)
	differs := func(name string, state sim.State) {
		for i := range state {
			change := math.Abs(state[i].VX-free[i].VX) + math.Abs(state[i].VY-free[i].VY) + math.Abs(state[i].Omega-free[i].Omega)
			if change > 1e-6 { // which NaN is not
				return
			}
		}
		t.Errorf("a %s changes nothing", name)
	}
	for _, kind := range sim.Kinds[sim.JointKind]() {
		joint := sim.Joint{Kind: kind, A: 0, B: 1, AnchorA: sim.Vec{X: 0.05}}
		switch kind {
		case sim.Rope:
			joint.Length = 0.5
		case sim.Groove:
			joint.EndB = sim.Vec{X: 0.1, Y: 0.1}
		case sim.Spring:
			joint.Length, joint.Stiffness = 0.5, 10
		case sim.Motor:
			joint.Rate, joint.MaxTorque = 5, 1
		}
		scene.Joints = []sim.Joint{joint}
		differs(string(kind), move(scene))
	}
	scene.Joints = nil
	for _, kind := range sim.Kinds[sim.FieldKind]() {
		scene.Fields = []sim.Field{{Kind: kind, A: 0, B: 1, Strength: 50}}
		differs(string(kind)+" field", move(scene))
	}
}

// What a flight looks ahead is bounded by the two bodies that travel furthest, and a
// body travels by turning too.
func TestFlightLooksAsFarAsTheTwoFastest(t *testing.T) {
	t.Parallel()
	model, err := New(Tiny(), 1)
	if err != nil {
		t.Fatal(err)
	}
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{}), sim.NewBox(0.3, 0.4, 1, sim.Surface{}), sim.NewDisc(0.2, 1, sim.Surface{})}
	s := model.net.place(&scene)
	var f leap
	for name, c := range map[string]struct {
		speeds [3]sim.Vec
		omega  float64 // of the box, whose corners are 0.5 m from its centre
		want   float64 // m in 5 steps
	}{
		"slow first":      {[3]sim.Vec{{X: 1}, {X: 2}, {Y: -4}}, 0, 5 * (2 + 4) / 60.0},
		"fast first":      {[3]sim.Vec{{X: 4}, {X: 2}, {Y: -1}}, 0, 5 * (2 + 4) / 60.0},
		"fast in between": {[3]sim.Vec{{X: 2}, {X: 4}, {Y: 1}}, 0, 5 * (2 + 4) / 60.0},
		"turning":         {[3]sim.Vec{{X: 1}, {}, {}}, 3, 5 * (1 + 0.5*3) / 60.0},
		"alone":           {[3]sim.Vec{{}, {}, {X: 3}}, 0, 5 * 3 / 60.0},
	} {
		state := scene.Start()
		for i, v := range c.speeds {
			state[i].VX, state[i].VY = v.X, v.Y
		}
		state[1].Omega = c.omega
		wantNear(t, name, f.look(&s, state, nil, 5), c.want, 1e-6)
	}
}

// A body rests when it stands and corrections move none of its points by more than a
// little.
func TestBodyIsStillWhenNothingOfItMoves(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		was  [3]float32
		now  sim.BodyState
		lift [3]float32
		want bool
	}{
		"standing":     {[3]float32{}, sim.BodyState{}, [3]float32{0.0003, 0.0004, 0.0001}, true},
		"lifted":       {[3]float32{}, sim.BodyState{}, [3]float32{0.0008, 0.0008, 0}, false},
		"turned":       {[3]float32{}, sim.BodyState{}, [3]float32{0, 0, 0.0006}, false}, // 2 m away from the centre
		"moving":       {[3]float32{}, sim.BodyState{VY: 1e-9}, [3]float32{}, false},
		"spinning":     {[3]float32{}, sim.BodyState{Omega: 1e-9}, [3]float32{}, false},
		"moved before": {[3]float32{0, 1e-9, 0}, sim.BodyState{}, [3]float32{}, false},
	} {
		x := course{state: sim.State{c.now}, lift: c.lift[:]}
		if got := x.still(&placed{reach: []float64{2}}, c.was[:], 0); got != c.want {
			t.Errorf("%s: still is %v", name, got)
		}
	}
}

// A pair that came apart is remembered for two steps; one that still touches for ever.
func TestMemoryWaitsAsLongAsTheEngine(t *testing.T) {
	t.Parallel()
	apart := memory{points: []remembered{{id: 2, jn: 1}}}
	touching := memory{points: []remembered{{id: 2, jn: 1}, {id: 4, jn: 1, lapse: 2}}}
	for step, want := range []int{1, 1, 0} {
		apart.wait(false)
		touching.wait(true)
		if len(apart.points) != want {
			t.Errorf("step %d: %d pairs apart are remembered, want %d", step, len(apart.points), want)
		}
		if len(touching.points) != 1 || touching.points[0].lapse != 0 {
			t.Errorf("step %d: of what touches is remembered %+v", step, touching.points)
		}
	}
}

// flown returns two frames of a disc that nothing touches, the second with velocities
// off by as much as given.
func flown(dvx, domega float64) *sim.Trajectory {
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 100, sim.Surface{})}
	scene.Bodies[0].Start = sim.BodyState{VX: 1, Omega: 1}
	now, next := scene.Start(), scene.Start()
	next[0].X, next[0].Angle = 1.0/60, 1.0/60
	next[0].VX, next[0].Omega = 1+dvx, 1+domega
	return &sim.Trajectory{Scene: &scene, States: []sim.State{now, next}}
}

// A frame teaches when its velocities are not those of a free flight.
func TestExamplesAreWhatFlightDoesNotExplain(t *testing.T) {
	t.Parallel()
	still := flight.DefaultFlight()
	for _, c := range []struct {
		dvx, domega float64
		want        int
	}{{0, 0, 0}, {1e-5, 0, 0}, {1e-4, 0, 1}, {0, 1e-4, 1}, {0, 1e-5, 0}, {math.NaN(), 0, 1}} {
		got, err := appendExamples(t.Context(), nil, flown(c.dvx, c.domega), 7, &Config{Flight: still})
		if err != nil || len(got) != c.want {
			t.Errorf("off by %v m/s and %v rad/s: %d examples, want %d; %v", c.dvx, c.domega, len(got), c.want, err)
		}
	}
}

// The loss of what no weight changes is in closed form: a Huber loss of the velocity and
// one of the mean velocity during the frame, in which turning counts by the radius of
// gyration.
func TestLossIsInClosedForm(t *testing.T) {
	t.Parallel()
	model, err := New(Tiny(), 1)
	if err != nil {
		t.Fatal(err)
	}
	huber := func(d, beta float64) float64 {
		if d = math.Abs(d); d <= beta {
			return d * d / (2 * beta)
		}
		return d - beta/2
	}
	gyration := 0.1 / math.Sqrt2
	velocity := func(dvx, domega float64) float64 {
		return huber(dvx, 0.003) + huber(gyration*domega, 0.003)
	}
	objective := func(list ...*sim.Trajectory) *Objective {
		o := &Objective{net: model.net, scale: []float32{1, 1, float32(flight.Gyration(list))}}
		o.holdout.trajectories = list
		for i := range list {
			o.holdout.examples = append(o.holdout.examples, example{int32(i), 0})
		}
		return o
	}
	for _, d := range [][2]float64{{0.002, 0}, {0.5, 0}, {0, 0.01}, {-0.3, 2}} {
		got, err := objective(flown(d[0], d[1])).Validate(t.Context(), model.net.params.Data())
		if err != nil {
			t.Fatal(err)
		}
		wantNear(t, "velocity", got, velocity(d[0], d[1]), 2e-6)
	}
	moved := flown(0, 0)
	moved.States[1][0].Y, moved.States[1][0].Angle = 0.01/60, 1.0/60+0.002/60
	got, err := objective(moved).Validate(t.Context(), model.net.params.Data())
	if err != nil {
		t.Fatal(err)
	}
	wantNear(t, "mean velocity", got, huber(0.01, 0.001)+huber(gyration*0.002, 0.001), 2e-6)

	// More frames than are evaluated at a time, each counted once.
	var list []*sim.Trajectory
	want := 0.0
	for i := range 2*validationChunk + 5 {
		d := 0.01 * float64(i)
		list = append(list, flown(d, 0))
		want += velocity(d, 0) / (2*validationChunk + 5)
	}
	if got, err = objective(list...).Validate(t.Context(), model.net.params.Data()); err != nil {
		t.Fatal(err)
	}
	wantNear(t, "mean of many frames", got, want, 1e-4)
}

// Frames that flight does not explain but on which no weight has an influence teach
// nothing, and are refused before training.
func TestNothingToLearnIsSaid(t *testing.T) {
	t.Parallel()
	model, err := New(Tiny(), 1)
	if err != nil {
		t.Fatal(err)
	}
	dull := []*sim.Trajectory{flown(0.1, 0), flown(0.2, 0)}
	touching := flown(0.1, 0)
	touching.Scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0, sim.Surface{}, sim.Vec{X: -1, Y: -0.0999}, sim.Vec{X: 1, Y: -0.0999})}
	lively := []*sim.Trajectory{touching}
	want := "in 2 training episodes nothing ever touches, and no joint or field acts: there is nothing to learn"
	if _, err := NewObjective(t.Context(), model, dull, lively); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %q", err, want)
	}
	objective, err := NewObjective(t.Context(), model, append(lively, dull...), lively)
	if err != nil {
		t.Fatal(err)
	}
	grad := make([]float32, model.Parameters())
	gradient := objective.NewGradient()
	weights := model.net.params.Data()
	loss, err := gradient(weights, grad, []int32{1, 2}) // the dull ones
	if err != nil || !(loss > 0) {
		t.Errorf("loss %v, %v", loss, err)
	}
	for i, g := range grad {
		if g != 0 {
			t.Fatalf("weight %d has the gradient %v where nothing touches", i, g)
		}
	}
	if _, err := gradient(weights, grad, []int32{0}); err != nil {
		t.Error(err)
	}
	if allZero(grad) {
		t.Error("a touching frame has no gradient")
	}
}

func allZero(x []float32) bool {
	for _, v := range x {
		if v != 0 {
			return false
		}
	}
	return true
}

// A fresh network stops half of what approaches and undoes half of a joint's velocity.
func TestFreshNetworkPushesGently(t *testing.T) {
	t.Parallel()
	model, err := New(tied(Tiny()), 5)
	if err != nil {
		t.Fatal(err)
	}
	p := model.net.params
	impulse, correction, joints := p.Slice("impulse.2.bias"), p.Slice("correction.2.bias"), p.Slice("joints")
	if impulse[gainNormal] != -0.5 || impulse[gainTangent] != -0.5 {
		t.Errorf("contacts begin with %v", impulse)
	}
	if correction[gainDepth] != 0.1 || correction[gainParting] != -0.5 {
		t.Errorf("corrections begin with %v", correction)
	}
	for i := 0; i < len(joints); i += tieGains {
		if joints[i+gainRate] != -0.5 || joints[i+gainOff] != -0.05 || joints[i+gainStrain] != 0 {
			t.Errorf("joints begin with %v", joints[i:i+tieGains])
		}
	}
}
