package recording

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"orrery/sim"
	"orrery/sim/input"
)

// Frame is the frame of reference in which a recording is written.
type Frame struct {
	Unit      string  // of positions and sizes, such as px
	PerMetre  float64 // how many of the unit are a metre
	Down      bool    // y points down
	Origin    sim.Vec // where the scene's origin is, in the unit as written
	Clockwise bool    // angles grow clockwise, as one sees them
	Degrees   bool    // angles are in degrees
	NoAngle   bool    // angles mean nothing
	Std       float64 // standard deviation of positions, as written; 0 where it is not told
	StdTurn   float64 // standard deviation of angles, as written; 0 where it is not told
}

// Words are a frame of reference as a user writes it. Each may be empty.
type Words struct {
	Unit   string // px, mm, cm, m or in
	Scale  string // 400px/m, 2.5mm/px, 80px=0.2m, X,Y:X,Y=1m, radius=0.05m
	Y      string // up or down
	Angle  string // clockwise, counterclockwise, degrees, radians, none; more than one with commas
	Noise  string // standard deviation of positions, and of angles after a comma: 0.1px,2deg
	Origin string // X,Y as written of the scene's origin
}

// perMetre has the units of length and how many of each a metre is. Pixels have no length of their own.
var perMetre = []struct {
	name  string
	count float64
}{{"px", 0}, {"mm", 1000}, {"cm", 100}, {"m", 1}, {"in", 1 / 0.0254}}

// Units returns the names of the units of length.
func Units() []string {
	var names []string
	for _, u := range perMetre {
		names = append(names, u.name)
	}
	return names
}

// unitOf returns how many of a unit are a metre, 0 for pixels.
func unitOf(name string) (float64, error) {
	for _, u := range perMetre {
		if u.name == name {
			return u.count, nil
		}
	}
	return 0, fmt.Errorf("unit %.20q must be one of %s%s", name, strings.Join(Units(), ", "), input.Perhaps(name, Units()))
}

// Metres is the frame of reference of scenes and datasets.
func Metres() Frame { return Frame{Unit: "m", PerMetre: 1} }

// Plain reports whether values in the frame are what they are in Metres, and nothing is told of their noise.
func (f *Frame) Plain() bool { return *f == Metres() }

// byRadius stands for a scale that the column radius says.
const byRadius = "radius"

// ParseFrame returns the frame of reference that words describe. Where the scale is that of the bodies'
// radius, PerMetre is -1/radius in metres until SetRadius.
func ParseFrame(w Words) (f Frame, err error) {
	f = Metres()
	if w.Unit != "" {
		if f.PerMetre, err = unitOf(w.Unit); err != nil {
			return f, err
		}
		f.Unit = w.Unit
	}
	if w.Scale != "" {
		if err := f.setScale(w.Scale, w.Unit); err != nil {
			return f, fmt.Errorf("scale %.60q %w", w.Scale, err)
		}
	}
	if f.PerMetre == 0 {
		return f, fmt.Errorf("unit px needs a scale, such as 400px/m, 80px=0.2m, or two points X,Y:X,Y=1m")
	}
	switch w.Y {
	case "", "up":
	case "down":
		f.Down = true
	default:
		return f, fmt.Errorf("y %.20q must be up or down", w.Y)
	}
	if err := f.setAngle(w.Angle); err != nil {
		return f, err
	}
	if w.Origin != "" {
		if f.Origin, err = parsePoint(w.Origin); err != nil {
			return f, fmt.Errorf("origin %w", err)
		}
	}
	return f, f.setNoise(w.Noise)
}

