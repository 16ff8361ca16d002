package eval_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/world"
	"orrery/world/eval"
	"orrery/world/flight"
)

// shifted is right about gliding, but off by a vector from the first frame on.
func shifted(by sim.Vec) world.Model {
	return stepModel(func(scene *sim.Scene, state sim.State, frame int) error {
		if err := glide(scene, state, frame); err != nil || frame > 1 {
			return err
		}
		for i := range state {
			state[i].X += by.X
			state[i].Y += by.Y
		}
		return nil
	})
}

// Positions run from -1 to 3 and velocities from 0 to 2, so 0.2 m along one axis is
// 0.1 of the scaled position, in one of four numbers.
func TestScaledErrorIsTheSquareInUnitsOfHalfTheRange(t *testing.T) {
	t.Parallel()
	scene := discs(sim.BodyState{X: -1, VX: 2}, sim.BodyState{Y: 3})
	scene.FPS = 10
	cfg := quick()
	cfg.HorizonsS = []float64{0.1, 1, 2}
	r := evaluate(t, []*sim.Trajectory{run(t, scene, 21)}, []eval.Entry{{Name: "off", Model: shifted(sim.Vec{X: 0.2})}}, nil, cfg)
	for k, got := range r.Row("off").ScaledMSE {
		near(t, fmt.Sprint("scaled error ", k), float64(got), 0.1*0.1/4, 1e-12)
	}
	cfg.HorizonsS = []float64{0.1, 1}
	r = evaluate(t, []*sim.Trajectory{run(t, scene, 21)}, nil, nil, cfg)
	if late := r.Row("still").ScaledMSE[2]; late.Measured() {
		t.Errorf("the error after 20 frames of 10 is %v", late)
	}
	lost := stepModel(func(*sim.Scene, sim.State, int) error { return errors.New("lost") })
	r = evaluate(t, []*sim.Trajectory{run(t, scene, 21)}, []eval.Entry{{Name: "lost", Model: lost}}, nil, cfg)
	near(t, "scaled error of a failure", float64(r.Row("lost").ScaledMSE[0]), 4, 0)
}

// One disc lies on the floor and one flies; only what the model does to the first
// is drift. It sinks by 2 mm/s.
func TestRestDriftIsTheSpeedOfWhatTrulyRests(t *testing.T) {
	t.Parallel()
	scene := box(discs(sim.BodyState{Y: -0.9}, sim.BodyState{X: 0.5, VX: 0.1}), 1)
	sink := stepModel(func(scene *sim.Scene, state sim.State, _ int) error {
		state[0].Y -= 0.002 * scene.FrameTime()
		state[1].X += 5 * scene.FrameTime()
		return nil
	})
	r := evaluate(t, []*sim.Trajectory{run(t, scene, 61)}, []eval.Entry{{Name: "sink", Model: sink}}, nil, quick())
	near(t, "resting share", float64(r.Resting), 0.5, 0)
	near(t, "true drift", float64(r.TrueStack.RestDrift), 0, 1e-12)
	near(t, "drift", float64(r.Row("sink").Stack.RestDrift), 0.002, 1e-9)
	near(t, "overlap", float64(r.Row("still").Stack.PenetrationM), 0, 1e-9)
	near(t, "overlap after sinking", float64(r.Row("ballistic").Stack.PenetrationM), 0, 1e-9)

	alone := evaluate(t, []*sim.Trajectory{run(t, box(discs(sim.BodyState{Y: -0.9}), 1), 61)}, []eval.Entry{{Name: "sink", Model: sinkOnly}}, nil, quick())
	near(t, "overlap of what sinks alone", float64(alone.Row("sink").Stack.PenetrationM), 0.002, 1e-9)
	near(t, "deepest of what sinks alone", float64(alone.Row("sink").Stack.PenetrationMaxM), 0.002, 1e-9)
}

var sinkOnly = stepModel(func(scene *sim.Scene, state sim.State, _ int) error {
	state[0].Y -= 0.002 * scene.FrameTime()
	return nil
})

