package retrace_test

import (
	"fmt"
	"strings"
	"testing"

	"orrery/sim/golden"
	"orrery/world/retrace"
)

// TestTheSameSightsAreTracedTheSame compares states that were found anew along a law, how unsure they are and what was counted,
// with what earlier versions of this program found, to six digits.
func TestTheSameSightsAreTracedTheSame(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine does the work, and the race detector makes it ten times as long")
	}
	t.Parallel()
	var got strings.Builder
	for _, c := range []struct {
		name         string
		frames, kick int
	}{{"mixed", 12, 7}, {"springs", 5, 0}} {
		exact := simulated(t, c.name, 1, c.frames, c.kick)
		looked := seen(exact)
		for k, row := range looked.Seen.Sights {
			row[0].Seen = k%5 != 2
			row[1].Turned = k%3 != 1
			row[1].After = 0.002 * float64(k%3)
			if k == 6 {
				row[1].X += 0.05
			}
		}
		out := along(t, exact, looked)
		fmt.Fprintf(&got, "# %s, kicked at %d: %d of %d touches, %d of %d hits, %d of %d sights, holds %t\n", c.name, c.kick, out.Loose, out.Touches, out.Odd, out.Hits, out.Strays, out.Sights, out.Holds())
		for k := range out.Trajectory.States {
			if k%3 != 1 {
				continue
			}
			for i := range min(3, len(out.Trajectory.States[k])) {
				fmt.Fprintf(&got, "frame %d, body %d: %.6g ± %.4g\n", k, i, out.Trajectory.States[k][i].Values(), out.Trajectory.Seen.Std[k][i].Values())
			}
		}
	}
	for _, c := range []retrace.Traced{
		{Hits: 8, Odd: 2}, {Hits: 8, Odd: 3}, {Touches: 4, Loose: 1}, {Touches: 4, Loose: 2}, {Sights: 4, Strays: 1}, {Sights: 4, Strays: 2}, {Odd: 1}, {},
	} {
		fmt.Fprintln(&got, c.Hits, c.Odd, c.Touches, c.Loose, c.Sights, c.Strays, c.Holds())
	}
	golden.CompareNear(t, "testdata/traced.txt", got.String(), 1e-3)
}
