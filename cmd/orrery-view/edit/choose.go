package edit

import (
	"fmt"
	"math"
	"slices"

	"orrery/sim"
)

// grip is what the pointer holds of what is selected.
type grip struct {
	what  gripKind
	about sim.Vec // m, that stays where it is
	from  sim.Vec // m, where it was taken
	frame float64 // rad
	along [2]bool // axes of the frame that a handle scales
	end   int
	begun bool // its gesture
}

type gripKind int

const (
	noGrip gripKind = iota
	gripMove
	gripTurn
	gripScale
	gripEnd
)

// gripNames are the names of what is done with a grip, as the history tells them.
var gripNames = map[gripKind]string{noGrip: "", gripMove: "move", gripTurn: "turn", gripScale: "scale", gripEnd: "move an end"}

// Handle is something by which what is selected is taken.
type Handle struct {
	At   sim.Vec // m
	Turn bool    // turns it; else scales it or, of a line, moves an end

	grip grip
}

// Handles returns the handles of what is selected. They stand as far apart as they are wide: reach metres either way.
func (b *Bench) Handles(reach float64) []Handle {
	d := b.Document
	items := slices.DeleteFunc(d.Selection(), d.Locked)
	if len(items) == 0 || !b.tool.selects() {
		return nil
	}
	var list []Handle
	if len(items) == 1 {
		for k, at := range d.Ends(items[0]) {
			list = append(list, Handle{At: at, grip: grip{what: gripEnd, end: k, from: at}})
		}
		if list != nil && items[0].Kind != Body && items[0].Kind != Region || items[0].Kind == Joint || items[0].Kind == Point {
			return list
		}
	}
	sized := slices.ContainsFunc(items, func(i Item) bool {
		return i.Kind == Body || i.Kind == Wall || i.Kind == Region || i.Kind == Arena || i.Kind == Goal
	})
	if !sized {
		return nil
	}
	frame := 0.0
	if len(items) == 1 {
		frame = d.Frame(items[0])
	}
	low, high, ok := d.BoundsIn(frame, items...)
	if !ok {
		return nil
	}
	middle, half := low.Add(high).Scale(0.5), high.Sub(low).Scale(0.5)
	world := func(v sim.Vec) sim.Vec { return v.Rotate(frame) }
	out := sim.Vec{X: max(reach, 1.5*reach-half.X), Y: max(reach, 1.5*reach-half.Y)} // handles of small things keep apart
	for y := -1; y <= 1; y++ {
		for x := -1; x <= 1; x++ {
			side := sim.Vec{X: float64(x), Y: float64(y)}
			if x == 0 && y == 0 || x == 0 && half.X < 2.5*reach || y == 0 && half.Y < 2.5*reach {
				continue
			}
			edge := sim.Vec{X: middle.X + side.X*half.X, Y: middle.Y + side.Y*half.Y}
			at := sim.Vec{X: edge.X + side.X*out.X, Y: edge.Y + side.Y*out.Y}
			about := sim.Vec{X: middle.X - side.X*half.X, Y: middle.Y - side.Y*half.Y}
			list = append(list, Handle{At: world(at), grip: grip{what: gripScale, about: world(about), from: world(edge), frame: frame, along: [2]bool{x != 0, y != 0}}})
		}
	}
	if items[0].Kind != Arena {
		top := sim.Vec{X: middle.X, Y: high.Y + out.Y + 2.5*reach}
		if half.X < 2.5*reach && half.Y < 2.5*reach {
			top.Y -= reach / 2
		}
		list = append(list, Handle{At: world(top), Turn: true, grip: grip{what: gripTurn, about: world(middle), from: world(top), frame: frame}})
	}
	return list
}

// downSelect takes a handle or a thing, or begins a lasso.
func (b *Bench) downSelect(p Pointer) {
	d := b.Document
	b.before = d.Selection()
	b.grip, b.path = grip{}, nil
	nearest := p.Reach
	for _, h := range b.Handles(p.Reach) {
		if far := h.At.Sub(p.At).Len(); far <= nearest {
			nearest, b.grip = far, h.grip
		}
	}
	if b.grip.what != noGrip {
		return
	}
	list := d.Pick(p.At, p.Reach/2)
	list = slices.DeleteFunc(list, func(i Item) bool { return i.Kind == Arena && len(list) > 1 })
	if len(list) == 0 {
		b.path = []sim.Vec{p.At}
		return
	}
	b.under = list[0]
	for _, i := range list { // what is selected is taken before what lies on it
		if d.Selected(i) {
			b.under = i
			break
		}
	}
	switch {
	case p.Shift:
		d.Toggle(b.under)
		return
	case !d.Selected(b.under):
		d.Select(b.under)
	}
	b.grip = grip{what: gripMove, from: b.anchor(b.under)}
}

