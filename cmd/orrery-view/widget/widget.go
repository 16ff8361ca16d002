// Package widget has what can be read, clicked, dragged or typed in on the viewer's screen, without a window.
//
//	list := []widget.Widget{{Kind: widget.Button, Name: "play", Part: part, Text: "play", Do: play}}
//	brush := widget.Brush{List: picture, Theme: theme, Unit: unit, Mouse: mouse}
//	brush.Paint(&list[0])
//	w, ok := widget.At(list, mouse) // and w.Do() does it
//
// A list of widgets is all there is: the same list is drawn, asked what lies under the mouse, walked through by keys, and
// told in words to whoever does not see it, so that all of these agree.
//
// Places are in pixels; sizes of texts and gaps are multiples of a unit, in pixels too.
//
// # Why no library for this
//
// The property panel was built in two libraries for Ebitengine first, with ebiten v2.9.9. debugui v0.2.0 brings 2.4 MB to
// the packed page, of which 1.3 MB may be added: a bitmap font of all of Asia's characters. It has one dark look, no
// clipboard and no order of focus. ebitenui v0.7.1 brings 0.33 MB, has themes, focus by Tab and text that can be
// selected, but no clipboard in its text fields, and panics where a widget lacks a picture of one of its states. Both read keys,
// mouse and touches from Ebitengine themselves and draw on its images. So neither could be tested without a window,
// stand in pictures and films that the viewer saves, or be told to a screen reader, all of which these
// widgets do from one list. They have been extended instead.
package widget

import (
	"fmt"
	"image"

	"orrery/sim/render"
)

// Kind says how a widget looks and what it reacts to.
type Kind int

// The kinds of widgets.
const (
	Label   Kind = iota // text
	Heading             // text above a section
	Button              // does something when it is clicked
	Slider              // sets a value while it is dragged
	Track               // a slider for time
	Icon                // a button with a drawing, which its text names
	Field               // a property that can be typed or dragged
)

// Off is the Value of a button with a drawing that is of no use now.
const Off = "off"

// Widget is something on the screen that can be read, clicked or dragged.
type Widget struct {
	Kind  Kind
	Name  string          // by which a drag knows its widget again
	Part  image.Rectangle // px
	Text  string
	Value string  // of a slider, at the right end; of a label, centred
	On    bool    // a button that is chosen
	Share float64 // 0 to 1, of a slider
	Do    func()
	Set   func(share float64)
	Curve []float64 // m, of a button, drawn in its right half by powers of ten

	Property any             // that a field shows, which its owner knows
	Unit     string          // of a field
	Clip     image.Rectangle // px, beyond which it cannot be seen; empty for none
}

// Reacts reports whether it can be clicked, dragged or typed in.
func (w *Widget) Reacts() bool { return w.Do != nil || w.Set != nil || w.Property != nil }

// Under reports whether a point in px is on what can be seen of it.
func (w *Widget) Under(p render.Point) bool {
	point := image.Pt(int(p.X), int(p.Y))
	return point.In(w.Part) && (w.Clip.Empty() || point.In(w.Clip))
}

// At returns the widget of a list that reacts at a point in px, the last drawn first.
func At(list []Widget, p render.Point) (w Widget, ok bool) {
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].Reacts() && list[i].Under(p) {
			return list[i], true
		}
	}
	return Widget{}, false
}

// ShareAt returns which share of a slider, from 0 to 1, lies left of a point in px.
func (w *Widget) ShareAt(p render.Point, unit float64) float64 {
	left, right := w.Rail(unit)
	return min(max((p.X-left)/max(right-left, 1), 0), 1)
}

// Rail returns where the rail of a slider begins and ends, in px.
func (w *Widget) Rail(unit float64) (left, right float64) {
	inset := 7 * unit
	return float64(w.Part.Min.X) + inset, float64(w.Part.Max.X) - inset
}

// Name gives those of a list that have the name of one before a name of their own: a scenario and a model may be called alike.
func Name(list []Widget) {
	seen := map[string]int{}
	for i := range list {
		w := &list[i]
		if seen[w.Name]++; w.Name != "" && seen[w.Name] > 1 {
			w.Name = fmt.Sprintf("%s, %d", w.Name, seen[w.Name])
		}
	}
}
