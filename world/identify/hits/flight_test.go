package hits

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/mat"

	"orrery/sim"
	"orrery/world/robust"
)

// near demands that two numbers are no further apart than tol.
func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if !scalar.EqualWithinAbs(got, want, tol) {
		t.Errorf("%s is %.12g; want %.12g ± %.2g", what, got, want, tol)
	}
}

// TestGlidesFollowOneAnother: to glide twice is to glide once for the sum of both times, and back again is to have stayed. Tiny drags,
// which take another formula, are not told apart.
func TestGlidesFollowOneAnother(t *testing.T) {
	t.Parallel()
	for _, drag := range []float64{0, 1e-7, 1e-5, 9e-5, 1.1e-4, 0.01, 0.5, 3, -0.2} {
		for _, dt := range [][2]float64{{0.1, 0.4}, {1, -0.3}, {0.7, -0.7}, {2, 1.5}} {
			a, b, both := newGlide(drag, dt[0]), newGlide(drag, dt[1]), newGlide(drag, dt[0]+dt[1])
			near(t, "what is kept", a.keep*b.keep, both.keep, 1e-11)
			near(t, "the reach", a.reach+a.keep*b.reach, both.reach, 1e-10)
			near(t, "the fall", a.fall+a.reach*b.reach+b.fall, both.fall, 1e-10)
		}
		g := newGlide(drag, 0.3)
		near(t, "what is lost", 1-g.keep, drag*g.reach, 1e-12) // of v' = g - drag·v, over 0.3 s
		near(t, "what falls", 0.3-g.reach, drag*g.fall, 1e-12)
	}
	if g := newGlide(0, 0.5); g != (glide{0.5, 1, 0.125}) {
		t.Errorf("without drag half a second is %+v", g)
	}
}

// TestWhatIsLeftHasNothingOfBoth: after project, what is left is at right angles to both, and with what was taken out it is what there was.
func TestWhatIsLeftHasNothingOfBoth(t *testing.T) {
	t.Parallel()
	r := sim.NewRand(3, "project", 0)
	var a, b, y []float64
	for range 9 {
		a, b, y = append(a, r.NormFloat64()), append(b, 1e3*r.NormFloat64()), append(y, r.NormFloat64())
	}
	left := slices.Clone(y)
	x := project(a, b, left)
	var alongA, alongB float64
	for k := range y {
		alongA, alongB = alongA+a[k]*left[k], alongB+b[k]*left[k]
		near(t, "the sum", left[k]+x[0]*a[k]+x[1]*b[k], y[k], 1e-12)
	}
	near(t, "what is along the first", alongA, 0, 1e-12)
	near(t, "what is along the second", alongB, 0, 1e-9)
	same := slices.Clone(y)
	if x := project(a, a, same); x != ([2]float64{}) || !slices.Equal(same, y) {
		t.Errorf("two that are one explain %v", x)
	}
}

// thrown returns a leg of so many points, 0.05 s apart, that was thrown at (1, 2) m with v m/s and turns.
func thrown(f flight, episode, n int, v sim.Vec, omega float64) *leg {
	l := &leg{episode: episode, from: -1, to: -1}
	for k := range n {
		s := f.fly(sim.BodyState{X: 1, Y: 2, Angle: 0.5, VX: v.X, VY: v.Y, Omega: omega}, 0.05*float64(k))
		l.points = append(l.points, point{at: 3 + 0.05*float64(k), seen: [3]float64{s.X, s.Y, s.Angle}, off: [3]float64{0.001, 0.001, 0.01}, id: k})
	}
	return l
}

// throws returns legs of one flight whose coordinates are off by noise deviations.
func throws(f flight, legs, n int, noise float64) (out []*leg) {
	r := sim.NewRand(4, "throws", 0)
	for k := range legs {
		l := thrown(f, k, n, sim.Vec{X: 2 * math.Cos(float64(k)), Y: 2 * math.Sin(float64(k))}, 3+float64(k))
		for q := range l.points {
			for axis := range 3 {
				l.points[q].seen[axis] += noise * l.points[q].off[axis] * r.NormFloat64()
			}
		}
		out = append(out, l)
	}
	return out
}

