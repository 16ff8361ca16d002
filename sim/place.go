package sim

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// Point is a place with a name, on a body or in the world, of which tasks, policies and
// drawings speak. A point on a body moves with it. The engine ignores points.
type Point struct {
	Name string `json:"name"`
	Body int    `json:"body"` // body index, or World
	At   Vec    `json:"at"`   // m, in the body's frame, or the world's
}

// In returns where the point is in a state of its scene, in metres.
func (p *Point) In(s State) Vec {
	if p.Body == World {
		return p.At
	}
	if p.At == (Vec{}) { // no turning is needed, and many ask
		return s[p.Body].Position()
	}
	return s[p.Body].Point(p.At)
}

// Region is a part of the world with a name, of which tasks, goals and drawings speak: a
// circle, a polygon, or a segment with a radius. It has no surface and touches nothing;
// the engine ignores it.
type Region struct {
	Name string `json:"name"`
	Shape
}

// Region returns the region of a name, or nil if the scene has none.
func (s *Scene) Region(name string) *Region {
	for i := range s.Regions {
		if s.Regions[i].Name == name {
			return &s.Regions[i]
		}
	}
	return nil
}

// validatePoint returns an error that names what breaks a rule in p.
func (s *Scene) validatePoint(p *Point) error {
	return cmp.Or(
		checkGivenName(p.Name),
		checkCount("body", p.Body, World, len(s.Bodies)-1),
		checkVec("at", p.At),
	)
}

func (r *Region) validate() error {
	if err := cmp.Or(checkGivenName(r.Name), r.Shape.validate()); err != nil {
		return err
	}
	if r.Friction != 0 || r.Elasticity != 0 || r.Material != "" {
		return fmt.Errorf("friction %v and elasticity %v must be 0 and material %q empty, as nothing touches a region", r.Friction, r.Elasticity, r.Material)
	}
	if r.Kind == Segment {
		return checkPositive("radius", r.Radius, "m")
	}
	return nil
}

// validateValues checks the values in the order of their names.
func (s *Scene) validateValues() error {
	for _, name := range slices.Sorted(maps.Keys(s.Values)) {
		if err := cmp.Or(checkGivenName(name), checkNumber("value", s.Values[name], "")); err != nil {
			return fmt.Errorf("value %q: %w", name, err)
		}
	}
	return nil
}

// validateNames demands that no two things of a sort have the same name, which leaves
// tasks in no doubt. Bodies may: scenes had names of bodies before tasks spoke of them,
// and whoever looks one up refuses a name that two have.
func (s *Scene) validateNames() error {
	return cmp.Or(
		validateUnique("joint", s.Joints, func(j *Joint) string { return j.Name }),
		validateUnique("field", s.Fields, func(f *Field) string { return f.Name }),
		validateUnique("actuator", s.Actuators, func(a *Actuator) string { return a.Name }),
		validateUnique("goal", s.Goals, func(g *Goal) string { return g.Name }),
		validateUnique("region", s.Regions, func(r *Region) string { return r.Name }),
		s.validatePointNames(),
	)
}

// validateUnique returns an error that names the first two of a list that have the same
// name. Any number may have none.
func validateUnique[T any](what string, list []T, name func(*T) string) error {
	if before, i, ok := twins(list, name); ok {
		return fmt.Errorf("%s %d: name %q is that of %s %d and must be its own", what, i, name(&list[i]), what, before)
	}
	return nil
}

// validatePointNames is validateUnique for the points of each body and of the world.
func (s *Scene) validatePointNames() error {
	type key struct {
		body int
		name string
	}
	if before, i, ok := twins(s.Points, func(p *Point) key { return key{p.Body, p.Name} }); ok {
		return fmt.Errorf("point %d: name %q is that of point %d and must be its own", i, s.Points[i].Name, before)
	}
	return nil
}

// twins returns the first two of a list that have the same key, other than the zero one.
func twins[T any, K comparable](list []T, key func(*T) K) (before, i int, ok bool) {
	if len(list) < 2 {
		return 0, 0, false
	}
	var none K
	first := make(map[K]int, len(list))
	for i := range list {
		k := key(&list[i])
		if k == none {
			continue
		}
		if before, ok := first[k]; ok {
			return before, i, true
		}
		first[k] = i
	}
	return 0, 0, false
}
