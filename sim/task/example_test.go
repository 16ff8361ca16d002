package task_test

import (
	"fmt"

	"orrery/sim"
	"orrery/sim/task"
)

// A ball is to come to rest in a slot, and to stay there for three frames.
func Example() {
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 10, sim.Surface{})}
	scene.Regions = []sim.Region{{Name: "slot", Shape: sim.NewShape(sim.Circle, 0.5, sim.Surface{}, sim.Vec{X: 1})}}
	settle := &task.Task{Doc: "the ball rests in the slot", Held: 3, TimeLimit: 100, Unit: 1, Bind: func(scene *sim.Scene) (*task.Judge, error) {
		slot, ball := scene.Region("slot"), sim.Point{Body: 0}
		speed := task.Speed(ball, sim.Point{Body: sim.World})
		cost := task.Sum(task.Term{Weight: 1, Measure: task.Outside(scene, 0, slot)}, task.Term{Weight: 0.1, Measure: speed})
		return &task.Judge{
			Reward: task.Negative(cost), Cost: cost,
			Success: task.Of(task.All(task.Inside(scene, 0, slot), task.Below(speed, 0.05))),
		}, nil
	}}
	judge, err := settle.Judge(&scene)
	if err != nil {
		fmt.Println(err)
		return
	}
	referee := judge.Referee()
	for _, x := range []float64{0, 0.7, 0.7, 0.7} {
		state := sim.State{{X: x}}
		fmt.Printf("cost %.1f, success %v\n", judge.Cost(state, nil), referee.Frame(state, nil).Success)
	}
	// Output:
	// cost 0.6, success false
	// cost 0.0, success false
	// cost 0.0, success false
	// cost 0.0, success true
}
