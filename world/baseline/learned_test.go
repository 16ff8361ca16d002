package baseline_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"orrery/sim"
	"orrery/world"
	"orrery/world/baseline"
)

// crowd returns two frames of bodies that overlap each other and a floor, the
// first of them kinematic, and of one far away from all.
func crowd(rng *rand.Rand, n int) *sim.Trajectory {
	scene := sim.DefaultScene()
	scene.Name = "crowd"
	floor := sim.NewShape(sim.Segment, 0, sim.Surface{Friction: 1, Elasticity: 1}, sim.Vec{X: -5, Y: -0.2}, sim.Vec{X: 5, Y: -0.2})
	scene.Walls = []sim.Shape{floor}
	for i := range n {
		surface := sim.Surface{Friction: rng.Float64(), Elasticity: rng.Float64()}
		body := sim.NewDisc(0.05+0.1*rng.Float64(), 10+20*rng.Float64(), surface)
		if rng.IntN(2) == 0 {
			body = sim.NewBox(0.05+0.1*rng.Float64(), 0.05+0.1*rng.Float64(), 10+20*rng.Float64(), surface)
		}
		if i == 0 {
			body.Kind, body.Mass, body.Moment = sim.Kinematic, 0, 0
		}
		body.Start = sim.BodyState{
			X: 0.5 * (rng.Float64() - 0.5), Y: 0.3 * (rng.Float64() - 0.5), Angle: 6 * rng.Float64(),
			VX: rng.NormFloat64(), VY: rng.NormFloat64(), Omega: 3 * rng.NormFloat64(),
		}
		scene.Bodies = append(scene.Bodies, body)
	}
	scene.Bodies[n-1].Start.X = 50
	next := scene.Start()
	for i := 1; i < n-1; i++ {
		s := &next[i]
		s.X, s.Y, s.Angle = s.X+0.02*rng.NormFloat64(), s.Y+0.02*rng.NormFloat64(), s.Angle+0.1*rng.NormFloat64()
		s.VX, s.VY, s.Omega = rng.NormFloat64(), rng.NormFloat64(), rng.NormFloat64()
	}
	return &sim.Trajectory{Scene: &scene, States: []sim.State{scene.Start(), next}}
}

const crowdSize = 6

