package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"orrery/datasets/flights"
	"orrery/sim"

	"gonum.org/v1/gonum/floats/scalar"
)

// watchedTable writes a table of a dataset of a scenario, as a tracker would: positions with noise in m, some rows
// missing, without velocities.
func watchedTable(t *testing.T, data string, noise float64, columns func(b *strings.Builder, e, k, i int, time, x, y, angle float64)) string {
	t.Helper()
	random := rand.New(rand.NewPCG(7, 7))
	var b strings.Builder
	set := openWhole(t, data)
	for e := range set.Episodes() {
		trajectory, err := set.Episode(t.Context(), e)
		if err != nil {
			t.Fatal(err)
		}
		for k, state := range trajectory.States {
			for i, body := range state {
				n := func() float64 { return noise * random.NormFloat64() }
				columns(&b, e, k, i, float64(k)*trajectory.Scene.FrameTime(), body.X+n(), body.Y+n(), body.Angle+10*n())
			}
		}
	}
	return b.String()
}

func saveTable(t *testing.T, header, rows string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tracks.csv")
	if err := os.WriteFile(path, []byte(header+"\n"+rows), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestOneMotionHasOneEstimate imports one motion as it may be written: in metres, in pixels with y down and
// degrees clockwise, with times since 1970 in milliseconds, under other names of bodies, and with a mask.
func TestOneMotionHasOneEstimate(t *testing.T) {
	skipShort(t)
	t.Parallel()
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	mustRun(t, "gen", "billiards", "--set", "bodies=3", "--episodes", "2", "--frames", "40", "--out", data)
	scene := sceneFile(t, data, 0)
	truth := openWhole(t, data)
	for i, test := range []struct {
		name, header string
		row          func(b *strings.Builder, e, k, i int, time, x, y, angle float64)
		flags        []string
	}{
		{"metres", "episode,frame,body,x,y,angle", func(b *strings.Builder, e, k, i int, _, x, y, angle float64) {
			fmt.Fprintf(b, "%d,%d,%d,%.6f,%.6f,%.6f\n", e, k, i, x, y, angle)
		}, nil},
		{"pixels", "episode,frame,body,x,y,angle", func(b *strings.Builder, e, k, i int, _, x, y, angle float64) {
			fmt.Fprintf(b, "%d,%d,%d,%.4f,%.4f,%.5f\n", e, k, i, 500+400*x, 600-400*y, -180/math.Pi*math.Remainder(angle, 2*math.Pi))
		}, []string{"--scale", "400px/m", "--y", "down", "--angle", "clockwise,degrees", "--origin", "500,600"}},
		{"epoch", "episode,time,body,x,y,angle", func(b *strings.Builder, e, k, i int, time, x, y, angle float64) {
			fmt.Fprintf(b, "%d,%.3f,%d,%.6f,%.6f,%.6f\n", e, 1.77e12+1000*time, i, x, y, angle)
		}, nil},
		{"ids", "episode,frame,body,x,y,angle", func(b *strings.Builder, e, k, i int, _, x, y, angle float64) {
			fmt.Fprintf(b, "%d,%d,%d.0,%.6f,%.6f,%.6f\n", e, k, 13+7*i, x, y, angle)
		}, nil},
		{"mask", "episode,frame,body,x,y,angle,visible", func(b *strings.Builder, e, k, i int, _, x, y, angle float64) {
			if k%9 == 4 {
				fmt.Fprintf(b, "%d,%d,%d,0,0,0,false\n", e, k, i)
				return
			}
			fmt.Fprintf(b, "%d,%d,%d,%.6f,%.6f,%.6f,true\n", e, k, i, x, y, angle)
		}, nil},
		{"inches", "episode,frame,body,x,y", func(b *strings.Builder, e, k, i int, _, x, y, _ float64) {
			fmt.Fprintf(b, "%d,%d,%d,%.6f,%.6f\n", e, k, i, x/0.0254, y/0.0254)
		}, []string{"--unit", "in"}},
	} {
		out := filepath.Join(dir, fmt.Sprint(i))
		table := saveTable(t, test.header, watchedTable(t, data, 0.0005, test.row))
		mustRun(t, slices.Concat([]string{"import", "csv", table, "--scene", scene, "--out", out}, test.flags)...)
		got := openWhole(t, out)
		if err := got.Check(t.Context(), nil); err != nil {
			t.Error(err)
		}
		if got.Episodes() != 2 || !got.Room().Observed || got.Provenance().Recording == nil {
			t.Fatalf("%s: %d episodes, observed: %t", test.name, got.Episodes(), got.Room().Observed)
		}
		if noise := got.Provenance().Recording.NoiseM; !(noise > 0.0002 && noise < 0.001) {
			t.Errorf("%s: noise %v m, was 0.0005", test.name, noise)
		}
		for e := range 2 {
			want, err := truth.Episode(t.Context(), e)
			if err != nil {
				t.Fatal(err)
			}
			has, err := got.Episode(t.Context(), e)
			if err != nil {
				t.Fatal(err)
			}
			compareEstimate(t, test.name, has, want)
		}
	}
}

// compareEstimate demands that an estimate is near what was true, and that its sights are nearer to it than their noise
// allows.
func compareEstimate(t *testing.T, name string, got, want *sim.Trajectory) {
	t.Helper()
	if len(got.States) != len(want.States) || got.Seen == nil {
		t.Fatalf("%s: %d frames, want %d", name, len(got.States), len(want.States))
	}
	var off []float64
	for k, state := range got.States {
		for i, b := range state {
			off = append(off, b.Position().Sub(want.States[k][i].Position()).Len())
			s := got.Seen.Sights[k][i]
			if !s.Seen {
				continue
			}
			if d := math.Hypot(s.X-want.States[k][i].X, s.Y-want.States[k][i].Y); !(d < 0.005) {
				t.Errorf("%s: frame %d: body %d was measured %v m off", name, k, i, d)
			}
		}
	}
	slices.Sort(off)
	if median := off[len(off)/2]; !(median < 0.001) {
		t.Errorf("%s: positions are %v m off (median)", name, median)
	}
}

// TestRecordingsDoNotDependOnWorkers compares all bytes, those of the recording too.
func TestRecordingsDoNotDependOnWorkers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	mustRun(t, "gen", "billiards", "--set", "bodies=2", "--episodes", "5", "--frames", "30", "--out", data)
	table := saveTable(t, "episode,frame,body,x,y", watchedTable(t, data, 0.001, func(b *strings.Builder, e, k, i int, _, x, y, _ float64) {
		fmt.Fprintf(b, "%d,%d,%d,%.6f,%.6f\n", e, k, i, x, y)
	}))
	var first map[string]string
	for _, workers := range []string{"1", "2", "4"} {
		out := filepath.Join(dir, workers)
		mustRun(t, "import", "csv", table, "--fps", "60", "--out", out, "--workers", workers)
		tree := flights.Tree(t, out)
		if first == nil {
			first = tree
			continue
		}
		for name, text := range first {
			if tree[name] != text {
				t.Errorf("%s workers: %s differs", workers, name)
			}
		}
	}
	for _, name := range []string{"meta/orrery/observed.parquet", "meta/orrery/recording.parquet"} {
		if first[name] == "" {
			t.Errorf("%s is not there", name)
		}
	}
}

// TestRawValuesStayBesideTheEstimates reads the records of a dataset, and of one that was merged of two.
func TestRawValuesStayBesideTheEstimates(t *testing.T) {
	skipShort(t)
	t.Parallel()
	dir := t.TempDir()
	var b strings.Builder
	for k := range 20 {
		for _, body := range []string{"red", "blue"} {
			if k == 7 && body == "red" {
				fmt.Fprintf(&b, "%.3f,red,,\n", 1e6+float64(k)/30)
				continue
			}
			y := 300.0
			if body == "red" {
				y = 500
			}
			if k == 12 && body == "blue" {
				y = 900
			}
			fmt.Fprintf(&b, "%.3f,%s,%d,%g\n", 1e6+float64(k)/30, body, 100+8*k, y)
		}
	}
	table := saveTable(t, "time,body,x,y", b.String())
	one, two := filepath.Join(dir, "one"), filepath.Join(dir, "two")
	mustRun(t, "import", "csv", table, "--scale", "400px/m", "--y", "down", "--odd", "drop", "--out", one)
	mustRun(t, "import", "csv", table, "--scale", "400px/m", "--y", "down", "--out", two)
	merged := filepath.Join(dir, "merged")
	mustRun(t, "merge", one, two, "--out", merged)
	mustRun(t, "inspect", merged, "--deep")
	for _, at := range []struct {
		data    string
		episode int
		odd     string
	}{{one, 0, "outlier"}, {two, 0, ""}, {merged, 0, "outlier"}, {merged, 1, ""}} {
		data := openWhole(t, at.data)
		records, err := data.Records(at.episode)
		if err != nil {
			t.Fatal(err)
		}
		if len(records) != 40 {
			t.Fatalf("%s: %d records", at.data, len(records))
		}
		if r := records[25]; r.X != 196 || r.Y != 900 || r.Track != "blue" || r.Row != 27 || r.Odd != at.odd || !r.Seen || !scalar.EqualWithinAbs(r.Time-1e6, 0.4, 1e-3) {
			t.Errorf("%s: %+v", at.data, r)
		}
		if r := records[14]; r.Seen || r.Track != "red" {
			t.Errorf("%s: %+v", at.data, r)
		}
		trajectory, err := data.Episode(t.Context(), at.episode)
		if err != nil {
			t.Fatal(err)
		}
		red := slices.IndexFunc(trajectory.Scene.Bodies, func(b sim.Body) bool { return b.Name == "red" })
		if trajectory.Seen.Sights[7][red].Seen || trajectory.Seen.Sights[12][1-red].Seen != (at.odd == "") {
			t.Errorf("%s: sights %+v and %+v", at.data, trajectory.Seen.Sights[7], trajectory.Seen.Sights[12])
		}
		if at.data == merged && at.episode == 0 {
			exported(t, merged, red)
		}
		if v := trajectory.States[10][red]; !(math.Abs(v.VX-8*30/400.) < 0.01) || !(math.Abs(v.Y+1.25) < 0.001) {
			t.Errorf("%s: %+v", at.data, v)
		}
	}
}

// exported demands that exports have what was measured.
func exported(t *testing.T, data string, red int) {
	t.Helper()
	table := filepath.Join(t.TempDir(), "again.csv")
	mustRun(t, "export", data, "--to", "csv", "--out", table)
	lines := strings.Split(read(t, table), "\n")
	if want := ",omega,seen_x,seen_y,seen_angle,seen_time,std_x,std_y,std_angle,std_vx,std_vy,std_omega"; !strings.HasSuffix(lines[0], want) {
		t.Errorf("header %s, want …%s", lines[0], want)
	}
	names := strings.Split(lines[0], ",")
	value := func(row int, name string) string { return strings.Split(lines[1+row], ",")[slices.Index(names, name)] }
	if got := value(2*7+red, "seen_x"); got != "" {
		t.Errorf("the red body was not seen in frame 7, but at %s", got)
	}
	if got := value(2*8+red, "seen_x"); got != "0.41" {
		t.Errorf("the red body was seen at %s in frame 8", got)
	}
	mustRun(t, "inspect", table, "--fps", "30")
	back := filepath.Join(t.TempDir(), "back")
	mustRun(t, "import", "csv", table, "--fps", "30", "--out", back)
	if openWhole(t, back).Room().Observed {
		t.Error("states that were exported come back as a recording")
	}
	folder := filepath.Join(t.TempDir(), "npz")
	mustRun(t, "export", data, "--to", "npz", "--out", folder)
	for _, name := range []string{"measured", "seen", "turned", "after", "state_std"} {
		if !has(t, filepath.Join(folder, name+".npz")) {
			t.Errorf("no array %s", name)
		}
	}
}
