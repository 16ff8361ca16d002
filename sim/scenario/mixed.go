package scenario

import (
	"math/rand/v2"

	"orrery/sim"
)

// mixed is the scenario the models are compared on.
var mixed = &Scenario{
	Name:    "mixed",
	Summary: "discs and boxes fall, bounce and slide in a box",
	Params:  []Param{bodiesParam(6), gravityParam(3), elasticityParam(0.6), frictionParam(0.4), halfWidthParam(1), sizeParam()},
	Frames:  121,
	sample: func(rng *rand.Rand, v Values, scene *sim.Scene) error {
		return scatter(rng, v, 0.5, scene)
	},
}
