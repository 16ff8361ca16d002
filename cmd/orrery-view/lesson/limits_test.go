package lesson

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/world"
	"orrery/world/flight"
	"orrery/world/rounds"
)

// lone returns a scene of so many discs that meet nothing, without gravity.
func lone(n int) *sim.Scene {
	scene := sim.DefaultScene()
	scene.Gravity = sim.Vec{}
	for i := range n {
		b := sim.NewDisc(0.12, 10, sim.Surface{})
		b.Start.X, b.Start.VY = 0.5*float64(i), 0.1
		scene.Bodies = append(scene.Bodies, b)
	}
	return &scene
}

// alone is the subject of a disc that meets nothing.
func alone() Subject {
	return Subject{Name: "alone", Frames: 31, Draw: func(int) (*sim.Scene, sim.Policy, error) { return lone(1), nil, nil }}
}

func TestAFewReportsWait(t *testing.T) {
	t.Parallel()
	l := New(nil, nil)
	l.course = &course{}
	far := NewFar(nil)
	for k := range 70 {
		l.report(l.course, Report{Episodes: k})
		l.report(&course{}, Report{Episodes: -1}) // of a lesson that was left
		far.Receive(`{"episodes": ` + strings.Repeat("1", k%5+1) + `}`)
	}
	if got := l.Take(); len(got) != 64 || got[0].Episodes != 6 || got[63].Episodes != 69 {
		t.Errorf("%d reports wait, from %d on", len(got), got[0].Episodes)
	}
	if got := far.Take(); len(got) != 64 || got[63].Episodes != 11111 || len(far.Take()) > 0 {
		t.Errorf("%d reports have come", len(got))
	}
}

func TestTheOldestEpisodesGo(t *testing.T) {
	t.Parallel()
	c := &course{}
	var all []*sim.Trajectory
	for range 13 {
		all = append(all, &sim.Trajectory{Scene: lone(2), States: make([]sim.State, 5000)})
		c.keep(all[len(all)-1])
	}
	if c.states != 100_000 || !slices.Equal(c.episodes, all[3:]) {
		t.Errorf("%d states of %d episodes are kept", c.states, len(c.episodes))
	}
	for range 20 { // large ones, of which as many are kept as there are at first
		c.keep(&sim.Trajectory{Scene: lone(2), States: make([]sim.State, 50_000)})
	}
	if c.states != 800_000 || len(c.episodes) != 8 {
		t.Errorf("%d states of %d episodes are kept", c.states, len(c.episodes))
	}
}

func TestEpisodesBecomeMore(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ round, made, wanted, want int }{
		{0, 0, 0, 8}, {1, 8, 0, 11}, {2, 11, 0, 15}, {3, 15, 0, 21}, {8, 100, 0, 109}, {9, 109, 0, 125}, {4, 8, 0, 24}, {1, 90, 0, 91}, {0, 16, 32, 32},
	} {
		if got := (&course{round: c.round, made: c.made, wanted: c.wanted}).until(); got != c.want {
			t.Errorf("%+v: until there are %d", c, got)
		}
	}
}

func TestWhatIsHeldOutIsNeverLearned(t *testing.T) {
	t.Parallel()
	var drawn []int
	s := alone()
	s.Draw = func(number int) (*sim.Scene, sim.Policy, error) {
		drawn = append(drawn, number)
		if len(drawn) == 2 {
			return nil, nil, errors.New("this one cannot be")
		}
		return lone(1), nil, nil
	}
	c := &course{subject: s}
	held, err := c.hold(t.Context())
	if want := []int{1 << 30, 1<<30 + 1, 1<<30 + 2, 1<<30 + 3, 1<<30 + 4, 1<<30 + 5, 1<<30 + 6}; err != nil || len(held) != 6 || !slices.Equal(drawn, want) {
		t.Errorf("%d held out of %v, %v", len(held), drawn, err)
	}
	drawn = drawn[2:2]
	if err := c.grow(t.Context()); err != nil || c.made != 8 || !slices.Equal(drawn, []int{0, 1, 2, 3, 4, 5, 6, 7, 8}) {
		t.Errorf("%d made of %v, %v", c.made, drawn, err)
	}
}

