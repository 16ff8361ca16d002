package hits_test

import (
	"strings"
	"testing"

	"orrery/world/identify"
	"orrery/world/identify/hits"
	"orrery/world/observe/discs"
)

// TestMomentsAreBelievedWithinTwoPercent of what the scene tells by shapes and masses: beyond, those that hits show
// count.
func TestMomentsAreBelievedWithinTwoPercent(t *testing.T) {
	if testing.Short() {
		t.Skip("the race detector makes it ten times as long, and quicker tests start the same goroutines")
	}
	t.Parallel()
	set := discs.Default()
	set.Discs, set.Frames, set.Noise = 3, 46, 0.0001
	truth := set.Scene()
	for _, by := range []float64{1.015, 1.025} {
		all := watches(&set, 8)
		for _, w := range all {
			for i := range w.Scene.Bodies {
				w.Scene.Bodies[i].Moment *= by
			}
		}
		r, err := hits.Watches(t.Context(), all, &identify.Options{})
		if err != nil {
			t.Fatal(err)
		}
		moments := 0
		for _, p := range r.Parameters {
			if p.Name != identify.Moment {
				continue
			}
			moments++
			if agrees := strings.Contains(p.Why, "agrees"); agrees != (by < 1.02) {
				t.Errorf("%v times the moment of %s: %s", by, p.Of, p.Why)
			}
		}
		if moments != set.Discs {
			t.Errorf("%d moments, want %d", moments, set.Discs)
		}
		check(t, r, identify.Moment, "body1", truth.Bodies[1].Moment/truth.Bodies[0].Mass, 0.01*truth.Bodies[1].Moment/truth.Bodies[0].Mass)
	}
}
