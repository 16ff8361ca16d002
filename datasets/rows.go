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

// parquetValue returns value i of a feature, whose column has a number too.
func (f *feature) parquetValue(v float64, i, column int) parquet.Value {
	value := parquet.FloatValue(float32(v))
	switch f.dtype {
	case "int64":
		value = parquet.Int64Value(int64(v))
	case "bool":
		value = parquet.BooleanValue(v != 0)
	}
	if f.width == 1 {
		return value.Level(0, 0, column)
	}
	return value.Level(min(i%f.width, 1), 1, column)
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

// episodeRow returns a row of schema, the one of episodeSchema.
func episodeRow(schema *parquet.Schema, integers map[string]int, task string, features []feature, stats []Stats) parquet.Row {
	lists := map[string][]parquet.Value{"tasks": {parquet.ValueOf(task)}}
	for f, s := range stats {
		for i, column := range s.columns() {
			values := make([]parquet.Value, len(*column))
			for j, v := range *column {
				values[j] = parquet.DoubleValue(v)
			}
			lists[statColumn(features[f].name, statNames[i])] = values
		}
		lists[statColumn(features[f].name, "count")] = []parquet.Value{parquet.Int64Value(int64(s.Count[0]))}
	}
	var row parquet.Row
	for column, path := range schema.Columns() {
		if n, ok := integers[path[0]]; ok {
			row = append(row, parquet.Int64Value(int64(n)).Level(0, 0, column))
			continue
		}
		for i, v := range lists[path[0]] {
			row = append(row, v.Level(min(i, 1), 1, column))
		}
	}
	return row
}
