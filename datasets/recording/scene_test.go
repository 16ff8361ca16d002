package recording

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

func TestBodiesOfASceneAreToldByNameNumberOrOrder(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	for i, name := range []string{"red", "", "blue"} {
		body := sim.NewDisc(0.1*float64(1+i), 1, sim.Surface{})
		body.Name = name
		scene.Bodies = append(scene.Bodies, body)
	}
	for _, test := range []struct {
		tracks []string
		want   string // tracks of the bodies by name
	}{
		{[]string{"blue", "red"}, "[red blue]"},
		{[]string{"0", "2"}, "[0 2]"},
		{[]string{"2", "0", "1"}, "[0 1 2]"},
		{[]string{"10", "9", "33"}, "[9 10 33]"},
		{[]string{"1", "2", "3"}, "[1 2 3]"},
		{[]string{"7", "8"}, "which differ, so it must be said which"},
		{[]string{"a", "b", "c", "d"}, "4 bodies are seen at one time, but the scene has 3"},
	} {
		f := fly(len(test.tracks), 20, 0)
		f.tracks = test.tracks
		r := mustIn(t, f.raw(false), Metres())
		pieces, _ := r.Pieces(Report, nil)
		got, of, err := pieces[0].Scene(&scene, 0.1, 30)
		text := errorText(err)
		if err == nil {
			var names []string
			for _, track := range of {
				names = append(names, r.Tracks[track].Name)
			}
			text = fmt.Sprint(names)
			if len(got.Bodies) != len(of) || got.Bodies[0].Start.Position() != place(r.Sights[0][of[0]]) {
				t.Errorf("%v: bodies %+v", test.tracks, got.Bodies)
			}
		}
		if !strings.Contains(text, test.want) {
			t.Errorf("%v: %s, want %s", test.tracks, text, test.want)
		}
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestScenesMayBeWrittenAsTheRecording(t *testing.T) {
	t.Parallel()
	frame, err := ParseFrame(Words{Scale: "400px/m", Y: "down"})
	if err != nil {
		t.Fatal(err)
	}
	scene := sim.DefaultScene()
	scene.Gravity = sim.Vec{Y: 3924}
	scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0, sim.Surface{}, sim.Vec{Y: 800}, sim.Vec{X: 800, Y: 800})}
	scene.Bodies = []sim.Body{sim.NewDisc(20, 1, sim.Surface{}), sim.NewBox(20, 10, 1, sim.Surface{})}
	scene.Bodies[0].Grip = sim.Grip{Along: 400, Across: 800, Spin: 3}
	f := fly(2, 20, 0)
	for i := range f.rows {
		f.rows[i].X, f.rows[i].Y = 400+300*f.rows[i].X, 400+300*f.rows[i].Y
	}
	r := mustIn(t, f.raw(false), frame)
	if !frame.Holds(&scene, Around(r)) {
		t.Fatal("the scene is not taken to be in pixels")
	}
	metres, err := frame.Scene(&scene)
	if err != nil {
		t.Fatal(err)
	}
	if g := metres.Gravity; !scalar.EqualWithinAbs(g.Y, -9.81, 1e-9) {
		t.Errorf("gravity %v", g)
	}
	disc := metres.Bodies[0]
	if want := disc.Mass * 0.05 * 0.05 / 2; !scalar.EqualWithinAbs(disc.Moment, want, 1e-9*want) || disc.Grip != (sim.Grip{Along: 1, Across: 2, Spin: 3}) {
		t.Errorf("moment %v kg·m², want %v; grip %+v", disc.Moment, want, disc.Grip)
	}
	if err := metres.Validate(); err != nil { // polygons run counter-clockwise again
		t.Error(err)
	}
	if w := metres.Walls[0].Vertices[0]; w.Y != -2 || metres.Bodies[0].Shapes[0].Radius != 0.05 {
		t.Errorf("wall at %v, radius %v", w, metres.Bodies[0].Shapes[0].Radius)
	}
	if frame.Holds(metres, Around(r)) {
		t.Error("a scene in metres is taken to be in pixels")
	}
}

