package console

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/cwriter"
	"github.com/vbauerster/mpb/v8/decor"
)

// Lines stand in for a bar where stderr is a file or a pipe. The first one comes after
// progressAfter, and then one every progressEvery, even where nothing has changed: often
// enough to see life, seldom enough to read.
const (
	progressAfter = time.Second
	progressEvery = 3 * time.Second
)

// barSteps is the number of parts of a bar.
const barSteps = 1000

// Progress shows how far a task has come: a bar on a terminal, plain lines
// elsewhere. It is safe for concurrent use.
type Progress struct {
	task string
	bars *mpb.Progress // nil without a terminal
	bar  *mpb.Bar

	mutex sync.Mutex // guards the following
	out   io.Writer
	note  string
	timer *time.Timer // writes the next plain line; nil on a terminal and after Close
	first time.Time   // Set was called, with the fraction from
	from  float64
}

// NewProgress announces a task on out. Until Close, whoever has lines of their own for out
// writes them to the Progress.
func NewProgress(out io.Writer, task string) *Progress {
	p := &Progress{task: task, out: out}
	if !hasRoom(out) {
		p.mutex.Lock()
		defer p.mutex.Unlock()
		p.timer = time.AfterFunc(progressAfter, p.beat)
	} else {
		p.bars = mpb.New(mpb.WithOutput(out), mpb.WithWidth(30))
		p.bar = p.bars.AddBar(barSteps,
			mpb.PrependDecorators(decor.Name(task+" ")),
			mpb.AppendDecorators(decor.Any(func(decor.Statistics) string { return " " + p.currentNote() })))
	}
	return p
}

// hasRoom reports whether out is a terminal that says how wide it is.
func hasRoom(out io.Writer) bool {
	f, ok := out.(*os.File)
	if !ok {
		return false
	}
	width, _, err := cwriter.GetSize(int(f.Fd()))
	return err == nil && width > 0
}

// Set says that a fraction of the task is done, with a remark such as the loss
// so far.
func (p *Progress) Set(fraction float64, remark string) {
	p.remember(fraction, remark)
	if p.bar != nil {
		p.bar.SetCurrent(int64(barSteps * fraction)) // waits for currentNote, so the lock must be free
	}
}

func (p *Progress) remember(fraction float64, remark string) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	ended := strings.HasPrefix(p.note, "100%")
	p.note = fmt.Sprintf("%2.0f%%  %s%s", 100*fraction, remark, p.remaining(fraction))
	if p.timer != nil && fraction >= 1 && !ended {
		p.line()
	}
}

// beat writes a plain line when its time has come.
func (p *Progress) beat() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.timer != nil {
		p.line()
	}
}

// line writes a plain line and orders the next.
func (p *Progress) line() {
	note := p.note
	if note == "" {
		note = "…"
	}
	fmt.Fprintf(p.out, "%s %s\n", p.task, note)
	p.timer.Reset(progressEvery)
}

// remaining estimates the time until the end from the pace since the first call,
// so that what an earlier session did counts for nothing.
func (p *Progress) remaining(fraction float64) string {
	if p.first.IsZero() {
		p.first, p.from = time.Now(), fraction
	}
	if fraction <= p.from || fraction >= 1 {
		return ""
	}
	left := time.Duration(float64(time.Since(p.first)) * (1 - fraction) / (fraction - p.from))
	return fmt.Sprintf("  %v left", left.Round(time.Second))
}

func (p *Progress) currentNote() string {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.note
}

// Write writes lines that end with a line break beside the bar: above it on a terminal.
func (p *Progress) Write(lines []byte) (int, error) {
	if p.bars != nil {
		if n, err := p.bars.Write(lines); !errors.Is(err, mpb.ErrDone) {
			return n, err
		}
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.out.Write(lines)
}

// Close leaves the bar as it stands. It writes nothing of its own afterwards.
func (p *Progress) Close() {
	p.mutex.Lock()
	if p.timer != nil {
		p.timer.Stop()
		p.timer = nil
	}
	p.mutex.Unlock()
	if p.bar != nil {
		p.bar.Abort(false)
		p.bars.Wait()
	}
}

// EpisodeProgress returns what tells a bar how many episodes are done.
func EpisodeProgress(bar *Progress) func(done, total int) {
	return func(done, total int) {
		remark := fmt.Sprintf("%d/%d episodes", done, total)
		if done == total {
			remark += ", writing files"
		}
		bar.Set(float64(done)/float64(total), remark)
	}
}

// Waits returns what says on log, which is the bar where there is one, that another program writes path, which is waited for.
func Waits(log io.Writer, path string) func() {
	return func() { fmt.Fprintf(log, "waiting for another program that writes %s\n", path) }
}
