package environment_test

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/environment"
	"orrery/sim/scenario/library"
	"orrery/sim/task"
)

func create(t testing.TB, name string) *environment.Environment {
	t.Helper()
	s, err := library.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	values, err := s.Values(nil)
	if err != nil {
		t.Fatal(err)
	}
	e, err := environment.New(s.Name, s.Task, s.Scenes(values))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func reset(t testing.TB, e *environment.Environment, seed uint64) []float64 {
	t.Helper()
	observation, info, err := e.Reset(seed)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := info["success"]; !ok {
		t.Errorf("info %v lacks success", info)
	}
	return observation
}

// episode resets and acts at random to the end.
func episode(t testing.TB, e *environment.Environment, seed uint64) (steps []environment.Result) {
	t.Helper()
	first := reset(t, e, seed)
	low, high := e.Limits()
	if len(first) != len(e.Names()) {
		t.Errorf("%d numbers have %d names", len(first), len(e.Names()))
	}
	rng := rand.New(rand.NewPCG(seed, 1))
	for {
		action := append([]float64(nil), low...)
		for i := range action {
			action[i] += (high[i] - low[i]) * rng.Float64()
		}
		result, err := e.Step(action)
		if err != nil {
			t.Fatal(err)
		}
		steps = append(steps, result)
		if result.Terminated || result.Truncated {
			return steps
		}
	}
}

// TestResetDecidesTheEpisode: the same seed and actions give the same results, bit
// for bit, whatever happened before, and another seed others. Episodes end once, and
// end by the task or by the clock but not by both.
func TestResetDecidesTheEpisode(t *testing.T) {
	t.Parallel()
	for _, s := range library.List() {
		if s.Task == nil {
			continue
		}
		e := create(t, s.Name)
		first := episode(t, e, 7)
		other := episode(t, e, 8)
		again := episode(t, e, 7)
		fresh := create(t, s.Name)
		if !reflect.DeepEqual(first, again) || !reflect.DeepEqual(first, episode(t, fresh, 7)) {
			t.Errorf("%s: a seed does not fix its episode", s.Name)
		}
		if reflect.DeepEqual(first[0], other[0]) {
			t.Errorf("%s: two seeds begin alike", s.Name)
		}
		last := first[len(first)-1]
		if last.Terminated == last.Truncated || last.Truncated != (len(first) == s.Task.TimeLimit && !last.Terminated) {
			t.Errorf("%s: terminated %v, truncated %v after %d steps of %d", s.Name, last.Terminated, last.Truncated, len(first), s.Task.TimeLimit)
		}
		low, _ := e.Limits()
		if _, err := e.Step(low); err == nil || !strings.Contains(err.Error(), "must be reset") {
			t.Errorf("%s: step after the end: %v", s.Name, err)
		}
	}
}

// TestEpisodesEndByTheTaskOrByTheClock drives one of each kind to its end.
func TestEpisodesEndByTheTaskOrByTheClock(t *testing.T) {
	t.Parallel()
	run := func(timeLimit int, name, policy string) (environment.Result, int) {
		s, err := library.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		limited := *s.Task
		limited.TimeLimit = timeLimit
		values, err := s.Values(nil)
		if err != nil {
			t.Fatal(err)
		}
		e, err := environment.New(s.Name, &limited, s.Scenes(values))
		if err != nil {
			t.Fatal(err)
		}
		reset(t, e, 3)
		p, err := s.Policy(policy)
		if err != nil {
			t.Fatal(err)
		}
		act := p.Start(3, 0, e.Scene())
		for frame := 0; ; frame++ {
			result, err := e.Step(act(frame, e.State()))
			if err != nil {
				t.Fatal(err)
			}
			if result.Terminated || result.Truncated {
				return result, frame + 1
			}
		}
	}
	r, steps := run(150, "reach", "expert")
	if !r.Terminated || r.Truncated || r.Info["success"] != 1 || steps == 150 {
		t.Errorf("reach ends after %d steps with %+v", steps, r)
	}
	if r, n := run(steps, "reach", "expert"); !r.Terminated || r.Truncated || n != steps {
		t.Errorf("reach just in time ends after %d steps with %+v", n, r)
	}
	if r, n := run(steps-1, "reach", "expert"); r.Terminated || !r.Truncated || n != steps-1 {
		t.Errorf("reach a step short of time ends after %d steps with %+v", n, r)
	}
	if r, n := run(150, "reach", "none"); !r.Truncated || r.Terminated || r.Info["success"] != 0 || n != 150 {
		t.Errorf("reach at rest ends after %d steps with %+v", n, r)
	}
	if r, n := run(300, "cartpole", "none"); !r.Terminated || r.Info["success"] != 0 || n > 200 {
		t.Errorf("a falling pole ends after %d steps with %+v", n, r)
	}
	if r, n := run(300, "cartpole", "expert"); !r.Truncated || r.Info["success"] != 1 || n != 300 {
		t.Errorf("a balanced pole ends after %d steps with %+v", n, r)
	}
}

// TestPushTSpeaksInPixels: the agent goes to the pixel it is sent to, and the
// measures of the benchmark are in the information.
func TestPushTSpeaksInPixels(t *testing.T) {
	t.Parallel()
	e := create(t, "pusht")
	if _, high := e.Limits(); !scalar.EqualWithinAbs(high[0], 512, 1e-9) || !scalar.EqualWithinAbs(high[1], 512, 1e-9) {
		t.Errorf("limits %v", high)
	}
	s := e.Scene()
	changed := *s
	changed.Bodies = append([]sim.Body(nil), s.Bodies...)
	for i, start := range []sim.BodyState{{X: 0.6, Y: 0.6}, {X: 3, Y: 3.45}} { // the block's centre of mass is 45 px above its origin
		changed.Bodies[i].Start = start
	}
	if _, _, err := e.Begin(&changed); err != nil {
		t.Fatal(err)
	}
	var result environment.Result
	for range 20 {
		var err error
		if result, err = e.Step([]float64{90, 400}); err != nil {
			t.Fatal(err)
		}
	}
	for i, want := range []float64{90, 400, 300, 300, 0} {
		if !scalar.EqualWithinAbs(result.Observation[i], want, 0.01) {
			t.Errorf("%s %v, want %v", e.Names()[i], result.Observation[i], want)
		}
	}
	// The T's frame is 62.2 px from the goal's, and turned by an eighth.
	info := result.Info
	if !scalar.EqualWithinAbs(info["position_error"], math.Hypot(44, 44), 1e-9) || !scalar.EqualWithinAbs(info["angle_error"], math.Pi/4, 1e-9) ||
		!(info["coverage"] > 0) || !(info["coverage"] < 1) || !scalar.EqualWithinAbs(result.Reward, info["coverage"]/0.95, 1e-12) {
		t.Errorf("reward %v, information %v", result.Reward, info)
	}
}

func TestBadUseIsAnError(t *testing.T) {
	t.Parallel()
	mixed, err := library.Find("mixed")
	if err != nil {
		t.Fatal(err)
	}
	_, noTask := environment.New("mixed", mixed.Task, mixed.Scenes(nil))
	reach, err := library.Find("reach")
	if err != nil {
		t.Fatal(err)
	}
	_, noValues := environment.New("reach", reach.Task, reach.Scenes(nil))
	e := create(t, "reach")
	_, early := e.Step([]float64{0, 0})
	scene := *e.Scene()
	scene.Name = "push"
	_, _, foreign := e.Begin(&scene)
	reset(t, e, 1)
	_, short := e.Step([]float64{1})
	_, none := e.Step(nil)
	_, nan := e.Step([]float64{0, math.NaN()})
	for _, c := range []struct {
		err  error
		want string
	}{
		{noTask, "environment: scenario mixed has no task"},
		{noValues, `environment: reach: parameter "length" is missing`},
		{early, "environment: the episode is over or has not begun, and must be reset"},
		{foreign, `environment: scene of "push" must be of "reach"`},
		{short, "environment: action of 1 numbers must have one for each of 2 actuators"},
		{none, "environment: action of 0 numbers must have one for each of 2 actuators"},
		{nan, "environment: action 1: NaN must be finite"},
	} {
		if c.err == nil || c.err.Error() != c.want {
			t.Errorf("got %v, want %s", c.err, c.want)
		}
	}
	if _, err := e.Step([]float64{1e9, -1e9}); err != nil {
		t.Errorf("an action beyond the limits is not clipped: %v", err)
	}
}

// TestEpisodesEndAtTheirLimit, and not before when there is no task, and then take no step.
func TestEpisodesEndAtTheirLimit(t *testing.T) {
	t.Parallel()
	s, err := library.Find("billiards")
	if err != nil {
		t.Fatal(err)
	}
	values, err := s.Values(nil)
	if err != nil {
		t.Fatal(err)
	}
	scene, err := s.Sample(1, 0, values)
	if err != nil {
		t.Fatal(err)
	}
	episode, err := environment.NewEpisode(engine.New(), nil, scene, 3)
	if err != nil {
		t.Fatal(err)
	}
	for frame := 1; frame <= 3; frame++ {
		o, err := episode.Step(nil)
		if want := (task.Outcome{Truncated: frame == 3}); err != nil || o != want || episode.Frame() != frame || o.Over() != (frame == 3) {
			t.Errorf("frame %d of %d: %+v, %v", frame, episode.Frame(), o, err)
		}
	}
	if _, err := episode.Step(nil); err == nil {
		t.Error("a step after the end is no error")
	}
}

// TestEpisodesRefuseWhatTheEngineRefuses: a scene that breaks a rule begins none, and an
// action that fits no actuator ends one.
func TestEpisodesRefuseWhatTheEngineRefuses(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{})}
	broken := scene
	broken.FPS = 0
	if episode, err := environment.NewEpisode(engine.New(), nil, &broken, 3); err == nil || !strings.Contains(err.Error(), "fps 0") {
		t.Errorf("a scene without frames begins %v, %v", episode, err)
	}
	episode, err := environment.NewEpisode(engine.New(), nil, &scene, 3)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := episode.Step(sim.Action{1}); err == nil || !strings.Contains(err.Error(), "action of 1 numbers") {
		t.Errorf("an action without an actuator: %v", err)
	}
	if _, err := episode.Step(nil); err == nil || !strings.Contains(err.Error(), "is over") {
		t.Errorf("a step after an error: %v", err)
	}
}

