package hits

import (
	"math"
	"slices"
	"testing"

	"orrery/sim"
	"orrery/world/identify"
	"orrery/world/observe"
)

// struck is two discs, or one and a wall, as they meet by the law, with what was seen of it.
type struck struct {
	scene  sim.Scene
	law    observe.Law
	flight flight
	at     [2]sim.BodyState // at 0.5 s, at which they meet, before they do
	e, mu  float64
	wall   bool
	beat   float64 // s, between sights
	blind  bool    // angles are not seen
}

// discs2 returns two discs that meet in the middle of one second, a little off each other's centre.
func discs2() *struck {
	s := &struck{scene: sim.DefaultScene(), law: observe.Law{Noise: 1e-3, Turn: 0.01, Speed: 1, Spin: 3}, e: 0.6, mu: 0.15, beat: 0.04}
	s.scene.Bodies = []sim.Body{sim.NewDisc(0.1, 50, sim.Surface{}), sim.NewDisc(0.15, 80, sim.Surface{})}
	s.scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0, sim.Surface{}, sim.Vec{X: -5, Y: -1}, sim.Vec{X: 5, Y: -1})}
	way := sim.Vec{X: 0.25}.Rotate(0.7)
	s.at = [2]sim.BodyState{{X: way.X, Y: way.Y, VX: -1, VY: -0.2, Omega: 4}, {VX: 0.5, VY: 0.9, Omega: 12, Angle: 1}}
	return s
}

// onWall returns a disc that meets the floor.
func onWall() *struck {
	s := discs2()
	s.wall = true
	s.scene.Bodies = s.scene.Bodies[:1]
	s.at = [2]sim.BodyState{{X: 0.3, Y: -0.9, VX: 1, VY: -2, Omega: 5}}
	return s
}

// impact returns the impact.
func (s *struck) impact() sim.Impact {
	if s.wall {
		return sim.Impact{Time: 0.5, StdTime: 1e-3, Body: 0, Other: -1, Normal: sim.Vec{Y: 1}}
	}
	return sim.Impact{Time: 0.5, StdTime: 1e-3, Body: 0, Other: 1, Normal: s.at[0].Position().Sub(s.at[1].Position()).Scale(4)}
}

// after returns the states just after the impact, by impulses that are written out here for discs.
func (s *struck) after() [2]sim.BodyState {
	out := s.at
	n := s.impact().Normal
	t := n.Perp()
	a, b := &s.scene.Bodies[0], &s.scene.Bodies[len(s.scene.Bodies)-1]
	ra, rb := a.Shapes[0].Radius, b.Shapes[0].Radius
	ma, mb, ia, ib := 1/a.Mass, 1/b.Mass, 1/a.Moment, 1/b.Moment
	if s.wall {
		mb, ib, out[1] = 0, 0, sim.BodyState{}
	}
	along := out[0].Velocity().Sub(out[1].Velocity()).Dot(n)
	across := out[0].Velocity().Sub(out[1].Velocity()).Dot(t) - ra*out[0].Omega - rb*out[1].Omega
	push := -(1 + s.e) * along / (ma + mb)
	rub := -across / (ma + mb + ra*ra*ia + rb*rb*ib)
	rub = max(-s.mu*push, min(s.mu*push, rub))
	j := n.Scale(push).Add(t.Scale(rub))
	out[0].VX, out[0].VY, out[0].Omega = out[0].VX+ma*j.X, out[0].VY+ma*j.Y, out[0].Omega-ra*ia*rub
	out[1].VX, out[1].VY, out[1].Omega = out[1].VX-mb*j.X, out[1].VY-mb*j.Y, out[1].Omega-rb*ib*rub
	return out
}

