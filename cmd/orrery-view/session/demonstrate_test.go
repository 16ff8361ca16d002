package session

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/session/tape"
	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
	"orrery/sim/task"
)

// box is a Keeper that keeps everything, and says what was asked of it.
type box struct {
	kept    []*Demonstration
	asked   []string
	refuses error
}

func (b *box) Open(of Origin, scene *sim.Scene, frames int) (int, error) {
	return len(b.kept), b.refuses
}

func (b *box) Add(d *Demonstration) error {
	b.kept, b.asked = append(b.kept, d), append(b.asked, "add")
	return nil
}

func (b *box) Discard() error {
	b.kept, b.asked = b.kept[:len(b.kept)-1], append(b.asked, "discard")
	return nil
}

func (b *box) Settle() error {
	b.asked = append(b.asked, "settle")
	return nil
}

// demonstrating returns a session that is ready for a demonstration, and what keeps it.
func demonstrating(t *testing.T, name string) (*Session, *box) {
	t.Helper()
	s, kept := open(t, name, compare.Sandbox), &box{}
	s.Keep(kept)
	s.Demonstrate()
	if s.Demonstration().Phase != Ready || !s.Paused() || s.Frame() != 0 {
		t.Fatalf("not ready: %+v, %q", s.Demonstration(), s.Notice())
	}
	return s, kept
}

// TestDemonstrationIsWhatTheActuatorsDid: the same actions lead to the same states in the engine,
// bit for bit, whatever was driven by keys and by the mouse; and to the outcomes that the task
// has for them.
func TestDemonstrationIsWhatTheActuatorsDid(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"push", "reach", "pusht"} {
		s, kept := demonstrating(t, name)
		for range 30 {
			s.Tick()
		}
		if s.Frame() != 0 {
			t.Fatal("time goes on before anyone drives")
		}
		s.Drive(sim.Vec{X: 1, Y: 0.5}, sim.Vec{X: 1, Y: 0.5})
		for range 60 {
			s.Tick()
		}
		s.Drive(sim.Vec{}, sim.Vec{})
		robot := s.Scene().Actuators[0].Body
		if !s.Grab(robot, s.State()[robot].Position()) {
			t.Fatal("what is driven cannot be held")
		}
		s.Pull(sim.Vec{X: -0.3, Y: 0.2})
		for range 40 {
			s.Tick()
		}
		s.Pause(true) // to look back does not change what was driven
		s.Seek(3)
		s.Pause(false)
		for range 20 {
			s.Tick()
		}
		if s.Demonstration().Phase == Driving {
			s.Demonstrate()
		}
		if len(kept.kept) != 1 || s.Demonstration().Phase != Ended || !s.Paused() {
			t.Fatalf("%s: %d kept, %+v, %q", name, len(kept.kept), s.Demonstration(), s.Notice())
		}
		d := kept.kept[0]
		if err := d.Trajectory.Check(); err != nil {
			t.Fatal(err)
		}
		e := engine.New()
		if err := e.Load(d.Trajectory.Scene); err != nil {
			t.Fatal(err)
		}
		judge, err := mustScenario(t, name).Task.Judge(d.Trajectory.Scene)
		if err != nil {
			t.Fatal(err)
		}
		referee := judge.Referee()
		referee.Frame(d.Trajectory.States[0], d.Trajectory.Scene.Rest())
		for k, action := range d.Trajectory.Actions {
			if err := e.Frame(action); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(e.State(nil), d.Trajectory.States[k+1]) {
				t.Fatalf("%s: frame %d differs when it is done again", name, k+1)
			}
			want := referee.Frame(d.Trajectory.States[k+1], action)
			if want.Truncated = k+1 == len(d.Outcomes) && !want.Terminated; d.Outcomes[k] != want {
				t.Fatalf("%s: outcome %+v of frame %d, want %+v", name, d.Outcomes[k], k+1, want)
			}
		}
		if first := d.Trajectory.Actions[0]; !slices.ContainsFunc(first, func(v float64) bool { return v != 0 }) {
			t.Errorf("%s: the first frame is not driven: %v", name, first)
		}
	}
}

