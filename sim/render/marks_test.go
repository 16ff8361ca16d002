package render

import (
	"bytes"
	"image/color"
	"image/png"
	"math"
	"os"
	"runtime"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/sim/golden"
)

// everything returns a scene with every kind of joint, field and goal, and its states for
// half a second, true and predicted.
func everything() (scene *sim.Scene, truth, predicted []sim.State) {
	made := sim.DefaultScene()
	var none sim.Surface
	corners := []sim.Vec{{X: -2, Y: -2}, {X: 2, Y: -2}, {X: 2, Y: 2}, {X: -2, Y: 2}}
	for i := range corners {
		made.Walls = append(made.Walls, sim.NewShape(sim.Segment, 0.02, none, corners[i], corners[(i+1)%4]))
	}
	made.Walls = append(made.Walls, sim.NewShape(sim.Circle, 0.15, none, sim.Vec{X: 1.7, Y: 1.7}))
	tee := sim.NewBox(0.3, 0.08, 10, none)
	tee.Shapes = append(tee.Shapes, sim.NewShape(sim.Polygon, 0, none,
		sim.Vec{X: -0.08, Y: -0.5}, sim.Vec{X: 0.08, Y: -0.5}, sim.Vec{X: 0.08, Y: -0.08}, sim.Vec{X: -0.08, Y: -0.08}))
	rod := sim.NewBox(0.05, 0.05, 10, none)
	rod.Shapes = []sim.Shape{sim.NewShape(sim.Segment, 0.06, none, sim.Vec{X: -0.25}, sim.Vec{X: 0.25})}
	rounded := sim.NewBox(0.14, 0.1, 10, none)
	rounded.Shapes[0].Radius = 0.05
	hand := sim.NewDisc(0.1, 10, none)
	hand.Kind, hand.Mass, hand.Moment = sim.Kinematic, 0, 0
	made.Bodies = []sim.Body{sim.NewDisc(0.25, 10, none), tee, rod, rounded, sim.NewBox(0.2, 0.12, 10, none), hand}
	for i := range made.Bodies {
		at := sim.Vec{X: 1.2}.Rotate(float64(i) * math.Pi / 3)
		made.Bodies[i].Start = sim.BodyState{X: at.X, Y: at.Y, Angle: 0.4 * float64(i), VX: 1.5 - 0.5*float64(i), VY: 0.3 * float64(i)}
	}
	made.Joints = []sim.Joint{
		{Kind: sim.Pivot, A: 0, B: sim.World, AnchorA: sim.Vec{X: 0.1}, AnchorB: sim.Vec{X: 1.5}},
		{Kind: sim.Pin, A: 0, B: 1, AnchorA: sim.Vec{Y: 0.1}},
		{Kind: sim.Rope, A: 1, B: 2},
		{Kind: sim.Spring, A: 2, B: 3, AnchorB: sim.Vec{X: 0.05}},
		{Kind: sim.Groove, A: 3, B: sim.World, AnchorB: sim.Vec{X: -1.8, Y: -0.5}, EndB: sim.Vec{X: -0.4, Y: -1.6}},
		{Kind: sim.Motor, A: 4, B: sim.World},
	}
	made.Fields = []sim.Field{{Kind: sim.Linear, A: 0, B: 3, Strength: 1}, {Kind: sim.InverseSquare, A: 1, B: 4, Strength: 1}}
	made.Goals = []sim.Goal{{Kind: sim.Pose, Body: 1, Target: sim.Vec{X: -0.3, Y: 0.2}, Angle: 0.7}, {Kind: sim.Place, Body: 0, Target: sim.Vec{X: 0.4, Y: -0.5}, Radius: 0.3},
		{Kind: sim.Angle, Body: 4, Angle: 1.2}, {Kind: sim.Inside, Body: 5, Region: "slot"}}
	made.Regions = []sim.Region{
		{Name: "slot", Shape: sim.NewShape(sim.Polygon, 0.05, none, sim.Vec{X: 1.2, Y: -1.8}, sim.Vec{X: 1.9, Y: -1.7}, sim.Vec{X: 1.5, Y: -1.2})},
		{Name: "pen", Shape: sim.NewShape(sim.Circle, 0.35, none, sim.Vec{X: -1.5, Y: 1.5})},
	}
	made.Points = []sim.Point{{Name: "dock", Body: sim.World, At: sim.Vec{X: 1.8, Y: 1.8}}, {Name: "tip", Body: 1, At: sim.Vec{Y: -0.5}}}
	for t := range 31 {
		now, guess := made.Start(), made.Start()
		for i := range now {
			ahead := float64(t) / 60
			now[i].X, now[i].Y = now[i].X+ahead*now[i].VX, now[i].Y+ahead*now[i].VY
			guess[i].X, guess[i].Y, guess[i].Angle = now[i].X+0.3*ahead, now[i].Y-0.2*ahead, now[i].Angle+0.5*ahead
		}
		truth, predicted = append(truth, now), append(predicted, guess)
	}
	return &made, truth, predicted
}

