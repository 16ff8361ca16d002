package session

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"orrery/cmd/orrery-view/session/build"
	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/session/replay"
	"orrery/cmd/orrery-view/session/tape"
	"orrery/sim"
	"orrery/sim/scenario"
)

// shown is what a user sees of a moment.
type shown struct {
	Scene *sim.Scene
	State sim.State
	Frame int
	Mode  compare.Mode
	Label string
}

func look(s *Session) shown {
	return shown{s.Scene(), slices.Clone(s.State()), s.Frame(), s.Mode(), s.Label()}
}

// TestEveryChangeCanBeUndone makes each kind of change to a scene that a hand has built,
// takes it back and makes it again.
func TestEveryChangeCanBeUndone(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	for what, change := range map[string]func(s *Session) error{
		"add a body":    func(s *Session) error { s.Spawn(1, sim.Vec{X: 0.4, Y: 0.4}); return nil },
		"delete a body": func(s *Session) error { s.Delete(2); return nil },
		"drag a body": func(s *Session) error {
			s.Grab(1, s.State()[1].Position())
			s.Pull(sim.Vec{X: 0.5, Y: 0.5})
			ticks(s, 20)
			s.Release()
			return nil
		},
		"restart":       func(s *Session) error { s.Restart(); return nil },
		"next seed":     func(s *Session) error { s.Next(); return nil },
		"gravity":       func(s *Session) error { return s.Set(scenario.Values{"gravity": 8}) },
		"bodies":        func(s *Session) error { return s.Set(scenario.Values{"bodies": 9}) },
		"open tower":    func(s *Session) error { return openNamed(s, "tower", 1) },
		"open a scene":  func(s *Session) error { return s.OpenScene(boxed()) },
		"open a replay": func(s *Session) error { return s.OpenShow(episode(30)) },
		"what followed": func(s *Session) error { s.Seek(5); s.SetMode(compare.Duel); return nil },
	} {
		s := open(t, "mixed", compare.Sandbox)
		ticks(s, 20)
		s.Spawn(0, sim.Vec{X: -0.4, Y: 0.5})
		ticks(s, 20)
		s.Pause(true)
		if what == "what followed" {
			s.Seek(5) // what is lost lies ahead of the frame that is shown
		}
		before := look(s)
		if what == "drag a body" {
			s.Pause(false)
		}
		if err := change(s); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		after := look(s)
		if reflect.DeepEqual(before, after) {
			t.Fatalf("%s changes nothing", what)
		}
		s.Undo()
		if got := look(s); !reflect.DeepEqual(got, before) || s.Notice() != "undone: "+what {
			t.Errorf("%s: %q leads to frame %d of %s %q, want frame %d of %s %q", what, s.Notice(), got.Frame, got.Scene.Name, got.Label, before.Frame, before.Scene.Name, before.Label)
		}
		if s.Redo(); !reflect.DeepEqual(look(s), after) || s.Notice() != "redone: "+what {
			t.Errorf("%s is not redone: %q", what, s.Notice())
		}
		s.Undo()
		s.Pause(false)
		if frame := s.Frame(); ticksUntil(s, frame+5) {
			t.Errorf("%s: the scene does not go on after it was undone: %s", what, s.Notice())
		}
	}
}

// ticksUntil ticks until a frame is shown, and reports whether that failed.
func ticksUntil(s *Session, frame int) bool {
	for k := 0; s.Frame() < frame; k++ {
		if s.Tick(); k > 500 {
			return true
		}
	}
	return false
}

func boxed() *sim.Scene {
	scene := sim.DefaultScene()
	scene.Name = "boxed"
	scene.Bodies = []sim.Body{sim.NewBox(0.2, 0.2, 10, sim.Surface{})}
	return &scene
}

// episode returns a replay of some frames in which a box slides.
func episode(frames int) replay.Show {
	scene := boxed()
	var states []sim.State
	for k := range frames {
		states = append(states, sim.State{{X: 0.01 * float64(k), VX: 0.6}})
	}
	return replay.Show{Label: "slides", Episodes: 1, True: &sim.Trajectory{Scene: scene, States: states}}
}

