package sim

import "testing"

// TestContactIsThePairsOrTheProduct, whichever shape comes first.
func TestContactIsThePairsOrTheProduct(t *testing.T) {
	t.Parallel()
	s := DefaultScene()
	s.Pairs = []Pair{{A: "ice", B: "wood", Friction: 0.05, Elasticity: 0.1}, {A: "wood", B: "wood", Friction: 0.6, Elasticity: 0.2}}
	shape := func(material string) *Shape { return &Shape{Friction: 0.5, Elasticity: 0.25, Material: material} }
	product := Surface{Friction: 0.25, Elasticity: 0.0625}
	for _, c := range []struct {
		a, b string
		want Surface
	}{
		{"ice", "wood", Surface{0.05, 0.1}}, {"wood", "ice", Surface{0.05, 0.1}}, {"wood", "wood", Surface{0.6, 0.2}},
		{"ice", "ice", product}, {"", "wood", product}, {"", "", product}, {"steel", "wood", product},
	} {
		if got := s.Contact(shape(c.a), shape(c.b)); got != c.want {
			t.Errorf("%q on %q: %v, want %v", c.a, c.b, got, c.want)
		}
	}
}

// TestPointsMoveWithTheirBody, and those of the world stay.
func TestPointsMoveWithTheirBody(t *testing.T) {
	t.Parallel()
	state := State{{}, {X: 1, Y: 2, Angle: 0.5}}
	on, world := Point{Name: "tip", Body: 1, At: Vec{X: 2}}, Point{Name: "dock", Body: World, At: Vec{X: 3, Y: 4}}
	if got, want := on.In(state), state[1].Point(Vec{X: 2}); got != want {
		t.Errorf("the tip is at %v, want %v", got, want)
	}
	if got := world.In(state); got != world.At {
		t.Errorf("the dock is at %v, want %v", got, world.At)
	}
}

// TestNamesOfBodiesMayRepeat, as they may in scenes of old releases.
func TestNamesOfBodiesMayRepeat(t *testing.T) {
	t.Parallel()
	s := fullScene()
	s.Bodies[0].Name, s.Bodies[1].Name = "box", "box"
	if err := s.Validate(); err != nil {
		t.Error(err)
	}
}
