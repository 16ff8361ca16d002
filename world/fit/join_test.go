package fit_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"orrery/learn/train"
	"orrery/sim"
	"orrery/world"
	"orrery/world/fit"
)

// part is some of the episodes of mixed as a set.
func part(from, to int, weight float64) fit.Set {
	name := string(rune('a' + from))
	return fit.Set{Name: name, Weight: weight, Episodes: fit.InMemory(simulated()[from:to], fit.Origin{
		Scenario: "mixed", Program: "test", Identity: name, Provenance: json.RawMessage(`{"scenario":"` + name + `"}`),
	})}
}

// weightsOf returns the weights of a trained model as they are stored.
func weightsOf(t *testing.T, f *fit.Fitted) []byte {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "model")
	if err := f.Save(dir, false); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, world.WeightsFile))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestJoinedSetsAreDealtOutOneByOne: each set is held out as it is alone, and all its
// episodes are read, with its weight.
func TestJoinedSetsAreDealtOutOneByOne(t *testing.T) {
	t.Parallel()
	config := fit.Tiny()
	sets := []fit.Set{part(0, 5, 1), part(5, 7, 3), part(7, 12, 0.5)}
	joined, err := fit.Join(t.Context(), sets, &config)
	if err != nil {
		t.Fatal(err)
	}
	var training, holdout []int
	first := 0
	for _, s := range sets {
		learn, judge := s.Deal(0.4, 3)
		for _, k := range learn {
			training = append(training, first+k)
		}
		for _, k := range judge {
			holdout = append(holdout, first+k)
		}
		first += s.Episodes.Episodes()
	}
	if learn, judge := joined.Deal(0.4, 3); !slices.Equal(learn, training) || !slices.Equal(judge, holdout) {
		t.Errorf("dealt out %v and %v, want %v and %v", learn, judge, training, holdout)
	}
	numbers, last := []int{11, 0, 4, 5, 6, 7, 1}, 0
	read, err := fit.Read(t.Context(), joined, numbers, func(done int) { last = done })
	if err != nil || last != len(numbers) {
		t.Fatalf("%d episodes are reported, error %v", last, err)
	}
	for i, k := range numbers {
		if read[i] != simulated()[k] {
			t.Errorf("episode %d is another", k)
		}
		if want := []float64{1, 1, 1, 1, 1, 3, 3, 0.5, 0.5, 0.5, 0.5, 0.5}[k]; joined.Weight(k) != want {
			t.Errorf("episode %d weighs %v, want %v", k, joined.Weight(k), want)
		}
	}
	if got := joined.Origin(); got.Scenario != "mixed" || got.Program != "test" ||
		!strings.Contains(string(got.Provenance), `{"weight":3,"provenance":{"scenario":"f"}}`) {
		t.Errorf("the origin is %+v", got)
	}
}

// TestWeightsOfSetsAreHeeded: the same seed gives the same weights, other set weights give others, and
// of a run that was stopped and goes on nothing else comes. Sets that all weigh 1 have
// those of one set with all episodes, when the same are held out.
func TestWeightsOfSetsAreHeeded(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	trained := func(kind string, work string, weight float64, stop int) []byte {
		config := tiny(kind)
		joined, err := fit.Join(t.Context(), []fit.Set{part(0, 3, weight), part(3, 6, 1)}, &config)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		f, err := run(ctx, joined, config, work, func(p train.Progress) {
			if stop > 0 && p.Step >= stop {
				cancel()
			}
		})
		if stop > 0 {
			if !errors.Is(err, context.Canceled) {
				t.Fatalf("the run that is stopped ends with %v", err)
			}
			return nil
		}
		if err != nil {
			t.Fatal(err)
		}
		return weightsOf(t, f)
	}
	for _, kind := range fit.Kinds() {
		one, two := trained(kind, "", 1, 0), trained(kind, "", 2.5, 0)
		if bytes.Equal(one, two) {
			t.Errorf("%s: weights 1 and 2.5 give the same model", kind)
		}
		work := filepath.Join(t.TempDir(), "work")
		trained(kind, work, 2.5, 5)
		if !bytes.Equal(trained(kind, work, 2.5, 0), two) {
			t.Errorf("%s: stopped and resumed it gives another model", kind)
		}
	}
}

