package identify

import (
	"fmt"

	"orrery/sim"
)

// Label names the parts of a scene, as Parameter.Of has them.
type Label struct{ Scene *sim.Scene }

// Body returns the name of a body, or "body" and its index where it has none of its own.
func (l Label) Body(i int) string {
	name := l.Scene.Bodies[i].Name
	if name == "" {
		return fmt.Sprintf("body%d", i)
	}
	for k := range l.Scene.Bodies {
		if k != i && l.Scene.Bodies[k].Name == name {
			return fmt.Sprintf("body%d", i)
		}
	}
	return name
}

// WallAt returns the name of a wall, or "wall" and its index where it has none. Shapes that are
// one wall have one name.
func (l Label) WallAt(k int) string {
	if name := l.Scene.Walls[k].Name; name != "" {
		return name
	}
	return fmt.Sprintf("wall%d", k)
}

// Pair returns the name of two bodies, or of a body and wall -1-other.
func (l Label) Pair(body, other int) string {
	if other < 0 {
		return l.Body(body) + "-" + l.WallAt(-1-other)
	}
	return l.Body(min(body, other)) + "-" + l.Body(max(body, other))
}

// Materials returns the name of a pair of materials, whose order does not matter.
func (l Label) Materials(a, b string) string { return min(a, b) + "-" + max(a, b) }

// Joint returns the name of a joint: its own, or the pair it ties, or "joint" and its index where
// it has no name and is not the only one of its pair. The world is called "world".
func (l Label) Joint(k int) string {
	if name := l.Scene.Joints[k].Name; name != "" {
		return name
	}
	ties := func(j *sim.Joint) string {
		if j.B == sim.World {
			return l.Body(j.A) + "-world"
		}
		return l.Pair(j.A, j.B)
	}
	pair := ties(&l.Scene.Joints[k])
	for i := range l.Scene.Joints {
		if i != k && ties(&l.Scene.Joints[i]) == pair {
			return fmt.Sprintf("joint%d", k)
		}
	}
	return pair
}

// JointEnd returns the name of one coordinate of an anchor of a joint: its name, "a" or "b", and "x" or "y".
func (l Label) JointEnd(k int, end, axis string) string { return l.Joint(k) + " " + end + "." + axis }

// GripOf returns the name of one of a body's grips: its name and "along", "across" or "spin".
func (l Label) GripOf(i int, way string) string { return l.Body(i) + " " + way }
