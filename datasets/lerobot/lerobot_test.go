package lerobot

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/datasets"
	"orrery/datasets/parquet"
	"orrery/sim"
)

// part is an episode as a test writes it.
type part struct {
	file   int // of the frames
	length int
	task   int
}

// value is what frame k of episode i has at place j of a feature.
func value(feature string, i, k, j int) float64 {
	return float64(len(feature)) + float64(i) + float64(k)/8 + float64(j)/64
}

// write writes a dataset as LeRobot's tools leave it: files of any numbers, indices of files of meta/episodes that are
// those of another dataset, tasks as pandas writes them, and no scenes. Features have so many values; those of 0 are
// pictures.
func write(t testing.TB, features map[string]int, names map[string][]string, parts []part) string {
	t.Helper()
	dir := t.TempDir()
	info := map[string]any{"codebase_version": "v3.0", "fps": 10, "total_episodes": len(parts), "total_tasks": 2, "chunks_size": 1000,
		"data_path": "data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet", "splits": map[string]string{"train": fmt.Sprintf("0:%d", len(parts))}, "robot_type": nil}
	all := map[string]any{}
	for name, width := range features {
		all[name] = map[string]any{"dtype": "float32", "shape": []int{width}, "names": names[name]}
		if width == 0 {
			all[name] = map[string]any{"dtype": "video", "shape": []int{96, 96, 3}, "names": []string{"height", "width", "channel"}}
		}
	}
	for _, name := range bookkeeping {
		all[name] = map[string]any{"dtype": "int64", "shape": []int{1}, "names": nil}
	}
	info["features"] = all
	text, err := json.Marshal(info)
	if err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(dir, "meta/info.json"), text)
	index := 0
	files := map[int][]int{}
	var order []int
	whole := []string{"episode_index", "length", "data/chunk_index", "data/file_index", "dataset_from_index", "dataset_to_index", "meta/episodes/file_index"}
	var rows [][]float64
	for i, p := range parts {
		if files[p.file] == nil {
			order = append(order, p.file)
		}
		files[p.file] = append(files[p.file], i)
		rows = append(rows, []float64{float64(i), float64(p.length), 0, float64(p.file), float64(index), float64(index + p.length), 17})
		index += p.length
	}
	putTable(t, filepath.Join(dir, "meta/episodes/chunk-000/file-005.parquet"), whole, nil, rows)
	index = 0
	for _, file := range order {
		columns := []string{"frame_index", "episode_index", "index", "task_index"}
		var lists []string
		for name, width := range features {
			if width > 0 {
				lists = append(lists, name)
			}
		}
		slices.Sort(lists)
		var rows [][]float64
		for _, i := range files[file] {
			for k := range parts[i].length {
				row := []float64{float64(k), float64(i), float64(index), float64(parts[i].task)}
				for _, name := range lists {
					for j := range features[name] {
						row = append(row, value(name, i, k, j))
					}
				}
				rows, index = append(rows, row), index+1
			}
		}
		widths := map[string]int{}
		for _, name := range lists {
			widths[name] = features[name]
		}
		putTable(t, filepath.Join(dir, fmt.Sprintf("data/chunk-000/file-%03d.parquet", file)), append(columns, lists...), widths, rows)
	}
	var out strings.Builder
	tasks := []*parquet.Column{parquet.NewColumn[int64]("task_index"), parquet.NewColumn[[]byte]("task").UTF8()}
	w := parquet.NewWriter(&out, tasks, nil)
	for i, sentence := range []string{"Push it.", "Pull it."} {
		parquet.Put(tasks[0], int64(i))
		parquet.Put(tasks[1], []byte(sentence))
	}
	if err := w.EndGroup(2); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(dir, "meta/tasks.parquet"), []byte(out.String()))
	return dir
}

func put(t testing.TB, path string, text []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
}

