package geom_test

import (
	"reflect"
	"slices"
	"testing"

	"orrery/sim"
	"orrery/sim/canon"
	"orrery/world/geom"
)

// TestPastLeavesNoTrace uses a detector at random states before asking it what a
// new one is asked.
func TestPastLeavesNoTrace(t *testing.T) {
	scene := crowd(60)
	rng := sim.NewRand(1, "past", 0)
	state := scene.Start()
	used := geom.NewDetector(scene)
	for round := range 20 {
		for i := range state {
			switch to := randomVec(rng, 2); (round + i) % 3 { // some stay where they are
			case 0:
				state[i].X, state[i].Y, state[i].Angle = to.X, to.Y, 9*rng.Float64()
			case 1:
				state[i].Angle = 9 * rng.Float64()
			}
		}
		want := geom.NewDetector(scene).Contacts(nil, state, 0.01)
		if got := used.Contacts(nil, state, 0.01); len(got) == 0 || !slices.Equal(got, want) {
			t.Fatal("a used detector differs from a new one")
		}
	}
}

func TestContactsDoNotAllocate(t *testing.T) {
	scene := crowd(50)
	detector, state := geom.NewDetector(scene), scene.Start()
	contacts := detector.Contacts(nil, state, 0.01)
	if n := testing.AllocsPerRun(100, func() { contacts = detector.Contacts(contacts[:0], state, 0.01) }); n != 0 {
		t.Errorf("%v allocations a call", n)
	}
}

func TestContactsAppends(t *testing.T) {
	scene := crowd(9)
	detector := geom.NewDetector(scene)
	first := geom.Contact{ID: 7}
	got := detector.Contacts([]geom.Contact{first}, scene.Start(), 0)
	if want := detector.Contacts(nil, scene.Start(), 0); got[0] != first || !slices.Equal(got[1:], want) {
		t.Errorf("got %+v", got)
	}
}

// TestBroadPhaseMissesNothing compares with every pair on its own.
func TestBroadPhaseMissesNothing(t *testing.T) {
	const margin = 0.02
	scene := crowd(200)
	var want []geom.Contact
	alone := func(a, b int, bodies []sim.Body, walls []sim.Shape) {
		for _, c := range contactsOf(margin, bodies, walls...) {
			c.A, c.B, c.ID = a, b, 0
			want = append(want, c)
		}
	}
	for i := range scene.Bodies {
		for k := i + 1; k < len(scene.Bodies); k++ {
			alone(i, k, []sim.Body{scene.Bodies[i], scene.Bodies[k]}, nil)
		}
		for k := range scene.Walls {
			alone(i, geom.Wall, scene.Bodies[i:i+1], scene.Walls[k:k+1])
		}
	}
	got := geom.NewDetector(scene).Contacts(nil, scene.Start(), margin)
	if !slices.IsSortedFunc(got, func(c, d geom.Contact) int { return int(int64(c.ID) - int64(d.ID)) }) {
		t.Error("not in the order of IDs")
	}
	for i := range got {
		got[i].ID = 0
	}
	if len(want) < 200 || !slices.Equal(got, want) {
		t.Errorf("got %d contacts, want %d", len(got), len(want))
	}
}

func TestShapesOfABodyMeetOthersOneByOne(t *testing.T) {
	surfaces := []sim.Surface{{Friction: 0.5, Elasticity: 0.4}, {Friction: 0.2, Elasticity: 0.8}}
	dumbbell := body(0, 0.19, 0,
		sim.NewShape(sim.Circle, 0.2, surfaces[0], sim.Vec{X: -0.1}), // overlaps the other, which is no contact
		sim.NewShape(sim.Circle, 0.2, surfaces[1], sim.Vec{X: 0.1}))
	floor := sim.NewShape(sim.Segment, 0, sim.Surface{Friction: 0.5, Elasticity: 0.5}, sim.Vec{X: -1}, sim.Vec{X: 1})
	got := contactsOf(0, []sim.Body{dumbbell}, floor)
	if len(got) != 2 || got[0].Friction != 0.25 || got[0].Elasticity != 0.2 || got[1].Friction != 0.1 || got[1].Elasticity != 0.4 {
		t.Errorf("got %+v", got)
	}
}

