package session

import (
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/cmd/orrery-view/session/build"
	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/session/forecast"
	"orrery/cmd/orrery-view/session/jobs"
	"orrery/cmd/orrery-view/session/replay"
	"orrery/cmd/orrery-view/session/tape"
	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/scenario/library"
	"orrery/world"
	"orrery/world/choose"
	"orrery/world/flight"
	"orrery/world/region"
)

// openNamed opens a scenario of the library.
func openNamed(s *Session, name string, seed uint64) error {
	found, err := library.Find(name)
	if err != nil {
		return err
	}
	return s.OpenScenario(found, seed)
}

// open returns a session that computes forecasts in its ticks, so that tests do not
// wait for goroutines.
func open(t *testing.T, name string, mode compare.Mode) *Session {
	t.Helper()
	s := New(jobs.InTick, nil)
	s.patience = time.Hour
	s.SetModels([]choose.Candidate{{Name: "ballistic", Model: flight.Ballistic()}})
	if err := openNamed(s, name, 7); err != nil {
		t.Fatal(err)
	}
	s.SetMode(mode)
	return s
}

func ticks(s *Session, n int) {
	for range n {
		s.Tick()
	}
}

func TestSandboxShowsWhatTheEngineDoes(t *testing.T) {
	t.Parallel()
	s := open(t, "mixed", compare.Sandbox)
	ticks(s, 90)
	if s.Frame() != 90 {
		t.Fatalf("frame %d after 90 ticks", s.Frame())
	}
	e := engine.New()
	if err := e.Load(s.Scene()); err != nil {
		t.Fatal(err)
	}
	truth, err := e.Run(nil, 91, nil)
	if err != nil {
		t.Fatal(err)
	}
	for frame, state := range truth.States {
		if s.Seek(frame); !slices.Equal(state, s.State()) {
			t.Fatalf("frame %d differs", frame)
		}
	}
}

// TestAReplayBeginsWhereItIsWanted: model and ladder start from the frame shown, with the actions that followed it, and another replay from
// its own start.
func TestAReplayBeginsWhereItIsWanted(t *testing.T) {
	t.Parallel()
	s := open(t, "push", compare.Sandbox)
	motion, err := engine.Simulate(t.Context(), s.Scene(), nil, 121, s.Policy(s.Scene()))
	if err != nil {
		t.Fatal(err)
	}
	show := replay.Show{Episodes: 1, True: motion}
	if err := s.OpenShow(show); err != nil {
		t.Fatal(err)
	}
	s.Pause(true)
	for _, c := range [][2]int{{50, 50}, {119, 119}, {120, 119}, {0, 0}, {70, 70}} {
		s.Seek(c[0])
		s.BeginHere()
		for range 300 {
			s.Tick()
		}
		errors, first, _ := s.Errors()
		if f := s.Forecast(); f.From != c[1] || first != c[1] || len(errors) != 121-c[1] || errors[0] != 0 {
			t.Errorf("from frame %d it begins at %d, with %d errors from %d on", c[0], f.From, len(errors), first)
		}
		ladder := s.Ladder()
		if ladder == nil {
			t.Fatal("there is no ladder")
		}
		for k, state := range ladder.Truth {
			if off, _ := s.Scene().Distance(state, motion.States[c[1]+k]); !(off < 2e-3) {
				t.Fatalf("from frame %d the engine is %v m off after %d frames", c[0], off, k)
			}
		}
	}
	if err := s.OpenShow(show); err != nil {
		t.Fatal(err)
	}
	if s.Tick(); s.Forecast() == nil || s.Forecast().From != 0 {
		t.Error("another replay does not begin at its start")
	}
}

