package sim

import (
	"cmp"
	"fmt"
	"math"
)

// GoalKind says what a body must do to be where a goal wants it.
type GoalKind string

// The kinds of goal. A place is reached by a point of the body, a pose by the
// body's centre of mass and its angle together.
const (
	Place GoalKind = "place"
	Pose  GoalKind = "pose"
)

// Goal is where a task wants a body to go. It is part of a scene so that whoever
// draws, stores or plans in one knows what is wanted; the engine ignores it.
type Goal struct {
	Kind   GoalKind `json:"kind"`
	Body   int      `json:"body"`             // body index
	Anchor Vec      `json:"anchor,omitzero"`  // m, in the body's frame: what shall go to a place
	Target Vec      `json:"target"`           // m, where it shall go
	Angle  float64  `json:"angle,omitempty"`  // rad, of a pose
	Radius float64  `json:"radius,omitempty"` // m, of a place: how near is there
}

// Distance returns how far the goal's body is from its target in a state, in metres.
func (g *Goal) Distance(s State) float64 { return s[g.Body].Point(g.Anchor).Sub(g.Target).Len() }

// Turn returns by what angle the goal's body is turned away from it in a state, in
// radians from −π to π.
func (g *Goal) Turn(s State) float64 { return math.Remainder(s[g.Body].Angle-g.Angle, 2*math.Pi) }

// validateGoal returns an error that names what breaks a rule in g.
func (s *Scene) validateGoal(g *Goal) error {
	if err := cmp.Or(
		checkCount("body", g.Body, 0, len(s.Bodies)-1),
		checkVec("anchor", g.Anchor),
		checkVec("target", g.Target),
	); err != nil {
		return err
	}
	switch {
	case g.Kind == Place && g.Angle != 0:
		return fmt.Errorf("angle %v rad must be 0 for kind %q", g.Angle, g.Kind)
	case g.Kind == Place:
		return checkPositive("radius", g.Radius, "m")
	case g.Kind == Pose && (g.Radius != 0 || g.Anchor != Vec{}):
		return fmt.Errorf("anchor %v and radius %v m must be 0 for kind %q", g.Anchor, g.Radius, g.Kind)
	case g.Kind == Pose:
		return checkNumber("angle", g.Angle, "rad")
	}
	return fmt.Errorf("kind %q must be %q or %q", g.Kind, Place, Pose)
}