// setScale reads how the unit of a recording compares with the metre.
func (f *Frame) setScale(text, told string) error {
	const how = "must be such as 400px/m, 2.5mm/px, 80px=0.2m, 10,20:510,20=1m or radius=0.05m"
	if left, right, equal := strings.Cut(text, "="); equal {
		length, metres, err := parseLength(right)
		if err != nil || metres == 0 || !(length > 0) {
			return fmt.Errorf("%s: %.20q must be a length > 0 with its unit mm, cm, m or in", how, right)
		}
		length /= metres // m
		if strings.TrimSpace(left) == byRadius {
			f.Unit, f.PerMetre = cmp.Or(told, "px"), -1/length
			return nil
		}
		if from, to, two := strings.Cut(left, ":"); two {
			a, err := parsePoint(from)
			if err != nil {
				return fmt.Errorf("%s: %w", how, err)
			}
			b, err := parsePoint(to)
			if err != nil {
				return fmt.Errorf("%s: %w", how, err)
			}
			return f.setUnits(b.Sub(a).Len()/length, cmp.Or(told, "px"), told, how)
		}
		count, unit, ok := splitUnit(left)
		if !ok {
			return fmt.Errorf("%s", how)
		}
		return f.setUnits(count/length, cmp.Or(unit, told, "px"), told, how)
	}
	left, right, ratio := strings.Cut(text, "/")
	count, unit, ok := splitUnit(left)
	if !ok {
		return fmt.Errorf("%s", how)
	}
	if !ratio {
		return f.setUnits(count, cmp.Or(unit, told, "px"), told, how)
	}
	per, other, ok := splitUnit("1" + strings.TrimSpace(right))
	if !ok || per != 1 {
		return fmt.Errorf("%s", how)
	}
	upper, errUpper := unitOf(unit)
	lower, errLower := unitOf(other)
	switch {
	case errUpper != nil:
		return errUpper
	case errLower != nil:
		return errLower
	case upper == 0 && lower > 0: // px/m
		return f.setUnits(count*lower, unit, told, how)
	case lower == 0 && upper > 0: // mm/px
		return f.setUnits(upper/count, other, told, how)
	case lower == 1: // mm/m
		return f.setUnits(count, unit, told, how)
	}
	return fmt.Errorf("%s", how)
}

func (f *Frame) setUnits(perMetre float64, unit, told, how string) error {
	if !(perMetre > 0 && perMetre <= sim.MaxMagnitude && 1/perMetre <= sim.MaxMagnitude) {
		return fmt.Errorf("%s: a metre must have a finite number of units > 0", how)
	}
	own, err := unitOf(unit)
	switch {
	case err != nil:
		return err
	case told != "" && told != unit:
		return fmt.Errorf("is of %s, but the unit is %s", unit, told)
	case own > 0 && math.Abs(own-perMetre) > 1e-6*own:
		return fmt.Errorf("contradicts the unit %s, of which %v are a metre", unit, own)
	}
	f.Unit, f.PerMetre = unit, perMetre
	return nil
}

// SetRadius ends the scale that a body's radius in metres gave: radius is that as written.
func (f *Frame) SetRadius(radius float64) error {
	if f.PerMetre > 0 {
		return nil
	}
	if !(radius > 0) {
		return fmt.Errorf("scale radius=…m needs a column radius with sizes > 0")
	}
	f.PerMetre *= -radius
	return nil
}

// setAngle reads the words about angles.
func (f *Frame) setAngle(text string) error {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	words := []string{"clockwise", "counterclockwise", "degrees", "radians", "none"}
	has := map[string]bool{}
	for word := range strings.SplitSeq(text, ",") {
		word = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(word)), "-", "")
		if !slices.Contains(words, word) {
			return fmt.Errorf("angle %.20q must be %s%s", word, strings.Join(words, ", "), input.Perhaps(word, words))
		}
		has[word] = true
	}
	for _, pair := range [][2]string{{"clockwise", "counterclockwise"}, {"degrees", "radians"}} {
		if has[pair[0]] && has[pair[1]] {
			return fmt.Errorf("angle must be %s or %s, not both", pair[0], pair[1])
		}
	}
	if has["none"] && len(has) > 1 {
		return fmt.Errorf("angle none says that there are none: it cannot be combined")
	}
	f.Clockwise, f.Degrees, f.NoAngle = has["clockwise"], has["degrees"], has["none"]
	return nil
}