// TestFlightsWithoutNoiseTellExactly what pulls bodies, what holds them back and what stops their spin.
func TestFlightsWithoutNoiseTellExactly(t *testing.T) {
	t.Parallel()
	for _, f := range []flight{{gravity: sim.Vec{Y: -9.81}}, {gravity: sim.Vec{X: 1.5, Y: -3}, drag: 0.4, turnDrag: 0.9}, {drag: 2, turnDrag: 0.1}} {
		p, ok := fall(throws(f, 3, 20, 0), 1)
		if !ok || p.flights != 3 || p.turned != 3 {
			t.Fatalf("%+v: %v, %d flights, %d that turn; want 3", f, ok, p.flights, p.turned)
		}
		near(t, "gravity to the right", p.gravity.X, f.gravity.X, 1e-6)
		near(t, "gravity upwards", p.gravity.Y, f.gravity.Y, 1e-6)
		near(t, "drag", p.drag, f.drag, 1e-6)
		near(t, "drag of spin", p.turnDrag, f.turnDrag, 1e-6)
	}
}

// TestFlightsTurnedTellTheSameTurned: gravity has no axis of its own, nor have the order of flights, their place or the unit of their noise a say.
func TestFlightsTurnedTellTheSameTurned(t *testing.T) {
	t.Parallel()
	f := flight{gravity: sim.Vec{X: 1, Y: -4}, drag: 0.3, turnDrag: 0.2}
	legs := throws(f, 6, 15, 1)
	p, _ := fall(legs, 1)
	changed := func(name string, gravity sim.Vec, off [2]float64, change func(*point)) {
		t.Helper()
		var all []*leg
		for _, l := range legs {
			next := *l
			next.points = slices.Clone(l.points)
			for k := range next.points {
				change(&next.points[k])
			}
			all = append(all, &next)
		}
		slices.Reverse(all)
		q, ok := fall(all, 1)
		if !ok {
			t.Fatal(name)
		}
		near(t, name+": gravity to the right", q.gravity.X, gravity.X, 1e-6)
		near(t, name+": gravity upwards", q.gravity.Y, gravity.Y, 1e-6)
		near(t, name+": drag", q.drag, p.drag, 1e-6)
		near(t, name+": drag of spin", q.turnDrag, p.turnDrag, 1e-6)
		near(t, name+": the deviation to the right", q.off[0], off[0], 1e-6*off[0])
		near(t, name+": the deviation upwards", q.off[1], off[1], 1e-6*off[1])
	}
	off := [2]float64{p.off[0], p.off[1]}
	changed("a quarter turned", p.gravity.Perp(), [2]float64{off[1], off[0]}, func(q *point) { q.seen[0], q.seen[1] = -q.seen[1], q.seen[0] })
	changed("mirrored", sim.Vec{X: -p.gravity.X, Y: p.gravity.Y}, off, func(q *point) { q.seen[0], q.seen[2] = -q.seen[0], -q.seen[2] })
	changed("elsewhere and later", p.gravity, off, func(q *point) { q.seen[0], q.seen[1], q.at = q.seen[0]+5, q.seen[1]-7, q.at+11 })
	changed("twice as surely", p.gravity, off, func(q *point) { // deviations come from how sights scatter, not from what is said of them
		for axis := range 3 {
			q.off[axis] /= 2
		}
	})
}

// TestDeviationsOfGravityAreHonest: over many draws of the noise, errors are as large as the deviations say.
func TestDeviationsOfGravityAreHonest(t *testing.T) {
	t.Parallel()
	f := flight{gravity: sim.Vec{Y: -5}, drag: 0.2, turnDrag: 0.2}
	r := sim.NewRand(5, "draws", 0)
	var squares [4]float64
	const draws = 120
	for range draws {
		legs := throws(f, 4, 12, 0)
		for _, l := range legs {
			for q := range l.points {
				for axis := range 3 {
					l.points[q].seen[axis] += l.points[q].off[axis] * r.NormFloat64()
				}
			}
		}
		p, _ := fall(legs, 1)
		for k, e := range []float64{p.gravity.X / p.off[0], (p.gravity.Y + 5) / p.off[1], (p.drag - 0.2) / p.off[2], (p.turnDrag - 0.2) / p.turnOff} {
			squares[k] += e * e / draws
		}
	}
	for k, v := range squares { // of 120 squares the mean scatters by 0.13
		near(t, []string{"gravity to the right", "gravity upwards", "drag", "drag of spin"}[k]+" in deviations, squared,", v, 1, 0.5)
	}
}

