package fit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"orrery/learn/nn"
	"orrery/learn/train"
	"orrery/sim"
	"orrery/world"
	"orrery/world/choose"
	"orrery/world/identify"
	"orrery/world/spread"
)

// Job describes a training: the episodes, the settings, and what to do besides. Only
// Episodes and Config are required.
type Job struct {
	Episodes Episodes
	Config   Config

	// Work is the directory for checkpoints and logs. Train goes on from a checkpoint that
	// it finds there. With an empty Work nothing is kept.
	Work string
	// Command is the command line that trains the same model, for its description.
	Command string
	// From is a model whose settings and weights the training goes on with. If it is nil, settings are measured
	// and the weights are those of the seed.
	From *Fitted
	// Report is called with the progress of the training. It may be nil.
	Report func(Progress)

	// Minimise fits the law by which errors grow, such as lbfgs.Minimise. If it is nil, the
	// model predicts no uncertainty.
	Minimise spread.Minimiser
	// Identify finds the Unknown quantities of Config from the episodes to train on. It may be nil
	// where there are none.
	Identify func(ctx context.Context, training []*sim.Trajectory) (*identify.Values, error)
	// Gorgonia computes gradients with that library. If it is nil, the backend Gorgonia is
	// refused. The caller hands it in because the library is large and does not run
	// everywhere.
	Gorgonia Backend

	limits limits
	chosen *choice // of episodes to have in memory; nil before it is made
}

// Stage is a part of a training.
type Stage string

// The stages, in their order.
const (
	Reading   Stage = "reading"                         // the episodes
	Knowing   Stage = "identifying the unknown for"     // quantities that scenes do not tell
	Preparing Stage = "preparing"                       // what is measured on them, and the examples
	Choosing  Stage = "choosing the order of a step of" // by a short training of each that the data allow
	Retracing Stage = "finding states anew for"         // along plain laws of contact, where those explain what was seen
	Training  Stage = "training"
	Judging   Stage = "judging" // how errors of the trained model grow
)

// Progress says how far a training is.
type Progress struct {
	Stage    Stage
	Fraction float64         // of the stage that is over, 0 to 1
	Done     int             // episodes read so far
	Total    int             // episodes to read
	Training *train.Progress // in the stage Training, else nil
	Warning  string          // what the user should know of the data, mostly empty
}

// Fitted is a trained model and how it came about.
type Fitted struct {
	Model       world.Model
	Description world.Description
	Curve       []train.Progress // every report of the training
	Holdout     []int            // episodes that were not trained on
	SpreadError error            // why the model knows no uncertainty although it should, or nil

	weights *nn.Params
	work    string
	judging func(e Episodes, held []int) []int // nil where all judge
}

// Train fits a model. When ctx ends, it saves a checkpoint, if training has begun, and
// returns an error that wraps ctx.Err(): called again with the same job it goes on
// from there. What can be known to be wrong is refused before the episodes are read.
func Train(ctx context.Context, job Job) (*Fitted, error) {
	if err := job.check(); err != nil {
		return nil, err
	}
	if err := job.choose(ctx); err != nil {
		return nil, err
	}
	if job.chosen.part {
		defer collectEagerly()()
	}
	training, holdout, err := job.read(ctx)
	if err != nil {
		return nil, err
	}
	values, err := job.identify(ctx, training, holdout)
	if err != nil {
		return nil, err
	}
	job.report(Progress{Stage: Preparing})
	plan := job.plan() // before what is measured replaces settings
	model, settings, err := job.newModel(ctx, training, holdout)
	if err != nil {
		return nil, err
	}
	states, err := job.retrace(ctx, model, training, holdout)
	if err != nil {
		return nil, err
	}
	objective, err := model.objective(ctx, training, holdout)
	if err != nil {
		return nil, err
	}
	impact := training[0].Impact
	if job.chosen.part { // what fits into memory is needed for what is learned from
		training, holdout = nil, nil
	}
	lesson, err := job.lesson(ctx, model, values, objective, training)
	if err != nil {
		return nil, err
	}
	defer lesson.close()
	if err := keepPlan(job.Work, append(plan, planned{"set of settings", string(settings)})); err != nil {
		return nil, err
	}
	config := job.Config.Train
	config.Batch = min(config.Batch, train.EpochOf(lesson.objective))
	result, err := train.Run(ctx, lesson.objective, config, job.Work, func(p train.Progress) {
		job.report(Progress{Stage: Training, Fraction: p.Fraction, Training: &p})
	})
	if err != nil {
		return nil, err
	}
	copy(model.Weights().Data(), result.Best)
	lesson.close()
	f := &Fitted{Model: model.learner, Curve: result.Curve, weights: model.Weights(), work: job.Work, judging: job.judging}
	learned, held := job.split()
	f.Holdout = held
	if f.Description, err = job.describe(config, settings, result); err != nil {
		return nil, err
	}
	about := &f.Description.Training
	about.Episodes, about.Examples, about.Parameters = len(learned), lesson.frames, model.Parameters()
	about.Seen, about.States = &lesson.seen, states
	if job.Minimise != nil && !impact { // a single impact does not show how errors grow
		if training == nil {
			if training, holdout, err = job.read(ctx); err == nil && values != nil {
				err = fill(values, training, holdout)
			}
			if err != nil {
				return nil, fmt.Errorf("stopped after training: %w", err)
			}
		}
		job.report(Progress{Stage: Judging})
		if f.SpreadError = f.measureSpread(ctx, model.learner, training, holdout, job.Minimise, nil); ctx.Err() != nil {
			return nil, fmt.Errorf("stopped after training: %w", ctx.Err())
		}
	}
	f.Model = world.AnyPace(f.Model, model.FrameTime())
	if values != nil {
		if f.Description.Values, err = json.Marshal(values); err != nil {
			return nil, err
		}
		f.Model = told{f.Model, values}
	}
	return f, nil
}

