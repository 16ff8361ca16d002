package experiment

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"orrery/cmd/orrery/console"
	"orrery/world/eval"
)

// measured returns a result in which each figure of a row is another, so that a goal that reads the wrong one is found:
// at 0.5 s and 1 s, of sets with as many times the error as times says.
func measured(sets []string, names []string, times ...float64) *eval.Result {
	var list []*eval.Result
	for s, set := range sets {
		r := &eval.Result{Set: set, Settings: eval.DefaultConfig(), Episodes: 3, HorizonsS: []float64{0.5, 1}}
		for n, name := range names {
			factor := (1 + 10*float64(n)) * times[s]
			spread := eval.Spread{Mean: []float64{0.002 * factor, 0.05 * factor}, Median: []float64{7, 8}, Lo95: []float64{9, 10}, Hi95: []float64{11, 12}}
			r.Rows = append(r.Rows, eval.Row{
				Name: name, Params: eval.Number(1000 * factor), TrainS: 60, Position: spread, Angle: spread, OneStepM: 13, EpsilonM: nil, HorizonS: 14,
				PenetrationM: 15, PenetrationMaxM: 16, MomentumDrift: 17, EnergyError: 18, USPerStep: eval.Number(20 * factor),
				ScaledMSE: []eval.Number{eval.Number(1e-10 * factor), eval.Number(1e-8 * factor), eval.Number(1e-4 * factor)},
				Stack:     eval.Stack{PenetrationM: eval.Number(0.001 * factor), PenetrationMaxM: 19, RestDrift: eval.Number(0.002 * factor)},
			})
		}
		list = append(list, r)
	}
	joined, err := eval.Join(list)
	if err != nil {
		panic(err)
	}
	return joined
}

// accurately returns an experiment whose lines write what is measured of the models that they name.
func accurately(t *testing.T, fail string) Accuracy {
	a := Accuracy{Settings: Settings{Dir: filepath.Join(t.TempDir(), "out"), Seed: 1, Workers: 1}, Episodes: 3, Endure: 50}
	a.Run = func(_ context.Context, _, _ io.Writer, args []string) error {
		value := func(name string) string {
			if i := slices.Index(args, "--"+name); i >= 0 {
				return args[i+1]
			}
			return ""
		}
		if args[0] == fail {
			return errors.New("it cannot be done")
		}
		var models []string
		for _, path := range args[1:] {
			if strings.HasPrefix(path, "--") {
				break
			}
			models = append(models, filepath.Base(path))
		}
		switch {
		case args[0] != "eval":
			return os.MkdirAll(value("out"), 0o755)
		case value("endurance") != "":
			var all []map[string]any
			for i := range models {
				all = append(all, map[string]any{"model": models[i], "episodes": 3, "frames": 50, "not_finite": i, "lost": 2, "too_fast": 5})
			}
			text, err := json.Marshal(all)
			if err != nil {
				return err
			}
			return os.WriteFile(value("out"), text, 0o600)
		}
		sets := strings.Split(value("only"), ",")
		times := slices.Repeat([]float64{4}, len(sets))
		times[0] = 1
		if len(sets) > 1 {
			times[1] = 1.25
		}
		if err := os.MkdirAll(value("report"), 0o755); err != nil {
			return err
		}
		var text bytes.Buffer
		if err := measured(sets, models, times...).WriteJSON(&text); err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(value("report"), "metrics.json"), text.Bytes(), 0o600)
	}
	return a
}

// Each target reads the figure that it names, binds the first model alone, and is met at its bound.
func TestTargetsReadWhatTheyName(t *testing.T) {
	t.Parallel()
	a := accurately(t, "")
	findings, failed, err := a.Do(t.Context(), io.Discard)
	if err != nil || len(failed) > 0 {
		t.Fatal(failed, err)
	}
	reached := map[string]string{}
	for _, f := range findings {
		verdict := "stated"
		if f.AtMost != nil {
			verdict = fmt.Sprint(f.Met)
		}
		reached[f.Experiment+" "+f.Model+" "+f.What] = fmt.Sprintf("%.4g %s", float64(f.Reached), verdict)
	}
	for what, want := range map[string]string{
		"demo contact position error at 0.5 s (m)":                            "0.002 true",
		"demo contact position error at 1 s (m)":                              "0.05 true",
		"mixed contact position error at 0.5 s (m)":                           "0.002 true",
		"mixed contact position error at 1 s (m)":                             "0.05 false",
		"mixed contact error at 0.5 s with 4 times the bodies / with as many": "1.25 true",
		"mixed contact parameters":                                            "1000 true",
		"mixed contact time of a frame of a scene, of 16 together (µs)":       "20 true",
		"mixed contact long rollouts that broke down":                         "0 true",
		"mixed contact long rollouts that lost a body":                        "2 false",
		"mixed interaction position error at 0.5 s (m)":                       "0.022 stated",
		"mixed interaction long rollouts that broke down":                     "1 stated",
		"billiards contact position error at 1 s (m)":                         "0.05 false",
		"pile contact deepest overlap of the stack at 1 s (m)":                "0.001 true",
		"pile contact drift of resting bodies at 1 s (m/s)":                   "0.002 false",
		"springs contact scaled squared error after 1 frame":                  "1e-10 true",
		"springs contact scaled squared error after 10 frames":                "1e-08 true",
		"springs contact scaled squared error after 20 frames":                "0.0001 false",
		"charged contact scaled squared error after 20 frames":                "0.0001 true",
	} {
		if reached[what] != want {
			t.Errorf("%s is %q, want %q", what, reached[what], want)
		}
	}
	var stored []Finding
	if err := console.ReadJSON(filepath.Join(a.Dir, "accuracy.json"), &stored); err != nil || len(stored) != len(findings) {
		t.Errorf("accuracy.json has %d findings of %d: %v", len(stored), len(findings), err)
	}
}

