package screen

import (
	"slices"
	"strings"
	"testing"

	"orrery/cmd/orrery-view/lesson"
	"orrery/cmd/orrery-view/widget"
	"orrery/sim"
	"orrery/sim/render"
	"orrery/world"
	"orrery/world/flight"
)

// school is a teacher that tells what a test says.
type school struct {
	reports []lesson.Report
	added   []*sim.Scene
}

func (c *school) Begin(lesson.Subject)    {}
func (c *school) Pause()                  {}
func (c *school) Resume()                 {}
func (c *school) Add(scenes []*sim.Scene) { c.added = append(c.added, scenes...) }
func (c *school) Take() []lesson.Report {
	taken := c.reports
	c.reports = nil
	return taken
}

// attend returns a screen with a school.
func attend(t *testing.T, scene string) (*Screen, *school) {
	t.Helper()
	s, c := open(t, scene), &school{}
	s.Session.SetTeacher(c, func(_, _ []byte) (world.Model, *world.Description, error) {
		return flight.Ballistic(), &world.Description{Training: world.Training{Scenario: scene}}, nil
	})
	return s, c
}

func report(subject string, episodes int) lesson.Report {
	return lesson.Report{Subject: subject, Episodes: episodes, Seconds: 3, Loss: 0.01, Errors: [3]float64{1e-5, 2e-4, 3e-3}, Ballistic: [3]float64{0.01, 0.1, 0.3},
		Equal: [3]float64{1e-5, 1e-4, 1e-3}, Files: map[string][]byte{"config.json": []byte("{}")}}
}

// texts returns all that is written.
func (s *Screen) texts() string {
	var all []string
	for _, item := range s.List().Items {
		if text, ok := item.(render.Text); ok {
			all = append(all, text.Value)
		}
	}
	return strings.Join(all, "\n")
}

// TestALessonIsWatched: a key and buttons begin and stop it, and its curves and figures are shown.
func TestALessonIsWatched(t *testing.T) {
	t.Parallel()
	s, c := attend(t, "mixed")
	s.wait(2)
	if said := s.texts(); !strings.Contains(said, "L learns this scene") || !strings.Contains(said, "no trained model fits this scene") {
		t.Errorf("a scene that no model knows offers no lesson:\n%s", said)
	}
	s.keepLearned()
	if s.hit("l"); !s.Session.Lesson().On || len(s.TakeFolders()) > 0 {
		t.Fatal("L begins no lesson")
	}
	if said := s.texts(); !strings.Contains(said, "the first episodes are made") || strings.Contains(said, "L learns this scene") {
		t.Errorf("nothing tells that it begins:\n%s", said)
	}
	for k := range 3 {
		c.reports = append(c.reports, report("mixed", 8+4*k))
	}
	s.wait(2)
	said := s.texts()
	for _, want := range []string{"mixed: mean error of episodes held out (m) against episodes seen", "0.1 s", "0.5 s", "1 s", "free flight, 0.5 s", "equivalent, 0.5 s", "loss against episodes seen",
		"mixed: 16 episodes, 3 s", "error at 0.5 s: 0.2 mm, free flight 0.10 m", "stop learning", "predicted by learned, 1 s from now (outlined)"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not shown:\n%s", want, said)
		}
	}
	if s.worried = (worried{}); !strings.Contains(s.texts(), "how unsure it is: not measured yet") {
		t.Errorf("nothing tells why no ellipses are drawn yet:\n%s", s.texts())
	}
	_, p := s.find(t, "bar learn")
	if s.click(p); s.Session.Lesson().On || !strings.Contains(s.texts(), "go on learning") {
		t.Error("the button does not stop it")
	}
	if s.worried = (worried{}); !strings.Contains(s.texts(), "how unsure it is: never measured") {
		t.Errorf("nothing tells why no ellipses are drawn:\n%s", s.texts())
	}
	_, p = s.find(t, "keep the model")
	s.click(p)
	if kept := s.TakeFolders(); len(kept) != 1 || kept[0].Name != "learned-mixed" || kept[0].Files["config.json"] == nil || len(s.TakeFolders()) != 0 {
		t.Errorf("kept %v", kept)
	}
	if _, p = s.find(t, "where is it wrong?"); true {
		s.click(p)
	}
	for range 4000 {
		if _, done := s.Session.Wrong(); done >= 1 {
			break
		}
		s.wait(1)
	}
	found, _ := s.Session.Wrong()
	if said := s.texts(); len(found) == 0 || !strings.Contains(said, found[0].Label+": ") {
		t.Fatalf("%d mistakes are found, and not shown:\n%s", len(found), said)
	}
	_, p = s.find(t, "learn from these")
	if s.click(p); len(c.added) != len(found) || !s.Session.Lesson().On {
		t.Errorf("%d scenes are learned from", len(c.added))
	}
	s.hit("l")
	s.Session.SetModel(1)
	if said := s.texts(); strings.Contains(said, "against episodes seen") {
		t.Error("the lesson of a model that is not shown hides the errors of the one that is")
	}
}

// TestALessonFitsSmallScreens: its curves stay within their place.
func TestALessonFitsSmallScreens(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{1280, 800}, {640, 480}, {390, 844}} {
		s, c := attend(t, "mixed")
		s.Resize(size[0], size[1], 1)
		s.hit("l")
		c.reports = []lesson.Report{report("mixed", 8), report("a scene with a long name", 400)}
		s.wait(3)
		if !slices.ContainsFunc(s.widgets(), func(w widget.Widget) bool { return w.Name == "bar learn" }) {
			t.Errorf("%v: no button learns", size)
		}
		if s.places.plot.Empty() {
			t.Errorf("%v: no place for curves", size)
		}
		for _, item := range s.List().Items {
			text, ok := item.(render.Text)
			if !ok || text.At.Y < float64(s.places.plot.Min.Y) || text.At.Y > float64(s.places.plot.Max.Y) || text.At.X > float64(s.places.plot.Max.X) {
				continue
			}
			if right := text.At.X + text.Width(); text.Align == 0 && !(right <= float64(s.width)) {
				t.Errorf("%v: %q ends at %v", size, text.Value, right)
			}
		}
	}
}

func TestNamesOfFoldersAreThoseOfFiles(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"": "scene", "my table": "my-table", "../../etc": "------etc", "Tür_1": "T-r_1", strings.Repeat("a", 90): strings.Repeat("a", 40)} {
		if got := fileName(name); got != want {
			t.Errorf("%q becomes %q", name, got)
		}
	}
}