// paintEverything draws all that a Painter can but the grid, whose lines keep to pixels.
func paintEverything(p *Painter, truth, predicted []sim.State) {
	p.Walls()
	p.Goals(truth[10])
	p.Fields(truth[10])
	p.Trail(truth[:11], p.Theme.Trail.Fade(0.5), false)
	p.Trail(predicted[:11], p.Theme.Predicted.Fade(0.7), true)
	p.Spread(predicted[10], func(body int, share float64) ([2]float64, float64) {
		wide := []float64{0.1, 0.02, 0.3, 0.05, 0, 1e-9}[body] * 2.5 * (share - 0.1)
		return [2]float64{wide, wide / 2}, 0.5
	})
	p.Bodies(truth[10], predicted[10])
	p.Errors(truth[10], predicted[10])
	p.Joints(truth[10])
	p.Points(truth[10])
	p.Forecast(predicted[10:], 10)
	p.Velocities(truth[10])
	p.Touch(sim.Vec{X: 0.5, Y: 1.5})
	p.Pushed(truth[10][4].Position(), sim.Vec{X: 4, Y: 5}, 5, true, p.Theme.Predicted)
	p.Pushed(truth[10][4].Position(), sim.Vec{X: 4, Y: 5}, 0, false, p.Theme.Contact)
	p.Numbers(truth[10])
	p.Mark(4, truth[10][4])
	p.Pull(sim.Vec{X: -1.5, Y: 1.5}, sim.Vec{X: -0.5, Y: 1.3})
	p.Intent(Intent{Considered: [][]sim.State{predicted, truth[5:]}, Expected: truth})
}

// painterOf returns a painter of the scene of everything, all of which it shows in so many
// units.
func painterOf(t *testing.T, scene *sim.Scene, unit float64, units int) *Painter {
	t.Helper()
	theme, err := LoadTheme("light")
	if err != nil {
		t.Fatal(err)
	}
	size := int(unit * float64(units))
	list := &List{Width: size, Height: size, Background: theme.Background}
	p := &Painter{List: list, Scene: scene, Theme: theme, Unit: unit}
	p.Camera = FitCamera(Bounds{Min: sim.Vec{X: -2.1, Y: -2.1}, Max: sim.Vec{X: 2.1, Y: 2.1}}, list.Bounds(), 4*unit)
	return p
}

