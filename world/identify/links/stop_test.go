package links_test

import (
	"context"
	"errors"
	"testing"

	"orrery/sim"
	"orrery/world/identify"
	"orrery/world/identify/links"
	"orrery/world/identify/links/points"
)

// TestAStoppedSearchEnds with the context's error where nothing was found yet.
func TestAStoppedSearchEnds(t *testing.T) {
	t.Parallel()
	set := points.Springs()
	set.Noise = 0.01
	run, _ := set.Episode(0)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if found, err := links.Identify(ctx, []*sim.Trajectory{run}, &identify.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, %v; want that it was cancelled", found, err)
	}
}

// TestScenesThatDoNotSuitAreLeftAlone, and tell why only where they have fields, of which somebody may want to know.
func TestScenesThatDoNotSuitAreLeftAlone(t *testing.T) {
	t.Parallel()
	for what, change := range map[string]func(*sim.Trajectory){
		"one body":    func(r *sim.Trajectory) { r.Scene.Bodies = r.Scene.Bodies[:1] },
		"few frames":  func(r *sim.Trajectory) { r.States = r.States[:3] },
		"a grip":      func(r *sim.Trajectory) { r.Scene.Bodies[1].Grip.Along = 1 },
		"an actuator": func(r *sim.Trajectory) { r.Scene.Actuators = make([]sim.Actuator, 1) },
		"a pivot":     func(r *sim.Trajectory) { r.Scene.Joints = []sim.Joint{{Kind: sim.Pivot, A: 0, B: 1}} },
		"a crowd":     func(r *sim.Trajectory) { r.Scene.Bodies = make([]sim.Body, 31) },
	} {
		for _, told := range []bool{false, true} {
			set := points.Springs()
			set.Frames = 10
			run, truth := set.Episode(0)
			sentences := 0
			if told {
				run.Scene.Fields = truth
				sentences = 1
			}
			change(run)
			found, err := links.Identify(context.Background(), []*sim.Trajectory{run}, &identify.Options{})
			if err != nil || len(found.Edges)+len(found.Parameters) > 0 || len(found.Sentences) != sentences {
				t.Errorf("%s: %+v, %v; want %d sentences and nothing else", what, found, err, sentences)
			}
			if what == "one body" || what == "few frames" {
				continue
			}
			if _, err := (&links.Model{Step: links.Smooth}).Predictor([]*sim.Scene{run.Scene}); err == nil {
				t.Errorf("%s: the model does not refuse", what)
			}
		}
	}
	if _, err := (&links.Model{}).Predictor([]*sim.Scene{box(three...)}); err == nil {
		t.Error("a model of no step predicts")
	}
}
