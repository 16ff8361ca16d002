package contest

import (
	"encoding/json"
	"io"
	"math"
	"reflect"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"orrery/cmd/orrery/planning"
	"orrery/datasets"
	"orrery/datasets/splits"
	"orrery/sim"
	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
	"orrery/sim/task"
	"orrery/world"
	"orrery/world/plan"
)

func mustFind(t testing.TB, name string) *scenario.Scenario {
	t.Helper()
	s, err := library.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// changedTask returns a scenario with another success.
func changedTask(t *testing.T, name string, success func(*sim.Scene, sim.State) bool) *scenario.Scenario {
	t.Helper()
	s := *mustFind(t, name)
	changed := *s.Task
	changed.Bind = func(scene *sim.Scene) (*task.Judge, error) {
		judge, err := s.Task.Bind(scene)
		judge.Success = func(state sim.State) bool { return success(scene, state) }
		return judge, err
	}
	of := s
	of.Task = &changed
	return &of
}

// TestSolvedStartsAreLeftOut calls two of three starts solved, then all.
func TestSolvedStartsAreLeftOut(t *testing.T) {
	solved := map[*sim.Scene]bool{}
	s := changedTask(t, "pusht", func(scene *sim.Scene, _ sim.State) bool { return solved[scene] })
	every := 3
	c := &Contest{Task: s, Limit: 2, Abreast: 1, Starts: func(i int) (*sim.Scene, string, error) {
		scene, label, err := TaskStarts(s, 1, nil)(i)
		solved[scene] = i%every != every-1
		return scene, label, err
	}}
	attempts, skipped, err := c.Run(t.Context(), io.Discard, 3)
	if err != nil {
		t.Fatal(err)
	}
	var episodes []int
	for _, attempt := range attempts {
		episodes = append(episodes, attempt.Episode)
	}
	if !slices.Equal(episodes, []int{2, 5, 8}) || skipped != 6 {
		t.Errorf("acted in episodes %v and left out %d, want 2, 5, 8 and 6", episodes, skipped)
	}
	every = 1 << 30
	if _, _, err := c.Run(t.Context(), io.Discard, 1); err == nil || err.Error() != "pusht: 1000 starts are solved already" {
		t.Errorf("error %v where all starts are solved", err)
	}
}

// shifted is the engine but for an error in what it predicts.
type shifted struct {
	planning.Engine
	metres float64
}

func (m shifted) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	p, err := m.Engine.Predictor(scenes)
	return shiftedPredictor{p, m.metres}, err
}

type shiftedPredictor struct {
	world.Predictor
	metres float64
}

func (p shiftedPredictor) Step(state sim.State, actions sim.Action) error {
	err := p.Predictor.Step(state, actions)
	for i := range state {
		state[i].Y -= p.metres
	}
	return err
}

// TestContestsWaitForSuccessesThatLast: an agent at random, which moves to the right in some frames, has
// succeeded with the last of as many in a row as the task wants. Starts that need no attempt are left out
// even so.
func TestContestsWaitForSuccessesThatLast(t *testing.T) {
	t.Parallel()
	right := func(_ *sim.Scene, state sim.State) bool { return state[0].VX > 0 }
	ended, broken := 0, 0
	for held := 1; held <= 4; held++ {
		s := changedTask(t, "pusht", right)
		s.Task.Held = held
		for seed := range uint64(6) {
			c := &Contest{Task: s, Starts: TaskStarts(s, seed, nil), Limit: 40, Seed: seed, Abreast: 1, Film: &Film{}}
			attempts, _, err := c.Run(t.Context(), io.Discard, 1)
			if err != nil {
				t.Fatal(err)
			}
			row, want := 0, -1
			for frame, state := range c.Film.states {
				if row++; !right(c.Film.scene, state) {
					if row = 0; frame > 0 && right(c.Film.scene, c.Film.states[frame-1]) {
						broken++
					}
				}
				if row == held && want < 0 {
					want = frame
				}
			}
			if a := attempts[0]; a.Success != (want >= 0) || a.Success && (a.Frames != want || want != len(c.Film.states)-1) {
				t.Errorf("held %d, seed %d: %+v in %d frames, must succeed in frame %d", held, seed, a, len(c.Film.states)-1, want)
			} else if a.Success {
				ended++
			}
		}
	}
	if ended == 0 || broken == 0 {
		t.Errorf("%d successes and %d that broke off say little", ended, broken)
	}
	always := changedTask(t, "pusht", func(*sim.Scene, sim.State) bool { return true })
	always.Task.Held, always.Task.AnyStart = 9, false
	c := &Contest{Task: always, Starts: TaskStarts(always, 1, nil), Limit: 40, Abreast: 1}
	if _, _, err := c.Run(t.Context(), io.Discard, 1); err == nil || err.Error() != "pusht: 1000 starts are solved already" {
		t.Errorf("error %v where all starts succeed", err)
	}
	always.Task.AnyStart = true // as of a pole that stands and has to go on standing
	if attempts, skipped, err := c.Run(t.Context(), io.Discard, 1); err != nil || skipped != 0 || attempts[0].Frames != 8 {
		t.Errorf("%+v after %d skipped, %v, where a start may succeed", attempts, skipped, err)
	}
}