func TestScenesThatAreAddedDiffer(t *testing.T) {
	t.Parallel()
	c, scene := &course{}, lone(1)
	c.add([]*sim.Scene{scene, scene})
	c.add([]*sim.Scene{scene})
	seen, exact := map[sim.Vec]bool{}, 0
	for _, a := range c.added {
		if at := a.Bodies[0].Start.Position(); at == scene.Bodies[0].Start.Position() {
			exact++
		} else {
			seen[at] = true
		}
	}
	if len(c.added) != 24 || exact != 3 || len(seen) != 21 {
		t.Errorf("of %d scenes %d are as they were, and %d others", len(c.added), exact, len(seen))
	}
}

// TestRoundsHaveTheirTimes, and go on without a model that does not know what came later.
func TestRoundsHaveTheirTimes(t *testing.T) {
	t.Parallel()
	var asked []rounds.Round
	fails := error(nil)
	c := &course{subject: alone(), ballistic: flight.Ballistic(), fit: func(_ context.Context, _ []*sim.Trajectory, r rounds.Round) (*rounds.Model[world.Model], error) {
		asked = append(asked, r)
		return &rounds.Model[world.Model]{World: flight.Ballistic(), State: r.Number}, fails
	}}
	var reports []Report
	teach := func() error {
		return c.teach(t.Context(), time.Now(), func(r Report) { reports = append(reports, r) })
	}
	fails = errors.New("nothing ever touches")
	if err := teach(); err != nil || c.wanted != 16 || c.round != 0 {
		t.Errorf("%v, %d episodes are wanted", err, c.wanted)
	}
	fails = nil
	if err := errors.Join(teach(), teach()); err != nil || len(reports) != 2 {
		t.Fatal(err)
	}
	for k, want := range []time.Duration{500 * time.Millisecond, 500 * time.Millisecond, 900 * time.Millisecond} {
		if r := asked[k]; r.Budget != want || r.Subject != "alone" || r.Number != max(k-1, 0) || k < 2 && r.Former != nil || k == 2 && r.Former != 0 {
			t.Errorf("round %d: %+v", k, r)
		}
	}
	fails = errors.New("it knows too little")
	if err := teach(); err != nil || c.former != nil || c.round != 2 {
		t.Errorf("%v, it goes on from %v", err, c.former)
	}
	c.made = 100
	if err := teach(); !errors.Is(err, fails) {
		t.Errorf("it never ends: %v", err)
	}
}

func TestLessonsRestAsLongAsTheyWork(t *testing.T) {
	t.Parallel()
	began := time.Now()
	busy := tactful{woke: began.Add(-20 * time.Millisecond)}
	busy.rest()
	if !(busy.woke.Sub(began) >= 20*time.Millisecond) {
		t.Errorf("after 20 ms of work it rests %v", busy.woke.Sub(began))
	}
	busy.woke = time.Now().Add(-10 * time.Minute) // as after a pause
	began = time.Now()
	busy.rest()
	if rested := time.Since(began); !(rested >= 40*time.Millisecond && rested < time.Minute) {
		t.Errorf("after long work it rests %v", rested)
	}
	fresh := tactful{woke: time.Now().Add(time.Hour)}
	if was := fresh.woke; true {
		if fresh.rest(); fresh.woke != was {
			t.Error("who has not worked rests")
		}
	}
}

