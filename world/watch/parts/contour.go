package parts

import (
	"slices"

	"orrery/sim"
)

// Contours returns the closed lines on which a field passes through a level, each with the
// higher side to its left, by the area within, largest first; around a hole the area is negative.
// The field is [height, width], a value for the middle of each pixel, rows from the top;
// left and top are the column and row of its first pixel in a picture high px high. Between
// middles the field is linear, outside it is 0, and the level must be more than that. Points are px, y up.
// It is marching squares (Lorensen and Cline, "Marching Cubes", 1987, in two dimensions).
func Contours(field []float32, width, left, top, high int, level float32) [][]sim.Vec {
	height := len(field) / max(width, 1)
	m := marcher{field: field, width: width, height: height, level: level, next: map[edge]edge{}}
	for r := -1; r < height; r++ {
		for c := -1; c < width; c++ {
			m.square(c, r)
		}
	}
	var lines [][]sim.Vec
	for _, start := range m.starts {
		var line []sim.Vec
		for at, ok := start, true; ok; {
			p := m.point(at)
			line = append(line, sim.Vec{X: p.X + float64(left), Y: float64(high-top) - p.Y})
			following := m.next[at]
			delete(m.next, at)
			at = following
			_, ok = m.next[at]
		}
		if len(line) >= 3 {
			lines = append(lines, line)
		}
	}
	slices.SortStableFunc(lines, func(a, b []sim.Vec) int {
		switch aa, bb := area(a), area(b); {
		case aa > bb:
			return -1
		case aa < bb:
			return 1
		}
		return 0
	})
	return lines
}

// area returns the area in px² within a line, negative when it runs clockwise.
func area(line []sim.Vec) (sum float64) {
	for i, a := range line {
		sum += a.Cross(line[(i+1)%len(line)]) / 2
	}
	return sum
}

// edge is a side of a square between four middles: from the middle at a column and a
// row to the right or down.
type edge struct {
	column, row int
	down        bool
}

type marcher struct {
	field         []float32
	width, height int
	level         float32
	next          map[edge]edge
	starts        []edge
}

func (m *marcher) at(c, r int) float32 {
	if c < 0 || r < 0 || c >= m.width || r >= m.height {
		return 0
	}
	return m.field[r*m.width+c]
}

// square adds the lines through the square whose upper left middle is at a column and a row.
func (m *marcher) square(c, r int) {
	a, b, d, e := m.at(c, r), m.at(c+1, r), m.at(c, r+1), m.at(c+1, r+1)
	kind := 0
	for i, v := range [4]float32{a, b, d, e} { // upper left, upper right, lower left, lower right
		if v >= m.level {
			kind |= 1 << i
		}
	}
	top, left := edge{c, r, false}, edge{c, r, true}
	bottom, right := edge{c, r + 1, false}, edge{c + 1, r, true}
	// With y up as seen, the higher side lies to the left of each line.
	switch kind {
	case 1:
		m.line(left, top)
	case 2:
		m.line(top, right)
	case 3:
		m.line(left, right)
	case 4:
		m.line(bottom, left)
	case 5:
		m.line(bottom, top)
	case 7:
		m.line(bottom, right)
	case 8:
		m.line(right, bottom)
	case 10:
		m.line(top, bottom)
	case 11:
		m.line(left, bottom)
	case 12:
		m.line(right, left)
	case 13:
		m.line(right, top)
	case 14:
		m.line(top, left)
	case 6, 9:
		joined := (a+b+d+e)/4 >= m.level
		switch {
		case kind == 9 && joined:
			m.line(left, bottom)
			m.line(right, top)
		case kind == 9:
			m.line(left, top)
			m.line(right, bottom)
		case joined:
			m.line(bottom, right)
			m.line(top, left)
		default:
			m.line(top, right)
			m.line(bottom, left)
		}
	}
}

func (m *marcher) line(from, to edge) {
	m.next[from] = to
	m.starts = append(m.starts, from)
}

