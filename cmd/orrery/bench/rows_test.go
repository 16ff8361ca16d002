package bench

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/world/contact"
	"orrery/world/plan"
)

// Each figure is another, so that one in the place of another is found.
func TestFiguresStandWithTheirUnits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		figures interface{ Rows(row Row) }
		want    string
	}{
		{&Worlds{World{1234.56}, World{200000}, World{3}, 2}, `A: 16 discs in a box|1235|steps/s, 2 workers
B: a pile of 100 bodies|2e+05|steps/s, 2 workers
C: a disc that pushes a T|3|steps/s, 2 workers`},
		{&Prediction{1.5, 2000, 4000, 0.5, 16, 3}, `contact prediction of one scene|1.5|µs a frame, one goroutine
contact prediction of 16 scenes|2000|frames/s, 3 workers
engine on the same scenes|4000|frames/s, 3 workers
contact / engine|0.5|×`},
		{&Planning{10, 50, 5, 123.4, 0.0625, plan.Config{Samples: 20, Iterations: 3, Proposals: 4, Horizon: 5, Repeat: 2}, 2}, `decision by planning with contact|10|ms, at most 64 plans of 10 frames, 2 workers
decision by planning with the engine|50|ms, at most 64 plans of 10 frames, 2 workers
engine / contact|5|×
cost of a state|123.4|ns
costs of a decision with contact|6.25|% of its work`},
		{&Crowds{[]Crowd{{3, 10, 0.5}, {20, 40, 4}}, 0.5, plan.Config{Samples: 20, Iterations: 3, Proposals: 4, Horizon: 5, Repeat: 2}, 2}, `decision with 3 bodies|10|ms, at most 64 plans of 10 frames, 2 workers
what touches with 3 bodies|0.5|points in a frame
decision with 20 bodies|40|ms, at most 64 plans of 10 frames, 2 workers
what touches with 20 bodies|4|points in a frame
growth of the time beside that of what touches|0.5|`},
		{&Data{LoadMBPerS: 30, CSVRowsPerS: 500, CSVMBPerS: 7, Workers: 2}, `loading a dataset|30|MB/s of values
reading a table|500|rows/s, 2 workers
the same in bytes|7|MB/s of text, 2 workers`},
		{&Scenarios{map[string]Scenario{"pile": {100, 5000, &Disk{Episodes: 7, Share: 0.75}}, "mixed": {5.5, 9000, nil}}, 2}, `engine on mixed, 5.5 bodies|9000|steps/s, 2 workers
engine on pile, 100 bodies|5000|steps/s, 2 workers
pile to disk|0.75|of the speed of stepping them`},
	} {
		var lines []string
		c.figures.Rows(func(name string, value float64, unit string) {
			lines = append(lines, name+"|"+Digits(value)+"|"+unit)
			if better(unit) == 0 && !strings.HasPrefix(unit, "%") && !strings.HasPrefix(unit, "points") {
				t.Errorf("%s: %q is better in no direction", name, unit)
			}
		})
		if got := strings.Join(lines, "\n"); got != c.want {
			t.Errorf("%T:\n%s\nwant\n%s", c.figures, got, c.want)
		}
	}
}

