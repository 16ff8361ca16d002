package evaluation

import (
	"context"
	"slices"
	"strings"
	"testing"

	"orrery/datasets"
	"orrery/sim"
	"orrery/sim/engine"
	"orrery/world/eval"
)

// bounces returns what the engine does with two discs that bounce on a floor, told with scenes that have neither
// gravity nor any loss of energy.
func bounces(t *testing.T, episodes int) (all []*sim.Trajectory) {
	t.Helper()
	for i := range episodes {
		rng := sim.NewRand(1, "evaluation/bounces", i)
		scene := sim.DefaultScene()
		scene.Gravity = sim.Vec{Y: -4}
		scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0, sim.Surface{Friction: 1, Elasticity: 1}, sim.Vec{X: -9}, sim.Vec{X: 9})}
		for k := range 2 {
			b := sim.NewDisc(0.1, 10, sim.Surface{Friction: 0.5, Elasticity: 0.7})
			b.Start = sim.BodyState{X: float64(k)*0.6 - 0.3, Y: 0.3 + 0.5*rng.Float64(), VX: 0.5 - float64(k) + 0.3*rng.NormFloat64(), Omega: rng.NormFloat64()}
			scene.Bodies = append(scene.Bodies, b)
		}
		run, err := engine.Simulate(t.Context(), &scene, nil, 121, nil)
		if err != nil {
			t.Fatal(err)
		}
		wrong := scene
		wrong.Gravity = sim.Vec{}
		wrong.Bodies = slices.Clone(wrong.Bodies)
		for k := range wrong.Bodies {
			wrong.Bodies[k].Shapes = slices.Clone(wrong.Bodies[k].Shapes)
			wrong.Bodies[k].Shapes[0].Friction, wrong.Bodies[k].Shapes[0].Elasticity = 0, 1
		}
		all = append(all, &sim.Trajectory{Scene: &wrong, States: run.States})
	}
	return all
}

// TestFittedEngineIsARow that comes near motion of which the scenes say nothing right, whatever they say.
func TestFittedEngineIsARow(t *testing.T) {
	t.Parallel()
	settings := eval.DefaultConfig()
	settings.Workers = 2
	all := bounces(t, 6)
	spec := datasets.Spec{Sources: map[string]string{"table.csv": "00"}}
	set, err := NewSet(t.Output(), "", spec, spec, []int{0, 1}, all[4:])
	if err != nil {
		t.Fatal(err)
	}
	if err := set.FitEngine(t.Context(), t.Output(), all[:4], 1, 2); err != nil {
		t.Fatal(err)
	}
	result, err := set.Measure(t.Context(), t.Output(), nil, settings)
	if err != nil {
		t.Fatal(err)
	}
	fitted, ballistic := result.Row(eval.FittedEngine), result.Row(eval.Ballistic)
	if fitted == nil || !(fitted.Position.Mean[2] <= 1e-3) || !(ballistic.Position.Mean[2] >= 0.3) {
		t.Fatalf("the engine is %v m off after a second, ballistic %v", result.Rows[2].Position.Mean, ballistic.Position.Mean)
	}
	if !(fitted.Params >= 3) {
		t.Errorf("%v values were found", fitted.Params)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := set.FitEngine(ctx, t.Output(), all, 1, 2); err == nil {
		t.Error("it goes on though its context is done")
	}
}

// TestFittedEngineTakesFinerSteps where the motion was made in them.
func TestFittedEngineTakesFinerSteps(t *testing.T) {
	t.Parallel()
	var all []*sim.Trajectory
	for _, run := range bounces(t, 3) {
		coarse, err := run.Stride(4)
		if err != nil {
			t.Fatal(err)
		}
		s := *coarse.Scene
		s.Substeps = 1 // what nobody told
		all = append(all, &sim.Trajectory{Scene: &s, States: coarse.States})
	}
	set := &Set{Trajectories: all}
	if err := set.FitEngine(t.Context(), t.Output(), all, 1, 2); err != nil {
		t.Fatal(err)
	}
	if r := set.rival.Model.(*rival); r.finer < 2 {
		t.Errorf("%d steps in each of the scene's", r.finer)
	}
}

// TestNothingToFitIsNoRow but a line in the log.
func TestNothingToFitIsNoRow(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	set := &Set{Name: "own", Trajectories: discs(1)}
	if err := set.FitEngine(t.Context(), &log, discs(1), 1, 1); err != nil || set.rival != nil || !strings.Contains(log.String(), "the engine is not fitted of own: there is no motion") {
		t.Errorf("%v, %v, %q", err, set.rival, log.String())
	}
}
