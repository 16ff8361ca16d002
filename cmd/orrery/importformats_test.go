package main

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/foxglove/mcap/go/mcap"

	"orrery/datasets/parquet"
)

// otherFormats write the table of a CSV as others do.
var otherFormats = map[string]func(t *testing.T, path string, names []string, rows [][]string){
	"parquet": writeParquetTable, "npz": writeNPZTable,
}

// rewritten writes a table in another format and returns its path.
func rewritten(t *testing.T, format, table string) string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(table)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "tracks."+format)
	otherFormats[format](t, path, rows[0], rows[1:])
	return path
}

// numbersOf returns the numbers of a column, NaN for empty fields, or reports that they are texts.
func numbersOf(rows [][]string, k int) (numbers []float64, ok bool) {
	for _, row := range rows {
		v, err := strconv.ParseFloat(row[k], 64)
		if row[k] == "" {
			v, err = math.NaN(), nil
		}
		if err != nil {
			return nil, false
		}
		numbers = append(numbers, v)
	}
	return numbers, true
}

// writeParquetTable writes row groups of 7 rows.
func writeParquetTable(t *testing.T, path string, names []string, rows [][]string) {
	t.Helper()
	var columns []*parquet.Column
	for k, name := range names {
		if _, number := numbersOf(rows, k); number {
			columns = append(columns, parquet.NewColumn[float64](name))
		} else {
			columns = append(columns, parquet.NewColumn[[]byte](name).UTF8())
		}
	}
	var file bytes.Buffer
	w := parquet.NewWriter(&file, columns, nil)
	for group := range slices.Chunk(rows, 7) {
		for k := range names {
			if _, number := numbersOf(rows, k); number {
				numbers, _ := numbersOf(group, k)
				parquet.Put(columns[k], numbers...)
				continue
			}
			for _, row := range group {
				parquet.Put(columns[k], []byte(row[k]))
			}
		}
		if err := w.EndGroup(len(group)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, file.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// writeNPZTable writes an array for each column, texts as NumPy's S8.
func writeNPZTable(t *testing.T, path string, names []string, rows [][]string) {
	t.Helper()
	var file bytes.Buffer
	w := zip.NewWriter(&file)
	for k, name := range names {
		descr, values := "<f8", []byte(nil)
		if numbers, number := numbersOf(rows, k); number {
			values, _ = binary.Append(nil, binary.LittleEndian, numbers)
		} else {
			descr = "|S8"
			for _, row := range rows {
				values = append(values, (row[k] + "\x00\x00\x00\x00\x00\x00\x00\x00")[:8]...)
			}
		}
		m, err := w.Create(name + ".npy")
		if err == nil {
			_, err = m.Write(npyOf(fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%d,), }", descr, len(rows)), values))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, file.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// npyOf returns an array as NumPy saves it.
func npyOf(header string, values []byte) []byte {
	text := header + "\n"
	return append(append(binary.LittleEndian.AppendUint16([]byte("\x93NUMPY\x01\x00"), uint16(len(text))), text...), values...)
}

// TestStatesOfAnyFormatAreThoseOfTheTable imports a table with velocities from each format.
func TestStatesOfAnyFormatAreThoseOfTheTable(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	mustRun(t, "gen", "mixed", "--episodes", "3", "--frames", "20", "--out", data)
	mustRun(t, "export", data, "--to", "csv", "--out", filepath.Join(dir, "data.csv"))
	want := rounded(t, data)
	for format := range otherFormats {
		back := filepath.Join(dir, format)
		mustRun(t, "import", format, rewritten(t, format, read(t, filepath.Join(dir, "data.csv"))), "--fps", "60", "--out", back)
		if got := rounded(t, back); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: the imported episodes are not those of the table", format)
		}
	}
}

// seenTable is a recording of two bodies that fly past each other, with a row that is missing and one without
// a place, times that are not on a beat, and columns of other names.
func seenTable() string {
	table := "t,who,px,py,turn,kept\n"
	for k := range 40 {
		at := float64(k)/30 + 0.004*math.Sin(float64(7*k))
		for i, who := range []string{"red", "blue"} {
			x, y := 0.5*at+float64(i)*0.6, 0.3*at-0.2*float64(i)*at
			switch {
			case k == 11 && i == 0:
			case k == 20 && i == 1:
				table += fmt.Sprintf("%.9f,%s,,,,1\n", at, who)
			default:
				table += fmt.Sprintf("%.9f,%s,%.6f,%.6f,%.6f,1\n", at, who, 400*x, 300-400*y, -30*at)
			}
		}
	}
	return table
}

// TestRecordingsOfAnyFormatAreThoseOfTheTable gives each format the flags of a recording: what is estimated and what
// was measured must be the same, bit for bit.
func TestRecordingsOfAnyFormatAreThoseOfTheTable(t *testing.T) {
	t.Parallel()
	flags := []string{"--map", "time=t,body=who,x=px,y=py,angle=turn", "--unit", "px", "--scale", "400px/m", "--y", "down", "--angle", "degrees,clockwise", "--radius", "0.05"}
	importAs := func(format, path string) [][]float32 {
		out := filepath.Join(t.TempDir(), "data")
		mustRun(t, append([]string{"import", format, path, "--out", out}, flags...)...)
		if seen, _ := episodeOf(t, openWhole(t, out), 0); seen.Seen == nil {
			t.Fatalf("%s: it is no recording", format)
		}
		var all [][]float32
		trajectory, _ := episodeOf(t, openWhole(t, out), 0)
		for k, sights := range trajectory.Seen.Sights {
			var row []float32
			for i, s := range sights {
				row = append(row, float32(s.X), float32(s.Y), float32(s.Angle), float32(s.After), float32(trajectory.Seen.Std[k][i].X))
			}
			all = append(all, row)
		}
		return append(all, rounded(t, out)...)
	}
	want := importAs("csv", written(t, seenTable()))
	for format := range otherFormats {
		if got := importAs(format, rewritten(t, format, seenTable())); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: the recording is not that of the table", format)
		}
	}
}

// TestBagsAreImportedAsTables compares a bag with a table of the same places and times.
func TestBagsAreImportedAsTables(t *testing.T) {
	skipShort(t)
	t.Parallel()
	dir := t.TempDir()
	table := "time,body,x,y,angle\n"
	var text bytes.Buffer
	w, err := mcap.NewWriter(&text, &mcap.WriterOptions{Chunked: true, Compression: mcap.CompressionLZ4})
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(err)
	must(w.WriteHeader(&mcap.Header{Profile: "ros2"}))
	must(w.WriteSchema(&mcap.Schema{ID: 1, Name: "geometry_msgs/msg/PoseStamped", Encoding: "ros2msg"}))
	for id, topic := range []string{"/a", "/b"} {
		must(w.WriteChannel(&mcap.Channel{ID: uint16(id + 1), SchemaID: 1, Topic: topic, MessageEncoding: "cdr"}))
	}
	for k := range 40 {
		ns := uint64(k) * 33_000_000
		for id, topic := range []string{"/a", "/b"} {
			x, y := 0.25*float64(k)/30+float64(id), 0.125*float64(k)/30*float64(1-2*id)
			must(w.WriteMessage(&mcap.Message{ChannelID: uint16(id + 1), LogTime: ns + 5, Data: poseStamped(1_700_000_000_000_000_000+ns, "map", x, y, 0)}))
			table += fmt.Sprintf("%v,%s,%v,%v,0\n", float64(ns)/1e9, topic, x, y)
		}
	}
	must(w.Close())
	bag := filepath.Join(dir, "run.mcap")
	must(os.WriteFile(bag, text.Bytes(), 0o600))
	mustRun(t, "import", "mcap", bag, "--out", filepath.Join(dir, "bag"))
	mustRun(t, "import", "csv", written(t, table), "--out", filepath.Join(dir, "table"))
	if got, want := rounded(t, filepath.Join(dir, "bag")), rounded(t, filepath.Join(dir, "table")); !reflect.DeepEqual(got, want) {
		t.Error("the bag is not the table")
	}
}

// TestTablesOfOtherFormatsAreRefusedInOneLine has faults of each format.
func TestTablesOfOtherFormatsAreRefusedInOneLine(t *testing.T) {
	t.Parallel()
	file := func(name, text string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	archive := func(name, header string, values ...float64) string {
		var text bytes.Buffer
		w := zip.NewWriter(&text)
		m, err := w.Create(name + ".npy")
		if err == nil {
			b, _ := binary.Append(nil, binary.LittleEndian, values)
			_, err = m.Write(npyOf(header, b))
		}
		if err != nil || w.Close() != nil {
			t.Fatal(err)
		}
		return file("a.npz", text.String())
	}
	dir := t.TempDir()
	mustRun(t, "gen", "mixed", "--episodes", "1", "--frames", "5", "--out", filepath.Join(dir, "data"))
	mustRun(t, "export", filepath.Join(dir, "data"), "--to", "mcap", "--out", filepath.Join(dir, "played.mcap"))
	for _, test := range []struct {
		format, path string
		flags        []string
		code         int
		want         string
	}{
		{"parquet", rewritten(t, "parquet", "frame,a,y\n0,1,2\n1,1,2\n"), nil, 1, `tracks.parquet: no column "x" among "frame", "a", "y"; map x to the one it is in`},
		{"parquet", rewritten(t, "parquet", "frame,x,y\n0,1,2\n1,one,2\n"), nil, 1, `tracks.parquet: row 1, column 2: x "one" must be a number`},
		{"parquet", rewritten(t, "parquet", "frame,x,y\n0,1,2\n0,1,2\n"), []string{"--fps", "10"}, 1, "tracks.parquet: row 1: frame 0 must be there once, but is in row 0 too"},
		{"parquet", file("a.csv", "frame,x,y\n0,1,2\n"), nil, 1, "a.csv: must be a Parquet file, but does not begin as one does"},
		{"parquet", file("cut.parquet", "PAR1 and then nothing"), nil, 1, "cut.parquet: ends in"},
		{"parquet", "-", nil, 2, "import: parquet must be a file, and not standard input"},
		{"parquet", dir, nil, 1, "must be a plain file"},
		{"npz", archive("xy", "{'descr': '|O', 'fortran_order': False, 'shape': (2,), }"), nil, 1, `a.npz: array "xy": holds objects of Python (a pickle)`},
		{"npz", archive("xy", "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1, 3), }", 1, 2, 3), nil, 1, `a.npz: array "xy" has the shape [1, 1, 3]: must be [frames, bodies, 2]`},
		{"npz", archive("film", "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 3), }", 1, 2, 3), nil, 1, `a.npz: has no positions: there must be an array xy`},
		{"npz", file("a.npy", "\x93NUMPY\x01\x00"), nil, 1, "a.npy: is a single array (.npy)"},
		{"npz", file("a.parquet", "PAR1PAR1"), nil, 1, "a.parquet: must be an archive of NumPy (npz), but is a Parquet file"},
		{"mcap", filepath.Join(dir, "played.mcap"), nil, 1, `played.mcap: has no positions that can be read: topic "/walls" is written in "json": only messages of ROS 2 in CDR are read`},
		{"mcap", filepath.Join(dir, "played.mcap"), []string{"--topic", "/true"}, 1, `played.mcap: topic "/true" is written in "json"`},
		{"mcap", filepath.Join(dir, "played.mcap"), []string{"--topic", "/tru"}, 1, `played.mcap: topic "/tru" must be one of the bag's`},
		{"mcap", file("a.db3", "SQLite format 3\x00"), nil, 1, "a.db3: is a bag of ROS 2 in SQLite: turn it into MCAP with ros2 bag convert"},
		{"mcap", file("a.bag", "#ROSBAG V2.0\n"), nil, 1, "a.bag: is a bag of ROS 1"},
		{"mcap", file("a.mcap", "\x89MCAP0\r\n"), []string{"--plane", "up"}, 2, `import: --plane "up" must be xy, xz or yz`},
		{"csv", archive("xy", "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1, 2), }", 1, 2), nil, 1, "a.npz: must be a CSV table, but is an archive of NumPy, which orrery import npz reads"},
	} {
		out := filepath.Join(t.TempDir(), "data")
		code, stdout, stderr := runLine(t.Context(), append([]string{"import", test.format, test.path, "--out", out}, test.flags...)...)
		last := stderr[strings.LastIndexByte(strings.TrimSuffix(stderr, "\n"), '\n')+1:]
		if code != test.code || stdout != "" || !strings.HasPrefix(last, "orrery: ") || !strings.Contains(last, test.want) {
			t.Errorf("%s %s: exit code %d:\n%s\nwant\n%s", test.format, filepath.Base(test.path), code, stderr, test.want)
		}
		if _, err := os.Stat(out); err == nil {
			t.Errorf("%s %s: something is left", test.format, filepath.Base(test.path))
		}
	}
}

// otherFiles writes the files in other formats of which the pages speak into a folder.
func otherFiles(t *testing.T, dir string) {
	t.Helper()
	exact, pixels := "frame,body,x,y,vx,vy\n", "time,body,x,y\n"
	for k := range 30 {
		exact += fmt.Sprintf("%d,0,%v,0.3,0.3,0\n%d,1,1.5,%v,0,0.6\n", k, 0.01*float64(k), k, 0.02*float64(k))
		pixels += fmt.Sprintf("%v,0,%v,120\n%v,1,600,%v\n", float64(k)/30, 4*k, float64(k)/30, 8*k)
	}
	for format, table := range map[string]string{"parquet": exact, "npz": pixels} {
		if err := os.Rename(rewritten(t, format, table), filepath.Join(dir, "tracks."+format)); err != nil {
			t.Fatal(err)
		}
	}
	poseBagOn(t, filepath.Join(dir, "run.mcap"), "/balls", "/table")
}
