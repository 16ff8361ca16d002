package datasets

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"runtime"
	"sync"

	"orrery/datasets/parquet"
	"orrery/sim"
	"orrery/sim/canon"
)

// Episode has everything that a dataset holds of one episode.
type Episode struct {
	Number     int // from 0
	Trajectory *sim.Trajectory
	Outcomes   []Outcome // of each action [t-1], or nil when the dataset has none
}

// Each reads the episodes with these numbers one after the other, or all when numbers is
// nil, and checks them. It ends with the first error, or with that of ctx. Before each
// episode and at the end it tells progress, when that is not nil, how many are read.
// Numbers that ascend are read fastest: nothing is decoded twice then.
func (d *Dataset) Each(ctx context.Context, numbers []int, progress func(done, total int)) iter.Seq2[Episode, error] {
	if numbers == nil {
		numbers = make([]int, d.Episodes())
		for i := range numbers {
			numbers[i] = i
		}
	}
	if progress == nil {
		progress = func(done, total int) {}
	}
	return func(yield func(Episode, error) bool) {
		reading := d.readAhead(ctx, numbers)
		defer reading.stop()
		for k, i := range numbers {
			progress(k, len(numbers))
			f, err := reading.next()
			if err == nil {
				err = ctx.Err() // what was read ahead comes no more
			}
			if err != nil {
				yield(Episode{Number: i}, err)
				return
			}
			if !yield(Episode{i, f.trajectory, f.outcomes}, nil) {
				return
			}
		}
		progress(len(numbers), len(numbers))
	}
}

// ahead reads episodes before they are asked for, as many at a time as there are processors.
type ahead struct {
	cancel  context.CancelFunc
	begin   func()          // reading another episode, where there is one
	pending []chan readings // of the next episodes, the first one first
	done    func()          // no other episode is begun
	running sync.WaitGroup
}

// asking is an episode that somebody waits for.
type asking struct {
	episode int
	answer  chan readings
}

type readings struct {
	frames *frames
	err    error
}

func (d *Dataset) readAhead(ctx context.Context, numbers []int) *ahead {
	ctx, cancel := context.WithCancel(ctx)
	workers := min(runtime.GOMAXPROCS(0), len(numbers))
	asked := make(chan asking, workers)
	a := &ahead{cancel: cancel, done: sync.OnceFunc(func() { close(asked) })}
	a.begin = func() {
		if len(numbers) == 0 {
			a.done()
			return
		}
		q := asking{numbers[0], make(chan readings, 1)}
		numbers, a.pending = numbers[1:], append(a.pending, q.answer)
		asked <- q
	}
	for range workers {
		a.running.Go(func() {
			for q := range asked {
				f, err := d.frames(ctx, q.episode)
				q.answer <- readings{f, err}
			}
		})
		a.begin()
	}
	return a
}

// next returns the next episode. There must be one.
func (a *ahead) next() (*frames, error) {
	r := <-a.pending[0]
	a.pending = a.pending[1:]
	a.begin()
	return r.frames, r.err
}

// stop ends the reading and waits for that.
func (a *ahead) stop() {
	a.cancel()
	a.done()
	a.running.Wait()
}

// Trajectories reads the episodes with these numbers into memory, as Each does.
func (d *Dataset) Trajectories(ctx context.Context, numbers []int, progress func(done, total int)) ([]*sim.Trajectory, error) {
	out := make([]*sim.Trajectory, 0, len(numbers))
	for episode, err := range d.Each(ctx, numbers, progress) {
		if err != nil {
			return nil, fmt.Errorf("episode %d: %w", episode.Number, err)
		}
		out = append(out, episode.Trajectory)
	}
	return out, nil
}

// Episode reads the scene, the states and the actions of episode i, and checks
// them.
func (d *Dataset) Episode(ctx context.Context, i int) (*sim.Trajectory, error) {
	f, err := d.frames(ctx, i)
	if err != nil {
		return nil, err
	}
	return f.trajectory, nil
}

// Outcomes reads what each action of episode i led to [t-1], or nil when the
// dataset has no outcomes.
func (d *Dataset) Outcomes(ctx context.Context, i int) ([]Outcome, error) {
	f, err := d.frames(ctx, i)
	if err != nil {
		return nil, err
	}
	return f.outcomes, nil
}

// Scene reads the scene of episode i, and none of its frames.
func (d *Dataset) Scene(ctx context.Context, i int) (*sim.Scene, error) {
	if i < 0 || i >= len(d.episodes) {
		return nil, fmt.Errorf("%s: episode %d must be from 0 to %d", d.in.name, i, len(d.episodes)-1)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	scene, _, err := d.scene(i)
	return scene, err
}

// scene reads the scene of episode i, and its JSON.
func (d *Dataset) scene(i int) (scene *sim.Scene, text []byte, err error) {
	t := d.scenes
	r, err := t.Reader()
	if err != nil {
		return nil, nil, err
	}
	defer r.Close()
	numbers, err := parquet.Rows[int64](r, "episode_index", 0, i, i+1)
	if err != nil {
		return nil, nil, err
	}
	if numbers[0] != int64(i) {
		return nil, nil, fmt.Errorf("%s: row %d: episode_index %d must be %d", t.Name(), i, numbers[0], i)
	}
	scenes, err := parquet.Rows[[]byte](r, "scene", 0, i, i+1)
	if err != nil {
		return nil, nil, err
	}
	scene, err = canon.Decode(bytes.NewReader(scenes[0]))
	if err != nil {
		return nil, nil, fmt.Errorf("%s: episode %d: %w", t.Name(), i, err)
	}
	switch {
	case scene.FPS != d.FPS():
		err = fmt.Errorf("fps %d must be the dataset's, %d", scene.FPS, d.FPS())
	case len(scene.Bodies) > d.room.Bodies:
		err = fmt.Errorf("%d bodies must be at most %d", len(scene.Bodies), d.room.Bodies)
	case len(scene.Actuators) > len(d.room.Actions):
		err = fmt.Errorf("%d actuators must be at most %d", len(scene.Actuators), len(d.room.Actions))
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%s: episode %d: %w", t.Name(), i, err)
	}
	return scene, scenes[0], nil
}
