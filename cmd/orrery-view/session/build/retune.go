package build

import (
	"fmt"
	"reflect"
	"slices"

	"orrery/sim"
)

// Added is the origin of a body that no scenario has sampled.
const Added = -1

// Retuned returns a scene that was changed by hand as it would be with other parameters:
// before and after are what the scenario samples with the old ones and the new ones.
// Origins tells for each body of the changed scene which one of before it is, or Added.
// The bodies stay in the state that is given.
//
// That is possible where parameters change only by which laws bodies move, such as
// gravity, friction, masses or what actuators can do. Where they change how many bodies
// there are, where they start or which form something has, an error says so.
func Retuned(scene *sim.Scene, state sim.State, origins []int, before, after *sim.Scene) (*sim.Scene, error) {
	if !reflect.DeepEqual(skeleton(before), skeleton(after)) {
		return nil, fmt.Errorf("other values make another scene")
	}
	for i, origin := range origins {
		if origin != Added && (origin >= len(before.Bodies) || !reflect.DeepEqual(plain(scene.Bodies[i].Shapes), plain(before.Bodies[origin].Shapes))) {
			return nil, fmt.Errorf("the scene is none that the scenario has sampled")
		}
	}
	out := after.StartingAt(after.Start())
	for i := len(after.Bodies) - 1; i >= 0; i-- {
		if !slices.Contains(origins, i) {
			out = without(out, i)
		}
	}
	if k := slices.Index(origins, Added); k >= 0 && slices.Max(origins[k:]) != Added {
		return nil, fmt.Errorf("bodies that were added must come last")
	}
	for i, origin := range origins {
		if origin == Added {
			out.Bodies = append(out.Bodies, reform(scene.Bodies[i], before, after))
		}
	}
	for i := range out.Bodies {
		out.Bodies[i].Start = state[i]
	}
	if len(out.Goals) == len(scene.Goals) {
		out.Goals = scene.Goals // which may have been moved
	}
	out.Regions = scene.Regions // likewise
	return out, out.Validate()
}

// skeleton returns what of a scene must stay the same for what was built in it to fit:
// all but the numbers of its laws.
func skeleton(scene *sim.Scene) *sim.Scene {
	out := *scene
	out.Gravity, out.Damping, out.Slop, out.Bias, out.Iterations, out.Substeps = sim.Vec{}, 0, 0, 0, 0, 0
	out.ChipmunkOrder, out.Primed = false, false
	out.Walls = plain(scene.Walls)
	out.Bodies = slices.Clone(scene.Bodies)
	for i := range out.Bodies {
		b := &out.Bodies[i]
		b.Mass, b.Moment, b.Grip, b.Shapes = 0, 0, sim.Grip{}, plain(b.Shapes)
	}
	out.Joints = slices.Clone(scene.Joints)
	for i := range out.Joints {
		j := &out.Joints[i]
		j.Stiffness, j.Damping, j.Rate, j.MaxTorque = 0, 0, 0, 0
	}
	out.Fields = slices.Clone(scene.Fields)
	for i := range out.Fields {
		out.Fields[i].Strength, out.Fields[i].Limit = 0, 0
	}
	out.Actuators = slices.Clone(scene.Actuators)
	for i := range out.Actuators {
		a := &out.Actuators[i]
		a.Low, a.High, a.Stiffness, a.Damping = 0, 0, 0, 0
	}
	out.Values = nil
	out.Pairs = slices.Clone(scene.Pairs)
	for i := range out.Pairs {
		out.Pairs[i].Friction, out.Pairs[i].Elasticity = 0, 0
	}
	return &out
}

// plain returns shapes without their surfaces.
func plain(shapes []sim.Shape) []sim.Shape {
	out := slices.Clone(shapes)
	for i := range out {
		out[i].Friction, out[i].Elasticity = 0, 0
	}
	return out
}

// reform returns an added body with the surface and the grip that those bodies have now
// whose surface or grip it had: it was made to suit them.
func reform(body sim.Body, before, after *sim.Scene) sim.Body {
	body.Shapes = slices.Clone(body.Shapes)
	had, grip := body.Shapes[0].Surface(), body.Grip
	for i := range before.Bodies {
		old, now := &before.Bodies[i], &after.Bodies[i]
		if old.Kind != sim.Dynamic {
			continue
		}
		if old.Grip == grip {
			body.Grip = now.Grip
		}
		if old.Shapes[0].Surface() == had {
			for k := range body.Shapes {
				body.Shapes[k].Friction, body.Shapes[k].Elasticity = now.Shapes[0].Friction, now.Shapes[0].Elasticity
			}
		}
	}
	return body
}