// putTable writes rows of columns, of which lists are float32 and others int64, in one row group.
func putTable(t testing.TB, path string, names []string, lists map[string]int, rows [][]float64) {
	t.Helper()
	var columns []*parquet.Column
	for _, name := range names {
		if width := lists[name]; width > 0 {
			columns = append(columns, parquet.NewList[float32](name, width))
		} else {
			columns = append(columns, parquet.NewColumn[int64](name))
		}
	}
	var out strings.Builder
	w := parquet.NewWriter(&out, columns, nil)
	for _, row := range rows {
		for i, name := range names {
			for range max(1, lists[name]) {
				if lists[name] > 0 {
					parquet.Put(columns[i], float32(row[0]))
				} else {
					parquet.Put(columns[i], int64(row[0]))
				}
				row = row[1:]
			}
		}
	}
	if err := w.EndGroup(len(rows)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	put(t, path, []byte(out.String()))
}

// ownNames are the names of the states of n bodies.
func ownNames(n int) (names []string) {
	for body := range n {
		for _, quantity := range (sim.BodyState{}).Names() {
			names = append(names, fmt.Sprintf("body%d.%s", body, quantity))
		}
	}
	return names
}

var someParts = []part{{3, 4, 1}, {3, 2, 0}, {8, 3, 1}}

func open(t *testing.T, dir string) *Source {
	t.Helper()
	s, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// rowsOf returns the fields of all rows, each as one text.
func rowsOf(t *testing.T, s *Source, m Mapping, room func(int) (int, int)) (columns []string, rows []string) {
	t.Helper()
	table, err := s.Table(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	table.Room = room
	err = table.Rows(t.Context(), func(fields []string) error {
		rows = append(rows, strings.Join(fields, " "))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return table.Columns(), rows
}

func text(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// TestOwnStatesAreFoundByTheirNames whatever the numbers of the files are, with as many bodies as each episode has.
func TestOwnStatesAreFoundByTheirNames(t *testing.T) {
	t.Parallel()
	names := map[string][]string{stateFeature: ownNames(2), actionFeature: {"body0.force_x", "body0.force_y"}}
	s := open(t, write(t, map[string]int{stateFeature: 12, actionFeature: 2, "observation.image": 0}, names, someParts))
	if !s.Own() || s.Episodes() != 3 || s.Frames(2) != 3 || s.FPS() != 10 {
		t.Fatalf("%+v", s.info)
	}
	for i, want := range []string{"Pull it.", "Push it.", "Pull it."} {
		if got, err := s.Task(t.Context(), i); err != nil || got != want {
			t.Errorf("task of episode %d: %q, %v", i, got, err)
		}
	}
	columns, rows := rowsOf(t, s, Mapping{}, func(i int) (int, int) { return 1 + i%2, 1 })
	if got := strings.Join(columns, " "); got != "episode frame body x y angle vx vy omega action0 action1" {
		t.Errorf("columns %s", got)
	}
	var want []string
	for i, p := range someParts {
		for k := range p.length {
			for body := range 1 + i%2 {
				row := fmt.Sprintf("%d %d %d", i, k, body)
				for j := range 6 {
					row += " " + text(value(stateFeature, i, k, 6*body+j))
				}
				row += " "
				if k < p.length-1 {
					row += text(value(actionFeature, i, k, 0))
				}
				want = append(want, row+" ")
			}
		}
	}
	if !slices.Equal(rows, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(rows, "\n"), strings.Join(want, "\n"))
	}
	left, err := s.Left(Mapping{})
	if err != nil || !slices.Equal(left, []string{"observation.image (pictures)"}) {
		t.Errorf("left out: %v, %v", left, err)
	}
	if _, err := s.Table(t.Context(), Mapping{Layout: "pusht"}); err == nil || !strings.Contains(err.Error(), "and has 12") {
		t.Errorf("%v", err)
	}
}

// TestMappingsSayWhatValuesAre by places, spans, features and names, in the order of the scene's bodies.
func TestMappingsSayWhatValuesAre(t *testing.T) {
	t.Parallel()
	names := map[string][]string{viewFeature: {"a", "b", "c", "d", "e", "f", "g"}}
	s := open(t, write(t, map[string]int{stateFeature: 2, viewFeature: 7, actionFeature: 3}, names, someParts[:1]))
	if s.Own() {
		t.Error("the states are of another program")
	}
	view := func(j int) float64 { return value(viewFeature, 0, 1, j) }
	for _, c := range []struct {
		columns map[string]string
		bodies  []string
		head    string
		want    []float64 // row 1, 0 after frame 0
	}{
		{map[string]string{"body0": stateFeature}, nil, "x y", []float64{value(stateFeature, 0, 1, 0), value(stateFeature, 0, 1, 1)}},
		{map[string]string{"ball.y": "c", "ball.x": viewFeature + "[3]"}, []string{"ball"}, "x y", []float64{view(3), view(2)}},
		{map[string]string{"body0": viewFeature + "[1:4]", "action": actionFeature + "[1:3]"}, nil, "x y angle action0 action1",
			[]float64{view(1), view(2), view(3), value(actionFeature, 0, 1, 1), value(actionFeature, 0, 1, 2)}},
		{map[string]string{"body0": viewFeature + "[1:7]"}, nil, "x y angle vx vy omega", []float64{view(1), view(2), view(3), view(4), view(5), view(6)}},
		{map[string]string{"0.x": "a", "0.y": "b", "0.cos": "c", "0.sin": "d"}, nil, "x y angle", []float64{view(0), view(1), math.Atan2(view(3), view(2))}},
	} {
		columns, rows := rowsOf(t, s, Mapping{Columns: c.columns, Bodies: c.bodies}, nil)
		if got := strings.Join(columns[3:], " "); got != c.head {
			t.Errorf("%v: columns %s, want %s", c.columns, got, c.head)
			continue
		}
		for j, field := range strings.Fields(rows[1])[3:] {
			if got, _ := strconv.ParseFloat(field, 64); !scalar.EqualWithinAbs(got, c.want[j], 1e-12) {
				t.Errorf("%v: %s, want %v", c.columns, rows[1], c.want)
			}
		}
	}
	_, rows := rowsOf(t, s, Mapping{Columns: map[string]string{"red": stateFeature, "blue.x": "a", "blue.y": "b", "blue.angle": "c"}, Bodies: []string{"blue", "red"}}, nil)
	if got, want := rows[1], fmt.Sprintf("0 0 1 %s %s ", text(value(stateFeature, 0, 0, 0)), text(value(stateFeature, 0, 0, 1))); got != want {
		t.Errorf("the second body, which has no angle: %q, want %q", got, want)
	}
	left, err := s.Left(Mapping{Columns: map[string]string{"body0": stateFeature}})
	if err != nil || !slices.Equal(left, []string{"action (float32 [3])", "observation.environment_state (float32 [7])"}) {
		t.Errorf("left out: %v, %v", left, err)
	}
}

// TestASoleBodyMayHaveAnyName, as there is no other that could be meant.
func TestASoleBodyMayHaveAnyName(t *testing.T) {
	t.Parallel()
	s := open(t, write(t, map[string]int{stateFeature: 4}, map[string][]string{stateFeature: {"a", "b", "c", "d"}}, someParts[:1]))
	for _, known := range [][]string{nil, {"disc"}} {
		if _, err := s.Table(t.Context(), Mapping{Columns: map[string]string{"puck": "observation.state[0:2]"}, Bodies: known}); err != nil {
			t.Errorf("beside %v: %v", known, err)
		}
	}
}

// TestMistakesInMappingsAreNamed in words.
func TestMistakesInMappingsAreNamed(t *testing.T) {
	t.Parallel()
	s := open(t, write(t, map[string]int{stateFeature: 4, "other": 4, actionFeature: 2, "observation.image": 0}, map[string][]string{stateFeature: {"a", "b", "c", "d"}, "other": {"a", "p", "q", "r"}}, someParts[:1]))
	for want, m := range map[string]Mapping{
		"nothing says which values are places of bodies":      {},
		"--layout \"pushT\" must be pusht, perhaps \"pusht\"": {Layout: "pushT"},
		"exclude each other":                                                      {Layout: "pusht", Columns: map[string]string{"body0": stateFeature}},
		"there is no feature \"observation.stat\"":                                {Columns: map[string]string{"body0.x": "observation.stat[0]"}},
		"observation.image holds video, and no numbers":                           {Columns: map[string]string{"body0.x": "observation.image[0]"}},
		"observation.state has values 0 to 3":                                     {Columns: map[string]string{"body0.x": "observation.state[4]"}},
		"2 features have a value of that name":                                    {Columns: map[string]string{"body0.x": "a"}},
		"a source is FEATURE, FEATURE[2] or FEATURE[0:3]":                         {Columns: map[string]string{"body0.x": "observation.state[x]"}},
		"has 4 values, and must have 2 (x y), 3 (x y angle)":                      {Columns: map[string]string{"body0": stateFeature}},
		"has 4 values, and must have one":                                         {Columns: map[string]string{"body0.x": stateFeature}},
		"\"z\" must be one of x, y, angle":                                        {Columns: map[string]string{"body0.z": "b"}},
		"--map: body0.y is missing":                                               {Columns: map[string]string{"body0.x": "b"}},
		"body0.x is mapped twice":                                                 {Columns: map[string]string{"body0.x": "b", "body0": "observation.state[0:2]"}},
		"has one of cos and sin":                                                  {Columns: map[string]string{"body0": "observation.state[0:2]", "body0.cos": "c"}},
		"one of them is enough":                                                   {Columns: map[string]string{"body0": "observation.state[0:3]", "body0.cos": "c", "body0.sin": "d"}},
		"action0 is missing":                                                      {Columns: map[string]string{"body0": "observation.state[0:2]", "action1": "action[0]"}},
		"actions are action0 to action":                                           {Columns: map[string]string{"actions": "action[0]"}},
		"action1 is mapped twice":                                                 {Columns: map[string]string{"action": "action", "action1": "action[0]"}},
		"body0 is missing, as there are 2 bodies":                                 {Columns: map[string]string{"body2": "observation.state[0:2]", "body1": "observation.state[2:4]"}},
		"\"disc\" is no body: bodies are numbered":                                {Columns: map[string]string{"disc": "observation.state[0:2]", "body1": "observation.state[2:4]"}},
		"\"disc\" is no body: the scene has ball, wall":                           {Columns: map[string]string{"disc": "observation.state[0:2]", "ball": "observation.state[2:4]"}, Bodies: []string{"ball", "wall"}},
		"names no body, such as body0.x":                                          {Columns: map[string]string{"action": "action"}},
		"observation.state must have 5 values (agent x y, block x y angle), or 2": {Layout: "pusht"},
	} {
		if _, err := s.Table(t.Context(), m); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: error %v, want %q", m, err, want)
		}
	}
}

// TestPushTIsReadFromItsPoseAndFromItsCorners: the centre of mass is 45 px along the stem from the origin.
func TestPushTIsReadFromItsPoseAndFromItsCorners(t *testing.T) {
	t.Parallel()
	origin, angle := sim.Vec{X: 200, Y: 310}, 2.5
	at := sim.BodyState{X: origin.X, Y: origin.Y, Angle: angle}
	var corners []float64
	for _, c := range []sim.Vec{{X: 60}, {X: -60}, {X: -60, Y: 30}, {X: 60, Y: 30}, {X: -15, Y: 30}, {X: -15, Y: 120}, {X: 15, Y: 120}, {X: 15, Y: 30}} {
		p := at.Point(c)
		corners = append(corners, p.X, p.Y)
	}
	x, y, turned := fromCorners(corners)
	if !scalar.EqualWithinAbs(x, origin.X, 1e-9) || !scalar.EqualWithinAbs(y, origin.Y, 1e-9) || !scalar.EqualWithinAbs(turned, angle, 1e-12) {
		t.Errorf("corners say %v %v %v", x, y, turned)
	}
	for _, features := range []map[string]int{{stateFeature: 5, actionFeature: 2}, {stateFeature: 2, viewFeature: 16}} {
		s := open(t, write(t, features, nil, someParts[:1]))
		if s.Fits() != "pusht" {
			t.Error("the layout is not seen")
		}
		how, err := s.plan(Mapping{Layout: "pusht"})
		if err != nil {
			t.Fatal(err)
		}
		values := [][]float64{{20, 30, origin.X, origin.Y, angle}, {40, 50}}
		if features[viewFeature] > 0 {
			values[1] = corners
		}
		agent, block := make([]float64, 3), make([]float64, 3)
		how.body(values, 0, agent)
		how.body(values, 1, block)
		want := []float64{2 - 0.45*math.Sin(angle), 3.1 + 0.45*math.Cos(angle), angle}
		for j := range block {
			if !scalar.EqualWithinAbs(block[j], want[j], 1e-12) || !scalar.EqualWithinAbs(agent[j], []float64{0.2, 0.3, 0}[j], 1e-12) {
				t.Errorf("block %v, agent %v", block, agent)
			}
		}
		if how.actions > 0 {
			how.act(values, agent)
			if !scalar.EqualWithinAbs(agent[0], 0.4, 1e-12) || !scalar.EqualWithinAbs(agent[1], 0.5, 1e-12) {
				t.Errorf("action %v", agent[:2])
			}
		}
	}
	pictures := open(t, write(t, map[string]int{stateFeature: 2, "observation.image": 0}, nil, someParts[:1]))
	if _, err := pictures.Table(t.Context(), Mapping{Layout: "pusht"}); err == nil || !strings.Contains(err.Error(), "only pictures show where the T is") {
		t.Errorf("%v", err)
	}
}

// TestAnglesGoOnWhereTheyWrap, but not those of this program, which do.
func TestAnglesGoOnWhereTheyWrap(t *testing.T) {
	t.Parallel()
	s := open(t, write(t, map[string]int{stateFeature: 3}, nil, []part{{0, 4, 0}}))
	table, err := s.Table(t.Context(), Mapping{Columns: map[string]string{"body0": stateFeature}})
	if err != nil {
		t.Fatal(err)
	}
	angles := []float64{3, -3, -2, 2.5} // 3, 3.28, 4.28, then back to 2.5
	k := 0
	table.how.body = func(_ [][]float64, _ int, dst []float64) { dst[2], k = angles[k], k+1 }
	var got []float64
	if err := table.Rows(t.Context(), func(fields []string) error {
		v, err := strconv.ParseFloat(fields[5], 64)
		got = append(got, v)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{3, -3 + 2*math.Pi, -2 + 2*math.Pi, 2.5} {
		if !scalar.EqualWithinAbs(got[i], want, 1e-12) {
			t.Errorf("angles %v", got)
		}
	}
}

// TestDamageIsNamed: what a dataset says of itself must fit what it holds.
func TestDamageIsNamed(t *testing.T) {
	t.Parallel()
	sound := map[string]int{stateFeature: 2}
	for want, c := range map[string]struct{ file, from, to string }{
		"codebase_version \"v2.1\" must be v3":          {"meta/info.json", `"v3.0"`, `"v2.1"`},
		"codebase_version \"v4.0\" must be v3.0":        {"meta/info.json", `"v3.0"`, `"v4.0"`},
		"total_episodes 4, but meta/episodes has 3":     {"meta/info.json", `"total_episodes":3`, `"total_episodes":4`},
		"fps 0 must be from 1 to 1000":                  {"meta/info.json", `"fps":10`, `"fps":0`},
		"fps 1001 must be from 1 to 1000":               {"meta/info.json", `"fps":10`, `"fps":1001`},
		"must be within the dataset":                    {"meta/info.json", `"data/chunk`, `"../data/chunk`},
		"data/file-003.parquet: no such file":           {"meta/info.json", `"data/chunk-{chunk_index:03d}/file`, `"data/file`},
		"column \"observation.state\": has one value a": {"meta/info.json", `"dtype":"float32","names":null,"shape":[2]`, `"dtype":"float32","names":null,"shape":[2]`},
	} {
		dir := write(t, sound, nil, someParts)
		path := filepath.Join(dir, c.file)
		before, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		after := strings.Replace(string(before), c.from, c.to, 1)
		put(t, path, []byte(after))
		if strings.HasPrefix(want, "column") {
			putTable(t, filepath.Join(dir, "data/chunk-000/file-003.parquet"), []string{"frame_index", "episode_index", stateFeature}, nil, [][]float64{{0, 0, 1}, {1, 0, 1}, {2, 0, 1}, {3, 0, 1}, {0, 1, 1}, {1, 1, 1}})
		}
		if _, err := readAll(t.Context(), dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	dir := write(t, sound, nil, someParts)
	putTable(t, filepath.Join(dir, "data/chunk-000/file-003.parquet"), []string{"frame_index", "episode_index", stateFeature}, map[string]int{stateFeature: 2},
		[][]float64{{0, 0, 1, 2}, {1, 0, 1, 2}, {2, 0, 1, 2}, {0, 1, 1, 2}, {3, 0, 1, 2}, {1, 1, 1, 2}})
	if _, err := readAll(t.Context(), dir); err == nil || !strings.Contains(err.Error(), "episode 0: frame 3: episode_index 1 and frame_index 0 must be 0 and 3") {
		t.Errorf("rows out of order: %v", err)
	}
	putTable(t, filepath.Join(dir, "data/chunk-000/file-003.parquet"), []string{"frame_index", "episode_index", stateFeature}, map[string]int{stateFeature: 2},
		[][]float64{{0, 0, 1, 2}, {2, 0, 1, 2}, {1, 0, 1, 2}, {3, 0, 1, 2}, {0, 1, 1, 2}, {1, 1, 1, 2}})
	if _, err := readAll(t.Context(), dir); err == nil || !strings.Contains(err.Error(), "episode 0: frame 1: episode_index 0 and frame_index 2 must be 0 and 1") {
		t.Errorf("frames out of order: %v", err)
	}
	whole := []string{"episode_index", "length", "data/chunk_index", "data/file_index", "dataset_from_index", "dataset_to_index"}
	putTable(t, filepath.Join(dir, "meta/episodes/chunk-000/file-005.parquet"), whole, nil, [][]float64{{0, 4, 0, 3, 2, 6}, {1, 2, 0, 3, 0, 2}, {2, 3, 0, 8, 6, 9}})
	if _, err := readAll(t.Context(), dir); err == nil || !strings.Contains(err.Error(), "episode 1: its frames must follow those of the episodes before it") {
		t.Errorf("episodes out of order: %v", err)
	}
}

// TestSumsAreOfAllFiles: of what the dataset says of itself and of the frames in each of its files, however many these are.
func TestSumsAreOfAllFiles(t *testing.T) {
	t.Parallel()
	dir := write(t, map[string]int{stateFeature: 2}, nil, []part{{3, 2, 0}, {5, 2, 0}, {5, 2, 0}, {8, 2, 0}})
	seen := map[string]string{}
	for _, name := range []string{"", "meta/info.json", "data/chunk-000/file-003.parquet", "data/chunk-000/file-005.parquet", "data/chunk-000/file-008.parquet"} {
		s := open(t, dir)
		if name != "" {
			text, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			put(t, filepath.Join(dir, name), append(text, ' '))
		}
		sum, err := s.Sum(t.Context())
		if err != nil || len(sum) != 64 {
			t.Fatalf("%q, %v", sum, err)
		}
		if other, had := seen[sum]; had {
			t.Errorf("a change of %q leaves the sum that it was after %q", name, other)
		}
		seen[sum] = name
	}
}

// TestSourcesAreReadAsFarAsAsked: the first frames of a feature may be enough, splits that fit no episodes say nothing, and
// features of more than a million numbers hold none that are of use.
func TestSourcesAreReadAsFarAsAsked(t *testing.T) {
	t.Parallel()
	dir := write(t, map[string]int{stateFeature: 2}, nil, someParts)
	path := filepath.Join(dir, "meta/info.json")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	put(t, path, []byte(strings.Replace(string(text), `"0:3"`, `"0:4"`, 1)))
	s := open(t, dir)
	if got := s.Splits().String(); got != "train 0 to 2" {
		t.Errorf("splits %s", got)
	}
	for most, want := range map[int]int{0: 4, 1: 1, 3: 3, 9: 4} {
		values, err := s.Values(t.Context(), 0, stateFeature, most)
		if err != nil || len(values) != 2*want || values[2*want-1] != value(stateFeature, 0, want-1, 1) {
			t.Errorf("at most %d frames are %v, %v; want %d", most, values, err, want)
		}
	}
	s.info.Features["large"] = datasets.Feature{DType: "float64", Shape: []int{1024, 1024}}
	s.info.Features["larger"] = datasets.Feature{DType: "float64", Shape: []int{1024, 1025}}
	if a, b := s.width("large"), s.width("larger"); a != 1<<20 || b != 0 {
		t.Errorf("widths %d and %d", a, b)
	}
}

// TestMappingsNumberBodies, with and without the word, and have at most as many actions as a scene has actuators.
func TestMappingsNumberBodies(t *testing.T) {
	t.Parallel()
	s := open(t, write(t, map[string]int{stateFeature: 4, actionFeature: 65}, nil, someParts[:1]))
	_, rows := rowsOf(t, s, Mapping{Columns: map[string]string{"1": stateFeature + "[0:2]", "0": stateFeature + "[2:4]"}}, nil)
	if want := fmt.Sprintf("0 0 0 %s %s", digits(value(stateFeature, 0, 0, 2)), digits(value(stateFeature, 0, 0, 3))); strings.TrimSpace(rows[0]) != want {
		t.Errorf("the first body is %q, want %q", rows[0], want)
	}
	for want, source := range map[string]string{"": "action[0:64]", "65 actions are more than 64": "action"} {
		_, err := s.Table(t.Context(), Mapping{Columns: map[string]string{"body0": stateFeature + "[0:2]", "action": source}})
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", source, err, want)
		}
	}
}

func readAll(ctx context.Context, dir string) (rows int, err error) {
	s, err := Open(ctx, dir)
	if err != nil {
		return 0, err
	}
	table, err := s.Table(ctx, Mapping{Columns: map[string]string{"body0": stateFeature + "[0:2]"}})
	if err != nil {
		return 0, err
	}
	return rows, table.Rows(ctx, func([]string) error { rows++; return nil })
}

// FuzzMapping: any words either say what is mapped or are refused, and the rows of what is mapped can be read.
func FuzzMapping(f *testing.F) {
	f.Add("body0", "observation.state[0:2]", "action", "action", "")
	f.Add("body0.x", "a", "body0.y", "observation.state[1]", "")
	f.Add("0.cos", "[", ".", "x[0:", "pusht")
	features := map[string]int{stateFeature: 4, actionFeature: 2, viewFeature: 16}
	dir := write(f, features, map[string][]string{stateFeature: {"a", "b", "c", "d"}}, someParts)
	f.Fuzz(func(t *testing.T, a, from, b, other, layout string) {
		s := open(t, dir)
		table, err := s.Table(t.Context(), Mapping{Layout: layout, Columns: map[string]string{a: from, b: other}})
		if err != nil {
			return
		}
		if err := table.Rows(t.Context(), func(fields []string) error {
			if len(fields) != len(table.Columns()) {
				t.Errorf("%d fields", len(fields))
			}
			return nil
		}); err != nil {
			t.Error(err)
		}
	})
}

// FuzzInfo: whatever meta/info.json says, the dataset is read or refused.
func FuzzInfo(f *testing.F) {
	f.Add([]byte(`{"codebase_version":"v3.0","fps":10,"total_episodes":3,"features":{"observation.state":{"dtype":"float32","shape":[2]},"episode_index":{"dtype":"int64","shape":[1]},"frame_index":{"dtype":"int64","shape":[1]}}}`))
	f.Add([]byte(`{"codebase_version":"v3.0","fps":1e3,"total_episodes":3,"data_path":"/etc/{file_index:03d}","features":{"observation.state":{"dtype":"float32","shape":[1048576,1048576,16]}}}`))
	dir := write(f, map[string]int{stateFeature: 2}, nil, someParts)
	f.Fuzz(func(t *testing.T, text []byte) {
		put(t, filepath.Join(dir, "meta/info.json"), text)
		_, _ = readAll(t.Context(), dir)
	})
}
