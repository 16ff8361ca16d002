package mirror

import (
	"math"
	"testing"

	"orrery/sim"
	"orrery/world/identify"
)

// TestEveryQuantityHasItsWords: how it was found, why it was not, and how narrow its interval must be to be told.
func TestEveryQuantityHasItsWords(t *testing.T) {
	t.Parallel()
	const force = "from how the bodies move under its force"
	const slack = "the joint is never stretched so that this shows"
	p := &problem{}
	for name, c := range map[identify.Name]struct {
		evidence, silence string
		least             float64 // half an interval up to which a value of 1e-6 is told
	}{
		identify.Gravity:    {"from how velocities change between contacts", "nothing falls freely long enough", 0.02},
		identify.Drag:       {"from what velocities lose between contacts", "nothing flies long enough to show drag", 0.02},
		identify.Elasticity: {"from velocities before and after impacts", "these meet too slowly to bounce", 0.02},
		identify.Friction:   {"from impacts and contacts that slide", "nothing slides on the other", 0.02},
		identify.Mass:       {"from what bodies that push each other do to each other", "it meets no other body whose velocity changes with it", 1e-7},
		identify.Moment:     {"from how it turns when it is pushed", "nothing turns it", 1e-7},
		identify.Radius:     {"from where it touches things", "nothing touches it", 1e-7},
		identify.Stiffness:  {force, slack, 0.02},
		identify.Damping:    {force, slack, 0.02},
		identify.Length:     {force, slack, 0.01},
		identify.Strength:   {force, "its force does not show beside others", 1e-7},
		identify.Anchor:     {"from the point that both ends share", "the bodies turn too little to show where the joint holds them", 0.01},
		identify.Grip:       {"from how it slows", "it does not slide this way", 0.02},
	} {
		k := noKnob(name, "a", "")
		if got := evidence(&k); got != c.evidence {
			t.Errorf("%s: evidence %q", name, got)
		}
		if got := p.silence(&k, 0, 1); got != c.silence {
			t.Errorf("%s: silence %q", name, got)
		}
		for half, want := range map[float64]bool{0.99 * c.least: true, 1.01 * c.least: false} {
			if got := tells(&k, 1e-6, -half, half); got != want {
				t.Errorf("%s: ±%v is told: %v", name, half, got)
			}
		}
		of := 100.0 // a tenth of it
		if name == identify.Damping || name == identify.Stiffness {
			of = 1000
		}
		for half, want := range map[float64]bool{0.099 * of: true, 0.101 * of: false} {
			if got := tells(&k, of, of-half, of+half); got != want {
				t.Errorf("%s: %v ± %v is told: %v", name, of, half, got)
			}
		}
	}
	k := noKnob(identify.Friction, "a", "")
	if got := p.silence(&k, 0.5, 1); got != "every impact sticks, and more friction than it takes changes nothing" {
		t.Errorf("friction of what sticks: %q", got)
	}
	k.contact = 0
	if got := p.silence(&k, 0.5, 1); got != "these never touch" {
		t.Errorf("friction of what never meets: %q", got)
	}
	p.shares = []share{{spans: []span{{}, {meetings: []meeting{{group: 1}, {group: 0}}}}}}
	if !p.met(&k) {
		t.Error("what meets in the second span does not")
	}
}

// TestDragIsARate, told in the unit of a rate, and without a bound where all is lost in a step.
func TestDragIsARate(t *testing.T) {
	t.Parallel()
	p := &problem{dt: 0.01}
	k := noKnob(identify.Drag, "scene", "1/s")
	k.scale = keep
	u := math.Exp(-0.5 * p.dt) // half of the velocity a second
	got := p.parameter(&k, u, 1e-5, "")
	low, high := -math.Log(u+1.96e-5)/p.dt, -math.Log(u-1.96e-5)/p.dt
	if !got.Identifiable || got.Value != 0.5 || !near(got.Lo, low) || !near(got.Hi, high) || got.Why != "from what velocities lose between contacts" {
		t.Errorf("%+v, want 0.5 from %v to %v", got, low, high)
	}
	if got := p.parameter(&k, u, 1e-3, ""); got.Identifiable || got.Why != "nothing flies long enough to show drag" {
		t.Errorf("hardly told: %+v", got)
	}
	if got := p.parameter(&k, 0, 1e-5, ""); got.Identifiable || got.Why != "bodies lose all their velocity in every step, so the drag has no bound" {
		t.Errorf("all is lost: %+v", got)
	}
	if got := p.parameter(&k, 1.00001, 1e-6, ""); !got.Identifiable || got.Value != 0 || got.Lo != 0 {
		t.Errorf("a gain: %+v", got)
	}
}

