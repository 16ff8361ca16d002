package contest

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"reflect"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"orrery/cmd/orrery/planning"
	"orrery/datasets"
	"orrery/datasets/generate"
	"orrery/datasets/shard"
	"orrery/datasets/splits"
	"orrery/sim"
	"orrery/world"
)

// slow is the engine that takes 2 ms for a frame at least, and tells how long it took for those of plans, in ns.
type slow struct {
	planning.Engine
	took *atomic.Int64
}

func (m slow) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	p, err := m.Engine.Predictor(scenes)
	if len(scenes) == 1 { // a plan is one of several
		return p, err
	}
	return slowPredictor{p, m.took}, err
}

type slowPredictor struct {
	world.Predictor
	took *atomic.Int64
}

func (p slowPredictor) Step(state sim.State, actions sim.Action) error {
	began := time.Now()
	defer func() { p.took.Add(int64(time.Since(began))) }()
	time.Sleep(2 * time.Millisecond)
	return p.Predictor.Step(state, actions)
}

// TestDecisionsTakeTheTimeOfPlans: their number times their mean is what the plans took, and more than the predictions in
// them. Frames without a plan are no decisions. An episode that is acted in again for a film keeps the times of the first run.
func TestDecisionsTakeTheTimeOfPlans(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal")
	act := func(film *Film) Attempt {
		c := small(t, "push")
		took := &atomic.Int64{}
		c.Model, c.Config.Replan, c.Film = slow{took: took}, 2, film
		journal, err := shard.OpenJournal(path, testSettings{1, "slow"}, film != nil, false)
		if err != nil {
			t.Fatal(err)
		}
		c.Journal = journal
		attempts, _, err := c.Run(t.Context(), io.Discard, 1)
		if err != nil {
			t.Fatal(err)
		}
		if err := journal.End(false); err != nil {
			t.Fatal(err)
		}
		a := attempts[0]
		if least := 1e-6 * float64(took.Load()) / 3; film == nil && (a.Decisions != 3 || !(least >= 4) || !(a.DecisionMS >= least)) {
			t.Errorf("%d decisions in %v ms each, %v ms of them predictions", a.Decisions, a.DecisionMS, least)
		}
		return a
	}
	first := act(nil)
	if again := act(&Film{}); !reflect.DeepEqual(again, first) {
		t.Errorf("filmed to %+v, was %+v", again, first)
	}
}

// TestBodiesMayBeWhereTheyAre: a plan that begins far out leads nowhere that cannot be.
func TestBodiesMayBeWhereTheyAre(t *testing.T) {
	t.Parallel()
	c := small(t, "push")
	c.Trained = true
	chosen, _, err := c.choose(1)
	if err != nil {
		t.Fatal(err)
	}
	e := chosen[0]
	if err := e.prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	state := e.scene.Start()
	for i := range state {
		state[i].X += 50
	}
	if _, err := e.decide(t.Context(), state); err != nil || e.result.Decisions != 1 || e.result.Escape != "" {
		t.Errorf("%+v, %v", e.result, err)
	}
}

// TestFilmsShowWhatIsLeftOfPlans: at each state the plan that is followed, without the frames that have passed since it was made.
func TestFilmsShowWhatIsLeftOfPlans(t *testing.T) {
	t.Parallel()
	c := small(t, "push")
	c.Config.Horizon, c.Config.Replan, c.Film = 4, 3, &Film{}
	if _, _, err := c.Run(t.Context(), io.Discard, 1); err != nil {
		t.Fatal(err)
	}
	for i, thought := range c.Film.thoughts[:6] {
		if thought.age != i%3 || len(thought.Expected) < 4 {
			t.Errorf("state %d: the plan of %d states is %d frames old, want %d", i, len(thought.Expected), thought.age, i%3)
		}
	}
}

// TestRecordedGoalsAreAheadOfTheirStarts: by 25 frames of the same episode, which is one of the split. Each seed draws others.
func TestRecordedGoalsAreAheadOfTheirStarts(t *testing.T) {
	t.Parallel()
	data, err := datasets.Open(t.Context(), "../../../datasets/sample")
	if err != nil {
		t.Fatal(err)
	}
	s := mustFind(t, data.Provenance().Scenario)
	var aim sim.State
	of := &Recorded{Scenario: s, Goals: func(state sim.State) []sim.Goal { aim = state; return nil }}
	split := splits.Split{Name: splits.Test, From: data.Episodes() - 2, To: data.Episodes()}
	starts, seen := RecordedStarts(t.Context(), data, split, of, 1), map[int]bool{}
	for i := range 12 {
		scene, label, err := starts(i)
		if err != nil {
			t.Fatal(err)
		}
		var episode, frame int
		if _, err := fmt.Sscanf(label, "recorded episode %d · frame %d", &episode, &frame); err != nil {
			t.Fatalf("%q: %v", label, err)
		}
		motion, err := data.Episode(t.Context(), episode)
		if err != nil {
			t.Fatal(err)
		}
		if seen[episode] = true; !slices.Equal(aim, motion.States[frame+25]) || !slices.Equal(scene.Start(), motion.States[frame]) {
			t.Errorf("%s: the goal is not the state 25 frames later", label)
		}
	}
	labels := func(seed uint64) (all []string) {
		for i := range 5 {
			_, label, err := RecordedStarts(t.Context(), data, split, of, seed)(i)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, label)
		}
		return all
	}
	if one, two := labels(1), labels(2); !slices.Equal(one, labels(1)) || slices.Equal(one, two) || len(slices.Compact(slices.Sorted(slices.Values(one)))) < 4 {
		t.Errorf("seed 1 draws %v, seed 2 %v", one, two)
	}
	if len(seen) != 2 || !seen[split.From] || !seen[split.From+1] {
		t.Errorf("starts are of the episodes %v, want those of %v", seen, split)
	}
}

// TestEpisodesThatEndBeforeTheirGoalsAreRefused: of 26 frames the first has a goal, of 25 none.
func TestEpisodesThatEndBeforeTheirGoalsAreRefused(t *testing.T) {
	t.Parallel()
	s := mustFind(t, "billiards")
	scene, err := s.Sample(1, 0, must(s.Values(nil)))
	if err != nil {
		t.Fatal(err)
	}
	of := &Recorded{Scenario: s, Goals: func(sim.State) []sim.Goal { return nil }}
	for _, frames := range []int{25, 26} {
		dir := filepath.Join(t.TempDir(), "data")
		spec := datasets.Spec{Scenario: s.Name, Params: map[string]float64{}, Episodes: 1, Frames: frames, FPS: scene.FPS, Task: "Rest.", Command: "orrery gen"}
		maker := func() generate.Maker {
			return func(context.Context, int) (*sim.Trajectory, []datasets.Outcome, error) {
				return &sim.Trajectory{Scene: scene, States: slices.Repeat([]sim.State{scene.Start()}, frames)}, nil, nil
			}
		}
		if err := generate.Run(t.Context(), dir, spec, maker, generate.Options{Workers: 1}); err != nil {
			t.Fatal(err)
		}
		data, err := datasets.Open(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		_, label, err := RecordedStarts(t.Context(), data, splits.Split{To: 1}, of, 1)(0)
		if (err == nil) != (frames > 25) || err == nil && label != "recorded episode 0 · frame 0" {
			t.Errorf("%d frames: %q, %v", frames, label, err)
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
