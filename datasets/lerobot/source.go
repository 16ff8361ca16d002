package lerobot

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"orrery/datasets"
	"orrery/datasets/parquet"
	"orrery/datasets/splits"
	"orrery/datasets/storage"
	"orrery/sim/input"
)

// Source is a LeRobot v3 dataset. It is safe for concurrent use and holds no file open.
type Source struct {
	dir      string
	info     datasets.Info
	splits   splits.Splits
	episodes []episode
	tasks    []string // by task_index; empty where nothing says them

	cache  *parquet.Cache
	mutex  sync.Mutex
	tables map[string]*parquet.Table
}

// episode says where the frames of an episode are.
type episode struct {
	length int
	path   string // of the file of its frames
	row    int    // of the file, the first
}

const (
	infoPath  = "meta/info.json"
	tasksPath = "meta/tasks.parquet"
	maxInfo   = 64 << 20 // bytes of meta/info.json
	cacheSize = 64 << 20 // bytes of decoded pages
	maxFiles  = 1 << 20  // of a kind
)

// Open reads what a dataset in dir says about itself. Frames are read by Values.
func Open(ctx context.Context, dir string) (*Source, error) {
	s := &Source{dir: dir, cache: parquet.NewCache(cacheSize), tables: map[string]*parquet.Table{}}
	if err := s.readInfo(); err != nil {
		return nil, err
	}
	if err := s.readEpisodes(ctx); err != nil {
		return nil, err
	}
	var err error
	if s.splits, err = splits.Decode(s.info.Splits, len(s.episodes)); err != nil {
		s.splits = splits.Whole(len(s.episodes)) // LeRobot does not look at them
	}
	return s, s.readTasks()
}

func (s *Source) where(name string) string { return filepath.Join(s.dir, filepath.FromSlash(name)) }

func (s *Source) readInfo() error {
	text, err := storage.ReadAtMost(s.where(infoPath), maxInfo)
	if err != nil {
		return err
	}
	if err := input.DecodeJSON(text, &s.info); err != nil {
		return fmt.Errorf("%s: %w", s.where(infoPath), err)
	}
	if err := checkInfo(&s.info); err != nil {
		return fmt.Errorf("%s: %w", s.where(infoPath), err)
	}
	return nil
}

func checkInfo(i *datasets.Info) error {
	switch {
	case strings.HasPrefix(i.CodebaseVersion, "v1.") || strings.HasPrefix(i.CodebaseVersion, "v2."):
		return fmt.Errorf("codebase_version %q must be v3: python -m lerobot.scripts.convert_dataset_v21_to_v30 converts it", i.CodebaseVersion)
	case !strings.HasPrefix(i.CodebaseVersion, "v3"):
		return fmt.Errorf("codebase_version %.20q must be v3.0", i.CodebaseVersion)
	case !(i.FPS >= 1 && i.FPS <= 1000):
		return fmt.Errorf("fps %v must be from 1 to 1000", i.FPS)
	case i.TotalEpisodes < 1 || i.TotalEpisodes > datasets.MaxEpisodes:
		return fmt.Errorf("total_episodes %d must be from 1 to %d", i.TotalEpisodes, datasets.MaxEpisodes)
	}
	return nil
}

// list returns the paths of the Parquet files in the chunks of a folder, sorted as LeRobot does.
func (s *Source) list(folder string) ([]string, error) {
	found, err := fs.Glob(os.DirFS(s.dir), folder+"/*/*.parquet")
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%s: has no Parquet files", s.where(folder))
	}
	if len(found) > maxFiles {
		return nil, fmt.Errorf("%s: %d files are more than %d", s.where(folder), len(found), maxFiles)
	}
	slices.Sort(found)
	return found, nil
}

// readEpisodes reads meta/episodes: one row for each episode, in all files together in their order.
func (s *Source) readEpisodes(ctx context.Context) error {
	files, err := s.list("meta/episodes")
	if err != nil {
		return err
	}
	first := map[string]int{} // index of the first frame in each file
	for _, name := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		t, err := s.table(name)
		if err != nil {
			return err
		}
		if err := s.readEpisodeFile(t, first); err != nil {
			return err
		}
	}
	if n := len(s.episodes); n != s.info.TotalEpisodes {
		return fmt.Errorf("%s: total_episodes %d, but meta/episodes has %d", s.where(infoPath), s.info.TotalEpisodes, n)
	}
	return nil
}