// TestWorkOfOtherWeightsIsNotResumed: what was begun with other weights, or other sets, is
// refused.
func TestWorkOfOtherWeightsIsNotResumed(t *testing.T) {
	t.Parallel()
	config := fit.Tiny()
	work := filepath.Join(t.TempDir(), "work")
	for i, sets := range [][]fit.Set{{part(0, 3, 2), part(3, 6, 1)}, {part(0, 3, 1), part(3, 6, 1)}, {part(0, 3, 2), part(4, 6, 1)}} {
		joined, err := fit.Join(t.Context(), sets, &config)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		_, err = run(ctx, joined, config, work, func(train.Progress) { cancel() })
		if cancel(); i == 0 && !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		if i > 0 && (err == nil || !strings.Contains(err.Error(), "the training was begun with")) {
			t.Errorf("sets %d: got %v", i, err)
		}
	}
}

func TestSetsThatDoNotGoTogetherAreRefused(t *testing.T) {
	t.Parallel()
	changed := func(change func(*sim.Scene)) fit.Set {
		t := *simulated()[0]
		scene := *t.Scene
		change(&scene)
		t.Scene = &scene
		return fit.Set{Name: "odd", Weight: 1, Episodes: fit.InMemory([]*sim.Trajectory{&t, &t}, fit.Origin{})}
	}
	steps := func(s *sim.Scene) { s.Substeps = 4 }
	config := fit.Tiny()
	for want, set := range map[string]fit.Set{
		"odd has 50 frames per second, but a has 60":   changed(func(s *sim.Scene) { s.FPS = 50 }),
		"odd has 4 engine steps a frame, but a has 1":  changed(steps),
		"odd has 7 solver iterations, but a has 20":    changed(func(s *sim.Scene) { s.Iterations = 7 }),
		"odd has 0.02 m of slop, but a has 0.001":      changed(func(s *sim.Scene) { s.Slop = 0.02 }),
		"odd has 0.5 of overlaps left after a second":  changed(func(s *sim.Scene) { s.Bias = 0.5 }),
		"b: training needs 2 episodes of each dataset": part(1, 2, 1),
		"b: weight 0 must be from 0.01 to 100":         part(1, 4, 0),
		"b: weight 101 must be":                        part(1, 4, 101),
	} {
		if _, err := fit.Join(t.Context(), []fit.Set{part(0, 3, 1), set}, &config); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	config.InnerSteps = 1
	if _, err := fit.Join(t.Context(), []fit.Set{part(0, 3, 1), changed(steps)}, &config); err != nil {
		t.Errorf("with --inner-steps: %v", err)
	}
	if _, err := fit.Join(t.Context(), nil, &config); err == nil {
		t.Error("no sets are taken")
	}
}

// TestSizesOfSetsAreOfTheLargest: the memory that episodes take is reckoned with the most bodies of any set, wherever it stands.
func TestSizesOfSetsAreOfTheLargest(t *testing.T) {
	t.Parallel()
	set := func(frames, bodies int) fit.Set {
		scene := sim.DefaultScene()
		for i := range bodies {
			b := sim.NewDisc(0.1, 1, sim.Surface{})
			b.Start.X = float64(i)
			scene.Bodies = append(scene.Bodies, b)
		}
		var all []*sim.Trajectory
		for k := range 3 {
			all = append(all, &sim.Trajectory{Scene: &scene, States: make([]sim.State, frames+k)})
		}
		return fit.Set{Episodes: fit.InMemory(all, fit.Origin{}), Name: "discs", Weight: 1}
	}
	config := fit.Tiny()
	for _, bodies := range [][2]int{{2, 7}, {7, 2}} {
		joined, err := fit.Join(t.Context(), []fit.Set{set(10, bodies[0]), set(40, bodies[1])}, &config)
		if err != nil {
			t.Fatal(err)
		}
		for k, want := range []int{10, 11, 12, 40, 41, 42} {
			if frames, most := joined.Size(k); frames != want || most != 7 {
				t.Errorf("episode %d of sets with %v bodies: %d frames of %d bodies, want %d of 7", k, bodies, frames, most, want)
			}
		}
	}
}