// TestAFlightThatDisagreesIsLeftOut, such as one with a wind, and neither is one that is only a little worse, nor one with three sights counted.
func TestAFlightThatDisagreesIsLeftOut(t *testing.T) {
	t.Parallel()
	f := flight{gravity: sim.Vec{Y: -9.8}}
	legs := throws(f, 6, 15, 1)
	calm, _ := fall(legs, 1)
	windy := thrown(flight{gravity: sim.Vec{X: 4, Y: -9.8}, drag: 3}, 6, 15, sim.Vec{X: 2}, 1)
	p, ok := fall(append(slices.Clone(legs), windy), 1)
	if !ok || p.flights != 6 {
		t.Errorf("%d flights are used with one in the wind; want 6", p.flights)
	}
	near(t, "gravity", p.gravity.Y, calm.gravity.Y, 1e-6)
	near(t, "gravity to the right", p.gravity.X, calm.gravity.X, 1e-6)
	if p, _ := fall(append(slices.Clone(legs), thrown(f, 6, 3, sim.Vec{X: 2}, 1)), 1); p.flights != 6 || p.residuals != calm.residuals {
		t.Errorf("%d flights are used with one of three sights; want 6", p.flights)
	}
	if p, _ := fall(append(slices.Clone(legs), thrown(f, 6, 4, sim.Vec{X: 2}, 1)), 1); p.flights != 7 {
		t.Errorf("%d flights are used with one of four sights; want 7", p.flights)
	}
	if _, ok := fall([]*leg{thrown(f, 0, 3, sim.Vec{}, 0)}, 1); ok {
		t.Error("three sights tell gravity")
	}
}

// TestOddFlights are those whose squares exceed the usual by four times what chance does, and by half.
func TestOddFlights(t *testing.T) {
	t.Parallel()
	f := flight{gravity: sim.Vec{Y: -9.8}}
	legs := throws(f, 9, 40, 1) // 76 squares each scatter by √(2/76) = 0.16, four times which is 0.65
	for _, c := range []struct {
		by  float64
		out bool
	}{{1.05, false}, {1.6, true}, {1.15, false}} {
		all := slices.Clone(legs)
		odd := *all[4]
		odd.points = slices.Clone(odd.points)
		p := &pooled{flight: f}
		var lines []line
		for _, l := range all {
			lines = append(lines, line{0, l}, line{1, l})
		}
		means := map[*leg]float64{}
		for _, l := range lines {
			r, _, _ := l.rows(p.pull(l.axis), 0, nil, nil, nil)
			for _, v := range r {
				means[l.leg] += v * v / 76
			}
		}
		var usual []float64
		for _, l := range all {
			usual = append(usual, means[l])
		}
		scale := c.by * math.Sqrt(robust.Median(usual)/means[all[4]]) // of the noise of one, to be that many times the usual
		for q := range odd.points {
			at := thrown(f, 4, 40, sim.Vec{X: 2 * math.Cos(4), Y: 2 * math.Sin(4)}, 7).points[q]
			for axis := range 2 {
				odd.points[q].seen[axis] = at.seen[axis] + scale*(odd.points[q].seen[axis]-at.seen[axis])
			}
		}
		lines[8].leg, lines[9].leg = &odd, &odd
		out := map[*leg]bool{}
		if changed := p.trim(lines, out); changed != c.out || out[&odd] != c.out || p.trim(lines, out) {
			t.Errorf("a flight of %v times the noise of others: left out %v; want %v", c.by, out[&odd], c.out)
		}
	}
}

// TestGravityWithoutDragIsThatOfAFitWithoutIt.
func TestGravityWithoutDragIsThatOfAFitWithoutIt(t *testing.T) {
	t.Parallel()
	r := sim.NewRand(9, "one way", 0)
	var legs []*leg
	for range 5 { // all thrown the same way, so that drag looks like gravity against it
		l := thrown(flight{gravity: sim.Vec{X: 1, Y: -9.8}}, 0, 12, sim.Vec{X: 3, Y: 3}, 1)
		for q := range l.points {
			l.points[q].seen[0] += 0.001 * r.NormFloat64()
			l.points[q].seen[1] += 0.001 * r.NormFloat64()
		}
		legs = append(legs, l)
	}
	p, _ := fall(legs, 1)
	got, ok := p.without()
	if !ok || p.drag == 0 {
		t.Fatalf("drag %v, %v", p.drag, ok)
	}
	var want [2]float64
	for axis := range want { // gravity alone, by least squares
		var g, h float64
		for _, l := range legs {
			r, pull, _ := (&line{axis, l}).rows(0, 0, nil, nil, nil)
			for k := range r {
				g, h = g-pull[k]*r[k], h+pull[k]*pull[k]
			}
		}
		want[axis] = g / h
	}
	for axis, v := range [][2]float64{{got.X, p.gravity.X}, {got.Y, p.gravity.Y}} {
		if !(math.Abs(v[0]-want[axis]) < math.Abs(v[1]-want[axis])/10) {
			t.Errorf("gravity %d without drag, %v, is hardly nearer to %v than with it, %v", axis, v[0], want[axis], v[1])
		}
	}
	p.covariance = mat.NewSymDense(3, nil)
	if _, ok := p.without(); ok {
		t.Error("what has no deviation is regressed on")
	}
}