func TestWhatIsOutsideOfTheWallsIsSaidWithAnOrigin(t *testing.T) {
	t.Parallel()
	frame, err := ParseFrame(Words{Scale: "400px/m", Y: "down"})
	if err != nil {
		t.Fatal(err)
	}
	scene := sim.DefaultScene()
	for k := range 4 {
		a := sim.Vec{X: 1, Y: 1}.Rotate(float64(k) * math.Pi / 2)
		scene.Walls = append(scene.Walls, sim.NewShape(sim.Segment, 0, sim.Surface{}, a, a.Rotate(math.Pi/2)))
	}
	f := fly(5, 200, 0)
	for i := range f.rows {
		f.rows[i].X, f.rows[i].Y = 800+400*f.rows[i].X, 1200+400*f.rows[i].Y
	}
	err = frame.Outside(&scene, Around(mustIn(t, f.raw(false), frame)))
	var x, y float64
	if err == nil {
		t.Fatal("nothing is said")
	}
	text := err.Error()
	if _, scan := fmt.Sscanf(text[strings.Index(text, "An origin near"):], "An origin near %f,%f", &x, &y); scan != nil || !scalar.EqualWithinAbs(x, 800, 40) || !scalar.EqualWithinAbs(y, 1200, 40) {
		t.Errorf("%v: %v", scan, text)
	}
	if frame.Outside(&scene, Amid(mustIn(t, f.raw(false), frame))) == nil {
		t.Error("the middle of it is inside")
	}
	if err := frame.Outside(&scene, Bounds{Low: sim.Vec{X: -9, Y: 3}, High: sim.Vec{X: 9, Y: 4}}); err == nil || strings.Contains(err.Error(), "An origin") {
		t.Errorf("an origin would put what is wider than the walls inside: %v", err)
	}
	if err := frame.Outside(&scene, Bounds{Low: sim.Vec{X: 3, Y: -9}, High: sim.Vec{X: 4, Y: 9}}); err == nil || strings.Contains(err.Error(), "An origin") {
		t.Errorf("an origin would put what is higher than the walls inside: %v", err)
	}
	for beyond, said := range map[float64]bool{0.49: false, 0.51: true} { // a quarter of the two metres between the walls
		seen := Bounds{Low: sim.Vec{X: -0.9, Y: -0.9}, High: sim.Vec{X: 0.9, Y: 1 + beyond}}
		if err := frame.Outside(&scene, seen); (err != nil) != said {
			t.Errorf("%v m beyond the walls: %v", beyond, err)
		}
	}
	frame.Origin = sim.Vec{X: 800, Y: 1200}
	if err := frame.Outside(&scene, Around(mustIn(t, f.raw(false), frame))); err != nil {
		t.Error(err)
	}
}

func TestSizesAreMedians(t *testing.T) {
	t.Parallel()
	f := fly(2, 21, 0)
	for k := range f.rows {
		row := &f.rows[k]
		if row.Track == 0 {
			row.Radius = 40 + float64(k%3)
		} else {
			row.Width, row.Height, row.Shape = 80, 40, "box"
		}
	}
	frame, err := ParseFrame(Words{Scale: "radius=0.05m"})
	if err != nil {
		t.Fatal(err)
	}
	if err := frame.SetRadius(0); err == nil {
		t.Error("a radius of 0 is a scale")
	}
	if err := frame.SetRadius(41); err != nil || !scalar.EqualWithinRel(frame.PerMetre, 820, 1e-9) {
		t.Errorf("%v, %v to a metre", err, frame.PerMetre)
	}
	r := mustIn(t, f.raw(false), frame)
	pieces, _ := r.Pieces(Report, nil)
	scene, _, err := pieces[0].Scene(nil, 0.1, 30)
	if err != nil {
		t.Fatal(err)
	}
	disc, box := scene.Bodies[0], scene.Bodies[1]
	if disc.Shapes[0].Kind != sim.Circle || !scalar.EqualWithinRel(disc.Shapes[0].Radius, 41/820., 0.03) || box.Shapes[0].Kind != sim.Polygon {
		t.Errorf("%+v and %+v", disc.Shapes, box.Shapes)
	}
	if r := disc.Shapes[0].Radius; !scalar.EqualWithinRel(disc.Moment, disc.Mass*r*r/2, 1e-9) || !scalar.EqualWithinRel(box.Moment, box.Mass*(80*80+40*40)/(820*820)/12, 1e-9) {
		t.Errorf("moments %v and %v kg·m²", disc.Moment, box.Moment)
	}
	if mean := (disc.Mass + box.Mass) / 2; !scalar.EqualWithinAbs(mean, 1, 1e-9) || !scalar.EqualWithinRel(disc.Mass/box.Mass, math.Pi*41*41/(80*40), 0.06) {
		t.Errorf("masses %v and %v kg", disc.Mass, box.Mass)
	}
}

// TestAWidthAloneIsThatOfADisc, unless a radius is told; without either a disc has the usual radius.
func TestAWidthAloneIsThatOfADisc(t *testing.T) {
	t.Parallel()
	r := &Recording{Tracks: []Track{{Width: 0.08}, {Width: 0.08, Radius: 0.05}, {}, {Width: 0.08, Height: 0.04, Shape: "disc"}, {Width: 0.08, Height: 0.04}}}
	scene := (&Piece{Of: r, Tracks: []int{0, 1, 2, 3, 4}}).discs(0.1)
	for i, want := range []float64{0.04, 0.05, 0.1, 0.04} {
		if shape := scene.Bodies[i].Shapes[0]; shape.Kind != sim.Circle || shape.Radius != want {
			t.Errorf("body %d: %+v, want a disc of %v m", i, shape, want)
		}
	}
	if shape := scene.Bodies[4].Shapes[0]; shape.Kind != sim.Polygon || !scalar.EqualWithinAbs(scene.Bodies[4].Reach(), math.Hypot(0.04, 0.02), 1e-12) {
		t.Errorf("%+v is no box", shape)
	}
}
