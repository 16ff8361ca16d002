package edit

import (
	"errors"
	"fmt"
	"math"

	"orrery/sim"
	"orrery/sim/input"
	"orrery/sim/polygon"
	"orrery/sim/scenario/file"
)

// usual returns a size for what is clicked and not dragged.
func (b *Bench) usual() float64 {
	if b.now.Grid > 0 {
		return b.now.Grid
	}
	return 0.1
}

// drawn adds a body of a shape that feels, weighs and slides as the bodies do that there are.
func (b *Bench) drawn(what string, shape file.Outline, at sim.Vec, angle float64) error {
	body := file.Body{Shape: file.Shape{Outline: shape}, At: pointer(at)}
	if angle != 0 {
		body.Angle = literal(angle)
	}
	b.like(&body)
	return b.Document.Add("draw a "+what, &file.Scenario{Bodies: []file.Body{body}})
}

// like gives a body the surface, the density and the grip of the last one that has plain ones.
func (b *Bench) like(body *file.Body) {
	f := b.Document.File()
	for i := len(f.Bodies) - 1; i >= 0; i-- {
		o := &f.Bodies[i]
		if o.Kind == string(sim.Kinematic) || o.Variants != nil || !plain(o.Friction) || !plain(o.Elasticity) || !plain(o.Density) {
			continue
		}
		body.Surface, body.Density = o.Surface, o.Density
		if g := o.Grip; g != nil && plain(g.Even) && plain(g.Along) && plain(g.Across) && plain(g.Spin) {
			body.Grip = g
		}
		return
	}
}

// disc draws a disc by its middle and a point of its edge.
func (b *Bench) disc() error {
	r := b.radius()
	return b.drawn("disc", file.Outline{Circle: literal(r)}, b.from.At, 0)
}

func (b *Bench) radius() float64 {
	if r := b.now.At.Sub(b.from.At).Len(); r > 0 && b.moved {
		return r
	}
	return b.usual()
}

// rectangle returns middle and size of what two corners span.
func (b *Bench) rectangle() (middle, size sim.Vec) {
	from, to := b.from.At, b.now.At
	size = sim.Vec{X: math.Abs(to.X - from.X), Y: math.Abs(to.Y - from.Y)}
	if !b.moved {
		side := 2 * b.usual()
		return from, sim.Vec{X: side, Y: side}
	}
	return from.Add(to).Scale(0.5), size
}

// box draws a box by two corners.
func (b *Bench) box() error {
	middle, size := b.rectangle()
	if !(size.X > 0 && size.Y > 0) {
		return errors.New("a box must be wider and higher than 0: drag from corner to corner")
	}
	return b.drawn("box", file.Outline{Box: pointer(size)}, middle, 0)
}

// bar returns middle, length, radius and angle of a capsule whose ends were dragged.
func (b *Bench) bar() (middle sim.Vec, length, radius, angle float64) {
	from, to := b.from.At, b.now.At
	if !b.moved || from == to {
		to = from.Add(sim.Vec{X: 3 * b.usual()})
	}
	way := to.Sub(from)
	length = way.Len()
	radius = min(max(length/8, 0.01), 0.1)
	return from.Add(to).Scale(0.5), length + 2*radius, radius, math.Atan2(way.Y, way.X)
}

// capsule draws a bar by the middles of its round ends.
func (b *Bench) capsule() error {
	middle, length, radius, angle := b.bar()
	return b.drawn("capsule", file.Outline{Capsule: pointer(sim.Vec{X: length, Y: radius})}, middle, angle)
}

// wall draws a wall by its ends.
func (b *Bench) wall() error {
	if !b.moved || b.from.At == b.now.At {
		return errors.New("a wall needs two ends: drag from the one to the other")
	}
	o := file.Outline{Segment: []file.Point{*pointer(b.from.At), *pointer(b.now.At)}}
	return b.Document.Add("draw a wall", &file.Scenario{Walls: []file.Wall{{Shape: file.Shape{Outline: o}}}})
}

// region marks an area by two corners.
func (b *Bench) region() error {
	middle, size := b.rectangle()
	if !(size.X > 0 && size.Y > 0) {
		return errors.New("a region must be wider and higher than 0: drag from corner to corner")
	}
	f := &file.Scenario{}
	f.Regions = append(f.Regions, input.Entry[file.Region]{Value: file.Region{Outline: file.Outline{Box: pointer(size)}, At: pointer(middle)}})
	return b.Document.Add("mark a region", f)
}

// corner sets a corner of a polygon or of a chain.
func (b *Bench) corner() error {
	at := b.now.At
	if n := len(b.corners); n > 0 {
		switch {
		case n > 2 && at == b.corners[0]:
			return b.closed(true)
		case at == b.corners[n-1]:
			return b.finish()
		case !b.isChain() && crosses(append(append([]sim.Vec(nil), b.corners...), at), false):
			return errors.New("a polygon must not cross its own sides: put this corner elsewhere")
		}
	}
	b.corners = append(b.corners, at)
	b.from.At = at
	b.measure()
	return nil
}

func (b *Bench) isChain() bool { return b.tool.Name == "chain" }

