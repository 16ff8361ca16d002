package train

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"time"

	"orrery/learn/nn"
	"orrery/learn/optim"
)

// Run trains the objective's parameters from their initial values, or goes on from the
// checkpoint in dir, and returns the averaged weights. An empty dir keeps nothing
// on disk. Report, which may be nil, is called from this goroutine at every
// report.
//
// When ctx ends, Run stops after the step under way, writes a checkpoint, and
// returns what it has with an error that wraps ctx.Err(). After any other error the
// Result is empty, and the checkpoints are as they were, except that the steps before
// a *Panic are kept.
func Run(ctx context.Context, objective Objective, cfg Config, dir string, report func(Progress)) (Result, error) {
	r, err := newRun(objective, cfg, dir, report)
	if err != nil {
		return Result{}, err
	}
	defer r.close()
	if err = r.train(ctx); err == nil {
		return r.result(), nil
	}
	var fault *Panic
	stopped := ctx.Err() != nil && errors.Is(err, ctx.Err())
	if stopped || errors.As(err, &fault) {
		if saveErr := r.save("last"); saveErr != nil {
			return Result{}, fmt.Errorf("training stopped after step %d (%v), which could not be saved: %w", r.Step, err, saveErr)
		}
	}
	if !stopped {
		return Result{}, err
	}
	return r.result(), fmt.Errorf("training stopped after step %d: %w", r.Step, err)
}

// train takes steps until the run is over.
func (r *run) train(ctx context.Context) error {
	done := r.finished() || r.impatient()
	// The session before may have been stopped while it validated.
	if r.Step > r.Validated && (done || r.Step%r.cfg.ValidateEvery == 0) {
		if err := r.look(ctx, &done); err != nil {
			return err
		}
	}
	for !done {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := r.step(ctx); err != nil {
			return err
		}
		done = r.finished()
		if err := r.look(ctx, &done); err != nil {
			return err
		}
	}
	return nil
}

// look validates, reports and saves after a step, where that is due. It sets done when
// validation has not improved for too long.
func (r *run) look(ctx context.Context, done *bool) (err error) {
	var validation *float64
	if *done || r.Step%r.cfg.ValidateEvery == 0 {
		if validation, err = r.validate(ctx); err != nil {
			return err
		}
		*done = *done || r.impatient()
	}
	if validation != nil || r.Step%r.cfg.ReportEvery == 0 {
		if err := r.report(validation); err != nil {
			return err
		}
	}
	if *done || r.Step%r.cfg.CheckpointEvery == 0 {
		return r.save("last")
	}
	return nil
}

// run is a training under way.
type run struct {
	*state
	objective Objective
	cfg       Config
	dir       string
	schedule  optim.Schedule
	order     *order
	pool      *pool
	gradient  []float32
	move      func(from, to int) // takes the step for these weights

	started      time.Time // as if there had been one session
	reported     time.Time // last time
	reportedStep int
	reporter     func(Progress)
	curve        []Progress
	log, events  *os.File // nil without dir
}

func newRun(objective Objective, cfg Config, dir string, reporter func(Progress)) (*run, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	order, err := orderOf(objective, &cfg)
	if err != nil {
		return nil, err
	}
	params := objective.Params()
	r := &run{
		state:     newState(params, cfg),
		objective: objective,
		cfg:       cfg,
		dir:       dir,
		schedule:  optim.Schedule{Peak: cfg.LearningRate, Final: cfg.FinalRate, Warmup: cfg.Warmup},
		order:     order,
		gradient:  make([]float32, params.Len()),
		reporter:  reporter,
	}
	r.move = func(from, to int) {
		r.adam.Move(r.weights, r.gradient, from, to)
		r.average.Move(r.weights, from, to)
	}
	if dir != "" {
		if err := r.open(); err != nil {
			r.close()
			return nil, err
		}
	}
	r.reported = time.Now()
	r.started = r.reported.Add(-r.Elapsed)
	r.reportedStep = r.Step
	return r, nil
}

