package datasets

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"orrery/datasets/parquet"
	"orrery/sim"
)

// observedFeatures are what frames hold of a sim.Observation, each with its values for a body.
var observedFeatures = []struct {
	name       string
	quantities []string
	of         func(s sim.Sight, std sim.BodyState) []float64
}{
	{featureMeasured, []string{"x", "y", "angle"}, func(s sim.Sight, _ sim.BodyState) []float64 { return []float64{s.X, s.Y, s.Angle} }},
	{featureSeen, []string{"seen"}, func(s sim.Sight, _ sim.BodyState) []float64 { return []float64{flagNumber(s.Seen)} }},
	{featureTurned, []string{"turned"}, func(s sim.Sight, _ sim.BodyState) []float64 { return []float64{flagNumber(s.Turned)} }},
	{featureAfter, []string{"after"}, func(s sim.Sight, _ sim.BodyState) []float64 { return []float64{s.After} }},
	{featureError, []string{"position", "angle"}, func(s sim.Sight, _ sim.BodyState) []float64 { return []float64{s.Std, s.StdTurn} }},
	{featureStd, stateNames[:], func(_ sim.Sight, std sim.BodyState) []float64 { v := std.Values(); return v[:] }},
}

// observedAt returns the place of the first of the observedFeatures among the features.
func (r Room) observedAt() int {
	if len(r.View) > 0 {
		return r.viewAt() + 1
	}
	return r.viewAt()
}

// observedRows returns the observedFeatures of n bodies in the frames of an episode.
func observedRows(o *sim.Observation, n int) []rows {
	all := make([]rows, len(observedFeatures))
	for i, f := range observedFeatures {
		values := make([]float32, 0, len(o.Sights)*n*len(f.quantities))
		for k := range o.Sights {
			for body := range n {
				for _, v := range f.of(o.Sights[k][body], o.Std[k][body]) {
					values = append(values, float32(v))
				}
			}
		}
		all[i] = newRows(values, n*len(f.quantities))
	}
	return all
}

// addSights takes what was measured in frame k from the columns.
func (d *Dataset) addSights(f *frames, k int) error {
	seen, first := f.trajectory.Seen, d.room.observedAt()
	n := len(f.trajectory.Scene.Bodies)
	var values [][]float64 // [len(observedFeatures)][n·quantities]
	for i, of := range observedFeatures {
		width := d.features[first+i].width
		row := f.columns[first+i][k*width : (k+1)*width]
		used := n * len(of.quantities)
		if j := firstNonzero(row[used:]); j >= 0 {
			return fmt.Errorf("%s[%d] %v must be 0 as the scene has %d bodies", of.name, used+j, row[used+j], n)
		}
		values = append(values, row[:used])
	}
	sights, std := make([]sim.Sight, n), make(sim.State, n)
	for body := range n {
		for i, flags := range values[1:3] {
			if v := flags[body]; v != 0 && v != 1 {
				return fmt.Errorf("%s[%d] %v must be 0 or 1", observedFeatures[1+i].name, body, v)
			}
		}
		at, errors := values[0][3*body:], values[4][2*body:]
		after := values[3][body]
		after = unrounded(after, 1/float64(d.FPS()))
		sights[body] = sim.Sight{
			X: at[0], Y: at[1], Angle: at[2], Seen: values[1][body] == 1, Turned: values[2][body] == 1,
			After: after, Std: errors[0], StdTurn: errors[1],
		}
	}
	setState(std, values[5])
	seen.Sights, seen.Std = append(seen.Sights, sights), append(seen.Std, std)
	return nil
}

// unrounded returns a value of at most limit, either way, that float32 may have rounded beyond it.
func unrounded(value, limit float64) float64 {
	if math.Abs(value) > limit && math.Abs(value) <= limit*(1+1e-6) {
		return math.Copysign(limit, value)
	}
	return value
}

// Kinds of row of observed.parquet.
const (
	kindImpact     = "impact"
	kindCovariance = "covariance"
)

