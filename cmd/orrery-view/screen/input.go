package screen

import (
	"image"
	"math"

	"orrery/cmd/orrery-view/session"
	"orrery/cmd/orrery-view/session/build"
	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/session/tape"
	"orrery/cmd/orrery-view/widget"
	"orrery/sim"
	"orrery/sim/render"
)

// Input records what the user has done since the last Update.
type Input struct {
	Mouse               render.Point // px
	Left, Right, Middle bool         // buttons that are down
	Wheel               float64      // notches of the wheel, up is positive
	Keys                []string     // pressed now: a printable character in lower case, or a name such as "Space", "ArrowLeft", "F1"
	Held                []string     // names of arrow keys that are down
	Sticks              [2]sim.Vec   // of gamepads, left and right: shares of all the way, -1 to 1 along each axis, up is positive
	Text                string       // characters that were typed
	Shift, Control      bool         // modifiers that are down; Control is the command key of a Mac, too
	Touches             []Touch      // fingers on the screen; the first is the mouse with its left button as well
	Gone                bool         // the window has lost the user's attention, so nothing is held
}

// Touch is a finger on the screen.
type Touch struct {
	ID int          // of the finger as long as it is down, without unit
	At render.Point // px
}

// what a drag moves.
type what int

const (
	nothing what = iota
	body
	view
	value
	tool   // of the edit mode
	help   // which a click closes
	number // in a field of the panel
	scrolling
	blocked // a button was pressed where a drag means nothing
)

// drag is a mouse button held down.
type drag struct {
	what  what
	name  string       // of the widget
	from  render.Point // where the view was taken hold of
	moved bool         // further than a click does
	down  [3]bool      // buttons, as of the last Update
}

// Update lets input take effect and a sixtieth of a second pass.
func (s *Screen) Update(in Input) {
	s.ticks++
	if s.Session.Scene() != nil {
		s.settle()
		s.hear(in)
		s.point(in)
	}
	if s.Editing() {
		s.tell(s.editor.document.TakeLost())
	}
	s.Session.Tick()
	if s.Session.Scene() != nil {
		s.worry()
		s.entertain()
		s.settle()
		s.keepWork()
		if s.recorder.Tick(s.bare) {
			s.endFilm()
		}
	}
}

// entertain goes on to the next seed when nothing has moved for a while and nobody has
// done anything yet: the viewer shows what it is by moving.
func (s *Screen) entertain() {
	thinking := s.Session.Planning() && !s.Session.Arrived()
	if s.touched || s.Editing() || thinking || s.Session.Paused() || s.Session.Mode() != compare.Sandbox || !still(s.Session.Scene(), s.Session.State()) {
		s.idle = 0
		return
	}
	if s.idle++; s.idle > 2*tape.TicksPerSecond {
		s.idle = 0
		s.Session.Next()
	}
}

// still reports whether nothing in a state of a scene moves any more.
func still(scene *sim.Scene, state sim.State) bool {
	const slow = 0.02 // m/s, and rad/s
	for i, pose := range state {
		if scene.Bodies[i].Kind == sim.Dynamic && (pose.Velocity().Len() > slow || math.Abs(pose.Omega) > slow) {
			return false
		}
	}
	return true
}

// hear does what keys mean.
func (s *Screen) hear(in Input) {
	s.typeKeys(&in)
	for _, key := range in.Keys {
		if key == "Escape" && s.Look.Help {
			s.Look.Help = false
			continue
		}
		if in.Control && len(key) == 1 { // other keys do the same with and without
			if key = "ctrl+" + key; in.Shift {
				key = "ctrl+shift+" + key[len("ctrl+"):]
			}
		}
		if s.Editing() && s.editor.document.Gesture() != "" && key != "Escape" && key != "ctrl+z" {
			continue // a hand is at it
		}
		for _, b := range s.bindings() {
			if b.is(key) {
				s.touched = true
				b.do(s, Press{key, in.Shift, in.Control})
				break
			}
		}
	}
	if s.Editing() {
		return
	}
	first := stick(in.Sticks[0])
	for _, key := range in.Held {
		first = first.Add(arrows[key])
	}
	first = within(first)
	second := first
	if right := stick(in.Sticks[1]); right != (sim.Vec{}) || s.twoSticks {
		s.twoSticks, second = true, right
	}
	ready := s.Session.Demonstration().Phase == session.Ready // it begins when someone drives
	if in.Gone || s.Session.Paused() && !ready {
		first, second = sim.Vec{}, sim.Vec{}
	}
	s.Session.Drive(first, second)
}

// deadZone is how far a stick may be pushed and still count as left alone: worn ones do not come back
// to their middle.
const deadZone = 0.15

// stick returns what a stick asks for, which begins at 0 at the rim of the dead zone and is 1 where the stick
// is pushed all the way, in any direction.
func stick(pushed sim.Vec) sim.Vec {
	length := pushed.Len()
	if !(length > deadZone) { // nor what is no number
		return sim.Vec{}
	}
	return within(pushed.Scale((length - deadZone) / (1 - deadZone) / length))
}

// within returns a direction of which no axis asks for more than everything.
func within(direction sim.Vec) sim.Vec {
	return sim.Vec{X: min(max(direction.X, -1), 1), Y: min(max(direction.Y, -1), 1)}
}

// arrows are the directions of keys.
var arrows = map[string]sim.Vec{
	"ArrowLeft": {X: -1}, "ArrowRight": {X: 1}, "ArrowUp": {Y: 1}, "ArrowDown": {Y: -1},
}

