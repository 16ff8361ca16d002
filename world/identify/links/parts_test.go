package links

import (
	"math"
	"slices"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/world/cholesky"
	"orrery/world/robust"
)

// near demands that a number is no further from another than tol.
func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol) {
		t.Errorf("%s is %v; want %v ± %v", what, got, want, tol)
	}
}

// gliding returns the states of discs of 0.1 m that fly as at says, for so many frames of 1/60 s.
func gliding(bodies, frames int, at func(k, i int) sim.BodyState) *sim.Trajectory {
	scene := sim.DefaultScene()
	for range bodies {
		scene.Bodies = append(scene.Bodies, sim.NewDisc(0.1, 1/(math.Pi*0.01), sim.Surface{}))
	}
	t := &sim.Trajectory{Scene: &scene}
	for k := range frames {
		var s sim.State
		for i := range bodies {
			s = append(s, at(k, i))
		}
		t.States = append(t.States, s)
	}
	return t
}

func trackOf(t *testing.T, tr *sim.Trajectory) *track {
	t.Helper()
	out, why := newTrack(tr)
	if why != "" {
		t.Fatal(why)
	}
	return out
}

// TestWhatLinksAreNotToldFromHasAReason.
func TestWhatLinksAreNotToldFromHasAReason(t *testing.T) {
	t.Parallel()
	still := func(k, i int) sim.BodyState { return sim.BodyState{X: float64(i)} }
	for _, c := range []struct {
		name   string
		bodies int
		change func(*sim.Trajectory)
		why    string
	}{
		{"two", 2, func(*sim.Trajectory) {}, ""},
		{"one", 1, func(*sim.Trajectory) {}, "two of them"},
		{"three frames", 2, func(t *sim.Trajectory) { t.States = t.States[:3] }, "four frames"},
		{"an impact", 2, func(t *sim.Trajectory) { t.Impact = true }, "impact"},
		{"thirty", 30, func(*sim.Trajectory) {}, ""},
		{"thirty-one", 31, func(*sim.Trajectory) {}, "more than 30"},
		{"driven", 2, func(t *sim.Trajectory) { t.Scene.Actuators = []sim.Actuator{{}} }, "actuators"},
		{"sprung", 2, func(t *sim.Trajectory) { t.Scene.Joints = []sim.Joint{{Kind: sim.Spring, B: 1}} }, ""},
		{"pinned", 2, func(t *sim.Trajectory) { t.Scene.Joints = []sim.Joint{{Kind: sim.Spring, B: 1}, {Kind: sim.Pin, B: 1}} }, "joints"},
		{"gripped", 2, func(t *sim.Trajectory) { t.Scene.Bodies[1].Grip.Spin = 1 }, "friction with the ground"},
		{"thirteen in noise", 13, func(t *sim.Trajectory) { t.Seen = sightsOf(t) }, "more than 12"},
		{"twelve in noise", 12, func(t *sim.Trajectory) { t.Seen = sightsOf(t) }, ""},
		{"one is never seen", 2, func(t *sim.Trajectory) {
			t.Seen = sightsOf(t)
			for k := range t.Seen.Sights {
				t.Seen.Sights[k][1].Seen = false
			}
		}, "hardly ever seen"},
	} {
		tr := gliding(c.bodies, 12, still)
		c.change(tr)
		_, why := newTrack(tr)
		if (why == "") != (c.why == "") || !strings.Contains(why, c.why) {
			t.Errorf("%s: %q; want %q", c.name, why, c.why)
		}
	}
}

// sightsOf returns what is seen of a trajectory without noise.
func sightsOf(t *sim.Trajectory) *sim.Observation {
	out := &sim.Observation{}
	for _, s := range t.States {
		var row []sim.Sight
		for _, b := range s {
			row = append(row, sim.Sight{X: b.X, Y: b.Y, Seen: true})
		}
		out.Sights = append(out.Sights, row)
	}
	return out
}