// network returns an untrained interaction network, whose answers are as large as
// what it is to learn.
func network(t *testing.T, radius float64) *baseline.Model {
	t.Helper()
	c := baseline.TinyInteraction()
	c.Radius, c.Turns = radius, 1
	c.Given.Flight.Gravity = sim.Vec{X: 1, Y: -3}
	m, err := baseline.NewInteraction(c, 1)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func perceptron(t *testing.T) *baseline.Model {
	t.Helper()
	c := plain()
	c.Given.Flight.Gravity = sim.Vec{X: 1, Y: -3}
	m, err := baseline.NewMLP(c, 1)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// plain are settings under which every frame is shown as it is.
func plain() baseline.MLPConfig {
	c := baseline.TinyMLP()
	c.Orders, c.Place = 1, baseline.Place{Scene: "crowd", Bodies: crowdSize, Spread: 1}
	return c
}

// learned returns one untrained model of every sort.
func learned(t *testing.T) map[string]*baseline.Model {
	return map[string]*baseline.Model{
		"fully connected interaction": network(t, 0),
		"interaction within a radius": network(t, 0.01),
		"mlp":                         perceptron(t),
	}
}

// predict returns the state one frame after the start of a scene.
func predict(t *testing.T, m world.Model, scene *sim.Scene) sim.State {
	t.Helper()
	p, err := m.Predictor([]*sim.Scene{scene})
	if err != nil {
		t.Fatal(err)
	}
	state := scene.Start()
	if err := p.Step(state, nil); err != nil {
		t.Fatal(err)
	}
	return state
}

// distance returns how far two states of a body are apart, in metres, radians and
// seconds alike.
func distance(a, b sim.BodyState) float64 {
	return a.Position().Sub(b.Position()).Len() + math.Abs(a.Angle-b.Angle) + a.Velocity().Sub(b.Velocity()).Len() + math.Abs(a.Omega-b.Omega)
}

// tolerance is what float32 sums in another order may differ by.
const tolerance = 1e-4

func same(t *testing.T, what string, got, want sim.State) {
	t.Helper()
	for i := range want {
		if d := distance(got[i], want[i]); !(d < tolerance) {
			t.Errorf("%s: body %d is off by %.2g", what, i, d)
		}
	}
}

func TestRenumberingBodiesRenumbersThePrediction(t *testing.T) {
	for _, radius := range []float64{0, 0.01} {
		m := network(t, radius)
		for k := range 20 {
			rng := sim.NewRand(1, "test renumbering", k)
			scene := crowd(rng, crowdSize).Scene
			want := predict(t, m, scene)
			order := rng.Perm(crowdSize)
			mixed, wanted := *scene, make(sim.State, crowdSize)
			mixed.Bodies = make([]sim.Body, crowdSize)
			for i, from := range order {
				mixed.Bodies[i], wanted[i] = scene.Bodies[from], want[from]
			}
			same(t, "renumbered", predict(t, m, &mixed), wanted)
		}
	}
}

func TestShiftingTheSceneShiftsThePrediction(t *testing.T) {
	by := sim.Vec{X: 3, Y: -2}
	for _, radius := range []float64{0, 0.01} {
		m := network(t, radius)
		for k := range 20 {
			scene := crowd(sim.NewRand(2, "test shift", k), crowdSize).Scene
			want := predict(t, m, scene)
			shifted := *scene
			shifted.Bodies = slices.Clone(scene.Bodies)
			for i := range shifted.Bodies {
				s := &shifted.Bodies[i].Start
				s.X, s.Y = s.X+by.X, s.Y+by.Y
				want[i].X, want[i].Y = want[i].X+by.X, want[i].Y+by.Y
			}
			floor := scene.Walls[0]
			floor.Vertices = []sim.Vec{floor.Vertices[0].Add(by), floor.Vertices[1].Add(by)}
			shifted.Walls = []sim.Shape{floor}
			same(t, "shifted", predict(t, m, &shifted), want)
		}
	}
}

func TestLearnedScenesOfABatchAreIndependent(t *testing.T) {
	for name, m := range learned(t) {
		var scenes []*sim.Scene
		var together, apart sim.State
		for k := range 10 {
			scene := crowd(sim.NewRand(3, "test batch", k), crowdSize).Scene
			scenes = append(scenes, scene)
			together = append(together, scene.Start()...)
			apart = append(apart, predict(t, m, scene)...)
		}
		p, err := m.Predictor(scenes)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Step(together, nil); err != nil {
			t.Fatal(err)
		}
		same(t, name, together, apart)
	}
}

func TestLearnedKinematicBodiesKeepTheirVelocity(t *testing.T) {
	for name, m := range learned(t) {
		scene := crowd(sim.NewRand(4, "test kinematic", 0), crowdSize).Scene
		got, start := predict(t, m, scene), scene.Start()
		want, h := start[0], scene.FrameTime()
		want.X, want.Y, want.Angle = want.X+h*want.VX, want.Y+h*want.VY, want.Angle+h*want.Omega
		if !(distance(got[0], want) <= 1e-12) {
			t.Errorf("%s: kinematic body is at %v, want %v", name, got[0], want)
		}
		if !(distance(got[1], start[1]) >= 0.01) {
			t.Errorf("%s: the body that is being hit hardly changed", name)
		}
	}
}

// Nothing is left to a network whose reach ends before anything else.
func TestBodiesOutOfReachFlyAsMeasured(t *testing.T) {
	scene := crowd(sim.NewRand(5, "test reach", 0), crowdSize).Scene
	got, want := predict(t, network(t, 0.01), scene)[crowdSize-1], scene.Bodies[crowdSize-1].Start
	h := scene.FrameTime()
	want.X, want.Y, want.Angle = want.X+h*want.VX, want.Y+h*want.VY, want.Angle+h*want.Omega
	want.VX, want.VY = want.VX+h, want.VY-3*h
	if d := distance(got, want); !(d < 1e-12) {
		t.Errorf("free body is off by %.2g", d)
	}
}

// crowds returns a dataset of a few frames.
func crowds(n int) (data []*sim.Trajectory) {
	for k := range n {
		data = append(data, crowd(sim.NewRand(6, "test data", k), crowdSize))
	}
	return data
}

func TestGradientIsTheSlopeOfTheLoss(t *testing.T) {
	for name, m := range learned(t) {
		objective, err := baseline.NewObjective(t.Context(), m, crowds(4), crowds(1))
		if err != nil {
			t.Fatal(err)
		}
		gradient := objective.NewGradient()
		weights := slices.Clone(m.Weights().Data())
		examples := []int32{3, 0, 2}
		lossAt := func() (float64, []float32) {
			grad := make([]float32, len(weights))
			loss, err := gradient(weights, grad, examples)
			if err != nil {
				t.Fatal(err)
			}
			return loss, grad
		}
		_, grad := lossAt()
		// Along the gradient the slope is its length.
		length := 0.0
		for _, g := range grad {
			length += float64(g) * float64(g)
		}
		length = math.Sqrt(length)
		const step = 1e-3
		move := func(by float64) {
			for i, g := range grad {
				weights[i] += float32(by * float64(g) / length)
			}
		}
		move(step)
		up, _ := lossAt()
		move(-2 * step)
		down, _ := lossAt()
		if slope := (up - down) / (2 * step); !(math.Abs(slope-length) < 0.01*length) {
			t.Errorf("%s: the slope along the gradient is %v, its length %v", name, slope, length)
		}
	}
}

// A network that answers nothing is off by what was left out, which the objective must
// have measured as the Huber loss of all it should have said.
func TestLossIsThatOfWhatFlightLeavesOut(t *testing.T) {
	data := crowds(1)
	m := perceptron(t)
	clear(m.Weights().Data())
	objective, err := baseline.NewObjective(t.Context(), m, data, data)
	if err != nil {
		t.Fatal(err)
	}
	got, err := objective.Validate(t.Context(), m.Weights().Data())
	if err != nil {
		t.Fatal(err)
	}
	flown, next := predict(t, m, data[0].Scene), data[0].States[1]
	want, h := 0.0, data[0].Scene.FrameTime()
	given, beta := baseline.DefaultMLP().Given, m.LossBeta()
	for i := 1; i < len(next); i++ { // the first is kinematic
		a, b := flown[i], next[i]
		for k, d := range []float64{
			b.VX - a.VX, b.VY - a.VY, (b.Omega - a.Omega) * given.Length,
			(b.X - a.X) / h, (b.Y - a.Y) / h, (b.Angle - a.Angle) / h * given.Length,
		} {
			d = math.Abs(d / []float64{given.Kick, given.Lift}[k/3])
			if d <= beta {
				want += d * d / (2 * beta)
			} else {
				want += d - beta/2
			}
		}
	}
	if !(math.Abs(got-want) < 1e-4*want) {
		t.Errorf("loss is %v, want %v", got, want)
	}
}