// Discs that fly, lie and slide all the time, and one that hits a wall once.
func TestOneStepErrorsAreToldApartByMotion(t *testing.T) {
	t.Parallel()
	bodies := map[string]struct {
		scene *sim.Scene
		want  map[string]float64 // share of 60 frames
	}{
		"flying":  {discs(sim.BodyState{VX: 1}), map[string]float64{"free flight": 1}},
		"lying":   {box(discs(sim.BodyState{Y: -0.9}), 1), map[string]float64{"resting": 1}},
		"sliding": {box(discs(sim.BodyState{X: -0.5, Y: -0.9, VX: 0.5}), 1), map[string]float64{"sliding": 1}},
		"hitting": {box(discs(sim.BodyState{X: 0.65, VX: 1}), 1), map[string]float64{"bounce": 1.0 / 60, "free flight": 59.0 / 60}},
	}
	for name, c := range bodies {
		r := evaluate(t, []*sim.Trajectory{run(t, c.scene, 61)}, nil, nil, quick())
		for _, s := range r.Row("ballistic").Motions {
			near(t, name+": share of "+s.Motion, float64(s.Share), c.want[s.Motion], 1e-9)
		}
	}
	r := evaluate(t, []*sim.Trajectory{run(t, bodies["hitting"].scene, 61)}, nil, nil, quick())
	for _, s := range r.Row("ballistic").Motions {
		switch s.Motion {
		case "bounce":
			near(t, "velocity error of a missed bounce", float64(s.VelocityM), 2, 1e-9)
		case "free flight":
			near(t, "velocity error in free flight", float64(s.VelocityM), 0, 1e-9)
		}
	}
	if engine := evaluate(t, trueEpisodes(t, "mixed", 1, 31), nil, truth, quick()).Row("truth+1mm"); engine.Motions != nil {
		t.Errorf("the engine has motions %v", engine.Motions)
	}
}

// A frame of many steps may hold a whole bounce, at whose end the disc is clear of
// the wall.
func TestABounceWithinAFrameIsABounce(t *testing.T) {
	t.Parallel()
	scene := box(discs(sim.BodyState{X: 0.55, VX: 1}), 1)
	scene.FPS, scene.Substeps = 10, 100
	cfg := quick()
	r := evaluate(t, []*sim.Trajectory{run(t, scene, 11)}, nil, nil, cfg)
	near(t, "share of bounces", float64(r.Row("still").Motions[3].Share), 0.1, 1e-9)
}

// gaussian is a model that is off from the truth by a normal error of a size it
// knows up to a factor.
type gaussian struct {
	sigma, factor float64
	broken        bool
}

func (gaussian) Kind() string    { return "gaussian" }
func (gaussian) Parameters() int { return 0 }

func (m gaussian) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	inner, err := stepModel(glide).Predictor(scenes)
	return &gaussianPredictor{m, inner, nil, 0}, err
}

type gaussianPredictor struct {
	gaussian
	glide  world.Predictor
	truth  sim.State
	frames int
}

func (p *gaussianPredictor) Step(state sim.State, actions sim.Action) error {
	if p.truth == nil {
		p.truth = append(p.truth, state...)
	}
	if err := p.glide.Step(p.truth, actions); err != nil {
		return err
	}
	p.frames++
	for i := range state {
		rng := sim.NewRand(uint64(1e6*p.truth[i].VY), "test error", p.frames)
		state[i] = p.truth[i]
		state[i].X += p.sigma * rng.NormFloat64()
		state[i].Y += p.sigma * rng.NormFloat64()
	}
	return nil
}

func (p *gaussianPredictor) Spread(dst []float64) []float64 {
	dst = dst[:0]
	for range p.truth {
		dst = append(dst, p.sigma*p.factor)
	}
	if p.broken {
		dst[0] = math.NaN()
	}
	return dst
}

