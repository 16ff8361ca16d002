package watching

import (
	"context"
	"fmt"
	"image"
	"math"
	"os"
	"path/filepath"
	"slices"

	"orrery/datasets"
	"orrery/datasets/film"
	"orrery/datasets/film/files"
	"orrery/datasets/film/shelf"
	"orrery/sim"
	"orrery/sim/input"
	"orrery/sim/render"
)

// Backdrop is the film from which an episode of a dataset was made.
type Backdrop struct {
	shelf *shelf.Shelf
	Shows render.Bounds // m, from the lower left to the upper right corner of the pictures
	start float64       // s of the film, of the episode's first frame
	rate  float64       // frames a second
}

// Picture returns the picture nearest to a frame of the episode. It is shared, and not to be changed.
func (b *Backdrop) Picture(frame int) *image.RGBA {
	return b.shelf.At(b.start + float64(frame)/b.rate)
}

// backdropSide is the greatest side in px of the pictures that are kept.
const backdropSide = 960

// ReadReport reads what an earlier watch decided from its folder.
func ReadReport(dir string) (*Report, error) {
	path := filepath.Join(dir, filmFile)
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%s is no folder that orrery watch has written: it has no %s", dir, filmFile)
	}
	var r Report
	if err := input.DecodeJSON(text, &r); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if r.Format != 1 || len(r.Episodes) == 0 {
		return nil, fmt.Errorf("%s: format %d with %s is not what orrery watch writes", path, r.Format, input.Count(len(r.Episodes), "episode"))
	}
	return &r, nil
}

// Behind returns the film of an episode of a dataset that was imported from the tracks of a watch, whose folder is dir.
func Behind(ctx context.Context, dir, data string, episode int) (*Backdrop, error) {
	r, err := ReadReport(dir)
	if err != nil {
		return nil, err
	}
	d, err := datasets.Open(ctx, data)
	if err != nil {
		return nil, err
	}
	t, err := d.Episode(ctx, episode)
	if err != nil {
		return nil, err
	}
	records, err := d.Records(episode)
	if err != nil {
		return nil, err
	}
	told := d.Provenance().Recording
	if t.Seen == nil || told == nil || len(records) == 0 {
		return nil, fmt.Errorf("%s was not made of what a film shows", data)
	}
	number := recordingOf(told.Pieces, episode)
	if number >= len(r.Episodes) {
		return nil, fmt.Errorf("%s has %s, and %s more: it was made of another film", dir, input.Count(len(r.Episodes), "episode"), data)
	}
	b := &Backdrop{rate: float64(t.Scene.FPS), start: math.Inf(1)}
	for i := range records {
		b.start = min(b.start, records[i].Time)
	}
	place, err := shownBy(t, records, b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", data, err)
	}
	f, err := r.open(ctx, number)
	if err != nil {
		return nil, err
	}
	size := f.Size()
	corner := sim.Vec{X: float64(size.X), Y: float64(size.Y)}.Scale(1 / r.scale())
	low, high := place(sim.Vec{}), place(corner)
	b.Shows = render.Bounds{Min: sim.Vec{X: min(low.X, high.X), Y: min(low.Y, high.Y)}, Max: sim.Vec{X: max(low.X, high.X), Y: max(low.Y, high.Y)}}
	b.shelf, err = shelf.Keep(ctx, f, backdropSide)
	return b, err
}

// recordingOf returns which recording an episode was cut from; no pieces are one episode each.
func recordingOf(pieces []int, episode int) int {
	for i, n := range pieces {
		if episode < n {
			return i
		}
		episode -= n
	}
	return len(pieces) + episode
}

// open opens the film of an episode again.
func (r *Report) open(ctx context.Context, episode int) (*film.Film, error) {
	e := &r.Episodes[episode]
	f, err := files.Open(ctx, e.Path, film.Options{
		Start: r.Watched.Start, End: r.Watched.End, Step: r.Watched.Step, Rate: r.Watched.Rate, Region: r.Watched.Region,
	})
	if err != nil {
		return nil, err
	}
	parts := f.Episodes()
	if e.Stretch >= len(parts) || f.Facts().SHA256 != e.Film.SHA256 {
		return nil, fmt.Errorf("%s is another film than the one that was watched", e.Path)
	}
	return asWatched(parts[e.Stretch], e.Sways, e.Slant)
}

// shownBy returns the map from places as the recording has them to those of the dataset in m.
func shownBy(t *sim.Trajectory, records []sim.Record, b *Backdrop) (func(sim.Vec) sim.Vec, error) {
	var raw, is []sim.Vec
	for k, sights := range t.Seen.Sights {
		for body, s := range sights {
			if !s.Seen {
				continue
			}
			time := b.start + float64(k)/b.rate + s.After
			i := slices.IndexFunc(records, func(r sim.Record) bool {
				return r.Body == body && r.Seen && math.Abs(r.Time-time) < 1e-6
			})
			if i >= 0 {
				raw, is = append(raw, sim.Vec{X: records[i].X, Y: records[i].Y}), append(is, sim.Vec{X: s.X, Y: s.Y})
			}
		}
	}
	if len(raw) == 0 {
		return nil, fmt.Errorf("nothing of the recording is found in its states")
	}
	// Both axes have one scale, up to where they point, and lengths between two places tell it.
	far, length := 0, 0.0
	for i := range raw {
		if d := raw[i].Sub(raw[0]).Len(); d > length {
			far, length = i, d
		}
	}
	scale := 1.0
	if length > 0 {
		scale = is[far].Sub(is[0]).Len() / length
	}
	sign := 1.0
	if d := raw[far].Y - raw[0].Y; d*(is[far].Y-is[0].Y) < 0 {
		sign = -1
	}
	return func(v sim.Vec) sim.Vec {
		return sim.Vec{X: is[0].X + scale*(v.X-raw[0].X), Y: is[0].Y + sign*scale*(v.Y-raw[0].Y)}
	}, nil
}