func TestWindowsAreAsManyAsTheirBodiesAllow(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ episodes, bodies, want int }{{1, 1, 3}, {20, 1, 24}, {20, 10, 15}, {20, 60, 4}} {
		var episodes []*sim.Trajectory
		for range c.episodes {
			e, err := engine.Simulate(t.Context(), lone(c.bodies), nil, 2*lone(1).FPS+1, nil)
			if err != nil {
				t.Fatal(err)
			}
			episodes = append(episodes, e)
		}
		j, err := newJudge(t.Context(), episodes, flight.Ballistic(), func() {})
		if err != nil || len(j.windows) != c.want {
			t.Fatalf("%d windows of %+v, %v", len(j.windows), c, err)
		}
		for k, w := range j.windows {
			if len(w.states) != lone(1).FPS+1 {
				t.Errorf("window %d has %d states", k, len(w.states))
			}
		}
		if last, of := &j.windows[len(j.windows)-1].states[0], episodes[3*c.episodes/4:]; !slices.ContainsFunc(of, func(e *sim.Trajectory) bool {
			return last == &e.States[0] || last == &e.States[30] || last == &e.States[60]
		}) {
			t.Errorf("%+v: the last window is of none of the last episodes", c)
		}
		if c.episodes == 1 && !(math.Abs(j.windows[1].states[0][0].Y-0.05) < 1e-9) {
			t.Errorf("the second window begins at %v", j.windows[1].states[0][0])
		}
		first := j.displaced(0, 0, 0.01)
		if !(first[0].Position().Sub(j.windows[0].states[0][0].Position()).Len() > 0) || slices.Equal(first, j.displaced(0, 1, 0.01)) {
			t.Error("one way for all rungs")
		}
		if slices.ContainsFunc(j.ballistic[:], func(v float64) bool { return !(v >= 0 && v < 1e-6) }) {
			t.Errorf("free flight is off by %v in free flight", j.ballistic)
		}
	}
	same := &judge{windows: slices.Repeat([]window{{scene: lone(1), states: []sim.State{lone(1).Start()}}}, 2)}
	if slices.Equal(same.displaced(0, 0, 0.01), same.displaced(1, 0, 0.01)) {
		t.Error("one way for all windows")
	}
}

func TestMeansOfNothingAreUnknown(t *testing.T) {
	t.Parallel()
	all := tally{sum: [3]float64{6, math.NaN(), 0}, count: [3]int{3, 2, 0}}
	if got := all.means(); got != [3]float64{2, -1, -1} {
		t.Errorf("%v", got)
	}
	all.sum[0] = math.Inf(1)
	if got := all.means(); got[0] != -1 {
		t.Errorf("%v", got)
	}
}

// TestAPlaceIsLookedForThirtyTimes: in a room of which a tenth is free nearly all that are to be moved find one.
func TestAPlaceIsLookedForThirtyTimes(t *testing.T) {
	t.Parallel()
	scene := lone(1)
	corners := []sim.Vec{{X: -1, Y: -1}, {X: 1, Y: -1}, {X: 1, Y: 1}, {X: -1, Y: 1}}
	for k, a := range corners {
		scene.Walls = append(scene.Walls, sim.NewShape(sim.Segment, 0, sim.Surface{}, a, corners[(k+1)%4]))
	}
	scene.Bodies = []sim.Body{sim.NewDisc(0.05, 1, sim.Surface{}), {Kind: sim.Kinematic, Shapes: []sim.Shape{sim.NewShape(sim.Circle, 1, sim.Surface{}, sim.Vec{})}}}
	from := sim.BodyState{X: 0.9, Y: 0.9}
	scene.Bodies[0].Start = from
	moved, n := 0, 600
	for k := range n {
		if Varied(scene, sim.NewRand(1, "places", k)).Bodies[0].Start.Position() != from.Position() {
			moved++
		}
	}
	// Three quarters are not calm, half of which are moved.
	if share := float64(moved) / float64(n); !(share > 0.3 && share < 0.42) {
		t.Errorf("%.3f of the bodies lie elsewhere", share)
	}
}

