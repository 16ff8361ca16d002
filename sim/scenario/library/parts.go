package library

import (
	"fmt"
	"math"
	"math/rand/v2"

	"orrery/sim"
	"orrery/sim/scenario"
)

// density of every body, in kg/m².
const density = 10

// The parameters that scenarios in Go share with those in files, by their usual meaning.

func bodiesParam(n float64) scenario.Param {
	return scenario.Param{Name: "bodies", Doc: "number of bodies", Default: n, Min: 1, Max: 200, Integer: true}
}

// gravityParam leaves room to go beyond what scenes are made for: from about 20 m/s²
// on bodies may become so fast that they pass through thin walls between two steps.
func gravityParam(g float64) scenario.Param {
	return scenario.Param{Name: "gravity", Unit: "m/s²", Doc: "downward acceleration", Default: g, Max: 100}
}

func elasticityParam(e float64) scenario.Param {
	return scenario.Param{Name: "elasticity", Doc: "share of its speed a body keeps in a bounce", Default: e, Max: 1}
}

func frictionParam(mu float64) scenario.Param {
	return scenario.Param{Name: "friction", Doc: "coefficient of each body; two that touch have the product", Default: mu, Max: 10}
}

func halfWidthParam(w float64) scenario.Param {
	return scenario.Param{Name: "half_width", Unit: "m", Doc: "half the width of the space between the walls", Default: w, Min: 0.3, Max: 100}
}

// sizeParam ends where bodies become small enough to pass through walls.
func sizeParam() scenario.Param {
	return scenario.Param{Name: "size", Doc: "factor on the sizes of all bodies", Default: 1, Min: 0.5, Max: 5}
}

// vary returns a random number that differs from mean by at most the spread.
func vary(rng *rand.Rand, v scenario.Values, mean float64) float64 {
	return mean * (1 + v["spread"]*symmetric(rng))
}

// symmetric returns a random number from -1 to 1.
func symmetric(rng *rand.Rand) float64 { return 2*rng.Float64() - 1 }

// bodySurface returns the surface of bodies.
func bodySurface(v scenario.Values) sim.Surface {
	return sim.Surface{Friction: v["friction"], Elasticity: v["elasticity"]}
}

// downward returns the acceleration of bodies; 0 minus as -0 would show in files.
func downward(v scenario.Values) sim.Vec { return sim.Vec{Y: 0 - v["gravity"]} }

// wallSurface leaves friction and elasticity of a contact to the body.
var wallSurface = sim.Surface{Friction: 1, Elasticity: 1}

// wall returns thin walls along a path.
func wall(path ...sim.Vec) []sim.Shape {
	walls := make([]sim.Shape, len(path)-1)
	for i := range walls {
		walls[i] = sim.NewShape(sim.Segment, 0, wallSurface, path[i], path[i+1])
	}
	return walls
}

// box returns four walls around a square of half a width w, centred at the origin.
func box(w float64) []sim.Shape {
	return wall(sim.Vec{X: -w, Y: -w}, sim.Vec{X: w, Y: -w}, sim.Vec{X: w, Y: w}, sim.Vec{X: -w, Y: w}, sim.Vec{X: -w, Y: -w})
}

// sampleBody returns a disc or, with the given chance, a box, and how far it reaches
// from its centre.
func sampleBody(rng *rand.Rand, v scenario.Values, chanceOfBox float64) (body sim.Body, reach float64) {
	isBox := rng.Float64() < chanceOfBox
	width := v["size"] * (0.1 + 0.1*rng.Float64())
	if !isBox {
		return sim.NewDisc(width, density, bodySurface(v)), width
	}
	height := v["size"] * (0.08 + 0.1*rng.Float64())
	return sim.NewBox(width, height, density, bodySurface(v)), math.Hypot(width, height)
}

// scatter fills a box of walls with bodies that move at random and do not touch. One that
// finds no place is drawn anew, which favours small ones where there is little room, as the
// models and all figures of billiards and mixed have it. In a file a body keeps its size while
// a place is looked for, so these two are in Go.
func scatter(rng *rand.Rand, v scenario.Values, chanceOfBox float64, scene *sim.Scene) error {
	const gap, tries = 0.005, 1000 // m between bodies; tries per body
	half, n := v["half_width"], int(v["bodies"])
	scene.Gravity = downward(v)
	scene.Walls = box(half)
	var reaches []float64
	for try := 0; len(scene.Bodies) < n; try++ {
		if try == tries*n {
			return fmt.Errorf("only %d of %d bodies fit into a half_width of %v m after %d tries", len(scene.Bodies), n, half, try)
		}
		body, reach := sampleBody(rng, v, chanceOfBox)
		p := sim.Vec{X: symmetric(rng) * (half - reach), Y: symmetric(rng) * (half - reach)}
		if reach > half || crowded(scene.Bodies, reaches, p, reach+gap) {
			continue
		}
		body.Start.X, body.Start.Y = p.X, p.Y
		if body.Shapes[0].Kind == sim.Polygon {
			body.Start.Angle = 2 * math.Pi * rng.Float64()
		}
		body.Start.VX, body.Start.VY = rng.NormFloat64(), rng.NormFloat64()
		body.Start.Omega = 2 * rng.NormFloat64()
		scene.Bodies, reaches = append(scene.Bodies, body), append(reaches, reach)
	}
	return nil
}

// crowded reports whether any body comes within a distance of p.
func crowded(bodies []sim.Body, reaches []float64, p sim.Vec, distance float64) bool {
	for i := range bodies {
		if bodies[i].Start.Position().Sub(p).Len() < reaches[i]+distance {
			return true
		}
	}
	return false
}
