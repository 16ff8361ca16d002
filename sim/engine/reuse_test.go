package engine

import (
	"errors"
	"math"
	"runtime"
	"testing"
	"unsafe"

	"orrery/sim"
)

// clutter returns n bodies of several shapes that fall into a box, some of them
// kinematic, jointed, driven, gripped or grouped, so that every part of the engine
// has work.
func clutter(n, index int) *sim.Scene {
	rng := sim.NewRand(1, "clutter", index)
	scene := sim.DefaultScene()
	scene.Gravity, scene.Substeps = sim.Vec{Y: -5}, 1+index%2
	surface := sim.Surface{Friction: 0.5, Elasticity: 0.3}
	scene.Walls = []sim.Shape{
		sim.NewShape(sim.Segment, 0.02, surface, sim.Vec{X: -1}, sim.Vec{X: 1}),
		sim.NewShape(sim.Segment, 0, surface, sim.Vec{X: -1}, sim.Vec{X: -1.1, Y: 2}),
		sim.NewShape(sim.Segment, 0, surface, sim.Vec{X: 1}, sim.Vec{X: 1.1, Y: 2}),
		sim.NewShape(sim.Circle, 0.1, surface, sim.Vec{X: 0.1, Y: 0.5}),
	}[index%2:]
	for i := range n {
		var body sim.Body
		switch {
		case i%7 == 6:
			body = sim.Body{Kind: sim.Kinematic, Shapes: []sim.Shape{sim.NewShape(sim.Segment, 0.02, surface, sim.Vec{X: -0.1}, sim.Vec{X: 0.1})}}
		case i%3 == 2:
			body = sim.NewBox(0.05+0.05*rng.Float64(), 0.05, 10, surface)
			body.Shapes = append(body.Shapes, sim.NewShape(sim.Circle, 0.04, surface, sim.Vec{X: 0.1}), sim.NewShape(sim.Circle, 0.04, surface, sim.Vec{X: -0.1}))
		default:
			body = sim.NewDisc(0.04+0.04*rng.Float64(), 10, surface)
		}
		body.Start = sim.BodyState{X: 1.6*rng.Float64() - 0.8, Y: 0.2 + 1.5*rng.Float64(), Angle: rng.Float64(), VX: rng.NormFloat64(), VY: rng.NormFloat64()}
		scene.Bodies = append(scene.Bodies, body)
	}
	if n > 3 {
		scene.Joints = []sim.Joint{{Kind: sim.Pivot, A: 0, B: sim.World, AnchorB: sim.Vec{Y: 1}}, {Kind: sim.Pivot, A: 2, B: 1, AnchorA: sim.Vec{X: 0.2}}}
	}
	if n > 6 {
		scene.Bodies[3].Grip = sim.Grip{Along: 1, Across: 2, Spin: 3}
		scene.Bodies[4].Group, scene.Bodies[5].Group = 1, 1
		scene.Joints = append(scene.Joints,
			sim.Joint{Kind: sim.Rope, A: 3, B: 2, Length: 0.3},
			sim.Joint{Kind: sim.Groove, A: 4, B: 6, AnchorB: sim.Vec{X: -0.3}, EndB: sim.Vec{X: 0.3}},
			sim.Joint{Kind: sim.Spring, A: 5, B: sim.World, AnchorB: sim.Vec{Y: 1}, Stiffness: 3, Damping: 0.1},
			sim.Joint{Kind: sim.Motor, A: 5, B: 3, Rate: 4, MaxTorque: 0.01})
		scene.Fields = []sim.Field{{Kind: sim.Linear, A: 0, B: 3, Strength: -0.5}, {Kind: sim.InverseSquare, A: 6, B: 5, Strength: 0.01, Limit: 1}}
		scene.Actuators = []sim.Actuator{
			{Kind: sim.Servo, Body: 6, Against: sim.World, Axis: sim.Vec{X: 1}, Low: 0.5, High: 1, Stiffness: 50, Damping: 10},
			{Kind: sim.Thrust, Body: 5, Against: sim.World, Axis: sim.Vec{Y: 1}, Low: 0.1, High: 1}}
	}
	return &scene
}

func load(t testing.TB, e *Engine, scene *sim.Scene) *sim.Trajectory {
	t.Helper()
	if err := e.Load(scene); err != nil {
		t.Fatal(err)
	}
	trajectory, err := e.Run(nil, 60, nil)
	if err != nil {
		t.Fatal(err)
	}
	return trajectory
}

// sameBits fails unless two trajectories are equal bit for bit.
func sameBits(t *testing.T, what string, got, want []sim.State) {
	t.Helper()
	for frame := range want {
		for i := range want[frame] {
			g, w := got[frame][i], want[frame][i]
			for k, pair := range [][2]float64{{g.X, w.X}, {g.Y, w.Y}, {g.Angle, w.Angle}, {g.VX, w.VX}, {g.VY, w.VY}, {g.Omega, w.Omega}} {
				if math.Float64bits(pair[0]) != math.Float64bits(pair[1]) {
					t.Fatalf("%s: frame %d body %d value %d: %v, want %v", what, frame, i, k, pair[0], pair[1])
				}
			}
		}
	}
}