// orderOf returns the order of an objective's examples.
func orderOf(objective Objective, cfg *Config) (*order, error) {
	chaptered, ok := objective.(Chaptered)
	if !ok {
		sums, err := sumsOf(objective)
		if err != nil {
			return nil, err
		}
		examples := epochLength(objective, sums)
		if cfg.Batch > examples || examples > math.MaxInt32 {
			return nil, fmt.Errorf("training config: batch %d must be ≤ examples %d ≤ %d", cfg.Batch, examples, math.MaxInt32)
		}
		return newOrder(cfg.Seed, cfg.Batch, examples, sums), nil
	}
	for i, c := range chaptered.Chapters() {
		if !usable(c.Weight) {
			return nil, fmt.Errorf("chapter %d: weight %v must be ≥ 0 and finite", i, c.Weight)
		}
	}
	if examples := EpochOf(objective); cfg.Batch > examples {
		return nil, fmt.Errorf("training config: batch %d must be ≤ examples %d", cfg.Batch, examples)
	}
	return newChapteredOrder(cfg.Seed, cfg.Batch, chaptered), nil
}

// open continues from the checkpoint and the log in dir, if there are any.
func (r *run) open() (err error) {
	if err := os.MkdirAll(r.dir, 0o755); err != nil {
		return err
	}
	if err := r.load(r.path("last"), r.cfg); err != nil {
		return err
	}
	logPath := filepath.Join(r.dir, "log.jsonl")
	if r.curve, err = resumeLog(logPath, r.Step); err != nil {
		return err
	}
	if r.log, err = os.OpenFile(logPath, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o644); err != nil {
		return err
	}
	if r.events, err = os.Create(filepath.Join(r.dir, eventName(time.Now(), r.Step))); err != nil {
		return err
	}
	return eventLog{r.events, time.Now}.start(r.Step)
}

func (r *run) path(name string) string { return filepath.Join(r.dir, name+".safetensors") }

func (r *run) close() {
	if r.pool != nil {
		r.pool.close()
	}
	// Reports are complete in the files before this, so closing has nothing to tell.
	r.log.Close()
	r.events.Close()
}

// fraction returns how much of the run is over.
func (r *run) fraction() float64 {
	if r.cfg.Steps > 0 {
		return float64(r.Step) / float64(r.cfg.Steps)
	}
	return min(1, float64(r.elapsed())/float64(r.cfg.Budget))
}

func (r *run) elapsed() time.Duration { return time.Since(r.started) }
func (r *run) finished() bool         { return r.fraction() >= 1 }
func (r *run) impatient() bool        { return r.cfg.Patience > 0 && r.Stale >= r.cfg.Patience }

// turn brings the examples of the step under way into memory, and workers to it.
func (r *run) turn(ctx context.Context) error {
	p := r.order.find(r.order.place, r.Step)
	if n := p.windows[p.window].length; n > math.MaxInt32 { // before they are dealt out
		return fmt.Errorf("a window of %d examples must have at most %d", n, math.MaxInt32)
	}
	turned := r.order.turn(r.Step)
	chaptered, ok := r.objective.(Chaptered)
	if r.pool != nil && !(turned && ok) {
		return nil
	}
	if r.pool != nil {
		r.pool.close()
		r.pool = nil
	}
	if ok {
		if err := chaptered.Open(ctx, p.windows[p.window].chapters, r.order.next()); err != nil {
			return err
		}
	}
	r.pool = newPool(r.objective, r.cfg.Workers, r.cfg.Batch, r.cfg.Chunk)
	return nil
}

// step takes one optimiser step. It allocates nothing, but where another window begins.
func (r *run) step(ctx context.Context) error {
	if err := r.turn(ctx); err != nil {
		return err
	}
	loss, norm, err := r.pool.gradient(r.weights, r.gradient, r.order.examples(r.Step))
	if err != nil {
		return fmt.Errorf("%s: %w", r.place(), err)
	}
	if !finite(norm) || !finite(loss) {
		return r.notFinite(loss)
	}
	r.Norm = norm
	r.Rate = r.schedule.Rate(r.Step, r.fraction())
	r.adam.Begin(float32(r.Rate), optim.Clip(norm, r.cfg.Clip))
	r.average.Begin()
	r.pool.forEach(r.move)
	r.Step++
	r.count(loss)
	return nil
}