// TestContactsHaveWhatTheirMaterialsHave: a pair stands for the product, whichever of its
// materials is A's, and other shapes keep their product.
func TestContactsHaveWhatTheirMaterialsHave(t *testing.T) {
	shape := func(s sim.Shape, material string) sim.Shape {
		s.Friction, s.Elasticity, s.Material = 0.5, 0.5, material
		return s
	}
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{
		body(0, 0.9, 0, shape(disc(1), "wood")), body(1.9, 0.9, 0, shape(disc(1), "ice")), body(3.8, 0.9, 0, shape(disc(1), "")),
	}
	scene.Walls = []sim.Shape{shape(segment(-9, 0, 9, 0, 0), "ice")}
	scene.Pairs = []sim.Pair{{A: "ice", B: "wood", Friction: 2, Elasticity: 0.125}, {A: "ice", B: "ice", Friction: 3}}
	product := sim.Surface{Friction: 0.25, Elasticity: 0.25}
	want := map[[2]int]sim.Surface{
		{0, 1}: {Friction: 2, Elasticity: 0.125}, {0, geom.Wall}: {Friction: 2, Elasticity: 0.125},
		{1, 2}: product, {1, geom.Wall}: {Friction: 3}, {2, geom.Wall}: product,
	}
	got := geom.NewDetector(&scene).Contacts(nil, scene.Start(), 0)
	if len(got) != len(want) {
		t.Fatalf("%d contacts, want %d", len(got), len(want))
	}
	for _, c := range got {
		if s := (sim.Surface{Friction: c.Friction, Elasticity: c.Elasticity}); s != want[[2]int{c.A, c.B}] {
			t.Errorf("%d and %d have %v, want %v", c.A, c.B, s, want[[2]int{c.A, c.B}])
		}
	}
}

func TestKinematicBodiesMeetOnlyDynamicOnes(t *testing.T) {
	bodies := []sim.Body{body(0, 0, 0, disc(1)), body(0, 0.5, 0, disc(1)), body(0.5, 0, 0, disc(1))}
	bodies[0].Kind, bodies[2].Kind = sim.Kinematic, sim.Kinematic
	var pairs [][2]int
	for _, c := range contactsOf(0, bodies, segment(-1, 0, 1, 0, 0)) {
		pairs = append(pairs, [2]int{c.A, c.B})
	}
	if want := [][2]int{{0, 1}, {1, 2}, {1, geom.Wall}}; !reflect.DeepEqual(pairs, want) {
		t.Errorf("got %v, want %v", pairs, want)
	}
}

// TestIDsNameTheEnd rocks a box: flat it stands on two corners, tilted on either.
func TestIDsNameTheEnd(t *testing.T) {
	at := func(angle float64) []geom.Contact {
		return contactsOf(0, []sim.Body{body(0, 0.299, angle, rectangle(0.5, 0.3, 0))}, segment(-5, 0, 5, 0, 0))
	}
	flat, left, right := at(0), at(0.05), at(-0.05)
	if len(flat) != 2 || len(left) != 1 || len(right) != 1 {
		t.Fatalf("got %d, %d and %d contacts, want 2, 1 and 1", len(flat), len(left), len(right))
	}
	for _, c := range flat {
		same := left[0]
		if c.ArmA.X > 0 {
			same = right[0]
		}
		if c.ID != same.ID {
			t.Errorf("corner %v has ID %d on its own and %d beside the other", c.ArmA, same.ID, c.ID)
		}
	}
	if flat[0].ID == flat[1].ID {
		t.Error("both corners have the same ID")
	}
}

func TestSceneIsLeftAlone(t *testing.T) {
	scene := crowd(20)
	before, _ := canon.Encode(scene)
	geom.NewDetector(scene).Contacts(nil, scene.Start(), 0)
	if after, _ := canon.Encode(scene); string(after) != string(before) {
		t.Error("the scene has changed")
	}
}

// TestClearancesAreTheGapsOfContacts compares what two shapes are apart with the least
// gap of their contacts, at changing places.
func TestClearancesAreTheGapsOfContacts(t *testing.T) {
	const margin = 0.02
	scene := crowd(60)
	detector, rng := geom.NewDetector(scene), sim.NewRand(3, "clearances", 0)
	compared := 0
	for range 20 {
		state := scene.Start()
		for i := range state {
			shift := randomVec(rng, 0.05)
			state[i].X, state[i].Y, state[i].Angle = state[i].X+shift.X, state[i].Y+shift.Y, 9*rng.Float64()
		}
		var want []geom.Clearance
		pair := uint64(0)
		for _, c := range detector.Contacts(nil, state, margin) {
			if last := len(want) - 1; last >= 0 && c.ID>>1 == pair {
				want[last].Gap = min(want[last].Gap, c.Gap)
			} else {
				want = append(want, geom.Clearance{A: c.A, B: c.B, Normal: c.Normal, Gap: c.Gap})
			}
			pair = c.ID >> 1
		}
		got := detector.Clearances(nil, state, margin)
		if len(got) != len(want) {
			t.Fatalf("%d clearances of %d pairs", len(got), len(want))
		}
		for i, c := range got {
			if w := want[i]; c.A != w.A || c.B != w.B || c.Normal != w.Normal || !(c.Gap <= w.Gap+1e-12) || !(c.Gap >= w.Gap-margin/10) {
				t.Errorf("got %+v, want %+v", c, w)
			}
		}
		compared += len(got)
	}
	if compared < 500 {
		t.Errorf("%d pairs prove nothing", compared)
	}
}
