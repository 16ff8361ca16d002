package fit_test

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/sys/cpu"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/golden"
	"orrery/sim/scenario/library"
	"orrery/world"
	"orrery/world/fit"
	"orrery/world/region"
)

// TestTheSameDataMakeTheSameModels compares what small models predict, and how sure they are, with what earlier
// versions of this program made of the same data, to seven digits. It holds where the compiler fuses no
// multiplication with an addition.
func TestTheSameDataMakeTheSameModels(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	if x := &cpu.X86; !x.HasAVX2 || !x.HasFMA || x.HasAVX512F {
		t.Skip("training multiplies what sums in the order of other vectors differ by")
	}
	t.Parallel()
	var got strings.Builder
	for _, c := range []struct{ scenario, kind string }{
		{"mixed", "contact"}, {"mixed", "interaction"}, {"mixed", "mlp"}, {"chain", "contact"}, {"springs", "interaction"},
		{"pusht", "contact"}, {"thrown", "contact"},
	} {
		trajectories := goldenData(t, c.scenario)
		config := tiny(c.kind)
		episodes := fit.InMemory(trajectories, fit.Origin{Scenario: c.scenario, Program: "test", Identity: c.scenario})
		fitted, err := run(t.Context(), episodes, config, "", nil)
		if err != nil {
			t.Fatalf("%s: %s: %v", c.scenario, c.kind, err)
		}
		fmt.Fprintf(&got, "# %s: %s, held out %v\n", c.scenario, c.kind, fitted.Holdout)
		for _, p := range fitted.Curve {
			fmt.Fprintf(&got, "loss %.7g\n", p.Loss)
		}
		test := trajectories[0]
		predictor, err := fitted.Model.Predictor([]*sim.Scene{test.Scene})
		if err != nil {
			t.Fatalf("%s: %s: %v", c.scenario, c.kind, err)
		}
		state := append(sim.State(nil), test.States[0]...)
		for k := 1; k <= 16; k++ {
			if err := predictor.Step(state, nil); err != nil {
				t.Fatalf("%s: %s: frame %d: %v", c.scenario, c.kind, k, err)
			}
			if k%8 != 0 {
				continue
			}
			for i := range state {
				values := state[i].Values()
				fmt.Fprintf(&got, "frame %d, body %d: %.7g\n", k, i, values[:])
			}
			if u, ok := predictor.(world.Uncertain); ok {
				for _, r := range region.Of(u, nil) {
					fmt.Fprintf(&got, "within %.6g turned %.6g\n", r.Axes, r.Angle)
				}
			}
		}
	}
	golden.Compare(t, "testdata/predictions.txt", got.String())
}

// goldenData are a few episodes of a scenario, or of a body that was seen.
func goldenData(t *testing.T, name string) (out []*sim.Trajectory) {
	t.Helper()
	if name == "thrown" {
		for k := range 8 {
			out = append(out, thrown(k, 24, 0.001, 5))
		}
		return out
	}
	scenario, err := library.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	values, err := scenario.Values(nil)
	if err != nil {
		t.Fatal(err)
	}
	for k := range 8 {
		scene, err := scenario.Sample(1, k, values)
		if err != nil {
			t.Fatal(err)
		}
		motion, err := engine.Simulate(t.Context(), scene, scene.Start(), 40, nil)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, motion)
	}
	return out
}