func (s *Source) readEpisodeFile(t *parquet.Table, first map[string]int) error {
	r, err := t.Reader()
	if err != nil {
		return err
	}
	defer r.Close()
	columns := map[string][]float64{}
	for _, name := range []string{"episode_index", "length", "data/chunk_index", "data/file_index", "dataset_from_index", "dataset_to_index"} {
		if columns[name], err = parquet.Numbers(r, name, 1, 0, t.Rows()); err != nil {
			return err
		}
	}
	for row := range t.Rows() {
		whole := func(name string, most int) (int, error) {
			v := columns[name][row]
			if v != float64(int(v)) || v < 0 || v > float64(most) {
				return 0, fmt.Errorf("%s: row %d: %s %v must be from 0 to %d", t.Name(), row, name, v, most)
			}
			return int(v), nil
		}
		i := len(s.episodes)
		number, err1 := whole("episode_index", datasets.MaxEpisodes)
		length, err2 := whole("length", datasets.MaxFrames)
		chunk, err3 := whole("data/chunk_index", maxFiles)
		file, err4 := whole("data/file_index", maxFiles)
		from, err5 := whole("dataset_from_index", 1<<48)
		to, err6 := whole("dataset_to_index", 1<<48)
		if err := cmp.Or(err1, err2, err3, err4, err5, err6); err != nil {
			return err
		}
		switch {
		case number != i:
			return fmt.Errorf("%s: row %d: episode_index %d must be %d, as the episodes are numbered in their order", t.Name(), row, number, i)
		case i >= datasets.MaxEpisodes:
			return fmt.Errorf("%s: more than %d episodes", t.Name(), datasets.MaxEpisodes)
		case length < 1 || to-from != length:
			return fmt.Errorf("%s: episode %d: length %d must be the frames from %d to %d, and at least 1", t.Name(), i, length, from, to)
		}
		e := episode{length: length, path: s.dataPath(chunk, file)}
		if !filepath.IsLocal(filepath.FromSlash(e.path)) {
			return fmt.Errorf("%s: data_path %.80q must be within the dataset", s.where(infoPath), s.info.DataPath)
		}
		base, known := first[e.path]
		if !known {
			first[e.path], base = from, from
		}
		if e.row = from - base; e.row < 0 {
			return fmt.Errorf("%s: episode %d: its frames must follow those of the episodes before it", t.Name(), i)
		}
		s.episodes = append(s.episodes, e)
	}
	return nil
}

// dataPath returns the file of some numbers, as LeRobot's pattern has it.
func (s *Source) dataPath(chunk, file int) string {
	pattern := cmp.Or(s.info.DataPath, "data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet")
	return path.Clean(strings.NewReplacer("{chunk_index:03d}", fmt.Sprintf("%03d", chunk), "{file_index:03d}", fmt.Sprintf("%03d", file)).Replace(pattern))
}

// readTasks reads the sentences of the tasks, if there are any.
func (s *Source) readTasks() error {
	t, err := s.table(tasksPath)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	r, err := t.Reader()
	if err != nil {
		return err
	}
	defer r.Close()
	if t.Rows() > datasets.MaxEpisodes {
		return fmt.Errorf("%s: %d tasks are more than %d", t.Name(), t.Rows(), datasets.MaxEpisodes)
	}
	var sentences [][]byte
	for _, name := range []string{"task", "__index_level_0__"} {
		if sentences, err = parquet.Rows[[]byte](r, name, 0, 0, t.Rows()); err == nil {
			break
		}
	}
	if err != nil {
		return err
	}
	for _, sentence := range sentences {
		s.tasks = append(s.tasks, strings.ToValidUTF8(string(sentence), "?"))
	}
	return nil
}

