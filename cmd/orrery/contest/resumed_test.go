package contest

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"orrery/cmd/orrery/planning"
	"orrery/datasets/shard"
	"orrery/sim"
	"orrery/world"
	"orrery/world/plan"
)

type testSettings struct {
	Seed  int    `json:"seed"`
	Model string `json:"model"`
}

// small returns a contest that takes little time.
func small(t testing.TB, name string) *Contest {
	t.Helper()
	config, err := plan.DefaultConfig("random")
	if err != nil {
		t.Fatal(err)
	}
	config.Samples, config.Iterations, config.Horizon, config.Workers = 2, 1, 2, 1
	s := mustFind(t, name)
	values, err := s.Values(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Contest{Task: s, Starts: TaskStarts(s, 1, values), Limit: 6, Model: planning.Engine{}, Config: config, Seed: 1, Abreast: 1}
}

// timeless returns attempts without the times of their decisions.
func timeless(attempts []Attempt) []Attempt {
	for i := range attempts {
		attempts[i].DecisionMS = 0
	}
	return attempts
}

// stopAfter ends the context with the start of an episode.
func stopAfter(c *Contest, episodes int) (context.Context, func()) {
	ctx, stop := context.WithCancel(context.Background())
	acted := 0
	model := c.Model
	c.Model = spy{model, func() {
		if acted++; acted > 2*episodes { // a predictor for the plans and one of a frame
			stop()
		}
	}}
	return ctx, stop
}

// spy is a model that tells when it is asked for predictors.
type spy struct {
	world.Model
	asked func()
}

func (m spy) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	m.asked()
	return m.Model.Predictor(scenes)
}

// TestInterruptedContestsGoOn and come to what those do that nobody interrupts. A late
// journal does so too, and so does one whose last line a kill cut off.
func TestInterruptedContestsGoOn(t *testing.T) {
	const episodes = 5
	whole, _, err := small(t, "push").Run(t.Context(), io.Discard, episodes)
	if err != nil {
		t.Fatal(err)
	}
	for _, late := range []bool{false, true} {
		path := filepath.Join(t.TempDir(), "below", "journal")
		open := func(resume bool) *shard.Journal {
			j, err := shard.OpenJournal(path, testSettings{1, "m"}, resume, late)
			if err != nil {
				t.Fatal(err)
			}
			return j
		}
		c := small(t, "push")
		c.Journal = open(false)
		ctx, stop := stopAfter(c, 2)
		if _, _, err := c.Run(ctx, io.Discard, episodes); err == nil {
			t.Fatal("nothing was interrupted")
		}
		stop()
		kept := c.Journal.Kept()
		if err := c.Journal.End(false); err != nil || kept < 1 || kept == episodes {
			t.Fatalf("%d episodes kept: %v", kept, err)
		}
		f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		f.WriteString(`{"unit":1,"figures":{"succ`)
		f.Close()
		c = small(t, "push")
		c.Journal = open(true)
		asked := 0
		c.Model = spy{c.Model, func() { asked++ }}
		if got := c.Journal.Kept(); got != kept {
			t.Errorf("late %v: %d episodes are read, %d were kept", late, got, kept)
		}
		got, _, err := c.Run(t.Context(), io.Discard, episodes)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(timeless(got), timeless(whole)) {
			t.Errorf("late %v: resumed to %+v, want %+v", late, got, whole)
		}
		if asked < episodes-kept {
			t.Errorf("late %v: %d predictors for %d episodes", late, asked, episodes-kept)
		}
		if err := c.Journal.End(true); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(path); !os.IsNotExist(err) {
			t.Errorf("late %v: the journal of a contest that is over stays: %v", late, err)
		}
	}
}

// wild is a model in which bodies leave the arena.
type wild struct{ planning.Engine }

func (m wild) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	p, err := m.Engine.Predictor(scenes)
	return shiftedPredictor{p, 30}, err
}

// TestModelsThatGoAstrayAreNamed, and the others are not.
func TestModelsThatGoAstrayAreNamed(t *testing.T) {
	for _, model := range []world.Model{planning.Engine{}, wild{}} {
		c := small(t, "push")
		c.Model, c.Trained = model, true
		attempts, _, err := c.Run(t.Context(), io.Discard, 2)
		if err != nil {
			t.Fatal(err)
		}
		r := NewResult(Terms{}, attempts)
		var text strings.Builder
		if err := r.WriteTable(&text); err != nil {
			t.Fatal(err)
		}
		_, astray := model.(wild)
		if want := map[bool]int{true: 2}[astray]; r.Escapes != want || strings.Contains(text.String(), "model astray") != astray {
			t.Errorf("%T: %d episodes: %s", model, r.Escapes, &text)
		}
	}
}

// TestEpisodesHaveTheirOwnChance: the same scene is acted in otherwise in every episode,
// and with every seed, and in the same way with the same two.
func TestEpisodesHaveTheirOwnChance(t *testing.T) {
	t.Parallel()
	c := small(t, "cartpole")
	scene, _, err := c.Starts(0)
	if err != nil {
		t.Fatal(err)
	}
	c.Starts = func(int) (*sim.Scene, string, error) { return scene, "same", nil }
	returns := func(seed uint64) []float64 {
		c.Seed = seed
		attempts, _, err := c.Run(t.Context(), io.Discard, 3)
		if err != nil {
			t.Fatal(err)
		}
		var sums []float64
		for _, a := range attempts {
			sums = append(sums, a.Return)
		}
		return sums
	}
	for name, model := range map[string]world.Model{"planned": planning.Engine{}, "at random": nil} {
		c.Model = model
		first, again, other := returns(1), returns(1), returns(2)
		if first[0] == first[1] || first[1] == first[2] || first[0] == other[0] || !slices.Equal(first, again) {
			t.Errorf("%s: returns %v, again %v, with another seed %v", name, first, again, other)
		}
	}
}