// A test that cannot be done leaves its goals unknown and not met, and the others go on.
func TestATestThatFailsIsNotMet(t *testing.T) {
	t.Parallel()
	a := accurately(t, "train")
	a.Only = []string{"pile", "demo"}
	var log bytes.Buffer
	findings, failed, err := a.Do(t.Context(), &log)
	if err != nil || !slices.Equal(failed, []string{"demo", "pile"}) {
		t.Fatalf("failed are %v, %v", failed, err)
	}
	if len(findings) != 4 || !strings.Contains(log.String(), "experiment pile: it cannot be done") {
		t.Errorf("%d findings; the log is %s", len(findings), log.String())
	}
	for _, f := range findings {
		if f.Met || f.Reached.Measured() || f.AtMost == nil || f.Model != "contact" {
			t.Errorf("got %+v", f)
		}
	}
	var table bytes.Buffer
	if err := PrintFindings(&table, append(findings, Finding{"a", "b", "c", nil, 12345.6, true}, Finding{"a", "b", "d", &[]float64{0.5}[0], 0.12345, true})); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"missed", "stated", "12346", "0.123", "met", "0.5"} {
		if !strings.Contains(table.String(), want) {
			t.Errorf("the table lacks %s:\n%s", want, table.String())
		}
	}
	ended, stop := context.WithCancel(t.Context())
	b := accurately(t, "")
	run := b.Run
	b.Run = func(ctx context.Context, out, log io.Writer, args []string) error {
		stop()
		return errors.Join(run(ctx, out, log, args), ctx.Err())
	}
	if _, _, err := b.Do(ended, io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("an end is told as %v", err)
	}
}

