package watched

import (
	"context"
	"math"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"orrery/sim"
)

// TestScaleIsToldOrMeasured by the file beside a film, else by the fall of bodies, else by the height of the picture.
func TestScaleIsToldOrMeasured(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		told     told
		fall     sim.Vec // px/s²
		perMetre float64
		gravity  sim.Vec
		why      string
	}{
		{"told", told{PerMetre: 300, Gravity: sim.Vec{Y: -2}}, sim.Vec{Y: -500}, 300, sim.Vec{Y: -2}, "film.json"},
		{"told in px", told{Gravity: sim.Vec{Y: -500}}, sim.Vec{Y: -981}, 100, sim.Vec{Y: -9.81}, "9.81 m/s²"},
		{"falls", told{}, sim.Vec{X: -981}, 100, sim.Vec{X: -9.81}, "9.81 m/s²"},
		{"nothing falls", told{}, sim.Vec{}, 240, sim.Vec{}, "2 m high"},
		{"far too high for Earth", told{}, sim.Vec{Y: -12}, 240, sim.Vec{Y: -0.05}, "2 m high"},
		{"far too low for Earth", told{}, sim.Vec{Y: -2.4e6}, 240, sim.Vec{Y: -1e4}, "2 m high"},
	} {
		s := c.told.scale(c.fall, 480)
		if !(math.Abs(s.perMetre-c.perMetre) < 1e-9*c.perMetre) || !(s.gravity.Sub(c.gravity).Len() <= 1e-9*c.gravity.Len()) || !strings.Contains(s.why, c.why) {
			t.Errorf("%s: %+v", c.name, s)
		}
		if down := s.down(); !(math.Abs(down.Len()-min(c.gravity.Len()*1e9, 1)) < 1e-9) {
			t.Errorf("%s: down is %v", c.name, down)
		}
	}
	files := fstest.MapFS{"film.json": {Data: []byte(`{"px_per_metre": 250, "gravity": [0, -1.5]}`)}, "take/film.json": {Data: []byte(`{"px_per_metre": -1}`)}}
	if got, err := read(files, "a.gif"); err != nil || got.PerMetre != 250 || got.Gravity.Y != -1.5 {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := read(fstest.MapFS{}, "a.gif"); err != nil || got != (told{}) {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := read(files, "take/a.gif"); err == nil || !strings.Contains(err.Error(), "film.json") {
		t.Errorf("a negative scale: %v", err)
	}
}

// TestOthersHaveTheirTurn while a program with one thread works.
func TestOthersHaveTheirTurn(t *testing.T) {
	t.Parallel()
	outer, stop := context.WithCancel(t.Context())
	ctx := InTurns(outer)
	waited := func() bool {
		last := ctx.(*turns).last.Load()
		if ctx.Err() != nil {
			t.Error("it ended by itself")
		}
		return ctx.(*turns).last.Load() != last
	}
	time.Sleep(2 * turn)
	if !waited() {
		t.Error("others had no turn")
	}
	stop()
	if ctx.Err() == nil {
		t.Error("it goes on after its end")
	}
}
