package screen

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"iter"
	"strings"
	"sync"
	"time"
	"unicode"

	"orrery/cmd/orrery-view/session"
	"orrery/cmd/orrery-view/session/tape"
	"orrery/sim/render"
	"orrery/sim/render/animation"
	"orrery/sim/render/film"
)

// Films have so many pictures a second and end by themselves after a while, before
// their lists take too much memory.
const (
	filmRate    = 20
	filmSeconds = 20
)

// recorder collects pictures while it is on, and encodes them afterwards on a
// goroutine of its own.
type recorder struct {
	format film.Format // of what is being recorded; empty when nothing is
	lists  []*render.List
	wait   int // ticks until the next picture

	mu       sync.Mutex
	encoding bool
	done     []File
	err      error
}

func (r *recorder) active() bool { return r.format != "" }

func (r *recorder) seconds() float64 { return float64(len(r.lists)) / filmRate }

// record begins or ends a film.
func (s *Screen) record(p Press) {
	r, format := &s.recorder, film.GIF
	switch {
	case r.active():
		r.end(s)
		return
	case r.busy():
		s.Session.Notify("the last film is still being written")
		return
	case p.Shift:
		format = film.APNG
	case p.Control:
		format = film.MP4
	}
	err := format.Check()
	if s.check(err); err == nil {
		r.format, r.lists, r.wait = format, nil, 0
	}
}

// filmSection has buttons for films and pictures.
func (s *Screen) filmSection(k *stack) {
	k.heading("FILM")
	if s.recorder.active() {
		k.grid(1, choice{"end the film", true, func() { s.record(Press{}) }})
		return
	}
	k.grid(3, choice{"film a GIF", false, func() { s.record(Press{}) }}, choice{"an APNG", false, func() { s.record(Press{Shift: true}) }}, choice{"save a PNG", false, s.picture})
}

// drawFilming draws that a film is made, and how long it is, in every mode and whatever else is said. It is not on the film.
func (s *Screen) drawFilming(l *render.List) {
	if !s.recorder.active() {
		return
	}
	text := render.Text{Size: bodyText * s.unit, Bold: true, Colour: s.theme.Text, Value: fmt.Sprintf("%.1f s", s.recorder.seconds())}
	part := image.Rect(0, 0, int(text.Width()+38*s.unit), s.px(26)).Add(s.places.stage.Min).Add(image.Pt(s.px(8), s.px(8)))
	middle := float64(part.Min.Y+part.Max.Y) / 2
	text.At = render.Point{X: float64(part.Min.X) + 28*s.unit, Y: middle + 0.36*text.Size}
	l.Add(render.Block(part, 5*s.unit, s.theme.Grid), render.Circle(render.Point{X: float64(part.Min.X) + 14*s.unit, Y: middle}, 6*s.unit, s.theme.Error, render.Stroke{}), text)
}

func (r *recorder) busy() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.encoding
}

// tick takes a picture when it is time. A window that has changed its size ends the
// film, whose pictures must be of one.
func (r *recorder) tick(s *Screen) {
	if !r.active() {
		return
	}
	if r.wait--; r.wait > 0 {
		return
	}
	r.wait = tape.TicksPerSecond / filmRate
	if len(r.lists) > 0 && (r.lists[0].Width != s.width || r.lists[0].Height != s.height) || r.seconds() >= filmSeconds {
		r.end(s)
		return
	}
	r.lists = append(r.lists, s.bare())
}

// end encodes what was recorded.
func (r *recorder) end(s *Screen) {
	lists, format := r.lists, r.format
	r.lists, r.format = nil, ""
	if len(lists) == 0 {
		return
	}
	name, theme := s.fileName(string(format)), *s.theme
	s.Session.Notify("writing " + name)
	r.mu.Lock()
	r.encoding = true
	r.mu.Unlock()
	go func() {
		data, err := encode(lists, format, &theme)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.encoding, r.err = false, err
		if err == nil {
			r.done = append(r.done, File{name, data})
		}
	}()
}

// encode draws lists and puts them into a file.
func encode(lists []*render.List, format film.Format, theme *render.Theme) ([]byte, error) {
	var out bytes.Buffer
	a := animation.Animation{
		Pictures: pictures(lists), Size: image.Pt(lists[0].Width, lists[0].Height), Count: len(lists), Rate: filmRate,
	}
	var err error
	switch format {
	case film.GIF:
		var samples []*image.RGBA
		for k := range 4 {
			samples = append(samples, lists[k*(len(lists)-1)/3].Image())
		}
		err = animation.EncodeGIF(&out, a, animation.NewPalette(theme.Colours(), samples))
	case film.APNG:
		err = animation.EncodeAPNG(&out, a)
	default:
		err = animation.EncodeMP4(context.Background(), &out, a)
	}
	return out.Bytes(), err
}

func pictures(lists []*render.List) iter.Seq[*image.RGBA] {
	return func(yield func(*image.RGBA) bool) {
		for _, l := range lists {
			if !yield(l.Image()) {
				return
			}
			time.Sleep(time.Millisecond) // lets a browser, which has one thread, show something
		}
	}
}

// take returns films that are ready, and tells of those that failed.
func (r *recorder) take(s *session.Session) []File {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err != nil {
		s.Notify(r.err.Error())
		r.err = nil
	}
	files := r.done
	r.done = nil
	return files
}

// picture saves what is shown.
func (s *Screen) picture() {
	var out bytes.Buffer
	err := png.Encode(&out, s.bare().Image())
	if s.check(err); err == nil {
		s.files = append(s.files, File{s.fileName("png"), out.Bytes()})
	}
}

// fileName returns a name that every file system takes, whatever the scene is called.
func (s *Screen) fileName(extension string) string {
	scene := strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			return c
		}
		return '-'
	}, s.Session.Scene().Name)
	return fmt.Sprintf("orrery-%s-%d-%05d.%s", scene, s.Session.Seed(), s.Session.Frame(), extension)
}
