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
	p.Goals()
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
