package build

import (
	"math"
	"reflect"
	"strings"
	"testing"

	"orrery/sim"
)

func equal(got, want float64) bool { return math.Abs(got-want) <= 1e-12*math.Abs(want) }

// TestSpawnedBodiesHaveTheSizesTheySay, in a scene that has none to follow and in one whose bodies are as dense as they are.
func TestSpawnedBodiesHaveTheSizesTheySay(t *testing.T) {
	t.Parallel()
	empty, full := sim.DefaultScene(), sim.DefaultScene()
	full.Bodies = []sim.Body{sim.NewDisc(0.3, 4, sim.Surface{Friction: 0.2, Elasticity: 0.1})}
	full.Bodies[0].Shapes[0].Material, full.Bodies[0].Grip = "ice", sim.Grip{Along: 1, Across: 2, Spin: 3}
	hand := sim.NewDisc(0.9, 9, sim.Surface{})
	hand.Kind = sim.Kinematic
	full.Bodies = append(full.Bodies, hand)
	for _, c := range []struct {
		scene         *sim.Scene
		size, density float64
		surface       sim.Surface
		material      string
		grip          sim.Grip
	}{
		{&empty, 0.12, 10, sim.Surface{Friction: 0.4, Elasticity: 0.6}, "", sim.Grip{}},
		{&full, 0.3, 4, sim.Surface{Friction: 0.2, Elasticity: 0.1}, "ice", full.Bodies[0].Grip},
	} {
		for kind, want := range map[string]float64{ // area by the square of the size
			"disc": math.Pi, "box": 4 * 0.9 * 0.9, "plank": 4 * 2 * 0.4, "hexagon": 1.5 * math.Sqrt(3) * 1.1 * 1.1,
		} {
			at := 0
			for Spawnable[at] != kind {
				at++
			}
			b := Spawned(c.scene, at, sim.Vec{X: 1, Y: 2})
			if !equal(b.Mass, c.density*want*c.size*c.size) {
				t.Errorf("%s: a mass of %v kg, want %v", kind, b.Mass, c.density*want*c.size*c.size)
			}
			if s := b.Shapes[0]; s.Surface() != c.surface || s.Material != c.material || b.Grip != c.grip || b.Start != (sim.BodyState{X: 1, Y: 2}) {
				t.Errorf("%s: %+v", kind, b)
			}
			var wide, high float64
			for _, v := range b.Shapes[0].Vertices {
				wide, high = max(wide, v.X), max(high, v.Y)
			}
			if kind == "plank" && !(equal(wide, 2*c.size) && equal(high, 0.4*c.size)) || kind == "box" && !(equal(wide, 0.9*c.size) && equal(high, 0.9*c.size)) {
				t.Errorf("%s: half of it is %v by %v m", kind, wide, high)
			}
		}
	}
}

