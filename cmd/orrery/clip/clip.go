package clip

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"

	"orrery/cmd/orrery/console"
	"orrery/datasets"
	"orrery/datasets/storage"
	"orrery/sim"
	"orrery/sim/canon"
	"orrery/sim/engine"
	"orrery/sim/render/film"
	"orrery/sim/scenario"
	"orrery/world"
	"orrery/world/observe"
	"orrery/world/rollout"
)

// Clip is a stretch of motion to look at: what a rollout file has, or that without its
// prediction.
type Clip struct {
	rollout.File
	Label string           // of the episode; empty for a scene
	Seen  *sim.Observation // what the true states were estimated from; nil when they are known
}

// SceneFrames is for how many frames, with the first, a scene file is run unless told
// otherwise.
const SceneFrames = 121

// firstSeed is the seed of the episodes of a scenario file.
const firstSeed = 1

// Load reads an episode of a dataset, or of its split of a name unless that is empty, a rollout file, or a scene or scenario file, which the
// engine runs. It returns the first so many frames; 0 stands for all there are, of a scene
// file for SceneFrames. The episodes of a scenario file are those that gen makes of it:
// nothing acts in a scene, but its first policy does in a scenario.
func Load(ctx context.Context, path, split string, episode, frames int) (*Clip, error) {
	c, err := readMotion(ctx, path, split, episode, frames)
	if err != nil || frames == 0 {
		return c, err
	}
	if frames > len(c.True) {
		return nil, fmt.Errorf("%s: --frames %d must be at most the %d frames of %s", path, frames, len(c.True), cmp.Or(c.Label, "the scene"))
	}
	c.Cut(frames)
	return c, nil
}

func readMotion(ctx context.Context, path, split string, episode, frames int) (*Clip, error) {
	kind, err := KindOf(path)
	if err != nil {
		return nil, err
	}
	switch kind {
	case Model:
		return nil, console.Usagef("%s is a model; a dataset, rollout or scene is needed", path)
	case Dataset:
		data, err := datasets.Open(ctx, path)
		if err != nil {
			return nil, err
		}
		if split != "" {
			of, err := data.Split(split)
			switch {
			case err != nil:
				return nil, console.Usage(err)
			case episode >= of.Len():
				return nil, fmt.Errorf("%s: episode %d of the split %s must be from 0 to %d", path, episode, split, of.Len()-1)
			}
			episode += of.From
		}
		return fromDataset(ctx, data, episode)
	case File:
	}
	if split != "" {
		return nil, console.Usagef("%s is a file, and only datasets have splits", path)
	}
	c, s, err := read(path, episode)
	if err != nil {
		return nil, err
	}
	if s == nil && episode > 0 {
		return nil, console.Usagef("%s is a file of one episode; --episode is for datasets and scenarios", path)
	}
	if c.True != nil {
		return c, nil
	}
	many, acting := SceneFrames, sim.Policy(nil)
	if s != nil {
		many, acting = s.Frames, s.Policies()[0].Start(c.Seed, episode, c.Scene)
	}
	if err := c.run(ctx, cmp.Or(frames, many), acting); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

// Play runs a scene that a scenario has given for a seed and an episode, for the scenario's
// usual time and with its first policy.
func Play(ctx context.Context, s *scenario.Scenario, scene *sim.Scene, seed uint64, episode int) (*Clip, error) {
	c := &Clip{File: rollout.File{Seed: seed, Episode: episode, Scene: scene}}
	c.Label = c.File.Label()
	return c, c.run(ctx, s.Frames, s.Policies()[0].Start(seed, episode, scene))
}

// run fills in what the engine makes of the scene.
func (c *Clip) run(ctx context.Context, frames int, acting sim.Policy) error {
	truth, err := engine.Simulate(ctx, c.Scene, nil, frames, acting)
	if err != nil {
		return err
	}
	c.True, c.Actions = truth.States, truth.Actions
	return nil
}

func fromDataset(ctx context.Context, data *datasets.Dataset, episode int) (*Clip, error) {
	t, err := data.Episode(ctx, episode)
	if err != nil {
		return nil, err
	}
	c := &Clip{File: rollout.File{
		Seed: data.Provenance().Seed, Episode: episode, Scene: t.Scene, True: t.States, Actions: t.Actions,
	}}
	c.Label, c.Seen = c.File.Label(), t.Seen
	return c, nil
}

// maxFile bounds the scene and rollout files that are read, in bytes.
const maxFile = 256 << 20

// Read reads a rollout file, or a scene file, or the first scene of a scenario file, as a
// clip without states.
func Read(path string) (*Clip, error) {
	c, _, err := read(path, 0)
	return c, err
}

// read reads what Read does, but a given episode of a scenario file, which it returns too.
func read(path string, episode int) (*Clip, *scenario.Scenario, error) {
	text, err := storage.ReadAtMost(path, maxFile)
	if err != nil {
		return nil, nil, err
	}
	if rollout.IsFile(text) || scenario.FormatOf(text) <= 1 {
		c, err := Decode(text)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", path, err)
		}
		return c, nil, nil
	}
	s, err := scenario.Parse(path, text)
	if err != nil {
		return nil, nil, err
	}
	values, err := s.Values(nil)
	if err != nil {
		return nil, nil, err
	}
	scene, err := s.Sample(firstSeed, episode, values)
	if err != nil {
		return nil, nil, err
	}
	c := &Clip{File: rollout.File{Seed: firstSeed, Episode: episode, Scene: scene}}
	c.Label = c.File.Label()
	return c, s, nil
}