// TestADuelBeginsAnewWithWhatWasBuilt, which no undoing would bring back, and with the next episode where nothing was.
func TestADuelBeginsAnewWithWhatWasBuilt(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"billiards", "push"} {
		s := open(t, name, compare.Sandbox)
		ticks(s, 10)
		s.Spawn(0, sim.Vec{})
		bodies := len(s.Scene().Bodies)
		s.SetMode(compare.Duel)
		s.SetHorizon(1)
		ticks(s, 300)
		if len(s.Scene().Bodies) != bodies || !s.Perturbed() || s.Origin.Episode() != 0 || s.Frame() > 60 {
			t.Errorf("%s: frame %d of episode %d has %d bodies, not %d", name, s.Frame(), s.Origin.Episode(), len(s.Scene().Bodies), bodies)
		}
		s.Undo()
		s.SetMode(compare.Duel)
		ticks(s, 300)
		if s.Origin.Episode() == 0 {
			t.Errorf("%s: the duel does not go on to another episode", name)
		}
	}
}

func TestForecastIsTheRolloutOfTheModel(t *testing.T) {
	t.Parallel()
	s := open(t, "mixed", compare.Sandbox)
	ticks(s, 30)
	f := s.Forecast()
	if f == nil || s.Frame()-f.From > 2*s.judge.Renewal() {
		t.Fatalf("at frame %d the forecast is %+v", s.Frame(), f)
	}
	s.Seek(f.From)
	want, err := world.Rollout(flight.Ballistic(), []*sim.Scene{s.Scene()}, []sim.State{s.State()}, nil, len(f.States), 1)
	if err != nil {
		t.Fatal(err)
	}
	for k, state := range want[0].States {
		if got, ok := f.At(f.From + k); !ok || !slices.Equal(state, got) {
			t.Fatalf("state %d differs", k)
		}
	}
	if _, ok := f.At(f.From - 1); ok {
		t.Error("there is a state before the first")
	}
	if n := len(f.Between(f.From, f.From+1e6)); n != len(f.States) {
		t.Errorf("%d states between first and last, not %d", n, len(f.States))
	}
}

func TestPausedTimeStandsStillAndStepsGoBothWays(t *testing.T) {
	t.Parallel()
	s := open(t, "mixed", compare.Sandbox)
	ticks(s, 20)
	s.Pause(true)
	ticks(s, 20)
	if s.Frame() != 20 {
		t.Fatalf("went on to frame %d", s.Frame())
	}
	then := s.State()
	s.Step(-10)
	s.Step(10)
	if s.Frame() != 20 || !slices.Equal(then, s.State()) {
		t.Error("ten back and ten forth are not where they began")
	}
	s.Step(-1000)
	if s.Frame() != 0 {
		t.Errorf("far back is frame %d", s.Frame())
	}
}

func TestSpeedsKeepTheirPromise(t *testing.T) {
	t.Parallel()
	for i, speed := range tape.Speeds {
		s := open(t, "billiards", compare.Sandbox)
		s.Faster(i - slices.Index(tape.Speeds, 1))
		ticks(s, 80)
		if want := int(80 * speed); s.Frame() != want {
			t.Errorf("at %v× 80 ticks show frame %d, not %d", speed, s.Frame(), want)
		}
	}
}

func TestHandPullsTheBodyAndIsNoSurpriseAfterwards(t *testing.T) {
	t.Parallel()
	s := open(t, "mixed", compare.Sandbox)
	before := s.State()[0].Position()
	to := sim.Vec{}
	if !s.Grab(0, before) {
		t.Fatal("could not grab")
	}
	s.Pull(to)
	ticks(s, 120)
	if got := s.State()[0].Position().Sub(to).Len(); !(got <= 0.12) {
		t.Errorf("%.3f m from the hand after two seconds, was %.3f m", got, before.Len())
	}
	if !strings.Contains(s.Label(), "perturbed") {
		t.Errorf("label %q", s.Label())
	}
	if len(errorsOf(s)) != 0 {
		t.Error("forecasts that a hand has foiled were judged")
	}
	s.Release()
	ticks(s, 150)
	if len(errorsOf(s)) == 0 {
		t.Error("nothing was judged in the time after")
	}
}

