package evaluation

import (
	"fmt"
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
