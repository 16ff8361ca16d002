package eval

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"orrery/sim"
	"orrery/world"
	"orrery/world/flight"

	"orrery/sim/input"
)

// Entry is a model to be measured, or what someone predicted without one.
type Entry struct {
	Name         string      // of its row
	Model        world.Model // nil where there is Predicted
	Predicted    *Predicted  // nil where there is a Model
	TrainSeconds float64     // s, 0 for a model that was not trained
	Seen         *world.Seen // in training; nil takes the fastest motion of the episodes as the model's experience
}

// Truth runs the real engine from a state under a policy and returns that many
// states, the first being the start. It must be safe for concurrent use, and end soon
// after its context is done.
type Truth func(ctx context.Context, scene *sim.Scene, start sim.State, frames int, policy sim.Policy) (*sim.Trajectory, error)

// Run measures still, ballistic and the entries on true trajectories, and with a
// truth also the perturbed engine. Without one, for trajectories that the engine did not
// make, there are no such rows and no equivalent measurement errors. Trajectories that were
// observed are compared with what was seen, and the last row is Measured. Progress, which may
// be nil, is told how many of all frames are predicted, by one goroutine at a time. A
// model that refuses a scene is an error; one that breaks down in an episode is not: see
// Failure. A context that is done ends the evaluation within a frame.
func Run(ctx context.Context, trajectories []*sim.Trajectory, entries []Entry, truth Truth, cfg Config, progress func(done, total int)) (*Result, error) {
	if err := Check(trajectories, entries, cfg); err != nil {
		return nil, err
	}
	if trajectories[0].Impact {
		return runImpacts(ctx, trajectories, entries, cfg, progress)
	}
	v := newEvaluation(trajectories, cfg)
	entries = withBaselines(entries)
	for _, e := range entries {
		if e.Model != nil {
			v.total += 2 * len(trajectories) * (v.frames - 1) // rolled out, and one by one
		}
	}
	if truth != nil && trajectories[0].Seen == nil {
		v.total += len(cfg.RungsM()) * cfg.Draws * len(trajectories) * (v.frames - 1)
	}
	v.progress = progress

	r := &Result{Settings: cfg, Episodes: len(trajectories), HorizonsS: v.horizons}
	r.TrueStack, r.Resting = v.trueStack()
	for k := range v.frames {
		r.TimesS = append(r.TimesS, float64(k)*trajectories[0].Scene.FrameTime())
	}
	for _, e := range entries {
		measure := v.model
		if e.Predicted != nil {
			measure = v.told
		}
		comparisons, err := measure(ctx, e)
		if err != nil {
			return nil, fmt.Errorf("evaluation of %s: %w", e.Name, err)
		}
		row := v.row(e.Name, comparisons)
		if e.Model != nil {
			row.Params, row.TrainS = Number(e.Model.Parameters()), Number(e.TrainSeconds)
			row.USPerStep = v.pace(ctx, world.Bare(e.Model))
		}
		r.Rows = append(r.Rows, row)
	}
	if trajectories[0].Seen != nil {
		r.Rows = append(r.Rows, v.floor())
		return r, nil
	}
	if truth == nil {
		return r, nil
	}
	pace := v.truthPace(ctx, truth)
	r.Ladder = &Ladder{}
	for _, metres := range cfg.RungsM() {
		comparisons, err := v.perturbed(ctx, truth, metres)
		if err != nil {
			return nil, fmt.Errorf("evaluation of %s: %w", truthName(metres), err)
		}
		row := v.row(truthName(metres), comparisons)
		row.PerturbationM = metres
		r.Ladder.add(metres, row.Position.Mean)
		if slices.Contains(cfg.PerturbationsM, metres) {
			row.USPerStep = pace
			r.Rows = append(r.Rows, row)
		}
	}
	for i := range r.Rows {
		r.Rows[i].EpsilonM = r.Ladder.epsilons(r.Rows[i].Position.Mean)
	}
	return r, nil
}

