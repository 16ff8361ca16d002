package observe

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/world/robust"
)

// TestMeansLeaveOutTheLargestFiftieth.
func TestMeansLeaveOutTheLargestFiftieth(t *testing.T) {
	t.Parallel()
	values := []float64{1e9, 1e9}
	for range 98 {
		values = append(values, 3)
	}
	if got := rms(values[:1]); got != 1e9 {
		t.Errorf("of one %v", got)
	}
	if got := rms(values); got != 3 {
		t.Errorf("of a hundred with two large ones %v", got)
	}
	values[2] = 30
	if got, want := rms(values), math.Sqrt((97*9+900)/98.); !scalar.EqualWithinAbs(got, want, 1e-12) {
		t.Errorf("with a third %v, want %v", got, want)
	}
	if rms(nil) != 0 || robust.Median(nil) != 0 || spread(nil) != 0 {
		t.Error("something of nothing")
	}
	if got := spread([]float64{-2, 1, 3, -4, 5}); !scalar.EqualWithinAbs(got, 3/0.6744897501960817, 1e-12) {
		t.Errorf("spread %v", got)
	}
}

// TestMotionIsThatOfTheSceneAndTheLaw: what a scene keeps of a velocity in a second, and gravity and drag of both.
func TestMotionIsThatOfTheSceneAndTheLaw(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Gravity, scene.Damping = sim.Vec{Y: -9}, math.Exp(-0.5)
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{}), sim.NewDisc(0.1, 1, sim.Surface{})}
	scene.Bodies[1].Kind = sim.Kinematic
	law := &Law{Gravity: sim.Vec{X: 1, Y: 2}, Drag: 0.25, TurnDrag: 0.75}
	m := law.motion(&scene, 0)
	if m.g != (sim.Vec{X: 1, Y: -7}) || !scalar.EqualWithinAbs(m.drag, 0.75, 1e-12) || !scalar.EqualWithinAbs(m.turnDrag, 1.25, 1e-12) || m.kinematic {
		t.Errorf("%+v", m)
	}
	if m := law.motion(&scene, 1); m != (motion{kinematic: true}) {
		t.Errorf("of what is driven %+v", m)
	}
	for _, drag := range []float64{0.75, 1e-3, 9e-5, -0.5} { // beside the series and beyond it
		const dt, v, g, n = 0.8, 2.0, -7.0, 20000
		way := newGlide(drag, dt)
		x, u := 0.0, v
		for range n { // small steps of the middle point rule
			mid := u + dt/n/2*(g-drag*u)
			x, u = x+dt/n*mid, u+dt/n*(g-drag*mid)
		}
		if !scalar.EqualWithinAbs(way.reach*v+way.fall*g, x, 1e-7) || !scalar.EqualWithinAbs(way.keep*v+way.reach*g, u, 1e-7) {
			t.Errorf("drag %v: %v and %v, want %v and %v", drag, way.reach*v+way.fall*g, way.keep*v+way.reach*g, x, u)
		}
	}
}

// TestWatchesThatTellAreSpreadEvenly, so that all of a source are heard.
func TestWatchesThatTellAreSpreadEvenly(t *testing.T) {
	t.Parallel()
	var all []*Watch
	for range 10 {
		all = append(all, &Watch{})
	}
	got := evenly(all, 4)
	for k, want := range []int{0, 2, 5, 7} {
		if len(got) != 4 || got[k] != all[want] {
			t.Fatalf("of ten: %v", got)
		}
	}
	if got := evenly(all, 10); len(got) != 10 {
		t.Errorf("%d of ten", len(got))
	}
}

