package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/arguments"
	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/contest"
	"orrery/cmd/orrery/importing"
	"orrery/cmd/orrery/planning"
	"orrery/cmd/orrery/sight"
	"orrery/cmd/orrery/usage"
	"orrery/datasets"
	"orrery/datasets/shard"
	"orrery/datasets/splits"
	"orrery/datasets/storage"
	"orrery/sim"
	"orrery/sim/input"
	"orrery/sim/render/film"
	"orrery/sim/scenario"
	"orrery/world"
	"orrery/world/fit"
	"orrery/world/plan"
)

type planOptions struct {
	Task     *scenario.Scenario
	Set      console.Settings
	Protocol planning.Protocol
	Observe  string // observeState or observePixels
	Data     string // dataset of recorded episodes
	Split    string // of Data, or empty for the usual one
	Model    string // directory, planning.EngineKind or randomModel
	Planner  string // empty for the task's own
	Tune     console.Settings
	Episodes int
	Seed     uint64
	Abreast  int // episodes at the same time, among which workers are divided
	Workers  int
	Out      string // file for the result as JSON, - for stdout, or empty
	Save     string // dataset of the episodes, or empty
	Append   bool   // extend the dataset that is there
	JSON     bool
	Render   string // film of the first episode, or empty
	Force    bool
	Resume   bool
	Shard    shard.Shard       // of the episodes, or zero for all
	Foreign  importing.Foreign // of LeRobot data without scenes
}

// What the planner is told of the states: all, or pictures of observedSide px a side.
const (
	observeState  = "state"
	observePixels = "pixels"
	observedSide  = 224
)

// randomModel is the word for acting at random in flags and tables.
const randomModel = "random"

func defaultPlanOptions() planOptions {
	return planOptions{Set: console.Settings{}, Protocol: planning.Task, Observe: observeState, Tune: console.Settings{}, Episodes: 20, Seed: defaultSeed + 1, Abreast: 1, Workers: runtime.NumCPU()}
}

