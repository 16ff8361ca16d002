package screen

import (
	"fmt"
	"math"
	"strings"

	"orrery/cmd/orrery-view/edit"
	"orrery/sim"
)

// Node is one line of what the screen shows, for those who do not see it: see Screen.Outline.
type Node struct {
	ID    string  `json:"id"`              // by which Do, Slide and Type know it again
	Role  string  `json:"role"`            // heading, text, button, slider, field or body
	Name  string  `json:"name"`            // what it is called
	Value string  `json:"value,omitempty"` // of a slider or a field
	On    bool    `json:"on,omitempty"`    // a button that is chosen
	Off   bool    `json:"off,omitempty"`   // a button of no use now
	Share float64 `json:"share,omitempty"` // 0 to 1, of a slider
}

// Outline returns what the screen shows in words: all that can be read, pressed and set, and the bodies.
func (s *Screen) Outline() []Node {
	if s.Session.Scene() == nil {
		return nil
	}
	name := strings.TrimSpace(s.Session.Scene().Name + " " + s.Session.Label())
	if s.Editing() {
		name = s.Document().Name + ", edited"
	}
	out := []Node{{ID: "scene", Role: "heading", Name: name}}
	for _, w := range s.namedWidgets() {
		if n, ok := w.node(); ok {
			out = append(out, n)
		}
	}
	if s.Editing() {
		return append(out, s.itemNodes()...)
	}
	return append(out, s.bodyNodes()...)
}

// itemNodes returns what is drawn, in the edit mode: buttons that select.
func (s *Screen) itemNodes() []Node {
	var out []Node
	d := s.Document()
	for _, i := range d.Items() {
		out = append(out, Node{ID: itemID(i), Role: "button", Name: string(i.Kind) + " " + d.NameOf(i), On: d.Selected(i)})
	}
	return out
}

func itemID(i edit.Item) string { return fmt.Sprintf("%s %d %d", i.Kind, i.Index, i.Copy) }

// namedWidgets returns the widgets, of which those that are told to do something have names of their own: a scenario and a
// model may be called alike.
func (s *Screen) namedWidgets() []widget {
	widgets, seen := s.widgets(), map[string]int{}
	for i := range widgets {
		w := &widgets[i]
		if seen[w.name]++; w.name != "" && seen[w.name] > 1 {
			w.name = fmt.Sprintf("%s, %d", w.name, seen[w.name])
		}
	}
	return widgets
}

// node returns a widget in words.
func (w *widget) node() (Node, bool) {
	n := Node{ID: w.name, Name: w.text, On: w.on}
	switch w.kind {
	case heading:
		n.ID, n.Role, n.On = "heading "+w.text, "heading", false
	case label:
		if n.Name == "" {
			n.Name = w.value
		}
		n.ID, n.Role = "text "+n.Name, "text"
	case button:
		n.Role = "button"
		if spoken := map[string]string{"‹": "one frame back", "›": "one frame on", "−": "slower", "+": "faster", "?": "help"}[w.text]; spoken != "" {
			n.Name = spoken
		}
	case iconButton:
		n.Role, n.Off = "button", w.value == "off"
	case field:
		n.Role, n.Value = "field", w.value
		if w.property.Unit != "" {
			n.Name += ", " + w.property.Unit
		}
	case slider:
		n.Role, n.Value, n.Share = "slider", w.value, math.Round(w.share*1000)/1000
	case track:
		n.Role, n.Name, n.Share = "slider", "time", math.Round(w.share*1000)/1000
	default:
		panic("screen: a kind of widget without words")
	}
	return n, n.Name != ""
}

// bodyNodes returns the bodies in words, to a tenth of a metre: who listens does not want to hear each frame.
func (s *Screen) bodyNodes() []Node {
	scene, state := s.Session.Scene(), s.Session.State()
	var out []Node
	for i := range scene.Bodies {
		if i == maxSpoken {
			out = append(out, Node{ID: "more bodies", Role: "body", Name: fmt.Sprintf("and %d more bodies", len(scene.Bodies)-i)})
			break
		}
		b := &scene.Bodies[i]
		name := b.Name
		if name == "" {
			name = fmt.Sprintf("body %d", i)
		}
		out = append(out, Node{ID: fmt.Sprintf("body %d", i), Role: "body", Name: fmt.Sprintf("%s: %s at %.1f, %.1f m", name, form(b), state[i].X, state[i].Y)})
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
	for _, w := range s.namedWidgets() {
		if w.name == id && w.do != nil {
			s.touched = true
			w.do()
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
		if w.name == id && w.set != nil && share >= 0 && share <= 1 {
			s.touched = true
			w.set(share)
			return true
		}
	}
	return false
}
