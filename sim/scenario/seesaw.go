package scenario

import (
	"math/rand/v2"

	"orrery/sim"
)

// seesaw weighs: how it turns tells masses and distances apart.
var seesaw = &Scenario{
	Name:    "seesaw",
	Summary: "boxes drop onto a plank that turns about its middle",
	Params: []Param{
		{Name: "bodies", Doc: "number of boxes", Default: 4, Min: 1, Max: 30, Integer: true},
		gravityParam(9.81), elasticityParam(0.1), frictionParam(0.4),
		{Name: "length", Unit: "m", Doc: "length of the plank", Default: 3, Min: 0.1, Max: 30},
		{Name: "drop", Doc: "largest height from which a box drops, as a share of the length", Default: 0.3, Max: 2},
	},
	Frames: 361,
	sample: sampleSeesaw,
}

func sampleSeesaw(rng *rand.Rand, v Values, scene *sim.Scene) error {
	n, length := int(v["bodies"]), v["length"]
	thick, height := 0.03*length, 0.22*length
	foot, tip := sim.Vec{X: 0.06 * length}, sim.Vec{Y: height - 0.6*thick} // clear of the plank, however that turns
	scene.Gravity, scene.FPS = v.gravity(), 120
	scene.Walls = append(wall(sim.Vec{X: -length}, sim.Vec{X: length}),
		sim.NewShape(sim.Polygon, 0, wallSurface, foot.Scale(-1), foot, tip))
	plank := sim.NewBox(length/2, thick/2, density, sim.Surface{Friction: 1, Elasticity: v["elasticity"]})
	plank.Start.Y = height
	scene.Bodies = append(scene.Bodies, plank)
	scene.Joints = append(scene.Joints, sim.Joint{Kind: sim.Pivot, A: 0, B: sim.World, AnchorB: sim.Vec{Y: height}})
	cell, size := length/float64(n), length/float64(max(n, 4))
	for i := range n {
		w, h := size*(0.15+0.3*rng.Float64()), size*(0.15+0.3*rng.Float64())
		box := sim.NewBox(w, h, density, v.surface())
		box.Start.X = cell*(float64(i)+0.5) - length/2 + (cell/2-w)*symmetric(rng)
		box.Start.Y = height + thick/2 + h + v["drop"]*length*rng.Float64()
		scene.Bodies = append(scene.Bodies, box)
	}
	return nil
}
