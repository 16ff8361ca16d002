package hits

import (
	"math"
	"slices"
	"testing"

	"orrery/sim"
	"orrery/world/observe"
)

// turns returns so many turns of discs of one radius at the line at which normal·place = offset, evenly spread from low to high along it.
func turns(normal sim.Vec, offset, radius, low, high float64, n int) (out []turn) {
	for k := range n {
		along := low + (high-low)*float64(k)/float64(n-1)
		out = append(out, turn{time: float64(k), place: normal.Scale(offset + radius).Add(normal.Perp().Scale(along)), change: normal.Scale(2), radius: radius})
	}
	return out
}

// TestFourTurnsMakeALine, three do not, nor do four that are farther off than the tolerance or pushed too much along it.
func TestFourTurnsMakeALine(t *testing.T) {
	t.Parallel()
	up := sim.Vec{Y: 1}
	if found := edges(turns(up, -1, 0.1, -1, 1, 3), 0.01); len(found) != 0 {
		t.Errorf("three turns make %d lines", len(found))
	}
	for _, c := range []struct {
		name   string
		change func(*turn)
		hits   int // of five
	}{
		{"a little off", func(q *turn) { q.place.Y += 0.009 }, 5},
		{"far off", func(q *turn) { q.place.Y += 0.012 }, 4},
		{"pushed sideways by friction", func(q *turn) { q.change = sim.Vec{X: 1.45, Y: 1} }, 5},
		{"pushed sideways by more", func(q *turn) { q.change = sim.Vec{X: -1.55, Y: 1} }, 4},
		{"pushed into it", func(q *turn) { q.change = sim.Vec{Y: -1} }, 4},
		{"of a larger disc", func(q *turn) { q.radius, q.place.Y = 0.3, q.place.Y+0.2 }, 5},
	} {
		all := turns(up, -1, 0.1, -1, 1, 5)
		c.change(&all[2])
		found := edges(all, 0.01)
		if len(found) != 1 || len(found[0].hits) != c.hits {
			t.Errorf("%s: %+v; want one line of %d turns", c.name, found, c.hits)
		}
	}
}

// TestLinesTurnWithTheWorld: what is found in turned, mirrored, shifted and reordered data is turned, mirrored, shifted and the same.
func TestLinesTurnWithTheWorld(t *testing.T) {
	t.Parallel()
	r := sim.NewRand(6, "lines", 0)
	all := slices.Concat(turns(sim.Vec{X: 0.8, Y: 0.6}, -1.2, 0.1, -1, 0.7, 9), turns(sim.Vec{X: -1}, -2, 0.15, 0, 1, 6))
	for k := range all {
		all[k].place = all[k].place.Add(sim.Vec{X: 1e-3 * r.NormFloat64(), Y: 1e-3 * r.NormFloat64()})
	}
	was := edges(all, 0.01)
	if len(was) != 2 || len(was[0].hits) != 9 || len(was[1].hits) != 6 {
		t.Fatalf("%+v", was)
	}
	same := func(v sim.Vec) sim.Vec { return v }
	for _, c := range []struct {
		name string
		way  func(sim.Vec) sim.Vec
		by   sim.Vec
	}{
		{"turned", func(v sim.Vec) sim.Vec { return v.Rotate(1.1) }, sim.Vec{}},
		{"mirrored", func(v sim.Vec) sim.Vec { return sim.Vec{X: -v.X, Y: v.Y} }, sim.Vec{}},
		{"shifted", same, sim.Vec{X: 3, Y: -2}},
		{"reordered", same, sim.Vec{}},
	} {
		next := slices.Clone(all)
		for k := range next {
			next[k].place, next[k].change = c.way(next[k].place).Add(c.by), c.way(next[k].change)
		}
		slices.Reverse(next)
		found := edges(next, 0.01)
		if len(found) != 2 {
			t.Fatalf("%s: %d lines", c.name, len(found))
		}
		for k, e := range found {
			want := c.way(was[k].normal)
			near(t, c.name+": the normal", e.normal.Sub(want).Len(), 0, 1e-9)
			near(t, c.name+": the offset", e.offset, was[k].offset+want.Dot(c.by), 1e-9)
			near(t, c.name+": what turns are off", e.off, was[k].off, 1e-9)
		}
	}
}

