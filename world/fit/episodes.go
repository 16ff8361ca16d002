package fit

import (
	"context"
	"iter"

	"orrery/datasets/splits"
	"orrery/sim"
	"orrery/world"
)

// Episodes are the data that a model is trained on: a dataset on disk, or trajectories in
// memory (see InMemory). They are numbered from 0.
type Episodes interface {
	// Episodes returns how many there are.
	Episodes() int
	// Size returns how many frames an episode has, and the most bodies of any episode.
	Size(episode int) (frames, bodies int)
	// Scene reads the scene of an episode, and none of its frames.
	Scene(ctx context.Context, episode int) (*sim.Scene, error)
	// Each reads the named episodes one after another, in their order. It ends with the first
	// error, or soon after ctx ends with that of ctx.
	Each(ctx context.Context, episodes []int) iter.Seq2[*sim.Trajectory, error]
	// Deal returns the numbers of the episodes to train on and of those to judge by, both
	// in ascending order, the share of which is that given where nothing else says. No other
	// episode is read. The same arguments give the same numbers, at least one of each.
	Deal(share float64, seed uint64) (training, holdout []int)
	// Weight returns how often the examples of an episode are taken in an epoch: 1 is usual.
	Weight(episode int) float64
	// Origin returns how the episodes came about.
	Origin() Origin
}

// Origin says where training data came from.
type Origin = world.Origin

// memory is Episodes in memory.
type memory struct {
	trajectories []*sim.Trajectory
	origin       Origin
	bodies       int // the most of any
}

// InMemory returns trajectories as Episodes. It keeps them and changes none.
func InMemory(trajectories []*sim.Trajectory, origin Origin) Episodes {
	m := &memory{trajectories: trajectories, origin: origin}
	for _, t := range trajectories {
		m.bodies = max(m.bodies, len(t.Scene.Bodies))
	}
	return m
}

func (m *memory) Episodes() int      { return len(m.trajectories) }
func (m *memory) Weight(int) float64 { return 1 }
func (m *memory) Origin() Origin     { return m.origin }

func (m *memory) Deal(share float64, seed uint64) (training, holdout []int) {
	return splits.Deal(len(m.trajectories), share, seed)
}

func (m *memory) Size(episode int) (frames, bodies int) {
	return len(m.trajectories[episode].States), m.bodies
}

func (m *memory) Scene(_ context.Context, episode int) (*sim.Scene, error) {
	return m.trajectories[episode].Scene, nil
}

func (m *memory) Each(ctx context.Context, episodes []int) iter.Seq2[*sim.Trajectory, error] {
	return func(yield func(*sim.Trajectory, error) bool) {
		for _, k := range episodes {
			if err := ctx.Err(); err != nil {
				yield(nil, err)
				return
			}
			if !yield(m.trajectories[k], nil) {
				return
			}
		}
	}
}

// read returns the named episodes. It calls report, unless that is nil, with the number of those read so far.
func read(ctx context.Context, e Episodes, episodes []int, report func(done int)) ([]*sim.Trajectory, error) {
	out := make([]*sim.Trajectory, 0, len(episodes))
	for t, err := range e.Each(ctx, episodes) {
		if err != nil {
			return nil, err
		}
		if out = append(out, t); report != nil {
			report(len(out))
		}
	}
	return out, nil
}

// LeastEpisodes is the number of episodes that a training needs: one to train on and one to judge by.
const LeastEpisodes = splits.LeastDealt