// measureSpread gives the model its uncertainty, on one goroutine that rests often if there is a rest. An error leaves it without.
func (f *Fitted) measureSpread(ctx context.Context, model world.Model, training, holdout []*sim.Trajectory, minimise spread.Minimiser, rest func()) error {
	return train.Guard("measuring the spread", func() error {
		law, err := spread.MeasureQuietly(ctx, model, training, holdout, minimise, rest)
		if err != nil {
			return err
		}
		if f.Description.Spread, err = json.Marshal(law); err != nil {
			return err
		}
		f.Model = law.Wrap(model)
		return nil
	})
}

// check returns an error for what is wrong with the job before any episode is read.
func (j *Job) check() error {
	if err := j.Config.Validate(); err != nil {
		return err
	}
	if j.Config.Backend == Gorgonia && j.Gorgonia == nil {
		return fmt.Errorf("this program was built without backend %s", Gorgonia)
	}
	if len(j.Config.Unknown) > 0 && j.Identify == nil {
		return errors.New("this program was built without the means to identify what is unknown")
	}
	if j.From != nil && j.From.Description.Kind != j.Config.Kind {
		return fmt.Errorf("a model of kind %s cannot go on as one of kind %s", j.From.Description.Kind, j.Config.Kind)
	}
	j.Episodes = dealt(j.Episodes)
	if n := j.Episodes.Episodes(); n < LeastEpisodes {
		return fmt.Errorf("training needs %d episodes at least, one of them to judge by, and there are %d", LeastEpisodes, n)
	}
	return checkPlan(j.Work, j.plan())
}

func (j *Job) report(p Progress) {
	if j.Report != nil {
		j.Report(p)
	}
}

func (j *Job) split() (training, holdout []int) {
	return j.Episodes.Deal(j.Config.Holdout, j.Config.Seed)
}

// read reads the episodes that are dealt out, or a choice of them where they do not fit into memory, and no others.
func (j *Job) read(ctx context.Context) (training, holdout []*sim.Trajectory, err error) {
	if err := j.choose(ctx); err != nil {
		return nil, nil, err
	}
	learn, judge := j.chosen.training, j.chosen.holdout
	numbers := slices.Concat(learn, judge)
	slices.Sort(numbers)
	numbers = slices.Compact(numbers)
	total := len(numbers)
	told := func(done int) {
		j.report(Progress{Stage: Reading, Fraction: float64(done) / float64(total), Done: done, Total: total})
	}
	told(0)
	all, err := read(ctx, j.Episodes, numbers, told)
	if err != nil {
		return nil, nil, err
	}
	long := false
	for i, t := range all {
		if all[i], err = t.Stride(j.Config.Stride); err != nil {
			return nil, nil, fmt.Errorf("episode %d: %w", numbers[i], err)
		}
		long = long || len(all[i].States) > 1
	}
	if !long {
		return nil, nil, errors.New("no episode has a frame after the first that the stride leaves: there is nothing to learn")
	}
	pick := func(chosen []int) []*sim.Trajectory {
		out := make([]*sim.Trajectory, len(chosen))
		for i, k := range chosen {
			at, _ := slices.BinarySearch(numbers, k)
			out[i] = all[at]
		}
		return out
	}
	return pick(learn), pick(judge), nil
}

// see returns what the trajectories have in them.
func see(ctx context.Context, trajectories []*sim.Trajectory) (world.Seen, error) {
	var sight choose.Sight
	for _, t := range trajectories {
		if err := ctx.Err(); err != nil {
			return world.Seen{}, err
		}
		sight.Add(t)
	}
	return sight.Seen(), nil
}

// newModel returns an untrained model of the wanted kind and its settings, after
// completing those of the job by what is measured.
func (j *Job) newModel(ctx context.Context, training, holdout []*sim.Trajectory) (*trainable, json.RawMessage, error) {
	k := kindOf(j.Config.Kind)
	if j.From != nil {
		settings := j.From.Description.Settings
		model, err := k.build(settings, j.Config.Seed)
		if err == nil {
			copy(model.Weights().Data(), j.From.weights.Data())
		}
		return model, settings, err
	}
	if err := k.measure(ctx, j, training, holdout); err != nil {
		return nil, nil, err
	}
	settings, err := json.Marshal(k.settings(&j.Config))
	if err != nil {
		return nil, nil, err
	}
	model, err := k.build(settings, j.Config.Seed)
	return model, settings, err
}

// describe fills in what config.json says of a training, but for its size.
func (j *Job) describe(config train.Config, settings json.RawMessage, result train.Result) (world.Description, error) {
	origin := j.Episodes.Origin()
	d := world.Description{
		Format: world.ModelFormat, Kind: j.Config.Kind, Settings: settings,
		Training: world.Training{
			Version: origin.Program, Scenario: origin.Scenario, Dataset: origin.Provenance, Command: j.Command,
			Steps: result.Steps, Seconds: result.Seconds, Loss: result.BestValidation,
		},
	}
	var err error
	d.Training.Recipe, err = json.Marshal(struct {
		Backend string  `json:"backend"`
		Holdout float64 `json:"holdout"`
		Stride  int     `json:"stride"`
		train.Config
	}{j.Config.Backend, j.Config.Holdout, j.Config.Stride, config})
	return d, err
}
