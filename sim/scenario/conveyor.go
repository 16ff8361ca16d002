package scenario

import (
	"math/rand/v2"

	"orrery/sim"
)

// conveyor is driven by friction alone, from bodies that nothing can stop.
var conveyor = &Scenario{
	Name:    "conveyor",
	Summary: "rollers carry boxes to the right, into a bin",
	Params: []Param{
		{Name: "bodies", Doc: "number of boxes", Default: 4, Min: 1, Max: 20, Integer: true},
		gravityParam(9.81), elasticityParam(0.1), frictionParam(0.5),
		{Name: "rollers", Doc: "number of rollers", Default: 18, Min: 4, Max: 60, Integer: true},
		{Name: "radius", Unit: "m", Doc: "radius of a roller", Default: 0.08, Min: 0.01, Max: 1},
		{Name: "speed", Unit: "m/s", Doc: "mean speed of their surface", Default: 1.5, Min: -10, Max: 10},
		spreadParam(0.3, "the speed of each roller"),
	},
	Frames: 241,
	sample: sampleConveyor,
}

func sampleConveyor(rng *rand.Rand, v Values, scene *sim.Scene) error {
	radius, rollers := v["radius"], int(v["rollers"])
	pitch := 2.4 * radius // from one roller to the next
	cell := 3.4 * pitch   // more than a box is wide
	length := pitch * float64(rollers)
	scene.Gravity = v.gravity()
	for i := range rollers {
		scene.Bodies = append(scene.Bodies, sim.Body{
			Kind:   sim.Kinematic,
			Start:  sim.BodyState{X: pitch * (float64(i) + 0.5), Y: -radius, Omega: -v.vary(rng, v["speed"]) / radius},
			Shapes: []sim.Shape{sim.NewShape(sim.Circle, radius, wallSurface, sim.Vec{})},
		})
	}
	columns := max(1, int(0.7*length/cell))
	high := 0.0
	for i := range int(v["bodies"]) {
		// At least two pitches wide, so that a roller is on either side of the middle.
		width, height := pitch*(1+0.6*rng.Float64()), pitch*(0.5+rng.Float64())
		box := sim.NewBox(width, height, density, v.surface())
		box.Start.X = cell*(float64(i%columns)+0.5) + (cell/2-width)*symmetric(rng)
		box.Start.Y = cell*float64(i/columns) + height
		scene.Bodies = append(scene.Bodies, box)
		high = cell * float64(i/columns+1)
	}
	right := length + 2*cell
	scene.Walls = append(
		wall(sim.Vec{Y: high}, sim.Vec{Y: -cell}, sim.Vec{X: right, Y: -cell}, sim.Vec{X: right, Y: high}),
		wall(sim.Vec{X: length, Y: -cell}, sim.Vec{X: length, Y: -radius})...)
	return nil
}