func newPlanCommand() *cobra.Command {
	opts := defaultPlanOptions()
	var part string
	cmd := &cobra.Command{
		Use:   "plan TASK --model MODEL|true|random",
		Short: "Do a task by planning with a model or the engine",
		Long: `Do a task by planning. TASK is a scenario: a name that orrery scenes lists, a scenario
file, or a dataset, which keeps the file that it was made of. The engine runs the scenes of the task. Before each decision
the planner tries many actions in a model and carries out the best. With the model
"true" it tries them in the engine itself, so that a failure is the planner's fault and
not the model's. "random" acts at random. --seed fixes the scenes, which are the same for
every model. Scenes in which the task is done from the start are left out. An episode ends
with its first success, unless the task is to hold something until the end.

With --protocol recorded an episode begins in a state of a dataset (--data). Its goal is
the state 25 frames later, and it has 50 frames to get there. The test is fair if the
model was not trained on that dataset. In pusht the goal is reached when agent and block
are less than 20 px away (all four coordinates as one vector) and the block is turned by
less than π/9. Without recorded goals more than 95 % of the goal must be covered.

With --observe pixels the planner is told no state: it sees the scene in pictures of 224×224 px, one a frame, as a
camera above it does. Shapes and colours of the bodies are known, where they are is watched,
and how fast they are follows from the model and from where they are seen. Whether it succeeds is judged by
the true states. A body that others hide at the start is believed to be among them until it is seen.

The command prints

  the share of episodes that succeed, with its 95 % interval (Wilson's)
  the mean return, which is the sum of the task's rewards
  the median number of frames to a success
  the mean time of a decision, and with --observe pixels the median time of seeing a frame
  the mean error of the model's predictions of the next frame in these episodes
  the number of episodes in which a trained model went astray: it predicted a body
  outside the arena, through a wall or at ten times any speed of its training data

The JSON has all of it for every episode.

--save writes the episodes as a dataset, as orrery gen writes them, whether they succeed or
not. With --append it extends a dataset that the same command began: --episodes says how
many there are then, in all, and only the new ones are planned and judged.

Every finished episode is kept. After Ctrl-C the episodes are in FILE.partial if there is
--out FILE, in DIR.partial if there is --save DIR, else in plan-TASK.partial. The same
command with --resume goes on from there.

` + settingsHelp,
		Example: `  orrery plan pusht --model models/pusht --episodes 50
  orrery plan dock.scenario.json --model true
  orrery plan cartpole --set swing_up=1 --model true
  orrery plan pusht --model true --planner mppi --tune samples=500 --render film.gif
  orrery plan pusht --model models/pusht --observe pixels
  orrery plan push --model true --episodes 200 --save data/planned
  orrery plan pusht --model models/pusht --episodes 250 --shard 3/8 --out shards/3 --resume
  orrery plan pusht --model models/pusht --protocol recorded --data data/play --out result.json`,
		Args: usage.Args("TASK"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := arguments.OpenScenario(args[0])
			if err != nil {
				return err
			}
			opts.Task = s
			if opts.Shard, err = parseShard(cmd, part, "render", "save", "append", "json"); err != nil {
				return err
			}
			if opts.Append && !cmd.Flags().Changed("episodes") {
				return console.Usagef("plan: --append needs --episodes, the number of episodes in all")
			}
			return runPlan(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.Model, "model", "", "directory of a model, true for the engine, or random")
	flags.StringVar(&opts.Planner, "planner", "", "cem, icem, mppi or random (default the task's own)")
	flags.Var(opts.Tune, "tune", "setting of the planner, may be repeated")
	flags.Var(opts.Set, "set", "parameter of the scenario, may be repeated; orrery scenes TASK lists them")
	flags.StringVar((*string)(&opts.Protocol), "protocol", string(opts.Protocol), "task or recorded")
	flags.StringVar(&opts.Observe, "observe", opts.Observe, "what the planner is told of the states: state or pixels")
	flags.StringVar(&opts.Data, "data", "", "dataset of recorded episodes")
	opts.Foreign.AddFlags(flags)
	arguments.SplitVar(flags, &opts.Split, "its episodes are taken (default test, or all without one)")
	console.WholeVar(flags, &opts.Episodes, "episodes", console.From(1), "episodes to act in")
	flags.Uint64Var(&opts.Seed, "seed", opts.Seed, "seed of the episodes and of the planner")
	console.WholeVar(flags, &opts.Workers, "workers", console.From(1), "goroutines; results do not depend on it")
	console.WholeVar(flags, &opts.Abreast, "abreast", console.From(1), "episodes at the same time; they share the workers, and results do not depend on it")
	flags.StringVar(&opts.Out, "out", "", "`file` to write the result to as JSON; - is stdout")
	shardVar(flags, &part, "episodes")
	flags.BoolVar(&opts.JSON, "json", false, "print JSON")
	console.FolderVar(flags, &opts.Save, "save", "directory for a dataset of the episodes")
	flags.BoolVar(&opts.Append, "append", false, "extend the dataset of --save, to --episodes in all")
	console.PictureVar(flags, &opts.Render, "render", "`file` for a film of the first episode: .gif, .apng, .mp4 or .png")
	flags.BoolVar(&opts.Resume, "resume", false, "go on with an interrupted plan")
	flags.BoolVar(&opts.Force, "force", false, "replace files that exist, and start over")
	return cmd
}

// settingsHelp explains what --tune may set.
const settingsHelp = `The settings of --tune. Each task has its own values, which stand in the JSON:
  horizon      number of decisions in a plan
  repeat       frames for which each decision holds
  replan       decisions to carry out before the next plan is made
  samples      plans to try in the first iteration
  decay        each iteration tries this many times fewer plans than the one before
  iterations   rounds of trying plans and learning from them
  proposals    plans to try first: the plan at hand, and plans of the policy play
  spread       standard deviation of the first plans, in half ranges of the actuators
  colour       β of the noise: its power falls with frequency to the power β; 0 is white
  knots        points between which the noise runs straight; 0 for no such points
  elites       number of best plans from which cem and icem learn
  keep         share of the elites to try again in the next iteration
  momentum     share of the last distribution that stays in the next
  temperature  of mppi: a plan that costs more than the best by this share of the mean
               excess has 1/e of the best plan's weight
  inner        steps in which a contact model takes a frame at most, until plans are good enough
               there or most iterations are over; 0 is always as many as it learned
  enough       cost of a plan at which it is good enough and the search ends; 0 makes all iterations
  final        weight of the cost of the last frame; the other frames have weight 1
  caution      cost of each metre of a body's predicted uncertainty, in each frame
  within       uncertainty is the radius of the region that holds this share of the truth, such
               as 0.9; 0 takes the standard deviation`

func runPlan(ctx context.Context, out, log io.Writer, opts planOptions) error {
	config, planner, err := planning.Config(opts.Task, opts.Protocol, opts.Planner, planning.Settings(opts.Tune))
	if err != nil {
		return console.Usage(fmt.Errorf("plan: %w", tuning(err)))
	}
	if err := opts.validate(); err != nil {
		return console.Usage(fmt.Errorf("plan: %w", err))
	}
	goesOn := opts.Shard != (shard.Shard{}) // its folder says itself what may be written
	if !goesOn {
		if goesOn, err = opts.checkResume(); err != nil {
			return err
		}
	}
	for _, path := range []string{opts.Render, opts.Out} {
		if path == "" || path == "-" {
			continue
		}
		if err := console.CheckOut(path, opts.Force || goesOn); err != nil {
			return err
		}
	}
	config.Workers = max(1, opts.Workers/opts.Abreast)
	c := &contest.Contest{Task: opts.Task, Seed: opts.Seed, Config: config, Abreast: opts.Abreast}
	if opts.Render != "" {
		c.Film = &contest.Film{}
	}
	if opts.Observe == observePixels {
		c.Observe = func(ctx context.Context, scene *sim.Scene) (contest.Observer, error) {
			return sight.New(ctx, scene, observedSide)
		}
	}
	var training world.Training
	if c.Model, training, err = loadPlanModel(opts.Model); err != nil {
		return err
	}
	c.Trained = opts.Model != randomModel && opts.Model != planning.EngineKind
	c.Seen = training.Seen
	var data *datasets.Dataset
	var split splits.Split
	if opts.Protocol == planning.Recorded {
		defer opts.Foreign.Close()
		own, err := opts.Foreign.Sole(ctx, importing.To(log), patience, "plan", opts.Data)
		if err != nil {
			return err
		}
		if data, split, err = arguments.OpenSplit(ctx, own, opts.Split, splits.Test); err != nil {
			return err
		}
		if contest.TrainedOn(training, data, split) {
			fmt.Fprintf(log, "warning: %s was trained on these episodes, so they do not show how good it is\n", opts.Model)
		}
		recorded := contest.Record(opts.Task)
		c.Task, c.Starts, c.Limit = recorded.Scenario, contest.RecordedStarts(ctx, data, split, recorded, opts.Seed), 2*contest.RecordedAhead
	} else {
		values, err := opts.Task.Values(opts.Set)
		if err != nil {
			return console.Usage(err)
		}
		c.Starts, c.Limit = contest.TaskStarts(opts.Task, opts.Seed, values), opts.Task.Task.TimeLimit
	}
	if err := opts.openSave(ctx, c, planner); err != nil {
		return err
	}
	settings, err := opts.settings(config, planner, c.Model, data, split)
	if err != nil {
		return err
	}
	if opts.Shard != (shard.Shard{}) {
		return opts.runShard(ctx, log, c, shardedPlan{settings, opts.terms(c, planner, training)})
	}
	if c.Journal, err = opts.journal(settings); err != nil {
		return err
	}
	opts.leaveOut(c)
	var attempts []contest.Attempt
	var skipped int
	err = console.Until(ctx, patience, func() (err error) {
		attempts, skipped, err = c.Run(ctx, log, opts.Episodes)
		return err
	})
	if err != nil {
		kept := c.Journal.Kept()
		left := console.Uninterrupted(errors.Join(err, c.Journal.End(false)))
		if left == nil && kept > 0 {
			return fmt.Errorf("%w: %d of %s are kept in %s; --resume goes on", console.ErrInterrupted, kept, input.Count(opts.Episodes, "episode"), c.Journal.Path())
		}
		return cmp.Or(left, err)
	}
	if err := opts.save(ctx, log, c, planner, attempts); err != nil {
		return errors.Join(err, c.Journal.End(false))
	}
	result := contest.NewResult(opts.terms(c, planner, training), attempts)
	result.Skipped = skipped
	if c.Film != nil {
		if err := writeFilm(ctx, log, opts.Render, c.Film.Render(result)); err != nil {
			return err
		}
	}
	if err := console.WriteResult(out, opts.JSON, opts.Out, func(w io.Writer) error { return console.JSON(w, result) }, result.WriteTable); err != nil {
		return err
	}
	return c.Journal.End(true)
}

// planSettings has everything that the attempts of a plan depend on.
type planSettings struct {
	Task     string            `json:"task"`
	File     string            `json:"file,omitempty"` // hash of the scenario file
	Set      console.Settings  `json:"set"`
	Protocol planning.Protocol `json:"protocol"`
	Data     string            `json:"data"`            // hash of what the dataset says of its origin
	Split    *splits.Split     `json:"split,omitempty"` // of the data, unless all of it
	Model    string            `json:"model"`           // hash of the model's settings and weights
	Planner  string            `json:"planner"`
	Config   *plan.Config      `json:"config"`
	Seed     uint64            `json:"seed"`
	Episodes int               `json:"episodes"`
	Observe  string            `json:"observe,omitempty"` // unless it is the state
	Keep     bool              `json:"keep,omitempty"`    // actions, for a dataset
}

// journalPath returns where the finished episodes are kept, and whether only at the end,
// as nobody has named a file.
func (o *planOptions) journalPath() (path string, late bool) {
	switch {
	case o.Out != "" && o.Out != "-":
		return storage.Unfinished(o.Out), false
	case o.Save != "":
		return storage.Unfinished(o.Save), false
	}
	return "plan-" + o.Task.Name + ".partial", true
}

// checkResume reports whether there is an interrupted plan that --resume goes on with. It
// is an error to resume a finished plan, or one that no file has anything of.
func (o *planOptions) checkResume() (goesOn bool, err error) {
	if !o.Resume {
		return false, nil
	}
	path, unnamed := o.journalPath()
	if _, err := storage.Lstat(path); err == nil {
		return true, nil
	}
	if unnamed {
		return false, fmt.Errorf("plan: there is no %s to go on with; without --resume the plan starts", path)
	}
	for _, finished := range []string{o.Out, o.Save} {
		if finished != "" && finished != "-" && exists(finished) && !(o.Append && finished == o.Save) {
			return false, fmt.Errorf("plan: %s is finished, so there is nothing to go on with; --force plans again", finished)
		}
	}
	return false, nil // as if it had been interrupted before its first episode
}

// settings returns what the attempts depend on.
func (o *planOptions) settings(config plan.Config, planner string, model world.Model, data *datasets.Dataset, split splits.Split) (planSettings, error) {
	settings := planSettings{Task: o.Task.Name, Set: o.Set, Protocol: o.Protocol, Model: o.Model, Seed: o.Seed, Episodes: o.Episodes, Keep: o.Save != ""}
	if o.Observe == observePixels {
		settings.Observe = o.Observe
	}
	if o.Task.Own {
		settings.File = fmt.Sprintf("%x", sha256.Sum256(o.Task.Text))
	}
	if model != nil {
		settings.Planner, settings.Config = planner, &config
	}
	if o.Model != randomModel && o.Model != planning.EngineKind {
		var err error
		if settings.Model, err = modelSum(o.Model); err != nil {
			return settings, err
		}
	}
	if data != nil {
		content, err := json.Marshal(data.Provenance())
		if err != nil {
			return settings, err
		}
		settings.Data = fmt.Sprintf("%x", sha256.Sum256(content))
		if split.Len() < data.Episodes() {
			settings.Split = &split
		}
	}
	return settings, nil
}

// terms returns what the result says of who acts.
func (o *planOptions) terms(c *contest.Contest, planner string, training world.Training) contest.Terms {
	terms := contest.Terms{Task: o.Task.Name, Set: o.Set, Protocol: string(o.Protocol), Model: o.Model, Seed: o.Seed}
	if o.Observe == observePixels {
		terms.Observe = o.Observe
	}
	if c.Model != nil {
		terms.Planner, terms.Config = planner, &c.Config
	}
	if c.Trained {
		terms.TrainS = &training.Seconds
	}
	return terms
}

// journal opens the journal of the plan.
func (o *planOptions) journal(settings planSettings) (*shard.Journal, error) {
	path, late := o.journalPath()
	if o.Force {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	return shard.OpenJournal(path, settings, o.Resume, late)
}

// modelSum returns the SHA-256 in hexadecimal of the settings and weights of a model.
func modelSum(dir string) (string, error) {
	hash := sha256.New()
	for _, name := range []string{world.ConfigFile, world.WeightsFile} {
		content, err := storage.ReadFile(storage.Join(dir, name))
		if err != nil {
			return "", err
		}
		hash.Write(content)
	}
	return fmt.Sprintf("%x", hash.Sum(nil)), nil
}

func (o *planOptions) validate() error {
	switch {
	case o.Task.Task == nil:
		return fmt.Errorf("scenario %s has no task", o.Task.Name)
	case o.Model == "":
		return errors.New("--model MODEL is missing")
	case o.Model == randomModel && (o.Planner != "" || len(o.Tune) > 0):
		return errors.New("--planner and --tune are for models, not for acting at random")
	case o.Observe != observeState && o.Observe != observePixels:
		return fmt.Errorf("--observe %q must be %s or %s", o.Observe, observeState, observePixels)
	case o.Model == randomModel && o.Observe == observePixels:
		return errors.New("--observe pixels is for models: acting at random looks at nothing")
	case o.Resume && o.Force:
		return errors.New("--resume and --force exclude each other")
	case o.Append && o.Save == "":
		return errors.New("--append extends a dataset: --save DIR is missing")
	case o.Append && o.Force:
		return errors.New("--append and --force exclude each other")
	case o.Protocol != planning.Task && o.Protocol != planning.Recorded:
		return fmt.Errorf("protocol %q must be %q or %q", o.Protocol, planning.Task, planning.Recorded)
	case o.Protocol == planning.Recorded && (contest.Record(o.Task) == nil || o.Task.Own):
		return fmt.Errorf("task %s has no goals that are recorded states", o.Task.Name)
	case o.Protocol == planning.Recorded && o.Data == "":
		return errors.New("--data DIR is missing")
	case o.Protocol == planning.Recorded && len(o.Set) > 0:
		return errors.New("--set is for scenes that are not recorded")
	case o.Protocol == planning.Task && o.Split != "":
		return errors.New("--split is for --data")
	case o.Protocol == planning.Task && o.Data != "":
		return fmt.Errorf("--data is for --protocol %s", planning.Recorded)
	}
	if o.Render == "" {
		return nil
	}
	_, err := film.FormatOf(o.Render)
	return err
}

// tuning returns an error about a setting of the planner that names the flag it is from.
func tuning(err error) error {
	var wrong *plan.SettingError
	switch {
	case !errors.As(err, &wrong):
		return err
	case wrong.Name == plan.PlannerSetting:
		return fmt.Errorf("--planner %s", wrong.Rule)
	}
	return fmt.Errorf("--tune %.40s %s", wrong.Name, wrong.Rule)
}

// loadPlanModel returns the model of a name, which is nil to act at random, and
// how it was trained.
func loadPlanModel(name string) (world.Model, world.Training, error) {
	switch name {
	case randomModel:
		return nil, world.Training{}, nil
	case planning.EngineKind:
		return planning.Engine{}, world.Training{}, nil
	}
	model, d, err := fit.Load(name)
	if err != nil {
		return nil, world.Training{}, err
	}
	return model, d.Training, nil
}