// TestALineIsTheOneOfLeastSquares of the turns at it, and tells by how much they are off it.
func TestALineIsTheOneOfLeastSquares(t *testing.T) {
	t.Parallel()
	e := edge{normal: sim.Vec{X: 0.05, Y: 1}, offset: -0.9}
	e.normal = e.normal.Scale(1 / e.normal.Len())
	for k, y := range []float64{0.003, -0.001, -0.002, -0.002, 0.002} { // neither sum nor slope
		e.hits = append(e.hits, turn{place: sim.Vec{X: float64(k) - 2, Y: -1 + 0.2 + y}, radius: 0.2, change: sim.Vec{Y: 1}})
	}
	sum, slope := 0.0, 0.0
	for _, h := range e.hits {
		sum, slope = sum+h.place.Y+0.8, slope+h.place.X*(h.place.Y+0.8)
	}
	near(t, "the sum", sum, 0, 1e-12)
	e.refine()
	near(t, "the normal", math.Atan2(-e.normal.X, e.normal.Y), slope/10, 1e-6)
	near(t, "the offset", e.offset, -1, 1e-5)
	left := 0.0
	for _, h := range e.hits {
		d := h.place.Y + 0.8 - slope/10*h.place.X
		left += d * d / 5
	}
	near(t, "what turns are off", e.off, math.Sqrt(left), 1e-6)
}

// TestTangentsTouchBothDiscs on the same side of each, and there are none of discs that lie in each other.
func TestTangentsTouchBothDiscs(t *testing.T) {
	t.Parallel()
	a, b := turn{place: sim.Vec{X: 1, Y: 2}, radius: 0.3}, turn{place: sim.Vec{X: -0.5, Y: 1.4}, radius: 0.1}
	ways := tangents(&a, &b)
	if len(ways) != 2 {
		t.Fatalf("%d tangents", len(ways))
	}
	for _, n := range ways {
		near(t, "the length of a normal", n.Len(), 1, 1e-12)
		near(t, "the line along one and along the other", n.Dot(a.place)-a.radius, n.Dot(b.place)-b.radius, 1e-12)
	}
	if d := ways[0].Sub(ways[1]).Len(); !(d > 0.1) {
		t.Errorf("both are %v", ways[0])
	}
	b.place, b.radius = a.place.Add(sim.Vec{X: 0.15}), 0.1
	if got := tangents(&a, &b); got != nil {
		t.Errorf("a disc within the other has the tangents %v", got)
	}
	b = a
	if got := tangents(&a, &b); got != nil {
		t.Errorf("one disc has the tangents %v with itself", got)
	}
}

// TestWallsReachTheirCorners where they meet others, and else two radii beyond the last turns at them.
func TestWallsReachTheirCorners(t *testing.T) {
	t.Parallel()
	floor := edge{normal: sim.Vec{Y: 1}, offset: -1, hits: turns(sim.Vec{Y: 1}, -1, 0.1, -0.5, 0.5, 4)} // along -x
	left := edge{normal: sim.Vec{X: 1}, offset: -2, hits: turns(sim.Vec{X: 1}, -2, 0.2, -0.3, 0.4, 4)}
	told := []sim.Shape{sim.NewShape(sim.Segment, 0.05, sim.Surface{}, sim.Vec{X: -0.6, Y: 3}, sim.Vec{X: -0.6, Y: -3}), sim.NewShape(sim.Circle, 0.5, sim.Surface{}, sim.Vec{X: 1.1, Y: -1})}
	ends := func(all []edge, told []sim.Shape) (out []sim.Vec) {
		walls, _ := segments(all, told)
		for _, w := range walls {
			out = append(out, w.Vertices[0], w.Vertices[1])
		}
		return out
	}
	for _, c := range []struct {
		name string
		all  []edge
		told []sim.Shape
		want []sim.Vec
	}{
		{"one alone", []edge{floor}, nil, []sim.Vec{{X: 0.7, Y: -1}, {X: -0.7, Y: -1}}},
		{"a corner", []edge{floor, left}, nil, []sim.Vec{{X: 0.7, Y: -1}, {X: -2, Y: -1}, {X: -2, Y: -1}, {X: -2, Y: 0.8}}},
		{"one that runs beside it", []edge{floor, {normal: sim.Vec{X: 0.09, Y: math.Sqrt(1 - 0.0081)}, offset: -1.1, hits: floor.hits}}, nil, []sim.Vec{{X: 0.7, Y: -1}, {X: -0.7, Y: -1}}},
		{"one that crosses where discs turn", []edge{floor, {normal: sim.Vec{X: 1}, offset: 0.2, hits: left.hits}}, nil, []sim.Vec{{X: 0.7, Y: -1}, {X: -0.7, Y: -1}}},
		{"one between two that are told", []edge{floor}, told, []sim.Vec{{X: 0.6, Y: -1}, {X: -0.55, Y: -1}}},
		{"one that does not reach those that are told", []edge{floor}, told[:0], []sim.Vec{{X: 0.7, Y: -1}, {X: -0.7, Y: -1}}},
	} {
		got := ends(c.all, c.told)
		for k, want := range c.want {
			if k >= len(got) || !(got[k].Sub(want).Len() <= 1e-9) {
				t.Errorf("%s: walls end at %v; want %v", c.name, got, c.want)
				break
			}
		}
	}
}

