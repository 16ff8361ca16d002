package identify

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

// TestOfTwoTheOneThatTellsMoreStays, whichever comes first: what is known before what is not, then the narrower interval, or the
// higher least value.
func TestOfTwoTheOneThatTellsMoreStays(t *testing.T) {
	t.Parallel()
	wide, narrow := Known(Mass, "a", 1, 0, 2, "kg", ""), Known(Mass, "a", 5, 4, 5.5, "kg", "")
	few, more, none := AtLeast(Mass, "a", 3, "kg", ""), AtLeast(Mass, "a", 4, "kg", ""), Unknown(Mass, "a", "kg", "")
	for k, order := range []Parameter{none, few, more, wide, narrow} {
		for j, other := range []Parameter{none, few, more, wide, narrow} {
			want := order
			if j > k {
				want = other
			}
			if got := Merge([]Parameter{order}, []Parameter{other}); len(got) != 1 || got[0] != want {
				t.Errorf("of %+v and %+v: %+v", order, other, got)
			}
		}
	}
}

// TestOnlyWhatIsAskedForIsWanted: everything where nobody says.
func TestOnlyWhatIsAskedForIsWanted(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		only []Name
		want bool
	}{{nil, true}, {[]Name{}, false}, {[]Name{Drag}, false}, {[]Name{Drag, Mass}, true}} {
		if (&Options{Only: c.only}).Wants(Mass) != c.want {
			t.Errorf("%v: mass is wanted: %v", c.only, !c.want)
		}
	}
}

// TestResultsAreJoined: sentences once, edges and fits of all, and stopped where one is.
func TestResultsAreJoined(t *testing.T) {
	t.Parallel()
	for _, stopped := range [][2]bool{{false, false}, {true, false}, {false, true}} {
		a := &Result{Sentences: []string{"one", "two"}, Stopped: stopped[0], Edges: make([]Edge, 1), Parameters: []Parameter{Known(Drag, Scene, 0.5, 0, 1, "1/s", "")}}
		b := &Result{Sentences: []string{"two", "three"}, Stopped: stopped[1], Edges: make([]Edge, 2), Parameters: []Parameter{Known(Drag, Scene, 0.7, 0.6, 0.8, "1/s", "")}}
		out, err := Join(two(), a, b)
		if err != nil || strings.Join(out.Sentences, " ") != "one two three" || len(out.Edges) != 3 || out.Stopped != (stopped[0] || stopped[1]) {
			t.Errorf("%+v, %v", out, err)
		}
		if len(out.Parameters) != 1 || !scalar.EqualWithinAbs(-math.Log(out.Scene.Damping), 0.7, 1e-12) {
			t.Errorf("%+v, damping %v", out.Parameters, out.Scene.Damping)
		}
	}
}

