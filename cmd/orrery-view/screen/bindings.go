package screen

import (
	"slices"
	"strings"

	"orrery/cmd/orrery-view/session/compare"
	"orrery/sim"
)

// Press is a key that was pressed.
type Press struct {
	Key            string
	Shift, Control bool
}

// binding names keys and what they do, or is the heading of the bindings that follow.
type binding struct {
	keys []string // as in Input.Keys, with "ctrl+" or "ctrl+shift+" before a character
	name string   // of the keys, for people
	what string   // empty in a heading
	do   func(s *Screen, p Press)
}

func (b *binding) is(key string) bool { return slices.Contains(b.keys, key) }

// mouse has the lines of the help about the mouse.
var mouse = []binding{
	{name: "MOUSE"},
	{name: "drag a body", what: "pull it, throw it"},
	{name: "right click", what: "add a body"},
	{name: "drag beside, wheel", what: "move the view, zoom"},
	{name: "drop", what: "a model, dataset, rollout or scene"},
}

// bindings returns what every key does, in the order of the help.
func bindings() []binding {
	return []binding{
		{name: "TIME"},
		{keys: []string{"Space"}, name: "space", what: "pause or go on", do: func(s *Screen, _ Press) { s.Session.Pause(!s.Session.Paused()) }},
		{keys: []string{"ArrowRight"}, name: "← →", what: "step when paused; shift: ten", do: step(1)},
		{keys: []string{"ArrowLeft"}, do: step(-1)},
		{keys: []string{"Home"}, name: "home end", what: "first, last frame", do: func(s *Screen, _ Press) { first, _ := s.Session.Span(); s.seek(first) }},
		{keys: []string{"End"}, do: func(s *Screen, _ Press) { _, last := s.Session.Span(); s.seek(last) }},
		{keys: []string{"["}, name: "[ ]", what: "repeat from here, up to here", do: func(s *Screen, _ Press) { s.Session.SetLoop(false) }},
		{keys: []string{"]"}, do: func(s *Screen, _ Press) { s.Session.SetLoop(true) }},
		{keys: []string{"r"}, name: "R N", what: "restart, next seed or episode", do: func(s *Screen, _ Press) { s.Session.Restart() }},
		{keys: []string{"n"}, do: func(s *Screen, _ Press) { s.Session.Next() }},
		{keys: []string{"+", "="}, name: "+ −", what: "faster, slower", do: func(s *Screen, _ Press) { s.Session.Faster(1) }},
		{keys: []string{"-"}, do: func(s *Screen, _ Press) { s.Session.Faster(-1) }},

		{name: "MODE"},
		{keys: []string{"b"}, name: "B", what: "the model begins from here", do: func(s *Screen, _ Press) { s.begin() }},
		{keys: []string{"m"}, name: "M", what: "next mode", do: func(s *Screen, _ Press) { s.nextMode() }},
		{keys: []string{"l"}, name: "L", what: "learn this scene; stop; go on", do: func(s *Screen, _ Press) { s.Session.Learn() }},
		{keys: []string{"j"}, name: "J", what: "jump to the worst moment; shift: the next contact", do: func(s *Screen, p Press) {
			if p.Shift {
				s.Session.NextContact()
			} else {
				s.Session.Worst()
			}
		}},
		{keys: []string{"y"}, name: "Y", what: "compare with another model", do: func(s *Screen, p Press) {
			if p.Shift {
				s.nextRival(-1)
			} else {
				s.nextRival(1)
			}
		}},
		{keys: []string{"p"}, name: "P", what: "let a planner act; click sets the goal", do: func(s *Screen, _ Press) { s.plan() }},
		{keys: []string{"ArrowUp", "ArrowDown"}, name: "arrows", what: "drive what can be driven; so do gamepads", do: func(*Screen, Press) {}},
		{keys: []string{"Enter", "NumpadEnter"}, name: "enter X", what: "demonstrate: begin, end, next; discard", do: func(s *Screen, _ Press) { s.Session.Demonstrate() }},
		{keys: []string{"x"}, do: func(s *Screen, _ Press) { s.Session.DiscardDemonstration() }},

		{name: "SHOW"},
		{keys: []string{"g"}, name: "G", what: "the ghost: what is predicted", do: toggle(func(l *Look) *bool { return &l.Ghost })},
		{keys: []string{"."}, name: ", .", what: "look less, further ahead", do: look(1)},
		{keys: []string{","}, do: look(-1)},
		{keys: []string{"t"}, name: "T", what: "trails", do: toggle(func(l *Look) *bool { return &l.Trails })},
		{keys: []string{"e"}, name: "E", what: "errors and their plot", do: toggle(func(l *Look) *bool { return &l.Errors })},
		{keys: []string{"q"}, name: "Q", what: "plot a quantity, of the body under the mouse; shift: against", do: func(s *Screen, p Press) { s.nextQuantity(p.Shift, 1) }},
		{keys: []string{"w"}, name: "W", what: "the film that was watched, below", do: toggle(func(l *Look) *bool { return &l.Film })},
		{keys: []string{"c"}, name: "C V I", what: "contacts and pushes, velocities, numbers", do: toggle(func(l *Look) *bool { return &l.Contacts })},
		{keys: []string{"v"}, do: toggle(func(l *Look) *bool { return &l.Velocities })},
		{keys: []string{"i"}, do: toggle(func(l *Look) *bool { return &l.Numbers })},

		{name: "CHANGE"},
		{keys: []string{"ctrl+z"}, name: "ctrl Z", what: "undo: bodies, sliders, restarts, scenes", do: func(s *Screen, _ Press) { s.Session.Undo() }},
		{keys: []string{"ctrl+y", "ctrl+shift+z"}, name: "ctrl Y", what: "do it again", do: func(s *Screen, _ Press) { s.Session.Redo() }},
		{keys: []string{"1", "2", "3", "4"}, name: "1 2 3 4", what: "add a disc, box, plank, hexagon", do: func(s *Screen, p Press) { s.spawn(int(p.Key[0] - '1')) }},
		{keys: []string{"a"}, name: "A", what: "edit the scene: draw, tie, give a task", do: func(s *Screen, _ Press) { s.toggleEdit() }},
		{keys: []string{"Delete", "Backspace"}, name: "del", what: "delete the body under the mouse", do: func(s *Screen, _ Press) { s.Session.Delete(s.under()) }},

		{name: "WINDOW"},
		{keys: []string{"k"}, name: "K", what: "copy a link to what the page shows", do: func(s *Screen, _ Press) { s.copyLink() }},
		{keys: []string{"f"}, name: "F", what: "show the whole scene", do: func(s *Screen, _ Press) { s.fit() }},
		{keys: []string{"d"}, name: "D", what: "dark or light", do: func(s *Screen, _ Press) { s.switchTheme() }},
		{keys: []string{"Tab"}, name: "tab", what: "panel", do: toggle(func(l *Look) *bool { return &l.Panel })},
		{keys: []string{"F6"}, name: "F6", what: "keys go to buttons: tab, enter, esc", do: func(*Screen, Press) {}},
		{keys: []string{"F1", "?", "h"}, name: "F1 ?", what: "this help", do: toggle(func(l *Look) *bool { return &l.Help })},
		{keys: []string{"F2"}, name: "F2", what: "readings", do: toggle(func(l *Look) *bool { return &l.Readings })},
		{keys: []string{"F9"}, name: "F9", what: "record a GIF; shift: APNG, ctrl: MP4", do: func(s *Screen, p Press) { s.record(p) }},
		{keys: []string{"F12"}, name: "F12", what: "save a picture", do: func(s *Screen, _ Press) { s.picture() }},
		{keys: []string{"F11"}, name: "F11", what: "full screen", do: func(s *Screen, _ Press) { s.fullscreen = true }},
	}
}