func near(got, want float64) bool { return math.Abs(got-want) <= 1e-9 }

// TestAnchorsAreWhereBothEndsMeet, of two bodies and of one and the world.
func TestAnchorsAreWhereBothEndsMeet(t *testing.T) {
	t.Parallel()
	a, b := sim.Vec{X: 0.3, Y: -0.1}, sim.Vec{X: -0.2, Y: 0.25}
	var states []sim.State
	for k := range 40 {
		angle, other := 0.2*float64(k), 1-0.07*float64(k*k%13)
		meet := sim.Vec{X: 1, Y: 2}
		p, q := meet.Sub(a.Rotate(angle)), meet.Sub(b.Rotate(other))
		states = append(states, sim.State{{X: p.X, Y: p.Y, Angle: angle}, {X: q.X, Y: q.Y, Angle: other}})
	}
	all := []*sim.Trajectory{{States: states[:20]}, {States: states[20:]}}
	got := anchor(all, &sim.Joint{Kind: sim.Pivot, A: 0, B: 1})
	for i, want := range [4]float64{a.X, a.Y, b.X, b.Y} {
		if !(math.Abs(got[i]-want) < 1e-4) {
			t.Errorf("two bodies: %v, want %v and %v", got, a, b)
			break
		}
	}
	got = anchor(all, &sim.Joint{Kind: sim.Pivot, A: 0, B: sim.World, AnchorB: sim.Vec{X: 5, Y: 5}})
	for i, want := range [4]float64{a.X, a.Y, 1, 2} {
		if !(math.Abs(got[i]-want) < 1e-4) {
			t.Errorf("a body and the world: %v, want %v and [1 2]", got, a)
			break
		}
	}
	// What never turns tells the sum alone, and the rest stays as the scene has it.
	still := []*sim.Trajectory{{States: []sim.State{{{X: 1, Y: 2}}, {{X: 1, Y: 2}}}}}
	got = anchor(still, &sim.Joint{Kind: sim.Pivot, A: 0, B: sim.World, AnchorA: sim.Vec{X: 0.5}, AnchorB: sim.Vec{X: 1.5, Y: 2}})
	for i, want := range [4]float64{0.5, 0, 1.5, 2} {
		if !(math.Abs(got[i]-want) < 1e-9) {
			t.Errorf("what never turns: %v", got)
			break
		}
	}
}

// TestRopesBeginAtTheirGreatestLength, but for one frame in a hundred.
func TestRopesBeginAtTheirGreatestLength(t *testing.T) {
	t.Parallel()
	scene := &sim.Scene{Joints: []sim.Joint{{A: 0, B: sim.World, AnchorA: sim.Vec{X: 1}, AnchorB: sim.Vec{Y: 2}}}}
	tr := &sim.Trajectory{Scene: scene}
	for k := range 200 {
		tr.States = append(tr.States, sim.State{{X: -1 + float64(199-k)/100, Y: 2}})
	}
	v := &survey{scenes: []*sim.Scene{scene}, trajectories: []*sim.Trajectory{tr}}
	knobs := []knob{noKnob(identify.Length, "a", "m"), noKnob(identify.Mass, "a", "kg")}
	knobs[0].joint, knobs[0].rope, knobs[1].start = 0, true, 7
	startRopes(v, knobs)
	if !(math.Abs(knobs[0].start-1.98) < 1e-12) || knobs[1].start != 7 {
		t.Errorf("a rope of %v m, want 1.98; a mass of %v", knobs[0].start, knobs[1].start)
	}
}