// TestALargerPictureIsTheSameInLarge: with twice the pixels to a unit and to a metre,
// every line, text and distance is twice as large, and nothing else changes.
func TestALargerPictureIsTheSameInLarge(t *testing.T) {
	t.Parallel()
	scene, truth, predicted := everything()
	small, large := painterOf(t, scene, 1, 400), painterOf(t, scene, 2, 400)
	paintEverything(small, truth, predicted)
	paintEverything(large, truth, predicted)
	if len(small.List.Items) != len(large.List.Items) || len(small.List.Items) < 60 {
		t.Fatalf("%d and %d items", len(small.List.Items), len(large.List.Items))
	}
	twice := func(k int, what string, a, b, tolerance float64) {
		t.Helper()
		if !scalar.EqualWithinAbs(2*a, b, tolerance) {
			t.Errorf("item %d: %s %v px became %v px", k, what, a, b)
		}
	}
	for k, item := range small.List.Items {
		switch a := item.(type) {
		case Path:
			b := large.List.Items[k].(Path)
			twice(k, "width", a.Stroke.Width, b.Stroke.Width, 1e-9)
			twice(k, "dash", a.Stroke.Dash, b.Stroke.Dash, 1e-9)
			twice(k, "gap", a.Stroke.Gap, b.Stroke.Gap, 1e-9)
			if a.Fill != b.Fill || a.Stroke.Colour != b.Stroke.Colour || a.Open != b.Open || len(a.Contours) != len(b.Contours) {
				t.Errorf("item %d: %v became %v", k, a, b)
				continue
			}
			for c := range a.Contours {
				lowA, highA := extremes(a.Contours[c])
				lowB, highB := extremes(b.Contours[c])
				for _, pair := range [][2]Point{{lowA, lowB}, {highA, highB}} {
					twice(k, "x", pair[0].X, pair[1].X, 0.3) // round lines have more corners
					twice(k, "y", pair[0].Y, pair[1].Y, 0.3)
				}
			}
		case Text:
			b := large.List.Items[k].(Text)
			twice(k, "size", a.Size, b.Size, 1e-9)
			twice(k, "x", a.At.X, b.At.X, 1e-9)
			twice(k, "y", a.At.Y, b.At.Y, 1e-9)
			if a.Value != b.Value || a.Bold != b.Bold || a.Align != b.Align || a.Colour != b.Colour {
				t.Errorf("item %d: %v became %v", k, a, b)
			}
		}
	}
}

// extremes returns the least and the greatest coordinates of points.
func extremes(points []Point) (low, high Point) {
	low, high = Point{math.Inf(1), math.Inf(1)}, Point{math.Inf(-1), math.Inf(-1)}
	for _, p := range points {
		low, high = Point{min(low.X, p.X), min(low.Y, p.Y)}, Point{max(high.X, p.X), max(high.Y, p.Y)}
	}
	return low, high
}

