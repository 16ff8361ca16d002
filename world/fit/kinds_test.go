package fit_test

import (
	"context"
	"math"
	"testing"

	"orrery/learn/train"
	"orrery/sim"
	"orrery/world"
	"orrery/world/baseline"
	"orrery/world/fit"
	"orrery/world/flight"
)

func TestEveryKindHasDefaults(t *testing.T) {
	for _, kind := range fit.Kinds() {
		config := fit.DefaultConfig()
		config.SetKind(kind)
		if err := config.Validate(); err != nil || config.Kind != kind {
			t.Errorf("%s: %v in %+v", kind, err, config)
		}
	}
}

// The same examples, weights and optimiser, but gradients from a library that shares
// no code with ours.
func TestTenTrainingLossesAgreeWithGorgonia(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	ds := dataset(4)
	for _, kind := range []string{baseline.InteractionKind, baseline.MLPKind} {
		t.Run(kind, func(t *testing.T) {
			losses := func(backend string) []train.Progress {
				config := tiny(kind)
				config.Backend = backend
				config.Train.Steps, config.Train.Batch, config.Train.ReportEvery, config.Train.Warmup = 10, 6, 1, 0
				fitted, err := run(context.Background(), ds, config, "", nil)
				if err != nil {
					t.Fatal(err)
				}
				return fitted.Curve
			}
			ours, theirs := losses(fit.Native), losses(fit.Gorgonia)
			if len(ours) != 10 || len(theirs) != 10 {
				t.Fatalf("%d and %d losses, want 10", len(ours), len(theirs))
			}
			var before [2]float64
			for i := range ours {
				// A report is the mean of all losses so far.
				got, want := float64(i+1)*ours[i].Loss, float64(i+1)*theirs[i].Loss
				a, b := got-before[0], want-before[1]
				if before = [2]float64{got, want}; !(math.Abs(a-b) <= 1e-3*b) {
					t.Errorf("loss of step %d is %v, on Gorgonia %v", i+1, a, b)
				}
			}
			last := len(ours) - 1
			if a, b := *ours[last].Validation, *theirs[last].Validation; !(math.Abs(a-b) <= 1e-3*b) {
				t.Errorf("validation is %v, on Gorgonia %v", a, b)
			}
		})
	}
}

func TestTrainingLowersTheLoss(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	ds := dataset(8)
	ofEveryKind(t, func(t *testing.T, config fit.Config) {
		config.Train.Steps, config.Train.Batch, config.Train.LearningRate = 300, 32, 1e-2
		config.MLP.Hidden = 64
		fitted, err := run(context.Background(), ds, config, "", nil)
		if err != nil {
			t.Fatal(err)
		}
		if first, last := fitted.Curve[0].Loss, fitted.Curve[len(fitted.Curve)-1].Loss; !(last < 0.9*first) {
			t.Errorf("training took the loss from %v to %v", first, last)
		}
	})
}

// A tenth of a second is six frames.
func TestTrainedModelsBeatBallisticAtATenthOfASecond(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	ds := dataset(12)
	for _, kind := range []string{"contact", baseline.InteractionKind} {
		config := tiny(kind)
		config.Train.Steps, config.Train.Batch, config.Train.LearningRate = 300, 32, 1e-2
		fitted, err := run(context.Background(), ds, config, "", nil)
		if err != nil {
			t.Fatal(err)
		}
		truth, err := fit.Read(t.Context(), ds, fitted.Holdout, nil)
		if err != nil {
			t.Fatal(err)
		}
		got, free := meanError(t, fitted.Model, truth, 6), meanError(t, flight.Ballistic(), truth, 6)
		if !(got < 0.7*free) {
			t.Errorf("%s is off by %.3g m, ballistic by %.3g m", kind, got, free)
		}
	}
}

// meanError returns how far a rollout is off after some frames, in metres, from
// every tenth frame of the truth.
func meanError(t *testing.T, model world.Model, truth []*sim.Trajectory, frames int) float64 {
	t.Helper()
	var scenes []*sim.Scene
	var starts, ends []sim.State
	for _, x := range truth {
		for at := 0; at+frames < len(x.States); at += 10 {
			scenes, starts, ends = append(scenes, x.Scene), append(starts, x.States[at]), append(ends, x.States[at+frames])
		}
	}
	out, err := world.Rollout(model, scenes, starts, nil, frames+1, 1)
	if err != nil {
		t.Fatal(err)
	}
	sum, n := 0.0, 0
	for i, x := range out {
		for k := range ends[i] {
			sum += x.States[frames][k].Position().Sub(ends[i][k].Position()).Len()
			n++
		}
	}
	return sum / float64(n)
}
