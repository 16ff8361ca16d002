package source

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/world/flight"
	"orrery/world/geom"
)

// toy is an engine of discs and boxes that do not turn between two walls, one above the other:
// simple enough to have any order, skin, calm and rule.
type toy struct {
	order            flight.Order
	gravity          float64 // m/s²
	circle, wall     float64 // m, skins
	calm             float64 // m/s
	depth            float64 // m, at which things meet within a step; below 0 they do not
	friction, bounce geom.Rule
	noise            float64 // m/s
	sight, ahead     float64 // m and frames; what is in sight touches until the end of the frame, and bounces then
	hold             float64 // share of the sliding that ends where the ball touches, however lightly
}

// run returns episodes of one ball each, of various elasticity, that is thrown between two walls.
func (e toy) run(episodes int) []*sim.Trajectory {
	var out []*sim.Trajectory
	rng := sim.NewRand(1, "test toy", 0)
	surfaces := []sim.Surface{{Friction: 0.2, Elasticity: 0.9}, {Friction: 0.5, Elasticity: 0.6}}
	wall := sim.Surface{Friction: 0.4, Elasticity: 0.7}
	for k := range episodes {
		scene := sim.DefaultScene()
		scene.Gravity = sim.Vec{Y: e.gravity}
		for _, y := range []float64{-1, 1} {
			scene.Walls = append(scene.Walls, sim.Shape{Kind: sim.Segment, Vertices: []sim.Vec{{X: -900, Y: y}, {X: 900, Y: y}}, Friction: wall.Friction, Elasticity: wall.Elasticity})
		}
		surface := surfaces[k%2]
		b := sim.NewDisc(0.1, 10, surface)
		b.Start = sim.BodyState{Y: 1.6*rng.Float64() - 0.8, VX: 10 * rng.NormFloat64(), VY: 1.5 * rng.NormFloat64()}
		scene.Bodies = []sim.Body{b}
		together := sim.Surface{Friction: e.friction.Of(surface.Friction, wall.Friction), Elasticity: e.bounce.Of(surface.Elasticity, wall.Elasticity)}
		s := b.Start
		t := &sim.Trajectory{Scene: &scene}
		for range 121 {
			seen := s
			seen.VX, seen.VY = s.VX+e.noise*rng.NormFloat64(), s.VY+e.noise*rng.NormFloat64()
			t.States = append(t.States, sim.State{seen})
			e.step(&s, together)
		}
		out = append(out, t)
	}
	return out
}

const frame = 1.0 / 60 // s

// gap returns the gap between the skins of a ball and of the wall that it nears.
func (e toy) gap(s *sim.BodyState) (gap, side float64) {
	side = 1
	if s.VY < 0 {
		side = -1
	}
	return 1 - 0.1 - side*s.Y - e.circle - e.wall, side
}

// hit changes the velocity at a wall that the ball nears.
func (e toy) hit(s *sim.BodyState, side float64, with sim.Surface) {
	speed := side * s.VY
	if speed <= 0 {
		return
	}
	change := speed
	if speed > e.calm {
		change += with.Elasticity * speed
	}
	s.VY -= side * change
	if e.sight > 0 {
		change = speed // what bounces at the end of a frame does not rub
	}
	rub := math.Min(math.Max(with.Friction*change, e.hold*math.Abs(s.VX)), math.Abs(s.VX))
	s.VX -= math.Copysign(rub, s.VX)
}

