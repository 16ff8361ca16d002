package scenario

import (
	"math/rand/v2"

	"orrery/sim"
)

// billiards needs nothing but impulses at single points: the easiest scenario.
var billiards = &Scenario{
	Name:    "billiards",
	Summary: "discs bounce about in a box, without gravity",
	Params:  []Param{bodiesParam(6), gravityParam(0), elasticityParam(0.9), frictionParam(0.4), halfWidthParam(1), sizeParam()},
	Frames:  121,
	sample: func(rng *rand.Rand, v Values, scene *sim.Scene) error {
		return scatter(rng, v, 0, scene)
	},
}