// The loss of a batch counts for at most mostLoss times the greatest of the first earlySteps.
// The gradient of a batch is clipped, so that one in which a model went astray does little; it
// should not hide how training goes for hundreds of steps either.
const (
	earlySteps = 10
	mostLoss   = 100
)

// count adds the loss of the step that was taken last to the running mean.
func (p *position) count(loss float64) {
	if p.Step <= earlySteps {
		p.EarlyLoss = max(p.EarlyLoss, loss)
	} else if p.EarlyLoss > 0 {
		loss = min(loss, mostLoss*p.EarlyLoss)
	}
	p.Loss += (loss - p.Loss) * max(1/float64(p.Step), 0.02)
}

// place names the step under way and its batch.
func (r *run) place() string {
	epoch, batch := r.order.epochOf(r.Step)
	return fmt.Sprintf("step %d (epoch %d, batch %d)", r.Step+1, epoch, batch)
}

// notFinite names the first parameter whose gradient is not finite.
func (r *run) notFinite(loss float64) error {
	params := r.objective.Params()
	for i := range nn.Index(params.Count()) {
		from, to := params.Range(i)
		for j, g := range r.gradient[from:to] {
			if !finite(float64(g)) {
				return fmt.Errorf("%s: loss %v, gradient of parameter %q is %v at value %d, must be finite",
					r.place(), loss, params.Name(i), g, j)
			}
		}
	}
	return fmt.Errorf("%s: loss is %v, must be finite; every gradient is", r.place(), loss)
}

// validate computes the loss of the averaged weights and keeps the best.
func (r *run) validate(ctx context.Context) (*float64, error) {
	var loss float64
	err := Guard("validation", func() (err error) {
		loss, err = r.objective.Validate(ctx, r.average.Average)
		return err
	})
	if err == nil && !finite(loss) {
		err = fmt.Errorf("loss is %v, must be finite", loss)
	}
	if err != nil {
		return nil, fmt.Errorf("validation after step %d: %w", r.Step, err)
	}
	r.Validated = r.Step
	if r.BestStep > 0 && loss >= r.BestValidation {
		r.Stale++
		return &loss, nil
	}
	r.BestStep, r.BestValidation, r.Stale = r.Step, loss, 0
	copy(r.best, r.average.Average)
	return &loss, r.save("best")
}

// report tells the caller, the curve and the logs how the run stands.
func (r *run) report(validation *float64) error {
	now := time.Now()
	epoch, _ := r.order.epochOf(r.Step - 1)
	fraction := r.fraction()
	p := Progress{
		Step:         r.Step,
		Epoch:        epoch,
		Seconds:      r.elapsed().Seconds(),
		Loss:         r.Loss,
		Validation:   validation,
		LearningRate: r.Rate,
		GradientNorm: r.Norm,
		// A clock too coarse to tell the reports apart must not give an infinite rate.
		ExamplesPerSecond: float64((r.Step-r.reportedStep)*r.cfg.Batch) / max(now.Sub(r.reported).Seconds(), 1e-9),
		Fraction:          fraction,
		ETA:               time.Duration(float64(r.elapsed()) * (1 - fraction) / fraction),
	}
	r.reported, r.reportedStep = now, r.Step
	r.curve = append(r.curve, p)
	if r.reporter != nil {
		r.reporter(p)
	}
	if r.dir == "" {
		return nil
	}
	if err := appendLog(r.log, p); err != nil {
		return err
	}
	return eventLog{r.events, time.Now}.report(p)
}

// save writes the named checkpoint.
func (r *run) save(name string) error {
	r.Elapsed = r.elapsed()
	if r.dir == "" {
		return nil
	}
	return r.state.save(r.path(name), r.cfg)
}

func (r *run) result() Result {
	return Result{
		Weights:        slices.Clone(r.average.Average),
		Best:           slices.Clone(r.best),
		BestValidation: r.BestValidation,
		BestStep:       r.BestStep,
		Steps:          r.Step,
		Seconds:        r.elapsed().Seconds(),
		Curve:          r.curve,
	}
}

func finite(x float64) bool { return x-x == 0 }
