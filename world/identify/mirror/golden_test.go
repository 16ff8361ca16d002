package mirror_test

import (
	"fmt"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/golden"
	"orrery/world/identify"
)

// TestTheSameMotionTellsTheSame compares what is found of some motion with what earlier versions of this
// program found. It holds where the compiler fuses no multiplication with an addition. What it should be
// like is held by other tests; this one tells of changes that nobody meant.
func TestTheSameMotionTellsTheSame(t *testing.T) {
	if testing.Short() {
		t.Skip("the race detector makes it ten times as long")
	}
	t.Parallel()
	var got strings.Builder
	rough := sim.Surface{Friction: 0.8, Elasticity: 0.654321}
	for _, c := range []struct {
		name string
		all  []*sim.Trajectory
		o    identify.Options
	}{
		{"two bodies that meet", spoil([]*sim.Trajectory{run(t, pair(0.07, rough, rough), 60, nil)}), identify.Options{}},
		{"what falls and slides, told right", simulate(t, "mixed", 8, 2, 40, true), identify.Options{Only: []identify.Name{identify.Elasticity, identify.Friction, identify.Mass}}},
		{"a law of drawn bodies", spoil(simulate(t, "mixed", 4, 4, 50, false)), identify.Options{}},
		{"rods", spoil(simulate(t, "pendulum", 3, 2, 40, true)), identify.Options{}},
		{"a block that is pushed", spoil(simulate(t, "pusht", 3, 2, 60, true)), identify.Options{}},
		{"springs, a rope, a motor, a field and grips", spoil([]*sim.Trajectory{run(t, linked(), 60, func(k int, _ sim.State) sim.Action { return sim.Action{float64(k%7) - 3} })}), identify.Options{}},
	} {
		found := find(t, c.all, c.o)
		fmt.Fprintf(&got, "# %s: %.6f explained, %q\n", c.name, found.Explained, found.Result.Sentences)
		for _, p := range found.Result.Parameters {
			fmt.Fprintf(&got, "%s of %s: %.5g in %.2g to %.2g %s, %t, %s\n", p.Name, p.Of, p.Value, p.Lo, p.Hi, p.Unit, p.Identifiable, p.Why)
		}
		if law := found.Values.Solids; law != nil {
			fmt.Fprintf(&got, "power %.6g\n", law.Power)
			for _, c := range law.Classes {
				fmt.Fprintf(&got, "%s: %.6g, %.6g\n", c.Name, c.Density, c.Moment)
			}
		}
		for _, f := range found.Result.Fits[:1] {
			last := len(f.Times) - 1
			fmt.Fprintf(&got, "body %d of episode %d at %.6g s: %.6g, %.6g\n", f.Body, f.Episode, f.Times[last], []float64{f.Seen[last].X, f.Seen[last].Y}, []float64{f.Fitted[last].X, f.Fitted[last].Y})
		}
	}
	golden.Compare(t, "testdata/found.txt", got.String())
}
