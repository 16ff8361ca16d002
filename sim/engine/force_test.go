package engine

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

// free returns a scene of bodies that nothing acts on, stepped n times a second.
func free(n int, bodies ...sim.Body) *sim.Scene {
	scene := sim.DefaultScene()
	scene.FPS = n
	scene.Bodies = bodies
	return &scene
}

func disc(x, y, vx, vy float64) sim.Body {
	body := sim.NewDisc(0.1, 1/(math.Pi*0.01), smooth) // 1 kg
	body.Start = sim.BodyState{X: x, Y: y, VX: vx, VY: vy}
	return body
}

func pusher(x, y, vx, vy float64) sim.Body {
	return sim.Body{Kind: sim.Kinematic, Start: sim.BodyState{X: x, Y: y, VX: vx, VY: vy},
		Shapes: []sim.Shape{sim.NewShape(sim.Circle, 0.1, smooth, sim.Vec{})}}
}

// TestLinearFieldIsAHarmonicOscillator compares two bodies with the closed form of
// the step: drift by v·dt, then kick by −ω²x·dt, turns the phase by the angle φ
// with cos φ = 1 − (ω·dt)²/2 in each step.
func TestLinearFieldIsAHarmonicOscillator(t *testing.T) {
	scene := free(100, disc(0.5, 0, 0, 0.3), disc(-0.5, 0, 0, -0.3))
	scene.Bodies[0].Group, scene.Bodies[1].Group = 1, 1
	scene.Fields = []sim.Field{{Kind: sim.Linear, A: 0, B: 1, Strength: -8}}
	dt, omega := scene.StepTime(), math.Sqrt(8*2) // of the distance, by the reduced mass
	phi := math.Acos(1 - omega*omega*dt*dt/2)
	for frame, state := range run(t, scene, 1000).States {
		// x_k = a·cos kφ + b·sin kφ with x_1 = x_0 + v_0·dt.
		k := float64(frame)
		wave := func(x0, v0 float64) float64 {
			return x0*math.Cos(k*phi) + (x0+v0*dt-x0*math.Cos(phi))/math.Sin(phi)*math.Sin(k*phi)
		}
		near(t, frame, "x", state[0].X, wave(0.5, 0))
		near(t, frame, "y", state[0].Y, wave(0, 0.3))
		near(t, frame, "x of the other", state[1].X, -state[0].X)
	}
}

// TestOrbit: an inverse-square pull keeps two bodies in an ellipse whose period is
// Kepler's and whose energy and angular momentum are kept.
func TestOrbit(t *testing.T) {
	const strength = -2.0
	scene := free(1000, disc(0.6, 0, 0, 0.9), disc(-0.6, 0, 0, -0.9))
	scene.Fields = []sim.Field{{Kind: sim.InverseSquare, A: 1, B: 0, Strength: strength}}
	measure := func(state sim.State) (energy, spin float64) {
		r, v := state[0].Position().Sub(state[1].Position()), state[0].Velocity().Sub(state[1].Velocity())
		return v.Dot(v)/4 + strength/r.Len(), r.Cross(v) / 2 // reduced mass ½ kg
	}
	states := run(t, scene, 12000).States
	energy, spin := measure(states[0])
	var turns []int
	for frame, state := range states {
		e, s := measure(state)
		if !scalar.EqualWithinAbs(e, energy, 0.01*math.Abs(energy)) {
			t.Fatalf("frame %d: energy %v J, want %v J", frame, e, energy)
		}
		near(t, frame, "angular momentum", s, spin)
		near(t, frame, "momentum", scene.Momentum(state).Len(), 0)
		if frame > 0 && state[0].Y >= 0 && states[frame-1][0].Y < 0 {
			turns = append(turns, frame)
		}
	}
	axis := strength / (2 * energy)
	want := 2 * math.Pi * math.Sqrt(0.5*axis*axis*axis/-strength)
	if len(turns) < 2 {
		t.Fatalf("%d turns", len(turns))
	}
	period := float64(turns[len(turns)-1]-turns[0]) / 1000 / float64(len(turns)-1)
	if !scalar.EqualWithinAbs(period/want, 1, 0.002) {
		t.Errorf("period %v s, want %v s", period, want)
	}
}

