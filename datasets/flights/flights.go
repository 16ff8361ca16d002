// Package flights makes small episodes for the tests of datasets and of the packages below
// it: discs that fly freely, and discs that are pushed.
//
//	f := flights.Flights{Scenario: "flight", Seed: 7, FPS: 30, Frames: 11}
//	trajectory := f.Fly(3)
//
// It knows nothing of datasets, so that their own tests can use it. Units are those of
// package sim. The fields and the number of an episode fix it bit for bit.
package flights

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"orrery/sim"
)

// Flights says which episodes to make. The fields have the meaning that they have in
// datasets.Spec.
type Flights struct {
	Scenario    string
	Seed        uint64
	FPS, Frames int // frames a second, and of an episode
}

// Outcome has the fields of datasets.Outcome.
type Outcome struct {
	Reward                   float64 // without a unit
	Done, Success, Truncated bool
}

// Fly returns the trajectory of an episode: 1 to 3 discs without forces.
func (f Flights) Fly(episode int) *sim.Trajectory {
	random := sim.NewRand(f.Seed, "flight", episode)
	scene := sim.DefaultScene()
	scene.Name, scene.FPS = f.Scenario, f.FPS
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
	for k := range f.Frames {
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

// Push returns the trajectory of an episode and its outcomes: 1 to 3 discs, the
// first of them with up to two actuators.
func (f Flights) Push(episode int) (*sim.Trajectory, []Outcome) {
	random := sim.NewRand(f.Seed, "push", episode)
	t := f.Fly(episode)
	t.States = t.States[:1+random.IntN(f.Frames)]
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

// Tree returns the content of every file under dir, by path.
func Tree(t testing.TB, dir string) map[string]string {
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
