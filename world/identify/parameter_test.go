package identify

import (
	"encoding/json"
	"math"
	"reflect"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

func TestParametersAreWrittenAsTheGuideSays(t *testing.T) {
	t.Parallel()
	known, unknown := Known(Friction, Wall, 0.3, 0.28, math.Inf(1), "", "40 impacts"), Unknown(Mass, "a", "kg", "only ratios of masses")
	for _, c := range []struct {
		p    Parameter
		want string
	}{
		{known, `{"name":"friction","of":"wall","value":0.3,"lo95":0.28,"hi95":null,"unit":"","identifiable":true,"why":"40 impacts"}`},
		{unknown, `{"name":"mass","of":"a","value":null,"lo95":null,"hi95":null,"unit":"kg","identifiable":false,"why":"only ratios of masses"}`},
	} {
		got, err := json.Marshal(c.p)
		if err != nil || string(got) != c.want {
			t.Errorf("%s, %v; want %s", got, err, c.want)
		}
		var back Parameter
		if err := json.Unmarshal(got, &back); err != nil || back != c.p {
			t.Errorf("%+v comes back as %+v, %v", c.p, back, err)
		}
	}
}

func TestNamesParse(t *testing.T) {
	t.Parallel()
	for _, n := range Names() {
		if got, err := ParseName(string(n)); got != n || err != nil {
			t.Errorf("%s: %s, %v", n, got, err)
		}
	}
	if _, err := ParseName("frction"); err == nil {
		t.Error("a name that is not there parses")
	}
}

func TestMergeKeepsWhatTellsMost(t *testing.T) {
	t.Parallel()
	wide, narrow := Known(Mass, "a", 2, 1, 3, "kg", "wide"), Known(Mass, "a", 2.1, 2, 2.2, "kg", "narrow")
	g := Known(Gravity, Scene, 9.8, 9.7, 9.9, "m/s²", "")
	none := Unknown(Mass, "b", "kg", "no contact")
	got := Merge([]Parameter{none, wide}, []Parameter{narrow, g}, []Parameter{wide, Unknown(Mass, "a", "kg", "no contact")})
	if want := []Parameter{g, none, narrow}; !reflect.DeepEqual(got, want) {
		t.Errorf("%+v; want %+v", got, want)
	}
}

func TestTwinsAreShownAsOne(t *testing.T) {
	t.Parallel()
	got := Twins([]Parameter{Unknown(Mass, "a", "kg", "no contact"), Known(Mass, "b", 1, 1, 1, "kg", "no contact"),
		Unknown(Mass, "c", "kg", "no contact"), Unknown(Friction, "c", "", "no contact")})
	if len(got) != 3 || got[0].Of != "a, c" {
		t.Errorf("%+v", got)
	}
}

// two returns two discs, the second without a name, in a corner of two walls.
func two() *sim.Scene {
	s := sim.DefaultScene()
	surface := sim.Surface{Friction: 1, Elasticity: 1}
	s.Bodies = []sim.Body{sim.NewDisc(0.1, 10, surface), sim.NewDisc(0.2, 10, surface)}
	s.Bodies[0].Name, s.Bodies[1].Start.X = "puck", 1
	s.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0, surface, sim.Vec{X: -1, Y: -1}, sim.Vec{X: 3, Y: -1}),
		sim.NewShape(sim.Segment, 0, surface, sim.Vec{X: -1, Y: -1}, sim.Vec{X: -1, Y: 3})}
	return &s
}

