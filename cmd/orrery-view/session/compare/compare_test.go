package compare

import (
	"errors"
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/cmd/orrery-view/session/forecast"
	"orrery/cmd/orrery-view/session/tape"
	"orrery/sim"
	"orrery/sim/engine"
	"orrery/world/ladder"
)

// slides returns a scene of a disc, a deck and a tape on which it goes 1 cm a frame, all of
// it seen, and a judge in a mode.
func slides(mode Mode, frames int) (*sim.Scene, *tape.Deck, *tape.Tape, *Judge) {
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{})}
	scene.Bodies[0].Start.VX = 0.6
	t := tape.New(at(0))
	for k := 1; k < frames; k++ {
		t.Add(at(k), nil, false)
	}
	deck := tape.NewDeck(t, scene.FPS)
	j := New(&deck.Player)
	j.Restart(mode, &scene, t, 0)
	return &scene, deck, t, j
}

func at(frame int) sim.State { return sim.State{{X: 0.01 * float64(frame), VX: 0.6}} }

// off returns a forecast from a frame that errs by some metres more each frame.
func off(from, frames int, error float64) *forecast.Forecast {
	f := &forecast.Forecast{From: from}
	for k := range frames {
		state := at(from + k)
		state[0].Y = error * float64(k)
		f.States = append(f.States, state)
	}
	return f
}

func TestADuelFollowsItsError(t *testing.T) {
	t.Parallel()
	_, deck, _, j := slides(Duel, 50)
	j.Show(off(0, 30, 0.002))
	j.Update()
	errors, first, every := j.Errors()
	if len(errors) != 30 || first != 0 || every != 1 {
		t.Fatalf("%d errors from %d, every %d", len(errors), first, every)
	}
	deck.Seek(12)
	r := j.Reading()
	if !scalar.EqualWithinAbs(r.Error, 0.024, 1e-12) || !scalar.EqualWithinAbs(r.Lead, 0.2, 1e-12) || !math.IsNaN(r.Equivalent) {
		t.Errorf("reading %+v", r)
	}
	if deck.Seek(40); !math.IsNaN(j.Reading().Error) {
		t.Error("there is an error where nothing is predicted")
	}
	if j.Covers(29) != true || j.Covers(30) {
		t.Error("covers what it should not")
	}
	failed := off(0, 30, 0)
	failed.Err = errNoMore
	if j.Show(failed); !j.Covers(30) || j.Reading().Why != "no more" {
		t.Errorf("a forecast that has failed is waited for, or says %q", j.Reading().Why)
	}
	if j.Show(off(0, 30, 0)); j.Reading().Why != "" {
		t.Errorf("a failure silences the next forecast: %q", j.Reading().Why)
	}
}

var errNoMore = errors.New("no more")

// TestTheSandboxJudgesAtTheHorizon: one second ahead, unless a hand has helped or the
// start is no longer true, and not before that second has been seen.
func TestTheSandboxJudgesAtTheHorizon(t *testing.T) {
	t.Parallel()
	scene, deck, tp, j := slides(Sandbox, 61)
	if j.Horizon() != 60 {
		t.Fatalf("looks %d frames ahead", j.Horizon())
	}
	j.Show(off(0, 70, 0.001))
	j.Update()
	if r := j.Reading(); !scalar.EqualWithinAbs(r.Error, 0.06, 1e-12) || r.Lead != 1 || j.Leads() == nil {
		t.Fatalf("reading %+v", r)
	}
	if got := j.Leads(); len(got) != 61 || !scalar.EqualWithinAbs(got[30], 0.03, 1e-12) {
		t.Errorf("leads %v", got)
	}
	short := off(1, 60, 1)
	wrong := off(0, 70, 1)
	wrong.States[0][0].Y = 1e-9
	for what, f := range map[string]*forecast.Forecast{"too short": short, "from another state": wrong, "unseen": off(2, 70, 1)} {
		j.Show(f)
		if j.Update(); !(j.Reading().Error <= 0.1) {
			t.Errorf("%s: judged", what)
		}
	}
	j.Restart(Sandbox, scene, tp, 0)
	j.Show(off(1, 70, 1))
	for k := 61; k <= 64; k++ {
		tp.Add(at(k), nil, k == 61)
		deck.Forward()
	}
	if j.Update(); !math.IsNaN(j.Reading().Error) {
		t.Error("a forecast that a hand has foiled was judged")
	}
}

