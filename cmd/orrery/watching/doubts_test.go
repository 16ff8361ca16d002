package watching

import (
	"fmt"
	"image"
	"math"
	"slices"
	"strings"
	"testing"

	"orrery/datasets/film"
	"orrery/sim"
	"orrery/sim/golden"
	"orrery/sim/render"
	"orrery/world/watch/look"
	"orrery/world/watch/scenery"
	"orrery/world/watch/walls"
)

// sound returns rows of a body that flies straight on.
func sound(n int) (rows []Row) {
	for k := range n {
		rows = append(rows, Row{
			Frame: 10 + 2*k, Time: float64(k) / 30, Body: "0", Pose: look.Pose{X: 3 * float64(k), Y: 50}, StdX: 0.1, StdY: 0.1, Seen: true, Share: 1, Residual: 1,
		})
	}
	return rows
}

// TestDoubtsBeginWhereTheyAreSaidTo: each row is just sound, or just in doubt.
func TestDoubtsBeginWhereTheyAreSaidTo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		why      string
		residual float64 // usual
		std      float64 // px, usual
		change   func(r *Row)
	}{
		{"", 1, 0.1, func(r *Row) { r.Residual = 2.95 }},
		{"the picture differs", 1, 0.1, func(r *Row) { r.Residual = 3.05 }},
		{"", 2, 0.1, func(r *Row) { r.Residual = 3.95 }},
		{"the picture differs", 2, 0.1, func(r *Row) { r.Residual = 4.05 }},
		{"", 1, 0.1, func(r *Row) { r.StdX, r.StdY = 0.59, 0.59 }},
		{"its place is uncertain", 1, 0.1, func(r *Row) { r.StdX, r.StdY = 0.61, 0.61 }},
		{"", 1, 0.01, func(r *Row) { r.StdX, r.StdY = 0.49, 0.49 }},
		{"its place is uncertain", 1, 0.01, func(r *Row) { r.StdX, r.StdY = 0.51, 0.51 }},
		{"", 1, 0.1, func(r *Row) { r.Share = 0.61 }},
		{"little of it is seen", 1, 0.1, func(r *Row) { r.Share = 0.59 }},
		{"it is hidden or lost", 1, 0.1, func(r *Row) { r.Seen = false }},
		{"", 1, 0.1, func(r *Row) { r.Y += 6.9 }}, // 0.35 of its size is 7 px
		{"it jumps", 1, 0.1, func(r *Row) { r.Y += 7.1 }},
		{"", 1, 1, func(r *Row) { r.Y, r.StdX, r.StdY = r.Y+10, 0.9, 0.9 }}, // eight deviations are more
		{"it jumps", 1, 1, func(r *Row) { r.Y, r.StdX, r.StdY = r.Y+10.4, 0.9, 0.9 }},
	} {
		rows := sound(9)
		c.change(&rows[4])
		doubts := doubtsOf(3, &BodyTold{Name: "a", AcrossPx: 20, Residuals: c.residual, StdPx: c.std}, rows)
		if c.why == "" {
			if len(doubts) > 0 {
				t.Errorf("%+v is in doubt: %+v", rows[4], doubts)
			}
			continue
		}
		if len(doubts) != 1 || !strings.HasPrefix(doubts[0].Why, c.why) || !(doubts[0].Score >= 1 && doubts[0].Score <= 2) || doubts[0].Frame != 18 || doubts[0].Last != 18 || doubts[0].Episode != 3 || doubts[0].Body != "a" || doubts[0].Time != rows[4].Time {
			t.Errorf("%s: %+v", c.why, doubts)
		}
	}
}