// TestPathsAreCutWhereBodiesTouch: nearer than their radii, a twentieth of these, and what they near each other in a frame.
func TestPathsAreCutWhereBodiesTouch(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		apart func(k int) float64 // m, of two discs of 0.1 m
		group int
		cut   []bool // of each frame
	}{
		{"far", func(int) float64 { return 0.22 }, 0, []bool{false, false, false, false}},
		{"near", func(int) float64 { return 0.205 }, 0, []bool{true, true, true, false}},
		{"near, of one group", func(int) float64 { return 0.205 }, 7, []bool{false, false, false, false}},
		{"fast", func(k int) float64 { return 0.6 - 0.12*float64(k) }, 0, []bool{false, false, true, false}}, // 0.6, 0.48, 0.36, 0.24: less than 0.33 in the last
	} {
		tr := gliding(3, 4, func(k, i int) sim.BodyState { return sim.BodyState{X: []float64{0, c.apart(k), 50}[i]} })
		tr.Scene.Bodies[0].Group, tr.Scene.Bodies[1].Group = c.group, c.group
		tk := trackOf(t, tr)
		tk.part(tr.Scene, nil)
		for k, want := range c.cut {
			if tk.cut[k*3] != want || tk.cut[k*3+1] != want || tk.cut[k*3+2] {
				t.Errorf("%s: frame %d is cut: %v", c.name, k, tk.cut[k*3:k*3+3])
			}
		}
		tk.part(tr.Scene, [][2]int{{0, 2}}) // a rod
		for k := range 3 {
			if !tk.cut[k*3] || !tk.cut[k*3+2] {
				t.Errorf("%s: a rod does not cut frame %d", c.name, k)
			}
		}
	}
}

// TestRodsTurnAtOneDistance: what does not turn, or comes nearer, is none, and all episodes have to agree.
func TestRodsTurnAtOneDistance(t *testing.T) {
	t.Parallel()
	spin := func(turn, grow float64) *track {
		return trackOf(t, gliding(2, 30, func(k, i int) sim.BodyState {
			at := sim.Vec{X: 0.5 + grow*float64(k)/30}.Rotate(turn * float64(k) / 30)
			return []sim.BodyState{{X: 1, Y: float64(k) / 60}, {X: 1 + at.X, Y: float64(k)/60 + at.Y}}[i]
		}))
	}
	for _, c := range []struct {
		name   string
		tracks []*track
		rods   int
	}{
		{"it turns", []*track{spin(1, 0)}, 1},
		{"it turns the other way", []*track{spin(-1, 0)}, 1},
		{"it hardly turns", []*track{spin(0.29, 0)}, 0},
		{"it turns enough", []*track{spin(0.33, 0)}, 1},
		{"it grows", []*track{spin(1, 0.05)}, 0},
		{"it stands in one of two", []*track{spin(1, 0), spin(0, 0)}, 1},
		{"it grows in one of two", []*track{spin(1, 0), spin(1, 0.05)}, 0},
	} {
		found, lengths := rods(c.tracks)
		if len(found) != c.rods {
			t.Errorf("%s: %d rods", c.name, len(found))
		} else if c.rods == 1 {
			near(t, c.name+": the length", lengths[0], 0.5, 1e-9)
		}
	}
	passing := trackOf(t, gliding(2, 30, func(k, i int) sim.BodyState { // straight past each other
		return []sim.BodyState{{Y: 0.5}, {X: float64(k)/30 - 0.5}}[i]
	}))
	if found, _ := rods([]*track{passing}); len(found) != 0 {
		t.Error("two that pass each other are a rod")
	}
}

// TestUsualSizesFollowTheMotion: distances, speeds and pushes scale as their units do.
func TestUsualSizesFollowTheMotion(t *testing.T) {
	t.Parallel()
	circle := func(r, w float64) *track { // two bodies of 1 kg that circle at ±r
		tr := gliding(2, 60, func(k, i int) sim.BodyState {
			at := sim.Vec{X: r}.Rotate(w*float64(k)/60 + math.Pi*float64(i))
			return sim.BodyState{X: at.X, Y: at.Y}
		})
		return trackOf(t, tr)
	}
	tk := circle(0.5, 2)
	near(t, "how far they are apart", tk.apart(), 1, 1e-9)
	near(t, "the push", tk.push(), 0.5*4, 0.01)
	most := tk.likelyMost()
	speed := 0.5 * 2.0
	for k, want := range []float64{10 * 2 / 1., 10 * 2, 10 * 2 / speed, 10 * 2 * 1 * 1} {
		near(t, "the size of a coefficient", most[k], want, 0.01*want)
	}
	wide, quick := circle(1, 2), circle(0.5, 4)
	near(t, "twice as far apart the push", wide.push()/tk.push(), 2, 1e-6)
	near(t, "twice as fast the push", quick.push()/tk.push(), 4, 1e-2)
	near(t, "the push of what flies straight", trackOf(t, gliding(2, 30, func(k, i int) sim.BodyState { return sim.BodyState{X: float64(k * (1 + i))} })).push(), 0, 1e-9)
	if robust.Median(nil) != 0 || robust.Median([]float64{3, 1, 2, 9}) != 3 {
		t.Error("the median is another")
	}
}

