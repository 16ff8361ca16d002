package screen

import (
	"image"

	"orrery/cmd/orrery-view/edit"
	"orrery/cmd/orrery-view/widget"
	"orrery/sim"
)

// toolSide returns the side of a tool's button in units: as large as a finger needs where there is one, or a small screen.
func (s *Screen) toolSide() float64 {
	switch {
	case float64(s.height) < 360*s.unit:
		return 26 // or nothing would be left to draw on
	case s.editor.touch || float64(s.width) < 600*s.unit:
		return fingerSize
	}
	return 34
}

// fingerSize is the side in units of what a finger hits.
const fingerSize = 44

// forFingers reports whether what can be pressed is as large as that.
func (s *Screen) forFingers() bool { return s.toolSide() == fingerSize }

// toolGap is between two groups of buttons, in units; within one it is toolNear.
const (
	toolGap  = 10
	toolNear = 3
)

// tray is a group of buttons that stay together.
type tray []widget.Widget

// trays returns the groups of the tool bar: all tools where they find room in a row, and else the sets and the tools of
// the one that is open. The last is what can be done with what is selected.
func (s *Screen) trays(width int) []tray {
	var whole, sets []tray
	open := s.editor.set
	if open == "" {
		open = edit.Tools()[0].Set
	}
	now := s.editor.bench.Tool()
	byName := map[string]int{}
	for _, t := range edit.Tools() {
		k, ok := byName[t.Set]
		if !ok {
			k = len(whole)
			byName[t.Set], whole = k, append(whole, nil)
			set := widget.Widget{Kind: widget.Icon, Name: "set " + t.Set, Text: t.Name, On: t.Set == open, Do: func() {
				s.editor.set = t.Set
				s.take(t.Name)
			}}
			if t.Set == now.Set {
				set.Text = now.Name
			}
			sets = append(sets, tray{set})
		}
		whole[k] = append(whole[k], widget.Widget{Kind: widget.Icon, Name: "tool " + t.Name, Text: t.Name, On: t.Name == now.Name, Do: func() { s.take(t.Name) }})
	}
	actions := s.actions()
	if all := append(whole, actions); s.rowsOf(all, width) == 1 {
		return all
	}
	if s.rowsOf(whole, width) == 1 {
		return append(whole, actions)
	}
	var first tray
	for _, t := range sets {
		first = append(first, t...)
	}
	if k := byName[open]; len(whole[k]) > 1 {
		return []tray{first, whole[k]}
	}
	return []tray{first, actions}
}

// actions returns what can be done with what is selected.
func (s *Screen) actions() tray {
	var out tray
	d := s.editor.document
	chosen := len(d.Selection()) > 0
	add := func(name string, may bool, do func()) {
		w := widget.Widget{Kind: widget.Icon, Name: "do " + name, Text: name, Value: widget.Off, Do: func() {}}
		if may {
			w.Value, w.Do = "", do
		}
		out = append(out, w)
	}
	try := func(do func(*edit.Document) error) func() { return func() { s.check(do(d)) } }
	add("delete", chosen, try((*edit.Document).Delete))
	add("duplicate", chosen, s.duplicate)
	add("mirror", chosen, try((*edit.Document).Mirror))
	add("group", len(d.Selection()) > 1, try((*edit.Document).Group))
	add("lock", chosen, try((*edit.Document).Lock))
	add("copy", chosen, try((*edit.Document).Copy))
	_, copied := d.Copied()
	add("paste", copied, s.paste)
	return out
}

// rowsOf returns how many rows groups need in a width of so many pixels.
func (s *Screen) rowsOf(groups []tray, width int) int {
	_, rows := s.flow(groups, image.Rect(0, 0, width, 1))
	return rows
}

