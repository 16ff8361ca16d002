package episodes

import (
	"context"
	"fmt"
	"io"
	"sync"

	"orrery/cmd/orrery/console"
	"orrery/datasets/generate"
)

// Write makes the episodes of the recipe and writes them as a dataset to a directory. It
// shows on log how far it is, within episodes too.
func (r *Recipe) Write(ctx context.Context, log io.Writer, dir string, o generate.Options) error {
	p := &progress{frames: r.Frames}
	spec, maker, err := r.Maker(p.tick)
	if err != nil {
		return err
	}
	if r.Film.Kind != "" {
		settings, err := r.Film.settings(spec.FPS)
		if err != nil {
			return err
		}
		o.Film = r.Film.drawer(settings)
	}
	p.bar = console.NewProgress(log, "generating "+r.Scenario.Name)
	defer p.bar.Close()
	o.Progress = p.saved
	o.Waits = console.Waits(log, dir)
	return generate.Run(ctx, dir, spec, func() generate.Maker { return maker }, o)
}

// progress tells a bar how much of a dataset is made, within episodes too.
type progress struct {
	bar    *console.Progress
	frames int // of an episode, at most

	mutex    sync.Mutex
	episodes int // in all; 0 before the first call of saved
	before   int // episodes that an earlier session has saved
	done     int // episodes that are saved
	made     int // frames of this session
}

// tick says that so many more frames are made.
func (p *progress) tick(frames int) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.made += frames
	p.show()
}

// saved says that so many episodes are saved.
func (p *progress) saved(done, total int) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.episodes == 0 {
		p.episodes, p.before = total, done
	}
	p.done = done
	p.show()
}

func (p *progress) show() {
	made := float64(p.made) / float64(p.frames) // in episodes
	remark := fmt.Sprintf("%d/%d episodes", p.done, p.episodes)
	if made >= float64(p.episodes-p.before) {
		remark += ", writing files"
	}
	p.bar.Set(min(1, (float64(p.before)+made)/float64(max(1, p.episodes))), remark)
}
