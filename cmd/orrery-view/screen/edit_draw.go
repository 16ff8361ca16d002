package screen

import (
	"fmt"
	"image"
	"math"
	"slices"
	"strings"

	"orrery/cmd/orrery-view/edit"
	"orrery/cmd/orrery-view/icon"
	"orrery/cmd/orrery-view/widget"
	"orrery/sim"
	"orrery/sim/render"
)

// drawEdit draws the document on the stage, what is selected, and what is being drawn, and returns the side of the grid in
// metres.
func (s *Screen) drawEdit(l *render.List) (step float64) {
	stage, d := s.places.stage, s.editor.document
	p := &s.painter
	scene := d.Scene()
	p.List, p.Scene, p.Camera, p.Theme, p.Unit = l, scene, s.camera(), s.theme, s.unit
	l.Add(render.Block(stage, 8*s.unit, s.theme.Panel), render.Clip{Part: stage})
	step = p.Grid(stage)
	if !s.editor.free {
		s.drawCrossings(p, step)
	}
	p.Walls()
	start := scene.Start()
	p.Goals(start)
	p.Fields(start)
	p.Bodies(start, nil)
	s.drawAims(p, start)
	p.Joints(start)
	p.Points(start)
	s.drawDrives(p, start)
	if s.Look.Velocities || slices.ContainsFunc(start, func(b sim.BodyState) bool { return b.Velocity().Len() > 0 }) {
		p.Velocities(start)
	}
	s.drawSelection(p, start)
	s.drawSketch(p)
	l.Add(render.Clip{Part: l.Bounds()})
	return step
}

// drawCrossings marks where lines of the grid cross, to which places snap: the lines themselves are there to be overlooked.
func (s *Screen) drawCrossings(p *render.Painter, step float64) {
	stage, camera := s.places.stage, p.Camera
	low := camera.World(render.Point{X: float64(stage.Min.X), Y: float64(stage.Max.Y)})
	high := camera.World(render.Point{X: float64(stage.Max.X), Y: float64(stage.Min.Y)})
	marks := render.Path{Open: true, Stroke: render.Stroke{Colour: s.faint, Width: max(math.Round(s.unit), 1)}}
	reach := math.Round(2 * s.unit)
	for _, x := range render.Multiples(low.X, high.X, step) {
		for _, y := range render.Multiples(low.Y, high.Y, step) {
			at := camera.Pixel(sim.Vec{X: x, Y: y})
			at = render.Point{X: render.MiddleOfPixel(at.X), Y: render.MiddleOfPixel(at.Y)}
			marks.Contours = append(marks.Contours, []render.Point{{X: at.X - reach, Y: at.Y}, {X: at.X + reach, Y: at.Y}}, []render.Point{{X: at.X, Y: at.Y - reach}, {X: at.X, Y: at.Y + reach}})
		}
	}
	p.List.Add(marks)
}

// drawAims draws from each body that has a goal where it must go.
func (s *Screen) drawAims(p *render.Painter, start sim.State) {
	scene := p.Scene
	pen := render.Stroke{Colour: s.theme.Text, Width: 1.25 * s.unit, Dash: 2 * s.unit, Gap: 4 * s.unit, Round: true}
	for i := range scene.Goals {
		g := &scene.Goals[i]
		to := g.Target
		switch g.Kind {
		case sim.Angle:
			continue
		case sim.Inside:
			to = sim.Vec{}
			corners := scene.Region(g.Region).Vertices
			for _, v := range corners {
				to = to.Add(v.Scale(1 / float64(len(corners))))
			}
		case sim.Place, sim.Pose:
		default:
			panic("screen: a kind of goal without a rule")
		}
		from := start[g.Body].Point(g.Anchor)
		if way := to.Sub(from); way.Len()*p.Camera.Scale > 12*s.unit {
			a, b := p.Camera.Pixel(from), p.Camera.Pixel(to)
			p.List.Add(render.Polyline(pen, a, b))
			pen := pen
			pen.Dash, pen.Gap = 0, 0
			u := way.Scale(7 * s.unit / way.Len())
			left, right := u.Rotate(2.6), u.Rotate(-2.6)
			p.List.Add(render.Polyline(pen, render.Point{X: b.X + left.X, Y: b.Y - left.Y}, b, render.Point{X: b.X + right.X, Y: b.Y - right.Y}))
		}
	}
}