// TestWhatActionsMoveKeepsItsMass, and what was found stays within what a scene may have: elasticity from 0 to 1, friction from 0, damping up to 1.
func TestWhatActionsMoveKeepsItsMass(t *testing.T) {
	t.Parallel()
	s := two()
	s.Bodies[0].Kind, s.Bodies[0].Mass, s.Bodies[0].Moment = sim.Kinematic, 0, 0
	was := s.Bodies[0]
	out, err := Fill(s, []Parameter{Known(Mass, "puck", 9, 8, 10, "kg", ""), Known(Moment, "puck", 9, 8, 10, "kg·m²", ""), Known(Drag, Scene, -2, -3, -1, "1/s", "")}, nil)
	if err != nil || out.Bodies[0].Mass != was.Mass || out.Bodies[0].Moment != was.Moment || out.Damping != 1 {
		t.Errorf("%+v, damping %v, %v", out.Bodies[0], out.Damping, err)
	}
	for found, want := range map[[2]float64]sim.Surface{
		{-0.5, -0.5}: {}, {1.5, 1.5}: {Elasticity: 1, Friction: 1.5}, {0.25, 0.75}: {Elasticity: 0.25, Friction: 0.75},
	} {
		list := []Parameter{Known(Elasticity, Scene, found[0], 0, 0, "", ""), Known(Friction, Scene, found[1], 0, 0, "", "")}
		for n := range 3 { // both, or one of them, of which the other is as it was
			if n > 0 {
				list = list[:1]
				list[0] = Known([]Name{Elasticity, Friction}[n-1], Scene, found[n-1], 0, 0, "", "")
			}
			expect := want
			if n == 1 {
				expect.Friction = 1
			} else if n == 2 {
				expect.Elasticity = 1
			}
			out, err := Fill(two(), list, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := out.Contact(&out.Bodies[0].Shapes[0], &out.Bodies[1].Shapes[0]); got.Elasticity != expect.Elasticity || got.Friction != expect.Friction {
				t.Errorf("%v, %d: %+v, want %+v", found, n, got, expect)
			}
			if got := out.Contact(&out.Bodies[0].Shapes[0], &out.Walls[0]); got.Elasticity != 1 || got.Friction != 1 {
				t.Errorf("%v: walls have %+v", found, got)
			}
		}
	}
}

// TestPairsAreNamedInEitherOrder, joints to the world by it, and several of a pair by their numbers.
func TestPairsAreNamedInEitherOrder(t *testing.T) {
	t.Parallel()
	s := two()
	s.Walls[1].Name = "left"
	s.Joints = []sim.Joint{{Kind: sim.Pin, A: 1, B: 0}, {Kind: sim.Pivot, A: 1, B: sim.World}}
	l := Label{s}
	for got, want := range map[string]string{
		l.Pair(0, 1): "puck-body1", l.Pair(1, 0): "puck-body1", l.Pair(1, -1): "body1-wall0", l.Pair(0, -2): "puck-left",
		l.Materials("b", "a"): "a-b", l.Materials("a", "b"): "a-b", l.Joint(0): "puck-body1", l.Joint(1): "body1-world",
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	s.Joints = append(s.Joints, sim.Joint{Kind: sim.Pin, A: 0, B: 1}, sim.Joint{Kind: sim.Pin, A: 0, B: sim.World})
	if got := l.Joint(0) + " " + l.Joint(2) + " " + l.Joint(1) + " " + l.Joint(3); got != "joint0 joint2 body1-world puck-world" {
		t.Errorf("joints are %s", got)
	}
}

// TestCoupledBodiesAreNotCoupledTwice, in whichever order the scene has them.
func TestCoupledBodiesAreNotCoupledTwice(t *testing.T) {
	t.Parallel()
	for _, ends := range [][2]int{{0, 1}, {1, 0}, {0, sim.World}, {1, sim.World}} {
		for kind := range 2 {
			s := two()
			s.Bodies = append(s.Bodies, s.Bodies[1])
			if kind == 0 {
				s.Joints = []sim.Joint{{Kind: sim.Pivot, A: ends[0], B: ends[1]}}
			} else if ends[1] == sim.World {
				s.Fields = []sim.Field{{Kind: sim.Linear, A: ends[0], B: 2, Strength: 1}}
			} else {
				s.Fields = []sim.Field{{Kind: sim.Linear, A: ends[0], B: ends[1], Strength: 1}}
			}
			out, err := Fill(s, nil, []Edge{{A: "puck", B: "body1", Kind: Rod, Probability: 0.51}, {A: "puck", B: "body2", Kind: Rod, Probability: 0.5}})
			if err != nil {
				t.Fatal(err)
			}
			added := len(out.Joints) - len(s.Joints)
			if want := map[bool]int{true: 1}[ends[1] == sim.World]; added != want {
				t.Errorf("%v, kind %d: %d rods are added, want %d", ends, kind, added, want)
			}
		}
	}
}

// TestMaterialsThatAreMadeAreNobodyElses: they are numbered where a scene has their names, be it as a material or as a body called like a wall.
func TestMaterialsThatAreMadeAreNobodyElses(t *testing.T) {
	t.Parallel()
	s := two()
	for _, name := range []string{"body", "body 2"} {
		b := sim.NewDisc(0.1, 1, sim.Surface{})
		b.Shapes[0].Material, b.Start.Y = name, 3
		s.Bodies = append(s.Bodies, b)
	}
	out, err := Fill(s, []Parameter{Known(Elasticity, Scene, 0.5, 0.4, 0.6, "", "")}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := out.Bodies[1].Shapes[0].Material; got != "body 3" || s.Bodies[1].Shapes[0].Material != "" {
		t.Errorf("the material is %q, and %q of the scene that was given", got, s.Bodies[1].Shapes[0].Material)
	}
	s = two()
	s.Bodies[1].Name = "wall1"
	out, err = Fill(s, []Parameter{Known(Elasticity, Label{s}.Pair(0, -1), 0.75, 0.7, 0.8, "", "")}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := out.Bodies[1].Shapes[0].Material, out.Walls[1].Material; a == b {
		t.Errorf("a body and a wall are both of %q", a)
	}
}

// TestNumbersThatNoSceneHasAreRefused, and masses stay within those that one may have.
func TestNumbersThatNoSceneHasAreRefused(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"parameters":[{"name":"mass","of":"a","identifiable":true,"value":1}]}`: "", `{"parameters":[{"name":"weight","of":"a"}]}`: "must be one of",
		`{"solids":{"Power":1,"Classes":[{"Name":"x","Density":1,"Moment":1}]}}`: "", `{"solids":{"Power":1,"Classes":[{"Name":"x","Density":0,"Moment":1}]}}`: "of x must be above 0",
		`{"solids":{"Power":1,"Classes":[{"Name":"x","Density":1,"Moment":0}]}}`: "of x must be above 0", `{"parameters":1}`: "cannot unmarshal",
	} {
		if _, err := DecodeValues([]byte(text)); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	for v, want := range map[float64]float64{1: 1, 1e-30: sim.MinMagnitude, 1e30: 1e9, 0.9e9: 0.9e9} {
		if got := within(v); got != want {
			t.Errorf("%v becomes %v, want %v", v, got, want)
		}
	}
	if (&Solids{Classes: make([]SolidClass, 1)}).class(&sim.Body{}) != nil {
		t.Error("a body without shape has a class")
	}
	half, _, _ := func() (string, string, string) { p := AtLeast(Mass, "a", 0.0123, "kg", ""); return p.Numbers() }()
	if half != "–" {
		t.Errorf("the value of what is only bounded is %s", half)
	}
	bounded := AtLeast(Mass, "a", 0.0123, "kg", "")
	if _, _, interval := bounded.Numbers(); interval != "at least 0.012" {
		t.Errorf("its interval is %s", interval)
	}
	text, err := json.Marshal(bounded)
	var back Parameter
	if err != nil || json.Unmarshal(text, &back) != nil || back != bounded {
		t.Errorf("%s is read as %+v", text, back)
	}
	if names := Names(); !slices.Contains(names, Grip) || len(names) != 13 {
		t.Errorf("names %v", names)
	}
}

// TestPlatesHaveTheAreaOfTheirShapes with their rounding.
func TestPlatesHaveTheAreaOfTheirShapes(t *testing.T) {
	t.Parallel()
	corners := []sim.Vec{{X: -1, Y: -0.5}, {X: 1, Y: -0.5}, {X: 1, Y: 0.5}, {X: -1, Y: 0.5}}
	for _, c := range []struct {
		shape        sim.Shape
		area, spread float64
	}{
		{sim.NewShape(sim.Circle, 0.5, sim.Surface{}, sim.Vec{X: 1}), math.Pi / 4, 0.125 + 1},
		{sim.NewShape(sim.Polygon, 0, sim.Surface{}, corners...), 2, 5. / 12},
		{sim.NewShape(sim.Polygon, 0.1, sim.Surface{}, corners...), 2 + 0.1*6 + math.Pi/100, (2 + 0.6 + math.Pi/100) * 5. / 12 / (2 + 0.6 + math.Pi/100)},
		{sim.NewShape(sim.Segment, 0.1, sim.Surface{}, sim.Vec{X: 2}, sim.Vec{X: 4}), 0.4 + math.Pi/100, 4./12 + 0.005 + 9},
		{sim.NewShape(sim.Segment, 0, sim.Surface{}, sim.Vec{}, sim.Vec{X: 1}), 1, 1},
	} {
		area, spread := plate(&sim.Body{Shapes: []sim.Shape{c.shape}})
		if !scalar.EqualWithinAbs(area, c.area, 1e-12) || !scalar.EqualWithinAbs(spread, c.spread, 1e-12) {
			t.Errorf("%s: area %v, moment %v, want %v, %v", c.shape.Kind, area, spread, c.area, c.spread)
		}
	}
}
