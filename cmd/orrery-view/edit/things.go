package edit

import (
	"fmt"
	"slices"
	"strings"

	"orrery/sim/input"
	"orrery/sim/scenario/file"
)

// Sections returns the properties of what is selected in a document or, where nothing is, of the scene and its task.
func Sections(d *Document) []Section {
	items := d.Selection()
	if len(items) == 0 {
		return scenery(d)
	}
	var out []Section
	for _, kind := range Kinds {
		var of []Item
		for _, i := range items {
			same := func(o Item) bool { return o.Index == i.Index }
			if i.Kind == kind && !slices.ContainsFunc(of, same) { // copies of one body have one place in the file
				of = append(of, i)
			}
		}
		if len(of) == 0 {
			continue
		}
		all := make([][]Property, len(of))
		for k, i := range of {
			all[k] = propertiesOf(d.File(), i)
		}
		title := string(kind) + " " + d.NameOf(of[0])
		if len(of) > 1 {
			title = fmt.Sprintf("%d × %s", len(of), kind)
		}
		if kind == Arena {
			title = "box"
		}
		out = append(out, Section{title, merged(all)})
	}
	return out
}

// propertiesOf returns the properties of one item of a file.
func propertiesOf(f *file.Scenario, i Item) []Property {
	switch i.Kind {
	case Body:
		return body(f, i.Index)
	case Wall:
		return wall(f, i.Index)
	case Joint:
		return joint(f, i.Index)
	case Field:
		return field(f, i.Index)
	case Actuator:
		return actuator(f, i.Index)
	case Goal:
		return goal(f, i.Index)
	case Region:
		at := func(f *file.Scenario) *file.Region { return &f.Regions[i.Index].Value }
		return append([]Property{
			word("name", "", nil, f, func(f *file.Scenario) *string { return &f.Regions[i.Index].Name }, Rename),
			coordinate("x", "m", 0.01, 0, f, func(f *file.Scenario) **file.Point { return &at(f).At }),
			coordinate("y", "m", 0.01, 1, f, func(f *file.Scenario) **file.Point { return &at(f).At }),
			number("angle", "rad", "0", 0.01, f, func(f *file.Scenario) *file.Number { return &at(f).Angle }),
		}, outline(f, func(f *file.Scenario) *file.Outline { return &at(f).Outline })...)
	case Point:
		at := func(f *file.Scenario) *file.Point { return &f.Points[i.Index].Value }
		return []Property{
			word("name", "", nil, f, func(f *file.Scenario) *string { return &f.Points[i.Index].Name }, Rename),
			number("x", "m", "", 0.01, f, func(f *file.Scenario) *file.Number { return &at(f)[0] }),
			number("y", "m", "", 0.01, f, func(f *file.Scenario) *file.Number { return &at(f)[1] }),
		}
	case Arena:
		return arena(f)
	}
	panic("panel: unknown kind " + string(i.Kind))
}

// materialNames are what something can be made of.
func materialNames(f *file.Scenario) []string {
	out := []string{""}
	for _, m := range f.Materials {
		out = append(out, m.Name)
	}
	return out
}

// surface returns the properties of how something feels to what touches it.
func surface(f *file.Scenario, friction, elasticity string, of func(f *file.Scenario) *file.Surface) []Property {
	var out []Property
	if len(f.Materials) > 0 {
		out = append(out, word("material", "none", materialNames(f), f, func(f *file.Scenario) *string { return &of(f).Material }, nil))
	}
	return append(out,
		number("friction", "", friction, 0.01, f, func(f *file.Scenario) *file.Number { return &of(f).Friction }),
		number("elasticity", "", elasticity, 0.01, f, func(f *file.Scenario) *file.Number { return &of(f).Elasticity }))
}

// usualOf returns what applies where nothing is said, or that a material says it.
func usualOf(material, usual string) string {
	if material != "" {
		return "as " + material
	}
	return usual
}

