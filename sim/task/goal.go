package task

import (
	"fmt"
	"math"

	"orrery/sim"
)

// What counts as reached by default.
const (
	nearPose  = 0.05              // of the body's reach, of which its corners are away on average
	nearAngle = 5 * math.Pi / 180 // rad
)

// Turned returns by what angle the body of a goal is turned away from what the goal wants,
// in radians: 0 to π, or to π/n where n turns look the same.
func Turned(g *sim.Goal) Measure {
	return func(state sim.State, _ sim.Action) float64 { return math.Abs(g.Turn(state)) }
}

// wanted returns where a goal wants its body to be, in the world.
func wanted(g *sim.Goal, state sim.State) frame { return newFrame(g.Wanted(state)) }

// fixed reports whether a goal wants one pose, whatever the state, and which.
func fixed(g *sim.Goal) (frame, bool) {
	pose := sim.BodyState{X: g.Target.X, Y: g.Target.Y, Angle: g.Angle}
	return newFrame(pose), g.Kind == sim.Pose && (g.Symmetry == 0 || g.Symmetry == 1)
}

// Outline returns how far the corners of a goal's body are from where the goal wants them,
// on average, in metres. Corners are the vertices of all of its shapes. Where several angles
// count as the same, the nearest is wanted. Of a region, which wants no pose, it is 0.
func Outline(scene *sim.Scene, g *sim.Goal) Measure {
	var corners []sim.Vec
	for i := range scene.Bodies[g.Body].Shapes {
		corners = append(corners, scene.Bodies[g.Body].Shapes[i].Vertices...)
	}
	aim, always := fixed(g)
	return func(state sim.State, _ sim.Action) float64 {
		at, aim := newFrame(state[g.Body]), aim
		if !always {
			aim = wanted(g, state)
		}
		// A corner is off by what the middle is, and by what it turned about the middle.
		shift, turned := at.origin.Sub(aim.origin), sim.Vec{X: at.cos - aim.cos, Y: at.sin - aim.sin}
		sum := 0.0
		for _, v := range corners {
			sum += quickLen(shift.Add(sim.Vec{X: turned.X*v.X - turned.Y*v.Y, Y: turned.Y*v.X + turned.X*v.Y}))
		}
		return sum / float64(len(corners))
	}
}

// quickLen is v.Len without its care for lengths whose squares are no numbers, at a third
// of the time: planning asks for it millions of times.
func quickLen(v sim.Vec) float64 { return math.Sqrt(v.Dot(v)) }

// Misfit returns how far a goal is from being fulfilled, in metres: of a place the distance
// left, of a pose the Outline, of an angle the way that the farthest point of the body has
// to go round its middle, and of a region how far the body sticks out.
func Misfit(scene *sim.Scene, g *sim.Goal) Measure {
	switch g.Kind {
	case sim.Place:
		return func(state sim.State, _ sim.Action) float64 { return g.Distance(state) }
	case sim.Pose:
		return Outline(scene, g)
	case sim.Angle:
		return Sum(Term{scene.Bodies[g.Body].Reach(), Turned(g)})
	case sim.Inside:
		return Outside(scene, g.Body, scene.Region(g.Region))
	}
	panic(fmt.Sprintf("task: no rule for goals of kind %q", g.Kind))
}

// Reached is true where a goal is reached: a place when it is nearer than its radius, a pose when
// the corners of the body are off by less than a twentieth of its reach on average, an angle
// within 5°, and a region when all of the body is inside.
func Reached(scene *sim.Scene, g *sim.Goal) Condition {
	switch g.Kind {
	case sim.Place:
		return Below(Misfit(scene, g), g.Radius)
	case sim.Pose:
		return Below(Misfit(scene, g), nearPose*scene.Bodies[g.Body].Reach())
	case sim.Angle:
		return Below(Turned(g), nearAngle)
	case sim.Inside:
		return Inside(scene, g.Body, scene.Region(g.Region))
	}
	panic(fmt.Sprintf("task: no rule for goals of kind %q", g.Kind))
}
