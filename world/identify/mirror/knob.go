package mirror

import (
	"math"

	"orrery/sim"
	"orrery/world/identify"
)

// knob is a number of the scenes that may be turned.
type knob struct {
	name identify.Name
	of   string
	unit string

	told  float64 // in its own unit, as the first scene has it
	start float64 // likewise, from which to search
	low   float64 // likewise, bounds
	high  float64
	scale scale
	set   func(s *sim.Scene, value float64)
	rule  func(l *identify.Solids, value float64) // instead of set

	body     int // whose mass, moment or grip it is; -1 for none
	episode  int // in which alone it counts; -1 for all
	joint    int // -1 for none
	field    int // -1 for none
	contact  int // index of the group of contacts whose surface it is; -1 for none
	anywhere bool
	rope     bool // it is the length of a rope, which tells nothing of itself while it is slack
}

// scale says in what a knob is turned.
type scale int

const (
	linear scale = iota
	log          // of what is above 0
	keep         // share of a velocity that is kept in a step, of a damping
)

// noKnob returns a knob of nothing.
func noKnob(name identify.Name, of, unit string) knob {
	return knob{name: name, of: of, unit: unit, episode: -1, body: -1, joint: -1, field: -1, contact: -1, low: math.Inf(-1), high: math.Inf(1)}
}

// inner returns what a value is in the scale of the knob; dt is the length of a step of the engine.
func (k *knob) inner(value, dt float64) float64 {
	switch k.scale {
	case linear:
		return value
	case log:
		return math.Log(max(value, math.SmallestNonzeroFloat32))
	case keep:
		return math.Pow(value, dt)
	}
	panic("mirror: a knob of an unknown scale")
}

// outer is the inverse of inner.
func (k *knob) outer(u, dt float64) float64 {
	switch k.scale {
	case linear:
		return u
	case log:
		return math.Exp(u)
	case keep:
		return math.Pow(u, 1/dt)
	}
	panic("mirror: a knob of an unknown scale")
}

// step is by how much a knob is turned for a derivative, in its scale: far above the rounding of the
// engine, and far below what bends the errors.
const step = 1e-6

// surfaceKnobs returns elasticity and friction of a group of contacts.
func surfaceKnobs(g *group, index int) []knob {
	e := noKnob(identify.Elasticity, g.of, "")
	e.told, e.low, e.high, e.contact = g.told.Elasticity, 0, 1, index
	e.start = min(max(e.told, 0.05), 0.95)
	e.set = func(s *sim.Scene, v float64) { g.each(s, func(p *sim.Pair) { p.Elasticity = v }) }
	f := noKnob(identify.Friction, g.of, "")
	f.told, f.low, f.high, f.contact = g.told.Friction, 0, 10, index
	f.start = slippery
	f.set = func(s *sim.Scene, v float64) { g.each(s, func(p *sim.Pair) { p.Friction = v }) }
	return []knob{e, f}
}

// slippery is the coefficient of friction from which to search. With more than the true one things
// stick that slid, and nothing tells by how much it is too great.
const slippery = 0.05

// flightKnobs returns what acts on everything.
func flightKnobs(s *sim.Scene) []knob {
	y := noKnob(identify.Gravity, identify.Scene, "m/s²")
	y.told, y.start, y.anywhere = -s.Gravity.Y, -s.Gravity.Y, true
	y.set = func(s *sim.Scene, v float64) { s.Gravity.Y = 0 - v }
	x := noKnob(identify.Gravity, identify.Sideways, "m/s²")
	x.told, x.start, x.anywhere = s.Gravity.X, s.Gravity.X, true
	x.set = func(s *sim.Scene, v float64) { s.Gravity.X = v }
	d := noKnob(identify.Drag, identify.Scene, "1/s")
	d.told, d.start, d.low, d.high, d.scale, d.anywhere = s.Damping, s.Damping, 0, 1, keep, true
	d.set = func(s *sim.Scene, v float64) { s.Damping = v }
	return []knob{y, x, d}
}

// bodyKnobs returns mass and moment of each dynamic body, and the grips that the scene has.
func bodyKnobs(s *sim.Scene) (all []knob) {
	label := identify.Label{Scene: s}
	for i := range s.Bodies {
		b := &s.Bodies[i]
		if b.Kind != sim.Dynamic {
			continue
		}
		add := func(name identify.Name, of, unit string, told float64, scale scale, place func(b *sim.Body) *float64) {
			k := noKnob(name, of, unit)
			k.told, k.start, k.scale, k.body, k.low, k.high = told, told, scale, i, 0, sim.MaxMagnitude
			if scale == log {
				k.low = sim.MinMagnitude
			}
			k.set = func(s *sim.Scene, v float64) { *place(&s.Bodies[i]) = v }
			all = append(all, k)
		}
		add(identify.Mass, label.Body(i), "kg", b.Mass, log, func(b *sim.Body) *float64 { return &b.Mass })
		add(identify.Moment, label.Body(i), "kg·m²", b.Moment, log, func(b *sim.Body) *float64 { return &b.Moment })
		if b.Grip != (sim.Grip{}) {
			add(identify.Grip, label.GripOf(i, "along"), "m/s²", b.Grip.Along, linear, func(b *sim.Body) *float64 { return &b.Grip.Along })
			add(identify.Grip, label.GripOf(i, "across"), "m/s²", b.Grip.Across, linear, func(b *sim.Body) *float64 { return &b.Grip.Across })
			add(identify.Grip, label.GripOf(i, "spin"), "rad/s²", b.Grip.Spin, linear, func(b *sim.Body) *float64 { return &b.Grip.Spin })
		}
	}
	return all
}

