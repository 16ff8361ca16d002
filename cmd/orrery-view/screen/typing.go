package screen

import (
	"image"
	"math"
	"slices"

	"orrery/cmd/orrery-view/edit"
	"orrery/cmd/orrery-view/textfield"
	"orrery/cmd/orrery-view/widget"
	"orrery/sim/render"
)

// typing is a field that is typed in, or dragged, and where the keyboard is.
type typing struct {
	focus    string        // name of the widget that the keyboard is at, or nothing
	name     string        // of the widget that is typed in, or nothing
	property edit.Property // of it, as it was when typing or dragging began
	field    *textfield.Field
	wrong    bool   // what stands there was refused
	clip     string // what was copied, where the system takes none
	menu     string // name of the property whose choices are shown, or nothing
}

// Clipboard is that of the system.
type Clipboard struct {
	Copy  func(text string)
	Paste func()                                            // asks for the text, which comes by Screen.Paste
	Ask   func(title, text string) (typed string, yes bool) // lets a finger type, where there are no keys; or nil
}

// Typing reports whether keys go to a text.
func (s *Screen) Typing() bool { return s.typing.name != "" }

// Paste puts a text where one types.
func (s *Screen) Paste(text string) {
	if s.Typing() {
		s.typing.field.Insert(text)
		s.typing.wrong = false
	}
}

// Type sets the field of an ID to a text, and reports whether there is one. What is refused is told.
func (s *Screen) Type(id, text string) bool {
	for _, w := range s.namedWidgets() {
		if w.Name == id && w.Property != nil {
			s.touched = true
			s.check(propertyOf(&w).Set(s.Document(), text))
			return true
		}
	}
	return false
}

// propertyOf returns what a field shows.
func propertyOf(w *widget.Widget) *edit.Property { return w.Property.(*edit.Property) }

// beginTyping lets keys go to a field.
func (s *Screen) beginTyping(w *widget.Widget) {
	p := *propertyOf(w)
	switch {
	case p.Fixed:
		s.check(p.Set(s.Document(), p.Value)) // which says why not
		return
	case p.Choices != nil:
		if s.typing.menu == w.Name {
			s.typing.menu = ""
		} else {
			s.typing.menu = w.Name
		}
		return
	case s.editor.touch && s.Clipboard.Ask != nil:
		if text, yes := s.Clipboard.Ask(p.Name, p.Value); yes && text != p.Value {
			s.check(p.Set(s.Document(), text))
		}
		return
	}
	s.typing.name, s.typing.property, s.typing.field, s.typing.wrong = w.Name, p, textfield.New(p.Value), false
	s.typing.focus = w.Name
}

// endTyping takes what was typed. What is refused stays to be mended, unless one has gone elsewhere: then it is dropped.
func (s *Screen) endTyping(elsewhere bool) {
	t := &s.typing
	if !s.Typing() {
		return
	}
	if text := t.field.Text(); text != t.property.Value && s.Document() != nil {
		if err := t.property.Set(s.Document(), text); err != nil {
			s.check(err)
			t.wrong = true
			if !elsewhere {
				return
			}
		}
	}
	t.name, t.field, t.wrong = "", nil, false
}

// typeKeys gives keys to what is typed, or to the widget that the keyboard is at, and returns those that are left.
func (s *Screen) typeKeys(in *Input) {
	if s.Typing() && !s.Editing() {
		s.typing.name, s.typing.field = "", nil
	}
	if s.typing.focus == "" && !s.Typing() && !slices.Contains(in.Keys, "F6") {
		return
	}
	var left []string
	for _, key := range in.Keys {
		if s.Look.Help || !s.typeKey(key, in) {
			left = append(left, key)
		}
	}
	if s.Typing() {
		if in.Text != "" && !in.Control {
			s.typing.field.Insert(in.Text)
			s.typing.wrong = false
		}
		left = nil
	}
	if s.Typing() || s.typing.focus != "" { // arrows are not for what is driven
		in.Held = nil
	}
	in.Keys = left
}

// typeKey does what a key means to a text or a widget, and reports whether it means anything.
func (s *Screen) typeKey(key string, in *Input) bool {
	if s.Typing() {
		s.textKey(key, in)
		return true
	}
	t := &s.typing
	if key == "F6" {
		if t.focus != "" {
			t.focus = ""
		} else {
			s.moveFocus(in.Shift)
		}
		return true
	}
	w, ok := s.focused()
	if !ok {
		t.focus = ""
		return false
	}
	return s.widgetKey(&w, key, in)
}

