package engine_test

import (
	"context"
	"fmt"

	"orrery/sim"
	"orrery/sim/engine"
)

// ball returns a scene of a ball of 10 cm that starts 2 m above a floor.
func ball() *sim.Scene {
	scene := sim.DefaultScene()
	scene.Gravity = sim.Vec{Y: -9.81} // m/s²
	surface := sim.Surface{Friction: 0.5, Elasticity: 0.8}
	disc := sim.NewDisc(0.1, 10, surface)
	disc.Start.Y = 2.1 // m, of its centre
	scene.Bodies = append(scene.Bodies, disc)
	scene.Walls = append(scene.Walls, sim.NewShape(sim.Segment, 0, surface, sim.Vec{X: -5}, sim.Vec{X: 5}))
	return &scene
}

// Example lets a ball fall, frame by frame, until it bounces.
func Example() {
	e := engine.New()
	if err := e.Load(ball()); err != nil {
		fmt.Println(err)
		return
	}
	var state sim.State
	for frame := 1; ; frame++ {
		if err := e.Frame(nil); err != nil {
			fmt.Println(err)
			return
		}
		if state = e.State(state); state[0].VY > 0 {
			fmt.Printf("after %.2f s it goes up by %.1f m/s\n", float64(frame)/60, state[0].VY)
			return
		}
	}
	// Output:
	// after 0.65 s it goes up by 4.0 m/s
}

// ExampleSimulate asks what happens within a second.
func ExampleSimulate() {
	trajectory, err := engine.Simulate(context.Background(), ball(), nil, 61, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, frame := range []int{0, 30, 60} {
		fmt.Printf("%.1f s: %.2f m\n", float64(frame)/60, trajectory.States[frame][0].Y)
	}
	// Output:
	// 0.0 s: 2.10 m
	// 0.5 s: 0.91 m
	// 1.0 s: 0.90 m
}

// ExampleEngine_Reset goes on from a state that was measured, with the velocity that a
// hand has given.
func ExampleEngine_Reset() {
	e := engine.New()
	if err := e.Load(ball()); err != nil {
		fmt.Println(err)
		return
	}
	if err := e.Reset(sim.State{{Y: 1, VX: 3}}); err != nil {
		fmt.Println(err)
		return
	}
	trajectory, err := e.Run(e.State(nil), 16, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	last := trajectory.States[15][0]
	fmt.Printf("a quarter of a second later it is at (%.2f, %.2f) m\n", last.X, last.Y)
	// Output:
	// a quarter of a second later it is at (0.75, 0.71) m
}