// TestPushesAreSeenThroughNoise: over so many frames that noise is small beside what they bend a path.
func TestPushesAreSeenThroughNoise(t *testing.T) {
	t.Parallel()
	r := sim.NewRand(3, "push", 0)
	const noise = 1e-3
	tr := gliding(2, 120, func(k, i int) sim.BodyState {
		at := float64(k) / 60
		return sim.BodyState{X: float64(i)*3 + noise*r.NormFloat64(), Y: 0.5*3*at*at*float64(1-2*i) + noise*r.NormFloat64()}
	})
	tk := trackOf(t, tr)
	tk.noise = noise * noise
	near(t, "the push of 3 N", tk.push(), 3, 0.6)
	turning := trackOf(t, gliding(2, 120, func(k, i int) sim.BodyState { // pushed to and fro three times a second: over many frames little is left of that
		return sim.BodyState{X: float64(i)*3 + 0.01*math.Sin(6*math.Pi*float64(k)/60+0.3)}
	}))
	turning.noise = 1e-10
	near(t, "what pushes to and fro", turning.push(), 0.01*36*math.Pi*math.Pi/math.Sqrt2, 0.4)
}

// TestExactMotionExplainsItself: with its own coefficients nothing is left; residuals are linear in small changes of them as their slopes say.
func TestExactMotionExplainsItself(t *testing.T) {
	t.Parallel()
	s, c := three()
	tk := &track{system: s, frames: 20}
	state := []float64{0, 0, 0.1, 0.2, 0.5, 0.1, -0.2, 0.1, 0.1, 0.6, 0.1, -0.1}[:4*s.n]
	m := newMotion(s, c, nil, 0)
	for range tk.frames {
		tk.exact = append(tk.exact, state...)
		m.set(state, false)
		m.advance()
		next := make([]float64, 4*s.n)
		for r := range next {
			next[r] = m.row(m.x, r)[0]
		}
		state = next
	}
	errors, _ := tk.residuals(c, nil, 0)
	for _, e := range errors {
		near(t, "what is left", e, 0, 1e-12)
	}
	var free []int
	for k, v := range c {
		if v != 0 {
			free = append(free, k)
		}
	}
	q := tk.expandExact(c, free)
	near(t, "the cost", q.cost, 0, 1e-20)
	off := slices.Clone(c)
	off[free[0]] *= 1.01
	q = tk.expandExact(off, free)
	g, step := slices.Clone(q.g), make([]float64, len(free))
	h := slices.Clone(q.h)
	for k := range g {
		g[k] = -g[k]
	}
	if !cholesky.Factor(h, len(free)) {
		t.Fatal("coefficients are not told")
	}
	copy(step, g)
	cholesky.Solve(h, len(free), step, 1)
	near(t, "the way back, by what it was off,", step[0]/(c[free[0]]-off[free[0]]), 1, 2e-2)
	for k := range step[1:] {
		near(t, "the way of what was right", step[k+1]/c[free[k+1]], 0, 2e-3)
	}
}

// TestOutliersCountLessTheFartherTheyAreOff: from 25 times the usual square on, by the square of how far; what is cut or no number does not count.
func TestOutliersCountLess(t *testing.T) {
	t.Parallel()
	tk := &track{system: &system{n: 2}, cut: make([]bool, 16)}
	errors := make([]float64, 4*16)
	for i := range 16 {
		errors[4*i] = 1
	}
	errors[4*3], errors[4*5], errors[4*7] = 4.9, math.Sqrt(50), math.NaN()
	tk.cut[9] = true
	for i, w := range tk.weights(errors) {
		want := map[int]float64{5: 0.25, 7: 0, 9: 0}
		v, odd := want[i]
		if !odd {
			v = 1
		}
		near(t, "a weight", w, v, 1e-12)
	}
	fast := trackOf(t, gliding(2, 4, func(k, i int) sim.BodyState { // at rest, but for a velocity that it loses
		if k == 0 {
			return sim.BodyState{X: float64(9 * i), VX: 0.6}
		}
		return sim.BodyState{X: float64(9*i) + 0.01, VX: 0}
	}))
	off, _ := fast.residuals(make([]float64, terms), nil, 0)
	near(t, "a velocity that is off by 0.6 m/s, in what it moves in a frame,", off[2], 0.01, 1e-9)
	tk.cut = nil
	clear(errors)
	errors[4*3] = 1e-9
	for i, w := range tk.weights(errors) { // where most is exact, what is not does not count
		want := 1.0
		if i == 3 {
			want = 0
		}
		near(t, "a weight among exact ones", w, want, 0)
	}
}

