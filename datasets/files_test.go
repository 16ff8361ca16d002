package datasets

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
	"gonum.org/v1/gonum/floats/scalar"
)

// openParquet opens a file with parquet-go, which our reader does not use.
func openParquet(t *testing.T, dir, path string) *parquet.File {
	t.Helper()
	file, err := os.Open(filepath.Join(dir, path))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	stat, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	table, err := parquet.OpenFile(file, stat.Size())
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// columnValues returns the values of a flat or list column of a row group.
func columnValues(t *testing.T, group parquet.RowGroup, name string) []parquet.Value {
	t.Helper()
	for _, chunk := range group.ColumnChunks() {
		if group.Schema().Columns()[chunk.Column()][0] != name {
			continue
		}
		var values []parquet.Value
		pages := chunk.Pages()
		defer pages.Close()
		for page, err := pages.ReadPage(); err == nil; page, err = pages.ReadPage() {
			part := make([]parquet.Value, page.NumValues())
			n, _ := page.Values().ReadValues(part)
			for _, v := range part[:n] {
				values = append(values, v.Clone())
			}
		}
		return values
	}
	t.Fatalf("no column %q", name)
	return nil
}

// TestFramesHaveLeRobotsLayout reads the frames with parquet-go.
func TestFramesHaveLeRobotsLayout(t *testing.T) {
	t.Parallel()
	spec := testSpec()
	file := openParquet(t, writeFlights(t, spec), "data/chunk-000/file-000.parquet")
	if n := len(file.RowGroups()); n != spec.Episodes {
		t.Fatalf("%d row groups for %d episodes", n, spec.Episodes)
	}
	types := map[string]string{
		"observation.state": "group", "action": "FLOAT", "timestamp": "FLOAT", "frame_index": "INT64",
		"episode_index": "INT64", "index": "INT64", "task_index": "INT64",
	}
	for _, column := range file.Root().Columns() {
		kind := "group"
		if column.Leaf() {
			kind = column.Type().Kind().String()
		}
		if types[column.Name()] != kind {
			t.Errorf("column %s has type %s", column.Name(), kind)
		}
		delete(types, column.Name())
	}
	if len(types) > 0 {
		t.Errorf("missing columns %v", types)
	}
	if path := file.Schema().Columns()[0]; !slices.Equal(path, []string{"observation.state", "list", "element"}) {
		t.Errorf("the list is at %v", path)
	}
	index := int64(0)
	for i, group := range file.RowGroups() {
		for _, chunk := range file.Metadata().RowGroups[i].Columns {
			if chunk.MetaData.Codec != format.Snappy {
				t.Errorf("column %v: codec %v", chunk.MetaData.PathInSchema, chunk.MetaData.Codec)
			}
		}
		want := flight(spec, i)
		states := columnValues(t, group, "observation.state")
		if len(states) != spec.Frames*18 {
			t.Fatalf("episode %d: %d state values", i, len(states))
		}
		for k := range spec.Frames {
			row := want.States[k].AppendFloat32(nil, 3)
			for j, v := range row {
				if got := states[k*18+j]; got.Float() != v || (got.RepetitionLevel() == 0) != (j == 0) {
					t.Fatalf("episode %d: frame %d: value %d is %v, want %v", i, k, j, got, v)
				}
			}
			for name, want := range map[string]any{
				"action": float32(0), "timestamp": float32(float64(k) / 30), "frame_index": int64(k),
				"episode_index": int64(i), "index": index, "task_index": int64(0),
			} {
				if got := columnValues(t, group, name)[k]; !parquet.Equal(got, parquet.ValueOf(want)) {
					t.Fatalf("episode %d: frame %d: %s %v, want %v", i, k, name, got, want)
				}
			}
			index++
		}
	}
}

func TestTimestampsFitTheFrameRate(t *testing.T) {
	t.Parallel()
	for _, fps := range []int{1, 24, 30, 60, 144, 1000} {
		for k := range 10_000 {
			// LeRobot refuses differences above 1e-4 s.
			if got := float64((episode{}).indices(0, k, fps)[0]); !scalar.EqualWithinAbs(got, float64(k)/float64(fps), 1e-4*max(1, got/1000)) {
				t.Fatalf("frame %d at %d fps is at %v s", k, fps, got)
			}
		}
	}
}

func TestTasksAreAPandasIndex(t *testing.T) {
	t.Parallel()
	file := openParquet(t, writeFlights(t, testSpec()), "meta/tasks.parquet")
	text, ok := file.Lookup("pandas")
	var pandas struct {
		Index   []string `json:"index_columns"`
		Columns []struct {
			Name      *string `json:"name"`
			FieldName string  `json:"field_name"`
			Type      string  `json:"pandas_type"`
		} `json:"columns"`
	}
	if err := json.Unmarshal([]byte(text), &pandas); err != nil || !ok {
		t.Fatalf("metadata %q: %v", text, err)
	}
	if !slices.Equal(pandas.Index, []string{"__index_level_0__"}) || len(pandas.Columns) != 2 ||
		*pandas.Columns[0].Name != "task_index" || pandas.Columns[1].Name != nil || pandas.Columns[1].Type != "unicode" {
		t.Errorf("metadata %s", text)
	}
	group := file.RowGroups()[0]
	if task, index := columnValues(t, group, "__index_level_0__"), columnValues(t, group, "task_index"); len(task) != 1 ||
		task[0].String() != "Discs fly." || index[0].Int64() != 0 {
		t.Errorf("tasks %v with indices %v", task, index)
	}
	if got := file.Root().Column("__index_level_0__").Type().LogicalType().String(); got != "STRING" {
		t.Errorf("the task is of logical type %v, must be a string", got)
	}
}

// frameColumns are those of a dataset without outcomes.
var frameColumns = []string{"observation.state", "action", "timestamp", "frame_index", "episode_index", "index", "task_index"}

func TestEpisodesHaveLeRobotsColumns(t *testing.T) {
	t.Parallel()
	spec := testSpec()
	file := openParquet(t, writeFlights(t, spec), "meta/episodes/chunk-000/file-000.parquet")
	group := file.RowGroups()[0]
	for i := range spec.Episodes {
		for name, want := range map[string]int{
			"episode_index": i, "length": 11, "data/chunk_index": 0, "data/file_index": 0, "dataset_from_index": 11 * i,
			"dataset_to_index": 11*i + 11, "meta/episodes/chunk_index": 0, "meta/episodes/file_index": 0,
		} {
			if got := columnValues(t, group, name)[i].Int64(); got != int64(want) {
				t.Fatalf("episode %d: %s %d, want %d", i, name, got, want)
			}
		}
		if got := columnValues(t, group, "tasks")[i]; got.String() != spec.Task || got.RepetitionLevel() != 0 {
			t.Fatalf("episode %d: tasks %v", i, got)
		}
	}
	for _, feature := range frameColumns {
		width := 1
		if feature == "observation.state" {
			width = 18
		}
		for _, name := range []string{"min", "max", "mean", "std", "q01", "q10", "q50", "q90", "q99"} {
			if n := len(columnValues(t, group, "stats/"+feature+"/"+name)); n != width*spec.Episodes {
				t.Errorf("stats/%s/%s has %d values", feature, name, n)
			}
		}
		for _, count := range columnValues(t, group, "stats/"+feature+"/count") {
			if count.Int64() != 11 {
				t.Errorf("stats/%s/count is %v", feature, count)
			}
		}
	}
}

func TestInfoIsLeRobots(t *testing.T) {
	t.Parallel()
	dir := writeFlights(t, testSpec())
	var info map[string]any
	if err := onDisk(dir).readJSON("meta/info.json", &info); err != nil {
		t.Fatal(err)
	}
	names := info["features"].(map[string]any)["observation.state"].(map[string]any)["names"].([]any)
	if len(names) != 18 || names[0] != "body0.x" || names[8] != "body1.angle" || names[17] != "body2.omega" {
		t.Errorf("state names %v", names)
	}
	delete(info, "features")
	want := map[string]any{
		"codebase_version": "v3.0", "robot_type": nil, "total_episodes": 37., "total_frames": 407., "total_tasks": 1.,
		"chunks_size": 1000., "data_files_size_in_mb": 100., "video_files_size_in_mb": 200., "fps": 30.,
		"splits": map[string]any{"train": "0:37"}, "data_path": "data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet",
		"video_path": nil,
	}
	if !reflect.DeepEqual(info, want) {
		t.Errorf("info.json is %v, want %v", info, want)
	}
	card, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"---\nlicense: ", `size_categories: ["n<1K"]`, "data_files: data/*/*.parquet", "orrery gen flight --seed 7", "| seed | 7 |"} {
		if !strings.Contains(string(card), want) {
			t.Errorf("the card lacks %q", want)
		}
	}
}

