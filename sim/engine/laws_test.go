package engine

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

const tolerance = 1e-9

var smooth = sim.Surface{Elasticity: 1}

// run runs a scene, under one action for all frames if that is given.
func run(t *testing.T, scene *sim.Scene, frames int, action ...float64) *sim.Trajectory {
	t.Helper()
	e := New()
	if err := e.Load(scene); err != nil {
		t.Fatal(err)
	}
	trajectory, err := e.Run(nil, frames, func(int, sim.State) sim.Action { return action })
	if err != nil {
		t.Fatal(err)
	}
	return trajectory
}

func near(t *testing.T, frame int, what string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Fatalf("frame %d: %s %v, want %v", frame, what, got, want)
	}
}

// TestFreeFall: positions move with the velocity before gravity, so after k steps
// v = v₀ + k·g·dt and x = x₀ + k·v₀·dt + ½k(k−1)·g·dt².
func TestFreeFall(t *testing.T) {
	scene := sim.DefaultScene()
	scene.Substeps = 3
	scene.Gravity = sim.Vec{X: 0.5, Y: -9.81}
	scene.Bodies = []sim.Body{sim.NewBox(0.1, 0.2, 10, smooth)}
	scene.Bodies[0].Start = sim.BodyState{X: 1, Y: 2, Angle: 0.3, VX: -1, VY: 4, Omega: 7}
	start, dt := scene.Bodies[0].Start, scene.StepTime()
	for frame, states := range run(t, &scene, 200).States {
		k, got := float64(3*frame), states[0]
		near(t, frame, "vx", got.VX, start.VX+k*0.5*dt)
		near(t, frame, "vy", got.VY, start.VY-k*9.81*dt)
		near(t, frame, "x", got.X, start.X+k*start.VX*dt+k*(k-1)/2*0.5*dt*dt)
		near(t, frame, "y", got.Y, start.Y+k*start.VY*dt-k*(k-1)/2*9.81*dt*dt)
		near(t, frame, "angle", got.Angle, start.Angle+k*7*dt) // beyond 2π without a jump
	}
}

// TestDampingKeepsItsSharePerSecond: v = v₀·damping^t, whatever the substeps.
func TestDampingKeepsItsSharePerSecond(t *testing.T) {
	for _, substeps := range []int{1, 4} {
		scene := sim.DefaultScene()
		scene.Substeps, scene.Damping = substeps, 0.25
		scene.Bodies = []sim.Body{sim.NewDisc(0.1, 10, smooth)}
		scene.Bodies[0].Start = sim.BodyState{VX: 8, Omega: 16}
		for frame, states := range run(t, &scene, 121).States {
			share := math.Pow(0.25, float64(frame)/60)
			near(t, frame, "vx", states[0].VX, 8*share)
			near(t, frame, "omega", states[0].Omega, 16*share)
		}
	}
}

// TestElasticCollisionOfTwoDiscs: each flies straight until the first frame in
// which they touch; there the relative velocity along the line of centres is
// turned round, momentum and energy stay, and spin does not change.
func TestElasticCollisionOfTwoDiscs(t *testing.T) {
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 10, smooth), sim.NewDisc(0.2, 10, smooth)}
	scene.Bodies[0].Start = sim.BodyState{X: -1, Y: 0.07, VX: 2, VY: 0.1, Omega: 3}
	scene.Bodies[1].Start = sim.BodyState{X: 1, VX: -1}
	states, dt := run(t, &scene, 120).States, scene.StepTime()

	hit := 1
	for states[hit][1].Position().Sub(states[hit][0].Position()).Len() >= 0.3 {
		near(t, hit, "x", states[hit][0].X, -1+2*float64(hit)*dt)
		near(t, hit, "vx", states[hit][0].VX, 2)
		hit++
	}
	before, after := states[hit-1], states[hit]
	n := after[1].Position().Sub(after[0].Position())
	n = n.Scale(1 / n.Len())
	a, b := scene.Bodies[0].InvMass(), scene.Bodies[1].InvMass()
	j := -2 * before[1].Velocity().Sub(before[0].Velocity()).Dot(n) / (a + b)
	want := []sim.Vec{before[0].Velocity().Sub(n.Scale(j * a)), before[1].Velocity().Add(n.Scale(j * b))}
	for frame := hit; frame < len(states); frame++ {
		for i, got := range states[frame] {
			near(t, frame, "vx", got.VX, want[i].X)
			near(t, frame, "vy", got.VY, want[i].Y)
			near(t, frame, "omega", got.Omega, before[i].Omega)
		}
		near(t, frame, "energy", scene.Energy(states[frame]), scene.Energy(states[0]))
		near(t, frame, "momentum", scene.Momentum(states[frame]).Sub(scene.Momentum(states[0])).Len(), 0)
	}
	if hit < 10 || !(j >= 0.1) {
		t.Fatalf("hit in frame %d with %v N·s", hit, j)
	}
}