// TestFormsAreWorthWhatTheirQuadraticsSay, and sums of forms what both say.
func TestFormsAreWorthWhatTheirQuadraticsSay(t *testing.T) {
	t.Parallel()
	q := &quadratic{cost: 7, g: []float64{0.5, -1}, h: []float64{3, 1, 1, 2}, at: []float64{0.2, -0.4}}
	f := newForm(q, 0.5)
	for _, theta := range [][]float64{{0, 0}, {0.2, -0.4}, {1, 2}} {
		want := q.cost
		for r := range 2 {
			d := theta[r] - q.at[r]
			want += 2 * q.g[r] * d
			for k := range 2 {
				want += d * q.h[2*r+k] * (theta[k] - q.at[k])
			}
		}
		near(t, "a form", f.worth(theta), want/0.5, 1e-9)
		near(t, "two forms", sum([]*form{f, f, f}).worth(theta), 3*want/0.5, 1e-9)
	}
}

// TestThePairThatIsWorthNothingIsLeftOut: what a pair is worth is what the best of the others is worse.
func TestThePairThatIsWorthNothingIsLeftOut(t *testing.T) {
	t.Parallel()
	f := &form{k: 10, l: []float64{6, 2, 0.1}, h: []float64{4, 1, 0.5, 1, 3, 0.2, 0.5, 0.2, 5}}
	worthOf := func(in []int) float64 {
		theta, _ := f.best(in, 1)
		w := f.k
		for k, p := range in {
			w -= f.l[p] * theta[k]
		}
		return w
	}
	all := []int{0, 1, 2}
	theta, inverse := f.best(all, 1)
	for k := range all {
		rest := slices.Delete(slices.Clone(all), k, k+1)
		near(t, "the loss of a pair", lossOf(theta, inverse, k, 1, 3), worthOf(rest)-worthOf(all), 1e-9)
	}
	c := &choice{family: &families[0], n: 3}
	c.own([]*form{f}, 1.5) // an edge costs log 1.5
	if !slices.Equal(c.signs[0], []int8{1, 0, 0}) {
		t.Errorf("edges are %v", c.signs[0])
	}
	near(t, "what they cost", c.costs, 2*math.Ln2*3+math.Log(1.5), 1e-12)
	near(t, "what is left", c.score, worthOf([]int{0}), 1e-9)
	for _, charges := range []bool{false, true} {
		alike := &choice{family: &families[0], n: 3, guess: guess{values: true, charges: charges}}
		alike.common([]*form{f}, 1.5)
		of := 2 * math.Ln2 * 3 // pairs, each with an edge or without
		if charges {
			of = 2 * math.Log(3) * 3
		}
		near(t, "what graphs of one value cost", alike.costs, of+math.Log(1.5), 1e-12)
	}
	if !(c.likely[0][0] > 0.9 && c.likely[0][1] < 0.5 && c.likely[0][2] < 0.5) {
		t.Errorf("edges are likely by %v", c.likely[0])
	}
}

// TestGuessesAboutGraphs: of one episode there is one graph, and only charges have signs.
func TestGuessesAboutGraphs(t *testing.T) {
	t.Parallel()
	for k, want := range []int{2, 2, 2, 4} {
		f := &families[k]
		if got := len(f.guesses(1)); got != want {
			t.Errorf("%s: %d guesses of one episode; want %d", f.name, got, want)
		}
		if got := len(f.guesses(5)); got != 2*want {
			t.Errorf("%s: %d guesses of five episodes; want %d", f.name, got, 2*want)
		}
		if got := f.free(3); len(got) != 3*len(f.terms) || got[len(f.terms)] != terms+f.terms[0] {
			t.Errorf("%s: three bodies have the coefficients %v", f.name, got)
		}
	}
}

