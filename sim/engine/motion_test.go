package engine

import (
	"fmt"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/golden"
)

// yard is a scene in which every kind of joint is slack and taut, shapes of each kind meet each other at corners, sides and ends,
// bodies rest and bounce, and what is pushed is gripped by the ground.
func yard() *sim.Scene {
	scene := sim.DefaultScene()
	scene.Gravity, scene.Damping = sim.Vec{X: 0.3, Y: -5}, 0.9
	rough, smooth := sim.Surface{Friction: 0.8, Elasticity: 0.2}, sim.Surface{Friction: 0.1, Elasticity: 0.9}
	scene.Walls = []sim.Shape{
		sim.NewShape(sim.Segment, 0.05, rough, sim.Vec{X: -3}, sim.Vec{X: 3}),
		sim.NewShape(sim.Polygon, 0.02, smooth, sim.Vec{X: 1}, sim.Vec{X: 2}, sim.Vec{X: 2, Y: 0.4}),
		sim.NewShape(sim.Circle, 0.2, rough, sim.Vec{X: -1, Y: 0.4}),
	}
	hexagon := sim.NewBox(0.1, 0.1, 10, rough)
	hexagon.Shapes[0].Vertices = nil
	for k := range 6 {
		hexagon.Shapes[0].Vertices = append(hexagon.Shapes[0].Vertices, sim.Vec{X: 0.12}.Rotate(float64(k)*1.0471975511965976))
	}
	bar := sim.NewBox(0.2, 0.05, 10, smooth)
	bar.Shapes = []sim.Shape{sim.NewShape(sim.Segment, 0.03, smooth, sim.Vec{X: -0.2}, sim.Vec{X: 0.2})}
	rounded := sim.NewBox(0.1, 0.08, 10, rough)
	rounded.Shapes[0].Radius = 0.03
	hand := sim.Body{Kind: sim.Kinematic, Shapes: []sim.Shape{sim.NewShape(sim.Polygon, 0, rough, sim.Vec{X: -0.1, Y: -0.1}, sim.Vec{X: 0.1, Y: -0.1}, sim.Vec{Y: 0.2})}}
	add := func(b sim.Body, x, y, angle, vx, vy, omega float64) int {
		b.Shapes = append([]sim.Shape(nil), b.Shapes...)
		b.Start = sim.BodyState{X: x, Y: y, Angle: angle, VX: vx, VY: vy, Omega: omega}
		scene.Bodies = append(scene.Bodies, b)
		return len(scene.Bodies) - 1
	}
	disc := sim.NewDisc(0.1, 10, smooth)
	for k, b := range []sim.Body{hexagon, bar, rounded, disc, hexagon, rounded, bar, disc} {
		add(b, -0.9+0.3*float64(k%4), 0.5+0.5*float64(k/4), 0.4*float64(k), 0.5-0.2*float64(k), 0.3, float64(k)-3)
	}
	resting := add(sim.NewBox(0.2, 0.1, 10, rough), -2.2, 0.15, 0, 0, 0, 0)
	add(sim.NewBox(0.1, 0.1, 10, rough), -2.15, 0.35, 0, 0, 0, 0)
	slider := add(sim.NewBox(0.1, 0.1, 10, rough), -1.6, 0.15, 0, 1, 0, 0)
	scene.Bodies[slider].Grip = sim.Grip{Along: 1, Across: 2, Spin: 3}
	robot := add(hand, 2.5, 0.6, 0, 0, 0, 0)
	var hung []int
	for k := range 8 {
		hung = append(hung, add(disc, -2.8+0.7*float64(k), 2.5, 0, 2, float64(k%3), 1))
	}
	scene.Joints = []sim.Joint{
		{Kind: sim.Pin, A: hung[0], B: sim.World, AnchorA: sim.Vec{X: 0.05}, AnchorB: sim.Vec{X: -2.8, Y: 3}},
		{Kind: sim.Rope, A: hung[1], B: sim.World, AnchorB: sim.Vec{X: -2, Y: 3}, Length: 0.7},
		{Kind: sim.Spring, A: hung[2], B: sim.World, AnchorA: sim.Vec{Y: 0.05}, AnchorB: sim.Vec{X: -1.4, Y: 3}, Length: 0.3, Stiffness: 20, Damping: 0.5},
		{Kind: sim.Groove, A: hung[3], B: sim.World, AnchorA: sim.Vec{X: 0.02}, AnchorB: sim.Vec{X: -0.8, Y: 2.5}, EndB: sim.Vec{X: -0.3, Y: 2.6}},
		{Kind: sim.Pivot, A: hung[4], B: hung[5], AnchorA: sim.Vec{X: 0.35}, AnchorB: sim.Vec{X: -0.35}},
		{Kind: sim.Motor, A: hung[4], B: hung[5], Rate: 3, MaxTorque: 0.05},
		{Kind: sim.Motor, A: hung[6], B: sim.World, Rate: -9, MaxTorque: 100},
		{Kind: sim.Rope, A: hung[6], B: hung[7], AnchorA: sim.Vec{X: 0.1}, AnchorB: sim.Vec{X: -0.1}, Length: 0.6},
		{Kind: sim.Pin, A: hung[5], B: hung[6]},
	}
	scene.Fields = []sim.Field{{Kind: sim.Linear, A: 3, B: 7, Strength: -0.5}, {Kind: sim.InverseSquare, A: 0, B: hung[7], Strength: 0.3, Limit: 0.2}}
	scene.Actuators = []sim.Actuator{
		{Kind: sim.Servo, Body: robot, Against: sim.World, Axis: sim.Vec{X: 1}, Low: 1, High: 3, Stiffness: 50, Damping: 10},
		{Kind: sim.Velocity, Body: robot, Against: sim.World, Axis: sim.Vec{Y: 1}, Low: -1, High: 1},
		{Kind: sim.Thrust, Body: 1, Against: sim.World, Axis: sim.Vec{Y: 1}, Low: -1, High: 1},
		{Kind: sim.Force, Body: 2, Against: sim.World, Axis: sim.Vec{X: 1}, Low: -1, High: 1},
		{Kind: sim.Torque, Body: 4, Against: 5, Low: -0.1, High: 0.1},
	}
	scene.Bodies[6].Group, scene.Bodies[7].Group = 2, 2
	scene.Bodies[resting].Name = "resting"
	return &scene
}

