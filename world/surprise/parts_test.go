package surprise

import (
	"errors"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/world"
)

// fails is a model that panics.
type fails struct{}

func (fails) Kind() string    { return "fails" }
func (fails) Parameters() int { return 0 }
func (fails) Predictor([]*sim.Scene) (world.Predictor, error) {
	panic(errors.New("nobody expected this"))
}

// discsApart returns a scene of discs in a row, each so far from the next that nothing touches.
func discsApart(n int) *sim.Scene {
	scene := sim.DefaultScene()
	scene.Name, scene.FPS, scene.Substeps = "row", 20, 5
	for i := range n {
		b := sim.NewDisc(0.1, 10, sim.Surface{})
		b.Start.X = 0.5 * float64(i)
		scene.Bodies = append(scene.Bodies, b)
	}
	return &scene
}

// TestModelsThatFailAreTold, by whoever asks for the frames one by one as well.
func TestModelsThatFailAreTold(t *testing.T) {
	t.Parallel()
	scene := discsApart(1)
	search := Begin(fails{}, &sim.Trajectory{Scene: scene, States: []sim.State{scene.Start(), scene.Start()}})
	const want = "a fault of this program in model fails on scene row: nobody expected this"
	if more, err := search.Step(t.Context()); more || err == nil || err.Error() != want {
		t.Errorf("%v, %v", more, err)
	}
	if _, err := judged(t.Context(), fails{}, &sim.Trajectory{Scene: scene, States: []sim.State{scene.Start()}}, defaultScales()); err == nil || !strings.Contains(err.Error(), want) {
		t.Error(err)
	}
}

// TestPushesAreBeyondFreeFlight: gravity and damping of a frame push nothing.
func TestPushesAreBeyondFreeFlight(t *testing.T) {
	t.Parallel()
	scene := discsApart(1)
	scene.Gravity, scene.Damping = sim.Vec{X: 1, Y: -9}, 0.25
	l, err := newLaw(world.Model(free{}), scene)
	if err != nil {
		t.Fatal(err)
	}
	keep := math.Pow(0.25, 1./20)
	before := sim.BodyState{VX: 2, VY: 3, Omega: 4}
	after := sim.BodyState{VX: 2*keep + 1./20, VY: 3*keep - 9./20, Omega: 4 * keep}
	if p := l.push(&before, &after); !(p.speed < 1e-12) || !(p.spin < 1e-12) {
		t.Errorf("free flight is a push of %+v", p)
	}
	after.VX, after.VY, after.Omega = after.VX+0.3, after.VY-0.4, after.Omega-0.7
	if p := l.push(&before, &after); !scalar.EqualWithinAbs(p.speed, 0.5, 1e-12) || !scalar.EqualWithinAbs(p.spin, 0.7, 1e-12) {
		t.Errorf("a push of %+v", p)
	}
	for p, felt := range map[push]bool{{speed: 0.9e-5}: false, {speed: 1.1e-5}: true, {spin: 0.9e-4}: false, {spin: 1.1e-4}: true} {
		if p.felt(0.1) != felt {
			t.Errorf("%+v is felt: %v", p, !felt)
		}
	}
	s := scales{share: 0.1, least: 0.02}
	if v, omega := s.doubt(push{speed: 1, spin: 2}, 0.5); !scalar.EqualWithinAbs(v, 0.22*0.22, 1e-12) || !scalar.EqualWithinAbs(omega, 0.22*0.22*4, 1e-12) {
		t.Errorf("doubts %v and %v", v, omega)
	}
	if v, omega := s.doubt(push{}, 0.5); v != 0 || omega != 0 {
		t.Errorf("of no push %v and %v", v, omega)
	}
}

// free is a model in which nothing happens.
type free struct{ fails }

func (free) Predictor([]*sim.Scene) (world.Predictor, error) { return nothing{}, nil }

type nothing struct{}

func (nothing) Step(sim.State, sim.Action) error { return nil }