// jointKnobs returns the settings of those joints that are wanted.
func jointKnobs(s *sim.Scene, wanted func(joint int) bool) (all []knob) {
	label := identify.Label{Scene: s}
	for i := range s.Joints {
		j := &s.Joints[i]
		if !wanted(i) {
			continue
		}
		add := func(name identify.Name, of, unit string, told, low float64, place func(j *sim.Joint) *float64) {
			k := noKnob(name, of, unit)
			k.told, k.start, k.joint, k.low, k.high = told, told, i, low, sim.MaxMagnitude
			k.set = func(s *sim.Scene, v float64) { *place(&s.Joints[i]) = v }
			all = append(all, k)
		}
		switch j.Kind {
		case sim.Spring:
			add(identify.Stiffness, label.Joint(i), "N/m", j.Stiffness, 0, func(j *sim.Joint) *float64 { return &j.Stiffness })
			add(identify.Damping, label.Joint(i), "N·s/m", j.Damping, 0, func(j *sim.Joint) *float64 { return &j.Damping })
			add(identify.Length, label.Joint(i), "m", j.Length, 0, func(j *sim.Joint) *float64 { return &j.Length })
		case sim.Rope:
			add(identify.Length, label.Joint(i), "m", j.Length, sim.MinMagnitude, func(j *sim.Joint) *float64 { return &j.Length })
			all[len(all)-1].rope = true
		case sim.Motor:
			add(identify.Strength, label.Joint(i), "N·m", j.MaxTorque, sim.MinMagnitude, func(j *sim.Joint) *float64 { return &j.MaxTorque })
			continue // it has no use for anchors
		case sim.Pivot, sim.Pin, sim.Groove:
		default:
			panic("mirror: a joint of an unknown kind")
		}
		none := -float64(sim.MaxMagnitude)
		add(identify.Anchor, label.JointEnd(i, "a", "x"), "m", j.AnchorA.X, none, func(j *sim.Joint) *float64 { return &j.AnchorA.X })
		add(identify.Anchor, label.JointEnd(i, "a", "y"), "m", j.AnchorA.Y, none, func(j *sim.Joint) *float64 { return &j.AnchorA.Y })
		if j.Kind == sim.Groove {
			continue // where a groove begins matters to what reaches its end only
		}
		add(identify.Anchor, label.JointEnd(i, "b", "x"), "m", j.AnchorB.X, none, func(j *sim.Joint) *float64 { return &j.AnchorB.X })
		add(identify.Anchor, label.JointEnd(i, "b", "y"), "m", j.AnchorB.Y, none, func(j *sim.Joint) *float64 { return &j.AnchorB.Y })
	}
	return all
}

// fieldKnobs returns the strengths of those fields that are wanted.
func fieldKnobs(s *sim.Scene, wanted func(field int) bool) (all []knob) {
	label := identify.Label{Scene: s}
	for i := range s.Fields {
		f := &s.Fields[i]
		if !wanted(i) {
			continue
		}
		k := noKnob(identify.Strength, label.Pair(f.A, f.B), "N/m")
		if f.Kind == sim.InverseSquare {
			k.unit = "N·m²"
		}
		k.told, k.start, k.field = f.Strength, f.Strength, i
		k.set = func(s *sim.Scene, v float64) { s.Fields[i].Strength = v }
		all = append(all, k)
	}
	return all
}

// looseKnobs returns the anchors of a loose pivot: those coordinates in which the scenes differ for each
// episode by itself.
func looseKnobs(scenes []*sim.Scene, joint int) (all []knob) {
	of := func(s *sim.Scene) (anchors []knob) {
		for _, k := range jointKnobs(s, func(j int) bool { return j == joint }) {
			if k.name == identify.Anchor {
				anchors = append(anchors, k)
			}
		}
		return anchors
	}
	first := of(scenes[0])
	own := make([]bool, len(first))
	for _, s := range scenes[1:] {
		for i, k := range of(s) {
			own[i] = own[i] || k.told != first[i].told
		}
	}
	for e, s := range scenes {
		for i, k := range of(s) {
			if own[i] {
				k.episode = e
			}
			if own[i] || e == 0 {
				all = append(all, k)
			}
		}
	}
	return all
}

// solidKnobs returns the law by which masses and moments of bodies follow from their shapes: the
// power of the area with which masses grow, and for each class of bodies its density and the
// factor of its moment. The densities count from the first class.
func solidKnobs(law *identify.Solids) (all []knob) {
	add := func(name identify.Name, of string, told float64, scale scale, place func(l *identify.Solids) *float64) {
		k := noKnob(name, of, "")
		k.told, k.start, k.scale, k.anywhere = told, told, scale, true
		if scale == log {
			k.low, k.high = 1e-6, 1e6
		} else {
			k.low, k.high = -4, 4
		}
		k.rule = func(l *identify.Solids, v float64) { *place(l) = v }
		all = append(all, k)
	}
	add(identify.Mass, powerOf, law.Power, linear, func(l *identify.Solids) *float64 { return &l.Power })
	for i, c := range law.Classes {
		if i > 0 {
			add(identify.Mass, c.Name, c.Density, log, func(l *identify.Solids) *float64 { return &l.Classes[i].Density })
		}
		add(identify.Moment, c.Name, c.Moment, log, func(l *identify.Solids) *float64 { return &l.Classes[i].Moment })
	}
	return all
}

// powerOf is of what the power of the area is with which masses grow.
const powerOf = "power"