func mustScenario(t *testing.T, name string) *scenario.Scenario {
	t.Helper()
	s, err := library.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestDemonstrationsFollowOneAnother: each is of the next episode, one that is discarded is done
// again from the same start, and one that is left without an end is gone.
func TestDemonstrationsFollowOneAnother(t *testing.T) {
	t.Parallel()
	s, kept := demonstrating(t, "push")
	drive := func() {
		t.Helper()
		s.Demonstrate()
		s.Drive(sim.Vec{X: 1}, sim.Vec{X: 1})
		for range 12 {
			s.Tick()
		}
		s.Drive(sim.Vec{}, sim.Vec{})
	}
	start := s.State()
	drive()
	s.DiscardDemonstration()
	if s.Demonstration().Phase != Ready || !slices.Equal(s.State(), start) || len(kept.kept) != 0 {
		t.Errorf("discarded while driven: %+v", s.Demonstration())
	}
	drive()
	s.Demonstrate()
	if s.Grab(0, s.State()[0].Position()) {
		t.Error("what has ended is driven")
	}
	s.Pause(false)
	if ticks(s, 10); !s.Paused() || len(kept.kept[0].Outcomes) != len(kept.kept[0].Trajectory.Actions) {
		t.Error("time goes on after the end")
	}
	s.DiscardDemonstration()
	if !slices.Equal(kept.asked, []string{"add", "discard"}) || !slices.Equal(s.State(), start) {
		t.Errorf("asked %v", kept.asked)
	}
	drive()
	s.Demonstrate()
	s.Demonstrate()
	if s.Origin.Episode() != 1 || s.Demonstration().Number != 1 || s.Demonstration().Phase != Ready || slices.Equal(s.State(), start) {
		t.Errorf("the next is %+v of episode %d", s.Demonstration(), s.Origin.Episode())
	}
	drive()
	s.Restart()
	if s.Demonstration().Phase != 0 || len(kept.kept) != 1 || !strings.Contains(s.Notice(), "not ended") {
		t.Errorf("left: %+v, %q", s.Demonstration(), s.Notice())
	}
	if err := s.OpenScenario(mustScenario(t, "push"), 7); err != nil {
		t.Fatal(err)
	}
	s.Demonstrate()
	if s.Origin.Episode() != 1 {
		t.Errorf("episode %d is driven twice", s.Origin.Episode())
	}
	drive()
	s.Demonstrate()
	s.SetMode(compare.Duel)
	if s.Demonstration().Phase != 0 || kept.asked[len(kept.asked)-1] != "settle" || len(kept.kept) != 2 {
		t.Errorf("what was ended is not kept: %v", kept.asked)
	}
	s.Demonstrate()
	if s.Mode() != compare.Sandbox || s.Demonstration().Phase != Ready {
		t.Error("a duel keeps it from being demonstrated")
	}
	s.DiscardDemonstration()
	if s.Demonstration().Phase != 0 || s.Paused() || s.policy == nil {
		t.Error("leaving does not bring back the sandbox")
	}
}

// TestDemonstrationEndsWithItsTask by success and by the time, and says so meanwhile.
func TestDemonstrationEndsWithItsTask(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		held, succeedsAt, failsAt, limit int // failsAt is a frame after succeedsAt, or 0
		want                             task.Outcome
		frames                           int
	}{
		{1, 5, 0, 40, task.Outcome{Success: true, Terminated: true}, 5},
		{4, 5, 0, 40, task.Outcome{Success: true, Terminated: true}, 8},
		{4, 5, 7, 40, task.Outcome{Success: true, Terminated: true}, 11}, // and counts anew
		{1, 99, 0, 6, task.Outcome{Truncated: true}, 6},
	} {
		of := *mustScenario(t, "push")
		judged := *of.Task
		judged.TimeLimit, judged.Held = c.limit, c.held
		judged.Bind = func(scene *sim.Scene) (*task.Judge, error) {
			frame := 0
			var last sim.State
			return &task.Judge{
				Observe: func(sim.State) []float64 { return nil },
				Reward:  func(sim.State, sim.Action) float64 { return 1 }, Cost: func(sim.State, sim.Action) float64 { return 0 },
				Success: func(state sim.State) bool {
					if !slices.Equal(state, last) { // which is asked twice
						frame, last = frame+1, slices.Clone(state)
					}
					return frame > c.succeedsAt && frame != c.failsAt+1
				},
			}, nil
		}
		of.Task = &judged
		s, kept := open(t, "push", compare.Sandbox), &box{}
		if err := s.OpenScenario(&of, 3); err != nil {
			t.Fatal(err)
		}
		s.Keep(kept)
		s.Demonstrate()
		s.Drive(sim.Vec{X: 1}, sim.Vec{X: 1})
		longest := 0.0
		for range 200 {
			s.Tick()
			longest = max(longest, s.Demonstration().Held)
		}
		if len(kept.kept) != 1 {
			t.Fatalf("%+v: %d kept, %+v", c, len(kept.kept), s.Demonstration())
		}
		got := kept.kept[0].Outcomes
		last := got[len(got)-1]
		if last.Reward = 0; last != c.want || len(got) != c.frames || s.Demonstration().Success != c.want.Success {
			t.Errorf("%+v: ends with %+v after %d frames", c, last, len(got))
		}
		if dt := s.Scene().FrameTime(); c.want.Success && !(longest > (float64(c.held)-0.5)*dt && longest < (float64(c.held)+0.5)*dt) {
			t.Errorf("%+v: said that success lasts %v s", c, longest)
		}
	}
}