func TestFillWritesEveryName(t *testing.T) {
	t.Parallel()
	s := two()
	s.Joints = []sim.Joint{{Kind: sim.Spring, A: 0, B: 1, Length: 1, Stiffness: 1}, {Kind: sim.Motor, A: 1, B: sim.World, MaxTorque: 1, Name: "wheel"}}
	moment := s.Bodies[1].Moment / s.Bodies[1].Mass
	given := []struct {
		name Name
		of   string
		get  func(*sim.Scene) float64
	}{
		{Gravity, Scene, func(s *sim.Scene) float64 { return -s.Gravity.Y }},
		{Gravity, Sideways, func(s *sim.Scene) float64 { return s.Gravity.X }},
		{Drag, Scene, func(s *sim.Scene) float64 { return -math.Log(s.Damping) }},
		{Mass, "puck", func(s *sim.Scene) float64 { return s.Bodies[0].Mass }},
		{Mass, "body1", func(s *sim.Scene) float64 { return s.Bodies[1].Moment / moment }},
		{Moment, "puck", func(s *sim.Scene) float64 { return s.Bodies[0].Moment }},
		{Radius, "body1", func(s *sim.Scene) float64 { return s.Bodies[1].Shapes[0].Radius }},
		{Grip, "puck across", func(s *sim.Scene) float64 { return s.Bodies[0].Grip.Across }},
		{Stiffness, "puck-body1", func(s *sim.Scene) float64 { return s.Joints[0].Stiffness }},
		{Damping, "puck-body1", func(s *sim.Scene) float64 { return s.Joints[0].Damping }},
		{Length, "puck-body1", func(s *sim.Scene) float64 { return s.Joints[0].Length }},
		{Anchor, "puck-body1 a.x", func(s *sim.Scene) float64 { return s.Joints[0].AnchorA.X }},
		{Strength, "wheel", func(s *sim.Scene) float64 { return s.Joints[1].MaxTorque }},
		{Elasticity, Scene, func(s *sim.Scene) float64 {
			return s.Contact(&s.Bodies[0].Shapes[0], &s.Bodies[1].Shapes[0]).Elasticity
		}},
		{Friction, Scene, func(s *sim.Scene) float64 { return s.Contact(&s.Bodies[0].Shapes[0], &s.Bodies[1].Shapes[0]).Friction }},
		{Elasticity, Wall, func(s *sim.Scene) float64 { return s.Contact(&s.Bodies[0].Shapes[0], &s.Walls[1]).Elasticity }},
		{Friction, "puck-wall1", func(s *sim.Scene) float64 { return s.Contact(&s.Walls[1], &s.Bodies[0].Shapes[0]).Friction }},
	}
	var all []Parameter
	seen := map[Name]bool{}
	for k, g := range given {
		v := 0.1 + 0.03*float64(k)
		all = append(all, Known(g.name, g.of, v, v, v, "", ""))
		seen[g.name] = true
	}
	all = append(all, Unknown(Mass, "body1", "kg", "never"), Known(Mass, "nobody", 1, 1, 1, "kg", ""))
	before := two()
	before.Joints = append(before.Joints, s.Joints...)
	out, err := Fill(s, all, nil)
	if err != nil {
		t.Fatal(err)
	}
	for k, g := range given {
		if got, want := g.get(out), 0.1+0.03*float64(k); !scalar.EqualWithinAbs(got, want, 1e-12) {
			t.Errorf("%s of %s is %v; want %v", g.name, g.of, got, want)
		}
	}
	for _, n := range Names() {
		if !seen[n] {
			t.Errorf("no %s was filled in", n)
		}
	}
	// what was not measured stays: friction of the other body with walls, and the scene itself
	if got := out.Contact(&out.Bodies[1].Shapes[0], &out.Walls[1]).Friction; got != 1 {
		t.Errorf("friction that nobody measured became %v", got)
	}
	if !reflect.DeepEqual(s, before) {
		t.Error("the scene itself was changed")
	}
}

func TestFillOfMaterials(t *testing.T) {
	t.Parallel()
	s := two()
	s.Bodies[0].Shapes[0].Material, s.Walls[0].Material, s.Walls[1].Material = "ice", "wood", "steel"
	out, err := Fill(s, []Parameter{Known(Friction, "ice-wood", 0.05, 0, 1, "", ""), Known(Friction, Wall, 0.5, 0, 1, "", "")}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for k, want := range []float64{0.05, 0.5} {
		if got := out.Contact(&out.Bodies[0].Shapes[0], &out.Walls[k]).Friction; got != want {
			t.Errorf("wall %d has %v; want %v", k, got, want)
		}
		if got := out.Contact(&out.Bodies[1].Shapes[0], &out.Walls[k]).Friction; got != 0.5 {
			t.Errorf("wall %d and the other body have %v; want 0.5", k, got)
		}
	}
}

func TestEdgesBecomeFieldsAndJoints(t *testing.T) {
	t.Parallel()
	force := []Parameter{Known(Stiffness, "puck-body1", 3, 3, 3, "N/m", ""), Known(Strength, "puck-body1", -2, -2, -2, "N·m²", "")}
	for _, c := range []struct {
		edge    Edge
		more    []Parameter
		fields  []sim.Field
		springs int
	}{
		{Edge{A: "puck", B: "body1", Kind: Spring, Probability: 0.9}, nil, []sim.Field{{Kind: sim.Linear, A: 0, B: 1, Strength: -3}}, 0},
		{Edge{A: "body1", B: "puck", Kind: Charge, Probability: 0.9}, nil, []sim.Field{{Kind: sim.InverseSquare, A: 1, B: 0, Strength: -2}}, 0},
		{Edge{A: "puck", B: "body1", Kind: Spring, Probability: 0.9}, []Parameter{Known(Length, "puck-body1", 1, 1, 1, "m", "")}, nil, 1},
		{Edge{A: "puck", B: "body1", Kind: Rod, Probability: 0.9}, nil, nil, 1},
		{Edge{A: "puck", B: "body1", Kind: Spring, Probability: 0.4}, nil, nil, 0},
		{Edge{A: "puck", B: "nobody", Kind: Spring, Probability: 0.9}, nil, nil, 0},
	} {
		out, err := Join(two(), &Result{Parameters: append(c.more, force...), Edges: []Edge{c.edge}})
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(out.Scene.Fields, c.fields) || len(out.Scene.Joints) != c.springs {
			t.Errorf("%+v: fields %+v, joints %+v", c.edge, out.Scene.Fields, out.Scene.Joints)
		}
		again, err := Fill(out.Scene, nil, []Edge{c.edge})
		if err != nil || len(again.Fields)+len(again.Joints) != len(c.fields)+c.springs {
			t.Errorf("%+v: an edge the scene has is added again, %v", c.edge, err)
		}
	}
}
