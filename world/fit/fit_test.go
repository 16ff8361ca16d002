package fit_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"orrery/learn/train"
	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/scenario/library"
	"orrery/world"
	"orrery/world/fit"
	"orrery/world/fit/gorgonia"
	"orrery/world/spread/lbfgs"
)

// simulated are trajectories of mixed by their number, simulated once.
var simulated = sync.OnceValue(func() []*sim.Trajectory {
	mixed, err := library.Find("mixed")
	if err != nil {
		panic(err)
	}
	values, err := mixed.Values(nil)
	if err != nil {
		panic(err)
	}
	e := engine.New()
	var out []*sim.Trajectory
	for i := range 12 {
		scene, err := mixed.Sample(1, i, values)
		if err != nil {
			panic(err)
		}
		if err := e.Load(scene); err != nil {
			panic(err)
		}
		t, err := e.Run(nil, 60, nil)
		if err != nil {
			panic(err)
		}
		out = append(out, t)
	}
	return out
})

// dataset returns a few episodes of mixed, up to 12.
func dataset(episodes int) fit.Episodes {
	return fit.InMemory(simulated()[:episodes], fit.Origin{Scenario: "mixed", Program: "test", Identity: fmt.Sprint(episodes)})
}

// run trains on the episodes. Each report is one of a training, report may be nil.
func run(ctx context.Context, episodes fit.Episodes, config fit.Config, work string, report func(train.Progress)) (*fit.Fitted, error) {
	return fit.Train(ctx, fit.Job{
		Episodes: episodes, Config: config, Work: work, Minimise: lbfgs.Minimise, Gorgonia: gorgonia.Gradient,
		Report: func(p fit.Progress) {
			if p.Training != nil && report != nil {
				report(*p.Training)
			}
		},
	})
}

// tiny returns settings for a second of training a model of some kind.
func tiny(kind string) fit.Config {
	c := fit.Tiny()
	c.Kind = kind
	return c
}

// ofEveryKind runs a test for every kind of model.
func ofEveryKind(t *testing.T, test func(t *testing.T, config fit.Config)) {
	kinds := fit.Kinds()
	if testing.Short() { // all of them are trained by the same goroutines
		kinds = kinds[:1]
	}
	for _, kind := range kinds {
		t.Run(kind, func(t *testing.T) { test(t, tiny(kind)) })
	}
}