func (e toy) step(s *sim.BodyState, with sim.Surface) {
	if e.sight > 0 {
		s.VY += e.gravity * frame
		before, side := e.gap(s)
		s.X, s.Y = s.X+s.VX*frame, s.Y+s.VY*frame
		if after, _ := e.gap(s); before <= e.sight && after <= e.ahead*side*s.VY*frame {
			s.Y += side * min(0, after)
			e.hit(s, side, with)
		}
		return
	}
	phases := e.order.Phases()
	share := 1.0
	if e.order == flight.EvenForce {
		share = 0.5
	}
	for _, p := range phases {
		switch p {
		case flight.Force:
			s.VY += share * e.gravity * frame
		case flight.Solve:
			if gap, side := e.gap(s); gap <= 0 {
				e.hit(s, side, with)
			}
		case flight.Move:
			left := frame
			if gap, side := e.gap(s); e.depth >= 0 && gap+e.depth > 0 && side*s.VY*frame > gap+e.depth {
				t := (gap + e.depth) / (side * s.VY)
				s.Y += t * s.VY
				e.hit(s, side, with)
				left -= t
			}
			s.X, s.Y = s.X+left*s.VX, s.Y+left*s.VY
		case flight.Correct:
			if gap, side := e.gap(s); gap < 0 && e.order != flight.EngineOrder {
				s.Y += 0.2 * gap * side
			}
		}
	}
}

func TestSourcesAreFound(t *testing.T) {
	t.Parallel()
	for name, e := range map[string]toy{
		"Chipmunk":        {order: flight.EngineOrder, gravity: -3, depth: -1},
		"without gravity": {order: flight.EngineOrder, depth: -1},
		"Box2D":           {order: flight.SolveFirst, gravity: -3, wall: 0.02, calm: 0.8, depth: 0.015, friction: geom.Geometric},
		"without impacts": {order: flight.SolveFirst, gravity: -3, circle: 0.02, wall: 0.01, depth: -1},
		"matter.js":       {order: flight.MoveFirst, gravity: -6, calm: 1.2, depth: -1, bounce: geom.Minimum, friction: geom.Minimum},
		"maximum":         {order: flight.MoveFirst, gravity: -3, depth: -1, bounce: geom.Maximum, friction: geom.Maximum},
		"Rapier":          {order: flight.MoveFirst, sight: 0.02, ahead: 0.25, depth: 0, friction: geom.Geometric, bounce: geom.Geometric},
		"hold":            {order: flight.MoveFirst, gravity: -6, depth: -1, hold: 0.7},
		"mean":            {order: flight.MoveFirst, gravity: -3, depth: -1, bounce: geom.Mean, friction: geom.Mean},
	} {
		measured, err := Measure(t.Context(), e.run(300))
		if err != nil {
			t.Fatal(err)
		}
		if len(measured.Doubts) > 0 {
			t.Errorf("%s: %v", name, measured.Doubts)
		}
		found := measured.Sources
		if len(found) == 0 {
			t.Fatalf("%s: no source", name)
		}
		s := found[0]
		if len(found) > 1 && e.gravity != 0 && e.order != flight.MoveFirst {
			t.Errorf("%s: %d sources", name, len(found))
		}
		if !s.Flight.Order.Same(e.order) {
			t.Errorf("%s: order %q", name, s.Flight.Order)
		}
		if skin := s.Touch.Skin.Circle + s.Touch.Skin.Segment; !scalar.EqualWithinAbs(skin, e.circle+e.wall, 5e-4) {
			t.Errorf("%s: skins of %v m, want %v", name, skin, e.circle+e.wall)
		}
		if s.Impacts != (e.depth >= 0) || s.Impacts && !scalar.EqualWithinAbs(s.Depth, e.depth, 1e-3) {
			t.Errorf("%s: impacts %v at a depth of %v m", name, s.Impacts, s.Depth)
		}
		if s.Late != (e.sight > 0) || !scalar.EqualWithinAbs(s.Sight, e.sight, 5e-4) || !scalar.EqualWithinAbs(s.Ahead, e.ahead, 0.01) {
			t.Errorf("%s: late %v, sight of %v m, %v frames ahead", name, s.Late, s.Sight, s.Ahead)
		}
		if s.Hold != (e.hold > 0) {
			t.Errorf("%s: hold %v", name, s.Hold)
		}
		if !scalar.EqualWithinAbs(s.Calm, e.calm, 0.05) {
			t.Errorf("%s: calm below %v m/s", name, s.Calm)
		}
		rule := func(r geom.Rule) geom.Rule {
			if r == geom.Product {
				return ""
			}
			return r
		}
		if s.Touch.Elasticity != rule(e.bounce) || s.Touch.Friction != rule(e.friction) {
			t.Errorf("%s: elasticities by %q, frictions by %q", name, s.Touch.Elasticity, s.Touch.Friction)
		}
		if s.Flight.Keep != 1 || !(s.Flight.Gravity.Len() <= 1e-6) {
			t.Errorf("%s: flight %+v", name, s.Flight)
		}
	}
}

