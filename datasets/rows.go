package datasets

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/parquet-go/parquet-go"
)

// frameSchema returns the columns of data/*/*.parquet.
func frameSchema(features []feature) *parquet.Schema {
	types := map[string]reflect.Type{
		"float32": reflect.TypeFor[float32](), "int64": reflect.TypeFor[int64](), "bool": reflect.TypeFor[bool](),
	}
	fields := make([]reflect.StructField, len(features))
	for i, f := range features {
		fields[i] = reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: types[f.dtype], Tag: reflect.StructTag(fmt.Sprintf("parquet:%q", f.name))}
		if f.width > 1 {
			fields[i].Type, fields[i].Tag = reflect.SliceOf(types[f.dtype]), reflect.StructTag(fmt.Sprintf("parquet:%q", f.name+",list"))
		}
	}
	return parquet.NewSchema("frameRow", parquet.SchemaOf(reflect.New(reflect.StructOf(fields)).Interface()))
}

// appendValues appends the values of rows of a feature, as its column takes them.
func (f *feature) appendValues(dst []parquet.Value, values []float64, column int) []parquet.Value {
	integer, flag, list := f.dtype == "int64", f.dtype == "bool", min(f.width-1, 1)
	for i, v := range values {
		repetition := 1
		if i%f.width == 0 {
			repetition = 0 // a row begins
		}
		var value parquet.Value
		switch {
		case integer:
			value = parquet.Int64Value(int64(v))
		case flag:
			value = parquet.BooleanValue(v != 0)
		default:
			value = parquet.FloatValue(float32(v))
		}
		dst = append(dst, value.Level(repetition, list, column))
	}
	return dst
}

// taskRow is a row of meta/tasks.parquet. LeRobot wants the text to be a pandas
// index, and Rerun finds it by the name pandas gives an index without one.
type taskRow struct {
	Index int64  `parquet:"task_index"`
	Task  string `parquet:"__index_level_0__,plain"`
}

// sceneRow is a row of meta/orrery/scenes.parquet.
type sceneRow struct {
	Episode int64  `parquet:"episode_index"`
	Scene   []byte `parquet:"scene,json,plain"`
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

// episodeSchema returns the columns of meta/episodes/*/*.parquet.
func episodeSchema(features []feature) *parquet.Schema {
	integer, float := parquet.Int(64), parquet.Leaf(parquet.DoubleType)
	group := parquet.Group{"tasks": parquet.List(parquet.Encoded(parquet.String(), &parquet.Plain))}
	for name := range (episode{}).columns(0, 0, 0) {
		group[name] = integer
	}
	for _, feature := range features {
		for _, name := range statNames {
			group[statColumn(feature.name, name)] = parquet.List(float)
		}
		group[statColumn(feature.name, "count")] = parquet.List(integer)
	}
	return parquet.NewSchema("episode", group)
}

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

// episodeColumn is where a column of meta/episodes takes its values: from a
// statistic of a feature, or from what its name says.
type episodeColumn struct {
	name    string
	feature int // -1 for none
	stat    int // of statNames, or -1 for the count
}

// episodeColumns returns the columns of the schema for these features.
func episodeColumns(schema *parquet.Schema, features []feature) []episodeColumn {
	stats := map[string]episodeColumn{}
	for f, feature := range features {
		for stat, name := range statNames {
			stats[statColumn(feature.name, name)] = episodeColumn{feature: f, stat: stat}
		}
		stats[statColumn(feature.name, "count")] = episodeColumn{feature: f, stat: -1}
	}
	var columns []episodeColumn
	for _, path := range schema.Columns() {
		c, ok := stats[path[0]]
		if !ok {
			c.feature = -1
		}
		c.name = path[0]
		columns = append(columns, c)
	}
	return columns
}

// episodeRow returns a row of meta/episodes.
func episodeRow(columns []episodeColumn, integers map[string]int, task string, stats []Stats) parquet.Row {
	var row parquet.Row
	for i, c := range columns {
		switch {
		case c.name == "tasks":
			row = append(row, parquet.ValueOf(task).Level(0, 1, i))
		case c.feature < 0:
			row = append(row, parquet.Int64Value(int64(integers[c.name])).Level(0, 0, i))
		case c.stat < 0:
			row = append(row, parquet.Int64Value(int64(stats[c.feature].Count[0])).Level(0, 1, i))
		default:
			for j, v := range *stats[c.feature].columns()[c.stat] {
				row = append(row, parquet.DoubleValue(v).Level(min(j, 1), 1, i))
			}
		}
	}
	return row
}
