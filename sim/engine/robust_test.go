package engine

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"orrery/sim"
	"orrery/sim/canon"
)

// number draws values a scene may hold, with a taste for trouble.
func number(t *rapid.T, what string) float64 {
	return rapid.OneOf(rapid.Float64Range(-2, 2), rapid.SampledFrom([]float64{0, 1e-12, 1, -1, 1e3, -1e9, 1e9})).Draw(t, what)
}

func vec(t *rapid.T, what string) sim.Vec { return sim.Vec{X: number(t, what), Y: number(t, what)} }

func shape(t *rapid.T) sim.Shape {
	surface := sim.Surface{Friction: math.Abs(number(t, "friction")), Elasticity: rapid.Float64Range(0, 1).Draw(t, "elasticity")}
	radius := math.Abs(number(t, "radius"))
	switch rapid.IntRange(0, 2).Draw(t, "kind") {
	case 0:
		return sim.NewShape(sim.Circle, radius+1e-12, surface, vec(t, "centre"))
	case 1:
		return sim.NewShape(sim.Segment, radius, surface, vec(t, "end"), vec(t, "end"))
	}
	corners := rapid.IntRange(3, 6).Draw(t, "corners")
	scale, centre := math.Abs(number(t, "scale")), vec(t, "centre")
	vertices := make([]sim.Vec, corners)
	for i := range vertices {
		vertices[i] = sim.Vec{X: scale}.Rotate(2 * math.Pi * float64(i) / float64(corners)).Add(centre)
	}
	return sim.NewShape(sim.Polygon, radius, surface, vertices...)
}

// addForces draws joints, fields, actuators, grips and groups.
func addForces(t *rapid.T, scene *sim.Scene) {
	some := func(what string, add func(a, b int)) {
		for range rapid.IntRange(0, 2).Draw(t, what) {
			a, b := rapid.IntRange(0, len(scene.Bodies)-1).Draw(t, "a"), rapid.IntRange(-1, len(scene.Bodies)-2).Draw(t, "b")
			if b >= a {
				b++
			}
			add(a, b)
		}
	}
	some("joints", func(a, b int) {
		j := sim.Joint{A: a, B: b, AnchorA: vec(t, "anchor"), AnchorB: vec(t, "anchor"),
			Kind: rapid.SampledFrom([]sim.JointKind{sim.Pivot, sim.Pin, sim.Rope, sim.Groove, sim.Spring, sim.Motor}).Draw(t, "joint")}
		switch j.Kind {
		case sim.Rope:
			j.Length = math.Abs(number(t, "length")) + 1e-12
		case sim.Groove:
			j.EndB = vec(t, "end")
		case sim.Spring:
			j.Length, j.Stiffness, j.Damping = math.Abs(number(t, "length")), math.Abs(number(t, "stiffness")), math.Abs(number(t, "damping"))
		case sim.Motor:
			j.Rate, j.MaxTorque = number(t, "rate"), math.Abs(number(t, "torque"))+1e-12
		}
		scene.Joints = append(scene.Joints, j)
	})
	some("fields", func(a, b int) {
		b = max(b, 0)
		kind := rapid.SampledFrom([]sim.FieldKind{sim.Linear, sim.InverseSquare}).Draw(t, "field")
		scene.Fields = append(scene.Fields, sim.Field{Kind: kind, A: a, B: b, Strength: number(t, "strength"), Limit: math.Abs(number(t, "limit"))})
	})
	some("actuators", func(a, b int) {
		actuator := sim.Actuator{Body: a, Against: sim.World, Low: -1, High: 1}
		kinds := []sim.ActuatorKind{sim.Force, sim.Thrust, sim.Torque, sim.Steer}
		if scene.Bodies[a].Kind == sim.Kinematic {
			kinds = []sim.ActuatorKind{sim.Velocity, sim.Servo}
		}
		actuator.Kind = rapid.SampledFrom(kinds).Draw(t, "actuator")
		switch actuator.Kind {
		case sim.Torque:
			actuator.Against = b
		case sim.Steer:
			actuator.Wheelbase = math.Abs(number(t, "wheelbase")) + 1e-12
		case sim.Servo:
			actuator.Stiffness, actuator.Damping = math.Abs(number(t, "stiffness")), math.Abs(number(t, "damping"))
			fallthrough
		default:
			actuator.Axis = sim.Vec{X: 1}.Rotate(number(t, "axis"))
		}
		scene.Actuators = append(scene.Actuators, actuator)
	})
	some("others", func(a, b int) {
		scene.Bodies[a].Group = 1 + b/2
		if scene.Bodies[a].Kind == sim.Dynamic {
			scene.Bodies[a].Grip = sim.Grip{Along: math.Abs(number(t, "along")), Across: math.Abs(number(t, "across")), Spin: math.Abs(number(t, "spin"))}
		}
	})
}