// outline returns the sizes of a shape that has few of them.
func outline(f *file.Scenario, of func(f *file.Scenario) *file.Outline) []Property {
	o := of(f)
	pair := func(first, second string, at func(o *file.Outline) *file.Point) []Property {
		return []Property{
			number(first, "m", "", 0.01, f, func(f *file.Scenario) *file.Number { return &at(of(f))[0] }),
			number(second, "m", "", 0.01, f, func(f *file.Scenario) *file.Number { return &at(of(f))[1] }),
		}
	}
	var out []Property
	switch {
	case !o.Circle.IsZero():
		return []Property{number("radius", "m", "", 0.005, f, func(f *file.Scenario) *file.Number { return &of(f).Circle })}
	case o.Ellipse != nil:
		out = pair("radius along", "radius across", func(o *file.Outline) *file.Point { return o.Ellipse })
	case o.Box != nil:
		out = pair("width", "height", func(o *file.Outline) *file.Point { return o.Box })
	case o.Capsule != nil:
		return pair("length", "radius", func(o *file.Outline) *file.Point { return o.Capsule })
	}
	return append(out, number("rounding", "m", "0", 0.005, f, func(f *file.Scenario) *file.Number { return &of(f).Rounding }))
}

func body(f *file.Scenario, i int) []Property {
	of := func(f *file.Scenario) *file.Body { return &f.Bodies[i] }
	b := of(f)
	out := []Property{
		word("name", "", nil, f, func(f *file.Scenario) *string { return &of(f).Name }, Rename),
		word("kind", "dynamic", []string{"", "dynamic", "kinematic"}, f, func(f *file.Scenario) *string { return &of(f).Kind }, nil),
	}
	if len(b.Variants) == 0 {
		out = append(out, outline(f, func(f *file.Scenario) *file.Outline { return &of(f).Outline })...)
	}
	density := number("density", "kg/m²", usualOf(b.Material, "10"), 0.1, f, func(f *file.Scenario) *file.Number { return &of(f).Density })
	mass := number("mass", "kg", "of the density", 0.01, f, func(f *file.Scenario) *file.Number { return &of(f).Mass })
	setDensity, setMass := density.set, mass.set
	density.set = func(f *file.Scenario, text string) error { of(f).Mass = file.Number{}; return setDensity(f, text) }
	mass.set = func(f *file.Scenario, text string) error { of(f).Density = file.Number{}; return setMass(f, text) }
	out = append(out, density, mass)
	out = append(out, surface(f, usualOf(b.Material, "0.5"), usualOf(b.Material, "0.2"), func(f *file.Scenario) *file.Surface { return &of(f).Surface })...)
	if b.Scatter == nil && b.Count.IsZero() { // else each copy has a place of its own
		out = append(out,
			coordinate("x", "m", 0.01, 0, f, func(f *file.Scenario) **file.Point { return &of(f).At }),
			coordinate("y", "m", 0.01, 1, f, func(f *file.Scenario) **file.Point { return &of(f).At }))
	}
	grip := Property{Name: "grip of the ground", Unit: "m/s²", Usual: "0", Step: 0.05, set: func(f *file.Scenario, text string) error {
		n, err := parse(text, "m/s²")
		if of(f).Grip = nil; err == nil && !n.IsZero() {
			of(f).Grip = &file.Grip{Even: n}
		}
		return err
	}}
	if g := b.Grip; g != nil {
		var typed bool
		grip.Value, typed = format(g.Even)
		grip.Fixed = !typed || g.Grips != file.Grips{}
	}
	return append(out,
		number("angle", "rad", "0", 0.01, f, func(f *file.Scenario) *file.Number { return &of(f).Angle }),
		coordinate("velocity x", "m/s", 0.02, 0, f, func(f *file.Scenario) **file.Point { return &of(f).Velocity }),
		coordinate("velocity y", "m/s", 0.02, 1, f, func(f *file.Scenario) **file.Point { return &of(f).Velocity }),
		number("spin", "rad/s", "0", 0.05, f, func(f *file.Scenario) *file.Number { return &of(f).Spin }),
		grip)
}

