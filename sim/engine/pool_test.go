package engine_test

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"sync"
	"testing"

	"orrery/sim"
	"orrery/sim/engine"
)

// drifting returns a scene of a disc that flies between two walls under gravity.
func drifting() *sim.Scene {
	scene := sim.DefaultScene()
	scene.Gravity = sim.Vec{Y: -2}
	bouncy := sim.Surface{Elasticity: 0.8, Friction: 0.3}
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 10, bouncy)}
	scene.Bodies[0].Start = sim.BodyState{VX: 3, Omega: 1}
	for _, x := range []float64{-0.5, 0.5} {
		scene.Walls = append(scene.Walls, sim.NewShape(sim.Segment, 0.01, bouncy, sim.Vec{X: x, Y: -9}, sim.Vec{X: x, Y: 9}))
	}
	return &scene
}

// TestSimulateIsARunOfItsOwn: many at once give what a new engine gives, from the scene's
// start and from another.
func TestSimulateIsARunOfItsOwn(t *testing.T) {
	t.Parallel()
	scene := drifting()
	other := scene.Start()
	other[0].Y, other[0].VX = 1, -2
	for _, start := range []sim.State{nil, other} {
		e := engine.New()
		if err := e.Load(scene); err != nil {
			t.Fatal(err)
		}
		want, err := e.Run(start, 90, nil)
		if err != nil {
			t.Fatal(err)
		}
		var done sync.WaitGroup
		for range 4 {
			done.Go(func() {
				for range 3 {
					got, err := engine.Simulate(t.Context(), scene, start, 90, nil)
					if err != nil || !reflect.DeepEqual(got, want) {
						t.Errorf("from %v: another trajectory, %v", start, err)
					}
				}
			})
		}
		done.Wait()
	}
}

// TestSimulateEndsWithItsContext, between two frames, and refuses what no engine loads.
func TestSimulateEndsWithItsContext(t *testing.T) {
	t.Parallel()
	scene := drifting()
	ctx, cancel := context.WithCancel(t.Context())
	asked := 0
	_, err := engine.Simulate(ctx, scene, nil, 1000, func(frame int, _ sim.State) sim.Action {
		if asked++; frame == 4 {
			cancel()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) || asked != 5 {
		t.Errorf("ended after %d frames with %v", asked, err)
	}
	broken := *scene
	broken.Substeps = 0
	if got, err := engine.Simulate(t.Context(), &broken, nil, 2, nil); err == nil || !strings.Contains(err.Error(), "substeps 0") {
		t.Errorf("a scene without steps gives %v, %v", got, err)
	}
	if got, err := engine.Simulate(t.Context(), scene, nil, 0, nil); err == nil || !strings.Contains(err.Error(), "frames 0 must be > 0") {
		t.Errorf("no frames give %v, %v", got, err)
	}
	if got, err := engine.Simulate(t.Context(), scene, nil, 1, nil); err != nil || len(got.States) != 1 || len(got.Actions) != 0 {
		t.Errorf("a single frame gives %v, %v", got, err)
	}
}
