package build

import (
	"fmt"
	"math"
	"slices"

	"orrery/sim"
)

// Aimed returns a copy of the scene whose first goal is moved to a point of the world: its
// place or pose is there, its angle points there from where the body is in a state, or the
// middle of its region is there, and so for all goals of that region.
func Aimed(scene *sim.Scene, state sim.State, at sim.Vec) *sim.Scene {
	out := *scene
	out.Goals = slices.Clone(scene.Goals)
	goal := &out.Goals[0]
	switch goal.Kind {
	case sim.Place, sim.Pose:
		goal.Target = at
	case sim.Angle:
		way := at.Sub(state[goal.Body].Position())
		goal.Angle = math.Atan2(way.Y, way.X)
	case sim.Inside:
		out.Regions = slices.Clone(scene.Regions)
		region := out.Region(goal.Region)
		region.Vertices = slices.Clone(region.Vertices)
		var sum sim.Vec
		for _, v := range region.Vertices {
			sum = sum.Add(v)
		}
		by := at.Sub(sum.Scale(1 / float64(len(region.Vertices))))
		for i := range region.Vertices {
			region.Vertices[i] = region.Vertices[i].Add(by)
		}
	default:
		panic(fmt.Sprintf("build: no rule for goals of kind %q", goal.Kind))
	}
	return &out
}
