package lesson

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"orrery/sim"
	"orrery/sim/canon"
)

// order is what one end asks of the other.
type order struct {
	Do     string            `json:"do"`
	Lesson int               `json:"lesson,omitempty"` // number of it, from 1; of begin
	Letter json.RawMessage   `json:"letter,omitempty"` // of begin
	Scenes []json.RawMessage `json:"scenes,omitempty"` // of add
}

const (
	doBegin  = "begin"
	doPause  = "pause"
	doResume = "resume"
	doAdd    = "add"
)

// Far is this end of lessons that are given elsewhere. Its methods are those of Lesson. Make one with NewFar.
type Far struct {
	send func(text string)

	mu      sync.Mutex
	lesson  int             // number of the one that was begun last; reports of others, which were on their way, are dropped
	letter  json.RawMessage // of its subject
	gone    bool            // the other end has failed, and what takes its place knows of no lesson
	reports []Report
}

// NewFar returns a Far that sends what it asks for. What comes back is to be handed to Receive.
func NewFar(send func(text string)) *Far { return &Far{send: send} }

// Begin begins with a subject, by its Letter.
func (f *Far) Begin(s Subject) {
	f.mu.Lock()
	f.reports = nil
	f.letter = s.Letter
	begin := f.begin()
	f.mu.Unlock()
	f.ask(begin)
}

// Pause stops, as soon as the other end hears of it.
func (f *Far) Pause() { f.ask(order{Do: doPause}) }

// begin returns the order that begins with the subject.
func (f *Far) begin() order {
	f.lesson++
	f.gone = false
	return order{Do: doBegin, Lesson: f.lesson, Letter: f.letter}
}

// Resume goes on after Pause, or begins anew where the other end has failed.
func (f *Far) Resume() {
	o := order{Do: doResume}
	f.mu.Lock()
	if f.gone {
		o = f.begin()
	}
	f.mu.Unlock()
	f.ask(o)
}

// Add has the lesson learn from scenes, too.
func (f *Far) Add(scenes []*sim.Scene) {
	o := order{Do: doAdd}
	for _, scene := range scenes {
		text, err := canon.Encode(scene)
		if err != nil {
			f.trouble(err)
			return
		}
		o.Scenes = append(o.Scenes, text)
	}
	f.ask(o)
}

// Take returns the reports since it was called last.
func (f *Far) Take() []Report {
	f.mu.Lock()
	defer f.mu.Unlock()
	taken := f.reports
	f.reports = nil
	return taken
}

// Receive takes a report from the other end, or trouble without a number from who looks after that: it has failed.
func (f *Far) Receive(text string) {
	var r Report
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		f.trouble(errors.New("what the worker says cannot be read"))
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case r.Lesson == 0 && r.Trouble != "":
		f.gone = true
	case r.Lesson != f.lesson:
		return
	}
	if f.reports = append(f.reports, r); len(f.reports) > mostReports {
		f.reports = f.reports[1:]
	}
}

func (f *Far) trouble(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reports = append(f.reports, Report{Trouble: err.Error()})
}

func (f *Far) ask(o order) {
	text, err := json.Marshal(o)
	if err != nil {
		f.trouble(err)
		return
	}
	f.send(string(text))
}

// listening is how often Serve looks for reports to send.
const listening = 50 * time.Millisecond

// Serve gives lessons to a Far: it does what comes in orders, until ctx ends, and sends reports. The letters of subjects
// are read by read.
func Serve(ctx context.Context, l *Lesson, read func(letter []byte) (Subject, error), orders <-chan string, send func(text string)) {
	defer l.Pause()
	ticker := time.NewTicker(listening)
	defer ticker.Stop()
	lesson := 0
	tell := func(r Report) {
		r.Lesson = lesson
		answer(r, send)
	}
	for {
		select {
		case <-ctx.Done():
			return
		case text := <-orders:
			if err := l.obey(text, read, &lesson); err != nil {
				tell(Report{Trouble: err.Error()})
			}
		case <-ticker.C:
			for _, r := range l.Take() {
				tell(r)
			}
		}
	}
}

// answer sends a report.
func answer(r Report, send func(text string)) {
	text, err := json.Marshal(r)
	if err != nil { // a number that is none
		text, _ = json.Marshal(Report{Lesson: r.Lesson, Subject: r.Subject, Trouble: "a report cannot be sent: " + err.Error()})
	}
	send(string(text))
}

// obey does what an order says, and notes the number of a lesson that begins.
func (l *Lesson) obey(text string, read func(letter []byte) (Subject, error), lesson *int) error {
	var o order
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return errors.New("what the page asks for cannot be read")
	}
	switch o.Do {
	case doBegin:
		*lesson = o.Lesson
		subject, err := read(o.Letter)
		if err != nil {
			return err
		}
		l.Begin(subject)
	case doPause:
		l.Pause()
	case doResume:
		l.Resume()
	case doAdd:
		var scenes []*sim.Scene
		for _, text := range o.Scenes {
			scene, err := canon.Decode(bytes.NewReader(text))
			if err != nil {
				return err
			}
			scenes = append(scenes, scene)
		}
		l.Add(scenes)
	default:
		return fmt.Errorf("a lesson knows no %q", o.Do)
	}
	return nil
}