// What is off by a normal error of the size it says must lie in every disc as often
// as that should hold it; what says half the size lies there less often, by Rayleigh's law.
func TestCalibrationOfAKnownError(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	var episodes []*sim.Trajectory
	for i := range 40 {
		var starts []sim.BodyState
		for k := range 25 {
			starts = append(starts, sim.BodyState{X: float64(k), VX: 0.1, VY: 0.001 * float64(25*i+k+1)})
		}
		episodes = append(episodes, run(t, discs(starts...), 31))
	}
	entries := []eval.Entry{
		{Name: "honest", Model: gaussian{0.02, 1, false}}, {Name: "boastful", Model: gaussian{0.02, 0.5, false}},
		{Name: "broken", Model: gaussian{0.02, 1, true}},
	}
	r := evaluate(t, episodes, entries, nil, quick())
	for h := range r.HorizonsS {
		honest, boastful := r.Row("honest").Calibration, r.Row("boastful").Calibration
		for k, level := range []float64{0.5, 0.68, 0.9, 0.95} {
			near(t, "honest coverage", honest.Coverage[h][k], level, 4*math.Sqrt(level*(1-level)/1000))
			radius := 0.5 * math.Sqrt(-2*math.Log(1-level))
			near(t, "boastful coverage", boastful.Coverage[h][k], 1-math.Exp(-radius*radius/2), 0.06)
		}
		near(t, "σ", float64(honest.SigmaM[h]), 0.02, 1e-12)
		near(t, "stretch", float64(honest.Stretch[h]), 1, 0)
		near(t, "radius", float64(honest.RadiusM[h][2]), 0.02*math.Sqrt(2*math.Ln10), 1e-9)
		near(t, "error", float64(honest.ErrorM[h]), 0.02*math.Sqrt(math.Pi/2), 0.0015)
		near(t, "coverage of a broken model", r.Row("broken").Calibration.Coverage[h][3], 0, 0)
	}
	if f := r.Row("broken").Failures; len(f) != 40 || !strings.Contains(f[0].Reason, "body 0: spread NaN m must be finite") {
		t.Errorf("failures %v", f)
	}
	if c := r.Row("ballistic").Calibration; c != nil {
		t.Errorf("a model without uncertainty has calibration %v", c)
	}
}

// driven is a model that pushes bodies as their force actuators ask, by hand.
type driven struct{}

func (driven) Kind() string    { return "driven" }
func (driven) Parameters() int { return 0 }
func (driven) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	return &driving{scenes}, nil
}

type driving struct{ scenes []*sim.Scene }

func (p *driving) Step(state sim.State, actions sim.Action) error {
	for _, scene := range p.scenes {
		n, a := len(scene.Bodies), len(scene.Actuators)
		for i, actuator := range scene.Actuators {
			b := &state[actuator.Body]
			push := actuator.Axis.Scale(actions[i] * scene.FrameTime() * scene.Bodies[actuator.Body].InvMass())
			b.VX += push.X
			b.VY += push.Y
		}
		for i := range n {
			b := &state[i]
			b.X, b.Y = b.X+b.VX*scene.FrameTime(), b.Y+b.VY*scene.FrameTime()
		}
		state, actions = state[n:], actions[a:]
	}
	return nil
}

// Models follow what was done in each episode, in rollouts and frame by frame, and
// so does the engine of the ladder. Episodes without actuators take no part.
func TestModelsFollowRecordedActions(t *testing.T) {
	t.Parallel()
	pushed := discs(sim.BodyState{X: 1}, sim.BodyState{X: 5})
	pushed.Actuators = []sim.Actuator{
		{Kind: sim.Force, Body: 0, Against: sim.World, Low: -1, High: 1, Axis: sim.Vec{X: 1}},
		{Kind: sim.Force, Body: 1, Against: sim.World, Low: -1, High: 1, Axis: sim.Vec{Y: 1}},
	}
	wave := func(frame int, _ sim.State) sim.Action {
		return sim.Action{math.Sin(float64(frame) / 9), math.Cos(float64(frame) / 5)}
	}
	acted, err := truth(t.Context(), pushed, nil, 31, wave)
	if err != nil {
		t.Fatal(err)
	}
	free := run(t, discs(sim.BodyState{VX: 1}), 31)
	resting := &sim.Trajectory{Scene: pushed, States: run(t, pushed, 31).States}
	r := evaluate(t, []*sim.Trajectory{acted, free, acted, resting}, []eval.Entry{{Name: "driven", Model: driven{}}}, truth, quick())

	// The engine moves before it pushes: a frame of velocity behind.
	row := r.Row("driven")
	if moved := r.Row("still").Position.Mean[1]; !(moved >= 0.05) {
		t.Fatalf("the pushed discs moved by %v m only", moved)
	}
	near(t, "error of who follows", row.Position.Mean[1], 0, 0.02)
	if !(row.Position.Mean[1] <= r.Row("still").Position.Mean[1]/5) {
		t.Errorf("who follows is off by %v m, who does not by %v m", row.Position.Mean[1], r.Row("still").Position.Mean[1])
	}
	if flying := row.Motions[0]; !(float64(flying.VelocityM) <= 1e-9) {
		t.Errorf("one-step velocities are off by %v m/s", flying.VelocityM)
	}
	near(t, "the ladder's engine at the start", r.Row("truth+1mm").Curve.Mean[30], 0.001, 1e-4)
}