// TestTurnsOfTwoThatHitEachOther: at once, away from each other, with forces that are opposite. Each of these lacks one thing.
func TestTurnsOfTwoThatHitEachOther(t *testing.T) {
	t.Parallel()
	a := turn{body: 0, time: 1, place: sim.Vec{X: 0.1}, change: sim.Vec{X: 1}, radius: 0.1}
	b := turn{body: 1, time: 1.01, place: sim.Vec{X: -0.1}, change: sim.Vec{X: -2}, radius: 0.1}
	for _, c := range []struct {
		name   string
		change func(*turn)
		want   bool
	}{
		{"two", func(*turn) {}, true},
		{"of another episode", func(q *turn) { q.episode = 1 }, false},
		{"the same body", func(q *turn) { q.body = 0 }, false},
		{"within a beat", func(q *turn) { q.time = 0.971 }, true},
		{"later than a beat", func(q *turn) { q.time = 1.031 }, false},
		{"as near as five sums of radii", func(q *turn) { q.place.X = -0.89 }, true},
		{"farther", func(q *turn) { q.place.X = -0.91 }, false},
		{"pulled towards each other", func(q *turn) { q.change.X = 2 }, false},
		{"rubbed", func(q *turn) { q.change.Y = 1.8 }, true},
		{"rubbed by more than any friction", func(q *turn) { q.change.Y = 3.2 }, false},
		{"not opposite", func(q *turn) { q.change.Y = 2.2 }, false},
	} {
		q := b
		c.change(&q)
		if got := mutual(&a, &q, 0.03); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
		if c.name != "rubbed by more than any friction" && c.name != "not opposite" && mutual(&q, &a, 0.03) != c.want {
			t.Errorf("%s, in the other order: %v", c.name, !c.want)
		}
	}
	s := &seen{turns: [][]turn{{a, b}, {a}}, beats: []float64{0.02, 0.02}}
	if alone := s.lonely(); len(alone) != 1 {
		t.Errorf("%d turns are nobody's; want that of the second episode", len(alone))
	}
	s.beats[0] = 0.006 // half as much again is 9 ms
	if alone := s.lonely(); len(alone) != 3 {
		t.Errorf("%d turns are nobody's where two are 10 ms apart and pictures 6; want 3", len(alone))
	}
}

// TestTheWallATurnFaces is the nearest that pushes it, within three radii.
func TestTheWallATurnFaces(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Walls = []sim.Shape{
		sim.NewShape(sim.Segment, 0, sim.Surface{}, sim.Vec{X: -2, Y: -1}, sim.Vec{X: 2, Y: -1}),
		sim.NewShape(sim.Segment, 0, sim.Surface{}, sim.Vec{X: -2, Y: 1}, sim.Vec{X: 2, Y: 1}),
	}
	for _, c := range []struct {
		name   string
		y      float64
		change sim.Vec
		far    float64 // 0 for none
	}{
		{"above the floor", -0.7, sim.Vec{Y: 1}, 0.3},
		{"at a slant", -0.7, sim.Vec{X: 1.4, Y: 1}, 0.3},
		{"at more of a slant than friction makes", -0.7, sim.Vec{X: 1.6, Y: 1}, 0},
		{"pushed into the floor", -0.7, sim.Vec{Y: -1}, 0},
		{"below the ceiling", 0.8, sim.Vec{Y: -1}, 0.2},
		{"three radii away", -0.41, sim.Vec{Y: 1}, 0.59},
		{"farther away", -0.39, sim.Vec{Y: 1}, 0},
	} {
		far, ok := facing(&scene, &turn{place: sim.Vec{X: 0.3, Y: c.y}, change: c.change, radius: 0.2})
		if ok != (c.far > 0) || ok && !(math.Abs(far-c.far) <= 1e-9) {
			t.Errorf("%s: %v m, %v; want %v m", c.name, far, ok, c.far)
		}
	}
}

