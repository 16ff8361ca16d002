package surprise

import (
	"math"
	"orrery/world/flight"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/stat/distuv"

	"orrery/sim"
)

// TestNinesAreThoseOfSixNormalNumbers compares the closed form with gonum's distribution.
func TestNinesAreThoseOfSixNormalNumbers(t *testing.T) {
	t.Parallel()
	for _, d := range []float64{0, 0.1, 1, 5.348, 20, 60} {
		want := -math.Log10(distuv.ChiSquared{K: 6}.Survival(d))
		if got := nines(d); !scalar.EqualWithinAbs(got, want, 1e-6) {
			t.Errorf("nines of %v are %v, want %v", d, got, want)
		}
	}
	for _, d := range []float64{math.NaN(), math.Inf(1)} {
		if got := nines(d); !(got > 1e10) || math.IsInf(got, 0) {
			t.Errorf("nines of %v are %v, which must be huge and finite", d, got)
		}
	}
}

// TestFactorSolves compares the solution of a system with what it was made of.
func TestFactorSolves(t *testing.T) {
	t.Parallel()
	m := newSquare(3)
	rows := [3][3]float64{{4, 0, 0}, {2, 5, 0}, {-1, 0.5, 3}}
	x, b := [3]float64{1, -2, 0.5}, make([]float64, 3)
	for i := range 3 {
		for j := range i + 1 {
			*m.at(i, j) = rows[i][j]
			b[i] += rows[i][j] * x[j]
			if i != j {
				b[j] += rows[i][j] * x[i]
			}
		}
	}
	m.factor()
	m.forward(b)
	m.backward(b)
	for i := range x {
		if !scalar.EqualWithinAbs(b[i], x[i], 1e-12) {
			t.Errorf("solution %v, want %v", b, x)
		}
	}
}

// TestNearlySingularMatricesAreFactored as they are, and singular ones without a division by nothing.
func TestNearlySingularMatricesAreFactored(t *testing.T) {
	t.Parallel()
	for more, want := range map[float64]float64{1e-8: 1e-4, 1e-12: 1e-6, 0: math.Sqrt(1e-13)} {
		m := newSquare(2)
		*m.at(0, 0), *m.at(1, 0), *m.at(1, 1) = 1, 1, 1+more
		if m.factor(); !scalar.EqualWithinRel(*m.at(1, 1), want, 1e-3) {
			t.Errorf("1 and 1 + %v: last pivot %v, want %v", more, *m.at(1, 1), want)
		}
	}
}

// TestTurnsFollowTheBody: where two tracks change places, states and sights of each body go on from its angle,
// though whoever wrote them counted whole turns along the tracks.
func TestTurnsFollowTheBody(t *testing.T) {
	t.Parallel()
	const turns = 4 * math.Pi
	j := &judge{t: &sim.Trajectory{}, tracks: []int{0, 1}}
	for k := range 4 {
		one, two := sim.BodyState{Angle: 0.1 * float64(k)}, sim.BodyState{X: 5, Angle: 1 - 0.2*float64(k)}
		if k >= 2 {
			one, two = two, one
			one.Angle += turns
		}
		state := sim.State{one, two}
		var row []sim.Sight
		for _, b := range state {
			row = append(row, sim.Sight{X: b.X, Y: b.Y, Angle: b.Angle, Seen: true, Turned: true})
		}
		j.t.States, j.sights = append(j.t.States, state), append(j.sights, row)
	}
	j.exchange(2, 0, 1)
	for k := range 4 {
		for i, want := range [][2]float64{{0, 0.1 * float64(k)}, {5, 1 - 0.2*float64(k)}} {
			b, s := &j.t.States[k][i], &j.sights[k][i]
			if b.X != want[0] || s.X != want[0] || !(math.Abs(b.Angle-want[1]) <= 1e-9) || !(math.Abs(s.Angle-want[1]) <= 1e-9) {
				t.Errorf("frame %d: body %d is at %v and turned by %v, seen at %v and %v, want %v", k, i, b.X, b.Angle, s.X, s.Angle, want)
			}
		}
	}
	if j.tracks[0] != 1 || j.tracks[1] != 0 {
		t.Errorf("tracks %v", j.tracks)
	}
}

// TestManyExplanationsNeedABetterScore: what suits is counted among all that were tried.
func TestManyExplanationsNeedABetterScore(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		tried int
		score float64
		want  bool
	}{{0, Alarm, false}, {1, Alarm, false}, {1, Alarm - 0.01, true}, {10, Alarm + 0.99, true}, {10, Alarm + 1.01, false}, {100, Alarm + 1.99, true}, {100, Alarm + 2.01, false}} {
		f := finding{tried: c.tried}
		if f.lucky(c.score) != c.want {
			t.Errorf("a score of %v with %d tried: %v", c.score, c.tried, !c.want)
		}
	}
}