// rollouts returns where a model says the episodes go.
func rollouts(t *testing.T, model world.Model) []*sim.Trajectory {
	t.Helper()
	var scenes []*sim.Scene
	var starts []sim.State
	for _, x := range simulated()[:3] {
		scenes, starts = append(scenes, x.Scene), append(starts, x.States[0])
	}
	out, err := world.Rollout(model, scenes, starts, nil, 30, 1)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSavedModelPredictsWhatTheTrainedOneDoes(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	ds := dataset(8)
	ofEveryKind(t, func(t *testing.T, config fit.Config) {
		dir := t.TempDir()
		work, saved := filepath.Join(dir, "work[1"), filepath.Join(dir, "model") // a name that is no pattern
		fitted, err := run(context.Background(), ds, config, work, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := fitted.Save(saved, false); err != nil {
			t.Fatal(err)
		}
		if err := fitted.Save(filepath.Join(dir, "again"), false); err != nil {
			t.Errorf("saved again: %v", err)
		}
		model, description, err := fit.Load(saved)
		if err != nil {
			t.Fatal(err)
		}
		if got := description.Training; got.Scenario != "mixed" || got.Steps != config.Train.Steps || got.Parameters != model.Parameters() {
			t.Errorf("training is described as %+v", got)
		}
		want := rollouts(t, fitted.Model)
		for i, x := range rollouts(t, model) {
			if !slices.EqualFunc(x.States, want[i].States, slices.Equal[sim.State]) {
				t.Errorf("episode %d: the loaded model predicts something else", i)
			}
		}
		for _, name := range []string{"log.jsonl", world.CardFile, world.ConfigFile, world.WeightsFile} {
			if _, err := os.Stat(filepath.Join(saved, name)); err != nil {
				t.Error(err)
			}
		}
		if _, err := os.Stat(work); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the working directory is still there: %v", err)
		}
		if err := fitted.Save(saved, false); err == nil || !strings.Contains(err.Error(), "exists") {
			t.Errorf("saving twice: %v, want an error", err)
		}
	})
}

// TestTrainedModelKnowsItsSpread: it is measured, and comes back with the model; a model
// stored without it loads all the same.
func TestTrainedModelKnowsItsSpread(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	ds := dataset(8)
	ofEveryKind(t, func(t *testing.T, config fit.Config) {
		fitted, err := run(context.Background(), ds, config, "", nil)
		if err != nil {
			t.Fatal(err)
		}
		scene := rollouts(t, fitted.Model)[0].Scene
		spread := func(model world.Model) []float64 {
			predictor, err := model.Predictor([]*sim.Scene{scene})
			if err != nil {
				t.Fatal(err)
			}
			uncertain, ok := predictor.(world.Uncertain)
			if !ok {
				return nil
			}
			state := scene.Start()
			for range 10 {
				if err := uncertain.Step(state, nil); err != nil {
					t.Fatal(err)
				}
			}
			return uncertain.Spread(nil)
		}
		saved := func() world.Model {
			dir := filepath.Join(t.TempDir(), "model")
			if err := fitted.Save(dir, false); err != nil {
				t.Fatal(err)
			}
			model, _, err := fit.Load(dir)
			if err != nil {
				t.Fatal(err)
			}
			return model
		}
		want := spread(fitted.Model)
		if got := spread(saved()); len(want) != len(scene.Bodies) || !slices.Equal(got, want) {
			t.Errorf("loaded with σ %v m, trained with %v", got, want)
		}
		fitted.Description.Spread = nil
		if got := spread(saved()); got != nil {
			t.Errorf("without its spread the model says %v", got)
		}
	})
}

func TestStoppedTrainingGoesOnToTheSameModel(t *testing.T) {
	ds := dataset(8)
	ofEveryKind(t, func(t *testing.T, config fit.Config) {
		dir := t.TempDir()
		weights := func(fitted *fit.Fitted, name string) []byte {
			t.Helper()
			if err := fitted.Save(filepath.Join(dir, name), false); err != nil {
				t.Fatal(err)
			}
			text, err := os.ReadFile(filepath.Join(dir, name, world.WeightsFile))
			if err != nil {
				t.Fatal(err)
			}
			return text
		}
		whole, err := run(context.Background(), ds, config, "", nil)
		if err != nil {
			t.Fatal(err)
		}
		work := filepath.Join(dir, "work")
		ctx, stop := context.WithCancel(context.Background())
		_, err = run(ctx, ds, config, work, func(p train.Progress) {
			if p.Step >= 15 {
				stop()
			}
		})
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("stopped training: %v", err)
		}
		config.Train.Workers = 1 // of which nothing depends
		resumed, err := run(context.Background(), ds, config, work, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(weights(whole, "whole"), weights(resumed, "resumed")) {
			t.Error("a training stopped and resumed gives other weights than one that was not")
		}
	})
}

func TestResumingWithAnotherPlanIsRefused(t *testing.T) {
	ds, other := dataset(6), dataset(7)
	work := filepath.Join(t.TempDir(), "work")
	config := fit.Tiny()
	config.SetKind("mlp")
	config.Train = fit.Tiny().Train
	ctx, stop := context.WithCancel(context.Background())
	if _, err := run(ctx, ds, config, work, func(train.Progress) { stop() }); !errors.Is(err, context.Canceled) {
		t.Fatalf("stopped training: %v", err)
	}
	for name, change := range map[string]func(*fit.Config){
		"model":   func(c *fit.Config) { c.Kind = "contact" },
		"backend": func(c *fit.Config) { c.Backend = fit.Gorgonia },
		"seed":    func(c *fit.Config) { c.Seed = 9 },
		"holdout": func(c *fit.Config) { c.Holdout = 0.4 },
	} {
		changed := config
		change(&changed)
		if _, err := run(context.Background(), ds, changed, work, nil); err == nil || !strings.Contains(err.Error(), "begun with "+name) {
			t.Errorf("another %s: got %v, want an error that names it", name, err)
		}
	}
	if _, err := run(context.Background(), other, config, work, nil); err == nil || !strings.Contains(err.Error(), "begun with dataset 6, not 7") {
		t.Errorf("other data: got %v, want an error", err)
	}
	if _, err := run(context.Background(), ds, config, work, nil); err != nil {
		t.Errorf("the plan it was begun with: %v", err)
	}
}

func TestTrainingSaysWhyItCannot(t *testing.T) {
	ds := dataset(3)
	for want, change := range map[string]func(*fit.Config){
		`model "mlp3000" must be one of: contact, interaction, mlp`: func(c *fit.Config) { c.Kind = "mlp3000" },
		"holdout 1 must be":                                            func(c *fit.Config) { c.Holdout = 1 },
		"rounds 0 must be":                                             func(c *fit.Config) { c.Contact.Rounds = 0 },
		"batch 0 must be":                                              func(c *fit.Config) { c.Train.Batch = 0 },
		"interaction config: hidden 0 must be":                         func(c *fit.Config) { c.Kind, c.Interaction.Hidden = "interaction", 0 },
		"mlp config: layers 0 must be":                                 func(c *fit.Config) { c.Kind, c.MLP.Layers = "mlp", 0 },
		`backend "torch" must be one of: native, gorgonia`:             func(c *fit.Config) { c.Backend = "torch" },
		"backend gorgonia cannot train a contact model: the mechanics": func(c *fit.Config) { c.Backend = fit.Gorgonia },
	} {
		config := fit.Tiny()
		change(&config)
		if _, err := run(context.Background(), ds, config, "", nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error with %q", err, want)
		}
	}
}

// TestOneEpisodeTeachesAndJudges by its first three quarters and its last.
func TestOneEpisodeTeachesAndJudges(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	whole, err := fit.Read(t.Context(), dataset(1), []int{0}, nil)
	if err != nil {
		t.Fatal(err)
	}
	frames := len(whole[0].States)
	spoilt := func(from, to int) fit.Episodes { // the frames from one to another are those of another motion
		c := *whole[0]
		c.States = slices.Clone(c.States)
		for k := from; k < to; k++ {
			c.States[k] = slices.Clone(c.States[k])
			for i := range c.States[k] {
				c.States[k][i].VX += 0.3 * float64(k%3)
			}
		}
		return fit.InMemory([]*sim.Trajectory{&c}, fit.Origin{})
	}
	weights := func(e fit.Episodes) []byte {
		fitted, err := run(t.Context(), e, fit.Tiny(), "", nil)
		if err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join(t.TempDir(), "model")
		if err := fitted.Save(dir, false); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(filepath.Join(dir, "model.safetensors"))
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	usual := weights(spoilt(0, 0))
	if bytes.Equal(usual, weights(spoilt(1, frames/2))) {
		t.Error("the first half teaches nothing")
	}
	short, err := whole[0].Part(0, 11)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := run(t.Context(), fit.InMemory([]*sim.Trajectory{short}, fit.Origin{}), fit.Tiny(), "", nil); err == nil || !strings.Contains(err.Error(), "one of 11") {
		t.Errorf("an episode of 11 frames: %v, want an error", err)
	}
}

func TestLoadSaysWhatIsWrong(t *testing.T) {
	fitted, err := run(context.Background(), dataset(4), fit.Tiny(), "", nil)
	if err != nil {
		t.Fatal(err)
	}
	for want, damage := range map[string]func(dir string) error{
		`kind "oracle" is not one`: func(dir string) error {
			return replace(dir, world.ConfigFile, `"kind": "contact"`, `"kind": "oracle"`)
		},
		"format 2 must be 1":  func(dir string) error { return replace(dir, world.ConfigFile, `"format": 1`, `"format": 2`) },
		`unknown key "hiden"`: func(dir string) error { return replace(dir, world.ConfigFile, `"hidden"`, `"hiden"`) },
		"hidden 0 must be":    func(dir string) error { return replace(dir, world.ConfigFile, `"hidden": 8`, `"hidden": 0`) },
		"shape [8 8] must":    func(dir string) error { return replace(dir, world.ConfigFile, `"hidden": 8`, `"hidden": 9`) },
		"frame_time -":        func(dir string) error { return replace(dir, world.ConfigFile, `"frame_time": `, `"frame_time": -`) },
		"no such file":        func(dir string) error { return os.Remove(filepath.Join(dir, world.WeightsFile)) },
		"model.safetensors: ": func(dir string) error { return os.Truncate(filepath.Join(dir, world.WeightsFile), 100) },
	} {
		dir := filepath.Join(t.TempDir(), "model")
		if err := fitted.Save(dir, false); err != nil {
			t.Fatal(err)
		}
		if err := damage(dir); err != nil {
			t.Fatal(err)
		}
		if _, _, err := fit.Load(dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error with %q", err, want)
		}
	}
}

// replace changes a text inside a file and fails when it is not there.
func replace(dir, name, old, new string) error {
	path := filepath.Join(dir, name)
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	changed := bytes.Replace(text, []byte(old), []byte(new), 1)
	if bytes.Equal(changed, text) {
		return errors.New(name + " does not contain " + old)
	}
	return os.WriteFile(path, changed, 0o644)
}
