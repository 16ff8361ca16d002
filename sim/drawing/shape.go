package drawing

import (
	"errors"
	"fmt"
	"math"

	"orrery/sim"
	"orrery/sim/polygon"
)

// draw returns the shapes of an element, in metres.
func draw(kind string, a map[string]string, m matrix, tolerance float64) ([]shape, error) {
	length := lengths{attributes: a}
	var shapes []shape
	var err error
	switch kind {
	case "rect":
		shapes, err = rectangle(&length, m, tolerance)
	case "circle":
		r := length.above("r")
		shapes, err = ellipse(length.place("cx", "cy"), r, r, m, tolerance)
	case "ellipse":
		shapes, err = ellipse(length.place("cx", "cy"), length.above("rx"), length.above("ry"), m, tolerance)
	case "line":
		shapes, err = outlines([]line{{corners: []sim.Vec{length.place("x1", "y1"), length.place("x2", "y2")}}}, m)
	case "polyline", "polygon":
		var numbers []float64
		if numbers, err = parseNumbers(a["points"]); err == nil && (len(numbers)%2 != 0 || len(numbers) < 4) {
			err = fmt.Errorf("points %.60q must be pairs of numbers, two or more", a["points"])
		}
		if err == nil {
			drawn := line{closed: kind == "polygon"}
			for i := 0; i < len(numbers); i += 2 {
				drawn.corners = append(drawn.corners, sim.Vec{X: numbers[i], Y: numbers[i+1]})
			}
			shapes, err = outlines([]line{drawn}, m)
		}
	case "path":
		var lines []line
		if lines, err = parsePath(a["d"], tolerance/max(m.longest(), 1e-12)); err == nil {
			shapes, err = outlines(lines, m)
		}
	}
	if length.err != nil {
		err = length.err
	}
	return shapes, err
}

// lengths reads attributes and keeps the first error.
type lengths struct {
	attributes map[string]string
	err        error
}

// get returns a length in user units; 0 without the attribute.
func (l *lengths) get(name string) float64 {
	text := l.attributes[name]
	if text == "" {
		return 0
	}
	x, err := parseLength(text)
	if err != nil && l.err == nil {
		l.err = fmt.Errorf("%s: %w", name, err)
	}
	return x
}

func (l *lengths) place(x, y string) sim.Vec { return sim.Vec{X: l.get(x), Y: l.get(y)} }

// above returns a length that must be above 0.
func (l *lengths) above(name string) float64 {
	x := l.get(name)
	if !(x > 0) && l.err == nil {
		l.err = fmt.Errorf("%s %v must be above 0", name, x)
	}
	return x
}

// rectangle returns a box, rounded if it is; what is skewed is a polygon.
func rectangle(l *lengths, m matrix, tolerance float64) ([]shape, error) {
	corner, width, height := l.place("x", "y"), l.above("width"), l.above("height")
	rx, ry := l.get("rx"), l.get("ry")
	if l.attributes["rx"] == "" {
		rx = ry
	}
	if l.attributes["ry"] == "" {
		ry = rx
	}
	rx, ry = min(max(rx, 0), width/2), min(max(ry, 0), height/2)
	if l.err != nil {
		return nil, l.err
	}
	scale, angle, _, similar := m.similar()
	middle := m.apply(corner.Add(sim.Vec{X: width / 2, Y: height / 2}))
	switch {
	case similar && rx == ry && rx < min(width, height)/2:
		// The page maps y down to y up, so that a turn of the box is seen the other way round;
		// for a box that only matters up to its own mirror image.
		s := shape{kind: "box", values: []float64{width * scale, height * scale}, at: middle, angle: angle, round: rx * scale}
		return []shape{s}, checkFinite(s.at, width*scale, height*scale)
	case rx == 0 || ry == 0:
		box := []sim.Vec{corner, {X: corner.X + width, Y: corner.Y}, {X: corner.X + width, Y: corner.Y + height}, {X: corner.X, Y: corner.Y + height}}
		return outlines([]line{{box, true}}, m)
	}
	path := fmt.Sprintf("M%v %v h%v a%v %v 0 0 1 %v %v v%v a%v %v 0 0 1 %v %v h%v a%v %v 0 0 1 %v %v v%v a%v %v 0 0 1 %v %v z",
		corner.X+rx, corner.Y, width-2*rx, rx, ry, rx, ry, height-2*ry, rx, ry, -rx, ry, 2*rx-width, rx, ry, -rx, -ry, 2*ry-height, rx, ry, rx, -ry)
	lines, err := parsePath(path, tolerance/max(m.longest(), 1e-12))
	if err != nil {
		return nil, err
	}
	return outlines(lines, m)
}

