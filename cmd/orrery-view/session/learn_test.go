package session

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"orrery/cmd/orrery-view/lesson"
	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/session/replay"
	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
	"orrery/world"
	"orrery/world/choose"
	"orrery/world/flight"
)

// school is a teacher that does what a test says.
type school struct {
	said     []string
	subjects []lesson.Subject
	added    []*sim.Scene
	reports  []lesson.Report
}

func (c *school) Begin(s lesson.Subject) {
	c.said = append(c.said, "begin")
	c.subjects = append(c.subjects, s)
}
func (c *school) Pause()                  { c.said = append(c.said, "pause") }
func (c *school) Resume()                 { c.said = append(c.said, "resume") }
func (c *school) Add(scenes []*sim.Scene) { c.added = append(c.added, scenes...) }
func (c *school) Take() []lesson.Report {
	taken := c.reports
	c.reports = nil
	return taken
}

// says lets a report come in.
func (c *school) says(s *Session, episodes int, trouble string) {
	c.reports = append(c.reports, lesson.Report{Subject: "mixed", Episodes: episodes, Errors: [3]float64{1, 2, 3}, Trouble: trouble, Files: map[string][]byte{world.ConfigFile: []byte("{}")}})
	s.Tick()
}

// taught returns a session with a school, whose models are all free flight.
func taught(t *testing.T, scene string) (*Session, *school) {
	t.Helper()
	s, c := open(t, scene, compare.Sandbox), &school{}
	s.SetTeacher(c, func(config, _ []byte) (world.Model, *world.Description, error) {
		if string(config) != "{}" {
			return nil, nil, errors.New("garbled")
		}
		return flight.Ballistic(), &world.Description{Training: world.Training{Scenario: "mixed"}}, nil
	})
	return s, c
}

// TestWhatIsLearnedPredicts at once, and gets better in its place; who chose another model keeps it.
func TestWhatIsLearnedPredicts(t *testing.T) {
	t.Parallel()
	s, c := taught(t, "mixed")
	ticks(s, 30)
	if s.Learn(); !s.Lesson().On || !slices.Equal(c.said, []string{"begin"}) || c.subjects[0].Name != "mixed" {
		t.Fatalf("%+v, %v", s.Lesson(), c.said)
	}
	c.says(s, 8, "")
	models, chosen := s.Models()
	if models[chosen].Name != Learned || s.Follows() || models[chosen].Error != 3 || !strings.Contains(s.Choice(), "trained on mixed") || !strings.HasSuffix(s.Choice(), "learned here") {
		t.Fatalf("%s: %s", models[chosen].Name, s.Choice())
	}
	frame, f := s.Frame(), s.Forecast()
	c.says(s, 12, "")
	if models, _ := s.Models(); len(models) != 2 || s.Frame() < frame || f != nil && s.Forecast() == nil {
		t.Errorf("%d models; the forecast is gone", len(models))
	}
	s.SetModel(1)
	c.says(s, 16, "")
	if _, chosen := s.Models(); chosen != 1 {
		t.Error("a model that nobody chose takes over")
	}
	v := s.Lesson()
	if len(v.Reports) != 3 || v.Reports[2].Episodes != 16 || v.Reports[0].Files != nil || s.LearnedFiles() == nil {
		t.Errorf("%+v", v.Reports)
	}
	for k := range 397 {
		c.says(s, 20+k, "")
	}
	if r := s.Lesson().Reports; len(r) != 400 || r[0].Episodes != 8 || r[399].Episodes != 416 {
		t.Errorf("%d reports are kept, to the one of %d", len(r), r[len(r)-1].Episodes)
	}
	seen := s.Lesson().Reports
	c.says(s, 417, "")
	if seen[0].Episodes != 8 || seen[1].Episodes != 12 || seen[399].Episodes != 416 {
		t.Errorf("what was shown has changed: %d, %d to %d", seen[0].Episodes, seen[1].Episodes, seen[399].Episodes)
	}
	if r := s.Lesson().Reports; len(r) != 200 || r[0].Episodes != 16 || r[1].Episodes != 21 || r[199].Episodes != 417 {
		t.Errorf("of more, %d reports are kept, from the one of %d to the one of %d", len(r), r[0].Episodes, r[len(r)-1].Episodes)
	}
}

