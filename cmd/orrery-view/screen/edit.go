package screen

import (
	"cmp"
	"math"
	"slices"

	"orrery/cmd/orrery-view/edit"
	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/session/tape"
	"orrery/sim"
	"orrery/sim/render"
	"orrery/sim/scenario"
)

// editor is the edit mode: a document with a tool, and whether it is shown.
type editor struct {
	on       bool
	document *edit.Document // the last that was edited; nil before there is one
	bench    *edit.Bench
	from     *scenario.Scenario // of the session when the document was made of it
	version  int                // of the document that the session shows, where it does
	tried    *scenario.Scenario // of the document, which the session runs; or nil
	set      string             // of tools that is open where there is no room for all
	touch    bool               // a finger was last, and not a mouse
	keys     bool               // a key moved the cursor last
	cursor   sim.Vec            // m, of keys
	last     edit.Pointer       // of the mouse or the finger that is down
	grid     float64            // m, to which places snap; 0 while nothing does
	free     bool               // nothing snaps
	held     int                // ticks for which a finger has been down without moving
	told     string             // refusal that was told
}

// pinch is two fingers on the stage.
type pinch struct {
	on     bool // until all fingers are lifted
	middle render.Point
	apart  float64 // px; 0 before there is one
	way    float64 // rad, from the first finger to the second

	turned  float64 // rad, since both are down
	grown   float64 // times as far apart as then
	turning bool    // what is selected, and not the view
	zoom    float64 // of the view, as it was then
	pan     sim.Vec // likewise
}

// Two fingers turn what is selected when they have turned so far, in radians, before they are so many times as far apart, or so
// many times as near, as they were.
const (
	turnFrom = 10 * math.Pi / 180
	turnGrow = 1.12
)

// Editing reports whether the screen shows the edit mode.
func (s *Screen) Editing() bool { return s.editor.on }

// Document returns what is edited, or was last; nil before anything was.
func (s *Screen) Document() *edit.Document { return s.editor.document }

// Edit opens a document in the edit mode. What was under way in the one before ends, and what was copied there can be pasted.
func (s *Screen) Edit(d *edit.Document) {
	s.leaveSession()
	if e := &s.editor; e.document != nil && e.document != d {
		e.bench.Cancel()
		e.document.Commit()
		d.CopyFrom(e.document)
	}
	s.typing = typing{focus: s.typing.focus, clip: s.typing.clip}
	s.editor = editor{on: true, document: d, bench: edit.NewBench(d), set: s.editor.set, touch: s.editor.touch, version: -1}
	s.touched, s.zoom, s.pan, s.fitted = true, 1, sim.Vec{}, nil
	s.settle()
}

// leaveSession stops what the session does, as time stands still while one edits.
func (s *Screen) leaveSession() {
	s.Session.Release()
	s.Session.Plan(false)
	s.Session.Leave()
	s.Session.Pause(true)
	s.drag = drag{down: s.drag.down}
}

// trying reports whether the session runs what was edited.
func (s *Screen) trying() bool {
	of, _ := s.Session.Scenario()
	return of != nil && of == s.editor.tried
}

// toggleEdit enters the edit mode, or leaves it for what was edited.
func (s *Screen) toggleEdit() {
	if s.Editing() {
		s.try(true)
		return
	}
	if s.trying() && !(s.Session.Perturbed() && len(s.editor.document.Undoable()) == 0) { // back, with nothing lost
		s.leaveSession()
		s.editor.on = true
		s.zoom, s.pan, s.fitted = 1, sim.Vec{}, nil
		s.settle()
		return
	}
	d, err := s.present()
	if err != nil {
		s.check(err)
		return
	}
	from, _ := s.Session.Scenario()
	s.Edit(d)
	s.editor.from, s.editor.version = from, d.Version()
}

// present returns the document of what the session shows: of its scenario, unless a hand has changed its scene.
func (s *Screen) present() (*edit.Document, error) {
	of, values := s.Session.Scenario()
	if of != nil && !s.Session.Perturbed() && s.Session.Mode() != compare.Replay {
		return edit.Of(of, s.Session.Seed(), s.Session.Origin.Episode(), values)
	}
	return edit.OfScene(s.Session.Scene().StartingAt(s.Session.State()))
}

// try lets the session run what is edited, or only show it. The document stays as it is for when one comes back.
func (s *Screen) try(paused bool) {
	e := &s.editor
	e.bench.Cancel()
	d := e.document
	if d.Empty() {
		s.Session.Notify("there is no body yet: draw one, then it can move")
		return
	}
	if from, _ := s.Session.Scenario(); e.version != d.Version() || from == nil || from != e.tried && from != e.from {
		seed, episode := d.Episode()
		if err := s.Session.OpenEpisode(d.Scenario(), seed, episode); err != nil {
			s.check(err)
			return
		}
		e.tried, e.from, e.version = d.Scenario(), d.Scenario(), d.Version()
	} else {
		e.tried = from
		if !paused {
			s.Session.Restart()
			e.tried, _ = s.Session.Scenario()
		}
	}
	e.on = false
	s.fitted, s.zoom, s.pan = nil, 1, sim.Vec{}
	s.Session.Pause(paused)
	s.settle()
}

// tryLearning is try, and a model learns what was drawn.
func (s *Screen) tryLearning() {
	if s.try(false); !s.Editing() && !s.Session.Lesson().On {
		s.Session.Learn()
	}
}

