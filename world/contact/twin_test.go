package contact

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/learn/nn"
	"orrery/sim"
	"orrery/world/flight"
)

// twin is the network written a second time, naively and in float64, edge by edge
// and weight by weight. It states the constants itself: models on disk depend on them.
type twin struct {
	net     *network
	weights map[string][]float64
}

func newTwin(net *network, weights []float64) *twin {
	t := &twin{net, map[string][]float64{}}
	for i := range net.params.Count() {
		from, to := net.params.Range(nn.Index(i))
		t.weights[net.params.Name(nn.Index(i))] = weights[from:to]
	}
	return t
}

func (t *twin) answer(name string, x []float64) []float64 {
	for layer := range 3 {
		w, b := t.weights[fmt.Sprintf("%s.%d.weight", name, layer)], t.weights[fmt.Sprintf("%s.%d.bias", name, layer)]
		y := make([]float64, len(b))
		for o := range y {
			y[o] = b[o]
			for i := range x {
				y[o] += x[i] * w[i*len(b)+o]
			}
			if layer < 2 {
				y[o] = math.Max(y[o], 0)
			}
		}
		x = y
	}
	return x
}

// relative returns the relative velocity of two bodies along a lever.
func relative(l *lever, a, b int32, v [][3]float64) float64 {
	u := float64(l.x)*v[a][0] + float64(l.y)*v[a][1] + float64(l.armA)*v[a][2]
	if b >= 0 {
		u -= float64(l.x)*v[b][0] + float64(l.y)*v[b][1] + float64(l.armB)*v[b][2]
	}
	return u
}

func shove(l *lever, a, b int32, j float64, v [][3]float64) {
	v[a][0] += float64(l.pushA) * float64(l.x) * j
	v[a][1] += float64(l.pushA) * float64(l.y) * j
	v[a][2] += float64(l.turnA) * j
	if b >= 0 {
		v[b][0] -= float64(l.pushB) * float64(l.x) * j
		v[b][1] -= float64(l.pushB) * float64(l.y) * j
		v[b][2] -= float64(l.turnB) * j
	}
}

func gain(o float64) float64 { return 3 * math.Tanh(o) }

func (t *twin) settle(g *graph, before, v [][3]float64) {
	type memory struct {
		o                           []float64
		s, before, un0, ut0, jn, jt float64
	}
	all := make([]memory, len(g.edges))
	for i := range g.edges {
		e, m := &g.edges[i], &all[i]
		m.s, m.before = 1, relative(&e.axis[0], e.a, e.b, before)
		m.un0, m.ut0 = relative(&e.axis[0], e.a, e.b, v), relative(&e.axis[1], e.a, e.b, v)
		if m.ut0 < 0 {
			m.s = -1
		}
		m.o = t.answer("impulse", []float64{
			math.Max(float64(e.gap)/0.003, -3), m.before, m.un0, m.s * m.ut0, m.s * float64(e.coupling),
			float64(e.friction), float64(e.elasticity), float64(e.busy) / 4,
		})
	}
	strain := make([]float64, len(g.ties))
	ties := t.weights["joints"]
	for range t.net.config.Rounds {
		for i := range g.edges {
			e, m := &g.edges[i], &all[i]
			o := m.o
			un, ut := relative(&e.axis[0], e.a, e.b, v), m.s*relative(&e.axis[1], e.a, e.b, v)
			jn := m.jn + gain(o[gainBounce])*float64(e.elasticity)*m.before + gain(o[gainNormal0])*m.un0 + gain(o[gainConstant])*0.05 -
				(1+math.Tanh(o[gainNormal]))*un + math.Tanh(o[gainSlip])*ut + math.Tanh(o[gainPush])*m.jn
			jt := m.s*m.jt + gain(o[gainTangent0])*m.s*m.ut0 - (1+math.Tanh(o[gainTangent]))*ut + math.Tanh(o[gainApproach])*un +
				math.Tanh(o[gainRub])*float64(e.limit)*m.jn
			jn = math.Max(jn, 0)
			most := (1 + math.Tanh(o[gainGrip])) * float64(e.limit) * jn
			jt = m.s * math.Min(math.Max(jt, -most), most)
			shove(&e.axis[0], e.a, e.b, jn-m.jn, v)
			shove(&e.axis[1], e.a, e.b, jt-m.jt, v)
			m.jn, m.jt = jn, jt
		}
		for i := range g.ties {
			tie := &g.ties[i]
			w := ties[tieGains*tie.kind:]
			u := relative(&tie.axis, tie.a, tie.b, v) - float64(tie.rate)
			j := strain[i] + w[gainRate]*u + w[gainOff]*float64(tie.off) + w[gainStrain]*strain[i]
			j = math.Min(math.Max(j, float64(tie.low)), float64(tie.high))
			shove(&tie.axis, tie.a, tie.b, j-strain[i], v)
			strain[i] = j
		}
	}
}