// TestVariedStartsAreOfAllKinds: a quarter is calm, of the others a half of the bodies lie elsewhere.
func TestVariedStartsAreOfAllKinds(t *testing.T) {
	t.Parallel()
	scene := lone(1)
	corners := []sim.Vec{{X: -1, Y: -1}, {X: 1, Y: -1}, {X: 1, Y: 1}, {X: -1, Y: 1}}
	for k, a := range corners {
		scene.Walls = append(scene.Walls, sim.NewShape(sim.Segment, 0, sim.Surface{}, a, corners[(k+1)%4]))
	}
	scene.Bodies[0].Start = sim.BodyState{}
	const n = 2000
	slow, moved, spin, speed, heavy := 0, 0, 0.0, 0.0, 0.0
	var all []float64
	falling := *scene
	falling.Gravity = sim.Vec{Y: -9} // half of the speed of a fall through the room: as fast as without gravity, nearly
	for k := range n {
		v := Varied(&falling, sim.NewRand(1, "kinds", k)).Bodies[0].Start.Velocity().Len()
		heavy += v * v / n
	}
	for k := range n {
		b := Varied(scene, sim.NewRand(1, "kinds", k)).Bodies[0].Start
		v := b.Velocity().Len()
		all = append(all, v)
		spin, speed = spin+b.Omega*b.Omega/n, speed+v*v/n
		if v < 0.4 {
			slow++
		}
		if b.Position() != (sim.Vec{}) {
			moved++
		}
	}
	slices.Sort(all)
	for what, c := range map[string]struct{ got, low, high float64 }{
		"share that is slow":     {float64(slow) / n, 0.28, 0.34},
		"speed of a calm one":    {all[n/10], 0.09, 0.115},
		"share that is moved":    {float64(moved) / n, 0.34, 0.41},
		"mean square of speeds":  {speed, 1.35, 1.65},
		"the same of what falls": {heavy / speed, 1.12, 1.13},
		"mean square of spins":   {spin * 0.12 * 0.12, 0.68, 0.82},
	} {
		if !(c.got > c.low && c.got < c.high) {
			t.Errorf("%s: %g, must be %g to %g", what, c.got, c.low, c.high)
		}
	}
}

func TestNudgesAreAFifthAtMost(t *testing.T) {
	t.Parallel()
	scene := lone(3)
	for i := range scene.Bodies {
		scene.Bodies[i].Start.VX = 2
	}
	scene.Bodies[1].Kind = sim.Kinematic
	scene.Joints = []sim.Joint{{Kind: sim.Pin, A: 2, B: -1, Length: 0.1}}
	var most [4]float64
	for k := range 400 {
		n := Nudged(scene, sim.NewRand(1, "nudges", k), 0.5)
		for i := range n.Bodies {
			a, b := n.Bodies[i].Start, scene.Bodies[i].Start
			if i > 0 {
				if a != b {
					t.Fatalf("body %d is nudged", i)
				}
				continue
			}
			for j, off := range []float64{(a.X - b.X) / 0.12, (a.Y - b.Y) / 0.12, a.VX/b.VX - 1, a.VY/b.VY - 1} {
				most[j] = max(most[j], math.Abs(off))
			}
		}
	}
	for j, off := range most {
		if !(off > 0.097 && off <= 0.1+1e-9) {
			t.Errorf("quantity %d is nudged by %g of its size", j, off)
		}
	}
	if got := Nudged(scene, sim.NewRand(1, "nudges", 0), 0); !slices.Equal(got.Start(), scene.Start()) {
		t.Error("a share of nothing nudges")
	}
}

// TestJointsPullFirst for 12 frames.
func TestJointsPullFirst(t *testing.T) {
	t.Parallel()
	scene := lone(2)
	scene.Joints = []sim.Joint{{Kind: sim.Rope, A: 0, B: 1, Length: 0.6}}
	scene.Bodies[1].Start.VX = 3
	want, err := engine.Simulate(t.Context(), scene, nil, 13, nil)
	if err != nil {
		t.Fatal(err)
	}
	if settle(scene); !slices.Equal(scene.Start(), want.States[12]) {
		t.Errorf("starts at %v, must be %v", scene.Start(), want.States[12])
	}
}

