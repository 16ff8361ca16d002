package scenario

import (
	"fmt"
	"slices"

	"orrery/sim"
	"orrery/sim/scenario/file"
)

// jointPlan is a joint of the file with all its copies.
type jointPlan struct {
	at, name string
	kind     sim.JointKind
	counted  bool
	count    number
	base     int // slot of i
	ends     [2]*reference
	place    *[2]number
	from, to [2]number

	length, stiffness, damping, rate, torque number
}

// joint compiles a joint.
func (c *compiler) joint(k int, j *file.Joint, known []string) {
	at := fmt.Sprintf("/joints/%d", k)
	p := jointPlan{at: at, name: j.Name, base: len(known)}
	if p.name == "" {
		p.name = fmt.Sprintf("joint%d", k)
	} else {
		c.thingName(at+"/name", p.name)
	}
	p.count, p.counted = c.count(at, j.Count, known)
	scope, _ := c.copyScope(at, known, nil)
	var names *[2]string
	given := 0
	for _, kind := range sim.Kinds[sim.JointKind]() {
		if of := jointEnds(j, kind); of != nil {
			p.kind, names = kind, of
			given++
		}
	}
	if given != 1 {
		c.fail(at, "there must be one of pivot, pin, rope, groove, spring and motor, with the two that it ties")
		return
	}
	at2 := at + "/" + string(p.kind)
	whole := true
	for i, name := range names {
		p.ends[i] = c.single(fmt.Sprintf("%s/%d", at2, i), name, scope)
		whole = whole && p.ends[i] != nil
	}
	if j.At != nil {
		place := c.pair(at+"/at", j.At, scope, rulePlace, sim.Vec{})
		p.place = &place
	}
	p.from, p.to = c.pair(at+"/from", j.From, scope, rulePlace, sim.Vec{}), c.pair(at+"/to", j.To, scope, rulePlace, sim.Vec{})
	p.length = c.number(at+"/length", j.Length, scope, ruleDistance, 0)
	p.stiffness = c.number(at+"/stiffness", j.Stiffness, scope, rule{unit: "N/m", most: sim.MaxMagnitude}, 0)
	p.damping = c.number(at+"/damping", j.Damping, scope, rule{unit: "N·s/m", most: sim.MaxMagnitude}, 0)
	p.rate = c.number(at+"/rate", j.Rate, scope, rule{unit: "rad/s", least: -sim.MaxMagnitude, most: sim.MaxMagnitude}, 0)
	p.torque = c.number(at+"/max_torque", j.MaxTorque, scope, rule{unit: "N·m", least: sim.MinMagnitude, most: sim.MaxMagnitude, positive: true}, 0)
	c.jointSettings(at, p.kind, j)
	if whole {
		c.checkEnds(&p, at2)
	}
	c.program.joints = append(c.program.joints, p)
}

// jointEnds returns what a joint ties as a kind, or nil.
func jointEnds(j *file.Joint, kind sim.JointKind) *[2]string {
	switch kind {
	case sim.Pivot:
		return j.Pivot
	case sim.Pin:
		return j.Pin
	case sim.Rope:
		return j.Rope
	case sim.Groove:
		return j.Groove
	case sim.Spring:
		return j.Spring
	case sim.Motor:
		return j.Motor
	}
	panic("scenario: a kind of joint without a rule")
}

// jointSettings keeps mistakes about settings that a kind of joint has not, or lacks.
func (c *compiler) jointSettings(at string, kind sim.JointKind, j *file.Joint) {
	for _, s := range []struct {
		key   string
		given bool
		kinds []sim.JointKind
		must  bool
	}{
		{"at", j.At != nil, []sim.JointKind{sim.Pivot, sim.Pin, sim.Rope, sim.Groove, sim.Spring}, false},
		{"from", j.From != nil, []sim.JointKind{sim.Groove}, true},
		{"to", j.To != nil, []sim.JointKind{sim.Groove}, true},
		{"length", !j.Length.IsZero(), []sim.JointKind{sim.Rope, sim.Spring}, false},
		{"stiffness", !j.Stiffness.IsZero(), []sim.JointKind{sim.Spring}, true},
		{"damping", !j.Damping.IsZero(), []sim.JointKind{sim.Spring}, false},
		{"rate", !j.Rate.IsZero(), []sim.JointKind{sim.Motor}, false},
		{"max_torque", !j.MaxTorque.IsZero(), []sim.JointKind{sim.Motor}, true},
	} {
		has := slices.Contains(s.kinds, kind)
		switch {
		case s.given && !has:
			c.fail(at+"/"+s.key, "a %s has no %s", kind, s.key)
		case !s.given && has && s.must:
			c.fail(at, "a %s must have %q", kind, s.key)
		}
	}
}

