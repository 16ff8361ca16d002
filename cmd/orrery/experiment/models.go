package experiment

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"orrery/cmd/orrery/console"
	"orrery/datasets"
	"orrery/datasets/storage"
	"orrery/world"
	"orrery/world/eval"
)

// Models trains the models that the viewer embeds. Its Dir is where the work is done, and
// can be deleted afterwards.
type Models struct {
	Settings
	Out       string        // directory with one below it for each model
	Scenarios []string      // for which there is to be a model
	Budget    time.Duration // of each training
	Episodes  int           // number of episodes to train on
	HeldOut   int           // fresh episodes to measure on

	Policies map[string]string // policy in the data of a scenario, if it is not the default policy
}

// Do trains and measures the models, and puts each in its place when it is done. It hands
// their directories to show.
func (m Models) Do(ctx context.Context, log io.Writer, show func(dir string) error) error {
	if m.Episodes < 1 || m.HeldOut < 1 || m.Budget <= 0 {
		return console.Usagef("models: %d episodes to train on, %d to test on and a budget of %v must be above 0", m.Episodes, m.HeldOut, m.Budget)
	}
	var all []line
	for _, name := range m.Scenarios {
		if err := console.CheckOut(filepath.Join(m.Out, name), true); err != nil {
			return fmt.Errorf("models: %w", err)
		}
		all = append(all, m.lines(name)...)
	}
	if err := m.check(all); err != nil {
		return fmt.Errorf("models: %w", err)
	}
	for _, name := range m.Scenarios {
		lines := m.lines(name)
		err := m.do(ctx, io.Discard, log, lines[:2]...)
		if err == nil {
			err = checkLengths(ctx, lines[1].out) // before the training takes its time
		}
		if err == nil {
			err = m.do(ctx, io.Discard, log, lines[2:]...)
		}
		if err != nil {
			return fmt.Errorf("models: %s: %w", name, err)
		}
		dir := filepath.Join(m.Out, name)
		if err := install(lines[2].out, lines[3].out, dir); err != nil {
			return err
		}
		if err := show(dir); err != nil {
			return err
		}
	}
	return nil
}

// checkLengths returns an error if the episodes of a dataset are too short for any figure of
// an evaluation. An evaluation leaves the shortest tenth out.
func checkLengths(ctx context.Context, dir string) error {
	data, err := datasets.Open(ctx, dir)
	if err != nil {
		return err
	}
	lengths := data.Lengths()
	slices.Sort(lengths)
	settings := eval.DefaultConfig()
	if err := settings.CheckLength(data.Summary().FPS, lengths[len(lengths)/10]); err != nil {
		return fmt.Errorf("%s: %w", dir, err)
	}
	return nil
}

// lines returns what makes the model of a scenario: data, fresh data, a model, and what
// the model reaches on the fresh data.
func (m *Models) lines(name string) []line {
	var more []string
	if policy := m.Policies[name]; policy != "" {
		more = []string{"--policy", policy}
	}
	dataset := m.gen(name, name, m.Episodes, m.Seed, more...)
	model := m.train(name+"-model", contactKind, dataset, "--budget", m.Budget.String())
	fresh := m.gen(name+"-fresh", name, m.HeldOut, m.Seed+1, more...)
	scores := filepath.Join(m.Dir, name+"-metrics.json")
	args := []string{"eval", model.out, "--data", fresh.out, "--episodes", strconv.Itoa(m.HeldOut), "--out", scores}
	return []line{dataset, fresh, model, {args, scores}}
}

// install puts a model in the place of another, without the logs of its training and with
// the figures of fresh episodes.
func install(model, scores, dir string) error {
	d, err := world.ReadDescription(model)
	if err != nil {
		return err
	}
	f, err := os.Open(scores)
	if err != nil {
		return err
	}
	defer f.Close()
	result, err := eval.ReadResult(f)
	if err != nil {
		return fmt.Errorf("%s: %w", scores, err)
	}
	return storage.ReplaceFolder(dir, world.WeightsFile, func(draft string) error {
		for _, name := range []string{world.ConfigFile, world.WeightsFile} {
			content, err := os.ReadFile(filepath.Join(model, name))
			if err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(draft, name), content, 0o644); err != nil {
				return err
			}
		}
		return result.Store(draft, d)
	})
}

// Choose returns those of all scenarios that only names, in their order, or all of them.
func Choose(all, only []string) ([]string, error) {
	if err := checkNames("models", "scenario", only, all); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(all), func(name string) bool { return len(only) > 0 && !slices.Contains(only, name) }), nil
}