// TestEnvironmentsShareNothing: neither the values they were made of, nor the states they
// gave, lead back into them.
func TestEnvironmentsShareNothing(t *testing.T) {
	t.Parallel()
	s, err := library.Find("reach")
	if err != nil {
		t.Fatal(err)
	}
	values, err := s.Values(nil)
	if err != nil {
		t.Fatal(err)
	}
	e, err := environment.New(s.Name, s.Task, s.Scenes(values))
	if err != nil {
		t.Fatal(err)
	}
	if e.State() != nil {
		t.Errorf("state %v before the first episode", e.State())
	}
	first := reset(t, e, 5)
	values["length"], values["torque"] = 3, 7
	if again := reset(t, e, 5); !reflect.DeepEqual(first, again) {
		t.Errorf("%v became %v when the values were changed", first, again)
	}
	if _, high := e.Limits(); !scalar.EqualWithinAbs(high[0], 0.5, 1e-12) || !scalar.EqualWithinAbs(high[1], 0.125, 1e-12) {
		t.Errorf("limits %v N·m", high)
	}
	e.State()[0].Omega = 1e3
	if !(math.Abs(e.State()[0].Omega) <= 1) {
		t.Error("the state can be changed from outside")
	}
}

// TestAnEpisodeMayBeginAtItsGoal: the information says so at once, and the first step ends
// it; a scene that is refused leaves no episode behind.
func TestAnEpisodeMayBeginAtItsGoal(t *testing.T) {
	t.Parallel()
	e := create(t, "reach")
	reset(t, e, 5)
	scene := *e.Scene()
	scene.Goals = append([]sim.Goal(nil), scene.Goals...)
	goal := &scene.Goals[0]
	goal.Target = scene.Start()[goal.Body].Point(goal.Anchor)
	_, info, err := e.Begin(&scene)
	if err != nil || info["success"] != 1 {
		t.Errorf("information %v, %v at the goal", info, err)
	}
	if result, err := e.Step([]float64{0, 0}); err != nil || !result.Terminated || result.Truncated || result.Info["success"] != 1 {
		t.Errorf("a step at the goal leads to %+v, %v", result, err)
	}
	reset(t, e, 5)
	scene.FPS = 0
	if _, _, err := e.Begin(&scene); err == nil {
		t.Error("a scene without frames is accepted")
	}
	if _, err := e.Step([]float64{0, 0}); err == nil || !strings.Contains(err.Error(), "must be reset") {
		t.Errorf("a step after a scene was refused: %v", err)
	}
}

