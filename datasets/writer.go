package datasets

import (
	"github.com/parquet-go/parquet-go/format"

	"orrery/datasets/camera"
	"orrery/datasets/parquet"
	"orrery/datasets/statistics"
	"orrery/sim"
)

// Writer writes the files of a dataset, episode by episode. Until Finish has returned,
// there is no dataset.
type Writer struct {
	files    *assembly
	plan     Provenance
	tasks    tasks // of plan
	room     Room
	features []feature // of room

	frames   *series // an entry is an episode, and so is a row group
	episodes *series
	scenes   *series
	observed *series       // nil where the states are known
	records  *series       // nil where the states are known
	film     *series       // nil without pictures
	values   camera.Counts // of all pictures

	made   int                // episodes
	index  int                // frames
	stats  []statistics.Stats // of features
	sample *statistics.Sample

	times     []float64 // [t] of an episode as long as the last one
	timeStats statistics.Stats
}

// NewWriter begins a dataset in the folder root, which it makes, with the episodes of
// plan. Frames have the given room.
func NewWriter(root string, plan Provenance, room Room) *Writer {
	files := &assembly{root: root, sums: map[string]string{}}
	features := room.features()
	from, to := plan.Shard.Span(plan.Episodes)
	w := &Writer{
		files: files, plan: plan, tasks: plan.tasks(), room: room, features: features,
		frames:   newSeries(files, dataPath, 1, append(frameTable(features), room.imageColumns()...)),
		episodes: newSeries(files, episodesPath, 1000, append(episodeTable(features), room.filmColumns()...)),
		scenes:   newSeries(files, scenesPath, 32, sceneTable()), // a group is read to get one scene of it
		stats:    make([]statistics.Stats, len(features)),
		sample:   statistics.NewSample(width(features), (to-from)*plan.Frames, sim.NewRand(0, "datasets/sample", 0)),
	}
	if room.Observed {
		w.observed, w.records = newSeries(files, observedPath, 32, observedTable()), newSeries(files, recordingPath, 32, recordingTable())
	}
	if room.Film.Kind != "" {
		w.film = newSeries(files, filmPath, 32, filmTable())
	}
	return w
}

// Room returns what frames have room for.
func (w *Writer) Room() Room { return w.room }

// Rename takes the names of the actions, and of what the task observes, from room, which is as large as that of w.
func (w *Writer) Rename(room Room) { w.room.Actions, w.room.View = room.Actions, room.View }

// Episodes returns how many episodes are added.
func (w *Writer) Episodes() int { return w.made }

// Flush hands the frames of all added episodes to the system, which keeps them when the
// process is killed.
func (w *Writer) Flush() error { return w.frames.flush() }

// Release closes the files that are still open. It must be called at the end, whether or
// not Finish was.
func (w *Writer) Release() { w.files.release() }

// Add writes the next episode, which must fit the room, and returns where it is.
func (w *Writer) Add(e *Prepared) (Place, error) {
	described := episode{length: e.Frames(), from: w.index, task: w.tasks.of(w.made)}
	if err := w.addFrames(e, described); err != nil {
		return Place{}, err
	}
	described.chunk, described.file, described.row = w.frames.chunk, w.frames.file, w.frames.rows-described.length
	stats := w.describe(e, described)
	for i := range stats {
		w.stats[i].Merge(stats[i])
	}
	w.sample.Add(described.length, func(row []float64, k int) []float64 { return w.appendRow(row, e, described, k) })
	if err := w.addEpisode(described, stats, e.pictures); err != nil {
		return Place{}, err
	}
	if err := w.addScene(e.scene); err != nil {
		return Place{}, err
	}
	if w.room.Observed {
		if err := w.addObserved(e); err != nil {
			return Place{}, err
		}
	}
	if w.film != nil {
		if err := w.addFilm(e); err != nil {
			return Place{}, err
		}
	}
	w.made, w.index = w.made+1, w.index+described.length
	return Place{described, w.frames.table.LastGroup()}, nil
}

// addFrames writes the frames of the next episode.
func (w *Writer) addFrames(e *Prepared, described episode) error {
	t := described.length
	size := 0
	for _, f := range w.features {
		size += 8 * f.width * t
	}
	if e.pictures != nil {
		for _, picture := range e.pictures.Images {
			size += len(picture)
		}
	}
	if err := w.frames.begin(size); err != nil {
		return err
	}
	columns := w.frames.columns
	columns[0].PutPadded(e.states.values, e.states.width, t)
	columns[1].PutPadded(e.actions.values, e.actions.width, t)
	columns = columns[2:]
	if w.room.Rewarded {
		for i, c := range columns[:outcomeSize] {
			for k := range t {
				c.PutNumber(float64(e.outcomes.values[k*outcomeSize+i]))
			}
		}
		columns = columns[outcomeSize:]
	}
	besides := w.besides(e)
	for i, r := range besides {
		columns[i].PutPadded(r.values, r.width, t)
	}
	columns = columns[len(besides):]
	for k := range t {
		for i, v := range described.indices(w.made, k, w.plan.FPS) {
			columns[i].PutNumber(v)
		}
	}
	if w.room.Film.Kind == camera.Image {
		putImages(columns[5:], e.pictures)
	}
	return w.frames.end(t, size)
}

