package spread_test

import (
	"context"
	"fmt"

	"orrery/sim"
	"orrery/world"
	"orrery/world/region"
	"orrery/world/spread"
	"orrery/world/spread/lbfgs"
)

func Example() {
	// A model of free flight that errs by 2 cm/s along either axis in each frame.
	model := jittery{0.02, sim.NewRand(1, "example", 0)}
	law, err := spread.Measure(context.Background(), model, flights(40), flights(60), lbfgs.Minimise)
	if err != nil {
		fmt.Println(err)
		return
	}
	scene := flights(1)[0].Scene
	predictor, err := law.Wrap(model).Predictor([]*sim.Scene{scene})
	if err != nil {
		fmt.Println(err)
		return
	}
	state := scene.Start()
	for frame := 1; frame <= 60; frame++ {
		if err := predictor.Step(state, nil); err != nil {
			fmt.Println(err)
			return
		}
		if frame%30 == 0 {
			body := region.Of(predictor.(world.Uncertain), nil)[0]
			fmt.Printf("after %d frames body 0 is within %.0f cm nine times in ten\n", frame, 100*body.Radius(0.9))
		}
	}
	// Output:
	// after 30 frames body 0 is within 9 cm nine times in ten
	// after 60 frames body 0 is within 20 cm nine times in ten
}
