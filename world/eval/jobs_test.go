package eval_test

import (
	"errors"
	"testing"

	"orrery/sim"
	"orrery/world/eval"
	"orrery/world/flight"
)

// TestEvaluationsInShardsAreTheWhole: with the engine's ladder, a model that breaks down in some episodes, one whose bodies leave, and
// what was predicted elsewhere.
func TestEvaluationsInShardsAreTheWhole(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	episodes := trueEpisodes(t, "mixed", 7, 61)
	fails := stepModel(func(scene *sim.Scene, state sim.State, _ int) error {
		if !(state[0].X <= 0) {
			return errors.New("too far right")
		}
		for b := range state {
			state[b].X += 0.5
		}
		return nil
	})
	entries := []eval.Entry{
		{Name: "engine", Model: engineModel{}, TrainSeconds: 61}, {Name: "fails", Model: fails},
		{Name: "other", Predicted: predictedBy(t, flight.Ballistic(), episodes, 61)},
	}
	cfg := quick()
	want := evaluate(t, episodes, entries, truth, cfg)
	if row := want.Row("fails"); len(row.Failures) == 0 || row.Escapes == nil {
		t.Fatalf("nothing failed: %+v", row)
	}
	for _, n := range []int{1, 2, 3, 7} {
		eval.InShards(t, want, n, episodes, entries, truth, cfg)
	}
}
