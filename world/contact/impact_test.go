package contact

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/world/flight"
	"orrery/world/geom"
)

// newtonian returns a model whose networks answer the same everywhere: a point parts at its
// elasticity times the speed of approach, and rubs as Coulomb says. Corrections do next to
// nothing.
func newtonian(t *testing.T, config Config) *Model {
	t.Helper()
	model, err := New(config, 1)
	if err != nil {
		t.Fatal(err)
	}
	p := model.net.params
	for _, name := range []string{"impulse.2.weight", "impulse.2.bias", "correction.2.weight", "correction.2.bias"} {
		clear(p.Slice(name))
	}
	p.Slice("impulse.2.bias")[gainBounce] = float32(math.Atanh(-1.0 / 3))
	return model
}

// exactly returns the configuration of exact motion at a number of frames a second.
func exactly(fps float64) Config {
	c := Tiny()
	c.Rounds = 20
	c.Flight.Order, c.Flight.FrameTime, c.Impacts = flight.EvenForce, 1/fps, true
	return c
}

// roll predicts some frames from the start of a scene and hands each state to look.
func roll(t *testing.T, model *Model, scene *sim.Scene, frames int, look func(frame int, state sim.State)) {
	t.Helper()
	if err := scene.Validate(); err != nil {
		t.Fatal(err)
	}
	p, err := model.Predictor([]*sim.Scene{scene})
	if err != nil {
		t.Fatal(err)
	}
	state := scene.Start()
	for frame := range frames {
		if err := p.Step(state, nil); err != nil {
			t.Fatal(err)
		}
		look(frame+1, state)
	}
}

// TestBallsBounceAsInClosedForm at 30 frames a second, where a ball falls through half its
// height in a frame.
func TestBallsBounceAsInClosedForm(t *testing.T) {
	t.Parallel()
	const r, e, g, fps = 0.05, 0.8, 9.81, 30
	model := newtonian(t, exactly(fps))
	rng := sim.NewRand(1, "test balls", 0)
	for range 100 {
		scene := sim.DefaultScene()
		scene.FPS, scene.Gravity = fps, sim.Vec{Y: -g}
		scene.Walls = []sim.Shape{{Kind: sim.Segment, Vertices: []sim.Vec{{X: -9}, {X: 9}}, Elasticity: e}}
		ball := sim.NewDisc(r, 10, sim.Surface{Elasticity: 1})
		ball.Start = sim.BodyState{Y: r + 0.2 + rng.Float64(), VX: rng.NormFloat64(), VY: rng.NormFloat64()}
		scene.Bodies = []sim.Body{ball}
		height, speed := ball.Start.Y-r, ball.Start.VY
		roll(t, model, &scene, 25, func(frame int, state sim.State) {
			for left := 1.0 / fps; left > 0; {
				hit := (speed + math.Sqrt(speed*speed+2*g*height)) / g
				if hit > left {
					height, speed, left = height+speed*left-g*left*left/2, speed-g*left, 0
				} else {
					height, speed, left = 0, -e*(speed-g*hit), left-hit
				}
			}
			if got := state[0].Y - r; !(got >= -1e-3) || !scalar.EqualWithinAbs(got, height, 2e-3) || !scalar.EqualWithinAbs(state[0].VY, speed, 2e-2) {
				t.Fatalf("frame %d: %v m above the floor at %v m/s, want %v at %v", frame, got, state[0].VY, height, speed)
			}
		})
	}
}

