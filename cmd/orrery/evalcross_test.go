package main

import (
	"slices"
	"testing"

	"orrery/sim"
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
