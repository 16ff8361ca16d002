package experiment

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"orrery/cmd/orrery/console"
	"orrery/datasets/storage"
	"orrery/sim/input"
	"orrery/sim/scenario/library"
)

// Tasks lets models learn tasks by play and plan them, beside the engine and chance.
type Tasks struct {
	Settings
	Only     []string // tasks of the table or scenario files; all of the table when empty
	Actors   []string // kinds of model, true or random, each once
	Play     int      // episodes to train on; 0 leaves each task its own
	Steps    int      // of every training; 0 likewise
	Episodes int      // to act in
}

// Actors returns who can act in every task.
func Actors() []string { return slices.Clone(actors) }

// TaskNames returns the names of the tasks in the table.
func TaskNames() (names []string) {
	for _, p := range practices {
		names = append(names, p.Task)
	}
	return names
}

// Do runs the experiments and returns the files with what came of each contest, in the
// order of the table. Mistakes are found before the work.
func (t Tasks) Do(ctx context.Context, log io.Writer) (results []string, err error) {
	if err := t.validate(); err != nil {
		return nil, err
	}
	var lines []line
	chosen, err := t.practices()
	if err != nil {
		return nil, err
	}
	for _, p := range chosen {
		lines = append(lines, t.lines(p)...)
	}
	if err := t.check(lines); err != nil {
		return nil, fmt.Errorf("tasks: %w", err)
	}
	for _, l := range lines {
		if err := t.do(ctx, io.Discard, log, l); err != nil {
			return nil, fmt.Errorf("tasks: %s: %w", t.below(l.out), err)
		}
		if l.args[0] == "plan" {
			results = append(results, l.out)
		}
	}
	return results, nil
}

// practices returns those that are chosen: of the table in its order, then those of files.
func (t *Tasks) practices() (chosen []*practice, err error) {
	for i := range practices {
		if p := &practices[i]; len(t.Only) == 0 || slices.Contains(t.Only, p.Task) {
			chosen = append(chosen, p)
		}
	}
	for _, path := range t.files() {
		p, err := practiceOf(path)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(chosen, func(other *practice) bool { return other.Task == p.Task }) {
			return nil, console.Usagef("tasks: task %q must be named once", p.Task)
		}
		chosen = append(chosen, p)
	}
	return chosen, nil
}

// files returns what is chosen by a path.
func (t *Tasks) files() []string {
	return slices.DeleteFunc(slices.Clone(t.Only), func(name string) bool { return !library.IsPath(name) })
}

func (t *Tasks) validate() error {
	for _, n := range []struct {
		name       string
		value, min int
	}{{"train-episodes", t.Play, 0}, {"steps", t.Steps, 0}, {"episodes", t.Episodes, 1}, {"workers", t.Workers, 1}} {
		if n.value < n.min {
			return console.Usagef("tasks: %s %d must be ≥ %d", n.name, n.value, n.min)
		}
	}
	named := slices.DeleteFunc(slices.Clone(t.Only), library.IsPath)
	for _, list := range []struct {
		what         string
		names, known []string
	}{{"task", named, TaskNames()}, {"actor", t.Actors, actors}} {
		if err := checkNames("tasks", list.what, list.names, list.known); err != nil {
			return err
		}
	}
	if len(t.Actors) == 0 {
		return console.Usagef("tasks: --actors must name one at least")
	}
	return nil
}

// checkNames returns an error unless names are among those that are known, each once.
func checkNames(command, what string, names, known []string) error {
	for i, name := range names {
		if !slices.Contains(known, name) {
			return console.Usagef("%s: unknown %s %.40q%s; there are %s", command, what, name, input.Perhaps(name, known), strings.Join(known, ", "))
		}
		if slices.Contains(names[:i], name) {
			return console.Usagef("%s: %s %q must be named once", command, what, name)
		}
	}
	return nil
}

// lines returns what is to be done for a task: play, trainings, and a contest of each
// actor by each protocol.
func (t *Tasks) lines(p *practice) (lines []line) {
	at := func(name string) string { return filepath.Join(p.Task, name) }
	episodes := p.Episodes
	if t.Play > 0 {
		episodes = t.Play
	}
	set, task := strings.Fields(p.Set.Flags("set")), cmp.Or(p.File, p.Task)
	by := set
	if p.Policy != "" {
		by = append(slices.Clone(set), "--policy", p.Policy)
	}
	play := t.gen(at("play"), task, episodes, t.Seed, by...)
	models := slices.Clone(t.Actors)
	for i, actor := range t.Actors {
		steps := p.Steps[actor]
		if steps == 0 {
			continue // the engine and chance learn nothing
		}
		if t.Steps > 0 {
			steps = t.Steps
		}
		more := []string{"--steps", strconv.Itoa(steps)}
		if actor == contactKind && p.Inner > 0 {
			more = append(more, "--inner-steps", strconv.Itoa(p.Inner))
		}
		model := t.train(at(actor), actor, play, more...)
		if len(lines) == 0 {
			lines = append(lines, play)
		}
		lines, models[i] = append(lines, model), model.out
	}
	for _, protocol := range p.Protocols {
		more := set
		if protocol == recorded {
			starts := t.gen(at("recorded"), task, p.Recorded, t.Seed+1, by...)
			lines, more = append(lines, starts), []string{"--protocol", protocol, "--data", starts.out}
		}
		for i, actor := range t.Actors {
			out := storage.Join(t.Dir, at(protocol+"-"+actor+".json"))
			args := []string{"plan", task, "--model", models[i], "--episodes", strconv.Itoa(t.Episodes), "--seed", strconv.FormatUint(t.Seed+1, 10)}
			lines = append(lines, line{slices.Concat(args, more, []string{"--out", out}), out})
		}
	}
	return lines
}