// TestFilesRollOver makes files small and rows many.
func TestFilesRollOver(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("slow, and other tests generate in parallel")
	}
	spec := testSpec()
	spec.Episodes = 200
	dir := t.TempDir()
	w := NewWriter(dir, NewProvenance(spec), Room{Bodies: 3})
	w.frames.limit, w.episodes.limit, w.episodes.perGroup = 25_000, 40_000, 20 // groups are what sizes are known of
	for i := range spec.Episodes {
		e, err := Prepare(&spec, flight(spec, i), nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Add(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Finish(); err != nil {
		t.Fatal(err)
	}
	d, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := survey(t, d); err != nil {
		t.Error(err)
	}
	if frames, episodes := w.frames.file+1, w.episodes.file+1; frames < 4 || episodes < 3 {
		t.Fatalf("only %d files of frames and %d of episodes", frames, episodes)
	}
	row := int64(0)
	for file := range w.frames.file + 1 {
		table := openParquet(t, dir, fmt.Sprintf("data/chunk-000/file-%03d.parquet", file))
		groups := len(table.RowGroups())
		if table.Size() > w.frames.limit+int64(1500*groups) { // the footer comes on top
			t.Errorf("file %d has %d bytes in %d groups", file, table.Size(), groups)
		}
		for _, group := range table.RowGroups() {
			if got := columnValues(t, group, "index")[0].Int64(); got != row {
				t.Fatalf("file %d begins with row %d, want %d", file, got, row)
			}
			row += group.NumRows()
		}
	}
}

// TestCardsOfImportsNameTheirFiles looks for what is true of a simulation only.
func TestCardsOfImportsNameTheirFiles(t *testing.T) {
	t.Parallel()
	spec := testSpec()
	spec.Sources = map[string]string{"motion.csv": "0123abcd", "scene.json": "4567cdef"}
	text, err := os.ReadFile(filepath.Join(writeFlights(t, spec), cardPath))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"imported from files", "| file motion.csv | SHA-256 0123abcd |\n| file scene.json | SHA-256 4567cdef |\n"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the card lacks %q", want)
		}
	}
	for _, wrong := range []string{"simulated", "| seed |", "| scenario |"} {
		if strings.Contains(string(text), wrong) {
			t.Errorf("the card has %q", wrong)
		}
	}
}

