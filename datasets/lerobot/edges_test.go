package lerobot

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orrery/datasets"
	"orrery/datasets/parquet"
	"orrery/sim"
)

// TestInfosAreOfAVersionAndWithinBounds: version 3, from 1 to 1000 frames a second and from 1 to 1,000,000 episodes.
func TestInfosAreOfAVersionAndWithinBounds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		version  string
		fps      float64
		episodes int
		want     string
	}{
		{"v3.0", 30, 1, ""}, {"v3.1", 1, datasets.MaxEpisodes, ""}, {"v3", 1000, 1, ""}, {"v2.1", 30, 1, "converts it"}, {"v1.6", 30, 1, "converts it"}, {"v4.0", 30, 1, "must be v3.0"},
		{"", 30, 1, "must be v3.0"}, {"v3.0", 0.99, 1, "fps 0.99 must be"}, {"v3.0", 1000.5, 1, "fps 1000.5 must be"}, {"v3.0", 30, 0, "total_episodes 0 must be"},
		{"v3.0", 30, datasets.MaxEpisodes + 1, "must be from 1 to"},
	} {
		err := checkInfo(&datasets.Info{CodebaseVersion: c.version, FPS: c.fps, TotalEpisodes: c.episodes})
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

// TestOnlyNamesOfEveryBodyAreOwn: six of each, in their order, and as many as there are values.
func TestOnlyNamesOfEveryBodyAreOwn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		names []string
		width int
		want  bool
	}{
		{ownNames(2), 12, true}, {ownNames(2), 13, false}, {nil, 0, false}, {ownNames(2)[:11], 11, false}, {append(ownNames(1), "body1.x", "body1.y", "body1.angle", "body1.vy", "body1.vx", "body1.omega"), 12, false},
		{ownNames(sim.MaxBodies + 1), 6 * (sim.MaxBodies + 1), false},
	} {
		s := &Source{}
		s.info.Features = map[string]datasets.Feature{stateFeature: {DType: "float32", Shape: []int{c.width}, Names: c.names}}
		if got := s.Own(); got != c.want {
			t.Errorf("%d names of %d values: own %v", len(c.names), c.width, got)
		}
	}
}

// TestActionsOfOwnDataAreTheirs: but for the one that stands for none.
func TestActionsOfOwnDataAreTheirs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		names []string
		width int
		want  int
	}{{[]string{"push.x", "push.y"}, 2, 2}, {[]string{noAction}, 1, 0}, {nil, 0, 0}} {
		s := &Source{}
		s.info.Features = map[string]datasets.Feature{stateFeature: {DType: "float32", Shape: []int{12}, Names: ownNames(2)}}
		if c.width > 0 {
			s.info.Features[actionFeature] = datasets.Feature{DType: "float32", Shape: []int{c.width}, Names: c.names}
		}
		if r := s.own(); r.actions != c.want || r.bodies != 2 || len(r.features) != 1+min(c.want, 1) {
			t.Errorf("%v: %d actions of %d bodies in %v", c.names, r.actions, r.bodies, r.features)
		}
	}
}

// TestFilesAreWhereTheirPatternSays, within the dataset.
func TestFilesAreWhereTheirPatternSays(t *testing.T) {
	t.Parallel()
	s := &Source{}
	for pattern, want := range map[string]string{
		"": "data/chunk-002/file-013.parquet", "d/{file_index:03d}-{chunk_index:03d}": "d/013-002", "../{chunk_index:03d}": "../002", "a/../b/{file_index:03d}": "b/013",
	} {
		s.info.DataPath = pattern
		if got := s.dataPath(2, 13); got != want {
			t.Errorf("%s: %s, want %s", pattern, got, want)
		}
	}
}

// TestDamagedListsAreNamed: what meta/info.json and meta/episodes say must be true of each other, and no file takes memory without end.
func TestDamagedListsAreNamed(t *testing.T) {
	t.Parallel()
	columns := []string{"episode_index", "length", "data/chunk_index", "data/file_index", "dataset_from_index", "dataset_to_index"}
	for want, row := range map[string][]float64{
		"": {1, 3, 0, 0, 2, 5}, "episode_index 2 must be 1": {2, 3, 0, 0, 2, 5}, "length 0 must be the frames from 2 to 2": {1, 0, 0, 0, 2, 2},
		"length 3 must be the frames from 2 to 6": {1, 3, 0, 0, 2, 6}, "dataset_from_index -1 must be": {1, 3, 0, 0, -1, 2}, "must follow those of the episodes before": {1, 3, 0, 1, 3, 6},
		"length 1e+15 must be": {1, 1e15, 0, 0, 2, 5}, "data/chunk_index 1e+15 must be": {1, 3, 1e15, 0, 2, 5},
	} {
		dir := t.TempDir()
		first := []float64{0, 2, 0, 0, 0, 2}
		if strings.Contains(want, "must follow") {
			first = []float64{0, 2, 0, 1, 10, 12}
		}
		path := filepath.Join(dir, "meta/episodes/chunk-000/file-000.parquet")
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		putTable(t, path, columns, nil, [][]float64{first, row})
		s := &Source{dir: dir, cache: parquet.NewCache(1 << 20), tables: map[string]*parquet.Table{}}
		s.info.TotalEpisodes = 2
		if err := s.readEpisodes(t.Context()); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %s", row, err, want)
		}
		s = &Source{dir: dir, cache: s.cache, tables: map[string]*parquet.Table{}}
		if s.info.TotalEpisodes = 3; want == "" {
			if err := s.readEpisodes(t.Context()); err == nil || !strings.Contains(err.Error(), "total_episodes 3, but meta/episodes has 2") {
				t.Errorf("of three: %v", err)
			}
		}
	}
	dir := write(t, map[string]int{stateFeature: 6}, map[string][]string{stateFeature: ownNames(1)}, []part{{0, 3, 0}})
	info := filepath.Join(dir, "meta/info.json")
	text, err := os.ReadFile(info)
	if err != nil {
		t.Fatal(err)
	}
	put(t, info, append(text[:len(text):len(text)], strings.Repeat(" ", maxInfo+1-len(text))...))
	if _, err := Open(t.Context(), dir); err == nil || !strings.Contains(err.Error(), "size must be at most 67108864 bytes") {
		t.Errorf("got %v", err)
	}
}
