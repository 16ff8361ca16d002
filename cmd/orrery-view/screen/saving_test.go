//go:build !js

package screen

import (
	"errors"
	"strings"
	"testing"

	"orrery/cmd/orrery-view/keep"
)

// TestFilesAreSavedAndOpened where the user says, and as downloads where nobody asks.
func TestFilesAreSavedAndOpened(t *testing.T) {
	t.Parallel()
	s := drawn(t)
	store, err := keep.OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s.Keeper = keep.New(store)
	s.hit("s", "ctrl")
	if files := s.TakeFiles(); len(files) != 1 || files[0].Name != "table.scenario.json" || string(files[0].Data) != string(s.Document().Text()) {
		t.Errorf("downloads are %+v", files)
	}
	written, asked, trouble := map[string]string{}, 0, error(nil)
	s.Desk = Desk{
		AskOpen: func() { asked++ }, AskSave: func(name string) { s.SaveTo("there/" + strings.TrimSuffix(name, scenarioEnding)) },
		Write: func(path string, content []byte) error { written[path] = string(content); return trouble },
	}
	s.hit("s", "ctrl")
	if written["there/table.scenario.json"] != string(s.Document().Text()) || s.Keeper.Path(s.Document()) != "there/table.scenario.json" {
		t.Errorf("written are %v", written)
	}
	if err := s.Document().Delete(); err != nil {
		t.Fatal(err)
	}
	s.wait(1)
	if !s.Keeper.Unsaved(s.Document()) {
		t.Error("a change is not seen")
	}
	s.hit("s", "ctrl") // in place
	if len(written) != 1 || written["there/table.scenario.json"] != string(s.Document().Text()) || s.Keeper.Unsaved(s.Document()) {
		t.Errorf("written are %v", written)
	}
	trouble = errors.New("the disk is full")
	if s.hit("s", "ctrl"); s.Session.Notice() != "the disk is full" {
		t.Errorf("told is %q", s.Session.Notice())
	}
	trouble = nil
	s.Desk.AskSave = func(string) {} // which answers later
	first, text := s.Document(), string(s.Document().Text())
	s.saveFile(true)
	s.newDrawing()
	if s.SaveTo("late.scenario.json"); written["late.scenario.json"] != text || s.Keeper.Path(s.Document()) != "" {
		t.Errorf("saved where the dialog said is %q", written["late.scenario.json"])
	}
	s.Edit(first)
	s.Desk.IsThere = func(path string) bool { return path == "there.scenario.json" }
	s.saveFile(true)
	if s.SaveTo("there"); written["there.scenario.json"] != "" || !strings.Contains(s.Session.Notice(), "is there already") {
		t.Errorf("replaced is a file that nobody has named: %q", s.Session.Notice())
	}
	if s.SaveTo("free"); written["free.scenario.json"] != text {
		t.Errorf("written are %v", written)
	}
	if s.hit("o", "ctrl"); asked != 1 {
		t.Error("nobody is asked for a file")
	}
	kept := string(s.Document().Text())
	if err := s.OpenText("plan.svg", "", []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><circle id="ball" cx="50" cy="50" r="5"/></svg>`)); err != nil {
		t.Fatal(err)
	}
	if d := s.Document(); d.Name != "plan" || len(d.File().Bodies) != 1 || d.File().Bodies[0].Name != "ball" {
		t.Errorf("a drawing in SVG is %s", d.Text())
	}
	if works := s.Keeper.Recent(); len(works) != 1 || works[0].Text != kept {
		t.Errorf("what was drawn before is %+v", works)
	}
	if s.Do("templates"); !s.Do("pendulum") || s.Document().Name != "pendulum" {
		t.Errorf("a template is %q", s.Document().Name)
	}
	if s.hit("n", "ctrl"); !s.Document().Empty() {
		t.Error("a new page is not empty")
	}
	if s.hit("s", "ctrl"); !strings.Contains(s.Session.Notice(), "draw one") {
		t.Errorf("an empty page is saved: %q", s.Session.Notice())
	}
}
