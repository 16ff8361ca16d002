package watching

import (
	"fmt"
	"math"
	"strings"

	"orrery/datasets/recording"
	"orrery/sim"
	"orrery/sim/input"
)

// Scale says how many px are a metre. The zero Scale does not say it.
type Scale struct {
	PerMetre float64 // px to a metre, or 0 where a body or a fall tells it
	Body     string  // whose Length is known, or empty
	Length   float64 // m, of Body
	Fall     float64 // m/s², by which things that fall get faster, or 0
	Side     float64 // m, the longer side of the picture, or 0
}

// scaleForms lists how a scale may be written.
const scaleForms = "400px/m, 2.5mm/px, 80px=0.2m, two points X,Y:X,Y=1m, body:NAME=0.05m, picture=1m or g=9.81"

// ParseScale reads a scale as users write it.
func ParseScale(text string) (Scale, error) {
	if value, is := strings.CutPrefix(text, "g="); is {
		g, ok := input.ParseNumber(strings.TrimSuffix(value, "m/s²"))
		if !ok || !(g >= 1e-3 && g <= 1e6) {
			return Scale{}, fmt.Errorf("scale: g is %q and must be a number of m/s² from 0.001 to 1000000", value)
		}
		return Scale{Fall: g}, nil
	}
	if value, is := strings.CutPrefix(text, "picture="); is {
		side, err := parseLength(value)
		return Scale{Side: side}, err
	}
	if value, is := strings.CutPrefix(text, "body:"); is {
		at := strings.LastIndex(value, "=")
		if at < 1 {
			return Scale{}, fmt.Errorf("scale: %q must be body:NAME=LENGTH, such as body:0=0.05m", text)
		}
		length, err := parseLength(value[at+1:])
		return Scale{Body: value[:at], Length: length}, err
	}
	f, err := recording.ParseFrame(recording.Words{Unit: "px", Scale: text})
	if err != nil {
		return Scale{}, fmt.Errorf("scale: %q must be one of %s", text, scaleForms)
	}
	if !(f.PerMetre > 0) { // the radius of a recording's column
		return Scale{}, fmt.Errorf("scale: %q must be one of %s", text, scaleForms)
	}
	return Scale{PerMetre: f.PerMetre}, nil
}

// parseLength reads a length with its unit, in metres.
func parseLength(text string) (float64, error) {
	// A length is to so many pixels as any length is to one.
	f, err := recording.ParseFrame(recording.Words{Unit: "px", Scale: "1px=" + text})
	if err != nil || !(f.PerMetre > 0) {
		return 0, fmt.Errorf("scale: the length %q must be a number and a unit, such as 0.05m, 5cm or 50mm", text)
	}
	return 1 / f.PerMetre, nil
}

// ParseDown reads the direction in which things fall in the picture: down, up, left, right, none, or degrees counter-clockwise from the right. The
// direction of none is zero.
func ParseDown(text string) (sim.Vec, error) {
	switch text {
	case "down":
		return sim.Vec{Y: -1}, nil
	case "up":
		return sim.Vec{Y: 1}, nil
	case "left":
		return sim.Vec{X: -1}, nil
	case "right":
		return sim.Vec{X: 1}, nil
	case "none":
		return sim.Vec{}, nil
	}
	degrees, ok := input.ParseNumber(strings.TrimSuffix(text, "°"))
	if !ok || !(math.Abs(degrees) <= 360) {
		return sim.Vec{}, fmt.Errorf("down: %q must be down, up, left, right, none, or degrees counter-clockwise from the right, such as -80", text)
	}
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	return sim.Vec{X: cos, Y: sin}, nil
}

// across returns the greatest width of some shapes in px: the diameter of a disc, the longer side of a box, the length of a capsule.
func across(shapes []sim.Shape) float64 {
	// The longer side of the rectangle of the least area round them.
	least, longer := math.Inf(1), 0.0
	for _, direction := range directions(shapes) {
		width := extent(shapes, direction)
		height := extent(shapes, direction.Perp())
		if area := width * height; area < least*(1-1e-9) {
			least, longer = area, max(width, height)
		}
	}
	return longer
}

// directions returns those in which a rectangle round some shapes may lie: along their edges, and upright.
func directions(shapes []sim.Shape) []sim.Vec {
	all := []sim.Vec{{X: 1}}
	for _, s := range shapes {
		for i, v := range s.Vertices {
			if edge := s.Vertices[(i+1)%len(s.Vertices)].Sub(v); edge.Len() > 0 {
				all = append(all, edge.Scale(1/edge.Len()))
			}
		}
	}
	return all
}

// extent returns how wide some shapes are along a direction, in px.
func extent(shapes []sim.Shape, direction sim.Vec) float64 {
	low, high := math.Inf(1), math.Inf(-1)
	for _, s := range shapes {
		for _, v := range s.Vertices {
			low, high = min(low, direction.Dot(v)-s.Radius), max(high, direction.Dot(v)+s.Radius)
		}
	}
	return high - low
}
