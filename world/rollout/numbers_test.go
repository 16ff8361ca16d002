package rollout

import (
	"testing"

	"orrery/sim/golden"
)

// TestEveryNumberOfAFileHasLimits, stored to the last digit, but for those of the scene, which has its own.
func TestEveryNumberOfAFileHasLimits(t *testing.T) {
	t.Parallel()
	r := newFile()
	scene := r.Scene
	r.Format, r.Kind, r.Scene = format, kindName, nil
	r.True, r.Predicted, r.Actions = r.True[:2], r.Predicted[:2], r.Actions[:min(1, len(r.Actions))]
	golden.Compare(t, "testdata/limits.txt", golden.Limits(r, func() error {
		full := *r
		full.Scene = scene
		return full.validate()
	}))
}