// TestNothingTunnels: rods and discs so fast that they cross their box in a frame stay in it.
func TestNothingTunnels(t *testing.T) {
	t.Parallel()
	rng := sim.NewRand(2, "test tunnels", 0)
	for _, fps := range []float64{10, 30, 240} {
		model := newtonian(t, exactly(fps))
		for range 10 {
			scene := sim.DefaultScene()
			scene.FPS, scene.Gravity = int(fps), sim.Vec{Y: -1}
			for k := range 4 {
				a, b := sim.Vec{X: -1, Y: -1}.Rotate(float64(k)*math.Pi/2), sim.Vec{X: 1, Y: -1}.Rotate(float64(k)*math.Pi/2)
				scene.Walls = append(scene.Walls, sim.Shape{Kind: sim.Segment, Vertices: []sim.Vec{a, b}, Elasticity: 1})
			}
			rod := sim.Body{Kind: sim.Dynamic, Mass: 1, Moment: 0.02, Shapes: []sim.Shape{{
				Kind: sim.Polygon, Vertices: []sim.Vec{{X: -0.2, Y: -0.02}, {X: 0.2, Y: -0.02}, {X: 0.2, Y: 0.02}, {X: -0.2, Y: 0.02}}, Elasticity: 0.9,
			}}}
			disc := sim.NewDisc(0.1, 10, sim.Surface{Elasticity: 0.9})
			rod.Start = sim.BodyState{X: -0.5, Angle: 6 * rng.Float64(), VX: 8 * rng.NormFloat64(), VY: 8 * rng.NormFloat64(), Omega: 15 * rng.NormFloat64()}
			disc.Start = sim.BodyState{X: 0.5, VX: 8 * rng.NormFloat64(), VY: 8 * rng.NormFloat64()}
			scene.Bodies = []sim.Body{rod, disc}
			roll(t, model, &scene, 40, func(frame int, state sim.State) {
				for i := range state {
					if far := math.Max(math.Abs(state[i].X), math.Abs(state[i].Y)); !(far <= 1) {
						t.Fatalf("%v frames a second, frame %d: body %d is at %v, %v", fps, frame, i, state[i].X, state[i].Y)
					}
				}
			})
		}
	}
}

// TestImpactsWaitForTheirDepth and come at once where there is none.
func TestImpactsWaitForTheirDepth(t *testing.T) {
	t.Parallel()
	for _, depth := range []float64{0, 0.02, -0.02} {
		config := exactly(60)
		config.Flight.Order, config.Depth = flight.SolveFirst, depth
		scene := sim.DefaultScene()
		scene.Gravity = sim.Vec{}
		scene.Walls = []sim.Shape{{Kind: sim.Segment, Vertices: []sim.Vec{{X: -9}, {X: 9}}, Elasticity: 1}}
		ball := sim.NewDisc(0.1, 10, sim.Surface{Elasticity: 1})
		ball.Start = sim.BodyState{Y: 0.1 + 0.03, VY: -6}
		scene.Bodies = []sim.Body{ball}
		roll(t, newtonian(t, config), &scene, 1, func(_ int, state sim.State) {
			want := 0.1 - depth + (0.1 - (0.03 + depth)) // m; it flies 0.1 m in a frame
			if !scalar.EqualWithinAbs(state[0].Y, want, 1e-3) || !scalar.EqualWithinAbs(state[0].VY, 6, 1e-3) {
				t.Errorf("depth %v m: it is at %v m with %v m/s, want %v", depth, state[0].Y, state[0].VY, want)
			}
		})
	}
}

// TestSkinAndCalm: a disc hits where the skins touch, and does not bounce when it is slow.
func TestSkinAndCalm(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ gap, speed, want float64 }{
		{0.0149, 2, 2}, {0.0151, 2, -2}, {0.0149, 0.9, 0}, {0.0149, 1.1, 1.1},
	} {
		config := Tiny()
		config.Flight.Order, config.Calm = flight.SolveFirst, 1
		config.Touch.Skin = geom.Skin{Circle: 0.005, Segment: 0.01}
		scene := sim.DefaultScene()
		scene.Gravity = sim.Vec{}
		scene.Walls = []sim.Shape{{Kind: sim.Segment, Vertices: []sim.Vec{{X: -9}, {X: 9}}, Elasticity: 1}}
		ball := sim.NewDisc(0.1, 10, sim.Surface{Elasticity: 1})
		ball.Start = sim.BodyState{Y: 0.1 + c.gap, VY: -c.speed}
		scene.Bodies = []sim.Body{ball}
		roll(t, newtonian(t, config), &scene, 1, func(_ int, state sim.State) {
			if !scalar.EqualWithinAbs(state[0].VY, c.want, 1e-5) {
				t.Errorf("%+v: it goes on at %v m/s", c, state[0].VY)
			}
		})
	}
}

