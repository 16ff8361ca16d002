package csv

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"orrery/sim"
)

// File is a file of motion whose episodes are found. It is safe for concurrent
// use.
type File struct {
	options Options
	motion  *table
	edges   *table         // nil without
	bodies  map[string]int // those of the scene that have a name
	actions int            // components
	open    []*os.File
}

// Open reads a file, and that of the edges, to find the episodes. The files must
// stay as they are until Close.
func Open(ctx context.Context, path string, options Options) (*File, error) {
	paths := []string{path}
	if options.Edges != "" {
		paths = append(paths, options.Edges)
	}
	open := &File{}
	inputs := make([]input, len(paths))
	for i, path := range paths {
		var err error
		if inputs[i], err = open.input(path); err != nil {
			open.Close()
			return nil, err
		}
	}
	f, err := read(ctx, options, inputs...)
	if err != nil {
		open.Close()
		return nil, err
	}
	f.open = open.open
	return f, nil
}

// input opens a file.
func (f *File) input(path string) (input, error) {
	file, err := os.Open(path)
	if err != nil {
		return input{}, err
	}
	f.open = append(f.open, file)
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s: must be a plain file, as it is read twice", path)
	}
	return input{filepath.Base(path), file, info.Size()}, err
}

// read finds the episodes in one file of motion and at most one of edges.
func read(ctx context.Context, options Options, inputs ...input) (*File, error) {
	if err := options.Validate(); err != nil {
		return nil, err
	}
	f := &File{options: options, bodies: map[string]int{}}
	var err error
	if f.motion, err = readTable(ctx, inputs[0], options.Columns, motion); err != nil {
		return nil, err
	}
	if f.motion.episodes() == 0 {
		return nil, fmt.Errorf("%s: no rows below the header", f.motion.name)
	}
	for f.actions < len(actionNames) && f.motion.has(actionNames[f.actions]) {
		f.actions++
	}
	driven := 0
	if options.Scene != nil {
		driven = len(options.Scene.Actuators)
		for i, body := range options.Scene.Bodies {
			if body.Name != "" {
				f.bodies[body.Name] = i
			}
		}
	}
	if f.actions != driven {
		return nil, fmt.Errorf("%s: %d columns action0, action1, … must be one for each of the %d actuators of the scene", f.motion.name, f.actions, driven)
	}
	if len(inputs) < 2 {
		return f, nil
	}
	f.edges, err = readTable(ctx, inputs[1], nil, edges)
	if err != nil {
		return nil, err
	}
	for _, e := range f.edges.extents {
		if f.motion.labelled(e.label) == nil {
			return nil, f.edges.errorf(e.line, "episode %d must be in %s", e.label, f.motion.name)
		}
	}
	return f, nil
}

// Close closes the files.
func (f *File) Close() error {
	var err error
	for _, file := range f.open {
		err = errors.Join(err, file.Close())
	}
	return err
}

// Episodes returns the number of episodes. They are in the order of their numbers
// in the file.
func (f *File) Episodes() int { return f.motion.episodes() }

// Frames returns the number of frames of the longest episode.
func (f *File) Frames() int {
	most := 0
	for i := range f.motion.episodes() {
		rows, low, high := 0, int64(0), int64(0)
		for k, e := range f.motion.episode(i) {
			if k == 0 {
				low, high = e.low, e.high
			}
			rows, low, high = rows+e.rows, min(low, e.low), max(high, e.high)
		}
		most = max(most, int(min(int64(rows), high-low+1))) // more frames than rows have a gap, which Episode names
	}
	return most
}

// Unsorted returns the first line of the file that belongs before the one above
// it by episode and frame, or 0 when there is none.
func (f *File) Unsorted() int { return f.motion.unsorted }

// Sums returns the SHA-256 of each file in hexadecimal, by name.
func (f *File) Sums() map[string]string {
	sums := map[string]string{f.motion.name: f.motion.sum}
	if f.edges != nil {
		sums[f.edges.name] = f.edges.sum
	}
	return sums
}

// Episode reads episode i. Its scene is that of the options, or discs, with the
// first state for a start and the fields of the episode's edges.
func (f *File) Episode(i int) (*sim.Trajectory, error) {
	g, err := f.readFrames(f.motion.episode(i))
	if err != nil {
		return nil, err
	}
	t := &sim.Trajectory{States: g.states(f.options.FPS), Actions: g.takeActions()}
	if t.Scene, err = f.scene(f.motion.extents[f.motion.starts[i]].label, t.States[0]); err != nil {
		return nil, err
	}
	return t, nil
}

// Fault returns the first error of the episodes in their order, whichever was met
// first by those who read them at the same time.
func (f *File) Fault(ctx context.Context) error {
	for i := range f.Episodes() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, err := f.Episode(i); err != nil {
			return err
		}
	}
	return nil
}

// scene returns the scene of the episode with a label.
func (f *File) scene(label int64, start sim.State) (*sim.Scene, error) {
	var scene sim.Scene
	if f.options.Scene != nil {
		scene = *f.options.Scene
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
		fields, err := f.readFields(label, len(start))
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
