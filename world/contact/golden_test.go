package contact

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"orrery/learn/nn"
	"orrery/sim"
	"orrery/sim/golden"
	"orrery/world/flight"
	"orrery/world/geom"
)

// TestTheSameModelsPredictTheSame compares what models of random weights predict and learn, for each setting, with what
// earlier versions of this program did, to five digits. What predictions should be like is held by other tests; this one
// tells of changes that nobody meant.
func TestTheSameModelsPredictTheSame(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine does the work, and the race detector makes it ten times as long")
	}
	t.Parallel()
	var got strings.Builder
	for _, c := range []struct {
		name   string
		change func(c *Config)
	}{
		{"as it is", func(*Config) {}},
		{"three steps", func(c *Config) { c.Steps = 3 }},
		{"move first", func(c *Config) { c.Flight.Order = flight.MoveFirst }},
		{"solve first", func(c *Config) { c.Flight.Order = flight.SolveFirst }},
		{"forces spread evenly", func(c *Config) { c.Flight.Order = flight.EvenForce }},
		{"impacts", func(c *Config) { c.Impacts, c.Depth, c.Calm = true, 0.004, 0.3 }},
		{"impacts, force spread evenly", func(c *Config) { c.Impacts, c.Flight.Order, c.Steps = true, flight.EvenForce, 2 }},
		{"late", func(c *Config) { c.Impacts, c.Late, c.Sight, c.Flight.Order = true, true, 0.03, flight.MoveFirst }},
		{"ahead", func(c *Config) { c.Ahead, c.Flight.Order = 1.5, flight.MoveFirst }},
		{"late and ahead", func(c *Config) { c.Impacts, c.Late, c.Ahead = true, true, 0.5 }},
		{"lively", func(c *Config) { c.Steps = 2 }},
		{"hold", func(c *Config) { c.Hold = true }},
		{"ends", func(c *Config) { c.Ends = true }},
		{"skins and rules", func(c *Config) {
			c.Touch = geom.Touch{Skin: geom.Skin{Circle: 0.01, Segment: 0.02, Polygon: 0.005}, Friction: geom.Geometric, Elasticity: geom.Maximum}
		}},
	} {
		config := tied(Tiny())
		config.Flight.Gravity, config.Flight.Keep, config.Flight.KeepAngular = sim.Vec{X: 1, Y: -3}, 0.98, 0.96
		c.change(&config)
		model := calmModel(t, config)
		if c.name == "lively" {
			model.net.params.Slice("impulse.2.bias")[gainBounce] = -1.2
		}
		for i, w := range []float32{-0.3, -0.2, 0.1, -0.4} {
			joints := model.net.params.Slice("joints")
			joints[i%len(joints)] = w
		}
		for _, of := range goldenMotion() {
			fmt.Fprintf(&got, "# %s: %s\n", c.name, of.Scene.Name)
			state := slices.Clone(of.States[0])
			p, err := model.Predictor([]*sim.Scene{of.Scene, of.Scene})
			if err != nil {
				t.Fatal(err)
			}
			state = append(state, of.States[1]...)
			actions := slices.Concat(of.Action(0), of.Action(0))
			for k := 1; k <= 2; k++ {
				if err := p.Step(state, actions); err != nil {
					t.Fatal(err)
				}
				for i := range state {
					fmt.Fprintf(&got, "frame %d, body %d: %s\n", k, i, rounded(state[i].Values()))
				}
			}
			objective, err := NewObjective(t.Context(), model, []*sim.Trajectory{of, of}, []*sim.Trajectory{of})
			if err != nil {
				fmt.Fprintln(&got, err)
				continue
			}
			grad := make([]float32, model.Parameters())
			loss, err := objective.NewGradient()(model.net.params.Data(), grad, []int32{0, 1})
			if err != nil {
				t.Fatal(err)
			}
			judged, err := objective.Validate(t.Context(), model.net.params.Data())
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&got, "loss %.5g, judged %.5g, %d examples, work %+v\n", loss, judged, objective.Examples(), objective.Work(10))
			for i := range model.net.params.Count() {
				name := model.net.params.Name(nn.Index(i))
				from, to := model.net.params.Range(nn.Index(i))
				if size := norm(grad[from:to]); size != 0 {
					fmt.Fprintf(&got, "  %s %.4g\n", name, size)
				}
			}
		}
	}
	golden.CompareNear(t, "testdata/predictions.txt", got.String(), 1e-3)
}

