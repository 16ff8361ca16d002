package datasets

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"

	"orrery/datasets/parquet"
	"orrery/datasets/splits"
	"orrery/datasets/statistics"
	"orrery/datasets/storage"
	"orrery/sim/input"
)

// Dataset is a complete dataset. It is safe for concurrent use and holds no file
// open.
type Dataset struct {
	in         folder
	info       Info
	room       Room
	features   []feature // of room
	splits     splits.Splits
	provenance Provenance
	episodes   []episode
	described  []*parquet.Table // meta/episodes, in order
	scenes     *parquet.Table
	observed   *besides // nil where the states are known

	cache  *parquet.Cache
	mu     sync.Mutex
	tables map[string]*parquet.Table // of frames by path, those used last
	used   []string                  // their paths, the one used last at the end
}

// ErrUnfinished is the error of opening a dataset whose generation has not
// ended.
var ErrUnfinished = errors.New("generation is unfinished: resume it with the settings it was started with")

// Unproven is the error of opening a dataset whose provenance is missing or broken, while
// the rest of what it says about itself is sound.
type Unproven struct {
	Dataset *Dataset // with an empty provenance
	Cause   error
}

// Error says why, and what that means.
func (u *Unproven) Error() string {
	cause := u.Cause.Error()
	if errors.Is(u.Cause, fs.ErrNotExist) {
		cause = u.Dataset.in.where(ProvenancePath) + ": is missing"
	}
	return cause + "; without it nobody knows how the dataset was made and whether its files are still the same"
}

// Unwrap returns the cause.
func (u *Unproven) Unwrap() error { return u.Cause }

// PartialName is the folder of a dataset in which it grows until it is complete.
const PartialName = ".partial"

// cacheSize is the number of bytes of decoded pages that wait for the next episode.
const cacheSize = 64 << 20

// Open reads what a dataset in dir, a directory or a prefix in an object store, says about itself; frames and scenes are
// read by Episode. The error is ErrUnfinished when its generation has not ended, and a
// *Foreign when LeRobot data has no scenes, an *Unproven when only the provenance is missing
// or broken, or that of ctx when it ends before. A million episodes take some seconds.
func Open(ctx context.Context, dir string) (*Dataset, error) {
	if stat, err := storage.Stat(dir); err == nil && !stat.IsDir() {
		return nil, fmt.Errorf("%s: is a file, not a dataset", dir)
	}
	in, err := folderAt(dir)
	if err != nil {
		return nil, err
	}
	return open(ctx, in)
}

// OpenFS is Open for a dataset that is at the root of a file system, which errors call
// by name. Its files must be io.ReaderAt, as those of os.DirFS and embed.FS are.
func OpenFS(ctx context.Context, files fs.FS, name string) (*Dataset, error) {
	return open(ctx, folder{files, name})
}

func open(ctx context.Context, in folder) (*Dataset, error) {
	d := &Dataset{in: in, tables: map[string]*parquet.Table{}, cache: parquet.NewCache(cacheSize)}
	if err := in.readJSON(infoPath, &d.info); err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if _, absent := fs.Stat(in.files, PartialName); absent == nil {
			return nil, fmt.Errorf("%s: %w", in.name, ErrUnfinished)
		}
		return nil, fmt.Errorf("%s: is not a dataset: %w", in.name, err)
	}
	var err error
	if d.provenance, err = loadProvenance(in, ProvenancePath); err != nil {
		d.provenance = Provenance{}
	}
	if in.foreign() {
		return nil, newForeign(in.name, &d.info)
	}
	unproven := err
	if d.room, err = d.info.room(); err != nil {
		return nil, fmt.Errorf("%s: %w", in.where(infoPath), err)
	}
	d.features = d.room.features()
	if err := d.readEpisodes(ctx); err != nil {
		return nil, err
	}
	if d.splits, err = splits.Decode(d.info.Splits, d.info.TotalEpisodes); err != nil {
		return nil, fmt.Errorf("%s: %w", in.where(infoPath), err)
	}
	if d.scenes, err = d.openTable(scenesPath); err != nil {
		return nil, err
	}
	if rows := d.scenes.Rows(); rows != len(d.episodes) {
		return nil, fmt.Errorf("%s: %d scenes for %d episodes", d.scenes.Name(), rows, len(d.episodes))
	}
	if d.room.Observed {
		if d.observed, err = d.openBesides(ctx); err != nil {
			return nil, err
		}
	}
	if unproven != nil {
		return nil, &Unproven{d, unproven}
	}
	return d, nil
}