// TestWhatFollowsTheUndoneIsWhatFollowed: the tape comes back with the scene, and the
// engine goes on from its end.
func TestWhatFollowsTheUndoneIsWhatFollowed(t *testing.T) {
	t.Parallel()
	s := open(t, "mixed", compare.Sandbox)
	ticks(s, 40)
	past := s.Past(40)
	s.Restart()
	ticks(s, 10)
	s.Undo()
	if !reflect.DeepEqual(s.Past(40), past) {
		t.Error("the tape is another one")
	}
	ticks(s, 20)
	end := slices.Clone(s.State())
	s.Restart()
	ticks(s, 60)
	for i, pose := range s.State() {
		if off := pose.Position().Sub(end[i].Position()).Len(); !(off <= 0.05) { // an engine put back knows no impulses
			t.Errorf("body %d is %v m off where nothing was undone", i, off)
		}
	}
}

func TestNothingToUndoIsSaid(t *testing.T) {
	t.Parallel()
	s := open(t, "mixed", compare.Sandbox)
	before := look(s)
	if s.Undo(); s.Notice() != "there is nothing to undo" || !reflect.DeepEqual(look(s), before) {
		t.Errorf("%q", s.Notice())
	}
	if s.Redo(); s.Notice() != "there is nothing to redo" || !reflect.DeepEqual(look(s), before) {
		t.Errorf("%q", s.Notice())
	}
	s.Spawn(0, sim.Vec{})
	s.Undo()
	s.Spawn(1, sim.Vec{})
	if s.Redo(); s.Notice() != "there is nothing to redo" {
		t.Errorf("what was undone comes back after another change: %q", s.Notice())
	}
}

// TestADraggedSliderIsOneChange, and one that is taken hold of again is another.
func TestADraggedSliderIsOneChange(t *testing.T) {
	t.Parallel()
	s := open(t, "mixed", compare.Sandbox)
	drag := func(from, to float64) {
		for g := from; g <= to; g++ {
			if err := s.Set(scenario.Values{"gravity": g}); err != nil {
				t.Fatal(err)
			}
			ticks(s, 29) // less than half a second
		}
	}
	drag(4, 8)
	ticks(s, 2) // half a second after the last
	drag(9, 12)
	gravity := func() float64 { _, values := s.Scenario(); return values["gravity"] }
	for _, want := range []float64{12, 8, 3} {
		if got := gravity(); got != want || s.Scene().Gravity.Y != -want {
			t.Errorf("gravity %v m/s², and %v in the scene, want %v", got, s.Scene().Gravity.Y, want)
		}
		s.Undo()
	}
}

// TestSlidersKeepWhatAHandBuilt where new values only change the laws, and say so where
// they cannot.
func TestSlidersKeepWhatAHandBuilt(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]float64{"gravity": 9, "elasticity": 0.1, "friction": 0.9} {
		s := open(t, "mixed", compare.Sandbox)
		ticks(s, 30)
		s.Delete(1)
		s.Spawn(1, sim.Vec{X: 0.5, Y: 0.7})
		ticks(s, 10)
		state, bodies := slices.Clone(s.State()), len(s.Scene().Bodies)
		if err := s.Set(scenario.Values{name: value}); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(s.State(), state) || len(s.Scene().Bodies) != bodies || !strings.Contains(s.Label(), "perturbed") {
			t.Errorf("%s: what was built is gone: %s", name, s.Notice())
		}
		got := map[string]float64{"gravity": -s.Scene().Gravity.Y}
		for i := range s.Scene().Bodies { // the added one was made to suit the others
			shape := &s.Scene().Bodies[i].Shapes[0]
			got["friction"], got["elasticity"] = shape.Friction, shape.Elasticity
			if got[name] != value {
				t.Errorf("body %d has %s %v, want %v", i, name, got[name], value)
			}
		}
	}
	s := open(t, "mixed", compare.Sandbox)
	s.Spawn(1, sim.Vec{X: 0.5, Y: 0.7})
	if err := s.Set(scenario.Values{"bodies": 8}); err != nil {
		t.Fatal(err)
	}
	if len(s.Scene().Bodies) != 8 || !strings.Contains(s.Notice(), "Ctrl-Z brings back") {
		t.Errorf("%d bodies, and it says %q", len(s.Scene().Bodies), s.Notice())
	}
	if s.Undo(); len(s.Scene().Bodies) != 7 {
		t.Errorf("%d bodies after undoing", len(s.Scene().Bodies))
	}
}

