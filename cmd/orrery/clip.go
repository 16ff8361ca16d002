package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"orrery/datasets"
	"orrery/sim"
	"orrery/sim/engine"
	"orrery/world"
	"orrery/world/fit"
)

// clip is a stretch of motion: what happened in a scene and, once a model was
// asked, what it predicted. A rollout file is a clip in JSON.
type clip struct {
	Label     string // which one it is, such as "seed 1 · episode 3"
	Model     string // kind of the model, or empty without a prediction
	Scene     *sim.Scene
	True      []sim.State // [t][n]
	Predicted []sim.State // [t][n], or nil
}

// loadClip reads an episode of a dataset, a rollout file, or a scene file, which
// is run for a number of frames.
func loadClip(path string, episode, frames int) (*clip, error) {
	kind, err := kindOf(path)
	if err != nil {
		return nil, err
	}
	switch kind {
	case modelPath:
		return nil, usagef("%s is a model; a dataset, scene or rollout is needed", path)
	case datasetPath:
		return episodeClip(path, episode)
	}
	c, err := readClip(path)
	if err != nil || c.True != nil {
		return c, err
	}
	e := engine.New()
	if err := e.Load(c.Scene); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	trajectory, err := e.Run(nil, frames)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	c.True = trajectory.States
	return c, nil
}

func episodeClip(dir string, episode int) (*clip, error) {
	data, err := datasets.Open(dir)
	if err != nil {
		return nil, err
	}
	trajectory, err := data.Episode(episode)
	if err != nil {
		return nil, err
	}
	label := fmt.Sprintf("seed %d · episode %d", data.Provenance().Seed, episode)
	return &clip{Label: label, Scene: trajectory.Scene, True: trajectory.States}, nil
}

// predict asks the model in a directory what happens after the first true state.
func (c *clip) predict(modelDir string) error {
	model, _, err := fit.Load(modelDir)
	if err != nil {
		return err
	}
	rolled, err := world.Rollout(model, []*sim.Scene{c.Scene}, []sim.State{c.True[0]}, len(c.True), 1)
	if err != nil {
		return err
	}
	c.Model, c.Predicted = model.Kind(), rolled[0].States
	return nil
}

// clipFormat is the version of the rollout file.
const clipFormat = 1

// maxClipBytes is the largest scene or rollout file that is read.
const maxClipBytes = 256 << 20

// clipFile is a rollout file. A state is a list of [x, y, angle, vx, vy, omega],
// in metres, radians and seconds.
type clipFile struct {
	Format    int             `json:"format"`
	Label     string          `json:"label"`
	Model     string          `json:"model"`
	Scene     json.RawMessage `json:"scene"`
	True      []sim.State     `json:"true"`
	Predicted []sim.State     `json:"predicted"`
}

func (c *clip) write(w io.Writer) error {
	scene, err := c.Scene.Encode()
	if err != nil {
		return err
	}
	return json.NewEncoder(w).Encode(clipFile{clipFormat, c.Label, c.Model, scene, c.True, c.Predicted})
}

// readClip reads a rollout file, or a scene file as a clip without states.
func readClip(path string) (*clip, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxClipBytes+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxClipBytes {
		return nil, fmt.Errorf("%s: size must be at most %d bytes", path, maxClipBytes)
	}
	c, err := decodeClip(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

func decodeClip(data []byte) (*clip, error) {
	var probe struct{ Predicted json.RawMessage }
	if err := json.Unmarshal(data, &probe); err != nil {
		return nil, fmt.Errorf("neither a scene nor a rollout: %w", err)
	}
	if probe.Predicted == nil {
		scene, err := sim.DecodeScene(bytes.NewReader(data))
		return &clip{Scene: scene}, err
	}
	var file clipFile
	if err := world.DecodeStrict(data, &file); err != nil {
		return nil, fmt.Errorf("rollout: %w", err)
	}
	if file.Format != clipFormat {
		return nil, fmt.Errorf("rollout: format %d must be %d", file.Format, clipFormat)
	}
	scene, err := sim.DecodeScene(bytes.NewReader(file.Scene))
	if err != nil {
		return nil, fmt.Errorf("rollout: %w", err)
	}
	c := &clip{Label: file.Label, Model: file.Model, Scene: scene, True: file.True, Predicted: file.Predicted}
	return c, c.validate()
}

func (c *clip) validate() error {
	if len(c.True) == 0 || len(c.True) != len(c.Predicted) {
		return fmt.Errorf("rollout: %d true and %d predicted states must be as many, and some", len(c.True), len(c.Predicted))
	}
	for _, side := range []struct {
		name   string
		states []sim.State
	}{{"true", c.True}, {"predicted", c.Predicted}} {
		for i, state := range side.states {
			if len(state) != len(c.Scene.Bodies) {
				return fmt.Errorf("rollout: %s: frame %d: %d bodies must be the scene's %d", side.name, i, len(state), len(c.Scene.Bodies))
			}
			if err := state.Check(); err != nil {
				return fmt.Errorf("rollout: %s: frame %d: %w", side.name, i, err)
			}
		}
	}
	return nil
}
