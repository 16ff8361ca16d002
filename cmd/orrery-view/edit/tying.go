package edit

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"orrery/sim"
	"orrery/sim/scenario/file"
)

// bodies returns the bodies under a point, the one on top first.
func (b *Bench) bodies(at sim.Vec) []Item {
	return slices.DeleteFunc(b.Document.Pick(at, b.now.Reach/2), func(i Item) bool { return i.Kind != Body })
}

// end is one end of a tie.
type end struct {
	body Item
	name string // of the body, or world
	at   sim.Vec
}

func (b *Bench) endAt(at sim.Vec, not string) end {
	for _, i := range b.bodies(at) {
		if name := b.Document.NameOf(i); name != not {
			return end{i, name, at}
		}
	}
	return end{name: "world", at: at}
}

// reference adds the point of an end to a file and returns its reference.
func (b *Bench) reference(f *file.Scenario, e end) string {
	at := e.at
	if e.name != "world" {
		body, _ := b.Document.Named(e.name)
		at = b.Document.Local(body, at)
		at = sim.Vec{X: round(at.X), Y: round(at.Y)}
	}
	return End(f, e.name, at)
}

// ends returns the two ends of a drag, one of which is a body.
func (b *Bench) ends(what string) (from, to end, err error) {
	from = b.endAt(b.from.At, "")
	to = b.endAt(b.now.At, from.name)
	switch {
	case !b.moved || b.from.At == b.now.At:
		return from, to, fmt.Errorf("a %s has two ends: drag from the one to the other", what)
	case from.name == "world" && to.name == "world":
		return from, to, fmt.Errorf("one end of a %s must be on a body", what)
	}
	return from, to, nil
}

// tie adds a joint, which is selected.
func (b *Bench) tie(what string, make func(f *file.Scenario) (file.Joint, error)) error {
	d := b.Document
	err := d.Rearrange("tie a "+what, func(f *file.Scenario) error {
		j, err := make(f)
		if err == nil {
			j.Name = FreeName(f, what)
			f.Joints = append(f.Joints, j)
		}
		return err
	})
	if err == nil {
		d.Select(Item{Kind: Joint, Index: len(d.File().Joints) - 1})
	}
	return err
}

func (b *Bench) between(what string, put func(j *file.Joint, ends *[2]string, length float64)) error {
	from, to, err := b.ends(what)
	if err != nil {
		return err
	}
	return b.tie(what, func(f *file.Scenario) (j file.Joint, err error) {
		put(&j, &[2]string{b.reference(f, from), b.reference(f, to)}, to.at.Sub(from.at).Len())
		return j, nil
	})
}

func (b *Bench) rod() error {
	return b.between("rod", func(j *file.Joint, ends *[2]string, _ float64) { j.Pin = ends })
}

func (b *Bench) rope() error {
	return b.between("rope", func(j *file.Joint, ends *[2]string, length float64) { j.Rope, j.Length = ends, literal(length) })
}

func (b *Bench) spring() error {
	from, to, err := b.ends("spring")
	if err != nil {
		return err
	}
	const period = 0.7 // s, of the lighter body on it
	mass := math.Inf(1)
	for _, e := range []end{from, to} {
		if k := b.Document.BodyOf(e.body); e.name != "world" && k >= 0 && b.Document.Scene().Bodies[k].Kind == sim.Dynamic {
			mass = min(mass, b.Document.Scene().Bodies[k].Mass)
		}
	}
	if math.IsInf(mass, 1) {
		mass = 1
	}
	stiffness := mass * 4 * math.Pi * math.Pi / (period * period)
	return b.between("spring", func(j *file.Joint, ends *[2]string, length float64) {
		j.Spring, j.Length, j.Stiffness = ends, literal(length), literal(short(stiffness))
	})
}

// short returns a number with two digits, which reads well.
func short(x float64) float64 {
	if !(x > 0) {
		return x
	}
	unit := math.Pow(10, math.Floor(math.Log10(x))-1)
	return round(math.Round(x/unit) * unit)
}

// nailed returns the bodies that a click nails together: the two on top, or the one and the world.
func (b *Bench) nailed(what string) (first, second end, err error) {
	first = b.endAt(b.now.At, "")
	if first.name == "world" {
		return first, first, fmt.Errorf("a %s needs a body: click on one", what)
	}
	return first, b.endAt(b.now.At, first.name), nil
}

// pivot nails what is under the pointer.
func (b *Bench) pivot() error {
	first, second, err := b.nailed("pivot")
	if err != nil {
		return err
	}
	return b.tie("pivot", func(f *file.Scenario) (file.Joint, error) {
		together(f, first.name, second.name)
		return file.Joint{Pivot: &[2]string{first.name, second.name}, At: pointer(b.now.At)}, nil
	})
}

