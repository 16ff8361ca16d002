package session

import (
	"errors"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/session/jobs"
	"orrery/cmd/orrery-view/session/pilot"
	"orrery/cmd/orrery-view/session/tape"
	"orrery/cmd/orrery/planning"
	"orrery/sim"
	"orrery/sim/render"
	"orrery/sim/scenario"
	"orrery/sim/task"
	"orrery/world"
	"orrery/world/choose"
	"orrery/world/flight"
)

// clockwork is a planner that goes round in a circle, whatever the goal, and notes
// what it was asked.
type clockwork struct {
	scene  *sim.Scene
	model  world.Model
	asked  []sim.State
	fresh  []bool
	goals  []sim.Vec
	pauses int
	fails  error
}

const clockworkFrames = 5

func (c *clockwork) Frames() int { return clockworkFrames }

func (c *clockwork) Think(goals *sim.Scene, state sim.State, fresh bool, pause func() error) ([]sim.Action, render.Intent, error) {
	if c.fails != nil {
		return nil, render.Intent{}, c.fails
	}
	for range c.pauses {
		if err := pause(); err != nil {
			return nil, render.Intent{}, err
		}
	}
	c.asked, c.fresh = append(c.asked, slices.Clone(state)), append(c.fresh, fresh)
	c.goals = append(c.goals, goals.Goals[0].Target)
	actions := make([]sim.Action, clockworkFrames)
	for k := range actions {
		turn := sim.Vec{X: 0.5}.Rotate(0.2 * float64(k+clockworkFrames*len(c.asked)))
		actions[k] = sim.Action{turn.X, turn.Y}
	}
	return actions, render.Intent{Expected: slices.Repeat([]sim.State{state}, 20)}, nil
}

// pilotedBy returns a session in which planners drive push, by what the engine
// predicts. They are appended to those that it returns.
func pilotedBy(t *testing.T, threads jobs.Threading, make func() *clockwork) (*Session, *[]*clockwork) {
	t.Helper()
	made := new([]*clockwork)
	s := New(threads, func(_ *scenario.Scenario, scene *sim.Scene, model world.Model, _ uint64) (pilot.Planner, error) {
		c := make()
		c.scene, c.model = scene, model
		*made = append(*made, c)
		return c, nil
	})
	s.patience = time.Hour
	s.SetModels([]choose.Candidate{
		{Name: "engine", Model: planning.Engine{}},
		{Name: "ballistic", Model: flight.Ballistic()},
		{Name: "blind", Model: flight.Ballistic(), Blind: true},
	})
	s.SetModel(0)
	if err := openNamed(s, "push", 3); err != nil {
		t.Fatal(err)
	}
	s.Plan(true)
	return s, made
}

// TestPlansFollowEachOtherWithoutWaiting: each is thought of while the one before is
// carried out, from where that will lead.
func TestPlansFollowEachOtherWithoutWaiting(t *testing.T) {
	t.Parallel()
	s, made := pilotedBy(t, jobs.InTick, func() *clockwork { return &clockwork{pauses: 3} })
	ticks(s, 3) // to think for the first time
	before := s.Frame()
	ticks(s, 300)
	if got, want := s.Frame()-before, 300*s.Scene().FPS/tape.TicksPerSecond; got < want-1 {
		t.Errorf("%d frames in the time of %d", got, want)
	}
	c := (*made)[0]
	if len(*made) != 1 || slices.Contains(c.fresh[1:], true) || !c.fresh[0] {
		t.Fatalf("%d planners, fresh thoughts %v", len(*made), c.fresh)
	}
	for k, action := range s.tape.Actions(0) {
		turn := sim.Vec{X: 0.5}.Rotate(0.2 * float64(k+clockworkFrames))
		if !slices.Equal(action, sim.Action{turn.X, turn.Y}) {
			t.Fatalf("frame %d: action %v, want %v", k, action, turn)
		}
	}
	for k, state := range c.asked[:len(c.asked)-1] { // the last is yet to come
		if !slices.Equal(state, s.tape.At(k*clockworkFrames)) {
			t.Fatalf("plan %d begins elsewhere than its frame", k)
		}
	}
}

