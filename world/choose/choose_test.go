package choose

import (
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/world"
	"orrery/world/flight"
)

// stub is a model that takes any scene but those with more than some joints.
type stub struct{ parameters, joints int }

func (stub) Kind() string      { return "contact" }
func (s stub) Parameters() int { return s.parameters }
func (s stub) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	if len(scenes[0].Joints) > s.joints {
		return nil, &world.Refusal{Model: "contact", Scene: scenes[0].Name, Reason: "joint 0 is a rope"}
	}
	return nil, nil
}

// boxes returns a scene of two boxes and a disc over a floor, under some gravity in m/s².
func boxes(name string, gravity float64) *sim.Scene {
	scene := sim.DefaultScene()
	scene.Name, scene.Gravity = name, sim.Vec{Y: -gravity}
	surface := sim.Surface{Friction: 0.5, Elasticity: 0.2}
	for i := range 2 {
		box := sim.NewBox(0.2, 0.2, 10, surface)
		box.Start.Y = float64(i)
		scene.Bodies = append(scene.Bodies, box)
	}
	disc := sim.NewDisc(0.2*math.Sqrt2, 10, surface)
	disc.Start.X = 2
	scene.Bodies = append(scene.Bodies, disc)
	scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0.01, surface, sim.Vec{X: -5, Y: -1}, sim.Vec{X: 5, Y: -1})}
	return &scene
}

// trained returns a candidate whose training data were some scenes in which things touch.
func trained(name string, parameters int, scenes ...*sim.Scene) Candidate {
	var data []*sim.Trajectory
	for _, s := range scenes {
		data = append(data, &sim.Trajectory{Scene: s, States: []sim.State{s.Start()}})
	}
	saw := SeenIn(data)
	saw.Touches = true
	return Candidate{Model: stub{parameters: parameters}, Name: name, Training: world.Training{Scenario: scenes[0].Name, Seen: &saw}}
}

func TestTheModelThatHasSeenTheSceneIsChosen(t *testing.T) {
	t.Parallel()
	floating, falling := trained("aaa", 1, boxes("floating", 0)), trained("zzz", 1, boxes("falling", 9.81))
	free := Candidate{Model: flight.Ballistic(), Name: "ballistic"}
	for _, order := range [][]Candidate{{free, floating, falling}, {falling, floating, free}} {
		for gravity, want := range map[float64]string{0: "aaa", 9.81: "zzz", 9: "zzz"} {
			c := Among(order, boxes("tower", gravity))
			if c.Index < 0 || order[c.Index].Name != want {
				t.Errorf("gravity %v: chose %d of %v, want %s: %s", gravity, c.Index, order, want, c.Why)
			}
		}
	}
	c := Among([]Candidate{falling}, boxes("tower", 9.81))
	if want := "contact, trained on falling: saw discs, segments and polygons under gravity 9.81 m/s²"; c.Why != want {
		t.Errorf("says %q, want %q", c.Why, want)
	}
	if c := Among([]Candidate{trained("a", 1, boxes("a", 2), boxes("a", 5))}, boxes("b", 3)); !strings.HasSuffix(c.Why, "under gravity 2 to 5 m/s²") {
		t.Errorf("says %q", c.Why)
	}
}

func TestOfEqualModelsTheScenariosOwnThenTheBetterIsChosen(t *testing.T) {
	t.Parallel()
	scene := boxes("tower", 9.81)
	other := boxes("pile", 9.81)
	with := func(name string, parameters int, err float64, of *sim.Scene) Candidate {
		c := trained(name, parameters, of)
		c.Error = err
		return c
	}
	for what, pair := range map[string][2]Candidate{ // the second is to be chosen
		"scenario":   {with("a", 1, 0.001, other), with("b", 2, 0.1, scene)},
		"error":      {with("a", 1, 0.02, other), with("b", 2, 0.01, other)},
		"measured":   {with("a", 1, 0, other), with("b", 2, 0.5, other)},
		"parameters": {with("a", 2, 0.01, other), with("b", 1, 0.01, other)},
		"name":       {with("b", 1, 0.01, other), with("a", 1, 0.01, other)},
	} {
		if c := Among(pair[:], scene); c.Index != 1 {
			t.Errorf("%s: chose %d", what, c.Index)
		}
		slices.Reverse(pair[:])
		if c := Among(pair[:], scene); c.Index != 0 {
			t.Errorf("%s, the other way round: chose %d", what, c.Index)
		}
	}
}

