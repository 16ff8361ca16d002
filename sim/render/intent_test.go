package render

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

// intentPainter paints a scene of a box with goals, 100 px to the metre.
func intentPainter() *Painter {
	theme, err := LoadTheme("light")
	if err != nil {
		panic(err)
	}
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.2, 1, sim.Surface{})}
	scene.Goals = []sim.Goal{
		{Kind: sim.Pose, Body: 0, Target: sim.Vec{X: 1, Y: 0.5}, Angle: math.Pi / 2},
		{Kind: sim.Place, Body: 0, Target: sim.Vec{X: -1}, Radius: 0.3},
	}
	return &Painter{List: &List{Width: 400, Height: 400}, Scene: &scene, Theme: theme, Unit: 1, Camera: Camera{Middle: Point{200, 200}, Scale: 100}}
}

// TestGoalsAreWhereTheyAre measures the dashed lines that are drawn for goals.
func TestGoalsAreWhereTheyAre(t *testing.T) {
	t.Parallel()
	p := intentPainter()
	p.Goals(p.Scene.Start())
	if len(p.List.Items) != 2 {
		t.Fatalf("%d items for 2 goals", len(p.List.Items))
	}
	for i, want := range []struct {
		centre Point
		radius float64
	}{{Point{300, 150}, 20}, {Point{100, 200}, 30}} {
		path := p.List.Items[i].(Path)
		if path.Stroke.Dash == 0 || path.Fill != (Colour{}) {
			t.Errorf("goal %d is drawn like a body: %+v", i, path.Stroke)
		}
		for _, point := range path.Contours[0] {
			if r := point.sub(want.centre).len(); !scalar.EqualWithinAbs(r, want.radius, 0.1) {
				t.Fatalf("goal %d: %v is %.2f px from %v, want %v px", i, point, r, want.centre, want.radius)
			}
		}
	}
	mark := p.List.Items[0].(Path).Contours[1] // along the x axis, which points up
	if along := mark[1].sub(mark[0]); !(math.Abs(along.X) <= 1e-9) || !(along.Y < 0) {
		t.Errorf("the goal's mark points along %v, want up", along)
	}
}

// TestEveryKindOfGoalIsDrawn dashed, each where it is wanted, and an unknown one is no
// silence.
func TestEveryKindOfGoalIsDrawn(t *testing.T) {
	t.Parallel()
	p := intentPainter()
	p.Scene.Bodies = []sim.Body{sim.NewBox(0.2, 0.1, 1, sim.Surface{})}
	p.Scene.Bodies[0].Start = sim.BodyState{X: 1, Angle: 2 * math.Pi}
	p.Scene.Regions = []sim.Region{{Name: "slot", Shape: sim.NewShape(sim.Circle, 0.5, sim.Surface{}, sim.Vec{X: -1, Y: -1})}}
	half := math.Pi / 2
	goals := map[sim.GoalKind]struct {
		goal   sim.Goal
		centre Point
		size   Point // px, half of what is drawn spans
	}{
		sim.Place:  {sim.Goal{Kind: sim.Place, Target: sim.Vec{X: -1}, Radius: 0.3}, Point{100, 200}, Point{30, 30}},
		sim.Pose:   {sim.Goal{Kind: sim.Pose, Target: sim.Vec{Y: 1}, Angle: half}, Point{200, 100}, Point{10, 20}},
		sim.Angle:  {sim.Goal{Kind: sim.Angle, Angle: half}, Point{300, 200}, Point{10, 20}},
		sim.Inside: {sim.Goal{Kind: sim.Inside, Region: "slot"}, Point{100, 300}, Point{50, 50}},
	}
	for _, kind := range sim.Kinds[sim.GoalKind]() {
		want, ok := goals[kind]
		if !ok {
			t.Fatalf("no goal of kind %q", kind)
		}
		p.List.Items, p.Scene.Goals = nil, []sim.Goal{want.goal}
		p.Goals(p.Scene.Start())
		if len(p.List.Items) != 2 {
			t.Fatalf("%s: %d items, want the region and the goal", kind, len(p.List.Items))
		}
		region, path := p.List.Items[0].(Path), p.List.Items[1].(Path)
		if region.Stroke.Width != 0 || region.Fill.A == 0 || region.Fill.A > 50 {
			t.Errorf("%s: the region is %+v with a line of %v", kind, region.Fill, region.Stroke.Width)
		}
		if path.Stroke.Dash == 0 || path.Fill != (Colour{}) {
			t.Errorf("%s: the goal is drawn like a body: %+v", kind, path.Stroke)
		}
		for _, q := range path.Contours[0] {
			d := q.sub(want.centre)
			if !(math.Abs(d.X) <= want.size.X+0.1) || !(math.Abs(d.Y) <= want.size.Y+0.1) || !(d.len() >= min(want.size.X, want.size.Y)-0.1) {
				t.Errorf("%s: %v is %v px from %v, want within %v", kind, q, d, want.centre, want.size)
			}
		}
	}
	defer func() {
		if recover() != unknownGoal {
			t.Error("a goal of an unknown kind is drawn")
		}
	}()
	p.Scene.Goals = []sim.Goal{{Kind: "wish"}}
	p.Goals(p.Scene.Start())
}

