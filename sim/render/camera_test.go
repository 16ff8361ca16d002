package render

import (
	"image"
	"math"
	"testing"

	"orrery/sim"

	"pgregory.net/rapid"
)

func TestCameraRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		coordinate := rapid.Float64Range(-100, 100)
		c := Camera{
			Centre: sim.Vec{X: coordinate.Draw(t, "cx"), Y: coordinate.Draw(t, "cy")},
			Middle: Point{coordinate.Draw(t, "mx"), coordinate.Draw(t, "my")},
			Scale:  rapid.Float64Range(0.1, 1e4).Draw(t, "scale"),
		}
		v := sim.Vec{X: coordinate.Draw(t, "x"), Y: coordinate.Draw(t, "y")}
		if back := c.World(c.Pixel(v)); !(back.Sub(v).Len() <= 1e-9) {
			t.Fatalf("%v came back as %v", v, back)
		}
		if up := c.Pixel(v.Add(sim.Vec{Y: 1})); !(up.Y < c.Pixel(v).Y) {
			t.Fatal("up in the world must be up in the picture")
		}
	})
}

func TestFitShowsAllOfTheBounds(t *testing.T) {
	t.Parallel()
	part := image.Rect(30, 40, 330, 200)
	for _, b := range []Bounds{
		{sim.Vec{X: -1, Y: -1}, sim.Vec{X: 1, Y: 1}},
		{sim.Vec{X: 5, Y: 0}, sim.Vec{X: 25, Y: 1}},
		{sim.Vec{X: 5, Y: 0}, sim.Vec{X: 5.1, Y: 9}},
	} {
		c := FitCamera(b, part, 10)
		low, high := c.Pixel(b.Min), c.Pixel(b.Max)
		room := []float64{low.X - 30, 330 - high.X, high.Y - 40, 200 - low.Y}
		least := math.Inf(1)
		for _, r := range room {
			least = min(least, r)
		}
		near(t, "margin", least, 10, 1e-9)
		near(t, "balance across", room[0], room[1], 1e-9)
		near(t, "balance along", room[2], room[3], 1e-9)
	}
}

// TestSceneBoundsHoldAllThatIsShown: each thing that stays where it is is within them, by itself.
func TestSceneBoundsHoldAllThatIsShown(t *testing.T) {
	t.Parallel()
	far := sim.Vec{X: 7, Y: -9}
	tie := func(j sim.Joint) func(s *sim.Scene) {
		return func(s *sim.Scene) { j.A, j.B = 0, sim.World; s.Joints = append(s.Joints, j) }
	}
	goal := func(kind sim.GoalKind) func(s *sim.Scene) {
		return func(s *sim.Scene) { s.Goals = append(s.Goals, sim.Goal{Kind: kind, Target: far, Radius: 0.5}) }
	}
	for name, c := range map[string]struct {
		add   func(s *sim.Scene)
		reach float64
		none  bool
	}{
		"pivot":           {add: tie(sim.Joint{Kind: sim.Pivot, AnchorB: far})},
		"pin":             {add: tie(sim.Joint{Kind: sim.Pin, AnchorB: far})},
		"rope":            {add: tie(sim.Joint{Kind: sim.Rope, AnchorB: far})},
		"spring":          {add: tie(sim.Joint{Kind: sim.Spring, AnchorB: far})},
		"begin of groove": {add: tie(sim.Joint{Kind: sim.Groove, AnchorB: far})},
		"end of groove":   {add: tie(sim.Joint{Kind: sim.Groove, EndB: far})},
		"motor":           {add: tie(sim.Joint{Kind: sim.Motor, AnchorB: far}), none: true},
		"place":           {add: goal(sim.Place), reach: 0.5},
		"pose":            {add: goal(sim.Pose), reach: 0.5},
		"point":           {add: func(s *sim.Scene) { s.Points = append(s.Points, sim.Point{Body: sim.World, At: far}) }},
		"wall": {reach: 0.1, add: func(s *sim.Scene) {
			s.Walls = append(s.Walls, sim.NewShape(sim.Segment, 0.1, sim.Surface{}, sim.Vec{}, far))
		}},
		"region": {reach: 2, add: func(s *sim.Scene) {
			s.Regions = append(s.Regions, sim.Region{Shape: sim.NewShape(sim.Circle, 2, sim.Surface{}, far)})
		}},
		"second body": {reach: 0.2, add: func(s *sim.Scene) {
			s.Bodies = append(s.Bodies, sim.Body{Start: sim.BodyState{X: far.X, Y: far.Y}, Shapes: []sim.Shape{sim.NewShape(sim.Circle, 0.2, sim.Surface{}, sim.Vec{})}})
		}},
	} {
		scene, _ := twoBodiesInABox()
		want := SceneBounds(scene, nil)
		c.add(scene)
		if !c.none {
			want = want.growPoint(far, c.reach)
		}
		if got := SceneBounds(scene, nil); got != want {
			t.Errorf("%s: bounds %v, must be %v", name, got, want)
		}
	}
}

