package fit_test

import (
	"context"
	"testing"

	"orrery/sim"
	"orrery/world/fit"
)

// TestTrainingOnImpactsGoesOn after it was interrupted, although the widths of its networks are not those of other models.
func TestTrainingOnImpactsGoesOn(t *testing.T) {
	t.Parallel()
	var table []*sim.Trajectory
	rng := sim.NewRand(1, "test impacts", 0)
	for range 20 {
		scene := sim.DefaultScene()
		scene.Walls = []sim.Shape{{Kind: sim.Segment, Vertices: []sim.Vec{{X: -5}, {X: 5}}}}
		b := sim.NewDisc(0.2, 1, sim.Surface{})
		b.Start = sim.BodyState{Y: 0.2, VX: rng.NormFloat64(), VY: -1 - rng.Float64()}
		scene.Bodies = []sim.Body{b}
		after := b.Start
		after.VY = -0.7 * b.Start.VY
		table = append(table, &sim.Trajectory{Scene: &scene, States: []sim.State{{b.Start}, {after}}, Impact: true})
	}
	config := fit.DefaultConfig()
	config.SetImpacts()
	config.SetBatch(8)
	config.Train.Steps, config.Train.ReportEvery, config.Train.CheckpointEvery = 40, 5, 10
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	job := fit.Job{Episodes: fit.InMemory(table, fit.Origin{}), Config: config, Work: t.TempDir(), Report: func(p fit.Progress) {
		if p.Training != nil && p.Training.Step >= 20 {
			stop()
		}
	}}
	if _, err := fit.Train(ctx, job); err == nil {
		t.Fatal("the training was not interrupted")
	}
	job.Report = nil
	done, err := fit.Train(t.Context(), job)
	if err != nil || done.Description.Training.Steps != 40 {
		t.Fatalf("resumed: %v", err)
	}
}
