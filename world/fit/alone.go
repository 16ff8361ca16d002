package fit

import (
	"context"
	"fmt"
	"iter"

	"orrery/sim"
)

// alone is a single episode as two: its first three quarters teach, and its last quarter judges.
type alone struct{ only Episodes }

// leastAlone is the number of frames of an episode that can be two.
const leastAlone = 12

// dealt returns episodes of which some can teach and some can judge.
func dealt(e Episodes) Episodes {
	if e.Episodes() == 1 {
		return alone{e}
	}
	return e
}

func (alone) Episodes() int                                  { return 2 }
func (alone) Deal(float64, uint64) (training, holdout []int) { return []int{0}, []int{1} }
func (a alone) Weight(int) float64                           { return a.only.Weight(0) }

func (a alone) Origin() Origin { return a.only.Origin() }

func (a alone) Size(int) (frames, bodies int) { return a.only.Size(0) }

func (a alone) Scene(ctx context.Context, _ int) (*sim.Scene, error) { return a.only.Scene(ctx, 0) }

func (a alone) Each(ctx context.Context, episodes []int) iter.Seq2[*sim.Trajectory, error] {
	return func(yield func(*sim.Trajectory, error) bool) {
		whole, err := read(ctx, a.only, []int{0}, nil)
		for _, k := range episodes {
			var t *sim.Trajectory
			if err == nil {
				t, err = half(whole[0], k)
			}
			if !yield(t, err) || err != nil {
				return
			}
		}
	}
}

// half returns what of an episode teaches, for 0, or judges, for 1.
func half(t *sim.Trajectory, k int) (*sim.Trajectory, error) {
	frames := len(t.States)
	if t.Impact || frames < leastAlone {
		return nil, fmt.Errorf("training needs %d episodes at least, one of them to judge by, or one of %d frames, and there is one of %d", LeastEpisodes, leastAlone, frames)
	}
	if k == 0 {
		return t.Part(0, frames*3/4)
	}
	return t.Part(frames*3/4-1, frames)
}