// watch returns what was seen.
func (s *struck) watch() *observe.Watch {
	w := &observe.Watch{Scene: &s.scene}
	after := s.after()
	for k := range int(math.Round(1 / s.beat)) {
		at := (float64(k) + 0.5) * s.beat
		var row []sim.Sight
		for i := range s.scene.Bodies {
			v := s.flight.fly(s.at[i], at-0.5)
			if at > 0.5 {
				v = s.flight.fly(after[i], at-0.5)
			}
			row = append(row, sim.Sight{X: v.X, Y: v.Y, Angle: v.Angle, Seen: true, Turned: !s.blind})
		}
		w.Times, w.Sights = append(w.Times, at), append(w.Sights, row)
	}
	return w
}

// seen returns what look would, of so many episodes of it.
func (s *struck) seen(episodes int) *seen {
	out := &seen{law: s.law, episodes: make([]episode, episodes), turns: make([][]turn, episodes), reaches: make([][]reach, episodes), beats: make([]float64, episodes)}
	for k := range episodes {
		out.episodes[k] = episode{scene: &s.scene, impacts: []sim.Impact{s.impact()}}
		out.beats[k] = s.beat
		out.cut(k, s.watch())
	}
	return out
}

// window returns the window of the impact, with constants of its own for elasticity and friction that are as they should be.
func (s *struck) window(t *testing.T) (*window, *constants) {
	t.Helper()
	w := newWindow(s.seen(1), 0, 0, &s.flight)
	if w == nil {
		t.Fatal("there is no window")
	}
	w.spin = 3
	for k := range w.sides {
		w.sides[k].spun.off = 3
	}
	c := &constants{}
	w.elastic, w.rubs = c.add(identify.Elasticity, identify.Scene, s.e), c.add(identify.Friction, identify.Scene, s.mu)
	return w, c
}

// cases are impacts of all kinds.
func cases() map[string]*struck {
	all := map[string]*struck{"two discs": discs2(), "a wall": onWall()}
	falls := discs2()
	falls.flight = flight{gravity: sim.Vec{X: 0.5, Y: -9.8}, drag: 0.2, turnDrag: 0.5}
	all["two that fall"] = falls
	stick := onWall()
	stick.mu = 5
	all["a wall that grips"] = stick
	heavy := discs2()
	heavy.scene.Bodies[1].Kind = sim.Kinematic
	heavy.scene.Bodies[1].Mass, heavy.scene.Bodies[1].Moment = 1e12, 1e12 // as what nothing moves
	all["one that nothing moves"] = heavy
	return all
}

// TestWindowsExplainTheLaw to the last digits, from lines through what was seen before alone, and meet when and where bodies did.
func TestWindowsExplainTheLaw(t *testing.T) {
	t.Parallel()
	for name, s := range cases() {
		w, c := s.window(t)
		x := c.values()
		dt, states, met, ok := w.when(w.z, x)
		if !ok {
			t.Errorf("%s: nothing meets", name)
			continue
		}
		near(t, name+": the time", dt, 0, 1e-9)
		near(t, name+": the place", states[0].Position().Sub(s.at[0].Position()).Len(), 0, 1e-9)
		near(t, name+": the normal", met.normal.Sub(s.impact().Normal).Len(), 0, 1e-8)
		near(t, name+": the gap", met.gap, 0, 1e-9)
		near(t, name+": the arm", met.armA.Len(), 0.1, 1e-9)
		cost, r := w.cost(w.z, x, nil)
		near(t, name+": the cost", cost, 0, 1e-9)
		if got, want := len(r), 24*3*len(w.sides); got != want {
			t.Errorf("%s: %d residuals; want %d", name, got, want)
		}
		if got := w.ids(); len(got) != len(r) || slices.Contains(got, -1) {
			t.Errorf("%s: %d of %d residuals are of sights", name, len(got), len(r))
		}
		x[w.elastic] += 0.05
		if cost, _ := w.cost(w.z, x, nil); !(cost > 100) {
			t.Errorf("%s: another elasticity costs %v", name, cost)
		}
	}
}