// observedTable returns the columns of meta/orrery/observed.parquet. A row is an impact, or the covariance of a
// body in a frame; what a kind has not is 0.
func observedTable() []*parquet.Column {
	return []*parquet.Column{
		parquet.NewColumn[int64]("episode_index"), parquet.NewColumn[[]byte]("kind").UTF8(), parquet.NewColumn[int64]("frame_index"),
		parquet.NewColumn[int64]("body"), parquet.NewColumn[int64]("other"),
		parquet.NewColumn[float64]("time"), parquet.NewColumn[float64]("time_std"),
		parquet.NewColumn[float64]("normal_x"), parquet.NewColumn[float64]("normal_y"),
		parquet.NewColumn[float64]("push"), parquet.NewColumn[float64]("rub"),
		parquet.NewList[float32]("covariance", len(sim.Covariance{})),
	}
}

// recordingTable returns the columns of meta/orrery/recording.parquet, of which a row is a sim.Record.
func recordingTable() []*parquet.Column {
	return []*parquet.Column{
		parquet.NewColumn[int64]("episode_index"), parquet.NewColumn[int64]("row"), parquet.NewColumn[float64]("time"),
		parquet.NewColumn[[]byte]("track").UTF8(), parquet.NewColumn[int64]("body"),
		parquet.NewColumn[float64]("x"), parquet.NewColumn[float64]("y"), parquet.NewColumn[float64]("angle"),
		parquet.NewColumn[bool]("seen"), parquet.NewColumn[bool]("turned"), parquet.NewColumn[[]byte]("odd").UTF8(),
	}
}

// addObserved writes what is beside the frames of the next episode.
func (w *Writer) addObserved(e *Prepared) error {
	if rows := len(e.beside); rows > 0 || len(e.spread) > 0 {
		for _, all := range e.spread {
			rows += len(all)
		}
		size := rows * (12*8 + 4*len(sim.Covariance{}))
		if err := w.observed.begin(size); err != nil {
			return err
		}
		w.putImpacts(e.beside)
		w.putCovariances(e.spread)
		if err := w.observed.end(rows, size); err != nil {
			return err
		}
	}
	if len(e.records) == 0 {
		return nil
	}
	const size = 10 * 8
	if err := w.records.begin(size * len(e.records)); err != nil {
		return err
	}
	c := w.records.columns
	for _, r := range e.records {
		parquet.Put(c[0], int64(w.made))
		parquet.Put(c[1], int64(r.Row))
		parquet.Put(c[2], unsigned(r.Time))
		parquet.Put(c[3], []byte(r.Track))
		parquet.Put(c[4], int64(r.Body))
		parquet.Put(c[5], unsigned(r.X))
		parquet.Put(c[6], unsigned(r.Y))
		parquet.Put(c[7], unsigned(r.Angle))
		parquet.Put(c[8], r.Seen)
		parquet.Put(c[9], r.Turned)
		parquet.Put(c[10], []byte(r.Odd))
	}
	return w.records.end(len(e.records), size*len(e.records))
}

func (w *Writer) putImpacts(impacts []sim.Impact) {
	c := w.observed.columns
	for _, hit := range impacts {
		parquet.Put(c[0], int64(w.made))
		parquet.Put(c[1], []byte(kindImpact))
		parquet.Put(c[2], int64(math.Floor(hit.Time*float64(w.plan.FPS))))
		parquet.Put(c[3], int64(hit.Body))
		parquet.Put(c[4], int64(hit.Other))
		for i, v := range [...]float64{hit.Time, hit.StdTime, hit.Normal.X, hit.Normal.Y, hit.Push, hit.Rub} {
			parquet.Put(c[5+i], unsigned(v))
		}
		parquet.Put(c[11], make([]float32, len(sim.Covariance{}))...)
	}
}

func (w *Writer) putCovariances(spread [][]sim.Covariance) {
	c := w.observed.columns
	for k, all := range spread {
		for body := range all {
			parquet.Put(c[0], int64(w.made))
			parquet.Put(c[1], []byte(kindCovariance))
			parquet.Put(c[2], int64(k))
			parquet.Put(c[3], int64(body))
			parquet.Put(c[4], int64(body))
			parquet.Put(c[5], float64(k)/float64(w.plan.FPS))
			for i := range 5 {
				parquet.Put(c[6+i], 0.0)
			}
			for _, v := range all[body] {
				parquet.Put(c[11], float32(unsigned(v)))
			}
		}
	}
}

// unsigned returns 0 for -0, which does not outlive Kept.
func unsigned(v float64) float64 {
	if v == 0 {
		return 0
	}
	return v
}

