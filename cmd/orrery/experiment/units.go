package experiment

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"orrery/cmd/orrery/console"
	"orrery/datasets/shard"
	"orrery/datasets/storage"
	"orrery/sim/input"
)

// Units is an experiment whose parts do not depend on one another, so that they may be done in shards.
type Units interface {
	// Work says what is done, and what decides it. The error is the first mistake in the settings.
	Work() (shard.Work, error)
	// units returns the command lines of each unit and what reads its figures afterwards.
	units() ([]unit, error)
	common() *Settings
}

// unit is a part of an experiment.
type unit struct {
	lines   []line
	figures func() (any, error)
}

func (s *Settings) common() *Settings { return s }

// DoShard does the units of a shard in the directory of the experiment, which is its folder f, and makes it whole. What f
// has figures of is not done again.
func DoShard(ctx context.Context, log io.Writer, of Units, f *shard.Folder) error {
	all, err := of.units()
	if err != nil {
		return err
	}
	s := of.common()
	from, to := f.Span()
	done := map[string]bool{} // lines that several units need
	for i := from; i < to; i++ {
		if f.Has(i) {
			continue
		}
		if err := s.doOnce(ctx, log, all[i].lines, done); err != nil {
			return err
		}
		figures, err := all[i].figures()
		if err != nil {
			return err
		}
		if err := f.Add(i, figures); err != nil {
			return err
		}
	}
	return f.Finish()
}

// doOnce runs lines but for those whose results are done, and notes that they are.
func (s *Settings) doOnce(ctx context.Context, log io.Writer, lines []line, done map[string]bool) error {
	for _, l := range lines {
		if done[l.out] {
			continue
		}
		if err := s.do(ctx, io.Discard, log, l); err != nil {
			return fmt.Errorf("%s: %w", s.below(l.out), err)
		}
		done[l.out] = true
	}
	return nil
}

// CheckShard returns the error with which a shard of an experiment is refused before its work.
func CheckShard(of Units, part shard.Shard) error {
	all, err := of.units()
	if err != nil {
		return err
	}
	from, to := part.Span(len(all))
	var lines []line
	for _, u := range all[from:to] {
		lines = append(lines, u.lines...)
	}
	return of.common().check(lines)
}

// tasksTerms are what the figures of tasks depend on.
type tasksTerms struct {
	Tasks    []taskTerms `json:"tasks"`
	Actors   []string    `json:"actors"`
	Play     int         `json:"train_episodes"` // number of episodes to train on; 0 is each task's own
	Steps    int         `json:"steps"`          // of every training; 0 likewise
	Episodes int         `json:"episodes"`
	Seed     uint64      `json:"seed"`
}

type taskTerms struct {
	Task      string   `json:"task"`
	File      string   `json:"file,omitempty"` // SHA-256 in hexadecimal of the scenario file
	Protocols []string `json:"protocols"`
}

// Work implements Units: each actor in each task is a unit.
func (t *Tasks) Work() (shard.Work, error) {
	if err := t.validate(); err != nil {
		return shard.Work{}, err
	}
	chosen, err := t.practices()
	if err != nil {
		return shard.Work{}, err
	}
	terms := tasksTerms{Actors: t.Actors, Play: t.Play, Steps: t.Steps, Episodes: t.Episodes, Seed: t.Seed}
	for _, p := range chosen {
		of := taskTerms{Task: p.Task, Protocols: p.Protocols}
		if p.File != "" {
			if of.File, err = fileSum(p.File); err != nil {
				return shard.Work{}, err
			}
		}
		terms.Tasks = append(terms.Tasks, of)
	}
	return shard.Work{Command: "tasks", Units: len(chosen) * len(t.Actors), Word: "actors in all tasks", Settings: terms}, nil
}

