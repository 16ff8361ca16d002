package fit_test

import (
	"slices"
	"testing"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/scenario/library"
	"orrery/world"
	"orrery/world/contact"
)

// TestPlainLawsAreThoseOfTheEngine: a model of which every answer is a plain law, Newton's with the elasticity of the scene and Coulomb's, and a tenth of an
// overlap beyond the slop parted in a step, needs no training. How far off it is after a second nobody who learns can be sure to undercut: what the
// engine knows and a state does not, such as in which order it finds two boxes, chaos makes large. It is less where sweeps visit points as the engine does.
func TestPlainLawsAreThoseOfTheEngine(t *testing.T) {
	t.Parallel()
	const episodes, frames = 200, 60
	mixed, err := library.Find("mixed")
	if err != nil {
		t.Fatal(err)
	}
	values, err := mixed.Values(nil)
	if err != nil {
		t.Fatal(err)
	}
	var scenes []*sim.Scene
	var starts []sim.State
	var truth []*sim.Trajectory
	for k := range episodes {
		scene, err := mixed.Sample(2, k, values)
		if err != nil {
			t.Fatal(err)
		}
		e, err := engine.Simulate(t.Context(), scene, nil, frames+1, nil)
		if err != nil {
			t.Fatal(err)
		}
		scenes, starts, truth = append(scenes, scene), append(starts, e.States[0]), append(truth, e)
	}
	mean := map[bool]float64{}
	for _, ends := range []bool{false, true} {
		config := contact.DefaultConfig()
		config.Ends = ends
		if err := config.Measure(t.Context(), truth[:20], 0); err != nil {
			t.Fatal(err)
		}
		model, err := contact.Plain(config)
		if err != nil {
			t.Fatal(err)
		}
		predicted, err := world.Rollout(model, scenes, starts, nil, frames+1, 2)
		if err != nil {
			t.Fatal(err)
		}
		var off []float64
		for k, e := range truth {
			for i, s := range e.States[frames] {
				d := s.Position().Sub(predicted[k].States[frames][i].Position()).Len()
				off, mean[ends] = append(off, d), mean[ends]+d
			}
		}
		slices.Sort(off)
		mean[ends] /= float64(len(off))
		t.Logf("end by end %t: after a second %.2f mm off in the mean, %.3f in the median", ends, 1e3*mean[ends], 1e3*off[len(off)/2])
		if !(off[len(off)/2] <= 3e-5) || !(mean[ends] <= 3e-3) {
			t.Errorf("end by end %t: after a second %.2f mm off in the mean, %.3f in the median", ends, 1e3*mean[ends], 1e3*off[len(off)/2])
		}
	}
	if !(mean[true] <= 0.8*mean[false]) {
		t.Errorf("end by end it is off by %v, with the deepest point first by %v m", mean[true], mean[false])
	}
}
