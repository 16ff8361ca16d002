package fit

import (
	"context"
	"fmt"

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

func (a alone) Read(ctx context.Context, episodes []int, report func(done int)) ([]*sim.Trajectory, error) {
	whole, err := a.only.Read(ctx, []int{0}, nil)
	if err != nil {
		return nil, err
	}
	t := whole[0]
	frames := len(t.States)
	if t.Impact || frames < leastAlone {
		return nil, fmt.Errorf("training needs %d episodes at least, one of them to judge by, or one of %d frames, and there is one of %d", LeastEpisodes, leastAlone, frames)
	}
	out := make([]*sim.Trajectory, len(episodes))
	for i, k := range episodes {
		from, to := 0, frames*3/4
		if k == 1 {
			from, to = to-1, frames
		}
		if out[i], err = t.Part(from, to); err != nil {
			return nil, err
		}
	}
	if report != nil {
		report(len(out))
	}
	return out, nil
}
