package contact

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/learn/tape"
	"orrery/sim"
)

// touching returns the touching points of a scene at its start.
func touching(t *testing.T, scene *sim.Scene) *graph {
	t.Helper()
	return touchingBy(t, scene, Tiny())
}

// touchingBy is touching for a model of such settings.
func touchingBy(t *testing.T, scene *sim.Scene, config Config) *graph {
	t.Helper()
	model, err := New(config, 1)
	if err != nil {
		t.Fatal(err)
	}
	s, g, f := model.net.place(scene), &graph{}, finder{}
	g.reset()
	if got := f.add(g, &s, scene.Start()); got != (len(g.edges) > 0) {
		t.Fatalf("%d points touch and the finder says %v", len(g.edges), got)
	}
	g.scenes = append(g.scenes, extent{len(g.edges), 0})
	return g
}

// onFloor returns a scene of discs that overlap a floor at y = 0 by 1 mm, with centres at x.
func onFloor(x ...float64) *sim.Scene {
	scene := sim.DefaultScene()
	scene.Walls = []sim.Shape{{Kind: sim.Segment, Vertices: []sim.Vec{{X: -5}, {X: 5}}, Friction: 0.5, Elasticity: 0.5}}
	for _, at := range x {
		b := sim.NewDisc(0.2, 1, sim.Surface{Friction: 0.8, Elasticity: 0.6})
		b.Mass, b.Moment, b.Start = 2, 0.04, sim.BodyState{X: at, Y: 0.199}
		scene.Bodies = append(scene.Bodies, b)
	}
	return &scene
}

func matrixOf(data []float32, cols int) tape.Matrix {
	return tape.Matrix{Rows: len(data) / cols, Cols: cols, Data: data}
}

// TestEdgeIsMeasuredInClosedForm for a disc of 2 kg and 0.04 kg·m² on a floor: along the
// normal 1/m resists, along the tangent 1/m + r²/I.
func TestEdgeIsMeasuredInClosedForm(t *testing.T) {
	t.Parallel()
	g := touching(t, onFloor(0))
	if len(g.edges) != 1 {
		t.Fatalf("%d edges", len(g.edges))
	}
	e := g.edges[0]
	if e.a != 0 || e.b >= 0 || e.busy != 1 {
		t.Errorf("bodies %d and %d, busy %v", e.a, e.b, e.busy)
	}
	const kn, r = 1.0 / 2, 0.1995 // the point is in the middle of the overlap, or at the surface
	kt := 1.0/2 + r*r/0.04
	for _, c := range []struct {
		name      string
		got       float32
		want, tol float64
	}{
		{"gap", e.gap, -0.001, 1e-6}, {"friction", e.friction, 0.4, 1e-6}, {"elasticity", e.elasticity, 0.3, 1e-6},
		{"resistance along the normal", e.resist[0], kn, 1e-6}, {"along the tangent", e.resist[1], kt, 0.01},
		{"Coulomb's limit", e.limit, 0.4 * kt / kn, 0.02}, {"coupling", e.coupling, 0, 1e-6},
		{"normal x", e.axis[0].x, 0, 1e-6}, {"normal y", e.axis[0].y, 1, 1e-6},
		{"tangent x", e.axis[1].x, -1, 1e-6}, {"tangent y", e.axis[1].y, 0, 1e-6},
	} {
		if !scalar.EqualWithinAbs(float64(c.got), c.want, c.tol) {
			t.Errorf("%s is %v, must be %v", c.name, c.got, c.want)
		}
	}
}

// TestBusyCountsThePointsOfTheBusierBody: of three discs in a row on a floor the middle one
// has three points.
func TestBusyCountsThePointsOfTheBusierBody(t *testing.T) {
	t.Parallel()
	got := map[[2]int32]float32{}
	for _, e := range touching(t, onFloor(0, 0.399, 0.798)).edges {
		got[[2]int32{e.a, e.b}] = e.busy
	}
	want := map[[2]int32]float32{{0, -1}: 2, {1, -1}: 3, {2, -1}: 2, {0, 1}: 3, {1, 2}: 3}
	if len(got) != len(want) {
		t.Errorf("edges %v, must be %v", got, want)
	}
	for pair, busy := range want {
		if got[pair] != busy {
			t.Errorf("bodies %v: %v points, must be %v", pair, got[pair], busy)
		}
	}
}

