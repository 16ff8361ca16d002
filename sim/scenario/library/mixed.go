package library

import (
	"math/rand/v2"

	"orrery/sim"
	"orrery/sim/scenario"
)

// mixed is the scenario the models are compared on.
var mixed = &scenario.Scenario{
	Name:    "mixed",
	Summary: "discs and boxes fall, bounce and slide in a box",
	Params:  []scenario.Param{bodiesParam(6), gravityParam(3), elasticityParam(0.6), frictionParam(0.4), halfWidthParam(1), sizeParam()},
	Frames:  121,
	Picture: 0.7,
	Compose: func(rng *rand.Rand, v scenario.Values, scene *sim.Scene) error {
		return scatter(rng, v, 0.5, scene)
	},
}
