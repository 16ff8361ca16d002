package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/cwriter"
	"github.com/vbauerster/mpb/v8/decor"
)

// progressEvery is the time between the lines that stand in for a bar where
// stderr is a file or a pipe: often enough to see life, seldom enough to read.
const progressEvery = 3 * time.Second

// progress shows how far a task has come: a bar on a terminal, plain lines
// elsewhere. Its methods may be called from several goroutines.
type progress struct {
	mutex sync.Mutex
	out   io.Writer
	task  string
	total int
	note  string

	bars *mpb.Progress // nil without a terminal
	bar  *mpb.Bar
	last time.Time // of a plain line
}

// newProgress announces a task of total parts on out. Close it before anything
// else writes there.
func newProgress(out io.Writer, task string, total int) *progress {
	p := &progress{out: out, task: task, total: total, last: time.Now()}
	if f, ok := out.(*os.File); ok && cwriter.IsTerminal(int(f.Fd())) {
		p.bars = mpb.New(mpb.WithOutput(out), mpb.WithWidth(40))
		p.bar = p.bars.AddBar(int64(total),
			mpb.PrependDecorators(decor.Name(task+" ")),
			mpb.AppendDecorators(
				decor.Percentage(decor.WC{W: 5}),
				decor.AverageETA(decor.ET_STYLE_MMSS, decor.WC{W: 7}),
				decor.Any(func(decor.Statistics) string { return p.currentNote() }),
			))
	}
	return p
}

// set says that done parts are finished, with a remark such as the loss so far.
func (p *progress) set(done int, note string) {
	p.mutex.Lock()
	p.note = note
	plain := p.bar == nil && time.Since(p.last) >= progressEvery
	if plain {
		p.last = time.Now()
		fmt.Fprintf(p.out, "%s %d%% %s\n", p.task, 100*min(done, p.total)/max(p.total, 1), note)
	}
	p.mutex.Unlock()
	if p.bar != nil {
		p.bar.SetCurrent(int64(done))
	}
}

func (p *progress) currentNote() string {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.note == "" {
		return ""
	}
	return "  " + p.note
}

// close leaves the bar as it stands.
func (p *progress) close() {
	if p.bar != nil {
		p.bar.Abort(false)
		p.bars.Wait()
	}
}