// TestLaterForecastsCountInTheMean by 15 %.
func TestLaterForecastsCountInTheMean(t *testing.T) {
	t.Parallel()
	_, _, _, j := slides(Sandbox, 200)
	j.Expect(off(0, 12, 0.01), 10)
	j.Expect(off(4, 12, 0.02), 10)
	j.Update()
	if got := j.Leads()[10]; !scalar.EqualWithinAbs(got, 0.115, 1e-12) {
		t.Errorf("mean %v m", got)
	}
	errors, first, every := j.Errors()
	if first != 10 || every != 4 || len(errors) != 2 || !scalar.EqualWithinAbs(errors[0], 0.1, 1e-12) || !scalar.EqualWithinAbs(errors[1], 0.2, 1e-12) {
		t.Errorf("errors %v from %d, every %d", errors, first, every)
	}
	j.Expect(off(104, 12, 0.03), 10)
	if j.Update(); !math.IsNaN(fourth(j.Errors())) {
		t.Error("where nothing was measured there is an error")
	}
	if j.Expect(off(0, 30, 0), 20); j.Leads() != nil {
		t.Error("errors of another horizon are kept")
	}
}

// fourth returns the fourth of some errors.
func fourth(errors []float64, _, _ int) float64 { return errors[3] }

func TestErrorsOfTheSandboxAreBounded(t *testing.T) {
	t.Parallel()
	_, _, _, j := slides(Sandbox, 3000)
	for from := range 2000 {
		j.Expect(off(from, 3, 0.001), 2)
	}
	if j.Update(); len(j.judged) != 900 || len(j.frames) != 900 || j.frames[899] != 2001 {
		t.Errorf("%d errors are kept, the last of frame %d", len(j.judged), j.frames[len(j.frames)-1])
	}
}

func TestHorizonsStayInTheirLimits(t *testing.T) {
	t.Parallel()
	for mode, want := range map[Mode][3]int{Sandbox: {12, 60, 240}, Duel: {60, 240, 1200}} { // frames
		_, _, _, j := slides(mode, 2)
		if j.Horizon() != want[1] {
			t.Errorf("%s: usually %d frames", mode, j.Horizon())
		}
		for seconds, frames := range map[float64]int{-1: want[0], 1e9: want[2]} {
			if !j.SetHorizon(seconds) || j.Horizon() != frames || j.SetHorizon(seconds) {
				t.Errorf("%s: %v s are %d frames, want %d", mode, seconds, j.Horizon(), frames)
			}
		}
	}
	_, _, _, j := slides(Replay, 2)
	if j.SetHorizon(3) {
		t.Error("a replay has another end than its own")
	}
	scene := sim.DefaultScene()
	for fps, want := range map[int]int{10: 1, 30: 2, 60: 4, 120: 8} { // fifteen times a second
		scene.FPS = fps
		if j.Restart(Sandbox, &scene, nil, 0); j.Renewal() != want {
			t.Errorf("at %d frames a second forecasts are renewed every %d", fps, j.Renewal())
		}
	}
}

// TestAPlannersModelIsJudgedByWhatItCarriesOut tells its lead.
func TestAPlannersModelIsJudgedByWhatItCarriesOut(t *testing.T) {
	t.Parallel()
	_, _, _, j := slides(Sandbox, 30)
	j.Carry(6)
	if lead := j.Reading().Lead; !scalar.EqualWithinAbs(lead, 0.1, 1e-12) {
		t.Errorf("lead %v s", lead)
	}
}

