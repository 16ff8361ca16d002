package datasets

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"orrery/sim"
)

// Dataset is a complete dataset on disk. It is safe for concurrent use and
// holds no file open.
type Dataset struct {
	dir        string
	info       Info
	provenance Provenance
	episodes   []episode
	described  []*table // meta/episodes, in order
	scenes     *table

	mu     sync.Mutex
	frames map[string]*table // data by path, those read so far
}

// maxJSON bounds a JSON file of a dataset. The largest, stats.json, has about
// 1 kB for each value of a frame.
const maxJSON = 256 << 20

// Open reads what a dataset in dir says about itself; frames and scenes are
// read by Episode. The error is ErrUnfinished when its generation has not ended.
func Open(dir string) (*Dataset, error) {
	d := &Dataset{dir: dir, frames: map[string]*table{}}
	if err := readJSON(filepath.Join(dir, infoPath), &d.info); err != nil {
		if errors.Is(err, fs.ErrNotExist) && exists(filepath.Join(dir, partialName)) {
			return nil, fmt.Errorf("%s: %w", dir, ErrUnfinished)
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s: is not a dataset: %w", dir, err)
		}
		return nil, err
	}
	if err := d.info.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(dir, infoPath), err)
	}
	var err error
	if d.provenance, err = loadProvenance(filepath.Join(dir, provenancePath)); err != nil {
		return nil, err
	}
	if err := d.readEpisodes(); err != nil {
		return nil, err
	}
	if d.scenes, err = openTable(dir, scenesPath); err != nil {
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
		t, err := openTable(d.dir, filePath(episodesPath, file/d.info.ChunksSize, file%d.info.ChunksSize))
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
			filepath.Join(d.dir, infoPath), d.info.TotalEpisodes, d.info.TotalFrames, n, frames)
	}
	return nil
}

// readEpisodeFile appends the episodes of a file of meta/episodes.
func (d *Dataset) readEpisodeFile(t *table, number int) error {
	if t.rows() == 0 {
		return fmt.Errorf("%s: no episodes", t.name())
	}
	file, err := os.Open(t.name())
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
					e.group = previous.group + 1
				}
			}
			for name, want := range e.columns(i, number/d.info.ChunksSize, number%d.info.ChunksSize) {
				if got := columns[name][row]; got != int64(want) {
					return fmt.Errorf("%s: episode %d: %s %d must be %d", t.name(), i, name, got, want)
				}
			}
			if e.length < 1 || e.length > d.info.TotalFrames || e.chunk < 0 || e.file < 0 || e.file >= d.info.ChunksSize {
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
func (d *Dataset) MaxBodies() int { return d.info.Features[featureState].Shape[0] / sim.StateSize }

// width returns how many values a feature has.
func (d *Dataset) width(feature string) int { return d.info.Features[feature].Shape[0] }

// Info returns a copy of meta/info.json that shares its maps.
func (d *Dataset) Info() Info { return d.info }

// Provenance returns where the dataset comes from.
func (d *Dataset) Provenance() Provenance { return d.provenance }

// Stats reads the statistics of every feature from meta/stats.json and checks
// their shape. Quantiles are exact for a dataset of up to 4 million values and
// those of a random sample of so many for a larger one.
func (d *Dataset) Stats() (map[string]Stats, error) {
	var stats map[string]Stats
	path := filepath.Join(d.dir, statsPath)
	if err := readJSON(path, &stats); err != nil {
		return nil, err
	}
	for _, name := range features {
		if err := d.checkStats(stats[name], name); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", path, name, err)
		}
	}
	return stats, nil
}

