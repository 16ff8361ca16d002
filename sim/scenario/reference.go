package scenario

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"orrery/sim"
	"orrery/sim/expression"
	"orrery/sim/scenario/file"
)

// reference is what a name in the file refers to: a body or its copies, a point of a body, a
// point of the world, or the world.
type reference struct {
	at      string
	text    string
	body    int    // of the file, or sim.World
	name    string // of the body
	counted bool   // the body has copies
	which   *expression.Program
	index   int    // of the copy, where which is nil; or allCopies
	point   string // of the body, or of the world; may be empty
}

const allCopies = -1

// isWorld reports whether it refers to the world itself.
func (r *reference) isWorld() bool { return r.body == sim.World && r.point == "" }

// all reports whether it refers to all copies of a body.
func (r *reference) all() bool { return r.which == nil && r.index == allCopies }

// reference compiles a name. It returns nil when there is nothing of that name. The
// expression in brackets after a name may refer to the known names.
func (c *compiler) reference(at, text string, known []string) *reference {
	r := &reference{at: at, text: text, body: sim.World, index: allCopies}
	if text == "world" {
		return r
	}
	end := strings.IndexAny(text, ".[")
	if end < 0 {
		end = len(text)
	}
	base, rest := text[:end], text[end:]
	if body, ok := c.bodies[base]; ok {
		r.body = body
	} else if body, index, ok := c.copyName(base); ok {
		r.body, r.index = body, index
	} else if c.points[base] && rest == "" {
		r.point = base
		return r
	} else {
		names := slices.Concat(slices.Collect(maps.Keys(c.bodies)), slices.Collect(maps.Keys(c.points)), []string{"world"})
		c.fail(at, "%s", unknownName("body or point", base, names))
		return nil
	}
	counted := !c.file.Bodies[r.body].Count.IsZero()
	r.name, r.counted = c.bodyName(r.body), counted
	if !counted {
		r.index = 0
	}
	if strings.HasPrefix(rest, "[") {
		closing := strings.IndexByte(rest, ']')
		switch {
		case closing < 0:
			c.fail(at, "%q must have a ] after its [", clip(text))
			return nil
		case !counted:
			c.fail(at, "%q has no copies, as it has no count", base)
			return nil
		case r.index != allCopies:
			c.fail(at, "%q is a copy, which has none", base)
			return nil
		}
		if !c.which(r, rest[1:closing], len(base)+1, known) {
			return nil
		}
		rest = rest[closing+1:]
	}
	if rest == "" {
		return r
	}
	r.point = strings.TrimPrefix(rest, ".")
	if points := c.pointsOf(r.body); rest[0] != '.' || !slices.Contains(points, r.point) {
		c.fail(at, "%s", unknownName("point of "+c.bodyName(r.body), r.point, points))
		return nil
	}
	return r
}

// which compiles the number of a copy, which stands at an offset of the reference.
func (c *compiler) which(r *reference, text string, offset int, known []string) bool {
	e, err := expression.Parse(text)
	if err == nil {
		r.which, err = e.Compile(known)
	}
	if wrong := (*expression.Error)(nil); errors.As(err, &wrong) {
		c.mistakes = append(c.mistakes, file.Mistake{Pointer: r.at, Rule: wrong.Rule, Offset: offset + wrong.Offset})
		return false
	}
	return true
}

// copyName takes the name of a copy apart, such as box2 of box.
func (c *compiler) copyName(name string) (body, index int, ok bool) {
	digits := len(name)
	for digits > 0 && name[digits-1] >= '0' && name[digits-1] <= '9' {
		digits--
	}
	for ; digits < len(name); digits++ {
		body, known := c.bodies[name[:digits]]
		index, err := strconv.Atoi(name[digits:])
		if known && err == nil && !c.file.Bodies[body].Count.IsZero() && strconv.Itoa(index) == name[digits:] {
			return body, index, true
		}
	}
	return 0, 0, false
}

// pointsOf returns the names of the points of a body of the file, those of its variants among them.
func (c *compiler) pointsOf(body int) []string {
	var names []string
	b := &c.file.Bodies[body]
	for _, e := range b.Points {
		names = append(names, e.Name)
	}
	for i := range b.Variants {
		for _, e := range b.Variants[i].Points {
			names = append(names, e.Name)
		}
	}
	return names
}

// single is reference for what must be one thing.
func (c *compiler) single(at, text string, known []string) *reference {
	r := c.reference(at, text, known)
	if r != nil && r.body != sim.World && r.all() {
		c.fail(at, "%q has copies: say which, such as \"%s[0]\"", text, text)
		return nil
	}
	return r
}

// someBodies is reference for what must be a body or its copies, and no point of one.
func (c *compiler) someBodies(at, text string, known []string) *reference {
	if text == "" {
		c.fail(at, "there must be the name of a body")
		return nil
	}
	r := c.reference(at, text, known)
	if r == nil {
		return nil
	}
	if r.body == sim.World || r.point != "" {
		c.fail(at, "%q must be a body", clip(text))
		return nil
	}
	return r
}

// kindsOf reports whether a body of the file may be dynamic, and whether it may be kinematic.
func (c *compiler) kindsOf(body int) (dynamic, kinematic bool) {
	b := &c.file.Bodies[body]
	kinds := []string{b.Kind}
	if len(b.Variants) > 0 {
		kinds = nil
		for i := range b.Variants {
			kind := b.Variants[i].Kind
			if kind == "" {
				kind = b.Kind
			}
			kinds = append(kinds, kind)
		}
	}
	return slices.ContainsFunc(kinds, func(k string) bool { return k != string(sim.Kinematic) }), slices.Contains(kinds, string(sim.Kinematic))
}

// bodiesOf returns the bodies of the scene that a reference means.
func (d *drawing) bodiesOf(r *reference) []int {
	if r.all() {
		list := make([]int, d.copies[r.body])
		for i := range list {
			list[i] = d.first[r.body] + i
		}
		return list
	}
	if body, ok := d.bodyOf(r); ok {
		return []int{body}
	}
	return nil
}

// bodyOf returns the body of the scene that a reference means, or the world.
func (d *drawing) bodyOf(r *reference) (body int, ok bool) {
	if r.body == sim.World {
		return sim.World, true
	}
	index := float64(r.index)
	if r.which != nil {
		index = r.which.Eval(&d.env)
	}
	if i := int(index); index == float64(i) && i >= 0 && i < d.copies[r.body] {
		return d.first[r.body] + i, true
	}
	d.fail(r.at, "%q means number %v of %d copies, which are counted from 0", r.text, index, d.copies[r.body])
	return 0, false
}

// pointOf returns the point that a reference names in the frame of its body or of the world,
// or the origin of the body's own frame.
func (d *drawing) pointOf(r *reference, body int) sim.Vec {
	if r.point == "" {
		if body == sim.World {
			return sim.Vec{}
		}
		return d.origins[body]
	}
	for i := range d.scene.Points {
		if p := &d.scene.Points[i]; p.Body == body && p.Name == r.point {
			return p.At
		}
	}
	d.fail(r.at, "%q: the copy that is drawn has no point %q", r.text, r.point)
	return sim.Vec{}
}

// copyLabel returns the name of one of several things of a name.
func copyLabel(name string, index int, several bool) string {
	if !several {
		return name
	}
	return fmt.Sprintf("%s%d", name, index)
}