// anchor returns the point of an item that snaps when it is moved.
func (b *Bench) anchor(i Item) sim.Vec {
	if i.Kind == Body || i.Kind == Goal || i.Kind == Point || i.Kind == Joint {
		if spots := b.Document.Spots(i); len(spots) > 0 {
			return spots[0]
		}
	}
	low, high, _ := b.Document.Bounds(i)
	return low.Add(high).Scale(0.5)
}

// moveSelect moves, turns or scales what is held.
func (b *Bench) moveSelect(p Pointer) {
	if b.path != nil {
		if last := b.path[len(b.path)-1]; p.At.Sub(last).Len() > p.Reach/4 {
			b.path = append(b.path, p.At)
		}
		return
	}
	g := &b.grip
	if g.what == noGrip || !b.moved {
		return
	}
	d := b.Document
	if !g.begun {
		d.Begin(gripNames[g.what])
		g.begun = true
	}
	b.refusal = ""
	b.sizeAt = p.At
	by := p.At.Sub(b.from.At)
	switch g.what {
	case gripMove:
		free := p
		free.At = g.from.Add(by)
		to := b.snap(free, d.Selection()...)
		if p.Shift { // along one axis
			if by := to.Sub(g.from); math.Abs(by.X) > math.Abs(by.Y) {
				to.Y = g.from.Y
			} else {
				to.X = g.from.X
			}
		}
		by = to.Sub(g.from)
		b.check(d.Move(by))
		b.size = fmt.Sprintf("%s, %s", metres(by.X), metres(by.Y))
	case gripTurn:
		angle := func(v sim.Vec) float64 { v = v.Sub(g.about); return math.Atan2(v.Y, v.X) }
		b.turn(math.Remainder(angle(p.At)-angle(b.from.At), 2*math.Pi), p.Free, p.Shift)
	case gripScale:
		b.scale(p)
	case gripEnd:
		b.guides = nil
		items := d.Selection()
		to := b.snap(Pointer{At: g.from.Add(by), Reach: p.Reach, Grid: p.Grid, Free: p.Free}, items...)
		b.check(d.PutEnd(items[0], g.end, to))
	case noGrip:
	default:
		panic("edit: a grip without a rule")
	}
}

// turn turns what is selected by an angle, which snaps to parts of a turn where it nearly is one, or always, or never where it is free.
func (b *Bench) turn(by float64, free, always bool) {
	g := &b.grip
	to := g.frame + by
	const nearly = 3 * math.Pi / 180
	if snapped := math.Round(to/turnPart) * turnPart; !free && (always || math.Abs(to-snapped) < nearly) {
		to = snapped
	}
	b.check(b.Document.Rotate(g.about, to-g.frame))
	b.size = degrees(math.Remainder(to, 2*math.Pi))
}

// twistGrip returns the grip of the handle that turns what is selected.
func (b *Bench) twistGrip() (grip, bool) {
	for _, h := range b.Handles(0) {
		if h.Turn {
			return h.grip, true
		}
	}
	return grip{}, false
}

// CanTwist reports whether there is something that Twist turns.
func (b *Bench) CanTwist() bool {
	_, ok := b.twistGrip()
	return ok && !b.Busy()
}

// Twist turns what is selected about its middle by an angle in radians, counted from when it was called first. Untwist ends it: all
// of it is one entry of the history.
func (b *Bench) Twist(by float64, free bool) {
	if !b.grip.begun {
		g, ok := b.twistGrip()
		if !ok {
			return
		}
		b.grip, b.refusal = g, ""
		b.grip.begun = true
		b.Document.Begin(gripNames[gripTurn])
	}
	b.turn(by, free, false)
}

// Untwist ends what Twist began.
func (b *Bench) Untwist() {
	if b.grip.begun && !b.held {
		b.Document.Commit()
		b.grip, b.size = grip{}, ""
	}
}

