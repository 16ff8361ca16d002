package scenario

import (
	"math"
	"math/rand/v2"

	"orrery/sim"
)

// pendulum is the smallest chaos there is: two rods are enough.
var pendulum = &Scenario{
	Name:    "pendulum",
	Summary: "rods hang from each other and swing, chaotically when there are two or more",
	Params: []Param{
		{Name: "links", Doc: "number of rods", Default: 2, Min: 1, Max: 5, Integer: true},
		gravityParam(9.81),
		{Name: "length", Unit: "m", Doc: "length of each rod", Default: 0.5, Min: 0.05, Max: 10},
		{Name: "angle", Unit: "rad", Doc: "mean angle of the rods; 0 hangs", Default: 0, Min: -3.2, Max: 3.2},
		{Name: "spread", Unit: "rad", Doc: "largest random change of each angle", Default: 2.5, Max: 3.2},
		{Name: "spin", Unit: "rad/s", Doc: "standard deviation of each angular velocity", Default: 1, Max: 20},
	},
	Frames: 301,
	sample: samplePendulum,
}

func samplePendulum(rng *rand.Rand, v Values, scene *sim.Scene) error {
	scene.Gravity, scene.Substeps = v.gravity(), 40 // joints cost energy in proportion to the step
	rods := make([]rod, int(v["links"]))
	for i := range rods {
		rods[i].angle = v["angle"] + v["spread"]*symmetric(rng)
		rods[i].omega = v["spin"] * rng.NormFloat64()
	}
	hang(scene, sim.Vec{}, v["length"], v["length"]/10, sim.Surface{}, rods)
	return nil
}

// rod is how one rod of a row hangs: 0 is straight down.
type rod struct{ angle, omega float64 }

// hang adds rods of a length and a width, the first at a point of the world and each
// of the others at the end of the one before, and returns where the last one ends.
// They pass through each other.
func hang(scene *sim.Scene, from sim.Vec, length, width float64, s sim.Surface, rods []rod) (end sim.Vec) {
	top, bottom := sim.Vec{X: -length / 2}, sim.Vec{X: length / 2}
	joint := sim.Joint{Kind: sim.Pivot, A: len(scene.Bodies), B: sim.World, AnchorA: top, AnchorB: from}
	velocity := sim.Vec{} // of the end
	for _, r := range rods {
		body := sim.NewBox(length/2, width/2, density, s)
		body.Group = 1
		angle := r.angle - math.Pi/2 // of the body's x axis, which points along the rod
		half := bottom.Rotate(angle)
		sweep := half.Perp().Scale(r.omega)
		centre := from.Add(half)
		velocity = velocity.Add(sweep)
		body.Start = sim.BodyState{X: centre.X, Y: centre.Y, Angle: angle, VX: velocity.X, VY: velocity.Y, Omega: r.omega}
		scene.Bodies = append(scene.Bodies, body)
		scene.Joints = append(scene.Joints, joint)
		from, velocity = centre.Add(half), velocity.Add(sweep)
		joint = sim.Joint{Kind: sim.Pivot, A: joint.A + 1, B: joint.A, AnchorA: top, AnchorB: bottom}
	}
	return from
}