// TestOpenWindowsShowWhatTheLawSays: speeds before and after have the ratio of elasticity, changes of velocity that of masses.
func TestOpenWindowsShowWhatTheLawSays(t *testing.T) {
	t.Parallel()
	for name, s := range cases() {
		w, _ := s.window(t)
		lawful := w.lawful()
		v, ok := w.unlawful()
		if !ok || w.open || len(w.z) != lawful {
			t.Errorf("%s: %v, open %v, %d unknowns; want %d", name, ok, w.open, len(w.z), lawful)
			continue
		}
		near(t, name+": the elasticity", v.apart/v.toward, s.e, 1e-6)
		near(t, name+": what it costs", w.told, 0, 1e-9)
		moves := 0
		for _, d := range w.sides {
			if d.moves {
				moves++
			}
		}
		near(t, name+": freedom", float64(w.freedom), float64(72*len(w.sides)-6*len(w.sides)-3*moves), 0)
		if moves == 2 {
			near(t, name+": the ratio of changes", v.change[0]/v.change[1], s.scene.Bodies[1].Mass/s.scene.Bodies[0].Mass, 1e-6)
		}
		if s.mu < 1 {
			near(t, name+": the ratio of rubbing", v.rub/v.push, s.mu, 1e-6)
		}
	}
}

// TestConstantsAreFoundAgain by the solver, from values that are far off, and to the last digits where there is no noise. What sticks does
// not show friction, so it sets out from several.
func TestConstantsAreFoundAgain(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		s      *struck
		e      float64
		masses bool
	}{{discs2(), 0.9, true}, {onWall(), 0.2, false}, {discs2(), 0.1, true}} {
		best := math.Inf(1)
		var found []float64
		for _, mu := range starts {
			w, all := c.s.window(t)
			all.all[w.elastic].x, all.all[w.rubs].x = c.e, mu
			if c.masses {
				w.sides[1].massAt = all.add(identify.Mass, "b", math.Log(1.3))
				w.sides[1].gyreAt = all.add(identify.Moment, "b", -0.3)
			}
			y := &system{windows: []*window{w}, c: all, workers: 1, cap: 1e12}
			cost, err := y.solve(t.Context(), 60)
			if err != nil {
				t.Fatal(err)
			}
			if !(cost >= best) {
				best, found = cost, all.values()
			}
		}
		near(t, "the cost", best, 0, 1e-6)
		for k, want := range []float64{c.s.e, c.s.mu, 0, 0}[:len(found)] { // elasticity, friction, logarithms of mass and moment
			near(t, "constant "+string(rune('0'+k)), found[k], want, 1e-4)
		}
	}
}

// TestSlopesAtTheEdgeAreOfOneSide: where two discs hardly graze, a step one way makes them miss.
func TestSlopesAtTheEdgeAreOfOneSide(t *testing.T) {
	t.Parallel()
	for _, way := range []float64{1, -1} {
		w, c := discs2().window(t)
		x, z := c.values(), slices.Clone(w.z)
		meets := func(by float64) ([]float64, bool) {
			moved := slices.Clone(z)
			moved[1] += by
			return w.residuals(moved, x, nil)
		}
		hit, missed := 0.0, way
		if _, ok := meets(missed); ok {
			t.Fatal("they meet a metre apart")
		}
		for math.Abs(missed-hit) > shift/4 {
			if _, ok := meets((hit + missed) / 2); ok {
				hit = (hit + missed) / 2
			} else {
				missed = (hit + missed) / 2
			}
		}
		here, _ := meets(hit)
		there, ok := meets(hit - way*shift)
		if !ok {
			t.Fatal("they do not meet where they are nearer to each other")
		}
		z[1] += hit
		b := w.linear(z, x, c)
		if !b.ok {
			t.Fatal("there are no slopes")
		}
		steep := 0.0
		for k := range here {
			want := (here[k] - there[k]) / (way * shift)
			steep = max(steep, math.Abs(want))
			near(t, "a slope", b.jz.At(k, 1), want, 1e-4*(1+math.Abs(want)))
		}
		if !(steep > 100) {
			t.Errorf("the steepest slope is %v; want that of a place seen to a millimetre at least", steep)
		}
	}
}

