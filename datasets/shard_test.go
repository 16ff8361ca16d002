package datasets

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestShardsShareTheEpisodesOut(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		episodes := rapid.IntRange(1, MaxEpisodes).Draw(t, "episodes")
		of := rapid.IntRange(1, min(episodes, 300)).Draw(t, "of")
		next := 0
		for i := range of {
			from, to := Shard{i, of}.Span(episodes)
			if from != next || to-from < episodes/of || to-from > episodes/of+1 {
				t.Fatalf("shard %d of %d has episodes %d to %d of %d, after %d", i, of, from, to, episodes, next)
			}
			next = to
		}
		if next != episodes {
			t.Fatalf("%d of %d episodes", next, episodes)
		}
	})
}

func TestImpossibleShardsAreRefused(t *testing.T) {
	t.Parallel()
	for shard, want := range map[Shard]string{
		{0, 0}: "", {1, 0}: "from 1 to", {0, 38}: "from 1 to that of episodes, 37", {3, 3}: "from 0 to 2", {-1, 3}: "from 0 to 2", {2, 3}: "",
	} {
		spec := testSpec()
		spec.Shard = shard
		if err := spec.Validate(); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("shard %+v: error %v must contain %q", shard, err, want)
		}
	}
}