// setNoise reads standard deviations, of which the unit may be left out.
func (f *Frame) setNoise(text string) error {
	if text == "" {
		return nil
	}
	place, turn, both := strings.Cut(text, ",")
	v, unit, ok := splitUnit(place)
	if !ok || !(v > 0) {
		return fmt.Errorf("noise %.20q must be a number > 0 with a unit, such as 0.1px or 1mm, and that of angles may follow a comma, such as 1mm,2deg", place)
	}
	if unit != "" && unit != f.Unit {
		count, err := unitOf(unit)
		if err != nil {
			return fmt.Errorf("noise: %w", err)
		}
		if count == 0 || f.PerMetre < 0 {
			return fmt.Errorf("noise %.20q must be in %s, as positions are", place, f.Unit)
		}
		v *= f.PerMetre / count
	}
	f.Std = v
	if !both {
		return nil
	}
	turn = strings.TrimSpace(turn)
	number, degrees := strings.CutSuffix(turn, "deg")
	number, radians := strings.CutSuffix(number, "rad")
	v, ok = input.ParseNumber(strings.TrimSpace(number))
	if !ok || !(v > 0) {
		return fmt.Errorf("noise %.20q of angles must be a number > 0, such as 2deg or 0.01rad", turn)
	}
	switch {
	case degrees && !f.Degrees:
		v *= math.Pi / 180
	case radians && f.Degrees:
		v *= 180 / math.Pi
	}
	f.StdTurn = v
	return nil
}

// splitUnit returns a number > 0 and the unit behind it, which may be missing.
func splitUnit(text string) (v float64, unit string, ok bool) {
	text = strings.TrimSpace(text)
	end := strings.LastIndexAny(text, "0123456789.") + 1
	v, ok = input.ParseNumber(strings.TrimSpace(text[:end]))
	return v, strings.TrimSpace(text[end:]), ok && v > 0
}

// parseLength returns a number and how many of its unit are a metre.
func parseLength(text string) (v, perMetre float64, err error) {
	v, unit, ok := splitUnit(text)
	if !ok {
		return 0, 0, fmt.Errorf("%.20q must be a length with its unit", text)
	}
	perMetre, err = unitOf(unit)
	return v, perMetre, err
}

func parsePoint(text string) (sim.Vec, error) {
	x, y, two := strings.Cut(text, ",")
	a, okX := input.ParseNumber(strings.TrimSpace(x))
	b, okY := input.ParseNumber(strings.TrimSpace(y))
	if !two || !okX || !okY {
		return sim.Vec{}, fmt.Errorf("%.40q must be two numbers X,Y", text)
	}
	return sim.Vec{X: a, Y: b}, nil
}

// Point returns where a place as written is, in metres.
func (f *Frame) Point(x, y float64) sim.Vec {
	p := sim.Vec{X: (x - f.Origin.X) / f.PerMetre, Y: (y - f.Origin.Y) / f.PerMetre}
	if f.Down {
		p.Y = -p.Y
	}
	return p
}

// Turn returns an angle as written in radians counter-clockwise.
func (f *Frame) Turn(angle float64) float64 {
	if f.Degrees {
		angle *= math.Pi / 180
	}
	if f.Clockwise {
		angle = -angle
	}
	return angle
}

// StdTurned returns a deviation of angles as written in radians.
func (f *Frame) StdTurned(std float64) float64 {
	if f.Degrees {
		std *= math.Pi / 180
	}
	return std
}

// String says what the frame is, in words.
func (f *Frame) String() string {
	text := f.Unit
	if own, err := unitOf(f.Unit); err == nil && own == 0 {
		text = fmt.Sprintf("px, %.6g to a metre", f.PerMetre)
	}
	if f.Down {
		text += ", y down"
	} else {
		text += ", y up"
	}
	if f.Origin != (sim.Vec{}) {
		text += fmt.Sprintf(", origin at %v,%v", f.Origin.X, f.Origin.Y)
	}
	switch {
	case f.NoAngle:
		text += ", no angles"
	case f.Degrees && f.Clockwise:
		text += ", degrees clockwise"
	case f.Degrees:
		text += ", degrees"
	case f.Clockwise:
		text += ", radians clockwise"
	}
	return text
}
