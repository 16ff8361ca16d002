package screen

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"orrery/cmd/orrery-view/edit"
	"orrery/cmd/orrery-view/widget"
	"orrery/sim/scenario"
)

// node returns the line of the outline whose name begins with a text.
func (s *Screen) node(t *testing.T, begins string) widget.Node {
	t.Helper()
	nodes := s.Outline()
	k := slices.IndexFunc(nodes, func(n widget.Node) bool { return strings.HasPrefix(n.Name, begins) })
	if k < 0 {
		t.Fatalf("nothing is called %q: %+v", begins, nodes)
	}
	return nodes[k]
}

// TestEverythingIsToldInWords: all widgets and bodies, each by an ID of its own.
func TestEverythingIsToldInWords(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"mixed", "push", "pendulum", "charged", "conveyor"} {
		s := open(t, name)
		for range 2 {
			buttons, seen := 0, map[string]bool{}
			for _, n := range s.Outline() {
				if n.Role == "" || n.ID == "" || strings.ContainsAny(n.Name, "‹›−") {
					t.Errorf("%s: %+v", name, n)
				}
				if n.Role == "button" || n.Role == "slider" || n.Role == "field" {
					buttons++
					if seen[n.ID] {
						t.Errorf("%s: two are %q", name, n.ID)
					}
					seen[n.ID] = true
				}
			}
			if buttons < 20 {
				t.Errorf("%s: only %d can be used", name, buttons)
			}
			s.toggleEdit() // and the same of the edit mode
		}
	}
}

// TestWordsCanBePressed as the buttons and sliders that they stand for.
func TestWordsCanBePressed(t *testing.T) {
	t.Parallel()
	s := open(t, "push")
	if n := s.node(t, "pause"); n.Role != "button" || !s.Do(n.ID) || !s.Session.Paused() {
		t.Error("time goes on")
	}
	s.node(t, "play")
	if s.Do("nothing") || s.Slide("nothing", 0.5) {
		t.Error("what is not there is done")
	}
	mass := slices.IndexFunc(s.Outline(), func(n widget.Node) bool { return n.Role == "slider" && n.Name != "time" })
	n := s.Outline()[mass]
	if !s.Slide(n.ID, 1) || s.Slide(n.ID, 1.5) || s.Outline()[mass].Share != 1 {
		t.Errorf("%+v is not set", n)
	}
	if n := s.node(t, "robot: disc at "); n.Role != "body" {
		t.Errorf("a body is %+v", n)
	}
	s.toggleEdit()
	d := s.Document()
	d.Select()
	want := d.Items()[0]
	if n := s.node(t, string(want.Kind)+" "+d.NameOf(want)); n.On || !s.Do(n.ID) || !slices.Equal(d.Selection(), []edit.Item{want}) {
		t.Errorf("%+v does not select", n)
	}
	if n := s.node(t, string(want.Kind)+" "+d.NameOf(want)); !n.On {
		t.Error("it is not told that it is selected")
	}
}

// TestThirtyBodiesAreTold one by one, and how many more there are.
func TestThirtyBodiesAreTold(t *testing.T) {
	t.Parallel()
	for count, want := range map[int]string{29: "", 30: "", 31: "and 1 more body", 40: "and 10 more bodies"} {
		of, err := scenario.Parse("crowd", []byte(fmt.Sprintf(`{"format": 2, "bodies": [{"name": "b", "count": %d, "circle": 0.04, "at": ["i/10", 0]}]}`, count)))
		if err != nil {
			t.Fatal(err)
		}
		s := open(t, "mixed")
		if err := s.Session.OpenScenario(of, 1); err != nil {
			t.Fatal(err)
		}
		told, more := 0, ""
		for _, n := range s.Outline() {
			if n.ID == "more bodies" {
				more = n.Name
			} else if n.Role == "body" {
				told++
			}
		}
		if told != min(count, 30) || more != want {
			t.Errorf("of %d bodies %d are told, %q", count, told, more)
		}
	}
}