// drawDrives draws what actions drive: an arrow for a force along an axis, a bow for a torque and for a motor, a cross of
// arrows for a body whose velocity is set.
func (s *Screen) drawDrives(p *render.Painter, start sim.State) {
	scene := p.Scene
	pen := render.Stroke{Colour: s.theme.Text, Width: 1.75 * s.unit, Round: true}
	arrow := func(from render.Point, way sim.Vec, long float64) {
		u := way.Scale(1 / max(way.Len(), 1e-12))
		to := render.Point{X: from.X + long*u.X, Y: from.Y - long*u.Y}
		head := 5 * s.unit
		left, right := u.Rotate(2.6), u.Rotate(-2.6)
		l := render.Polyline(pen, from, to)
		l.Contours = append(l.Contours, []render.Point{{X: to.X + head*left.X, Y: to.Y - head*left.Y}, to, {X: to.X + head*right.X, Y: to.Y - head*right.Y}})
		p.List.Add(l)
	}
	bow := func(at render.Point, clockwise bool) {
		r := 11 * s.unit
		var points []render.Point
		for k := range 17 {
			sin, cos := math.Sincos(-0.6 + 3.9*float64(k)/16)
			points = append(points, render.Point{X: at.X + r*cos, Y: at.Y - r*sin})
		}
		if clockwise {
			slices.Reverse(points)
		}
		p.List.Add(render.Polyline(pen, points...))
		end, before := points[16], points[13]
		angle := math.Atan2(end.Y-before.Y, end.X-before.X)
		for _, side := range []float64{2.5, -2.5} {
			sin, cos := math.Sincos(angle + side)
			p.List.Add(render.Polyline(pen, end, render.Point{X: end.X + 5*s.unit*cos, Y: end.Y + 5*s.unit*sin}))
		}
	}
	for i := range scene.Actuators {
		a := &scene.Actuators[i]
		at := p.Camera.Pixel(start[a.Body].Position())
		switch a.Kind {
		case sim.Thrust:
			arrow(at, a.Axis.Rotate(start[a.Body].Angle), 26*s.unit)
		case sim.Force, sim.Velocity, sim.Servo:
			arrow(at, a.Axis, 20*s.unit)
			arrow(at, a.Axis.Scale(-1), 20*s.unit)
		case sim.Torque, sim.Steer:
			bow(at, false)
		default:
			panic("screen: a kind of actuator without a rule")
		}
	}
	for i := range scene.Joints {
		if j := &scene.Joints[i]; j.Kind == sim.Motor {
			at := start[j.A].Position()
			for _, other := range scene.Joints { // it turns about the nail
				if other.Kind == sim.Pivot && other.A == j.A && other.B == j.B {
					at = start[j.A].Point(other.AnchorA)
				}
			}
			bow(p.Camera.Pixel(at), j.Rate < 0)
		}
	}
}

// drawSelection draws what is selected and its handles. What is locked has a dashed edge.
func (s *Screen) drawSelection(p *render.Painter, start sim.State) {
	e := &s.editor
	d := e.document
	for _, i := range d.Selection() {
		pen := render.Stroke{Colour: s.theme.Text, Width: 2 * s.unit, Round: true}
		if d.Locked(i) {
			pen.Dash, pen.Gap = 4*s.unit, 4*s.unit
		}
		switch k := d.BodyOf(i); {
		case k >= 0:
			p.Outline(k, start[k], s.theme.Text)
		case i.Kind == edit.Wall || i.Kind == edit.Region || i.Kind == edit.Arena || i.Kind == edit.Goal:
			shapes := d.Shapes(i)
			for n := range shapes {
				path := render.Path{Stroke: pen}
				var corners []render.Point
				for _, v := range render.Contour(&shapes[n], 0.2/p.Camera.Scale) {
					corners = append(corners, p.Camera.Pixel(v))
				}
				path.Contours = [][]render.Point{corners}
				p.List.Add(path)
			}
		}
		if i.Kind != edit.Body && i.Kind != edit.Goal {
			spots := d.Spots(i)
			if len(spots) > 1 && i.Kind == edit.Joint {
				p.List.Add(render.Polyline(pen, p.Camera.Pixel(spots[len(spots)-2]), p.Camera.Pixel(spots[len(spots)-1])))
			}
			for _, v := range spots {
				p.List.Add(render.Circle(p.Camera.Pixel(v), 8*s.unit, render.Colour{}, pen))
			}
		}
	}
	for _, h := range e.bench.Handles(s.reach()) {
		s.drawHandle(p, p.Camera.Pixel(h.At), h.Turn)
	}
}