// TestFewMeetingsSayNothing: without any, each order that flights allow is possible.
func TestFewMeetingsSayNothing(t *testing.T) {
	t.Parallel()
	e := toy{order: flight.SolveFirst, gravity: -3, depth: -1}
	measured, err := Measure(t.Context(), e.run(2))
	if err != nil || len(measured.Sources) != 2 {
		t.Fatalf("%d sources, %v", len(measured.Sources), err)
	}
	found := measured.Sources
	for i, o := range []flight.Order{flight.SolveFirst, flight.MoveFirst} {
		if found[i].Flight.Order != o || found[i].Touch != (geom.Touch{}) || found[i].Calm != 0 {
			t.Errorf("%+v", found[i])
		}
	}
	if measured, err = Measure(t.Context(), nil); err != nil || len(measured.Sources) != len(flight.Orders()) || measured.Sources[0].Flight.Order != "" {
		t.Errorf("of nothing: %+v, %v", measured, err)
	}
}

// TestThresholdsAreTheMiddle between what hits and what does not, or zero.
func TestThresholdsAreTheMiddle(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		hits, misses []float64
		at           float64
		mistakes     int
	}{
		{[]float64{-2, -1}, []float64{3, 5}, 0, 0}, {[]float64{1, 2}, []float64{4, 5}, 3, 0},
		{[]float64{-5, -4}, []float64{-2, 1}, -3, 0}, {[]float64{1, 2, 9}, []float64{4, 5, 6, 7}, 3, 1},
		{[]float64{1, 2}, nil, 2, 0}, {nil, []float64{1, 2}, math.Inf(-1), 0},
	} {
		var of []meeting
		for _, g := range c.hits {
			of = append(of, meeting{after: g, hit: true})
		}
		for _, g := range c.misses {
			of = append(of, meeting{after: g})
		}
		if at, mistakes := threshold(of, func(m *meeting) float64 { return m.after }, nil); at != c.at || mistakes != c.mistakes {
			t.Errorf("%v and %v: at %v with %d mistakes, want %v with %d", c.hits, c.misses, at, mistakes, c.at, c.mistakes)
		}
	}
}

// TestThreeHitsMayBeAccidents: what gaps at the ends of frames do not tell of more, those at their starts do; of many hits a
// fiftieth may be.
func TestThreeHitsMayBeAccidents(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		usual, odd int
		early      bool
	}{{60, 3, false}, {60, 4, true}, {400, 8, false}, {400, 9, true}} {
		var of []meeting
		for range c.usual {
			of = append(of, meeting{before: 0.01, after: -0.01, hit: true, size: 1}, meeting{before: 0.05, after: 0.02, size: 1})
		}
		for range c.odd { // they had touched before, and parted
			of = append(of, meeting{before: -0.01, after: 0.03, hit: true, size: 1})
		}
		f := fitHits([2]sim.ShapeKind{sim.Circle, sim.Segment}, of)
		if f.early != c.early || f.within || !f.known || c.early != (f.mistakes == 0) {
			t.Errorf("%d of %d hits: %+v", c.odd, c.usual+c.odd, f)
		}
	}
}