// The names of the rows that are always there, of models that need no training.
const (
	Still     = "still"
	Ballistic = "ballistic"
)

// FittedEngine is the name of the row of the engine with those numbers that fit some motion best. Run knows
// nothing of the engine: the row is there where the caller has it as an entry.
const FittedEngine = "fitted engine"

// truthPrefix begins the names of rows of the engine.
const truthPrefix = "truth+"

// truthName returns the name of the row of the engine perturbed by a distance.
func truthName(metres float64) string {
	return truthPrefix + strconv.FormatFloat(metres*1e3, 'g', 6, 64) + "mm"
}

// IsReserved reports whether a row of that name is there in every evaluation, or may be
// there for the engine or for what was measured, so that no model can have it.
func IsReserved(name string) bool {
	return name == Still || name == Ballistic || name == Measured || name == FittedEngine || strings.HasPrefix(name, truthPrefix)
}

// withBaselines puts the models that need no training before the entries.
func withBaselines(entries []Entry) []Entry {
	return append([]Entry{{Name: Still, Model: flight.Still()}, {Name: Ballistic, Model: flight.Ballistic()}}, entries...)
}

// Check returns the error with which Run would refuse its arguments, such as episodes
// that are too short or a model that refuses a scene, before any of its work.
func Check(trajectories []*sim.Trajectory, entries []Entry, cfg Config) error {
	if err := cfg.Validate(); err != nil {
		return fmt.Errorf("evaluation: %w", err)
	}
	if len(trajectories) == 0 {
		return errors.New("evaluation: no episodes")
	}
	fps := trajectories[0].Scene.FPS
	for i, t := range trajectories {
		if err := checkEpisode(t, fps); err != nil {
			return fmt.Errorf("evaluation: episode %d: %w", i, err)
		}
	}
	if err := checkObserved(trajectories); err != nil {
		return fmt.Errorf("evaluation: %w", err)
	}
	impacts, err := checkImpacts(trajectories, entries)
	if err == nil && !impacts {
		_, _, err = seen(&cfg, trajectories)
	}
	if err != nil {
		return fmt.Errorf("evaluation: %w", err)
	}
	if err := validateNames(withBaselines(entries)); err != nil {
		return fmt.Errorf("evaluation: %w", err)
	}
	for _, e := range entries {
		if (e.Model == nil) == (e.Predicted == nil) {
			return fmt.Errorf("evaluation of %s: it must have either a model or what it predicted", e.Name)
		}
		if e.Predicted != nil {
			if err := e.Predicted.check(trajectories, cfg); err != nil {
				return fmt.Errorf("evaluation of %s: %w", e.Name, err)
			}
			continue
		}
		for _, t := range trajectories {
			if _, err := e.Model.Predictor([]*sim.Scene{t.Scene}); err != nil {
				return fmt.Errorf("evaluation of %s: %w", e.Name, err)
			}
		}
	}
	return nil
}

func validateNames(entries []Entry) error {
	seen := map[string]bool{}
	for _, e := range entries {
		if e.Name == "" || seen[e.Name] {
			return fmt.Errorf("model name %q must be unique and not empty", e.Name)
		}
		seen[e.Name] = true
	}
	return nil
}

// evaluation is a set of episodes and what all models are measured by.
type evaluation struct {
	cfg           Config
	trajectories  []*sim.Trajectory
	arenas        []arena
	ranges        ranges
	motions       [][][]motion // [episode][frame][n]
	strikes       [][][]bool   // [episode][frame][n] single impacts
	resting       [][]bool     // [episode][n] at the headline
	frames        int          // compared, the start included
	horizons      []float64    // s, those within the frames
	horizonFrames []int
	headlineFrame int
	resampler     *resampler
	fastest, spin float64 // m/s and rad/s, the greatest of the true episodes

	mu          sync.Mutex // guards the following
	done, total int
	progress    func(done, total int)
}