func TestFilesAreNumberedInChunks(t *testing.T) {
	t.Parallel()
	s := newSeries(&assembly{root: t.TempDir(), sums: map[string]string{}}, dataPath, 1, taskTable())
	defer s.release()
	s.file, s.limit = chunksSize-2, 0
	for range 3 {
		if err := s.begin(1); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{"data/chunk-000/file-999.parquet", "data/chunk-001/file-000.parquet", "data/chunk-001/file-001.parquet"} {
		if _, err := os.Stat(filepath.Join(s.root, path)); err != nil {
			t.Errorf("%s is missing", path)
		}
	}
}

// TestPyArrowReadsTheSame runs where Python has pyarrow and pandas.
func TestPyArrowReadsTheSame(t *testing.T) {
	t.Parallel()
	python, err := exec.LookPath("/usr/bin/python3")
	if err != nil || exec.Command(python, "-c", "import pyarrow.parquet, pandas").Run() != nil {
		t.Skip("/usr/bin/python3 has no pyarrow and pandas")
	}
	spec := testSpec()
	dir := writeFlights(t, spec)
	script := `
import json, sys, pandas, pyarrow.parquet as pq
root = sys.argv[1]
f = pq.ParquetFile(root + "/data/chunk-000/file-000.parquet")
rows = f.read().to_pydict()
print(json.dumps({"groups": f.num_row_groups, "state": rows["observation.state"][12], "index": rows["index"],
  "task": pandas.read_parquet(root + "/meta/tasks.parquet").iloc[0].name,
  "to": pq.read_table(root + "/meta/episodes").to_pydict()["dataset_to_index"]}))`
	out, err := exec.Command(python, "-c", script, dir).Output()
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Groups int
		State  []float32
		Index  []int
		Task   string
		To     []int
	}
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	if want := flight(spec, 1).States[1].AppendFloat32(nil, 3); !slices.Equal(got.State, want) {
		t.Errorf("frame 12 is %v, want %v", got.State, want)
	}
	if got.Groups != spec.Episodes || len(got.Index) != 407 || got.Index[406] != 406 || got.To[36] != 407 || got.Task != spec.Task {
		t.Errorf("%d groups, %d rows, task %q", got.Groups, len(got.Index), got.Task)
	}
}