// crosses reports whether a line of corners crosses itself, the side from the last to the first with it when it is closed.
func crosses(corners []sim.Vec, closed bool) bool {
	if closed {
		_, _, yes := polygon.SelfCrossing(corners)
		return yes
	}
	n := len(corners)
	if n < 4 {
		return false
	}
	c, d := corners[n-2], corners[n-1]
	for i := range n - 3 {
		a, e := corners[i], corners[i+1]
		side := func(p, q, r sim.Vec) float64 { return q.Sub(p).Cross(r.Sub(p)) }
		if side(a, e, c)*side(a, e, d) < 0 && side(c, d, a)*side(c, d, e) < 0 {
			return true
		}
	}
	return false
}

// finish ends what was drawn by clicks: a polygon closes, a chain does not.
func (b *Bench) finish() error { return b.closed(!b.isChain()) }

func (b *Bench) closed(closed bool) error {
	corners := b.corners
	if b.isChain() {
		if len(corners) < 2 {
			return errors.New("a chain needs two corners or more")
		}
		b.corners = nil
		o := file.Outline{Closed: closed}
		for _, c := range corners {
			o.Chain = append(o.Chain, *pointer(c))
		}
		return b.Document.Add("draw a chain", &file.Scenario{Walls: []file.Wall{{Shape: file.Shape{Outline: o}}}})
	}
	if len(corners) < 3 {
		return errors.New("a polygon needs three corners or more")
	}
	if crosses(corners, true) {
		return errors.New("a polygon must not cross itself: the side that closes it does")
	}
	b.corners = nil
	middle := centre(corners)
	o := file.Outline{}
	for _, c := range corners {
		o.Polygon = append(o.Polygon, *pointer(c.Sub(middle)))
	}
	return b.drawn("polygon", o, middle, 0)
}

// centre returns the centre of mass of an outline, to a millimetre.
func centre(corners []sim.Vec) sim.Vec {
	parts, err := polygon.Convex(corners)
	if err != nil {
		return corners[0]
	}
	area, sum := 0.0, sim.Vec{}
	for _, p := range parts {
		a, c, _ := polygon.Measure(p, 0)
		area, sum = area+a, sum.Add(c.Scale(a))
	}
	sum = sum.Scale(1 / area)
	return sim.Vec{X: grid(sum.X, 1e-3), Y: grid(sum.Y, 1e-3)}
}

// measure says what is drawn measures, where it stands.
func (b *Bench) measure() {
	b.size, b.sizeAt = "", b.now.At
	if len(b.corners) > 0 {
		way := b.now.At.Sub(b.corners[len(b.corners)-1])
		if way == (sim.Vec{}) {
			return
		}
		b.size = metres(way.Len()) + ", " + degrees(math.Atan2(way.Y, way.X))
		return
	}
	if !b.held || !b.moved || b.tool.clicks {
		return
	}
	switch b.tool.Name {
	case "disc":
		b.size = "radius " + metres(b.radius())
	case "box", "region":
		_, size := b.rectangle()
		b.size = metres(size.X) + " × " + metres(size.Y)
	default:
		way := b.now.At.Sub(b.from.At)
		b.size = fmt.Sprintf("%s, %s", metres(way.Len()), degrees(math.Atan2(way.Y, way.X)))
	}
}

// Sketch returns what is drawn and is not yet a part of the document.
func (b *Bench) Sketch() Sketch {
	s := Sketch{Guides: b.guides, Size: b.size, At: b.sizeAt}
	if b.path != nil {
		s.Lines, s.Lasso = []Line{{b.path, true}}, true
		return s
	}
	if len(b.corners) > 0 {
		line := append(append([]sim.Vec(nil), b.corners...), b.now.At)
		s.Lines = []Line{{Corners: line}}
		s.Crossed = !b.isChain() && crosses(line, false)
		for _, c := range b.corners {
			s.Discs = append(s.Discs, Disc{c, 0})
		}
		return s
	}
	if !b.held || !b.moved || b.tool.clicks || b.tool.selects() {
		return s
	}
	switch b.tool.Name {
	case "disc":
		s.Discs = []Disc{{b.from.At, b.radius()}}
	case "box", "region":
		m, size := b.rectangle()
		h := size.Scale(0.5)
		s.Lines = []Line{{[]sim.Vec{m.Sub(h), m.Add(sim.Vec{X: h.X, Y: -h.Y}), m.Add(h), m.Add(sim.Vec{X: -h.X, Y: h.Y})}, true}}
	case "capsule":
		m, length, radius, angle := b.bar()
		s.Lines = []Line{{stadium(m, length, radius, angle), true}}
	default:
		s.Lines = []Line{{Corners: []sim.Vec{b.from.At, b.now.At}}}
	}
	return s
}

// stadium returns the outline of a capsule.
func stadium(middle sim.Vec, length, radius, angle float64) []sim.Vec {
	const corners = 12 // of a round end
	var out []sim.Vec
	for end, half := range []float64{length/2 - radius, radius - length/2} {
		for k := range corners + 1 {
			a := -math.Pi/2 + math.Pi*float64(k)/corners + math.Pi*float64(end)
			out = append(out, middle.Add(sim.Vec{X: half}.Add(sim.Vec{X: radius}.Rotate(a)).Rotate(angle)))
		}
	}
	return out
}