// TestTheLadderOfFreeFlight has the closed form: a start that is d off stays d off, so an
// error e is worth e.
func TestTheLadderOfFreeFlight(t *testing.T) {
	t.Parallel()
	scene, _, tp, j := slides(Duel, 20)
	climb := NewClimb(scene, 0, tp.At(0), 20, nil)
	j.Compete(climb)
	runs := 1 // the last says that no other is left
	for ; climb.Step(); runs++ {
		if j.Ladder() != nil {
			t.Fatalf("a ladder after %d runs", runs)
		}
	}
	if runs != 1+3*6 {
		t.Errorf("%d runs, not one and six of each rung", runs)
	}
	l := j.Ladder()
	if l == nil || len(l.Errors) != 3 || len(l.Low) != 20 {
		t.Fatalf("%+v", l)
	}
	for k, want := range []float64{1e-4, 1e-3, 1e-2} {
		for frame, got := range l.Errors[k] {
			if !scalar.EqualWithinAbs(got, want, 1e-9) {
				t.Fatalf("rung %d, frame %d: %v m", k, frame, got)
			}
		}
	}
	for frame := range l.Low {
		if !scalar.EqualWithinAbs(l.Low[frame], 1e-3, 1e-9) || !scalar.EqualWithinAbs(l.High[frame], 1e-3, 1e-9) {
			t.Fatalf("frame %d: 1 mm off is %v to %v m", frame, l.Low[frame], l.High[frame])
		}
	}
	for _, e := range []float64{1e-5, 3e-4, 0.005, 0.2} {
		if got := l.Equivalent(7, e); !scalar.EqualWithinRel(got, e, 1e-6) {
			t.Errorf("an error of %v m is worth %v", e, got)
		}
	}
	for frame, e := range map[int]float64{0: 1, 20: 1, -1: 1, 5: 0, 6: math.NaN()} {
		if got := l.Equivalent(frame, e); !math.IsNaN(got) {
			t.Errorf("frame %d, error %v: worth %v", frame, e, got)
		}
	}
	if j.Concede(); j.Ladder() != nil || j.Competing() {
		t.Error("the ladder stays")
	}
}

// TestRunsOfALadderDiffer: each starts off in another direction, so that after a collision
// they are off by different distances, about which the mean lies.
func TestRunsOfALadderDiffer(t *testing.T) {
	t.Parallel()
	const frames = 40
	climb := func(from int) *Ladder {
		scene := sim.DefaultScene()
		for i := range 2 {
			b := sim.NewDisc(0.1, 1, sim.Surface{Elasticity: 1})
			b.Start.X, b.Start.VX = 0.3*float64(i), 1-float64(i)
			scene.Bodies = append(scene.Bodies, b)
		}
		c := NewClimb(&scene, from, scene.Start(), frames, nil)
		for c.Step() {
		}
		return c.Result()
	}
	l := climb(3)
	if l == nil {
		t.Fatal("no ladder")
	}
	last := frames - 1
	low, mean, high := l.Low[last], l.Errors[shownRung][last], l.High[last]
	if !(low > 1e-3 && low < 0.95*mean && high > 1.05*mean && high < 0.1) {
		t.Errorf("runs 1 mm off are %v to %v m off in the end, %v on average", low, high, mean)
	}
	if again := climb(3); again.High[last] != high {
		t.Error("the same ladder differs")
	}
	if other := climb(4); other.High[last] == high {
		t.Error("ladders from other frames have the same directions")
	}
}

// TestLaddersThatCannotBe end at once: with a policy that panics, and when nobody waits.
func TestLaddersThatCannotBe(t *testing.T) {
	t.Parallel()
	scene, _, tp, j := slides(Duel, 20)
	panics := NewClimb(scene, 0, tp.At(0), 20, func(int, sim.State) sim.Action { panic("no idea") })
	stopped := NewClimb(scene, 0, tp.At(0), 20, nil)
	stopped.Step()
	stopped.Step()
	j.Compete(stopped)
	j.Restart(Duel, scene, tp, 0)
	for _, c := range []*Climb{panics, stopped} {
		for range 2 {
			if c.Step() {
				t.Error("goes on")
			}
		}
		if c.Result() != nil {
			t.Error("has a result")
		}
	}
}

