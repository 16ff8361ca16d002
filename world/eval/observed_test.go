package eval

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/world"
)

// seenFlight returns a disc that flies at 1 m/s along x and turns at 2 rad/s for 31 frames, seen with 1 mm of
// noise, 10 mrad of angles, up to a third of a frame after each frame, but not in every ninth frame.
func seenFlight(k int, noise float64, angles bool) *sim.Trajectory {
	rng := sim.NewRand(3, "test seen flight", k)
	scene := sim.DefaultScene()
	scene.FPS = 30
	b := sim.NewDisc(0.1, 10, sim.Surface{})
	b.Start = sim.BodyState{VX: 1, Omega: 2}
	scene.Bodies = []sim.Body{b}
	t := &sim.Trajectory{Scene: &scene, Seen: &sim.Observation{}}
	dt := scene.FrameTime()
	for frame := range 31 {
		time := float64(frame) * dt
		is := sim.BodyState{X: time, Angle: 2 * time, VX: 1, Omega: 2}
		after := dt / 3 * rng.Float64()
		s := sim.Sight{
			X: is.X + after + noise*rng.NormFloat64(), Y: noise * rng.NormFloat64(), Angle: is.Angle + 2*after + 10*noise*rng.NormFloat64(),
			Seen: frame%9 != 4, After: after, Std: noise, StdTurn: 10 * noise,
		}
		s.Turned = s.Seen && angles
		t.States = append(t.States, sim.State{is})
		t.Seen.Sights = append(t.Seen.Sights, []sim.Sight{s})
		t.Seen.Std = append(t.Seen.Std, sim.State{{X: noise / 3, Y: noise / 3, VX: noise, VY: noise, Omega: 10 * noise}})
	}
	return t
}

// honest predicts a straight flight to the side of which it is off by some metres, and expects errors of sigma.
type honest struct{ off, sigma float64 }

func (honest) Kind() string    { return "honest" }
func (honest) Parameters() int { return 0 }
func (m honest) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	return &honestly{honest: m, scenes: scenes}, nil
}

type honestly struct {
	honest
	scenes []*sim.Scene
	frames int
}

func (p *honestly) Step(state sim.State, _ sim.Action) error {
	for i := range state {
		state[i] = moved(state[i], p.scenes[0].FrameTime())
		if p.frames == 0 {
			state[i].Y += p.off
		}
	}
	p.frames++
	return nil
}

func (p *honestly) Spread(dst []float64) []float64 {
	dst = dst[:0]
	for range p.scenes {
		dst = append(dst, p.sigma)
	}
	return dst
}