// drawHandle draws a handle as large as what can be taken of it.
func (s *Screen) drawHandle(p *render.Painter, at render.Point, turn bool) {
	t := s.theme
	halo := float64(mouseReach)
	if s.editor.touch {
		halo = touchReach
	}
	near := math.Hypot(s.mouse.X-at.X, s.mouse.Y-at.Y) <= halo*s.unit && !s.editor.touch
	fill := t.Background
	if near {
		fill = t.True
	}
	p.List.Add(render.Circle(at, halo*s.unit, t.Text.Fade(0.07), render.Stroke{}))
	pen := render.Stroke{Colour: t.Text, Width: 1.5 * s.unit}
	if turn {
		p.List.Add(render.Circle(at, 7*s.unit, fill, pen))
		icon.Draw(p.List, "motor", at, 4.5*s.unit, s.unit, t.Text)
		return
	}
	side := s.px(5)
	box := image.Rect(int(at.X)-side, int(at.Y)-side, int(at.X)+side, int(at.Y)+side)
	block := render.Block(box, 2*s.unit, fill)
	block.Stroke = pen
	p.List.Add(block)
}

// drawSketch draws what is being drawn, what it snapped to, what it measures, and the cursor of keys.
func (s *Screen) drawSketch(p *render.Painter) {
	e, t := &s.editor, s.theme
	sketch := e.bench.Sketch()
	pixel := p.Camera.Pixel
	guide := render.Stroke{Colour: t.Contact, Width: 1.25 * s.unit, Dash: 4 * s.unit, Gap: 3 * s.unit}
	for _, g := range sketch.Guides {
		if g[0] == g[1] {
			p.List.Add(render.Circle(pixel(g[0]), 7*s.unit, render.Colour{}, render.Stroke{Colour: t.Contact, Width: 1.75 * s.unit}))
			continue
		}
		p.List.Add(render.Polyline(guide, pixel(g[0]), pixel(g[1])))
	}
	pen := render.Stroke{Colour: t.Text, Width: 2 * s.unit, Round: true}
	if sketch.Lasso {
		pen.Dash, pen.Gap = 5*s.unit, 4*s.unit
	}
	if sketch.Crossed {
		pen.Colour = t.Error
	}
	for _, of := range sketch.Lines {
		var points []render.Point
		for _, v := range of.Corners {
			points = append(points, pixel(v))
		}
		p.List.Add(render.Path{Contours: [][]render.Point{points}, Open: !of.Closed, Stroke: pen})
	}
	for _, disc := range sketch.Discs {
		if disc.Radius == 0 {
			p.List.Add(render.Circle(pixel(disc.Middle), 4.5*s.unit, t.Background, render.Stroke{Colour: t.Text, Width: 1.5 * s.unit}))
			continue
		}
		p.List.Add(render.Circle(pixel(disc.Middle), disc.Radius*p.Camera.Scale, t.True.Fade(0.25), pen))
	}
	if sketch.Size != "" {
		s.drawSize(p, pixel(sketch.At), sketch.Size)
	}
	if e.keys {
		at, reach := pixel(e.cursor), 12*s.unit
		for _, edge := range []render.Stroke{{Colour: t.Background, Width: 5 * s.unit}, {Colour: t.Text, Width: 2 * s.unit}} {
			cross := render.Polyline(edge, render.Point{X: at.X - reach, Y: at.Y}, render.Point{X: at.X + reach, Y: at.Y})
			cross.Contours = append(cross.Contours, []render.Point{{X: at.X, Y: at.Y - reach}, {X: at.X, Y: at.Y + reach}})
			p.List.Add(cross)
		}
	}
}

