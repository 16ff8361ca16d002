package watching

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orrery/sim/golden"
	"orrery/world/watch/look"
)

// someRow is a row all of whose values differ.
func someRow() Row {
	return Row{
		Episode: 3, Frame: 17, Time: 0.56, Body: "puck", Pose: look.Pose{X: 100, Y: 40, Angle: 0.7},
		StdX: 0.5, StdY: 0.25, StdAngle: 0.01, Seen: true, Turned: true, Share: 0.9, Residual: 1.25,
	}
}

func TestTracksAreInMetres(t *testing.T) {
	t.Parallel()
	for perMetre, want := range map[float64]string{
		1:   "3,17,0.56,puck,100,40,0.7,0.5,0.25,0.01,1\n",
		200: "3,17,0.56,puck,0.5,0.2,0.7,0.0025,0.00125,0.01,1\n",
	} {
		var out strings.Builder
		w, err := newTrackWriter(&out, perMetre, false)
		if err != nil {
			t.Fatal(err)
		}
		row := someRow()
		if err := errors.Join(w.write(&row), w.flush()); err != nil {
			t.Fatal(err)
		}
		if got := out.String(); got != strings.Join(columns, ",")+"\n"+want {
			t.Errorf("%g px to a metre: %q", perMetre, got)
		}
	}
	var out strings.Builder
	w, err := newTrackWriter(&out, 1, false)
	if err != nil {
		t.Fatal(err)
	}
	row := someRow()
	row.Seen, row.Turned, row.X = false, false, math.NaN()
	if err := errors.Join(w.write(&row), w.flush()); err != nil || !strings.HasSuffix(out.String(), "\n3,17,0.56,puck,,40,,0.5,0.25,,0\n") {
		t.Errorf("what is not seen is %q, %v", out.String(), err)
	}
}

// TestTracksThatAreNotWrittenAreAnError, as on a disk that is full.
func TestTracksThatAreNotWrittenAreAnError(t *testing.T) {
	t.Parallel()
	full := errors.New("no space left")
	w, err := newTrackWriter(failing{full}, 1, false)
	row := someRow()
	if err := errors.Join(err, w.write(&row), w.flush()); !errors.Is(err, full) {
		t.Errorf("error %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// TestTracksInTheMakingAreReadBack with all that a watch goes on with.
func TestTracksInTheMakingAreReadBack(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	w, err := newTrackWriter(&out, 1, true)
	if err != nil {
		t.Fatal(err)
	}
	want := someRow()
	if err := errors.Join(w.write(&want), w.flush()); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "tracks.csv")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(out.String())
	count := 0
	if err := readTracks(path, func(r *Row) error {
		if count++; *r != want {
			t.Errorf("read %+v, must be %+v", *r, want)
		}
		return nil
	}); err != nil || count != 1 {
		t.Errorf("%d rows, %v", count, err)
	}
	golden.Closed(t, path)
	for name, text := range map[string]string{
		"line 2 is not what was written": strings.Replace(out.String(), "0.56", "soon", 1),
		"line 2 cannot be read":          strings.Replace(out.String(), ",puck", "", 1),
	} {
		write(text)
		if err := readTracks(path, func(*Row) error { return nil }); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("error %v, must say that %s", err, name)
		}
	}
}

// TestAnEpisodeIsTakenOnlyWhereAllThatMattersIsTheSame: the key says of what and how it was made.
func TestAnEpisodeIsTakenOnlyWhereAllThatMattersIsTheSame(t *testing.T) {
	t.Parallel()
	out := t.TempDir()
	o := Options{Out: filepath.Join(out, "watch")}
	if err := prepare(&o); err != nil {
		t.Fatal(err)
	}
	kept := part{Key: "so", Path: "film.gif", Stretch: 2}
	if err := kept.keep(o.Out, 5); err != nil {
		t.Fatal(err)
	}
	if p := readPart(o.Out, 5, "so"); p == nil || p.Path != kept.Path || p.Stretch != kept.Stretch {
		t.Errorf("what was kept is %+v", p)
	}
	if readPart(o.Out, 5, "otherwise") != nil || readPart(o.Out, 6, "so") != nil {
		t.Error("an episode of another film is taken")
	}
}