// TestSkinsAddUp over kinds of pair.
func TestSkinsAddUp(t *testing.T) {
	t.Parallel()
	pair := func(a, b sim.ShapeKind, gap float64) fit {
		return fit{kinds: [2]sim.ShapeKind{a, b}, count: 50, known: true, early: true, start: gap}
	}
	got := skins([]fit{pair(sim.Circle, sim.Segment, 0.01), pair(sim.Polygon, sim.Segment, 0.02), pair(sim.Polygon, sim.Polygon, 0.02), pair(sim.Circle, sim.Circle, 0), pair(sim.Circle, sim.Polygon, 0.01)})
	if !scalar.EqualWithinAbs(got.Circle, 0, 1e-4) || !scalar.EqualWithinAbs(got.Segment, 0.01, 1e-4) || !scalar.EqualWithinAbs(got.Polygon, 0.01, 1e-4) {
		t.Errorf("%+v", got)
	}
	// What one pair leaves open is shared out, and what two leave open explains them with least.
	if got = skins([]fit{pair(sim.Circle, sim.Segment, 0.01)}); !scalar.EqualWithinAbs(got.Circle, 0.005, 1e-4) || !scalar.EqualWithinAbs(got.Segment, 0.005, 1e-4) {
		t.Errorf("of one pair %+v", got)
	}
	if got = skins([]fit{pair(sim.Circle, sim.Segment, 0.01), pair(sim.Polygon, sim.Segment, 0.02)}); !scalar.EqualWithinAbs(got.Circle, 0, 1e-4) || !scalar.EqualWithinAbs(got.Polygon, 0.01, 1e-4) {
		t.Errorf("of two pairs %+v", got)
	}
}

// TestWrongOutlinesAreNamed: a disc told too small, or too large, or that is none.
func TestWrongOutlinesAreNamed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		order  flight.Order
		radius float64 // m, as told
		want   string
	}{
		{flight.EngineOrder, 0.1, ""}, {flight.SolveFirst, 0.1, ""},
		{flight.EngineOrder, 0.098, ""}, // a skin explains it
		{flight.EngineOrder, 0.102, "body 0 is not what the scene says: things overlap its outline by up to 2 mm without touching it"},
	} {
		e := toy{order: c.order, gravity: -3, depth: -1}
		data := e.run(400)
		for i, t := range data {
			told := *t.Scene
			told.Bodies = slices.Clone(told.Bodies)
			told.Bodies[0].Shapes = slices.Clone(told.Bodies[0].Shapes)
			told.Bodies[0].Shapes[0].Radius = c.radius
			told.Bodies[0].Shapes[0].Elasticity = 0.5
			told.Bodies[0].Shapes[0].Friction = 0.5
			data[i] = &sim.Trajectory{Scene: &told, States: t.States}
		}
		found, err := Measure(t.Context(), data)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(found.Doubts); got != "["+c.want+"]" {
			t.Errorf("%q, %v m: %s", c.order, c.radius, got)
		}
	}
}

// TestObservedMotionIsExact, most likely: its states are estimates, so things meet within a frame at any
// time, and a skin, a calm or a rule shows only beyond the noise.
func TestObservedMotionIsExact(t *testing.T) {
	t.Parallel()
	for _, calm := range []float64{0, 0.8} {
		e := toy{order: flight.EvenForce, gravity: -1, calm: calm, bounce: geom.Minimum}
		data := e.run(300)
		rng := sim.NewRand(2, "test estimates", 0)
		const place, speed = 1e-3, 5e-3
		for _, d := range data {
			d.Seen = &sim.Observation{}
			for _, s := range d.States {
				b := &s[0]
				b.X, b.Y = b.X+place*rng.NormFloat64(), b.Y+place*rng.NormFloat64()
				b.VX, b.VY = b.VX+speed*rng.NormFloat64(), b.VY+speed*rng.NormFloat64()
				d.Seen.Std = append(d.Seen.Std, sim.State{{X: place, Y: place, VX: speed, VY: speed}})
				d.Seen.Sights = append(d.Seen.Sights, make([]sim.Sight, 1))
			}
		}
		found, err := Measure(t.Context(), data)
		if err != nil || len(found.Sources) != len(flight.Orders()) || len(found.Doubts) > 0 {
			t.Fatalf("%+v, %v", found, err)
		}
		s := found.Sources[0]
		if s.Flight.Order != flight.EvenForce || !s.Impacts || s.Depth != 0 || s.Touch.Skin != (geom.Skin{}) {
			t.Errorf("%+v", s)
		}
		if s.Touch.Elasticity != geom.Minimum || s.Touch.Friction != "" || !scalar.EqualWithinAbs(s.Calm, calm, 0.1) {
			t.Errorf("calm below %v m/s, want %v; elasticities by %q, frictions by %q", s.Calm, calm, s.Touch.Elasticity, s.Touch.Friction)
		}
	}
}