func TestWhenNothingFitsItIsSaid(t *testing.T) {
	t.Parallel()
	scene := boxes("tower", 9.81)
	tied := boxes("tied", 9.81)
	tied.Joints = []sim.Joint{{Kind: sim.Rope, A: 0, B: 1, Length: 1}}
	unknown := Candidate{Model: stub{}, Name: "old", Training: world.Training{Scenario: "pile"}}
	for _, c := range []struct {
		what       string
		candidates []Candidate
		scene      *sim.Scene
		want       string
	}{
		{"no models", []Candidate{{Model: flight.Still(), Name: "still"}}, scene, "there is no trained model"},
		{"a refusal", []Candidate{trained("pile", 1, scene)}, tied, "no trained model fits, not even pile: here joint 0 is a rope"},
		{"details unknown", []Candidate{unknown}, scene, "its training is not known in detail"},
		{"the nearest is named", []Candidate{trained("far", 1, boxes("a", 0)), unknown, trained("near", 1, boxes("a", 1))}, boxes("tower", 400), "not even near: here gravity 400 m/s², in training 1 at most"},
	} {
		if got := Among(c.candidates, c.scene); got.Index != -1 || !strings.Contains(got.Why, c.want) {
			t.Errorf("%s: %d, %q, want %q", c.what, got.Index, got.Why, c.want)
		}
	}
	own := boxes("pile", 9.81)
	if c := Among([]Candidate{unknown}, own); c.Index != 0 || c.Why != "contact, trained on pile" {
		t.Errorf("its own scenario: %d, %q", c.Index, c.Why)
	}
}

// TestTheNearestIsNamedInAnyOrder: that of the least gap, and of equal ones the first of the alphabet.
func TestTheNearestIsNamedInAnyOrder(t *testing.T) {
	t.Parallel()
	all := []Candidate{trained("a", 1, boxes("a", 0)), trained("b", 1, boxes("a", 1)), trained("c", 1, boxes("a", 1))}
	for _, order := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		c := Among([]Candidate{all[order[0]], all[order[1]], all[order[2]]}, boxes("tower", 400))
		if c.Index != -1 || !strings.Contains(c.Why, "not even b: ") {
			t.Errorf("%v: %d, %q", order, c.Index, c.Why)
		}
	}
}

