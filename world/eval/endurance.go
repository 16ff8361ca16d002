package eval

import (
	"context"
	"fmt"
	"sync"

	"golang.org/x/sync/errgroup"

	"orrery/sim"
	"orrery/world"
)

// Endurance says how a model fares over rollouts far longer than any comparison with
// the truth makes sense.
type Endurance struct {
	Episodes  int       `json:"episodes"`   // number rolled out
	Frames    int       `json:"frames"`     // of each rollout, the start included
	NotFinite int       `json:"not_finite"` // episodes that ended in a failure or a value that is not finite
	Lost      int       `json:"lost"`       // episodes in which a body went through a wall or left the arena
	TooFast   int       `json:"too_fast"`   // episodes in which a body was ten times as fast as in training
	Failures  []Failure `json:"failures,omitempty"`
}

// Endure rolls a model out from the starts of scenes at rest of all actuators, and
// counts the episodes that break down or in which something cannot be right; see
// world.Guard. An episode counts as not finite if it ends so, and else by what was wrong
// first. Seen is the model's training data, or nil when that is not known. It keeps no
// states. Progress, which may be nil, is told how many of all frames are predicted, by
// one goroutine at a time.
func Endure(ctx context.Context, model world.Model, seen *world.Seen, scenes []*sim.Scene, frames, workers int, progress func(done, total int)) (*Endurance, error) {
	if frames < 2 || workers < 1 {
		return nil, fmt.Errorf("endurance: %d frames must be at least 2 and %d workers at least 1", frames, workers)
	}
	m := marathon{model: world.Bare(model), seen: seen, scenes: scenes, frames: frames, total: len(scenes) * (frames - 1), progress: progress}
	m.guards, m.broken = make([]*world.Guard, len(scenes)), make([]*world.Breakdown, len(scenes))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(workers)
	for from := 0; from < len(scenes); from += rolloutBatch {
		group.Go(func() error {
			if err := m.run(ctx, from, min(from+rolloutBatch, len(scenes))); err != nil {
				return fmt.Errorf("endurance: %w", err)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	e := &Endurance{Episodes: len(scenes), Frames: frames}
	for i := range scenes {
		e.count(i, scenes[i].Name, m.guards[i].Escape(), m.broken[i])
	}
	return e, nil
}

// count adds episode i, with what was wrong first and where it ended before its time.
func (e *Endurance) count(i int, scene string, first *world.Escape, broken *world.Breakdown) {
	if broken != nil {
		e.NotFinite++
		e.Failures = append(e.Failures, Failure{Episode: i, Scene: scene, Frame: broken.Frame, Reason: broken.Err.Error()})
		return
	}
	if first == nil {
		return
	}
	switch first.Kind {
	case world.NotFinite: // a breakdown, and counted as one
	case world.ThroughWall, world.OutOfArena:
		e.Lost++
	case world.TooFast:
		e.TooFast++
	default:
		panic(fmt.Sprintf("eval: no count for the kind of escape %q", first.Kind))
	}
	e.Failures = append(e.Failures, Failure{Episode: i, Scene: scene, Frame: first.Frame, Reason: first.Reason()})
}

// marathon is long rollouts of many scenes.
type marathon struct {
	model  world.Model
	seen   *world.Seen
	scenes []*sim.Scene
	frames int
	guards []*world.Guard     // of each scene
	broken []*world.Breakdown // of each scene, or nil

	mu          sync.Mutex // guards the following
	done, total int        // frames
	progress    func(done, total int)
}

// run rolls the scenes from:to out.
func (m *marathon) run(ctx context.Context, from, to int) error {
	told := make([]int, to-from)
	batch := world.Batch{Model: m.model, Scenes: m.scenes[from:to], Frames: m.frames}
	for _, scene := range batch.Scenes {
		batch.Starts = append(batch.Starts, scene.Start())
	}
	batch.See = func(i, frame int, state sim.State, _ []float64) {
		if frame == 0 {
			m.guards[from+i] = world.NewGuard(batch.Scenes[i], m.seen)
		}
		m.guards[from+i].See(state)
		if frame > told[i] {
			told[i] = frame
			m.tick(1)
		}
	}
	broken, err := batch.Run(ctx)
	if err != nil {
		return err
	}
	copy(m.broken[from:to], broken)
	for _, last := range told {
		m.tick(m.frames - 1 - last)
	}
	return nil
}

// tick reports that some more frames are predicted.
func (m *marathon) tick(frames int) {
	if frames == 0 {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.done += frames
	if m.progress != nil {
		m.progress(m.done, m.total)
	}
}