// textKey does what a key means to the text that is typed.
func (s *Screen) textKey(key string, in *Input) {
	t := &s.typing
	switch {
	case key == "Enter" || key == "NumpadEnter":
		s.endTyping(false)
	case key == "Escape":
		t.name, t.field, t.wrong = "", nil, false
	case key == "Tab":
		if s.endTyping(false); !s.Typing() {
			s.moveFocus(in.Shift)
		}
	case in.Control && key == "a":
		t.field.SelectAll()
	case in.Control && (key == "c" || key == "x"):
		if t.clip = t.field.Selected(); s.Clipboard.Copy != nil {
			s.Clipboard.Copy(t.clip)
		}
		if key == "x" {
			t.field.Insert("")
		}
	case in.Control && key == "v" && s.Clipboard.Paste != nil:
		s.Clipboard.Paste()
	case in.Control && key == "v":
		t.field.Insert(t.clip)
	default:
		t.field.Press(key, in.Shift, in.Control)
	}
}

// widgetKey does what a key means to the widget that the keyboard is at, and reports whether it means anything.
func (s *Screen) widgetKey(w *widget.Widget, key string, in *Input) bool {
	enter := key == "Enter" || key == "NumpadEnter" || key == "Space"
	by := map[string]float64{"ArrowLeft": -1, "ArrowRight": 1}[key]
	switch {
	case key == "Tab":
		s.moveFocus(in.Shift)
	case key == "Escape":
		s.typing.focus, s.typing.menu = "", ""
	case enter && w.Property != nil:
		s.beginTyping(w)
	case enter && w.Do != nil:
		w.Do()
	case by != 0 && w.Set != nil:
		w.Set(min(max(w.Share+0.02*by, 0), 1))
	case by != 0 && w.Property != nil && propertyOf(w).Dragged():
		if in.Shift {
			by *= 10
		}
		d := s.Document()
		d.Begin(propertyOf(w).Name)
		s.check(propertyOf(w).Drag(d, by))
		d.Commit()
	case key == "ArrowUp" || key == "ArrowDown":
		s.moveFocus(key == "ArrowUp")
	default:
		return false
	}
	return true
}

// focused returns the widget that the keyboard is at.
func (s *Screen) focused() (widget.Widget, bool) {
	for _, w := range s.namedWidgets() {
		if s.typing.focus != "" && w.Name == s.typing.focus {
			return w, true
		}
	}
	return widget.Widget{}, false
}

// moveFocus goes to the next widget that can be used, or the one before: first those of the panel, then all others.
func (s *Screen) moveFocus(back bool) {
	var order, others []widget.Widget
	for _, w := range s.namedWidgets() {
		switch {
		case w.Do == nil && w.Set == nil && w.Property == nil || w.Name == "":
		case !w.Clip.Empty():
			order = append(order, w)
		default:
			others = append(others, w)
		}
	}
	order = append(order, others...)
	if len(order) == 0 {
		return
	}
	at := slices.IndexFunc(order, func(w widget.Widget) bool { return w.Name == s.typing.focus })
	switch {
	case at < 0 && back:
		at = len(order) - 1
	case at < 0:
		at = 0
	case back:
		at = (at + len(order) - 1) % len(order)
	default:
		at = (at + 1) % len(order)
	}
	w := order[at]
	s.typing.focus, s.touched = w.Name, true
	if !w.Clip.Empty() { // brought into view
		if gap := s.px(6); w.Part.Min.Y < w.Clip.Min.Y+gap {
			s.scroll += float64(w.Part.Min.Y - w.Clip.Min.Y - gap)
		} else if w.Part.Max.Y > w.Clip.Max.Y-gap {
			s.scroll += float64(w.Part.Max.Y - w.Clip.Max.Y + gap)
		}
		s.limitScroll()
	}
}

// pressField begins what a press on a field begins: typing, or dragging its number.
func (s *Screen) pressField(w *widget.Widget) {
	s.drag.what, s.drag.name, s.drag.from = number, w.Name, s.mouse
	s.typing.property = *propertyOf(w)
}

// dragField changes a number while it is dragged to the side; upwards and downwards scroll.
func (s *Screen) dragField() {
	p, d := &s.typing.property, s.Document()
	x, y := s.mouse.X-s.drag.from.X, s.mouse.Y-s.drag.from.Y
	if !s.drag.moved {
		if math.Hypot(x, y) < clickReach*s.unit {
			return
		}
		if math.Abs(y) > math.Abs(x) || !p.Dragged() {
			s.drag.what = scrolling
			return
		}
		s.drag.moved = true
		d.Begin(p.Name)
	}
	if err := p.Drag(d, math.Round(x/s.unit)); err != nil {
		s.check(err)
	}
}

// dropField ends a press on a field.
func (s *Screen) dropField() {
	if s.drag.moved {
		s.Document().Commit()
		return
	}
	for _, w := range s.namedWidgets() {
		if w.Name == s.drag.name && w.Property != nil {
			s.beginTyping(&w)
			return
		}
	}
}

