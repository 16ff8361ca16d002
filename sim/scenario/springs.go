package scenario

import (
	"math"
	"math/rand/v2"

	"orrery/sim"
)

// springs and charged copy the two data sets of Kipf, Fetaya, Wang, Welling and
// Zemel, "Neural relational inference for interacting systems", ICML 2018
// (arXiv:1802.04687), by data/synthetic_sim.py of their sources: laws, units, walls,
// starts, steps of 1 ms and the 49 frames to train on.
var springs = &Scenario{
	Name:    "springs",
	Summary: "points in a box, half of the pairs of which are tied by springs",
	Params: append(pointsParams(0.5),
		Param{Name: "stiffness", Unit: "N/m", Doc: "of a spring, whose length at rest is 0", Default: 0.1, Max: 100},
		Param{Name: "share", Doc: "chance of a pair to have a spring", Default: 0.5, Max: 1},
	),
	Frames: 49,
	sample: sampleSprings,
}

func sampleSprings(rng *rand.Rand, v Values, scene *sim.Scene) error {
	samplePoints(rng, v, scene)
	for a := range scene.Bodies {
		for b := range a {
			if rng.Float64() < v["share"] {
				scene.Fields = append(scene.Fields, sim.Field{Kind: sim.Linear, A: a, B: b, Strength: -v["stiffness"]})
			}
		}
	}
	return nil
}

// pointsParams returns the parameters of points that start with the given standard
// deviation of their places.
func pointsParams(sigma float64) []Param {
	return []Param{
		{Name: "bodies", Doc: "number of points, of 1 kg each", Default: 5, Min: 1, Max: 100, Integer: true},
		{Name: "half_width", Unit: "m", Doc: "half the width of the box", Default: 5, Min: 0.5, Max: 100},
		{Name: "sigma", Unit: "m", Doc: "standard deviation of each coordinate at the start", Default: sigma, Max: 10},
		{Name: "speed", Unit: "m/s", Doc: "speed at the start, in any direction", Default: 0.5, Max: 10},
	}
}

// samplePoints fills a box with points: discs that pass through each other and bounce
// off the walls, a radius outside the box, without loss.
func samplePoints(rng *rand.Rand, v Values, scene *sim.Scene) {
	const radius = 0.1 // m
	scene.FPS, scene.Substeps = 10, 100
	half := v["half_width"]
	scene.Walls = box(half + radius)
	for range int(v["bodies"]) {
		point := sim.NewDisc(radius, 1/(math.Pi*radius*radius), sim.Surface{Elasticity: 1})
		point.Group = 1
		point.Start.X = reflected(v["sigma"]*rng.NormFloat64(), half)
		point.Start.Y = reflected(v["sigma"]*rng.NormFloat64(), half)
		velocity := sim.Vec{X: v["speed"]}.Rotate(2 * math.Pi * rng.Float64())
		point.Start.VX, point.Start.VY = velocity.X, velocity.Y
		scene.Bodies = append(scene.Bodies, point)
	}
}

// reflected returns x after as many reflections at -half and half as it needs to be
// between them.
func reflected(x, half float64) float64 {
	return half - math.Abs(2*half-math.Mod(math.Abs(x+half), 4*half))
}