// CheckLength returns an error if episodes of so many frames, at fps frames per second, are
// too short for the first horizon.
func (c *Config) CheckLength(fps, frames int) error {
	_, _, err := reached(c, fps, frames)
	return err
}

// reached returns the horizons in seconds that episodes of so many frames reach, and
// their frames.
func reached(cfg *Config, fps, frames int) (horizons []float64, at []int, err error) {
	for _, h := range cfg.HorizonsS {
		frame := int(math.Round(h * float64(fps)))
		if frame < 1 {
			return nil, nil, fmt.Errorf("horizon %v s must be at least a frame of 1/%d s", h, fps)
		}
		if frame < frames {
			horizons, at = append(horizons, h), append(at, frame)
		}
	}
	if len(horizons) == 0 {
		return nil, nil, fmt.Errorf("episodes of %s must reach the first horizon of %v s", input.Count(frames, "frame"), cfg.HorizonsS[0])
	}
	return horizons, at, nil
}

// seen is reached of trajectories, without the horizons at which no body was seen in any of them.
func seen(cfg *Config, trajectories []*sim.Trajectory) (horizons []float64, at []int, err error) {
	all, frames, err := reached(cfg, trajectories[0].Scene.FPS, shortest(trajectories))
	if err != nil {
		return nil, nil, err
	}
	for h, k := range frames {
		if slices.ContainsFunc(trajectories, func(t *sim.Trajectory) bool { d, _ := off(t, t.States, k); return !math.IsNaN(d) }) {
			horizons, at = append(horizons, all[h]), append(at, k)
		}
	}
	if len(horizons) == 0 {
		return nil, nil, fmt.Errorf("at %v s no body was seen in any episode", all)
	}
	return horizons, at, nil
}

// shortest returns the number of frames of the shortest trajectory.
func shortest(trajectories []*sim.Trajectory) int {
	least := math.MaxInt
	for _, t := range trajectories {
		least = min(least, len(t.States))
	}
	return least
}

// newEvaluation readies the measurement of trajectories that Check has found in order.
func newEvaluation(trajectories []*sim.Trajectory, cfg Config) *evaluation {
	v := &evaluation{cfg: cfg, trajectories: trajectories}
	v.horizons, v.horizonFrames, _ = seen(&cfg, trajectories)
	v.frames = v.horizonFrames[len(v.horizonFrames)-1] + 1
	v.headlineFrame = v.horizonFrames[headline(v.horizons)]
	v.resampler = newResampler(cfg.Seed, len(trajectories), cfg.Bootstrap)
	v.ranges = newRanges(trajectories)
	v.fastest, v.spin = fastestOf(trajectories)
	for _, t := range trajectories {
		v.arenas = append(v.arenas, newArena(t))
		v.motions = append(v.motions, motions(t, v.frames-1))
		v.strikes = append(v.strikes, strikes(t, v.frames-1))
		v.resting = append(v.resting, v.atRest(t))
	}
	return v
}

func checkEpisode(t *sim.Trajectory, fps int) error {
	if err := t.Scene.Validate(); err != nil {
		return err
	}
	if err := t.Check(); err != nil {
		return err
	}
	if t.Scene.FPS != fps {
		return fmt.Errorf("%d frames a second must be the %d of episode 0", t.Scene.FPS, fps)
	}
	dynamic := func(b sim.Body) bool { return b.Kind == sim.Dynamic }
	if !slices.ContainsFunc(t.Scene.Bodies, dynamic) {
		return errors.New("no dynamic body to measure")
	}
	return nil
}

// parallel calls do for 0 to n−1 on the configured number of goroutines.
func (v *evaluation) parallel(ctx context.Context, n int, do func(ctx context.Context, i int) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(v.cfg.Workers)
	for i := range n {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return do(ctx, i)
		})
	}
	return group.Wait()
}