// TestMarksLookAsTheyDid compares pixels: all of them where the compiler fuses no
// multiplication with an addition, nearly all elsewhere.
func TestMarksLookAsTheyDid(t *testing.T) {
	t.Parallel()
	scene, truth, predicted := everything()
	p := painterOf(t, scene, 1.5, 280)
	p.Grid(p.List.Bounds())
	paintEverything(p, truth, predicted)
	got := p.List.Image()
	const path = "testdata/marks.png"
	if golden.Updating() {
		var file bytes.Buffer
		if err := png.Encode(&file, got); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, file.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	want, err := png.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	different := 0
	for y := range got.Rect.Dy() {
		for x := range got.Rect.Dx() {
			if got.RGBAAt(x, y) != color.RGBAModel.Convert(want.At(x, y)) {
				different++
			}
		}
	}
	if different > 0 && (runtime.GOARCH == "amd64" || different > got.Rect.Dx()*got.Rect.Dy()/100) {
		t.Errorf("%d pixels differ; if the new look is meant, run with -update and look at %s", different, path)
	}
}

// TestArrowsEndNearThePicture: a body that bursts away has an arrow no longer than the
// picture's width and height together, in its direction.
func TestArrowsEndNearThePicture(t *testing.T) {
	t.Parallel()
	scene, truth, _ := everything()
	p := painterOf(t, scene, 1, 200)
	burst := truth[0]
	for i := range burst {
		burst[i] = sim.BodyState{}
	}
	burst[0].VX, burst[0].VY = 3e8, 4e8
	p.Velocities(burst)
	if len(p.List.Items) == 0 {
		t.Fatal("no arrow")
	}
	head := p.List.Items[1].(Path).Contours[0]
	along := head[0].sub(p.place(sim.Vec{}, burst[0]))
	if !scalar.EqualWithinAbs(along.len(), 400, 1e-6) || !scalar.EqualWithinAbs(along.X, 240, 1e-6) || !scalar.EqualWithinAbs(along.Y, -320, 1e-6) {
		t.Errorf("the arrow leads %v px away", along)
	}
}

// TestPushesAreAsLongAsWhatTheyGive a body of the mean mass, and predicted ones lie beside the true ones.
func TestPushesAreAsLongAsWhatTheyGive(t *testing.T) {
	t.Parallel()
	light, heavy, still := sim.NewDisc(0.1, 1, sim.Surface{}), sim.NewDisc(0.1, 1, sim.Surface{}), sim.NewDisc(0.1, 1, sim.Surface{})
	light.Mass, heavy.Mass, still.Mass, still.Kind = 1, 3, 100, sim.Kinematic
	scene := &sim.Scene{Bodies: []sim.Body{light, heavy, still}}
	tip := func(beside float64, predicted bool, impulse sim.Vec) (from, to Point) {
		p := painterOf(t, scene, 2, 100)
		p.Pushed(sim.Vec{}, impulse, beside, predicted, p.Theme.Text)
		if len(p.List.Items) == 0 {
			return Point{}, Point{}
		}
		for _, item := range p.List.Items {
			path := item.(Path)
			if len(path.Contours[0]) == 3 {
				to = path.Contours[0][0]
				if hollow := path.Fill == p.Theme.Panel; hollow != predicted {
					t.Errorf("predicted %v: hollow %v", predicted, hollow)
				}
			} else {
				from = path.Contours[0][0]
				if dashed := path.Stroke.Dash > 0; dashed && !predicted {
					t.Error("a true push is dashed")
				}
			}
		}
		centre := p.place(sim.Vec{}, sim.BodyState{})
		scale := p.Camera.Scale
		return from.sub(centre).scale(1 / p.Unit), to.sub(centre).scale(1 / scale)
	}
	from, to := tip(0, false, sim.Vec{X: 6, Y: 8}) // 10 N·s give 2 kg 5 m/s, which is 1 m in a fifth of a second
	if !(from.len() <= 1e-9) || !scalar.EqualWithinAbs(to.X, 0.6, 1e-9) || !scalar.EqualWithinAbs(to.Y, -0.8, 1e-9) {
		t.Errorf("from %v units to %v m", from, to)
	}
	if from, _ = tip(5, true, sim.Vec{X: 10}); !scalar.EqualWithinAbs(from.X, 0, 1e-9) || !scalar.EqualWithinAbs(math.Abs(from.Y), 5, 1e-9) {
		t.Errorf("beside: from %v units", from)
	}
	if _, to = tip(0, true, sim.Vec{}); to != (Point{}) {
		t.Error("no push is drawn")
	}
}

// TestDoubtsAreDiscsOfTwoDeviations, where those reach beyond the cross; what was not seen has no mark.
func TestDoubtsAreDiscsOfTwoDeviations(t *testing.T) {
	t.Parallel()
	theme, err := LoadTheme("light")
	if err != nil {
		t.Fatal(err)
	}
	for deviation, want := range map[float64]float64{0: 0, 0.02: 0, 0.026: 5.2, 0.1: 20, 9: 800} { // m, px
		p := &Painter{List: &List{Width: 400, Height: 400}, Theme: theme, Unit: 2, Camera: Camera{Middle: Point{200, 200}, Scale: 100}}
		p.Sights([][]sim.Sight{{{Seen: true, X: 1, Std: deviation}, {Std: 1}}, {{}}})
		var radius float64
		if len(p.List.Items) == 2 {
			low, high := extremes(p.List.Items[0].(Path).Contours[0])
			radius = (high.X - low.X) / 2
		}
		crosses := p.List.Items[len(p.List.Items)-1].(Path)
		if !scalar.EqualWithinAbs(radius, want, 0.05*want) || len(crosses.Contours) != 2 || crosses.Contours[0][0] != (Point{295, 200}) {
			t.Errorf("%v m: a disc of %v px, want %v; %v", deviation, radius, want, crosses.Contours)
		}
	}
}
