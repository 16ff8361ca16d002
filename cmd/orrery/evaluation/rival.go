package evaluation

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/planning"
	"orrery/sim"
	"orrery/sim/engine"
	"orrery/world"
	"orrery/world/eval"
	"orrery/world/identify"
	"orrery/world/identify/hits"
	"orrery/world/identify/mirror"
)

// rival is the engine with the numbers that some motion shows, as a model: the best that can be had without
// learning.
type rival struct {
	planning.Engine
	values *identify.Values
	finer  int // steps in each of a scene's
}

// Kind returns the name of its row.
func (r *rival) Kind() string { return eval.FittedEngine }

// Parameters returns the number of values that were found.
func (r *rival) Parameters() int {
	n := 0
	for _, p := range r.values.Parameters {
		if p.Identifiable {
			n++
		}
	}
	if r.values.Solids != nil {
		n += 2 * len(r.values.Solids.Classes)
	}
	return n
}

// Predictor implements world.Model.
func (r *rival) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	filled := make([]*sim.Scene, len(scenes))
	for i, s := range scenes {
		scene, err := r.values.Fill(s)
		if err != nil {
			return nil, fmt.Errorf("scene %d with what was identified: %w", i, err)
		}
		finer := *scene
		finer.Substeps *= r.finer
		filled[i] = &finer
	}
	return r.Engine.Predictor(filled)
}

// FitEngine gives the set the row eval.FittedEngine: the engine fitted to motion of the same source, which is
// best not that of the set itself. Where nothing can be identified it says so in the log, and there is no such row.
func (s *Set) FitEngine(ctx context.Context, log io.Writer, training []*sim.Trajectory, seed uint64, workers int) error {
	s.rival = nil
	if len(training) == 0 {
		return nil
	}
	bar := console.NewProgress(log, "fitting the engine"+ofSet(s.Name))
	defer bar.Close()
	o := &identify.Options{Seed: seed, Workers: workers, Progress: func(_ string, done, of float64) { bar.Set(done/max(of, 1e-9), "") }}
	r, err := fitEngine(ctx, training, o)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		fmt.Fprintf(bar, "the engine is not fitted%s: %v\n", ofSet(s.Name), err)
		return nil
	}
	s.rival = &eval.Entry{Name: eval.FittedEngine, Model: r}
	return nil
}

// fineness are the numbers of steps of the engine that are tried for each of a scene's.
var fineness = []int{1, 2, 4, 8}

// clearer is the share of an error by which finer steps must lessen it.
const clearer = 0.05

// fitEngine returns the engine with the numbers, and in the steps, that come nearest to some motion. Numbers are
// identified for each fineness where states are known, since they depend on it; it goes on to the next as
// long as that helps.
func fitEngine(ctx context.Context, training []*sim.Trajectory, o *identify.Options) (*rival, error) {
	var best *rival
	var values *identify.Values
	least := math.Inf(1)
	for _, finer := range fineness {
		if values == nil || training[0].Seen == nil {
			var err error
			if values, err = Identify(ctx, inSteps(training, finer), o); err != nil {
				return nil, err
			}
		}
		r := &rival{values: values, finer: finer}
		miss, err := r.misses(ctx, training)
		if err != nil {
			return nil, err
		}
		if best != nil && !(miss < (1-clearer)*least) {
			break
		}
		if best, least = r, miss; least <= nothing {
			break
		}
	}
	told := &rival{values: &identify.Values{}, finer: best.finer}
	if miss, err := told.misses(ctx, training); err != nil || miss < (1-clearer)*least {
		return told, err // the scenes are nearer than what was found
	}
	return best, nil
}

// nothing is what is not worth a finer step, in metres.
const nothing = 1e-5

// inSteps returns motion whose scenes take so many times as many steps of the engine in a frame.
func inSteps(all []*sim.Trajectory, finer int) []*sim.Trajectory {
	if finer == 1 {
		return all
	}
	scenes := map[*sim.Scene]*sim.Scene{}
	out := make([]*sim.Trajectory, len(all))
	for i, t := range all {
		if scenes[t.Scene] == nil {
			scene := *t.Scene
			scene.Substeps *= finer
			scenes[t.Scene] = &scene
		}
		copied := *t
		copied.Scene, out[i] = scenes[t.Scene], &copied
	}
	return out
}

// Identify returns the numbers of scenes, from motion whose states are known or from what was seen of it. It
// returns the error of ctx when that ends before all is found.
func Identify(ctx context.Context, training []*sim.Trajectory, o *identify.Options) (*identify.Values, error) {
	var values *identify.Values
	stopped := false
	if training[0].Seen != nil {
		found, err := hits.Find(ctx, training, o)
		if err != nil {
			return nil, err
		}
		values, stopped = &identify.Values{Parameters: found.Parameters}, found.Stopped
	} else {
		found, err := mirror.Motion(ctx, training, func() mirror.Engine { return engine.New() }, o)
		if err != nil {
			return nil, err
		}
		values, stopped = &found.Values, found.Result.Stopped
	}
	if err := ctx.Err(); stopped && err != nil {
		return nil, err
	}
	return values, nil
}

const (
	reach   = 0.3 // s, for which motion is predicted to see how far the engine misses it
	windows = 60  // such predictions
)

// misses returns the median distance, in metres, by which the engine misses the bodies after a while, from
// many frames of some motion.
func (r *rival) misses(ctx context.Context, training []*sim.Trajectory) (float64, error) {
	frames := max(1, int(math.Round(reach/training[0].Scene.FrameTime())))
	type start struct{ episode, frame int }
	var starts []start
	for i, t := range training {
		for k := 0; k+frames < len(t.States); k += frames {
			starts = append(starts, start{i, k})
		}
	}
	every := max(1, len(starts)/windows)
	var off []float64
	for n := 0; n < len(starts); n += every {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		t, k := training[starts[n].episode], starts[n].frame
		p, err := r.Predictor([]*sim.Scene{t.Scene})
		if err != nil {
			return 0, err
		}
		state := slices.Clone(t.States[k])
		for f := range frames {
			if err = p.Step(state, t.Action(k+f)); err != nil {
				break
			}
		}
		miss, _ := t.Scene.Distance(t.States[k+frames], state)
		if err != nil || !(miss < math.Inf(1)) {
			miss = math.Inf(1)
		}
		off = append(off, miss)
	}
	if len(off) == 0 {
		return 0, nil
	}
	slices.Sort(off)
	return off[len(off)/2], nil
}
