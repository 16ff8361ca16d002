package forecast

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"orrery/sim"
	"orrery/world/region"
)

// counter moves every body by a metre a frame, plus what the action says.
type counter struct {
	steps int
	fails func(step int) error
}

func (c *counter) Step(state sim.State, action sim.Action) error {
	c.steps++
	for i := range state {
		state[i].X++
		if action != nil {
			state[i].X += action[0]
		}
	}
	if c.fails != nil {
		return c.fails(c.steps)
	}
	return nil
}

type doubtful struct{ *counter }

func (d doubtful) Spread(dst []float64) []float64 { return append(dst, 0.1*float64(d.steps)) }

// by returns a model that steps as told, and how often it was started.
func by(s Stepper) (Model, *int) {
	started := new(int)
	return Model{Name: "counter", Start: func(*sim.Scene) (Stepper, error) { *started++; return s, nil }}, started
}

func disc(actuators int) *sim.Scene {
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{})}
	scene.Actuators = make([]sim.Actuator, actuators)
	return &scene
}

// finish takes all steps that can be taken at once.
func finish(m *Making) (f *Forecast, over bool) {
	for m.Step() {
	}
	return m.Snapshot()
}

func TestAForecastHasItsFrames(t *testing.T) {
	t.Parallel()
	model, started := by(&counter{})
	start := sim.State{{X: 5}}
	f, over := finish(Begin(model, disc(0), 100, start, 4))
	if !over || len(f.States) != 4 || f.Last() != 103 || *started != 1 || f.Regions != nil || f.Err != nil {
		t.Fatalf("over %v: %+v", over, f)
	}
	for k := range 4 {
		if state, ok := f.At(100 + k); !ok || state[0].X != float64(5+k) {
			t.Errorf("frame %d: %v %v", 100+k, state, ok)
		}
		if got := f.RegionsAt(100 + k); got != nil {
			t.Errorf("frame %d: regions %v of a model that says none", 100+k, got)
		}
	}
	for _, frame := range []int{99, 104} {
		if _, ok := f.At(frame); ok {
			t.Errorf("there is a frame %d", frame)
		}
	}
	if start[0].X != 5 {
		t.Error("the start has changed")
	}
	for _, c := range []struct{ from, to, first, n int }{{101, 102, 101, 2}, {0, 200, 100, 4}, {103, 500, 103, 1}, {104, 110, 0, 0}, {50, 60, 0, 0}, {102, 101, 0, 0}} {
		if got := f.Between(c.from, c.to); len(got) != c.n || c.n > 0 && got[0][0].X != float64(c.first-95) {
			t.Errorf("%d to %d: %v", c.from, c.to, got)
		}
	}
	var none *Forecast
	if _, ok := none.At(0); ok || none.Last() != -1 || none.RegionsAt(0) != nil || none.Between(0, 9) != nil {
		t.Error("there is something of no forecast")
	}
}

// TestFramesWaitForTheirActions where actuators move bodies.
func TestFramesWaitForTheirActions(t *testing.T) {
	t.Parallel()
	model, _ := by(&counter{})
	m := Begin(model, disc(1), 0, sim.State{{}}, 5)
	if f, over := finish(m); over || len(f.States) != 1 {
		t.Fatalf("%d frames without an action", len(f.States))
	}
	m.Tell(sim.Action{10}, sim.Action{20})
	f, over := finish(m)
	if over || len(f.States) != 3 || f.States[1][0].X != 11 || f.States[2][0].X != 32 {
		t.Fatalf("over %v: %v", over, f.States)
	}
	m.Hold(sim.Action{1})
	if f, over := finish(m); !over || len(f.States) != 5 || f.States[4][0].X != 36 {
		t.Fatalf("over %v: %v", over, f.States)
	}
	stopped := Begin(model, disc(0), 0, sim.State{{}}, 5)
	stopped.Step()
	stopped.Stop()
	if f, over := finish(stopped); !over || len(f.States) != 2 {
		t.Errorf("over %v, %d frames", over, len(f.States))
	}
}

