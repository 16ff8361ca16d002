package eval

import (
	"context"
	"fmt"
	"sync"

	"golang.org/x/sync/errgroup"

	"orrery/sim"
	"orrery/world"
)

// Endurance is how a model fares over rollouts far longer than any comparison with
// the truth makes sense.
type Endurance struct {
	Episodes  int       `json:"episodes"`
	Frames    int       `json:"frames"`     // of each rollout, the start included
	NotFinite int       `json:"not_finite"` // episodes that ended in a failure or a value that is not finite
	Lost      int       `json:"lost"`       // episodes in which the centre of a body went through a wall
	Failures  []Failure `json:"failures,omitempty"`
}

// Endure rolls a model out from the starts of scenes at rest of all actuators, and
// counts the episodes that break down or in which a body leaves through a wall. It
// keeps no states. A wall is crossed when the straight way of a body's centre in a
// frame meets a side of the wall, so posts cannot be. Progress, which may be nil,
// is told how many of all episodes are done, by one goroutine at a time.
func Endure(ctx context.Context, model world.Model, scenes []*sim.Scene, frames, workers int, progress func(done, total int)) (*Endurance, error) {
	if frames < 2 || workers < 1 {
		return nil, fmt.Errorf("endurance: %d frames must be at least 2 and %d workers at least 1", frames, workers)
	}
	failures := make([]*Failure, len(scenes))
	lost := make([]bool, len(scenes))
	done, mutex := 0, sync.Mutex{}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(workers)
	for from := 0; from < len(scenes); from += rolloutBatch {
		to := min(from+rolloutBatch, len(scenes))
		group.Go(func() error {
			m := marathon{model, frames, failures[from:to], lost[from:to]}
			if err := m.run(ctx, scenes[from:to]); err != nil {
				return fmt.Errorf("endurance: %w", err)
			}
			mutex.Lock()
			defer mutex.Unlock()
			if done += to - from; progress != nil {
				progress(done, len(scenes))
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	e := &Endurance{Episodes: len(scenes), Frames: frames}
	for i, f := range failures {
		if f == nil {
			continue
		}
		f.Episode = i
		e.Failures = append(e.Failures, *f)
		if lost[i] {
			e.Lost++
		} else {
			e.NotFinite++
		}
	}
	return e, nil
}

// marathon is a batch of long rollouts.
type marathon struct {
	model    world.Model
	frames   int
	failures []*Failure // the first of each episode, or nil
	lost     []bool     // the failure is a body that went through a wall
}

// run predicts the scenes together and, when that breaks down, each alone, so that
// the failure of one costs the others nothing.
func (m *marathon) run(ctx context.Context, scenes []*sim.Scene) error {
	predictor, err := world.Bare(m.model).Predictor(scenes)
	if err != nil {
		return err
	}
	var state, before sim.State
	for _, scene := range scenes {
		state = append(state, scene.Start()...)
	}
	clear(m.failures)
	clear(m.lost)
	for k := 1; k < m.frames; k++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		before = append(before[:0], state...)
		if err = predictor.Step(state, nil); err == nil {
			err = state.Check()
		}
		if err != nil && len(scenes) > 1 {
			return m.runAlone(ctx, scenes)
		}
		if err != nil {
			if m.failures[0] == nil {
				m.failures[0] = &Failure{Scene: scenes[0].Name, Frame: k, Reason: err.Error()}
			}
			return nil
		}
		m.watch(scenes, k, before, state)
	}
	return nil
}

// runAlone runs each of the scenes by itself.
func (m *marathon) runAlone(ctx context.Context, scenes []*sim.Scene) error {
	for i := range scenes {
		alone := marathon{m.model, m.frames, m.failures[i : i+1], m.lost[i : i+1]}
		if err := alone.run(ctx, scenes[i:i+1]); err != nil {
			return err
		}
	}
	return nil
}

// watch notes the first body of each scene that goes through a wall in frame k.
func (m *marathon) watch(scenes []*sim.Scene, k int, before, after sim.State) {
	for i, scene := range scenes {
		n := len(scene.Bodies)
		if body := crossing(scene, before[:n], after[:n]); body >= 0 && m.failures[i] == nil {
			m.failures[i] = &Failure{Scene: scene.Name, Frame: k, Reason: fmt.Sprintf("body %d went through a wall", body)}
			m.lost[i] = true
		}
		before, after = before[n:], after[n:]
	}
}

// crossing returns the first body whose centre crosses a side of a wall between two
// states, or -1.
func crossing(scene *sim.Scene, before, after sim.State) int {
	for i := range before {
		from, to := before[i].Position(), after[i].Position()
		for w := range scene.Walls {
			corners := scene.Walls[w].Vertices
			for c := range corners {
				if crosses(from, to, corners[c], corners[(c+1)%len(corners)]) {
					return i
				}
			}
		}
	}
	return -1
}

// crosses reports whether the way from one point to another leads from one side of
// the line from a to b to the other, between a and b.
func crosses(from, to, a, b sim.Vec) bool {
	side, way := b.Sub(a), to.Sub(from)
	if (side.Cross(from.Sub(a)) > 0) == (side.Cross(to.Sub(a)) > 0) {
		return false
	}
	return way.Cross(a.Sub(from))*way.Cross(b.Sub(from)) <= 0
}
