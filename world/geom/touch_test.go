package geom

import (
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

// TestSkinsGrowShapes: a gap is that between the skins, whatever the kinds.
func TestSkinsGrowShapes(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	box := []sim.Vec{{X: -0.1, Y: -0.1}, {X: 0.1, Y: -0.1}, {X: 0.1, Y: 0.1}, {X: -0.1, Y: 0.1}}
	scene.Walls = []sim.Shape{{Kind: sim.Segment, Vertices: []sim.Vec{{X: -9}, {X: 9}}, Friction: 0.2, Elasticity: 0.9}}
	disc := sim.NewDisc(0.1, 10, sim.Surface{Friction: 0.8, Elasticity: 0.4})
	disc.Start = sim.BodyState{X: -1, Y: 0.1 + 0.02}
	square := sim.Body{Kind: sim.Dynamic, Mass: 1, Moment: 1, Start: sim.BodyState{X: 1, Y: 0.1 + 0.03}, Shapes: []sim.Shape{{Kind: sim.Polygon, Vertices: box, Friction: 0.5, Elasticity: 0.5}}}
	scene.Bodies = []sim.Body{disc, square}
	touch := Touch{Skin: Skin{Circle: 0.001, Segment: 0.002, Polygon: 0.004}, Friction: Minimum, Elasticity: Mean}
	got := NewDetectorOf(&scene, touch).Contacts(nil, scene.Start(), 0.1)
	if len(got) != 3 {
		t.Fatalf("%d points", len(got))
	}
	for i, want := range []float64{0.02 - 0.003, 0.03 - 0.006, 0.03 - 0.006} {
		if !scalar.EqualWithinAbs(got[i].Gap, want, 1e-12) {
			t.Errorf("point %d: gap %v m, want %v", i, got[i].Gap, want)
		}
	}
	if c := got[0]; c.Friction != 0.2 || !scalar.EqualWithinAbs(c.Elasticity, 0.65, 1e-12) || !scalar.EqualWithinAbs(c.ArmA.Len(), 0.101, 1e-12) {
		t.Errorf("disc: %+v", c)
	}
	if c := got[1]; c.Friction != 0.2 || !scalar.EqualWithinAbs(c.Elasticity, 0.7, 1e-12) {
		t.Errorf("square: %+v", c)
	}
	scene.Walls[0].Material, scene.Bodies[0].Shapes[0].Material = "stone", "ice"
	scene.Pairs = []sim.Pair{{A: "ice", B: "stone", Friction: 0.01, Elasticity: 0.02}}
	if c := NewDetectorOf(&scene, touch).Contacts(nil, scene.Start(), 0.1)[0]; c.Friction != 0.01 || c.Elasticity != 0.02 {
		t.Errorf("what the scene says of two materials is overruled: %+v", c)
	}
}

func TestRulesCombine(t *testing.T) {
	t.Parallel()
	for rule, want := range map[Rule]float64{"": 0.36, Product: 0.36, Geometric: 0.6, Mean: 0.65, Maximum: 0.9, Minimum: 0.4} {
		if got := rule.Of(0.9, 0.4); !scalar.EqualWithinAbs(got, want, 1e-12) || rule.Of(0.4, 0.9) != got {
			t.Errorf("%q of 0.9 and 0.4 is %v, want %v", rule, got, want)
		}
	}
	if len(Rules()) != 5 {
		t.Errorf("%v", Rules())
	}
}

func TestTouchNamesTheFieldOutOfRange(t *testing.T) {
	t.Parallel()
	for want, touch := range map[string]Touch{
		"":                                    {Skin: Skin{Circle: 1}, Friction: Mean},
		"skin of a segment -1 m must be 0 to": {Skin: Skin{Segment: -1}},
		`elasticity "sum" must be one of: [product geometric mean maximum minimum]`: {Elasticity: "sum"},
	} {
		if err := touch.Validate(); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v", touch, err)
		}
	}
}
