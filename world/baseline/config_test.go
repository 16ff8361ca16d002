package baseline_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/world"
	"orrery/world/baseline"
)

func TestTrainedModelsRefuseByName(t *testing.T) {
	type change = func(s *sim.Scene)
	slow := func(s *sim.Scene) { s.FPS = 30 }
	joined := func(s *sim.Scene) { s.Joints = []sim.Joint{{Kind: sim.Pivot, A: 1, B: sim.World}} }
	for _, test := range []struct {
		model  *baseline.Model
		change change
		want   string
	}{
		{network(t, 0), slow, "interaction cannot predict scene crowd: its frames last 0.0333"},
		{network(t, 0), joined, "joint 0 is a pivot"},
		{perceptron(t), slow, "mlp cannot predict scene crowd: its frames last 0.0333"},
		{perceptron(t), joined, "joint 0 is a pivot"},
		{perceptron(t), func(s *sim.Scene) { s.Bodies = s.Bodies[:2] }, "scene crowd: it is a crowd of 2 bodies and the model was trained on a crowd of 6"},
		{perceptron(t), func(s *sim.Scene) { s.Name = "pile" }, "scene pile: it is a pile of 6 bodies"},
	} {
		data := crowds(2)
		test.change(data[1].Scene)
		_, err := test.model.Predictor([]*sim.Scene{data[0].Scene, data[1].Scene})
		var refusal *world.Refusal
		if !errors.As(err, &refusal) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("got %v, want a refusal with %q", err, test.want)
		}
		if _, err := baseline.NewObjective(t.Context(), test.model, data[:1], data[1:]); !errors.As(err, &refusal) {
			t.Errorf("an objective took what the model refuses: %v", err)
		}
	}
}

func TestConfigsNameTheFieldOutOfRange(t *testing.T) {
	for want, change := range map[string]func(*baseline.InteractionConfig){
		"hidden 0 must":             func(c *baseline.InteractionConfig) { c.Hidden = 0 },
		"rounds 100 must":           func(c *baseline.InteractionConfig) { c.Rounds = 100 },
		"radius -1 must":            func(c *baseline.InteractionConfig) { c.Radius = -1 },
		"noise NaN must":            func(c *baseline.InteractionConfig) { c.Noise = math.NaN() },
		"kick 0 must":               func(c *baseline.InteractionConfig) { c.Given.Kick = 0 },
		"length NaN must":           func(c *baseline.InteractionConfig) { c.Given.Length = math.NaN() },
		"config: frame_time 0 s mu": func(c *baseline.InteractionConfig) { c.Given.Flight.FrameTime = 0 },
	} {
		c := baseline.DefaultInteraction()
		change(&c)
		if _, err := baseline.NewInteraction(c, 1); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error with %q", err, want)
		}
	}
	for want, change := range map[string]func(*baseline.MLPConfig){
		"hidden -1 must":  func(c *baseline.MLPConfig) { c.Hidden = -1 },
		"layers 0 must":   func(c *baseline.MLPConfig) { c.Layers = 0 },
		"bodies 1000 mus": func(c *baseline.MLPConfig) { c.Place.Bodies = 1000 },
		"spread 0 must":   func(c *baseline.MLPConfig) { c.Place.Spread = 0 },
		"centre {NaN 0}":  func(c *baseline.MLPConfig) { c.Place.Centre.X = math.NaN() },
	} {
		c := baseline.DefaultMLP()
		change(&c)
		if _, err := baseline.NewMLP(c, 1); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error with %q", err, want)
		}
	}
}

func TestMeasuringSaysWhyItCannot(t *testing.T) {
	apart := crowds(1)
	apart[0].Scene.Walls = nil
	for i := range apart[0].Scene.Bodies {
		apart[0].Scene.Bodies[i].Start.X = 10 * float64(i)
	}
	state := apart[0].Scene.Start()
	apart[0].States = nil
	for range 30 {
		apart[0].States = append(apart[0].States, slices.Clone(state))
		for i := range state {
			state[i].X, state[i].Y = state[i].X+state[i].VX/60, state[i].Y+state[i].VY/60
			state[i].Angle += state[i].Omega / 60
		}
	}
	if m, err := baseline.MeasureGiven(t.Context(), apart); err == nil || !strings.Contains(err.Error(), "fly freely") {
		t.Errorf("measured %+v, %v where nothing happens", m, err)
	}
	other := crowds(2)
	other[1].Scene.Name = "pile"
	if _, err := baseline.MeasurePlace(other); err == nil || !strings.Contains(err.Error(), "episode 1: it is a pile") {
		t.Errorf("got %v, want an error that names the episode", err)
	}
	if _, err := baseline.NewObjective(t.Context(), network(t, 0.01), apart, apart); err == nil || !strings.Contains(err.Error(), "nothing to learn") {
		t.Errorf("got %v for bodies that never meet", err)
	}
}

