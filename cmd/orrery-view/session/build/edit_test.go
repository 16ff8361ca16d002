package build

import (
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/sim/scenario/library"
)

func TestAHexagonHasTheMassOfItsArea(t *testing.T) {
	const step, radius, density = 0.0005, 0.15, 10.0
	body := hexagon(radius, density, sim.Surface{})
	mass, moment := 0.0, 0.0
	for x := -radius; x < radius; x += step {
		for y := -radius; y < radius; y += step {
			if p := (sim.Vec{X: x, Y: y}); inside(body.Shapes[0].Vertices, p) {
				mass += density * step * step
				moment += density * step * step * p.Dot(p)
			}
		}
	}
	if !scalar.EqualWithinAbs(mass/body.Mass, 1, 2e-3) || !scalar.EqualWithinAbs(moment/body.Moment, 1, 2e-3) {
		t.Errorf("mass %v and moment %v, want %v and %v", body.Mass, body.Moment, mass, moment)
	}
}

// inside reports whether a point lies in a convex polygon.
func inside(corners []sim.Vec, p sim.Vec) bool {
	for k, a := range corners {
		if corners[(k+1)%len(corners)].Sub(a).Cross(p.Sub(a)) < 0 {
			return false
		}
	}
	return true
}

// TestDeletingABodyTakesWhatHangsOnIt deletes each body of each scenario; whatever
// is left must validate.
func TestDeletingABodyTakesWhatHangsOnIt(t *testing.T) {
	for _, sc := range library.List() {
		values, err := sc.Values(nil)
		if err != nil {
			t.Fatal(err)
		}
		scene, err := sc.Sample(1, 0, values)
		if err != nil {
			t.Fatal(err)
		}
		for i := range scene.Bodies {
			if _, err := Without(scene, scene.Start(), i); err != nil && len(scene.Bodies) > 1 {
				t.Errorf("%s without body %d: %v", sc.Name, i, err)
			}
		}
	}
}

// TestPointsGoWithTheirBody: those of a body that is deleted go, the others follow theirs.
func TestPointsGoWithTheirBody(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(1, 1, sim.Surface{}), sim.NewDisc(1, 1, sim.Surface{}), sim.NewDisc(1, 1, sim.Surface{})}
	scene.Points = []sim.Point{{Name: "dock", Body: sim.World}, {Name: "tip", Body: 0}, {Name: "tip", Body: 1}, {Name: "tip", Body: 2}}
	got, err := Without(&scene, scene.Start(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if want := []sim.Point{{Name: "dock", Body: sim.World}, {Name: "tip", Body: 0}, {Name: "tip", Body: 1}}; !slices.Equal(got.Points, want) {
		t.Errorf("points %v, want %v", got.Points, want)
	}
}
