// Package filming takes pictures of what is shown while time passes, and makes a film of them.
//
//	var r filming.Recorder
//	err := r.Begin(filming.GIF)
//	over := r.Tick(picture)             // at each tick, until it is over
//	r.End("falling.gif", theme)         // goes on on a goroutine of its own
//	films, err := r.Take()              // as often as one likes, until it is there
//
// Pictures are kept as display lists, which are small, and drawn when the film is written.
package filming

import (
	"errors"
	"sync"

	"orrery/cmd/orrery-view/session/tape"
	"orrery/sim/render"
)

// Films have so many pictures a second and end by themselves after a while, before
// their lists take too much memory.
const (
	rate    = 20
	seconds = 20
)

// Format is a kind of file, named as the extension of its name is.
type Format string

// The formats of films.
const (
	GIF  Format = "gif"
	APNG Format = "apng"
	MP4  Format = "mp4"
)

// Film is one that is ready to be saved.
type Film struct {
	Name string
	Data []byte
}

// Recorder collects pictures while it is on, and encodes them afterwards. Its zero value is ready for use. It belongs to one goroutine.
type Recorder struct {
	format Format // of what is being recorded; empty when nothing is
	lists  []*render.List
	wait   int // ticks until the next picture

	mu       sync.Mutex
	encoding bool
	done     []Film
	err      error
}

// Begin begins a film. It is an error if the last one is still being written, or if this machine cannot write the format.
func (r *Recorder) Begin(format Format) error {
	if r.Busy() {
		return errors.New("the last film is still being written")
	}
	if err := check(format); err != nil {
		return err
	}
	r.format, r.lists, r.wait = format, nil, 0
	return nil
}

// Active reports whether a film is being recorded.
func (r *Recorder) Active() bool { return r.format != "" }

// Format returns that of what is being recorded, which is also the extension of its name, or nothing.
func (r *Recorder) Format() Format { return r.format }

// Seconds returns how long what was recorded is.
func (r *Recorder) Seconds() float64 { return float64(len(r.lists)) / rate }

// Lists returns the pictures that were recorded.
func (r *Recorder) Lists() []*render.List { return r.lists }

// Busy reports whether a film is being written.
func (r *Recorder) Busy() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.encoding
}

// Tick takes a picture when it is time, and reports whether the film is over: it is long enough, or the pictures have changed their
// size, which must be one.
func (r *Recorder) Tick(picture func() *render.List) (over bool) {
	if !r.Active() {
		return false
	}
	if r.wait--; r.wait > 0 {
		return false
	}
	r.wait = tape.TicksPerSecond / rate
	if r.Seconds() >= seconds {
		return true
	}
	next := picture()
	if len(r.lists) > 0 && (r.lists[0].Width != next.Width || r.lists[0].Height != next.Height) {
		return true
	}
	r.lists = append(r.lists, next)
	return false
}

// End ends the film and begins to write it, and reports whether there is anything to write. The theme is that of the pictures.
func (r *Recorder) End(name string, theme render.Theme) bool {
	lists, format := r.lists, r.format
	r.lists, r.format = nil, ""
	if len(lists) == 0 {
		return false
	}
	r.mu.Lock()
	r.encoding = true
	r.mu.Unlock()
	go func() {
		data, err := encode(lists, format, &theme)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.encoding, r.err = false, err
		if err == nil {
			r.done = append(r.done, Film{name, data})
		}
	}()
	return true
}

// Take returns films that are ready, and the error of one that failed, each once.
func (r *Recorder) Take() (films []Film, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	films, err = r.done, r.err
	r.done, r.err = nil, nil
	return films, err
}
