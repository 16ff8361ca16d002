package lesson_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"orrery/cmd/orrery-view/lesson"
	"orrery/sim"
	"orrery/sim/engine"
	"orrery/world"
	"orrery/world/fit"
	"orrery/world/flight"
	"orrery/world/rounds"
)

// discs returns a box with so many discs, at rest.
func discs(n int) *sim.Scene {
	scene := sim.DefaultScene()
	scene.Name = "drawn"
	rough := sim.Surface{Friction: 0.4, Elasticity: 0.6}
	corners := []sim.Vec{{X: -1, Y: -1}, {X: 1, Y: -1}, {X: 1, Y: 1}, {X: -1, Y: 1}}
	for k, a := range corners {
		scene.Walls = append(scene.Walls, sim.NewShape(sim.Segment, 0.02, rough, a, corners[(k+1)%4]))
	}
	for i := range n {
		b := sim.NewDisc(0.12, 10, rough)
		b.Start.X, b.Start.Y = -0.6+0.6*float64(i%3), -0.3+0.6*float64(i/3)
		scene.Bodies = append(scene.Bodies, b)
	}
	return &scene
}

func subject(scene *sim.Scene) lesson.Subject {
	return lesson.Subject{Name: scene.Name, Frames: 121, Draw: func(episode int) (*sim.Scene, sim.Policy, error) {
		return lesson.Varied(scene, sim.NewRand(1, "test", episode)), nil, nil
	}}
}

