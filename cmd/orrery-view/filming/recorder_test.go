package filming_test

import (
	"strings"
	"testing"
	"time"

	"orrery/cmd/orrery-view/filming"
	"orrery/sim/render"
)

// theme returns the dark one.
func theme(t *testing.T) render.Theme {
	t.Helper()
	theme, err := render.LoadTheme("dark")
	if err != nil {
		t.Fatal(err)
	}
	return *theme
}

// picture returns an empty picture of a size in px.
func picture(width, height int) func() *render.List {
	return func() *render.List {
		return &render.List{Width: width, Height: height, Background: render.Colour{A: 255}}
	}
}

// finish waits for the film that is being written.
func finish(r *filming.Recorder) {
	for r.Busy() {
		time.Sleep(time.Millisecond)
	}
}

// TestAFilmHasTwentyPicturesASecond, from the first tick on, and the next may only begin once it is written.
func TestAFilmHasTwentyPicturesASecond(t *testing.T) {
	t.Parallel()
	var r filming.Recorder
	if r.Tick(picture(8, 6)) || r.Active() || len(r.Lists()) > 0 {
		t.Fatal("it films before it begins")
	}
	if err := r.Begin(filming.GIF); err != nil {
		t.Fatal(err)
	}
	for range 60 {
		if r.Tick(picture(8, 6)) {
			t.Fatal("it is over")
		}
	}
	if len(r.Lists()) != 20 || r.Seconds() != 1 || r.Format() != filming.GIF {
		t.Errorf("%d pictures, %v s of %s", len(r.Lists()), r.Seconds(), r.Format())
	}
	if !r.End("a.gif", theme(t)) || r.Active() {
		t.Error("it does not end")
	}
	if r.Busy() {
		if err := r.Begin(filming.GIF); err == nil || !strings.Contains(err.Error(), "still being written") {
			t.Errorf("begins another: %v", err)
		}
	}
	finish(&r)
	films, err := r.Take()
	if err != nil || len(films) != 1 || films[0].Name != "a.gif" || !strings.HasPrefix(string(films[0].Data), "GIF89a") {
		t.Errorf("%d films, %v", len(films), err)
	}
	if films, err := r.Take(); films != nil || err != nil {
		t.Errorf("again %d films, %v", len(films), err)
	}
}

// TestFilmsEnd after twenty seconds, and where pictures get another size.
func TestFilmsEnd(t *testing.T) {
	t.Parallel()
	var r filming.Recorder
	for _, c := range []struct{ change, want int }{{1 << 30, 20*60 + 1}, {100, 100}} {
		if err := r.Begin(filming.APNG); err != nil {
			t.Fatal(err)
		}
		ticks := 0
		for over := false; !over && ticks < 2000; ticks++ {
			width := 8
			if ticks >= c.change {
				width = 9
			}
			over = r.Tick(picture(width, 6))
		}
		if ticks < c.want || ticks > c.want+3 {
			t.Errorf("over after %d ticks, want %d", ticks, c.want)
		}
		r.End("a.apng", theme(t))
		finish(&r)
	}
}

// TestFilmsOfNothingAreNotWritten.
func TestFilmsOfNothingAreNotWritten(t *testing.T) {
	t.Parallel()
	var r filming.Recorder
	if err := r.Begin(filming.GIF); err != nil {
		t.Fatal(err)
	}
	if r.End("a.gif", theme(t)) || r.Active() || r.Busy() {
		t.Error("a film without pictures is written")
	}
}
