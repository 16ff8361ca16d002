package lesson

import (
	"context"
	"errors"
	"math"
	"slices"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/world"
	"orrery/world/ladder"
)

// window is a second of an episode that judges.
type window struct {
	scene   *sim.Scene
	states  []sim.State  // [t][n]
	actions []sim.Action // [t-1][a]
}

func (w *window) action(frame int) sim.Action {
	if frame < len(w.actions) {
		return w.actions[frame]
	}
	return nil
}

// judge says how far models are off on episodes that are held out.
type judge struct {
	windows   []window
	ballistic [3]float64   // m, of free flight
	rungs     [][3]float64 // m, of the engine, started off by each of ladder.Rungs
}

// Windows that judge: as many for scenes of one body, and fewer for larger ones, which cost as much.
const (
	mostWindows  = 24
	leastWindows = 4
	windowBodies = 150 // of all windows
)

// newJudge returns a judge by some episodes.
func newJudge(ctx context.Context, episodes []*sim.Trajectory, ballistic world.Model, rest func()) (*judge, error) {
	j := &judge{}
	for _, t := range episodes {
		frames := framesOf(t.Scene, Horizons[len(Horizons)-1])
		for from := 0; from == 0 || from+frames < len(t.States); from += max(frames/2, 1) {
			to := min(from+frames+1, len(t.States))
			w := window{scene: t.Scene, states: t.States[from:to]}
			if t.Actions != nil {
				w.actions = t.Actions[from : to-1]
			}
			j.windows = append(j.windows, w)
		}
	}
	if len(j.windows) == 0 {
		return nil, errors.New("no episode to judge by")
	}
	most := min(max(windowBodies/len(j.windows[0].scene.Bodies), leastWindows), mostWindows, len(j.windows))
	even := make([]window, most) // from all of the episodes
	for k := range even {
		even[k] = j.windows[k*len(j.windows)/most]
	}
	j.windows = even
	var err error
	if j.ballistic, err = j.errors(ctx, ballistic, rest); err != nil {
		return nil, err
	}
	return j, j.climb(ctx, rest)
}

func framesOf(scene *sim.Scene, seconds float64) int {
	return max(int(math.Round(seconds*float64(scene.FPS))), 1)
}

// tally is a mean of errors at the Horizons.
type tally struct {
	sum   [3]float64
	count [3]int
}

func (t *tally) add(scene *sim.Scene, frame int, a, b sim.State) {
	for k, seconds := range Horizons {
		if framesOf(scene, seconds) == frame {
			off, _ := scene.Distance(a, b)
			t.sum[k] += off
			t.count[k]++
		}
	}
}

// means returns the means, -1 where there is nothing.
func (t *tally) means() (out [3]float64) {
	for k := range out {
		if out[k] = t.sum[k] / float64(t.count[k]); !(out[k] <= math.MaxFloat64) { // none were counted, or a model went astray
			out[k] = -1
		}
	}
	return out
}

// errors returns how far a model is off on average at the Horizons, in metres.
func (j *judge) errors(ctx context.Context, model world.Model, rest func()) ([3]float64, error) {
	var all tally
	for k := range j.windows {
		w := &j.windows[k]
		p, err := model.Predictor([]*sim.Scene{w.scene})
		if err != nil {
			return [3]float64{}, err
		}
		state := slices.Clone(w.states[0])
		for frame := 1; frame < len(w.states); frame++ {
			if err := ctx.Err(); err != nil {
				return [3]float64{}, err
			}
			if err := p.Step(state, w.action(frame-1)); err != nil {
				return [3]float64{}, err
			}
			all.add(w.scene, frame, state, w.states[frame])
			rest()
		}
	}
	return all.means(), nil
}

// climb measures the engine itself, started off by each of the rungs.
func (j *judge) climb(ctx context.Context, rest func()) error {
	tallies := make([]tally, len(ladder.Rungs()))
	for k := range j.windows {
		w := &j.windows[k]
		acts := func(frame int, _ sim.State) sim.Action { return w.action(frame) }
		exact, err := engine.Simulate(ctx, w.scene, w.states[0], len(w.states), acts)
		if err != nil {
			return err
		}
		for r, metres := range ladder.Rungs() {
			off, err := engine.Simulate(ctx, w.scene, j.displaced(k, r, metres), len(w.states), acts)
			if err != nil {
				return err
			}
			for frame := range off.States {
				tallies[r].add(w.scene, frame, off.States[frame], exact.States[frame])
			}
			rest()
		}
	}
	for r := range tallies {
		j.rungs = append(j.rungs, tallies[r].means())
	}
	return nil
}

// displaced returns the start of a window, off by so many metres: another way for each window and rung.
func (j *judge) displaced(window, rung int, metres float64) sim.State {
	w := &j.windows[window]
	return ladder.Displace(w.scene, w.states[0], metres, sim.NewRand(uint64(window), "lesson/ladder", rung))
}

// equal returns the equivalent measurement errors of a model in metres, -1 where they are not known.
func (j *judge) equal(errors [3]float64) (out [3]float64) {
	for k := range out {
		column := make([]float64, len(j.rungs))
		for r := range column {
			column[r] = j.rungs[r][k]
		}
		if out[k] = ladder.Equivalent(ladder.Rungs(), column, errors[k]); !(out[k] >= 0) {
			out[k] = -1
		}
	}
	return out
}
