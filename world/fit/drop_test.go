package fit_test

import (
	"encoding/json"
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/world/fit"
)

// Exact drops: a ball that falls and bounces on a floor at y = 0.
const (
	dropRadius  = 0.1  // m
	dropGravity = 9.81 // m/s²
	dropRest    = 1e-3 // m/s, below which it bounces no more
)

// drop returns so many frames of a ball of some elasticity that begins at a height and a speed, in closed form.
func drop(fps int, bounce, y, v, vx float64, frames int) *sim.Trajectory {
	scene := sim.DefaultScene()
	scene.FPS, scene.Gravity = fps, sim.Vec{Y: -dropGravity}
	scene.Walls = []sim.Shape{{Kind: sim.Segment, Vertices: []sim.Vec{{X: -90}, {X: 90}}, Elasticity: 1}}
	ball := sim.NewDisc(dropRadius, 10, sim.Surface{Elasticity: bounce})
	ball.Start = sim.BodyState{Y: y, VX: vx, VY: v}
	scene.Bodies = []sim.Body{ball}
	t := &sim.Trajectory{Scene: &scene, States: []sim.State{scene.Start()}}
	x, rests := 0.0, false
	for range frames {
		left := 1 / float64(fps)
		for !rests {
			h := y - dropRadius
			hit := (v + math.Sqrt(v*v+2*dropGravity*max(0, h))) / dropGravity // s
			if hit > left || hit <= 0 {
				break
			}
			y, v = dropRadius, -bounce*(v-dropGravity*hit)
			left, x = left-hit, x+vx*hit
			rests = v < dropRest
		}
		if x += vx * left; rests {
			v = 0
		} else {
			y, v = y+v*left-dropGravity*left*left/2, v-dropGravity*left
		}
		t.States = append(t.States, sim.State{{X: x, Y: y, VX: vx, VY: v}})
	}
	return t
}

// TestExactDropsAreLearned at 30 frames a second, where a ball falls through half its height in a
// frame, at 24, with a ball that comes to rest, and at 5, where it falls through twice its height: gravity and drag, the
// elasticity, and where it is after the next bounces.
func TestExactDropsAreLearned(t *testing.T) {
	if testing.Short() {
		t.Skip("trains for some seconds")
	}
	t.Parallel()
	learnDrops(t, 30, 0.8, 1e-3)
	learnDrops(t, 24, 0.5, 1e-3)
	learnDrops(t, 5, 0.8, 0.05*dropRadius) // what sinks in by this much is looked at again within a step
}

// learnDrops checks all that at a number of frames a second and an elasticity, and that the ball is never deeper in the floor.
func learnDrops(t *testing.T, fps int, bounce, deepest float64) {
	rng := sim.NewRand(1, "test drops", 0)
	made := func() *sim.Trajectory {
		return drop(fps, bounce, 0.3+1.5*rng.Float64(), 2*rng.Float64()-1, 2*rng.Float64()-1, max(fps, 10))
	}
	var data []*sim.Trajectory
	for range 60 {
		data = append(data, made())
	}
	config := fit.DefaultConfig()
	config.Train.Steps, config.Train.Budget = 600, 0
	config.SetBatch(32)
	fitted, err := fit.Train(t.Context(), fit.Job{Episodes: fit.InMemory(data, fit.Origin{}), Config: config})
	if err != nil {
		t.Fatal(err)
	}
	var settings struct {
		Flight struct{ Keep float64 }
	}
	if err := json.Unmarshal(fitted.Description.Settings, &settings); err != nil || !scalar.EqualWithinAbs(settings.Flight.Keep, 1, 5e-4) {
		t.Errorf("it keeps %v of its velocity a frame, %v", settings.Flight.Keep, err)
	}
	miss, n, bounces, odd := 0.0, 0, 0, 0
	for range 40 {
		truth := made()
		p, err := fitted.Model.Predictor([]*sim.Scene{truth.Scene})
		if err != nil {
			t.Fatal(err)
		}
		state := truth.Scene.Start()
		for frame := 1; frame < len(truth.States); frame++ {
			was := state[0]
			if err := p.Step(state, nil); err != nil {
				t.Fatal(err)
			}
			if !(state[0].Y >= dropRadius-deepest) {
				t.Fatalf("%d frames a second, frame %d: it is %v m in the floor", fps, frame, dropRadius-state[0].Y)
			}
			if frame == max(1, fps/10) {
				miss, n = miss+state[0].Position().Sub(truth.States[frame][0].Position()).Len(), n+1
			}
			if energy := func(b sim.BodyState) float64 { return b.VY*b.VY/2 + dropGravity*(b.Y-dropRadius) }; was.VY < -1 && state[0].VY > 0 {
				bounces++
				e := math.Sqrt(energy(state[0]) / energy(was))
				times := max(1, math.Round(math.Log(e)/math.Log(bounce))) // in a long frame there may be more than one
				if !scalar.EqualWithinAbs(e, math.Pow(bounce, times), 0.005) {
					t.Logf("%d frames a second: it bounces with an elasticity of %v", fps, e)
					odd++
				}
			}
		}
	}
	// One training in ten gets a bounce wrong that just fits into the end of a long frame.
	if 50*odd > bounces {
		t.Errorf("%d of %d bounces are off", odd, bounces)
	}
	if miss /= float64(n); !(miss <= 1e-4) || bounces < 20 {
		t.Errorf("%v m off after 0.1 s, %d bounces", miss, bounces)
	}
}
