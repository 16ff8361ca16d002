package stored

import (
	"slices"
	"testing"
)

// TestPiecesOfARecordingStayTogether: what was cut from one recording is never on both sides, and of one
// recording alone the last pieces judge.
func TestPiecesOfARecordingStayTogether(t *testing.T) {
	t.Parallel()
	pieces := []int{3, 1, 4, 2, 5, 1, 2, 2}
	for seed := range uint64(10) {
		training, holdout := dealWhole(pieces, 20, 0.25, seed)
		all := slices.Concat(training, holdout)
		slices.Sort(all)
		for k := range 20 {
			if len(all) != 20 || all[k] != k {
				t.Fatalf("seed %d: %v and %v are not all of 20 episodes", seed, training, holdout)
			}
		}
		if len(training) == 0 || len(holdout) == 0 {
			t.Fatalf("seed %d: one side is empty", seed)
		}
		from := 0
		for _, n := range pieces {
			for i := from + 1; i < from+n; i++ {
				if slices.Contains(training, from) != slices.Contains(training, i) {
					t.Errorf("seed %d: episodes %d and %d are of one recording, and on two sides", seed, from, i)
				}
			}
			from += n
		}
	}
	if _, holdout := dealWhole([]int{8}, 8, 0.25, 1); !slices.Equal(holdout, []int{6, 7}) {
		t.Errorf("of one recording %v judge, want the last two", holdout)
	}
}