// Decode reads the text of a rollout file, or of a scene file as a clip without states.
func Decode(text []byte) (*Clip, error) {
	if !rollout.IsFile(text) {
		scene, err := canon.Decode(bytes.NewReader(text))
		return &Clip{File: rollout.File{Scene: scene}}, err
	}
	r, err := rollout.Decode(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	c := &Clip{File: *r}
	c.Label = c.File.Label()
	return c, nil
}

// Cut leaves the first frames only.
func (c *Clip) Cut(frames int) {
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

// Watch leaves what follows once so many frames were watched, from the state that they alone tell; see
// observe.History.
func (c *Clip) Watch(ctx context.Context, frames int) error {
	if c.Seen == nil {
		return fmt.Errorf("%s: only of motion that was observed can frames be watched, and its states are known", cmp.Or(c.Label, "the scene"))
	}
	t := c.Truth()
	t.Seen = c.Seen
	w, _ := observe.WatchOf(t)
	law, err := observe.Measure(ctx, []*observe.Watch{w})
	if err != nil {
		return err
	}
	if t, err = observe.History(t, &law, frames); err != nil {
		return err
	}
	c.True, c.Actions, c.Seen = t.States, t.Actions, t.Seen
	return nil
}

// Predict asks a model what happens after the first true state when the actuators
// do what they truly did, and warns of an answer that cannot be right. The model has seen
// what is given in training; nil is not known.
func (c *Clip) Predict(ctx context.Context, log io.Writer, model world.Model, seen *world.Seen) error {
	bar := console.NewProgress(log, "predicting")
	defer bar.Close()
	predicted, err := world.Predict(ctx, model, c.Truth(), len(c.True), func(frame int) {
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

// Seconds returns the time from the first to the last state.
func (c *Clip) Seconds() float64 { return float64(len(c.True)-1) * c.Scene.FrameTime() }

// Film returns the clip as a film with default settings.
func (c *Clip) Film() film.Film {
	shown := film.Default()
	shown.Scene, shown.True, shown.Predicted = c.Scene, c.True, c.Predicted
	shown.Title, shown.Label, shown.Model = c.Scene.Name, c.Label, c.Model
	if c.Seen != nil {
		shown.Seen = c.Seen.Sights[:len(c.True)]
	}
	return shown
}