// TestTheLighterYields: who is pushed more, of what comes near, and by how far something moves in an interval.
func TestTheLighterYields(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 10, sim.Surface{}), sim.NewDisc(0.2, 10, sim.Surface{}), sim.NewBox(0.1, 0.1, 10, sim.Surface{})}
	scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0, sim.Surface{}, sim.Vec{X: -9, Y: 9}, sim.Vec{X: 9, Y: 9}), sim.NewShape(sim.Segment, 0, sim.Surface{}, sim.Vec{X: -9, Y: -0.35}, sim.Vec{X: 9, Y: -0.35})}
	w := &Watch{Scene: &scene, Times: []float64{0, 0.1, 0.2}}
	for k := range 3 {
		x := 0.1 * float64(k)
		w.Sights = append(w.Sights, []sim.Sight{{Seen: true, X: x}, {Seen: true, X: 0.5}, {Seen: true, Turned: true, X: 5, Angle: 0.3 * float64(k)}})
	}
	near := w.meet(&Law{Noise: 1e-4, Gap: 1e-3}).near
	found := func(k, body, other int) *touch {
		for i := range near[k][body] {
			if near[k][body][i].other == other {
				return &near[k][body][i]
			}
		}
		return nil
	}
	// At 0.1 s the discs are 0.1 m apart and come nearer by as much in an interval; the light one has a fifth of both masses.
	a, b := found(1, 0, 1), found(1, 1, 0)
	if a == nil || b == nil || !scalar.EqualWithinAbs(a.yields, 0.8, 1e-9) || !scalar.EqualWithinAbs(b.yields, 0.2, 1e-9) {
		t.Fatalf("light %+v, heavy %+v", a, b)
	}
	if a.normal.Add(b.normal) != (sim.Vec{}) || !scalar.EqualWithinAbs(math.Abs(a.normal.X), 1, 1e-9) {
		t.Errorf("normals %v and %v", a.normal, b.normal)
	}
	if !(b.moving.Sub(sim.Vec{X: 1}).Len() < 1e-9) || !(a.moving.Len() < 1e-9) {
		t.Errorf("the one moves by %v m/s and the other by %v", b.moving, a.moving)
	}
	if wall := found(1, 1, -2); wall != nil { // 0.15 m away from what stands still
		t.Errorf("the wall is near what stands: %+v", wall)
	}
	if wall := found(0, 0, -2); wall != nil { // 0.25 m, of which 0.1 m and the noise are covered
		t.Errorf("the wall is near: %+v", wall)
	}
	places, steps := make([]sim.State, 3), make([][]float64, 3)
	for k := range 3 {
		places[k], steps[k] = make(sim.State, 3), make([]float64, 3)
	}
	w.place(2, places, steps)
	if want := 0.3 * scene.Bodies[2].Reach(); !scalar.EqualWithinAbs(steps[1][2], want, 1e-9) {
		t.Errorf("turning moves corners by %v m, want %v", steps[1][2], want)
	}
	w.Sights[0][2].Turned, w.Sights[1][2].Turned, w.Sights[2][2].Turned = false, false, false
	steps[1][2] = 0
	if w.place(2, places, steps); !(steps[1][2] >= scene.Bodies[2].Reach()) {
		t.Errorf("of a box whose angle nobody saw, corners move by %v m", steps[1][2])
	}
}

// TestABounceIsUnsureByItsSpeed: on average things part with half the speed at which they met, halfway through an interval,
// and by how much that may be off grows with the speed; what turns besides is bounded by the usual spin.
func TestABounceIsUnsureByItsSpeed(t *testing.T) {
	t.Parallel()
	const dt = 0.1
	for _, c := range []struct {
		other               int
		yields, spin, reach float64
		off, turn           float64 // m/s and rad/s
	}{
		{-1, 1, 9, 0.5, 0.5*2 + 0.02*3, 4 * (0.5*2 + 0.02*3)},
		{1, 0.25, 9, 0.5, 0.75*2 + 0.02*3, 4 * (0.75*2 + 0.02*3)},
		{1, 0.25, 0.1, 0.5, 0.75*2 + 0.02*3, hitting * 0.1},
	} {
		tell := teller{law: &Law{Speed: 3, Spin: c.spin}, reach: c.reach}
		s := story{lines: [3]line{{x: 1, v: 1}, {x: 2, v: -1.5}, {}}}
		h := touch{other: c.other, normal: sim.Vec{Y: 1}, moving: sim.Vec{Y: 0.5}, yields: c.yields}
		push, torque, ok := tell.bounce(&s, &h, dt)
		change := 1.5 * c.yields * 2
		if !ok || !near(s.lines[1].v, -1.5+change) || !near(s.lines[1].x, 2+change*dt/2) || !near(s.lines[0].v, 1) || !near(s.lines[0].x, 1) {
			t.Errorf("%+v: %v, %+v", c, ok, s.lines)
		}
		if !near(push, c.off*c.off/dt) || !near(torque, c.turn*c.turn/dt) {
			t.Errorf("%+v: densities %v and %v, want %v and %v", c, push, torque, c.off*c.off/dt, c.turn*c.turn/dt)
		}
		h.moving = sim.Vec{Y: -1.5}
		if _, _, ok := tell.bounce(&s, &h, dt); ok {
			t.Errorf("%+v: it bounces off what it parts from", c)
		}
	}
}

func near(got, want float64) bool { return math.Abs(got-want) <= 1e-9 }
