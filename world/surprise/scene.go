package surprise

import (
	"slices"

	"orrery/sim"
	"orrery/world/geom"
)

// wall is the other side of what meets a wall of a scene: -1-k for its wall k, as in sim.Impact.
func wall(k int) int { return -1 - k }

// without returns scene without the walls that something passes through by rules.
func without(scene *sim.Scene, rules []rule) *sim.Scene {
	out := *scene
	out.Walls = nil
	for k := range scene.Walls {
		if !slices.ContainsFunc(rules, func(r rule) bool { return r.leaves() && r.other == wall(k) }) {
			out.Walls = append(out.Walls, scene.Walls[k])
		}
	}
	return &out
}

// dot is the radius of what is not there, in metres.
const dot = 1e-4

// held returns scene as it would be if what passes through a wall by rules went where it is told.
func held(scene *sim.Scene, rules []rule) *sim.Scene {
	out := *scene
	out.Bodies = slices.Clone(scene.Bodies)
	for _, r := range rules {
		if r.leaves() {
			b := &out.Bodies[r.body]
			b.Kind, b.Shapes = sim.Kinematic, []sim.Shape{sim.NewShape(sim.Circle, dot, sim.Surface{}, sim.Vec{})}
		}
	}
	return &out
}

// apartFrom returns scene as it would be if two bodies passed through each other.
func apartFrom(scene *sim.Scene, body, other int) *sim.Scene {
	out := *scene
	out.Bodies = slices.Clone(scene.Bodies)
	group := max(scene.Bodies[body].Group, scene.Bodies[other].Group)
	if group == 0 || min(scene.Bodies[body].Group, scene.Bodies[other].Group) > 0 {
		for i := range scene.Bodies {
			group = max(group, scene.Bodies[i].Group+1)
		}
	}
	out.Bodies[body].Group, out.Bodies[other].Group = group, group
	return &out
}

// heavier returns scene as it would be if a body had so many times its mass.
func heavier(scene *sim.Scene, body int, times float64) *sim.Scene {
	out := *scene
	out.Bodies = slices.Clone(scene.Bodies)
	out.Bodies[body].Mass *= times
	out.Bodies[body].Moment *= times
	return &out
}

// tied reports whether joints, fields or actuators act on a body, whatever it touches.
func tied(scene *sim.Scene, body int) bool {
	return slices.ContainsFunc(scene.Joints, func(j sim.Joint) bool { return j.A == body || j.B == body }) ||
		slices.ContainsFunc(scene.Fields, func(f sim.Field) bool { return f.A == body || f.B == body }) ||
		slices.ContainsFunc(scene.Actuators, func(a sim.Actuator) bool { return a.Body == body })
}

// meeting is two things that are near each other: a body, and another or a wall as in wall.
type meeting struct{ body, other int }

// meetings returns what is closer than margin metres at a state, each pair once, and how far apart.
func (l *law) meetings(state sim.State, margin float64) map[meeting]float64 {
	out := map[meeting]float64{}
	l.near = l.detector.Clearances(l.near[:0], state, margin)
	for _, c := range l.near {
		m := meeting{c.A, c.B}
		if c.B == geom.Wall {
			m.other = l.wallOf(c.ID)
		}
		if gap, found := out[m]; !found || c.Gap < gap {
			out[m] = c.Gap
		}
	}
	return out
}

// wallOf returns the wall of a clearance.
func (l *law) wallOf(id uint64) int {
	_, shape := l.detector.Shapes(id)
	for k := range l.scene.Walls {
		if &l.scene.Walls[k] == shape {
			return wall(k)
		}
	}
	panic("surprise: a clearance of no wall")
}
