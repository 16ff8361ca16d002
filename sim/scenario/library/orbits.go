package library

import (
	"math"
	"math/rand/v2"

	"orrery/sim"
	"orrery/sim/scenario"
)

// orbits is what the program is named after. It is in Go because the velocities of all
// are changed at the end, so that the centre of mass rests: in a file no number of one body
// knows the bodies after it.
var orbits = &scenario.Scenario{
	Name:    "orbits",
	Summary: "planets orbit a sun and pull at each other",
	Params: []scenario.Param{
		{Name: "planets", Doc: "number of planets", Default: 4, Min: 1, Max: 10, Integer: true},
		{Name: "pull", Unit: "m³/s²", Doc: "constant of gravitation times the mass of the sun, which is 1 kg", Default: 8, Min: 0.01, Max: 1000},
		{Name: "mass", Unit: "kg", Doc: "largest mass of a planet", Default: 0.002, Min: 1e-6, Max: 0.1},
		{Name: "inner", Unit: "m", Doc: "half the longer axis of the first orbit", Default: 1, Min: 0.5, Max: 10},
		{Name: "ratio", Doc: "of the axes of one orbit to the next inside it", Default: 1.5, Min: 1.1, Max: 2},
		{Name: "eccentricity", Doc: "largest eccentricity of an orbit", Default: 0.18, Max: 0.8},
	},
	Frames:  361,
	Picture: 4.5,
	Compose: sampleOrbits,
}

func sampleOrbits(rng *rand.Rand, v scenario.Values, scene *sim.Scene) error {
	const sunRadius = 0.2 // m
	scene.Substeps = 10
	sun := sim.NewDisc(sunRadius, 1/(math.Pi*sunRadius*sunRadius), sim.Surface{})
	sun.Name, sun.Group = "sun", 1
	scene.Bodies = append(scene.Bodies, sun)
	axis := v["inner"]
	for range int(v["planets"]) {
		mass := v["mass"] * (0.1 + 0.9*rng.Float64())
		radius := 0.05 + 0.05*mass/v["mass"]
		planet := sim.NewDisc(radius, mass/(math.Pi*radius*radius), sim.Surface{})
		planet.Group = 1
		planet.Start = orbit(rng, v["pull"]*(1+mass), axis, v["eccentricity"]*rng.Float64())
		scene.Bodies = append(scene.Bodies, planet)
		axis *= v["ratio"]
	}
	for a := range scene.Bodies {
		for b := range a {
			strength := -v["pull"] * scene.Bodies[a].Mass * scene.Bodies[b].Mass
			scene.Fields = append(scene.Fields, sim.Field{Kind: sim.InverseSquare, A: a, B: b, Strength: strength})
		}
	}
	mass := 0.0
	for _, b := range scene.Bodies {
		mass += b.Mass
	}
	drift := scene.Momentum(scene.Start()).Scale(1 / mass)
	for i := range scene.Bodies { // the centre of mass is to rest
		scene.Bodies[i].Start.VX -= drift.X
		scene.Bodies[i].Start.VY -= drift.Y
	}
	return nil
}

// orbit returns a random point of a random ellipse about the origin, and the velocity
// there: r = p/(1 + e·cos ν) and v = √(pull/p)·(-sin ν, e + cos ν) with the semi-latus
// rectum p = axis·(1 − e²) and the true anomaly ν, from the perihelion.
func orbit(rng *rand.Rand, pull, axis, e float64) sim.BodyState {
	turned, anomaly := 2*math.Pi*rng.Float64(), 2*math.Pi*rng.Float64()
	p := axis * (1 - e*e)
	sin, cos := math.Sincos(anomaly)
	place := sim.Vec{X: cos, Y: sin}.Scale(p / (1 + e*cos)).Rotate(turned)
	velocity := sim.Vec{X: -sin, Y: e + cos}.Scale(math.Sqrt(pull / p)).Rotate(turned)
	return sim.BodyState{X: place.X, Y: place.Y, VX: velocity.X, VY: velocity.Y}
}
