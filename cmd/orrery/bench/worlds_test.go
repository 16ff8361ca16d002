package bench

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"orrery/sim/golden"
)

// TestWorldsStay: programs in other languages run the same.
func TestWorldsStay(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	for _, w := range []struct {
		name string
		make sampleWorld
	}{{"A", billiardsWorld}, {"B", pileWorld}, {"C", pusherWorld}} {
		rng := congruence(1)
		scene, policy := w.make(&rng)
		encoded, err := json.Marshal(scene)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&text, "# %s\n%s\n", w.name, encoded)
		for frame := range 12 {
			if policy != nil {
				fmt.Fprintln(&text, policy(frame, scene.Start()))
			}
		}
	}
	golden.Compare(t, "testdata/worlds.txt", text.String())
}