// TestTheSameImpactsEndTheSame compares what a law of impacts makes of bodies of many outlines, and how weights change it,
// with what earlier versions of this program made of them.
func TestTheSameImpactsEndTheSame(t *testing.T) {
	t.Parallel()
	var got strings.Builder
	rng := sim.NewRand(12, "test golden hits", 0)
	model := striking(t)
	square := []sim.Vec{{X: -0.2, Y: -0.1}, {X: 0.2, Y: -0.1}, {X: 0.2, Y: 0.1}, {X: -0.2, Y: 0.1}}
	var all []*sim.Trajectory
	for k, scene := range []*sim.Scene{over(rng, oval()), over(rng, lame), over(rng, square), together(rng, lame, oval()), together(rng, oval(), oval()), together(rng, square, lame)} {
		after, err := model.Strike(scene, scene.Start())
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&got, "# impact %d\n", k)
		for i := range after {
			fmt.Fprintf(&got, "body %d: %s\n", i, rounded(after[i].Values()))
		}
		measured := slices.Clone(after)
		for i := range measured {
			measured[i].VX, measured[i].Omega = 0.9*measured[i].VX, measured[i].Omega+0.5
		}
		all = append(all, &sim.Trajectory{Scene: scene, States: []sim.State{scene.Start(), measured}, Impact: true})
	}
	objective, err := NewObjective(t.Context(), model, all, all[3:])
	if err != nil {
		t.Fatal(err)
	}
	grad := make([]float32, model.Parameters())
	loss, err := objective.NewGradient()(model.net.params.Data(), grad, []int32{0, 1, 2, 3, 4, 5})
	if err != nil {
		t.Fatal(err)
	}
	judged, err := objective.Validate(t.Context(), model.net.params.Data())
	fmt.Fprintf(&got, "# together\nloss %.5g, judged %.5g, %v\n", loss, judged, err)
	for i := range model.net.params.Count() {
		from, to := model.net.params.Range(nn.Index(i))
		if norm(grad[from:to]) == 0 {
			continue
		}
		fmt.Fprintf(&got, "  %s %.4g\n", model.net.params.Name(nn.Index(i)), norm(grad[from:to]))
	}
	c := MeasureHits(all)
	fmt.Fprintf(&got, "# measured\n%+v\n", c)
	golden.CompareNear(t, "testdata/impacts.txt", got.String(), 1e-3)
}

// rounded writes numbers to five digits, and what is next to nothing as 0.
func rounded(values [sim.StateSize]float64) string {
	for i, v := range values {
		if math.Abs(v) < 1e-6 {
			values[i] = 0
		}
	}
	return fmt.Sprintf("%.5g", values)
}

// goldenMotion are two frames each of bodies on a heap, of the same with joints and fields, of bodies that are driven and
// rub on the ground, of some that fly towards a floor and each other, and of some that spin.
func goldenMotion() (all []*sim.Trajectory) {
	rng := sim.NewRand(7, "test golden motion", 0)
	heap, bound, driven, thrown := crowd(rng, 5), crowd(rng, 6), crowd(rng, 3), crowd(rng, 4)
	spun := crowd(rng, 3)
	for i := range spun.Scene.Bodies { // thin ones that turn fast just over the floor
		b := sim.NewBox(0.3, 0.02+0.01*float64(i), 5, sim.Surface{Friction: 0.5, Elasticity: 0.6})
		b.Start = sim.BodyState{X: 0.5 * float64(i), Y: -0.2 + 0.02*float64(2+3*i), Angle: 0.1 * float64(i), VY: -0.5, Omega: 30 - 40*float64(i)}
		spun.Scene.Bodies[i], spun.States[0][i] = b, b.Start
	}
	spun.Scene.Name = "spun"
	tieUp(bound.Scene)
	bound.Scene.Joints = append(bound.Scene.Joints, sim.Joint{Kind: sim.Spring, A: 0, B: 4, Length: 0.2, Stiffness: 20, Damping: 0.5})
	bound.Scene.Name, driven.Scene.Name, thrown.Scene.Name = "bound", "driven", "thrown"
	for _, m := range []*sim.Trajectory{heap, bound, driven, thrown, spun} {
		m.Scene.Gravity, m.Scene.Damping = sim.Vec{X: 1, Y: -3}, 0.9
		all = append(all, m)
	}
	led := &driven.Scene.Bodies[0]
	led.Kind, led.Mass, led.Moment = sim.Kinematic, 0, 0
	driven.Scene.Bodies[1].Grip = sim.Grip{Along: 0.5, Across: 2, Spin: 3}
	driven.Scene.Actuators = []sim.Actuator{
		{Kind: sim.Velocity, Body: 0, Against: sim.World, Low: -2, High: 2, Axis: sim.Vec{X: 1}},
		{Kind: sim.Force, Body: 2, Against: sim.World, Low: -3, High: 3, Axis: sim.Vec{Y: 1}},
	}
	driven.Actions = []sim.Action{{1.5, -2}}
	for i := range thrown.States[0] {
		b := &thrown.States[0][i]
		b.X, b.Y = 0.35*float64(i), 0.1+0.15*float64(i%2)
		b.VY -= 4
		b.VX -= float64(i)
		thrown.Scene.Bodies[i].Start = *b
	}
	return all
}