func TestSceneBounds(t *testing.T) {
	t.Parallel()
	scene, states := twoBodiesInABox()
	want := Bounds{sim.Vec{X: -1, Y: -1}, sim.Vec{X: 1, Y: 1}}
	if got := SceneBounds(scene, states); got != want {
		t.Errorf("bodies inside walls: bounds %v, must be the walls' %v", got, want)
	}
	states[1][0].X = 2 // a disc of 0.17 m
	want.Max.X = 2.17
	if got := SceneBounds(scene, states); got != want {
		t.Errorf("a body beside the walls: bounds %v, must be %v", got, want)
	}
	states[1][0].X = 1e6
	want.Max.X = 3
	if got := SceneBounds(scene, states); got != want {
		t.Errorf("a body far away: bounds %v, must be limited to %v", got, want)
	}
	// A region and a point of the world are shown; goals without a target have no place.
	scene.Regions = []sim.Region{{Name: "pen", Shape: sim.NewShape(sim.Circle, 1, sim.Surface{}, sim.Vec{Y: -3})}}
	scene.Points = []sim.Point{{Name: "dock", Body: sim.World, At: sim.Vec{Y: 5}}, {Name: "tip", Body: 0, At: sim.Vec{X: 50}}}
	want = Bounds{sim.Vec{X: -1, Y: -4}, sim.Vec{X: 1, Y: 5}}
	if got := SceneBounds(scene, nil); got != want {
		t.Errorf("a region and a point: bounds %v, must be %v", got, want)
	}
	apart := sim.DefaultScene()
	apart.Bodies = []sim.Body{sim.NewDisc(1, 1, sim.Surface{})}
	apart.Bodies[0].Start.X = 9
	for _, goal := range []sim.Goal{{Kind: sim.Angle}, {Kind: sim.Inside}, {Kind: sim.Pose, Target: sim.Vec{X: 9}}, {Kind: sim.Place, Target: sim.Vec{X: 9}, Radius: 0.1}} {
		apart.Goals = []sim.Goal{goal}
		if got, want := SceneBounds(&apart, nil), (Bounds{sim.Vec{X: 8, Y: -1}, sim.Vec{X: 10, Y: 1}}); got != want {
			t.Errorf("a goal of kind %q: bounds %v, must be %v", goal.Kind, got, want)
		}
	}
	want = Bounds{sim.Vec{X: -0.5, Y: -0.5}, sim.Vec{X: 0.5, Y: 0.5}}
	if got := SceneBounds(&sim.Scene{}, nil); got != want {
		t.Errorf("nothing: bounds %v, must be %v", got, want)
	}
}

// twoBodiesInABox returns a disc of 0.17 m and a box in walls of 2 m, and two equal states.
func twoBodiesInABox() (*sim.Scene, []sim.State) {
	scene := sim.DefaultScene()
	corners := []sim.Vec{{X: -1, Y: -1}, {X: 1, Y: -1}, {X: 1, Y: 1}, {X: -1, Y: 1}}
	for i := range corners {
		scene.Walls = append(scene.Walls, sim.NewShape(sim.Segment, 0, sim.Surface{}, corners[i], corners[(i+1)%4]))
	}
	scene.Bodies = []sim.Body{sim.NewDisc(0.17, 10, sim.Surface{}), sim.NewBox(0.15, 0.1, 10, sim.Surface{})}
	scene.Bodies[0].Start.X = 0.5
	return &scene, []sim.State{scene.Start(), scene.Start()}
}
