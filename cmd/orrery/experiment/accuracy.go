package experiment

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"orrery/cmd/orrery/console"
	"orrery/datasets/storage"
	"orrery/world/eval"
)

// Accuracy trains models in a fixed time, measures them and compares the figures with
// what they should be.
type Accuracy struct {
	Settings
	Only     []string      // names of tests; none is all
	Budget   time.Duration // of every training; 0 leaves each test its own
	Steps    int           // of every training, instead of a time; 0 trains for the time
	Train    int           // episodes to train on; 0 leaves each test its own
	Episodes int           // number of episodes of each test set
	Endure   int           // most frames of the long rollouts
}

// AccuracyTests returns the names of the tests, and for how long they train in all.
func AccuracyTests() (names []string, training time.Duration) {
	for _, e := range accuracyTests {
		names = append(names, e.Name)
		training += time.Duration(len(e.Models)) * e.Budget
	}
	return names, training
}

// Finding is a line of the table of targets.
type Finding struct {
	Experiment string      `json:"experiment"`
	Model      string      `json:"model"`
	What       string      `json:"what"`
	AtMost     *float64    `json:"at_most"` // in the unit that What names; null where nothing is asked
	Reached    eval.Number `json:"reached"` // in the same unit
	Met        bool        `json:"met"`     // true where nothing is asked
}

// Do runs the tests and returns the table, with the names of the tests that could not be
// done, for reasons that stand on log. The table is also in accuracy.json.
func (a Accuracy) Do(ctx context.Context, log io.Writer) (findings []Finding, failed []string, err error) {
	chosen, err := a.validate()
	if err != nil {
		return nil, nil, err
	}
	var all []line
	for i := range chosen {
		lines, _ := a.lines(&chosen[i])
		all = append(all, lines...)
	}
	if err := a.check(all); err != nil {
		return nil, nil, fmt.Errorf("accuracy: %w", err)
	}
	for i := range chosen {
		found, err := a.run(ctx, log, &chosen[i])
		if ctx.Err() != nil {
			return nil, nil, cmp.Or(err, ctx.Err())
		}
		if err != nil {
			fmt.Fprintf(log, "experiment %s: %v\n", chosen[i].Name, err)
			failed = append(failed, chosen[i].Name)
			found = chosen[i].unknown()
		}
		findings = append(findings, found...)
	}
	write := func(w io.Writer) error { return console.JSON(w, findings) }
	return findings, failed, console.WriteFile(storage.Join(a.Dir, "accuracy.json"), write)
}

// unknown returns the goals of a test that could not be done.
func (e *accuracyTest) unknown() []Finding {
	var findings []Finding
	for i := range e.Goals {
		goal := &e.Goals[i]
		findings = append(findings, Finding{e.Name, e.Models[0], goal.What, &goal.AtMost, eval.Number(math.NaN()), false})
	}
	return findings
}

// validate returns the tests to do, or the first mistake in the settings.
func (a *Accuracy) validate() ([]accuracyTest, error) {
	switch {
	case a.Budget < 0:
		return nil, console.Usagef("accuracy: budget %v must be > 0", a.Budget)
	case a.Steps < 0:
		return nil, console.Usagef("accuracy: steps %d must be ≥ 1", a.Steps)
	case a.Steps > 0 && a.Budget > 0:
		return nil, console.Usagef("accuracy: --steps and --budget exclude each other; a training ends after so many steps or after that time")
	case a.Train < 0 || a.Episodes < 1:
		return nil, console.Usagef("accuracy: %d episodes to train on and %d to test on must be ≥ 1", a.Train, a.Episodes)
	case a.Endure < 2:
		return nil, console.Usagef("accuracy: endurance of %d frames must be ≥ 2", a.Endure)
	}
	names, _ := AccuracyTests()
	if err := checkNames("accuracy", "experiment", a.Only, names); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(accuracyTests), func(e accuracyTest) bool {
		return len(a.Only) > 0 && !slices.Contains(a.Only, e.Name)
	}), nil
}