// TestNoSlopesWhereNeitherSideMeets: a constant of which no step leaves bodies that meet says nothing, and neither does its window.
func TestNoSlopesWhereNeitherSideMeets(t *testing.T) {
	t.Parallel()
	w, c := discs2().window(t)
	w.sides[0].radiusAt = c.add(identify.Radius, "a", 0.1)
	for step, want := range map[float64]bool{1e-6: true, 50: false} {
		c.all[w.sides[0].radiusAt].step = step
		if b := w.linear(w.z, c.values(), c); b.ok != want {
			t.Errorf("a step of %v m: slopes %v, want %v", step, b.ok, want)
		}
	}
}

// TestEliminationIsTheWholeSystem: one step of constants and unknowns together is that of dense least squares.
func TestEliminationIsTheWholeSystem(t *testing.T) {
	t.Parallel()
	w, all := discs2().window(t)
	all.all[w.elastic].x, all.all[w.rubs].x = 0.5, 0.1
	w.sides[0].massAt = all.add(identify.Mass, "a", 0.1)
	y := &system{windows: []*window{w}, c: all, workers: 1, cap: 1e12}
	const damping = 1e-9
	blocks, err := y.linear(t.Context(), all.values())
	if err != nil {
		t.Fatal(err)
	}
	dx := y.outward(blocks, damping)
	dz := blocks[0].inward(dx)
	b := blocks[0]
	for k := range len(dz) + len(dx) { // slopes of the sum of squares vanish after the step
		sum, size := 0.0, 0.0
		for row, r := range b.r {
			for q, d := range dz {
				r += b.jz.At(row, q) * d
			}
			for q, d := range dx {
				r += b.jx.At(row, q) * d
			}
			slope := 0.0
			if k < len(dz) {
				slope = b.jz.At(row, k)
			} else {
				slope = b.jx.At(row, k-len(dz))
			}
			sum, size = sum+slope*r, size+math.Abs(slope*b.r[row])
		}
		near(t, "the slope, as a share,", sum/max(size, 1), 0, 1e-5)
	}
}

// TestConstantsOfAWindow are named once each, and an open one has none that need a law.
func TestConstantsOfAWindow(t *testing.T) {
	t.Parallel()
	w, _ := discs2().window(t)
	w.elastic, w.rubs, w.shiftAt = 4, 4, none
	w.sides[0].massAt, w.sides[1].massAt, w.sides[1].gyreAt, w.sides[0].radiusAt, w.sides[1].radiusAt = 2, 2, 7, 1, none
	if got := w.uses(); !slices.Equal(got, []int{4, 2, 1, 7}) {
		t.Errorf("it uses %v", got)
	}
	w.open = true
	if got := w.uses(); !slices.Equal(got, []int{1}) {
		t.Errorf("open it uses %v", got)
	}
}

// TestGapsAtWhichThingsMeet: what meets at a skin does so earlier, by its share of the speed; radii that grow and walls that are farther away
// do the same.
func TestGapsAtWhichThingsMeet(t *testing.T) {
	t.Parallel()
	for name, s := range cases() {
		w, c := s.window(t)
		closing := w.closing(&s.at, &contact{normal: s.impact().Normal, armA: s.impact().Normal.Scale(-0.1), armB: s.impact().Normal.Scale(0.15)})
		const gap = 1e-4
		early := func(what string, want float64) {
			t.Helper()
			dt, _, _, ok := w.when(w.z, c.values())
			if !ok {
				t.Errorf("%s: %s: nothing meets", name, what)
			}
			near(t, name+": "+what, dt, want, 2e-2*math.Abs(want))
		}
		w.gap = gap
		early("a skin", -gap/closing)
		w.gap = 0
		w.off, w.z = 1, append(w.z, gap) // a gap of its own
		early("a gap", -gap/closing)
		w.off, w.z = 0, w.z[:len(w.z)-1]
		w.sides[0].radiusAt = c.add(identify.Radius, "a", gap)
		early("a larger disc", -gap/closing)
		w.sides[0].radiusAt = none
		if w.wall {
			w.shiftAt = c.add(identify.Length, "wall", gap)
			early("a wall farther away", gap/closing)
		}
	}
}

