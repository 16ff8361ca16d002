package datasets

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"golang.org/x/sync/errgroup"

	"orrery/sim"
)

// A worker hands its episodes over to be written when it has made so many, or fewer
// when they have many frames. A kill loses what is on its way: two such blocks for each
// worker, and those being made and written.
const (
	blockEpisodes = 16
	blockFrames   = 8192
)

// block is a number of episodes that a worker makes one after the other.
type block struct {
	from, to int
	ready    chan struct{} // closed when what follows is known
	episodes []blockEpisode
	err      error
}

// blockEpisode is a finished episode that waits to be put into the dataset.
type blockEpisode struct {
	layout   layout // that fits it exactly
	scene    []byte // JSON
	states   rows
	actions  rows // the last is 0; none without actuators
	outcomes rows // none without a task
}

// rows are values of the frames of an episode, and their statistics.
type rows struct {
	width  int
	values []float32 // [t, width]
	stats  Stats
}

func newRows(values []float32, width int) rows { return rows{width, values, describe(values, width)} }

// frames returns t.
func (e *blockEpisode) frames() int { return len(e.states.values) / e.states.width }

// perBlock returns how many episodes a block has, but for the last.
func (p *partial) perBlock() int { return min(blockEpisodes, max(1, blockFrames/p.plan.Frames)) }

// fill makes the episodes from the first on and gives them to take in their order.
// When ctx ends, take still gets those that no earlier one is missing for.
func (p *partial) fill(ctx context.Context, first int, newSource func() Source, workers int, take func(*block) error) error {
	group, ctx := errgroup.WithContext(ctx)
	queue, order := make(chan *block), make(chan *block, 2*workers)
	group.Go(func() error {
		defer close(order)
		defer close(queue)
		for from := first; from < p.total; from += p.perBlock() {
			b := &block{from: from, to: min(from+p.perBlock(), p.total), ready: make(chan struct{})}
			select {
			case order <- b:
				queue <- b
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	for range workers {
		source := newSource()
		group.Go(func() error {
			for b := range queue {
				b.err = p.makeBlock(ctx, source, b)
				close(b.ready)
			}
			return nil
		})
	}
	group.Go(func() error {
		for b := range order {
			if <-b.ready; b.err != nil {
				return b.err
			}
			if err := take(b); err != nil {
				return err
			}
		}
		return nil
	})
	return group.Wait()
}

// makeBlock makes the episodes of a block.
func (p *partial) makeBlock(ctx context.Context, source Source, b *block) error {
	for i := b.from; i < b.to; i++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		trajectory, outcomes, err := source(ctx, p.first+i)
		var e blockEpisode
		if err == nil {
			e, err = p.finishEpisode(trajectory, outcomes)
		}
		if err != nil {
			return fmt.Errorf("episode %d: %w", p.first+i, err)
		}
		b.episodes = append(b.episodes, e)
	}
	return nil
}

// finishEpisode holds an episode against the plan.
func (p *partial) finishEpisode(trajectory *sim.Trajectory, outcomes []Outcome) (blockEpisode, error) {
	scene := trajectory.Scene
	err := trajectory.Check()
	if err == nil {
		err = checkOutcomes(outcomes)
	}
	if err != nil {
		return blockEpisode{}, err
	}
	n, frames := len(scene.Bodies), len(trajectory.States)
	switch {
	case n == 0:
		return blockEpisode{}, errors.New("scene: 0 bodies must be at least 1")
	case scene.FPS != p.plan.FPS:
		return blockEpisode{}, fmt.Errorf("scene: fps %d must be the dataset's, %d", scene.FPS, p.plan.FPS)
	case frames < 1 || frames > p.plan.Frames:
		return blockEpisode{}, fmt.Errorf("%d frames must be from 1 to the dataset's %d", frames, p.plan.Frames)
	case outcomes != nil && len(outcomes) != frames-1:
		return blockEpisode{}, fmt.Errorf("%d outcomes must be one less than the %d frames", len(outcomes), frames)
	}
	text, err := scene.Encode()
	if err != nil {
		return blockEpisode{}, err
	}
	e := newBlockEpisode(trajectory, outcomes, text)
	if at := e.states.infinite(); at >= 0 {
		k := at / e.states.width
		err := sim.StateFromFloat32(e.states.values[k*e.states.width:], n).Check()
		return blockEpisode{}, fmt.Errorf("frame %d as float32: %w", k, err)
	}
	if at := e.actions.infinite(); at >= 0 {
		return blockEpisode{}, fmt.Errorf("frame %d as float32: action %v must be finite", at/e.actions.width, e.actions.values[at])
	}
	return e, nil
}

// infinite returns the place of the first value beyond float32, or -1. The extremes
// tell whether there is one.
func (r rows) infinite() int {
	infinite := func(v float64) bool { return math.IsInf(v, 0) }
	if !slices.ContainsFunc(r.stats.Min, infinite) && !slices.ContainsFunc(r.stats.Max, infinite) {
		return -1
	}
	return slices.IndexFunc(r.values, func(v float32) bool { return infinite(float64(v)) })
}

// newBlockEpisode returns an episode whose scene is encoded.
func newBlockEpisode(trajectory *sim.Trajectory, outcomes []Outcome, scene []byte) blockEpisode {
	n, a := len(trajectory.Scene.Bodies), len(trajectory.Scene.Actuators)
	states := make([]float32, 0, len(trajectory.States)*sim.StateSize*n)
	for _, state := range trajectory.States {
		states = state.AppendFloat32(states, n)
	}
	e := blockEpisode{layout: layoutOf(trajectory.Scene, outcomes), scene: scene, states: newRows(states, sim.StateSize*n)}
	if a > 0 {
		e.actions = newRows(appendActions(trajectory), a)
	}
	if outcomes != nil {
		e.outcomes = newRows(appendOutcomes(outcomes), outcomeSize)
	}
	return e
}

// appendActions returns the actions of an episode as rows [t, a], the last of
// which is 0.
func appendActions(t *sim.Trajectory) []float32 {
	a := len(t.Scene.Actuators)
	rows := make([]float32, 0, a*len(t.States))
	for k := range len(t.States) - 1 {
		action := t.Action(k)
		if action == nil {
			action = t.Scene.Rest()
		}
		for _, v := range action {
			rows = append(rows, float32(v))
		}
	}
	return append(rows, make([]float32, a)...)
}
