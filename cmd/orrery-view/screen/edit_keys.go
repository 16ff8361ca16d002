package screen

import (
	"math"

	"orrery/cmd/orrery-view/edit"
	"orrery/sim"
)

// editMouse has the lines of the help about mouse and fingers in the edit mode.
var editMouse = []binding{
	{name: "MOUSE AND FINGERS"},
	{name: "drag, click", what: "what the tool below says"},
	{name: "shift", what: "select more; straight lines, squares"},
	{name: "ctrl", what: "place it freely, off the grid"},
	{name: "right drag, wheel", what: "move the view, zoom"},
	{name: "hold a finger", what: "select more"},
	{name: "two fingers", what: "move the view, zoom; turn what is selected"},
}

// editBindings returns what keys do in the edit mode, in the order of the help.
func editBindings() []binding {
	list := []binding{
		{name: "EDIT"},
		{keys: []string{"Space"}, name: "space", what: "try it out; A comes back", do: func(s *Screen, _ Press) { s.try(false) }},
		{keys: []string{"l"}, name: "L", what: "try it out, and let a model learn it", do: func(s *Screen, _ Press) { s.tryLearning() }},
		{keys: []string{"a"}, name: "A", what: "leave the edit mode", do: func(s *Screen, _ Press) { s.toggleEdit() }},
		{keys: []string{"ctrl+z"}, name: "ctrl Z", what: "undo", do: func(s *Screen, _ Press) { s.editUndo() }},
		{keys: []string{"ctrl+y", "ctrl+shift+z"}, name: "ctrl Y", what: "do it again", do: func(s *Screen, _ Press) { s.editRedo() }},
		{keys: []string{"Enter", "NumpadEnter"}, name: "enter", what: "press at the cursor; ctrl: end a line", do: func(s *Screen, p Press) { s.pressKey(p) }},
		{keys: []string{"ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"}, name: "arrows", what: "move the cursor, or what is selected", do: func(s *Screen, p Press) { s.arrow(p) }},
		{keys: []string{"Tab"}, name: "tab", what: "select the next thing; shift: the last", do: func(s *Screen, p Press) { s.editNext(p.Shift) }},
		{keys: []string{"Escape"}, name: "esc", what: "drop it; select nothing", do: func(s *Screen, _ Press) { s.escape() }},

		{name: "CHANGE"},
		{keys: []string{"Delete", "Backspace"}, name: "del", what: "delete; of a line the last corner", do: func(s *Screen, _ Press) { s.editDelete() }},
		{keys: []string{"ctrl+c"}, name: "ctrl C X V", what: "copy, cut, paste", do: change((*edit.Document).Copy)},
		{keys: []string{"ctrl+x"}, do: change((*edit.Document).Cut)},
		{keys: []string{"ctrl+v"}, do: func(s *Screen, _ Press) { s.paste() }},
		{keys: []string{"ctrl+a"}, name: "ctrl A", what: "select all", do: func(s *Screen, _ Press) { s.editor.document.SelectAll() }},
		{keys: []string{"y", "ctrl+d"}, name: "Y", what: "duplicate", do: func(s *Screen, _ Press) { s.duplicate() }},
		{keys: []string{"q"}, name: "Q", what: "mirror, left for right", do: change((*edit.Document).Mirror)},
		{keys: []string{"j", "ctrl+g"}, name: "J", what: "group, ungroup", do: change((*edit.Document).Group)},
		{keys: []string{"k"}, name: "K", what: "lock, unlock", do: change((*edit.Document).Lock)},
		{keys: []string{"[", "{"}, name: "[ ]", what: "turn by 15°; shift: by 1°", do: turnBy(1)},
		{keys: []string{"]", "}"}, do: turnBy(-1)},
		{keys: []string{"+", "="}, name: "+ −", what: "make it larger, smaller", do: scaleBy(1.1)},
		{keys: []string{"-"}, do: scaleBy(1 / 1.1)},
	}
	list = append(list,
		binding{name: "WINDOW"},
		binding{keys: []string{"s"}, name: "S", what: "snap to the grid and to others, or not", do: func(s *Screen, _ Press) { s.editor.free = !s.editor.free }},
		binding{keys: []string{"f"}, name: "F", what: "show the whole scene", do: func(s *Screen, _ Press) { s.zoom, s.pan = 1, sim.Vec{}; s.fit() }},
		binding{keys: []string{"d"}, name: "D", what: "dark or light", do: func(s *Screen, _ Press) { s.switchTheme() }},
		binding{keys: []string{"F1", "?"}, name: "F1 ?", what: "this help", do: toggle(func(l *Look) *bool { return &l.Help })},
		binding{keys: []string{"F2"}, name: "F2", what: "panel", do: toggle(func(l *Look) *bool { return &l.Panel })},
		binding{keys: []string{"ctrl+n"}, name: "ctrl N O S", what: "new page; open; save; shift: save as", do: func(s *Screen, _ Press) { s.newDrawing() }},
		binding{keys: []string{"ctrl+o"}, do: func(s *Screen, _ Press) { s.openFile() }},
		binding{keys: []string{"ctrl+s"}, do: func(s *Screen, _ Press) { s.saveFile(false) }},
		binding{keys: []string{"ctrl+shift+s"}, do: func(s *Screen, _ Press) { s.saveFile(true) }},
		binding{keys: []string{"F6"}, name: "F6", what: "into the panel: tab, enter, esc", do: func(*Screen, Press) {}},
		binding{keys: []string{"F9"}, name: "F9", what: "record a GIF; shift: APNG, ctrl: MP4", do: func(s *Screen, p Press) { s.record(p) }},
		binding{keys: []string{"F12"}, name: "F12", what: "save a picture", do: func(s *Screen, _ Press) { s.picture() }},
		binding{keys: []string{"F11"}, name: "F11", what: "full screen", do: func(s *Screen, _ Press) { s.fullscreen = true }},
	)
	list = append(list, binding{name: "TOOLS"})
	for _, t := range edit.Tools() {
		list = append(list, binding{keys: []string{t.Key}, name: upper(t.Key), what: t.Name + ": " + t.What, do: func(s *Screen, _ Press) { s.take(t.Name) }})
	}
	return list
}

