package screen

import (
	"fmt"
	"strings"

	"orrery/cmd/orrery-view/edit"
	"orrery/cmd/orrery-view/widget"
	"orrery/sim"
	"orrery/sim/input"
)

// Outline returns what the screen shows in words: all that can be read, pressed and set, and the bodies.
func (s *Screen) Outline() []widget.Node {
	if s.Session.Scene() == nil {
		return nil
	}
	name := strings.TrimSpace(s.Session.Scene().Name + " " + s.Session.Label())
	if s.Editing() {
		name = s.Document().Name + ", edited"
	}
	out := []widget.Node{{ID: "scene", Role: "heading", Name: name}}
	for _, w := range s.namedWidgets() {
		if n, ok := w.Node(); ok {
			out = append(out, n)
		}
	}
	if s.Editing() {
		return append(out, s.itemNodes()...)
	}
	return append(out, s.bodyNodes()...)
}

// itemNodes returns what is drawn, in the edit mode: buttons that select.
func (s *Screen) itemNodes() []widget.Node {
	var out []widget.Node
	d := s.Document()
	for _, i := range d.Items() {
		out = append(out, widget.Node{ID: itemID(i), Role: "button", Name: string(i.Kind) + " " + d.NameOf(i), On: d.Selected(i)})
	}
	return out
}

func itemID(i edit.Item) string { return fmt.Sprintf("%s %d %d", i.Kind, i.Index, i.Copy) }

// namedWidgets returns the widgets with names of their own, for those that are told to do something.
func (s *Screen) namedWidgets() []widget.Widget {
	list := s.widgets()
	widget.Name(list)
	return list
}

// bodyNodes returns the bodies in words, to a tenth of a metre: who listens does not want to hear each frame.
func (s *Screen) bodyNodes() []widget.Node {
	scene, state := s.Session.Scene(), s.Session.State()
	var out []widget.Node
	for i := range scene.Bodies {
		if i == maxSpoken {
			out = append(out, widget.Node{ID: "more bodies", Role: "body", Name: "and " + input.Count(len(scene.Bodies)-i, "more body")})
			break
		}
		b := &scene.Bodies[i]
		name := b.Name
		if name == "" {
			name = fmt.Sprintf("body %d", i)
		}
		out = append(out, widget.Node{ID: fmt.Sprintf("body %d", i), Role: "body", Name: fmt.Sprintf("%s: %s at %.1f, %.1f m", name, form(b), state[i].X, state[i].Y)})
	}
	return out
}

// maxSpoken is the number of bodies that are told one by one.
const maxSpoken = 30

// form returns what a body looks like, in a word.
func form(b *sim.Body) string {
	if len(b.Shapes) > 1 {
		return fmt.Sprintf("%d shapes", len(b.Shapes))
	}
	switch shape := &b.Shapes[0]; shape.Kind {
	case sim.Circle:
		return "disc"
	case sim.Segment:
		return "bar"
	case sim.Polygon:
		if len(shape.Vertices) == 4 {
			return "box"
		}
		return "polygon"
	}
	panic("screen: a kind of shape without a word")
}

// Do does what a button of an ID does, and reports whether there is one.
func (s *Screen) Do(id string) bool {
	if s.Typing() && id != s.typing.name {
		s.endTyping(true) // as a press elsewhere does
	}
	for _, w := range s.namedWidgets() {
		if w.Name == id && w.Do != nil {
			s.touched = true
			w.Do()
			return true
		}
	}
	if s.Editing() {
		for _, i := range s.Document().Items() {
			if itemID(i) == id {
				s.Document().Select(i)
				return true
			}
		}
	}
	return false
}

// Slide sets the slider of an ID to a share from 0 to 1, and reports whether there is one.
func (s *Screen) Slide(id string, share float64) bool {
	for _, w := range s.namedWidgets() {
		if w.Name == id && w.Set != nil && share >= 0 && share <= 1 {
			s.touched = true
			w.Set(share)
			return true
		}
	}
	return false
}