// tick reports that some more frames are predicted.
func (v *evaluation) tick(frames int) {
	if frames == 0 {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.done += frames
	if v.progress != nil {
		v.progress(v.done, v.total)
	}
}

// row summarises the comparisons of all episodes.
func (v *evaluation) row(name string, comparisons []comparison) Row {
	column := func(value func(i int) float64) []float64 {
		values := make([]float64, len(comparisons))
		for i := range values {
			values[i] = value(i)
		}
		return values
	}
	var positions, angles [][]float64
	var shares []float64 // of the arena
	for k := range v.frames {
		positions = append(positions, column(func(i int) float64 { return comparisons[i].position[k] }))
		shares = append(shares, float64(mean(column(func(i int) float64 { return comparisons[i].position[k] / v.arenas[i].size() }))))
	}
	for _, k := range v.horizonFrames {
		angles = append(angles, column(func(i int) float64 { return comparisons[i].angle[k] }))
	}
	depths := column(func(i int) float64 { return comparisons[i].penetration })

	row := newRow(name)
	row.Curve = v.resampler.spread(positions)
	row.Position = row.Curve.at(v.horizonFrames)
	row.Angle = v.angle(angles)
	row.EpisodeM = positions[v.headlineFrame]
	row.Lo95, row.Hi95 = &rowMeans{}, &rowMeans{}
	average := func(lo, hi *Number, value func(i int) float64) Number {
		values := column(value)
		v.resampler.put(lo, hi, len(values), func(i int) part { return single(values[i]) })
		return mean(values)
	}
	row.OneStepM = average(&row.Lo95.OneStepM, &row.Hi95.OneStepM, func(i int) float64 { return comparisons[i].motions.position() })
	row.HorizonS = v.predictable(shares)
	row.PenetrationM = average(&row.Lo95.PenetrationM, &row.Hi95.PenetrationM, func(i int) float64 { return depths[i] })
	row.PenetrationMaxM = Number(slices.Max(depths))
	row.MomentumDrift = average(&row.Lo95.MomentumDrift, &row.Hi95.MomentumDrift, func(i int) float64 { return comparisons[i].drift })
	row.EnergyError = average(&row.Lo95.EnergyError, &row.Hi95.EnergyError, func(i int) float64 { return comparisons[i].energy })
	for k := range scaledFrames {
		var lo, hi Number
		row.ScaledMSE = append(row.ScaledMSE, average(&lo, &hi, func(i int) float64 { return comparisons[i].scaled[k] }))
		row.Lo95.ScaledMSE, row.Hi95.ScaledMSE = append(row.Lo95.ScaledMSE, lo), append(row.Hi95.ScaledMSE, hi)
	}
	row.Calibration = v.resampler.calibration(comparisons)
	var stacks []stacked
	var sums []motionSums
	var impacts []impactSums
	for i := range comparisons {
		stacks = append(stacks, comparisons[i].stacked)
		sums, impacts = append(sums, comparisons[i].motions), append(impacts, comparisons[i].impacts)
	}
	row.Impact = v.resampler.impact(impacts, false)
	row.Stack, row.Motions = v.resampler.stack(stacks), v.resampler.motions(sums)
	row.Escapes = newEscapes(comparisons)
	for i := range comparisons {
		if f := comparisons[i].failure; f != nil {
			row.Failures = append(row.Failures, *f)
		}
	}
	return row
}

// lostShare of the arena is the error beyond which a prediction says nothing
// about where things are.
const lostShare = 0.05

// predictable returns the time in seconds at which an error per frame, in shares
// of the arena, passes lostShare, between frames by a straight line; or the time
// of the last frame when it never does.
func (v *evaluation) predictable(shares []float64) Number {
	dt := v.trajectories[0].Scene.FrameTime()
	for k := 1; k < len(shares); k++ {
		if shares[k] > lostShare {
			return Number((float64(k-1) + (lostShare-shares[k-1])/(shares[k]-shares[k-1])) * dt)
		}
	}
	return Number(float64(len(shares)-1) * dt)
}
