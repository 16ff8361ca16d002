package main

import (
	"testing"

	"orrery/sim"
	"orrery/world/surprise"
)

func TestSurpriseDoesNotDependOnWorkers(t *testing.T) {
	skipShort(t)
	t.Parallel()
	run := func(workers string) string {
		return mustRun(t, "surprise", tinyModel(t), tinyDataset(t), "--json", "--workers", workers)
	}
	if one, three := run("1"), run("3"); one != three {
		t.Errorf("one worker and three differ: %s", difference(one, three))
	}
}

// TestSurpriseSaysWhatItTakesIntoAccount: noise only where it is not what the data says.
func TestSurpriseSaysWhatItTakesIntoAccount(t *testing.T) {
	t.Parallel()
	for want, info := range map[string]surpriseInfo{
		"taken into account: the model is off by 1.2 % where it pushes":                                                {Doubt: 0.012, Noise: 1},
		"taken into account: the model is off by 0.5 % where it pushes, and the noise is 1.5 times what the data says": {Doubt: 0.005, Noise: 1.5},
	} {
		if got := info.scales(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestSurpriseCountsAsTheDatasetDoes: episodes of a split keep their numbers.
func TestSurpriseCountsAsTheDatasetDoes(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	episode := &sim.Trajectory{Scene: &scene, States: make([]sim.State, 2)}
	found := &surprise.Result{
		Events: []surprise.Event{{Episode: 1, Frame: 1, Score: 9.87654}}, Scores: [][][]float64{{{0}, {1}}, {{0}, {9.87654}}}, Noise: 1.25, Doubt: 0.01,
	}
	info := newSurpriseInfo(surpriseOptions{}, found, []int{7, 9}, []*sim.Trajectory{episode, episode})
	if e := info.Events[0]; e.Episode != 9 || e.Score != 9.877 || info.Noise != 1.25 || info.Doubt != 0.01 || info.frames != 4 {
		t.Errorf("%+v", info)
	}
	if want := (bodyScore{9, 1, 0, 9.877}); len(info.Scores) != 4 || info.Scores[0].Episode != 7 || info.Scores[3] != want {
		t.Errorf("scores %+v", info.Scores)
	}
}
