package scenario

import (
	"math"

	"orrery/sim"
	"orrery/sim/task"
)

// nothing stands for what the scene lacks, which is told.
func nothing(sim.State, sim.Action) float64 { return 0 }

// measure returns a measure of the file, of all things that its names mean.
func (b *binding) measure(a *askPlan) task.Measure {
	list := b.each(a)
	switch {
	case len(list) == 0:
		return nothing
	case len(list) == 1:
		return list[0]
	}
	switch a.over {
	case "sum":
		terms := make([]task.Term, len(list))
		for i, m := range list {
			terms[i] = task.Term{Weight: 1, Measure: m}
		}
		return task.Sum(terms...)
	case "min", "all":
		return task.Least(list...)
	case "max", "any":
		return task.Most(list...)
	}
	return task.Mean(list...)
}

// each returns the measure of each of the things, or pairs of things, that the names mean.
// Copies of a body and their goals belong together; other copies meet all of the others.
func (b *binding) each(a *askPlan) []task.Measure {
	if a.kind == askEffort {
		var indices []int
		for i := range a.operands {
			indices = append(indices, b.actuators(&a.operands[i])...)
		}
		return []task.Measure{task.Effort(b.scene, indices...)}
	}
	groups := make([][]thing, len(a.operands))
	for i := range a.operands {
		groups[i] = b.things(&a.operands[i])
	}
	var list []task.Measure
	if len(groups) == 1 {
		for _, t := range groups[0] {
			list = append(list, b.one(a, t, nil))
		}
		return list
	}
	if len(groups) < 2 {
		return nil
	}
	first, second := groups[0], groups[1]
	if len(first) > 1 && len(first) == len(second) && (second[0].goal != nil || first[0].goal != nil) {
		for i := range first {
			list = append(list, b.one(a, first[i], &second[i]))
		}
		return list
	}
	for _, p := range first {
		for k := range second {
			if p.whole && second[k].whole && p.body == second[k].body && p.body != sim.World {
				continue // a body and itself
			}
			list = append(list, b.one(a, p, &second[k]))
		}
	}
	return list
}

// one returns a measure of one thing, or of two.
func (b *binding) one(a *askPlan, p thing, q *thing) task.Measure {
	world := thing{body: sim.World, point: sim.Point{Body: sim.World}}
	first, second := p.point, world.point
	if q != nil {
		first, second = meeting(p, *q)
	}
	axis := unitAxis(b.num(&a.angle))
	switch a.kind {
	case askDistance:
		return task.Distance(first, second)
	case askOffset:
		return task.Offset(first, second, axis)
	case askHeight:
		return task.Height(first)
	case askSpeed:
		if a.signed {
			return task.Velocity(first, second, axis)
		}
		return task.Speed(first, second)
	case askSpin:
		if q == nil {
			return task.Spin(p.body, sim.World)
		}
		return task.Spin(p.body, q.body)
	case askAngle:
		return b.angle(p, q)
	case askCoverage:
		return task.Coverage(b.scene, aimed(p, q))
	case askOutline:
		return task.Outline(b.scene, aimed(p, q))
	case askMisfit:
		return task.Misfit(b.scene, p.goal)
	case askInside:
		if p.whole {
			return task.Count(task.Inside(b.scene, p.body, q.region))
		}
		return task.Count(task.PointInside(p.point, q.region))
	case askOutside:
		if p.whole {
			return task.Outside(b.scene, p.body, q.region)
		}
		return task.PointOutside(p.point, q.region)
	case askGap:
		return task.Gap(b.amid(q), p.body, q.body)
	case askTouching:
		return task.Count(task.Touching(b.amid(q), p.body, q.body))
	case askJointAngle:
		return task.Heading(p.joint.A, p.joint.B)
	case askJointRate:
		return task.Spin(p.joint.A, p.joint.B)
	case askEffort: // is of actuators and not of things
	}
	b.fail("%s: %q has no rule", a.at, a.kind)
	return nothing
}

// amid returns the scene, with no walls but those of a thing that is some.
func (b *binding) amid(q *thing) *sim.Scene {
	if q.walls == nil {
		return b.scene
	}
	scene := *b.scene
	scene.Walls = q.walls
	return &scene
}

// angle returns how a body is turned: alone from −π to π, or away from a goal or another
// body, without its sign.
func (b *binding) angle(p thing, q *thing) task.Measure {
	switch {
	case q == nil:
		body := p.body
		return func(state sim.State, _ sim.Action) float64 { return math.Remainder(state[body].Angle, 2*math.Pi) }
	case q.goal != nil:
		if q.goal.Kind != sim.Pose && q.goal.Kind != sim.Angle {
			b.fail("goal %q has no angle", q.goal.Name)
		}
		return task.Turned(aimed(p, q))
	}
	heading := task.Heading(p.body, q.body)
	return func(state sim.State, action sim.Action) float64 {
		return math.Abs(math.Remainder(heading(state, action), 2*math.Pi))
	}
}

// aimed returns a goal as one of a body, which may be another than its own.
func aimed(p thing, q *thing) *sim.Goal {
	if q == nil {
		return p.goal
	}
	goal := *q.goal
	goal.Body = p.body
	return &goal
}

// meeting returns the points of two things between which a distance is measured. A body and
// its own goal meet where the goal wants a point of the body.
func meeting(p, q thing) (first, second sim.Point) {
	first, second = p.point, q.point
	if q.goal != nil && p.whole && q.goal.Body == p.body {
		first.At = q.goal.Anchor
	}
	if p.goal != nil && q.whole && p.goal.Body == q.body {
		second.At = p.goal.Anchor
	}
	return first, second
}