// TestDoubtsAreStretches, each at its worst picture.
func TestDoubtsAreStretches(t *testing.T) {
	t.Parallel()
	rows := sound(12)
	for k, residual := range map[int]float64{2: 4, 3: 6, 4: 5, 8: 4} {
		rows[k].Residual = residual
	}
	rows[5].Share = 0.3
	rows[9].Y += 9 // behind it a picture is missing, so that nobody knows whether it jumps
	rows[10].Frame, rows[11].Frame = 100, 102
	got := doubtsOf(0, &BodyTold{AcrossPx: 20, Residuals: 1, StdPx: 0.1}, rows)
	want := [][2]int{{16, 18}, {20, 20}, {26, 26}} // the worst, and the last
	if len(got) != len(want) {
		t.Fatalf("%+v", got)
	}
	for i, w := range want {
		if got[i].Frame != w[0] || got[i].Last != w[1] {
			t.Errorf("doubt %d: %+v, must be worst at %d and end at %d", i, got[i], w[0], w[1])
		}
	}
	if got[0].Score != 2 {
		t.Errorf("%+v", got[0])
	}
}

// puck returns a disc of a colour.
func puck(radius float64, level float32) look.Body {
	return look.Body{Shapes: []sim.Shape{sim.NewShape(sim.Circle, radius, sim.Surface{}, sim.Vec{})}, Paint: look.Plain(level, 100, 100)}
}

// TestBodiesKeepTheirNumbers from film to film where they look alike: by 40 levels of colour and a twenty-fifth of the size.
func TestBodiesKeepTheirNumbers(t *testing.T) {
	t.Parallel()
	first := puck(20, 100)
	for _, c := range []struct {
		body look.Body
		one  bool
	}{
		{puck(20, 139), true}, {puck(20, 141), false}, {puck(20.7, 100), true}, {puck(20.9, 100), false}, {puck(19.3, 100), true}, {puck(19.1, 100), false},
		{look.Body{Shapes: []sim.Shape{sim.NewShape(sim.Segment, 20, sim.Surface{}, sim.Vec{}, sim.Vec{X: 0.1})}, Paint: first.Paint}, false},
	} {
		if d := unlike(&first, &c.body); !(d < math.Inf(1)) == c.one {
			t.Errorf("%v of radius %g is unlike by %g", c.body.Paint.Mean, c.body.Shapes[0].Radius, d)
		}
	}
	known := map[string]*look.Body{}
	nameBodies(known, []look.Body{puck(20, 100)})
	if got := nameBodies(known, []look.Body{puck(20, 120), puck(20, 101)}); !slices.Equal(got, []string{"1", "0"}) {
		t.Errorf("of two that may be one, the nearer is not: %v", got)
	}
}

func TestBodiesAreOfKinds(t *testing.T) {
	t.Parallel()
	box := func(lean float64) sim.Shape {
		return sim.NewShape(sim.Polygon, 0, sim.Surface{}, sim.Vec{}, sim.Vec{X: 10}, sim.Vec{X: 10 + lean, Y: 10}, sim.Vec{X: lean, Y: 10})
	}
	for want, shapes := range map[string][]sim.Shape{
		"disc": puck(1, 0).Shapes, "box": {box(0.19)}, "polygon": {box(0.21)}, "compound": {box(0), box(0)},
		"capsule": {sim.NewShape(sim.Segment, 1, sim.Surface{}, sim.Vec{}, sim.Vec{X: 1})},
	} {
		if got := kindOf(shapes); got != want {
			t.Errorf("%s is called %s", want, got)
		}
	}
}

