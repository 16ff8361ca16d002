package spread_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/world"
	"orrery/world/flight"
	"orrery/world/region"
	"orrery/world/spread"
	"orrery/world/spread/lbfgs"
)

// jittery is a model of bodies in free flight that gets their velocities wrong by a
// random amount in each frame.
type jittery struct {
	sigma float64 // m/s along either axis
	rng   *rand.Rand
}

func (jittery) Kind() string    { return "jittery" }
func (jittery) Parameters() int { return 0 }

func (m jittery) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	inner, err := flight.Ballistic().Predictor(scenes)
	return jitter{inner, m}, err
}

type jitter struct {
	world.Predictor
	model jittery
}

func (p jitter) Step(state sim.State, actions sim.Action) error {
	if err := p.Predictor.Step(state, actions); err != nil {
		return err
	}
	for i := range state {
		state[i].VX += p.model.sigma * p.model.rng.NormFloat64()
		state[i].VY += p.model.sigma * p.model.rng.NormFloat64()
	}
	return nil
}

// flights returns trajectories of bodies that never meet.
func flights(n int) []*sim.Trajectory {
	rng := sim.NewRand(1, "spread flights", n)
	var list []*sim.Trajectory
	for range n {
		scene := sim.DefaultScene()
		for i := range 4 {
			b := sim.NewDisc(0.1, 10, sim.Surface{})
			b.Start = sim.BodyState{X: 100 * float64(i), VX: rng.NormFloat64(), VY: rng.NormFloat64()}
			scene.Bodies = append(scene.Bodies, b)
		}
		out, err := world.Rollout(flight.Ballistic(), []*sim.Scene{&scene}, []sim.State{scene.Start()}, nil, 61, 1)
		if err != nil {
			panic(err)
		}
		list = append(list, out...)
	}
	return list
}

// spreads returns σ of all bodies after each of some frames.
func spreads(t *testing.T, model world.Model, frames int, scenes ...*sim.Scene) [][]float64 {
	t.Helper()
	predictor, err := model.Predictor(scenes)
	if err != nil {
		t.Fatal(err)
	}
	var state sim.State
	for _, scene := range scenes {
		state = append(state, scene.Start()...)
	}
	var out [][]float64
	for range frames {
		if err := predictor.Step(state, nil); err != nil {
			t.Fatal(err)
		}
		out = append(out, predictor.(world.Uncertain).Spread(nil))
	}
	return out
}

// TestKnownErrorsAreMeasured: velocities that wander by q in each frame put positions
// off by q·dt·√(Σ k²) after a while.
func TestKnownErrorsAreMeasured(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	const sigma, dt = 0.02, 1.0 / 60
	model := jittery{sigma, sim.NewRand(1, "jitter", 0)}
	law, err := spread.Measure(t.Context(), model, flights(40), flights(60), lbfgs.Minimise)
	if err != nil {
		t.Fatal(err)
	}
	fresh := flights(200)
	for _, frames := range []int{10, 30, 60} {
		var sum, n float64
		within := map[float64]float64{0.25: 0, 0.5: 0, 0.68: 0, 0.9: 0}
		for _, x := range fresh {
			predictor, err := law.Wrap(model).Predictor([]*sim.Scene{x.Scene})
			if err != nil {
				t.Fatal(err)
			}
			state := x.Scene.Start()
			for range frames {
				if err := predictor.Step(state, nil); err != nil {
					t.Fatal(err)
				}
			}
			regions := region.Of(predictor.(world.Uncertain), nil)
			for b, s := range predictor.(world.Uncertain).Spread(nil) {
				sum, n = sum+s*s, n+1
				off := x.States[frames][b].Position().Sub(state[b].Position())
				reached := regions[b].Level(off.X, off.Y)
				for level := range within {
					if reached <= level {
						within[level]++
					}
				}
			}
		}
		k := float64(frames - 1) // what the last frame adds to velocities has not moved anything yet
		want := sigma * dt * math.Sqrt(k*(k+1)*(2*k+1)/6)
		if got := math.Sqrt(sum / n); !(math.Abs(math.Log(got/want)) <= 0.1) {
			t.Errorf("after %d frames σ is %v m, want %v", frames, got, want)
		}
		for level, held := range within {
			if c := held / n; !scalar.EqualWithinAbs(c, level, 0.05) {
				t.Errorf("after %d frames regions that ought to hold %v of the truth hold %v", frames, level, c)
			}
		}
	}
}