// TestDeepestPointComesFirst, whichever way a box leans on the floor.
func TestDeepestPointComesFirst(t *testing.T) {
	t.Parallel()
	for _, lean := range []float64{-0.002, 0.002} {
		scene := onFloor()
		box := sim.Body{Kind: sim.Dynamic, Mass: 1, Moment: 0.1, Start: sim.BodyState{Y: 0.098, Angle: lean}}
		box.Shapes = []sim.Shape{{Kind: sim.Polygon, Vertices: []sim.Vec{{X: -0.3, Y: -0.1}, {X: 0.3, Y: -0.1}, {X: 0.3, Y: 0.1}, {X: -0.3, Y: 0.1}}}}
		scene.Bodies = []sim.Body{box}
		g := touching(t, scene)
		if len(g.edges) != 2 || !(g.edges[0].gap < g.edges[1].gap) {
			t.Errorf("leaning by %v: %d points, of which the first is not the deepest", lean, len(g.edges))
		}
		config := Tiny()
		config.Ends = true
		if g = touchingBy(t, scene, config); len(g.edges) != 2 || g.edges[0].id&1 != 1 || g.edges[1].id&1 != 0 {
			t.Errorf("leaning by %v, end by end: the first of %d points is not the second end", lean, len(g.edges))
		}
	}
}

// TestSilentNetworkStopsAndRubs: answers of zero are an impact without bounce under
// Coulomb's law. A disc that slides fast gets μ times the normal impulse, and the same
// mirrored when it slides the other way; one that hardly slides comes to roll.
func TestSilentNetworkStopsAndRubs(t *testing.T) {
	t.Parallel()
	g := touching(t, onFloor(0))
	for _, record := range []bool{false, true} { // alone, and as Backward needs it
		for _, way := range []float32{1, -1} {
			run := func(vx, vy, omega float32) []float32 {
				op, v := sweepOp{graph: g, rounds: 10, record: record}, make([]float32, 3)
				start := []float32{way * vx, vy, way * omega}
				op.Forward(matrixOf(v, 3), []tape.Matrix{matrixOf(make([]float32, gains), gains), matrixOf(start, 3), matrixOf(start, 3), {}})
				return []float32{way * v[0], v[1], way * v[2]}
			}
			const mu, m, moment, r = 0.4, 2, 0.04, 0.2
			j := m * 1.0                   // N·s that stop a fall of 1 m/s
			fast := run(9, -1, 0)          // slides all the way
			spun := -(mu * j * r) / moment // friction to the left below the centre turns clockwise
			gently := run(0.3, -1, 0)      // rolls before the grip is used up
			for i, want := range []float64{9 - mu*j/m, 0, spun} {
				if !scalar.EqualWithinAbs(float64(fast[i]), want, 0.03) {
					t.Errorf("way %v: value %d of a sliding disc is %v, must be %v", way, i, fast[i], want)
				}
			}
			if slip := gently[0] + 0.2*gently[2]; !scalar.EqualWithinAbs(float64(slip), 0, 1e-3) || !(gently[0] > 0.05) {
				t.Errorf("way %v: a disc that could roll has %v and slips by %v m/s", way, gently, slip)
			}
			if up := run(0, 1, 0); !slices.Equal(up, []float32{0, 1, 0}) {
				t.Errorf("way %v: a disc that leaves is held back: %v", way, up)
			}
		}
	}
}

// ones returns n ones, for gradients to be added to.
func ones(n int) []float32 { return slices.Repeat([]float32{1}, n) }

// differ compares a gradient, which was added to ones, with central differences of a loss.
func differ(t *testing.T, what string, x, grad []float32, loss func() float64) {
	t.Helper()
	size := 0.0
	for i := range x {
		const step = 2e-3
		kept := x[i]
		x[i] = kept + step
		above := loss()
		x[i] = kept - step
		below := loss()
		x[i] = kept
		want := (above - below) / (2 * step)
		size = max(size, math.Abs(want))
		if !scalar.EqualWithinAbsOrRel(float64(grad[i])-1, want, 0.02, 0.02) {
			t.Errorf("%s %d: gradient %v, by differences %v", what, i, grad[i]-1, want)
		}
	}
	if !(size > 0.1) {
		t.Errorf("%s: gradients of at most %v test nothing", what, size)
	}
}

func normals(rng *rand.Rand, n int, deviation float64) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(deviation * rng.NormFloat64())
	}
	return x
}

func weighed(weights, x []float32) (sum float64) {
	for i, w := range weights {
		sum += float64(w) * float64(x[i])
	}
	return sum
}

// TestSweepsHaveTheSlopesOfTheirForward: for discs in a heap, the gradients of the final
// velocities by the answers and by the velocities before and after outside forces.
func TestSweepsHaveTheSlopesOfTheirForward(t *testing.T) {
	t.Parallel()
	for _, answers := range []int{gains, wideGains} {
		slopesOfSweeps(t, answers)
	}
}

