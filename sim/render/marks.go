package render

import (
	"math"
	"strconv"

	"orrery/sim"
)

// Forecast draws where a prediction takes the centre of each body: a line that
// fades into the future with a dot every tenth of a second. The states follow
// each other from a frame, by whose number the dots are placed, so that they
// stand still while time goes by.
func (p *Painter) Forecast(states []sim.State, frame int) {
	const pieces = 4
	if len(states) < 2 {
		return
	}
	for k := range pieces {
		from, to := k*(len(states)-1)/pieces, (k+1)*(len(states)-1)/pieces
		colour := p.Theme.Predicted.Fade(0.8 - 0.6*float64(k)/(pieces-1))
		piece := Path{Open: true, Stroke: Stroke{Colour: colour, Width: 1.25 * p.Unit}}
		for i := range p.Scene.Bodies {
			if p.Scene.Bodies[i].Kind != sim.Kinematic {
				piece.Contours = append(piece.Contours, p.way(states[from:to+1], i))
			}
		}
		p.List.Add(piece)
	}
	p.Beats(states, frame, p.Theme.Predicted.Fade(0.7))
}

// Beats draws a dot at the centre of each dynamic body at every tenth of a second. The
// states follow each other from the frame of the given number.
func (p *Painter) Beats(states []sim.State, frame int, colour Colour) {
	beat := max(p.Scene.FPS/10, 1)
	var centres []Point
	for k := (beat - frame%beat) % beat; k < len(states); k += beat {
		for i, pose := range states[k] {
			if p.Scene.Bodies[i].Kind == sim.Dynamic {
				centres = append(centres, p.place(sim.Vec{}, pose))
			}
		}
	}
	p.List.Add(dots(colour, 1.75*p.Unit, centres...))
}

// Sights draws what was measured of the bodies, for several moments at once: a cross at each place, and
// about it the disc of two deviations where that is larger.
func (p *Painter) Sights(sights [][]sim.Sight) {
	reach := SightReach * p.Unit
	crosses := Path{Open: true, Stroke: Stroke{Colour: p.Theme.Text.Fade(0.8), Width: 0.9 * p.Unit}}
	for _, row := range sights {
		for _, s := range row {
			if !s.Seen {
				continue
			}
			at := p.Camera.Pixel(sim.Vec{X: s.X, Y: s.Y})
			crosses.Contours = append(crosses.Contours,
				[]Point{{at.X - reach, at.Y}, {at.X + reach, at.Y}}, []Point{{at.X, at.Y - reach}, {at.X, at.Y + reach}})
			if doubt := 2 * s.Std * p.Camera.Scale; doubt > reach {
				p.List.Add(Circle(at, min(doubt, float64(p.List.Width+p.List.Height)), p.Theme.Text.Fade(0.08), Stroke{Colour: p.Theme.Text.Fade(0.35), Width: 0.75 * p.Unit}))
			}
		}
	}
	p.List.Add(crosses)
}

// SightReach is how far the arms of a cross reach, in units.
const SightReach = 2.5

// way returns where the centre of body i is in the states.
func (p *Painter) way(states []sim.State, i int) []Point {
	way := make([]Point, 0, len(states))
	for _, state := range states {
		way = append(way, p.place(sim.Vec{}, state[i]))
	}
	return way
}

// Expected says within which ellipse a share of the truth is expected about the predicted
// centre of a body: its half axes in metres and the angle of the first of them.
type Expected func(body int, share float64) (halfAxes [2]float64, angle float64)

// Spread draws where the centres of the bodies of a predicted state are expected: the
// ellipses for 50 %, filled, and for 90 %, dashed. The larger an ellipse is, the fainter it
// is: it must not hide bodies that are known better.
func (p *Painter) Spread(predicted sim.State, expected Expected) {
	for i, pose := range predicted {
		for _, mark := range []struct{ share, inside, edge float64 }{{0.5, 0.22, 0}, {0.9, 0.06, 0.9}} {
			half, angle := expected(i, mark.share)
			p.ellipse(pose, half, angle, mark.inside, mark.edge)
		}
	}
}

// ellipse draws one about a body, with strengths of its inside and its edge.
func (p *Painter) ellipse(pose sim.BodyState, half [2]float64, angle, inside, edge float64) {
	const corners = 48
	widest := float64(p.List.Width + p.List.Height)
	a, b := min(half[0]*p.Camera.Scale, widest), min(half[1]*p.Camera.Scale, widest)
	size := math.Sqrt(a * b)
	if !(max(a, b) > p.Unit) {
		return
	}
	centre, outline := p.place(sim.Vec{}, pose), make([]Point, corners)
	along := sim.Vec{X: 1}.Rotate(angle)
	for k := range outline {
		sin, cos := math.Sincos(2 * math.Pi * float64(k) / corners)
		outline[k] = centre.add(Point{a*cos*along.X - b*sin*along.Y, -a*cos*along.Y - b*sin*along.X})
	}
	strength := 1 / (1 + size/(80*p.Unit))
	piece := Path{Contours: [][]Point{outline}, Fill: p.Theme.Predicted.Fade(inside * strength * strength)}
	if edge > 0 {
		piece.Stroke = Stroke{Colour: p.Theme.Predicted.Fade(edge * strength), Width: p.Unit, Dash: 3 * p.Unit, Gap: 3 * p.Unit}
	}
	p.List.Add(piece)
}