// TestTiesSpreadVariables over coefficients with their signs, and leave the base as it is.
func TestTiesSpreadVariables(t *testing.T) {
	t.Parallel()
	tie := &ties{free: []int{1, 4, 5}, to: []int{0, 1, 0}, sign: []float64{1, -1, -1}, base: []float64{9, 8, 7, 6, 5, 4}}
	if got := tie.coefficients(6, []float64{2, 3}); !slices.Equal(got, []float64{9, 2, 7, 6, -3, -2}) {
		t.Errorf("%v", got)
	}
	if got := tie.spread([]float64{2, 3}); !slices.Equal(got, []float64{2, -3, -2}) {
		t.Errorf("%v", got)
	}
}

// TestEdgesAreCounted over all graphs, of either sign.
func TestEdgesAreCounted(t *testing.T) {
	t.Parallel()
	if n := (&choice{signs: [][]int8{{1, 0, -1}, {0, 0, 1}}}).edges(); n != 3 {
		t.Errorf("%d edges", n)
	}
}

// TestNoiseIsToldFromSmoothMotion: its variance, whatever curve bodies fly and wherever they are, and none of what is exact.
func TestNoiseIsToldFromSmoothMotion(t *testing.T) {
	t.Parallel()
	for _, noise := range []float64{0, 1e-3, 4e-3} {
		r := sim.NewRand(4, "noise", 0)
		tr := gliding(4, 200, func(k, i int) sim.BodyState {
			at := float64(k) / 60
			return sim.BodyState{X: 5 + at - at*at + noise*r.NormFloat64(), Y: 3*at + 0.4*at*at*at + noise*r.NormFloat64()}
		})
		tr.Seen = sightsOf(tr)
		tk := trackOf(t, tr)
		near(t, "the noise", math.Sqrt(tk.guessNoise()), noise, 0.12*noise+1e-9)
		for k, s := range tk.seen { // one of five frames is missing for one body, which then tells nothing
			tk.seen[k] = s && !(k%4 == 0 && k/4%5 == 0)
		}
		near(t, "the noise without one", math.Sqrt(tk.guessNoise()), noise, 0.15*noise+1e-9)
		if n := tk.data(); n != 2*(4*200-40) {
			t.Errorf("%d numbers were seen", n)
		}
	}
}

// TestNodesLieOnParabolas through what was seen, at the times at which it was.
func TestNodesLieOnParabolas(t *testing.T) {
	t.Parallel()
	late := func(k int) float64 { return 0.004 * float64(k%3) }
	fly := func(at float64, i int) sim.BodyState {
		return sim.BodyState{X: float64(3*i) + 2*at - 3*at*at, Y: 1 - at + 0.5*at*at, VX: 2 - 6*at, VY: -1 + at}
	}
	tr := gliding(2, 40, func(k, i int) sim.BodyState { return fly(float64(k)/60+late(k), i) })
	tr.Seen = sightsOf(tr)
	for k := range tr.Seen.Sights {
		for i := range tr.Seen.Sights[k] {
			tr.Seen.Sights[k][i].After = late(k)
		}
		tr.Seen.Sights[k][1].Seen = k > 12
	}
	tk := trackOf(t, tr)
	if !tk.begin(7) || tk.windows() != 6 {
		t.Fatalf("%d windows", tk.windows())
	}
	for w := range tk.windows() {
		for i := range 2 {
			want := fly(float64(7*w)/60, i)
			at := tk.nodes[w*8+4*i:]
			for k, v := range []float64{want.X, want.Y, want.VX, want.VY} {
				near(t, "a node", at[k], v, 1e-6)
			}
		}
	}
	if _, _, misfit, ok := tk.parabola(1, 0, 20, 14, 26); !ok || !(math.Abs(misfit) <= 1e-9) {
		t.Errorf("a parabola is %v m² off one", misfit)
	}
	if _, _, _, ok := tk.parabola(1, 0, 12, 9, 14); ok { // two sights
		t.Error("two sights have a parabola")
	}
}

// TestBreaksCostLittleOnlyNearAnotherBody.
func TestBreaksCostLittleOnlyNearAnotherBody(t *testing.T) {
	t.Parallel()
	tk := &track{noise: 2}
	if !math.IsInf(tk.cap(true), 1) || !math.IsInf(tk.cap(false), 1) {
		t.Error("paths break where they may not")
	}
	tk.breaks = true
	near(t, "five deviations near another", tk.cap(true), 25*2, 0)
	near(t, "twenty elsewhere", tk.cap(false), 400*2, 0)
}
