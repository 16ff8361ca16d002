package episodes

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime/debug"
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
	if r.Film.Kind == "" {
		defer collectSeldom()()
	}
	o.Progress = p.saved
	o.Waits = console.Waits(p.bar, dir)
	return generate.Run(ctx, dir, spec, func() generate.Maker { return maker }, o)
}

// seldom says that garbage is collected when there is so much more of it than of what is in use, in percent. Episodes without pictures
// leave a few kilobytes each, and little is in use: the heap stays below some 100 MB. Looking through it as often as other work wants it
// takes a twelfth of the time of billiards.
const seldom = 400

// collecting counts who wants garbage collected seldom, and remembers how often it was before.
var collecting struct {
	sync.Mutex
	users, before int
}

// collectSeldom begins to collect garbage seldom, unless GOGC says how often to, and returns what ends it.
func collectSeldom() (end func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	collecting.Lock()
	defer collecting.Unlock()
	if collecting.users++; collecting.users == 1 {
		collecting.before = debug.SetGCPercent(seldom)
	}
	return func() {
		collecting.Lock()
		defer collecting.Unlock()
		if collecting.users--; collecting.users == 0 {
			debug.SetGCPercent(collecting.before)
		}
	}
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
	shown    int // of these, when it was shown last
}

// parts is how many times all is shown at most, as many as a bar can tell apart: to write it down takes microseconds, in which no
// other worker can tell that it goes on.
const parts = 1000

// tick says that so many more frames are made.
func (p *progress) tick(frames int) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.made += frames; p.made-p.shown > p.frames*p.episodes/parts {
		p.show()
	}
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
	p.shown = p.made
	made := float64(p.made) / float64(p.frames) // in episodes
	remark := fmt.Sprintf("%d/%d episodes", p.done, p.episodes)
	if made >= float64(p.episodes-p.before) {
		remark += ", writing files"
	}
	p.bar.Set(min(1, (float64(p.before)+made)/float64(max(1, p.episodes))), remark)
}
