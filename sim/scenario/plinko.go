package scenario

import (
	"math/rand/v2"

	"orrery/sim"
)

// plinko turns small differences into large ones. Where balls end that fall one by one
// is known: nearly a binomial distribution (Galton, "Natural Inheritance", 1889). Balls
// hardly narrower than the gaps and that bounce well forget where they come from.
var plinko = &Scenario{
	Name:    "plinko",
	Summary: "balls fall through rows of pegs into bins",
	Params: []Param{
		bodiesParam(6), gravityParam(9.81), elasticityParam(0.6), frictionParam(0.1),
		{Name: "rows", Doc: "number of rows of pegs", Default: 6, Min: 1, Max: 20, Integer: true},
		{Name: "spacing", Unit: "m", Doc: "distance of the pegs in a row", Default: 0.25, Min: 0.02, Max: 10},
		{Name: "offset", Doc: "largest distance of a ball from the middle, as a share of the spacing", Default: 0.1, Max: 0.5},
	},
	Frames: 601,
	sample: samplePlinko,
}

// The board in units of the spacing, the lowest row being at height 0.
const (
	pegRadius  = 0.12
	ballRadius = 0.33
	rowHeight  = 0.866 // of an equilateral triangle
	binDepth   = 2.5
	ballHeight = 1.2 // from one ball to the next
)

func samplePlinko(rng *rand.Rand, v Values, scene *sim.Scene) error {
	s, rows, n := v["spacing"], int(v["rows"]), int(v["bodies"])
	at := func(x, y float64) sim.Vec { return sim.Vec{X: s * x, Y: s * y} }
	side := float64(rows+3) / 2 // one bin for each number of turns to the right, and one more on both sides
	top := rowHeight*float64(rows-1) + 1
	high := top + ballHeight*float64(n)
	scene.Gravity, scene.FPS = v.gravity(), 120
	scene.Walls = wall(at(-side, high), at(-side, -binDepth), at(side, -binDepth), at(side, high))
	for i := range rows + 2 {
		x := float64(i) + 1 - side
		scene.Walls = append(scene.Walls, wall(at(x, -binDepth), at(x, -1))...)
	}
	for row := range rows {
		// Pegs keep a whole spacing from the sides: a ball gets stuck in half of one.
		for x := 1 + float64((rows-1-row)%2)/2 - side; x <= side-1; x++ {
			scene.Walls = append(scene.Walls, sim.NewShape(sim.Circle, s*pegRadius, wallSurface, at(x, rowHeight*float64(rows-1-row))))
		}
	}
	for i := range n {
		ball := sim.NewDisc(s*ballRadius, density, v.surface())
		ball.Start.X, ball.Start.Y = s*v["offset"]*symmetric(rng), s*(top+ballHeight*(float64(i)+0.5))
		scene.Bodies = append(scene.Bodies, ball)
	}
	return nil
}