// TestDiscsThatGrowHaveLargerMoments, with the square of the radius, by the same mass; masses move both.
func TestDiscsThatGrowHaveLargerMoments(t *testing.T) {
	t.Parallel()
	s := discs2()
	w, c := s.window(t)
	b := &s.scene.Bodies[1]
	i := w.inertia(nil, 1)
	near(t, "1 by the mass", i[0], 1/b.Mass, 1e-9/b.Mass)
	near(t, "1 by the moment", i[1], 1/b.Moment, 1e-9/b.Moment)
	d := &w.sides[1]
	d.radiusAt = c.add(identify.Radius, "b", 0.15)
	d.massAt = c.add(identify.Mass, "b", math.Ln2)
	i = w.inertia(c.values(), 1)
	near(t, "1 by the mass of twice as much", i[0], 0.5/b.Mass, 1e-9)
	near(t, "1 by the moment of twice the size and mass", i[1], 1/(8*b.Moment), 1e-9)
	d.gyreAt = c.add(identify.Moment, "b", math.Log(3))
	near(t, "1 by the moment of three times as much", w.inertia(c.values(), 1)[1], 1/(24*b.Moment), 1e-9)
	if got := w.inertia(nil, 2); got != ([2]float64{}) {
		t.Errorf("a wall has %v", got)
	}
	d.moves = false
	if got := w.inertia(nil, 1); got != ([2]float64{}) {
		t.Errorf("what nothing moves has %v", got)
	}
}

// TestBoxesMeetInTheMiddleOfFlatSides, whatever their order.
func TestBoxesMeetInTheMiddleOfFlatSides(t *testing.T) {
	t.Parallel()
	s := onWall()
	s.scene.Bodies[0] = sim.NewBox(0.2, 0.1, 50, sim.Surface{})
	s.e, s.mu = 0.5, 0
	s.at[0] = sim.BodyState{X: 0.3, Y: -0.9, VY: -2}
	w, c := s.window(t)
	got, ok := w.meet(c.values(), sim.BodyState{X: 0.3, Y: -0.87}, sim.BodyState{})
	if !ok {
		t.Fatal("nothing meets")
	}
	near(t, "the gap", got.gap, 0.03, 1e-9)
	near(t, "the arm sideways", got.armA.X, 0, 1e-9)
	near(t, "the arm down", got.armA.Y, -0.1, 1e-9)
	near(t, "the normal", got.normal.Y, 1, 1e-9)
	turned, _ := w.meet(c.values(), sim.BodyState{X: 0.3, Y: -0.7, Angle: 0.3}, sim.BodyState{}) // on a corner
	near(t, "the corner's gap", turned.gap, 0.3-0.2*math.Sin(0.3)-0.1*math.Cos(0.3), 1e-9)
	near(t, "the corner's arm", turned.armA.X, -0.2*math.Cos(0.3)+0.1*math.Sin(0.3), 1e-9)
	two := discs2()
	two.scene.Bodies[1] = sim.NewBox(0.15, 0.15, 50, sim.Surface{})
	two.at[0], two.at[1] = sim.BodyState{X: 0.25, VX: -1}, sim.BodyState{}
	w, c = two.window(t)
	met, _ := w.meet(c.values(), two.at[0], two.at[1])
	near(t, "the gap between disc and box", met.gap, 0, 1e-9)
	near(t, "the disc's arm", met.armA.X, -0.1, 1e-9)
	near(t, "the box's arm", met.armB.X, 0.15, 1e-9)
	w.sides[0].radiusAt = c.add(identify.Radius, "a", 0.02)
	met, _ = w.meet(c.values(), two.at[0], two.at[1])
	near(t, "the gap of a larger disc", met.gap, -0.02, 1e-9)
	near(t, "the larger disc's arm", met.armA.X, -0.12, 1e-9)
}