// TestPicturesOfChecksCanBeLookedAt: small films are drawn larger, large ones smaller, and trails are 15 pictures long.
func TestPicturesOfChecksCanBeLookedAt(t *testing.T) {
	t.Parallel()
	body := puck(5, 100)
	light, err := render.LoadTheme("light")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		size image.Point
		zoom float64
	}{{image.Pt(64, 48), 8}, {image.Pt(480, 320), 1}, {image.Pt(479, 320), 2}, {image.Pt(960, 700), 1}, {image.Pt(1920, 1080), 0.5}, {image.Pt(100, 1280), 0.75}} {
		checker := newChecker(c.size, []scenery.Body{{Name: "0", Body: body}}, light)
		if checker.zoom != c.zoom {
			t.Errorf("%v is drawn %g times as large, must be %g", c.size, checker.zoom, c.zoom)
		}
		if got := checker.bounds(); got.X != int(float64(c.size.X)*c.zoom) || got.Y != int(float64(c.size.Y)*c.zoom)+20*checker.lines+4 {
			t.Errorf("%v is drawn as %v", c.size, got)
		}
	}
	checker := newChecker(image.Pt(64, 48), []scenery.Body{{Name: "0", Body: body}, {Name: "1", Body: body}}, light)
	if checker.lines != 2 {
		t.Errorf("%d lines of text for two bodies in %v", checker.lines, checker.bounds())
	}
	picture := &film.Picture{Width: 64, Height: 48, Pix: make([]uint8, 3*64*48)}
	for k := range 40 {
		row := &Row{Pose: look.Pose{X: float64(k), Y: 20}, Seen: k != 30}
		checker.draw(picture, []*Row{row, nil}, fmt.Sprint(k))
	}
	trail := checker.trails[0]
	if len(trail) != 15 || trail[0].X != 25 || trail[14].X != 39 || !math.IsNaN(trail[5].X) {
		t.Errorf("a trail of %v", trail)
	}
}

// TestChecksAreDrawnAsTheyWere: outlines of what is seen and hidden, trails with gaps, walls, and how sure each place is, in columns.
func TestChecksAreDrawnAsTheyWere(t *testing.T) {
	t.Parallel()
	light, err := render.LoadTheme("light")
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, size := range []image.Point{{64, 48}, {1200, 40}} {
		var bodies []scenery.Body
		for k := range 5 {
			bodies = append(bodies, scenery.Body{Name: fmt.Sprint("body", k), Body: puck(3+float64(k), 100)})
		}
		c := newChecker(size, bodies, light)
		c.walls = []walls.Wall{{A: sim.Vec{X: 5, Y: 5}, B: sim.Vec{X: 50, Y: 9}}}
		for k := range 3 {
			at := float64(10 * k)
			rows := []*Row{
				{Pose: look.Pose{X: at, Y: 20, Angle: 0.3}, Seen: k != 1, StdX: 0.3, StdY: 0.4, Residual: 1.26}, {Pose: look.Pose{X: 30, Y: at}}, {Pose: look.Pose{X: math.NaN()}, Seen: true},
				nil, {Pose: look.Pose{X: 40, Y: 30}, Seen: true, StdX: 0.01, StdY: 0.01},
			}
			list := c.draw(&film.Picture{Width: size.X, Height: size.Y, Pix: make([]uint8, 3*size.X*size.Y)}, rows, "film.mp4 · picture 3 · 0.100 s")
			list.Items = slices.DeleteFunc(list.Items, func(i render.Item) bool { _, photo := i.(render.Photo); return photo })
			fmt.Fprintf(&out, "# %v, picture %d\n%s", size, k, list.SVG("check"))
		}
	}
	golden.Compare(t, "testdata/checks.txt", out.String())
}

// TestNotesTellWhatIsOddAboutFilms.
func TestNotesTellWhatIsOddAboutFilms(t *testing.T) {
	t.Parallel()
	for want, facts := range map[string]film.Facts{
		"a.mp4: every other row was taken half a picture later":  {Interlaced: true},
		"a.mp4: pictures have no times: 30 a second are assumed": {AssumedRate: true},
		"a.mp4: read, with what was wrong in it: of its own":     {Complaint: "of its own"},
	} {
		for _, odd := range []bool{false, true} {
			r := Report{Episodes: []Episode{{Path: "films/a.mp4"}}}
			if odd {
				r.Episodes[0].Film = facts
			}
			r.note(&work{})
			if told := slices.ContainsFunc(r.Notes, func(note string) bool { return strings.HasPrefix(note, want) }); told != odd {
				t.Errorf("%+v: %q", facts, r.Notes)
			}
		}
	}
}