// Velocities draws an arrow from each dynamic body to where it would be after a
// tenth of a second of even motion.
func (p *Painter) Velocities(state sim.State) {
	const ahead = 0.1 // s
	for i, pose := range state {
		if p.Scene.Bodies[i].Kind == sim.Dynamic {
			p.arrow(p.place(sim.Vec{}, pose), Point{pose.VX, -pose.VY}.scale(ahead*p.Camera.Scale), p.Theme.Text)
		}
	}
}

// arrow draws a vector in pixels, unless it is too short to have a direction.
func (p *Painter) arrow(from, vector Point, colour Colour) {
	length := vector.len()
	if !(length > 3*p.Unit) {
		return
	}
	vector = vector.scale(min(length, float64(p.List.Width+p.List.Height)) / length)
	tip, along := from.add(vector), vector.scale(min(7*p.Unit, length/2)/length)
	across := Point{along.Y, -along.X}.scale(0.45)
	back := tip.sub(along)
	head := Path{Contours: [][]Point{{tip, back.add(across), back.sub(across)}}, Fill: colour}
	head.Stroke = Stroke{Colour: p.Theme.Panel, Width: p.Unit}
	p.List.Add(
		Polyline(Stroke{Colour: p.Theme.Panel, Width: 3.5 * p.Unit}, from, back), head,
		Polyline(Stroke{Colour: colour, Width: 1.5 * p.Unit}, from, back),
	)
}

// Touch draws a point in metres at which two bodies touch.
func (p *Painter) Touch(at sim.Vec) {
	p.List.Add(Circle(p.Camera.Pixel(at), 3*p.Unit, p.Theme.Contact, Stroke{Colour: p.Theme.Panel, Width: p.Unit}))
}

// Pushed draws by an arrow from a point in metres an impulse in N·s that a body gets there, some units beside others at the same
// point. It is as long as a body of the mean mass would go by it in a fifth of a second. That of a prediction is dashed,
// and its head hollow.
func (p *Painter) Pushed(at, impulse sim.Vec, beside float64, predicted bool, colour Colour) {
	const ahead = 0.2 // s
	mass, count := 0.0, 0
	for i := range p.Scene.Bodies {
		if b := &p.Scene.Bodies[i]; b.Kind == sim.Dynamic {
			mass, count = mass+b.Mass, count+1
		}
	}
	vector := Point{impulse.X, -impulse.Y}.scale(ahead * p.Camera.Scale * float64(count) / mass)
	length := vector.len()
	if !(length > 3*p.Unit) {
		return
	}
	from := p.Camera.Pixel(at).add(Point{vector.Y, -vector.X}.scale(beside * p.Unit / length))
	vector = vector.scale(min(length, float64(p.List.Width+p.List.Height)) / length)
	if !predicted {
		p.arrow(from, vector, colour)
		return
	}
	tip, along := from.add(vector), vector.scale(min(7*p.Unit, length/2)/length)
	across := Point{along.Y, -along.X}.scale(0.45)
	back := tip.sub(along)
	p.List.Add(
		Polyline(Stroke{Colour: p.Theme.Panel, Width: 3.5 * p.Unit}, from, back),
		Polyline(Stroke{Colour: colour, Width: 1.5 * p.Unit, Dash: 3 * p.Unit, Gap: 2 * p.Unit}, from, back),
		Path{Contours: [][]Point{{tip, back.add(across), back.sub(across)}}, Fill: p.Theme.Panel, Stroke: Stroke{Colour: colour, Width: 1.5 * p.Unit}},
	)
}

// Numbers writes on each body its index in the scene.
func (p *Painter) Numbers(state sim.State) {
	colour := p.Theme.Text
	if Contrast(p.Theme.Panel, p.Theme.True) > Contrast(colour, p.Theme.True) {
		colour = p.Theme.Panel
	}
	for i, pose := range state {
		at := p.place(sim.Vec{}, pose)
		size := SmallText * p.Unit
		at.Y += 0.35 * size
		p.List.Add(Text{At: at, Align: Centre, Size: size, Bold: true, Colour: colour, Value: strconv.Itoa(i)})
	}
}

// Mark draws the outline of the body of an index in a pose, to pick it out from the others.
func (p *Painter) Mark(body int, pose sim.BodyState) {
	p.List.Add(p.outline(body, pose, Stroke{Colour: p.Theme.Text, Width: 2.5 * p.Unit, Round: true}))
}

// Outline draws the outline of the body of an index in a pose in a colour, with an edge that sets it off against a photo.
func (p *Painter) Outline(body int, pose sim.BodyState, colour Colour) {
	p.List.Add(
		p.outline(body, pose, Stroke{Colour: p.Theme.Panel.Fade(0.8), Width: (OutlineWidth + 2) * p.Unit, Round: true}),
		p.outline(body, pose, Stroke{Colour: colour, Width: OutlineWidth * p.Unit, Round: true}),
	)
}

// Pull draws the line along which a hand pulls one point of the world, in metres, to
// another.
func (p *Painter) Pull(from, to sim.Vec) {
	a, b := p.Camera.Pixel(from), p.Camera.Pixel(to)
	p.List.Add(
		Polyline(Stroke{Colour: p.Theme.Text, Width: 1.5 * p.Unit, Dash: 4 * p.Unit, Gap: 3 * p.Unit}, a, b),
		Circle(a, 3*p.Unit, p.Theme.Text, Stroke{}),
		Circle(b, 5*p.Unit, Colour{}, Stroke{Colour: p.Theme.Text, Width: 1.5 * p.Unit}),
	)
}
