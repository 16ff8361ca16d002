package datasets

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"orrery/sim"
)

// Dataset is a complete dataset. It is safe for concurrent use and holds no file
// open.
type Dataset struct {
	in         folder
	info       Info
	layout     layout
	features   []feature // of layout
	provenance Provenance
	episodes   []episode
	described  []*table // meta/episodes, in order
	scenes     *table

	mu     sync.Mutex
	tables map[string]*table // of frames by path, those read so far
}

// Open reads what a dataset in dir says about itself; frames and scenes are
// read by Episode. The error is ErrUnfinished when its generation has not ended.
func Open(dir string) (*Dataset, error) { return open(onDisk(dir)) }

// OpenFS is Open for a dataset that is at the root of a file system, which errors call
// by name. Its files must be io.ReaderAt, as those of os.DirFS and embed.FS are.
func OpenFS(files fs.FS, name string) (*Dataset, error) { return open(folder{files, name}) }

func open(in folder) (*Dataset, error) {
	d := &Dataset{in: in, tables: map[string]*table{}}
	if err := in.readJSON(infoPath, &d.info); err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if _, absent := fs.Stat(in.files, partialName); absent == nil {
			return nil, fmt.Errorf("%s: %w", in.name, ErrUnfinished)
		}
		return nil, fmt.Errorf("%s: is not a dataset: %w", in.name, err)
	}
	var err error
	if d.layout, err = d.info.layout(); err != nil {
		return nil, fmt.Errorf("%s: %w", in.where(infoPath), err)
	}
	d.features = d.layout.features()
	if d.provenance, err = loadProvenance(in, provenancePath); err != nil {
		return nil, err
	}
	if err := d.readEpisodes(); err != nil {
		return nil, err
	}
	if d.scenes, err = openTable(in, scenesPath); err != nil {
		return nil, err
	}
	if rows := d.scenes.rows(); rows != len(d.episodes) {
		return nil, fmt.Errorf("%s: %d scenes for %d episodes", d.scenes.name(), rows, len(d.episodes))
	}
	return d, nil
}

// readEpisodes reads meta/episodes, whose files follow one another until every
// episode is found.
func (d *Dataset) readEpisodes() error {
	for file := 0; len(d.episodes) < d.info.TotalEpisodes; file++ {
		t, err := openTable(d.in, filePath(episodesPath, file/d.info.ChunksSize, file%d.info.ChunksSize))
		if err != nil {
			return err
		}
		d.described = append(d.described, t)
		if err := d.readEpisodeFile(t, file); err != nil {
			return err
		}
	}
	last := d.episodes[len(d.episodes)-1]
	if n, frames := len(d.episodes), last.from+last.length; n != d.info.TotalEpisodes || frames != d.info.TotalFrames {
		return fmt.Errorf("%s: total_episodes %d and total_frames %d, but meta/episodes has %d and %d",
			d.in.where(infoPath), d.info.TotalEpisodes, d.info.TotalFrames, n, frames)
	}
	return nil
}

// readEpisodeFile appends the episodes of a file of meta/episodes.
func (d *Dataset) readEpisodeFile(t *table, number int) error {
	if t.rows() == 0 {
		return fmt.Errorf("%s: no episodes", t.name())
	}
	file, err := t.in.open(t.path)
	if err != nil {
		return err
	}
	defer file.Close()
	for group := range t.groups {
		columns := map[string][]int64{}
		for name := range (episode{}).columns(0, 0, 0) {
			if columns[name], err = readColumn[int64](t, file, group, name, 0); err != nil {
				return err
			}
		}
		for row := range t.groups[group].rows {
			e := episode{
				length: int(columns["length"][row]),
				chunk:  int(columns["data/chunk_index"][row]),
				file:   int(columns["data/file_index"][row]),
			}
			i := len(d.episodes)
			if i > 0 {
				previous := d.episodes[i-1]
				e.from = previous.from + previous.length
				if previous.chunk == e.chunk && previous.file == e.file {
					e.row = previous.row + previous.length
				}
			}
			for name, want := range e.columns(i, number/d.info.ChunksSize, number%d.info.ChunksSize) {
				if got := columns[name][row]; got != int64(want) {
					return fmt.Errorf("%s: episode %d: %s %d must be %d", t.name(), i, name, got, want)
				}
			}
			if e.length < 1 || e.length > maxFrames || e.chunk < 0 || e.file < 0 || e.file >= d.info.ChunksSize {
				return fmt.Errorf("%s: episode %d: %d frames in file %d of chunk %d must be possible", t.name(), i, e.length, e.file, e.chunk)
			}
			d.episodes = append(d.episodes, e)
		}
	}
	return nil
}