// TestActionsBeyondTheLimitsAreThoseAtThem, in what happens and in what it is worth, for
// every scenario that has a task.
func TestActionsBeyondTheLimitsAreThoseAtThem(t *testing.T) {
	t.Parallel()
	for _, s := range library.List() {
		if s.Task == nil {
			continue
		}
		far, at := create(t, s.Name), create(t, s.Name)
		reset(t, far, 3)
		reset(t, at, 3)
		for step := range 3 {
			low, high := at.Limits()
			beyond := make([]float64, len(low))
			for i := range beyond {
				if (step+i)%2 == 0 {
					beyond[i], low[i] = high[i]+10*math.Abs(high[i])+1, high[i]
				} else {
					beyond[i] = low[i] - 10*math.Abs(low[i]) - 1
				}
			}
			got, err := far.Step(beyond)
			if err != nil {
				t.Fatal(err)
			}
			want, err := at.Step(low)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s: beyond the limits %+v, at them %+v", s.Name, got, want)
			}
			if want.Terminated || want.Truncated {
				break
			}
		}
	}
}

// rolling is a scene with a disc that rolls to the right at 1 m/s, 10 frames a second.
func rolling(x float64) *sim.Scene {
	scene := sim.DefaultScene()
	scene.Name, scene.FPS, scene.Gravity = "rolling", 10, sim.Vec{}
	disc := sim.NewDisc(0.1, 1, sim.Surface{})
	disc.Start = sim.BodyState{X: x, VX: 1}
	scene.Bodies = []sim.Body{disc}
	return &scene
}

