package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"slices"

	"orrery/cmd/orrery/console"
	"orrery/datasets"
	"orrery/sim"
	"orrery/sim/canon"
	"orrery/sim/engine"
	"orrery/sim/render/film"
	"orrery/world"
)

// clip is a stretch of motion to look at: what a rollout file has, or that without its
// prediction.
type clip struct {
	world.RolloutFile
	Label string // which one it is, such as "seed 1 · episode 3"
}

// sceneFrames is for how many frames, with the first, a scene file is run unless told
// otherwise.
const sceneFrames = 121

// loadClip reads an episode of a dataset, a rollout file, or a scene file, which the engine
// runs. It returns the first so many frames; 0 stands for all there are, of a scene file
// for sceneFrames.
func loadClip(ctx context.Context, path string, episode, frames int) (*clip, error) {
	c, err := readMotion(ctx, path, episode, frames)
	if err != nil || frames == 0 {
		return c, err
	}
	if frames > len(c.True) {
		return nil, fmt.Errorf("%s: --frames %d must be at most the %d frames of %s", path, frames, len(c.True), cmp.Or(c.Label, "the scene"))
	}
	c.cut(frames)
	return c, nil
}

func readMotion(ctx context.Context, path string, episode, frames int) (*clip, error) {
	kind, err := kindOf(path)
	if err != nil {
		return nil, err
	}
	switch kind {
	case modelPath:
		return nil, console.Usagef("%s is a model; a dataset, rollout or scene is needed", path)
	case datasetPath:
		data, err := datasets.Open(ctx, path)
		if err != nil {
			return nil, err
		}
		return episodeClip(ctx, data, episode)
	case filePath:
		if episode > 0 {
			return nil, console.Usagef("%s is a file; --episode is for datasets", path)
		}
	}
	c, err := readClip(path)
	if err != nil || c.True != nil {
		return c, err
	}
	truth, err := engine.Simulate(ctx, c.Scene, nil, cmp.Or(frames, sceneFrames), nil)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	c.True, c.Actions = truth.States, truth.Actions
	return c, nil
}

func episodeClip(ctx context.Context, data *datasets.Dataset, episode int) (*clip, error) {
	t, err := data.Episode(ctx, episode)
	if err != nil {
		return nil, err
	}
	c := &clip{RolloutFile: world.RolloutFile{
		Seed: data.Provenance().Seed, Episode: episode, Scene: t.Scene, True: t.States, Actions: t.Actions,
	}}
	c.Label = c.label()
	return c, nil
}

func (c *clip) label() string { return fmt.Sprintf("seed %d · episode %d", c.Seed, c.Episode) }

// maxFile bounds the scene and rollout files that are read, in bytes.
const maxFile = 256 << 20

// readClip reads a rollout file, or a scene file as a clip without states.
func readClip(path string) (*clip, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxFile {
		return nil, fmt.Errorf("%s: size must be at most %d bytes", path, maxFile)
	}
	c, err := decodeClip(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

func decodeClip(text []byte) (*clip, error) {
	if !world.IsRolloutFile(text) {
		scene, err := canon.Decode(bytes.NewReader(text))
		return &clip{RolloutFile: world.RolloutFile{Scene: scene}}, err
	}
	r, err := world.DecodeRolloutFile(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	c := &clip{RolloutFile: *r}
	c.Label = c.label()
	return c, nil
}

// cut leaves the first frames only.
func (c *clip) cut(frames int) {
	c.True = c.True[:frames]
	if c.Predicted != nil {
		c.Predicted = c.Predicted[:frames]
	}
	if c.Escape != nil && c.Escape.Frame >= frames {
		c.Escape = nil
	}
	if c.Actions != nil {
		c.Actions = c.Actions[:frames-1]
	}
}

// predict asks a model what happens after the first true state when the actuators
// do what they truly did, and warns of an answer that cannot be right. The model has seen
// what is given in training; nil is not known.
func (c *clip) predict(ctx context.Context, log io.Writer, model world.Model, seen *world.Seen) error {
	bar := console.NewProgress(log, "predicting")
	defer bar.Close()
	predicted, err := predictFrames(ctx, model, c.Truth(), len(c.True), func(frame int) {
		bar.Set(float64(frame+1)/float64(len(c.True)), fmt.Sprintf("%d/%d frames", frame+1, len(c.True)))
	})
	if err != nil {
		return err
	}
	c.Model, c.Predicted = model.Kind(), predicted
	guard := world.NewGuard(c.Scene, seen)
	guard.Within(c.True)
	for _, state := range predicted {
		guard.See(state)
	}
	if c.Escape = guard.Escape(); c.Escape != nil {
		bar.Close()
		fmt.Fprintf(log, "warning: the prediction of %s cannot be right: %s\n", c.Model, c.Escape)
	}
	return nil
}

// predictFrames returns what a model makes of the first frames of a trajectory, given its
// start and its actions. Done, which may be nil, is told of each frame.
func predictFrames(ctx context.Context, model world.Model, t *sim.Trajectory, frames int, done func(frame int)) ([]sim.State, error) {
	var states []sim.State
	batch := world.Batch{
		Model: world.Bare(model), Scenes: []*sim.Scene{t.Scene}, Starts: t.States[:1], Frames: frames,
		Act: func(_, frame int, _ sim.State) sim.Action { return t.Action(frame) },
		See: func(_, frame int, state sim.State, _ []float64) {
			states = append(states, slices.Clone(state))
			if done != nil {
				done(frame)
			}
		},
	}
	broken, err := batch.Run(ctx)
	if err == nil && broken[0] != nil {
		err = fmt.Errorf("the prediction of %s breaks down at frame %d: %w", model.Kind(), broken[0].Frame, broken[0].Err)
	}
	return states, err
}

// seconds returns the time from the first to the last state.
func (c *clip) seconds() float64 { return float64(len(c.True)-1) * c.Scene.FrameTime() }

// film returns the clip as a film with default settings.
func (c *clip) film() film.Film {
	shown := film.Default()
	shown.Scene, shown.True, shown.Predicted = c.Scene, c.True, c.Predicted
	shown.Title, shown.Label, shown.Model = c.Scene.Name, c.Label, c.Model
	return shown
}