// TestWhatNeedsADeletedBodyGoes, whichever of its two bodies that is, and what stays means the bodies it meant.
func TestWhatNeedsADeletedBodyGoes(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	for i := range 3 {
		b := sim.NewDisc(0.1, 1, sim.Surface{})
		b.Start.X = float64(i)
		scene.Bodies = append(scene.Bodies, b)
	}
	pairs := [][2]int{{0, 1}, {1, 0}, {0, 2}, {2, 0}, {1, 2}, {2, 1}, {0, sim.World}, {1, sim.World}, {2, sim.World}}
	for _, p := range pairs {
		scene.Joints = append(scene.Joints, sim.Joint{Kind: sim.Rope, A: p[0], B: p[1]})
		scene.Actuators = append(scene.Actuators, sim.Actuator{Body: p[0], Against: p[1]})
		scene.Fields = append(scene.Fields, sim.Field{A: p[0], B: p[1]})
		scene.Goals = append(scene.Goals, sim.Goal{Body: p[0]})
		scene.Points = append(scene.Points, sim.Point{Body: p[1]})
	}
	for body := range 3 {
		var want, first, second [][2]int
		for _, p := range pairs {
			to := func(i int) int {
				if i > body {
					return i - 1
				}
				return i
			}
			if p[0] != body && p[1] != body {
				want = append(want, [2]int{to(p[0]), to(p[1])})
			}
			if p[0] != body {
				first = append(first, [2]int{to(p[0])})
			}
			if p[1] != body {
				second = append(second, [2]int{to(p[1])})
			}
		}
		out := without(&scene, body)
		var joints, actuators, fields, goals, points [][2]int
		for _, j := range out.Joints {
			joints = append(joints, [2]int{j.A, j.B})
		}
		for _, a := range out.Actuators {
			actuators = append(actuators, [2]int{a.Body, a.Against})
		}
		for _, f := range out.Fields {
			fields = append(fields, [2]int{f.A, f.B})
		}
		for _, g := range out.Goals {
			goals = append(goals, [2]int{g.Body})
		}
		for _, p := range out.Points {
			points = append(points, [2]int{p.Body})
		}
		for what, got := range map[string][2][][2]int{"joints": {joints, want}, "actuators": {actuators, want}, "fields": {fields, want}, "goals": {goals, first}, "points": {points, second}} {
			if !reflect.DeepEqual(got[0], got[1]) {
				t.Errorf("without body %d the %s are %v, want %v", body, what, got[0], got[1])
			}
		}
		if len(out.Bodies) != 2 || len(scene.Bodies) != 3 || out.Bodies[0].Start.X != []float64{1, 0, 0}[body] {
			t.Errorf("without body %d: %+v", body, out.Bodies)
		}
	}
	one := scene
	one.Bodies, one.Joints, one.Actuators, one.Fields, one.Goals, one.Points = one.Bodies[:1], nil, nil, nil, nil, nil
	if _, err := Without(&one, one.Start(), 0); err == nil || err.Error() != "the last body cannot be deleted" {
		t.Errorf("the last body: %v", err)
	}
}

// TestLawsHaveTheirLimits, both of them included, and a scene without shapes has no friction.
func TestLawsHaveTheirLimits(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	for law := range Laws {
		if law > 0 && LawOf(&scene, law) != 0 {
			t.Errorf("%s of nothing is %v", Laws[law].Name, LawOf(&scene, law))
		}
	}
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{})}
	for law, l := range Laws {
		for _, value := range []float64{l.Low, l.High} {
			if _, err := WithLaw(&scene, scene.Start(), law, value); err != nil {
				t.Errorf("%s of %v: %v", l.Name, value, err)
			}
		}
		for _, value := range []float64{l.Low - 1e-9, l.High + 1e-9} {
			if _, err := WithLaw(&scene, scene.Start(), law, value); err == nil || !strings.Contains(err.Error(), l.Name) {
				t.Errorf("%s of %v: %v", l.Name, value, err)
			}
		}
	}
}

// TestRetunedScenesKeepTheGoalsThatWereMoved, and an added body follows those that move by themselves, not the robots.
func TestRetunedScenesKeepTheGoalsThatWereMoved(t *testing.T) {
	t.Parallel()
	made := func(friction float64) *sim.Scene {
		s := sim.DefaultScene()
		disc, hand := sim.NewDisc(0.1, 1, sim.Surface{Friction: friction}), sim.NewDisc(0.1, 1, sim.Surface{Friction: 0.7})
		disc.Grip, hand.Grip = sim.Grip{Along: friction}, sim.Grip{}
		hand.Kind, hand.Mass, hand.Moment, hand.Start.X = sim.Kinematic, 0, 0, 1
		if friction > 0.5 {
			hand.Shapes[0].Friction = 0.2
		}
		s.Bodies = []sim.Body{disc, hand}
		s.Goals = []sim.Goal{{Kind: sim.Place, Body: 0, Target: sim.Vec{X: 2}, Radius: 0.1}}
		return &s
	}
	before, after := made(0.3), made(0.6)
	for friction, want := range map[float64]float64{0.3: 0.6, 0.7: 0.7} {
		scene := made(0.3)
		scene.Goals[0].Target = sim.Vec{X: -1}
		added := sim.NewDisc(0.1, 1, sim.Surface{Friction: friction})
		added.Start.X = -2
		scene.Bodies = append(scene.Bodies, added)
		out, err := Retuned(scene, scene.Start(), []int{0, 1, Added}, before, after)
		if err != nil {
			t.Fatal(err)
		}
		if out.Goals[0].Target.X != -1 {
			t.Errorf("the goal is back at %v", out.Goals[0].Target)
		}
		if got := out.Bodies[2].Shapes[0].Friction; got != want {
			t.Errorf("a body of friction %v has %v, want %v", friction, got, want)
		}
	}
}
