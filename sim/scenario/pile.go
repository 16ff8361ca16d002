package scenario

import (
	"fmt"
	"math/rand/v2"

	"orrery/sim"
)

// pile ends at rest on many contacts at once, the hardest case for a solver.
var pile = &Scenario{
	Name:    "pile",
	Summary: "discs and boxes drop onto each other and come to rest between two walls",
	Params:  []Param{bodiesParam(12), gravityParam(9.81), elasticityParam(0), frictionParam(0.5), halfWidthParam(1), sizeParam()},
	Frames:  241,
	sample:  samplePile,
}

// samplePile drops the bodies row by row, from cells that each has for itself.
func samplePile(rng *rand.Rand, v Values, scene *sim.Scene) error {
	half, n, cell := v["half_width"], int(v["bodies"]), v["size"]*bodyCell
	if cell > 2*half {
		return fmt.Errorf("bodies of size %v do not fit into a half_width of %v m, which must be ≥ %v m", v["size"], half, cell/2)
	}
	columns := int(2 * half / cell)
	top := cell * float64(n/columns+2)
	scene.Gravity = v.gravity()
	scene.Walls = wall(sim.Vec{X: -half, Y: top}, sim.Vec{X: -half}, sim.Vec{X: half}, sim.Vec{X: half, Y: top})
	for i := range n {
		body, reach := v.sampleBody(rng, 0.5)
		play := cell/2 - reach
		body.Start = sim.BodyState{
			X:     (float64(i%columns)-float64(columns-1)/2)*2*half/float64(columns) + play*symmetric(rng),
			Y:     (float64(i/columns)+0.5)*cell + play*symmetric(rng),
			Angle: 2 * rng.Float64(),
		}
		scene.Bodies = append(scene.Bodies, body)
	}
	return nil
}