func TestConfigurationsOutOfRangeAreRefused(t *testing.T) {
	t.Parallel()
	good := Config{Batch: 1, Scenes: 1, Workers: 1, Duration: 1}
	if err := good.Validate(); err != nil {
		t.Errorf("the least of all is refused: %v", err)
	}
	for want, change := range map[string]func(c *Config){
		"contact-batch 0 must be ≥ 1": func(c *Config) { c.Batch = 0 },
		"scenes 0 must be ≥ 1":        func(c *Config) { c.Scenes = 0 },
		"workers 0 must be ≥ 1":       func(c *Config) { c.Workers = 0 },
		"duration 0s must be > 0":     func(c *Config) { c.Duration = 0 },
	} {
		bad := good
		change(&bad)
		if err := bad.Validate(); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// Work is shared by no more than the workers, all of it is done, and the first failure ends it.
func TestWorkIsShared(t *testing.T) {
	t.Parallel()
	var busy, most, done atomic.Int64
	err := share(t.Context(), 40, 3, func(int) error {
		if n := busy.Add(1); n > most.Load() {
			most.Store(n)
		}
		time.Sleep(time.Millisecond)
		busy.Add(-1)
		done.Add(1)
		return nil
	})
	if err != nil || done.Load() != 40 || most.Load() > 3 {
		t.Errorf("%d of 40 were done, %d at a time, %v", done.Load(), most.Load(), err)
	}
	failing := errors.New("failing")
	done.Store(0)
	err = share(t.Context(), 40, 1, func(i int) error {
		done.Add(1)
		if i == 2 {
			return failing
		}
		return nil
	})
	if !errors.Is(err, failing) || done.Load() != 3 {
		t.Errorf("%d were done with %v, want 3", done.Load(), err)
	}
	ended, stop := context.WithCancel(t.Context())
	stop()
	if err := share(ended, 1, 1, func(int) error { t.Error("something was done"); return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// Work is timed once at least, however short the time, and ends with its failure.
func TestWorkIsTimedOnceAtLeast(t *testing.T) {
	t.Parallel()
	n := 0
	seconds, err := timed(t.Context(), 0, func() error { n++; return nil })
	if err != nil || n != 1 || !(seconds >= 0) {
		t.Errorf("%d times, %v s, %v", n, seconds, err)
	}
	failing := errors.New("failing")
	if _, err := timed(t.Context(), time.Hour, func() error { return failing }); err != failing {
		t.Errorf("got %v", err)
	}
}

// A training works on as many frames as it is told, or as there are, with the load that these have.
func TestTrainingsAreThoseOfTheConfiguration(t *testing.T) {
	t.Parallel()
	c := Config{Contact: contact.Tiny(), Batch: 4, Scenes: 1, Workers: 1, Duration: 1}
	small, err := c.NewTraining(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c.Batch = 1 << 30
	all, err := c.NewTraining(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if small.Frames != 4 || all.Frames != all.Objective.Examples() || all.Frames <= 4 {
		t.Errorf("trainings of %d and %d frames, of %d", small.Frames, all.Frames, all.Objective.Examples())
	}
}

// Without a trained model there is one that could be trained, the same each time; with one it is that.
func TestUntrainedModelsAreTheSame(t *testing.T) {
	t.Parallel()
	c := Config{Contact: contact.Tiny()}
	var frames [2]sim.State
	for i := range frames {
		model, err := c.model(t.Context(), "mixed", 2, 5, c.Contact)
		if err != nil {
			t.Fatal(err)
		}
		scenes, err := firstScenes(mustFind(t, "mixed"), 1)
		if err != nil {
			t.Fatal(err)
		}
		predictor, err := model.Predictor(scenes)
		if err != nil {
			t.Fatal(err)
		}
		frames[i] = scenes[0].Start()
		if err := predictor.Step(frames[i], nil); err != nil {
			t.Fatal(err)
		}
		c.Model = nil
		if i == 1 {
			c.Model = model
			if got, err := c.model(t.Context(), "no scenario", 2, 5, c.Contact); err != nil || got != model {
				t.Errorf("a trained model is replaced: %v", err)
			}
		}
	}
	for b := range frames[0] {
		if !scalar.EqualWithinAbs(frames[0][b].X, frames[1][b].X, 0) {
			t.Errorf("body %d is at %v and at %v", b, frames[0][b].X, frames[1][b].X)
		}
	}
	if _, err := truth(t.Context(), "milliards", 1, 2); err == nil || !strings.Contains(err.Error(), `unknown scenario "milliards"`) {
		t.Errorf("got %v", err)
	}
}