func wall(f *file.Scenario, i int) []Property {
	of := func(f *file.Scenario) *file.Wall { return &f.Walls[i] }
	w := of(f)
	out := []Property{word("name", "", nil, f, func(f *file.Scenario) *string { return &of(f).Name }, Rename)}
	if len(w.Shapes) == 0 {
		out = append(out, outline(f, func(f *file.Scenario) *file.Outline { return &of(f).Outline })...)
	}
	out = append(out, surface(f, usualOf(w.Material, "1"), usualOf(w.Material, "1"), func(f *file.Scenario) *file.Surface { return &of(f).Surface })...)
	if w.Scatter == nil && w.Count.IsZero() {
		out = append(out,
			coordinate("x", "m", 0.01, 0, f, func(f *file.Scenario) **file.Point { return &of(f).At }),
			coordinate("y", "m", 0.01, 1, f, func(f *file.Scenario) **file.Point { return &of(f).At }))
	}
	return append(out, number("angle", "rad", "0", 0.01, f, func(f *file.Scenario) *file.Number { return &of(f).Angle }))
}

func arena(f *file.Scenario) []Property {
	if f.Arena == nil {
		return []Property{{Name: "width", Unit: "m", Usual: "no box", set: newArena}}
	}
	of := func(f *file.Scenario) *file.Arena { return f.Arena }
	out := []Property{
		number("width", "m", "", 0.02, f, func(f *file.Scenario) *file.Number { return &of(f).Size[0] }),
		number("height", "m", "", 0.02, f, func(f *file.Scenario) *file.Number { return &of(f).Size[1] }),
	}
	// The size alone has room for no more: what is said besides makes an object of it.
	for _, p := range append(surface(f, "1", "1", func(f *file.Scenario) *file.Surface { return &of(f).Surface }),
		number("rounding", "m", "0", 0.005, f, func(f *file.Scenario) *file.Number { return &of(f).Rounding })) {
		set := p.set
		p.set = func(f *file.Scenario, text string) error { of(f).Bare = false; return set(f, text) }
		out = append(out, p)
	}
	return out
}

// newArena makes a square box.
func newArena(f *file.Scenario, text string) error {
	side, err := parse(text, "m")
	if err == nil && !side.IsZero() {
		f.Arena = &file.Arena{Bare: true, Room: file.Room{Size: file.Point{side, side}}}
	}
	return err
}

func joint(f *file.Scenario, i int) []Property {
	of := func(f *file.Scenario) *file.Joint { return &f.Joints[i] }
	j := of(f)
	out := []Property{word("name", "", nil, f, func(f *file.Scenario) *string { return &of(f).Name }, Rename)}
	switch {
	case j.Rope != nil || j.Spring != nil:
		out = append(out, number("length", "m", "as it starts", 0.01, f, func(f *file.Scenario) *file.Number { return &of(f).Length }))
		if j.Rope != nil {
			break
		}
		out = append(out,
			number("stiffness", "N/m", "", 1, f, func(f *file.Scenario) *file.Number { return &of(f).Stiffness }),
			number("damping", "N·s/m", "0", 0.05, f, func(f *file.Scenario) *file.Number { return &of(f).Damping }))
	case j.Motor != nil:
		out = append(out,
			number("rate", "rad/s", "0 a brake", 0.05, f, func(f *file.Scenario) *file.Number { return &of(f).Rate }),
			number("most torque", "N·m", "", 0.1, f, func(f *file.Scenario) *file.Number { return &of(f).MaxTorque }))
	}
	return out
}

func field(f *file.Scenario, i int) []Property {
	of := func(f *file.Scenario) *file.Field { return &f.Fields[i] }
	unit := "N/m"
	if of(f).InverseSquare != nil {
		unit = "N·m²"
	}
	return []Property{
		word("name", "", nil, f, func(f *file.Scenario) *string { return &of(f).Name }, Rename),
		number("strength", unit, "", 0.05, f, func(f *file.Scenario) *file.Number { return &of(f).Strength }),
		number("limit", "N", "none", 0.1, f, func(f *file.Scenario) *file.Number { return &of(f).Limit }),
	}
}

