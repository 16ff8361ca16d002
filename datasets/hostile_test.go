package datasets

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/snappy"

	"orrery/datasets/flights"
)

const framesFile, episodesFile = "data/chunk-000/file-000.parquet", "meta/episodes/chunk-000/file-000.parquet"

// smallSpec describes a dataset of three episodes of four frames, with two
// bodies, one and three.
func smallSpec() Spec {
	spec := testSpec()
	spec.Episodes, spec.Frames, spec.Seed = 3, 4, 48
	return spec
}

// readAll opens a dataset, reads every episode and checks it.
func readAll(t *testing.T, dir string, check bool) error {
	d, err := Open(t.Context(), dir)
	if err != nil {
		return err
	}
	for i := range d.Episodes() {
		if _, err := d.Episode(t.Context(), i); err != nil {
			return err
		}
	}
	if check {
		_, err := d.Survey(t.Context(), nil)
		return err
	}
	return nil
}

// frameRow is a row of the frames of a dataset without actions and outcomes.
type frameRow struct {
	State     []float32 `parquet:"observation.state,list"`
	Action    float32   `parquet:"action"`
	Timestamp float32   `parquet:"timestamp"`
	Frame     int64     `parquet:"frame_index"`
	Episode   int64     `parquet:"episode_index"`
	Index     int64     `parquet:"index"`
	Task      int64     `parquet:"task_index"`
}