// TestClustersAreOfWhatHasToDoWithEachOther: by joints, by fields, and by coming near, over others; what is driven ties nothing.
func TestClustersAreOfWhatHasToDoWithEachOther(t *testing.T) {
	t.Parallel()
	scene := discsApart(6)
	scene.Bodies[3].Kind = sim.Kinematic
	scene.Joints = []sim.Joint{{Kind: sim.Pin, A: 1, B: 0}, {Kind: sim.Pin, A: 4, B: sim.World}, {Kind: sim.Pin, A: 2, B: 3}}
	scene.Fields = []sim.Field{{A: 5, B: 1}}
	l, err := newLaw(free{}, scene)
	if err != nil {
		t.Fatal(err)
	}
	check := func(what string, got []int, want ...int) {
		t.Helper()
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("%s: clusters %v, want %v", what, got, want)
				return
			}
		}
	}
	apart, met := scene.Start(), scene.Start()
	met[4].X, met[4].Y = met[2].X, 0.21
	check("apart", l.clusters([]sim.State{apart}, 0.02), 0, 0, 2, 3, 4, 0)
	check("met once", l.clusters([]sim.State{apart, met, apart}, 0.02), 0, 0, 2, 3, 2, 0)
	check("not quite", l.clusters([]sim.State{met}, 0.005), 0, 0, 2, 3, 4, 0)
	for i, want := range []bool{true, true, true, true, true, true} {
		if tied(scene, i) != want {
			t.Errorf("body %d is tied: %v", i, !want)
		}
	}
	scene.Joints, scene.Fields, scene.Actuators = nil, nil, []sim.Actuator{{Body: 2}}
	if tied(scene, 1) || !tied(scene, 2) {
		t.Error("what actuators drive is not told from the rest")
	}
}

// TestEventsOfTwoFramesAreOne, with the greater score and a cause if there is one.
func TestEventsOfTwoFramesAreOne(t *testing.T) {
	t.Parallel()
	j := &judge{tracks: []int{2, 0, 1}}
	for range 20 {
		j.scores = append(j.scores, make([]float64, 3))
	}
	none := func(frame int, cause Cause) finding { return finding{frame: frame, other: None, cause: cause} }
	j.note(none(5, Unknown), 0, 8)
	j.note(finding{frame: 7, bodies: []int{0, 1}, other: 1, cause: Through}, 0, 9)
	j.note(none(7, Jumped), 1, 20)
	j.note(none(9, Gained), 0, 8.5) // four frames after the first, which stands for both
	j.note(none(8, Jumped), 1, 10)
	type event struct {
		frame, body int
		score       float64
		cause       Cause
		other       int
	}
	var got []event
	for _, e := range j.events {
		one := event{e.Frame, e.Body, e.Score, e.Cause, -99}
		if e.Other != nil {
			one.other = *e.Other
		}
		got = append(got, one)
	}
	want := []event{{5, 2, 9, Through, 0}, {7, 0, 20, Jumped, -99}, {9, 2, 8.5, Gained, -99}}
	if len(got) != len(want) {
		t.Fatalf("events %+v, want %+v", got, want)
	}
	for k := range want {
		if got[k] != want[k] {
			t.Errorf("event %d is %+v, want %+v", k, got[k], want[k])
		}
	}
	if j.scores[5][2] != 8 || j.scores[7][2] != 9 || j.scores[7][0] != 20 || j.scores[8][0] != 10 {
		t.Errorf("scores %v", j.scores[5:10])
	}
}

