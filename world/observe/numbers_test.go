package observe

import (
	"testing"

	"orrery/sim"
	"orrery/sim/golden"
)

// TestEveryNumberOfAWatchHasLimits, stored to the last digit.
func TestEveryNumberOfAWatchHasLimits(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{{}}
	sight := sim.Sight{X: 1, Seen: true, Std: 0.1}
	w := &Watch{Times: []float64{0, 0.5}, Sights: [][]sim.Sight{{sight}, {sight}}}
	golden.Compare(t, "testdata/limits.txt", golden.Limits(w, func() error {
		full := *w
		full.Scene = &scene
		return full.Check()
	}))
}
