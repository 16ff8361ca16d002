package episodes

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/takes"
	"orrery/datasets"
	"orrery/datasets/generate"
	"orrery/datasets/shard"
	"orrery/datasets/splits"
	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/environment"
	"orrery/sim/policy"
	"orrery/sim/scenario"
	"orrery/sim/task"
)

// Recipe says which episodes to make.
type Recipe struct {
	Scenario *scenario.Scenario
	Set      console.Settings          // parameters that are the same in all episodes
	Ranges   map[string]scenario.Range // of parameters that each episode draws
	Policy   string                    // of the scenario, empty for its first
	Episodes int
	Frames   int // of each episode, the start included
	Seed     uint64
	Shard    shard.Shard     // part of the episodes, or none for all
	Split    splits.Division // of all episodes, or none when all are to train on
	Film     Filming
}

// Maker returns what a dataset of the recipe says of its origin, and what makes its
// episodes. It may be used by many goroutines, and tells tick, unless that is nil, how many
// frames were made since it last did.
func (r *Recipe) Maker(tick func(frames int)) (spec datasets.Spec, maker generate.Maker, err error) {
	values, err := r.Scenario.Values(r.Set)
	if err != nil {
		return spec, nil, err
	}
	policy, err := r.Scenario.Policy(r.Policy)
	if err != nil {
		return spec, nil, err
	}
	divided, err := r.Split.Of(r.Episodes)
	if err != nil {
		return spec, nil, fmt.Errorf("--split %w", err)
	}
	first, err := r.sample(values, 0)
	if err != nil {
		return spec, nil, err
	}
	spec = takes.Origin(r.Scenario, values, first.FPS)
	spec.Ranges = map[string]datasets.Range{}
	spec.Seed, spec.Episodes, spec.Frames = r.Seed, r.Episodes, r.Frames
	if r.Film.Kind != "" {
		if _, err := r.Film.settings(spec.FPS); err != nil {
			return spec, nil, err
		}
		spec.Film = r.Film.spec()
	}
	spec.Command, spec.Shard, spec.Splits = r.Command(), r.Shard, divided
	if len(first.Actuators) > 0 {
		spec.Policy = policy.Name
	}
	for name, between := range r.Ranges {
		delete(spec.Params, name)
		spec.Ranges[name] = datasets.Range{Min: between.Low, Max: between.High}
	}
	return spec, r.makeEpisode(values, policy, tick), spec.Validate()
}

// sample returns the scene of an episode.
func (r *Recipe) sample(values scenario.Values, episode int) (*sim.Scene, error) {
	values, err := r.Scenario.Draw(r.Seed, episode, values, r.Ranges)
	if err != nil {
		return nil, err
	}
	return r.Scenario.Sample(r.Seed, episode, values)
}

// makeEpisode returns what samples and runs an episode.
func (r *Recipe) makeEpisode(values scenario.Values, by policy.Policy, tick func(frames int)) generate.Maker {
	return func(ctx context.Context, episode int) (*sim.Trajectory, []datasets.Outcome, error) {
		scene, err := r.sample(values, episode)
		if err != nil {
			return nil, nil, err
		}
		return Act(ctx, r.Scenario.Task, scene, r.Frames, by.Start(r.Seed, episode, scene), tick)
	}
}

// tickFrames is the number of frames that an episode runs between two looks at its context.
const tickFrames = 64

// Act lets a policy act in a scene for so many frames, the start included, or until its
// task ends or ctx does, and returns what happened and, with a task, what each action led to.
// Task, policy and tick may be nil. Tick is told how many frames were made since it was last
// told.
func Act(ctx context.Context, of *task.Task, scene *sim.Scene, frames int, policy sim.Policy, tick func(frames int)) (*sim.Trajectory, []datasets.Outcome, error) {
	if tick == nil {
		tick = func(int) {}
	}
	e := engine.Borrow()
	defer e.GiveBack()
	last := frames - 1
	var outcomes []datasets.Outcome
	var judge *task.Judge
	if of != nil {
		last = min(last, of.TimeLimit)
		outcomes = []datasets.Outcome{}
		var err error
		if judge, err = of.Judge(scene); err != nil {
			return nil, nil, err
		}
	}
	episode, err := environment.NewEpisode(e, judge, scene, last)
	if err != nil {
		return nil, nil, err
	}
	t := &sim.Trajectory{Scene: scene, States: []sim.State{slices.Clone(episode.State())}}
	told := 0
	for k := range last {
		if k-told == tickFrames {
			if err := ctx.Err(); err != nil {
				return nil, nil, err
			}
			tick(tickFrames)
			told = k
		}
		action := scene.Rest()
		if policy != nil {
			if chosen := policy(k, t.States[k]); chosen != nil {
				action = scene.Clip(slices.Clone(chosen))
			}
		}
		o, err := episode.Step(action)
		if err != nil {
			return nil, nil, err
		}
		if len(scene.Actuators) > 0 {
			t.Actions = append(t.Actions, action)
		}
		t.States = append(t.States, slices.Clone(episode.State()))
		if of == nil {
			continue
		}
		outcomes = append(outcomes, datasets.Outcome{Reward: o.Reward, Success: o.Success, Done: o.Over(), Truncated: o.Truncated})
		if o.Over() {
			break
		}
	}
	if judge != nil {
		judge.See(t)
	}
	tick(frames - told) // those that the task did not need are done, too
	return t, outcomes, nil
}

// Command returns the command line that makes the same bytes elsewhere, of a scenario file
// with its name.
func (r *Recipe) Command() string {
	name := r.Scenario.Name
	if r.Scenario.Own {
		name = console.Quoted(name + ".scenario.json")
	}
	command := fmt.Sprintf("orrery gen %s --episodes %d --frames %d --seed %d", name, r.Episodes, r.Frames, r.Seed)
	command += r.Set.Flags("set")
	for _, name := range slices.Sorted(maps.Keys(r.Ranges)) {
		command += fmt.Sprintf(" --set %s=%v:%v", name, r.Ranges[name].Low, r.Ranges[name].High)
	}
	if r.Policy != "" {
		command += " --policy " + console.Quoted(r.Policy)
	}
	if len(r.Split) > 0 {
		command += " --split " + r.Split.String()
	}
	if r.Film.Kind != "" {
		command += r.Film.flags(r.Seed)
	}
	return command
}
