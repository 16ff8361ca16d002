package datasets

import (
	"github.com/parquet-go/parquet-go"

	"orrery/sim"
)

// datasetWriter writes the files of a dataset, episode by episode.
type datasetWriter struct {
	files     *assembly
	plan      Provenance
	maxBodies int

	frames   *series[frameRow] // an entry is an episode, and so is a row group
	episodes *series[any]
	scenes   *series[sceneRow]
	schema   *parquet.Schema // of episodes

	made   int // episodes
	index  int // frames
	stats  map[string]Stats
	sample *sample // of frames, the features one after the other
}

func newDatasetWriter(root string, plan Provenance, maxBodies int) *datasetWriter {
	files := &assembly{root: root, sums: map[string]string{}}
	schema := episodeSchema()
	// The bounds of a group of scenes would be two whole scenes. A group is
	// read to get one scene of it, so it is kept small.
	return &datasetWriter{
		files: files, plan: plan, maxBodies: maxBodies,
		frames:   newSeries[frameRow](files, dataPath, 1),
		episodes: newSeries[any](files, episodesPath, 1000, schema),
		scenes:   newSeries[sceneRow](files, scenesPath, 32, parquet.SkipPageBounds("scene")),
		schema:   schema,
		stats:    map[string]Stats{},
		sample:   newSample(sim.StateSize*maxBodies + len(features) - 1),
	}
}

// add writes the next episode.
func (w *datasetWriter) add(e blockEpisode) error {
	described := episode{length: len(e.States) / (sim.StateSize * e.Bodies), from: w.index}
	rows := w.frameRows(e, described)
	if err := w.addFrames(rows); err != nil {
		return err
	}
	described.chunk, described.file = w.frames.chunk, w.frames.file
	stats := w.describe(rows, e.Stats.pad(sim.StateSize*w.maxBodies))
	if err := w.addEpisode(described, stats); err != nil {
		return err
	}
	if err := w.addScene(e.Scene); err != nil {
		return err
	}
	w.made, w.index = w.made+1, w.index+len(rows)
	return nil
}

// frameRows returns the frames of the next episode.
func (w *datasetWriter) frameRows(e blockEpisode, described episode) []frameRow {
	n, width := sim.StateSize*e.Bodies, sim.StateSize*w.maxBodies
	rows := make([]frameRow, described.length)
	for k := range rows {
		rows[k] = described.frame(w.made, k, w.plan.FPS)
		rows[k].State = make([]float32, width)
		copy(rows[k].State, e.States[k*n:(k+1)*n])
	}
	return rows
}

func (w *datasetWriter) addFrames(rows []frameRow) error {
	size := (4*sim.StateSize*w.maxBodies + 40) * len(rows)
	if err := w.frames.begin(size); err != nil {
		return err
	}
	if _, err := w.frames.rows.Write(rows); err != nil {
		return err
	}
	return w.frames.end(size)
}

// addEpisode writes the row of the next episode in meta/episodes.
func (w *datasetWriter) addEpisode(e episode, stats map[string]Stats) error {
	s, size := w.episodes, 8*len(statNames)*w.sample.width
	if err := s.begin(size); err != nil {
		return err
	}
	row := episodeRow(w.schema, e.columns(w.made, s.chunk, s.file), w.plan.Task, stats)
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

// describe returns the statistics of the frames of an episode, given those of
// its states, and adds them to the dataset's.
func (w *datasetWriter) describe(rows []frameRow, states Stats) map[string]Stats {
	stats := describeScalars(rows)
	stats[featureState] = states
	for name, s := range stats {
		total := w.stats[name]
		total.merge(s)
		w.stats[name] = total
	}
	all := make([]float64, 0, w.sample.width)
	for _, row := range rows {
		all = all[:0]
		for _, v := range row.State {
			all = append(all, float64(v))
		}
		scalars := row.scalars()
		w.sample.add(append(all, scalars[:]...))
	}
	return stats
}

// describeScalars returns the statistics of the features after the state.
func describeScalars(rows []frameRow) map[string]Stats {
	stats := map[string]Stats{}
	column := make([]float64, len(rows))
	for j, name := range features[1:] {
		for k, row := range rows {
			column[k] = row.scalars()[j]
		}
		stats[name] = describe(column, 1)
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
	sampled := describe(w.sample.rows, w.sample.width)
	offset := 0
	for _, name := range features {
		total := w.stats[name]
		total.setQuantiles(sampled, offset)
		offset += len(total.Min)
		w.stats[name] = total
	}
	info := newInfo(w.made, w.index, w.plan.FPS, w.maxBodies)
	for _, file := range []struct {
		path string
		text []byte
	}{{statsPath, encodeJSON(w.stats)}, {infoPath, encodeJSON(info)}, {cardPath, card(w.plan, info, w.maxBodies)}} {
		if err := w.files.write(file.path, file.text); err != nil {
			return err
		}
	}
	provenance := w.plan
	provenance.Files = w.files.sums
	return w.files.write(provenancePath, encodeJSON(provenance))
}
