package fit_test

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"slices"
	"testing"

	"orrery/sim"
	"orrery/world"
	"orrery/world/fit"
	"orrery/world/identify"
)

// misled returns the same motion with scenes that say of all contacts that they neither rub nor lose energy,
// and of all bodies that they have the same mass.
func misled(all []*sim.Trajectory) (out []*sim.Trajectory) {
	for _, t := range all {
		s := *t.Scene
		s.Bodies, s.Walls = slices.Clone(s.Bodies), slices.Clone(s.Walls)
		smooth := func(shapes []sim.Shape) []sim.Shape {
			shapes = slices.Clone(shapes)
			for i := range shapes {
				shapes[i].Friction, shapes[i].Elasticity = 0, 1
			}
			return shapes
		}
		s.Walls = smooth(s.Walls)
		for i := range s.Bodies {
			s.Bodies[i].Shapes, s.Bodies[i].Mass, s.Bodies[i].Moment = smooth(s.Bodies[i].Shapes), 1, 1
		}
		c := *t
		c.Scene = &s
		out = append(out, &c)
	}
	return out
}

// TestUnknownIsIdentifiedFirst: a model that learns from scenes that are wrong, of which the values are
// found, is that which learns from scenes with the values, and so it predicts, read back from disk too.
func TestUnknownIsIdentifiedFirst(t *testing.T) {
	t.Parallel()
	wrong := misled(simulated())
	values := &identify.Values{
		Parameters: []identify.Parameter{
			identify.Known(identify.Elasticity, identify.Scene, 0.36, 0, 1, "", ""), identify.Known(identify.Elasticity, identify.Wall, 0.6, 0, 1, "", ""),
			identify.Known(identify.Friction, identify.Scene, 0.16, 0, 1, "", ""), identify.Known(identify.Friction, identify.Wall, 0.4, 0, 1, "", ""),
		},
		Solids: &identify.Solids{Power: 1, Classes: []identify.SolidClass{
			{Name: "circle", Kind: sim.Circle, Density: 10, Moment: 1}, {Name: "polygon", Kind: sim.Polygon, Density: 10, Moment: 1},
		}},
	}
	config := fit.Tiny()
	config.Unknown = []identify.Name{identify.Friction, identify.Elasticity, identify.Mass}
	asked := 0
	job := fit.Job{Episodes: fit.InMemory(wrong, fit.Origin{}), Config: config, Work: t.TempDir(),
		Identify: func(_ context.Context, training []*sim.Trajectory) (*identify.Values, error) {
			asked = len(training)
			return values, nil
		}}
	got, err := fit.Train(t.Context(), job)
	if err != nil {
		t.Fatal(err)
	}
	if held := len(got.Holdout); asked != len(wrong)-held {
		t.Errorf("it was identified from %d episodes, want those that are not held out of %d", asked, len(wrong))
	}
	if wrong[0].Scene.Bodies[0].Mass != 1 {
		t.Error("the caller's scenes were changed")
	}
	var right []*sim.Trajectory
	for _, w := range wrong {
		c := *w
		if c.Scene, err = values.Fill(w.Scene); err != nil {
			t.Fatal(err)
		}
		right = append(right, &c)
	}
	config.Unknown = nil
	want, err := fit.Train(t.Context(), fit.Job{Episodes: fit.InMemory(right, fit.Origin{}), Config: config})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(weightsOf(t, got), weightsOf(t, want)) {
		t.Error("the weights are not those of a training on scenes with the values")
	}
	dir := filepath.Join(t.TempDir(), "model")
	if err := got.Save(dir, false); err != nil {
		t.Fatal(err)
	}
	loaded, _, err := fit.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	after := func(m world.Model, scene *sim.Scene) sim.State {
		p, err := m.Predictor([]*sim.Scene{scene})
		if err != nil {
			t.Fatal(err)
		}
		state := slices.Clone(wrong[0].States[0])
		for range 60 {
			if err := p.Step(state, nil); err != nil {
				t.Fatal(err)
			}
		}
		return state
	}
	truth := after(want.Model, right[0].Scene)
	for name, m := range map[string]world.Model{"trained": got.Model, "loaded": loaded, "bare": world.Bare(loaded)} {
		if !slices.Equal(after(m, wrong[0].Scene), truth) {
			t.Errorf("the model as %s does not predict scenes with the values", name)
		}
	}
	if slices.Equal(after(want.Model, wrong[0].Scene), truth) {
		t.Error("the values change nothing, so the test shows nothing")
	}
}

// TestUnknownNeedsAMethod, and what it cannot find ends the training with its reason.
func TestUnknownNeedsAMethod(t *testing.T) {
	t.Parallel()
	config := fit.Tiny()
	config.Unknown = []identify.Name{identify.Friction}
	job := fit.Job{Episodes: fit.InMemory(simulated(), fit.Origin{}), Config: config}
	if _, err := fit.Train(t.Context(), job); err == nil {
		t.Error("it trains without the means to identify")
	}
	none := errors.New("nothing moves")
	job.Identify = func(context.Context, []*sim.Trajectory) (*identify.Values, error) { return nil, none }
	if _, err := fit.Train(t.Context(), job); !errors.Is(err, none) {
		t.Errorf("got %v", err)
	}
}