func TestMeasurePlaceIsCentreAndSpread(t *testing.T) {
	d := crowds(1)[0]
	for i := range d.States {
		for k := range d.States[i] {
			d.States[i][k].X, d.States[i][k].Y = 3+float64(k%2*2-1), 4
		}
	}
	p, err := baseline.MeasurePlace([]*sim.Trajectory{d})
	if want := (baseline.Place{Scene: "crowd", Bodies: crowdSize, Centre: sim.Vec{X: 3, Y: 4}, Spread: 1}); err != nil || p != want {
		t.Errorf("measured %+v, %v, want %+v", p, err, want)
	}
}

// TestEachSettingHasBounds: the values at its bounds are accepted, those beyond are not.
func TestEachSettingHasBounds(t *testing.T) {
	t.Parallel()
	beyond := func(least, most float64, whole bool) []float64 {
		if whole {
			return []float64{least - 1, most + 1}
		}
		return []float64{math.Nextafter(least, -1), math.Nextafter(most, math.Inf(1)), math.NaN()}
	}
	for name, c := range map[string]struct {
		least, most float64
		whole       bool
		set         func(c *baseline.InteractionConfig, x float64)
	}{
		"hidden": {1, 512, true, func(c *baseline.InteractionConfig, x float64) { c.Hidden = int(x) }},
		"rounds": {1, 8, true, func(c *baseline.InteractionConfig, x float64) { c.Rounds = int(x) }},
		"turns":  {1, 1000, true, func(c *baseline.InteractionConfig, x float64) { c.Turns = int(x) }},
		"radius": {0, sim.MaxMagnitude, false, func(c *baseline.InteractionConfig, x float64) { c.Radius = x }},
		"noise":  {0, 1, false, func(c *baseline.InteractionConfig, x float64) { c.Noise = x }},
	} {
		for _, x := range []float64{c.least, c.most} {
			config := baseline.TinyInteraction()
			if c.set(&config, x); config.Validate() != nil {
				t.Errorf("%s %v: %v", name, x, config.Validate())
			}
		}
		for _, x := range beyond(c.least, c.most, c.whole) {
			config := baseline.TinyInteraction()
			if c.set(&config, x); config.Validate() == nil || !strings.Contains(config.Validate().Error(), name) {
				t.Errorf("%s %v: %v, must name it", name, x, config.Validate())
			}
		}
	}
	for name, c := range map[string]struct {
		least, most float64
		whole       bool
		set         func(c *baseline.MLPConfig, x float64)
	}{
		"hidden":    {1, 1024, true, func(c *baseline.MLPConfig, x float64) { c.Hidden = int(x) }},
		"layers":    {1, 8, true, func(c *baseline.MLPConfig, x float64) { c.Layers = int(x) }},
		"orders":    {1, 1000, true, func(c *baseline.MLPConfig, x float64) { c.Orders = int(x) }},
		"bodies":    {1, 128, true, func(c *baseline.MLPConfig, x float64) { c.Place.Bodies = int(x) }},
		"joints":    {0, sim.MaxJoints, true, func(c *baseline.MLPConfig, x float64) { c.Place.Joints = int(x) }},
		"actuators": {0, sim.MaxActuators, true, func(c *baseline.MLPConfig, x float64) { c.Place.Actuators = int(x) }},
		"spread":    {sim.MinMagnitude, sim.MaxMagnitude, false, func(c *baseline.MLPConfig, x float64) { c.Place.Spread = x }},
		"centre":    {-sim.MaxMagnitude, sim.MaxMagnitude, true, func(c *baseline.MLPConfig, x float64) { c.Place.Centre.X = x }},
		"mass":      {math.SmallestNonzeroFloat64, sim.MaxMagnitude, false, func(c *baseline.MLPConfig, x float64) { c.Given.Mass = x }},
		"lift":      {math.SmallestNonzeroFloat64, sim.MaxMagnitude, false, func(c *baseline.MLPConfig, x float64) { c.Given.Lift = x }},
	} {
		for _, x := range []float64{c.least, c.most} {
			config := baseline.TinyMLP()
			if c.set(&config, x); config.Validate() != nil {
				t.Errorf("%s %v: %v", name, x, config.Validate())
			}
		}
		for _, x := range beyond(c.least, c.most, c.whole) {
			config := baseline.TinyMLP()
			if c.set(&config, x); config.Validate() == nil || !strings.Contains(config.Validate().Error(), name) {
				t.Errorf("%s %v: %v, must name it", name, x, config.Validate())
			}
		}
	}
}
