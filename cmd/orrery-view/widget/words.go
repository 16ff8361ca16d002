package widget

import "math"

// Node is one line of what the screen shows, for those who do not see it: see Screen.Outline of package screen.
type Node struct {
	ID    string  `json:"id"`              // by which Do, Slide and Type know it again
	Role  string  `json:"role"`            // heading, text, button, slider, field or body
	Name  string  `json:"name"`            // what it is called
	Value string  `json:"value,omitempty"` // of a slider or a field
	On    bool    `json:"on,omitempty"`    // a button that is chosen
	Off   bool    `json:"off,omitempty"`   // a button of no use now
	Share float64 `json:"share,omitempty"` // 0 to 1, of a slider
}

// Node returns the widget in words, if there is anything to say.
func (w *Widget) Node() (Node, bool) {
	n := Node{ID: w.Name, Name: w.Text, On: w.On}
	switch w.Kind {
	case Heading:
		n.ID, n.Role, n.On = "heading "+w.Text, "heading", false
	case Label:
		if n.Name == "" {
			n.Name = w.Value
		}
		n.ID, n.Role = "text "+n.Name, "text"
	case Button:
		n.Role = "button"
		if spoken := map[string]string{"‹": "one frame back", "›": "one frame on", "−": "slower", "+": "faster", "?": "help"}[w.Text]; spoken != "" {
			n.Name = spoken
		}
	case Icon:
		n.Role, n.Off = "button", w.Value == Off
	case Field:
		n.Role, n.Value = "field", w.Value
		if w.Unit != "" {
			n.Name += ", " + w.Unit
		}
	case Slider:
		n.Role, n.Value, n.Share = "slider", w.Value, math.Round(w.Share*1000)/1000
	case Track:
		n.Role, n.Name, n.Share = "slider", "time", math.Round(w.Share*1000)/1000
	default:
		panic("widget: a kind of widget without words")
	}
	return n, n.Name != ""
}