// TestRulesHoldForTheirFrames.
func TestRulesHoldForTheirFrames(t *testing.T) {
	t.Parallel()
	passes := rule{body: 0, other: 1, from: 10, to: 14}
	leaves := rule{body: 0, other: wall(0), from: 12, to: 30}
	heavy := rule{body: 1, other: None, times: 2, from: 11, to: 40}
	scene := discsApart(2)
	scene.Walls = []sim.Shape{sim.NewShape(sim.Circle, 0.1, sim.Surface{}, sim.Vec{Y: 5})}
	traj := &sim.Trajectory{Scene: scene}
	for range 50 {
		traj.States = append(traj.States, scene.Start())
	}
	j, err := newJudge(free{}, traj, defaultScales())
	if err != nil {
		t.Fatal(err)
	}
	j.rules = []rule{passes, leaves, heavy}
	for frame, want := range map[int]int{9: 0, 10: 1, 12: 2, 13: 2, 14: 1, 29: 1, 30: 0} {
		if got := len(j.passing(frame)); got != want {
			t.Errorf("at frame %d %d rules hold, want %d", frame, got, want)
		}
	}
	for frame, want := range map[int]int{0: 14, 13: 14, 14: 50, 45: 50} { // who left through a wall does not meet it again
		if got := j.end(frame); got != want {
			t.Errorf("a stretch from %d ends at %d, want %d", frame, got, want)
		}
	}
	for frame, want := range map[int]int{4: 0, 5: 1, 11: 1, 39: 1, 40: 0} { // windows reach six frames beyond their frame
		got, err := j.rest(frame)
		if err != nil || len(got) != want {
			t.Errorf("at frame %d %d other masses may be, want %d, %v", frame, len(got), want, err)
		}
	}
}

// TestMeasurementsAreAsWideAsTheirScale, places and turns alike, and never exact.
func TestMeasurementsAreAsWideAsTheirScale(t *testing.T) {
	t.Parallel()
	scene := discsApart(1)
	seen := &sim.Observation{Sights: [][]sim.Sight{{{Seen: true, Turned: true, Std: 0.01, StdTurn: 0.02}}, {{Seen: true, Turned: true}}}}
	s := defaultScales()
	s.noise = 3
	j, err := newJudge(free{}, &sim.Trajectory{Scene: scene, States: []sim.State{scene.Start(), scene.Start()}, Seen: seen}, s)
	if err != nil {
		t.Fatal(err)
	}
	if got := j.sights[0][0]; !scalar.EqualWithinAbs(got.Std, 0.03, 1e-12) || !scalar.EqualWithinAbs(got.StdTurn, 0.06, 1e-12) {
		t.Errorf("deviations %v and %v", got.Std, got.StdTurn)
	}
	if got := j.sights[1][0]; got.Std != leastStd || got.StdTurn != leastStd {
		t.Errorf("of what is said to be exact: %v and %v", got.Std, got.StdTurn)
	}
	if seen.Sights[0][0].Std != 0.01 {
		t.Error("what was seen has changed")
	}
	if !scalar.EqualWithinAbs(j.base.pitch, 0.3*0.03, 1e-12) || !scalar.EqualWithinAbs(j.base.twist, 0.3*0.06, 1e-12) {
		t.Errorf("starts are moved by %v m and %v rad", j.base.pitch, j.base.twist)
	}
}

// TestQuantilesNeedTwentyValues.
func TestQuantilesNeedTwentyValues(t *testing.T) {
	t.Parallel()
	var x []float64
	for k := range 101 {
		x = append(x, float64(100-k))
	}
	for share, want := range map[float64]float64{0: 0, 0.5: 50, 0.75: 75, 1: 100} {
		if got := quantile(append([]float64(nil), x...), share); got != want {
			t.Errorf("quantile %v is %v, want %v", share, got, want)
		}
	}
	if got := quantile(x[:19], 0.5); got != 0 {
		t.Errorf("of nineteen %v", got)
	}
	if got := quantile(x[:20], 0.5); got != 90 {
		t.Errorf("of twenty %v", got)
	}
	for want, of := range map[float64][]float64{0: nil, 3: {3}, 4: {9, 1, 4}} {
		if got := second(of); got != want {
			t.Errorf("the second of %v is %v", of, got)
		}
	}
}
