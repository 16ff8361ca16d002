package contact

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"orrery/learn/nn"
	"orrery/sim"
)

// twin is the network written a second time, naively and in float64, edge by edge
// and weight by weight.
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

// relative returns the relative velocity of the two sides along axis k.
func relative(e *edge, k int, v [][3]float64) float64 {
	u := 0.0
	for c := range 3 {
		u += float64(e.readA[k][c]) * v[e.a][c]
		if e.b >= 0 {
			u += float64(e.readB[k][c]) * v[e.b][c]
		}
	}
	return u
}

func push(e *edge, k int, j float64, v [][3]float64) {
	for c := range 3 {
		v[e.a][c] += float64(e.pushA[k][c]) * j
		if e.b >= 0 {
			v[e.b][c] += float64(e.pushB[k][c]) * j
		}
	}
}

func gain(o float64) float64 { return gainBound * math.Tanh(o) }

func (t *twin) impulses(g *graph, before, v [][3]float64) {
	type memory struct{ before, un0, ut0, jn, jt float64 }
	all := make([]memory, len(g.edges))
	for i := range g.edges {
		e := &g.edges[i]
		all[i] = memory{before: relative(e, 0, before), un0: relative(e, 0, v), ut0: relative(e, 1, v)}
	}
	for round := range t.net.config.Rounds {
		for c := range len(g.colour) - 1 {
			changes := make([][2]float64, len(g.edges))
			for i := g.colour[c]; i < g.colour[c+1]; i++ {
				e, m := &g.edges[i], &all[i]
				s := 1.0
				if m.ut0 < 0 {
					s = -1
				}
				un, ut := relative(e, 0, v), s*relative(e, 1, v)
				o := t.answer("impulse", []float64{
					math.Max(float64(e.gap)/gapScale, -gapBound), m.before, m.un0, s * m.ut0, un, ut, s * float64(e.coupling),
					float64(e.friction), float64(e.elasticity), m.jn, s * m.jt, float64(e.busy) / busyScale,
					float64(float32(round) / float32(t.net.config.Rounds)),
				})
				jn := m.jn + gain(o[gainBounce])*float64(e.elasticity)*m.before + gain(o[gainNormal0])*m.un0 +
					gain(o[gainNormal])*un + gain(o[gainSlip])*ut + gain(o[gainPush])*m.jn + gain(o[gainConstant])*constantSpeed
				jt := s*m.jt + gain(o[gainTangent0])*s*m.ut0 + gain(o[gainTangent])*ut +
					gain(o[gainRub])*float64(e.limit)*m.jn + gain(o[gainApproach])*un
				jn = math.Max(jn, 0)
				most := (1 + math.Tanh(o[gainGrip])) * float64(e.limit) * jn
				jt = s * math.Min(math.Max(jt, -most), most)
				changes[i] = [2]float64{jn - m.jn, jt - m.jt}
				m.jn, m.jt = jn, jt
			}
			for i := g.colour[c]; i < g.colour[c+1]; i++ {
				push(&g.edges[i], 0, changes[i][0], v)
				push(&g.edges[i], 1, changes[i][1], v)
			}
		}
	}
}

func (t *twin) corrections(g *graph, v [][3]float64) {
	lifts := make([]float64, len(g.edges))
	for round := range t.net.config.CorrectionRounds {
		for i := range g.edges { // one after the other: edges of a colour do not meet
			e := &g.edges[i]
			gap, u := float64(e.gap), relative(e, 0, v)
			o := t.answer("correction", []float64{
				math.Max(gap/depthCoarse, -depthBound), math.Max(gap/depthFine, -depthBound), u / partingScale,
				float64(e.busy) / busyScale, lifts[i] / partingScale,
				float64(float32(round) / float32(t.net.config.CorrectionRounds)),
			})
			lift := lifts[i] + gain(o[gainDepth])*math.Min(-correctionShare*gap/t.net.config.Flight.FrameTime, correctionReach) +
				gain(o[gainParting])*u + gain(o[gainLift])*correctionSpeed
			lift = liftCorner * math.Log1p(math.Exp(lift/liftCorner))
			push(e, 0, lift-lifts[i], v)
			lifts[i] = lift
		}
	}
}

func rows(flat []float32) [][3]float64 {
	out := make([][3]float64, len(flat)/3)
	for i, x := range flat {
		out[i/3][i%3] = float64(x)
	}
	return out
}

func (t *twin) loss(correction, impulse *bundle, scale []float32) float64 {
	parted, settled := rows(correction.before), rows(impulse.forced)
	t.corrections(&correction.graph, parted)
	t.impulses(&impulse.graph, rows(impulse.before), settled)
	huber := func(v [][3]float64, target []float32, beta float64) (sum float64) {
		for i, x := range target {
			d := math.Abs(float64(scale[i%3]) * (v[i/3][i%3] - float64(x)))
			if d <= beta {
				sum += d * d / (2 * beta)
			} else {
				sum += d - beta/2
			}
		}
		return sum
	}
	return huber(parted, correction.target, correctionBeta) + huber(settled, impulse.target, impulseBeta)
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

// randomModel has large last layers, so that every term of the law is in play.
func randomModel(t *testing.T, config Config) *Model {
	t.Helper()
	model, err := New(config, 3)
	if err != nil {
		t.Fatal(err)
	}
	rng := sim.NewRand(4, "test weights", 0)
	for _, name := range []string{"impulse.2.weight", "impulse.2.bias", "correction.2.weight", "correction.2.bias"} {
		for i := range model.net.params.Slice(name) {
			model.net.params.Slice(name)[i] = float32(0.5 * rng.NormFloat64())
		}
	}
	return model
}

func gathered(t *testing.T, model *Model, scenes int) *worker {
	t.Helper()
	rng := sim.NewRand(5, "test crowds", 0)
	var data []*sim.Trajectory
	for range scenes {
		data = append(data, crowd(rng, 5))
	}
	task, err := NewTask(model, data, data)
	if err != nil {
		t.Fatal(err)
	}
	w := newWorker(task)
	w.gather(len(task.training), func(i int) *example { return &task.training[i] })
	if len(w.impulse.edges) < 5*scenes || len(w.impulse.graph.colour) < 4 {
		t.Fatalf("%d edges in %d colours are no crowd", len(w.impulse.edges), len(w.impulse.graph.colour)-1)
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
	for _, config := range []Config{Tiny(), DefaultConfig()} {
		model := randomModel(t, config)
		w := gathered(t, model, 6)
		got := w.loss(model.net.params.Data(), nil)
		want := newTwin(model.net, float64s(model.net.params.Data())).loss(&w.correction, &w.impulse, w.task.scale)
		if math.Abs(got-want) > 1e-4*want {
			t.Errorf("hidden %d: loss %v, the twin's %v", config.Hidden, got, want)
		}
	}
}

// TestGradientAgreesWithCentralDifferences compares every weight's gradient with
// differences of the twin, which float64 makes exact to about 1e-9.
func TestGradientAgreesWithCentralDifferences(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and in one goroutine")
	}
	model := randomModel(t, Tiny())
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
		above := twin.loss(&w.correction, &w.impulse, w.task.scale)
		weights[i] = kept - step
		below := twin.loss(&w.correction, &w.impulse, w.task.scale)
		weights[i] = kept
		want := (above - below) / (2 * step)
		wrong += (float64(grad[i]) - want) * (float64(grad[i]) - want)
		size += want * want
	}
	if relative := math.Sqrt(wrong / size); !(relative < 1e-5) {
		t.Errorf("gradient differs by %.3g of its norm %.3g, want less than 1e-5", relative, math.Sqrt(size))
	}
}