// Episodes returns the number of episodes.
func (d *Dataset) Episodes() int { return len(d.episodes) }

// Frames returns the number of frames of all episodes together.
func (d *Dataset) Frames() int { return d.info.TotalFrames }

// FPS returns the frames per second of every episode.
func (d *Dataset) FPS() int { return d.info.FPS }

// MaxBodies returns how many bodies a frame has room for.
func (d *Dataset) MaxBodies() int { return d.layout.Bodies }

// Info returns a copy of meta/info.json that shares its maps.
func (d *Dataset) Info() Info { return d.info }

// Provenance returns where the dataset comes from.
func (d *Dataset) Provenance() Provenance { return d.provenance }

// Stats reads the statistics of every feature from meta/stats.json and checks
// their shape. Quantiles are exact for a dataset of up to a million values and
// those of a random sample of so many for a larger one.
func (d *Dataset) Stats() (map[string]Stats, error) {
	var stats map[string]Stats
	if err := d.in.readJSON(statsPath, &stats); err != nil {
		return nil, err
	}
	for _, f := range d.features {
		if err := d.checkStats(stats[f.name], f.width); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", d.in.where(statsPath), f.name, err)
		}
	}
	return stats, nil
}

// Episode reads the scene, the states and the actions of episode i, and checks
// them. It costs a few file reads, wherever the episode is.
func (d *Dataset) Episode(i int) (*sim.Trajectory, error) {
	f, err := d.frames(i)
	if err != nil {
		return nil, err
	}
	return f.trajectory, nil
}

// Outcomes reads what each action of episode i led to [t-1], or nil when the
// dataset has no outcomes.
func (d *Dataset) Outcomes(i int) ([]Outcome, error) {
	f, err := d.frames(i)
	if err != nil {
		return nil, err
	}
	return f.outcomes, nil
}

// scene reads the scene of episode i, and its JSON.
func (d *Dataset) scene(i int) (scene *sim.Scene, text []byte, err error) {
	t := d.scenes
	file, err := t.in.open(t.path)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	group := t.groupOf(i)
	row := i - t.groups[group].first
	numbers, err := readColumn[int64](t, file, group, "episode_index", 0)
	if err != nil {
		return nil, nil, err
	}
	if numbers[row] != int64(i) {
		return nil, nil, fmt.Errorf("%s: row %d: episode_index %d must be %d", t.name(), i, numbers[row], i)
	}
	scenes, err := readColumn[[]byte](t, file, group, "scene", 0)
	if err != nil {
		return nil, nil, err
	}
	scene, err = sim.DecodeScene(bytes.NewReader(scenes[row]))
	if err != nil {
		return nil, nil, fmt.Errorf("%s: episode %d: %w", t.name(), i, err)
	}
	switch {
	case scene.FPS != d.info.FPS:
		err = fmt.Errorf("fps %d must be the dataset's, %d", scene.FPS, d.info.FPS)
	case len(scene.Bodies) > d.layout.Bodies:
		err = fmt.Errorf("%d bodies must be at most %d", len(scene.Bodies), d.layout.Bodies)
	case len(scene.Actuators) > len(d.layout.Actions):
		err = fmt.Errorf("%d actuators must be at most %d", len(scene.Actuators), len(d.layout.Actions))
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%s: episode %d: %w", t.name(), i, err)
	}
	return scene, scenes[row], nil
}
