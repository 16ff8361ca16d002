package scenario

import (
	"math/rand/v2"

	"orrery/sim"
)

// ramp tells friction from size and shape: what rolls, what slides and what stays
// depends on nothing else.
var ramp = &Scenario{
	Name:    "ramp",
	Summary: "discs roll and boxes slide, or stay, on a slope that ends on a floor",
	Params: []Param{
		{Name: "bodies", Doc: "number of bodies", Default: 5, Min: 1, Max: 50, Integer: true},
		gravityParam(9.81), elasticityParam(0.1), frictionParam(0.5), sizeParam(),
		{Name: "angle", Unit: "rad", Doc: "mean angle of the slope", Default: 0.45, Max: 0.75},
		{Name: "boxes", Doc: "chance of a body to be a box rather than a disc", Default: 0.5, Max: 1},
		spreadParam(0.4, "the angle and of each friction"),
	},
	Frames: 181,
	sample: sampleRamp,
}

func sampleRamp(rng *rand.Rand, v Values, scene *sim.Scene) error {
	cell, n := v["size"]*bodyCell, int(v["bodies"])
	angle, length := v.vary(rng, v["angle"]), cell*float64(n+1)
	down := sim.Vec{X: 1}.Rotate(-angle)
	up := sim.Vec{Y: 1}.Rotate(-angle)
	top, end := down.Scale(-length), sim.Vec{X: length}
	scene.Gravity = v.gravity()
	scene.Walls = wall(top.Add(up.Scale(cell)), top, sim.Vec{}, end, end.Add(sim.Vec{Y: 2 * cell}))
	for i := range n {
		body, reach := v.sampleBody(rng, v["boxes"])
		shape := &body.Shapes[0]
		shape.Friction = v.vary(rng, shape.Friction)
		height := reach
		if shape.Kind == sim.Polygon {
			height = shape.Vertices[1].Y
		}
		along := cell*(float64(i)+1.5) + (cell/2-reach)*symmetric(rng)
		at := down.Scale(-along).Add(up.Scale(height))
		body.Start = sim.BodyState{X: at.X, Y: at.Y, Angle: -angle}
		scene.Bodies = append(scene.Bodies, body)
	}
	return nil
}
