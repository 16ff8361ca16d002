package arrays_test

import (
	"fmt"
	"os"

	"orrery/datasets/arrays"
	"orrery/sim"
)

func ExampleWriteNPZ() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{})}
	episode := arrays.Episode{Trajectory: &sim.Trajectory{Scene: &scene, States: []sim.State{{{X: 1}}, {{X: 2}}}}}
	size := arrays.Size{Episodes: 1, Frames: 2, Bodies: 1}
	err = arrays.WriteNPZ(dir, size, func(yield func(arrays.Episode, error) bool) { yield(episode, nil) })
	if err != nil {
		panic(err)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		panic(err)
	}
	for _, file := range files {
		fmt.Println(file.Name())
	}
	// Output:
	// action.npz
	// ep_len.npz
	// ep_offset.npz
	// episode_idx.npz
	// proprio.npz
	// scene_idx.npz
	// state.npz
	// step_idx.npz
}
