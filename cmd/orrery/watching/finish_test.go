package watching

import (
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/datasets/film"
	"orrery/datasets/film/files"
	"orrery/sim"
	"orrery/world/watch/look"
	"orrery/world/watch/walls"
)

// still returns a film of two grey pictures of 64 by 48 px, 30 a second.
func still(t *testing.T) *film.Film {
	t.Helper()
	var text strings.Builder
	text.WriteString("YUV4MPEG2 W64 H48 F30:1 Cmono\n")
	for range 2 {
		text.WriteString("FRAME\n" + strings.Repeat("\x80", 64*48))
	}
	path := filepath.Join(t.TempDir(), "still.y4m")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := files.Open(t.Context(), path, film.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// ofDiscs returns a work with an episode of discs of 5 px and 10 px across 40 pictures, that fall at some px/s², and a picture without them.
func ofDiscs(t *testing.T, fix string, fall float64) (*work, *seenEpisode) {
	t.Helper()
	var rows []Row
	for k := range 40 {
		at := float64(k) / 30
		for body := range 2 {
			rows = append(rows, Row{Frame: k, Time: at, Body: fmt.Sprint(body), Pose: look.Pose{X: 20 + 20*float64(body), Y: 40 - fall*at*at/2, Angle: math.NaN()}, StdX: 0.02, StdY: 0.02, Seen: true, Share: 1})
		}
	}
	w, e := watchedRows(t, fix, rows...)
	w.log = io.Discard
	e.names = e.names[:2]
	e.stretch = &stretch{Film: still(t), path: "films/still.y4m", part: &part{Ground: groundTold{Noise: 0.5}}}
	for _, radius := range []float64{5, 10} {
		e.part.Bodies = append(e.part.Bodies, look.Found{Body: look.Body{Shapes: []sim.Shape{sim.NewShape(sim.Circle, radius, sim.Surface{}, sim.Vec{})}}, Certain: radius / 10})
	}
	picture := image.NewRGBA(image.Rect(0, 0, 64, 48))
	picture.Set(1, 2, color.RGBA{10, 20, 30, 255})
	file, err := os.Create(partPath(w.Out, 0) + ".png")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := png.Encode(file, picture); err != nil {
		t.Fatal(err)
	}
	if err := w.gather(e); err != nil {
		t.Fatal(err)
	}
	return w, e
}

const noFix = `{"format": 1}`

// TestScalesFollowFromWhatIsTold: px to a metre by themselves, by the picture, by a body and by a fall, which the scale says itself then.
func TestScalesFollowFromWhatIsTold(t *testing.T) {
	t.Parallel()
	const fast = 40. // px/s²
	for scale, c := range map[string]struct {
		fall     float64
		down     string
		perMetre float64
		gravity  sim.Vec // in m/s², or px/s² where nothing says the scale
		wrong    string
	}{
		"":            {fall: fast, gravity: sim.Vec{Y: -fast}},
		"80px/m":      {fall: fast, perMetre: 80, gravity: sim.Vec{Y: -fast / 80}},
		"picture=2m":  {fall: fast, perMetre: 32, gravity: sim.Vec{Y: -fast / 32}},
		"body:1=0.5m": {fall: fast, perMetre: 40, gravity: sim.Vec{Y: -fast / 40}},
		"body:2=0.5m": {fall: fast, wrong: `--scale: there is no body "2"`},
		"g=10":        {fall: fast, perMetre: fast / 10, gravity: sim.Vec{Y: -10}},
		"g=5":         {wrong: "--scale g=…: nothing falls in the film long enough to tell how fast"},
		"100px/m":     {perMetre: 100},
		"50px/m":      {fall: fast, down: "-60", perMetre: 50, gravity: sim.Vec{X: 0.5, Y: -math.Sqrt(0.75)}.Scale(fast / 50 * math.Sqrt(0.75))},
		"60px/m":      {fall: fast, down: "up", perMetre: 60},
		"70px/m":      {fall: fast, down: "none", perMetre: 70},
	} {
		w, e := ofDiscs(t, noFix, c.fall)
		w.Down = c.down
		if scale != "" {
			var err error
			if w.scale, err = ParseScale(scale); err != nil {
				t.Fatal(err)
			}
		}
		r := &Report{Unit: "px"}
		err := w.measure(t.Context(), []*seenEpisode{e}, r)
		if (err == nil) != (c.wrong == "") || err != nil && err.Error() != c.wrong {
			t.Errorf("%s: %v, want %q", scale, err, c.wrong)
		}
		if err != nil {
			continue
		}
		unit := map[bool]string{true: "m", false: "px"}[c.perMetre > 0]
		if !scalar.EqualWithinRel(r.PerMetre, c.perMetre, 0.02) || r.Unit != unit || !(r.Gravity.Sub(c.gravity).Len() <= 0.02*c.gravity.Len()) {
			t.Errorf("%s, down %q: %v px are a metre, gravity %v %s/s²; want %v and %v %s/s²", scale, c.down, r.PerMetre, r.Gravity, r.Unit, c.perMetre, c.gravity, unit)
		}
	}
}

// TestBodiesAreThoseThatAreSeen, in the order of their numbers and then of their names; where none is, why is said.
func TestBodiesAreThoseThatAreSeen(t *testing.T) {
	t.Parallel()
	w, e := ofDiscs(t, `{"format": 1, "rename": {"0": "red"}}`, 0)
	if len(e.bodies) != 2 || e.bodies[0].Name != "1" || e.bodies[1].Name != "red" || e.bodies[0].Shapes[0].Radius != 10 || e.bodies[1].Start.Y != 40 || e.bodies[1].Start.Angle != 0 {
		t.Errorf("%+v", e.bodies)
	}
	ways, times, err := w.ways(e)
	if err != nil || len(ways) != 2 || len(times) != 40 || len(ways[1].Places) != 40 || ways[1].Places[3].Y != 40 || ways[0].Places[3].X != 40 || ways[0].Places[0].Angle != 0 || !scalar.EqualWithinAbs(times[39], 1.3, 1e-9) {
		t.Errorf("%d ways at %d times, %v", len(ways), len(times), err)
	}
	ground, err := w.ground(e)
	if err != nil || ground.Width != 64 || ground.Height != 48 || ground.Noise != 1.5 || !slices.Equal(ground.Values[3*(2*64+1):3*(2*64+2)], []float32{10, 20, 30}) {
		t.Errorf("%v", err)
	}
	told := &Episode{}
	if doubts, err := w.look(e, told); err != nil || len(doubts) > 0 {
		t.Errorf("%v, %v", doubts, err)
	}
	if b := told.Bodies; len(b) != 2 || b[0].Name != "1" || b[0].AcrossPx != 20 || b[0].Kind != "disc" || b[0].Pictures != 40 || b[0].Hidden != 0 || !scalar.EqualWithinAbs(b[0].StdPx, 0.02, 1e-9) {
		t.Errorf("%+v", told.Bodies)
	}
	if err := os.WriteFile(partPath(w.Out, 0)+".png", []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := w.ground(e); err == nil || err.Error() != w.Out+": the picture without bodies cannot be read: begin again with --force" {
		t.Error(err)
	}
	for want, change := range map[string]func(w *work, e *seenEpisode){
		"films/still.y4m: fix.json leaves none of its bodies": func(w *work, _ *seenEpisode) { w.Fix, w.fix.Ignore = "fix.json", []string{"0", "1"} },
		"films/still.y4m: what moves in it is met in no picture as it was found: it may change its shape, or be drawn as an outline alone": func(w *work, _ *seenEpisode) {
			w.Fix, w.fix.Ignore = "", []string{"0", "1"}
		},
		"films/still.y4m: no body is seen in it, only what is none: it is a shadow": func(_ *work, e *seenEpisode) {
			e.names, e.part.Ignored = nil, []look.Ignored{{Reason: "it is a shadow"}}
		},
		"films/still.y4m: no body is seen to move in it": func(_ *work, e *seenEpisode) { e.names = nil },
	} {
		w, e := ofDiscs(t, noFix, 0)
		e.bodies = nil
		if change(w, e); e.names == nil {
			if err := os.WriteFile(partPath(w.Out, 0)+".csv", []byte(strings.Join(append(slices.Clone(columns), more...), ",")+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.gather(e); err == nil || err.Error() != want {
			t.Errorf("%v, want %q", err, want)
		}
	}
	names := []string{"b", "10", "a", "9", "b"}
	slices.SortFunc(names, compareNames)
	if !slices.Equal(names, []string{"9", "10", "a", "b", "b"}) {
		t.Errorf("%q", names)
	}
}

// TestRowsOfUnknownBodiesAreRefused.
func TestRowsOfUnknownBodiesAreRefused(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"3", "-1", "x"} {
		w, e := watchedRows(t, noFix, Row{Body: body, Seen: true})
		if err := w.rows(e, func(*Row) error { return nil }); err == nil || err.Error() != fmt.Sprintf("%s: there is no body %q", partPath(w.Out, 0), body) {
			t.Error(err)
		}
	}
	w, e := watchedRows(t, noFix, Row{Body: "0", Seen: true}, Row{Body: "0", Frame: 1, Seen: true})
	for _, at := range []int{0, 1} { // the last picture counts as well
		if err := w.rows(e, func(r *Row) error {
			if r.Frame == at {
				return io.ErrShortWrite
			}
			return nil
		}); err != io.ErrShortWrite {
			t.Errorf("at picture %d: %v", at, err)
		}
	}
}

// TestNotesSayWhatWasDecided, of ten episodes at most where there are more than twelve.
func TestNotesSayWhatWasDecided(t *testing.T) {
	t.Parallel()
	r := &Report{Unit: "m", PerMetre: 123.456, Gravity: sim.Vec{X: 0.5, Y: -9.8}, Walls: []walls.Wall{
		{A: sim.Vec{X: 1.04, Y: 2}, B: sim.Vec{X: 3, Y: 4}, Hits: 1, Rests: 2, Edge: true}, {A: sim.Vec{X: 1}, B: sim.Vec{X: 3}, Hits: 5}}}
	r.Episodes = []Episode{{Path: "films/a.mp4", Ground: groundTold{Kind: "smooth", Filled: 7}, Bodies: []BodyTold{{Name: "0"}, {Name: "1", Turns: true}},
		Ignored: []look.Ignored{{Reason: "a shadow is no body"}}, Film: film.Facts{Doubled: []int{4}}}}
	r.note(&work{scale: Scale{Body: "0", Length: 0.05}})
	want := []string{
		"the ground is what most pictures show, and a smooth surface where a body always lies (7 pixels)",
		"a wall from 1.0, 2.0 to 3.0, 4.0 px: 1 bounce, 2 at rest on it, at an edge of the picture",
		"a wall from 1.0, 0.0 to 3.0, 0.0 px: 5 bounces, by motion alone",
		"123.46 px are a metre: body 0 is 0.05 m wide",
		"bodies in flight accelerate by 0.5, -9.8 m/s²",
		"a.mp4: 1 picture left out that show the one before again",
		"a.mp4: body 0 is a disc of one colour, so its angle is not known",
		"a.mp4: a shadow is no body",
	}
	if !slices.Equal(r.Notes, want) {
		t.Errorf("%q\nwant\n%q", r.Notes, want)
	}
	for want, c := range map[string]struct {
		kind     string
		perMetre float64
		scale    Scale
	}{
		"the ground is the picture bare.png":                                                 {"plate", 0, Scale{}},
		"the ground is what most pictures show; 3 pixels showed a body for most of the time": {"temporal", 0, Scale{}},
		"nothing says the scale: tracks and scenes are in px (--scale)":                      {"temporal", 0, Scale{}},
		"80 px are a metre: things fall with 9.81 m/s²":                                      {"temporal", 80, Scale{Fall: 9.81}},
		"80 px are a metre: the longer side of the picture is 2 m":                           {"temporal", 80, Scale{Side: 2}},
	} {
		r := &Report{PerMetre: c.perMetre, Episodes: []Episode{{Path: "a", Ground: groundTold{Kind: c.kind, Ghosts: 3}}}}
		if r.note(&work{Options: Options{Plate: "bare.png"}, scale: c.scale}); !slices.Contains(r.Notes, want) {
			t.Errorf("%q, want %q", r.Notes, want)
		}
	}
	for n, want := range map[int]int{12: 12, 13: 10} {
		r := &Report{PerMetre: 1, Episodes: slices.Repeat([]Episode{{Path: "a", Ignored: []look.Ignored{{Reason: "dust"}}}}, n)}
		r.note(&work{})
		told := 0
		for _, note := range r.Notes {
			if note == "a: dust" {
				told++
			}
		}
		if told != want || slices.Contains(r.Notes, "and so on for 3 more episodes") != (n == 13) {
			t.Errorf("of %d episodes %d are told: %q", n, told, r.Notes)
		}
	}
}
