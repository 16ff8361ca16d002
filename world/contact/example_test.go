package contact_test

import (
	"context"
	"fmt"
	"math"

	"orrery/learn/train"
	"orrery/sim"
	"orrery/world"
	"orrery/world/contact"
)

// bounces returns discs of 10 cm that fall on a floor at different heights, which keeps
// half of their speed: 20 frames each, by school physics.
func bounces(n int) []*sim.Trajectory {
	surface := sim.Surface{Elasticity: math.Sqrt(0.5)}
	var out []*sim.Trajectory
	for i := range n {
		scene := sim.DefaultScene()
		scene.Gravity = sim.Vec{Y: -10}
		scene.Bodies = []sim.Body{sim.NewDisc(0.1, 100, surface)}
		scene.Bodies[0].Start.Y = 0.15 + 0.01*float64(i)
		scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0, surface, sim.Vec{X: -1}, sim.Vec{X: 1})}
		t := &sim.Trajectory{Scene: &scene, States: []sim.State{scene.Start()}}
		for range 20 { // as the engine does it: move, fall, then bounce where it touches
			b := t.States[len(t.States)-1][0]
			b.Y += b.VY / 60
			if fell := b.VY - 10.0/60; b.Y < 0.1 && b.VY < 0 {
				b.VY = -0.5 * b.VY
			} else {
				b.VY = fell
			}
			t.States = append(t.States, sim.State{b})
		}
		out = append(out, t)
	}
	return out
}

// A model of what happens where a disc meets the floor, from 16 falls.
func Example() {
	ctx := context.Background()
	training, holdout := bounces(16), bounces(3)
	config := contact.Tiny()
	if err := config.Measure(ctx, training, 1); err != nil {
		fmt.Println(err)
		return
	}
	model, err := contact.New(config, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	objective, err := contact.NewObjective(ctx, model, training, holdout)
	if err != nil {
		fmt.Println(err)
		return
	}
	settings := train.Tiny()
	settings.Batch = min(settings.Batch, objective.Examples())
	result, err := train.Run(ctx, objective, settings, "", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	copy(model.Weights().Data(), result.Best)

	scene := holdout[0].Scene
	rolled, err := world.Rollout(model, []*sim.Scene{scene}, []sim.State{scene.Start()}, nil, 21, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	low := math.Inf(1)
	for _, state := range rolled[0].States {
		low = min(low, state[0].Y)
	}
	fmt.Printf("%s model of %d weights\n", model.Kind(), model.Parameters())
	fmt.Println("the disc stays above the floor:", low > 0.05)
	// Output:
	// contact model of 374 weights
	// the disc stays above the floor: true
}