func TestThePastCanBeRewritten(t *testing.T) {
	t.Parallel()
	s := open(t, "mixed", compare.Sandbox)
	ticks(s, 60)
	s.Seek(20)
	s.Grab(0, s.State()[0].Position())
	s.Pull(sim.Vec{X: 0.5, Y: 0.5})
	ticks(s, 1)
	if first, last := s.Span(); first != 0 || last != 21 || s.Frame() != 21 {
		t.Errorf("tape from %d to %d, showing %d", first, last, s.Frame())
	}
}

func TestDuelRunsBesideTheTruthAndComparesIt(t *testing.T) {
	t.Parallel()
	s := open(t, "mixed", compare.Duel)
	ticks(s, 60)
	r := s.Reading()
	if len(errorsOf(s)) < 60 || errorsOf(s)[0] != 0 {
		t.Fatalf("%d errors, first %v", len(errorsOf(s)), errorsOf(s))
	}
	if !(r.Error > 0) || !scalar.EqualWithinAbs(r.Lead, float64(s.Frame())/60, 1e-9) {
		t.Errorf("reading %+v at frame %d", r, s.Frame())
	}
	for range 600 {
		if s.Ladder() != nil {
			break
		}
		s.Pause(true)
		s.Tick()
	}
	l := s.Ladder()
	if l == nil || len(l.Low) != s.Horizon()+1 {
		t.Fatalf("ladder %+v", l)
	}
	for k := 5; k < 30; k++ {
		if !(l.Errors[0][k] < l.Errors[1][k] && l.Errors[1][k] < l.Errors[2][k]) {
			t.Errorf("frame %d: errors %v, %v, %v must ascend", k, l.Errors[0][k], l.Errors[1][k], l.Errors[2][k])
		}
		if got := l.Equivalent(k, l.Errors[1][k]); !scalar.EqualWithinAbs(got/1e-3, 1, 1e-9) {
			t.Errorf("frame %d: a model as wrong as the 1 mm rung is equivalent to %v m", k, got)
		}
	}
}

// TestADuelWithActuatorsHasALadder as long as the scenario's policy acts: its runs repeat
// what that did.
func TestADuelWithActuatorsHasALadder(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"push", "pusht", "cartpole"} {
		s := open(t, name, compare.Duel)
		ticks(s, 30)
		s.Pause(true) // a slow ladder is not to see the end of the duel
		for k := 0; s.Ladder() == nil; k++ {
			if ticks(s, 1); k > 2000 {
				t.Fatalf("%s: no ladder", name)
			}
		}
		for frame := range min(s.tape.End(), s.begin+s.Horizon()) + 1 {
			if !slices.Equal(s.Ladder().Truth[frame], s.tape.At(frame)) {
				t.Fatalf("%s: frame %d of the ladder's truth is another", name, frame)
			}
		}
		s.Pause(false)
		s.Drive(sim.Vec{X: 1}, sim.Vec{X: 1})
		if ticks(s, 20); s.Ladder() != nil {
			t.Errorf("%s: the ladder stays when someone else acts", name)
		}
	}
}

// TestADuelOfTheEngineWithItselfHasNoError checks frames and actions against being
// one off: a model that is the engine is never wrong, whatever the actuators do.
func TestADuelOfTheEngineWithItselfHasNoError(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	for _, name := range []string{"mixed", "pusht", "pendulum"} {
		if _, err := library.Find(name); err != nil {
			continue
		}
		s := New(jobs.InTick, nil)
		s.SetModels([]choose.Candidate{{Name: "engine", Model: truthful{}}})
		if err := openNamed(s, name, 3); err != nil {
			t.Fatal(err)
		}
		s.SetMode(compare.Duel)
		ticks(s, 40)
		s.Drive(sim.Vec{X: 1}, sim.Vec{X: 1})
		ticks(s, 60)
		if want := 90*s.Scene().FPS/60 - 2; s.Frame() < want || len(errorsOf(s)) < want {
			t.Fatalf("%s: frame %d, %d errors, %s", name, s.Frame(), len(errorsOf(s)), s.Reading().Why)
		}
		for k, e := range errorsOf(s) {
			if !(e <= 1e-12) {
				t.Fatalf("%s: error %v m at frame %d", name, e, k)
			}
		}
	}
}

