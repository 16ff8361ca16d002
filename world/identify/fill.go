package identify

import (
	"math"
	"slices"

	"orrery/sim"
)

// Fill returns a copy of scene that has the values of parameters and the edges that are likelier
// than not; edges of single episodes are left to SceneOf. Where a body's mass is found and its moment is not, the moment grows with the mass.
// What is of a part that the scene does not have is left out. The error is that of a scene that
// does not validate.
func Fill(scene *sim.Scene, parameters []Parameter, edges []Edge) (*sim.Scene, error) {
	f := filling{out: clone(scene), label: Label{scene}, values: map[Name]map[string]float64{}, least: map[Name]map[string]float64{}}
	for _, n := range Names() {
		f.values[n], f.least[n] = map[string]float64{}, map[string]float64{}
	}
	for _, p := range parameters {
		switch {
		case f.values[p.Name] == nil:
		case p.Identifiable:
			f.values[p.Name][p.Of] = p.Value
		case p.Lo > 0:
			f.least[p.Name][p.Of] = p.Lo
		}
	}
	f.flight()
	f.bodies()
	f.surfaces()
	f.joints()
	f.fields()
	for _, e := range edges {
		if e.Probability > 0.5 && e.Episode == nil {
			f.edge(e)
		}
	}
	return f.out, f.out.Validate()
}

// SceneOf returns a copy of the scene of an episode that has the values found and the edges of that episode.
func (r *Result) SceneOf(scene *sim.Scene, episode int) (*sim.Scene, error) {
	var edges []Edge
	for _, e := range r.Edges {
		if e.Episode == nil || *e.Episode == episode {
			e.Episode = nil
			edges = append(edges, e)
		}
	}
	return Fill(scene, r.Parameters, edges)
}

// clone returns a scene whose parts Fill may change.
func clone(scene *sim.Scene) *sim.Scene {
	s := *scene
	s.Walls, s.Bodies = slices.Clone(s.Walls), slices.Clone(s.Bodies)
	for i := range s.Bodies {
		s.Bodies[i].Shapes = slices.Clone(s.Bodies[i].Shapes)
	}
	s.Joints, s.Fields, s.Pairs = slices.Clone(s.Joints), slices.Clone(s.Fields), slices.Clone(s.Pairs)
	return &s
}

// filling is a scene into which values are written.
type filling struct {
	out    *sim.Scene
	label  Label // of the scene as it was
	values map[Name]map[string]float64
	least  map[Name]map[string]float64 // of what has no value: what the scene says counts if it is more
}

// set writes a value to a place if it was found, or the least it can be if the place has less.
func (f *filling) set(to *float64, name Name, of string) bool {
	v, ok := f.values[name][of]
	if !ok {
		if v, ok = f.least[name][of]; ok {
			v = max(v, *to)
		}
	}
	if ok {
		*to = v
	}
	return ok
}

func (f *filling) flight() {
	g := -f.out.Gravity.Y
	if f.set(&g, Gravity, Scene) {
		f.out.Gravity.Y = -g
	}
	f.set(&f.out.Gravity.X, Gravity, Sideways)
	drag := 0.0
	if f.set(&drag, Drag, Scene) {
		f.out.Damping = min(1, math.Exp(-drag)) // a scene's bodies gain nothing
	}
}

func (f *filling) bodies() {
	for i := range f.out.Bodies {
		b, name := &f.out.Bodies[i], f.label.Body(i)
		if before := b.Mass; b.Kind == sim.Dynamic && f.set(&b.Mass, Mass, name) {
			b.Moment *= b.Mass / before
		}
		if b.Kind == sim.Dynamic {
			f.set(&b.Moment, Moment, name)
		}
		for k := range b.Shapes {
			if b.Shapes[k].Kind == sim.Circle {
				f.set(&b.Shapes[k].Radius, Radius, name)
			}
		}
		f.set(&b.Grip.Along, Grip, f.label.GripOf(i, "along"))
		f.set(&b.Grip.Across, Grip, f.label.GripOf(i, "across"))
		f.set(&b.Grip.Spin, Grip, f.label.GripOf(i, "spin"))
	}
}

func (f *filling) joints() {
	for k := range f.out.Joints {
		j, name := &f.out.Joints[k], f.label.Joint(k)
		switch j.Kind {
		case sim.Spring:
			f.set(&j.Stiffness, Stiffness, name)
			f.set(&j.Damping, Damping, name)
			f.set(&j.Length, Length, name)
		case sim.Rope:
			f.set(&j.Length, Length, name)
		case sim.Motor:
			f.set(&j.MaxTorque, Strength, name)
		case sim.Pivot, sim.Groove, sim.Pin: // anchors say all; a pin is as long as they are apart at the start
		}
		f.set(&j.AnchorA.X, Anchor, f.label.JointEnd(k, "a", "x"))
		f.set(&j.AnchorA.Y, Anchor, f.label.JointEnd(k, "a", "y"))
		f.set(&j.AnchorB.X, Anchor, f.label.JointEnd(k, "b", "x"))
		f.set(&j.AnchorB.Y, Anchor, f.label.JointEnd(k, "b", "y"))
	}
}

// fields writes strengths of fields there are.
func (f *filling) fields() {
	for k := range f.out.Fields {
		field := &f.out.Fields[k]
		f.set(&field.Strength, Strength, f.label.Pair(field.A, field.B))
	}
}

// edge adds what couples two bodies, unless the scene has it.
func (f *filling) edge(e Edge) {
	a, b := f.body(e.A), f.body(e.B)
	if a < 0 || b < 0 || a == b {
		return
	}
	pair := f.label.Pair(a, b)
	joined := func(j sim.Joint) bool { return j.A == a && j.B == b || j.A == b && j.B == a }
	coupled := func(c sim.Field) bool { return c.A == a && c.B == b || c.A == b && c.B == a }
	if slices.ContainsFunc(f.out.Joints, joined) || slices.ContainsFunc(f.out.Fields, coupled) {
		return
	}
	switch e.Kind {
	case Rod:
		f.out.Joints = append(f.out.Joints, sim.Joint{Kind: sim.Pin, A: a, B: b})
	case Charge:
		field := sim.Field{Kind: sim.InverseSquare, A: a, B: b, Limit: e.Limit, Strength: e.Strength}
		if e.Strength == 0 {
			f.set(&field.Strength, Strength, pair)
		}
		f.out.Fields = append(f.out.Fields, field)
	case Spring:
		j := sim.Joint{Kind: sim.Spring, A: a, B: b, Stiffness: -e.Strength}
		for _, of := range []string{Scene, pair} {
			if e.Strength == 0 {
				f.set(&j.Stiffness, Stiffness, of)
			}
			f.set(&j.Length, Length, of)
			f.set(&j.Damping, Damping, of)
		}
		if j.Length == 0 && j.Damping == 0 || j.Stiffness < 0 { // what pulls from any distance is a field
			f.out.Fields = append(f.out.Fields, sim.Field{Kind: sim.Linear, A: a, B: b, Strength: -j.Stiffness})
			return
		}
		f.out.Joints = append(f.out.Joints, j)
	}
}

// body returns the index of the body with a name, or -1.
func (f *filling) body(name string) int {
	for i := range f.out.Bodies {
		if f.label.Body(i) == name {
			return i
		}
	}
	return -1
}