func TestTheEnginesCostIsAMeanThatForgets(t *testing.T) {
	t.Parallel()
	scene, _, tp, j := slides(Duel, 2)
	j.Took(1600)
	if got := j.Reading().EngineCost; got != 1600 {
		t.Errorf("%v after the first frame", got)
	}
	j.Took(3200)
	if j.Restart(Sandbox, scene, tp, 0); j.Reading().EngineCost != 1700 {
		t.Errorf("%v after the second frame", j.Reading().EngineCost)
	}
}

// TestWhatIsNotThereIsNotCompared: before a duel begins, after what the tape has, and where the tape has forgotten the start.
func TestWhatIsNotThereIsNotCompared(t *testing.T) {
	t.Parallel()
	scene, deck, tp, j := slides(Duel, 10)
	j.Restart(Duel, scene, tp, 5)
	j.Show(off(5, 30, 0.002))
	j.Update()
	if errors, first, _ := j.Errors(); len(errors) != 5 || first != 5 {
		t.Errorf("%d errors from frame %d on a tape that ends at 9", len(errors), first)
	}
	for frame, want := range map[int]float64{2: math.NaN(), 4: math.NaN(), 5: 0, 9: 0.008} {
		deck.Seek(frame)
		if got := j.Reading().Error; !(math.Abs(got-want) <= 1e-12) && !(math.IsNaN(got) && math.IsNaN(want)) {
			t.Errorf("at frame %d the error is %v m, want %v", frame, got, want)
		}
	}
	for from, want := range map[int]bool{-1: false, 0: true, 9: true, 10: false} {
		if got := j.BeganTrue(off(from, 3, 0)); got != want {
			t.Errorf("a forecast from frame %d began in a true state: %v", from, got)
		}
	}
	wrong := off(3, 3, 0)
	wrong.States[0][0].VX += 1e-9
	if j.BeganTrue(wrong) {
		t.Error("another state is taken for the true one")
	}
}

// TestTheBandOfALadderIsOfAllItsRuns: a naive twin runs them one by one.
func TestTheBandOfALadderIsOfAllItsRuns(t *testing.T) {
	t.Parallel()
	const frames, from = 30, 3
	scene := sim.DefaultScene()
	for i := range 2 {
		b := sim.NewDisc(0.1, 1, sim.Surface{Elasticity: 1})
		b.Start.X, b.Start.VX = 0.3*float64(i), 1-float64(i)
		scene.Bodies = append(scene.Bodies, b)
	}
	c := NewClimb(&scene, from, scene.Start(), frames, nil)
	for c.Step() {
	}
	l := c.Result()
	if l == nil {
		t.Fatal("no ladder")
	}
	last := frames - 1
	low, high, sum := math.Inf(1), 0., 0.
	for run := runsPerRung * shownRung; run < runsPerRung*(shownRung+1); run++ {
		e := engine.New()
		if err := e.Load(&scene); err != nil {
			t.Fatal(err)
		}
		out, err := e.Run(ladder.Displace(&scene, scene.Start(), 1e-3, sim.NewRand(from, "viewer/ladder", run)), frames, nil)
		if err != nil {
			t.Fatal(err)
		}
		off, _ := scene.Distance(l.Truth[last], out.States[last])
		low, high, sum = min(low, off), max(high, off), sum+off
		for k := range frames {
			if off, _ := scene.Distance(l.Truth[k], out.States[k]); !(l.Low[k] <= off && l.High[k] >= off) {
				t.Errorf("frame %d: run %d is %v m off, beyond %v to %v", k, run, off, l.Low[k], l.High[k])
			}
		}
	}
	if l.Low[last] != low || l.High[last] != high || !scalar.EqualWithinRel(l.Errors[shownRung][last], sum/runsPerRung, 1e-12) {
		t.Errorf("1 mm off becomes %v to %v m, %v on average; one by one %v to %v, %v", l.Low[last], l.High[last], l.Errors[shownRung][last], low, high, sum/runsPerRung)
	}
}
