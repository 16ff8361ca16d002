package screen

import (
	"fmt"
	"strings"
	"time"

	"orrery/cmd/orrery-view/edit"
	"orrery/cmd/orrery-view/widget"
	"orrery/sim/scenario/library"
)

// editPanel returns the widgets of the side panel in the edit mode: what can be done with the file, and the properties of
// what is selected.
func (s *Screen) editPanel() []widget.Widget {
	part := s.places.panel
	inner := part.Inset(s.px(margin))
	k := &stack{screen: s, part: inner, y: inner.Min.Y - int(s.scroll) - s.px(8), clip: part}
	s.fileSection(k)
	for i, section := range edit.Sections(s.Document()) {
		s.propertySection(k, i, section)
	}
	return k.widgets
}

// fileSection has what can be done with the file that is drawn.
func (s *Screen) fileSection(k *stack) {
	name := s.Document().Name
	if s.Keeper != nil && s.Keeper.Unsaved(s.Document()) {
		name += " · not saved"
	}
	k.heading("FILE")
	k.add(widget.Widget{Kind: widget.Label, Part: k.row(16, 4), Text: name})
	list := func(of string) func() {
		return func() {
			if s.listed == of {
				of = ""
			}
			s.listed = of
		}
	}
	k.grid(3,
		choice{"new", false, s.newDrawing}, choice{"open", false, s.openFile}, choice{"save", false, func() { s.saveFile(false) }},
		choice{"save as", false, func() { s.saveFile(true) }}, choice{"templates", s.listed == "templates", list("templates")},
		choice{"recent", s.listed == "recent", list("recent")})
	if s.Link != nil {
		k.grid(2, choice{"copy a link", false, s.Link}, choice{"link with model", false, s.LinkModel})
	}
	switch s.listed {
	case "templates":
		var choices []choice
		for _, sc := range library.List() {
			choices = append(choices, choice{sc.Name, false, func() { s.openTemplate(sc.Name) }})
		}
		k.grid(3, choices...)
	case "recent":
		s.recentSection(k)
	}
}

// recentSection lists what was drawn before.
func (s *Screen) recentSection(k *stack) {
	if s.Keeper == nil {
		k.text("this place keeps nothing")
		return
	}
	works := s.recent()
	if len(works) == 0 {
		k.text("there is nothing else yet: what is drawn is kept here by itself")
	}
	for i, w := range works {
		if i == maxRecent {
			break
		}
		state := "not saved"
		if w.Saved {
			state = "saved"
		}
		k.grid(1, choice{fmt.Sprintf("%s · %s · %s", w.Name, state, ago(time.Since(w.Changed))), false, func() {
			d, err := s.openWork(w)
			if s.check(err); d != nil {
				s.listed = ""
				s.Edit(d)
			}
		}})
	}
}

// maxRecent is the number of works that are listed.
const maxRecent = 12

// ago says in words how long something is ago.
func ago(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return fmt.Sprintf("%.0f min ago", d.Minutes())
	case d < 48*time.Hour:
		return fmt.Sprintf("%.0f h ago", d.Hours())
	}
	return fmt.Sprintf("%.0f days ago", d.Hours()/24)
}

// rowHigh is the height of a button or a field of the panel in units; fingers need more.
func (s *Screen) rowHigh() float64 {
	if s.editor.touch || float64(s.width) < 600*s.unit {
		return fingerSize
	}
	return 24
}

// propertySection has a field for each property.
func (s *Screen) propertySection(k *stack, number int, section edit.Section) {
	k.heading(strings.ToUpper(section.Title))
	for i := range section.Properties {
		p := &section.Properties[i]
		name := fmt.Sprintf("property %d %s", number, p.Name)
		k.add(widget.Widget{Kind: widget.Field, Name: name, Part: k.row(s.rowHigh(), 4), Text: p.Name, Value: p.Value, Property: p, Unit: p.Unit})
		if s.typing.menu != name {
			continue
		}
		var choices []choice
		for _, c := range p.Choices {
			text := c
			if text == "" {
				text = "as usual"
			}
			choices = append(choices, choice{text, c == p.Value, func() {
				s.check(p.Set(s.Document(), c))
				s.typing.menu = ""
			}})
		}
		k.grid(3, choices...)
	}
}

// newDrawing begins an empty page. What was drawn is kept.
func (s *Screen) newDrawing() { s.Edit(edit.New()) }

// openTemplate begins with a scenario of the library.
func (s *Screen) openTemplate(name string) {
	sc, err := library.Find(name)
	if err == nil {
		var d *edit.Document
		if d, err = edit.Of(sc, s.Session.Seed(), 0, nil); err == nil {
			s.listed = ""
			s.Edit(d)
		}
	}
	s.check(err)
}