// roomy returns a watch of two discs and what was seen of it: reaches that so many impacts of each kind show.
func roomy(told [2]float64, pairs, walls int, far [3]float64) (*seen, []*observe.Watch) {
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(told[0], 1, sim.Surface{}), sim.NewDisc(told[1], 1, sim.Surface{})}
	scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0, sim.Surface{}, sim.Vec{X: -50, Y: -1}, sim.Vec{X: 50, Y: -1})}
	s := &seen{law: observe.Law{Noise: 1e-3, Speed: 1}, turns: make([][]turn, 1), reaches: make([][]reach, 1), beats: []float64{0.02}}
	for k := range pairs {
		at := sim.Vec{X: float64(k), Y: 5}
		s.turns[0] = append(s.turns[0],
			turn{body: 0, time: float64(k), place: at, change: sim.Vec{X: -1}, radius: told[0]},
			turn{body: 1, time: float64(k), place: at.Add(sim.Vec{X: far[0]}), change: sim.Vec{X: 1}, radius: told[1]})
	}
	for k := range walls {
		for body := range 2 {
			s.turns[0] = append(s.turns[0], turn{body: body, time: 100 + float64(10*k+body), place: sim.Vec{X: 7 * float64(k+body), Y: far[1+body] - 1}, change: sim.Vec{Y: 1}, radius: told[body]})
		}
	}
	return s, []*observe.Watch{{Scene: &scene}}
}

// TestSizesAreThoseThatTurnsShow, if four at least do not agree with those that are told, by 3 % at least.
func TestSizesAreThoseThatTurnsShow(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name         string
		told         [2]float64
		pairs, walls int
		far          [3]float64
		want         []float64
	}{
		{"walls and pairs", [2]float64{0.1, 0.1}, 3, 3, [3]float64{0.35, 0.15, 0.2}, []float64{0.15, 0.2}},
		{"walls alone", [2]float64{0.1, 0.1}, 0, 2, [3]float64{0, 0.08, 0.2}, []float64{0.08, 0.2}},
		{"too few", [2]float64{0.1, 0.1}, 1, 1, [3]float64{0.35, 0.15, 0.2}, nil},
		{"as told", [2]float64{0.1, 0.2}, 3, 3, [3]float64{0.304, 0.102, 0.202}, nil},
		{"a twentieth of what is told", [2]float64{0.5, 0.2}, 0, 3, [3]float64{0, 0.02, 0.3}, nil},
	} {
		s, watches := roomy(c.told, c.pairs, c.walls, c.far)
		got := s.sizes(watches)
		if len(got) != len(c.want) {
			t.Errorf("%s: %v; want %v", c.name, got, c.want)
			continue
		}
		for k, r := range got {
			near(t, c.name, r, c.want[k], 1e-3)
		}
	}
	s, watches := roomy([2]float64{0.1, 0.1}, 4, 4, [3]float64{0.35, 0.15, 0.2})
	s.turns[0][8].place.Y += 0.15 // one that is no hit of the wall
	got := s.sizes(watches)
	near(t, "beside one that lies", got[0], 0.15, 2e-3)
	near(t, "beside one that lies the other", got[1], 0.2, 2e-3)
}

// TestEnclosedScenesHaveWhatTurnsShow: walls, and discs of the right size with the same mass, whose moments grow with the square; the
// watches that were handed in stay as they are.
func TestEnclosedScenesHaveWhatTurnsShow(t *testing.T) {
	t.Parallel()
	s, watches := roomy([2]float64{0.1, 0.1}, 3, 3, [3]float64{0.35, 0.15, 0.2})
	s.turns[0] = append(s.turns[0], turns(sim.Vec{X: 1}, -30, 0.1, 5, 9, 5)...) // of body 0, at its told radius
	was := watches[0].Scene.Bodies[0]
	out, lines, changed := s.enclose(watches, true)
	if !changed || len(lines) != 1 || len(out) != 1 || len(out[0].Scene.Walls) != 2 {
		t.Fatalf("%v, %d lines, %d walls", changed, len(lines), len(out[0].Scene.Walls))
	}
	b := &out[0].Scene.Bodies[0]
	near(t, "the radius", b.Shapes[0].Radius, 0.15, 1e-3)
	near(t, "the mass", b.Mass, was.Mass, 0)
	grown := b.Shapes[0].Radius / 0.1
	near(t, "the moment", b.Moment, was.Moment*grown*grown, 1e-12)
	near(t, "the wall, for a disc that is larger,", lines[0].offset, -30+0.1-b.Shapes[0].Radius, 1e-6)
	if w := watches[0].Scene; len(w.Walls) != 1 || w.Bodies[0].Shapes[0].Radius != 0.1 || w.Bodies[0].Moment != was.Moment {
		t.Error("the scene that was handed in is changed")
	}
	out, lines, changed = s.enclose(watches, false) // of bodies that differ from episode to episode sizes are not sought
	if !changed || len(lines) != 1 || out[0].Scene.Bodies[0].Shapes[0].Radius != 0.1 {
		t.Errorf("%v, %d lines, a radius of %v m", changed, len(lines), out[0].Scene.Bodies[0].Shapes[0].Radius)
	}
	// a wall that stands on the floor ends there, and what is nothing but the floor is no wall
	s, watches = roomy([2]float64{0.1, 0.1}, 0, 0, [3]float64{})
	s.turns[0] = append(turns(sim.Vec{Y: 1}, -1, 0.1, -1, 1, 6), turns(sim.Vec{X: 1}, -3, 0.1, -0.85, 2, 5)...)
	out, lines, changed = s.enclose(watches, false)
	if !changed || len(lines) != 1 || len(out[0].Scene.Walls) != 2 {
		t.Fatalf("%d lines, %d walls", len(lines), len(out[0].Scene.Walls))
	}
	if w := out[0].Scene.Walls[1]; !(w.Vertices[0].Sub(sim.Vec{X: -3, Y: -1}).Len() < 1e-6) || !(w.Vertices[1].Sub(sim.Vec{X: -3, Y: 2.2}).Len() < 1e-6) {
		t.Errorf("the wall on the floor is from %v to %v", w.Vertices[0], w.Vertices[1])
	}
	s, watches = roomy([2]float64{0.1, 0.1}, 0, 0, [3]float64{})
	if out, lines, changed := s.enclose(watches, true); changed || lines != nil || &out[0] != &watches[0] {
		t.Error("where nothing turns something is changed")
	}
}