// lines returns what a test does below a directory of its own, and its models.
func (a *Accuracy) lines(e *accuracyTest) (lines []line, models []string) {
	at := func(name string) string { return filepath.Join(e.Name, name) }
	episodes, budget := e.Episodes, e.Budget
	if a.Train > 0 {
		episodes = a.Train
	}
	if a.Budget > 0 {
		budget = a.Budget
	}
	length := []string{"--budget", budget.String()}
	if a.Steps > 0 {
		length = []string{"--steps", strconv.Itoa(a.Steps)}
	}
	dataset := a.gen(at("dataset"), e.Scenario, episodes, a.Seed)
	lines = append(lines, dataset)
	for _, kind := range e.Models {
		model := a.train(at(kind), kind, dataset, length...)
		lines, models = append(lines, model), append(models, model.out)
	}
	report := storage.Join(a.Dir, e.Name)
	on := []string{"--sets", e.Scenario, "--episodes", strconv.Itoa(a.Episodes)}
	args := slices.Concat([]string{"eval"}, models, on, []string{"--only", strings.Join(e.Sets, ","), "--report", report})
	lines = append(lines, line{args, storage.Join(report, "metrics.json")})
	if e.Endure > 0 {
		out := storage.Join(report, "endurance.json")
		args := slices.Concat([]string{"eval"}, models, on, []string{"--only", e.Sets[0], "--endurance", strconv.Itoa(min(e.Endure, a.Endure)), "--out", out})
		lines = append(lines, line{args, out})
	}
	return lines, models
}

// run does a test.
func (a *Accuracy) run(ctx context.Context, log io.Writer, e *accuracyTest) ([]Finding, error) {
	lines, models := a.lines(e)
	if err := a.do(ctx, io.Discard, log, lines...); err != nil {
		return nil, err
	}
	return a.findings(e, models)
}

// findings compares the models of a test that is done with its goals, which bind the first.
func (a *Accuracy) findings(e *accuracyTest, models []string) ([]Finding, error) {
	path := storage.Join(a.Dir, e.Name, "metrics.json")
	f, err := storage.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	result, err := eval.ReadResult(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	endured := make([]json.RawMessage, len(models))
	if e.Endure > 0 {
		if err := console.ReadJSON(storage.Join(a.Dir, e.Name, "endurance.json"), &endured); err != nil {
			return nil, err
		}
	}
	var findings []Finding
	for i, model := range models {
		m := &judged{result: result, name: filepath.Base(model)}
		if e.Endure > 0 {
			m.endurance = &eval.Endurance{}
			if err := json.Unmarshal(endured[i], m.endurance); err != nil {
				return nil, err
			}
		}
		for g := range e.Goals {
			goal := &e.Goals[g]
			f := Finding{Experiment: e.Name, Model: m.name, What: goal.What, Reached: goal.Of(m), Met: true}
			if i == 0 {
				f.AtMost, f.Met = &goal.AtMost, float64(f.Reached) <= goal.AtMost
			}
			findings = append(findings, f)
		}
	}
	return findings, nil
}

// PrintFindings writes the table of targets.
func PrintFindings(out io.Writer, findings []Finding) error {
	return console.Table(out, func(row func(...any)) {
		row("experiment", "model", "what", "at most", "reached", "")
		for _, f := range findings {
			asked, verdict := "–", "stated"
			if f.AtMost != nil {
				asked = fmt.Sprint(*f.AtMost)
				if verdict = "missed"; f.Met {
					verdict = "met"
				}
			}
			reached := fmt.Sprintf("%.3g", float64(f.Reached))
			if f.Reached >= 1000 {
				reached = fmt.Sprintf("%.0f", float64(f.Reached))
			}
			if !f.Reached.Measured() {
				reached = "–"
			}
			row(f.Experiment, f.Model, f.What, asked, reached, verdict)
		}
	})
}