// TestASymmetricGoalTurnsTheShortWay: a square that is turned by 80° is drawn turned by
// 90°, as it looks the same.
func TestASymmetricGoalTurnsTheShortWay(t *testing.T) {
	t.Parallel()
	for symmetry, want := range map[int]float64{0: 0, 1: 0, 4: math.Pi / 2, 3: 2 * math.Pi / 3, sim.AnyAngle: 80 * math.Pi / 180} {
		p := intentPainter()
		p.Scene.Bodies = []sim.Body{sim.NewBox(0.2, 0.2, 1, sim.Surface{})}
		p.Scene.Bodies[0].Start.Angle = 80 * math.Pi / 180
		p.Scene.Goals = []sim.Goal{{Kind: sim.Pose, Symmetry: symmetry}}
		p.Goals(p.Scene.Start())
		mark := p.List.Items[0].(Path).Contours[1]
		along := mark[1].sub(mark[0])
		if got := math.Atan2(-along.Y, along.X); !scalar.EqualWithinAbs(got, want, 1e-9) {
			t.Errorf("symmetry %d: the mark points to %v rad, want %v", symmetry, got, want)
		}
	}
}

// TestPointsAreCrossesWhereTheyAre: those of the world with the goals, below the bodies,
// those on bodies with them.
func TestPointsAreCrossesWhereTheyAre(t *testing.T) {
	t.Parallel()
	p := intentPainter()
	p.Scene.Goals = nil
	p.Scene.Points = []sim.Point{{Name: "dock", Body: sim.World, At: sim.Vec{X: 1, Y: 1}}, {Name: "tip", Body: 0, At: sim.Vec{X: 0.2}}}
	state := sim.State{{X: -1, Y: 0.5, Angle: math.Pi / 2}}
	for _, c := range []struct {
		draw func(sim.State)
		want Point
	}{{p.Goals, Point{300, 100}}, {p.Points, Point{100, 130}}} {
		p.List.Items = nil
		c.draw(state)
		if len(p.List.Items) != 2 {
			t.Fatalf("%d items, want a cross and its edge", len(p.List.Items))
		}
		cross := p.List.Items[1].(Path)
		if len(cross.Contours) != 2 {
			t.Fatalf("%d lines, want one cross", len(cross.Contours))
		}
		for _, arm := range cross.Contours {
			if got := arm[0].lerp(arm[1], 0.5); !(got.sub(c.want).len() <= 1e-9) || !(arm[1].sub(arm[0]).len() > 4) {
				t.Errorf("an arm from %v to %v, want its middle at %v", arm[0], arm[1], c.want)
			}
		}
	}
	p.List.Items, p.Scene.Points = nil, nil
	if p.Goals(state); len(p.List.Items) != 0 {
		t.Errorf("%d items for a scene without goals, regions and points", len(p.List.Items))
	}
}

// TestIntentIsTheWayOfTheCentreAndWhereItLeads draws two plans considered, of which one
// moves nothing, and the one that is followed.
func TestIntentIsTheWayOfTheCentreAndWhereItLeads(t *testing.T) {
	t.Parallel()
	p := intentPainter()
	plan := []sim.State{{{X: 0}}, {{X: 1, Y: 1}}, {{Y: 1}}}
	p.Intent(Intent{Considered: [][]sim.State{plan, {{{X: 1}}, {{X: 1}}}}, Expected: plan})
	if len(p.List.Items) != 5 {
		t.Fatalf("%d items for a faint way, a thick one with its edge, and a body's inside and outline", len(p.List.Items))
	}
	for k, look := range []struct {
		width   float64
		opacity uint8
	}{{1, 128}, {5, 255}, {3, 255}} {
		path := p.List.Items[k].(Path)
		if want := []Point{{200, 200}, {300, 100}, {200, 100}}; !slices.Equal(path.Contours[0], want) {
			t.Errorf("way %d is %v, want %v", k, path.Contours[0], want)
		}
		if !path.Open || path.Stroke.Width != look.width || path.Stroke.Colour.A != look.opacity {
			t.Errorf("way %d is drawn as %+v, want %+v", k, path.Stroke, look)
		}
	}
	for _, point := range p.List.Items[4].(Path).Contours[0] {
		if r := point.sub(Point{200, 100}).len(); !scalar.EqualWithinAbs(r, 20, 0.1) {
			t.Fatalf("the outline is %.1f px from where the plan leads, want 20 px", r)
		}
	}
	p.Intent(Intent{})
	if len(p.List.Items) != 5 {
		t.Error("no plan is drawn as something")
	}
}
