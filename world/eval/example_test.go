package eval_test

import (
	"context"
	"fmt"

	"orrery/sim"
	"orrery/world"
	"orrery/world/eval"
)

// A disc glides for a second; what stands still falls behind. The truth would
// come from a dataset; here it comes from a model that is right about gliding.
func ExampleRun() {
	scene := sim.DefaultScene()
	disc := sim.NewDisc(0.1, 10, sim.Surface{})
	disc.Start.VX = 0.5
	scene.Bodies = []sim.Body{disc}
	held, err := world.Rollout(world.Ballistic(), []*sim.Scene{&scene}, []sim.State{scene.Start()}, nil, 61, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := eval.Run(context.Background(), held, nil, nil, eval.DefaultConfig(), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(result.Sentence("still"))
	fmt.Println(result.Sentence("ballistic"))
	// Output:
	// at one second still is 0.50 m from the truth on average
	// at one second ballistic is 0 m from the truth on average
}
