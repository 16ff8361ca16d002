package scenario

import (
	"math"
	"math/rand/v2"

	"orrery/sim"
)

// dominoes is a wave: each contact matters once, in order.
var dominoes = &Scenario{
	Name:    "dominoes",
	Summary: "dominoes in a row, the first of which is pushed",
	Params: []Param{
		bodiesParam(12), gravityParam(9.81), elasticityParam(0), frictionParam(0.5),
		{Name: "height", Unit: "m", Doc: "height of a domino", Default: 0.4, Min: 0.02, Max: 10},
		{Name: "thickness", Doc: "its thickness as a share of the height", Default: 0.15, Min: 0.02, Max: 0.5},
		{Name: "gap", Doc: "mean distance to the next as a share of the height", Default: 0.35, Min: 0.05, Max: 1},
		{Name: "push", Doc: "mean speed of the first as a multiple of what just topples it", Default: 1.6, Max: 20},
		spreadParam(0.25, "each gap and of the push"),
	},
	Frames: 361,
	sample: sampleDominoes,
}

func sampleDominoes(rng *rand.Rand, v Values, scene *sim.Scene) error {
	height := v["height"]
	thickness := height * v["thickness"]
	scene.Gravity, scene.FPS = v.gravity(), 120
	x := 0.0
	for range int(v["bodies"]) {
		body := sim.NewBox(thickness/2, height/2, density, v.surface())
		body.Start.X, body.Start.Y = x, height/2
		scene.Bodies = append(scene.Bodies, body)
		x += thickness + v.vary(rng, height*v["gap"])
	}
	scene.Walls = wall(sim.Vec{X: -height}, sim.Vec{X: x + 2*height})
	tip(&scene.Bodies[0], thickness, height, v.vary(rng, v["push"])*topplingSpeed(thickness, height, v["gravity"]))
	return nil
}

// topplingSpeed returns the least angular velocity with which a standing box tips
// over its edge: that whose energy lifts its centre above the edge.
func topplingSpeed(thickness, height, gravity float64) float64 {
	diagonal := math.Hypot(thickness, height)
	return math.Sqrt(3 * gravity * (diagonal - height) / (diagonal * diagonal))
}

// tip turns a standing box to the right about its lower right edge.
func tip(box *sim.Body, thickness, height, speed float64) {
	box.Start.Omega = -speed
	box.Start.VX, box.Start.VY = speed*height/2, speed*thickness/2
}
