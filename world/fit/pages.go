package fit

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"orrery/datasets/spool"
	"orrery/learn/train"
	"orrery/sim"
	"orrery/world/choose"
	"orrery/world/identify"
)

// pages is an objective whose examples are read when they are needed. It is a train.Chaptered. A
// chapter is a run of episodes; where a training has a working directory, their examples are kept beside it in a nameless file,
// as finding them takes longer than reading them. While a window is learned from, the next one is read.
type pages struct {
	train.Objective // of the open window

	job      *Job
	model    *trainable
	values   *identify.Values // filled into scenes, or nil
	judged   train.Objective  // which judges, trains on nothing, and from which those of windows are made
	shown    int              // examples that an objective makes of a frame
	numbers  []int            // of the episodes to train on
	chapters []train.Chapter
	starts   []int       // where chapters begin in numbers, and the end of the last
	file     *spool.File // nil where episodes are read again
	open     []int       // chapters of the window
	ahead    *reading    // nil where nothing is read ahead

	ctx  context.Context // of reading ahead
	stop func()
}

// reading is a window that is being read.
type reading struct {
	chapters []int
	parts    []spool.Part
	err      error
	done     chan struct{}
}

// openPages goes over all episodes to train on once. The objective is that of a choice of them, which it forgets.
func (j *Job) openPages(ctx context.Context, model *trainable, values *identify.Values, objective train.Objective) (*lesson, error) {
	p := &pages{job: j, model: model, values: values, shown: objective.Examples() / framesOf(objective)}
	p.judged = model.on(objective, nil, nil)
	p.Objective = p.judged
	p.ctx, p.stop = context.WithCancel(ctx)
	p.numbers, _ = j.split()
	l := &lesson{objective: p, pages: p}
	if err := p.scan(ctx, l); err != nil {
		p.close()
		return nil, err
	}
	return l, nil
}

// scan finds the examples of all episodes and divides them into chapters.
func (p *pages) scan(ctx context.Context, l *lesson) (err error) {
	j := p.job
	if j.Work != "" {
		beside := filepath.Dir(j.Work) // where there will be room for a model, too
		if err := os.MkdirAll(beside, 0o755); err != nil {
			return err
		}
		if p.file, err = spool.New(beside); err != nil {
			return err
		}
	}
	var sight choose.Sight
	var chapter train.Chapter
	var parts []spool.Part // of the chapter, where there is a file
	p.starts = append(p.starts, 0)
	end := func(i int) error {
		if p.file != nil {
			if err := p.file.Add(parts); err != nil {
				return err
			}
		}
		l.frames += chapter.Examples
		chapter.Examples *= p.shown
		p.chapters, p.starts = append(p.chapters, chapter), append(p.starts, i)
		chapter, parts = train.Chapter{}, parts[:0]
		return nil
	}
	i := 0
	for part, err := range p.parts(ctx, p.numbers, &sight) {
		if err != nil {
			return err
		}
		weight := j.Episodes.Weight(p.numbers[i])
		if i > p.starts[len(p.starts)-1] && (chapter.Size >= j.limits.chapter || weight != chapter.Weight) {
			if err := end(i); err != nil {
				return err
			}
		}
		chapter.Weight = weight
		if part.Trajectory.Seen != nil && p.file != nil {
			if err := p.file.Close(); err != nil { // observed motion is read again
				return err
			}
			p.file, parts = nil, nil
		}
		if len(part.Frames) > 0 {
			chapter.Examples += len(part.Frames)
			chapter.Size += room(part)
			if p.file != nil {
				parts = append(parts, part)
			}
		}
		if i++; i%100 == 0 {
			j.report(Progress{Stage: Preparing, Fraction: float64(i) / float64(len(p.numbers))})
		}
	}
	if err := end(i); err != nil {
		return err
	}
	if l.frames == 0 {
		return errors.New("no episode has a frame from which something can be learned")
	}
	l.seen = sight.Seen()
	return nil
}

// room returns about how many bytes of memory a part takes while it is learned from. It is a matter of the
// data alone, as windows are cut by it.
func room(p spool.Part) int {
	t, s := p.Trajectory, p.Trajectory.Scene
	things := len(s.Bodies) + len(s.Walls) + len(s.Joints) + len(s.Fields) + len(s.Actuators)
	n := len(s.Bodies)
	size := sceneRoom + thingRoom*things + len(t.States)*(24+48*n) + 8*len(p.Frames)
	if t.Actions != nil {
		size += len(t.Actions) * (24 + 8*len(s.Actuators))
	}
	if t.Seen != nil {
		size += len(t.States) * 300 * n
	}
	return size
}

