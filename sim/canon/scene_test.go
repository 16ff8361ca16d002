package canon

import (
	"math"

	"orrery/sim"
)

var plain = sim.Surface{Friction: 0.5, Elasticity: 0.5}

// fullScene has everything that a scene can have.
func fullScene() *sim.Scene {
	s := sim.DefaultScene()
	s.Name, s.Gravity, s.Damping = "full <&>", sim.Vec{X: 0.1, Y: -9.81}, 0.99
	s.Walls = []sim.Shape{
		sim.NewShape(sim.Segment, 0, plain, sim.Vec{X: -1, Y: -1}, sim.Vec{X: 1, Y: -1}),
		sim.NewShape(sim.Segment, 0.01, plain, sim.Vec{X: 1, Y: -1}, sim.Vec{X: 1, Y: 1}),
		sim.NewShape(sim.Circle, 0.2, plain, sim.Vec{X: 0.5, Y: -0.5}),
		sim.NewShape(sim.Polygon, 0, plain, sim.Vec{X: -1, Y: -1}, sim.Vec{X: -0.5, Y: -1}, sim.Vec{X: -0.7, Y: -0.5}),
	}
	pusher := sim.Body{Name: "pusher", Kind: sim.Kinematic, Start: sim.BodyState{X: 3, VX: 1},
		Shapes: []sim.Shape{sim.NewShape(sim.Circle, 0.1, plain, sim.Vec{}), sim.NewShape(sim.Segment, 0.05, plain, sim.Vec{X: 0, Y: 0}, sim.Vec{X: 0.3, Y: 0})}}
	s.Bodies = []sim.Body{sim.NewDisc(0.1, 10, plain), sim.NewBox(0.1, 0.2, 10, plain), pusher}
	s.Bodies[0].Start = sim.BodyState{X: 0.1, Y: 1.0 / 3, Angle: 4 * math.Pi, VX: -1e-7, VY: math.Copysign(0, -1), Omega: 3}
	s.Bodies[0].Group, s.Bodies[1].Group = 3, 3
	s.Bodies[1].Grip = sim.Grip{Along: 2, Across: 50, Spin: 1}
	s.Joints = []sim.Joint{
		{Kind: sim.Pivot, A: 0, B: sim.World, AnchorB: sim.Vec{X: 0, Y: 1}},
		{Kind: sim.Pin, A: 2, B: 1, AnchorA: sim.Vec{X: 0.1, Y: 0}},
		{Kind: sim.Rope, A: 0, B: 1, Length: 0.5},
		{Kind: sim.Groove, A: 1, B: sim.World, AnchorB: sim.Vec{X: -1, Y: 0}, EndB: sim.Vec{X: 1, Y: 0}},
		{Kind: sim.Spring, A: 0, B: sim.World, Length: 0.3, Stiffness: 20, Damping: 0.1},
		{Kind: sim.Motor, A: 1, B: 0, Rate: -3, MaxTorque: 2},
	}
	s.Fields = []sim.Field{{Kind: sim.Linear, A: 0, B: 1, Strength: -0.1}, {Kind: sim.InverseSquare, A: 1, B: 2, Strength: 1, Limit: 100}}
	s.Actuators = []sim.Actuator{
		{Kind: sim.Force, Body: 0, Against: sim.World, Low: -1, High: 1, Axis: sim.Vec{X: 1}},
		{Kind: sim.Thrust, Body: 0, Against: sim.World, Low: 0, High: 2, Axis: sim.Vec{X: 0.6, Y: 0.8}},
		{Kind: sim.Torque, Body: 1, Against: 0, Low: -3, High: -1},
		{Kind: sim.Velocity, Body: 2, Against: sim.World, Low: -1, High: 1, Axis: sim.Vec{Y: 1}},
		{Kind: sim.Servo, Body: 2, Against: sim.World, Low: 0, High: 5, Axis: sim.Vec{X: 1}, Stiffness: 100, Damping: 20},
		{Kind: sim.Steer, Body: 1, Against: sim.World, Low: -0.5, High: 0.5, Wheelbase: 0.2},
	}
	s.Goals = []sim.Goal{
		{Kind: sim.Place, Body: 1, Anchor: sim.Vec{X: 0.1}, Target: sim.Vec{X: 1, Y: 2}, Radius: 0.05},
		{Kind: sim.Pose, Body: 0, Target: sim.Vec{X: -1}, Angle: 3},
		{Kind: sim.Angle, Body: 1, Angle: -0.5, Symmetry: 4, Name: "level"},
		{Kind: sim.Inside, Body: 0, Region: "slot", Name: "stow"},
		{Kind: sim.Pose, Body: 0, Target: sim.Vec{Y: 1}, Symmetry: sim.AnyAngle},
	}
	s.Joints[1].Name, s.Fields[1].Name, s.Actuators[1].Name = "rod", "pull", "engine"
	s.Points = []sim.Point{{Name: "dock", Body: sim.World, At: sim.Vec{X: 2, Y: 1}}, {Name: "dock", Body: 1, At: sim.Vec{X: 0.1}}}
	s.Regions = []sim.Region{
		{Name: "slot", Shape: sim.NewShape(sim.Polygon, 0.01, sim.Surface{}, sim.Vec{X: 1}, sim.Vec{X: 2}, sim.Vec{X: 2, Y: 1})},
		{Name: "pen", Shape: sim.NewShape(sim.Circle, 0.5, sim.Surface{}, sim.Vec{X: -3})},
		{Name: "lane", Shape: sim.NewShape(sim.Segment, 0.2, sim.Surface{}, sim.Vec{X: -3}, sim.Vec{X: 3})},
	}
	s.Values = map[string]float64{"speed": 0.3, "angle": -1e-7}
	s.Walls[0].Material, s.Bodies[1].Shapes[0].Material = "ice", "rubber"
	s.Pairs = []sim.Pair{{A: "rubber", B: "ice", Friction: 0.05, Elasticity: 0.5}, {A: "ice", B: "ice"}}
	return &s
}
