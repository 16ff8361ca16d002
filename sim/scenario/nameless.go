package scenario

import (
	"slices"

	"orrery/sim"
)

// named returns a scene with the names that its task speaks of. Scenes that were made before
// the scenario was a file have none: their bodies, joints, actuators and goals stand in the
// same order, and take the names, the points and the numbers of the usual scene. Any other
// scene stays what it is.
func (p *judgePlan) named(scene *sim.Scene) *sim.Scene {
	usual := p.usual
	nameless := func(a sim.Actuator) bool { return a.Name == "" }
	if usual == nil || scene.Name != usual.Name || len(scene.Actuators) != len(usual.Actuators) || len(scene.Joints) != len(usual.Joints) ||
		len(scene.Actuators) == 0 || slices.ContainsFunc(scene.Actuators, func(a sim.Actuator) bool { return !nameless(a) }) {
		return scene
	}
	named := *scene
	named.Bodies, named.Joints, named.Actuators, named.Goals = slices.Clone(scene.Bodies), slices.Clone(scene.Joints), slices.Clone(scene.Actuators), slices.Clone(scene.Goals)
	for i := range min(len(named.Bodies), len(usual.Bodies)) {
		named.Bodies[i].Name = usual.Bodies[i].Name
	}
	for i := range named.Joints {
		named.Joints[i].Name = usual.Joints[i].Name
	}
	for i := range named.Actuators {
		named.Actuators[i].Name = usual.Actuators[i].Name
	}
	for i := range min(len(named.Goals), len(usual.Goals)) {
		named.Goals[i].Name = usual.Goals[i].Name
	}
	named.Points = slices.DeleteFunc(slices.Clone(usual.Points), func(p sim.Point) bool { return p.Body >= len(named.Bodies) })
	named.Regions, named.Values = usual.Regions, usual.Values
	return &named
}