// TestThePilotsModelIsJudged: what it says of the frames that are carried out while it
// thinks, of a body that slides, the engine gets right.
func TestThePilotsModelIsJudged(t *testing.T) {
	t.Parallel()
	s, _ := pilotedBy(t, jobs.InTick, func() *clockwork { return &clockwork{} })
	s.check(s.Set(scenario.Values{"grip": 0.1}))
	s.Grab(2, s.State()[2].Position())
	s.Pull(sim.Vec{})
	ticks(s, 30)
	s.Release()
	from := s.State()[2].Position()
	ticks(s, 150)
	if way := s.State()[2].Position().Sub(from).Len(); !(way >= 0.1) {
		t.Fatalf("the body slid %v m, which shows nothing", way)
	}
	r := s.Reading() // the first may begin in a collision, of which states do not tell all
	if len(errorsOf(s)) < 5 || !(slices.Max(errorsOf(s)[1:]) <= 0) || r.Error != 0 || r.Lead != clockworkFrames*s.Scene().FrameTime() {
		t.Errorf("judged %v, reading %+v", errorsOf(s), r)
	}
}

// TestAPlanGoneAstrayIsThoughtAnew drags the body away that the robot is to push.
func TestAPlanGoneAstrayIsThoughtAnew(t *testing.T) {
	t.Parallel()
	s, made := pilotedBy(t, jobs.InTick, func() *clockwork { return &clockwork{} })
	ticks(s, 60)
	s.Grab(1, s.State()[1].Position())
	s.Pull(sim.Vec{})
	ticks(s, 60)
	s.Release()
	if fresh := (*made)[0].fresh; !slices.Contains(fresh[1:], true) {
		t.Errorf("thoughts were fresh: %v", fresh)
	}
	thoughts := len((*made)[0].fresh)
	s.Drive(sim.Vec{X: 1}, sim.Vec{X: 1})
	ticks(s, 30)
	if action := s.tape.Action(s.tape.End() - 1); action[0] != 1 {
		t.Errorf("the arrow keys ask for 1 m/s, the robot gets %v", action)
	}
	s.Drive(sim.Vec{}, sim.Vec{})
	ticks(s, 60)
	if c := (*made)[0]; len(c.fresh) < thoughts+2 || !s.Planning() {
		t.Error("the planner does not take over again")
	}
}

func TestGoalsAreMoved(t *testing.T) {
	t.Parallel()
	s, made := pilotedBy(t, jobs.InTick, func() *clockwork { return &clockwork{pauses: 2} })
	ticks(s, 30)
	frame, to := s.Frame(), sim.Vec{X: -0.4, Y: 0.3}
	if !s.SetGoal(to) || s.Scene().Goals[0].Target != to {
		t.Fatalf("the goal is at %v", s.Scene().Goals[0].Target)
	}
	ticks(s, 30)
	c := (*made)[0]
	if last := len(c.goals) - 1; len(*made) != 1 || c.goals[last] != to || c.goals[0] == to {
		t.Errorf("thought of goals at %v", c.goals)
	}
	if s.Frame() <= frame || s.Notice() != "" {
		t.Errorf("stopped at frame %d, %s", frame, s.Notice())
	}
	if err := openNamed(s, "cartpole", 1); err != nil {
		t.Fatal(err)
	}
	if s.Plan(true); s.SetGoal(to) || s.Notice() == "" {
		t.Error("upright was moved")
	}
}

// TestModelsAreSwitchedWhilePlanning goes from one to another and to one that cannot.
func TestModelsAreSwitchedWhilePlanning(t *testing.T) {
	t.Parallel()
	s, made := pilotedBy(t, jobs.InTick, func() *clockwork { return &clockwork{} })
	ticks(s, 30)
	s.SetModel(1)
	ticks(s, 30)
	if n := len(*made); n != 2 || (*made)[1].model.Kind() != "ballistic" || len((*made)[1].fresh) == 0 || !s.Planning() {
		t.Fatalf("%d planners, %s", n, s.Notice())
	}
	s.SetModel(2)
	if s.Planning() || !strings.Contains(s.Notice(), "knows no contacts") {
		t.Errorf("plans with free flight: %q", s.Notice())
	}
	frame := s.Frame()
	if ticks(s, 30); s.Frame() == frame {
		t.Error("stands still without a planner")
	}
}

