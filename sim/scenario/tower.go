package scenario

import (
	"math/rand/v2"

	"orrery/sim"
)

// tower stands or falls by small errors: nothing moves if all goes well.
var tower = &Scenario{
	Name:    "tower",
	Summary: "boxes stand on top of each other, slightly askew",
	Params: []Param{
		bodiesParam(6), gravityParam(9.81), elasticityParam(0), frictionParam(0.7),
		{Name: "size", Unit: "m", Doc: "side of a box", Default: 0.2, Min: 0.02, Max: 10},
		{Name: "offset", Doc: "largest shift of a box sideways, as a share of its side", Default: 0.1, Max: 0.4},
	},
	Frames: 121,
	sample: sampleTower,
}

func sampleTower(rng *rand.Rand, v Values, scene *sim.Scene) error {
	size, n := v["size"], int(v["bodies"])
	width := size * float64(n+2) // room for all when it falls
	scene.Gravity = v.gravity()
	scene.Walls = wall(sim.Vec{X: -width}, sim.Vec{X: width})
	for i := range n {
		body := sim.NewBox(size/2, size/2, density, v.surface())
		body.Start.X = v["offset"] * size * symmetric(rng)
		body.Start.Y = size * (float64(i) + 0.5)
		scene.Bodies = append(scene.Bodies, body)
	}
	return nil
}
