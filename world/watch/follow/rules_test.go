package follow

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/world/watch/look"
)

// aligned reports whether poses are the same to rounding.
func aligned(a, b look.Pose) bool {
	return scalar.EqualWithinAbs(a.X, b.X, 1e-9) && scalar.EqualWithinAbs(a.Y, b.Y, 1e-9) && scalar.EqualWithinAbs(a.Angle, b.Angle, 1e-9)
}

// TestBodiesGoOnAsTheyWent: by the mean of the way before, the pull that most of the latest accelerations had, and for eight pictures at most.
func TestBodiesGoOnAsTheyWent(t *testing.T) {
	t.Parallel()
	const dt = 0.02
	tr := track{painted: painted{reach: 10}, known: true}
	tr.body = &look.Body{Alike: 1, Turns: true}
	at := func(time float64) look.Pose { // falls at 500 px/s² and spins at 2 rad/s
		return look.Pose{X: 30 * time, Y: 100 - 250*time*time, Angle: 2 * time}
	}
	for k := range 9 {
		tr.pose = at(dt * float64(k))
		tr.took(dt * float64(k))
	}
	if x, y := tr.acceleration(); len(tr.pulls) != mostPulls || !scalar.EqualWithinAbs(x, 0, 1e-9) || !scalar.EqualWithinAbs(y, -500, 1e-6) {
		t.Errorf("accelerations %v, %v of %d", x, y, len(tr.pulls))
	}
	now := 8 * dt
	for steps, coast := range map[float64]float64{1: 1, 3: 3, 8: 8, 20: 8, -2: -2, -9: -8} {
		tr.predict(now+steps*dt, dt, 0.4)
		if want := at(now + coast*dt); !aligned(tr.predicted, want) {
			t.Errorf("%v pictures on it is at %v, want %v", steps, tr.predicted, want)
		}
		before, after := at(now+(coast-0.5)*dt+dt/2), at(now+(coast-0.5)*dt-dt/2) // velocity half a picture before, times a picture
		want := look.Pose{X: before.X - after.X, Y: before.Y - after.Y, Angle: before.Angle - after.Angle}
		if !aligned(tr.path.before, want) || tr.path.open != 0.4 {
			t.Errorf("%v pictures on it moves by %v before, want %v", steps, tr.path.before, want)
		}
		if step := tr.path.after.Y - tr.path.before.Y; !scalar.EqualWithinAbs(step, -500*dt*dt, 1e-9) {
			t.Errorf("it falls faster by %v px a picture", step)
		}
	}
	tr.pulls[0], tr.pulls[1], tr.pulls[2] = pull{900, 900}, pull{-900, 900}, pull{900, -900}
	if x, y := tr.acceleration(); !scalar.EqualWithinAbs(x, 0, 1e-9) || !scalar.EqualWithinAbs(y, -500, 1e-6) {
		t.Errorf("three impacts of seven make it %v, %v", x, y)
	}
	tr.pulls = tr.pulls[:2]
	if x, y := tr.acceleration(); x != 0 || y != 0 {
		t.Errorf("two accelerations are %v, %v", x, y)
	}
	tr.moving = false
	if tr.predict(now+dt, dt, 0.4); tr.predicted != tr.last || tr.path != (path{open: 0.4}) {
		t.Errorf("one of unknown speed is at %v", tr.predicted)
	}
}

