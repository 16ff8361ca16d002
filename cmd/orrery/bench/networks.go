package bench

import (
	"context"
	"fmt"
	"slices"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/scenario/library"
	"orrery/world"
	"orrery/world/contact"
)

const (
	networksScenario = "mixed"
	networksEpisodes = 40 // from which the contact network learns
	networksFrames   = 60 // of an episode after its start, a second of most scenes
)

// Training describes what an average training step of the contact network works on.
type Training struct {
	contact.Config
	Frames int          `json:"frames"` // of a step
	Load   contact.Load `json:"load"`   // of those frames

	Objective *contact.Objective `json:"-"`
}

// NewTraining returns a training of the contact network that can be measured.
func (c *Config) NewTraining(ctx context.Context) (*Training, error) {
	episodes, err := truth(ctx, networksScenario, networksEpisodes, 1+networksFrames)
	if err != nil {
		return nil, err
	}
	model, err := untrained(ctx, c.Contact, episodes)
	if err != nil {
		return nil, err
	}
	objective, err := contact.NewObjective(ctx, model, episodes, episodes[:1])
	if err != nil {
		return nil, err
	}
	frames := min(c.Batch, objective.Examples())
	return &Training{model.Config(), frames, objective.Work(frames), objective}, nil
}

// Prediction says how fast the contact model predicts. An engine frame is what a
// prediction of the model stands for.
type Prediction struct {
	ContactFrameUS         float64 `json:"contact_frame_us"`           // µs a frame of one scene, in one goroutine
	ContactSceneFramesPerS float64 `json:"contact_scene_frames_per_s"` // frames a second of many scenes
	EngineSceneFramesPerS  float64 `json:"engine_scene_frames_per_s"`  // frames a second of as many scenes
	ContactToEngine        float64 `json:"contact_to_engine"`          // ratio of the two, per core, as both have as many workers
	Scenes                 int     `json:"scenes"`                     // number that is run together
	Workers                int     `json:"workers"`                    // goroutines
}

// Predict measures the contact model beside the engine on scenes of mixed.
func (c *Config) Predict(ctx context.Context) (*Prediction, error) {
	model, err := c.model(ctx, networksScenario, networksEpisodes, 1+networksFrames, c.Contact)
	if err != nil {
		return nil, err
	}
	s, err := library.Find(networksScenario)
	if err != nil {
		return nil, err
	}
	scenes, err := firstScenes(s, c.Scenes)
	if err != nil {
		return nil, err
	}
	starts := make([]sim.State, len(scenes))
	for i, scene := range scenes {
		starts[i] = scene.Start()
	}
	alone, err := timePredictor(ctx, c, model, scenes[0])
	if err != nil {
		return nil, err
	}
	ours, theirs, err := alternate(ctx, c.Duration, 1, func() error {
		return rollOut(ctx, model, scenes, starts, c.Workers)
	}, func() error {
		return simulate(ctx, scenes, 1+networksFrames, c.Workers)
	})
	if err != nil {
		return nil, err
	}
	frames, together, engine := float64(len(scenes)*networksFrames), median(ours), median(theirs)
	return &Prediction{1e6 * alone, frames / together, frames / engine, engine / together, len(scenes), c.Workers}, nil
}

// Rows passes on name, value and unit of each figure.
func (p *Prediction) Rows(row Row) {
	row("contact prediction of one scene", p.ContactFrameUS, "µs a frame, one goroutine")
	with := fmt.Sprintf("frames/s, %d workers", p.Workers)
	row(fmt.Sprintf("contact prediction of %d scenes", p.Scenes), p.ContactSceneFramesPerS, with)
	row("engine on the same scenes", p.EngineSceneFramesPerS, with)
	row("contact / engine", p.ContactToEngine, "×")
}

// together is the number of scenes that are predicted between two looks at the context.
const together = 1024

// rollOut predicts the scenes, some at a time so that it ends soon after ctx does.
func rollOut(ctx context.Context, model world.Model, scenes []*sim.Scene, starts []sim.State, workers int) error {
	for from := 0; from < len(scenes); from += together {
		if err := ctx.Err(); err != nil {
			return err
		}
		to := min(from+together, len(scenes))
		if _, err := world.Rollout(model, scenes[from:to], starts[from:to], nil, 1+networksFrames, workers); err != nil {
			return err
		}
	}
	return nil
}

// simulate runs the scenes in the engine, as many at a time as there are workers.
func simulate(ctx context.Context, scenes []*sim.Scene, frames, workers int) error {
	return share(ctx, len(scenes), workers, func(i int) error {
		_, err := engine.Simulate(ctx, scenes[i], nil, frames, nil)
		return err
	})
}

// timePredictor returns the seconds that a frame of one scene takes.
func timePredictor(ctx context.Context, c *Config, model world.Model, scene *sim.Scene) (float64, error) {
	predictor, err := world.Bare(model).Predictor([]*sim.Scene{scene})
	if err != nil {
		return 0, err
	}
	start := scene.Start()
	state := slices.Clone(start)
	seconds, err := timed(ctx, c.Duration, func() error {
		copy(state, start)
		for range networksFrames {
			if err := predictor.Step(state, nil); err != nil {
				return err
			}
		}
		return nil
	})
	return seconds / networksFrames, err
}