// table returns the layout of a file of the dataset.
func (s *Source) table(name string) (*parquet.Table, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if t := s.tables[name]; t != nil {
		return t, nil
	}
	at := s.where(name)
	t, err := parquet.Open(at, func() (parquet.File, error) { return os.Open(at) }, s.cache)
	if err == nil {
		s.tables[name] = t
	}
	return t, err
}

// Name returns how errors call the dataset: its directory.
func (s *Source) Name() string { return s.dir }

// Episodes returns the number of episodes.
func (s *Source) Episodes() int { return len(s.episodes) }

// Frames returns the number of frames of episode i.
func (s *Source) Frames(i int) int { return s.episodes[i].length }

// FPS returns the frames per second, which may be a fraction.
func (s *Source) FPS() float64 { return s.info.FPS }

// Splits returns the splits of the episodes.
func (s *Source) Splits() splits.Splits { return s.splits }

// Features returns the features by their names, which must not be changed.
func (s *Source) Features() map[string]datasets.Feature { return s.info.Features }

// width returns how many values a frame has of a feature of numbers, or 0.
func (s *Source) width(feature string) int {
	f := s.info.Features[feature]
	if !slices.Contains([]string{"float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "bool"}, f.DType) {
		return 0
	}
	const most = 1 << 20
	width := 1
	for _, n := range f.Shape {
		if n < 1 || n > most/width {
			return 0
		}
		width *= n
	}
	return width
}

// Values returns the values of a feature of numbers in the frames of episode i [t, width], the first frames of which
// may be enough: at most that many are read where most is not 0.
func (s *Source) Values(ctx context.Context, i int, feature string, most int) ([]float64, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	width := s.width(feature)
	if width == 0 {
		return nil, fmt.Errorf("%s: feature %.60s must hold numbers", s.dir, feature)
	}
	e := s.episodes[i]
	t, err := s.table(e.path)
	if err != nil {
		return nil, err
	}
	r, err := t.Reader()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	n := e.length
	if most > 0 {
		n = min(n, most)
	}
	values, err := parquet.Numbers(r, feature, width, e.row, e.row+n)
	if err != nil {
		return nil, fmt.Errorf("episode %d: %w", i, err)
	}
	return values, nil
}

// check returns an error unless the rows of episode i are its frames.
func (s *Source) check(ctx context.Context, i int) error {
	numbers, err := s.Values(ctx, i, "episode_index", 0)
	if err != nil {
		return err
	}
	frames, err := s.Values(ctx, i, "frame_index", 0)
	if err != nil {
		return err
	}
	for k := range frames {
		if frames[k] != float64(k) || numbers[k] != float64(i) {
			return fmt.Errorf("%s: episode %d: frame %d: episode_index %v and frame_index %v must be %d and %d", s.where(s.episodes[i].path), i, k, numbers[k], frames[k], i, k)
		}
	}
	return nil
}

// Task returns the sentence that says what episode i shows, or nothing.
func (s *Source) Task(ctx context.Context, i int) (string, error) {
	if len(s.tasks) == 0 {
		return "", nil
	}
	number, err := s.Values(ctx, i, "task_index", 1)
	if err != nil {
		return "", err
	}
	if v := number[0]; v != float64(int(v)) || v < 0 || v >= float64(len(s.tasks)) {
		return "", fmt.Errorf("%s: episode %d: task_index %v must be from 0 to %d", s.dir, i, v, len(s.tasks)-1)
	}
	return s.tasks[int(number[0])], nil
}

// Sum returns the SHA-256 in hexadecimal of meta/info.json and of the files of the frames, one after the other.
func (s *Source) Sum(ctx context.Context) (string, error) {
	files := []string{infoPath}
	for _, e := range s.episodes {
		if !slices.Contains(files, e.path) {
			files = append(files, e.path)
		}
	}
	all := sha256.New()
	for _, name := range files {
		sum, err := sumOf(ctx, s.where(name))
		if err != nil {
			return "", err
		}
		fmt.Fprintf(all, "%s  %s\n", sum, name)
	}
	return hex.EncodeToString(all.Sum(nil)), nil
}

func sumOf(ctx context.Context, path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	return storage.Sum(ctx, file, nil)
}
