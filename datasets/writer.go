package datasets

import (
	"slices"

	"github.com/parquet-go/parquet-go/format"

	"orrery/sim"
)

// datasetWriter writes the files of a dataset, episode by episode.
type datasetWriter struct {
	files    *assembly
	plan     Provenance
	layout   layout
	features []feature // of layout

	frames   *series // an entry is an episode, and so is a row group
	episodes *series
	scenes   *series

	columns [][]float64 // [t, width] of each feature in an episode

	made   int     // episodes
	index  int     // frames
	stats  []Stats // of features
	sample *sample
}

func newDatasetWriter(root string, plan Provenance, l layout) *datasetWriter {
	files := &assembly{root: root, sums: map[string]string{}}
	features := l.features()
	from, to := plan.Shard.span(plan.Episodes)
	return &datasetWriter{
		files: files, plan: plan, layout: l, features: features,
		frames:   newSeries(files, dataPath, 1, frameTable(features)),
		episodes: newSeries(files, episodesPath, 1000, episodeTable(features)),
		scenes:   newSeries(files, scenesPath, 32, sceneTable()), // a group is read to get one scene of it
		columns:  make([][]float64, len(features)),
		stats:    make([]Stats, len(features)),
		sample:   newSample(features, (to-from)*plan.Frames),
	}
}

// add writes the next episode, which must fit the layout.
func (w *datasetWriter) add(e blockEpisode) error {
	described := episode{length: e.frames(), from: w.index}
	columns := w.episodeFrames(e, described)
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

// episodeFrames returns the values [t, width] of each feature in the next episode,
// which stay until the one after it.
func (w *datasetWriter) episodeFrames(e blockEpisode, described episode) [][]float64 {
	t, columns := described.length, w.columns
	for i, f := range w.features {
		columns[i] = slices.Grow(columns[i][:0], t*f.width)[:t*f.width]
		clear(columns[i])
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
	for i, c := range w.frames.columns {
		putNumbers(c, columns[i])
	}
	return w.frames.end(t, size)
}

// addEpisode writes the row of the next episode in meta/episodes.
func (w *datasetWriter) addEpisode(e episode, stats []Stats) error {
	s, size := w.episodes, 8*len(statNames)*w.sample.width
	if err := s.begin(size); err != nil {
		return err
	}
	putEpisode(s.columns, e.columns(w.made, s.chunk, s.file), w.plan.Task, stats)
	return s.end(1, size)
}

func (w *datasetWriter) addScene(scene []byte) error {
	if err := w.scenes.begin(len(scene)); err != nil {
		return err
	}
	put(w.scenes.columns[0], int64(w.made))
	put(w.scenes.columns[1], scene)
	return w.scenes.end(1, len(scene))
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
	tasks := newSeries(w.files, tasksPath, 1, taskTable(), format.KeyValue{Key: "pandas", Value: pandasMetadata()})
	if err := tasks.begin(0); err != nil {
		return err
	}
	put(tasks.columns[0], int64(0))
	put(tasks.columns[1], []byte(w.plan.Task))
	if err := tasks.end(1, 0); err != nil {
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
	if err := w.files.write(provenancePath, encodeJSON(provenance)); err != nil {
		return err
	}
	return w.files.closing.Wait()
}
