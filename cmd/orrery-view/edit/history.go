package edit

import (
	"errors"

	"orrery/sim/scenario/file"
)

// history is what was done, and what was undone.
type history struct {
	past, future []entry
}

// entry is a change with a name.
type entry struct {
	name          string
	patch         patch
	before, after marks
}

// patch is how one text differs from another one: a part in its middle.
type patch struct {
	at            int // bytes
	before, after string
}

// patchOf returns how two texts differ.
func patchOf(before, after string) patch {
	at := 0
	for at < len(before) && at < len(after) && before[at] == after[at] {
		at++
	}
	end := 0
	for end < len(before)-at && end < len(after)-at && before[len(before)-1-end] == after[len(after)-1-end] {
		end++
	}
	return patch{at, before[at : len(before)-end], after[at : len(after)-end]}
}

// back returns the text before the change, from the one after it.
func (p patch) back(text string) string {
	return text[:p.at] + p.before + text[p.at+len(p.after):]
}

// forth returns the text after the change, from the one before it.
func (p patch) forth(text string) string {
	return text[:p.at] + p.after + text[p.at+len(p.before):]
}

// gesture is a change that is being made.
type gesture struct {
	name   string
	from   state
	base   state // from which every Try starts: from, or what was written down of it
	chosen []Item
}

// Begin begins a gesture of a name such as "move". One that was not ended is committed.
func (d *Document) Begin(name string) {
	d.Commit()
	d.gesture = &gesture{name: name, from: d.state, base: d.state, chosen: d.Selection()}
}

// Try changes the document from what it was when the gesture began, or leaves it as it is and says why.
func (d *Document) Try(change func(*file.Scenario) error) error {
	if d.gesture == nil {
		return errors.New("no gesture has begun")
	}
	f := decoded(d.gesture.base.text)
	if err := change(f); err != nil {
		return err
	}
	return d.put(f)
}

// Commit ends the gesture. It is an entry of the history if it changed anything.
func (d *Document) Commit() {
	g := d.gesture
	d.gesture = nil
	if g == nil || g.from.text == d.text && g.from.marks.same(d.marks) {
		return
	}
	d.past = append(d.past, entry{g.name, patchOf(g.from.text, d.text), g.from.marks, d.marks})
	d.future = nil
}

// Cancel ends the gesture as if it had never begun.
func (d *Document) Cancel() {
	g := d.gesture
	if g == nil {
		return
	}
	d.gesture = nil
	if d.state.text != g.from.text || !d.marks.same(g.from.marks) {
		d.version++
	}
	d.state, d.selection = g.from, g.chosen
}

// Gesture returns the name of the gesture that is made, or nothing.
func (d *Document) Gesture() string {
	if d.gesture == nil {
		return ""
	}
	return d.gesture.name
}

// Change is a gesture of one change: it is one entry of the history, or refused with everything as it was. Within a
// gesture it is a part of it.
func (d *Document) Change(name string, change func(*file.Scenario) error) error {
	return d.whole(name, func() error { return d.Try(change) })
}

// whole makes a gesture of what changes, or a part of the gesture that is made.
func (d *Document) whole(name string, change func() error) error {
	if d.gesture != nil {
		return change()
	}
	d.Begin(name)
	if err := change(); err != nil {
		d.Cancel()
		return err
	}
	d.Commit()
	return nil
}

// Undo takes the last entry back and returns its name. A gesture that is made is cancelled instead.
func (d *Document) Undo() (name string, ok bool) {
	if g := d.gesture; g != nil {
		d.Cancel()
		return g.name, true
	}
	if len(d.past) == 0 {
		return "", false
	}
	e := d.past[len(d.past)-1]
	if !d.restore(e.patch.back(d.text), e.before) {
		return "", false
	}
	d.past, d.future = d.past[:len(d.past)-1], append(d.future, e)
	return e.name, true
}

// Redo does again what was undone last and returns its name.
func (d *Document) Redo() (name string, ok bool) {
	d.Commit()
	if len(d.future) == 0 {
		return "", false
	}
	e := d.future[len(d.future)-1]
	if !d.restore(e.patch.forth(d.text), e.after) {
		return "", false
	}
	d.future, d.past = d.future[:len(d.future)-1], append(d.past, e)
	return e.name, true
}

// restore makes a text that was one of the document's the present one.
func (d *Document) restore(text string, m marks) bool {
	f, err := file.Source{Name: d.Name, Text: []byte(text)}.Decode()
	if err != nil || d.put(f) != nil {
		return false
	}
	if !d.marks.same(m) {
		d.version++
	}
	d.marks = m
	return true
}

// Undoable returns the names of the entries that Undo takes back, the last at the end.
func (d *Document) Undoable() []string { return names(d.past) }

// Redoable returns the names of the entries that Redo does again, the first of them at the end.
func (d *Document) Redoable() []string { return names(d.future) }

func names(list []entry) []string {
	out := make([]string, len(list))
	for i := range list {
		out[i] = list[i].name
	}
	return out
}