// TestValidScenesNeverPanic runs random scenes, most of them absurd, through JSON
// and the engine. The only way to fail is a value that is no longer finite.
func TestValidScenesNeverPanic(t *testing.T) {
	e, ran := New(), 0
	rapid.Check(t, func(t *rapid.T) {
		scene := sim.DefaultScene()
		scene.Damping = rapid.SampledFrom([]float64{1, 0.5, 0}).Draw(t, "damping")
		scene.Substeps = rapid.IntRange(1, 3).Draw(t, "substeps")
		scene.Gravity, scene.Slop = vec(t, "gravity"), math.Abs(number(t, "slop"))
		for range rapid.IntRange(0, 2).Draw(t, "walls") {
			scene.Walls = append(scene.Walls, shape(t))
		}
		for range rapid.IntRange(1, 5).Draw(t, "bodies") {
			v := vec(t, "velocity")
			body := sim.Body{Kind: sim.Dynamic, Mass: math.Abs(number(t, "mass")) + 1e-12, Moment: math.Abs(number(t, "moment")) + 1e-12,
				Start: sim.BodyState{X: number(t, "x"), Y: number(t, "y"), Angle: number(t, "angle"), VX: v.X, VY: v.Y, Omega: number(t, "omega")}}
			if rapid.IntRange(0, 4).Draw(t, "kinematic") == 0 {
				body.Kind, body.Mass, body.Moment = sim.Kinematic, 0, 0
			}
			for range rapid.IntRange(1, 2).Draw(t, "shapes") {
				body.Shapes = append(body.Shapes, shape(t))
			}
			scene.Bodies = append(scene.Bodies, body)
		}
		addForces(t, &scene)
		data, err := canon.Encode(&scene)
		if err != nil {
			t.Skip("not a valid scene")
		}
		decoded, err := canon.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if err := e.Load(decoded); err != nil {
			t.Fatal(err)
		}
		action := make(sim.Action, len(decoded.Actuators))
		for i := range action {
			action[i] = number(t, "action")
		}
		for range 20 {
			if err := e.Frame(action); err != nil {
				if !strings.Contains(err.Error(), "must be finite") {
					t.Fatal(err)
				}
				return
			}
			e.Contacts()
		}
		ran++
	})
	if ran < 10 {
		t.Errorf("only %d scenes ran to their end", ran)
	}
}

func TestErrorsNameWhatIsWrong(t *testing.T) {
	scene := clutter(3, 0)
	check := func(err error, want string) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	e := New()
	check(e.Frame(nil), "no scene is loaded")
	check(e.Reset(nil), "no scene is loaded")
	_, err := e.Run(nil, 3, nil)
	check(err, "no scene is loaded")
	if len(e.State(nil)) != 0 || e.Contacts() != nil {
		t.Error("an empty engine has a state")
	}
	load(t, e, scene)
	check(e.Reset(scene.Start()[:2]), "state of 2 bodies must have the scene's 3")
	bad := scene.Start()
	bad[1].VX = math.NaN()
	check(e.Reset(bad), "state: body 1: vx NaN must be finite")
	_, err = e.Run(nil, 0, nil)
	check(err, "frames 0 must be > 0")

	fast := scene.Start()
	fast[2].VX = math.MaxFloat64
	if err := e.Reset(fast); err != nil {
		t.Fatal(err)
	}
	for err = nil; err == nil; {
		err = e.Frame(nil)
	}
	check(err, "body 2: ")
	check(e.Frame(nil), "must be reset")
	sameBits(t, "after a failure", load(t, e, scene).States, load(t, New(), scene).States)

	broken := *scene
	broken.FPS = 0
	check(e.Load(&broken), "scene: fps 0 must be 1 to 1000")
	check(e.Frame(nil), "no scene is loaded")
}

// TestPanicsBecomeErrors breaks the scene behind the engine's back.
func TestPanicsBecomeErrors(t *testing.T) {
	e := New()
	load(t, e, clutter(3, 0))
	e.space.bodies[0].SetPositionUpdateFunc(nil)
	if err := e.Frame(nil); err == nil || !strings.Contains(err.Error(), "frame 60: chipmunk failed") {
		t.Errorf("got %v", err)
	}
}