func TestWhereNobodyCanPlanIsSaid(t *testing.T) {
	t.Parallel()
	s, _ := pilotedBy(t, jobs.InTick, func() *clockwork { return &clockwork{} })
	for _, c := range []struct {
		what string
		do   func() error
		want string
	}{
		{"no task", func() error { return openNamed(s, "mixed", 1) }, "no task"},
		{"deleted goal", func() error { err := openNamed(s, "push", 1); s.Delete(1); return err }, "was deleted"},
		{"broken planner", func() error {
			s.newPlanner = func(*scenario.Scenario, *sim.Scene, world.Model, uint64) (pilot.Planner, error) {
				return nil, errors.New("no head")
			}
			return openNamed(s, "push", 1)
		}, "no head"},
	} {
		err := c.do()
		s.Plan(true)
		if err != nil || s.Planning() || !strings.Contains(s.Notice(), c.want) {
			t.Errorf("%s: %v, planning %v, %q", c.what, err, s.Planning(), s.Notice())
		}
	}
	for _, fails := range []pilot.Planner{&clockwork{fails: errors.New("no idea")}, panicking{}} {
		s := New(jobs.InTick, func(*scenario.Scenario, *sim.Scene, world.Model, uint64) (pilot.Planner, error) { return fails, nil })
		s.SetModels([]choose.Candidate{{Name: "ballistic", Model: flight.Ballistic()}})
		if err := openNamed(s, "push", 3); err != nil {
			t.Fatal(err)
		}
		s.Plan(true)
		ticks(s, 10)
		if s.Planning() || !strings.Contains(s.Notice(), "no plan: ") {
			t.Errorf("%T: planning %v, %q", fails, s.Planning(), s.Notice())
		}
	}
	s.SetMode(compare.Duel)
	if s.Plan(true); s.Mode() != compare.Sandbox {
		t.Error("plans in a duel")
	}
}

type panicking struct{}

func (panicking) Frames() int { return 1 }

func (panicking) Think(*sim.Scene, sim.State, bool, func() error) ([]sim.Action, render.Intent, error) {
	panic("out of its mind")
}

// TestThreadsPlanToo waits for a goroutine, and changes its mind while that thinks.
func TestThreadsPlanToo(t *testing.T) {
	t.Parallel()
	s, _ := pilotedBy(t, jobs.Threads, func() *clockwork { return &clockwork{pauses: 1000} })
	for s.Frame() < 12 {
		s.Tick()
		if !s.Planning() {
			t.Fatalf("gives up at frame %d: %s", s.Frame(), s.Notice())
		}
		s.SetGoal(sim.Vec{X: 0.01 * float64(s.Frame()%7)})
		runtime.Gosched()
	}
}

// TestArrivalsLastAsLongAsTheTaskWants, wherever the tape is wound to.
func TestArrivalsLastAsLongAsTheTaskWants(t *testing.T) {
	const held = 4
	s, _ := pilotedBy(t, jobs.InTick, func() *clockwork { return &clockwork{} })
	usual, _ := s.Scenario()
	changed, of := *usual, *usual.Task
	right := func(state sim.State) bool { return state[0].VX > 0 }
	of.Held = held
	of.Bind = func(scene *sim.Scene) (*task.Judge, error) {
		judge, err := usual.Task.Bind(scene)
		judge.Success = right
		return judge, err
	}
	changed.Task = &of
	s.Origin.scenario = &changed
	for range 200 {
		s.Tick()
	}
	first, last := s.Span()
	arrived := 0
	for frame := first; frame <= last; frame++ {
		s.Seek(frame)
		want := frame-first >= held-1
		for k := max(first, frame-held+1); k <= frame; k++ {
			want = want && right(s.tape.At(k))
		}
		if got := s.Arrived(); got != want {
			t.Errorf("frame %d of %d: arrived %v, want %v", frame, last, got, want)
		}
		if want {
			arrived++
		}
	}
	if arrived == 0 || arrived == last-first+1 {
		t.Errorf("%d arrivals in %d frames say little", arrived, last-first+1)
	}
}