// closeObserved ends the files beside the frames, which are there even if they have no rows.
func (w *Writer) closeObserved() error {
	if !w.room.Observed {
		return nil
	}
	for _, s := range []*series{w.observed, w.records} {
		if s.table == nil {
			if err := s.begin(0); err != nil {
				return err
			}
		}
		if err := s.close(); err != nil {
			return err
		}
	}
	return nil
}

// besides are the files beside the frames of a dataset, and where the rows of each episode are.
type besides struct {
	observed, records *parquet.Table

	observedFrom, recordsFrom []int // first row of each episode, and the number of rows at the end
}

func (d *Dataset) openBesides(ctx context.Context) (b *besides, err error) {
	b = &besides{}
	for _, of := range []struct {
		path  string
		table **parquet.Table
		from  *[]int
	}{{observedPath, &b.observed, &b.observedFrom}, {recordingPath, &b.records, &b.recordsFrom}} {
		t, err := d.openTable(of.path)
		if err != nil {
			return nil, err
		}
		if *of.from, err = startsOf(ctx, t, len(d.episodes)); err != nil {
			return nil, err
		}
		*of.table = t
	}
	return b, nil
}

// startsOf returns the first row of each of so many episodes in a table whose rows are in their order.
func startsOf(ctx context.Context, t *parquet.Table, episodes int) ([]int, error) {
	r, err := t.Reader()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	starts := make([]int, 0, episodes+1)
	const atOnce = 1 << 16 // rows
	for from := 0; from < t.Rows(); from += atOnce {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		numbers, err := parquet.Rows[int64](r, "episode_index", 0, from, min(from+atOnce, t.Rows()))
		if err != nil {
			return nil, err
		}
		for k, i := range numbers {
			if i < int64(max(0, len(starts)-1)) || i >= int64(episodes) {
				return nil, fmt.Errorf("%s: row %d: episode_index %d must be from %d to %d", t.Name(), from+k, i, max(0, len(starts)-1), episodes-1)
			}
			for int64(len(starts)) <= i {
				starts = append(starts, from+k)
			}
		}
	}
	for len(starts) <= episodes {
		starts = append(starts, t.Rows())
	}
	return starts, nil
}

// addBeside adds the impacts and the covariances of episode i to its trajectory.
func (d *Dataset) addBeside(t *sim.Trajectory, i int) error {
	table := d.observed.observed
	from, to := d.observed.observedFrom[i], d.observed.observedFrom[i+1]
	err := d.readBeside(t, from, to)
	if err == nil {
		err = t.Seen.Check(t.Scene, len(t.States))
	}
	if err != nil {
		return fmt.Errorf("%s: episode %d: %w", table.Name(), i, err)
	}
	return nil
}

func (d *Dataset) readBeside(t *sim.Trajectory, from, to int) error {
	r, err := d.observed.observed.Reader()
	if err != nil {
		return err
	}
	defer r.Close()
	kinds, err := parquet.Rows[[]byte](r, "kind", 0, from, to)
	if err != nil {
		return err
	}
	wholes, err := columnsOf[int64](r, from, to, "frame_index", "body", "other")
	if err != nil {
		return err
	}
	numbers, err := columnsOf[float64](r, from, to, "time", "time_std", "normal_x", "normal_y", "push", "rub")
	if err != nil {
		return err
	}
	spread, err := parquet.Rows[float32](r, "covariance", len(sim.Covariance{}), from, to)
	if err != nil {
		return err
	}
	seen, n := t.Seen, len(t.Scene.Bodies)
	known := 0 // covariances
	for k, kind := range kinds {
		frame, body := wholes[0][k], wholes[1][k]
		switch string(kind) {
		case kindImpact:
			seen.Impacts = append(seen.Impacts, sim.Impact{
				Time: numbers[0][k], StdTime: numbers[1][k], Body: int(body), Other: int(wholes[2][k]),
				Normal: sim.Vec{X: numbers[2][k], Y: numbers[3][k]}, Push: numbers[4][k], Rub: numbers[5][k],
			})
		case kindCovariance:
			if frame != int64(known/n) || body != int64(known%n) || known >= n*len(t.States) {
				return fmt.Errorf("row %d: the covariance of body %d in frame %d must be that of body %d in frame %d", from+k, body, frame, known%n, known/n)
			}
			var c sim.Covariance
			for j, v := range spread[k*len(c) : (k+1)*len(c)] {
				c[j] = float64(v)
			}
			if known%n == 0 {
				seen.Covariances = append(seen.Covariances, make([]sim.Covariance, n))
			}
			seen.Covariances[known/n][known%n] = c
			known++
		default:
			return fmt.Errorf("row %d: kind %.40q must be %s or %s", from+k, kind, kindImpact, kindCovariance)
		}
	}
	if known > 0 && known != n*len(t.States) {
		return fmt.Errorf("%d covariances must be those of %d bodies in %d frames", known, n, len(t.States))
	}
	return nil
}

