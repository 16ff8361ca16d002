package follow

import (
	"math"
	"sync"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/world/watch/look"
)

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if !scalar.EqualWithinAbs(got, want, 1e-9*(1+math.Abs(want))) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// falling is where something that falls is at a time in s: px and rad.
func falling(time float64) look.Pose {
	return look.Pose{X: 10 + 60*time, Y: 200 + 30*time - 400*time*time/2, Angle: 1 + 3*time}
}

// TestWhatFallsIsExpectedWhereItFalls: pictures lie unevenly in time, one of the accelerations is an impact's, and the blur is that
// of the way before and after.
func TestWhatFallsIsExpectedWhereItFalls(t *testing.T) {
	t.Parallel()
	const interval = 1. / 30
	track := &track{}
	times := []float64{0, 1, 2, 4, 5, 6, 7, 9, 10, 11}
	for _, k := range times {
		track.pose = falling(k * interval)
		track.took(k * interval)
	}
	if len(track.pulls) != 7 {
		t.Errorf("%d accelerations are kept, want 7", len(track.pulls))
	}
	x, y := track.acceleration()
	near(t, "acceleration along x", x, 0)
	near(t, "acceleration along y", y, -400)
	track.pulls[3], track.pulls[5] = pull{9e3, 9e3}, pull{-9e3, -9e3}
	if _, y := track.acceleration(); !scalar.EqualWithinAbs(y, -400, 1e-6) {
		t.Errorf("after impacts it falls with %v px/s²", y)
	}
	for _, ahead := range []float64{1, 2, 8} {
		time := (11 + ahead) * interval
		track.predict(time, interval, 0.5)
		want := falling(time)
		near(t, "x", track.predicted.X, want.X)
		near(t, "y", track.predicted.Y, want.Y)
		near(t, "angle", track.predicted.Angle, want.Angle)
		before, after := falling(time-interval), falling(time+interval)
		near(t, "way before", track.path.before.Y, want.Y-before.Y)
		near(t, "way after", track.path.after.Y, after.Y-want.Y)
		near(t, "turn before", track.path.before.Angle, 3*interval)
		if track.path.open != 0.5 {
			t.Errorf("the shutter is open for %v", track.path.open)
		}
	}
	// What was not seen for long has met something by then.
	track.predict((11+8)*interval, interval, 0)
	far := track.predicted
	if track.predict((11+20)*interval, interval, 0); track.predicted != far {
		t.Errorf("after 20 pictures it is expected at %v, after 8 at %v", track.predicted, far)
	}
	// Backward in time it goes the other way.
	track.predict(9.5*interval, interval, 0)
	near(t, "y before", track.predicted.Y, falling(9.5*interval).Y)
	// Pictures that missed it tell of no acceleration.
	pulls := len(track.pulls)
	track.missed = 2
	track.pose = falling(14 * interval)
	if track.took(14 * interval); len(track.pulls) != pulls || !track.fresh || track.missed != 0 {
		t.Errorf("%d accelerations of %d, fresh %v, missed %d", len(track.pulls), pulls, track.fresh, track.missed)
	}
	near(t, "speed", track.speed.X, 60)
}

// TestDoubtGrowsWithPaceAndTime, and an angle is never off by more than half a turn.
func TestDoubtGrowsWithPaceAndTime(t *testing.T) {
	t.Parallel()
	const interval = 0.04
	still, fast := &track{moving: true}, &track{moving: true, speed: look.Pose{X: 30, Y: 40, Angle: 5}}
	unknown := &track{}
	unknown.reach = 20
	for _, c := range []struct {
		of           *track
		steps        float64
		place, angle float64
	}{{still, 1, 2, 0.2}, {still, 3, 5, 0.6}, {fast, 1, 3.2, 0.32}, {fast, 2, 5.9, 0.64}, {fast, -2, 5.9, 0.64}, {unknown, 1, 12, 0.2}, {fast, 100, 270.5, math.Pi}} {
		place, angle := c.of.doubt(c.steps*interval, interval)
		near(t, "place", place, c.place)
		near(t, "angle", angle, c.angle)
		p := c.of.prior(c.steps*interval, interval)
		near(t, "prior of x", p.sure[0], 1/(4*c.place*c.place))
		near(t, "prior of y", p.sure[1], 1/(4*c.place*c.place))
		near(t, "prior of the angle", p.sure[2], 1/(c.angle*c.angle))
	}
}