// checkEnds keeps mistakes about what a joint ties.
func (c *compiler) checkEnds(p *jointPlan, at string) {
	a, b := p.ends[0], p.ends[1]
	if a.body == sim.World && b.body == sim.World {
		c.fail(at, "one of the two must be a body")
		return
	}
	if a.body == b.body && a.which == nil && b.which == nil && a.index == b.index {
		c.fail(at, "%q and %q must be two different bodies", a.text, b.text)
		return
	}
	dynamic := false
	for _, end := range p.ends {
		if end.body != sim.World {
			can, _ := c.kindsOf(end.body)
			dynamic = dynamic || can
		}
	}
	switch named := a.point != "" || b.point != "" || p.place != nil; {
	case !dynamic:
		c.fail(at, "one of the two must be a dynamic body")
	case a.body == sim.World && p.kind == sim.Groove:
		c.fail(at+"/0", "the first of a groove must be the body whose end slides; the groove is on the second, which may be the world")
	case a.body == sim.World && p.kind == sim.Motor:
		c.fail(at+"/0", "the first of a motor must be the body that it turns; the second may be the world")
	case p.kind == sim.Pivot && !named && a.body != sim.World && b.body != sim.World:
		c.fail(at, "\"at\" must say where the two are held together, or both must name points")
	case (p.kind == sim.Pin || p.kind == sim.Rope || p.kind == sim.Spring) && p.place == nil && (a.isWorld() || b.isWorld()):
		c.fail(at, "\"at\" must say where in the world the %s ends", p.kind)
	}
}

// drawJoint draws all copies of a joint.
func (d *drawing) drawJoint(p *jointPlan) {
	count := int(d.num(&p.count))
	if total := len(d.scene.Joints) + count; total > sim.MaxJoints {
		d.fail(p.at+"/count", "%d joints in all must be at most %d", total, sim.MaxJoints)
		return
	}
	d.env.Values[p.base+1] = float64(count)
	for i := range count {
		d.env.Values[p.base] = float64(i)
		a, ok := d.bodyOf(p.ends[0])
		b, ok2 := d.bodyOf(p.ends[1])
		if !ok || !ok2 {
			return
		}
		if a == b {
			d.fail(p.at+"/"+string(p.kind), "%q and %q must be two different bodies", p.ends[0].text, p.ends[1].text)
			return
		}
		joint := sim.Joint{Name: copyLabel(p.name, i, p.counted), Kind: p.kind, A: a, B: b}
		if d.anchors(p, &joint); joint.A == sim.World { // only of kinds that do not tell their ends apart
			joint.A, joint.B, joint.AnchorA, joint.AnchorB = joint.B, joint.A, joint.AnchorB, joint.AnchorA
		}
		d.scene.Joints = append(d.scene.Joints, joint)
	}
}

// anchors places the ends of a joint and draws its settings.
func (d *drawing) anchors(p *jointPlan, j *sim.Joint) {
	if p.kind == sim.Motor {
		j.Rate, j.MaxTorque = d.num(&p.rate), d.num(&p.torque)
		return
	}
	ends, bodies := [2]sim.Vec{}, [2]int{j.A, j.B}
	for i, body := range bodies {
		ends[i] = d.pointOf(p.ends[i], body)
	}
	inWorld := func(i int) sim.Vec {
		if bodies[i] == sim.World {
			return ends[i]
		}
		return d.scene.Bodies[bodies[i]].Start.Point(ends[i])
	}
	put := func(i int, at sim.Vec) {
		if ends[i] = at; bodies[i] != sim.World {
			start := &d.scene.Bodies[bodies[i]].Start
			ends[i] = at.Sub(start.Position()).Rotate(-start.Angle)
		}
	}
	named := [2]bool{p.ends[0].point != "", p.ends[1].point != ""}
	switch {
	case p.place != nil:
		at := d.vec(p.place)
		for i := range ends {
			if !named[i] {
				put(i, at)
			}
		}
	case p.kind == sim.Pivot && !(named[0] && named[1]):
		fixed := 0 // whose place the other takes
		if named[1] || bodies[0] == sim.World && !named[0] {
			fixed = 1
		}
		put(1-fixed, inWorld(fixed))
	}
	j.AnchorA, j.AnchorB = ends[0], ends[1]
	apart := inWorld(0).Sub(inWorld(1)).Len()
	switch p.kind {
	case sim.Groove:
		origin := sim.Vec{}
		if j.B != sim.World {
			origin = d.origins[j.B]
		}
		j.AnchorB, j.EndB = d.vec(&p.from).Add(origin), d.vec(&p.to).Add(origin)
	case sim.Rope, sim.Spring:
		if j.Length = d.num(&p.length); !p.length.given {
			j.Length = apart
		}
		j.Stiffness, j.Damping = d.num(&p.stiffness), d.num(&p.damping)
	case sim.Pivot, sim.Pin, sim.Motor:
	default:
		panic("scenario: a kind of joint without a rule")
	}
}

