package engine

import (
	"math"
	"testing"

	"orrery/sim"
)

// rounded returns a state as datasets keep it.
func rounded(s sim.State) sim.State {
	out := make(sim.State, len(s))
	out.SetFloat32(s.AppendFloat32(nil, len(s)))
	return out
}

// TestCorrectRemembersContacts: an engine that is put where motion was, frame by frame, foretells each
// next frame to the digits that were kept, piles and joints included. One that is reset does not.
func TestCorrectRemembersContacts(t *testing.T) {
	t.Parallel()
	scene := clutter(9, 1)
	truth := New()
	run := load(t, truth, scene)
	follow := func(next func(e *Engine, s sim.State) error) float64 {
		e, worst := New(), 0.0
		if err := e.Load(scene); err != nil {
			t.Fatal(err)
		}
		var state sim.State
		for k := range run.States[1:] {
			if err := next(e, rounded(run.States[k])); err != nil {
				t.Fatal(err)
			}
			if err := e.Frame(run.Action(k)); err != nil {
				t.Fatal(err)
			}
			state = e.State(state)
			for i, b := range state {
				worst = max(worst, b.Velocity().Sub(run.States[k+1][i].Velocity()).Len(), b.Position().Sub(run.States[k+1][i].Position()).Len())
			}
		}
		return worst
	}
	if off := follow((*Engine).Correct); !(off <= 1e-4) {
		t.Errorf("corrected: %v m or m/s off", off)
	}
	if off := follow((*Engine).Reset); !(off >= 1e-2) {
		t.Errorf("reset: only %v m or m/s off, so that the test shows nothing", off)
	}
}

// TestCorrectRefusesWhatResetRefuses, and goes on as it was.
func TestCorrectRefusesWhatResetRefuses(t *testing.T) {
	t.Parallel()
	e := New()
	if err := e.Correct(nil); err == nil {
		t.Error("no scene is loaded")
	}
	scene := clutter(2, 0)
	if err := e.Load(scene); err != nil {
		t.Fatal(err)
	}
	bad := scene.Start()
	bad[1].VX = math.NaN()
	if e.Correct(bad) == nil || e.Correct(bad[:1]) == nil {
		t.Error("it takes states that do not fit")
	}
	if err := e.Frame(nil); err != nil {
		t.Error(err)
	}
}