// TestFailuresEndTheirOwnForecast with what there was before, and with a reason; others by
// the same model go on.
func TestFailuresEndTheirOwnForecast(t *testing.T) {
	t.Parallel()
	for want, fails := range map[string]func(step int) error{
		"out of ideas":                 func(int) error { return errors.New("out of ideas") },
		"model counter failed: broken": func(int) error { panic("broken") },
	} {
		model, _ := by(&counter{fails: func(step int) error {
			if step == 3 {
				return fails(step)
			}
			return nil
		}})
		f, over := finish(Begin(model, disc(0), 7, sim.State{{}}, 9))
		if !over || f.Err == nil || f.Err.Error() != want || len(f.States) != 3 {
			t.Errorf("over %v: %v after %d states, want %s", over, f.Err, len(f.States), want)
		}
		if f, _ := finish(Begin(model, disc(0), 7, sim.State{{}}, 9)); f.Err != nil || len(f.States) != 9 {
			t.Errorf("the next one: %v after %d states", f.Err, len(f.States))
		}
	}
	refuses := Model{Start: func(*sim.Scene) (Stepper, error) { return nil, errors.New("not this scene") }}
	if f, _ := finish(Begin(refuses, disc(0), 0, sim.State{{}}, 9)); f.Err == nil || f.Err.Error() != "not this scene" {
		t.Errorf("refused with %v", f.Err)
	}
	nan, _ := by(&counter{})
	if f, _ := finish(Begin(nan, disc(1), 0, sim.State{{}}, 9).told(math.NaN())); f.Err == nil || !strings.Contains(f.Err.Error(), "model counter") || len(f.States) != 1 {
		t.Errorf("NaN: %v after %d states", f.Err, len(f.States))
	}
}

func (m *Making) told(x float64) *Making { m.Hold(sim.Action{x}); return m }

func TestTheSpreadBelongsToItsFrame(t *testing.T) {
	t.Parallel()
	model, _ := by(doubtful{&counter{}})
	f, _ := finish(Begin(model, disc(0), 3, sim.State{{}}, 4))
	for k := range 4 {
		if got := f.RegionsAt(3 + k); len(got) != 1 || got[0] != region.Normal(0.1*float64(k)) {
			t.Errorf("frame %d: %v", 3+k, got)
		}
	}
	if f.RegionsAt(2) != nil || f.RegionsAt(7) != nil {
		t.Error("there is a spread beside the forecast")
	}
}

// TestAnUnsureStartWidensRegions from the first frame on.
func TestAnUnsureStartWidensRegions(t *testing.T) {
	t.Parallel()
	model, _ := by(doubtful{&counter{}})
	model.Doubt = func(body, frames int) float64 { return 0.2 + float64(frames) }
	f, _ := finish(Begin(model, disc(0), 3, sim.State{{}}, 4))
	for k := range 4 {
		want := math.Hypot(0.1*float64(k), 0.2+float64(k))
		if got := f.RegionsAt(3 + k); len(got) != 1 || !(math.Abs(got[0].Axes[0]-want) <= 1e-9) || !(math.Abs(got[0].Axes[1]-want) <= 1e-9) {
			t.Errorf("frame %d: %v, want %v", 3+k, got, want)
		}
	}
}

// TestTheFirstEscapeIsTold, and the watch sees every state, the start first.
func TestTheFirstEscapeIsTold(t *testing.T) {
	t.Parallel()
	model, _ := by(&counter{})
	var seen []float64
	model.Watch = func(state sim.State) string {
		seen = append(seen, state[0].X)
		if x := state[0].X; x > 2 {
			return map[float64]string{3: "too far"}[x] + "!"
		}
		return ""
	}
	f, _ := finish(Begin(model, disc(0), 0, sim.State{{}}, 6))
	if f.Escape != "too far!" || len(seen) != 6 || seen[0] != 0 || len(f.States) != 6 {
		t.Errorf("%q after %v", f.Escape, seen)
	}
}

// TestTheCostIsTheMeanOfAllFrames.
func TestTheCostIsTheMeanOfAllFrames(t *testing.T) {
	t.Parallel()
	const slow = 20 * time.Millisecond
	model, _ := by(&counter{fails: func(step int) error {
		if step == 1 {
			time.Sleep(slow)
		}
		return nil
	}})
	m := Begin(model, disc(0), 0, sim.State{{}}, 5)
	if f, _ := finish(m); !(f.Cost >= slow/4) || len(f.States) != 5 || f.Cost != m.busy/4 {
		t.Errorf("a frame of %d costs %v, and all %v", len(f.States), f.Cost, m.busy)
	}
}
