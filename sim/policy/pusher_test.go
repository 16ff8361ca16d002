package policy

import (
	"math"
	"testing"

	"orrery/sim"
)

// TestRobotsGoRoundThings: where a thing is in the way, a robot looks 0.7 rad ahead on a circle a tenth
// wider than that on which it stands behind the thing, which is a tenth wider than the two reach. So it
// never comes nearer than that. Where nothing is in the way it goes straight, and always stays between
// the walls.
func TestRobotsGoRoundThings(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	robot, thing := sim.NewDisc(0.1, 10, sim.Surface{}), sim.NewDisc(0.2, 10, sim.Surface{})
	robot.Kind, robot.Mass, robot.Moment = sim.Kinematic, 0, 0
	scene.Bodies = []sim.Body{robot, thing}
	for _, axis := range []sim.Vec{{X: 1}, {Y: 1}} {
		scene.Actuators = append(scene.Actuators, sim.Actuator{Kind: sim.Servo, Axis: axis, Low: -9, High: 9})
	}
	corners := []sim.Vec{{X: -2, Y: -2}, {X: 2, Y: -2}, {X: 2, Y: 2}, {X: -2, Y: 2}}
	for i, c := range corners {
		scene.Walls = append(scene.Walls, sim.NewShape(sim.Segment, 0, sim.Surface{}, c, corners[(i+1)%4]))
	}
	p := newPusher(&scene, 0)
	const wide = 1.1 * 1.1 * 0.3 // m
	at := func(angle float64) sim.Vec { return sim.Vec{X: wide}.Rotate(angle) }
	for _, c := range []struct{ robot, place, want sim.Vec }{
		{sim.Vec{X: 0.5}, sim.Vec{X: -0.33, Y: 0.001}, at(0.7)},
		{sim.Vec{X: 0.5}, sim.Vec{X: -0.33, Y: -0.001}, at(-0.7)},
		{sim.Vec{Y: 1}, sim.Vec{X: 0.001, Y: -0.33}, at(math.Pi/2 - 0.7)},
		{sim.Vec{X: 0.33}, sim.Vec{X: 0.33}.Rotate(0.8), at(0.7)},
		{sim.Vec{X: 0.33}, sim.Vec{X: 0.33}.Rotate(0.3), sim.Vec{X: 0.33}.Rotate(0.3)},
		{sim.Vec{X: 1, Y: 1}, sim.Vec{X: -1, Y: 1}, sim.Vec{X: -1, Y: 1}},
		{sim.Vec{X: 1, Y: 1}, sim.Vec{X: 3, Y: 1}, sim.Vec{X: 1.9, Y: 1}},
	} {
		action := scene.Rest()
		p.round(action, sim.State{{X: c.robot.X, Y: c.robot.Y}, {}}, 1, c.place)
		if got := (sim.Vec{X: action[0], Y: action[1]}); !(got.Sub(c.want).Len() <= 2e-3) {
			t.Errorf("from %v to %v: goes to %v m, want %v", c.robot, c.place, got, c.want)
		}
	}
	if got := p.clearance(1); !(math.Abs(got-0.33) <= 1e-12) {
		t.Errorf("stands %v m from the thing's centre, want 0.33", got)
	}
}
