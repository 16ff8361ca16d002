package render

import (
	"math"
	"slices"
)

// strokeContours returns the polygons whose union is the stroked path: dashes
// cut, corners joined, ends capped. They overlap little and turn the same way.
func strokeContours(path *Path) [][]Point {
	var out [][]Point
	half := path.Stroke.Width / 2
	lines, closed := path.Lines()
	for _, points := range lines {
		points = slices.Clone(points)
		switch {
		case len(points) == 1:
			if path.Stroke.Round {
				out = append(out, arc(nil, points[0], half, 0, 2*math.Pi))
			}
		case !closed || len(points) == 2:
			out = append(out, strokeOpen(points, half, path.Stroke.Round))
		default:
			out = append(out, strokeSide(nil, points, true, half))
			slices.Reverse(points)
			out = append(out, strokeSide(nil, points, true, half))
		}
	}
	return out
}

// withoutRepeats returns the points without neighbours that coincide, of which no
// direction could be taken: the same slice, or a copy where there are some.
func withoutRepeats(points []Point, closed bool) []Point {
	for closed && len(points) > 1 && points[0].coincides(points[len(points)-1]) {
		points = points[:len(points)-1]
	}
	for i := 1; i < len(points); i++ {
		if points[i].coincides(points[i-1]) {
			out := slices.Clone(points[:i])
			for _, p := range points[i+1:] {
				if !p.coincides(out[len(out)-1]) {
					out = append(out, p)
				}
			}
			return out
		}
	}
	return points
}

func (p Point) coincides(q Point) bool { return math.Abs(p.X-q.X) <= 1e-6 && math.Abs(p.Y-q.Y) <= 1e-6 }

// strokeOpen returns the outline of a line with two ends. It reverses points.
func strokeOpen(points []Point, half float64, round bool) []Point {
	var out []Point
	for range 2 {
		out = strokeSide(out, points, false, half)
		if last := len(points) - 1; round {
			n := leftNormal(points[last-1], points[last])
			out = arc(out, points[last], half, math.Atan2(n.Y, n.X), math.Pi)
		}
		slices.Reverse(points)
	}
	return out
}

// strokeSide appends the line at distance half to the left of points. A corner
// turning away from that side is mitred when slight and rounded when sharp; one
// turning towards it is cut where the two sides meet.
func strokeSide(dst, points []Point, closed bool, half float64) []Point {
	n := len(points)
	for i, p := range points {
		if !closed && i == 0 {
			dst = append(dst, p.add(leftNormal(p, points[1]).scale(half)))
			continue
		}
		if !closed && i == n-1 {
			dst = append(dst, p.add(leftNormal(points[i-1], p).scale(half)))
			continue
		}
		before, after := points[(i+n-1)%n], points[(i+1)%n]
		in, out := leftNormal(before, p), leftNormal(p, after)
		// A mitre ends where both offset lines meet: p + (in+out)·half/(1+in·out).
		cosine, turn := in.dot(out), in.cross(out)
		mitre := in.add(out).scale(half / max(1+cosine, 1e-9))
		room := min(p.sub(before).len(), p.sub(after).len())
		switch {
		case cosine > 0.9, turn < 0 && mitre.len() <= room:
			dst = append(dst, p.add(mitre))
		case turn < 0:
			dst = append(dst, p.add(in.scale(half)), p, p.add(out.scale(half)))
		default:
			dst = arc(dst, p, half, math.Atan2(in.Y, in.X), math.Atan2(turn, cosine))
		}
	}
	return dst
}

// leftNormal returns the unit vector to the left of someone who walks from p to q.
func leftNormal(p, q Point) Point {
	d := q.sub(p)
	return Point{d.Y, -d.X}.scale(1 / d.len())
}

// dashes cuts a line into pieces of length dash with gaps between, starting with
// a piece. On a closed line both are scaled so that a whole number fits.
func dashes(points []Point, closed bool, dash, gap float64) [][]Point {
	if closed {
		points = slices.Concat(points, points[:1])
		length := 0.0
		for i := range points[1:] {
			length += points[i+1].sub(points[i]).len()
		}
		fit := length / (dash + gap) / max(math.Round(length/(dash+gap)), 1)
		dash, gap = dash*fit, gap*fit
	}
	var out [][]Point
	var piece []Point // nil while in a gap
	left := 0.0       // px until the pen changes
	lift := func() {
		// Rounding leaves pieces of no length where a dash ends at a corner.
		if piece = withoutRepeats(piece, false); len(piece) > 1 {
			out = append(out, piece)
		}
		piece = nil
	}
	for i := range points[1:] {
		p, q := points[i], points[i+1]
		length := p.sub(q).len()
		for at := 0.0; at < length; {
			if left <= 0 {
				if piece == nil {
					piece, left = []Point{p.lerp(q, at/length)}, dash
				} else {
					lift()
					left = gap
				}
			}
			step := min(left, length-at)
			at, left = at+step, left-step
			if piece != nil {
				piece = append(piece, p.lerp(q, at/length))
			}
		}
	}
	lift()
	return out
}
