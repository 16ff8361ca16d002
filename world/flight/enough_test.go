package flight

import (
	"math"
	"testing"

	"orrery/sim"
)

// TestEnoughFlightsAre500: flights with more room than the smallest body's reach do when there are 500 of them; with
// fewer, those that have three tenths of it count too, and so on. The last room is taken whatever it gives.
func TestEnoughFlightsAre500(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		frames, apart, want int // flights of the one body that is alone, of the two that are less than a reach apart, and in all
		gap                 float64
	}{
		{500, 500, 500, 0.05},
		{499, 499, 3 * 499, 0.05},
		{200, 200, 600, 0.02},
		{100, 100, 300, 0.002},
		{100, 100, 100, 5e-4}, // nearer than any room
	} {
		scene := sim.DefaultScene()
		state := sim.State{}
		for i, x := range []float64{0, 0.2 + c.gap, 9} {
			scene.Bodies = append(scene.Bodies, sim.NewDisc(0.1, 1, sim.Surface{}))
			scene.Bodies[i].Start = sim.BodyState{X: x}
			state = append(state, scene.Bodies[i].Start)
		}
		d := &sim.Trajectory{Scene: &scene}
		for range c.frames + 1 {
			d.States = append(d.States, state)
		}
		found, err := collectFlights(t.Context(), []*sim.Trajectory{d})
		if err != nil || len(found) != c.want {
			t.Errorf("%d frames with bodies %g m apart: %d flights, %v; want %d", c.frames, c.gap, len(found), err, c.want)
		}
	}
}

// TestVelocitiesAreKnownToThreeTenths of the fastest of their frame, before and after a flight, those of turning apart from those of moving. What was not
// estimated is known.
func TestVelocitiesAreKnownToThreeTenths(t *testing.T) {
	t.Parallel()
	for frame := range 2 {
		for off, known := range map[float64]bool{0: true, 0.299: true, 0.301: false, 0.9: false, math.NaN(): false} {
			for spins := range 2 {
				d := &sim.Trajectory{Seen: &sim.Observation{}}
				for range 2 {
					d.States = append(d.States, sim.State{{VX: 0.6, VY: 0.8, Omega: -0.1}, {VX: 3, VY: -4, Omega: -5}})
					d.Seen.Std = append(d.Seen.Std, sim.State{{}, {VX: 9, Omega: 9}})
				}
				want := [2]bool{true, true}
				if want[spins] = known; spins == 1 {
					d.Seen.Std[frame][0].Omega = -5 * off
				} else {
					d.Seen.Std[frame][0].VX, d.Seen.Std[frame][0].VY = 3*off, 4*off
				}
				if got := [2]bool{sure(d, 0, 0), turns(d, 0, 0)}; got != want {
					t.Errorf("frame %d, of spins %d, off by %v of the fastest: known %v, want %v", frame, spins, off, got, want)
				}
				if sure(d, 0, 1) || turns(d, 0, 1) {
					t.Error("what is off by more than it moves is known")
				}
				if d.Seen = nil; !sure(d, 0, 0) || !turns(d, 0, 1) {
					t.Error("what was not estimated is not known")
				}
			}
		}
	}
}

// TestSmallBodiesNeedATenthOfAMillimetre of room, whatever their reach, as data may be rounded.
func TestSmallBodiesNeedATenthOfAMillimetre(t *testing.T) {
	t.Parallel()
	for gap, want := range map[float64]int{0.9e-4: 10, 1.1e-4: 30} {
		scene := sim.DefaultScene()
		state := sim.State{}
		for i, x := range []float64{0, 0.002 + gap, 9} {
			scene.Bodies = append(scene.Bodies, sim.NewDisc(0.001, 1, sim.Surface{}))
			scene.Bodies[i].Start = sim.BodyState{X: x}
			state = append(state, scene.Bodies[i].Start)
		}
		d := &sim.Trajectory{Scene: &scene}
		for range 11 {
			d.States = append(d.States, state)
		}
		if found, err := collectFlights(t.Context(), []*sim.Trajectory{d}); err != nil || len(found) != want {
			t.Errorf("%v m apart: %d flights, %v; want %d", gap, len(found), err, want)
		}
	}
}