// slopesOfSweeps compares them for so many answers of an edge.
func slopesOfSweeps(t *testing.T, answers int) {
	g, rng := touching(t, onFloor(0, 0.399, 0.798)), sim.NewRand(3, "test sweeps", 0)
	const n = 9
	y, before, start := normals(rng, answers*len(g.edges), 0.3), normals(rng, n, 0.3), normals(rng, n, 0.3)
	for i := range n / 3 { // falls, and slides within the grip or beyond it
		start[3*i+1], start[3*i] = -1, []float32{0.2, 0.1, -4}[i]
		before[3*i+1] = -0.8
	}
	weights := normals(rng, n, 1)
	op, out := sweepOp{graph: g, rounds: 3, record: true}, make([]float32, n)
	in := []tape.Matrix{matrixOf(y, answers), matrixOf(before, 3), matrixOf(start, 3), {}}
	loss := func() float64 {
		op.Forward(matrixOf(out, 3), in)
		return weighed(weights, out)
	}
	loss()
	grads := [3][]float32{ones(len(y)), ones(n), ones(n)}
	op.Backward(tape.Matrix{}, matrixOf(weights, 3), in,
		[]tape.Matrix{matrixOf(grads[0], answers), matrixOf(grads[1], 3), matrixOf(grads[2], 3), {}})
	differ(t, "answer", y, grads[0], loss)
	differ(t, "velocity before", before, grads[1], loss)
	differ(t, "velocity", start, grads[2], loss)
}

// TestCorrectionsSeeTheGapInTwoScales, of 10 mm and of 1 mm, each down to -3, and a quarter
// of the points around. Models on disk depend on these numbers.
func TestCorrectionsSeeTheGapInTwoScales(t *testing.T) {
	t.Parallel()
	op := &seeDepthOp{[]edge{{gap: 0.002, busy: 4}, {gap: -0.0025, busy: 1}, {gap: -0.004, busy: 2}, {gap: -0.1, busy: 12}}}
	out := make([]float32, seeDepthSize*len(op.edges))
	op.Forward(matrixOf(out, seeDepthSize), nil)
	for i, want := range []float64{0.2, 2, 1, -0.25, -2.5, 0.25, -0.4, -3, 0.5, -3, -3, 3} {
		if !scalar.EqualWithinAbs(float64(out[i]), want, 1e-6) {
			t.Errorf("input %d of edge %d is %v, want %v", i%seeDepthSize, i/seeDepthSize, out[i], want)
		}
	}
}

// TestCorrectionsHaveTheSlopesOfTheirForward, and vanish for nobody: softly they push.
func TestCorrectionsHaveTheSlopesOfTheirForward(t *testing.T) {
	t.Parallel()
	g, rng := touching(t, onFloor(0, 0.399, 0.798)), sim.NewRand(3, "test corrections", 0)
	const n = 9
	y, weights := normals(rng, correctionGains*len(g.edges), 0.2), normals(rng, n, 20)
	for i := range g.edges {
		y[correctionGains*i+gainDepth] = 0.5
	}
	op, out := liftOp{graph: g, rounds: 3, record: true, time: 1.0 / 60}, make([]float32, n)
	in := []tape.Matrix{matrixOf(y, correctionGains)}
	loss := func() float64 {
		op.Forward(matrixOf(out, 3), in)
		return weighed(weights, out)
	}
	loss()
	grad := ones(len(y))
	op.Backward(tape.Matrix{}, matrixOf(weights, 3), in, []tape.Matrix{matrixOf(grad, correctionGains)})
	differ(t, "answer", y, grad, loss)
	for _, x := range []float32{-0.1, -0.001, 0, 0.001, 0.1} {
		y, slope := soft(x)
		want := (float64(x) + math.Sqrt(float64(x*x)+4e-6)) / 2
		above, _ := soft(x + 1e-4)
		below, _ := soft(x - 1e-4)
		if !scalar.EqualWithinAbs(float64(y), want, 1e-8) || !(y > 0) || !scalar.EqualWithinAbs(float64(slope), float64(above-below)/2e-4, 2e-3) {
			t.Errorf("soft(%v) is %v with slope %v, must be %v", x, y, slope, want)
		}
	}
	// Of an overlap of 1 mm a tenth is undone in a step, at most at 5 m/s.
	if got := op.depthSpeed(&edge{gap: -0.001}); !scalar.EqualWithinAbs(float64(got), 0.1*0.001*60, 1e-6) {
		t.Errorf("an overlap of 1 mm asks for %v m/s", got)
	}
	if got := op.depthSpeed(&edge{gap: -100}); got != 5 {
		t.Errorf("an overlap of 100 m asks for %v m/s", got)
	}
}