func (t *twin) part(g *graph, n int, time float64) [][3]float64 {
	v, lifts := make([][3]float64, n), make([]float64, len(g.edges))
	for range t.net.config.CorrectionRounds {
		for i := range g.edges {
			e := &g.edges[i]
			gap, u := float64(e.gap), relative(&e.axis[0], e.a, e.b, v)
			o := t.answer("correction", []float64{
				math.Max(gap/0.01, -3), math.Max(gap/0.001, -3), float64(e.busy) / 4,
			})
			x := lifts[i] + gain(o[gainDepth])*math.Min(-0.1*gap/time, 5) -
				(1+math.Tanh(o[gainParting]))*u + gain(o[gainLift])*0.02
			lift := (x + math.Sqrt(x*x+4*1e-6)) / 2
			shove(&e.axis[0], e.a, e.b, lift-lifts[i], v)
			lifts[i] = lift
		}
	}
	return v
}

func (t *twin) pull(g *graph, kind sim.FieldKind, v [][3]float64) {
	for i := range g.pulls {
		p := &g.pulls[i]
		r := float64(p.r)
		o := t.answer("field."+string(kind), []float64{math.Log(r) / 3, 1 / (1 + r)})
		force := 0.0
		for k, power := range []float64{r, 1, 1 / r, 1 / (r * r)} {
			force += gain(o[k]) * float64(p.strength) * power
		}
		force = math.Min(math.Max(force, -float64(p.limit)), float64(p.limit))
		v[p.a][0] += float64(p.pushA) * force * float64(p.x)
		v[p.a][1] += float64(p.pushA) * force * float64(p.y)
		v[p.b][0] -= float64(p.pushB) * force * float64(p.x)
		v[p.b][1] -= float64(p.pushB) * force * float64(p.y)
	}
}

func rows(flat []float32) [][3]float64 {
	out := make([][3]float64, len(flat)/3)
	for i, x := range flat {
		out[i/3][i%3] = float64(x)
	}
	return out
}

// loss repeats that of a batch which has just worked out its own, over the same
// graphs: gradients do not pass through poses.
func (t *twin) loss(w *batch) float64 {
	graphs := w.course.run.graphs.items[:w.course.run.graphs.used]
	start := rows(appendVelocity(nil, w.start))
	move, v := make([][3]float64, len(start)), slices.Clone(start)
	phases := w.objective.net.config.Flight.Order.Phases()
	share := func(p flight.Phase) float64 {
		n := 0
		for _, q := range phases {
			if q == p {
				n++
			}
		}
		return 1 / float64(n)
	}
	here, strayed := graphs[0], false
	next := func() *graph {
		g := graphs[1]
		graphs = graphs[1:]
		return g
	}
	look := func() {
		if strayed {
			here, strayed = next(), false
		}
	}
	for _, p := range phases {
		switch p {
		case flight.Correct:
			if look(); len(here.edges) > 0 {
				for i, lift := range t.part(here, len(start), w.objective.net.config.Flight.FrameTime) {
					for k := range 3 {
						move[i][k] += lift[k]
					}
				}
				strayed = true
			}
		case flight.Move:
			for i := range move {
				for k := range 3 {
					move[i][k] += share(p) * v[i][k]
				}
			}
			strayed = true
		case flight.Force:
			for _, s := range w.scenes {
				for i := range s.scene.Bodies {
					v[s.first+i][0] += share(p) * s.scene.Gravity.X * s.step.Time()
					v[s.first+i][1] += share(p) * s.scene.Gravity.Y * s.step.Time()
				}
			}
			for _, kind := range w.objective.net.config.Fields {
				t.pull(next(), kind, v)
			}
		case flight.Solve:
			look()
			t.settle(here, start, v)
		}
	}
	huber := func(v [][3]float64, target []float32, beta float64) (sum float64) {
		for i, x := range target {
			d := math.Abs(float64(w.objective.scale[i%3]) * (v[i/3][i%3] - float64(x)))
			if d <= beta {
				sum += d * d / (2 * beta)
			} else {
				sum += d - beta/2
			}
		}
		return sum
	}
	return huber(move, w.move, 0.001) + huber(v, w.velocity, 0.003)
}

