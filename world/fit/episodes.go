package fit

import (
	"context"

	"orrery/datasets/splits"
	"orrery/sim"
	"orrery/world"
)

// Episodes are the data that a model is trained on: a dataset on disk, or trajectories in
// memory (see InMemory). They are numbered from 0.
type Episodes interface {
	// Episodes returns how many there are.
	Episodes() int
	// Read returns the named episodes, in their order. It calls report, unless that is
	// nil, with the number of those read so far. When ctx ends, it soon returns its
	// error.
	Read(ctx context.Context, episodes []int, report func(done int)) ([]*sim.Trajectory, error)
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
}

// InMemory returns trajectories as Episodes. It keeps them and changes none.
func InMemory(trajectories []*sim.Trajectory, origin Origin) Episodes {
	return &memory{trajectories, origin}
}

func (m *memory) Episodes() int      { return len(m.trajectories) }
func (m *memory) Weight(int) float64 { return 1 }
func (m *memory) Origin() Origin     { return m.origin }

func (m *memory) Deal(share float64, seed uint64) (training, holdout []int) {
	return splits.Deal(len(m.trajectories), share, seed)
}

func (m *memory) Read(_ context.Context, episodes []int, report func(done int)) ([]*sim.Trajectory, error) {
	out := make([]*sim.Trajectory, len(episodes))
	for i, k := range episodes {
		out[i] = m.trajectories[k]
	}
	if report != nil {
		report(len(out))
	}
	return out, nil
}

// LeastEpisodes is the number of episodes that a training needs: one to train on and one to judge by.
const LeastEpisodes = splits.LeastDealt
