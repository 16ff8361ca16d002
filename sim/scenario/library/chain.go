package library

import (
	"math"
	"math/rand/v2"

	"orrery/sim"
	"orrery/sim/scenario"
)

// chain ties many bodies together: what happens at one end is felt at the other. It is
// in Go because the bend of its arc solves an equation that has no closed form.
var chain = &scenario.Scenario{
	Name:    "chain",
	Summary: "a chain hangs between two points and balls drop onto it",
	Params: []scenario.Param{
		{Name: "links", Doc: "number of links", Default: 14, Min: 2, Max: 60, Integer: true},
		{Name: "balls", Doc: "number of balls", Default: 3, Max: 20, Integer: true},
		gravityParam(9.81), elasticityParam(0.3), frictionParam(0.4),
		{Name: "length", Unit: "m", Doc: "length of the chain", Default: 3, Min: 0.1, Max: 30},
		{Name: "span", Doc: "mean distance of its ends as a share of the length", Default: 0.75, Min: 0.2, Max: 0.8},
		{Name: "spread", Doc: "largest random change of the span, as a share, and of its slope, in rad", Default: 0.2, Max: 0.2},
		{Name: "damping", Doc: "share of its velocity a body keeps in a second", Default: 0.8, Max: 1},
	},
	Frames:  241,
	Picture: 1,
	Compose: sampleChain,
}

func sampleChain(rng *rand.Rand, v scenario.Values, scene *sim.Scene) error {
	n, length := int(v["links"]), v["length"]
	link := length / float64(n)
	span, slope := length*vary(rng, v, v["span"]), v["spread"]*symmetric(rng)
	scene.Gravity, scene.Damping, scene.Substeps = downward(v), v["damping"], 10

	bend := arcBend(n, span/link)
	half := sim.Vec{X: span / 2}.Rotate(slope)
	end := half.Scale(-1)
	left, right := sim.Vec{X: -link / 2}, sim.Vec{X: link / 2}
	joint := sim.Joint{Kind: sim.Pivot, A: 0, B: sim.World, AnchorA: left, AnchorB: end}
	for i := range n {
		angle := slope + (float64(i)-float64(n-1)/2)*bend
		body := sim.NewBox(link/2, length/120, density, bodySurface(v))
		body.Group = 1 // links pass through each other
		centre := end.Add(right.Rotate(angle))
		body.Start = sim.BodyState{X: centre.X, Y: centre.Y, Angle: angle}
		end = centre.Add(right.Rotate(angle))
		scene.Bodies, scene.Joints = append(scene.Bodies, body), append(scene.Joints, joint)
		joint = sim.Joint{Kind: sim.Pivot, A: i + 1, B: i, AnchorA: left, AnchorB: right}
	}
	scene.Joints = append(scene.Joints, sim.Joint{Kind: sim.Pivot, A: n - 1, B: sim.World, AnchorA: right, AnchorB: end})

	y := math.Abs(half.Y)
	for range int(v["balls"]) {
		ball := sim.NewDisc(length*(0.03+0.03*rng.Float64()), density, bodySurface(v))
		y += 0.15 * length
		ball.Start.X, ball.Start.Y = 0.7*half.X*symmetric(rng), y
		scene.Bodies = append(scene.Bodies, ball)
	}
	side := 0.7 * length
	scene.Walls = wall(sim.Vec{X: -side, Y: y}, sim.Vec{X: -side, Y: -side}, sim.Vec{X: side, Y: -side}, sim.Vec{X: side, Y: y})
	return nil
}

// arcBend returns by how many radians each of n rods of length 1 must be turned from
// the one before for their ends to be a span apart: the b with
// sin(n·b/2) = span·sin(b/2), found by halving.
func arcBend(n int, span float64) float64 {
	low, high := 0.0, 2*math.Pi/float64(n)
	for range 60 {
		b := (low + high) / 2
		if math.Sin(float64(n)*b/2) > span*math.Sin(b/2) {
			low = b
		} else {
			high = b
		}
	}
	return low
}