// bindings returns what keys do now: those of the edit mode, or all others.
func (s *Screen) bindings() []binding {
	if s.Editing() {
		return editBindings()
	}
	return bindings()
}

// mouseLines returns the lines of the help about the mouse.
func (s *Screen) mouseLines() []binding {
	if s.Editing() {
		return editMouse
	}
	return mouse
}

// Keys returns all keys that do something.
func Keys() []string {
	var keys []string
	for _, b := range slices.Concat(bindings(), editBindings()) {
		for _, key := range b.keys {
			if !slices.Contains(keys, key) { // some do the same, or another thing, in the edit mode
				keys = append(keys, key)
			}
		}
	}
	return keys
}

// step steps when time stands still, and leaves arrows to the actuators when it
// does not.
func step(direction int) func(*Screen, Press) {
	return func(s *Screen, p Press) {
		if s.Session.Demonstration().Phase > 0 || !s.Session.Paused() && len(s.Session.Scene().Actuators) > 0 {
			return
		}
		if p.Shift {
			s.Session.Step(10 * direction)
		} else {
			s.Session.Step(direction)
		}
	}
}

func toggle(of func(*Look) *bool) func(*Screen, Press) {
	return func(s *Screen, _ Press) { on := of(&s.Look); *on = !*on }
}