// ellipse returns a circle or an ellipse; what is skewed is a polygon.
func ellipse(centre sim.Vec, rx, ry float64, m matrix, tolerance float64) ([]shape, error) {
	scale, angle, _, similar := m.similar()
	at := m.apply(centre)
	if similar && rx == ry {
		return []shape{{kind: "circle", values: rx * scale, at: at}}, checkFinite(at, rx*scale)
	}
	if similar {
		return []shape{{kind: "ellipse", values: []float64{rx * scale, ry * scale}, at: at, angle: angle}}, checkFinite(at, rx*scale, ry*scale)
	}
	step := arcStep(max(rx, ry), tolerance/max(m.longest(), 1e-12))
	corners := polygon.Ellipse(rx, ry, max(8, int(min(math.Ceil(2*math.Pi/step), polygon.MaxCorners))))
	for i := range corners {
		corners[i] = corners[i].Add(centre)
	}
	return outlines([]line{{corners, true}}, m)
}

func checkFinite(at sim.Vec, sizes ...float64) error {
	for _, size := range sizes {
		if !(size > 0 && size <= sim.MaxMagnitude) {
			return fmt.Errorf("a size of %v m must be above 0 and at most %g", size, sim.MaxMagnitude)
		}
	}
	if !finite([]sim.Vec{at}) {
		return errors.New("it is too far away")
	}
	return nil
}

// outlines returns closed lines as polygons about their centroids, and open ones as walls.
func outlines(lines []line, m matrix) ([]shape, error) {
	var shapes []shape
	var closed [][]sim.Vec
	for _, l := range lines {
		var corners []sim.Vec // in metres, none twice in a row
		for _, c := range l.corners {
			if p := m.apply(c); len(corners) == 0 || corners[len(corners)-1] != p {
				corners = append(corners, p)
			}
		}
		last := len(corners) - 1
		if last > 2 && corners[last] == corners[0] { // closed by hand
			l.closed, corners = true, corners[:last]
		}
		switch {
		case !finite(corners):
			return nil, errors.New("it is too large")
		case len(corners) < 2:
			continue // a point, such as a path that is only moved
		case !l.closed && len(corners) == 2:
			shapes = append(shapes, shape{kind: "segment", values: corners})
		case !l.closed:
			shapes = append(shapes, shape{kind: "chain", values: corners})
		default:
			if _, err := polygon.Convex(corners); err != nil {
				return nil, err
			}
			for _, other := range closed {
				if encloses(other, corners[0]) || encloses(corners, other[0]) {
					return nil, errors.New("a path with a hole must be drawn as several shapes")
				}
			}
			closed = append(closed, corners)
			shapes = append(shapes, centred(corners))
		}
	}
	if len(shapes) == 0 {
		return nil, errors.New("it draws nothing")
	}
	return shapes, nil
}

// centred returns a polygon whose own frame is at its centroid.
func centred(corners []sim.Vec) shape {
	area, first := polygon.Area(corners), sim.Vec{}
	origin := corners[0]
	for i := range corners {
		a, b := corners[i].Sub(origin), corners[(i+1)%len(corners)].Sub(origin)
		first = first.Add(a.Add(b).Scale(a.Cross(b) / 6))
	}
	at := origin.Add(first.Scale(1 / area))
	own := make([]sim.Vec, len(corners))
	for i, c := range corners {
		own[i] = c.Sub(at)
	}
	return shape{kind: "polygon", values: own, at: at}
}

// encloses reports whether a point is inside an outline, by the crossings of a ray.
func encloses(outline []sim.Vec, p sim.Vec) bool {
	inside := false
	for i, a := range outline {
		b := outline[(i+1)%len(outline)]
		if (a.Y > p.Y) != (b.Y > p.Y) && p.X < a.X+(b.X-a.X)*(p.Y-a.Y)/(b.Y-a.Y) {
			inside = !inside
		}
	}
	return inside
}
