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

	frames   *series[frameRow]
	episodes *series[any]
	scenes   *series[sceneRow]
	schema   *parquet.Schema // of episodes

	made       int // episodes
	index      int // frames
	sceneBytes int // in the current row group of scenes
	stats      map[string]Stats
	sample     *sample // of frames, the features one after the other
}

func newDatasetWriter(root string, plan Provenance, maxBodies int) *datasetWriter {
	files := &assembly{root: root, sums: map[string]string{}}
	schema := episodeSchema()
	return &datasetWriter{
		files: files, plan: plan, maxBodies: maxBodies,
		frames:   newSeries[frameRow](files, dataPath),
		episodes: newSeries[any](files, episodesPath, schema),
		scenes:   newSeries[sceneRow](files, scenesPath, parquet.SkipPageBounds("scene")), // two whole scenes a group
		schema:   schema,
		stats:    map[string]Stats{},
		sample:   newSample(sim.StateSize*maxBodies + len(features) - 1),
	}
}

// add writes the next episode.
func (w *datasetWriter) add(e blockEpisode) error {
	n, width := sim.StateSize*e.Bodies, sim.StateSize*w.maxBodies
	described := episode{length: len(e.States) / n, from: w.index}
	rows := make([]frameRow, described.length)
	for k := range rows {
		rows[k] = described.frame(w.made, k, w.plan.FPS)
		rows[k].State = append(make([]float32, 0, width), e.States[k*n:(k+1)*n]...)[:width]
	}
	if err := w.frames.prepare((4*width + 40) * len(rows)); err != nil {
		return err
	}
	if _, err := w.frames.rows.Write(rows); err != nil {
		return err
	}
	if err := w.frames.endGroup(); err != nil {
		return err
	}
	described.chunk, described.file = w.frames.chunk, w.frames.file
	if err := w.addEpisode(described, w.describe(rows, e.Stats.pad(width))); err != nil {
		return err
	}
	if err := w.addScene(e.Scene); err != nil {
		return err
	}
	w.made, w.index = w.made+1, w.index+len(rows)
	return nil
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

// addEpisode writes the row of the next episode in meta/episodes.
func (w *datasetWriter) addEpisode(e episode, stats map[string]Stats) error {
	s := w.episodes
	if err := s.prepare(8 * len(statNames) * (w.sample.width + 2)); err != nil {
		return err
	}
	row := episodeRow(w.schema, e.columns(w.made, s.chunk, s.file), w.plan.Task, stats)
	if _, err := s.rows.WriteRows([]parquet.Row{row}); err != nil {
		return err
	}
	if (w.made+1)%episodesPerGroup == 0 {
		return s.endGroup()
	}
	return nil
}

// addScene writes the scene of the next episode.
func (w *datasetWriter) addScene(scene []byte) error {
	if w.made == 0 {
		if err := w.scenes.prepare(0); err != nil {
			return err
		}
	}
	if _, err := w.scenes.rows.Write([]sceneRow{{Episode: int64(w.made), Scene: scene}}); err != nil {
		return err
	}
	if w.sceneBytes += len(scene); w.sceneBytes < sceneGroupBytes && (w.made+1)%scenesPerGroup != 0 {
		return nil
	}
	w.sceneBytes = 0
	return w.scenes.endGroup()
}

// release closes the files that an error left open.
func (w *datasetWriter) release() {
	w.frames.release()
	w.episodes.release()
	w.scenes.release()
}

// finish writes what is known only after the last episode.
func (w *datasetWriter) finish() error {
	tasks := newSeries[taskRow](w.files, tasksPath, parquet.KeyValueMetadata("pandas", pandasMetadata()))
	if err := tasks.prepare(0); err != nil {
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
	}{{statsPath, encodeJSON(w.stats)}, {infoPath, encodeJSON(info)}, {cardPath, card(w.plan, info)}} {
		if err := w.files.write(file.path, file.text); err != nil {
			return err
		}
	}
	provenance := w.plan
	provenance.Files = w.files.sums
	return (&assembly{root: w.files.root, sums: map[string]string{}}).write(provenancePath, encodeJSON(provenance))
}