func TestExperimentsRefuseWhatTheyCannotDo(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "out")
	settings := Settings{Dir: out, Seed: 1, Workers: 1, Run: func(context.Context, io.Writer, io.Writer, []string) error {
		t.Error("something was done")
		return nil
	}}
	accuracy := func(change func(*Accuracy)) error {
		a := Accuracy{Settings: settings, Episodes: 1, Endure: 2}
		change(&a)
		_, _, err := a.Do(t.Context(), io.Discard)
		return err
	}
	tasks := func(change func(*Tasks)) error {
		a := Tasks{Settings: settings, Actors: Actors(), Episodes: 1}
		change(&a)
		_, err := a.Do(t.Context(), io.Discard)
		return err
	}
	models := func(change func(*Models)) error {
		m := Models{Settings: settings, Out: out, Scenarios: []string{"push"}, Budget: time.Second, Episodes: 1, HeldOut: 1}
		change(&m)
		return m.Do(t.Context(), io.Discard, func(string) error { return nil })
	}
	demo := func(change func(*Demo)) error {
		d := Demo{Settings: settings, Episodes: 1, HeldOut: 1, Budget: time.Second}
		change(&d)
		return d.Do(t.Context(), io.Discard, io.Discard)
	}
	own := filepath.Join(t.TempDir(), "own.scenario.json")
	if err := os.WriteFile(own, []byte(`{"format": 2, "name": "push", "bodies": [{"circle": 0.1}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		err  error
		want string
	}{
		{accuracy(func(a *Accuracy) { a.Budget = -1 }), "accuracy: budget -1ns must be > 0"},
		{accuracy(func(a *Accuracy) { a.Train = -1 }), "accuracy: -1 episodes to train on and 1 to test on must be ≥ 1"},
		{accuracy(func(a *Accuracy) { a.Episodes = 0 }), "0 to test on must be ≥ 1"},
		{accuracy(func(a *Accuracy) { a.Endure = 1 }), "endurance of 1 frames must be ≥ 2"},
		{accuracy(func(a *Accuracy) { a.Only = []string{"demos"} }), `accuracy: unknown experiment "demos", perhaps "demo"`},
		{accuracy(func(a *Accuracy) { a.Only = []string{"demo", "demo"} }), `accuracy: experiment "demo" must be named once`},
		{accuracy(func(a *Accuracy) { a.Dir = "" }), "--out DIR must not be empty"},
		{accuracy(func(a *Accuracy) { a.Resume, a.Force = true, true }), "--resume and --force exclude each other"},
		{accuracy(func(a *Accuracy) { a.Workers = 0 }), "workers 0 must be ≥ 1"},
		{tasks(func(a *Tasks) { a.Play = -1 }), "tasks: train-episodes -1 must be ≥ 0"},
		{tasks(func(a *Tasks) { a.Steps = -1 }), "tasks: steps -1 must be ≥ 0"},
		{tasks(func(a *Tasks) { a.Episodes = 0 }), "tasks: episodes 0 must be ≥ 1"},
		{tasks(func(a *Tasks) { a.Only = []string{"puch"} }), `tasks: unknown task "puch", perhaps "push"`},
		{tasks(func(a *Tasks) { a.Actors = []string{"contact", "contact"} }), `tasks: actor "contact" must be named once`},
		{tasks(func(a *Tasks) { a.Actors = nil }), "tasks: --actors must name one at least"},
		{tasks(func(a *Tasks) { a.Only = []string{own} }), own + " has no task"},
		{models(func(m *Models) { m.Episodes = 0 }), "models: 0 episodes to train on, 1 to test on and a budget of 1s must be above 0"},
		{models(func(m *Models) { m.HeldOut = 0 }), "0 to test on"}, {models(func(m *Models) { m.Budget = 0 }), "a budget of 0s"},
		{demo(func(d *Demo) { d.HeldOut = 0 }), "demo: 1 episodes, 0 to evaluate on"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.want) {
			t.Errorf("got %v, want %s", c.err, c.want)
		}
	}
	names, training := AccuracyTests()
	if len(names) != len(accuracyTests) || training != 51*time.Minute {
		t.Errorf("%v train for %v", names, training)
	}
}

// Tasks that are named by a file are learnt as those of the table, after them, and results are those of contests.
func TestTasksOfFilesComeLast(t *testing.T) {
	t.Parallel()
	own := filepath.Join(t.TempDir(), "own.scenario.json")
	text := `{"format": 2, "name": "own", "bodies": [{"name": "ball", "circle": 0.1}], "actuators": [{"force": "ball"}], "goals": [{"body": "ball", "place": [3, 0]}]}`
	if err := os.WriteFile(own, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var said []string
	tasks := Tasks{Only: []string{own, "reach"}, Actors: []string{"true", "contact"}, Episodes: 2}
	tasks.Settings = Settings{Dir: filepath.Join(t.TempDir(), "out"), Seed: 3, Workers: 1, Run: func(_ context.Context, _, _ io.Writer, args []string) error {
		said = append(said, args[0]+" "+filepath.Base(args[1]))
		return nil
	}}
	results, err := tasks.Do(t.Context(), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(said, ", "), "gen reach, train play, plan reach, plan reach, gen own.scenario.json, train play, plan own.scenario.json, plan own.scenario.json"; got != want {
		t.Errorf("done was %s, want %s", got, want)
	}
	var names []string
	for _, r := range results {
		names = append(names, tasks.below(r))
	}
	if got, want := strings.Join(names, " "), "reach/task-true.json reach/task-contact.json own/task-true.json own/task-contact.json"; got != want {
		t.Errorf("the results are %s, want %s", got, want)
	}
	tasks.Run = func(context.Context, io.Writer, io.Writer, []string) error { return errors.New("no") }
	tasks.Dir += "2"
	if _, err := tasks.Do(t.Context(), io.Discard); err == nil || err.Error() != "tasks: reach/play: no" {
		t.Errorf("a line that fails is told as %v", err)
	}
}

func TestOnlyTheNamedAreChosen(t *testing.T) {
	t.Parallel()
	all := []string{"a", "b", "c"}
	for _, c := range []struct{ only, want string }{{"", "a b c"}, {"c a", "a c"}, {"b", "b"}} {
		got, err := Choose(all, strings.Fields(c.only))
		if err != nil || strings.Join(got, " ") != c.want {
			t.Errorf("of %q %v are chosen (%v), want %s", c.only, got, err, c.want)
		}
	}
	if _, err := Choose(all, []string{"d"}); err == nil || !strings.Contains(err.Error(), `models: unknown scenario "d"`) {
		t.Errorf("got %v", err)
	}
	if !slices.Equal(all, []string{"a", "b", "c"}) {
		t.Errorf("all are %v now", all)
	}
}

// A figure that is not a number meets no target.
func TestWhatIsNotKnownMeetsNothing(t *testing.T) {
	t.Parallel()
	a := accurately(t, "")
	a.Only = []string{"pile"}
	run := a.Run
	a.Run = func(ctx context.Context, out, log io.Writer, args []string) error {
		if err := run(ctx, out, log, args); err != nil || args[0] != "eval" {
			return err
		}
		r := measured([]string{"settled", "iid"}, []string{"contact"}, 1, 1)
		r.Rows[0].Stack.RestDrift = eval.Number(math.NaN())
		var text bytes.Buffer
		if err := r.WriteJSON(&text); err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(a.Dir, "pile", "metrics.json"), text.Bytes(), 0o600)
	}
	findings, _, err := a.Do(t.Context(), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if !findings[0].Met || findings[1].Met {
		t.Errorf("got %+v", findings)
	}
}
