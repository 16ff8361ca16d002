package library_test

import (
	"fmt"

	"orrery/sim/engine"
	"orrery/sim/scenario/library"
)

func Example() {
	tower, err := library.Find("tower")
	if err != nil {
		fmt.Println(err)
		return
	}
	values, err := tower.Values(map[string]float64{"bodies": 4})
	if err != nil {
		fmt.Println(err)
		return
	}
	scene, err := tower.Sample(1, 0, values)
	if err != nil {
		fmt.Println(err)
		return
	}
	e := engine.New()
	if err := e.Load(scene); err != nil {
		fmt.Println(err)
		return
	}
	trajectory, err := e.Run(nil, tower.Frames, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	top := trajectory.States[tower.Frames-1][3]
	fmt.Printf("after %d frames the top box is at %.2f m\n", tower.Frames, top.Y)
	// Output: after 121 frames the top box is at 0.70 m
}