// TestScenesMoveAsTheyDid: places, velocities and contacts of what collides, hangs, rests and is driven, with a push and a correction.
func TestScenesMoveAsTheyDid(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	for _, c := range []struct {
		name   string
		scene  *sim.Scene
		frames int
	}{{"yard", yard(), 121}, {"clutter", clutter(24, 1), 61}, {"clutter of whole steps", clutter(9, 0), 61}} {
		e := New()
		if err := e.Load(c.scene); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "# %s\n", c.name)
		for frame := range c.frames {
			action := c.scene.Rest()
			for i, a := range c.scene.Actuators {
				action[i] = a.Low + (a.High-a.Low)*float64((frame/20+i)%4)/3
			}
			if frame == 30 {
				if err := e.Push(1, sim.Vec{X: 0.05, Y: 0.1}, sim.Vec{X: 0.1}); err != nil {
					t.Fatal(err)
				}
			}
			if frame == 40 {
				state := e.State(nil)
				state[0].X += 1e-3
				if err := e.Correct(state); err != nil {
					t.Fatal(err)
				}
			}
			if err := e.Frame(action); err != nil {
				t.Fatal(err)
			}
			if frame%15 == 0 {
				fmt.Fprintf(&out, "frame %d\n", frame)
				for i, b := range e.State(nil) {
					fmt.Fprintf(&out, "%d %.9g %.9g %.9g %.9g %.9g %.9g\n", i, b.X, b.Y, b.Angle, b.VX, b.VY, b.Omega)
				}
				for _, c := range e.Contacts() {
					fmt.Fprintf(&out, "contact of %d.%d and %d.%d, %.6g at %.6g and %.6g along %.6g: %.6g %.6g\n",
						c.A, c.ShapeA, c.B, c.ShapeB, c.Gap, c.PointA, c.PointB, c.Normal, c.NormalImpulse, c.TangentImpulse)
				}
			}
		}
	}
	golden.Compare(t, "testdata/motion.txt", out.String())
}
