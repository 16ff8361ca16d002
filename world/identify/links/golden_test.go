package links_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/golden"
	"orrery/world/identify"
	"orrery/world/identify/links"
	"orrery/world/identify/links/points"
)

// TestTheSameMotionHasTheSameForces compares what is found of some motion with what earlier versions of this program
// found, to seven digits. It tells of changes that nobody meant; what is found should be right by other tests.
func TestTheSameMotionHasTheSameForces(t *testing.T) {
	if testing.Short() {
		t.Skip("the race detector makes it ten times as long")
	}
	t.Parallel()
	var got strings.Builder
	tell := func(name string, runs []*sim.Trajectory) {
		found, err := links.Identify(context.Background(), runs, &identify.Options{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		fmt.Fprintf(&got, "# %s\n", name)
		for _, e := range found.Edges {
			episode := -1
			if e.Episode != nil {
				episode = *e.Episode
			}
			fmt.Fprintf(&got, "%s-%s %s %.7g, episode %d, %.7g, at most %.7g\n", e.A, e.B, e.Kind, e.Probability, episode, e.Strength, e.Limit)
		}
		for _, p := range found.Parameters {
			fmt.Fprintf(&got, "%s of %s: %.7g, %.7g to %.7g %s\n", p.Name, p.Of, p.Value, p.Lo, p.Hi, p.Unit)
		}
		for _, s := range found.Sentences {
			fmt.Fprintln(&got, s)
		}
		for _, f := range found.Fits[:min(2, len(found.Fits))] {
			fmt.Fprintf(&got, "episode %d, body %d: %.7g\n", f.Episode, f.Body, f.Fitted[len(f.Fitted)-1])
		}
	}
	springs := points.Springs()
	springs.Seed, springs.Points, springs.Frames = 11, 3, 25
	a, _ := springs.Episode(0)
	b, _ := springs.Episode(1)
	tell("known states of springs", []*sim.Trajectory{a, b})
	springs.Noise = 0.03
	a, _ = springs.Episode(0)
	b, _ = springs.Episode(1)
	a.Seen.Sights[5][1].Seen = false
	a.Seen.Sights[7][0].After = 0.01
	tell("springs that were seen", []*sim.Trajectory{a, b})
	charges := points.Charges()
	charges.Seed, charges.Points, charges.Frames, charges.Noise = 12, 3, 25, 0.01
	a, _ = charges.Episode(0)
	tell("charges that were seen", []*sim.Trajectory{a})
	charges.Noise, charges.Limit = 0, 2
	a, _ = charges.Episode(1)
	tell("known states of charges", []*sim.Trajectory{a})

	golden.Compare(t, "testdata/forces.txt", got.String())
}