// scrollPanel moves the panel with the hand.
func (s *Screen) scrollPanel() {
	s.scroll -= s.mouse.Y - s.drag.from.Y
	s.drag.from = s.mouse
	s.limitScroll()
}

// paintField draws a field: what it is at the left, and in a frame what stands there, with its unit.
func (s *Screen) paintField(l *render.List, w *widget.Widget, text render.Text, hover bool) {
	t, p := s.theme, propertyOf(w)
	typed := s.typing.name == w.Name && s.Typing()
	frame := w.Part
	frame.Min.X += int(0.42 * float64(w.Part.Dx()))
	name := text
	name.Value, name.Colour = p.Name, t.Muted
	l.Add(name.Fitted(float64(frame.Min.X-w.Part.Min.X) - 6*s.unit))
	edge := t.Muted
	switch {
	case typed && s.typing.wrong:
		edge = t.Error
	case typed:
		edge = t.Trail
	case hover && !p.Fixed:
		edge = t.Text
	}
	inside := frame.Inset(max(s.px(1), 1))
	l.Add(render.Block(frame, 4*s.unit, edge), render.Block(inside, 3*s.unit, t.Background))
	left, right := float64(frame.Min.X)+6*s.unit, float64(frame.Max.X)-6*s.unit
	if p.Choices != nil {
		tip := render.Point{X: right - 4*s.unit, Y: float64(frame.Min.Y+frame.Max.Y)/2 + 2*s.unit}
		stroke := render.Stroke{Colour: t.Text, Width: 1.5 * s.unit, Round: true}
		l.Add(render.Polyline(stroke, render.Point{X: tip.X - 4*s.unit, Y: tip.Y - 4*s.unit}, tip, render.Point{X: tip.X + 4*s.unit, Y: tip.Y - 4*s.unit}))
		right -= 14 * s.unit
	} else if p.Unit != "" {
		unit := text
		unit.Value, unit.Colour, unit.Align, unit.At.X = p.Unit, t.Muted, render.Right, right
		l.Add(unit)
		right -= unit.Width() + 5*s.unit
	}
	text.At.X = left
	if !typed {
		if text.Value = p.Value; p.Value == "" {
			text.Value, text.Colour = p.Usual, t.Muted
		}
		if p.Fixed {
			text.Value, text.Colour = "in the file", t.Muted
		}
		l.Add(text.Fitted(right - left))
		return
	}
	s.paintTyped(l, text, image.Rect(int(left), inside.Min.Y, int(right), inside.Max.Y))
}

// paintTyped draws what is typed, with the caret, of which as much is shown as has room.
func (s *Screen) paintTyped(l *render.List, text render.Text, part image.Rectangle) {
	f, runes := s.typing.field, []rune(s.typing.field.Text())
	wide := func(from, to int) float64 {
		part := text
		part.Value = string(runes[from:to])
		return part.Width()
	}
	first := 0
	for first < f.Caret() && wide(first, f.Caret()) > float64(part.Dx()) {
		first++
	}
	last := len(runes)
	for last > first && wide(first, last) > float64(part.Dx()) {
		last--
	}
	from, to := f.Selection()
	if from, to = max(from, first), min(to, last); from < to {
		x := text.At.X + wide(first, from)
		l.Add(render.Block(image.Rect(int(x), part.Min.Y+s.px(2), int(x+wide(from, to))+1, part.Max.Y-s.px(2)), 0, widget.Mix(s.theme.Background, s.theme.Trail, 0.3)))
	}
	text.Value = string(runes[first:last])
	l.Add(text)
	x := text.At.X + wide(first, min(max(f.Caret(), first), last))
	l.Add(render.Polyline(render.Stroke{Colour: s.theme.Text, Width: 1.5 * s.unit}, render.Point{X: x, Y: float64(part.Min.Y) + 3*s.unit}, render.Point{X: x, Y: float64(part.Max.Y) - 3*s.unit}))
}

// paintFocus draws a ring around the widget that the keyboard is at.
func (s *Screen) paintFocus(l *render.List) {
	w, ok := s.focused()
	if !ok {
		return
	}
	if !w.Clip.Empty() {
		l.Add(render.Clip{Part: w.Clip})
	}
	r := w.Part.Inset(-s.px(2))
	stroke := render.Stroke{Colour: s.theme.Text, Width: 2 * s.unit}
	corner := func(x, y int) render.Point { return render.Point{X: float64(x), Y: float64(y)} }
	l.Add(render.Path{Contours: [][]render.Point{{corner(r.Min.X, r.Min.Y), corner(r.Max.X, r.Min.Y), corner(r.Max.X, r.Max.Y), corner(r.Min.X, r.Max.Y)}}, Stroke: stroke})
	if !w.Clip.Empty() {
		l.Add(render.Clip{Part: l.Bounds()})
	}
}
