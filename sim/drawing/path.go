package drawing

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"orrery/sim"
)

// line is a row of corners, joined at its ends when it is closed.
type line struct {
	corners []sim.Vec
	closed  bool
}

// maxCorners is how many corners all lines of a path may have.
const maxCorners = 100_000

var errCorners = errors.New("the path has too many corners: a larger tolerance gives fewer")

// parsePath reads the attribute d of a path. Its curves become lines that are nowhere
// farther away than a tolerance, which is in the units of the path.
func parsePath(text string, tolerance float64) ([]line, error) {
	p := pathReader{scanner: scanner{text: text}, tolerance: tolerance}
	for p.skip(); p.at < len(p.text); p.skip() {
		if c := p.text[p.at]; strings.IndexByte("MmZzLlHhVvCcSsQqTtAa", c) >= 0 {
			p.command = c
			p.at++
		} else if p.command == 0 || p.command == 'Z' || p.command == 'z' {
			return nil, fmt.Errorf("%.20q must be a command such as M or L", p.text[p.at:])
		}
		if p.started == 0 && p.command != 'M' && p.command != 'm' {
			return nil, fmt.Errorf("it begins with %c and must begin with M", p.command)
		}
		if err := p.run(); err != nil {
			return nil, err
		}
		if p.count > maxCorners {
			return nil, errCorners
		}
	}
	return p.lines, nil
}

// pathReader draws as it reads.
type pathReader struct {
	scanner
	tolerance float64
	lines     []line
	started   int // lines begun
	count     int // corners

	command     byte
	now         sim.Vec
	control     sim.Vec // of the curve before, for S and T
	controlKind byte    // C or Q when there was such a curve
}

func (p *pathReader) begin() {
	p.lines = append(p.lines, line{corners: []sim.Vec{p.now}})
	p.started++
	p.count++
}

func (p *pathReader) to(next sim.Vec) {
	if p.lines[len(p.lines)-1].closed {
		p.begin() // from where the line before was closed
	}
	last := &p.lines[len(p.lines)-1]
	last.corners = append(last.corners, next)
	p.now = next
	p.count++
}

// point reads a place, which is relative to where the pen is for small letters.
func (p *pathReader) point() (sim.Vec, error) {
	x, err := p.number()
	if err != nil {
		return sim.Vec{}, err
	}
	y, err := p.number()
	if err != nil {
		return sim.Vec{}, err
	}
	place := sim.Vec{X: x, Y: y}
	if p.relative() {
		place = place.Add(p.now)
	}
	return place, nil
}

func (p *pathReader) relative() bool { return p.command >= 'a' }

// points reads several places, all relative to where the pen is now.
func (p *pathReader) points(places ...*sim.Vec) error {
	for _, place := range places {
		var err error
		if *place, err = p.point(); err != nil {
			return err
		}
	}
	return nil
}

// run carries out a command once. A command is carried out again for as long as numbers
// follow; after M that is L.
func (p *pathReader) run() error {
	kind := byte(0)
	defer func() { p.controlKind = kind }()
	var a, b, end sim.Vec
	switch p.command {
	case 'M', 'm':
		if err := p.points(&end); err != nil {
			return err
		}
		p.now = end
		p.begin()
		p.command-- // M becomes L, and m becomes l
	case 'Z', 'z':
		last := &p.lines[len(p.lines)-1]
		last.closed = true
		p.now = last.corners[0]
	case 'L', 'l':
		if err := p.points(&end); err != nil {
			return err
		}
		p.to(end)
	case 'H', 'h', 'V', 'v':
		x, err := p.number()
		if err != nil {
			return err
		}
		end = p.now
		switch p.command {
		case 'H':
			end.X = x
		case 'h':
			end.X += x
		case 'V':
			end.Y = x
		case 'v':
			end.Y += x
		}
		p.to(end)
	case 'C', 'c':
		if err := p.points(&a, &b, &end); err != nil {
			return err
		}
		kind = 'C'
		p.cubic(a, b, end)
	case 'S', 's':
		a = p.now
		if p.controlKind == 'C' {
			a = p.now.Scale(2).Sub(p.control)
		}
		if err := p.points(&b, &end); err != nil {
			return err
		}
		kind = 'C'
		p.cubic(a, b, end)
	case 'Q', 'q':
		if err := p.points(&a, &end); err != nil {
			return err
		}
		kind = 'Q'
		p.quadratic(a, end)
	case 'T', 't':
		a = p.now
		if p.controlKind == 'Q' {
			a = p.now.Scale(2).Sub(p.control)
		}
		if err := p.points(&end); err != nil {
			return err
		}
		kind = 'Q'
		p.quadratic(a, end)
	case 'A', 'a':
		return p.arc()
	}
	return nil
}