// TestDoubtGrowsWithTheWay: 1.5 px and six tenths of the way a picture, a fifth of a radian and six tenths of the turn.
func TestDoubtGrowsWithTheWay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		speed        look.Pose // px/s, rad/s
		pictures     float64
		moving       bool
		place, angle float64
	}{
		{look.Pose{}, 1, true, 2, 0.2}, {look.Pose{X: 300, Y: -400}, 1, true, 1.5 + 0.6*50 + 0.5, 0.2}, {look.Pose{Angle: -5}, 1, true, 2, 0.2 + 0.3}, {look.Pose{X: 100}, 3, true, 3*7.5 + 0.5, 0.6},
		{look.Pose{}, 1, false, 2 + 5, 0.2}, {look.Pose{Angle: 100}, 2, true, 3.5, math.Pi}, {look.Pose{X: 100}, -2, true, 2*7.5 + 0.5, 0.4},
	} {
		tr := track{painted: painted{reach: 10}, speed: c.speed, moving: c.moving, lastTime: 7, predicted: look.Pose{X: 3}}
		place, angle := tr.doubt(7+0.1*c.pictures, 0.1)
		if !scalar.EqualWithinAbs(place, c.place, 1e-9) || !scalar.EqualWithinAbs(angle, c.angle, 1e-9) {
			t.Errorf("%+v: %v px, %v rad", c, place, angle)
		}
		p := tr.prior(7+0.1*c.pictures, 0.1)
		if w := 1 / (4 * c.place * c.place); p.pose != tr.predicted || !scalar.EqualWithinRel(p.sure[0], w, 1e-9) || !scalar.EqualWithinRel(p.sure[1], w, 1e-9) || !scalar.EqualWithinRel(p.sure[2], 1/(c.angle*c.angle), 1e-9) {
			t.Errorf("%+v: told %+v", c, p)
		}
	}
}

// TestBlurHasAPoseForEachPixel of the way while the shutter is open, eight if it is soft, and 32 at most.
func TestBlurHasAPoseForEachPixel(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		path path
		want int
	}{
		{path{open: 1}, 1}, {path{before: look.Pose{X: 6, Y: 8}, after: look.Pose{X: 6, Y: 8}, open: 1}, 10}, {path{before: look.Pose{X: 6, Y: 8}, after: look.Pose{X: 6, Y: 8}, open: 0.55}, 6},
		{path{before: look.Pose{Angle: -1}, after: look.Pose{Angle: 1}, open: 0.5}, 10}, {path{after: look.Pose{X: 10}, open: 1}, 5}, {path{open: 1, soft: 0.1}, 8}, {path{before: look.Pose{X: 500}, open: 1}, 32},
		{path{before: look.Pose{X: 20}, after: look.Pose{X: 20}, open: 1, soft: 1}, 20},
	} {
		if got := c.path.samples(20); got != c.want {
			t.Errorf("%+v: %d poses, want %d", c.path, got, c.want)
		}
	}
	p := path{before: look.Pose{X: 8, Angle: 1}, after: look.Pose{X: 4, Y: 2}, bend: look.Pose{X: 8, Y: 16, Angle: 2}}
	for share, want := range map[float64]look.Pose{0: {X: 1, Y: 1}, 0.5: {X: 1 + 2 + 1, Y: 1 + 1 + 2, Angle: 0.25}, -0.5: {X: 1 - 4 + 1, Y: 1 + 2, Angle: -0.5 + 0.25}} {
		if got := p.at(look.Pose{X: 1, Y: 1}, share); !aligned(got, want) {
			t.Errorf("at %v: %v, want %v", share, got, want)
		}
	}
}

