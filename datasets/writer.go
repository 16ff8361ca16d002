package datasets

import "github.com/parquet-go/parquet-go/format"

// datasetWriter writes the files of a dataset, episode by episode.
type datasetWriter struct {
	files    *assembly
	plan     Provenance
	layout   layout
	features []feature // of layout

	frames   *series // an entry is an episode, and so is a row group
	episodes *series
	scenes   *series

	made   int     // episodes
	index  int     // frames
	stats  []Stats // of features
	sample *sample

	times     []float64 // [t] of an episode as long as the last one
	timeStats Stats
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
		stats:    make([]Stats, len(features)),
		sample:   newSample(features, (to-from)*plan.Frames),
	}
}

// add writes the next episode, which must fit the layout, and returns where it is.
func (w *datasetWriter) add(e blockEpisode) (episode, error) {
	described := episode{length: e.frames(), from: w.index}
	if err := w.addFrames(&e, described); err != nil {
		return episode{}, err
	}
	described.chunk, described.file, described.row = w.frames.chunk, w.frames.file, w.frames.rows-described.length
	stats := w.describe(&e, described)
	for i := range stats {
		w.stats[i].merge(stats[i])
	}
	w.sample.add(described.length, func(row []float64, k int) []float64 { return w.appendRow(row, &e, described, k) })
	if err := w.addEpisode(described, stats); err != nil {
		return episode{}, err
	}
	if err := w.addScene(e.scene); err != nil {
		return episode{}, err
	}
	w.made, w.index = w.made+1, w.index+described.length
	return described, nil
}

// addFrames writes the frames of the next episode.
func (w *datasetWriter) addFrames(e *blockEpisode, described episode) error {
	t := described.length
	size := 0
	for _, f := range w.features {
		size += 8 * f.width * t
	}
	if err := w.frames.begin(size); err != nil {
		return err
	}
	columns := w.frames.columns
	putRows(columns[0], e.states, t)
	putRows(columns[1], e.actions, t)
	columns = columns[2:]
	if w.layout.Rewarded {
		for i, c := range columns[:outcomeSize] {
			for k := range t {
				c.putNumber(float64(e.outcomes.values[k*outcomeSize+i]))
			}
		}
		columns = columns[outcomeSize:]
	}
	for k := range t {
		for i, v := range described.indices(w.made, k, w.plan.FPS) {
			columns[i].putNumber(v)
		}
	}
	return w.frames.end(t, size)
}

// describe returns the statistics of each feature in the next episode.
func (w *datasetWriter) describe(e *blockEpisode, described episode) []Stats {
	t := described.length
	stats := make([]Stats, 0, len(w.features))
	for i, r := range []rows{e.states, e.actions} {
		stats = append(stats, r.stats.pad(t, w.features[i].width))
	}
	if w.layout.Rewarded {
		for i := range outcomeSize {
			stats = append(stats, e.outcomes.stats.element(i))
		}
	}
	if len(w.times) != t {
		w.times = w.times[:0]
		for k := range t {
			w.times = append(w.times, described.indices(0, k, w.plan.FPS)[0])
		}
		w.timeStats = describe(w.times, 1)
	}
	return append(stats, w.timeStats, describeSteps(0, 1, t), describeSteps(w.made, 0, t), describeSteps(w.index, 1, t), describeSteps(0, 0, t))
}

// appendRow appends frame k of the next episode, as the sample has it.
func (w *datasetWriter) appendRow(row []float64, e *blockEpisode, described episode, k int) []float64 {
	for i, r := range []rows{e.states, e.actions, e.outcomes} {
		for _, v := range r.values[k*r.width : (k+1)*r.width] {
			row = append(row, float64(v))
		}
		if i < 2 {
			row = append(row, make([]float64, w.features[i].width-r.width)...)
		}
	}
	indices := described.indices(w.made, k, w.plan.FPS)
	return append(row, indices[:]...)
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
	if err := w.files.closing.Wait(); err != nil {
		return err
	}
	provenance := w.plan
	provenance.Files = w.files.sums
	if err := w.files.write(provenancePath, encodeJSON(provenance)); err != nil {
		return err
	}
	return w.files.closing.Wait()
}
