package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/planning"
	"orrery/datasets"
	"orrery/datasets/splits"
	"orrery/sim/scenario/library"
	"orrery/world/fit"
	"orrery/world/plan"
)

// TestAnInterruptedPlanIsOneOfTheSameSettings: whatever its attempts depend on is another one in what its journal begins with.
func TestAnInterruptedPlanIsOneOfTheSameSettings(t *testing.T) {
	t.Parallel()
	model := func(weights string) string {
		dir := t.TempDir()
		if err := errors.Join(os.WriteFile(filepath.Join(dir, "config.json"), []byte("{}"), 0o600), os.WriteFile(filepath.Join(dir, "model.safetensors"), []byte(weights), 0o600)); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	push, err := library.Find("push")
	if err != nil {
		t.Fatal(err)
	}
	data, err := datasets.Open(t.Context(), filepath.Join("..", "..", "datasets", "sample"))
	if err != nil {
		t.Fatal(err)
	}
	other, err := datasets.Open(t.Context(), tinyDataset(t))
	if err != nil {
		t.Fatal(err)
	}
	one := model("1")
	type given struct {
		opts    planOptions
		config  plan.Config
		planner string
		data    *datasets.Dataset
		split   splits.Split
	}
	text := func(change func(g *given)) string {
		g := given{opts: defaultPlanOptions(), planner: "icem", data: data, split: splits.Split{Name: "all", To: data.Episodes()}}
		g.opts.Task, g.opts.Model = push, one
		if change != nil {
			change(&g)
		}
		settings, err := g.opts.settings(g.config, g.planner, planning.Engine{}, g.data, g.split)
		if err != nil {
			t.Fatal(err)
		}
		out, err := json.Marshal(settings)
		if err != nil {
			t.Fatal(err)
		}
		return strings.ReplaceAll(string(out), g.opts.Model, "MODEL")
	}
	usual := text(nil)
	if again := text(nil); again != usual {
		t.Errorf("%s and %s", usual, again)
	}
	seen := map[string]string{usual: "as usual"}
	for name, change := range map[string]func(g *given){
		"another task": func(g *given) {
			s := *push
			s.Name = "other"
			g.opts.Task = &s
		},
		"another file": func(g *given) {
			s := *push
			s.Own, s.Text = true, []byte("other")
			g.opts.Task = &s
		},
		"a parameter":      func(g *given) { g.opts.Set = console.Settings{"bodies": 3} },
		"another protocol": func(g *given) { g.opts.Protocol = planning.Recorded },
		"another seed":     func(g *given) { g.opts.Seed = 9 },
		"more episodes":    func(g *given) { g.opts.Episodes = 21 },
		"pixels":           func(g *given) { g.opts.Observe = observePixels },
		"kept actions":     func(g *given) { g.opts.Save = "there" },
		"other weights":    func(g *given) { g.opts.Model = model("2") },
		"another planner":  func(g *given) { g.planner = "cem" },
		"more samples":     func(g *given) { g.config.Samples++ },
		"no data":          func(g *given) { g.data = nil },
		"other data":       func(g *given) { g.data, g.split = other, splits.Split{Name: "all", To: other.Episodes()} },
		"a split":          func(g *given) { g.split = splits.Split{Name: "test", From: 1, To: 2} },
		"another split":    func(g *given) { g.split = splits.Split{Name: "test", From: 2, To: 3} },
	} {
		got := text(change)
		if as, there := seen[got]; there {
			t.Errorf("%s begins %s: %s", name, as, got)
		}
		seen[got] = name
	}
}

// TestHelpTellsWhatThePlannerSees in px, as it is drawn.
func TestHelpTellsWhatThePlannerSees(t *testing.T) {
	t.Parallel()
	if help := mustRun(t, "plan", "--help"); observedSide != 224 || !strings.Contains(help, "pictures of 224×224 px") {
		t.Errorf("pictures have %d px a side: %s", observedSide, help)
	}
}

// TestRatesOfTrainingNeverRise: the last is no greater than the first, whatever that is set to.
func TestRatesOfTrainingNeverRise(t *testing.T) {
	t.Parallel()
	usual := fit.DefaultConfig().Train.FinalRate
	for rate, want := range map[float64]float64{usual / 2: usual / 2, usual * 100: usual} {
		o := trainOptions{Fit: fit.DefaultConfig(), Rate: rate}
		if err := o.replaceSettings(); err != nil || o.Fit.Train.LearningRate != rate || o.Fit.Train.FinalRate != want {
			t.Errorf("from %g to %g, want to %g: %v", o.Fit.Train.LearningRate, o.Fit.Train.FinalRate, want, err)
		}
	}
}