// together lets two bodies pass through each other that lie on each other and are tied there.
func together(f *file.Scenario, first, second string) {
	var one, two *file.Body
	for i := range f.Bodies {
		switch f.Bodies[i].Name {
		case first:
			one = &f.Bodies[i]
		case second:
			two = &f.Bodies[i]
		}
	}
	if one == nil || two == nil {
		return
	}
	switch {
	case one.Group == nil && two.Group == nil:
		name := FreeName(f, "linked")
		for slices.ContainsFunc(f.Bodies, func(b file.Body) bool { return b.Group != nil && b.Group.Name != nil && *b.Group.Name == name }) {
			name += "_"
		}
		one.Group, two.Group = &file.Group{Name: &name}, &file.Group{Name: &name}
	case one.Group == nil:
		one.Group = two.Group
	case two.Group == nil:
		two.Group = one.Group
	}
}

// slide lets the point of a body at which a drag begins slide along it.
func (b *Bench) slide() error {
	first := b.endAt(b.from.At, "")
	switch {
	case first.name == "world":
		return errors.New("a slide begins on the body that shall slide")
	case !b.moved || b.from.At == b.now.At:
		return errors.New("a slide has a length: drag from the body along the line")
	}
	second := b.endAt(b.from.At, first.name)
	return b.tie("slide", func(f *file.Scenario) (file.Joint, error) {
		from, to := b.from.At, b.now.At
		if second.name != "world" {
			body, _ := b.Document.Named(second.name)
			from, to = b.Document.Local(body, from), b.Document.Local(body, to)
		}
		together(f, first.name, second.name)
		return file.Joint{Groove: &[2]string{b.reference(f, first), second.name}, From: pointer(from), To: pointer(to)}, nil
	})
}

// strength returns a torque in N·m that turns a body well, whatever it weighs.
func (b *Bench) strength(name string) float64 {
	i, ok := b.Document.Named(name)
	if !ok {
		return 1
	}
	body := &b.Document.Scene().Bodies[b.Document.BodyOf(i)]
	if body.Kind != sim.Dynamic {
		return 1
	}
	const quick = 50 // rad/s²
	return short(2*body.Mass*b.Document.Scene().Gravity.Len()*body.Reach() + quick*body.Moment)
}

// motor turns a body about where it was clicked, and nails it there unless it is.
func (b *Bench) motor() error {
	first, second, err := b.nailed("motor")
	if err != nil {
		return err
	}
	const rate = 3 // rad/s
	return b.tie("motor", func(f *file.Scenario) (file.Joint, error) {
		if !isNailed(f, first.name, second.name) {
			together(f, first.name, second.name)
			f.Joints = append(f.Joints, file.Joint{Name: FreeName(f, "pivot"), Pivot: &[2]string{first.name, second.name}, At: pointer(b.now.At)})
		}
		return file.Joint{Motor: &[2]string{first.name, second.name}, Rate: literal(rate), MaxTorque: literal(b.strength(first.name))}, nil
	})
}

// isNailed reports whether a pivot holds two bodies, or a body and the world.
func isNailed(f *file.Scenario, first, second string) bool {
	return slices.ContainsFunc(f.Joints, func(j file.Joint) bool {
		if j.Pivot == nil {
			return false
		}
		a, b := base(f, j.Pivot[0]), base(f, j.Pivot[1])
		return a == first && b == second || a == second && b == first
	})
}

// base returns the body of a reference, or world.
func base(f *file.Scenario, reference string) string {
	reference = baseOf(reference)
	for i := range f.Points {
		if f.Points[i].Name == reference {
			return "world"
		}
	}
	return reference
}

// weld makes one body of two.
func (b *Bench) weld() error {
	from, to, err := b.two("weld")
	if err != nil {
		return err
	}
	return b.Document.Weld(from.body, to.body)
}

// two returns the two bodies of a drag, or of what overlaps where it is a click.
func (b *Bench) two(what string) (from, to end, err error) {
	from = b.endAt(b.from.At, "")
	to = b.endAt(b.now.At, from.name)
	if from.name == "world" || to.name == "world" {
		return from, to, fmt.Errorf("a %s needs two bodies: drag from the one to the other", what)
	}
	return from, to, nil
}

func (b *Bench) attract() error { return b.field(-1) }
func (b *Bench) repel() error   { return b.field(1) }

// field adds a force that falls with the square of the distance, and now gives the lighter of two bodies 1 m/s².
func (b *Bench) field(sign float64) error {
	from, to, err := b.two("force")
	if err != nil {
		return err
	}
	d := b.Document
	one, two := &d.Scene().Bodies[d.BodyOf(from.body)], &d.Scene().Bodies[d.BodyOf(to.body)]
	mass := math.Inf(1)
	for _, body := range []*sim.Body{one, two} {
		if body.Kind == sim.Dynamic {
			mass = min(mass, body.Mass)
		}
	}
	if math.IsInf(mass, 1) {
		return errors.New("a force needs a body that it can move")
	}
	far := one.Start.Position().Sub(two.Start.Position()).Len()
	strength := sign * max(short(mass*far*far), 1e-6)
	return d.Add("add a force", &file.Scenario{Fields: []file.Field{{InverseSquare: &[2]string{from.name, to.name}, Strength: literal(strength)}}})
}