// TestPullsHaveTheSlopesOfTheirForward, push both bodies by the same impulse, and none by
// more than the limit.
func TestPullsHaveTheSlopesOfTheirForward(t *testing.T) {
	t.Parallel()
	rng := sim.NewRand(3, "test pulls", 0)
	op := pullOp{pulls: []pull{
		{a: 0, b: 1, x: 0.6, y: 0.8, r: 0.5, strength: 2, limit: far, pushA: 0.1, pushB: 0.3},
		{a: 1, b: 2, x: -1, y: 0, r: 2, strength: 1, limit: 1.5, pushA: 0.3, pushB: 0.2},
	}}
	y, v, weights := normals(rng, 2*fieldGains, 0.1), normals(rng, 9, 1), normals(rng, 9, 1)
	in, out := []tape.Matrix{matrixOf(y, fieldGains), matrixOf(v, 3)}, make([]float32, 9)
	loss := func() float64 {
		op.Forward(matrixOf(out, 3), in)
		return weighed(weights, out)
	}
	loss()
	grads := [2][]float32{ones(len(y)), ones(9)}
	back := func() {
		op.Backward(tape.Matrix{}, matrixOf(weights, 3), in, []tape.Matrix{matrixOf(grads[0], fieldGains), matrixOf(grads[1], 3)})
	}
	back()
	differ(t, "gain", y, grads[0], loss)
	differ(t, "velocity", v, grads[1], loss)
	// With a gain of 1 for the first power alone: 3 · strength · r newtons, or the limit.
	clear(y)
	y[0], y[fieldGains] = 1, -1 // 3 N and −6 N
	for _, limits := range [][2]float32{{far, 4}, {2, far}, {far, far}, {2, 4}} {
		op.pulls[0].limit, op.pulls[1].limit = limits[0], limits[1]
		f, h := min(3, float64(limits[0])), -min(6, float64(limits[1]))
		loss()
		for i, want := range []float64{0.1 * f * 0.6, 0.1 * f * 0.8, 0, -0.3*f*0.6 - 0.3*h, -0.3 * f * 0.8, 0, 0.2 * h, 0, 0} {
			if got := float64(out[i] - v[i]); !scalar.EqualWithinAbs(got, want, 1e-5) {
				t.Errorf("limits %v: value %d changes by %v, must by %v", limits, i, got, want)
			}
		}
		clear(grads[0])
		back()
		for i, limit := range limits {
			if moves := grads[0][fieldGains*i] != 0; moves != (limit == far) {
				t.Errorf("limits %v: gradients %v", limits, grads[0])
			}
		}
	}
	seen := make([]float32, 2*seeFieldSize)
	(&seeFieldOp{op.pulls}).Forward(matrixOf(seen, seeFieldSize), nil)
	for i, want := range []float64{math.Log(0.5) / 3, 1 / 1.5, math.Log(2) / 3, 1.0 / 3} {
		if !scalar.EqualWithinAbs(float64(seen[i]), want, 1e-6) {
			t.Errorf("column %d is %v, must be %v", i, seen[i], want)
		}
	}
}

// TestSweepsThatGrowKeepFiniteSlopes: answers that let impulses feed on themselves, as those of a
// model may that is only beginning to learn, leave numbers in velocities and gradients.
func TestSweepsThatGrowKeepFiniteSlopes(t *testing.T) {
	t.Parallel()
	rng := sim.NewRand(5, "test growth", 0)
	g := touching(t, onFloor(0, 0.399, 0.798))
	const n = 9
	steep := 0.0
	for range 100 {
		y, v, weights := normals(rng, gains*len(g.edges), 1), normals(rng, n, 3), normals(rng, n, 1)
		for i := range y {
			y[i] = max(-1, min(1, 2*y[i]))
		}
		op, out := sweepOp{graph: g, rounds: 400, record: true}, make([]float32, n)
		in := []tape.Matrix{matrixOf(y, gains), matrixOf(v, 3), matrixOf(v, 3), {}}
		op.Forward(matrixOf(out, 3), in)
		grads := [2][]float32{make([]float32, len(y)), make([]float32, n)}
		op.Backward(tape.Matrix{}, matrixOf(weights, 3), in, []tape.Matrix{matrixOf(grads[0], gains), {}, matrixOf(grads[1], 3), {}})
		for _, x := range slices.Concat(out, grads[0], grads[1]) {
			if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
				t.Fatalf("velocities %v, gradients %v", out, grads)
			}
			steep = max(steep, math.Abs(float64(x)))
		}
	}
	if !(steep > 1e9) {
		t.Errorf("nothing grew beyond %v: this tests nothing", steep)
	}
}

// TestGradientsHaveABound, far beyond those of motion that can be learned.
func TestGradientsHaveABound(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]float32{{1, 1}, {9e11, 9e11}, {2e12, 1e12}, {-2e12, -1e12}, {float32(math.Inf(1)), 1e12}} {
		if got := bounded(c[0]); got != c[1] {
			t.Errorf("%v becomes %v, want %v", c[0], got, c[1])
		}
	}
}