// await returns the next report for which good holds.
func await(t *testing.T, l interface{ Take() []lesson.Report }, what string, good func(r lesson.Report) bool) lesson.Report {
	t.Helper()
	for range 12000 {
		for _, r := range l.Take() {
			if good(r) {
				return r
			}
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("%s never comes", what)
	return lesson.Report{}
}

// TestALessonLearnsWhatWasDrawn: six discs, and soon the model is ten times better than free flight.
func TestALessonLearnsWhatWasDrawn(t *testing.T) {
	t.Parallel()
	l := lesson.New(fit.Short, flight.Ballistic())
	l.Begin(subject(discs(6)))
	r := await(t, l, "a good model", func(r lesson.Report) bool {
		return r.Trouble != "" || r.Errors[1] <= r.Ballistic[1]/10
	})
	l.Pause()
	if r.Trouble != "" || !(r.Errors[1] > 0) || r.Episodes < 8 || r.Subject != "drawn" || !(r.Loss > 0) {
		t.Fatalf("%+v", r)
	}
	if !(r.Errors[0] <= r.Errors[2]) || !(r.Ballistic[0] < r.Ballistic[1]) || !(r.Ballistic[1] < r.Ballistic[2]) {
		t.Errorf("errors %v, free flight %v: they must grow with time", r.Errors, r.Ballistic)
	}
	for _, equal := range r.Equal {
		if !(equal > 0 && equal < 0.1) {
			t.Errorf("equivalent errors %v", r.Equal)
		}
	}
	model, about, err := fit.Decode(r.Files[world.ConfigFile], r.Files[world.WeightsFile])
	if err != nil || about.Training.Scenario != "drawn" || about.Training.Seen == nil || !strings.Contains(string(r.Files[world.CardFile]), "drawn") {
		t.Fatalf("files %v: %v", err, about)
	}
	if _, err := model.Predictor([]*sim.Scene{discs(3)}); err != nil {
		t.Error(err)
	}
}

// TestALessonGoesOnWhereItStopped, with all that it had learned, and others are left in peace meanwhile.
func TestALessonGoesOnWhereItStopped(t *testing.T) {
	t.Parallel()
	asked := make(chan rounds.Round, 100)
	fake := func(ctx context.Context, episodes []*sim.Trajectory, r rounds.Round) (*rounds.Model[world.Model], error) {
		asked <- r
		return &rounds.Model[world.Model]{World: flight.Ballistic(), State: r.Number}, ctx.Err()
	}
	l := lesson.New(fake, flight.Ballistic())
	l.Pause() // of nothing
	l.Resume()
	l.Begin(subject(discs(2)))
	await(t, l, "a third report", func(r lesson.Report) bool { return r.Episodes > 20 })
	l.Pause()
	l.Pause()
	l.Take()
	before, told := len(asked), 0
	for range 50 {
		time.Sleep(10 * time.Millisecond)
		told += len(l.Take())
	}
	count := len(asked)
	if count > before+1 || told > 1 { // the round under way may come to its end
		t.Fatalf("%d rounds and %d reports after a pause", count-before, told)
	}
	l.Resume()
	l.Resume()
	r := await(t, l, "a report after the pause", func(lesson.Report) bool { return true })
	l.Pause()
	if r.Episodes <= 20 || !(r.Seconds > 0) || r.Errors != r.Ballistic {
		t.Errorf("it goes on with %+v", r)
	}
	last := -1
	for range count {
		round := <-asked
		if round.Number > 0 && round.Former != round.Number-1 || round.Number < last {
			t.Errorf("round %d goes on from %v", round.Number, round.Former)
		}
		last = round.Number
	}
}

// TestScenesThatAreAddedAreLearned, each as it is and a little otherwise.
func TestScenesThatAreAddedAreLearned(t *testing.T) {
	t.Parallel()
	odd := discs(3)
	odd.Bodies[2].Start.VX = 7
	exact, near := false, 0
	fake := func(ctx context.Context, episodes []*sim.Trajectory, r rounds.Round) (*rounds.Model[world.Model], error) {
		exact, near = false, 0
		for _, e := range episodes {
			if s := e.States[0]; len(s) == 3 && s[2].VX == 7 && s[2].X == odd.Bodies[2].Start.X {
				exact = true
			} else if len(s) == 3 && math.Abs(s[2].VX-7) < 1.5 && math.Abs(s[2].X-odd.Bodies[2].Start.X) < 0.03 {
				near++
			}
		}
		files := map[string][]byte{}
		if exact && near >= 4 {
			files["found"] = nil
		}
		return &rounds.Model[world.Model]{World: flight.Ballistic(), Files: files}, ctx.Err()
	}
	l := lesson.New(fake, flight.Ballistic())
	l.Add([]*sim.Scene{odd}) // to no lesson
	l.Begin(subject(discs(2)))
	l.Add([]*sim.Scene{odd})
	await(t, l, "the scene that was added", func(r lesson.Report) bool { _, ok := r.Files["found"]; return ok })
	l.Pause()
}

// TestLessonsThatCannotBeSayWhy and end.
func TestLessonsThatCannotBeSayWhy(t *testing.T) {
	t.Parallel()
	broken := subject(discs(2))
	broken.Draw = func(int) (*sim.Scene, sim.Policy, error) { return nil, nil, errors.New("no scene fits") }
	panics := subject(discs(2))
	panics.Draw = func(int) (*sim.Scene, sim.Policy, error) { panic("odd") }
	alone := discs(1)
	alone.Walls = nil
	for want, s := range map[string]lesson.Subject{"no scene fits": broken, "odd": panics, "nothing ever touches": subject(alone)} {
		l := lesson.New(fit.Short, flight.Ballistic())
		l.Begin(s)
		if r := await(t, l, want, func(r lesson.Report) bool { return r.Trouble != "" }); !strings.Contains(r.Trouble, want) {
			t.Errorf("%s: %q", want, r.Trouble)
		}
		l.Pause()
	}
}

// TestALessonThatEndedGoesOnWhenAsked, once what ended it is over.
func TestALessonThatEndedGoesOnWhenAsked(t *testing.T) {
	t.Parallel()
	fake := func(ctx context.Context, _ []*sim.Trajectory, r rounds.Round) (*rounds.Model[world.Model], error) {
		return &rounds.Model[world.Model]{World: flight.Ballistic(), State: r.Number}, ctx.Err()
	}
	s, draw := subject(discs(2)), subject(discs(2)).Draw
	var broken atomic.Bool
	s.Draw = func(episode int) (*sim.Scene, sim.Policy, error) {
		if broken.Load() {
			return nil, nil, errors.New("no scene fits")
		}
		return draw(episode)
	}
	l := lesson.New(fake, flight.Ballistic())
	l.Begin(s)
	await(t, l, "a report", func(r lesson.Report) bool { return r.Trouble == "" })
	broken.Store(true)
	await(t, l, "the trouble", func(r lesson.Report) bool { return r.Trouble != "" })
	broken.Store(false)
	time.Sleep(50 * time.Millisecond)
	l.Resume()
	await(t, l, "a report after the trouble", func(r lesson.Report) bool { return r.Trouble == "" })
	l.Pause()
}

// TestNudgesLeaveTied what hangs together: it moves as one, and stays where it is if it hangs on the world.
func TestNudgesLeaveTied(t *testing.T) {
	t.Parallel()
	scene := discs(5)
	scene.Joints = []sim.Joint{
		{Kind: sim.Pivot, A: 0, B: sim.World, AnchorB: scene.Bodies[0].Start.Position()}, {Kind: sim.Rope, A: 0, B: 1, Length: 0.6}, {Kind: sim.Rope, A: 3, B: 4, Length: 0.6},
	}
	if err := scene.Validate(); err != nil {
		t.Fatal(err)
	}
	for k := range 10 {
		n := lesson.Nudged(scene, sim.NewRand(1, "nudges", k), 1)
		by := func(i int) sim.Vec { return n.Bodies[i].Start.Position().Sub(scene.Bodies[i].Start.Position()) }
		if by(0) != (sim.Vec{}) || by(1) != (sim.Vec{}) {
			t.Errorf("what hangs on the world is moved by %v and %v m", by(0), by(1))
		}
		if by(2) == (sim.Vec{}) || by(3) == (sim.Vec{}) || !(by(3).Sub(by(4)).Len() < 1e-12) {
			t.Errorf("what is free is moved by %v, what is tied to each other by %v and %v m", by(2), by(3), by(4))
		}
	}
}

// TestVariedScenesKeepWhatTheyAre: bodies clear of each other, on their side of the walls, tied as they were.
func TestVariedScenesKeepWhatTheyAre(t *testing.T) {
	t.Parallel()
	scene := discs(5)
	scene.Joints = []sim.Joint{{Kind: sim.Rope, A: 0, B: 1, Length: 0.6}}
	if err := scene.Validate(); err != nil {
		t.Fatal(err)
	}
	moved, thrown := 0, 0
	for k := range 40 {
		v := lesson.Varied(scene, sim.NewRand(3, "varied", k))
		if again := lesson.Varied(scene, sim.NewRand(3, "varied", k)); !slices.Equal(v.Start(), again.Start()) {
			t.Fatal("the same numbers lead elsewhere")
		}
		if err := v.Validate(); err != nil {
			t.Fatal(err)
		}
		if _, err := engine.Simulate(t.Context(), v, nil, 30, nil); err != nil {
			t.Error(err)
		}
		start := v.Start()
		for i, a := range start {
			if !(math.Abs(a.X) < 1 && math.Abs(a.Y) < 1) {
				t.Errorf("body %d is behind a wall at %v", i, a.Position())
			}
			if a.Position() != scene.Bodies[i].Start.Position() {
				moved++
			}
			if a.Velocity().Len() > 0.3 {
				thrown++
			}
		}
		if off := start[0].Position().Sub(start[1].Position()).Len(); !(off < 0.65) {
			t.Errorf("a rope of 0.6 m reaches over %v m", off)
		}
	}
	if moved < 60 || thrown < 60 {
		t.Errorf("%d of 200 lie elsewhere, %d fly", moved, thrown)
	}
	if scene.Bodies[0].Start.VX != 0 {
		t.Error("the scene itself has changed")
	}
}
