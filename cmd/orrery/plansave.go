package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/contest"
	"orrery/cmd/orrery/episodes"
	"orrery/cmd/orrery/planning"
	"orrery/datasets"
	"orrery/datasets/generate"
	"orrery/datasets/storage"
	"orrery/sim"
	"orrery/sim/scenario"
)

// saveOptions says how the dataset of a plan is written.
func (o *planOptions) saveOptions() generate.Options {
	return generate.Options{Workers: o.Workers, Append: o.Append, Resume: o.Resume, Force: o.Force}
}

// openSave looks before the work whether the episodes of a plan can become a dataset.
func (o *planOptions) openSave(ctx context.Context, c *contest.Contest, planner string) error {
	if o.Save == "" {
		return nil
	}
	c.Keep = true
	if err := checkDataset(o.Save, o.saveOptions()); err != nil {
		return err
	}
	if !o.Append {
		return nil
	}
	spec, err := o.saveSpec(c, planner)
	if err != nil {
		return err
	}
	base, err := datasets.Open(ctx, o.Save)
	switch {
	case o.Resume && errors.Is(err, datasets.ErrUnfinished):
		return nil // the new one is already taking the place of the old
	case err != nil:
		return err
	}
	now, had := datasets.NewProvenance(spec), base.Provenance()
	if o.Resume && had.Compatible(now) == nil {
		if path, _ := o.journalPath(); exists(path) {
			return nil // all is done but for the result
		}
		return fmt.Errorf("plan: %s is finished, so there is nothing to go on with; --force plans again", o.Save)
	}
	if err := now.Extends(had); err != nil {
		return fmt.Errorf("%s: cannot be extended: %w", o.Save, err)
	}
	c.First = base.Episodes()
	return nil
}

// leaveOut finds out, where the dataset was already taking its place when the plan was
// stopped, which of its episodes are not of this plan: then the journal has all that are.
func (o *planOptions) leaveOut(c *contest.Contest) {
	if o.Append && c.First == 0 {
		c.First = o.Episodes - c.Journal.Kept()
	}
}

func exists(path string) bool {
	_, err := storage.Lstat(path)
	return err == nil
}

// saveSpec returns what the dataset of a plan says of its origin.
func (o *planOptions) saveSpec(c *contest.Contest, planner string) (spec datasets.Spec, err error) {
	scene, _, err := c.Starts(0)
	if err != nil {
		return spec, err
	}
	values := scenario.Values{}
	if o.Protocol == planning.Task {
		if values, err = o.Task.Values(o.Set); err != nil {
			return spec, err
		}
	}
	spec = datasets.Spec{
		Scenario: o.Task.Name, Params: maps.Clone(values), Seed: o.Seed, Episodes: o.Episodes, Frames: c.Limit + 1, FPS: scene.FPS,
		Task: cmp.Or(o.Task.Summary, "Episodes of "+o.Task.Name+"."), Policy: randomModel, Command: o.command(planner),
	}
	if o.Task.Own {
		spec.File = string(o.Task.Text)
	}
	if c.Model != nil {
		spec.Policy = planner + " on " + o.Model
	}
	if c.Trained {
		spec.ModelSum, err = modelSum(o.Model)
	}
	return spec, err
}

// command returns the command line that plans the same episodes elsewhere.
func (o *planOptions) command(planner string) string {
	name := o.Task.Name
	if o.Task.Own {
		name = console.Quoted(name + ".scenario.json")
	}
	command := fmt.Sprintf("orrery plan %s --model %s", name, console.Quoted(o.Model))
	if o.Model != randomModel {
		command += " --planner " + planner
	}
	command += o.Tune.Flags("tune") + o.Set.Flags("set")
	if o.Protocol == planning.Recorded {
		command += fmt.Sprintf(" --protocol %s --data %s", o.Protocol, console.Quoted(o.Data))
		if o.Split != "" {
			command += " --split " + console.Quoted(o.Split)
		}
	}
	return command + fmt.Sprintf(" --episodes %d --seed %d", o.Episodes, o.Seed)
}

// save writes the episodes as a dataset, if one is wanted. Their actions make them again, in
// far less time than it took to think of these. The attempts have no actions afterwards.
func (o *planOptions) save(ctx context.Context, log io.Writer, c *contest.Contest, planner string, attempts []contest.Attempt) error {
	if o.Save == "" {
		return nil
	}
	spec, err := o.saveSpec(c, planner)
	if err != nil {
		return err
	}
	maker := func(ctx context.Context, k int) (*sim.Trajectory, []datasets.Outcome, error) {
		attempt := &attempts[k-c.First]
		scene, _, err := c.Starts(attempt.Episode)
		if err != nil {
			return nil, nil, err
		}
		done := sim.Trajectory{Actions: attempt.Actions}
		return episodes.Act(ctx, c.Task.Task, scene, c.Limit+1, done.Replay(), nil)
	}
	options := o.saveOptions()
	bar := console.NewProgress(log, "writing "+o.Save)
	defer bar.Close()
	options.Progress = func(done, total int) {
		bar.Set(float64(done)/float64(total), fmt.Sprintf("%d/%d episodes", done, total))
	}
	err = console.Until(ctx, patience, func() error {
		return generate.Run(ctx, o.Save, spec, func() generate.Maker { return maker }, options)
	})
	if err != nil {
		return resumable(err, o.Save)
	}
	for i := range attempts {
		attempts[i].Actions = nil
	}
	return nil
}
