package identify

import (
	"encoding/json"
	"reflect"
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
	for _, c := range law.Classes {
		if !scalar.EqualWithinRel(c.Density, 7, 1e-12) {
			t.Errorf("%s has %v kg/m², want 7", c.Name, c.Density)
		}
	}
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

// TestValuesAreReadBack as they were written, and refused where no scene can have them.
func TestValuesAreReadBack(t *testing.T) {
	t.Parallel()
	v := &Values{
		Parameters: []Parameter{Known(Friction, Wall, 0.4, 0.3, 0.5, "", "seen"), Unknown(Mass, "body0", "kg", "not seen")},
		Solids:     &Solids{Power: 1.5, Classes: []SolidClass{{Name: "rubber", Material: "rubber", Kind: sim.Circle, Density: 3, Moment: 0.9}}},
	}
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	read, err := DecodeValues(text)
	if err != nil || !reflect.DeepEqual(read, v) {
		t.Errorf("%+v, %v", read, err)
	}
	for _, bad := range []string{"", `{"parameters":[{"name":"colour","of":"scene"}]}`, `{"solids":{"power":1,"classes":[{"name":"a","density":0,"moment":1}]}}`, `{"solids":{"power":1,"classes":[{"name":"a","density":1,"moment":-1}]}}`} {
		if _, err := DecodeValues([]byte(bad)); err == nil {
			t.Errorf("%s is read", bad)
		}
	}
}

// TestBodiesOfOtherClassesKeepTheirMasses, and kinematic ones have none.
func TestBodiesOfOtherClassesKeepTheirMasses(t *testing.T) {
	t.Parallel()
	disc := sim.DefaultScene()
	disc.Bodies = []sim.Body{sim.NewDisc(0.3, 7, sim.Surface{})}
	law := NewSolids([]*sim.Scene{&disc})
	other := sim.DefaultScene()
	other.Bodies = []sim.Body{sim.NewBox(0.2, 0.1, 3, sim.Surface{}), {Kind: sim.Kinematic, Shapes: disc.Bodies[0].Shapes}}
	mass := other.Bodies[0].Mass
	if law.Set(&other); other.Bodies[0].Mass != mass || other.Bodies[1].Mass != 0 {
		t.Errorf("%v and %v kg", other.Bodies[0].Mass, other.Bodies[1].Mass)
	}
}

// TestASegmentWithoutLengthIsADisc, and one without width a rod: what the moment of a plate says of both.
func TestASegmentWithoutLengthIsADisc(t *testing.T) {
	t.Parallel()
	at := sim.Vec{X: 0.3, Y: -0.2}
	of := func(s sim.Shape) (area, spread float64) { return plate(&sim.Body{Shapes: []sim.Shape{s}}) }
	area, spread := of(sim.NewShape(sim.Segment, 0.1, sim.Surface{}, at, at.Add(sim.Vec{X: 1e-9})))
	discArea, discSpread := of(sim.NewShape(sim.Circle, 0.1, sim.Surface{}, at))
	if !scalar.EqualWithinRel(area, discArea, 1e-6) || !scalar.EqualWithinRel(spread, discSpread, 1e-6) {
		t.Errorf("%g m² and %g m², must be %g and %g", area, spread, discArea, discSpread)
	}
	if _, spread := of(sim.NewShape(sim.Segment, 1e-9, sim.Surface{}, sim.Vec{X: -0.5}, sim.Vec{X: 0.5})); !scalar.EqualWithinRel(spread, 1./12, 1e-6) {
		t.Errorf("a rod of 1 m has %g m² about its middle, must be 1/12", spread)
	}
}
