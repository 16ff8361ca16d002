package watching

import (
	"context"
	"errors"
	"fmt"
	"image/png"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/recordings"
	"orrery/datasets/bags"
	"orrery/datasets/csv"
	"orrery/datasets/recording"
	"orrery/datasets/storage"
	"orrery/sim"
	"orrery/sim/canon"
	"orrery/world/watch/look"
	"orrery/world/watch/scenery"
	"orrery/world/watch/walls"
)

// seenEpisode is an episode whose bodies have their names.
type seenEpisode struct {
	*stretch
	number int
	names  []string       // by the order in which they were found
	bodies []scenery.Body // that are kept, in the order of their first names
}

// finish joins the episodes that were watched and writes the folder.
func (w *work) finish(ctx context.Context) (*Report, error) {
	bar := console.NewProgress(w.log, "writing "+w.Out)
	defer bar.Close()
	episodes, err := w.named()
	if err != nil {
		return nil, err
	}
	found, err := w.walls(episodes)
	if err != nil {
		return nil, err
	}
	r := &Report{Format: 1, Unit: "px", Walls: found, Fix: w.fix}
	r.Watched = Watched{Start: w.Film.Start, End: w.Film.End, Step: w.Film.Step, Rate: w.Film.Rate, Region: w.Film.Region}
	if err := w.measure(ctx, episodes, r); err != nil {
		return nil, err
	}
	bar.Set(0.2, "")
	if err := w.writeTracks(episodes, r); err != nil {
		return nil, err
	}
	if err := w.writeScenes(episodes, r); err != nil {
		return nil, err
	}
	if err := r.tell(w, episodes); err != nil {
		return nil, err
	}
	if err := w.writeCheck(ctx, episodes, r, func(share float64) { bar.Set(0.2+0.8*share, "") }); err != nil {
		return nil, err
	}
	if err := r.write(w.fileOf(filmFile)); err != nil {
		return nil, err
	}
	return r, os.RemoveAll(filepath.Join(w.Out, partialDir))
}

// named gives all bodies their names, and applies what a person corrected.
func (w *work) named() (episodes []*seenEpisode, err error) {
	known, all := map[string]*look.Body{}, map[string]bool{}
	for i, s := range w.stretches {
		e := &seenEpisode{stretch: s, number: i}
		bodies := make([]look.Body, len(s.part.Bodies))
		for k := range bodies {
			bodies[k] = s.part.Bodies[k].Body
		}
		if e.names = s.names; e.names == nil {
			e.names = nameBodies(known, bodies)
		}
		for _, name := range e.names {
			all[name] = true
		}
		episodes = append(episodes, e)
	}
	if err := w.fix.check(slices.Sorted(maps.Keys(all)), len(episodes)); err != nil {
		return nil, fmt.Errorf("%s: %w", w.Fix, err)
	}
	for _, e := range episodes {
		if err := w.gather(e); err != nil {
			return nil, err
		}
	}
	return episodes, nil
}

// rows reads the rows of an episode with the names that the bodies have in the end, in the order of the pictures.
func (w *work) rows(e *seenEpisode, visit func(*Row) error) error {
	return w.correctedRows(e, func(r *correctedRow) error { return visit(&r.Row) })
}

// correctedRows reads the rows of an episode as rows does, each with what was known of its body before. A body has one row in a picture.
func (w *work) correctedRows(e *seenEpisode, visit func(*correctedRow) error) error {
	var picture []correctedRow
	pass := func() error {
		for i := range picture {
			if err := visit(&picture[i]); err != nil {
				return err
			}
		}
		picture = picture[:0]
		return nil
	}
	err := readTracks(partPath(w.Out, e.number)+".csv", func(r *Row) error {
		body, err := strconv.Atoi(r.Body)
		if err != nil || body < 0 || body >= len(e.names) {
			return fmt.Errorf("%s: there is no body %q", partPath(w.Out, e.number), r.Body)
		}
		if len(picture) > 0 && picture[0].Frame != r.Frame {
			if err := pass(); err != nil {
				return err
			}
		}
		name, merged, kept := w.fix.corrected(e.number, e.names[body], r.Time)
		if !kept {
			return nil
		}
		row := correctedRow{Row: *r, found: body, merged: merged}
		row.Body = name
		for i := range picture {
			if before := &picture[i]; before.Body == name {
				counts, err := w.fix.one(before, &row)
				if err != nil {
					return fmt.Errorf("%s: %w", w.Fix, err)
				}
				*before = *counts
				return nil
			}
		}
		picture = append(picture, row)
		return nil
	})
	if err != nil {
		return err
	}
	return pass()
}