// TestWhatIsLearnedPredictsWhileTimeStandsStill, each time anew, and is surveyed anew where another lesson begins.
func TestWhatIsLearnedPredictsWhileTimeStandsStill(t *testing.T) {
	t.Parallel()
	s, c := taught(t, "mixed")
	ticks(s, 30)
	s.Learn()
	c.says(s, 8, "")
	s.SetRival("ballistic")
	s.Pause(true)
	ticks(s, 30)
	s.Pushes()
	for range 3 {
		f := s.Forecast()
		_, rival := s.Rival()
		other := rival.Forecast()
		if f == nil || other == nil {
			t.Fatal("there is no forecast")
		}
		c.says(s, 12, "")
		if s.pushing.known {
			t.Error("pushes stay those of the model before")
		}
		ticks(s, 30)
		if s.Forecast() == f || s.Forecast().From != s.Frame() {
			t.Error("the forecast stays that of the model before")
		}
		if rival.Forecast() != other {
			t.Error("the rival forecasts anew, which is as it was")
		}
	}
}

// TestASurveyIsOfTheModelThatIsChosen, also where another one has its place in the list by now.
func TestASurveyIsOfTheModelThatIsChosen(t *testing.T) {
	t.Parallel()
	s := open(t, "mixed", compare.Sandbox)
	motion, err := engine.Simulate(t.Context(), s.Scene(), nil, 31, nil)
	if err != nil {
		t.Fatal(err)
	}
	all := &replay.Collection{Motion: func(int) (*sim.Trajectory, error) { return motion, nil }}
	if err := s.OpenShow(replay.Show{True: motion, Episodes: 2, All: all}); err != nil {
		t.Fatal(err)
	}
	s.Survey()
	add := func() { s.AddModel(choose.Candidate{Name: "other", Model: flight.Ballistic()}) }
	for i, c := range []struct {
		change func()
		anew   bool
	}{
		{func() { s.SetModel(0) }, false}, // which it was
		{add, true}, {add, true},
		{func() { models, _ := s.Models(); s.SetModels(models) }, true},
	} {
		former := s.surveying.now
		if c.change(); (s.surveying.now != former) != c.anew {
			t.Errorf("%d: it is surveyed anew: %v", i, !c.anew)
		}
	}
}

// TestOnlyWhatAModelPredictsCanBeSurveyed: several episodes that are replayed, of which nobody has predicted anything yet.
func TestOnlyWhatAModelPredictsCanBeSurveyed(t *testing.T) {
	t.Parallel()
	s := open(t, "mixed", compare.Sandbox)
	motion, err := engine.Simulate(t.Context(), s.Scene(), nil, 31, nil)
	if err != nil {
		t.Fatal(err)
	}
	all := &replay.Collection{Motion: func(int) (*sim.Trajectory, error) { return motion, nil }}
	for what, c := range map[string]struct {
		show replay.Show
		can  bool
	}{
		"two episodes": {replay.Show{Episodes: 2, All: all}, true}, "one episode": {replay.Show{Episodes: 1, All: all}, false}, "a rollout": {replay.Show{Episodes: 2, All: all, Predicted: motion.States}, false},
		"an episode by itself": {replay.Show{Episodes: 2}, false},
	} {
		c.show.True = motion
		if err := s.OpenShow(c.show); err != nil {
			t.Fatal(err)
		}
		if can, on := s.Surveys(); can != c.can || on || s.Lines() != nil {
			t.Errorf("%s: can be surveyed %v, is surveyed %v", what, can, on)
		}
	}
	if err := s.OpenShow(replay.Show{Episodes: 2, All: all, True: motion}); err != nil {
		t.Fatal(err)
	}
	s.Survey()
	if can, on := s.Surveys(); !can || !on || len(s.Lines()) != 2 {
		t.Errorf("%d lines of a survey", len(s.Lines()))
	}
	s.SetMode(compare.Sandbox)
	if can, on := s.Surveys(); can || on || s.Lines() != nil {
		t.Error("the sandbox is surveyed")
	}
}