func TestMeasureIsDeterministic(t *testing.T) {
	t.Parallel()
	var texts []string
	for range 2 {
		law, err := spread.Measure(t.Context(), jittery{0.02, sim.NewRand(1, "jitter", 0)}, flights(10), flights(3), lbfgs.Minimise)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(law)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	if texts[0] != texts[1] {
		t.Errorf("%s and %s", texts[0], texts[1])
	}
}

// broken is a model whose predictions are not numbers.
type broken struct{ jittery }

func (broken) Predictor([]*sim.Scene) (world.Predictor, error) { return breaking{}, nil }

type breaking struct{}

func (breaking) Step(state sim.State, _ sim.Action) error {
	state[0].X = math.NaN()
	return nil
}

func TestMeasureRefusesAndSurvives(t *testing.T) {
	t.Parallel()
	model := jittery{0.02, sim.NewRand(1, "jitter", 0)}
	if _, err := spread.Measure(t.Context(), model, flights(2), nil, lbfgs.Minimise); err == nil {
		t.Error("nothing held out is no error")
	}
	slow := flights(1)
	slow[0].Scene.FPS = 30
	if _, err := spread.Measure(t.Context(), model, append(flights(1), slow...), flights(1), lbfgs.Minimise); err == nil || !strings.Contains(err.Error(), "30 frames a second") {
		t.Errorf("two frame rates: %v", err)
	}
	if _, err := spread.Measure(t.Context(), broken{}, flights(2), flights(1), lbfgs.Minimise); err != nil {
		t.Errorf("a model that breaks at once: %v", err)
	}
}

// measured returns a law of contacts between discs and walls and the model it is of.
func measured(t *testing.T) (world.Model, *spread.Law) {
	trajectories := simulate(t, 12, 91)
	model := train(t, trajectories)
	law, err := spread.Measure(t.Context(), model, trajectories[2:], trajectories[:2], lbfgs.Minimise)
	if err != nil {
		t.Fatal(err)
	}
	return model, law
}

// TestSpread holds what is promised of σ in scenes with contacts.
func TestSpread(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	model, law := measured(t)
	wrapped := law.Wrap(model)
	trajectory := simulate(t, 1, 2)[0]
	scene := trajectory.Scene

	t.Run("regions hold the truth", func(t *testing.T) {
		var half, most, n float64
		for _, x := range simulate(t, 50, 46)[12:] {
			predictor, err := wrapped.Predictor([]*sim.Scene{x.Scene})
			if err != nil {
				t.Fatal(err)
			}
			state := x.Scene.Start()
			for range 45 {
				if err := predictor.Step(state, nil); err != nil {
					t.Fatal(err)
				}
			}
			for b, r := range region.Of(predictor.(world.Uncertain), nil) {
				off := x.States[45][b].Position().Sub(state[b].Position())
				level := r.Level(off.X, off.Y)
				n++
				if level <= 0.5 {
					half++
				}
				if level <= 0.9 {
					most++
				}
			}
		}
		if !scalar.EqualWithinAbs(half/n, 0.5, 0.2) || !scalar.EqualWithinAbs(most/n, 0.9, 0.16) {
			t.Errorf("regions of 0.5 and 0.9 hold %.2f and %.2f of fresh episodes, of a model that has hardly learned", half/n, most/n)
		}
	})

	t.Run("regions turn with the scene", func(t *testing.T) {
		const angle = 0.7
		var sides [2][]region.Region
		for i, s := range []*sim.Scene{scene, moved(scene, angle, sim.Vec{X: 3})} {
			predictor, err := wrapped.Predictor([]*sim.Scene{s})
			if err != nil {
				t.Fatal(err)
			}
			state := s.Start()
			for range 20 {
				if err := predictor.Step(state, nil); err != nil {
					t.Fatal(err)
				}
			}
			sides[i] = region.Of(predictor.(world.Uncertain), nil)
		}
		for b, r := range sides[0] {
			s := sides[1][b]
			if !scalar.EqualWithinRel(s.Axes[0], r.Axes[0], 0.02) || !scalar.EqualWithinRel(s.Axes[1], r.Axes[1], 0.02) ||
				!(r.Axes[0] <= 1.01*r.Axes[1]) && !scalar.EqualWithinAbs(math.Sin(s.Angle-r.Angle-angle), 0, 0.05) {
				t.Errorf("body %d: %v and %v", b, r, s)
			}
		}
	})

	t.Run("leaves predictions alone", func(t *testing.T) {
		var states [2][]sim.State
		for i, m := range []world.Model{model, wrapped} {
			out, err := world.Rollout(m, []*sim.Scene{scene}, []sim.State{scene.Start()}, nil, 60, 1)
			if err != nil {
				t.Fatal(err)
			}
			states[i] = out[0].States
		}
		if !slices.EqualFunc(states[0], states[1], slices.Equal[sim.State]) {
			t.Error("they differ")
		}
	})
	t.Run("costs nothing when nobody asks", func(t *testing.T) {
		p, err := world.Bare(wrapped).Predictor([]*sim.Scene{scene})
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := p.(world.Uncertain); ok || world.Bare(model) != model {
			t.Error("a bare model watches its uncertainty")
		}
	})
	t.Run("does not depend on place and direction", func(t *testing.T) {
		want := spreads(t, wrapped, 40, scene)[39]
		got := spreads(t, wrapped, 40, moved(scene, 1.1, sim.Vec{X: 2, Y: -3}))[39]
		for i := range got {
			if !(math.Abs(math.Log(got[i]/want[i])) <= 0.02) {
				t.Errorf("body %d: σ %v m, unmoved %v", i, got[i], want[i])
			}
		}
	})
	t.Run("does not depend on scenes beside", func(t *testing.T) {
		other := simulate(t, 2, 2)[1].Scene
		n := len(scene.Bodies)
		alone, beside := spreads(t, wrapped, 40, scene), spreads(t, wrapped, 40, other, scene, scene)
		for k := range alone {
			both := beside[k][len(other.Bodies):]
			if !slices.Equal(both[:n], alone[k]) || !slices.Equal(both[n:], alone[k]) {
				t.Fatalf("frame %d: %v beside, %v alone", k, both, alone[k])
			}
		}
	})
	t.Run("grows in flight and jumps where bodies meet", func(t *testing.T) {
		pair := sim.DefaultScene()
		for _, x := range []float64{-0.5, 0.5, 50} {
			b := sim.NewDisc(0.1, 10, sim.Surface{Elasticity: 1})
			b.Start.X = x
			if x < 1 {
				b.Start.VX = -2 * x
			}
			pair.Bodies = append(pair.Bodies, b)
		}
		got := spreads(t, wrapped, 60, &pair)
		for k := 1; k < len(got); k++ {
			for i := range got[k] {
				if !(got[k][i] > got[k-1][i]) {
					t.Fatalf("frame %d: σ of body %d falls from %v to %v m", k, i, got[k-1][i], got[k][i])
				}
			}
		}
		if last := got[59]; !(last[0] >= 20*last[2]) || !scalar.EqualWithinAbs(last[0]/last[1], 1, 0.01) {
			t.Errorf("σ of two that met and one that met nobody: %v m", last)
		}
	})
	t.Run("counts from a state that was given", func(t *testing.T) {
		predictor, err := wrapped.Predictor([]*sim.Scene{scene})
		if err != nil {
			t.Fatal(err)
		}
		uncertain := predictor.(world.Uncertain)
		state := scene.Start()
		step := func() []float64 {
			if err := uncertain.Step(state, nil); err != nil {
				t.Fatal(err)
			}
			return uncertain.Spread(nil)
		}
		fresh := uncertain.Spread(nil)
		first := step()
		second := step()
		if !(fresh[0] < first[0] && first[0] < second[0]) {
			t.Errorf("σ of body 0 is %v, %v, %v m", fresh[0], first[0], second[0])
		}
		state[0].VX += 1e-9
		third := step()
		state = scene.Start()
		if again := step(); !slices.Equal(again, first) || !(third[0] < second[0]) {
			t.Errorf("after a change σ is %v m, after a new start %v, want below %v and %v", third[0], again[0], second[0], first[0])
		}
		if err := uncertain.Step(state[1:], nil); err == nil {
			t.Error("a state without its first body is no error")
		}
		state = scene.Start()
		if again := step(); !slices.Equal(again, first) {
			t.Errorf("after an error σ is %v m, want %v", again[0], first[0])
		}
	})
	t.Run("costs no memory", func(t *testing.T) {
		var counts [2]float64
		for i, m := range []world.Model{model, wrapped} {
			predictor, err := m.Predictor([]*sim.Scene{scene})
			if err != nil {
				t.Fatal(err)
			}
			start := scene.Start()
			state, dst := slices.Clone(start), make([]float64, len(start))
			roll := func() {
				copy(state, start)
				for range 60 {
					if err := predictor.Step(state, nil); err != nil {
						t.Fatal(err)
					}
					if u, ok := predictor.(world.Uncertain); ok {
						dst = u.Spread(dst)
					}
				}
			}
			roll()
			counts[i] = testing.AllocsPerRun(3, roll)
		}
		if !(counts[1] <= counts[0]) {
			t.Errorf("60 frames allocate %v times, %v without the spread", counts[1], counts[0])
		}
	})
	t.Run("is refused for frames of another length", func(t *testing.T) {
		slow := *scene
		slow.FPS = 30
		_, err := law.Wrap(flight.Ballistic()).Predictor([]*sim.Scene{scene, &slow})
		var refusal *world.Refusal
		if !errors.As(err, &refusal) || !strings.Contains(err.Error(), "frames last") {
			t.Errorf("got %v, want a refusal", err)
		}
	})
}

// TestKinematicBodiesAreWhereTheySay: they follow commands, not forces.
func TestKinematicBodiesAreWhereTheySay(t *testing.T) {
	t.Parallel()
	law, err := spread.Measure(t.Context(), jittery{0.02, sim.NewRand(1, "jitter", 0)}, flights(4), flights(1), lbfgs.Minimise)
	if err != nil {
		t.Fatal(err)
	}
	scene := *flights(1)[0].Scene
	scene.Bodies[1].Kind, scene.Bodies[1].Mass, scene.Bodies[1].Moment = sim.Kinematic, 0, 0
	got := spreads(t, law.Wrap(flight.Ballistic()), 10, &scene)[9]
	if got[1] != 0 || !(got[0] > 0) {
		t.Errorf("σ is %v m", got)
	}
}

// moved returns the scene turned about the origin and then shifted.
func moved(scene *sim.Scene, angle float64, by sim.Vec) *sim.Scene {
	out := *scene
	out.Gravity = scene.Gravity.Rotate(angle)
	out.Walls = slices.Clone(scene.Walls)
	for i := range out.Walls {
		out.Walls[i].Vertices = slices.Clone(out.Walls[i].Vertices)
		for k, v := range out.Walls[i].Vertices {
			out.Walls[i].Vertices[k] = v.Rotate(angle).Add(by)
		}
	}
	out.Bodies = slices.Clone(scene.Bodies)
	for i := range out.Bodies {
		s := &out.Bodies[i].Start
		p, v := s.Position().Rotate(angle).Add(by), s.Velocity().Rotate(angle)
		*s = sim.BodyState{X: p.X, Y: p.Y, Angle: s.Angle + angle, VX: v.X, VY: v.Y, Omega: s.Omega}
	}
	return &out
}

// TestMeasuringQuietlyFindsTheSame law, with rests.
func TestMeasuringQuietlyFindsTheSame(t *testing.T) {
	t.Parallel()
	trajectories := simulate(t, 6, 61)
	model := train(t, trajectories)
	loud, err := spread.Measure(t.Context(), model, trajectories[1:], trajectories[:1], lbfgs.Minimise)
	if err != nil {
		t.Fatal(err)
	}
	rests := 0
	var resting, together atomic.Int64 // rests are those of one goroutine
	quiet, err := spread.MeasureQuietly(t.Context(), model, trajectories[1:], trajectories[:1], lbfgs.Minimise, func() {
		if resting.Add(1) > 1 {
			together.Add(1)
		}
		runtime.Gosched()
		resting.Add(-1)
		rests++
	})
	if err != nil || !reflect.DeepEqual(quiet, loud) || rests < 100 || together.Load() > 0 {
		t.Errorf("after %d rests, %d of them at the same time, it is another law, %v", rests, together.Load(), err)
	}
	rests = 0 // not only while it fits
	unfitted := func(start []float64, _ int, _ func([]float64) float64, _ func(_, _ []float64)) []float64 {
		return start
	}
	if _, err := spread.MeasureQuietly(t.Context(), model, trajectories[1:], trajectories[:1], unfitted, func() { rests++ }); err != nil || rests < 500 {
		t.Errorf("only %d rests beside the fit, %v", rests, err)
	}
}
