package scenario

import (
	"strconv"

	"orrery/sim"
)

// thing is what an operand means in the scene.
type thing struct {
	body   int // or sim.World
	point  sim.Point
	whole  bool        // the body itself and no point of it
	walls  []sim.Shape // of the world, where it is some and not all of them
	goal   *sim.Goal
	region *sim.Region
	joint  *sim.Joint
}

// body returns the index of a body by its name.
func (b *binding) body(name string) int {
	i, ok := b.find(name)
	switch {
	case !ok:
		b.fail("the scene has no body %q", name)
		return 0
	case i == twice:
		b.fail("the scene has several bodies %q", name)
		return 0
	}
	return i
}

// find returns the index of a body by its name, or twice, and whether there is one.
func (b *binding) find(name string) (index int, ok bool) {
	const few = 16
	if len(b.scene.Bodies) <= few {
		for i := range b.scene.Bodies {
			if b.scene.Bodies[i].Name == name {
				if ok {
					return twice, true
				}
				index, ok = i, true
			}
		}
		return index, ok
	}
	if b.bodies == nil {
		b.bodies = make(map[string]int, len(b.scene.Bodies))
		for i := range b.scene.Bodies {
			name := b.scene.Bodies[i].Name
			if _, known := b.bodies[name]; known {
				i = twice
			}
			b.bodies[name] = i
		}
	}
	index, ok = b.bodies[name]
	return index, ok
}

// series returns the indices of NAME0, NAME1 … as long as there are some.
func series(name string, find func(name string) int) []int {
	var list []int
	for i := 0; ; i++ {
		k := find(name + strconv.Itoa(i))
		if k < 0 {
			return list
		}
		list = append(list, k)
	}
}

// things returns what an operand means in the scene.
func (b *binding) things(o *operand) []thing {
	s := b.scene
	switch {
	case o.kind == operandGoal:
		return b.named(o, "goal", len(s.Goals), func(i int) string { return s.Goals[i].Name }, func(i int) thing {
			g := &s.Goals[i]
			return thing{body: g.Body, goal: g, point: sim.Point{Body: sim.World, At: g.Target}}
		})
	case o.kind == operandRegion:
		return b.named(o, "region", len(s.Regions), func(i int) string { return s.Regions[i].Name }, func(i int) thing { return thing{region: &s.Regions[i]} })
	case o.kind == operandJoint:
		return b.named(o, "joint", len(s.Joints), func(i int) string { return s.Joints[i].Name }, func(i int) thing { return thing{joint: &s.Joints[i]} })
	case o.kind == operandWall:
		return b.walls(o)
	case o.name == "walls":
		return []thing{{body: sim.World, whole: true}}
	}
	return b.referred(o.reference)
}

// walls returns a wall by its name, or all copies of one.
func (b *binding) walls(o *operand) []thing {
	called := func(name string) thing {
		t := thing{body: sim.World, whole: true}
		for i := range b.scene.Walls {
			if b.scene.Walls[i].Name == name {
				t.walls = append(t.walls, b.scene.Walls[i])
			}
		}
		return t
	}
	var list []thing
	for i := 0; o.copies; i++ {
		t := called(copyLabel(o.name, i, true))
		if t.walls == nil {
			return list
		}
		list = append(list, t)
	}
	t := called(o.name)
	if t.walls == nil {
		b.fail("the scene has no wall %q", o.name)
	}
	return []thing{t}
}

// named returns the things of a name, or of all copies of it.
func (b *binding) named(o *operand, what string, count int, name func(int) string, make func(int) thing) []thing {
	find := func(wanted string) int {
		for i := range count {
			if name(i) == wanted {
				return i
			}
		}
		return -1
	}
	var list []thing
	if o.copies {
		for _, i := range series(o.name, find) {
			list = append(list, make(i))
		}
		return list
	}
	i := find(o.name)
	if i < 0 {
		b.fail("the scene has no %s %q", what, o.name)
		return nil
	}
	return []thing{make(i)}
}

// referred returns the bodies or points that a reference means.
func (b *binding) referred(r *reference) []thing {
	if r.body == sim.World {
		p := sim.Point{Body: sim.World}
		if r.point != "" {
			p = b.point(sim.World, r.point)
		}
		return []thing{{body: sim.World, point: p, whole: r.point == ""}}
	}
	var bodies []int
	switch {
	case r.all():
		bodies = series(r.name, func(name string) int {
			if i, ok := b.find(name); ok && i != twice {
				return i
			}
			return -1
		})
	case r.which != nil:
		bodies = []int{b.body(r.name + strconv.Itoa(int(r.which.Eval(&b.env))))}
	case r.counted:
		bodies = []int{b.body(r.name + strconv.Itoa(r.index))}
	default:
		bodies = []int{b.body(r.name)}
	}
	list := make([]thing, len(bodies))
	for i, body := range bodies {
		list[i] = thing{body: body, point: sim.Point{Body: body}, whole: r.point == ""}
		if r.point != "" {
			list[i].point = b.point(body, r.point)
		}
	}
	return list
}

// point returns a point of a body, or of the world.
func (b *binding) point(body int, name string) sim.Point {
	for _, p := range b.scene.Points {
		if p.Body == body && p.Name == name {
			return p
		}
	}
	b.fail("the scene has no point %q there", name)
	return sim.Point{Body: body}
}

// actuators returns the indices of the actuators of a name: all, or those that the file
// makes of one, which add _x, _y or a number to its name.
func (b *binding) actuators(o *operand) []int {
	var list []int
	for i := range b.scene.Actuators {
		name := b.scene.Actuators[i].Name
		if o.name == "all" || name == o.name || o.copies && len(name) > len(o.name) && name[:len(o.name)] == o.name && isSuffix(name[len(o.name):]) {
			list = append(list, i)
		}
	}
	if len(list) == 0 && o.name != "all" {
		b.fail("the scene has no actuator %q", o.name)
	}
	return list
}

// isSuffix reports whether a text is what the name of an actuator has besides that of the file.
func isSuffix(text string) bool {
	for len(text) > 0 && text[0] >= '0' && text[0] <= '9' {
		text = text[1:]
	}
	return text == "" || text == "_x" || text == "_y"
}