// observe evaluates a model on flights that were seen.
func observe(t *testing.T, model world.Model, angles bool) *Result {
	t.Helper()
	var data []*sim.Trajectory
	for k := range 400 {
		data = append(data, seenFlight(k, 1e-3, angles))
	}
	cfg := DefaultConfig()
	cfg.HorizonsS, cfg.Bootstrap, cfg.Workers = []float64{0.1, 0.5, 0.8}, 20, 2
	r, err := Run(t.Context(), data, []Entry{{Name: "model", Model: model}}, nil, cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestObservedMotionIsJudgedByWhatWasSeen: by measurements at their times, beside their noise, without an engine.
func TestObservedMotionIsJudgedByWhatWasSeen(t *testing.T) {
	t.Parallel()
	r := observe(t, honest{0.01, 0}, true)
	if names := func() (out []string) {
		for _, row := range r.Rows {
			out = append(out, row.Name)
		}
		return out
	}(); !slices.Equal(names, []string{Still, Ballistic, "model", Measured}) || !r.Observed() || r.Ladder != nil {
		t.Fatalf("rows %v", names)
	}
	rayleigh := 1e-3 * math.Sqrt(math.Pi/2)
	for h := range r.HorizonsS {
		for name, want := range map[string]float64{Measured: rayleigh, Ballistic: rayleigh, "model": 0.01 + 0.05e-3} {
			if got := r.Row(name).Position.Mean[h]; !scalar.EqualWithinAbs(got, want, 1e-4+0.01*want) {
				t.Errorf("%s at %g s is %.5f m off, want %.5f", name, r.HorizonsS[h], got, want)
			}
		}
		if got, want := r.Row(Measured).Angle.Mean[h], 0.01*math.Sqrt(2/math.Pi); !scalar.EqualWithinRel(got, want, 0.1) {
			t.Errorf("angles are measured to %.5f rad, want %.5f", got, want)
		}
	}
	var text bytes.Buffer
	if err := r.WriteJSON(&text); err != nil {
		t.Fatal(err)
	}
	again, err := ReadResult(&text)
	if err != nil || !again.Observed() || !slices.Equal(again.Row("model").Position.Mean, r.Row("model").Position.Mean) {
		t.Errorf("%v: what was read is %+v", err, again)
	}
}

// TestHorizonsWithoutASightAreLeftOut: nothing was seen in frame 4, 13 and 22.
func TestHorizonsWithoutASightAreLeftOut(t *testing.T) {
	t.Parallel()
	data := []*sim.Trajectory{seenFlight(0, 1e-3, true), seenFlight(1, 1e-3, true)}
	cfg := DefaultConfig()
	cfg.HorizonsS, cfg.Bootstrap = []float64{4.0 / 30, 0.5}, 20
	r, err := Run(t.Context(), data, nil, nil, cfg, nil)
	if err != nil || !slices.Equal(r.HorizonsS, []float64{0.5}) {
		t.Errorf("%v: horizons %v", err, r)
	}
	cfg.HorizonsS = cfg.HorizonsS[:1]
	if _, err := Run(t.Context(), data, nil, nil, cfg, nil); err == nil || !strings.Contains(err.Error(), "no body was seen in any episode") {
		t.Errorf("got %v", err)
	}
	data[1].Seen = nil
	if err := Check(data, nil, cfg); err == nil || !strings.Contains(err.Error(), "episode 1: only some of the episodes are estimates") {
		t.Errorf("got %v", err)
	}
}

// TestAnglesThatWereNotMeasuredAreNotJudged: no row has any.
func TestAnglesThatWereNotMeasuredAreNotJudged(t *testing.T) {
	t.Parallel()
	r := observe(t, honest{}, false)
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range r.Rows {
		if len(row.Angle.Mean) > 0 {
			t.Errorf("%s: angles are %v off", row.Name, row.Angle.Mean)
		}
	}
	if err := new(Result).UnmarshalJSON(text); err != nil {
		t.Error(err)
	}
}

// TestRegionsHoldWhatWasMeasured once they are widened by its noise: of a model that is right, and of one
// that is off by as much as it expects.
func TestRegionsHoldWhatWasMeasured(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	for _, m := range []honest{{0, 1e-9}, {0, 1e-3}} {
		c := observe(t, m, true).Row("model").Calibration
		for h := range c.Coverage {
			for l, level := range c.Levels {
				want := level
				if m.sigma == 1e-3 { // errors that are not there: ellipses of √2 times the noise
					want = 1 - math.Pow(1-level, 2)
				}
				if !scalar.EqualWithinAbs(c.Coverage[h][l], want, 0.07) {
					t.Errorf("%+v: %.3f of what was measured is in the regions for %v, want %.3f", m, c.Coverage[h][l], level, want)
				}
			}
		}
	}
}

// TestPosesBetweenFrames: on a parabola, on both sides of an impact, and beyond the ends.
func TestPosesBetweenFrames(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.FPS, scene.Gravity = 10, sim.Vec{Y: -4}
	fall := func(t float64) sim.BodyState {
		return sim.BodyState{X: t, Y: 3*t - 2*t*t, Angle: t * t, VX: 1, VY: 3 - 4*t, Omega: 2 * t}
	}
	bounce := func(t float64) sim.BodyState { // off a wall at x = 0.43, with less speed
		if t < 0.43 {
			return sim.BodyState{X: t, VX: 1}
		}
		return sim.BodyState{X: 0.43 - 0.5*(t-0.43), VX: -0.5}
	}
	for name, path := range map[string]func(float64) sim.BodyState{"fall": fall, "bounce": bounce} {
		var states []sim.State
		for k := range 8 {
			states = append(states, sim.State{path(float64(k) / 10)})
		}
		for _, c := range []struct {
			k     int
			after float64
		}{{4, 0}, {4, 0.02}, {4, 0.06}, {5, -0.02}, {5, -0.08}, {3, 0.05}, {2, -0.05}} {
			got, want := at(&scene, states, c.k, 0, c.after), path(float64(c.k)/10+c.after)
			if !scalar.EqualWithinAbs(got.X, want.X, 1e-12) || !scalar.EqualWithinAbs(got.Y, want.Y, 1e-12) || !scalar.EqualWithinAbs(got.Angle, want.Angle, 1e-12) {
				t.Errorf("%s, %v s after frame %d: at %+v, want %+v", name, c.after, c.k, got, want)
			}
		}
		first, last := at(&scene, states, 0, 0, -0.03), at(&scene, states, 7, 0, 0.03)
		if !scalar.EqualWithinAbs(first.X, -0.03, 1e-12) || !scalar.EqualWithinAbs(last.X, states[7][0].X+0.03*states[7][0].VX, 1e-12) {
			t.Errorf("%s: beyond the ends at %v and %v", name, first, last)
		}
	}
}

// TestImpactsAreAsSureAsTheirEstimates: a change within the noise is none, and the floor is the mean length of
// an error with the deviations.
func TestImpactsAreAsSureAsTheirEstimates(t *testing.T) {
	t.Parallel()
	bounce := func(doubt float64) *sim.Trajectory {
		scene := sim.DefaultScene()
		scene.FPS = 30
		scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0, sim.Surface{}, sim.Vec{X: 0.12, Y: -9}, sim.Vec{X: 0.12, Y: 9})}
		scene.Bodies = []sim.Body{sim.NewDisc(0.1, 10, sim.Surface{})}
		t := &sim.Trajectory{Scene: &scene, Seen: &sim.Observation{}}
		for _, s := range []sim.BodyState{{X: 0, VX: 1}, {X: 0.01, VX: -0.5}, {X: -0.01, VX: -0.5}, {X: -0.03, VX: -0.5}} {
			t.States = append(t.States, sim.State{s})
			t.Seen.Sights = append(t.Seen.Sights, []sim.Sight{{X: s.X, Seen: true}})
			t.Seen.Std = append(t.Seen.Std, sim.State{{VX: doubt, VY: doubt, Omega: 10 * doubt}})
		}
		return t
	}
	cfg := DefaultConfig()
	cfg.HorizonsS, cfg.Bootstrap = []float64{0.1}, 20
	for _, c := range []struct {
		doubt float64
		count int
	}{{0.01, 1}, {0.4, 0}} {
		r, err := Run(t.Context(), []*sim.Trajectory{bounce(c.doubt)}, nil, nil, cfg, nil)
		if err != nil {
			t.Fatal(err)
		}
		impact := r.Row(Measured).Impact
		if c.count == 0 {
			if impact != nil {
				t.Errorf("a doubt of %v m/s: %+v", c.doubt, impact)
			}
			continue
		}
		if impact == nil || impact.Count != c.count || !scalar.EqualWithinRel(float64(impact.VelocityM), c.doubt*math.Sqrt(math.Pi/2), 1e-9) ||
			!scalar.EqualWithinRel(float64(impact.SpinRad), 10*c.doubt*math.Sqrt(2/math.Pi), 1e-9) {
			t.Errorf("a doubt of %v m/s: %+v", c.doubt, impact)
		}
		if still := r.Row(Still).Impact; !scalar.EqualWithinRel(float64(still.VelocityM), 1.5, 1e-9) {
			t.Errorf("still: %+v", still)
		}
	}
}

// TestChangesWithinFourDeviationsAreDoubtful, those of both ends of a frame together.
func TestChangesWithinFourDeviationsAreDoubtful(t *testing.T) {
	t.Parallel()
	std := []sim.State{{{VX: 0.03, VY: 0.04}}, {{VX: 0.12, X: 9}}, {{VY: 1}}}
	of := &sim.Trajectory{Seen: &sim.Observation{Std: std}}
	if got := doubtful(of, 0, 0); !scalar.EqualWithinAbs(got, 4*0.13, 1e-12) {
		t.Errorf("%v m/s, want %v", got, 4*0.13)
	}
	if got := doubtful(&sim.Trajectory{}, 0, 0); got != 0 {
		t.Errorf("%v m/s of states that are known", got)
	}
}
