package lesson_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"orrery/cmd/orrery-view/lesson"
	"orrery/sim"
	"orrery/world"
	"orrery/world/flight"
	"orrery/world/rounds"
)

// TestLessonsAreGivenElsewhere, with the same subjects, models and pauses.
func TestLessonsAreGivenElsewhere(t *testing.T) {
	t.Parallel()
	added := make(chan int, 100)
	fake := func(ctx context.Context, episodes []*sim.Trajectory, r rounds.Round) (*rounds.Model[world.Model], error) {
		for _, e := range episodes {
			if len(e.Scene.Bodies) == 5 {
				added <- 5
				break
			}
		}
		return &rounds.Model[world.Model]{World: flight.Ballistic(), Loss: 0.5, Files: map[string][]byte{"config.json": {0, 1, 255}}}, ctx.Err()
	}
	read := func(letter []byte) (lesson.Subject, error) {
		if string(letter) != `{"a":1}` {
			return lesson.Subject{}, errors.New("an odd letter")
		}
		return subject(discs(2)), nil
	}
	orders := make(chan string, 16)
	far := lesson.NewFar(func(text string) { orders <- text })
	ctx, stop := context.WithCancel(t.Context())
	over := make(chan struct{})
	near := lesson.New(fake, flight.Ballistic())
	go func() {
		lesson.Serve(ctx, near, read, orders, far.Receive)
		close(over)
	}()
	far.Begin(lesson.Subject{Letter: []byte(`{"a":1}`)})
	r := await(t, far, "a report", func(lesson.Report) bool { return true })
	if r.Trouble != "" || r.Loss != 0.5 || string(r.Files["config.json"]) != "\x00\x01\xff" || r.World != nil || !(r.Ballistic[2] > 0) {
		t.Errorf("%+v", r)
	}
	far.Add([]*sim.Scene{discs(5)})
	<-added
	far.Pause()
	far.Resume()
	await(t, far, "a report after the pause", func(lesson.Report) bool { return true })
	far.Begin(lesson.Subject{Letter: []byte(`{"a":2}`)})
	for _, c := range [][2]string{{"an odd letter", ""}, {"cannot be read", "{"}, {"knows no", `{"do":"sing"}`}} { // in this order: what is awaited takes all
		if c[1] != "" {
			orders <- c[1]
		}
		await(t, far, c[0], func(r lesson.Report) bool { return strings.Contains(r.Trouble, c[0]) })
	}
	far.Receive(`{"lesson":1,"subject":"former"}`) // which was on its way when the second lesson began
	if late := far.Take(); len(late) > 0 {
		t.Errorf("a report of the former lesson counts: %+v", late)
	}
	far.Receive("no report")
	if r := await(t, far, "the trouble", func(r lesson.Report) bool { return r.Trouble != "" }); !strings.Contains(r.Trouble, "cannot be read") {
		t.Errorf("%q", r.Trouble)
	}
	far.Begin(lesson.Subject{Letter: []byte(`{"a":1}`)})
	await(t, far, "a report of the third lesson", func(r lesson.Report) bool { return r.Lesson == 3 })
	far.Receive(`{"trouble":"the worker failed"}`)
	await(t, far, "its failure", func(r lesson.Report) bool { return r.Trouble == "the worker failed" })
	far.Resume()
	await(t, far, "a report of the lesson that begins anew", func(r lesson.Report) bool { return r.Lesson == 4 })
	far.Pause()
	far.Resume()
	await(t, far, "a report after a pause", func(r lesson.Report) bool { return r.Lesson == 4 })
	stop()
	<-over
}
