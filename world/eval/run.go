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
	m := newMeasurement(trajectories, entries, truth, cfg)
	m.progress = progress
	rows, err := m.rows(ctx, 0, len(trajectories))
	if err != nil {
		return nil, err
	}
	return m.result(rows, m.paces(ctx)), nil
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
	summary
	cfg           Config
	trajectories  []*sim.Trajectory
	arenas        []arena
	ranges        ranges
	motions       [][][]motion // [episode][frame][n], of those that are measured
	strikes       [][][]bool   // [episode][frame][n] single impacts, likewise
	resting       [][]bool     // [episode][n] at the headline
	fastest, spin float64      // m/s and rad/s, the greatest of the true episodes

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
	t := Terms{Settings: cfg, FrameTimeS: trajectories[0].Scene.FrameTime()}
	t.HorizonsS, t.Frames, _ = seen(&cfg, trajectories)
	v.ranges = newRanges(trajectories)
	v.fastest, v.spin = fastestOf(trajectories)
	v.motions, v.strikes = make([][][]motion, len(trajectories)), make([][][]bool, len(trajectories))
	for _, run := range trajectories {
		a := newArena(run)
		v.arenas, t.SizesM = append(v.arenas, a), append(t.SizesM, a.size())
	}
	v.summary = newSummary(t)
	for _, run := range trajectories {
		v.resting = append(v.resting, v.atRest(run))
	}
	return v
}

// ready finds out what the bodies do in some episodes, if that is not known yet.
func (v *evaluation) ready(ctx context.Context, from, to int) error {
	return v.parallel(ctx, to-from, func(_ context.Context, k int) error {
		if i := from + k; v.motions[i] == nil {
			t := v.trajectories[i]
			v.motions[i], v.strikes[i] = motions(t, v.frames-1), strikes(t, v.frames-1)
		}
		return nil
	})
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