// TestStepsMoveBothByTheirMasses: what an engine moves overlapping bodies apart leaves their common centre where it is.
func TestStepsMoveBothByTheirMasses(t *testing.T) {
	t.Parallel()
	s := discs2()
	w, c := s.window(t)
	w.z = append(w.z, 0.25)
	deep := &contact{normal: sim.Vec{X: 0.6, Y: 0.8}, gap: -0.01}
	a, b := w.parted(w.z, c.values(), deep, 0), w.parted(w.z, c.values(), deep, 1)
	near(t, "the common centre", a.Scale(s.scene.Bodies[0].Mass).Add(b.Scale(s.scene.Bodies[1].Mass)).Len(), 0, 1e-12)
	near(t, "how far they part", a.Sub(b).Dot(deep.normal), 0.0025, 1e-12)
	deep.gap = 0.01
	if v := w.parted(w.z, c.values(), deep, 0); v != (sim.Vec{}) {
		t.Errorf("what does not overlap is moved by %v", v)
	}
}

// TestElasticityGivesBackASpeedBeforeTheLastPull at the beat of an engine: each body falls for half a step more, and the other half is not
// given back.
func TestElasticityGivesBackASpeedBeforeTheLastPull(t *testing.T) {
	t.Parallel()
	s := onWall()
	s.flight.gravity = sim.Vec{X: 3, Y: -10}
	w, c := s.window(t)
	w.beat = 0.02
	states, met := s.at, contact{normal: sim.Vec{Y: 1}, armA: sim.Vec{Y: -0.1}}
	w.pulled(&states, &met)
	near(t, "the speed down", states[0].VY, -2-0.1, 1e-12)
	near(t, "the speed sideways", states[0].VX, 1+0.03, 1e-12)
	near(t, "what is not given back", met.fell, 0.2, 1e-12)
	w.bounce(c.values(), &states, &met)
	near(t, "the speed up", states[0].VY, s.e*(2.1-0.2), 1e-9)
	pair := discs2() // that fall side by side: nothing nears them
	pair.flight.gravity = sim.Vec{Y: -10}
	w, _ = pair.window(t)
	w.beat = 0.02
	states, met = pair.at, contact{normal: pair.impact().Normal}
	w.pulled(&states, &met)
	near(t, "what is not given back of two that fall", met.fell, 0, 1e-12)
}

// TestWindowsNeedTwoSightsBeforeAndAfter of which it is sure on which side of the impact they are.
func TestWindowsNeedTwoSightsBeforeAndAfter(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		from   float64 // s, of the first and the last sight that are left
		to     float64
		std    float64 // s, of the time of the impact
		before int     // sights of it that count, 0 for no window
		after  int
	}{
		{"all", 0, 1, 1e-4, 12, 12},
		{"two and two", 0.41, 0.59, 1e-4, 2, 2},
		{"one before", 0.45, 0.59, 1e-4, 0, 0},
		{"one after", 0.41, 0.55, 1e-4, 0, 0},
		{"of which four deviations are unsure", 0, 1, 0.0095, 12, 12},
		{"of which more are unsure", 0, 1, 0.0105, 11, 11},
	} {
		s := discs2()
		got := &seen{law: s.law, episodes: make([]episode, 1)}
		hit := s.impact()
		hit.StdTime = c.std
		got.episodes[0] = episode{scene: &s.scene, impacts: []sim.Impact{hit}}
		w := s.watch()
		for k := range w.Times {
			if at := w.Times[k]; at < c.from || at > c.to || math.Abs(at-0.5) < 1e-9 {
				w.Sights[k] = make([]sim.Sight, 2)
			}
		}
		got.cut(0, w)
		win := newWindow(got, 0, 0, &s.flight)
		if (win != nil) != (c.before > 0) {
			t.Errorf("%s: a window %v", c.name, win != nil)
			continue
		}
		if win == nil {
			continue
		}
		before, after := 0, 0
		for _, p := range win.sides[1].points {
			if p.at < 0.5 {
				before++
			} else {
				after++
			}
		}
		if before != c.before || after != c.after {
			t.Errorf("%s: %d sights before and %d after; want %d and %d", c.name, before, after, c.before, c.after)
		}
	}
}