// TestAnyChangeOfMotionIsAMeeting: a body that is pushed, or only turned, did not fly freely;
// one that did is not said to have met anything.
func TestAnyChangeOfMotionIsAMeeting(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	for _, x := range []float64{-1, 1} {
		b := sim.Body{Kind: sim.Dynamic, Mass: 1, Moment: 1, Start: sim.BodyState{X: x, VX: 0.5, VY: 0.25, Omega: 2}}
		b.Shapes = []sim.Shape{sim.NewShape(sim.Circle, 0.2, sim.Surface{}, sim.Vec{})}
		scene.Bodies = append(scene.Bodies, b)
	}
	f := flight.DefaultFlight()
	f.FrameTime = scene.FrameTime()
	for i := range scene.Bodies {
		for name, c := range map[string]struct {
			by        sim.BodyState
			hit, free bool
		}{
			"flies":   {free: true},
			"pushed":  {by: sim.BodyState{VX: 0.1}, hit: true, free: true},
			"lifted":  {by: sim.BodyState{VY: 0.1}, hit: true, free: true},
			"turned":  {by: sim.BodyState{Omega: 0.1}, hit: true, free: true},
			"shifted": {by: sim.BodyState{Y: 0.1}},
		} {
			tr := &sim.Trajectory{Scene: &scene, States: []sim.State{scene.Start(), scene.Start()}}
			w := newWatch(tr, &f)
			w.flown = append(w.flown[:0], tr.States[0]...)
			w.step.Force(w.flown, nil)
			for k := range w.flown {
				at := &w.flown[k]
				at.X, at.Y, at.Angle = at.X+at.VX*f.FrameTime, at.Y+at.VY*f.FrameTime, at.Angle+at.Omega*f.FrameTime
			}
			copy(tr.States[1], w.flown)
			is := &tr.States[1][i]
			is.X, is.Y, is.VX, is.VY, is.Omega = is.X+c.by.X, is.Y+c.by.Y, is.VX+c.by.VX, is.VY+c.by.VY, is.Omega+c.by.Omega
			m := meeting{free: true}
			w.compare(&m, i, 0)
			if m.hit != c.hit || m.free != c.free {
				t.Errorf("body %d %s: hit %v, free %v", i, name, m.hit, m.free)
			}
			other := meeting{free: true}
			if w.compare(&other, 1-i, 0); other.hit || !other.free {
				t.Errorf("body %d %s, and the other met something", i, name)
			}
		}
	}
}

