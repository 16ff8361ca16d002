package identify

import (
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

// TestSolidsAreThoseOfTheEngine: a law of plates gives discs and boxes the masses and moments that
// sim gives them, alone or moved together into one body.
func TestSolidsAreThoseOfTheEngine(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.3, 7, sim.Surface{}), sim.NewBox(0.2, 0.1, 7, sim.Surface{}), sim.NewDisc(0.1, 7, sim.Surface{})}
	scene.Bodies[2].Kind, scene.Bodies[2].Mass, scene.Bodies[2].Moment = sim.Kinematic, 0, 0
	both := scene.Bodies[0]
	both.Shapes = []sim.Shape{
		sim.NewShape(sim.Circle, 0.3, sim.Surface{}, sim.Vec{X: 1}),
		sim.NewShape(sim.Polygon, 0, sim.Surface{}, sim.Vec{X: -1.2, Y: -0.1}, sim.Vec{X: -0.8, Y: -0.1}, sim.Vec{X: -0.8, Y: 0.1}, sim.Vec{X: -1.2, Y: 0.1}),
	}
	disc, box := scene.Bodies[0], scene.Bodies[1]
	both.Mass, both.Moment = disc.Mass+box.Mass, disc.Moment+disc.Mass+box.Moment+box.Mass
	scene.Bodies = append(scene.Bodies, both)
	law := NewSolids([]*sim.Scene{&scene})
	if len(law.Classes) != 2 || law.Classes[1].Name != "polygon" {
		t.Fatalf("classes %+v", law.Classes)
	}
	law.Classes[0].Density, law.Classes[1].Density = 7, 7
	filled, err := (&Values{Solids: law}).Fill(&scene)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range scene.Bodies {
		got := filled.Bodies[i]
		if !scalar.EqualWithinRel(got.Mass, want.Mass, 1e-12) || !scalar.EqualWithinRel(got.Moment, want.Moment, 1e-12) {
			t.Errorf("body %d: %v kg, %v kg·m², want %v and %v", i, got.Mass, got.Moment, want.Mass, want.Moment)
		}
	}
	law.Power, law.Classes[0].Moment = 1.5, 2
	law.Set(filled)
	if a, b := filled.Bodies[0], scene.Bodies[0]; !scalar.EqualWithinRel(a.Mass, 7*0.150345, 1e-4) || !scalar.EqualWithinRel(a.Moment/a.Mass, 2*b.Moment/b.Mass, 1e-12) {
		t.Errorf("power 1.5 and twice the moment: %v kg, %v kg·m²", a.Mass, a.Moment)
	}
}
