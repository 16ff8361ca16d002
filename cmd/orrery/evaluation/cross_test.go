package evaluation

import (
	"fmt"
	"io"
	"slices"
	"testing"

	"orrery/datasets"
	"orrery/sim"
	"orrery/world"
	"orrery/world/eval"
	"orrery/world/flight"
)

// TestNoEpisodeJudgesAModelThatLearnedFromIt: each judges once, and all that do not judge teach.
func TestNoEpisodeJudgesAModelThatLearnedFromIt(t *testing.T) {
	t.Parallel()
	all := make([]*sim.Trajectory, 11)
	for i := range all {
		all[i] = &sim.Trajectory{}
	}
	parts := dealParts(1, len(all), 3)
	judged := map[*sim.Trajectory]int{}
	for part := range 3 {
		judging, learning := withoutPart(all, parts, part)
		if n := len(judging); n != 3 && n != 4 || n+len(learning) != len(all) {
			t.Errorf("part %d: %d judge and %d teach", part, n, len(learning))
		}
		for _, episode := range judging {
			judged[episode]++
			if slices.Contains(learning, episode) {
				t.Errorf("part %d: an episode judges and teaches", part)
			}
		}
	}
	if len(judged) != len(all) {
		t.Errorf("%d of %d episodes judge", len(judged), len(all))
	}
	if slices.Equal(parts, dealParts(2, len(all), 3)) {
		t.Error("another seed deals the same parts")
	}
}

// TestCrossDividesBySeed: each seed in its own way, the same seed alike, and evenly.
func TestCrossDividesBySeed(t *testing.T) {
	t.Parallel()
	const episodes, among = 32, 5
	seen := map[string]bool{}
	for seed := range uint64(6) {
		parts := dealParts(seed, episodes, among)
		if !slices.Equal(parts, dealParts(seed, episodes, among)) {
			t.Errorf("seed %d divides in two ways", seed)
		}
		seen[fmt.Sprint(parts)] = true
		sizes := make([]int, among)
		for _, part := range parts {
			sizes[part]++
		}
		if slices.Max(sizes)-slices.Min(sizes) > 1 {
			t.Errorf("seed %d: parts of %v episodes", seed, sizes)
		}
	}
	if len(seen) != 6 {
		t.Errorf("six seeds divide in %d ways", len(seen))
	}
}

// TestCrossAddsUpItsTimes: training takes as long as that of all parts.
func TestCrossAddsUpItsTimes(t *testing.T) {
	t.Parallel()
	set, err := NewSet(io.Discard, "", datasets.Spec{}, nil, []int{0, 1, 2, 3}, discs(40, 40, 40, 40))
	if err != nil {
		t.Fatal(err)
	}
	settings := eval.DefaultConfig()
	settings.HorizonsS = []float64{0.1}
	trained := 0
	result, entrant, err := set.Cross(t.Context(), io.Discard, 2, settings, func(learning []*sim.Trajectory) (Entrant, error) {
		trained++
		d := &world.Description{}
		d.Training.Seconds = float64(trained) * 10
		return Entrant{Name: "free", Model: flight.Ballistic(), Description: d}, nil
	})
	if err != nil || trained != 2 || entrant.Name != "free" {
		t.Fatalf("%v, %d models", err, trained)
	}
	seen := false
	for _, row := range result.Rows {
		if row.Name == "free" {
			seen = true
			if row.TrainS != 30 {
				t.Errorf("trained for %v s, must be 30", row.TrainS)
			}
		}
	}
	if !seen {
		t.Error("no row of the model")
	}
}