func (t *Tasks) units() (all []unit, err error) {
	chosen, err := t.practices()
	if err != nil {
		return nil, err
	}
	for _, p := range chosen {
		for _, actor := range t.Actors {
			own := *t
			own.Actors = []string{actor}
			lines := own.lines(p)
			all = append(all, unit{lines, func() (any, error) {
				var results []json.RawMessage // by protocol
				for _, l := range lines {
					if l.args[0] != "plan" {
						continue
					}
					var result map[string]json.RawMessage
					if err := console.ReadJSON(l.out, &result); err != nil {
						return nil, err
					}
					if model := storage.Join(t.Dir, p.Task, actor); slices.Contains(l.args, model) {
						result["model"], _ = json.Marshal(t.below(model)) // wherever the shard was done
					}
					text, err := json.Marshal(result)
					if err != nil {
						return nil, err
					}
					results = append(results, text)
				}
				return results, nil
			}})
		}
	}
	return all, nil
}

// maxScenario bounds the file of a scenario, in bytes.
const maxScenario = 1 << 28

// fileSum returns the SHA-256 in hexadecimal of a file.
func fileSum(path string) (string, error) {
	text, err := storage.ReadAtMost(path, maxScenario)
	return fmt.Sprintf("%x", sha256.Sum256(text)), err
}

// JoinTasks returns the results of all contests, in the order of Tasks.Do, from the figures of all units.
func JoinTasks(settings json.RawMessage, figures []json.RawMessage) (results []json.RawMessage, err error) {
	var terms tasksTerms
	if err := input.DecodeJSONPart(settings, &terms); err != nil {
		return nil, err
	}
	for i, task := range terms.Tasks {
		each := make([][]json.RawMessage, len(terms.Actors))
		for k := range terms.Actors {
			n := i*len(terms.Actors) + k
			if n >= len(figures) {
				return nil, fmt.Errorf("%d units must be %d", len(figures), len(terms.Tasks)*len(terms.Actors))
			}
			if err := input.DecodeJSONPart(figures[n], &each[k]); err != nil {
				return nil, err
			}
			if len(each[k]) != len(task.Protocols) {
				return nil, fmt.Errorf("%s by %s: %d results must be %d", task.Task, terms.Actors[k], len(each[k]), len(task.Protocols))
			}
		}
		for protocol := range task.Protocols {
			for k := range terms.Actors {
				results = append(results, each[k][protocol])
			}
		}
	}
	return results, nil
}

// accuracyTerms are what the findings of tests depend on.
type accuracyTerms struct {
	Only     []string      `json:"only"`
	Budget   time.Duration `json:"budget_ns"` // ns of every training; 0 is each test's own
	Steps    int           `json:"steps"`     // of every training, instead of the budget
	Train    int           `json:"train_episodes"`
	Episodes int           `json:"episodes"`
	Endure   int           `json:"endurance"` // frames
	Seed     uint64        `json:"seed"`
}

// Work implements Units: each test is a unit.
func (a *Accuracy) Work() (shard.Work, error) {
	chosen, err := a.validate()
	if err != nil {
		return shard.Work{}, err
	}
	terms := accuracyTerms{nil, a.Budget, a.Steps, a.Train, a.Episodes, a.Endure, a.Seed}
	for i := range chosen {
		terms.Only = append(terms.Only, chosen[i].Name)
	}
	return shard.Work{Command: "accuracy", Units: len(chosen), Word: "experiments", Settings: terms}, nil
}

func (a *Accuracy) units() (all []unit, err error) {
	chosen, err := a.validate()
	if err != nil {
		return nil, err
	}
	for i := range chosen {
		lines, models := a.lines(&chosen[i])
		all = append(all, unit{lines, func() (any, error) { return a.findings(&chosen[i], models) }})
	}
	return all, nil
}

// JoinAccuracy returns the table of targets from the figures of all tests.
func JoinAccuracy(figures []json.RawMessage) (findings []Finding, err error) {
	for _, text := range figures {
		var own []Finding
		if err := input.DecodeJSONPart(text, &own); err != nil {
			return nil, err
		}
		findings = append(findings, own...)
	}
	return findings, nil
}