// Ten frames a second of a hundred steps each, without walls, as in the data of
// points under forces.
func TestOtherRatesAndScenesWithoutWalls(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	scene := discs(sim.BodyState{VX: 1}, sim.BodyState{X: 3, Y: 1, VX: -0.5})
	scene.FPS, scene.Substeps = 10, 100
	cfg := quick()
	cfg.HorizonsS = []float64{0.1, 1, 2, 5}
	r := evaluate(t, []*sim.Trajectory{run(t, scene, 51)}, nil, truth, cfg)
	if len(r.HorizonsS) != 4 || len(r.TimesS) != 51 {
		t.Fatalf("horizons %v, %d frames", r.HorizonsS, len(r.TimesS))
	}
	near(t, "still at 5 s", r.Row("still").Position.Mean[3], (5+2.5)/2, 1e-9)
	near(t, "ballistic at 2 s", r.Row("ballistic").Position.Mean[2], 0, 1e-9)
}

func TestEnduranceCountsWhatBreaksAndWhatIsLost(t *testing.T) {
	t.Parallel()
	var scenes []*sim.Scene
	for i := range 20 {
		scene := box(discs(sim.BodyState{X: 0.8 + 1e-9, VX: 0.3}), 1)
		scene.Name = fmt.Sprint("scene", i)
		scenes = append(scenes, scene)
	}
	// Nothing moves in most scenes. In one the disc leaves through a wall, in one through
	// a corner; in one a velocity is infinite, and in one the model gives up.
	model := stepModel(func(scene *sim.Scene, state sim.State, frame int) error {
		switch scene.Name {
		case "scene3":
			return glide(scene, state, frame)
		case "scene7":
			state[0].X, state[0].Y = 0.021*float64(frame), 0.021*float64(frame)
		case "scene11":
			if frame == 90 {
				state[0].VY = math.Inf(1)
			}
		case "scene19":
			if frame == 5 {
				return errors.New("tired")
			}
		}
		return nil
	})
	for _, workers := range []int{1, 3} {
		last := 0
		e, err := eval.Endure(t.Context(), model, nil, scenes, 200, workers, func(done, total int) { last = done })
		if err != nil {
			t.Fatal(err)
		}
		if e.Lost != 2 || e.NotFinite != 2 || e.Episodes != 20 || e.Frames != 200 || last != 20*199 {
			t.Errorf("%d workers: %+v, progress %d", workers, e, last)
		}
		want := []eval.Failure{
			{Episode: 3, Scene: "scene3", Frame: 40, Reason: "body 0 went through a wall"}, // 0.2 m at 5 mm a frame
			{Episode: 7, Scene: "scene7", Frame: 48, Reason: "body 0 went through a wall"},
			{Episode: 11, Scene: "scene11", Frame: 90, Reason: "body 0: vy +Inf must be finite"},
			{Episode: 19, Scene: "scene19", Frame: 5, Reason: "tired"},
		}
		if !slices.Equal(e.Failures, want) {
			t.Errorf("failures %+v, want %+v", e.Failures, want)
		}
	}
	if _, err := eval.Endure(t.Context(), refuser{}, nil, scenes, 5, 1, nil); err == nil || !strings.Contains(err.Error(), "too small") {
		t.Errorf("error %v", err)
	}
	if _, err := eval.Endure(t.Context(), flight.Still(), nil, scenes, 1, 1, nil); err == nil {
		t.Error("one frame is no error")
	}
}
