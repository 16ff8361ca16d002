package scenario

import (
	"math"
	"math/rand/v2"

	"orrery/sim"
	"orrery/sim/policy"
	"orrery/sim/task"
)

// cartPole has the sizes of Barto, Sutton and Anderson's ("Neuronlike adaptive
// elements", 1983), which Gymnasium's CartPole has too, but any force up to 10 N.
var cartPole = &Scenario{
	Name:    "cartpole",
	Summary: "a cart on a rail balances a pole, or swings it up first",
	Params: []Param{
		{Name: "swing_up", Doc: "1 if the pole hangs at the start, 0 if it stands", Max: 1, Integer: true},
		gravityParam(9.81),
		{Name: "length", Unit: "m", Doc: "length of the pole", Default: 1, Min: 0.2, Max: 5},
		{Name: "force", Unit: "N", Doc: "the most the cart is pushed by", Default: 10, Min: 0.1, Max: 1000},
	},
	Frames:   301,
	sample:   sampleCartPole,
	policies: []policy.Policy{policy.Noise(), policy.Random(), policy.New("expert", "swings the pole up by its energy and balances it by feedback", startCartPoleExpert)},
	Task: &task.Task{
		Doc:       "the pole stands nearly still at the end, and the cart has not left the rail",
		TimeLimit: 300,
		Hold:      true,
		Unit:      1,
		Bind:      bindCartPole,
	},
}

// The bodies of the scene. The pole's angle is 0 when it stands.
const cart, pole = 0, 1

const (
	railHalf   = 2.4  // m, how far the cart may go
	fallen     = 0.21 // rad, about 12°, beyond which a pole that stood cannot be saved
	cartLength = 0.4  // m
)

func sampleCartPole(rng *rand.Rand, v Values, scene *sim.Scene) error {
	const spread, hanging = 0.05, 0.2 // rad and, for the cart, m and m/s
	half := v["length"] / 2
	scene.FPS, scene.Substeps, scene.Gravity = 50, 2, v.gravity()
	cartBody := sim.NewBox(cartLength/2, cartLength/4, 1/(cartLength*cartLength/2), sim.Surface{}) // 1 kg
	poleBody := sim.NewBox(half/20, half, 0.1/(half*half/5), sim.Surface{})                        // 0.1 kg
	cartBody.Name, poleBody.Name = "cart", "pole"
	cartBody.Group, poleBody.Group = 1, 1
	cartBody.Start = sim.BodyState{X: spread * symmetric(rng), VX: spread * symmetric(rng)}
	angle, omega := spread*symmetric(rng), spread*symmetric(rng)
	if v["swing_up"] == 1 {
		angle = math.Pi + hanging*symmetric(rng)
	}
	foot := sim.Vec{Y: -half}
	arm := foot.Scale(-1).Rotate(angle)
	poleBody.Start = sim.BodyState{
		X: cartBody.Start.X + arm.X, Y: arm.Y, Angle: angle,
		VX: cartBody.Start.VX - omega*arm.Y, VY: omega * arm.X, Omega: omega,
	}
	scene.Bodies = []sim.Body{cartBody, poleBody}
	scene.Joints = []sim.Joint{{Kind: sim.Pivot, A: pole, B: cart, AnchorA: foot}}
	for _, x := range []float64{-cartLength / 2, cartLength / 2} { // two, so that the cart does not tip
		end := sim.Vec{X: railHalf + cartLength}
		scene.Joints = append(scene.Joints, sim.Joint{
			Kind: sim.Groove, A: cart, B: sim.World, AnchorA: sim.Vec{X: x}, AnchorB: end.Scale(-1), EndB: end,
		})
	}
	scene.Actuators = []sim.Actuator{{Kind: sim.Force, Body: cart, Against: sim.World, Low: -v["force"], High: v["force"], Axis: sim.Vec{X: 1}}}
	scene.Goals = []sim.Goal{{Kind: sim.Place, Body: pole, Anchor: foot.Scale(-1), Target: sim.Vec{Y: 2 * half}, Radius: 0.1}}
	return nil
}

func bindCartPole(scene *sim.Scene) (*task.Judge, error) {
	if err := lacks(scene, 2, 1, 0); err != nil {
		return nil, err
	}
	stood := math.Cos(scene.Bodies[pole].Start.Angle) > 0
	return &task.Judge{
		Names:   []string{"x", "vx", "cos", "sin", "omega"},
		Observe: observeCartPole,
		Reward:  rewardCartPole,
		Cost:    costCartPole(scene),
		Success: succeedsCartPole,
		Failed: func(state sim.State) bool {
			return math.Abs(state[cart].X) > railHalf || stood && math.Abs(state[pole].Angle) > fallen
		},
	}, nil
}

func observeCartPole(state sim.State) []float64 {
	sin, cos := math.Sincos(state[pole].Angle)
	return []float64{state[cart].X, state[cart].VX, cos, sin, state[pole].Omega}
}

// rewardCartPole is 1 for a pole that stands in the middle, and 0 for one that
// hangs or a cart at the end of its rail.
func rewardCartPole(state sim.State, _ sim.Action) float64 {
	away := state[cart].X / railHalf
	return (1 + math.Cos(state[pole].Angle)) / 2 * max(0, 1-away*away)
}

// costCartPole is the height that the pole's tip lacks, as a share, and what else
// stands between it and rest: being away from the middle, and far more so near the end
// of the rail, speed of a pole that stands, and effort.
func costCartPole(scene *sim.Scene) task.Measure {
	const middle, end, calm, effort = 0.3, 2, 0.06, 0.001
	squares := task.Effort(scene, 0)
	return func(state sim.State, action sim.Action) float64 {
		stands, omega, v := (1+math.Cos(state[pole].Angle))/2, state[pole].Omega, state[cart].VX
		away := state[cart].X / railHalf
		return 1 - stands + middle*away*away + end*math.Pow(away, 8) + calm*stands*(omega*omega+v*v) + effort*squares(state, action)
	}
}

func succeedsCartPole(state sim.State) bool {
	const still = 1 // rad/s
	angle := math.Remainder(state[pole].Angle, 2*math.Pi)
	return math.Abs(angle) < fallen && math.Abs(state[pole].Omega) < still && math.Abs(state[cart].X) < railHalf
}

// startCartPoleExpert adds energy to the pole until it can reach the top (Åström and
// Furuta, "Swinging up a pendulum by energy control", 2000), and near the top uses
// gains that are optimal for the default sizes.
func startCartPoleExpert(_ *rand.Rand, scene *sim.Scene) sim.Policy {
	const (
		catch             = 0.4    // rad
		swing             = 20     // 1/m, force by energy
		most              = 5      // N
		centring, slowing = 1, 0.5 // N/m, N·s/m
	)
	b := &scene.Bodies[pole]
	half := -scene.Joints[0].AnchorA.Y
	weight, moment := b.Mass*-scene.Gravity.Y*half, b.Moment+b.Mass*half*half
	return func(_ int, state sim.State) sim.Action {
		x, v, omega := state[cart].X, state[cart].VX, state[pole].Omega
		angle := math.Remainder(state[pole].Angle, 2*math.Pi)
		if math.Abs(angle) < catch {
			return sim.Action{4*x + 5.5*v - 45*angle - 11.5*omega}
		}
		lacks := weight*(1.05-math.Cos(angle)) - moment*omega*omega/2
		return sim.Action{math.Copysign(min(swing*lacks, most), omega*math.Cos(angle)) - centring*x - slowing*v}
	}
}
