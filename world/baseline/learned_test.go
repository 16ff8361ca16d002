package baseline_test

import (
	"errors"
	"math"
	"math/cmplx"
	"math/rand/v2"
	"slices"
	"strings"
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
	c.Motion.Flight.Gravity = sim.Vec{X: 1, Y: -3}
	m, err := baseline.NewInteraction(c, 1)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func perceptron(t *testing.T) *baseline.Model {
	t.Helper()
	c := plain()
	c.Motion.Flight.Gravity = sim.Vec{X: 1, Y: -3}
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
		if distance(got[0], want) > 1e-12 {
			t.Errorf("%s: kinematic body is at %v, want %v", name, got[0], want)
		}
		if distance(got[1], start[1]) < 0.01 {
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

// row returns a frame of bodies side by side, a gap apart.
func row(n int, gap float64) *sim.Trajectory {
	scene := sim.DefaultScene()
	scene.Name = "row"
	for i := range n {
		disc := sim.NewDisc(0.1, 10, sim.Surface{})
		disc.Start.X = float64(i) * (0.2 + gap)
		scene.Bodies = append(scene.Bodies, disc)
	}
	return &sim.Trajectory{Scene: &scene, States: []sim.State{scene.Start(), scene.Start()}}
}

// Within a radius the number of edges grows as the neighbours of all bodies do, and
// otherwise as their square.
func TestEdgesGrowWithNeighbours(t *testing.T) {
	const gap = 0.01
	edges := func(n int, radius float64) int {
		data := []*sim.Trajectory{row(n, gap)}
		task, err := baseline.NewTask(network(t, radius), data, data)
		if err != nil {
			t.Fatal(err)
		}
		return len(task.NewReader()(0).Senders)
	}
	for _, n := range []int{2, 10, 100} {
		if got, want := edges(n, 1.5*gap), 2*(n-1); got != want {
			t.Errorf("%d bodies have %d edges to the next ones, want %d", n, got, want)
		}
		if got, want := edges(n, 0.2+2.5*gap), 2*(n-1)+2*(n-2); got != want {
			t.Errorf("%d bodies have %d edges to the next two, want %d", n, got, want)
		}
		if got, want := edges(n, 0), n*(n-1); got != want {
			t.Errorf("%d bodies have %d edges to all, want %d", n, got, want)
		}
	}
}

func TestBodiesOfAGroupHaveNoEdges(t *testing.T) {
	data := row(4, 0)
	data.Scene.Bodies[1].Group, data.Scene.Bodies[2].Group = 1, 1
	task, err := baseline.NewTask(network(t, 0.01), []*sim.Trajectory{data}, []*sim.Trajectory{data})
	if err != nil {
		t.Fatal(err)
	}
	if g := task.NewReader()(0); len(g.Senders) != 4 {
		t.Errorf("%d edges, want those of the outer pairs", len(g.Senders))
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
		task, err := baseline.NewTask(m, crowds(4), crowds(1))
		if err != nil {
			t.Fatal(err)
		}
		worker := task.NewWorker()
		weights := slices.Clone(m.Weights().Data())
		examples := []int32{3, 0, 2}
		lossAt := func() (float64, []float32) {
			grad := make([]float32, len(weights))
			loss, err := worker(weights, grad, examples)
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

// A network that answers nothing is off by what was left out, which the task must
// have measured as the Huber loss of all it should have said.
func TestLossIsThatOfWhatFlightLeavesOut(t *testing.T) {
	data := crowds(1)
	m := perceptron(t)
	clear(m.Weights().Data())
	task, err := baseline.NewTask(m, data, data)
	if err != nil {
		t.Fatal(err)
	}
	got, err := task.Validate(m.Weights().Data())
	if err != nil {
		t.Fatal(err)
	}
	flown, next := predict(t, m, data[0].Scene), data[0].States[1]
	want, h := 0.0, data[0].Scene.FrameTime()
	motion, beta := baseline.DefaultMLP().Motion, m.LossBeta()
	for i := 1; i < len(next); i++ { // the first is kinematic
		a, b := flown[i], next[i]
		for k, d := range []float64{
			b.VX - a.VX, b.VY - a.VY, (b.Omega - a.Omega) * motion.Length,
			(b.X - a.X) / h, (b.Y - a.Y) / h, (b.Angle - a.Angle) / h * motion.Length,
		} {
			d = math.Abs(d / []float64{motion.Kick, motion.Lift}[k/3])
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

func TestNoiseChangesWhatIsSeenAndNotWhatHappens(t *testing.T) {
	read := func(noise float64) (g baseline.Graph) {
		c := plain()
		c.Noise = noise
		m, err := baseline.NewMLP(c, 1)
		if err != nil {
			t.Fatal(err)
		}
		task, err := baseline.NewTask(m, crowds(3), crowds(1))
		if err != nil {
			t.Fatal(err)
		}
		return task.NewReader()(2)
	}
	clean, noisy, again := read(0), read(1e-3), read(1e-3)
	if slices.Equal(clean.Nodes, noisy.Nodes) || !slices.Equal(noisy.Nodes, again.Nodes) {
		t.Error("noise must change what is seen, and be the same for an example every time")
	}
	for i, x := range clean.Target {
		if math.Abs(float64(x-noisy.Target[i])) > 1e-5 {
			t.Errorf("target %d is %v with noise, %v without", i, noisy.Target[i], x)
		}
	}
}

// Every example beyond the frames is a frame whose bodies, and their answers, have
// changed places.
func TestOrdersRearrangeFrames(t *testing.T) {
	const frames, orders = 3, 4
	c := plain()
	c.Orders = orders
	m, err := baseline.NewMLP(c, 1)
	if err != nil {
		t.Fatal(err)
	}
	task, err := baseline.NewTask(m, crowds(frames), crowds(1))
	if err != nil {
		t.Fatal(err)
	}
	if got := task.Examples(); got != frames*orders {
		t.Fatalf("%d examples, want %d", got, frames*orders)
	}
	// bodies returns what is seen and answered of each body, in order.
	bodies := func(example int32) (list [][]float32) {
		g := task.NewReader()(example)
		seen, answered := len(g.Nodes)/crowdSize, len(g.Target)/crowdSize
		for i := range crowdSize {
			list = append(list, slices.Concat(g.Nodes[i*seen:][:seen], g.Target[i*answered:][:answered]))
		}
		return list
	}
	rearranged := 0
	for example := int32(frames); example < frames*orders; example++ {
		original, shown := bodies(example%frames), bodies(example)
		if !slices.EqualFunc(original, shown, slices.Equal[[]float32]) {
			rearranged++
		}
		slices.SortFunc(original, slices.Compare)
		slices.SortFunc(shown, slices.Compare)
		if !slices.EqualFunc(original, shown, slices.Equal[[]float32]) {
			t.Errorf("example %d shows other bodies than its frame", example)
		}
	}
	if rearranged < 6 {
		t.Errorf("%d of 9 examples are rearranged; chance leaves out one in 720", rearranged)
	}
}

// Seen along other axes, directions turn and all else stays as it is.
func TestTurnsTurnDirectionsAlone(t *testing.T) {
	c := baseline.TinyInteraction()
	m, err := baseline.NewInteraction(c, 1)
	if err != nil {
		t.Fatal(err)
	}
	task, err := baseline.NewTask(m, crowds(1), crowds(1))
	if err != nil {
		t.Fatal(err)
	}
	if task.Examples() != c.Turns || task.Frames() != 1 {
		t.Fatalf("%d examples of %d frames, want %d of 1", task.Examples(), task.Frames(), c.Turns)
	}
	straight, turned := task.NewReader()(0), task.NewReader()(1)
	compare := func(what string, a, b []float32, rows int, directions ...int) (angle float64) {
		size := len(a) / rows
		for at := range a {
			if k := at % size; slices.Contains(directions, k) {
				from, to := complex(a[at], a[at+1]), complex(b[at], b[at+1])
				if from != 0 {
					angle = cmplx.Phase(complex128(to) / complex128(from))
				}
				if d := cmplx.Abs(complex128(to)) - cmplx.Abs(complex128(from)); math.Abs(d) > 1e-4 {
					t.Errorf("%s: direction in column %d changed its length by %v", what, k, d)
				}
			} else if !slices.Contains(directions, k-1) && a[at] != b[at] {
				t.Errorf("%s: column %d is %v, straight %v", what, k, b[at], a[at])
			}
		}
		return angle
	}
	rows := len(straight.Target) / 6
	angle := compare("nodes", straight.Nodes, turned.Nodes, rows, 3, 6)
	for what, other := range map[string]float64{
		"edges":  compare("edges", straight.Edges, turned.Edges, len(straight.Receivers), 12),
		"target": compare("target", straight.Target, turned.Target, rows, 0, 3),
	} {
		if d := math.Mod(other-angle+5*math.Pi, 2*math.Pi) - math.Pi; !(math.Abs(d) < 1e-3 && math.Abs(angle) > 0.01) {
			t.Errorf("%s turned by %v, nodes by %v", what, other, angle)
		}
	}
}

func TestTrainedModelsRefuseByName(t *testing.T) {
	type change = func(s *sim.Scene)
	slow := func(s *sim.Scene) { s.FPS = 30 }
	joined := func(s *sim.Scene) { s.Joints = []sim.Joint{{Kind: sim.Pivot, A: 1, B: sim.World}} }
	for _, test := range []struct {
		model  *baseline.Model
		change change
		want   string
	}{
		{network(t, 0), slow, "interaction cannot predict scene crowd: its frames last 0.0333"},
		{network(t, 0), joined, "joint 0 is a pivot"},
		{perceptron(t), slow, "mlp cannot predict scene crowd: its frames last 0.0333"},
		{perceptron(t), joined, "joint 0 is a pivot"},
		{perceptron(t), func(s *sim.Scene) { s.Bodies = s.Bodies[:2] }, "scene crowd: it is a crowd of 2 bodies and the model was trained on a crowd of 6"},
		{perceptron(t), func(s *sim.Scene) { s.Name = "pile" }, "scene pile: it is a pile of 6 bodies"},
	} {
		data := crowds(2)
		test.change(data[1].Scene)
		_, err := test.model.Predictor([]*sim.Scene{data[0].Scene, data[1].Scene})
		var refusal *world.Refusal
		if !errors.As(err, &refusal) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("got %v, want a refusal with %q", err, test.want)
		}
		if _, err := baseline.NewTask(test.model, data[:1], data[1:]); !errors.As(err, &refusal) {
			t.Errorf("a task took what the model refuses: %v", err)
		}
	}
}

func TestConfigsNameTheFieldOutOfRange(t *testing.T) {
	for want, change := range map[string]func(*baseline.InteractionConfig){
		"hidden 0 must":             func(c *baseline.InteractionConfig) { c.Hidden = 0 },
		"rounds 100 must":           func(c *baseline.InteractionConfig) { c.Rounds = 100 },
		"radius -1 must":            func(c *baseline.InteractionConfig) { c.Radius = -1 },
		"noise NaN must":            func(c *baseline.InteractionConfig) { c.Noise = math.NaN() },
		"kick 0 must":               func(c *baseline.InteractionConfig) { c.Motion.Kick = 0 },
		"length NaN must":           func(c *baseline.InteractionConfig) { c.Motion.Length = math.NaN() },
		"config: frame_time 0 s mu": func(c *baseline.InteractionConfig) { c.Motion.Flight.FrameTime = 0 },
	} {
		c := baseline.DefaultInteraction()
		change(&c)
		if _, err := baseline.NewInteraction(c, 1); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error with %q", err, want)
		}
	}
	for want, change := range map[string]func(*baseline.MLPConfig){
		"hidden -1 must":  func(c *baseline.MLPConfig) { c.Hidden = -1 },
		"layers 0 must":   func(c *baseline.MLPConfig) { c.Layers = 0 },
		"bodies 1000 mus": func(c *baseline.MLPConfig) { c.Place.Bodies = 1000 },
		"spread 0 must":   func(c *baseline.MLPConfig) { c.Place.Spread = 0 },
		"centre {NaN 0}":  func(c *baseline.MLPConfig) { c.Place.Centre.X = math.NaN() },
	} {
		c := baseline.DefaultMLP()
		change(&c)
		if _, err := baseline.NewMLP(c, 1); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error with %q", err, want)
		}
	}
}

func TestMeasuringSaysWhyItCannot(t *testing.T) {
	apart := crowds(1)
	apart[0].Scene.Walls = nil
	for i := range apart[0].Scene.Bodies {
		apart[0].Scene.Bodies[i].Start.X = 10 * float64(i)
	}
	state := apart[0].Scene.Start()
	apart[0].States = nil
	for range 30 {
		apart[0].States = append(apart[0].States, slices.Clone(state))
		for i := range state {
			state[i].X, state[i].Y = state[i].X+state[i].VX/60, state[i].Y+state[i].VY/60
			state[i].Angle += state[i].Omega / 60
		}
	}
	if m, err := baseline.MeasureMotion(apart); err == nil || !strings.Contains(err.Error(), "free flight") {
		t.Errorf("measured %+v, %v where nothing happens", m, err)
	}
	other := crowds(2)
	other[1].Scene.Name = "pile"
	if _, err := baseline.MeasurePlace(other); err == nil || !strings.Contains(err.Error(), "episode 1: it is a pile") {
		t.Errorf("got %v, want an error that names the episode", err)
	}
	if _, err := baseline.NewTask(network(t, 0.01), apart, apart); err == nil || !strings.Contains(err.Error(), "nothing to learn") {
		t.Errorf("got %v for bodies that never meet", err)
	}
}

func TestMeasurePlaceIsCentreAndSpread(t *testing.T) {
	d := crowds(1)[0]
	for i := range d.States {
		for k := range d.States[i] {
			d.States[i][k].X, d.States[i][k].Y = 3+float64(k%2*2-1), 4
		}
	}
	p, err := baseline.MeasurePlace([]*sim.Trajectory{d})
	if want := (baseline.Place{Scene: "crowd", Bodies: crowdSize, Centre: sim.Vec{X: 3, Y: 4}, Spread: 1}); err != nil || p != want {
		t.Errorf("measured %+v, %v, want %+v", p, err, want)
	}
}
