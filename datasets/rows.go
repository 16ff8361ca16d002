package datasets

import (
	"encoding/binary"
	"encoding/json"
	"maps"
	"math"
	"slices"

	"github.com/parquet-go/parquet-go/format"
)

// frameTable returns the columns of data/*/*.parquet.
func frameTable(features []feature) []*column {
	columns := make([]*column, len(features))
	for i, f := range features {
		switch {
		case f.width > 1:
			columns[i] = newList[float32](f.name, f.width)
		case f.dtype == "int64":
			columns[i] = newColumn[int64](f.name)
		case f.dtype == "bool":
			columns[i] = newColumn[bool](f.name)
		default:
			columns[i] = newColumn[float32](f.name)
		}
	}
	return columns
}

// putRows appends the t rows of an episode to a column that has room for them. What is
// left is zero.
func putRows(c *column, r rows, t int) {
	at := len(c.data)
	c.data = slices.Grow(c.data, 4*c.width*t)[:at+4*c.width*t]
	for k := range t {
		row := c.data[at+4*c.width*k:][:4*c.width]
		for i, v := range r.values[k*r.width : (k+1)*r.width] {
			binary.LittleEndian.PutUint32(row[4*i:], math.Float32bits(v))
		}
		clear(row[4*r.width:])
	}
}

// putNumber appends a number to a column of frames, in its type.
func (c *column) putNumber(v float64) {
	switch c.kind {
	case format.Int64:
		c.data = binary.LittleEndian.AppendUint64(c.data, uint64(int64(v)))
	case format.Boolean:
		c.data = append(c.data, byte(v))
	default:
		c.data = binary.LittleEndian.AppendUint32(c.data, math.Float32bits(float32(v)))
	}
}

// taskTable returns the columns of meta/tasks.parquet. LeRobot wants the text to be
// a pandas index, and Rerun finds it by the name pandas gives an index without one.
func taskTable() []*column {
	text := newColumn[[]byte]("__index_level_0__")
	text.text = formatUTF8
	return []*column{newColumn[int64]("task_index"), text}
}

// sceneTable returns the columns of meta/orrery/scenes.parquet.
func sceneTable() []*column {
	scene := newColumn[[]byte]("scene")
	scene.text = formatJSON
	return []*column{newColumn[int64]("episode_index"), scene}
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

// episode is what meta/episodes/*/*.parquet says about an episode, except its
// statistics.
type episode struct {
	length      int // frames
	from        int // index of its first frame in the dataset
	chunk, file int // of its frames
	row         int // of the file, its first
}

// indices returns the features from the timestamp on of frame k of episode number
// i: when it is, and where.
func (e episode) indices(i, k, fps int) [5]float64 {
	return [5]float64{float64(float32(float64(k) / float64(fps))), float64(k), float64(i), float64(e.from + k), 0}
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
func episodeTable(features []feature) []*column {
	tasks := newList[[]byte]("tasks", 1)
	tasks.text = formatUTF8
	columns := []*column{tasks}
	for _, name := range slices.Sorted(maps.Keys((episode{}).columns(0, 0, 0))) {
		columns = append(columns, newColumn[int64](name))
	}
	for _, f := range features {
		for _, name := range statNames {
			columns = append(columns, newList[float64](statColumn(f.name, name), f.width))
		}
		columns = append(columns, newList[int64](statColumn(f.name, "count"), 1))
	}
	return columns
}

// putEpisode appends a row to the columns of meta/episodes.
func putEpisode(columns []*column, integers map[string]int, task string, stats []Stats) {
	put(columns[0], []byte(task))
	columns = columns[1:]
	for _, c := range columns[:len(integers)] {
		put(c, int64(integers[c.name]))
	}
	columns = columns[len(integers):]
	for i := range stats {
		for _, values := range stats[i].columns() {
			put(columns[0], *values...)
			columns = columns[1:]
		}
		put(columns[0], int64(stats[i].Count[0]))
		columns = columns[1:]
	}
}