// rewriteFrames replaces the rows of the frames, written as T, with groups of
// four rows.
func rewriteFrames[T any](t *testing.T, dir string, change func([]frameRow) []T, options ...parquet.WriterOption) {
	t.Helper()
	path := filepath.Join(dir, framesFile)
	rows, err := parquet.ReadFile[frameRow](path)
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	w := parquet.NewGenericWriter[T](&file, append([]parquet.WriterOption{parquet.Compression(&snappy.Codec{})}, options...)...)
	for i, row := range change(rows) {
		if _, err := w.Write([]T{row}); err != nil {
			t.Fatal(err)
		}
		if i%4 == 3 {
			if err := w.Flush(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, file.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// changed returns a change of frame 6, the third of the second episode.
func changed(change func(*frameRow)) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		rewriteFrames(t, dir, func(rows []frameRow) []frameRow {
			change(&rows[6])
			return rows
		})
	}
}

// replaced returns a replacement in a text file.
func replaced(path, old, new string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		text, err := os.ReadFile(filepath.Join(dir, path))
		if err != nil || !strings.Contains(string(text), old) {
			t.Fatalf("no %q in %s: %v", old, path, err)
		}
		if err := os.WriteFile(filepath.Join(dir, path), []byte(strings.Replace(string(text), old, new, 1)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// cut returns a truncation to a share of a file.
func cut(path string, share float64) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		stat, err := os.Stat(filepath.Join(dir, path))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(filepath.Join(dir, path), int64(share*float64(stat.Size()))); err != nil {
			t.Fatal(err)
		}
	}
}

// removed returns a removal.
func removed(path string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		if err := os.RemoveAll(filepath.Join(dir, path)); err != nil {
			t.Fatal(err)
		}
	}
}

// survey returns the error of a survey.
func survey(t *testing.T, d *Dataset) error {
	_, err := d.Survey(t.Context(), nil)
	return err
}

func TestDamageIsReported(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	type states struct {
		State []float32 `parquet:"observation.state,list"`
	}
	type doubles struct {
		State []float64 `parquet:"observation.state,list"`
	}
	sound := writeFlights(t, smallSpec())
	for _, c := range []struct {
		name   string
		damage func(*testing.T, string)
		want   []string
	}{
		{"no info", removed("meta/info.json"), []string{"is not a dataset", "info.json"}},
		{"cut info", cut("meta/info.json", 0.5), []string{"info.json", "ends too early"}},
		{"version 2", replaced("meta/info.json", "v3.0", "v2.1"), []string{`codebase_version "v2.1" must be "v3.0"`}},
		{"no fps", replaced("meta/info.json", `"fps": 30`, `"fps": 0`), []string{"fps 0 must be a whole number from 1 to"}},
		{"other fps", replaced("meta/info.json", `"fps": 30`, `"fps": 60`), []string{"episode 0: fps 30 must be the dataset's, 60"}},
		{"too many episodes", replaced("meta/info.json", `"total_episodes": 3`, `"total_episodes": 4`), []string{"file-001.parquet"}},
		{"too few episodes", replaced("meta/info.json", `"total_episodes": 3`, `"total_episodes": 2`), []string{"total_episodes 2", "has 3"}},
		{"endless episodes", replaced("meta/info.json", `"total_episodes": 3`, `"total_episodes": 9000000000`), []string{"total_episodes 9000000000 must be"}},
		{"wrong total", replaced("meta/info.json", `"total_frames": 12`, `"total_frames": 13`), []string{"total_frames 13"}},
		{"odd shape", replaced("meta/info.json", "[\n        18\n", "[\n        17\n"), []string{"shape [17] must be"}},
		{"wide shape", replaced("meta/info.json", "[\n        18\n", "[\n        24\n"), []string{"file-000.parquet", "observation.state", "lists must have 24 values"}},
		{"wrong type", replaced("meta/info.json", "float32", "float64"), []string{"feature action", `dtype "float64" must be "float32"`}},
		{"no provenance", removed("meta/orrery/provenance.json"), []string{"provenance.json"}},
		{"bad provenance", replaced("meta/orrery/provenance.json", `"seed": 48`, `"seed": -7`), []string{"provenance.json", "seed"}},
		{"no scenes", removed("meta/orrery/scenes.parquet"), []string{"scenes.parquet"}},
		{"cut scenes", cut("meta/orrery/scenes.parquet", 0.9), []string{"scenes.parquet", "cut short?"}},
		{"no frames", removed("data"), []string{"data/chunk-000/file-000.parquet"}},
		{"cut frames", cut(framesFile, 0.5), []string{framesFile, "cut short?"}},
		{"empty frames", cut(framesFile, 0), []string{framesFile, "0 bytes are too few"}},
		{"cut episodes", cut(episodesFile, 0.99), []string{episodesFile, "cut short?"}},
		{"NaN", changed(func(r *frameRow) { r.State[1] = float32(math.NaN()) }), []string{framesFile, "episode 1: frame 2: body 0: y NaN must be finite"}},
		{"short state", changed(func(r *frameRow) { r.State = r.State[1:] }), []string{"row group 1", "observation.state", "lists must have 18 values"}},
		{"empty state", changed(func(r *frameRow) { r.State = nil }), []string{"row group 1", "observation.state"}},
		{"skipped index", changed(func(r *frameRow) { r.Index = 7 }), []string{"episode 1: frame 2: index 7 must be 6"}},
		{"skipped frame", changed(func(r *frameRow) { r.Frame = 0 }), []string{"episode 1: frame 2: frame_index 0 must be 2"}},
		{"other episode", changed(func(r *frameRow) { r.Episode = 0 }), []string{"episode 1: frame 2: episode_index 0 must be 1"}},
		{"other task", changed(func(r *frameRow) { r.Task = 3 }), []string{"episode 1: frame 2: task_index 3 must be 0"}},
		{"action", changed(func(r *frameRow) { r.Action = 1 }), []string{"episode 1: frame 2: action[0] 1 must be 0"}},
		{"timestamp", changed(func(r *frameRow) { r.Timestamp = float32(math.NaN()) }), []string{"episode 1: frame 2: timestamp NaN must be 0.06"}},
		{"body that is not", func(t *testing.T, dir string) {
			rewriteFrames(t, dir, func(rows []frameRow) []frameRow {
				for i := range rows {
					rows[i].State[17] = 0.5
				}
				return rows
			})
		}, []string{"observation.state[17] 0.5 must be 0"}},
		{"missing row", func(t *testing.T, dir string) {
			rewriteFrames(t, dir, func(rows []frameRow) []frameRow { return rows[1:] })
		}, []string{"episode 0: frame 0: timestamp 0.0333", "must be 0"}},
		{"missing group", func(t *testing.T, dir string) {
			rewriteFrames(t, dir, func(rows []frameRow) []frameRow { return rows[:8] })
		}, []string{framesFile, "rows 8 to 11 must be among its 8"}},
		{"other type", func(t *testing.T, dir string) {
			rewriteFrames(t, dir, func(rows []frameRow) []doubles { return make([]doubles, 12) })
		}, []string{`column "observation.state": must be of type FLOAT`}},
		{"missing column", func(t *testing.T, dir string) {
			rewriteFrames(t, dir, func(rows []frameRow) []states {
				short := make([]states, len(rows))
				for i := range rows {
					short[i].State = rows[i].State
				}
				return short
			})
		}, []string{`column "action": is missing`}},
		{"brotli", func(t *testing.T, dir string) {
			rewriteFrames(t, dir, func(rows []frameRow) []frameRow { return rows }, parquet.Compression(&parquet.Brotli))
		}, []string{"compression BROTLI must be UNCOMPRESSED, SNAPPY, GZIP, LZ4_RAW or ZSTD"}},
		{"flipped bit", func(t *testing.T, dir string) {
			text, err := os.ReadFile(filepath.Join(dir, framesFile))
			if err != nil {
				t.Fatal(err)
			}
			text[60] ^= 1
			if err := os.WriteFile(filepath.Join(dir, framesFile), text, 0o644); err != nil {
				t.Fatal(err)
			}
		}, []string{framesFile}},
		{"changed card", replaced("README.md", "flight", "fright"), []string{"README.md: SHA-256"}},
		{"path out of the dataset", replaced("meta/orrery/provenance.json", `"README.md"`, `"../README.md"`), []string{`path "../README.md" must be within`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(sound)); err != nil {
				t.Fatal(err)
			}
			c.damage(t, dir)
			err := readAll(t, dir, true)
			for _, want := range c.want {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("error %v must contain %q", err, want)
				}
			}
		})
	}
}