// between is the task of being from 0 to a metre's right, for so many states in a row.
func between(held int, width float64) *task.Task {
	return &task.Task{Held: held, TimeLimit: 30, Unit: 1, Bind: func(*sim.Scene) (*task.Judge, error) {
		return &task.Judge{
			Observe: func(sim.State) []float64 { return nil },
			Reward:  func(sim.State, sim.Action) float64 { return 0 },
			Cost:    func(sim.State, sim.Action) float64 { return 0 },
			Success: func(state sim.State) bool { return state[0].X > 0 && state[0].X < width },
		}, nil
	}}
}

// TestHeldSuccessesEndEpisodes when they have lasted, and not when they break off before.
func TestHeldSuccessesEndEpisodes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		held       int
		x, width   float64
		steps      int // to the end
		terminated bool
	}{
		{1, -0.45, 1, 5, true},
		{4, -0.45, 1, 8, true},
		{4, 0.05, 1, 3, true}, // the start is the first state that succeeds
		{4, -0.45, 0.3, 30, false},
		{3, -0.45, 0.3, 7, true},
	} {
		e, err := environment.New("rolling", between(c.held, c.width), func(uint64) (*sim.Scene, error) { return rolling(c.x), nil })
		if err != nil {
			t.Fatal(err)
		}
		_, info, err := e.Reset(1)
		if want := c.held == 1 && c.x > 0; err != nil || (info["success"] == 1) != want {
			t.Errorf("%+v: starts with %v, %v", c, info, err)
		}
		steps := 0
		var r environment.Result
		for !r.Terminated && !r.Truncated {
			if r, err = e.Step(nil); err != nil {
				t.Fatal(err)
			}
			steps++
		}
		if steps != c.steps || r.Terminated != c.terminated || (r.Info["success"] == 1) != c.terminated {
			t.Errorf("%+v: %d steps, %+v", c, steps, r)
		}
	}
}

// TestTasksThatDoNotFitTheirSceneSayWhy, at the beginning of each episode too.
func TestTasksThatDoNotFitTheirSceneSayWhy(t *testing.T) {
	t.Parallel()
	s, err := library.Find("push")
	if err != nil {
		t.Fatal(err)
	}
	const want = `environment: push: the scene lacks the value "half_width"`
	scene := rolling(0)
	scene.Name = "push"
	if _, err := environment.New("push", s.Task, func(uint64) (*sim.Scene, error) { return scene, nil }); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	e := create(t, "push")
	if _, _, err := e.Begin(scene); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

// TestEpisodesBeginWhereTheyAreTold: in a state, for goals, and as the seed says where nothing is told.
func TestEpisodesBeginWhereTheyAreTold(t *testing.T) {
	t.Parallel()
	e := create(t, "pusht")
	sampled := reset(t, e, 3)
	start := e.State()
	goals := slices.Clone(e.Scene().Goals)
	if again, _, err := e.ResetTo(3, nil, nil); err != nil || !slices.Equal(again, sampled) {
		t.Errorf("nothing told: %v, %v, want %v", again, err, sampled)
	}
	there := slices.Clone(start)
	there[1] = sim.BodyState{X: 2.5, Y: 2.25, Angle: 0.5, VX: 0.1}
	_, info, err := e.ResetTo(3, there, nil)
	if err != nil || !slices.Equal(e.State(), there) || info["success"] != 0 {
		t.Fatalf("%v, %v, %v", e.State(), info, err)
	}
	goals[0].Target, goals[0].Angle = there[1].Position(), there[1].Angle
	if _, info, err = e.ResetTo(3, there, goals); err != nil || info["success"] != 1 {
		t.Errorf("at the goal: %v, %v", info, err)
	}
	if reset(t, e, 3); e.Scene().Goals[0] == goals[0] || !slices.Equal(e.State(), start) {
		t.Error("the next reset still has what was told")
	}
	other := slices.Clone(goals)
	other[0].Body = 0
	away := slices.Clone(there)
	away[0].X = math.NaN()
	for _, c := range []struct {
		start sim.State
		goals []sim.Goal
		want  string
	}{
		{there[:1], nil, "state of 1 bodies must have the scene's 2"},
		{away, nil, "body 0"},
		{nil, []sim.Goal{}, "0 goals must be the scene's 1"},
		{nil, other, "goal 0 must be a pose of body 1"},
	} {
		if _, _, err := e.ResetTo(3, c.start, c.goals); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}