// TestPosesThatTrembleAreLessSure: by what the smoothest fifth of differences of the fourth order says, of 15 to 200, if that is twice as much.
func TestPosesThatTrembleAreLessSure(t *testing.T) {
	t.Parallel()
	covariance := [3][3]float64{{0.01, 0, 0}, {0, 0.01, 0}}
	measured := func(sigma float64, n int) *tremble {
		random := rand.New(rand.NewPCG(1, 7))
		var r tremble
		var s steps
		for k := range n + 4 {
			time := float64(k)
			r.add(&s, look.Pose{X: 3*time + 0.2*time*time + 0.01*time*time*time + sigma*random.NormFloat64(), Y: sigma * random.NormFloat64()}, &covariance)
		}
		return &r
	}
	if r := measured(0.1, 300); len(r.squares) != 200 || r.excess() != 1 {
		t.Errorf("as sure as they say: %v of %d", r.excess(), len(r.squares))
	}
	if r := measured(0.5, 300); !(r.excess() >= 18 && r.excess() <= 34) {
		t.Errorf("five times as far off: variances grow by %v, want about 25", r.excess())
	}
	if r := measured(5, 14); r.excess() != 1 {
		t.Errorf("14 differences say %v", r.excess())
	}
	if r := measured(5, 15); !(r.excess() > 100) {
		t.Errorf("15 differences say %v", r.excess())
	}
	r := tremble{squares: make([]float64, 20)}
	for k := range r.squares {
		r.squares[k] = float64(k)
	}
	if got := r.excess(); !scalar.EqualWithinAbs(got, 4/0.2231, 1e-9) {
		t.Errorf("the fifth of twenty makes %v", got)
	}
	for k := range r.squares {
		r.squares[k] = 2*0.2231 - 1e-6
	}
	if got := r.excess(); got != 1 {
		t.Errorf("less than twice as much makes %v", got)
	}
	var s steps
	r = tremble{}
	for k := range 5 {
		r.add(&s, look.Pose{X: []float64{0, 0, 1, 0, 0}[k]}, &covariance)
	}
	if len(r.squares) != 1 || !scalar.EqualWithinAbs(r.squares[0], 36/(70*0.02), 1e-9) {
		t.Errorf("a pose that is 1 px off counts %v", r.squares)
	}
}

// TestPosesAreThereByWhatIsMet: 8 of 100 of the body that are seen, and 35 of 100 of what should be; a pose that is met to nine tenths
// and a fifth of a px is not doubted, nor is one that is not seen.
func TestPosesAreThereByWhatIsMet(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		quality         quality
		usual           float64
		there, doubtful bool
	}{
		{quality{seen: 1, visible: 1, met: 1}, 0, true, false}, {quality{seen: 0.08, visible: 0.08, met: 1}, 0, true, false}, {quality{seen: 0.079, visible: 0.079, met: 1}, 0, false, false},
		{quality{seen: 0.35, visible: 1, met: 0.35}, 0, true, true}, {quality{seen: 0.34, visible: 1, met: 0.34}, 0, false, true}, {quality{seen: 0.9, visible: 1, met: 0.9}, 0, true, false}, {quality{seen: 0.89, visible: 1, met: 0.89}, 0, true, true},
		{quality{seen: 1, visible: 1, met: 1, edges: 0.19, known: true}, 0, true, false}, {quality{seen: 1, visible: 1, met: 1, edges: 0.21, known: true}, 0, true, true}, {quality{seen: 1, visible: 1, met: 1, edges: 0.21}, 0, true, false},
		{quality{seen: 1, visible: 1, met: 1, edges: 0.3, known: true}, 0.21, true, false}, {quality{seen: 1, visible: 1, met: 1, edges: 0.32, known: true}, 0.21, true, true}, {quality{visible: 0.05, met: 0.1}, 0, false, false},
	} {
		tr := track{quality: c.quality, usual: c.usual}
		tr.quality.told = 1
		if tr.isThere() != c.there || tr.doubtful() != c.doubtful {
			t.Errorf("%+v: there %v, doubtful %v", c, tr.isThere(), tr.doubtful())
		}
	}
}