// TestExactImpactsShowWithoutGravity, whatever steps the scene names: they happen where things touch. Those of an engine
// whose steps are as many happen where things overlap.
func TestExactImpactsShowWithoutGravity(t *testing.T) {
	t.Parallel()
	for _, steps := range []int{1, 2, 4, 60} {
		for _, exact := range []bool{true, false} {
			rng := sim.NewRand(9, "test exact", 0)
			var all []*sim.Trajectory
			for range 30 {
				scene := sim.DefaultScene()
				scene.FPS, scene.Substeps, scene.Gravity = 30, steps, sim.Vec{}
				for _, y := range []float64{-1, 1} {
					scene.Walls = append(scene.Walls, sim.Shape{Kind: sim.Segment, Vertices: []sim.Vec{{X: -900, Y: y}, {X: 900, Y: y}}, Elasticity: 1})
				}
				b := sim.NewDisc(0.1, 10, sim.Surface{Elasticity: 1})
				b.Start = sim.BodyState{Y: 1.6*rng.Float64() - 0.8, VX: rng.NormFloat64(), VY: 2 + rng.Float64()}
				scene.Bodies = []sim.Body{b}
				s := b.Start
				trajectory := &sim.Trajectory{Scene: &scene, States: []sim.State{{s}}}
				dt := scene.StepTime()
				for k := 1; k <= 60*steps; k++ {
					if s.X, s.Y = s.X+s.VX*dt, s.Y+s.VY*dt; !(math.Abs(s.Y) <= 0.9) && s.Y*s.VY > 0 {
						if s.VY = -s.VY; exact {
							s.Y = math.Copysign(1.8, s.Y) - s.Y // flown back from where it touched
						}
					}
					if k%steps == 0 {
						trajectory.States = append(trajectory.States, sim.State{s})
					}
				}
				all = append(all, trajectory)
			}
			found, err := Measure(t.Context(), all)
			if err != nil {
				t.Fatal(err)
			}
			engines, impacts := 0, 0
			for _, s := range found.Sources {
				if s.Impacts {
					impacts++
				} else {
					engines++
				}
			}
			if impacts == 0 && exact || (engines == 0) != exact {
				t.Errorf("%d steps, exact %v: %d sources with impacts within a step and %d without", steps, exact, impacts, engines)
			}
		}
	}
}

// TestWrongMassesAreNamed: two balls that keep momentum with other masses than those of the scene. One body between walls
// tells nothing, nor do masses that are told right.
func TestWrongMassesAreNamed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		told [2]float64
		want string
	}{
		{[2]float64{1, 4}, "[]"},
		{[2]float64{2, 8}, "[]"}, // only the ratio shows
		{[2]float64{1, 1}, "[the masses are not those of the scene: in most impacts body 1 acts as if it were 4 times as heavy as body red, and in the scene it is 1 times]"},
	} {
		rng := sim.NewRand(10, "test masses", 0)
		var all []*sim.Trajectory
		for range 60 {
			scene := sim.DefaultScene()
			scene.Gravity = sim.Vec{}
			for i := range 2 {
				b := sim.NewDisc(0.1, 10, sim.Surface{Elasticity: 1})
				b.Mass, b.Moment = c.told[i], 0.01
				b.Start = sim.BodyState{X: 2 * float64(i), Y: 0.05 * rng.NormFloat64(), VX: 1 - 2*float64(i) + 0.2*rng.NormFloat64()}
				scene.Bodies = append(scene.Bodies, b)
			}
			scene.Bodies[0].Name = "red"
			state := scene.Start()
			trajectory := &sim.Trajectory{Scene: &scene, States: []sim.State{state}}
			dt := scene.FrameTime()
			for range 80 {
				state = slices.Clone(state)
				for i := range state {
					state[i].X, state[i].Y = state[i].X+state[i].VX*dt, state[i].Y+state[i].VY*dt
				}
				n := state[1].Position().Sub(state[0].Position())
				n = n.Scale(1 / n.Len())
				if u := state[1].Velocity().Sub(state[0].Velocity()).Dot(n); u < 0 && state[1].Position().Sub(state[0].Position()).Len() < 0.2 {
					j := -2 * u * (4.0 / 5) // of masses 1 and 4
					state[0].VX, state[0].VY = state[0].VX-j*n.X, state[0].VY-j*n.Y
					state[1].VX, state[1].VY = state[1].VX+j/4*n.X, state[1].VY+j/4*n.Y
				}
				trajectory.States = append(trajectory.States, state)
			}
			all = append(all, trajectory)
		}
		found, err := Measure(t.Context(), all)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(found.Doubts); got != c.want {
			t.Errorf("masses %v: %s", c.told, got)
		}
	}
}