// TestOfLongFlightsThirtySightsCount on either side of an impact: those next to it.
func TestOfLongFlightsThirtySightsCount(t *testing.T) {
	t.Parallel()
	s := discs2()
	s.beat = 0.01
	w, _ := s.window(t)
	p := w.sides[0].points
	if len(p) != 60 || !(p[0].at > 0.19 && p[29].at < 0.5 && p[30].at > 0.5 && p[59].at < 0.81) {
		t.Errorf("%d sights count, from %v to %v s", len(p), p[0].at, p[len(p)-1].at)
	}
}

// TestBodiesThatAreTiedOrDrivenHaveNoWindow, nor does one that turns unseen and is no disc.
func TestBodiesThatAreTiedOrDrivenHaveNoWindow(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*struck)
		free   bool
	}{
		"free":                   {func(*struck) {}, true},
		"tied":                   {func(s *struck) { s.scene.Joints = []sim.Joint{{Kind: sim.Pin, A: 0, B: sim.World}} }, false},
		"tied to":                {func(s *struck) { s.scene.Joints = []sim.Joint{{Kind: sim.Pin, A: 5, B: 0}} }, false},
		"pulled":                 {func(s *struck) { s.scene.Fields = []sim.Field{{A: 0, B: 5}} }, false},
		"pulling":                {func(s *struck) { s.scene.Fields = []sim.Field{{A: 5, B: 0}} }, false},
		"driven":                 {func(s *struck) { s.scene.Actuators = []sim.Actuator{{Kind: sim.Force, Body: 0}} }, false},
		"turned against":         {func(s *struck) { s.scene.Actuators = []sim.Actuator{{Kind: sim.Torque, Body: 5, Against: 0}} }, false},
		"another is driven":      {func(s *struck) { s.scene.Actuators = []sim.Actuator{{Kind: sim.Force, Body: 5, Against: 0}} }, true},
		"gripped":                {func(s *struck) { s.scene.Bodies[0].Grip.Along = 1 }, false},
		"a disc whose turns hid": {func(s *struck) { s.blind = true }, true},
		"a box whose turns hid":  {func(s *struck) { s.blind, s.scene.Bodies[0] = true, sim.NewBox(0.1, 0.1, 1, sim.Surface{}) }, false},
	} {
		s := onWall()
		c.change(s)
		if w := newWindow(s.seen(1), 0, 0, &s.flight); (w != nil) != c.free {
			t.Errorf("%s: a window %v", name, w != nil)
		}
	}
}

// TestUnseenAnglesAreUnknowns that their guesses hold: two residuals a side, and no sight.
func TestUnseenAnglesAreUnknowns(t *testing.T) {
	t.Parallel()
	s := discs2()
	s.blind = true
	w, c := s.window(t)
	if !w.blind() {
		t.Error("it is not blind")
	}
	w.z[5], w.sides[0].spun = 4, guess{1, 2}
	_, r := w.cost(w.z, c.values(), nil)
	ids := w.ids()
	if len(r) != 2*24*2+4 || len(ids) != len(r) {
		t.Fatalf("%d residuals, %d of them known; want %d", len(r), len(ids), 100)
	}
	for k, id := range ids {
		if guess := k == 48 || k == 49 || k == 98 || k == 99; guess != (id == -1) {
			t.Errorf("residual %d is of %d", k, id)
		}
	}
	near(t, "how far the spin is off its guess", r[49], 1.5, 1e-9)
	near(t, "how far the other's is", r[99], 0, 1e-9)
}