// fieldPlan is a force between the copies of two bodies.
type fieldPlan struct {
	at, name                string
	kind                    sim.FieldKind
	of                      [2]*reference
	slots                   [2]int // of the first of the lets of either
	strength, limit, chance number
}

// field compiles a field.
func (c *compiler) field(k int, f *file.Field, known []string) {
	at := fmt.Sprintf("/fields/%d", k)
	p := fieldPlan{at: at, name: f.Name}
	if p.name == "" {
		p.name = fmt.Sprintf("field%d", k)
	} else {
		c.thingName(at+"/name", p.name)
	}
	names := f.Linear
	p.kind = sim.Linear
	if f.InverseSquare != nil {
		names, p.kind = f.InverseSquare, sim.InverseSquare
	}
	if (f.Linear == nil) == (f.InverseSquare == nil) {
		c.fail(at, "there must be one of linear and inverse_square, with two bodies")
		return
	}
	if f.Strength.IsZero() {
		c.fail(at, "a field must have \"strength\"")
	}
	scope := slices.Clone(known)
	for i, name := range names {
		end := c.someBodies(fmt.Sprintf("%s/%s/%d", at, p.kind, i), name, known)
		if end == nil {
			return
		}
		p.of[i], p.slots[i] = end, len(scope)
		c.program.bodies[end.body].keep = true
		for _, let := range c.program.bodies[end.body].names {
			scope = append(scope, []string{"a.", "b."}[i]+let)
		}
	}
	c.program.slots = max(c.program.slots, len(scope))
	if a, b := p.of[0], p.of[1]; a.body == b.body && !a.all() && a.which == nil && b.which == nil && a.index == b.index {
		c.fail(at+"/"+string(p.kind), "%q and %q must be two different bodies", a.text, b.text)
	}
	p.strength = c.number(at+"/strength", f.Strength, scope, ruleAny, 0)
	p.limit = c.number(at+"/limit", f.Limit, scope, rule{unit: "N", most: sim.MaxMagnitude}, 0)
	p.chance = c.number(at+"/chance", f.Chance, scope, ruleShare, 1)
	c.program.fields = append(c.program.fields, p)
}

// drawField draws a field between all pairs of two bodies' copies.
func (d *drawing) drawField(p *fieldPlan) {
	first, second := d.bodiesOf(p.of[0]), d.bodiesOf(p.of[1])
	same := p.of[0].body == p.of[1].body && p.of[0].all() && p.of[1].all()
	pairs := len(first) * len(second)
	if same {
		pairs = len(first) * (len(first) - 1) / 2
	}
	if total := len(d.scene.Fields) + pairs; total > sim.MaxFields {
		d.fail(p.at, "%d pairs in all must be at most %d", total, sim.MaxFields)
		return
	}
	several := p.of[0].all() || p.of[1].all()
	number := 0
	for i, a := range first {
		others := second
		if same {
			others = second[:i]
		}
		for _, b := range others {
			if a == b {
				continue
			}
			copy(d.env.Values[p.slots[0]:], d.letsOf[a])
			copy(d.env.Values[p.slots[1]:], d.letsOf[b])
			if p.chance.given && d.env.Rand.Float64() >= d.num(&p.chance) {
				continue
			}
			d.scene.Fields = append(d.scene.Fields, sim.Field{
				Name: copyLabel(p.name, number, several), Kind: p.kind, A: a, B: b, Strength: d.num(&p.strength), Limit: d.num(&p.limit),
			})
			number++
		}
	}
}