// TestTremblingIsTakenOfTheSmoothestFifth of the latest poses that follow each other.
func TestTremblingIsTakenOfTheSmoothestFifth(t *testing.T) {
	t.Parallel()
	var r tremble
	var s steps
	c := [3][3]float64{{4}, {0, 12}}
	motion := func(k float64) look.Pose { return look.Pose{X: 3*k + 0.1*k*k*k, Y: 7 - k + 0.5*k*k} }
	for k := range 4 {
		r.add(&s, motion(float64(k)), &c)
	}
	if len(r.squares) != 0 {
		t.Errorf("four poses tell %v", r.squares)
	}
	r.add(&s, motion(4), &c)
	p := motion(5)
	p.X, p.Y = p.X+3, p.Y-4
	r.add(&s, p, &c)
	if len(r.squares) != 2 || !scalar.EqualWithinAbs(r.squares[0], 0, 1e-18) || !scalar.EqualWithinAbs(r.squares[1], 25./(70*16), 1e-12) {
		t.Errorf("smooth motion, and a pose 5 px off it, tell %v", r.squares)
	}
	s.count = 0 // it was not seen
	for k := range 4 {
		r.add(&s, motion(float64(k)), &c)
	}
	if len(r.squares) != 2 {
		t.Error("poses before a gap count with those after it")
	}

	r.squares = nil
	for k := range 14 {
		r.squares = append(r.squares, 100+float64(k))
	}
	if got := r.excess(); got != 1 {
		t.Errorf("a few values tell of a factor of %v", got)
	}
	r.squares = nil
	for k := range 250 {
		r.squares = latest(r.squares, 1000-float64(k)) // 999 … 751 are the latest two hundred at the end
	}
	if len(r.squares) != 200 || r.squares[0] != 950 || r.squares[199] != 751 {
		t.Errorf("%d values are kept, from %v to %v", len(r.squares), r.squares[0], r.squares[len(r.squares)-1])
	}
	near(t, "excess", r.excess(), (751+40)/0.2231)
	for k := range r.squares {
		r.squares[k] = 0.4
	}
	if got := r.excess(); got != 1 {
		t.Errorf("what may be by chance gives a factor of %v", got)
	}
	for k := range r.squares {
		r.squares[k] = 0.45
	}
	near(t, "excess", r.excess(), 0.45/0.2231)
}

// TestOnlyWhatWasSeenTrembles: a guess is as wide as it says.
func TestOnlyWhatWasSeenTrembles(t *testing.T) {
	t.Parallel()
	f := &follower{}
	for range 20 {
		f.tremble.squares = append(f.tremble.squares, 0.2231*9)
	}
	w := &window{ring: make([]held, 2), count: 2}
	c := [3][3]float64{{1, 2, 3}, {4, 5, 6}, {7, 8, 9}}
	w.at(0).sights = []Sight{{Covariance: c, Seen: true}, {Covariance: c}}
	w.at(1).sights = []Sight{{}, {}}
	frame := w.pop(f)
	for a := range 3 {
		for b := range 3 {
			near(t, "seen", frame.Sights[0].Covariance[a][b], 9*c[a][b])
			near(t, "guessed", frame.Sights[1].Covariance[a][b], c[a][b])
		}
	}
	if w.count != 1 || w.start != 1 {
		t.Errorf("%d pictures are left from %d on", w.count, w.start)
	}
}

// TestAnglesThatNothingTellsAreBlind, and wide ones are not told as turned.
func TestAnglesThatNothingTellsAreBlind(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		turns, seen bool
		variance    float64
		turned      bool
	}{{true, true, 0.08, true}, {true, true, 0.1, false}, {true, false, 0.01, false}, {false, true, 0.01, false}} {
		body := &look.Body{Turns: c.turns}
		track := &track{known: true, seen: c.seen, pose: look.Pose{X: 1, Y: 2, Angle: 3}, covariance: [3][3]float64{{1, 0, 5}, {0, 1, 6}, {5, 6, c.variance}}}
		track.body = body
		track.quality = quality{seen: 0.7, residual: 1.5}
		s := Sight{Pose: look.Pose{X: 9}}
		track.write(&s)
		if s.Turned != c.turned || s.Seen != c.seen || s.X != 1 || s.Y != 2 {
			t.Errorf("%+v: %+v", c, s)
		}
		if c.turns && (s.Angle != 3 || s.Covariance[0][2] != 5) || !c.turns && (s.Angle != 0 || s.Covariance[2] != [3]float64{0, 0, math.Pi * math.Pi / 3} || s.Covariance[0][2] != 0 || s.Covariance[1][2] != 0) {
			t.Errorf("%+v: angle %v, covariance %v", c, s.Angle, s.Covariance)
		}
		if want := map[bool]float64{true: 0.7}[c.seen]; s.Share != want {
			t.Errorf("%+v: a share of %v is seen", c, s.Share)
		}
	}
	s := Sight{Pose: look.Pose{X: 9}, Seen: true}
	if (&track{}).write(&s); s != (Sight{}) {
		t.Errorf("of what was never seen: %+v", s)
	}
}