// readEpisodes reads meta/episodes, whose files follow one another until every
// episode is found.
func (d *Dataset) readEpisodes(ctx context.Context) error {
	task := d.taskNumbers()
	for file := 0; len(d.episodes) < d.info.TotalEpisodes; file++ {
		t, err := d.openTable(filePath(episodesPath, file/d.info.ChunksSize, file%d.info.ChunksSize))
		if err != nil {
			return err
		}
		d.described = append(d.described, t)
		if err := d.readEpisodeFile(ctx, t, file, task); err != nil {
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

// readEpisodeFile appends the episodes of a file of meta/episodes, each with its task.
func (d *Dataset) readEpisodeFile(ctx context.Context, t *parquet.Table, number int, task func(episode int) int) error {
	if t.Rows() == 0 {
		return fmt.Errorf("%s: no episodes", t.Name())
	}
	r, err := t.Reader()
	if err != nil {
		return err
	}
	defer r.Close()
	const atOnce = 1 << 14 // rows
	for from := 0; from < t.Rows(); from += atOnce {
		if err := ctx.Err(); err != nil {
			return err
		}
		to := min(from+atOnce, t.Rows())
		columns := map[string][]int64{}
		for name := range (episode{}).columns(0, 0, 0) {
			if columns[name], err = parquet.Rows[int64](r, name, 0, from, to); err != nil {
				return err
			}
		}
		for row := range to - from {
			e := episode{
				length: int(columns["length"][row]),
				chunk:  int(columns["data/chunk_index"][row]),
				file:   int(columns["data/file_index"][row]),
			}
			i := len(d.episodes)
			e.task = task(i)
			if i > 0 {
				previous := d.episodes[i-1]
				e.from = previous.from + previous.length
				if previous.chunk == e.chunk && previous.file == e.file {
					e.row = previous.row + previous.length
				}
			}
			for name, want := range e.columns(i, number/d.info.ChunksSize, number%d.info.ChunksSize) {
				if got := columns[name][row]; got != int64(want) {
					return fmt.Errorf("%s: episode %d: %s %d must be %d", t.Name(), i, name, got, want)
				}
			}
			if e.length < 1 || e.length > MaxFrames || e.chunk < 0 || e.file < 0 || e.file >= d.info.ChunksSize {
				return fmt.Errorf("%s: episode %d: %d frames in file %d of chunk %d must be possible", t.Name(), i, e.length, e.file, e.chunk)
			}
			d.episodes = append(d.episodes, e)
		}
	}
	return nil
}

// Name returns how errors call the dataset: its directory.
func (d *Dataset) Name() string { return d.in.name }

// Room returns what a frame has room for.
func (d *Dataset) Room() Room { return d.room }

// Episodes returns the number of episodes.
func (d *Dataset) Episodes() int { return len(d.episodes) }

// Frames returns the number of frames of all episodes together.
func (d *Dataset) Frames() int { return d.info.TotalFrames }

// Length returns the number of frames of episode i.
func (d *Dataset) Length(i int) int { return d.episodes[i].length }

// FPS returns the frames per second of every episode.
func (d *Dataset) FPS() int { return int(d.info.FPS) }

// MaxBodies returns how many bodies a frame has room for.
func (d *Dataset) MaxBodies() int { return d.room.Bodies }

// Splits returns the splits of the episodes.
func (d *Dataset) Splits() splits.Splits { return d.splits }

// Split returns the episodes of a split, or every episode for splits.All.
func (d *Dataset) Split(name string) (splits.Split, error) {
	if name == splits.All {
		return d.all(), nil
	}
	s, found := d.splits.Find(name)
	if !found {
		known := append(d.splits.Names(), splits.All)
		return s, fmt.Errorf("%s: has no split %.40q%s; its splits are %s", d.in.name, name, input.Perhaps(name, known), strings.Join(known, ", "))
	}
	return s, nil
}

// Info returns a copy of meta/info.json that shares its maps.
func (d *Dataset) Info() Info { return d.info }

// Provenance returns where the dataset comes from.
func (d *Dataset) Provenance() Provenance { return d.provenance }

// Stats reads the statistics of every feature from meta/stats.json and checks
// their shape. Quantiles are exact for a dataset of up to a million values and
// those of a random sample of so many for a larger one.
func (d *Dataset) Stats() (map[string]statistics.Stats, error) {
	var texts map[string]json.RawMessage
	if err := d.in.readJSON(statsPath, &texts); err != nil {
		return nil, err
	}
	stats := map[string]statistics.Stats{}
	for _, f := range d.features {
		var s statistics.Stats
		if text := texts[f.name]; text != nil {
			if err := input.DecodeJSON(text, &s); err != nil {
				return nil, fmt.Errorf("%s: %s: %w", d.in.where(statsPath), f.name, err)
			}
		}
		if err := s.Check(d.Frames(), f.width); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", d.in.where(statsPath), f.name, err)
		}
		stats[f.name] = s
	}
	return stats, nil
}

// openTable reads the layout of a Parquet file of the dataset.
func (d *Dataset) openTable(path string) (*parquet.Table, error) {
	return parquet.Open(d.in.where(path), d.in.opener(path), d.cache)
}
