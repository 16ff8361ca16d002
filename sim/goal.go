package sim

import (
	"cmp"
	"fmt"
	"math"
)

// GoalKind says what a body must do to be where a goal wants it.
type GoalKind string

// The kinds of goal. A place is reached by a point of the body, a pose by the body's
// centre of mass and its angle together, an angle by the body's angle wherever it is, and
// a region by the whole body when all of it lies inside.
const (
	Place  GoalKind = "place"
	Pose   GoalKind = "pose"
	Angle  GoalKind = "angle"
	Inside GoalKind = "region"
)

// AnyAngle is the Symmetry of a goal to which all angles are the same, as of a disc.
const AnyAngle = -1

// Goal is the place to which a task wants a body to go. It is part of a scene so that whoever
// draws, stores or plans in one knows what is wanted; the engine ignores it.
type Goal struct {
	Kind     GoalKind `json:"kind"`
	Body     int      `json:"body"`               // body index
	Anchor   Vec      `json:"anchor,omitzero"`    // m, in the body's frame: what shall go to a place
	Target   Vec      `json:"target"`             // m, of a place or a pose: where it shall go
	Angle    float64  `json:"angle,omitempty"`    // rad, of a pose or an angle
	Radius   float64  `json:"radius,omitempty"`   // m, of a place: how near is there
	Region   string   `json:"region,omitempty"`   // the name of the region where the body shall be
	Symmetry int      `json:"symmetry,omitempty"` // of a pose or an angle: turns by 2π/Symmetry count as the same; 0 and 1 are none, or AnyAngle
	Name     string   `json:"name,omitempty"`
}

// Distance returns how far the body of a place or a pose is from its target in a state,
// in metres.
func (g *Goal) Distance(s State) float64 { return s[g.Body].Point(g.Anchor).Sub(g.Target).Len() }

// Turn returns by what angle the body of a pose or an angle is turned away from it in a
// state, in radians: from −π to π, or from −π/n to π/n where n turns look the same.
func (g *Goal) Turn(s State) float64 {
	if g.Symmetry == AnyAngle {
		return 0
	}
	return math.Remainder(s[g.Body].Angle-g.Angle, 2*math.Pi/float64(max(g.Symmetry, 1)))
}

// Wanted returns the pose at rest, nearest to the one that the goal's body has in a state,
// in which it would be where the goal wants it: of all angles that count as the same, the
// one that needs the least turning, and what the goal says nothing of as it is. A region
// says nothing of a pose.
func (g *Goal) Wanted(s State) BodyState {
	b := &s[g.Body]
	wanted := BodyState{X: b.X, Y: b.Y, Angle: b.Angle}
	switch g.Kind {
	case Place:
		at := b.Position().Add(g.Target.Sub(b.Point(g.Anchor)))
		wanted.X, wanted.Y = at.X, at.Y
	case Pose:
		wanted.X, wanted.Y, wanted.Angle = g.Target.X, g.Target.Y, b.Angle-g.Turn(s)
	case Angle:
		wanted.Angle = b.Angle - g.Turn(s)
	case Inside:
	default:
		panic(fmt.Sprintf("sim: no rule for goals of kind %q", g.Kind))
	}
	return wanted
}

// validateGoal returns an error that names what breaks a rule in g.
func (s *Scene) validateGoal(g *Goal) error {
	if err := cmp.Or(
		checkName(g.Name),
		checkCount("body", g.Body, 0, len(s.Bodies)-1),
		checkVec("anchor", g.Anchor),
		checkVec("target", g.Target),
	); err != nil {
		return err
	}
	rest := *g
	var err error
	switch g.Kind {
	case Place:
		err = checkPositive("radius", g.Radius, "m")
		rest.Anchor, rest.Target, rest.Radius = Vec{}, Vec{}, 0
	case Pose:
		err = cmp.Or(checkNumber("angle", g.Angle, "rad"), checkCount("symmetry", g.Symmetry, AnyAngle, maxSymmetry))
		rest.Target, rest.Angle, rest.Symmetry = Vec{}, 0, 0
	case Angle:
		err = cmp.Or(checkNumber("angle", g.Angle, "rad"), checkCount("symmetry", g.Symmetry, AnyAngle, maxSymmetry))
		rest.Angle, rest.Symmetry = 0, 0
	case Inside:
		if s.Region(g.Region) == nil {
			err = fmt.Errorf("region %q must be one of the scene's", g.Region)
		}
		rest.Region = ""
	default:
		return fmt.Errorf("kind %q must be %q, %q, %q or %q", g.Kind, Place, Pose, Angle, Inside)
	}
	if err != nil {
		return err
	}
	if rest != (Goal{Kind: g.Kind, Body: g.Body, Name: g.Name}) {
		return fmt.Errorf("kind %q must not have settings of other kinds", g.Kind)
	}
	return nil
}

// maxSymmetry keeps a turn that counts as the same well above rounding.
const maxSymmetry = 1_000