// TestScenesMustStepAndBeTiedAlike to be of one kind.
func TestScenesMustStepAndBeTiedAlike(t *testing.T) {
	t.Parallel()
	base := func() *sim.Scene {
		s := sim.DefaultScene()
		s.FPS, s.Substeps = 50, 2
		s.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{}), sim.NewDisc(0.2, 1, sim.Surface{})}
		s.Joints = []sim.Joint{{Kind: sim.Pin, A: 0, B: 1}}
		s.Fields = []sim.Field{{Kind: sim.Linear, A: 0, B: 1}}
		return &s
	}
	one := &sim.Trajectory{Scene: base()}
	for name, c := range map[string]struct {
		change func(s *sim.Scene)
		same   bool
		err    string
	}{
		"nothing":      {func(*sim.Scene) {}, true, ""},
		"where":        {func(s *sim.Scene) { s.Bodies[0].Start.X = 3; s.Joints[0].AnchorA.X = 1; s.Fields[0].Strength = 2 }, true, ""},
		"how strong":   {func(s *sim.Scene) { s.Bodies[0].Grip.Along = 2 }, false, ""},
		"rate":         {func(s *sim.Scene) { s.FPS = 25 }, true, "episode 1: its 25 frames a second of 2 steps must be the 50 of 2 of the first episode"},
		"steps":        {func(s *sim.Scene) { s.Substeps = 3 }, true, "episode 1: its 50 frames a second of 3 steps must be the 50 of 2 of the first episode"},
		"name":         {func(s *sim.Scene) { s.Bodies[1].Name = "b" }, false, ""},
		"kind":         {func(s *sim.Scene) { s.Bodies[1].Kind = sim.Kinematic }, false, ""},
		"mass":         {func(s *sim.Scene) { s.Bodies[1].Mass *= 2 }, false, ""},
		"moment":       {func(s *sim.Scene) { s.Bodies[1].Moment *= 2 }, false, ""},
		"shape":        {func(s *sim.Scene) { s.Bodies[1].Shapes[0].Radius = 0.3 }, false, ""},
		"fewer":        {func(s *sim.Scene) { s.Bodies = s.Bodies[:1] }, false, ""},
		"joint's kind": {func(s *sim.Scene) { s.Joints[0].Kind = sim.Pivot }, false, ""},
		"joint's A":    {func(s *sim.Scene) { s.Joints[0].A = 1 }, false, ""},
		"joint's B":    {func(s *sim.Scene) { s.Joints[0].B = sim.World }, false, ""},
		"no joint":     {func(s *sim.Scene) { s.Joints = nil }, false, ""},
		"field's kind": {func(s *sim.Scene) { s.Fields[0].Kind = sim.InverseSquare }, false, ""},
		"field's A":    {func(s *sim.Scene) { s.Fields[0].A = 1 }, false, ""},
		"field's B":    {func(s *sim.Scene) { s.Fields[0].B = 0 }, false, ""},
		"no field":     {func(s *sim.Scene) { s.Fields = nil }, false, ""},
	} {
		other := base()
		c.change(other)
		all := []*sim.Trajectory{one, {Scene: other}}
		if got := sameBodies(all); got != c.same {
			t.Errorf("%s: the same bodies: %v", name, got)
		}
		if err := oneStep(all); (err == nil) != (c.err == "") || err != nil && err.Error() != c.err {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestForcesThatAreKnownDriveTheirBodies, and what leads a body does not.
func TestForcesThatAreKnownDriveTheirBodies(t *testing.T) {
	t.Parallel()
	for kind, want := range map[sim.ActuatorKind][3]bool{
		sim.Force: {false, true, false}, sim.Thrust: {false, true, false}, sim.Torque: {false, true, true},
		sim.Velocity: {}, sim.Servo: {}, sim.Steer: {},
	} {
		scene := &sim.Scene{Actuators: []sim.Actuator{{Kind: kind, Body: 1, Against: 2}}}
		for i, want := range want {
			if got := driven(scene, i); got != want {
				t.Errorf("%s on 1 against 2 drives %d: %v", kind, i, got)
			}
		}
	}
}

// TestBodiesThatPushEachOtherAreOneSet: through touches, joints, fields and torques, but not through walls or what is led.
func TestBodiesThatPushEachOtherAreOneSet(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	for range 9 {
		scene.Bodies = append(scene.Bodies, sim.NewDisc(0.1, 1, sim.Surface{}))
	}
	scene.Bodies[8].Kind = sim.Kinematic
	scene.Joints = []sim.Joint{{A: 2, B: 3}, {A: 7, B: sim.World}, {A: 0, B: 8}}
	scene.Fields = []sim.Field{{A: 4, B: 3}, {A: 8, B: 5}}
	scene.Actuators = []sim.Actuator{{Kind: sim.Torque, Body: 5, Against: 6}, {Kind: sim.Force, Body: 7, Against: 0}}
	of := components(&scene, map[[2]int]bool{{1, 0}: true, {7, -1}: true, {1, 2}: true})
	for i, want := range []int{0, 0, 0, 0, 0, 5, 5, 7, 8} {
		if of[i] != want {
			t.Fatalf("sets %v", of)
		}
	}
}
