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
	"fmt"
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
	t.ViewNames = []string{"left_x", "left_y"}
	for i := range t.Scene.Bodies {
		t.ViewNames = append(t.ViewNames, fmt.Sprintf("disc%d_x", i))
	}
	for _, state := range t.States {
		seen := []float64{float64(float32(random.NormFloat64())), 0.5}
		for _, s := range state {
			seen = append(seen, float64(float32(100*s.X)))
		}
		t.View = append(t.View, seen)
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

// Watch returns the trajectory of an episode whose states are estimates, with all that an observation can
// hold: gaps, angles that were not measured, impacts, covariances, and the records they were made of.
// Every third episode has no impacts and no covariances.
func (f Flights) Watch(episode int) *sim.Trajectory {
	random := sim.NewRand(f.Seed, "watch", episode)
	t := f.Fly(episode)
	n := len(t.Scene.Bodies)
	o := &sim.Observation{Impacts: []sim.Impact{}, Records: []sim.Record{}}
	single := func(v float64) float64 { return float64(float32(v)) } // as datasets keep it
	for k, state := range t.States {
		sights, std, spread := make([]sim.Sight, n), make(sim.State, n), make([]sim.Covariance, n)
		for i, b := range state {
			record := sim.Record{Row: 2 + k*n + i, Time: 1.7e9 + float64(k)*t.Scene.FrameTime(), Track: string(rune('a' + i)), Body: i}
			if random.IntN(4) > 0 {
				sights[i] = sim.Sight{
					X: single(b.X + 0.001*random.NormFloat64()), Y: single(b.Y), Seen: true,
					After: single((random.Float64() - 0.5) * t.Scene.FrameTime()), Std: single(0.001),
				}
				record.X, record.Y, record.Seen = 400*sights[i].X, -400*sights[i].Y, true
				if random.IntN(2) > 0 {
					sights[i].Angle, sights[i].Turned, sights[i].StdTurn = single(b.Angle), true, single(0.01)
					record.Angle, record.Turned = -b.Angle, true
				}
			} else {
				record.Odd = "outlier"
			}
			std[i] = sim.BodyState{X: single(random.Float64()), Omega: single(random.Float64())}
			for j := range spread[i] {
				spread[i][j] = single(random.NormFloat64())
			}
			o.Records = append(o.Records, record)
		}
		o.Sights, o.Std = append(o.Sights, sights), append(o.Std, std)
		if episode%3 > 0 {
			o.Covariances = append(o.Covariances, spread)
		}
	}
	for k := range episode % 3 {
		o.Impacts = append(o.Impacts, sim.Impact{
			Time: (float64(k) + random.Float64()) * t.Scene.FrameTime(), StdTime: 0.001, Body: 0, Other: -1, Normal: sim.Vec{X: 1}, Push: random.Float64(), Rub: random.Float64(),
		})
	}
	t.Scene.Walls = []sim.Shape{{Kind: sim.Segment, Vertices: []sim.Vec{{X: -9}, {X: 9}}}}
	t.Seen = o
	return t
}