// scale scales what is selected so that the edge that is held is where the pointer is.
func (b *Bench) scale(p Pointer) {
	g, d := &b.grip, b.Document
	held := p
	held.At = g.from.Add(p.At.Sub(b.from.At))
	to := held.At
	b.guides = nil
	if g.frame == 0 {
		to = b.snap(held, d.Selection()...)
	}
	was, now := g.from.Sub(g.about).Rotate(-g.frame), to.Sub(g.about).Rotate(-g.frame)
	by := sim.Vec{X: 1, Y: 1}
	const least = 0.02
	if g.along[0] && was.X != 0 {
		by.X = max(now.X/was.X, least)
	}
	if g.along[1] && was.Y != 0 {
		by.Y = max(now.Y/was.Y, least)
	}
	items := d.Selection()
	if g.along[0] && g.along[1] && (p.Shift || len(items) > 1 || b.round(items[0])) {
		even := now.Dot(was) / was.Dot(was)
		even = max(even, least)
		by = sim.Vec{X: even, Y: even}
	}
	b.check(d.Scale(g.about, by, g.frame))
	if low, high, ok := d.BoundsIn(g.frame, items...); ok {
		size := high.Sub(low)
		b.size = metres(size.X) + " × " + metres(size.Y)
	}
}

// round reports whether a thing looks the same from all sides, and so is scaled along both axes.
func (b *Bench) round(i Item) bool {
	shapes := b.Document.Shapes(i)
	return len(shapes) == 1 && shapes[0].Kind == sim.Circle || i.Kind == Goal
}

// upSelect ends a gesture, a lasso or a click.
func (b *Bench) upSelect() {
	d := b.Document
	g, path := b.grip, b.path
	b.grip, b.path, b.guides, b.size = grip{}, nil, nil, ""
	switch {
	case g.begun:
		d.Commit()
	case len(path) > 2:
		b.lasso(path)
	case path != nil && !b.now.Shift:
		d.Select()
	case g.what == gripMove && !b.moved && !b.now.Shift:
		b.through()
	}
}

// through selects, of what lies on each other where it was clicked, what is below the one that was selected.
func (b *Bench) through() {
	d := b.Document
	if !slices.Contains(b.before, b.under) || len(b.before) > 1 {
		d.Select(b.under)
		return
	}
	list := slices.DeleteFunc(d.Pick(b.now.At, b.now.Reach/2), func(i Item) bool { return i.Kind == Arena })
	for k, i := range list {
		if i == b.under && len(list) > 1 {
			d.Select(list[(k+1)%len(list)])
			return
		}
	}
}

// lasso selects what lies within a line: all of its corners, or its places.
func (b *Bench) lasso(path []sim.Vec) {
	d := b.Document
	var items []Item
	if b.now.Shift {
		items = d.Selection()
	}
	for _, i := range d.Items() {
		if i.Kind == Arena || d.Locked(i) || i.Kind == Actuator {
			continue
		}
		points := d.Spots(i)
		shapes := d.Shapes(i)
		for s := range shapes {
			points = append(points, shapes[s].Vertices...)
		}
		if len(points) > 0 && !slices.ContainsFunc(points, func(v sim.Vec) bool { return !within(path, v) }) {
			items = append(items, i)
		}
	}
	d.Select(items...)
}

// within reports whether a point lies within a closed line.
func within(path []sim.Vec, p sim.Vec) bool {
	inside := false
	for i, a := range path {
		c := path[(i+1)%len(path)]
		if (a.Y > p.Y) != (c.Y > p.Y) && p.X < a.X+(c.X-a.X)*(p.Y-a.Y)/(c.Y-a.Y) {
			inside = !inside
		}
	}
	return inside
}

// Next selects the next thing, or the one before.
func (b *Bench) Next(back bool) {
	d := b.Document
	items := d.Items()
	if len(items) == 0 {
		return
	}
	at := -1
	if selected := d.Selection(); len(selected) > 0 {
		at = slices.Index(items, selected[len(selected)-1])
	}
	step := 1
	if back {
		step = len(items) - 1
		if at < 0 {
			at = 0
		}
	}
	d.Select(items[(at+step)%len(items)])
}

// Hint says what to do with the tool in hand: with keys, a finger or a mouse.
func (b *Bench) Hint(keys, touch bool) string {
	t := b.tool
	switch {
	case keys && t.Keys != "":
		return t.Name + ": " + t.Keys
	case len(b.corners) > 0 && touch:
		return t.Name + ": tap the next corner, the last one again ends it"
	case len(b.corners) > 0:
		return t.Name + ": click the next corner; backspace takes one back, esc drops it"
	case touch && t.selects():
		return "select: drag a thing, hold it to take more, drag an empty place for a lasso, two fingers move the view"
	case touch:
		return t.Name + ": " + touched(t.Click)
	}
	return t.Name + ": " + t.Click
}

// touched returns what to do with a mouse as what to do with a finger.
func touched(click string) string {
	if len(click) > 5 && click[:5] == "click" {
		return "tap" + click[5:]
	}
	return click
}
