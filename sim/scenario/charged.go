package scenario

import (
	"math/rand/v2"

	"orrery/sim"
)

// charged is the harder companion of springs: the force between two points grows without
// end as they come near, up to a limit. Here the limit holds for the force of each pair; in
// the original it holds for the sum of the forces on a point, along x and along y.
var charged = &Scenario{
	Name:    "charged",
	Summary: "points in a box that attract or repel each other by their charges",
	Params: append(pointsParams(1),
		Param{Name: "strength", Unit: "N·m²", Doc: "force of two unit charges at 1 m", Default: 1, Max: 100},
		Param{Name: "limit", Unit: "N", Doc: "the most a pair pushes; 0 is no limit", Default: 100, Max: 1e6},
		Param{Name: "positive", Doc: "chance of a charge to be 1 rather than -1", Default: 0.5, Max: 1},
	),
	Frames: 49,
	sample: sampleCharged,
}

func sampleCharged(rng *rand.Rand, v Values, scene *sim.Scene) error {
	samplePoints(rng, v, scene)
	charges := make([]float64, len(scene.Bodies))
	for a := range charges {
		charges[a] = -1
		if rng.Float64() < v["positive"] {
			charges[a] = 1
		}
		for b := range a {
			strength := v["strength"] * charges[a] * charges[b]
			scene.Fields = append(scene.Fields, sim.Field{Kind: sim.InverseSquare, A: a, B: b, Strength: strength, Limit: v["limit"]})
		}
	}
	return nil
}
