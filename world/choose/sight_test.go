package choose_test

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/input"
	"orrery/world"
	"orrery/world/choose"
)

// seenScene returns a scene with one of much, and its trajectory of two frames, in
// which nothing touches at first and something does at the end.
func seenScene() *sim.Trajectory {
	scene := sim.DefaultScene()
	scene.FPS, scene.Gravity, scene.Damping = 50, sim.Vec{X: 3, Y: -4}, 0.5
	scene.Bodies = []sim.Body{
		sim.NewDisc(0.1, 100, sim.Surface{Friction: 0.2, Elasticity: 0.9}),
		sim.NewBox(0.3, 0.4, 1, sim.Surface{Friction: 0.7, Elasticity: 0.1}),
		sim.NewDisc(0.2, 1, sim.Surface{Friction: 0.5, Elasticity: 0.5}),
	}
	scene.Bodies[2].Kind, scene.Bodies[2].Mass, scene.Bodies[2].Moment = sim.Kinematic, 0, 0
	scene.Bodies[1].Start.X, scene.Bodies[2].Start.X = 5, 10
	start := scene.Start()
	start[1].VX, start[1].VY, start[0].Omega = 6, 8, 3
	end := scene.Start()
	end[0].X, end[0].VX, end[2].Omega = 4.65, 1, -7
	return &sim.Trajectory{Scene: &scene, States: []sim.State{start, end}}
}

func TestSeenNamesWhatTrainingDataHave(t *testing.T) {
	t.Parallel()
	first, second := seenScene(), seenScene()
	disc := first.Scene.Bodies[0].Mass
	box := first.Scene.Bodies[1].Mass
	got := choose.SeenIn([]*sim.Trajectory{first})
	want := world.Seen{
		FrameTime: 0.02, Substeps: world.Range{Least: 1, Most: 1}, Bodies: world.Range{Least: 3, Most: 3}, Size: world.Range{Least: 0.1, Most: 0.5},
		Mass: world.Range{Least: min(disc, box), Most: max(disc, box)}, Gravity: world.Range{Least: 5, Most: 5},
		Damping: world.Range{Least: 0.5, Most: 0.5}, Friction: world.Range{Least: 0.2, Most: 0.7},
		Elasticity: world.Range{Least: 0.1, Most: 0.9}, Speed: 10, Spin: 7, Touches: true,
		Movers: sim.Kinds[sim.BodyKind](), Shapes: []sim.ShapeKind{sim.Circle, sim.Polygon},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}

	second.Scene.Gravity, second.Scene.Damping = sim.Vec{}, 1
	second.Scene.Bodies, second.Scene.Substeps = second.Scene.Bodies[:1], 4
	second.Scene.Bodies[0].Shapes = append(second.Scene.Bodies[0].Shapes, second.Scene.Bodies[0].Shapes[0])
	second.Scene.Bodies[0].Grip.Spin = 1
	second.Scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0, sim.Surface{Friction: 1.5}, sim.Vec{X: 9}, sim.Vec{X: 9, Y: 1})}
	second.Scene.Joints = []sim.Joint{{Kind: sim.Spring}, {Kind: sim.Pin}, {Kind: sim.Spring}}
	second.Scene.Fields = []sim.Field{{Kind: sim.InverseSquare}}
	second.Scene.Actuators = []sim.Actuator{{Kind: sim.Torque}}
	second.States = []sim.State{{{VX: 30}}}
	want.Bodies.Least, want.Gravity.Least, want.Damping.Most = 1, 0, 1
	want.Friction.Most, want.Elasticity.Least, want.Speed = 1.5, 0, 30
	want.Grip, want.Walls, want.Compound, want.Substeps.Most = true, true, true, 4
	want.Shapes, want.Joints = sim.Kinds[sim.ShapeKind](), []sim.JointKind{sim.Pin, sim.Spring}
	want.Fields, want.Actuators = []sim.FieldKind{sim.InverseSquare}, []sim.ActuatorKind{sim.Torque}
	if got = choose.SeenIn([]*sim.Trajectory{first, second}); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if got := choose.SeenIn([]*sim.Trajectory{second}); got.Touches {
		t.Error("one body alone must not touch")
	}
	if err := want.Validate(); err != nil {
		t.Error(err)
	}
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var back world.Seen
	if err := input.DecodeStrictJSON(text, &back); err != nil || !reflect.DeepEqual(back, want) {
		t.Errorf("%v: got %+v back from %s", err, back, text)
	}
}

// TestSeenCountsPairsAsShapesAlike: two shapes of friction 3 have 9 together. A pair of
// which one material is nowhere cannot meet.
func TestSeenCountsPairsAsShapesAlike(t *testing.T) {
	t.Parallel()
	data := seenScene()
	data.Scene.Bodies[0].Shapes[0].Material, data.Scene.Bodies[1].Shapes[0].Material = "wood", "ice"
	data.Scene.Walls = []sim.Shape{sim.NewShape(sim.Circle, 1, sim.Surface{Friction: 0.5, Elasticity: 0.5}, sim.Vec{X: 99})}
	data.Scene.Walls[0].Material = "floor"
	data.Scene.Pairs = []sim.Pair{
		{A: "ice", B: "wood", Friction: 9, Elasticity: 0.9025}, {A: "wood", B: "floor", Friction: 0.25}, {A: "floor", B: "mud", Friction: 100, Elasticity: 1},
	}
	got := choose.SeenIn([]*sim.Trajectory{data})
	if want := (world.Range{Least: 0.2, Most: 3}); got.Friction != want {
		t.Errorf("friction %v, want %v", got.Friction, want)
	}
	if want := (world.Range{Least: 0, Most: math.Sqrt(0.9025)}); got.Elasticity != want {
		t.Errorf("elasticity %v, want %v", got.Elasticity, want)
	}
}

func TestRangeHolds(t *testing.T) {
	t.Parallel()
	r := world.Range{Least: 1, Most: 2}
	for x, want := range map[float64]bool{0.9: false, 1: true, 1.5: true, 2: true, 2.1: false} {
		if r.Holds(x) != want {
			t.Errorf("Holds(%v) is %v", x, !want)
		}
	}
	if r.Holds(math.NaN()) {
		t.Error("NaN lies in no range")
	}
}

func TestSeenIsChecked(t *testing.T) {
	t.Parallel()
	for word, spoil := range map[string]func(*world.Seen){
		"speed":     func(s *world.Seen) { s.Speed = math.NaN() },
		"spin":      func(s *world.Seen) { s.Spin = -1 },
		"size":      func(s *world.Seen) { s.Size = world.Range{Least: 2, Most: 1} },
		"gravity":   func(s *world.Seen) { s.Gravity.Most = math.Inf(1) },
		"joints":    func(s *world.Seen) { s.Joints = []sim.JointKind{"hinge"} },
		"actuators": func(s *world.Seen) { s.Actuators = []sim.ActuatorKind{sim.Force, sim.Force} },
	} {
		s := choose.SeenIn([]*sim.Trajectory{seenScene()})
		spoil(&s)
		if err := s.Validate(); err == nil || !strings.Contains(err.Error(), "seen: "+word) {
			t.Errorf("%s: got %v", word, err)
		}
	}
}