// TestFieldsKeepMomentum: all pairs of unequal bodies, with limits, act and react
// alike, and the kinematic one does not move.
func TestFieldsKeepMomentum(t *testing.T) {
	scene := free(60)
	for i := range 20 {
		body := sim.NewDisc(0.01+0.001*float64(i), 10, smooth)
		body.Group = 1
		body.Start = sim.BodyState{X: math.Sin(float64(i)), Y: math.Cos(2 * float64(i)), VX: 0.1 * float64(i%3)}
		scene.Bodies = append(scene.Bodies, body)
		for j := range i {
			scene.Fields = append(scene.Fields, sim.Field{Kind: sim.InverseSquare, A: i, B: j, Strength: 1e-4 * float64((i+j)%5-2), Limit: 0.01})
		}
	}
	states := run(t, scene, 300).States
	want := scene.Momentum(states[0])
	for frame, state := range states {
		near(t, frame, "momentum", scene.Momentum(state).Sub(want).Len(), 0)
	}
	if d := states[299][3].Velocity().Sub(states[0][3].Velocity()).Len(); !(d >= 0.01) {
		t.Errorf("the fields changed a velocity by %v m/s", d)
	}

	fixed := free(60, pusher(0, 0, 0, 0), disc(1, 0, 0, 0))
	fixed.Fields = []sim.Field{{Kind: sim.Linear, A: 0, B: 1, Strength: -1}}
	for frame, state := range run(t, fixed, 20).States {
		near(t, frame, "kinematic x", state[0].X, 0)
		if frame > 1 && !(state[1].VX < 0) {
			t.Fatalf("frame %d: the dynamic body has vx %v", frame, state[1].VX)
		}
	}
}

// TestForcesAccelerate: after k steps v = k·F/m·dt under a force, thrust points
// where the body does, and a torque turns both ways. What is out of range is clipped.
func TestForcesAccelerate(t *testing.T) {
	ship := disc(0, 5, 0, 0)
	ship.Start.Angle = math.Pi / 2
	scene := free(50, disc(0, 0, 0, 0), ship, disc(5, 0, 0, 0), disc(5, 5, 0, 0), pusher(9, 9, 0, 0))
	scene.Damping = 0.5
	world := func(a sim.Actuator) sim.Actuator {
		a.Against, a.Low, a.High = sim.World, -2, 2
		return a
	}
	scene.Actuators = []sim.Actuator{
		world(sim.Actuator{Kind: sim.Force, Body: 0, Axis: sim.Vec{X: 0.6, Y: 0.8}}),
		world(sim.Actuator{Kind: sim.Thrust, Body: 1, Axis: sim.Vec{X: 1}}),
		world(sim.Actuator{Kind: sim.Torque, Body: 2}),
		{Kind: sim.Torque, Body: 3, Against: 4, Low: -2, High: 2},
		{Kind: sim.Torque, Body: 2, Against: 3, Low: -2, High: 2},
	}
	action := sim.Action{1, -3, 0.5, 1, 0.25}
	dt, share := scene.StepTime(), math.Pow(0.5, scene.StepTime())
	spin := dt * scene.Bodies[0].InvMoment()
	sum := 0.0 // of the shares that the kicks of all steps have kept
	for frame, state := range run(t, scene, 100, action...).States {
		near(t, frame, "vx by force", state[0].VX, 0.6*dt*sum)
		near(t, frame, "vy by force", state[0].VY, 0.8*dt*sum)
		near(t, frame, "vx by thrust", state[1].VX, 0)
		near(t, frame, "vy by thrust", state[1].VY, -2*dt*sum)
		near(t, frame, "omega by torque", state[2].Omega, 0.75*spin*sum)
		near(t, frame, "omega of both", state[3].Omega, 0.75*spin*sum)
		near(t, frame, "kinematic omega", state[4].Omega, 0)
		sum = sum*share + 1
	}
	if action[1] != -3 {
		t.Error("the caller's action was clipped")
	}
}

// TestVelocityActuatorSetsItsAxisOnly: the component across the axis is kept.
func TestVelocityActuatorSetsItsAxisOnly(t *testing.T) {
	scene := free(50, pusher(0, 0, 3, 4))
	scene.Substeps = 2
	scene.Actuators = []sim.Actuator{{Kind: sim.Velocity, Against: sim.World, Axis: sim.Vec{X: 0.6, Y: 0.8}, Low: -1, High: 1}}
	for frame, state := range run(t, scene, 10, 0.5).States[1:] {
		v := state[0].Velocity()
		near(t, frame, "along", v.Dot(sim.Vec{X: 0.6, Y: 0.8}), 0.5)
		near(t, frame, "across", v.Dot(sim.Vec{X: -0.8, Y: 0.6}), 0)
		near(t, frame, "x", state[0].X, 0.5*0.6*float64(frame+1)/50)
	}
	scene.Actuators[0].Axis = sim.Vec{X: 1}
	last := run(t, scene, 10, -0.25).States[9][0]
	near(t, 9, "vx", last.VX, -0.25)
	near(t, 9, "vy", last.VY, 4)
}