// flow places groups from left to right and in rows below each other.
func (s *Screen) flow(groups []tray, part image.Rectangle) (out []widget.Widget, rows int) {
	side, gap, near := s.px(s.toolSide()), s.px(toolGap), s.px(toolNear)
	x, y := part.Min.X, part.Min.Y
	rows = 1
	for _, g := range groups {
		if wide := len(g)*(side+near) - near; x > part.Min.X && x+wide > part.Max.X {
			x, y, rows = part.Min.X, y+side+near, rows+1
		}
		for _, w := range g {
			if x+side > part.Max.X && x > part.Min.X {
				x, y, rows = part.Min.X, y+side+near, rows+1
			}
			w.Part = image.Rect(x, y, x+side, y+side)
			out = append(out, w)
			x += side + near
		}
		x += gap - near
	}
	return out, rows
}

// toolRows returns how high the tool bar is in pixels: as high as with any set open, so that nothing jumps.
func (s *Screen) toolRows(width int) int {
	rows := s.rowsOf(s.trays(width), width)
	open := s.editor.set
	for _, t := range edit.Tools() {
		s.editor.set = t.Set
		rows = max(rows, s.rowsOf(s.trays(width), width))
	}
	s.editor.set = open
	return rows*s.px(s.toolSide()+toolNear) - s.px(toolNear)
}

// toolWidgets returns the tool bar of the edit mode.
func (s *Screen) toolWidgets() []widget.Widget {
	if !s.Editing() || s.places.tools.Empty() {
		return nil
	}
	out, _ := s.flow(s.trays(s.places.tools.Dx()), s.places.tools)
	return out
}

// editBar returns what stands below the stage in the edit mode.
func (s *Screen) editBar(part image.Rectangle) []widget.Widget {
	var out []widget.Widget
	d := s.editor.document
	side := part.Dy()
	x := part.Min.X
	add := func(name string, on, may bool, do func()) {
		w := widget.Widget{Kind: widget.Icon, Name: "bar " + name, Text: name, On: on, Part: image.Rect(x, part.Min.Y, x+max(side, s.px(36)), part.Max.Y), Do: do}
		if !may {
			w.Value, w.Do = widget.Off, func() {}
		}
		out = append(out, w)
		x = w.Part.Max.X + s.px(4)
	}
	add("play", false, !d.Empty(), func() { s.try(false) })
	add("undo", false, len(d.Undoable()) > 0 || s.editor.bench.Busy(), s.editUndo)
	add("redo", false, len(d.Redoable()) > 0, s.editRedo)
	add("grid", !s.editor.free, true, func() { s.editor.free = !s.editor.free })
	add("fit", false, true, func() { s.zoom, s.pan = 1, sim.Vec{}; s.fit() })
	if s.editor.touch || s.editor.bench.Busy() {
		add("finish", false, s.editor.bench.Busy(), func() { s.editor.bench.Finish(); s.tellRefusal() })
	}
	return out
}

// hovered returns what the mouse is on of the tool bar and the bar, in words.
func (s *Screen) hovered() string {
	if s.editor.touch || s.drag.what != nothing {
		return ""
	}
	w, ok := widget.At(append(s.toolWidgets(), s.barWidgets()...), s.mouse)
	if !ok {
		return ""
	}
	for _, t := range edit.Tools() {
		if w.Name == "tool "+t.Name || w.Name == "set "+t.Set && w.Text == t.Name {
			return t.Name + " (" + upper(t.Key) + "): " + t.What + " · " + t.Click
		}
	}
	return buttonWords[w.Text]
}

// buttonWords say what buttons do that are no tools.
var buttonWords = map[string]string{
	"delete": "delete what is selected (del)", "duplicate": "duplicate what is selected (Y)", "mirror": "mirror what is selected, left for right (Q)",
	"group": "group what is selected, or take the group apart (J)", "lock": "lock what is selected, or unlock it (K)", "copy": "copy (ctrl C)", "paste": "paste (ctrl V)",
	"play": "try it out (space); A comes back to the edit", "undo": "undo (ctrl Z)", "redo": "do it again (ctrl Y)", "grid": "snap to the grid and to other things (S)",
	"fit": "show the whole scene (F)", "finish": "end what is drawn (ctrl enter)", "edit": "edit the scene (A)", "stop": "back to the edit (A)",
}
