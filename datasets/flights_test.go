package datasets

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"orrery/sim"
)

// testSpec describes datasets that are quick to make: discs that fly freely.
func testSpec() Spec {
	return Spec{
		Scenario: "flight", Params: map[string]float64{"speed": 2, "discs": 3}, Seed: 7,
		Episodes: 37, Frames: 11, FPS: 30, Task: "Discs fly.", Command: "orrery gen flight --seed 7",
	}
}

// flight makes the trajectory of an episode: 1 to 3 discs without forces.
func flight(spec Spec, episode int) *sim.Trajectory {
	random := sim.NewRand(spec.Seed, "flight", episode)
	scene := sim.DefaultScene()
	scene.Name, scene.FPS = spec.Scenario, spec.FPS
	for range 1 + random.IntN(3) {
		scene.Bodies = append(scene.Bodies, sim.Body{
			Kind: sim.Dynamic, Mass: 1 + random.Float64(), Moment: 0.1,
			Start:  sim.BodyState{X: random.Float64(), Y: random.Float64(), VX: random.NormFloat64(), Omega: random.NormFloat64()},
			Shapes: []sim.Shape{{Kind: sim.Circle, Vertices: []sim.Vec{{}}, Radius: 0.1}},
		})
	}
	for i := range scene.Bodies {
		start := &scene.Bodies[i].Start
		start.VY = start.VX / 2
	}
	trajectory := &sim.Trajectory{Scene: &scene}
	for k := range spec.Frames {
		state := scene.Start()
		for i := range state {
			state[i].X += state[i].VX * float64(k) * scene.FrameTime()
			state[i].Y += state[i].VY * float64(k) * scene.FrameTime()
			state[i].Angle += state[i].Omega * float64(k) * scene.FrameTime()
		}
		trajectory.States = append(trajectory.States, state)
	}
	return trajectory
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

// push makes the trajectory of an episode and its outcomes: 1 to 3 discs, the
// first of them with up to two actuators.
func push(spec Spec, episode int) (*sim.Trajectory, []Outcome) {
	random := sim.NewRand(spec.Seed, "push", episode)
	t := flight(spec, episode)
	t.States = t.States[:1+random.IntN(spec.Frames)]
	for _, axis := range []sim.Vec{{X: 1}, {Y: 1}}[:random.IntN(3)] {
		t.Scene.Actuators = append(t.Scene.Actuators, sim.Actuator{
			Kind: sim.Force, Against: sim.World, Low: -1, High: 1, Axis: axis,
		})
	}
	outcomes := make([]Outcome, len(t.States)-1)
	for k := range outcomes {
		outcomes[k] = Outcome{Reward: float64(float32(random.NormFloat64())), Success: random.IntN(2) == 0}
		if len(t.Scene.Actuators) > 0 {
			action := make(sim.Action, len(t.Scene.Actuators))
			for i := range action {
				action[i] = float64(random.Float32())
			}
			t.Actions = append(t.Actions, action)
		}
	}
	if n := len(outcomes); n > 0 {
		outcomes[n-1].Done, outcomes[n-1].Truncated = true, random.IntN(2) == 0
	}
	return t, outcomes
}

// tree returns the content of every file under dir, by path.
func tree(t testing.TB, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		files[filepath.ToSlash(name)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