// TestServoFollowsItsRecurrence: v ← v + dt·(K·(target − x) − D·v), then x ← x + v·dt,
// which settles on the target; without an action it goes to the nearest it may.
func TestServoFollowsItsRecurrence(t *testing.T) {
	const k, d, dt = 100.0, 20.0, 0.01
	scene := free(10, pusher(1, 2, 0.5, 0))
	scene.Substeps = 10
	servo := sim.Actuator{Kind: sim.Servo, Against: sim.World, Low: 0.5, High: 5, Stiffness: k, Damping: d}
	servo.Axis = sim.Vec{X: 1}
	scene.Actuators = append(scene.Actuators, servo)
	servo.Axis = sim.Vec{Y: 1}
	scene.Actuators = append(scene.Actuators, servo)
	x, y, vx, vy := 1.0, 2.0, 0.5, 0.0
	for frame, state := range run(t, scene, 31, 3, 0.75).States {
		near(t, frame, "x", state[0].X, x)
		near(t, frame, "y", state[0].Y, y)
		near(t, frame, "vx", state[0].VX, vx)
		near(t, frame, "vy", state[0].VY, vy)
		for range 10 {
			vx += (k*(3-x) - d*vx) * dt
			vy += (k*(0.75-y) - d*vy) * dt
			x += vx * dt
			y += vy * dt
		}
	}
	if !(math.Hypot(x-3, y-0.75) <= 1e-6) {
		t.Errorf("the servo ends at (%v, %v)", x, y)
	}
	rest := run(t, scene, 41)
	if end := rest.States[40][0]; !(math.Hypot(end.X-0.5, end.Y-0.5) <= 1e-6) || rest.Actions[7][1] != 0.5 {
		t.Errorf("at rest the servo ends at %+v by %v", end, rest.Actions[7])
	}
}

// TestSteeredBodyGoesInACircle whose radius is that of a bicycle's rear wheel,
// wheelbase/tan(angle), when its tyres hold.
func TestSteeredBodyGoesInACircle(t *testing.T) {
	const wheelbase, angle, speed = 0.3, 0.4, 1.0
	scene := free(1000, disc(0, 0, speed, 0))
	scene.Bodies[0].Grip = sim.Grip{Across: 100}
	scene.Actuators = []sim.Actuator{{Kind: sim.Steer, Against: sim.World, Low: -1, High: 1, Wheelbase: wheelbase}}
	radius := wheelbase / math.Tan(angle)
	turn := 2 * math.Pi * radius / speed
	states := run(t, scene, int(1000*turn)+1, angle).States
	centre := sim.Vec{Y: radius}
	for frame, state := range states {
		if r := state[0].Position().Sub(centre).Len(); !scalar.EqualWithinAbs(r, radius, 0.01*radius) {
			t.Fatalf("frame %d: %v m from the centre, want %v m", frame, r, radius)
		}
	}
	last := states[len(states)-1][0]
	if !scalar.EqualWithinAbs(last.Angle, 2*math.Pi, 0.02) || !(last.Position().Len() <= 0.02*turn) {
		t.Errorf("after a turn of the circle at %+v", last)
	}
}

// TestGripStopsASlidingBody after v²/(2·a), along each of its axes and in its spin,
// wherever it points.
func TestGripStopsASlidingBody(t *testing.T) {
	for _, angle := range []float64{0, 0.7, -2} {
		body := disc(0, 0, 0, 0)
		body.Grip = sim.Grip{Along: 2, Across: 5, Spin: 3}
		along := body
		v := sim.Vec{X: 1.5}.Rotate(angle)
		along.Start = sim.BodyState{Angle: angle, VX: v.X, VY: v.Y}
		across := body
		across.Start = sim.BodyState{X: 5, Angle: angle, VX: -v.Y, VY: v.X}
		spin := body
		spin.Start = sim.BodyState{Y: 5, Angle: angle, Omega: -1.5}
		const fps = 1000
		start := []sim.Body{along, across, spin}
		last := run(t, free(fps, start...), 2*fps).States[2*fps-1]
		moved := func(i int) float64 { return last[i].Position().Sub(start[i].Start.Position()).Len() }
		for _, c := range []struct {
			what      string
			got, want float64
		}{
			{"along", moved(0), 1.5 * 1.5 / 4}, {"across", moved(1), 1.5 * 1.5 / 10}, {"spin", angle - last[2].Angle, 1.5 * 1.5 / 6},
		} {
			if !scalar.EqualWithinAbs(c.got, c.want, 1.5/fps) {
				t.Errorf("angle %v: %s by %v, want %v", angle, c.what, c.got, c.want)
			}
		}
		for i := range last {
			if !(last[i].Velocity().Len() <= 1e-15) || last[i].Omega != 0 {
				t.Errorf("angle %v: body %d still moves: %+v", angle, i, last[i])
			}
		}
	}
}

// TestRunRefusesBadActions of a policy, naming the frame.
func TestRunRefusesBadActions(t *testing.T) {
	scene := free(50, disc(0, 0, 0, 0))
	scene.Actuators = []sim.Actuator{{Kind: sim.Force, Against: sim.World, Axis: sim.Vec{X: 1}, Low: -1, High: 1}}
	e := New()
	if err := e.Load(scene); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []sim.Action{{}, {1, 2}, {math.NaN()}} {
		_, err := e.Run(nil, 5, func(frame int, _ sim.State) sim.Action {
			if frame < 3 {
				return nil
			}
			return bad
		})
		if err == nil || err.Error()[:16] != "engine: frame 3:" {
			t.Errorf("action %v: got %v", bad, err)
		}
	}
}
