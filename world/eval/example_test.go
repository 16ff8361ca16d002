package eval_test

import (
	"context"
	"fmt"

	"orrery/sim"
	"orrery/world"
	"orrery/world/eval"
	"orrery/world/flight"
)

// A disc glides for a second; what stands still falls behind. The truth would
// come from a dataset; here it comes from a model that is right about gliding.
func ExampleRun() {
	scene := sim.DefaultScene()
	disc := sim.NewDisc(0.1, 10, sim.Surface{})
	disc.Start.VX = 0.5
	scene.Bodies = []sim.Body{disc}
	held, err := world.Rollout(flight.Ballistic(), []*sim.Scene{&scene}, []sim.State{scene.Start()}, nil, 61, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := eval.Run(context.Background(), held, nil, nil, eval.DefaultConfig(), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("still: %.2f m off after a second\n", result.ErrorAt("still", 1))
	fmt.Printf("ballistic: %.2f m\n", result.ErrorAt("ballistic", 1))
	// Output:
	// still: 0.50 m off after a second
	// ballistic: 0.00 m
}