// Episode reads the scene and the states of episode i, and checks them. It
// costs a few file reads, wherever the episode is.
func (d *Dataset) Episode(i int) (*sim.Trajectory, error) {
	if i < 0 || i >= len(d.episodes) {
		return nil, fmt.Errorf("%s: episode %d must be from 0 to %d", d.dir, i, len(d.episodes)-1)
	}
	scene, err := d.scene(i)
	if err != nil {
		return nil, err
	}
	t, err := d.table(d.episodes[i])
	if err != nil {
		return nil, err
	}
	states, err := d.states(t, i)
	if err != nil {
		return nil, err
	}
	trajectory := &sim.Trajectory{Scene: scene, States: make([]sim.State, d.episodes[i].length)}
	n, width := len(scene.Bodies), d.width(featureState)
	for k := range trajectory.States {
		row := states[k*width : (k+1)*width]
		trajectory.States[k] = sim.StateFromFloat32(row, n)
		for j, v := range row[sim.StateSize*n:] {
			if v != 0 {
				return nil, fmt.Errorf("%s: episode %d: frame %d: %s[%d] %v must be 0 as the scene has %d bodies",
					t.name(), i, k, featureState, sim.StateSize*n+j, v, n)
			}
		}
	}
	if err := trajectory.Check(); err != nil {
		return nil, fmt.Errorf("%s: episode %d: %w", t.name(), i, err)
	}
	return trajectory, nil
}

// table returns the layout of the file with the frames of an episode.
func (d *Dataset) table(e episode) (*table, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	path := filePath(dataPath, e.chunk, e.file)
	if t := d.frames[path]; t != nil {
		return t, nil
	}
	t, err := openTable(d.dir, path)
	if err == nil {
		d.frames[path] = t
	}
	return t, err
}

// states reads observation.state [t, 6·maxBodies] of episode i from t, and
// checks the other columns.
func (d *Dataset) states(t *table, i int) ([]float32, error) {
	e := d.episodes[i]
	if e.group >= len(t.groups) || t.groups[e.group].rows != e.length {
		return nil, fmt.Errorf("%s: episode %d: row group %d must have its %d frames", t.name(), i, e.group, e.length)
	}
	file, err := os.Open(t.name())
	if err != nil {
		return nil, err
	}
	defer file.Close()
	for j, name := range features[1:] {
		var column []float64
		if d.info.Features[name].DType == "int64" {
			column, err = readNumbers[int64](t, file, e.group, name)
		} else {
			column, err = readNumbers[float32](t, file, e.group, name)
		}
		if err != nil {
			return nil, err
		}
		for k, got := range column {
			if want := e.frame(i, k, d.info.FPS).scalars()[j]; got != want {
				return nil, fmt.Errorf("%s: episode %d: frame %d: %s %v must be %v", t.name(), i, k, name, got, want)
			}
		}
	}
	return readColumn[float32](t, file, e.group, featureState, d.width(featureState))
}

// readNumbers is readColumn for one value a row, as float64.
func readNumbers[T number](t *table, file io.ReaderAt, group int, name string) ([]float64, error) {
	values, err := readColumn[T](t, file, group, name, 0)
	numbers := make([]float64, len(values))
	for i, v := range values {
		numbers[i] = float64(v)
	}
	return numbers, err
}

// scene reads the scene of episode i.
func (d *Dataset) scene(i int) (*sim.Scene, error) {
	t := d.scenes
	file, err := os.Open(t.name())
	if err != nil {
		return nil, err
	}
	defer file.Close()
	group := t.groupOf(i)
	row := i - t.groups[group].first
	numbers, err := readColumn[int64](t, file, group, "episode_index", 0)
	if err != nil {
		return nil, err
	}
	if numbers[row] != int64(i) {
		return nil, fmt.Errorf("%s: row %d: episode_index %d must be %d", t.name(), i, numbers[row], i)
	}
	scenes, err := readBytes(t, file, group, "scene")
	if err != nil {
		return nil, err
	}
	scene, err := sim.DecodeScene(bytes.NewReader(scenes[row]))
	if err != nil {
		return nil, fmt.Errorf("%s: episode %d: %w", t.name(), i, err)
	}
	switch {
	case scene.FPS != d.info.FPS:
		return nil, fmt.Errorf("%s: episode %d: fps %d must be the dataset's, %d", t.name(), i, scene.FPS, d.info.FPS)
	case len(scene.Bodies) > d.MaxBodies():
		return nil, fmt.Errorf("%s: episode %d: %d bodies must be at most %d", t.name(), i, len(scene.Bodies), d.MaxBodies())
	}
	return scene, nil
}

// readFile reads a file of at most maxJSON bytes.
func readFile(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxJSON+1))
	if err == nil && len(text) > maxJSON {
		err = fmt.Errorf("%s: more than %d bytes", path, maxJSON)
	}
	return text, err
}

// readJSON decodes a JSON file into v.
func readJSON(path string, v any) error {
	text, err := readFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, v); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