// truthful is a model that cheats.
type truthful struct{}

func (truthful) Kind() string    { return "engine" }
func (truthful) Parameters() int { return 0 }
func (truthful) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	e := engine.New()
	return &cheat{e}, e.Load(scenes[0])
}

type cheat struct{ *engine.Engine }

func (c *cheat) Step(state sim.State, action sim.Action) error {
	defer func() { copy(state, c.State(nil)) }()
	return c.Frame(action)
}

func TestReplayShowsTheRecordingAndHandsItOver(t *testing.T) {
	t.Parallel()
	s := open(t, "mixed", compare.Sandbox)
	ticks(s, 50)
	recorded := &sim.Trajectory{Scene: s.Scene(), States: s.Past(s.Frame())}
	if err := s.OpenShow(replay.Show{Label: "seed 7", Episodes: 1, True: recorded}); err != nil {
		t.Fatal(err)
	}
	ticks(s, 20)
	if s.Mode() != compare.Replay || s.Frame() != 20 || len(errorsOf(s)) < 51 {
		t.Fatalf("%s, frame %d, %d errors", s.Mode(), s.Frame(), len(errorsOf(s)))
	}
	s.Grab(1, s.State()[1].Position())
	ticks(s, 1)
	if first, last := s.Span(); s.Mode() != compare.Sandbox || first != 0 || last != 21 {
		t.Errorf("%s, tape from %d to %d", s.Mode(), first, last)
	}
	if len(recorded.States) != 51 {
		t.Errorf("the recording has %d states", len(recorded.States))
	}
}

func TestLoopRepeats(t *testing.T) {
	t.Parallel()
	s := open(t, "mixed", compare.Sandbox)
	ticks(s, 50)
	s.Seek(30)
	s.SetLoop(true)
	s.Seek(20)
	s.SetLoop(false)
	seen := map[int]bool{}
	for range 40 {
		s.Tick()
		seen[s.Frame()] = true
	}
	if len(seen) != 11 || !seen[20] || !seen[30] {
		t.Errorf("saw %v", seen)
	}
}

func TestSpawnedAndDeletedBodiesKeepTheOthersInPlace(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	s := open(t, "mixed", compare.Sandbox)
	ticks(s, 30)
	before := s.State()
	for kind := range build.Spawnable {
		s.Spawn(kind, sim.Vec{X: -0.3, Y: 0.2 * float64(kind)})
	}
	n := len(before)
	if got := s.State(); len(got) != n+len(build.Spawnable) || !slices.Equal(before, got[:n]) {
		t.Fatalf("%d bodies became %d", n, len(got))
	}
	s.Delete(0)
	if got := s.State(); len(got) != n+3 || got[0] != before[1] {
		t.Error("the wrong body is gone")
	}
	for range build.MaxBodies + 5 {
		s.Spawn(0, sim.Vec{})
	}
	if got := len(s.State()); got != build.MaxBodies || s.Notice() == "" {
		t.Errorf("%d bodies, notice %q", got, s.Notice())
	}
}

// TestSpawnedBodiesFindRoom: ten at one point lie beside each other, and none behind
// a wall.
func TestSpawnedBodiesFindRoom(t *testing.T) {
	t.Parallel()
	s := open(t, "mixed", compare.Sandbox)
	s.Pause(true)
	at := sim.Vec{X: 0.8, Y: 0.8}
	before := len(s.State())
	for range 10 {
		s.Spawn(0, at)
	}
	for i, p := range s.State()[before:] {
		if !(math.Abs(p.X) <= 1) || !(math.Abs(p.Y) <= 1) {
			t.Errorf("body %d is outside, at %v", i, p.Position())
		}
		for _, q := range s.State()[before : before+i] {
			if d := p.Position().Sub(q.Position()).Len(); !(d >= 0.12) {
				t.Errorf("two bodies are %v m apart", d)
			}
		}
	}
}