// TestBoxSlidesToRestUnderFriction: v ← max(0, v − μ·g·dt), μ being the product of
// the two coefficients, and x ← x + v·dt with the velocity before.
func TestBoxSlidesToRestUnderFriction(t *testing.T) {
	const g, mu = 9.81, 0.6 * 0.5
	scene := sim.DefaultScene()
	scene.Gravity = sim.Vec{Y: -g}
	scene.Iterations = 60
	scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0, sim.Surface{Friction: 0.6}, sim.Vec{X: -1}, sim.Vec{X: 9})}
	scene.Bodies = []sim.Body{sim.NewBox(0.2, 0.1, 10, sim.Surface{Friction: 0.5})}
	scene.Bodies[0].Start = sim.BodyState{Y: 0.0995, VX: 3} // touching by less than the slop
	x, v, dt := 0.0, 3.0, scene.StepTime()
	for frame, states := range run(t, &scene, 120).States {
		near(t, frame, "x", states[0].X, x)
		near(t, frame, "y", states[0].Y, 0.0995)
		near(t, frame, "vx", states[0].VX, v)
		near(t, frame, "omega", states[0].Omega, 0)
		x, v = x+v*dt, max(0, v-mu*g*dt)
	}
	if v != 0 {
		t.Error("the box still slides")
	}
}

// TestOverlapIsPushedOutToTheSlop: the excess over the slop falls by a tenth in 1/60 s,
// and no velocity comes of it.
func TestOverlapIsPushedOutToTheSlop(t *testing.T) {
	const slop, deep = 0.003, 0.02
	scene := sim.DefaultScene()
	scene.FPS, scene.Slop = 120, slop
	scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0, smooth, sim.Vec{X: -1}, sim.Vec{X: 1})}
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 10, smooth)}
	scene.Bodies[0].Start.Y = 0.1 - deep
	for frame, states := range run(t, &scene, 200).States {
		steps := max(0, float64(frame-1)) // the first step finds the overlap
		near(t, frame, "overlap", 0.1-states[0].Y, slop+(deep-slop)*math.Pow(0.9, steps/2))
		near(t, frame, "vy", states[0].VY, 0)
	}
}

// TestIterationsHoldAStack: three discs on top of each other stay at rest under
// gravity only when the solver passes over their contacts often enough.
func TestIterationsHoldAStack(t *testing.T) {
	fastest := func(iterations int) (speed float64) {
		scene := sim.DefaultScene()
		scene.Iterations = iterations
		scene.Gravity = sim.Vec{Y: -9.81}
		scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0, sim.Surface{}, sim.Vec{X: -1}, sim.Vec{X: 1})}
		for i := range 3 {
			scene.Bodies = append(scene.Bodies, sim.NewDisc(0.1, 10, sim.Surface{}))
			scene.Bodies[i].Start.Y = 0.0995 + 0.1995*float64(i)
		}
		for _, b := range run(t, &scene, 2).States[1] {
			speed = max(speed, b.Velocity().Len())
		}
		return speed
	}
	if few, many := fastest(1), fastest(200); !(few >= 0.01) || !(many <= tolerance) {
		t.Errorf("after one step the stack moves at %v m/s with one iteration and %v m/s with 200", few, many)
	}
}

