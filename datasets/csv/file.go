package csv

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"orrery/datasets/recording"
	"orrery/datasets/splits"
	"orrery/sim"
)

// File is a file of motion whose episodes are found. It is safe for concurrent
// use.
type File struct {
	options Options
	motion  *table
	edges   *table // nil without
	actions int    // most components

	abreast  []string // bodies that the table has side by side, or nil
	recorded bool     // Raw reads the episodes, not Episode
	open     []*os.File
	copies   []*os.File // of texts that are not read in place

	order   []int         // places in the motion of the episodes, or nil where they are the same
	divided splits.Splits // of the episodes, or nil
	one     *cast         // of all episodes that have no scene of their own

	mutex sync.Mutex
	casts map[string]*cast // some of the others, by the names of their scenes
}

// Open reads a file, and that of the edges, to find the episodes. The files must
// stay as they are until Close.
func Open(ctx context.Context, path string, options Options) (*File, error) {
	f := &File{}
	in, err := f.input(ctx, path)
	if err == nil {
		err = f.find(ctx, options, in)
	}
	return f.orClose(err)
}

// OpenTable is Open for a table in another format, of which a copy is made.
func OpenTable(ctx context.Context, t recording.Table, options Options) (*File, error) {
	f := &File{}
	in, err := copyTable(ctx, t, &f.copies)
	if err == nil {
		err = f.find(ctx, options, in)
	}
	return f.orClose(err)
}

// Read is Open for a table that can be read but once, such as what comes through a pipe,
// and that errors call name. It ends with ctx, but a call of r.Read may then still wait.
func Read(ctx context.Context, name string, r io.Reader, options Options) (*File, error) {
	f := &File{}
	in, err := f.copied(ctx, name, r)
	if err == nil {
		err = f.find(ctx, options, in)
	}
	return f.orClose(err)
}

// copied returns the text that r reads, of which f has a copy.
func (f *File) copied(ctx context.Context, name string, r io.Reader) (input, error) {
	type copied struct {
		in     input
		copies []*os.File
		err    error
	}
	done := make(chan copied, 1)
	go func() {
		var c copied
		c.in, c.err = copyPlain(ctx, name, r, &c.copies)
		done <- c
	}()
	select {
	case <-ctx.Done():
		return input{}, ctx.Err()
	case c := <-done:
		f.copies = c.copies
		return c.in, c.err
	}
}

// find finds the episodes in the motion and in the edges of the options.
func (f *File) find(ctx context.Context, options Options, motion input) error {
	motion, unused, err := f.unfold(ctx, options, motion)
	if err != nil {
		return err
	}
	inputs := []input{motion}
	if options.Edges != "" {
		edges, err := f.input(ctx, options.Edges)
		if err != nil {
			return err
		}
		inputs = append(inputs, edges)
	}
	if f.abreast != nil { // columns have other names now
		options.Columns = maps.Clone(options.Columns)
		delete(options.Columns, "frame")
		delete(options.Columns, "time")
	}
	if err := f.read(ctx, options, inputs...); err != nil {
		return err
	}
	f.motion.unused = append(f.motion.unused, unused...)
	return nil
}