// TestExposuresLieBetweenThoseThatAreTried, by a parabola; gains that noise makes are none.
func TestExposuresLieBetweenThoseThatAreTried(t *testing.T) {
	t.Parallel()
	of := func(best, gain float64) (c blurCosts) {
		for s := range c {
			for k, open := range exposures {
				c[s][k] = 1000 + gain*((open-best)*(open-best)/(best*best)-1) + 500*float64(s)
			}
		}
		return c
	}
	for _, best := range []float64{0.3, 0.4, 0.5, 0.6, 0.7} {
		c := of(best, 400)
		near(t, "exposure", c.exposure(9), best)
	}
	c := of(0.5, 91)
	near(t, "a gain beyond noise", c.exposure(9), 0.5)
	c = of(0.5, 89)
	near(t, "a gain like that of noise", c.exposure(9), 0)
	c = of(3, 400)
	near(t, "a shutter that never closes", c.exposure(9), 1)
	soft := of(0.5, 400)
	for k := range soft[1] {
		soft[1][k] = 100 + float64(k) // in all directions alike: a lens, and nothing moves
	}
	near(t, "a soft lens", soft.exposure(9), 0)
	sharp := blurCosts{}
	for s := range sharp {
		sharp[s] = [len(exposures)]float64{1000, 1, 500, 700, 900}
	}
	if got := sharp.exposure(9); !(got >= 0 && got <= 0.5) {
		t.Errorf("beyond those beside it: %v", got)
	}
}

// TestBlurIsDrawnPixelByPixel: as many poses as the way has pixels while the shutter is open, within bounds.
func TestBlurIsDrawnPixelByPixel(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		before, after look.Pose
		open, soft    float64
		want          int
	}{
		{look.Pose{}, look.Pose{}, 1, 0, 1},
		{look.Pose{X: 3, Y: 4}, look.Pose{X: 6, Y: 8}, 1, 0, 8},
		{look.Pose{X: 3, Y: 4}, look.Pose{X: 6, Y: 8}, 0.5, 0, 4},
		{look.Pose{Angle: 0.2}, look.Pose{Angle: -0.4}, 1, 0, 6}, // at 20 px
		{look.Pose{X: 300}, look.Pose{X: 300}, 1, 0, 32},
		{look.Pose{X: 2}, look.Pose{X: 2}, 1, 0.7, 8},
		{look.Pose{X: 12}, look.Pose{X: 12}, 1, 0.7, 12},
	} {
		p := path{before: c.before, after: c.after, open: c.open, soft: c.soft}
		if got := p.samples(20); got != c.want {
			t.Errorf("%+v: %d poses, want %d", c, got, c.want)
		}
	}
	p := path{before: look.Pose{X: 4, Y: 2, Angle: 1}, after: look.Pose{X: -6, Y: 2, Angle: 3}, bend: look.Pose{X: 8, Y: -4, Angle: 2}}
	for share, want := range map[float64]look.Pose{0: {X: 1}, 0.5: {X: 1 - 3 + 1, Y: 1 - 0.5, Angle: 1.5 + 0.25}, -0.5: {X: 1 - 2 + 1, Y: -1 - 0.5, Angle: -0.5 + 0.25}} {
		if got := p.at(look.Pose{X: 1}, share); got != want {
			t.Errorf("at %v: %v, want %v", share, got, want)
		}
	}
}

// TestOrdersAreAskedForLessAndLess while bodies stay together, and at once when they meet again.
func TestOrdersAreAskedForLessAndLess(t *testing.T) {
	t.Parallel()
	f := &follower{shared: new(sync.Mutex), orders: map[[2]int]order{}}
	var asked []int
	for f.pictures = 1; f.pictures <= 60; f.pictures++ {
		if f.pictures == 55 || f.pictures == 56 {
			continue // they are apart
		}
		if f.asks(f.pictures%2, 1-f.pictures%2) {
			asked = append(asked, f.pictures)
		}
	}
	want := []int{1, 2, 4, 8, 16, 32, 48, 57, 58, 60}
	if len(asked) != len(want) {
		t.Fatalf("asked in %v, want %v", asked, want)
	}
	for k := range want {
		if asked[k] != want[k] {
			t.Errorf("asked in %v, want %v", asked, want)
			break
		}
	}
}