func actuator(f *file.Scenario, i int) []Property {
	of := func(f *file.Scenario) *file.Actuator { return &f.Actuators[i] }
	a := of(f)
	unit := map[bool]string{a.Force != "" || a.Thrust != "": "N", a.Torque != "": "N·m", a.Velocity != "": "m/s", a.Servo != "": "m", a.Steer != "": "rad"}[true]
	limit := number("limit", unit, "1", 0.05, f, func(f *file.Scenario) *file.Number { return &of(f).Limit })
	setLimit := limit.set
	limit.set = func(f *file.Scenario, text string) error {
		of(f).Low, of(f).High = file.Number{}, file.Number{}
		return setLimit(f, text)
	}
	out := []Property{word("name", "", nil, f, func(f *file.Scenario) *string { return &of(f).Name }, Rename), limit}
	for _, end := range []struct {
		name string
		of   func(a *file.Actuator) *file.Number
	}{{"least", func(a *file.Actuator) *file.Number { return &a.Low }}, {"most", func(a *file.Actuator) *file.Number { return &a.High }}} {
		p := number(end.name, unit, "of the limit", 0.05, f, func(f *file.Scenario) *file.Number { return end.of(of(f)) })
		set := p.set
		p.set = func(f *file.Scenario, text string) error {
			a := of(f)
			if strings.TrimSpace(text) == "" { // one is not without the other
				a.Low, a.High = file.Number{}, file.Number{}
				return nil
			}
			if a.Low.IsZero() && a.High.IsZero() { // the other end stays
				bound := 1.0
				if a.Limit.Value != nil {
					bound = *a.Limit.Value
				}
				a.Low, a.High, a.Limit = file.Value(-bound), file.Value(bound), file.Number{}
			}
			return set(f, text)
		}
		out = append(out, p)
	}
	if a.Servo != "" {
		out = append(out,
			number("stiffness", "1/s²", "100", 1, f, func(f *file.Scenario) *file.Number { return &of(f).Stiffness }),
			number("damping", "1/s", "20", 0.2, f, func(f *file.Scenario) *file.Number { return &of(f).Damping }))
	}
	if a.Steer != "" {
		out = append(out, number("wheelbase", "m", "", 0.01, f, func(f *file.Scenario) *file.Number { return &of(f).Wheelbase }))
	}
	return out
}

func goal(f *file.Scenario, i int) []Property {
	of := func(f *file.Scenario) *file.Goal { return &f.Goals[i] }
	g := of(f)
	out := []Property{
		word("name", "", nil, f, func(f *file.Scenario) *string { return &of(f).Name }, Rename),
		word("body", "", bodies(f), f, func(f *file.Scenario) *string { return &of(f).Body }, nil),
	}
	switch {
	case g.Place != nil && g.Place.At != nil:
		out = append(out,
			number("x", "m", "", 0.01, f, func(f *file.Scenario) *file.Number { return &of(f).Place.At[0] }),
			number("y", "m", "", 0.01, f, func(f *file.Scenario) *file.Number { return &of(f).Place.At[1] }),
			number("radius", "m", "half the body", 0.005, f, func(f *file.Scenario) *file.Number { return &of(f).Radius }))
	case g.Place != nil:
		out = append(out, number("radius", "m", "half the body", 0.005, f, func(f *file.Scenario) *file.Number { return &of(f).Radius }))
	case g.Pose != nil:
		for k, name := range []string{"x", "y", "angle"} {
			unit := "m"
			if k == 2 {
				unit = "rad"
			}
			out = append(out, number(name, unit, "", 0.01, f, func(f *file.Scenario) *file.Number { return &of(f).Pose[k] }))
		}
	case g.Region != "":
		out = append(out, word("region", "", namesOf(f.Regions), f, func(f *file.Scenario) *string { return &of(f).Region }, nil))
	case !g.Angle.IsZero():
		out = append(out, number("angle", "rad", "", 0.01, f, func(f *file.Scenario) *file.Number { return &of(f).Angle }))
	}
	return out
}

// bodies are the names of bodies that have one.
func bodies(f *file.Scenario) []string {
	var out []string
	for _, b := range f.Bodies {
		if b.Name != "" {
			out = append(out, b.Name)
		}
	}
	return out
}

func namesOf[T any](entries input.Entries[T]) []string {
	var out []string
	for _, e := range entries {
		out = append(out, e.Name)
	}
	return out
}