func upper(key string) string {
	if len(key) == 1 && key[0] >= 'a' && key[0] <= 'z' {
		return string(key[0] - 'a' + 'A')
	}
	return key
}

// change returns what a key does to what is selected.
func change(do func(*edit.Document) error) func(*Screen, Press) {
	return func(s *Screen, _ Press) { s.check(do(s.editor.document)) }
}

// take takes a tool.
func (s *Screen) take(name string) {
	e := &s.editor
	e.bench.Take(name)
	e.set, e.told = e.bench.Tool().Set, ""
}

func (s *Screen) editUndo() {
	e := &s.editor
	if e.bench.Busy() {
		if !e.bench.Back() {
			e.bench.Cancel()
		}
		return
	}
	if name, ok := e.document.Undo(); ok {
		s.Session.Notify("undone: " + name)
	} else {
		s.Session.Notify("nothing is left to undo")
	}
}

func (s *Screen) editRedo() {
	if name, ok := s.editor.document.Redo(); ok {
		s.Session.Notify("done again: " + name)
	} else {
		s.Session.Notify("nothing is left to do again")
	}
}

// editNext selects the next thing, and shows the cursor there.
func (s *Screen) editNext(back bool) {
	e := &s.editor
	e.keys = true
	e.bench.Next(back)
	if items := e.document.Selection(); len(items) > 0 {
		if low, high, ok := e.document.Bounds(items...); ok {
			e.cursor = low.Add(high).Scale(0.5)
		}
		s.Session.Notify(s.described())
	}
}

// pressKey presses the pointer of the keyboard.
func (s *Screen) pressKey(p Press) {
	e := &s.editor
	e.keys = true
	if p.Control {
		e.bench.Finish()
	} else {
		e.bench.Press(s.pointer(e.cursor, p.Shift, false))
	}
	s.tellRefusal()
}

// arrow moves the cursor by a step of the grid, or what is selected where the tool selects.
func (s *Screen) arrow(p Press) {
	e := &s.editor
	step := e.grid
	if step == 0 {
		step = s.unit * 10 / s.camera().Scale
	}
	if p.Shift {
		step /= 10
	}
	by := arrows[p.Key].Scale(step)
	e.keys = true
	e.cursor = e.cursor.Add(by)
	if e.bench.Tool().Name == "select" && len(e.document.Selection()) > 0 && !e.bench.Held() {
		s.check(e.document.Move(by))
		return
	}
	e.bench.Move(s.pointer(e.cursor, false, p.Shift))
	s.tellRefusal()
}

// escape drops what is drawn, or selects nothing, or takes the tool that selects.
func (s *Screen) escape() {
	e := &s.editor
	switch {
	case e.bench.Busy():
		e.bench.Cancel()
		if s.drag.what == tool {
			s.drag.what = blocked
		}
	case len(e.document.Selection()) > 0:
		e.document.Select()
	default:
		s.take("select")
	}
}

func (s *Screen) editDelete() {
	if s.editor.bench.Back() {
		return
	}
	s.check(s.editor.document.Delete())
}

// paste puts what was copied where the mouse is, or beside where it was.
func (s *Screen) paste() {
	d := s.editor.document
	by := sim.Vec{X: 2 * s.editor.grid, Y: -2 * s.editor.grid}
	if middle, ok := d.Copied(); ok && s.onStage() && !s.editor.touch && !s.editor.keys {
		by = s.camera().World(s.mouse).Sub(middle)
		if g := s.editor.grid; g > 0 {
			by = sim.Vec{X: math.Round(by.X/g) * g, Y: math.Round(by.Y/g) * g}
		}
	}
	s.check(d.Paste(by))
}

func (s *Screen) duplicate() {
	step := max(s.editor.grid, 20*s.unit/s.camera().Scale)
	s.check(s.editor.document.Duplicate(sim.Vec{X: step, Y: -step}))
}

func turnBy(sign float64) func(*Screen, Press) {
	return func(s *Screen, p Press) {
		d := s.editor.document
		angle := sign * math.Pi / 12
		if p.Shift {
			angle /= 15
		}
		low, high, _ := d.Bounds(d.Selection()...)
		s.check(d.Rotate(low.Add(high).Scale(0.5), angle))
	}
}

func scaleBy(factor float64) func(*Screen, Press) {
	return func(s *Screen, _ Press) {
		d := s.editor.document
		low, high, _ := d.Bounds(d.Selection()...)
		s.check(d.Scale(low.Add(high).Scale(0.5), sim.Vec{X: factor, Y: factor}, 0))
	}
}
