package edit

import (
	"math"
	"slices"

	"orrery/sim"
)

// snap returns where a pointer is once it has snapped: to a corner or a middle that is near, to lines through these, or to
// the grid.
func (b *Bench) snap(p Pointer, without ...Item) sim.Vec {
	b.guides = nil
	if p.Free {
		return p.At
	}
	for _, c := range b.corners {
		if c.Sub(p.At).Len() <= p.Reach {
			return c
		}
	}
	marks := b.marks(without)
	best, far := sim.Vec{}, p.Reach
	for _, m := range marks {
		if d := m.Sub(p.At).Len(); d <= far {
			best, far = m, d
		}
	}
	if far < p.Reach {
		b.guides = append(b.guides, [2]sim.Vec{best, best})
		return best
	}
	return b.aligned(p, marks)
}

// aligned returns where a point is once each of its two numbers has snapped to those of marks, or else to the grid.
func (b *Bench) aligned(p Pointer, marks []sim.Vec) sim.Vec {
	at := p.At
	near := p.Reach / 2
	var x, y *sim.Vec
	for i := range marks {
		m := &marks[i]
		if dx := math.Abs(m.X - p.At.X); dx <= near && (x == nil || dx < math.Abs(x.X-p.At.X)) {
			x = m
		}
		if dy := math.Abs(m.Y - p.At.Y); dy <= near && (y == nil || dy < math.Abs(y.Y-p.At.Y)) {
			y = m
		}
	}
	at.X, at.Y = grid(p.At.X, p.Grid), grid(p.At.Y, p.Grid)
	if x != nil {
		at.X = x.X
	}
	if y != nil {
		at.Y = y.Y
	}
	if x != nil {
		b.guides = append(b.guides, [2]sim.Vec{*x, at})
	}
	if y != nil {
		b.guides = append(b.guides, [2]sim.Vec{*y, at})
	}
	return at
}

// grid returns the number of the grid that is nearest.
func grid(x, step float64) float64 {
	if !(step > 0) {
		return x
	}
	const digits = 1e9 // so that 3 · 0.1 is 0.3
	return math.Round(math.Round(x/step)*step*digits)/digits + 0
}

// marks returns the points to which others snap: middles and corners of what there is.
func (b *Bench) marks(without []Item) []sim.Vec {
	const most = 2000
	var list []sim.Vec
	d := b.Document
	for _, i := range d.Items() {
		if len(list) > most || slices.Contains(without, i) || i.Kind == Actuator || i.Kind == Field {
			continue
		}
		list = append(list, d.Spots(i)...)
		shapes := d.Shapes(i)
		for s := range shapes {
			if len(shapes[s].Vertices) <= 8 {
				list = append(list, shapes[s].Vertices...)
			}
		}
		if i.Kind == Wall || i.Kind == Region {
			if low, high, ok := d.Bounds(i); ok {
				list = append(list, low.Add(high).Scale(0.5))
			}
		}
	}
	return list
}

// turnPart is the part of a turn to which lines and turns snap: 15 degrees.
const turnPart = math.Pi / 12

// straight returns a point that is on a line at a part of a turn from another one, where it nearly is, or always.
func straight(from, at sim.Vec, always bool) (sim.Vec, bool) {
	way := at.Sub(from)
	length, angle := way.Len(), math.Atan2(way.Y, way.X)
	snapped := math.Round(angle/turnPart) * turnPart
	const nearly = 2 * math.Pi / 180
	if length == 0 || !always && math.Abs(angle-snapped) > nearly {
		return at, false
	}
	v := sim.Vec{X: length}.Rotate(snapped)
	return from.Add(sim.Vec{X: round(v.X), Y: round(v.Y)}), true
}

func round(x float64) float64 { return math.Round(x*1e9)/1e9 + 0 }

// snapFrom is snap for the second end of a drag, and for the next corner of a line.
func (b *Bench) snapFrom(p Pointer) sim.Vec {
	at := b.snap(p)
	from := b.from.At
	if p.Free || len(b.guides) > 0 && !p.Shift {
		return at
	}
	if line := b.tool.Name; line == "capsule" || line == "wall" || b.tool.Set == ties || line == "thrust" || p.Shift {
		if line == "box" || line == "region" { // a square
			way := p.At.Sub(from)
			side := grid(max(math.Abs(way.X), math.Abs(way.Y)), p.Grid)
			return from.Add(sim.Vec{X: math.Copysign(side, way.X), Y: math.Copysign(side, way.Y)})
		}
		if on, ok := straight(from, at, p.Shift); ok {
			b.guides = append(b.guides, [2]sim.Vec{from, on})
			return on
		}
	}
	return at
}