// TestAModelThatFailsEndsNothing: errors and panics of a model become a reason.
func TestAModelThatFailsEndsNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	for _, mode := range []compare.Mode{compare.Sandbox, compare.Duel} {
		s := open(t, "mixed", mode)
		s.AddModel(choose.Candidate{Name: "broken", Model: broken{}})
		ticks(s, 60)
		if s.Frame() == 0 || s.Reading().Why == "" {
			t.Errorf("%s: frame %d, reading %+v", mode, s.Frame(), s.Reading())
		}
	}
}

// TestUncertaintyIsPassedOn: what a model says of its uncertainty belongs to the frame
// that it has predicted, and the start is certain.
func TestUncertaintyIsPassedOn(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	s := open(t, "mixed", compare.Duel)
	s.AddModel(choose.Candidate{Name: "doubting", Model: doubting{}})
	ticks(s, 30)
	f := s.Forecast()
	for k := range 20 {
		if got := f.RegionsAt(f.From + k); len(got) != len(s.Scene().Bodies) || got[1] != region.Normal(float64(k)) {
			t.Fatalf("frame %d: %v", k, got)
		}
	}
	if f.RegionsAt(f.From-1) != nil || f.RegionsAt(f.Last()+1) != nil || (*forecast.Forecast)(nil).RegionsAt(0) != nil {
		t.Error("there are regions where there is no forecast")
	}
}

// doubting doubts every frame a metre more.
type doubting struct{ truthful }

func (doubting) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	return &doubt{n: len(scenes[0].Bodies)}, nil
}

type doubt struct{ n, steps int }

func (d *doubt) Step(sim.State, sim.Action) error { d.steps++; return nil }
func (d *doubt) Spread(dst []float64) []float64 {
	for range d.n {
		dst = append(dst, float64(d.steps))
	}
	return dst
}

type broken struct{ truthful }

func (broken) Predictor([]*sim.Scene) (world.Predictor, error) { return broken{}, nil }
func (broken) Step(sim.State, sim.Action) error                { panic("out of order") }

// TestThreadsPredictToo is the one test that waits for a goroutine.
func TestThreadsPredictToo(t *testing.T) {
	t.Parallel()
	s := New(jobs.Threads, nil)
	s.SetModels([]choose.Candidate{{Name: "ballistic", Model: flight.Ballistic()}})
	if err := openNamed(s, "mixed", 7); err != nil {
		t.Fatal(err)
	}
	for s.Forecast() == nil {
		s.Tick()
		runtime.Gosched()
	}
}

// TestEveryScenarioRunsInEveryMode is where new scenarios are met first.
func TestEveryScenarioRunsInEveryMode(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	for _, sc := range library.List() {
		for _, mode := range []compare.Mode{compare.Sandbox, compare.Duel} {
			s := open(t, sc.Name, mode)
			for k := range 24 {
				s.Drive(sim.Vec{X: math.Sin(float64(k)), Y: math.Cos(float64(k) / 3)}, sim.Vec{X: math.Sin(float64(k)), Y: math.Cos(float64(k) / 3)})
				s.Tick()
			}
			if s.Frame() < 16*s.Scene().FPS/60 || s.Notice() != "" {
				t.Errorf("%s %s: frame %d, %s", sc.Name, mode, s.Frame(), s.Notice())
			}
		}
	}
}

// errorsOf returns the errors in metres that were measured so far.
func errorsOf(s *Session) []float64 {
	errors, _, _ := s.Errors()
	return slices.DeleteFunc(slices.Clone(errors), math.IsNaN)
}
