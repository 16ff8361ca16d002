package contact

import (
	"slices"
	"testing"

	"orrery/sim"
	"orrery/sim/scenario/library"
)

// TestCoarseModelsTakeFewerSteps: no more than some, of which the steps learned are a multiple, and do there what a model with
// the same weights and as many steps does.
func TestCoarseModelsTakeFewerSteps(t *testing.T) {
	t.Parallel()
	s, err := library.Find("pusht")
	if err != nil {
		t.Fatal(err)
	}
	scene := scenes(t, s, 1)[0]
	fine := livelyModel(t, scene)
	if own := fine.Config().Steps; own != 10 {
		t.Fatalf("%d steps", own)
	}
	for most, want := range map[int]int{1: 1, 2: 2, 3: 2, 4: 2, 5: 5, 9: 5, 10: 10, 40: 10} {
		coarser, ok := fine.Coarse(most)
		coarse := coarser.(*Model)
		if got := coarse.Config().Steps; got != want {
			t.Errorf("%d steps at most are %d, want %d", most, got, want)
		}
		if ok != (want < 10) || (coarse == fine) == ok {
			t.Errorf("%d steps at most: another model %v", most, ok)
		}
		config := fine.Config()
		config.Steps = want
		twin, err := New(config, 1)
		if err != nil {
			t.Fatal(err)
		}
		copy(twin.Weights().Data(), fine.Weights().Data())
		for frame, state := range rolled(t, coarse, scene) {
			if twin := rolled(t, twin, scene)[frame]; !slices.Equal(state, twin) {
				t.Fatalf("%d steps, frame %d: %v, want %v", want, frame, state, twin)
			}
		}
	}
	if fine.Config().Steps != 10 {
		t.Error("the model itself has changed")
	}
}

// rolled returns some states to which a model brings a scene whose servos go to and fro.
func rolled(t *testing.T, m *Model, scene *sim.Scene) (states []sim.State) {
	t.Helper()
	p, err := m.Predictor([]*sim.Scene{scene})
	if err != nil {
		t.Fatal(err)
	}
	state := scene.Start()
	for frame := range 12 {
		target := scene.Bodies[1].Start.Position()
		if frame%2 == 0 {
			target = scene.Bodies[0].Start.Position()
		}
		if err := p.Step(state, sim.Action{target.X, target.Y}); err != nil {
			t.Fatal(err)
		}
		states = append(states, slices.Clone(state))
	}
	return states
}

// TestPredictorsMayAdvanceFewerScenes: the first of them, as if there were no others, and all again.
func TestPredictorsMayAdvanceFewerScenes(t *testing.T) {
	t.Parallel()
	s, err := library.Find("mixed")
	if err != nil {
		t.Fatal(err)
	}
	all := scenes(t, s, 9)
	m := livelyModel(t, all[0])
	made, err := m.Predictor(all)
	if err != nil {
		t.Fatal(err)
	}
	p := made.(*predictor)
	for _, n := range []int{9, 4, 1, 6, 9} {
		if !p.Only(n) {
			t.Fatal("it cannot")
		}
		state := starts(all[:n])
		for frame := range 40 {
			if err := p.Step(state, nil); err != nil {
				t.Fatal(err)
			}
			if frame == 20 {
				state[0].VX++ // a state that is not the answer
			}
		}
		for k, rest := 0, state; k < n; k++ {
			single, err := m.Predictor(all[k : k+1])
			if err != nil {
				t.Fatal(err)
			}
			alone := starts(all[k : k+1])
			for frame := range 40 {
				if err := single.Step(alone, nil); err != nil {
					t.Fatal(err)
				}
				if frame == 20 {
					if k == 0 {
						alone[0].VX++
					} else {
						single.(*predictor).here = nil // the others begin anew, too
					}
				}
			}
			if got := rest[:len(alone)]; !slices.Equal(got, alone) {
				t.Errorf("%d scenes: scene %d is at %v, want %v", n, k, got, alone)
			}
			rest = rest[len(alone):]
		}
	}
}