// TestSuddenTurnsAreSeen at the time and place at which both flights were, if they exceed eight deviations and nothing known was near.
func TestSuddenTurnsAreSeen(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{})}
	s := &seen{law: observe.Law{Speed: 1}}
	w := &observe.Watch{Scene: &scene}
	e := &observe.Estimate{}
	for k := range 6 { // to the right until 0.23 s, then upwards
		at := 0.1 * float64(k)
		w.Times = append(w.Times, at)
		state := sim.BodyState{X: at, VX: 1}
		if at > 0.23 {
			state = sim.BodyState{X: 0.23, Y: at - 0.23, VY: 1}
		}
		e.States = append(e.States, sim.State{state})
		e.Covariance = append(e.Covariance, make([]observe.Covariance, 1))
	}
	set := func(off float64) { // of each velocity, at each time
		for k := range e.Covariance {
			for _, at := range []int{3*sim.StateSize + 3, 4*sim.StateSize + 4} {
				e.Covariance[k][0][at] = off * off
			}
		}
	}
	set(0.05)
	got := s.turn(7, w, e)
	if len(got) != 1 {
		t.Fatalf("%d turns", len(got))
	}
	q := got[0]
	near(t, "the time", q.time, 0.23, 1e-9)
	near(t, "the place to the right", q.place.X, 0.23, 1e-9)
	near(t, "the place upwards", q.place.Y, 0, 1e-9)
	near(t, "the change", q.change.Sub(sim.Vec{X: -1, Y: 1}).Len(), 0, 1e-9)
	near(t, "the radius", q.radius, 0.1, 0)
	if q.episode != 7 || q.body != 0 {
		t.Errorf("%+v", q)
	}
	// √2 m/s are eight deviations where each of four components has 0.088 m/s
	for off, want := range map[float64]int{0.087: 1, 0.09: 0} {
		if set(off); len(s.turn(0, w, e)) != want {
			t.Errorf("%d turns are seen at %v m/s; want %d", len(s.turn(0, w, e)), off, want)
		}
	}
	set(0.05)
	for speed, want := range map[float64]int{28: 1, 29: 0} { // a twentieth of the usual speed is no turn
		if s.law.Speed = speed; len(s.turn(0, w, e)) != want {
			t.Errorf("%d turns are seen where speeds are %v m/s; want %d", len(s.turn(0, w, e)), speed, want)
		}
	}
	s.law.Speed = 1
	for time, want := range map[float64]int{0.09: 1, 0.11: 0, 0.25: 0, 0.39: 0, 0.41: 1} { // an impact is known within a picture either side
		e.Impacts = []sim.Impact{{Body: 0, Other: -1, Time: time}}
		if n := len(s.turn(0, w, e)); n != want {
			t.Errorf("%d turns are seen beside an impact at %v s; want %d", n, time, want)
		}
	}
	e.Impacts = nil
	scene.Joints = []sim.Joint{{Kind: sim.Pin, A: 0, B: sim.World}}
	if n := len(s.turn(0, w, e)); n != 0 {
		t.Errorf("%d turns are seen of a body that is tied", n)
	}
}