// gather finds the bodies of an episode that are kept: each looks as the one of which its first row is.
func (w *work) gather(e *seenEpisode) error {
	there := map[string]bool{}
	err := w.correctedRows(e, func(r *correctedRow) error {
		if !there[r.Body] && r.Seen {
			there[r.Body] = true
			e.bodies = append(e.bodies, scenery.Body{Name: r.Body, Body: e.part.Bodies[r.found].Body, Start: r.Pose})
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(e.bodies) == 0 {
		switch {
		case len(e.names) > 0 && w.Fix != "":
			return fmt.Errorf("%s: %s leaves none of its bodies", e.path, w.Fix)
		case len(e.names) > 0:
			return fmt.Errorf("%s: what moves in it is met in no picture as it was found: it may change its shape, or be drawn as an outline alone", e.path)
		}
		if len(e.part.Ignored) > 0 {
			return fmt.Errorf("%s: no body is seen in it, only what is none: %s", e.path, e.part.Ignored[0].Reason)
		}
		return fmt.Errorf("%s: no body is seen to move in it", e.path)
	}
	slices.SortStableFunc(e.bodies, func(a, b scenery.Body) int { return compareNames(a.Name, b.Name) })
	for i := range e.bodies {
		if math.IsNaN(e.bodies[i].Start.Angle) {
			e.bodies[i].Start.Angle = 0
		}
	}
	return nil
}

// compareNames puts numbers in their order before other names.
func compareNames(a, b string) int {
	m, first := strconv.Atoi(a)
	n, second := strconv.Atoi(b)
	switch {
	case first == nil && second == nil:
		return m - n
	case first == nil:
		return -1
	case second == nil:
		return 1
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// walls finds the walls that the bodies of all episodes prove. Films of different sizes show different places: then those of the first size count.
func (w *work) walls(episodes []*seenEpisode) ([]walls.Wall, error) {
	down := sim.Vec{}
	if w.Down != "" {
		down, _ = ParseDown(w.Down) // begin has looked at it
	}
	var hits []walls.Hit
	var all []walls.Way
	size := episodes[0].Size()
	for _, e := range episodes {
		if e.Size() != size {
			continue
		}
		ways, times, err := w.ways(e)
		if err != nil {
			return nil, err
		}
		hits, all = append(hits, walls.Hits(ways, times, down)...), append(all, ways...)
	}
	ground, err := w.ground(episodes[0])
	if err != nil {
		return nil, err
	}
	return walls.Find(hits, all, ground), nil
}

// ways returns how the bodies of an episode moved.
func (w *work) ways(e *seenEpisode) (ways []walls.Way, times []float64, err error) {
	index := map[string]int{}
	for i := range e.bodies {
		index[e.bodies[i].Name] = i
		ways = append(ways, walls.Way{Body: &e.bodies[i].Body})
	}
	last := -1
	err = w.rows(e, func(r *Row) error {
		if r.Frame != last {
			last, times = r.Frame, append(times, r.Time)
			for i := range ways {
				ways[i].Places = append(ways[i].Places, walls.Place{})
			}
		}
		if i, there := index[r.Body]; there && r.Seen {
			place := walls.Place{Pose: r.Pose, Std: max(r.StdX, r.StdY), Seen: true}
			if !r.Turned {
				place.Angle = 0
			}
			ways[i].Places[len(times)-1] = place
		}
		return nil
	})
	return ways, times, err
}

// ground returns the picture without bodies of an episode.
func (w *work) ground(e *seenEpisode) (*walls.Picture, error) {
	file, err := os.Open(partPath(w.Out, e.number) + ".png")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	m, err := png.Decode(file)
	if err != nil {
		return nil, fmt.Errorf("%s: the picture without bodies cannot be read: begin again with --force", w.Out)
	}
	size := m.Bounds().Size()
	p := &walls.Picture{Width: size.X, Height: size.Y, Values: make([]float32, 0, 3*size.X*size.Y), Noise: 1 + e.part.Ground.Noise}
	for y := range size.Y {
		for x := range size.X {
			r, g, b, _ := m.At(x, y).RGBA()
			p.Values = append(p.Values, float32(r>>8), float32(g>>8), float32(b>>8))
		}
	}
	return p, nil
}

// measure finds the scale and the gravity, of which one may tell the other.
func (w *work) measure(ctx context.Context, episodes []*seenEpisode, r *Report) error {
	facts := episodes[0].Facts()                         // of the whole picture, whatever region of it is watched
	rough := float64(max(facts.Width, facts.Height)) / 2 // px to a metre, unless something says it
	switch {
	case w.scale.PerMetre > 0:
		rough, r.PerMetre = w.scale.PerMetre, w.scale.PerMetre
	case w.scale.Side > 0:
		r.PerMetre = 2 * rough / w.scale.Side
		rough = r.PerMetre
	case w.scale.Body != "":
		for _, e := range episodes {
			for i := range e.bodies {
				if b := &e.bodies[i]; b.Name == w.scale.Body && r.PerMetre == 0 {
					r.PerMetre = across(b.Shapes) / w.scale.Length
					rough = r.PerMetre
				}
			}
		}
		if r.PerMetre == 0 {
			return fmt.Errorf("--scale: there is no body %q", w.scale.Body)
		}
	}
	fall, err := w.fall(ctx, episodes, rough)
	if err != nil {
		return err
	}
	if w.scale.Fall > 0 {
		if !(fall.Len() > 0) {
			return errors.New("--scale g=…: nothing falls in the film long enough to tell how fast")
		}
		r.PerMetre = rough * fall.Len() / w.scale.Fall
		fall = fall.Scale(rough / r.PerMetre)
	}
	if w.Down != "" {
		down, _ := ParseDown(w.Down)
		fall = down.Scale(max(fall.Dot(down), 0))
	}
	r.Gravity = fall
	if r.PerMetre > 0 {
		r.Unit = "m"
	} else {
		r.Gravity = fall.Scale(rough)
	}
	return nil
}

// fall returns how bodies accelerate in flight in m/s², with so many px to a metre; zero where that is no more than noise.
func (w *work) fall(ctx context.Context, episodes []*seenEpisode, perMetre float64) (sim.Vec, error) {
	path := filepath.Join(w.Out, partialDir, "measure.csv")
	err := storage.ReplaceFile(path, func(file *os.File) error {
		out, err := newTrackWriter(file, perMetre, false)
		if err != nil {
			return err
		}
		for _, e := range episodes {
			if err := w.rows(e, out.write); err != nil {
				return err
			}
		}
		return out.flush()
	})
	if err != nil {
		return sim.Vec{}, err
	}
	options := recordings.DefaultOptions()
	if err := options.Parse(); err != nil {
		return sim.Vec{}, err
	}
	table := csv.DefaultOptions()
	table.Recording, table.FPS = true, max(int(math.Round(episodes[0].Facts().Rate)), 1)
	file, err := recordings.Open(ctx, recordings.CSV, path, nil, table, bags.Options{}, func(string) {})
	if err != nil {
		return sim.Vec{}, nothingMeasured(ctx, err)
	}
	set, err := recordings.Read(ctx, file, options, func(float64) {})
	if err != nil {
		return sim.Vec{}, nothingMeasured(ctx, err)
	}
	if err := set.Measure(ctx); err != nil {
		return sim.Vec{}, nothingMeasured(ctx, err)
	}
	if !recording.Tell(set.Seen).Falls() {
		return sim.Vec{}, nil
	}
	return set.Scene(0).Gravity.Add(set.Law.Gravity), nil // the law says what is beyond the scene's
}

// nothingMeasured returns an error only where the work was stopped: tracks that are too short for a law have none.
func nothingMeasured(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return err
	}
	return nil
}

// writeTracks writes the tracks in metres, or px where nothing says the scale.
func (w *work) writeTracks(episodes []*seenEpisode, r *Report) error {
	return storage.ReplaceFile(w.fileOf(tracksFile), func(file *os.File) error {
		out, err := newTrackWriter(file, r.scale(), false)
		if err != nil {
			return err
		}
		for _, e := range episodes {
			if err := w.rows(e, out.write); err != nil {
				return err
			}
		}
		return out.flush()
	})
}

// writeScenes writes the scene of the first episode, and those of all when there are more.
func (w *work) writeScenes(episodes []*seenEpisode, r *Report) error {
	for i, e := range episodes {
		scene := scenery.Scene(nameOf(e.path), e.bodies, r.Walls, r.scale(), e.Facts().Rate, r.Gravity)
		if err := scene.Validate(); err != nil {
			return fmt.Errorf("%s: what was seen is no scene: %w", e.path, err)
		}
		text, err := canon.Encode(scene)
		if err != nil {
			return err
		}
		if i == 0 {
			if err := storage.WriteFile(w.fileOf(sceneFile), text); err != nil {
				return err
			}
		}
		if err := storage.WriteFile(filepath.Join(w.Out, scenesDir, strconv.Itoa(i)+".json"), text); err != nil {
			return err
		}
	}
	return nil
}