// TestGradientsPassAnImpact: those of the bounce's gain agree with differences. The time of the
// impact does not depend on it.
func TestGradientsPassAnImpact(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Gravity = sim.Vec{}
	scene.Walls = []sim.Shape{{Kind: sim.Segment, Vertices: []sim.Vec{{X: -9}, {X: 9}}, Elasticity: 1}}
	var states []sim.State
	for i := range 3 {
		ball := sim.NewDisc(0.1, 10, sim.Surface{Elasticity: 1})
		ball.Start = sim.BodyState{X: float64(i), Y: 0.1 + 0.01*float64(i+1), VY: -3}
		scene.Bodies = append(scene.Bodies, ball)
	}
	states = append(states, scene.Start(), scene.Start())
	for i := range states[1] {
		states[1][i].Y, states[1][i].VY = 0.11, 0.5
	}
	for _, o := range []flight.Order{flight.EvenForce, flight.SolveFirst} {
		config := exactly(60)
		config.Flight.Order = o
		model := newtonian(t, config)
		data := []*sim.Trajectory{{Scene: &scene, States: slices.Clone(states)}}
		objective, err := NewObjective(t.Context(), model, data, data)
		if err != nil {
			t.Fatal(err)
		}
		w := newBatch(objective, &objective.training)
		w.add(0)
		grad := make([]float32, model.Parameters())
		weights := model.net.params.Data()
		w.loss(weights, grad)
		bias := &model.net.params.Slice("impulse.2.bias")[gainBounce]
		at := slices.IndexFunc(weights, func(float32) bool { return false })
		for i := range weights {
			if &weights[i] == bias {
				at = i
			}
		}
		const step = 2e-2
		kept := *bias
		*bias = kept + step
		above := w.loss(weights, nil)
		*bias = kept - step
		below := w.loss(weights, nil)
		*bias = kept
		if want := (above - below) / (2 * step); !(math.Abs(want) > 1) || !scalar.EqualWithinRel(float64(grad[at]), want, 5e-3) {
			t.Errorf("%q: gradient %v, by differences %v", o, grad[at], want)
		}
	}
}

// TestImpactsDoNotFeedOnThemselves: whatever the networks answer, an impact within a step leaves
// a ball hardly faster than it came.
func TestImpactsDoNotFeedOnThemselves(t *testing.T) {
	t.Parallel()
	model := newtonian(t, exactly(30))
	p := model.net.params
	p.Slice("impulse.2.bias")[gainBounce], p.Slice("impulse.2.bias")[gainPush] = -9, 9
	scene := sim.DefaultScene()
	scene.FPS, scene.Gravity = 30, sim.Vec{}
	for _, y := range []float64{0, 0.3} {
		scene.Walls = append(scene.Walls, sim.Shape{Kind: sim.Segment, Vertices: []sim.Vec{{X: -9, Y: y}, {X: 9, Y: y}}, Elasticity: 1})
	}
	ball := sim.NewDisc(0.1, 10, sim.Surface{Elasticity: 1})
	ball.Start = sim.BodyState{Y: 0.15, VY: -6}
	scene.Bodies = []sim.Body{ball}
	roll(t, model, &scene, 1, func(_ int, state sim.State) {
		if got, most := math.Abs(state[0].VY), 6*math.Pow(2.2-1, 8+1); !(got > 6 && got <= 1.01*most) {
			t.Errorf("it ends at %v m/s, want at most %v", got, most)
		}
	})
}