// TestALessonStopsAndGoesOn with what it is about, and another scene begins another lesson.
func TestALessonStopsAndGoesOn(t *testing.T) {
	t.Parallel()
	s, c := taught(t, "mixed")
	s.Learn()
	c.says(s, 8, "")
	if s.LessonGoesOn() {
		t.Error("it goes on while it is on")
	}
	if s.Learn(); s.Lesson().On || !s.LessonGoesOn() || !strings.Contains(s.Notice(), "stopped") {
		t.Fatal("it does not stop")
	}
	s.Next() // another seed
	if s.LessonGoesOn() {
		t.Error("the seed is part of what is learned")
	}
	s.Undo()
	s.Learn()
	s.Learn()
	s.Spawn(0, sim.Vec{})
	if s.LessonGoesOn() {
		t.Error("a scene with one body more is another one")
	}
	s.Learn()
	want := []string{"begin", "pause", "resume", "pause", "begin"}
	if !slices.Equal(c.said, want) {
		t.Errorf("%v, want %v", c.said, want)
	}
	if c.says(s, 8, "the engine gives up"); s.Lesson().On || !strings.Contains(s.Notice(), "the engine gives up") {
		t.Errorf("%q", s.Notice())
	}
	c.reports = []lesson.Report{{Files: map[string][]byte{world.ConfigFile: []byte("odd")}}}
	if s.Tick(); !strings.Contains(s.Notice(), "garbled") {
		t.Errorf("%q", s.Notice())
	}
	nobody := open(t, "mixed", compare.Sandbox)
	if nobody.Learn(); nobody.CanLearn() || nobody.Lesson().On || nobody.Notice() == "" {
		t.Error("someone learns from nobody")
	}
}

// TestASubjectIsWhatIsOnTheStage: a scenario with its chance and its actors, or what hands have built; and its letter
// leads to the same episodes.
func TestASubjectIsWhatIsOnTheStage(t *testing.T) {
	t.Parallel()
	fixed, err := scenario.Parse("fixed", []byte(`{"format":2,"bodies":[{"name":"ball","circle":0.1,"at":[0,1]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	for name, of := range map[string]*scenario.Scenario{"mixed": nil, "push": nil, "built": nil, "fixed": fixed} {
		s, _ := taught(t, "mixed")
		switch {
		case of != nil:
			err = s.OpenScenario(of, 3)
		case name == "built":
			s.Spawn(1, sim.Vec{})
		default:
			err = openNamed(s, name, 3)
		}
		if err != nil {
			t.Fatal(err)
		}
		subject, err := s.subject()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		again, err := ReadSubject(subject.Letter, library.Find)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var starts []sim.State
		for episode := range 4 {
			scene, acts, err := subject.Draw(episode)
			twin, actsToo, wrong := again.Draw(episode)
			if err != nil || wrong != nil || !same(scene, twin) || again.Frames != subject.Frames || again.Name != subject.Name {
				t.Fatalf("%s: the letter leads elsewhere: %v, %v", name, err, wrong)
			}
			if (acts != nil) != (name == "push") || (actsToo != nil) != (acts != nil) {
				t.Errorf("%s: who acts?", name)
			}
			if acts != nil && !slices.Equal(acts(0, scene.Start()), actsToo(0, scene.Start())) {
				t.Errorf("%s: others act", name)
			}
			if len(scene.Bodies) != len(s.Scene().Bodies) {
				t.Errorf("%s: %d bodies", name, len(scene.Bodies))
			}
			starts = append(starts, scene.Start())
		}
		if slices.Equal(starts[0], starts[1]) || slices.Equal(starts[1], starts[2]) {
			t.Errorf("%s: every episode starts alike", name)
		}
		if seconds := float64(subject.Frames-1) / float64(s.Scene().FPS); !(seconds >= 2 && seconds <= 4) || math.IsNaN(seconds) {
			t.Errorf("%s: episodes of %v s", name, seconds)
		}
	}
	for _, garbled := range []string{"", "{}", `{"library":"nowhere"}`, `{"scene":{}}`, `{"text":"x"}`} {
		if _, err := ReadSubject([]byte(garbled), library.Find); err == nil {
			t.Errorf("%q is read", garbled)
		}
	}
}