// TestWrongStatisticsAreReported keeps the hashes right.
func TestWrongStatisticsAreReported(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{`"max": [`, `"max": [9, `, "max has 2 values, must have 1"},
		{`"count": [`, `"count": [1, `, "must be [12]"},
		{"1.118033988749895", "1.2", "frame_index: std[0] 1.2 must be 1.118"},
		{"1.118033988749895", "null", "frame_index: std[0] 0 must be 1.118"},
	} {
		dir := writeFlights(t, smallSpec())
		replaced(statsPath, c.old, c.new)(t, dir)
		d, err := Open(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		if d.provenance.Files[statsPath], err = onDisk(dir).hash(t.Context(), statsPath, func(int) {}); err != nil {
			t.Fatal(err)
		}
		if err := survey(t, d); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v must contain %q", err, c.want)
		}
	}
}

// allocated returns how many bytes f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// FuzzOpen changes, cuts and repeats bytes of a sound dataset.
func FuzzOpen(f *testing.F) {
	if testing.Short() {
		f.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	spec := pushSpec()
	spec.Episodes = 3
	files := flights.Tree(f, writePushes(f, spec))
	names := []string{framesFile, episodesFile, scenesPath, infoPath, ProvenancePath, statsPath, tasksPath}
	f.Add(uint8(0), uint32(8), []byte{0xff, 0xff, 0xff, 0xff}, uint16(0)) // length of the footer
	f.Add(uint8(1), uint32(8), []byte{0, 0, 0, 0}, uint16(0))
	f.Add(uint8(2), uint32(100), []byte("PAR1"), uint16(40))
	f.Add(uint8(3), uint32(30), []byte(`"fps":1e99`), uint16(0))
	for i := range uint32(40) {
		f.Add(uint8(i), 40*i, []byte{byte(i), 0xfc, 0xff}, uint16(0))
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, file uint8, fromEnd uint32, patch []byte, cut uint16) {
		name := names[int(file)%len(names)]
		text := []byte(files[name])
		at := len(text) - int(fromEnd)%(len(text)+1)
		copy(text[at:], patch)
		text = text[:len(text)-int(cut)%(len(text)+1)]
		for path, sound := range files {
			if path == name {
				sound = string(text)
			}
			writeFile(t, filepath.Join(dir, path), sound)
		}
		var err error
		size := allocated(func() { err = readAll(t, dir, true) })
		if size > 256<<20 {
			t.Errorf("took %d bytes", size)
		}
		if err == nil && name != ProvenancePath && string(text) != files[name] {
			t.Errorf("%s: a change at %d passes", name, at)
		}
	})
}

func writeFile(t *testing.T, path, text string) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestSummaryIsPlainData(t *testing.T) {
	t.Parallel()
	dir := writeFlights(t, smallSpec())
	d, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	s := d.Summary()
	bytes := int64(0)
	for _, text := range flights.Tree(t, dir) {
		bytes += int64(len(text))
	}
	if s.Episodes != 3 || s.Frames != 12 || s.Seconds != 0.4 || s.Files != 8 || s.Bytes != bytes || s.Scenario != "flight" {
		t.Errorf("summary %+v of %d bytes", s, bytes)
	}
	if _, err := json.Marshal(s); err != nil {
		t.Error(err)
	}
}