func look(direction float64) func(*Screen, Press) {
	return func(s *Screen, _ Press) {
		low, _ := s.Session.Horizons()
		seconds := float64(s.Session.Horizon()) * s.Session.Scene().FrameTime()
		s.Session.SetHorizon(seconds + direction*low)
	}
}

// begin lets model and truth start together at the frame that is shown. Of motion that was measured the
// model is told what was seen up to it.
func (s *Screen) begin() {
	switch first, _ := s.Session.Span(); {
	case s.Session.Mode() == compare.Sandbox:
		s.Session.SetMode(compare.Duel)
	case s.Session.MaxHistory() > 0:
		s.Session.SetHistory(s.Session.Frame() - first + 1)
	default:
		s.Session.BeginHere()
	}
}

// copyLink copies the address of what is shown, which only a page has.
func (s *Screen) copyLink() {
	if s.Link == nil {
		s.Session.Notify("a window has no link; the page has: orrery view --web")
		return
	}
	s.Link()
}

// plan lets a planner act, or no longer.
func (s *Screen) plan() { s.Session.Plan(!s.Session.Planning()) }

func (s *Screen) seek(frame int) {
	s.Session.Pause(true)
	s.Session.Seek(frame)
}

// KeyOf returns the name under which the key of a typed character is known, or
// nothing when it has another name.
func KeyOf(c rune) string {
	if c <= ' ' || c > '~' {
		return ""
	}
	return strings.ToLower(string(c))
}

// Gamepad is one that is plugged in, as a window knows it. Axes and buttons have the numbers of the Standard Gamepad
// (https://www.w3.org/TR/gamepad/#remapping).
type Gamepad struct {
	Name    string
	New     bool                       // it has just been plugged in
	Known   bool                       // its layout is known; what follows is used only then
	Axis    func(axis int) float64     // share of all the way, -1 to 1, to the right and down positive
	Pressed func(button int) (is bool) // just now
	Held    func(button int) (is bool) // it is down
}

// padButton is a button of a Standard Gamepad by its number, with the name of the key that it stands for.
type padButton struct {
	button int
	key    string
}

// Buttons that are pressed once, and those of the cross, which are held.
var (
	padKeys   = []padButton{{0, "Enter"}, {1, "x"}, {9, "Space"}}
	padArrows = []padButton{{14, "ArrowLeft"}, {15, "ArrowRight"}, {12, "ArrowUp"}, {13, "ArrowDown"}}
)

// AddGamepads adds what gamepads do to the input, and returns what there is to tell of one that was plugged in or,
// where some are gone, taken away, or whose layout is not known.
func (in *Input) AddGamepads(pads []Gamepad, gone bool) (news string) {
	if gone {
		news = "the gamepad is gone"
	}
	for i := range pads {
		g := &pads[i]
		if g.New {
			news = g.Name + ": the sticks drive, A begins and ends, B discards"
			if !g.Known {
				news = g.Name + ": its layout is not known, so it cannot drive"
			}
		}
		if !g.Known {
			continue
		}
		for k := range in.Sticks {
			in.Sticks[k] = in.Sticks[k].Add(sim.Vec{X: g.Axis(2 * k), Y: -g.Axis(2*k + 1)})
		}
		for _, b := range padKeys {
			if g.Pressed(b.button) {
				in.Keys = append(in.Keys, b.key)
			}
		}
		for _, b := range padArrows {
			if g.Held(b.button) {
				in.Held = append(in.Held, b.key)
			}
		}
	}
	return news
}
