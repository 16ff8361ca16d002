package library

import (
	"math/rand/v2"

	"orrery/sim"
	"orrery/sim/scenario"
)

// billiards needs nothing but impulses at single points: the easiest scenario.
var billiards = &scenario.Scenario{
	Name:    "billiards",
	Summary: "discs bounce about in a box, without gravity",
	Params:  []scenario.Param{bodiesParam(6), gravityParam(0), elasticityParam(0.9), frictionParam(0.4), halfWidthParam(1), sizeParam()},
	Frames:  121,
	Picture: 1,
	Compose: func(rng *rand.Rand, v scenario.Values, scene *sim.Scene) error {
		return scatter(rng, v, 0, scene)
	},
}