// quadratic draws the cubic curve that is the same.
func (p *pathReader) quadratic(a, end sim.Vec) {
	first := p.now.Add(a.Sub(p.now).Scale(2.0 / 3))
	second := end.Add(a.Sub(end).Scale(2.0 / 3))
	p.cubic(first, second, end)
	p.control = a
}

// cubic draws Bézier's curve in so many equal parts that no part is farther from it than
// the tolerance: a part of a share h strays by at most h²/8 of the largest second derivative.
func (p *pathReader) cubic(a, b, end sim.Vec) {
	start := p.now
	bend := max(start.Sub(a.Scale(2)).Add(b).Len(), a.Sub(b.Scale(2)).Add(end).Len())
	parts := p.parts(math.Sqrt(6 * bend / (8 * p.tolerance)))
	for k := 1; k <= parts; k++ {
		t := float64(k) / float64(parts)
		s := 1 - t
		p.to(start.Scale(s * s * s).Add(a.Scale(3 * s * s * t)).Add(b.Scale(3 * s * t * t)).Add(end.Scale(t * t * t)))
	}
	p.now = end
	p.control = b
}

// parts is a number of parts, at least 1 and not beyond all bounds.
func (p *pathReader) parts(least float64) int {
	if !(least <= maxCorners) {
		return maxCorners + 1
	}
	return max(1, int(math.Ceil(least)))
}

// arc draws a part of an ellipse, found from its ends as the SVG standard says in its
// notes on implementation (B.2.4).
func (p *pathReader) arc() error {
	var radii [3]float64 // and the turn of the x axis, in degrees
	for i := range radii {
		var err error
		if radii[i], err = p.number(); err != nil {
			return err
		}
	}
	large, err := p.flag()
	if err != nil {
		return err
	}
	sweep, err := p.flag()
	if err != nil {
		return err
	}
	end, err := p.point()
	if err != nil {
		return err
	}
	start, rx, ry := p.now, math.Abs(radii[0]), math.Abs(radii[1])
	if rx == 0 || ry == 0 || start == end {
		p.to(end)
		return nil
	}
	turned := radii[2] * math.Pi / 180
	half := start.Sub(end).Scale(0.5).Rotate(-turned)
	unit := sim.Vec{X: half.X / rx, Y: half.Y / ry} // on the circle that the ellipse is scaled from
	if reach := unit.Len(); reach > 1 {             // too small to reach: as large as it must be
		rx, ry, unit = rx*reach, ry*reach, unit.Scale(1/reach)
	}
	away := math.Sqrt(max(0, 1/unit.Dot(unit)-1))
	if large == sweep {
		away = -away
	}
	centre := sim.Vec{X: unit.Y, Y: -unit.X}.Scale(away)
	from, to := unit.Sub(centre), unit.Scale(-1).Sub(centre)
	begin, angle := math.Atan2(from.Y, from.X), math.Atan2(from.Cross(to), from.Dot(to))
	switch {
	case sweep && angle < 0:
		angle += 2 * math.Pi
	case !sweep && angle > 0:
		angle -= 2 * math.Pi
	}
	middle := start.Add(end).Scale(0.5).Add(sim.Vec{X: rx * centre.X, Y: ry * centre.Y}.Rotate(turned))
	parts := p.parts(math.Abs(angle) / arcStep(max(rx, ry), p.tolerance))
	for k := 1; k < parts; k++ {
		sin, cos := math.Sincos(begin + angle*float64(k)/float64(parts))
		p.to(middle.Add(sim.Vec{X: rx * cos, Y: ry * sin}.Rotate(turned)))
	}
	p.to(end)
	return nil
}

// arcStep returns the angle of a part of a circle that strays from its chord by a
// tolerance, in radians.
func arcStep(radius, tolerance float64) float64 {
	return 2 * math.Acos(max(0, 1-tolerance/radius))
}
