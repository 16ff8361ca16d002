package engine

import (
	"math"
	"reflect"
	"testing"

	"orrery/sim"
)

// TestContactsAccountForEveryChangeOfVelocity: gravity and the reported impulses,
// each at its point, give the new momentum and spin of every body.
func TestContactsAccountForEveryChangeOfVelocity(t *testing.T) {
	scene := clutter(12, 0)
	scene.Joints, scene.Fields, scene.Actuators = nil, nil, nil
	scene.Bodies[3].Grip = sim.Grip{}
	e := New()
	if err := e.Load(scene); err != nil {
		t.Fatal(err)
	}
	before, seen := e.State(nil), map[[4]int]int{}
	checked := 0
	for frame := range 240 {
		if err := e.Frame(nil); err != nil {
			t.Fatal(err)
		}
		after := e.State(nil)
		dv, domega := make([]sim.Vec, len(after)), make([]float64, len(after))
		again := false
		for _, c := range e.Contacts() {
			key := [4]int{c.A, c.B, c.ShapeA, c.ShapeB}
			if last, ok := seen[key]; ok && last != frame && last != frame-1 && last >= frame-3 {
				again = true
			}
			seen[key] = frame
			push := c.Normal.Scale(c.NormalImpulse).Add(c.Normal.Perp().Scale(c.TangentImpulse))
			apply(scene, dv, domega, c.A, push, c.PointA.Sub(after[c.A].Position()))
			if c.B != sim.World {
				apply(scene, dv, domega, c.B, push.Scale(-1), c.PointB.Sub(after[c.B].Position()))
			}
			if !(c.Gap <= 0) || !(c.NormalImpulse >= 0) || !(math.Abs(c.TangentImpulse) <= 0.25*c.NormalImpulse+1e-12) {
				t.Fatalf("frame %d: %+v", frame, c)
			}
		}
		for i, b := range scene.Bodies {
			if b.Kind == sim.Kinematic || again {
				continue
			}
			want := before[i].Velocity().Add(scene.Gravity.Scale(scene.StepTime())).Add(dv[i])
			near(t, frame, "vx", after[i].VX, want.X)
			near(t, frame, "vy", after[i].VY, want.Y)
			near(t, frame, "omega", after[i].Omega, before[i].Omega+domega[i])
			checked++
		}
		before = after
	}
	if checked < 1000 {
		t.Errorf("only %d bodies checked", checked)
	}
}

func apply(scene *sim.Scene, dv []sim.Vec, domega []float64, body int, push, arm sim.Vec) {
	dv[body] = dv[body].Add(push.Scale(scene.Bodies[body].InvMass()))
	domega[body] += scene.Bodies[body].InvMoment() * arm.Cross(push)
}

// TestContactOfBoxOnFloor checks one report in full.
func TestContactOfBoxOnFloor(t *testing.T) {
	scene := sim.DefaultScene()
	scene.Gravity = sim.Vec{Y: -6}
	scene.Walls = []sim.Shape{
		sim.NewShape(sim.Segment, 0, smooth, sim.Vec{X: -5, Y: 5}, sim.Vec{X: 5, Y: 5}),
		sim.NewShape(sim.Segment, 0, smooth, sim.Vec{X: -5}, sim.Vec{X: 5}),
	}
	box := sim.NewBox(0.2, 0.1, 25, sim.Surface{}) // 2 kg
	box.Start = sim.BodyState{X: 1, Y: 0.0995}
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 10, smooth), box}
	scene.Bodies[0].Start = sim.BodyState{X: -3, Y: 2}
	e := New()
	if err := e.Load(&scene); err != nil {
		t.Fatal(err)
	}
	if got := e.Contacts(); len(got) != 0 {
		t.Fatalf("before the first step: %+v", got)
	}
	if err := e.Frame(nil); err != nil {
		t.Fatal(err)
	}
	got := e.Contacts()
	want := []Contact{
		{A: 1, B: sim.World, ShapeB: 1, Normal: sim.Vec{Y: 1}, Gap: -0.0005, PointA: sim.Vec{X: 1.2, Y: -0.0005}, PointB: sim.Vec{X: 1.2}, NormalImpulse: 0.1},
		{A: 1, B: sim.World, ShapeB: 1, Normal: sim.Vec{Y: 1}, Gap: -0.0005, PointA: sim.Vec{X: 0.8, Y: -0.0005}, PointB: sim.Vec{X: 0.8}, NormalImpulse: 0.1},
	}
	if len(got) != 2 {
		t.Fatalf("got %+v", got)
	}
	for i := range want {
		for f := range reflect.TypeFor[Contact]().NumField() {
			g, w := reflect.ValueOf(got[i]).Field(f), reflect.ValueOf(want[i]).Field(f)
			switch g := g.Interface().(type) {
			case float64:
				near(t, i, "value", g, w.Float())
			case sim.Vec:
				near(t, i, "vector", g.Sub(w.Interface().(sim.Vec)).Len(), 0)
			case int:
				near(t, i, "index", float64(g), float64(w.Int()))
			}
		}
	}
}

// TestContactsKeepTheirOrder compares the reports of a fresh and a used engine.
func TestContactsKeepTheirOrder(t *testing.T) {
	scene := clutter(20, 0)
	used := New()
	load(t, used, clutter(19, 1))
	load(t, used, scene)
	fresh := New()
	load(t, fresh, scene)
	got, want := used.Contacts(), fresh.Contacts()
	if !reflect.DeepEqual(got, want) || len(want) < 10 {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	for i := 1; i < len(want); i++ {
		c, d := want[i-1], want[i]
		if c.A > d.A || c.A == d.A && c.B > d.B {
			t.Errorf("contact %d: %+v comes after %+v", i, d, c)
		}
	}
}