// TestReusedEngineEqualsFreshEngine runs scenes of many sizes in one engine, in
// two orders and over a disturbed heap.
func TestReusedEngineEqualsFreshEngine(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	sizes := []int{6, 5, 1, 7, 25, 3, 26, 24, 2, 45, 10, 11, 6, 80, 13, 4}
	e := New()
	var junk [][]byte
	for round := range 2 {
		for index, n := range sizes {
			scene, first := clutter(n, index), 1
			if index%3 == 1 {
				scene.Bias, scene.ChipmunkOrder, scene.Primed, first = 0.1, true, true, 0
			}
			fresh := load(t, New(), scene)
			for range index % 3 {
				junk = append(junk, make([]byte, 1000+n))
			}
			if index%4 == 0 {
				junk = nil
				runtime.GC()
			}
			sameBits(t, "reused", load(t, e, scene).States, fresh.States)
			for i, shape := range e.space.shapes {
				if int(shape.HashId()) != first+i {
					t.Fatalf("shape %d has number %d", i, shape.HashId())
				}
			}
			if round == 1 { // a scene of the same size comes before
				sameBits(t, "other", load(t, e, clutter(n, index+2)).States, load(t, New(), clutter(n, index+2)).States)
			}
		}
	}
	runtime.KeepAlive(junk)
}

// TestPlacesInMemoryReachNoState: the library hashes contacts by the addresses of
// their shapes, and the heap puts the same shapes elsewhere each time.
func TestPlacesInMemoryReachNoState(t *testing.T) {
	scene := clutter(26, 1)
	want := load(t, New(), scene).States
	seen, litter := map[uintptr]bool{}, [][]*byte{}
	for round := range 6 {
		for size := range 4000 { // of many sizes, like what the engine makes
			litter = append(litter, make([]*byte, 4+(size+round)%60))
		}
		rng := sim.NewRand(1, "litter", round)
		for i := range litter { // holes
			if rng.IntN(2) == 0 {
				litter[i] = nil
			}
		}
		runtime.GC()
		e := New()
		sameBits(t, "elsewhere", load(t, e, scene).States, want)
		seen[distances(e)] = true
	}
	runtime.KeepAlive(litter)
	if len(seen) < 3 {
		t.Errorf("the heap was disturbed %d times only", len(seen))
	}
}

// distances is a hash of how far apart in memory the shapes of an engine lie.
func distances(e *Engine) (hash uintptr) {
	first := uintptr(unsafe.Pointer(e.space.shapes[0]))
	for _, shape := range e.space.shapes {
		hash = 31*hash + uintptr(unsafe.Pointer(shape)) - first
	}
	return hash
}

// TestResetEqualsLoad: a state reached while bodies lie on each other, with
// contacts and corrections cached, starts like a scene that begins there.
func TestResetEqualsLoad(t *testing.T) {
	scene := clutter(20, 0)
	e := New()
	trajectory := load(t, e, scene)
	state := trajectory.States[59]
	moved := *scene
	moved.Bodies = append([]sim.Body(nil), scene.Bodies...)
	for i := range moved.Bodies {
		moved.Bodies[i].Start = state[i]
	}
	want := load(t, New(), &moved).States
	for range 3 {
		got, err := e.Run(state, 60, nil)
		if err != nil {
			t.Fatal(err)
		}
		sameBits(t, "reset", got.States, want)
	}
}

// TestRunEqualsFrames compares Run with Reset, Frame and State by hand.
func TestRunEqualsFrames(t *testing.T) {
	scene := clutter(8, 1)
	e := New()
	want := load(t, e, scene).States
	if err := e.Reset(scene.Start()); err != nil {
		t.Fatal(err)
	}
	var state sim.State
	for frame := range want {
		state = e.State(state)
		sameBits(t, "frames", []sim.State{state}, want[frame:frame+1])
		if err := e.Frame(nil); err != nil {
			t.Fatal(err)
		}
	}
}

// TestEnginesRunSideBySide is for the race detector.
func TestEnginesRunSideBySide(t *testing.T) {
	scene := clutter(6, 0)
	want := load(t, New(), scene).States
	results := make(chan *sim.Trajectory)
	for range 4 {
		go func() {
			e := New()
			err := e.Load(scene)
			trajectory, runErr := e.Run(nil, 60, nil)
			if errors.Join(err, runErr) != nil {
				trajectory = &sim.Trajectory{States: make([]sim.State, 60)}
			}
			results <- trajectory
		}()
	}
	for range 4 {
		sameBits(t, "goroutine", (<-results).States, want)
	}
}

func BenchmarkReset(b *testing.B) {
	scene := clutter(6, 0)
	start := scene.Start()
	b.Run("new", func(b *testing.B) {
		for b.Loop() {
			if err := New().Load(scene); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("reused", func(b *testing.B) {
		e := New()
		load(b, e, scene)
		b.ResetTimer()
		for b.Loop() {
			if err := e.Reset(start); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkFrame(b *testing.B) {
	e := New()
	load(b, e, clutter(20, 0))
	for b.Loop() {
		if err := e.Frame(nil); err != nil {
			b.Fatal(err)
		}
	}
}
