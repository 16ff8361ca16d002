package csv_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"orrery/datasets/csv"
	"orrery/sim"
)

func ExampleOpen() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "tracks.csv")
	if err := os.WriteFile(path, []byte("episode,frame,body,pos_x,pos_y,vx,vy\n0,0,0,1,2,5,0\n0,1,0,1.5,2,5,0\n"), 0o644); err != nil {
		panic(err)
	}
	options := csv.DefaultOptions()
	options.FPS = 10
	options.Columns = map[string]string{"x": "pos_x", "y": "pos_y"}
	file, err := csv.Open(context.Background(), path, options)
	if err != nil {
		panic(err)
	}
	defer file.Close()
	trajectory, err := file.Episode(context.Background(), 0)
	if err != nil {
		panic(err)
	}
	for _, state := range trajectory.States {
		fmt.Printf("%+v\n", state[0])
	}
	// Output:
	// {X:1 Y:2 Angle:0 VX:5 VY:0 Omega:0}
	// {X:1.5 Y:2 Angle:0 VX:5 VY:0 Omega:0}
}

func ExampleWrite() {
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{})}
	trajectory := &sim.Trajectory{Scene: &scene, States: []sim.State{{{X: 1, VX: 6}}, {{X: 1.1, VX: 6}}}}
	err := csv.Write(os.Stdout, 0, false, nil, func(yield func(*sim.Trajectory, error) bool) { yield(trajectory, nil) })
	if err != nil {
		panic(err)
	}
	// Output:
	// episode,frame,time,body,x,y,angle,vx,vy,omega
	// 0,0,0,0,1,0,0,6,0,0
	// 0,1,0.016666666666666666,0,1.1,0,0,6,0,0
}
