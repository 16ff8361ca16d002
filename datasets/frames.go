package datasets

import (
	"context"
	"fmt"
	"math"
	"slices"

	"orrery/datasets/parquet"
	"orrery/sim"
)

// frames is all that the frames of an episode say.
type frames struct {
	trajectory *sim.Trajectory
	outcomes   []Outcome
	columns    [][]float64     // [t, width] of each feature
	bodies     []sim.BodyState // of the frames that are still to come
	scene      []byte          // JSON
}

// frames reads and checks episode i.
func (d *Dataset) frames(ctx context.Context, i int) (*frames, error) {
	if i < 0 || i >= len(d.episodes) {
		return nil, fmt.Errorf("%s: episode %d must be from 0 to %d", d.in.name, i, len(d.episodes)-1)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	scene, text, err := d.scene(i)
	if err != nil {
		return nil, err
	}
	e := d.episodes[i]
	t, err := d.table(e)
	if err != nil {
		return nil, err
	}
	f, err := d.framesIn(ctx, t, i, e, scene, text)
	if err == nil && d.room.Observed {
		err = d.addBeside(f.trajectory, i)
	}
	return f, err
}

// framesIn reads and checks episode i, of which all but the frames is known, from t.
func (d *Dataset) framesIn(ctx context.Context, t *parquet.Table, i int, e episode, scene *sim.Scene, text []byte) (*frames, error) {
	f := &frames{scene: text, trajectory: &sim.Trajectory{Scene: scene, Impact: d.provenance.Motion == Impacts}}
	if d.room.Rewarded {
		f.outcomes = []Outcome{}
	}
	if len(d.room.View) > 0 {
		f.trajectory.ViewNames = d.room.View
	}
	if d.room.Observed {
		f.trajectory.Seen = &sim.Observation{}
	}
	var err error
	if f.columns, err = d.columns(ctx, t, e); err != nil {
		return nil, err
	}
	n := len(scene.Bodies)
	f.trajectory.States = make([]sim.State, 0, e.length)
	f.bodies = make([]sim.BodyState, n*e.length)
	for k := range e.length {
		if err := d.addFrame(f, i, e, k); err != nil {
			return nil, fmt.Errorf("%s: episode %d: frame %d: %w", t.Name(), i, k, err)
		}
	}
	if err = f.trajectory.Check(); err == nil {
		err = checkOutcomes(f.outcomes)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: episode %d: %w", t.Name(), i, err)
	}
	return f, nil
}

// table returns the layout of the file with the frames of an episode.
func (d *Dataset) table(e episode) (*parquet.Table, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	path := filePath(dataPath, e.chunk, e.file)
	t := d.tables[path]
	if t == nil {
		var err error
		if t, err = d.openTable(path); err != nil {
			return nil, err
		}
	}
	d.keep(path, t)
	return t, nil
}

// keep notes that the layout of a file is used, and forgets the one not used for longest if there are too many. d is locked.
func (d *Dataset) keep(path string, t *parquet.Table) {
	if at := slices.Index(d.used, path); at >= 0 {
		d.used = slices.Delete(d.used, at, at+1)
	} else if len(d.used) == maxTables {
		delete(d.tables, d.used[0])
		d.used = slices.Delete(d.used, 0, 1)
	}
	d.tables[path], d.used = t, append(d.used, path)
}

// maxTables is the number of files whose layouts a dataset keeps: one of 2048 row groups takes about a megabyte, and whoever
// reads in order, several episodes at once, is in few files.
const maxTables = 16

// columns reads the values [t, width] of each feature in an episode from t.
func (d *Dataset) columns(ctx context.Context, t *parquet.Table, e episode) ([][]float64, error) {
	r, err := t.Reader()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	columns := make([][]float64, len(d.features))
	for i, f := range d.features {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		switch f.dtype {
		case "int64":
			columns[i], err = readNumbers(r, e, f, func(v int64) float64 { return float64(v) })
		case "bool":
			columns[i], err = readNumbers(r, e, f, flagNumber)
		default:
			columns[i], err = readNumbers(r, e, f, func(v float32) float64 { return float64(v) })
		}
		if err != nil {
			return nil, err
		}
	}
	return columns, nil
}

// readNumbers reads the values of a feature in an episode.
func readNumbers[T parquet.Value](r *parquet.Reader, e episode, f feature, number func(T) float64) ([]float64, error) {
	width := f.width
	if width == 1 {
		width = 0 // not a list
	}
	values, err := parquet.Rows[T](r, f.name, width, e.row, e.row+e.length)
	numbers := make([]float64, len(values))
	for i, v := range values {
		numbers[i] = number(v)
	}
	return numbers, err
}

func flagNumber(v bool) float64 {
	if v {
		return 1
	}
	return 0
}

// addFrame takes frame k of episode number i from the columns.
func (d *Dataset) addFrame(f *frames, i int, e episode, k int) error {
	scene := f.trajectory.Scene
	row := func(feature int) []float64 {
		width := d.features[feature].width
		return f.columns[feature][k*width : (k+1)*width]
	}
	indices := e.indices(i, k, d.FPS())
	if e.task == unknownTask {
		task := f.columns[len(f.columns)-1][0] // that of the first frame is that of all
		if task != math.Trunc(task) || task < 0 || task >= float64(d.info.TotalTasks) {
			return fmt.Errorf("%s %v must be from 0 to %d", featureTask, task, d.info.TotalTasks-1)
		}
		indices[len(indices)-1] = task
	}
	first := len(d.features) - len(indices)
	for j, want := range indices {
		if got := row(first + j)[0]; got != want {
			return fmt.Errorf("%s %v must be %v", d.features[first+j].name, got, want)
		}
	}
	n, a := len(scene.Bodies), len(scene.Actuators)
	state, action := row(0), row(1)
	if j := firstNonzero(state[sim.StateSize*n:]); j >= 0 {
		j += sim.StateSize * n
		return fmt.Errorf("%s[%d] %v must be 0 as the scene has %d bodies", featureState, j, state[j], n)
	}
	f.trajectory.States = append(f.trajectory.States, setState(f.bodies[:n:n], state))
	f.bodies = f.bodies[n:]
	last := k == e.length-1
	if last {
		a = 0
	}
	if j := firstNonzero(action[a:]); j >= 0 {
		return fmt.Errorf("%s[%d] %v must be 0 as the episode ends or the scene has no more actuators", featureAction, a+j, action[a+j])
	}
	if a > 0 {
		f.trajectory.Actions = append(f.trajectory.Actions, slices.Clone(action[:a]))
	}
	if len(d.room.View) > 0 {
		f.trajectory.View = append(f.trajectory.View, slices.Clone(row(d.room.viewAt())))
	}
	if d.room.Observed {
		if err := d.addSights(f, k); err != nil {
			return err
		}
	}
	if !d.room.Rewarded {
		return nil
	}
	o := Outcome{Reward: row(2)[0], Done: row(3)[0] != 0, Success: row(4)[0] != 0, Truncated: row(5)[0] != 0}
	if last {
		return checkLast(f.outcomes, o)
	}
	f.outcomes = append(f.outcomes, o)
	return nil
}

// setState gives the bodies of a state the values of a row of observation.state, and returns it.
func setState(state sim.State, row []float64) sim.State {
	for i := range state {
		state[i].SetValues([sim.StateSize]float64(row[sim.StateSize*i:]))
	}
	return state
}

func firstNonzero(values []float64) int {
	return slices.IndexFunc(values, func(v float64) bool { return v != 0 })
}
