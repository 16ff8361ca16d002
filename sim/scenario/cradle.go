package scenario

import (
	"math/rand/v2"

	"orrery/sim"
)

// cradle passes momentum through bodies that do not move. Its balls hang a hair's
// breadth apart, so that one hits the next before that one hits another: struck at
// once, the solver would share the momentum out.
var cradle = &Scenario{
	Name:    "cradle",
	Summary: "balls on rods hang side by side, some of them lifted",
	Params: []Param{
		{Name: "bodies", Doc: "number of balls", Default: 5, Min: 2, Max: 20, Integer: true},
		gravityParam(9.81), elasticityParam(1),
		{Name: "lifted", Doc: "largest number of balls lifted; one is always left", Default: 2, Min: 1, Max: 19, Integer: true},
		{Name: "angle", Unit: "rad", Doc: "mean angle of the lifted", Default: 0.55, Max: 0.65},
		spreadParam(0.4, "the angle"),
		{Name: "length", Unit: "m", Doc: "length of the rods", Default: 1, Min: 0.1, Max: 10},
	},
	Frames: 301,
	sample: sampleCradle,
}

func sampleCradle(rng *rand.Rand, v Values, scene *sim.Scene) error {
	n, length := int(v["bodies"]), v["length"]
	radius, gap := 0.1*length, 0.002*length
	lifted := 1 + rng.IntN(min(int(v["lifted"]), n-1))
	angle := v.vary(rng, v["angle"])
	pitch := 2*radius + gap
	scene.Gravity, scene.Substeps = v.gravity(), 20
	half := sim.Vec{X: pitch * float64(n) / 2}
	scene.Walls = wall(half.Scale(-1), half) // which the rods hang from
	for i := range n {
		ball := sim.NewDisc(radius, density, sim.Surface{Elasticity: v["elasticity"]})
		above := sim.Vec{X: pitch * (float64(i) - float64(n-1)/2)}
		rod := sim.Vec{Y: -length}
		if i < lifted {
			rod = rod.Rotate(-angle)
		}
		ball.Start.X, ball.Start.Y = above.X+rod.X, rod.Y
		scene.Bodies = append(scene.Bodies, ball)
		scene.Joints = append(scene.Joints, sim.Joint{Kind: sim.Pin, A: i, B: sim.World, AnchorB: above})
	}
	return nil
}