// crowd returns a scene of n discs and boxes thrown on a heap, overlapping each
// other and a floor, and a trajectory of two frames with random velocities.
func crowd(rng *rand.Rand, n int) *sim.Trajectory {
	scene := sim.DefaultScene()
	scene.Name = "crowd"
	scene.Walls = []sim.Shape{{Kind: sim.Segment, Vertices: []sim.Vec{{X: -5, Y: -0.2}, {X: 5, Y: -0.2}}, Friction: 1, Elasticity: 1}}
	states := make([]sim.State, 2)
	for range n {
		w, h := 0.05+0.1*rng.Float64(), 0.05+0.1*rng.Float64()
		mass := 0.5 + rng.Float64()
		body := sim.Body{Kind: sim.Dynamic, Mass: mass, Moment: mass * (w*w + h*h) / 3}
		shape := sim.Shape{Kind: sim.Circle, Vertices: []sim.Vec{{}}, Radius: w}
		if rng.IntN(2) == 0 {
			shape = sim.Shape{Kind: sim.Polygon, Vertices: []sim.Vec{{X: -w, Y: -h}, {X: w, Y: -h}, {X: w, Y: h}, {X: -w, Y: h}}}
		}
		shape.Friction, shape.Elasticity = rng.Float64(), rng.Float64()
		body.Shapes = []sim.Shape{shape}
		body.Start = sim.BodyState{
			X: 0.5 * (rng.Float64() - 0.5), Y: 0.3 * (rng.Float64() - 0.5), Angle: 6 * rng.Float64(),
			VX: rng.NormFloat64(), VY: rng.NormFloat64(), Omega: 3 * rng.NormFloat64(),
		}
		scene.Bodies = append(scene.Bodies, body)
		later := body.Start
		later.VX, later.VY, later.Omega = rng.NormFloat64(), rng.NormFloat64(), rng.NormFloat64()
		states[0], states[1] = append(states[0], body.Start), append(states[1], later)
	}
	return &sim.Trajectory{Scene: &scene, States: states}
}

// tieUp adds joints and fields of all kinds to a crowd of at least six.
func tieUp(scene *sim.Scene) {
	scene.Joints = []sim.Joint{
		{Kind: sim.Pivot, A: 0, B: 1, AnchorA: sim.Vec{X: 0.05}, AnchorB: sim.Vec{Y: 0.1}},
		{Kind: sim.Pivot, A: 5, B: sim.World, AnchorA: sim.Vec{X: 0.05}},
		{Kind: sim.Pin, A: 1, B: 2},
		{Kind: sim.Rope, A: 2, B: 3, AnchorA: sim.Vec{Y: 0.03}, Length: 0.05},
		{Kind: sim.Groove, A: 3, B: sim.World, AnchorB: sim.Vec{X: -0.1}, EndB: sim.Vec{X: 0.1}},
		{Kind: sim.Groove, A: 4, B: 0, AnchorB: sim.Vec{X: -0.1}, EndB: sim.Vec{Y: 0.1}},
		{Kind: sim.Motor, A: 4, B: 5, Rate: 2, MaxTorque: 0.1},
	}
	scene.Fields = []sim.Field{
		{Kind: sim.Linear, A: 0, B: 3, Strength: -2}, {Kind: sim.InverseSquare, A: 1, B: 4, Strength: 0.5},
		{Kind: sim.InverseSquare, A: 2, B: 5, Strength: 100, Limit: 1},
	}
}

// tied returns a configuration that knows all kinds of joint and field.
func tied(c Config) Config {
	c.Joints, c.Fields = slices.Sorted(slices.Values(sim.Kinds[sim.JointKind]())), slices.Sorted(slices.Values(sim.Kinds[sim.FieldKind]()))
	return c
}

// randomModel has large last layers, so that every term of the law is in play.
func randomModel(t *testing.T, config Config) *Model {
	t.Helper()
	model, err := New(config, 3)
	if err != nil {
		t.Fatal(err)
	}
	rng := sim.NewRand(4, "test weights", 0)
	p := model.net.params
	for i := range p.Count() {
		if name := p.Name(nn.Index(i)); strings.Contains(name, ".2.") {
			for k := range p.Slice(name) {
				p.Slice(name)[k] = float32(0.5 * rng.NormFloat64())
			}
		}
	}
	// Corrections that fed on themselves would throw the bodies apart.
	for _, name := range []string{"correction.2.weight", "correction.2.bias"} {
		for k := range p.Slice(name) {
			p.Slice(name)[k] *= 0.1
		}
	}
	p.Slice("correction.2.bias")[gainParting] = -0.2
	return model
}