// TestReadyServosAreGuessedToStay: at rest they would go to the origin.
func TestReadyServosAreGuessedToStay(t *testing.T) {
	t.Parallel()
	s, _ := demonstrating(t, "pusht")
	robot := s.State()[0].Position()
	if got := s.latest(); len(got) != 2 || got[0] != robot.X || got[1] != robot.Y {
		t.Errorf("asked for %v at %v", got, robot)
	}
}

func TestWhatCannotBeDemonstratedSaysWhy(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"billiards": "has nothing to drive", "push": "no room"} {
		s := open(t, name, compare.Sandbox)
		s.Keep(&box{refuses: errors.New("no room")})
		s.Demonstrate()
		if s.Demonstration().Phase != 0 || !strings.Contains(s.Notice(), want) || s.CanDemonstrate() != (name == "push") {
			t.Errorf("%s: %q", name, s.Notice())
		}
		s.DiscardDemonstration()
	}
	s := open(t, "push", compare.Sandbox)
	if s.Demonstrate(); !strings.Contains(s.Notice(), "cannot be kept") || s.CanDemonstrate() {
		t.Errorf("without a keeper: %q", s.Notice())
	}
	s.Keep(&box{})
	if err := s.OpenScene(s.Scene()); err != nil {
		t.Fatal(err)
	}
	if s.Demonstrate(); !strings.Contains(s.Notice(), "needs a scenario") {
		t.Errorf("a scene: %q", s.Notice())
	}
	if frames := (Origin{scenario: mustScenario(t, "billiards")}).demonstrationFrames(); frames != tape.MaxFrames {
		t.Errorf("without a task at most %d frames", frames)
	}
}

// TestOnlyActuatorsMoveInDemonstrations: a hand that pulls a body by itself would leave no
// action to learn from.
func TestOnlyActuatorsMoveInDemonstrations(t *testing.T) {
	t.Parallel()
	s, _ := demonstrating(t, "push")
	for i := range s.Scene().Bodies {
		driven := slices.ContainsFunc(s.Scene().Actuators, func(a sim.Actuator) bool { return a.Body == i })
		if got := s.Grab(i, s.State()[i].Position()); got != driven {
			t.Errorf("body %d: held %v, driven %v", i, got, driven)
		}
		s.Release()
	}
}