func TestBodiesFitBesideOthers(t *testing.T) {
	t.Parallel()
	scene := lone(2)
	scene.Bodies[1] = sim.NewDisc(0.3, 1, sim.Surface{})
	scene.Bodies[1].Start.X = 2
	for _, body := range []int{0, 1} {
		for off, want := range map[float64]bool{0.415: false, 0.425: true} {
			at := scene.Bodies[1-body].Start.Position().Add(sim.Vec{Y: off})
			if got := fits(scene, scene.Start(), []int{body}, body, at); got != want {
				t.Errorf("body %d fits %g m beside another one: %t", body, off, got)
			}
		}
		if !fits(scene, scene.Start(), []int{0, 1}, body, scene.Bodies[1-body].Start.Position()) {
			t.Error("what moves together is in its own way")
		}
	}
}

func TestALessonEndsWithItsOrders(t *testing.T) {
	t.Parallel()
	l := New(func(ctx context.Context, _ []*sim.Trajectory, _ rounds.Round) (*rounds.Model[world.Model], error) {
		return &rounds.Model[world.Model]{World: flight.Ballistic()}, ctx.Err()
	}, flight.Ballistic())
	l.Begin(alone())
	ctx, stop := context.WithCancel(t.Context())
	stop()
	Serve(ctx, l, nil, nil, func(string) {})
	if l.stop != nil {
		t.Error("it goes on")
	}
	<-l.ended
}

// TestJudgesActAsWasActed: a model is told the action of each frame, and the last frame has none.
func TestJudgesActAsWasActed(t *testing.T) {
	t.Parallel()
	scene := lone(1)
	scene.Actuators = []sim.Actuator{{Kind: sim.Force, Body: 0, Against: sim.World, Low: -9, High: 9, Axis: sim.Vec{X: 1}}}
	acts := func(frame int, _ sim.State) sim.Action { return sim.Action{float64(frame%7) - 3} }
	e, err := engine.Simulate(t.Context(), scene, nil, 2*scene.FPS+1, acts)
	if err != nil {
		t.Fatal(err)
	}
	j, err := newJudge(t.Context(), []*sim.Trajectory{e}, flight.Ballistic(), func() {})
	if err != nil || !(j.ballistic[2] < 1e-6) {
		t.Errorf("a model that knows what acts is off by %v, %v", j.ballistic, err)
	}
}

// TestOnlyFailuresInARowCount.
func TestOnlyFailuresInARowCount(t *testing.T) {
	t.Parallel()
	for wrong, good := range map[int]bool{20: true, 21: false} { // of every so many and one
		s := alone()
		s.Draw = func(number int) (*sim.Scene, sim.Policy, error) {
			if number%(wrong+1) < wrong {
				return nil, nil, errors.New("this one cannot be")
			}
			return lone(1), nil, nil
		}
		c := &course{subject: s}
		if err := c.grow(t.Context()); (err == nil) != good || good && c.made != firstEpisodes {
			t.Errorf("%d wrong ones in a row: %d made, %v", wrong, c.made, err)
		}
	}
}

// TestSecondsAreThoseOfAllRounds.
func TestSecondsAreThoseOfAllRounds(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	const round = 20 * time.Millisecond
	c := &course{subject: alone(), ballistic: flight.Ballistic(), fit: func(context.Context, []*sim.Trajectory, rounds.Round) (*rounds.Model[world.Model], error) {
		time.Sleep(round)
		return &rounds.Model[world.Model]{World: flight.Ballistic()}, nil
	}}
	last := 0.0
	count := 0
	c.run(ctx, func(r Report) {
		if r.Trouble != "" || !(r.Seconds >= last+round.Seconds()) {
			t.Errorf("round %d: after %v s it says %v, %s", count, last, r.Seconds, r.Trouble)
		}
		last = r.Seconds
		if count++; count == 4 {
			stop()
		}
	})
}

// TestReportsOfTheLastSubjectGoWithIt.
func TestReportsOfTheLastSubjectGoWithIt(t *testing.T) {
	t.Parallel()
	f := NewFar(func(string) {})
	f.Receive(`{"episodes": 3}`)
	f.Begin(Subject{Letter: []byte("1")})
	if got := f.Take(); len(got) > 0 {
		t.Errorf("%+v", got)
	}
}