// TestEveryGapCounts changes one thing of a scene at a time.
func TestEveryGapCounts(t *testing.T) {
	t.Parallel()
	candidate := trained("pile", 1, boxes("pile", 9.81))
	candidate.Model = stub{joints: 9}
	gap := func(change func(*sim.Scene), saw func(*world.Seen)) (float64, string) {
		scene := boxes("other", 9.81)
		c, seen := candidate, *candidate.Training.Seen
		if change != nil {
			change(scene)
		}
		if saw != nil {
			saw(&seen)
		}
		c.Training.Seen = &seen
		had := SeenIn([]*sim.Trajectory{{Scene: scene}})
		walls, bodies := canTouch(scene)
		had.Touches = walls || bodies
		f := fitting(&c, scene, &had, bodies)
		return f.gap, f.lacks("")
	}
	if g, words := gap(nil, nil); g != 0 || words != "" {
		t.Fatalf("the scene it was trained on has a gap of %v: %s", g, words)
	}
	doubling := 1 - math.Log2(1.15) // of a quantity without a floor
	for _, c := range []struct {
		words  string
		want   float64
		change func(*sim.Scene)
		saw    func(*world.Seen)
	}{
		{"things touch", 4, nil, func(s *world.Seen) { s.Touches = false }},
		{"there are discs", 1, nil, func(s *world.Seen) { s.Shapes = []sim.ShapeKind{sim.Segment, sim.Polygon} }},
		{"there are kinematic bodies", 1, func(s *sim.Scene) { s.Bodies[2].Kind, s.Bodies[2].Mass, s.Bodies[2].Moment = sim.Kinematic, 0, 0 }, nil},
		{"a body has several shapes", 1, func(s *sim.Scene) { s.Bodies[0].Shapes = append(s.Bodies[0].Shapes, s.Bodies[0].Shapes[0]) }, nil},
		{"there are walls", 1, nil, func(s *world.Seen) { s.Walls = false }},
		{"thrust is driven", 0.5, func(s *sim.Scene) { s.Actuators = []sim.Actuator{{Kind: sim.Thrust}} }, nil},
		{"bodies rub on the ground", 1, func(s *sim.Scene) { s.Bodies[0].Grip.Along = 1 }, nil},
		{"a frame of 0.0333 s, in training 0.0167 at most", doubling, func(s *sim.Scene) { s.FPS = 30 }, nil},
		{"a frame of 0.00833 s, in training 0.0167 at least", doubling, func(s *sim.Scene) { s.FPS = 120 }, nil},
		{"steps a frame 4, in training 1 at most", 1 + doubling, func(s *sim.Scene) { s.Substeps = 4 }, nil},
		{"steps a frame 1, in training 4 at least", 1 + doubling, nil, func(s *world.Seen) { s.Substeps = world.Range{Least: 4, Most: 8} }},
		{"friction 1.2, in training 0.5 at most", math.Log2(1.7 / (1 * 1.15)), func(s *sim.Scene) { s.Walls[0].Friction = 1.2 }, nil},
		{"elasticity 1, in training 0.2 at most", math.Log2(1.5 / (0.7 * 1.15)), func(s *sim.Scene) { s.Walls[0].Elasticity = 1 }, nil},
		{"gravity 20.6 m/s², in training 9.81 at most", math.Log2(21.62 / (10.81 * 1.15)), func(s *sim.Scene) { s.Gravity.Y = -20.62 }, nil},
		{"gravity 0 m/s², in training 9.81 at least", math.Log2(10.81 / 1.15), func(s *sim.Scene) { s.Gravity.Y = 0 }, nil},
		{"size 0.07 m, in training 0.283 at least", math.Log2((0.2*math.Sqrt2 + 0.01) / (0.08 * 1.15)), func(s *sim.Scene) { s.Bodies[2].Shapes[0].Radius = 0.07 }, nil},
		{"bodies 7, in training 3 at most", 0.5 * math.Log2(8/(4*1.15)), func(s *sim.Scene) {
			s.Bodies = append(s.Bodies, s.Bodies[0], s.Bodies[0], s.Bodies[0], s.Bodies[0])
		}, nil},
		{"", 0, func(s *sim.Scene) { s.Bodies = s.Bodies[1:] }, nil},
		{"", 0, func(s *sim.Scene) { s.Gravity.Y *= 1.135 }, nil},
	} {
		if got, words := gap(c.change, c.saw); words != c.words || !scalar.EqualWithinAbs(got, c.want, 1e-9) {
			t.Errorf("a gap of %v: %q; want %v: %q", got, words, c.want, c.words)
		}
	}
}

// TestTheLargestGapsAreTold, and how many others there are.
// TestTwoGapsAreAllowed and not a little more. Friction of 0.7 beside 0.5 is a gap of 0.06.
func TestTwoGapsAreAllowed(t *testing.T) {
	t.Parallel()
	model := []Candidate{trained("pile", 1, boxes("pile", 9.81))}
	scene := boxes("tower", 9.81)
	scene.Bodies[0].Grip.Along = 1
	scene.Bodies[0].Shapes = append(scene.Bodies[0].Shapes, scene.Bodies[0].Shapes[0])
	if c := Among(model, scene); c.Index != 0 {
		t.Errorf("with two gaps: %s", c.Why)
	}
	scene.Walls[0].Friction = 0.7
	if c := Among(model, scene); c.Index != -1 {
		t.Errorf("with more than two gaps it is chosen: %s", c.Why)
	}
}

