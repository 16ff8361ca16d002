package datasets

import (
	"encoding/json"
	"maps"
	"slices"

	"orrery/datasets/parquet"
	"orrery/datasets/statistics"
)

// frameTable returns the columns of data/*/*.parquet.
func frameTable(features []feature) []*parquet.Column {
	columns := make([]*parquet.Column, len(features))
	for i, f := range features {
		switch {
		case f.width > 1:
			columns[i] = parquet.NewList[float32](f.name, f.width)
		case f.dtype == "int64":
			columns[i] = parquet.NewColumn[int64](f.name)
		case f.dtype == "bool":
			columns[i] = parquet.NewColumn[bool](f.name)
		default:
			columns[i] = parquet.NewColumn[float32](f.name)
		}
	}
	return columns
}

// taskTable returns the columns of meta/tasks.parquet. LeRobot wants the text to be
// a pandas index, and Rerun finds it by the name pandas gives an index without one.
func taskTable() []*parquet.Column {
	return []*parquet.Column{parquet.NewColumn[int64]("task_index"), parquet.NewColumn[[]byte]("__index_level_0__").UTF8()}
}

// sceneTable returns the columns of meta/orrery/scenes.parquet.
func sceneTable() []*parquet.Column {
	return []*parquet.Column{parquet.NewColumn[int64]("episode_index"), parquet.NewColumn[[]byte]("scene").JSON()}
}

// pandasMetadata returns the value of the key "pandas" of meta/tasks.parquet,
// which makes readers take the text for the index of the table.
func pandasMetadata() string {
	type column struct {
		Name       *string           `json:"name"`
		FieldName  *string           `json:"field_name"`
		PandasType string            `json:"pandas_type"`
		NumpyType  string            `json:"numpy_type"`
		Metadata   map[string]string `json:"metadata"`
	}
	task, index := "task_index", "__index_level_0__"
	text, err := json.Marshal(map[string]any{
		"index_columns":  []string{index},
		"column_indexes": []column{{PandasType: "unicode", NumpyType: "object", Metadata: map[string]string{"encoding": "UTF-8"}}},
		"columns": []column{
			{Name: &task, FieldName: &task, PandasType: "int64", NumpyType: "int64"},
			{FieldName: &index, PandasType: "unicode", NumpyType: "object"},
		},
		"creator":        map[string]string{"library": "orrery", "version": "1"},
		"pandas_version": "2.3.1",
	})
	if err != nil {
		panic(err) // plain data
	}
	return string(text)
}

// episode has what meta/episodes/*/*.parquet says about an episode, except its
// statistics.
type episode struct {
	length      int // frames
	from        int // index of its first frame in the dataset
	chunk, file int // of its frames
	row         int // of the file, its first
	task        int // its task_index, or unknownTask
}

// unknownTask is the task of an episode that only its frames tell.
const unknownTask = -1

// indices returns the features from the timestamp on of frame k of episode number
// i: when it is, and where.
func (e episode) indices(i, k, fps int) [5]float64 {
	return [5]float64{float64(float32(float64(k) / float64(fps))), float64(k), float64(i), float64(e.from + k), float64(e.task)}
}

// statColumn names the column that holds a statistic of a feature. The slashes
// are part of the name.
func statColumn(feature, name string) string { return "stats/" + feature + "/" + name }

// columns returns the integer columns of episode number i, described in the
// given file of meta/episodes.
func (e episode) columns(i, chunk, file int) map[string]int {
	return map[string]int{
		"episode_index":             i,
		"length":                    e.length,
		"data/chunk_index":          e.chunk,
		"data/file_index":           e.file,
		"dataset_from_index":        e.from,
		"dataset_to_index":          e.from + e.length,
		"meta/episodes/chunk_index": chunk,
		"meta/episodes/file_index":  file,
	}
}

// episodeTable returns the columns of meta/episodes/*/*.parquet: what the episode
// is, and the statistics of each feature.
func episodeTable(features []feature) []*parquet.Column {
	columns := []*parquet.Column{parquet.NewList[[]byte]("tasks", 1).UTF8()}
	for _, name := range slices.Sorted(maps.Keys((episode{}).columns(0, 0, 0))) {
		columns = append(columns, parquet.NewColumn[int64](name))
	}
	for _, f := range features {
		for _, name := range statistics.Names {
			columns = append(columns, parquet.NewList[float64](statColumn(f.name, name), f.width))
		}
		columns = append(columns, parquet.NewList[int64](statColumn(f.name, "count"), 1))
	}
	return columns
}

// putEpisode appends a row to the columns of meta/episodes.
func putEpisode(columns []*parquet.Column, integers map[string]int, task string, stats []statistics.Stats) {
	parquet.Put(columns[0], []byte(task))
	columns = columns[1:]
	for _, c := range columns[:len(integers)] {
		parquet.Put(c, int64(integers[c.Name()]))
	}
	columns = columns[len(integers):]
	for i := range stats {
		for _, values := range stats[i].Columns() {
			parquet.Put(columns[0], *values...)
			columns = columns[1:]
		}
		parquet.Put(columns[0], int64(stats[i].Count[0]))
		columns = columns[1:]
	}
}
