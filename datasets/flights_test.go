package datasets

import (
	"path/filepath"
	"testing"

	"orrery/datasets/flights"
	"orrery/sim"
	"orrery/sim/golden"
)

// testSpec describes datasets that are quick to make: discs that fly freely.
func testSpec() Spec {
	return Spec{
		Scenario: "flight", Params: map[string]float64{"speed": 2, "discs": 3}, Seed: 7,
		Episodes: 37, Frames: 11, FPS: 30, Task: "Discs fly.", Command: "orrery gen flight --seed 7",
	}
}

// flight makes the trajectory of an episode.
func flight(spec Spec, episode int) *sim.Trajectory { return flightsOf(spec).Fly(episode) }

func flightsOf(spec Spec) flights.Flights {
	return flights.Flights{Scenario: spec.Scenario, Seed: spec.Seed, FPS: spec.FPS, Frames: spec.Frames}
}

// write makes a dataset in a new directory of the episodes that source makes.
func write(t testing.TB, spec Spec, source func(episode int) (*sim.Trajectory, []Outcome)) string {
	t.Helper()
	var episodes []*Prepared
	var room Room
	for i := range spec.Episodes {
		trajectory, outcomes := source(i)
		e, err := Prepare(&spec, trajectory, outcomes)
		if err != nil {
			t.Fatal(err)
		}
		if room, err = room.Widen(e.Room()); err != nil {
			t.Fatal(err)
		}
		episodes = append(episodes, e)
	}
	dir := filepath.Join(t.TempDir(), "data")
	w := NewWriter(dir, NewProvenance(spec), room)
	defer w.Release()
	for _, e := range episodes {
		if _, err := w.Add(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Finish(); err != nil {
		t.Fatal(err)
	}
	golden.Closed(t, dir) // all of it is on the disk by now
	return dir
}

// writeFlights makes a dataset of flights in a new directory.
func writeFlights(t testing.TB, spec Spec) string {
	t.Helper()
	return write(t, spec, func(episode int) (*sim.Trajectory, []Outcome) { return flight(spec, episode), nil })
}

// writePushes makes a dataset of pushes in a new directory.
func writePushes(t testing.TB, spec Spec) string {
	t.Helper()
	return write(t, spec, func(episode int) (*sim.Trajectory, []Outcome) { return push(spec, episode) })
}

// pushSpec describes datasets of discs that are pushed, each for as long as it
// likes.
func pushSpec() Spec {
	spec := testSpec()
	spec.Scenario, spec.Policy = "push", "noise"
	return spec
}

// push makes the trajectory of an episode and its outcomes.
func push(spec Spec, episode int) (*sim.Trajectory, []Outcome) {
	t, made := flightsOf(spec).Push(episode)
	outcomes := make([]Outcome, len(made))
	for i, o := range made {
		outcomes[i] = Outcome(o)
	}
	return t, outcomes
}