// describe returns the statistics of each feature in the next episode.
func (w *Writer) describe(e *Prepared, described episode) []statistics.Stats {
	t := described.length
	stats := make([]statistics.Stats, 0, len(w.features))
	for i, r := range []rows{e.states, e.actions} {
		stats = append(stats, r.stats.Pad(t, w.features[i].width))
	}
	if w.room.Rewarded {
		for i := range outcomeSize {
			stats = append(stats, e.outcomes.stats.Element(i))
		}
	}
	for _, r := range w.besides(e) {
		stats = append(stats, r.stats.Pad(t, w.features[len(stats)].width))
	}
	if len(w.times) != t {
		w.times = w.times[:0]
		for k := range t {
			w.times = append(w.times, described.indices(0, k, w.plan.FPS)[0])
		}
		w.timeStats = statistics.Describe(w.times, 1)
	}
	return append(stats, w.timeStats, statistics.DescribeSteps(0, 1, t), statistics.DescribeSteps(w.made, 0, t), statistics.DescribeSteps(w.index, 1, t), statistics.DescribeSteps(described.task, 0, t))
}

// besides returns the rows of an episode between its outcomes and its indices.
func (w *Writer) besides(e *Prepared) []rows {
	if len(w.room.View) == 0 {
		return e.observed
	}
	return append([]rows{e.view}, e.observed...)
}

// appendRow appends frame k of the next episode, as the sample has it.
func (w *Writer) appendRow(row []float64, e *Prepared, described episode, k int) []float64 {
	for i, r := range []rows{e.states, e.actions, e.outcomes} {
		for _, v := range r.values[k*r.width : (k+1)*r.width] {
			row = append(row, float64(v))
		}
		if i < 2 {
			row = append(row, make([]float64, w.features[i].width-r.width)...)
		}
	}
	first := w.room.viewAt()
	for i, r := range w.besides(e) {
		for _, v := range r.values[k*r.width : (k+1)*r.width] {
			row = append(row, float64(v))
		}
		row = append(row, make([]float64, w.features[first+i].width-r.width)...)
	}
	indices := described.indices(w.made, k, w.plan.FPS)
	return append(row, indices[:]...)
}

// addEpisode writes the row of the next episode in meta/episodes.
func (w *Writer) addEpisode(e episode, stats []statistics.Stats, pictures *camera.Pictures) error {
	s, size := w.episodes, 8*len(statistics.Names)*width(w.features)
	if err := s.begin(size); err != nil {
		return err
	}
	putEpisode(s.columns, e.columns(w.made, s.chunk, s.file), w.tasks.sentences[e.task], stats)
	if w.film != nil {
		w.room.putFilm(s.columns[len(s.columns)-len(w.room.filmColumns()):], w.made, e.length, w.plan.FPS, pictures)
	}
	return s.end(1, size)
}

func (w *Writer) addScene(scene []byte) error {
	if err := w.scenes.begin(len(scene)); err != nil {
		return err
	}
	parquet.Put(w.scenes.columns[0], int64(w.made))
	parquet.Put(w.scenes.columns[1], scene)
	return w.scenes.end(1, len(scene))
}

// Finish writes what is known only after the last episode.
func (w *Writer) Finish() error {
	tasks := newSeries(w.files, tasksPath, len(w.tasks.sentences), taskTable(), format.KeyValue{Key: "pandas", Value: pandasMetadata()})
	for i, sentence := range w.tasks.sentences {
		if err := tasks.begin(0); err != nil {
			return err
		}
		parquet.Put(tasks.columns[0], int64(i))
		parquet.Put(tasks.columns[1], []byte(sentence))
		if err := tasks.end(1, 0); err != nil {
			return err
		}
	}
	if err := w.closeObserved(); err != nil {
		return err
	}
	if w.film != nil {
		if err := w.film.close(); err != nil {
			return err
		}
	}
	for _, close := range []func() error{w.frames.close, w.episodes.close, w.scenes.close, tasks.close} {
		if err := close(); err != nil {
			return err
		}
	}
	stats := map[string]any{}
	sampled, offset := w.sample.Describe(), 0
	for i, f := range w.features {
		w.stats[i].SetQuantiles(sampled, offset)
		offset += f.width
		stats[f.name] = w.stats[i]
	}
	if w.film != nil {
		stats[featureCamera] = filmStats(w.values.Describe(w.index))
	}
	info := newInfo(w.made, w.index, w.plan.FPS, w.room)
	info.TotalTasks = len(w.tasks.sentences)
	if divided := w.plan.ownSplits(); divided != nil {
		info.Splits = divided.Encode()
	}
	for _, file := range []struct {
		path string
		text []byte
	}{{statsPath, encodeJSON(stats)}, {infoPath, encodeJSON(info)}, {cardPath, card(w.plan, info, w.room)}} {
		if err := w.files.write(file.path, file.text); err != nil {
			return err
		}
	}
	if err := w.files.closing.Wait(); err != nil {
		return err
	}
	provenance := w.plan
	provenance.Files = w.files.sums
	if err := w.files.write(ProvenancePath, encodeJSON(provenance)); err != nil {
		return err
	}
	return w.files.closing.Wait()
}

// width returns how many values a frame has in all features.
func width(features []feature) int {
	sum := 0
	for _, f := range features {
		sum += f.width
	}
	return sum
}