// What a scene takes, and each thing in it, decoded and as workers prepare it.
const (
	sceneRoom = 2 << 10 // bytes
	thingRoom = 1 << 10 // bytes
)

// parts returns the episodes with these numbers and what is to be learned from each. Sight, if there is one, sees all of them.
func (p *pages) parts(ctx context.Context, numbers []int, sight *choose.Sight) func(yield func(spool.Part, error) bool) {
	return func(yield func(spool.Part, error) bool) {
		i := 0
		for t, err := range p.job.Episodes.Each(ctx, numbers) {
			var part spool.Part
			if err == nil {
				part, err = p.part(ctx, t, sight)
				if err != nil && ctx.Err() == nil {
					err = fmt.Errorf("episode %d: %w", numbers[i], err)
				}
			}
			if i++; !yield(part, err) || err != nil {
				return
			}
		}
	}
}

// part returns what is to be learned from an episode.
func (p *pages) part(ctx context.Context, t *sim.Trajectory, sight *choose.Sight) (spool.Part, error) {
	t, err := t.Stride(p.job.Config.Stride)
	if err != nil {
		return spool.Part{}, err
	}
	if p.values != nil {
		one := []*sim.Trajectory{t}
		if err := fill(p.values, one); err != nil {
			return spool.Part{}, err
		}
		t = one[0]
	}
	if sight != nil {
		sight.Add(t)
	}
	frames, err := p.model.examples(ctx, t)
	return spool.Part{Trajectory: t, Frames: frames}.Reduced(), err
}

// Chapters implements train.Chaptered.
func (p *pages) Chapters() []train.Chapter { return p.chapters }

// Window implements train.Chaptered.
func (p *pages) Window() int { return p.job.limits.window }

// Open implements train.Chaptered.
func (p *pages) Open(ctx context.Context, chapters, next []int) error {
	if slices.Equal(chapters, p.open) {
		return nil // there is but one window
	}
	p.Objective, p.open = p.judged, nil
	parts, err := p.take(ctx, chapters)
	if err != nil {
		return err
	}
	trajectories, frames := make([]*sim.Trajectory, len(parts)), make([][]int32, len(parts))
	for i, part := range parts {
		trajectories[i], frames[i] = part.Trajectory, part.Frames
	}
	p.Objective = p.job.delegate(p.model, p.model.on(p.judged, trajectories, frames))
	p.open = chapters
	if !slices.Equal(chapters, next) {
		p.begin(next)
	}
	return nil
}

// take returns the parts of a window, which may have been read ahead.
func (p *pages) take(ctx context.Context, chapters []int) ([]spool.Part, error) {
	if p.ahead == nil || !slices.Equal(p.ahead.chapters, chapters) {
		if p.ahead != nil { // a place was left, which a run does only at its end
			<-p.ahead.done
		}
		p.begin(chapters)
	}
	r := p.ahead
	select {
	case <-r.done:
		p.ahead = nil
		return r.parts, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// begin reads a window in a goroutine of its own.
func (p *pages) begin(chapters []int) {
	r := &reading{chapters: chapters, done: make(chan struct{})}
	p.ahead = r
	go func() {
		defer close(r.done)
		r.err = train.Guard("reading of data", func() (err error) {
			r.parts, err = p.readAll(chapters)
			return err
		})
	}()
}

// readAll returns the parts of some chapters.
func (p *pages) readAll(chapters []int) (out []spool.Part, err error) {
	for _, c := range chapters {
		if err := p.ctx.Err(); err != nil {
			return nil, err
		}
		if p.file != nil {
			parts, err := p.file.Read(c)
			if err != nil {
				return nil, err
			}
			out = append(out, parts...)
			continue
		}
		for part, err := range p.parts(p.ctx, p.numbers[p.starts[c]:p.starts[c+1]], nil) {
			if err != nil {
				return nil, err
			}
			if len(part.Frames) > 0 {
				out = append(out, part)
			}
		}
	}
	return out, nil
}

// close ends reading and forgets the examples. It may be called twice.
func (p *pages) close() {
	p.stop()
	if p.ahead != nil {
		<-p.ahead.done
		p.ahead = nil
	}
	if p.file != nil {
		p.file.Close() // nobody needs what could not be closed
		p.file = nil
	}
	p.Objective, p.open = p.judged, nil
}
