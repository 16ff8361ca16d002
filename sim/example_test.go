package sim_test

import (
	"bytes"
	"fmt"

	"orrery/sim"
	"orrery/sim/canon"
)

func Example() {
	scene := sim.DefaultScene()
	scene.Name = "one disc"
	scene.Gravity = sim.Vec{Y: -9.81}
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 10, sim.Surface{Friction: 0.4, Elasticity: 0.9})}
	data, err := canon.Encode(&scene)
	if err != nil {
		fmt.Println(err)
		return
	}
	again, err := canon.Decode(bytes.NewReader(data))
	fmt.Println(again.Name, len(again.Bodies), err)

	_, err = canon.Decode(bytes.NewReader(bytes.Replace(data, []byte(`"mass":0.31`), []byte(`"mass":-0.31`), 1)))
	fmt.Println(err)
	// Output:
	// one disc 1 <nil>
	// scene: body 0: mass -0.3141592653589793 kg must be > 0
}
