package world_test

import (
	"fmt"

	"orrery/sim"
	"orrery/world"
	"orrery/world/flight"
)

// A stone is thrown upwards; a model that knows only inertia and gravity follows it.
func Example() {
	scene := sim.DefaultScene()
	scene.Gravity = sim.Vec{Y: -10}
	scene.FPS = 10
	stone := sim.NewDisc(0.1, 10, sim.Surface{})
	stone.Start.VY = 5
	scene.Bodies = []sim.Body{stone}

	model := flight.Ballistic()
	predicted, err := world.Rollout(model, []*sim.Scene{&scene}, []sim.State{scene.Start()}, nil, 11, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	for frame, state := range predicted[0].States {
		if frame%5 == 0 {
			fmt.Printf("%s, frame %2d: y %.2f m, %.1f m/s\n", model.Kind(), frame, state[0].Y, state[0].VY)
		}
	}
	// Output:
	// ballistic, frame  0: y 0.00 m, 5.0 m/s
	// ballistic, frame  5: y 1.50 m, 0.0 m/s
	// ballistic, frame 10: y 0.50 m, -5.0 m/s
}