// gathered returns a batch to which crowds are added.
func gathered(t *testing.T, model *Model, scenes int) *batch {
	t.Helper()
	rng := sim.NewRand(5, "test crowds", 0)
	var data []*sim.Trajectory
	for range scenes {
		c := crowd(rng, 6)
		c.Scene.Gravity = sim.Vec{X: 1, Y: -3}
		if len(model.net.config.Joints) > 0 {
			tieUp(c.Scene)
		}
		data = append(data, c)
	}
	objective, err := NewObjective(t.Context(), model, data, data)
	if err != nil {
		t.Fatal(err)
	}
	w := newBatch(objective, &objective.training)
	for i := range objective.training.examples {
		w.add(int32(i))
	}
	return w
}

func float64s(x []float32) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = float64(v)
	}
	return out
}

func TestLossAgreesWithNaiveTwin(t *testing.T) {
	configs := []Config{Tiny(), DefaultConfig(), tied(Tiny())}
	for _, o := range flight.Orders() {
		c := tied(Tiny())
		c.Flight.Order = o
		configs = append(configs, c)
	}
	for _, config := range configs {
		model := randomModel(t, config)
		w := gathered(t, model, 6)
		got := w.loss(model.net.params.Data(), nil)
		if here := w.course.here; len(here.edges) < 20 || len(config.Joints) > 0 && len(here.ties) < 40 {
			t.Fatalf("%d edges and %d ties are no crowd", len(here.edges), len(here.ties))
		}
		want := newTwin(model.net, float64s(model.net.params.Data())).loss(w)
		if !scalar.EqualWithinAbs(got, want, 1e-4*want) {
			t.Errorf("hidden %d, order %q: loss %v, the twin's %v", config.Hidden, config.Flight.Order, got, want)
		}
	}
}

// TestGradientAgreesWithCentralDifferences compares every weight's gradient with
// differences of the twin, which float64 makes exact to about 1e-9.
func TestGradientAgreesWithCentralDifferences(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and in one goroutine")
	}
	configs := map[string]Config{"contacts": Tiny(), "joints and fields": tied(Tiny())}
	for _, o := range flight.Orders() {
		c := Tiny()
		c.Flight.Order = o
		configs[string(o)] = c
	}
	for name, config := range configs {
		model := randomModel(t, config)
		w := gathered(t, model, 3)
		grad := make([]float32, model.Parameters())
		w.loss(model.net.params.Data(), grad)

		weights := float64s(model.net.params.Data())
		twin := newTwin(model.net, weights)
		const step = 1e-6
		var wrong, size float64
		for i := range weights {
			kept := weights[i]
			weights[i] = kept + step
			above := twin.loss(w)
			weights[i] = kept - step
			below := twin.loss(w)
			weights[i] = kept
			want := (above - below) / (2 * step)
			wrong += (float64(grad[i]) - want) * (float64(grad[i]) - want)
			size += want * want
		}
		if relative := math.Sqrt(wrong / size); !(relative < 1e-5) {
			t.Errorf("%s: gradient differs by %.3g of its norm %.3g, want less than 1e-5", name, relative, math.Sqrt(size))
		}
	}
}

// TestStepsPassGradientsOn asks for a gradient through a frame of several steps.
// Gradients do not pass through poses, so differences cannot judge it.
func TestStepsPassGradientsOn(t *testing.T) {
	config := tied(Tiny())
	config.Steps = 3
	model := randomModel(t, config)
	w := gathered(t, model, 2)
	grad := make([]float32, model.Parameters())
	weights := model.net.params.Data()
	w.loss(weights, grad)
	if size := norm(grad); !(size > 1) {
		t.Fatalf("a gradient of %v tests nothing", size)
	}
	graphs := len(w.course.run.graphs.items)
	if want := 1 + 3*(1+len(config.Fields)); graphs != want {
		t.Errorf("%d graphs were made, want %d", graphs, want)
	}
}

func norm(x []float32) float64 {
	sum := 0.0
	for _, v := range x {
		sum += float64(v) * float64(v)
	}
	return math.Sqrt(sum)
}
