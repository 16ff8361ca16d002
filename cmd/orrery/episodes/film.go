package episodes

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/png"
	"strings"

	"orrery/cmd/orrery/console"
	"orrery/datasets/camera"
	"orrery/sim"
	"orrery/sim/render/animation"
	"orrery/sim/render/footage"
)

// Filming says how the episodes of a recipe are filmed, a picture for each frame. With no Kind they are not.
type Filming struct {
	Kind          camera.Kind
	Width, Height int // px
	Paint         footage.Paint
	With          []string // nuisances, as footage.Settings.AddText reads them
	Seed          uint64   // of what chance draws
}

// settings returns how episodes of so many frames a second are filmed, or an error in the words of flags.
func (f *Filming) settings(fps int) (footage.Settings, error) {
	s := footage.Default()
	s.Width, s.Height, s.Rate, s.Seed, s.Paint = f.Width, f.Height, float64(fps), f.Seed, f.Paint
	for _, text := range f.With {
		if err := s.AddText(text); err != nil {
			return s, fmt.Errorf("--film-with: %w", err)
		}
	}
	if err := s.Validate(); err != nil {
		return s, fmt.Errorf("--film: %w", err)
	}
	film := f.spec()
	if err := film.Validate(); err != nil {
		return s, fmt.Errorf("--film: %w", err)
	}
	if _, err := animation.FindFFmpeg(); err != nil {
		switch {
		case f.Kind == camera.Video:
			return s, errors.New("--film video needs the program ffmpeg, which is not on the path; --film image works without it")
		case s.H264 > 0:
			return s, errors.New("--film-with h264 needs the program ffmpeg, which is not on the path; jpeg works without it")
		}
	}
	return s, nil
}

// spec returns what a dataset says of its film.
func (f *Filming) spec() camera.Film {
	look := "paint " + string(f.Paint)
	if len(f.With) > 0 {
		look += ", with " + strings.Join(f.With, ", ")
	}
	return camera.Film{Kind: f.Kind, Width: f.Width, Height: f.Height, Look: look, Seed: f.Seed}
}

// flags returns the flags of orrery gen for it, when the seed of the episodes is known.
func (f *Filming) flags(seed uint64) string {
	text := fmt.Sprintf(" --film %s --film-size %dx%d", f.Kind, f.Width, f.Height)
	if f.Paint != footage.Distinct {
		text += " --film-paint " + string(f.Paint)
	}
	if len(f.With) > 0 {
		text += " --film-with " + console.Quoted(strings.Join(f.With, ","))
	}
	if f.Seed != seed {
		text += fmt.Sprintf(" --film-seed %d", f.Seed)
	}
	return text
}

// drawer returns what draws an episode.
func (f *Filming) drawer(settings footage.Settings) func(ctx context.Context, folder string, episode int, t *sim.Trajectory) (*camera.Pictures, error) {
	return func(ctx context.Context, folder string, episode int, t *sim.Trajectory) (*camera.Pictures, error) {
		settings := settings
		settings.Take, settings.Scratch = episode, folder
		shot, err := footage.New(t.Scene, t.States, settings)
		if err != nil {
			return nil, err
		}
		corner := shot.Corner()
		p := &camera.Pictures{Place: camera.Place{Scale: shot.Scale(), Left: corner.X, Bottom: corner.Y}}
		if f.Kind == camera.Video {
			p.Video, err = shot.MP4(ctx, p.Values.Add)
			return p, err
		}
		for picture, err := range shot.Pictures(ctx) {
			if err != nil {
				return nil, err
			}
			p.Values.Add(picture)
			var file bytes.Buffer
			if err := png.Encode(&file, picture); err != nil {
				return nil, err
			}
			p.Images = append(p.Images, file.Bytes())
		}
		return p, nil
	}
}