// TestPendulum replays a box hung from a pivot by the law of the step: drift, then
// the one impulse at the anchor after which the anchor moves so as to lose a tenth
// of its error in 1/60 s. Its period is that of the physical pendulum.
func TestPendulum(t *testing.T) {
	const g, arm = 9.81, 0.5
	scene := sim.DefaultScene()
	scene.FPS = 240
	scene.Gravity = sim.Vec{Y: -g}
	scene.Bodies = []sim.Body{sim.NewBox(0.05, 0.1, 10, smooth)}
	body := &scene.Bodies[0]
	body.Start = sim.BodyState{X: arm * math.Sin(0.1), Y: -arm * math.Cos(0.1), Angle: 0.1}
	scene.Joints = []sim.Joint{{Kind: sim.Pivot, A: 0, B: sim.World, AnchorA: sim.Vec{Y: arm}}}

	dt := scene.StepTime()
	share := 1 - math.Pow(0.9, 60*dt)
	p, angle, v, omega := body.Start.Position(), body.Start.Angle, sim.Vec{}, 0.0
	var crossings []int
	for frame, states := range run(t, &scene, 2400).States {
		got := states[0]
		near(t, frame, "x", got.X, p.X)
		near(t, frame, "y", got.Y, p.Y)
		near(t, frame, "angle", got.Angle, angle)
		near(t, frame, "vx", got.VX, v.X)
		near(t, frame, "vy", got.VY, v.Y)
		near(t, frame, "omega", got.Omega, omega)
		if frame > 0 && angle < 0 && angle-omega*dt >= 0 {
			crossings = append(crossings, frame)
		}

		p, angle = p.Add(v.Scale(dt)), angle+omega*dt
		r := sim.Vec{Y: arm}.Rotate(angle)
		v = v.Add(scene.Gravity.Scale(dt))
		// Solve (v + P/m) + (ω + r×P/I)·r⊥ = −share·error/dt for the impulse P.
		rhs := p.Add(r).Scale(-share / dt).Sub(v).Sub(r.Perp().Scale(omega))
		im, ii := body.InvMass(), body.InvMoment()
		k11, k12, k22 := im+ii*r.Y*r.Y, -ii*r.X*r.Y, im+ii*r.X*r.X
		det := k11*k22 - k12*k12
		impulse := sim.Vec{X: (k22*rhs.X - k12*rhs.Y) / det, Y: (k11*rhs.Y - k12*rhs.X) / det}
		v, omega = v.Add(impulse.Scale(im)), omega+ii*r.Cross(impulse)
	}
	swings := float64(len(crossings) - 1)
	period := float64(crossings[len(crossings)-1]-crossings[0]) * dt / swings
	want := 2 * math.Pi * math.Sqrt((body.Moment+body.Mass*arm*arm)/(body.Mass*g*arm)) * (1 + 0.1*0.1/16)
	if !scalar.EqualWithinAbs(period/want, 1, 0.005) {
		t.Errorf("period %v s, want %v s", period, want)
	}
}

// TestPinKeepsItsDistance: a pin between two spinning discs holds the length of
// the scene's start, also when reset to another state.
func TestPinKeepsItsDistance(t *testing.T) {
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 10, smooth), sim.NewDisc(0.1, 10, smooth)}
	scene.Bodies[0].Start = sim.BodyState{VY: 1}
	scene.Bodies[1].Start = sim.BodyState{X: 0.5, Angle: 1}
	scene.Joints = []sim.Joint{{Kind: sim.Pin, A: 0, B: 1}}
	e := New()
	if err := e.Load(&scene); err != nil {
		t.Fatal(err)
	}
	stretched := scene.Start()
	stretched[1].X = 0.7
	trajectory, err := e.Run(stretched, 240, nil)
	if err != nil {
		t.Fatal(err)
	}
	last := trajectory.States[239]
	if d := last[1].Position().Sub(last[0].Position()).Len(); !scalar.EqualWithinAbs(d, 0.5, 0.01) {
		t.Errorf("distance %v m, want 0.5 m", d)
	}
}

// TestKinematicBodyIgnoresWhatItMeets: it pushes a disc and keeps its velocity.
func TestKinematicBodyIgnoresWhatItMeets(t *testing.T) {
	scene := sim.DefaultScene()
	pusher := sim.Body{Kind: sim.Kinematic, Start: sim.BodyState{VX: 1}, Shapes: []sim.Shape{sim.NewShape(sim.Circle, 0.1, smooth, sim.Vec{})}}
	scene.Bodies = []sim.Body{pusher, sim.NewDisc(0.1, 10, smooth)}
	scene.Bodies[1].Start.X = 0.5
	states := run(t, &scene, 120).States
	near(t, 119, "pusher x", states[119][0].X, 119.0/60)
	near(t, 119, "disc vx", states[119][1].VX, 2) // elastic, against infinite mass
}