// TestWhatIsToldOfAngles: none of a body that looks alike however it is turned, and none that is less sure than 0.3 rad.
func TestWhatIsToldOfAngles(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		turns, known, seen bool
		std                float64
		turned             bool
	}{{true, true, true, 0.29, true}, {true, true, true, 0.31, false}, {true, true, false, 0.1, false}, {false, true, true, 0.1, false}, {true, false, true, 0.1, false}} {
		tr := track{known: c.known, seen: c.seen, pose: look.Pose{X: 1, Y: 2, Angle: 3}, covariance: [3][3]float64{{4, 0, 0.5}, {0, 5, 0.6}, {0.5, 0.6, c.std * c.std}}, quality: quality{seen: 0.7, residual: 1.5}}
		tr.body = &look.Body{Turns: c.turns}
		s := Sight{Share: 9}
		tr.write(&s)
		switch {
		case !c.known:
			if s != (Sight{}) {
				t.Errorf("%+v: %+v", c, s)
			}
		case !c.turns:
			if s.Angle != 0 || s.Turned || s.Covariance != [3][3]float64{{4, 0, 0}, {0, 5, 0}, {0, 0, math.Pi * math.Pi / 3}} {
				t.Errorf("%+v: %+v", c, s)
			}
		default:
			if s.Pose != tr.pose || s.Turned != c.turned || s.Covariance != tr.covariance || s.Seen != c.seen || s.Share != map[bool]float64{true: 0.7}[c.seen] || s.Residual != map[bool]float64{true: 1.5}[c.seen] {
				t.Errorf("%+v: %+v", c, s)
			}
		}
	}
}

// TestEquationsAreSolved: damped by a share of what stands on the diagonal, and what nothing tells of stays; what has no solution says so.
func TestEquationsAreSolved(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	var s solver
	for range 20 {
		const n = 5
		var root, a [n * n]float64
		var b [n]float64
		for i := range root {
			root[i] = random.NormFloat64()
		}
		for i := range n {
			b[i] = random.NormFloat64()
			for k := range n {
				for m := range n {
					a[i*n+k] += root[i*n+m] * root[k*n+m]
				}
			}
		}
		x, ok := s.solve(a[:], b[:], 0.25)
		if !ok {
			t.Fatal("it has a solution")
		}
		for i := range n {
			left := 0.0
			for k := range n {
				left += a[i*n+k] * x[k]
			}
			left += 0.25 * a[i*n+i] * x[i]
			if !scalar.EqualWithinAbs(left, b[i], 1e-8) {
				t.Errorf("row %d: %v, want %v", i, left, b[i])
			}
		}
	}
	if x, ok := s.solve([]float64{2, 0, 0, 0}, []float64{3, 0}, 0); !ok || !scalar.EqualWithinAbs(x[0], 1.5, 1e-12) || x[1] != 0 {
		t.Errorf("what nothing tells of moves by %v", x)
	}
	if _, ok := s.solve([]float64{1, 2, 2, 1}, []float64{1, 1}, 0); ok {
		t.Error("what has no least is solved")
	}
	if _, ok := s.solve([]float64{1, 0, 0, 1}, []float64{math.NaN(), 1}, 0); ok {
		t.Error("NaN is solved")
	}
	if _, ok := s.solve([]float64{1, 1, 1, 1}, []float64{1, 1}, 0); ok {
		t.Error("one equation for two values is solved")
	}
	if _, ok := s.solve([]float64{1, 1, 1, 1}, []float64{1, 1}, 1e-12); !ok {
		t.Error("with a little damping it is not solved")
	}
}

// TestViewsAreLeftOutThatAreMetBadly: of which the cost is more than three times that of a quarter of them; a cost of nothing is no reason.
func TestViewsAreLeftOutThatAreMetBadly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		costs []float64
		want  int
	}{{nil, 0}, {[]float64{2}, 1}, {[]float64{1, 2, 3, 4}, 4}, {[]float64{1, 1, 2.9, 3.1, 8}, 3}, {[]float64{0, 0, 0, 5}, 3}, {[]float64{1, 2, 5.9, 6.1, 2, 2, 6, 6.01}, 6}} {
		var views []*exposed
		for _, cost := range c.costs {
			e := &exposed{}
			e.joint.cost = cost
			views = append(views, e)
		}
		if got := met(views); len(got) != c.want {
			t.Errorf("of %v %d are met, want %d", c.costs, len(got), c.want)
		}
	}
}