// TestFiguresAreThoseOfTheStates finds them anew in the states of a film. Success is
// here to be right of the start, which an agent that hardly thinks is now and then.
func TestFiguresAreThoseOfTheStates(t *testing.T) {
	config, err := plan.DefaultConfig("random")
	if err != nil {
		t.Fatal(err)
	}
	config.Samples, config.Iterations, config.Horizon, config.Repeat, config.Workers = 2, 1, 1, 2, 1
	const limit, wrong = 9, 0.02   // m
	outcomes := map[[2]bool]bool{} // success, and whether it lasted
	for _, hold := range []bool{false, true} {
		s := changedTask(t, "pusht", func(scene *sim.Scene, state sim.State) bool { return state[0].X > scene.Bodies[0].Start.X })
		s.Task.Hold = hold
		for seed := range uint64(8) {
			c := &Contest{Task: s, Starts: TaskStarts(s, seed, nil), Limit: limit, Model: shifted{metres: wrong}, Config: config, Seed: seed, Abreast: 1, Film: &Film{}}
			attempts, _, err := c.Run(t.Context(), io.Discard, 1)
			if err != nil {
				t.Fatal(err)
			}
			scene, states := c.Film.scene, c.Film.states
			end := len(states) - 1
			judge, err := s.Task.Judge(scene)
			if err != nil {
				t.Fatal(err)
			}
			want := Attempt{Success: judge.Success(states[end]), Frames: end, Decisions: (end + 1) / 2}
			for _, state := range states[1:] {
				want.Return += judge.Reward(state, nil)
			}
			for want.Success && judge.Success(states[want.Frames-1]) {
				want.Frames--
			}
			due := limit
			if first := slices.IndexFunc(states, judge.Success); first >= 0 && !hold {
				due = first
			}
			if end != due {
				t.Errorf("hold %v, seed %d: ends after %d frames, want %d", hold, seed, end, due)
			}
			got := attempts[0]
			if off := math.Abs(got.OneStepM - wrong); !(off <= 1e-12) {
				t.Errorf("hold %v, seed %d: one-step error %v m, want %v", hold, seed, got.OneStepM, wrong)
			}
			got.OneStepM, got.DecisionMS = 0, 0
			if !reflect.DeepEqual(got, want) {
				t.Errorf("hold %v, seed %d: %+v, want %+v", hold, seed, got, want)
			}
			outcomes[[2]bool{got.Success, end > got.Frames}] = true
		}
	}
	for _, outcome := range [][2]bool{{}, {true, false}, {true, true}} {
		if !outcomes[outcome] {
			t.Errorf("no episode with success %v that lasted: %v", outcome[0], outcome[1])
		}
	}
}

// TestModelsAreNotTestedOnTheirTrainingUnnoticed compares a dataset with what a model
// says of its training, and with another seed's.
func TestModelsAreNotTestedOnTheirTrainingUnnoticed(t *testing.T) {
	data, err := datasets.Open(t.Context(), "../../../datasets/sample")
	if err != nil {
		t.Fatal(err)
	}
	source := data.Provenance()
	training := func() world.Training {
		text, err := json.Marshal(source)
		if err != nil {
			t.Fatal(err)
		}
		return world.Training{Dataset: text}
	}
	if !TrainedOn(training(), data, splits.Whole(data.Episodes())[0]) {
		t.Error("the dataset that a model was trained on is not recognised")
	}
	source.Seed++
	if TrainedOn(training(), data, splits.Whole(data.Episodes())[0]) {
		t.Error("another seed's dataset is taken for the one that the model was trained on")
	}
	source.Seed--
	source.Scenario = "pile"
	if TrainedOn(training(), data, splits.Whole(data.Episodes())[0]) {
		t.Error("another scenario's dataset is taken for the one that the model was trained on")
	}
}

// TestEpisodesThatAreOverKeepNoPlanner counts the predictors that are still in memory
// whenever another one is made.
func TestEpisodesThatAreOverKeepNoPlanner(t *testing.T) {
	const episodes = 6
	task := mustFind(t, "pusht")
	config, err := plan.DefaultConfig("random")
	if err != nil {
		t.Fatal(err)
	}
	config.Samples, config.Horizon, config.Workers = 2, 2, 1
	model := &countingModel{Model: planning.Engine{}}
	c := &Contest{Task: task, Starts: TaskStarts(task, 1, nil), Limit: 3, Model: model, Config: config, Abreast: 1}
	if _, _, err := c.Run(t.Context(), io.Discard, episodes); err != nil {
		t.Fatal(err)
	}
	if each := model.made / episodes; each < 2 || model.most > 2*each {
		t.Errorf("%d predictors at once, %d for each of %d episodes", model.most, each, episodes)
	}
}

// countingModel counts its predictors: all, and the most at once.
type countingModel struct {
	world.Model
	made, most int
	live       atomic.Int64
}

func (m *countingModel) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	p, err := m.Model.Predictor(scenes)
	counted := &struct{ world.Predictor }{p}
	m.live.Add(1)
	runtime.AddCleanup(counted, func(live *atomic.Int64) { live.Add(-1) }, &m.live)
	m.made++
	for range 20 { // cleanups run after the collection, on goroutines of their own, whose turn may come late
		collected := make(chan struct{})
		runtime.AddCleanup(new([1 << 10]byte), func(done chan struct{}) { close(done) }, collected)
		runtime.GC()
		<-collected
		if int(m.live.Load()) <= m.most {
			return counted, err
		}
		time.Sleep(5 * time.Millisecond)
	}
	m.most = int(m.live.Load())
	return counted, err
}