// TestLossIsNeverSilent: whatever throws away what a hand has built says how it comes
// back, and says nothing where nothing was built.
func TestLossIsNeverSilent(t *testing.T) {
	t.Parallel()
	for what, lose := range map[string]func(s *Session) error{
		"R":      func(s *Session) error { s.Restart(); return nil },
		"N":      func(s *Session) error { s.Next(); return nil },
		"scene":  func(s *Session) error { return openNamed(s, "pile", 2) },
		"file":   func(s *Session) error { return s.OpenScene(boxed()) },
		"replay": func(s *Session) error { return s.OpenShow(episode(9)) },
		"size":   func(s *Session) error { return s.Set(scenario.Values{"size": 1.2}) },
	} {
		for _, built := range []bool{false, true} {
			s := open(t, "mixed", compare.Sandbox)
			if ticks(s, 5); built {
				s.Spawn(0, sim.Vec{X: 0.3})
			}
			if err := lose(s); err != nil {
				t.Fatal(err)
			}
			if said := strings.Contains(s.Notice(), "Ctrl-Z"); said != built {
				t.Errorf("%s, built %v: says %q", what, built, s.Notice())
			}
		}
	}
}

// TestARecordingIsNeverWrittenInto replays more frames than a tape remembers, winds, drags,
// edits and goes on for longer than that: what was opened stays as it was.
func TestARecordingIsNeverWrittenInto(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	const frames = 5200
	fresh := func() replay.Show {
		show := episode(frames)
		show.True.Actions = make([]sim.Action, frames-1, 2*frames) // with room to append into
		show.True.States = append(make([]sim.State, 0, 2*frames), show.True.States...)
		return show
	}
	want := fresh().True
	for what, do := range map[string]func(s *Session){
		"wind": func(s *Session) { s.Seek(100); s.Step(50); s.Step(-20); ticks(s, 40) },
		"drag": func(s *Session) {
			s.Seek(frames - 5)
			s.Grab(0, s.State()[0].Position())
			s.Pull(sim.Vec{Y: 1})
		},
		"drag early": func(s *Session) {
			s.Seek(4600)
			s.Grab(0, s.State()[0].Position())
		},
		"edit": func(s *Session) { s.Seek(4700); s.Spawn(0, sim.Vec{Y: 3}); s.Delete(0) },
		"undo": func(s *Session) { s.Spawn(0, sim.Vec{Y: 3}); s.Undo(); s.Seek(4900); s.Grab(0, sim.Vec{}) },
		"mode": func(s *Session) { s.Seek(10); s.SetMode(compare.Duel) },
	} {
		show := fresh()
		s := open(t, "billiards", compare.Sandbox)
		if err := s.OpenShow(show); err != nil {
			t.Fatal(err)
		}
		if s.Seek(frames); s.Frame() != frames-1 {
			t.Fatalf("the last frame is %d", s.Frame())
		}
		do(s)
		s.Faster(len(tape.Speeds))
		ticks(s, 700) // 5600 frames at eight times the pace
		if !reflect.DeepEqual(show.True.States, want.States) || !reflect.DeepEqual(show.True.Actions, want.Actions) {
			t.Errorf("%s: what was opened has changed", what)
		}
		if beyond := show.True.States[:frames+1][frames]; beyond != nil {
			t.Errorf("%s: something was written behind what was opened", what)
		}
	}
}

// TestOriginsFollowEdits: which body of the sample each one is stays known.
func TestOriginsFollowEdits(t *testing.T) {
	t.Parallel()
	s := open(t, "mixed", compare.Sandbox)
	s.Spawn(0, sim.Vec{})
	s.Delete(2)
	s.Spawn(0, sim.Vec{})
	s.Delete(5) // the first that was added
	if want := []int{0, 1, 3, 4, 5, build.Added}; !slices.Equal(s.bodies, want) {
		t.Errorf("bodies come from %v, want %v", s.bodies, want)
	}
	s.Undo()
	s.Undo()
	if want := []int{0, 1, 3, 4, 5, build.Added}; !slices.Equal(s.bodies, want) {
		t.Errorf("after undoing bodies come from %v, want %v", s.bodies, want)
	}
}