// orClose returns the file, or closes it after an error.
func (f *File) orClose(err error) (*File, error) {
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// input opens a file.
func (f *File) input(ctx context.Context, path string) (input, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() { // opening a pipe would wait for its other end
		err = fmt.Errorf("%s: must be a plain file, as it is read twice", path)
	}
	if err != nil {
		return input{}, err
	}
	file, err := os.Open(path)
	if err != nil {
		return input{}, err
	}
	f.open = append(f.open, file)
	return openPlain(ctx, filepath.Base(path), file, info.Size(), &f.copies)
}

// read finds the episodes in one text of motion and at most one of edges.
func (f *File) read(ctx context.Context, options Options, inputs ...input) (err error) {
	if err := options.Validate(); err != nil {
		return err
	}
	f.options, f.one = options, newCast(options.Scene)
	progress := options.Progress
	if progress == nil {
		progress = func(float64) {}
	}
	if f.motion, err = readTable(ctx, inputs[0], &options, motion, progress); err != nil {
		return err
	}
	if f.motion.episodes() == 0 {
		return fmt.Errorf("%s: has no rows", f.motion.name)
	}
	f.recorded = options.Recording || !f.motion.knowsVelocities()
	f.motion.keepRecorded(f.recorded)
	for f.actions < len(actionNames) && f.motion.has(actionNames[f.actions]) {
		f.actions++
	}
	if err := f.findScenes(ctx); err != nil {
		return err
	}
	f.divide()
	if len(inputs) < 2 {
		return nil
	}
	if f.edges, err = readTable(ctx, inputs[1], &Options{}, edges, progress); err != nil {
		return err
	}
	for _, e := range f.edges.extents {
		if f.edges.has("episode") && f.motion.labelled(e.label) == nil {
			return f.edges.errorf(e.line, "episode %d must be in %s", e.label, f.motion.name)
		}
	}
	return nil
}

// Close closes the files.
func (f *File) Close() error {
	var err error
	for _, file := range f.open {
		err = errors.Join(err, file.Close())
	}
	for _, file := range f.copies {
		err = errors.Join(err, file.Close())
		os.Remove(file.Name()) // it is gone already where a system can remove an open file
	}
	f.open, f.copies = nil, nil
	return err
}

// Episodes returns the number of episodes. They are in the order of their numbers
// in the file, those of each split together.
func (f *File) Episodes() int { return f.motion.episodes() }

// Frames returns the number of frames of the longest episode.
func (f *File) Frames() int {
	most := 0
	for i := range f.motion.episodes() {
		extents := f.motion.episode(i)
		all := extents[0]
		for _, e := range extents[1:] {
			all.rows += e.rows
			all.low, all.high = min(all.low, e.low), max(all.high, e.high)
			all.early, all.late = min(all.early, e.early), max(all.late, e.late)
		}
		frames := all.high - all.low + 1
		if !f.motion.has("frame") {
			frames = frameOf(all.late-all.early, f.options.FPS) + 1
		}
		most = max(most, int(min(int64(all.rows), frames))) // more frames than rows have a gap, which Episode names
	}
	return most
}

// Unsorted returns the place of the first row, such as "line 6", that belongs before the one
// above it by episode and frame, or nothing when there is none.
func (f *File) Unsorted() string {
	if f.motion.unsorted == 0 {
		return ""
	}
	return f.motion.at(f.motion.unsorted)
}

// Unused returns the names of the columns of motion that no quantity is read from, in
// their order. Columns without a name are not among them.
func (f *File) Unused() []string { return slices.Clone(f.motion.unused) }

// Abreast returns the names of the bodies of a table that has them side by side, a row for each picture, or nothing of others.
func (f *File) Abreast() []string { return slices.Clone(f.abreast) }

// Sums returns the SHA-256 of each file in hexadecimal, by name.
func (f *File) Sums() map[string]string {
	sums := map[string]string{f.motion.name: f.motion.sum}
	if f.edges != nil {
		sums[f.edges.name] = f.edges.sum
	}
	return sums
}

// Episode reads episode i as states on the beat of the frames, of which what has no column is 0; see Recorded. Its scene is its own, or that of the options, or discs, with the
// first state for a start and the fields of the episode's edges.
func (f *File) Episode(ctx context.Context, i int) (*sim.Trajectory, error) {
	if f.options.FPS == 0 {
		return nil, ErrNoRate
	}
	extents := f.episode(i)
	c, err := f.castOf(extents[0])
	if err != nil {
		return nil, err
	}
	g, err := f.readFrames(ctx, c, extents)
	if err != nil {
		return nil, err
	}
	t := &sim.Trajectory{States: g.states(f.options.FPS), Actions: g.takeActions()}
	if t.Scene, err = f.scene(ctx, c, extents[0].label, t.States[0]); err != nil {
		return nil, err
	}
	return t, nil
}

// episode returns the extents of episode i.
func (f *File) episode(i int) []extent {
	if f.order != nil {
		i = f.order[i]
	}
	return f.motion.episode(i)
}

// Fault returns the first error of the episodes in their order, whichever was met
// first by those who read them at the same time.
func (f *File) Fault(ctx context.Context) error {
	for i := range f.Episodes() {
		if _, err := f.Episode(ctx, i); err != nil {
			return err
		}
	}
	return nil
}

// scene returns the scene of the episode with a label.
func (f *File) scene(ctx context.Context, c *cast, label int64, start sim.State) (*sim.Scene, error) {
	var scene sim.Scene
	if c.scene != nil {
		scene = *c.scene
		scene.Bodies = slices.Clone(scene.Bodies)
	} else {
		scene = sim.DefaultScene()
		scene.Name, scene.FPS = "recording", f.options.FPS
		for range start {
			scene.Bodies = append(scene.Bodies, disc(f.options.Radius))
		}
	}
	for i := range scene.Bodies {
		scene.Bodies[i].Start = start[i]
	}
	if f.edges != nil {
		fields, err := f.readFields(ctx, c, label, len(start))
		if err != nil {
			return nil, err
		}
		scene.Fields = slices.Concat(scene.Fields, fields)
	}
	return &scene, scene.Validate()
}

// disc returns a smooth, lossless disc of 1 kg, since nothing says otherwise.
func disc(radius float64) sim.Body {
	body := sim.NewDisc(radius, 1, sim.Surface{Elasticity: 1})
	body.Moment /= body.Mass
	body.Mass = 1
	return body
}
