package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/console"
	"orrery/datasets"
	"orrery/datasets/generate"
	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/scenario"
)

// defaultSeed is where every command's randomness starts unless told otherwise.
const defaultSeed = 1

type genOptions struct {
	Scenario *scenario.Scenario
	Set      settings
	Ranges   map[string]scenario.Range // of parameters that each episode draws
	Episodes int
	Frames   int // of each episode, the start included
	Seed     uint64
	Policy   string // of the scenario, empty for its default
	Shard    datasets.Shard

	Out           string
	Workers       int
	Resume, Force bool
	JSON          bool

	tick func(frames int) // when not nil, told how many frames were made since the last call
}

func defaultGenOptions() genOptions {
	return genOptions{Set: settings{}, Ranges: map[string]scenario.Range{}, Episodes: 100, Seed: defaultSeed, Workers: runtime.NumCPU()}
}

func newGenCommand() *cobra.Command {
	opts := defaultGenOptions()
	var shard string
	cmd := &cobra.Command{
		Use:   "gen SCENARIO --out DIR",
		Short: "Generate a dataset",
		Long: `Sample scenes of a scenario, run them and write a LeRobot v3.0 dataset. The same
seed and parameters give the same bytes, whatever the number of workers. An
interrupted generation is completed by the same command with --resume. A parameter
that is --set to low:high is drawn anew for each episode, all values from low to high
being equally likely.

With --shard i/n only part i, from 0 to n-1, of the dataset is made, which is a
dataset too; orrery merge puts the parts together. The job's environment gives i
for --shard /n (SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX) and Slurm's gives
both for --shard auto.`,
		Example: `  orrery gen mixed --out data/mixed --episodes 400 --seed 1
  orrery gen mixed --out data/mixed --episodes 400 --seed 1 --resume
  orrery gen billiards --out data/crowd --set bodies=12 --set elasticity=1
  orrery gen mixed --out data/varied --set bodies=2:8 --set gravity=0:10
  orrery gen reach --out data/reach --policy noise
  orrery gen mixed --out shards/2 --episodes 400 --shard 2/8
  orrery gen mixed --out shards/$SLURM_ARRAY_TASK_ID --episodes 400 --shard auto`,
		Args: wantArgs("SCENARIO"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := scenario.Find(args[0])
			if err != nil {
				return console.Usage(err)
			}
			opts.Scenario = s
			if opts.Shard, err = parseShard(shard, os.LookupEnv); err != nil {
				return console.Usage(err)
			}
			if !cmd.Flags().Changed("frames") {
				opts.Frames = s.Frames
			}
			return runGen(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.Out, "out", "", "directory to write")
	flags.IntVar(&opts.Episodes, "episodes", opts.Episodes, "number of episodes")
	flags.IntVar(&opts.Frames, "frames", 0, "frames of each episode, its start included, unless its task ends it before (default the scenario's usual)")
	flags.Uint64Var(&opts.Seed, "seed", opts.Seed, "seed of all episodes")
	flags.Var(draws{opts.Set, opts.Ranges}, "set", "parameter of the scenario, may be repeated; orrery scenes SCENARIO lists them")
	flags.StringVar(&opts.Policy, "policy", opts.Policy, "who acts; orrery scenes SCENARIO lists them (default the first of them)")
	flags.StringVar(&shard, "shard", "", "part of the dataset to make: i/n, /n or auto")
	flags.IntVar(&opts.Workers, "workers", opts.Workers, "episodes made at the same time")
	flags.BoolVar(&opts.Resume, "resume", false, "complete an interrupted generation")
	flags.BoolVar(&opts.Force, "force", false, "replace a dataset that exists")
	flags.BoolVar(&opts.JSON, "json", false, "print JSON")
	return cmd
}

func runGen(ctx context.Context, out, log io.Writer, opts genOptions) error {
	progress := &genProgress{frames: opts.Frames}
	opts.tick = progress.tick
	spec, maker, err := opts.plan()
	if err != nil {
		return console.Usage(err)
	}
	if err := checkDataset(opts.Out, opts.Resume, opts.Force); err != nil {
		return err
	}
	progress.bar = console.NewProgress(log, "generating "+opts.Scenario.Name)
	err = console.Until(ctx, patience, func() error {
		return generate.Run(ctx, opts.Out, spec, func() generate.Maker { return maker }, generate.Options{
			Workers: opts.Workers, Resume: opts.Resume, Force: opts.Force, Progress: progress.saved,
		})
	})
	progress.bar.Close()
	if err != nil {
		return resumable(ctx, err, opts.Out)
	}
	data, err := datasets.Open(opts.Out)
	if err != nil {
		return err
	}
	return printDataset(out, opts.Out, datasetInfo{Summary: data.Summary()}, opts.JSON)
}

// patience is how long the work of a command may go on after it was interrupted. What
// still goes on then is left alone, so that the command can say how to resume it. It is
// shorter than that of the whole program.
const patience = 500 * time.Millisecond

// resumable returns the error of work on a dataset, which says after an interruption how
// to go on.
func resumable(ctx context.Context, err error, dir string) error {
	if ctx.Err() != nil {
		return fmt.Errorf("%w: --resume completes %s", console.ErrInterrupted, dir)
	}
	return err
}

// checkDataset returns an error when no dataset can be written in dir. Commands that
// have work to do before they write ask it first.
func checkDataset(dir string, resume, force bool) error {
	if err := generate.Check(dir, generate.Options{Resume: resume, Force: force}); err != nil {
		return err
	}
	return console.CheckOut(filepath.Join(dir, datasets.PartialName), true)
}

// plan turns options into what a dataset is made from. Its errors are mistakes
// in the options.
func (o *genOptions) plan() (spec datasets.Spec, maker generate.Maker, err error) {
	switch {
	case o.Out == "":
		return spec, nil, errors.New("gen: --out DIR is missing")
	case o.Resume && o.Force:
		return spec, nil, errors.New("gen: --resume and --force exclude each other")
	case o.Workers < 1:
		return spec, nil, fmt.Errorf("gen: workers %d must be ≥ 1", o.Workers)
	}
	values, err := o.Scenario.Values(o.Set)
	if err != nil {
		return spec, nil, err
	}
	policy, err := o.Scenario.Policy(o.Policy)
	if err != nil {
		return spec, nil, err
	}
	first, err := o.sample(values, 0)
	if err != nil {
		return spec, nil, err
	}
	spec = datasets.Spec{
		Scenario: o.Scenario.Name,
		Params:   maps.Clone(values),
		Ranges:   map[string]datasets.Range{},
		Seed:     o.Seed,
		Episodes: o.Episodes,
		Frames:   o.Frames,
		FPS:      first.FPS,
		Task:     o.Scenario.Summary,
		Command:  o.command(),
		Shard:    o.Shard,
	}
	if len(first.Actuators) > 0 {
		spec.Policy = policy.Name
	}
	for name, r := range o.Ranges {
		delete(spec.Params, name)
		spec.Ranges[name] = datasets.Range{Min: r.Low, Max: r.High}
	}
	return spec, o.makeEpisode(values, policy), spec.Validate()
}

// sample returns the scene of an episode.
func (o *genOptions) sample(values scenario.Values, episode int) (*sim.Scene, error) {
	values, err := o.Scenario.Draw(o.Seed, episode, values, o.Ranges)
	if err != nil {
		return nil, err
	}
	return o.Scenario.Sample(o.Seed, episode, values)
}

// makeEpisode returns what samples and runs an episode.
func (o *genOptions) makeEpisode(values scenario.Values, policy scenario.Policy) generate.Maker {
	tick := o.tick
	if tick == nil {
		tick = func(int) {}
	}
	return func(ctx context.Context, episode int) (*sim.Trajectory, []datasets.Outcome, error) {
		scene, err := o.sample(values, episode)
		if err != nil {
			return nil, nil, err
		}
		return runEpisode(ctx, o.Scenario.Task, scene, o.Frames, policy.Start(o.Seed, episode, scene), tick)
	}
}

// tickFrames is how many frames an episode runs between two looks at its context.
const tickFrames = 64

// runEpisode runs a scene under a policy for so many frames, the start included, or until
// its task ends or ctx does. The task and the policy may be nil. Tick is told how many
// frames were made since it was last told.
func runEpisode(ctx context.Context, task *scenario.Task, scene *sim.Scene, frames int, policy sim.Policy, tick func(frames int)) (*sim.Trajectory, []datasets.Outcome, error) {
	e := engines.Get().(*engine.Engine)
	defer engines.Put(e)
	if err := e.Load(scene); err != nil {
		return nil, nil, err
	}
	last := frames - 1
	var outcomes []datasets.Outcome
	if task != nil {
		last = min(last, task.TimeLimit)
		outcomes = []datasets.Outcome{}
	}
	t := &sim.Trajectory{Scene: scene, States: []sim.State{e.State(nil)}}
	told := 0
	for k := range last {
		if k-told == tickFrames {
			if err := ctx.Err(); err != nil {
				return nil, nil, err
			}
			tick(tickFrames)
			told = k
		}
		var action sim.Action
		if policy != nil {
			action = policy(k, t.States[k])
		}
		if err := e.Frame(action); err != nil {
			return nil, nil, err
		}
		if len(scene.Actuators) > 0 {
			if action == nil {
				action = scene.Rest()
			}
			t.Actions = append(t.Actions, scene.Clip(slices.Clone(action)))
		}
		t.States = append(t.States, e.State(nil))
		if task == nil {
			continue
		}
		o := judge(task, scene, t.States[k+1], t.Actions[k])
		o.Truncated = !o.Done && k == last-1
		o.Done = o.Done || o.Truncated
		if outcomes = append(outcomes, o); o.Done {
			break
		}
	}
	tick(frames - told) // those that the task did not need are done, too
	return t, outcomes, nil
}

// judge returns what a task says of the state that an action led to.
func judge(task *scenario.Task, scene *sim.Scene, state sim.State, action sim.Action) datasets.Outcome {
	return datasets.Outcome{
		Reward:  task.Reward(scene, state, action),
		Success: task.Success(scene, state),
		Done:    task.Terminated(scene, state),
	}
}

// genProgress tells a bar how much of a dataset is made, within episodes too.
type genProgress struct {
	bar    *console.Progress
	frames int // of an episode, at most

	mutex    sync.Mutex
	episodes int // in all; 0 before the first call of saved
	before   int // episodes that an earlier session has saved
	done     int // episodes that are saved
	made     int // frames of this session
}

// tick says that so many more frames are made.
func (p *genProgress) tick(frames int) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.made += frames
	p.show()
}

// saved says that so many episodes are saved.
func (p *genProgress) saved(done, total int) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.episodes == 0 {
		p.episodes, p.before = total, done
	}
	p.done = done
	p.show()
}

func (p *genProgress) show() {
	made := float64(p.made) / float64(p.frames) // in episodes
	remark := fmt.Sprintf("%d/%d episodes", p.done, p.episodes)
	if made >= float64(p.episodes-p.before) {
		remark += ", writing files"
	}
	p.bar.Set(min(1, (float64(p.before)+made)/float64(max(1, p.episodes))), remark)
}

// command returns the command line that makes the same bytes elsewhere.
func (o *genOptions) command() string {
	command := fmt.Sprintf("orrery gen %s --episodes %d --frames %d --seed %d", o.Scenario.Name, o.Episodes, o.Frames, o.Seed)
	command += o.Set.flags("set")
	for _, text := range formatRanges(o.Ranges) {
		command += " --set " + text
	}
	if o.Policy != "" {
		command += " --policy " + o.Policy
	}
	return command
}