// TestTheWorstMemberGoes, of those that should be seen.
func TestTheWorstMemberGoes(t *testing.T) {
	t.Parallel()
	f := &follower{tracks: make([]track, 4), members: []int{2, 0, 3, 1}}
	set := func(i int, visible, met float64) { f.tracks[i].quality = quality{visible: visible, met: met} }
	for _, c := range []struct {
		visible, met [4]float64
		want         int
	}{
		{[4]float64{1, 1, 1, 1}, [4]float64{0.36, 0.4, 0.9, 1}, -1},
		{[4]float64{1, 1, 1, 1}, [4]float64{0.3, 0.2, 0.34, 1}, 3},
		{[4]float64{1, 0.07, 1, 1}, [4]float64{0.3, 0.1, 0.2, 1}, 0},
		{[4]float64{0.09, 0.07, 1, 1}, [4]float64{0.1, 0.1, 0.2, 1}, 1},
	} {
		for i := range 4 {
			set(i, c.visible[i], c.met[i])
		}
		if got := f.gone(); got != c.want {
			t.Errorf("%+v: member %d goes, want %d", c, got, c.want)
		}
	}
	for _, c := range []struct {
		q               quality
		doubtful, there bool
	}{
		{quality{visible: 1, seen: 1, met: 1, edges: 0.1, known: true}, false, true}, {quality{visible: 1, seen: 1, met: 0.89, edges: 0.1, known: true}, true, true},
		{quality{visible: 1, seen: 1, met: 1, edges: 0.25, known: true}, true, true}, {quality{visible: 1, seen: 1, met: 1, edges: 0.25}, false, true},
		{quality{visible: 0.07, seen: 0.07, met: 0.1}, false, false}, {quality{visible: 1, seen: 0.5, met: 0.34}, true, false}, {quality{visible: 1, seen: 0.08, met: 0.35}, true, true},
	} {
		track := &track{quality: c.q, usual: 0.1}
		track.quality.told = leastTold
		if track.doubtful() != c.doubtful || track.isThere() != c.there {
			t.Errorf("%+v: doubtful %v, there %v", c.q, track.doubtful(), track.isThere())
		}
	}
	if (&track{quality: quality{visible: 1, seen: 1, met: 1, told: leastTold - 0.01}}).isThere() {
		t.Error("what changes the ground too little is there")
	}
	if used := (&track{quality: quality{visible: 1, met: 1, edges: 0.25, known: true}, usual: 0.2}); used.doubtful() {
		t.Error("edges as usual are doubtful")
	}
}

// TestGroupsAreOfWhatMayMeet before the next picture, over others, and of those that are in.
func TestGroupsAreOfWhatMayMeet(t *testing.T) {
	t.Parallel()
	f := &follower{interval: 0.1, tracks: make([]track, 5)}
	for i, x := range []float64{0, 22.9, 100, 46, 77} {
		f.tracks[i].reach, f.tracks[i].pose = 10, look.Pose{X: x}
	}
	f.tracks[4].speed.X = -160 // 16 px a picture, of which half counts: 31 px lie between the last two
	groups := func() (list [5]int) {
		for i := range f.tracks {
			list[i] = f.tracks[i].group
		}
		return list
	}
	for _, c := range []struct {
		third, fourth float64
		want          [5]int
	}{{46, 77, [5]int{0, 0, 2, 2, 2}}, {46, 77.2, [5]int{0, 0, 2, 3, 2}}, {45.8, 77.2, [5]int{0, 0, 2, 0, 2}}, {45.8, 76.7, [5]int{0, 0, 0, 0, 0}}} {
		f.tracks[3].pose.X, f.tracks[4].pose.X = c.third, c.fourth
		if f.group(func(*track) bool { return true }); groups() != c.want {
			t.Errorf("at %v and %v: groups %v, want %v", c.third, c.fourth, groups(), c.want)
		}
	}
	f.group(func(t *track) bool { return t != &f.tracks[1] })
	if got := groups(); got[1] != -1 || got[0] == got[3] {
		t.Errorf("without the second: %v", got)
	}
}