// columnsOf reads some columns of single values of one type.
func columnsOf[T parquet.Value](r *parquet.Reader, from, to int, names ...string) ([][]T, error) {
	var all [][]T
	for _, name := range names {
		values, err := parquet.Rows[T](r, name, 0, from, to)
		if err != nil {
			return nil, err
		}
		all = append(all, values)
	}
	return all, nil
}

// Records reads what the recording of episode i had, as it was written, in the order of its rows. It is
// nil where the states are known.
func (d *Dataset) Records(i int) ([]sim.Record, error) {
	if d.observed == nil {
		return nil, nil
	}
	if i < 0 || i >= len(d.episodes) {
		return nil, fmt.Errorf("%s: episode %d must be from 0 to %d", d.in.name, i, len(d.episodes)-1)
	}
	from, to := d.observed.recordsFrom[i], d.observed.recordsFrom[i+1]
	r, err := d.observed.records.Reader()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	wholes, err := columnsOf[int64](r, from, to, "row", "body")
	if err != nil {
		return nil, err
	}
	numbers, err := columnsOf[float64](r, from, to, "time", "x", "y", "angle")
	if err != nil {
		return nil, err
	}
	texts, err := columnsOf[[]byte](r, from, to, "track", "odd")
	if err != nil {
		return nil, err
	}
	flags, err := columnsOf[bool](r, from, to, "seen", "turned")
	if err != nil {
		return nil, err
	}
	records := make([]sim.Record, to-from)
	for k := range records {
		records[k] = sim.Record{
			Row: int(wholes[0][k]), Time: numbers[0][k], Track: string(texts[0][k]), Body: int(wholes[1][k]),
			X: numbers[1][k], Y: numbers[2][k], Angle: numbers[3][k], Seen: flags[0][k], Turned: flags[1][k], Odd: string(texts[1][k]),
		}
	}
	return records, nil
}

// beside is what Kept has of an episode besides its scene.
type beside struct {
	Impacts []sim.Impact
	Spread  [][]sim.Covariance
	Records []sim.Record
}

func (b *beside) addTo(o *sim.Observation) {
	o.Impacts, o.Covariances, o.Records = b.Impacts, b.Spread, b.Records
}

// Kept returns what a Writer keeps of the episode elsewhere than in the frames, for ReadBack: each text but the
// scene, which comes last, behind its length.
func (e *Prepared) Kept() ([]byte, error) {
	var kept []byte
	if e.room.Observed {
		text, err := json.Marshal(beside{e.beside, e.spread, e.records})
		if err != nil {
			return nil, err
		}
		kept = append(binary.AppendUvarint(kept, uint64(len(text))), text...)
	}
	if e.pictures != nil {
		text, err := keepFilm(e.pictures)
		if err != nil {
			return nil, err
		}
		kept = append(binary.AppendUvarint(kept, uint64(len(text))), text...)
	}
	return append(kept, e.scene...), nil
}

// decodeKept returns the scene and the rest of what Kept returned.
func decodeKept(kept []byte, room Room) (scene []byte, b *beside, film []byte, err error) {
	next := func() (text []byte) {
		size, n := binary.Uvarint(kept)
		if n <= 0 || size > uint64(len(kept)-n) {
			err = errors.New("what is kept of the episode is malformed")
			return nil
		}
		text, kept = kept[n:n+int(size)], kept[n+int(size):]
		return text
	}
	if room.Observed {
		b = &beside{}
		if text := next(); err == nil {
			err = json.Unmarshal(text, b)
		}
	}
	if room.Film.Kind != "" && err == nil {
		film = next()
	}
	return kept, b, film, err
}