// settleEdit brings the view up to date. It stays where it is while things are drawn, and shows all when one begins.
func (s *Screen) settleEdit() {
	if s.fitted == nil {
		scene := s.editor.document.Scene()
		s.fitted = scene
		bounds := render.Bounds{Min: sim.Vec{X: -2, Y: -1.5}, Max: sim.Vec{X: 2, Y: 1.5}}
		if len(scene.Bodies)+len(scene.Walls) > 0 {
			bounds = render.SceneBounds(scene, nil)
		}
		s.bounds, s.reached = bounds, bounds
	}
	camera := s.camera()
	s.editor.grid = render.RoundStep(10 * s.unit / camera.Scale)
	if s.editor.free {
		s.editor.grid = 0
	}
}

// Reach of a pointer in units: half of how large a handle is.
const (
	mouseReach = 14
	touchReach = 22
)

// reach returns from how far away something is taken, in metres.
func (s *Screen) reach() float64 {
	reach := float64(mouseReach)
	if s.editor.touch {
		reach = touchReach
	}
	return reach * s.unit / s.camera().Scale
}

func (s *Screen) pointer(at sim.Vec, shift, control bool) edit.Pointer {
	return edit.Pointer{At: at, Reach: s.reach(), Grid: s.editor.grid, Shift: shift, Free: s.editor.free != control}
}

// under returns the pointer at the mouse.
func (s *Screen) atMouse(in Input) edit.Pointer {
	return s.pointer(s.camera().World(s.mouse), in.Shift, in.Control)
}

// editButtons lets the right button move the view.
func (s *Screen) editButtons(in Input, down [3]bool) [3]bool {
	if in.Left || in.Right || in.Middle {
		s.editor.keys = false
	}
	if in.Gone && s.drag.what == tool {
		s.editor.bench.Cancel()
		s.drag.what = blocked
	}
	return [3]bool{down[0], false, down[1] || down[2]}
}

func (s *Screen) editDown(in Input) {
	s.editor.held = 0
	s.drag.from = s.mouse
	s.editor.last = s.atMouse(in)
	s.editor.bench.Down(s.editor.last)
}

func (s *Screen) editMove(in Input) {
	e := &s.editor
	if s.drag.what != tool {
		if s.drag.what == nothing && s.onStage() && !e.touch && !e.keys {
			e.bench.Move(s.atMouse(in))
		}
		return
	}
	if len(in.Touches) > 0 && !s.drag.moved {
		if math.Hypot(s.mouse.X-s.drag.from.X, s.mouse.Y-s.drag.from.Y) >= 2*clickReach*s.unit {
			s.drag.moved = true
		} else if e.held++; e.held >= tape.TicksPerSecond/2 {
			e.bench.Hold(s.atMouse(in))
			s.drag.what = blocked
			return
		} else {
			return // a finger trembles
		}
	}
	e.last = s.atMouse(in)
	e.bench.Move(e.last)
	s.tellRefusal()
}

func (s *Screen) editUp(in Input) {
	p := s.editor.last // where a finger was, the mouse need not be
	if !s.editor.touch {
		p = s.atMouse(in)
	}
	s.editor.bench.Up(p)
	s.tellRefusal()
}

// tell tells the user something, unless it is nothing.
func (s *Screen) tell(what string) {
	if what != "" {
		s.Session.Notify(what)
	}
}

// tellRefusal says why something was refused, once.
func (s *Screen) tellRefusal() {
	if now := s.editor.bench.Refusal(); now != s.editor.told {
		if s.editor.told = now; now != "" {
			s.Session.Notify(now)
		}
	}
}

// fingers lets two fingers move and zoom the view, or turn what is selected, and reports whether they do. They never draw: what the
// first began is dropped, and nothing begins before all are lifted.
func (s *Screen) fingers(in Input) bool {
	p := &s.pinch
	if len(in.Touches) < 2 {
		if p.turning {
			s.editor.bench.Untwist()
		}
		if p.on && len(in.Touches) == 0 {
			*p = pinch{}
			s.drag = drag{}
		}
		p.apart, p.turning = 0, false
		return p.on
	}
	if !p.on {
		switch s.drag.what {
		case body:
			s.Session.Release()
		case tool:
			s.editor.bench.Cancel()
		case number:
			if s.Editing() && s.drag.moved {
				s.dropField()
			}
		}
		s.drag = drag{what: blocked, down: [3]bool{true}}
		p.on, s.touched = true, true
	}
	if p.apart == 0 {
		p.turned, p.grown, p.zoom, p.pan = 0, 1, s.zoom, s.pan
	}
	both := slices.SortedFunc(slices.Values(in.Touches), func(a, b Touch) int { return cmp.Compare(a.ID, b.ID) })
	a, b := both[0].At, both[1].At
	way := math.Atan2(a.Y-b.Y, b.X-a.X)
	middle, apart := render.Point{X: (a.X + b.X) / 2, Y: (a.Y + b.Y) / 2}, math.Hypot(a.X-b.X, a.Y-b.Y)
	if p.apart > 0 && apart > 0 {
		p.turned += math.Remainder(way-p.way, 2*math.Pi)
		p.grown *= apart / p.apart
		if !p.turning && s.mayTwist() && math.Abs(p.turned) >= turnFrom && math.Abs(math.Log(p.grown)) < math.Log(turnGrow) {
			p.turning = true
			s.zoom, s.pan = p.zoom, p.pan
		}
	}
	if p.turning {
		s.editor.bench.Twist(p.turned, s.editor.free)
		s.tellRefusal()
	} else if p.apart > 0 && apart > 0 {
		camera := s.camera()
		s.pan = s.pan.Add(camera.World(p.middle).Sub(camera.World(middle)))
		s.zoomAt(middle, apart/p.apart)
	}
	p.middle, p.apart, p.way = middle, apart, way
	return true
}

// mayTwist reports whether there is something that two fingers may turn.
func (s *Screen) mayTwist() bool {
	return s.Editing() && s.editor.bench.CanTwist()
}