// point does what the mouse means.
func (s *Screen) point(in Input) {
	if isFinite(in.Mouse) {
		s.mouse = in.Mouse
	}
	down := [3]bool{in.Left, in.Right, in.Middle}
	if in.Gone {
		down = [3]bool{}
	}
	if len(in.Touches) > 0 {
		s.editor.touch = true
	} else if in.Left || in.Right || in.Middle {
		s.editor.touch = false
	}
	if s.fingers(in) {
		return
	}
	if s.Editing() {
		down = s.editButtons(in, down)
	}
	before := s.drag.down
	s.drag.down = down
	switch {
	case s.drag.what != nothing && !down[0] && !down[2]:
		if s.drag.what == body {
			s.Session.Release()
		}
		if s.drag.what == tool {
			s.editUp(in)
		}
		if s.drag.what == help && !s.drag.moved {
			s.Look.Help = false
		}
		if s.drag.what == number && s.Editing() {
			s.dropField()
		}
		if s.drag.what == view && !s.drag.moved && !s.Editing() {
			s.Session.SetGoal(s.camera().World(s.drag.from)) // where a finger was, the mouse need not be
		}
		s.drag = drag{down: down}
	case s.drag.what == nothing && down[0] && !before[0]:
		s.press(in)
	case s.drag.what == nothing && down[2] && !before[2]:
		if s.onStage() {
			s.drag.what, s.drag.from, s.drag.moved = view, s.mouse, true
		}
	case s.drag.what == nothing && down[1] && !before[1]:
		s.spawn(s.lastKind)
	}
	s.move(in)
	s.wheel(in.Wheel)
}

func isFinite(p render.Point) bool { return math.Abs(p.X) < 1e6 && math.Abs(p.Y) < 1e6 }

// press begins what the left button begins where the mouse is.
func (s *Screen) press(in Input) {
	s.touched = true
	s.drag.what = blocked
	if s.Look.Help {
		s.drag.what, s.drag.from = help, s.mouse
		return
	}
	w, ok := widget.At(s.namedWidgets(), s.mouse)
	s.typing.focus = ""
	if s.Typing() && w.Name != s.typing.name {
		s.endTyping(true)
	}
	if ok {
		if w.Do != nil {
			w.Do()
		} else if w.Property != nil {
			s.pressField(&w)
		} else {
			s.drag.what, s.drag.name = value, w.Name
		}
		return
	}
	if image.Pt(int(s.mouse.X), int(s.mouse.Y)).In(s.places.panel) {
		s.drag.what, s.drag.from = scrolling, s.mouse
		return
	}
	if !s.onStage() {
		return
	}
	if s.Editing() {
		s.drag.what = tool
		s.editDown(in)
		return
	}
	if under := s.under(); s.Session.Grab(under, s.camera().World(s.mouse)) {
		s.drag.what = body
		s.Session.Pause(false)
	} else {
		s.drag.what, s.drag.from = view, s.mouse
	}
}

// move goes on with what is being dragged.
func (s *Screen) move(in Input) {
	if s.Editing() {
		s.editMove(in)
	}
	switch s.drag.what {
	case body:
		s.Session.Pull(s.camera().World(s.mouse))
	case view:
		if !s.drag.moved && math.Hypot(s.mouse.X-s.drag.from.X, s.mouse.Y-s.drag.from.Y) < clickReach*s.unit {
			return
		}
		s.drag.moved = true
		camera := s.camera()
		s.pan = s.pan.Add(camera.World(s.drag.from).Sub(camera.World(s.mouse)))
		s.drag.from = s.mouse
	case help:
		if s.drag.moved = s.drag.moved || math.Abs(s.mouse.Y-s.drag.from.Y) >= clickReach*s.unit; s.drag.moved {
			s.helpScroll += s.drag.from.Y - s.mouse.Y
			s.drag.from = s.mouse
			s.limitScroll()
		}
	case number:
		if s.Editing() {
			s.dragField()
		}
	case scrolling:
		s.scrollPanel()
	case value:
		for _, w := range s.namedWidgets() {
			if w.Name == s.drag.name && w.Set != nil {
				w.Set(w.ShareAt(s.mouse, s.unit))
				return
			}
		}
	}
}

// clickReach is the number of units that the mouse may move in a click.
const clickReach = 3

// wheel scrolls the panel or zooms.
func (s *Screen) wheel(turned float64) {
	if turned == 0 || !(math.Abs(turned) < 1e3) {
		return
	}
	panel := s.places.panel
	switch {
	case s.Look.Help:
		s.helpScroll -= 40 * s.unit * turned
		s.limitScroll()
	case image.Pt(int(s.mouse.X), int(s.mouse.Y)).In(panel):
		s.scroll -= 40 * s.unit * turned
		s.limitScroll()
	case s.onStage():
		s.zoomAt(s.mouse, math.Pow(1.1, turned))
	}
}

// spawn adds a body where the mouse is.
func (s *Screen) spawn(kind int) {
	if s.onStage() && kind < len(build.Spawnable) {
		s.touched, s.lastKind = true, kind
		s.Session.Spawn(kind, s.camera().World(s.mouse))
	}
}

// nextMode goes on to the next mode that there is something to show in.
func (s *Screen) nextMode() {
	order := []compare.Mode{compare.Sandbox, compare.Duel, compare.Replay, compare.Sandbox}
	for i, mode := range order[:3] {
		if mode == s.Session.Mode() {
			next := order[i+1]
			if next == compare.Replay && s.Session.Show().True == nil {
				next = compare.Sandbox
			}
			s.Session.SetMode(next)
			return
		}
	}
}
