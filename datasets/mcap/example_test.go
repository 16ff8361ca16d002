package mcap_test

import (
	"bytes"
	"fmt"

	"orrery/datasets/mcap"
	"orrery/sim"
)

func ExampleWrite() {
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{})}
	truth := &sim.Trajectory{Scene: &scene, States: []sim.State{{{X: 1}}, {{X: 2}}}}
	episode := mcap.Episode{Trajectory: truth, Predicted: []sim.State{{{X: 1}}, {{X: 1.9}}}}
	var file bytes.Buffer
	err := mcap.Write(&file, nil, func(yield func(mcap.Episode, error) bool) { yield(episode, nil) })
	if err != nil {
		panic(err)
	}
	fmt.Printf("%q\n", file.Bytes()[:8])
	// Output: "\x89MCAP0\r\n"
}