// point returns where the field passes through the level on a side, in columns and rows.
func (m *marcher) point(s edge) sim.Vec {
	v, w := m.at(s.column, s.row), float32(0)
	if s.down {
		w = m.at(s.column, s.row+1)
	} else {
		w = m.at(s.column+1, s.row)
	}
	share := float64((m.level - v) / (w - v))
	p := sim.Vec{X: float64(s.column) + 0.5, Y: float64(s.row) + 0.5}
	if s.down {
		p.Y += share
	} else {
		p.X += share
	}
	return p
}

// Simplify returns the fewest-cornered outline that Douglas and Peucker's way finds within a
// tolerance in px of a closed outline ("Algorithms for the reduction of the number of points
// required to represent a digitized line", 1973).
func Simplify(outline []sim.Vec, tolerance float64) []sim.Vec {
	if len(outline) < 4 {
		return slices.Clone(outline)
	}
	first := furthest(outline, func(v sim.Vec) float64 { return v.Sub(middle(outline)).Len() })
	turned := append(slices.Clone(outline[first:]), outline[:first]...)
	turned = append(turned, turned[0])
	second := furthest(turned, func(v sim.Vec) float64 { return v.Sub(turned[0]).Len() })
	kept := []sim.Vec{turned[0]}
	kept = simplifyOpen(kept, turned[:second+1], tolerance)
	kept = simplifyOpen(kept, turned[second:], tolerance)
	return kept[:len(kept)-1]
}

// simplifyOpen appends what is kept of a line but for its first point.
func simplifyOpen(kept, line []sim.Vec, tolerance float64) []sim.Vec {
	from, to := line[0], line[len(line)-1]
	away := func(v sim.Vec) float64 { return distance(v, from, to) }
	if len(line) > 2 {
		i := furthest(line, away)
		if away(line[i]) > tolerance {
			kept = simplifyOpen(kept, line[:i+1], tolerance)
			return simplifyOpen(kept, line[i:], tolerance)
		}
	}
	return append(kept, to)
}

// distance returns how far a point is from a line between two others, in px.
func distance(p, from, to sim.Vec) float64 {
	way, share := to.Sub(from), 0.0
	if square := way.Dot(way); square > 0 {
		share = min(max(p.Sub(from).Dot(way)/square, 0), 1)
	}
	return p.Sub(from.Add(way.Scale(share))).Len()
}

func furthest(points []sim.Vec, measure func(sim.Vec) float64) (index int) {
	best := -1.0
	for i, v := range points {
		if d := measure(v); d > best {
			best, index = d, i
		}
	}
	return index
}

func middle(points []sim.Vec) (sum sim.Vec) {
	for _, v := range points {
		sum = sum.Add(v)
	}
	return sum.Scale(1 / float64(len(points)))
}

// Hull returns the corners, in px, of the smallest convex outline around points, counter-clockwise
// (Andrew, "Another efficient algorithm for convex hulls in two dimensions", 1979).
func Hull(points []sim.Vec) []sim.Vec {
	sorted := slices.Clone(points)
	slices.SortFunc(sorted, func(a, b sim.Vec) int {
		switch {
		case a.X < b.X || a.X == b.X && a.Y < b.Y:
			return -1
		case a == b:
			return 0
		}
		return 1
	})
	sorted = slices.Compact(sorted)
	if len(sorted) < 3 {
		return sorted
	}
	var hull []sim.Vec
	half := func(from int) {
		for _, v := range sorted {
			for len(hull) >= from+2 && hull[len(hull)-1].Sub(hull[len(hull)-2]).Cross(v.Sub(hull[len(hull)-1])) <= 0 {
				hull = hull[:len(hull)-1]
			}
			hull = append(hull, v)
		}
		hull = hull[:len(hull)-1]
	}
	half(0)
	slices.Reverse(sorted)
	half(len(hull))
	return hull
}
