package datasets

import (
	"github.com/parquet-go/parquet-go"

	"orrery/sim"
)

// datasetWriter writes the files of a dataset, episode by episode.
type datasetWriter struct {
	files    *assembly
	plan     Provenance
	layout   layout
	features []feature // of layout

	frames   *series[any] // an entry is an episode, and so is a row group
	episodes *series[any]
	scenes   *series[sceneRow]
	columns  []episodeColumn
	values   []parquet.Value // for use again

	made   int     // episodes
	index  int     // frames
	stats  []Stats // of features
	sample *sample
}

func newDatasetWriter(root string, plan Provenance, l layout) *datasetWriter {
	files := &assembly{root: root, sums: map[string]string{}}
	features := l.features()
	schema := episodeSchema(features)
	from, to := plan.Shard.span(plan.Episodes)
	// The bounds of a group of scenes would be two whole scenes. A group is
	// read to get one scene of it, so it is kept small.
	return &datasetWriter{
		files: files, plan: plan, layout: l, features: features,
		frames:   newSeries[any](files, dataPath, 1, frameSchema(features)),
		episodes: newSeries[any](files, episodesPath, 1000, schema),
		scenes:   newSeries[sceneRow](files, scenesPath, 32, parquet.SkipPageBounds("scene")),
		columns:  episodeColumns(schema, features),
		stats:    make([]Stats, len(features)),
		sample:   newSample(features, (to-from)*plan.Frames),
	}
}

// add writes the next episode, which must fit the layout.
func (w *datasetWriter) add(e blockEpisode) error {
	described := episode{length: e.frames(), from: w.index}
	columns := w.frameColumns(e, described)
	if err := w.addFrames(columns, described.length); err != nil {
		return err
	}
	described.chunk, described.file = w.frames.chunk, w.frames.file
	stats := describeColumns(w.features[1:], columns[1:])
	stats = append([]Stats{e.Stats.pad(sim.StateSize * w.layout.Bodies)}, stats...)
	for i := range stats {
		w.stats[i].merge(stats[i])
	}
	w.sample.add(columns, described.length)
	if err := w.addEpisode(described, stats); err != nil {
		return err
	}
	if err := w.addScene(e.Scene); err != nil {
		return err
	}
	w.made, w.index = w.made+1, w.index+described.length
	return nil
}

// frameColumns returns the values [t, width] of each feature in the next episode.
func (w *datasetWriter) frameColumns(e blockEpisode, described episode) [][]float64 {
	t := described.length
	columns := make([][]float64, len(w.features))
	for i, f := range w.features {
		columns[i] = make([]float64, t*f.width)
	}
	spread := func(columns [][]float64, rows floats) { // rows [t, m] over the columns' first m values
		m := len(rows) / t
		for k := range t {
			at := rows[k*m : (k+1)*m]
			for _, column := range columns {
				width := len(column) / t
				at = at[copyFloats(column[k*width:(k+1)*width], at):]
			}
		}
	}
	spread(columns[:1], e.States)
	spread(columns[1:2], e.Actions)
	rest := columns[2:]
	if w.layout.Rewarded {
		spread(rest[:outcomeSize], e.Outcomes)
		rest = rest[outcomeSize:]
	}
	for k := range t {
		for i, v := range described.indices(w.made, k, w.plan.FPS) {
			rest[i][k] = v
		}
	}
	return columns
}

// copyFloats is copy for values of another size.
func copyFloats(dst []float64, src []float32) int {
	n := min(len(dst), len(src))
	for i, v := range src[:n] {
		dst[i] = float64(v)
	}
	return n
}

// addFrames writes the t frames of the next episode.
func (w *datasetWriter) addFrames(columns [][]float64, t int) error {
	size := 0
	for _, f := range w.features {
		size += 8 * f.width * t
	}
	if err := w.frames.begin(size); err != nil {
		return err
	}
	const rows = 64 // between looks at the size of a page
	for i, column := range w.frames.rows.ColumnWriters() {
		f := &w.features[i]
		for from := 0; from < t; from += rows {
			w.values = f.appendValues(w.values[:0], columns[i][from*f.width:min(from+rows, t)*f.width], i)
			if _, err := column.WriteRowValues(w.values); err != nil {
				return err
			}
		}
	}
	return w.frames.end(size)
}

// addEpisode writes the row of the next episode in meta/episodes.
func (w *datasetWriter) addEpisode(e episode, stats []Stats) error {
	s, size := w.episodes, 8*len(statNames)*w.sample.width
	if err := s.begin(size); err != nil {
		return err
	}
	row := episodeRow(w.columns, e.columns(w.made, s.chunk, s.file), w.plan.Task, stats)
	if _, err := s.rows.WriteRows([]parquet.Row{row}); err != nil {
		return err
	}
	return s.end(size)
}

func (w *datasetWriter) addScene(scene []byte) error {
	if err := w.scenes.begin(len(scene)); err != nil {
		return err
	}
	if _, err := w.scenes.rows.Write([]sceneRow{{Episode: int64(w.made), Scene: scene}}); err != nil {
		return err
	}
	return w.scenes.end(len(scene))
}

// describeColumns returns the statistics of each feature, given its values
// [t, width].
func describeColumns(features []feature, columns [][]float64) []Stats {
	stats := make([]Stats, len(features))
	for i, f := range features {
		stats[i] = describe(columns[i], f.width)
	}
	return stats
}

// finish writes what is known only after the last episode.
func (w *datasetWriter) finish() error {
	tasks := newSeries[taskRow](w.files, tasksPath, 1, parquet.KeyValueMetadata("pandas", pandasMetadata()))
	if err := tasks.begin(0); err != nil {
		return err
	}
	if _, err := tasks.rows.Write([]taskRow{{Task: w.plan.Task}}); err != nil {
		return err
	}
	for _, close := range []func() error{w.frames.close, w.episodes.close, w.scenes.close, tasks.close} {
		if err := close(); err != nil {
			return err
		}
	}
	stats := map[string]Stats{}
	sampled, offset := describe(w.sample.rows, w.sample.width), 0
	for i, f := range w.features {
		w.stats[i].setQuantiles(sampled, offset)
		offset += f.width
		stats[f.name] = w.stats[i]
	}
	info := newInfo(w.made, w.index, w.plan.FPS, w.layout)
	for _, file := range []struct {
		path string
		text []byte
	}{{statsPath, encodeJSON(stats)}, {infoPath, encodeJSON(info)}, {cardPath, card(w.plan, info, w.layout)}} {
		if err := w.files.write(file.path, file.text); err != nil {
			return err
		}
	}
	provenance := w.plan
	provenance.Files = w.files.sums
	return w.files.write(provenancePath, encodeJSON(provenance))
}