// TestOtherScenesLeaveTheirSceneAlone changes groups, walls and masses of copies.
func TestOtherScenesLeaveTheirSceneAlone(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	for range 3 {
		scene.Bodies = append(scene.Bodies, sim.NewDisc(0.1, 100, sim.Surface{}))
	}
	scene.Walls = []sim.Shape{sim.NewShape(sim.Circle, 1, sim.Surface{}, sim.Vec{}), sim.NewShape(sim.Circle, 2, sim.Surface{}, sim.Vec{})}
	pair := apartFrom(&scene, 0, 2)
	if g := pair.Bodies[0].Group; g == 0 || pair.Bodies[2].Group != g || pair.Bodies[1].Group == g {
		t.Errorf("groups %v", pair.Bodies)
	}
	grouped := *pair
	if g := apartFrom(&grouped, 0, 1).Bodies; g[0].Group != g[1].Group || g[2].Group != g[0].Group {
		t.Error("a body leaves the group in which it passes through another")
	}
	if w := without(&scene, []rule{{other: wall(0)}}).Walls; len(w) != 1 || w[0].Radius != 2 {
		t.Errorf("walls %v", w)
	}
	if b := heavier(&scene, 1, 2).Bodies[1]; b.Mass != 2*scene.Bodies[1].Mass || b.Moment != 2*scene.Bodies[1].Moment {
		t.Errorf("a body of twice its mass has %v kg of %v", b.Mass, scene.Bodies[1].Mass)
	}
	if scene.Bodies[0].Group != 0 || len(scene.Walls) != 2 || scene.Walls[0].Radius != 1 {
		t.Error("the scene has changed")
	}
}

// TestOneMotionExplainsBothSides of a frame where it is no worse than each side alone is, or than a fit usually is, whichever
// is less: a side that nothing explains speaks for no motion.
func TestOneMotionExplainsBothSides(t *testing.T) {
	t.Parallel()
	sights := make([][]sim.Sight, 8)
	for k := range sights {
		sights[k] = []sim.Sight{{Seen: true, Turned: true}}
	}
	j := &judge{base: &fitter{sights: sights}}
	usual := 6 + 3*math.Sqrt(12) + 3 // of twelve numbers less six of a state
	side := func(from int, off float64) *fit { return &fit{from: from, frames: 4, off: []float64{off}} }
	for _, c := range []struct{ before, after, want float64 }{{5, 5, 40}, {5, 100, 45 - usual}, {100, 5, 45 - usual}, {100, 100, 50 - 2*usual}} {
		row := []float64{1000}
		j.unite(row, side(0, c.before), side(4, c.after), side(0, 50))
		if !scalar.EqualWithinAbs(row[0], c.want, 1e-9) {
			t.Errorf("sides that are %g and %g off, and 50 together: %g, must be %g", c.before, c.after, row[0], c.want)
		}
	}
	row := []float64{7}
	if j.unite(row, side(0, 5), side(4, 5), side(0, 50)); row[0] != 7 {
		t.Errorf("a worse explanation counts: %g", row[0])
	}
}

// TestMeetingsAreAsCloseAsTheNearestShapes, in whatever order a body has them.
func TestMeetingsAreAsCloseAsTheNearestShapes(t *testing.T) {
	t.Parallel()
	disc := func(x float64) sim.Shape { return sim.NewShape(sim.Circle, 0.1, sim.Surface{}, sim.Vec{X: x}) }
	for _, shapes := range [][]sim.Shape{{disc(0), disc(0.3)}, {disc(0.3), disc(0)}} {
		scene := sim.DefaultScene()
		body := sim.NewDisc(0.1, 1, sim.Surface{})
		body.Shapes = shapes
		scene.Bodies = []sim.Body{body, sim.NewDisc(0.1, 1, sim.Surface{})}
		scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0, sim.Surface{}, sim.Vec{X: -1, Y: -1}, sim.Vec{X: 2, Y: -1}), sim.NewShape(sim.Segment, 0, sim.Surface{}, sim.Vec{X: -0.4, Y: -1}, sim.Vec{X: -0.4, Y: 1})}
		law, err := newLaw(flight.Ballistic(), &scene)
		if err != nil {
			t.Fatal(err)
		}
		got := law.meetings(sim.State{{}, {X: 1}}, 0.95)
		want := map[meeting]float64{{0, 1}: 0.5, {0, wall(0)}: 0.9, {1, wall(0)}: 0.9, {0, wall(1)}: 0.3}
		for m, gap := range want {
			if !(math.Abs(got[m]-gap) < 1e-9) {
				t.Errorf("%v are %v m apart, want %v", m, got[m], gap)
			}
		}
		if len(got) != len(want) {
			t.Errorf("%v meet, want %v", got, want)
		}
		if near := law.meetings(sim.State{{}, {X: 1}}, 0.45); len(near) != 1 || !(near[meeting{0, wall(1)}] > 0.2) {
			t.Errorf("within 0.45 m %v meet", near)
		}
	}
}