func TestTheLargestGapsAreTold(t *testing.T) {
	t.Parallel()
	var f fit
	for _, size := range []float64{0.5, 2, 0, 1, 4, 0.1} {
		f.add(size, "%v", size)
	}
	if got := f.lacks("; here "); got != "; here 4, 2, 1, and 2 more" || !scalar.EqualWithinAbs(f.gap, 7.6, 1e-12) {
		t.Errorf("%v: %q", f.gap, got)
	}
}

// TestWhatCannotTouchNeedsNoContacts: of bodies that pass through each other a model need
// not know how they collide, and walls that nothing reached in training are none.
func TestWhatCannotTouchNeedsNoContacts(t *testing.T) {
	t.Parallel()
	for _, walled := range []bool{false, true} {
		scene := boxes("orbits", 0)
		for i := range scene.Bodies {
			scene.Bodies[i].Group = 1
		}
		if !walled {
			scene.Walls = nil
		}
		c := trained("orbits", 1, scene)
		c.Training.Seen.Touches = false
		if got := Among([]Candidate{c}, scene); got.Index != 0 {
			t.Errorf("walls %v: %s", walled, got.Why)
		}
		scene.Bodies[0].Group = 0
		if got := Among([]Candidate{c}, scene); got.Index != -1 || !strings.Contains(got.Why, "things touch") {
			t.Errorf("walls %v: bodies may touch: %d, %s", walled, got.Index, got.Why)
		}
	}
}

// TestEveryKindOfShapeHasAWord: whoever adds a kind says what it is called.
func TestEveryKindOfShapeHasAWord(t *testing.T) {
	t.Parallel()
	for _, kind := range sim.Kinds[sim.ShapeKind]() {
		if plural(kind) == string(kind) {
			t.Errorf("%s has no plural", kind)
		}
	}
}

// TestWhatAModelSawIsSaid: shapes, joints, fields and actuators in words, and gravity as it was.
func TestWhatAModelSawIsSaid(t *testing.T) {
	t.Parallel()
	all := world.Seen{
		Shapes: []sim.ShapeKind{sim.Circle, sim.Segment, sim.Polygon}, Joints: []sim.JointKind{sim.Spring}, Fields: []sim.FieldKind{sim.InverseSquare},
		Actuators: []sim.ActuatorKind{sim.Servo}, Gravity: world.Range{Least: 9.8, Most: 9.81},
	}
	for _, c := range []struct {
		seen *world.Seen
		want string
	}{
		{nil, "contact, trained on mixed"},
		{&all, "contact, trained on mixed: saw discs, segments, polygons, spring joints, inverse-square fields and servo actuators under gravity 9.81 m/s²"},
		{&world.Seen{Shapes: []sim.ShapeKind{sim.Circle}}, "contact, trained on mixed: saw discs without gravity"},
		{&world.Seen{Shapes: []sim.ShapeKind{sim.Circle, sim.Polygon}, Gravity: world.Range{Least: 1, Most: 3}}, "contact, trained on mixed: saw discs and polygons under gravity 1 to 3 m/s²"},
		{&world.Seen{Shapes: []sim.ShapeKind{sim.Polygon}, Gravity: world.Range{Least: 2.96, Most: 3}}, "contact, trained on mixed: saw polygons under gravity 2.96 to 3 m/s²"},
		{&world.Seen{Shapes: []sim.ShapeKind{sim.Polygon}, Gravity: world.Range{Least: 2.98, Most: 3}}, "contact, trained on mixed: saw polygons under gravity 3 m/s²"},
	} {
		m := Candidate{Model: stub{}, Training: world.Training{Scenario: "mixed", Seen: c.seen}}
		if got := m.provenance(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