// drawSize draws what something measures beside a point, within the stage.
func (s *Screen) drawSize(p *render.Painter, at render.Point, size string) {
	text := render.Text{Size: widget.SmallText * s.unit, Bold: true, Colour: s.theme.Text, Value: size}
	wide, stage := text.Width()+12*s.unit, s.places.stage
	away := 16 * s.unit
	if s.editor.touch {
		away = 40 * s.unit // a finger hides what is near
	}
	x := min(at.X+away, float64(stage.Max.X)-wide-4*s.unit)
	y := max(at.Y-away-20*s.unit, float64(stage.Min.Y)+4*s.unit)
	box := image.Rect(int(x), int(y), int(x+wide), int(y+20*s.unit))
	text.At = render.Point{X: x + 6*s.unit, Y: y + 14*s.unit}
	p.List.Add(render.Block(box, 4*s.unit, widget.Mix(s.theme.Background, s.theme.Muted, 0.12)), text)
}

// drawEditHint draws at the foot what a button does, what is selected, or what to do with the tool in hand.
func (s *Screen) drawEditHint(l *render.List, left, right float64) {
	e := &s.editor
	hint := s.hovered()
	if hint == "" && e.bench.Tool().Name == "select" && !e.bench.Held() {
		hint = s.described()
	}
	if hint == "" {
		hint = e.bench.Hint(e.keys, e.touch)
	}
	text := render.Text{Size: widget.SmallText * s.unit, Colour: s.theme.Text}
	lines := widget.Wrapped(text, hint, right-left, max(int(float64(s.places.foot.Dy())/s.unit)/hintRow, 1))
	for k, line := range lines {
		line.At = render.Point{X: left, Y: float64(s.places.foot.Max.Y) - (6+hintRow*float64(len(lines)-1-k))*s.unit}
		l.Add(line)
	}
}

// hintRow is the number of units from one line of a hint to the next.
const hintRow = 16

// described says what is selected, in words.
func (s *Screen) described() string {
	d := s.editor.document
	items := d.Selection()
	switch len(items) {
	case 0:
		return ""
	case 1:
	default:
		var names []string
		for _, i := range items[:min(len(items), 6)] {
			names = append(names, d.NameOf(i))
		}
		if len(items) > len(names) {
			names = append(names, "…")
		}
		return fmt.Sprintf("%d things: %s", len(items), strings.Join(names, ", "))
	}
	i := items[0]
	words := []string{d.NameOf(i)}
	if k := d.BodyOf(i); k >= 0 {
		b := &d.Scene().Bodies[k]
		low, high, _ := d.BoundsIn(d.Frame(i), i)
		size := high.Sub(low)
		words = append(words, fmt.Sprintf("%s × %s", readable(size.X, "m"), readable(size.Y, "m")))
		if b.Kind == sim.Dynamic {
			words = append(words, readable(b.Mass, "kg"))
		} else {
			words = append(words, "moves as it is told")
		}
		words = append(words, fmt.Sprintf("at %.4g, %.4g m", b.Start.X+0, b.Start.Y+0))
		if b.Start.Angle != 0 {
			words = append(words, fmt.Sprintf("%.4g°", b.Start.Angle*180/math.Pi))
		}
	} else {
		words = append(words, string(i.Kind))
	}
	if d.Locked(i) {
		words = append(words, "locked")
	}
	return strings.Join(words, " · ")
}

// drawEditTitle draws the name of the document in the head.
func (s *Screen) drawEditTitle(l *render.List) {
	part := s.places.head
	limit := float64(part.Max.X)
	for _, w := range s.headWidgets() {
		limit = min(limit, float64(w.Part.Min.X)-10*s.unit)
	}
	d := s.editor.document
	title := render.Text{Size: widget.TitleText * s.unit, Bold: true, Colour: s.theme.Text, Value: d.Scene().Name}
	title.At = render.Point{X: float64(part.Min.X), Y: float64(part.Min.Y) + (5+s.headHigh()/2)*s.unit}
	note := render.Text{Size: widget.BodyText * s.unit, Colour: s.theme.Muted, Value: "edit"}
	if n := len(d.Undoable()); n > 0 {
		note.Value = "edit · " + d.Undoable()[n-1]
	}
	note.At = render.Point{X: title.At.X + title.Width() + 9*s.unit, Y: title.At.Y}
	l.Add(title.Fitted(limit-title.At.X), note.Fitted(max(limit-note.At.X, 0)))
}