// TestTheMedianIsTheMiddleOne, the upper of two, and 0 of none.
func TestTheMedianIsTheMiddleOne(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		of   []float64
		want float64
	}{{nil, 0}, {[]float64{7}, 7}, {[]float64{3, 1, 2}, 2}, {[]float64{4, 1, 3, 2}, 3}, {[]float64{9, -9, 0, 5, 5}, 5}} {
		near(t, "the median", robust.Median(c.of), c.want, 0)
	}
}

// TestTwoDeviationsAreOne: that over episodes alone where it is well above that of noise, else the root of their mean square.
func TestTwoDeviationsAreOne(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ noise, over, want float64 }{{1, 1, 1}, {2, 14, 14}, {1, 1.4, 1.4}, {1, 1.29, math.Sqrt((1 + 1.29*1.29) / 2)}, {2, 0, math.Sqrt2}} {
		near(t, "the deviation", both(c.noise, []float64{-1, c.over}, 1), c.want, 1e-12)
	}
	near(t, "without episodes it", both(3, nil, 1), 3, 0)
}

// TestDrawnAgain: the deviation of a mean over n parts is that of one part by √n, and fewer than ten tell none.
func TestDrawnAgain(t *testing.T) {
	t.Parallel()
	parts := func(n int, scale float64) (out []addend) {
		for k := range n {
			v := scale * float64(1-2*(k%2)) // half of them pull one way, half the other, by one deviation each
			h := mat.NewSymDense(2, []float64{1, 0, 0, 4})
			out = append(out, addend{h, mat.NewVecDense(2, []float64{v, 0})})
		}
		return out
	}
	if got := again(parts(9, 1), 1); got != nil {
		t.Errorf("nine parts tell %v", got)
	}
	for _, n := range []int{10, 100} {
		got := again(parts(n, 0.3), 1)
		near(t, "the deviation", got[0], 0.3/math.Sqrt(float64(n)), 0.045/math.Sqrt(float64(n)))
		near(t, "that of what nothing moves", got[1], 0, 0)
	}
	if a, b, c := again(parts(30, 1), 1), again(parts(30, 1), 1), again(parts(30, 1), 2); !slices.Equal(a, b) || slices.Equal(a, c) {
		t.Errorf("seed 1 gives %v and %v, seed 2 %v", a, b, c)
	}
	near(t, "twice the pull", again(parts(30, 2), 1)[0], 2*again(parts(30, 1), 1)[0], 1e-12)
}

// TestConstantsMove by logarithms where they are masses, by metres where they are radii, and each no further at a time than it may.
func TestConstantsMove(t *testing.T) {
	t.Parallel()
	c := &constants{}
	for k, v := range []struct {
		name              constant
		told, x, is, most float64
	}{
		{constant{name: "mass", of: "a"}, 2, math.Ln2, 4, 1},
		{constant{name: "moment", of: "a"}, 3, -math.Ln2, 1.5, 1},
		{constant{name: "radius", of: "a"}, 0.1, 0.02, 0.12, 0.01},
		{constant{name: "length", of: "wall"}, 7, 0.02, 0.02, 0.01},
		{constant{name: "elasticity", of: "a"}, 0.9, 0.4, 0.4, 0.3},
		{constant{name: "friction", of: "a"}, 0.9, 0.4, 0.4, 0.3},
	} {
		at := c.add(v.name.name, v.name.of, v.x)
		if at != k || c.add(v.name.name, v.name.of, 99) != k || len(c.all) != k+1 {
			t.Fatalf("%s is constant %d of %d", v.name.name, at, len(c.all))
		}
		near(t, string(v.name.name), c.all[k].value(v.x, v.told), v.is, 1e-12)
		near(t, "the most that it moves", c.all[k].limit, v.most, 0)
		near(t, "where it begins", c.values()[k], v.x, 0)
		if !(c.all[k].step > 0 && c.all[k].step < 1e-3*c.all[k].limit) {
			t.Errorf("%s: a slope is taken over %v", v.name.name, c.all[k].step)
		}
	}
	if c.add("friction", "b", 0) != 6 || c.add("elasticity", "b", 0) != 7 {
		t.Error("constants of other bodies are the same")
	}
	near(t, "what is told", at([]float64{5}, none, 8), 8, 0)
	near(t, "what is sought", at([]float64{5}, 0, 8), 5, 0)
}
