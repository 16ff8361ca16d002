package csv

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"orrery/datasets/splits"
	"orrery/sim"
	"orrery/sim/golden"
)

// told writes all that is read of a table, in few words.
func told(ctx context.Context, name, text string, options Options) string {
	f, err := Read(ctx, name, strings.NewReader(text), options)
	if err != nil {
		return "error: " + err.Error()
	}
	defer f.Close()
	var out strings.Builder
	fmt.Fprintf(&out, "%d episodes of at most %d frames, recorded %t, unused %q, abreast %q, unsorted %q, splits %v", f.Episodes(), f.Frames(), f.Recorded(), f.Unused(), f.Abreast(), f.Unsorted(), f.divided)
	for i := range f.Episodes() {
		if f.Recorded() {
			raw, err := f.Raw(ctx, i)
			if err != nil {
				fmt.Fprintf(&out, "\n%d: error: %v", i, err)
				continue
			}
			fmt.Fprintf(&out, "\n%d: timed %t, framed %t, angled %t, tracks %q, place %s", i, raw.Timed, raw.Framed, raw.Angled, raw.Tracks, raw.Place(raw.Rows[0].Number))
			for _, r := range raw.Rows {
				fmt.Fprintf(&out, "; %v", r)
			}
			continue
		}
		t, err := f.Episode(ctx, i)
		if err != nil {
			fmt.Fprintf(&out, "\n%d: error: %v", i, err)
			continue
		}
		fmt.Fprintf(&out, "\n%d: %v, actions %v, fields %v", i, t.States, t.Actions, t.Scene.Fields)
	}
	return out.String()
}

// written is a small table of everything that a dataset says.
const written = "episode,frame,time,body,x,y,angle,vx,vy,omega,action0\n0,0,0,0,0.5,1,0,1,0,0,2\n0,1,0.1,0,0.6,1,0,1,0,0,\n"

// seen is a small table of what was seen.
const seen = "t;id;x;y\n0,0;a;1,5;2\n0,1;a;1,6;\n"

// driven is a scene of a disc that one actuator pushes, at 10 frames a second.
func driven() *sim.Scene {
	scene := sim.DefaultScene()
	scene.FPS, scene.Bodies = 10, []sim.Body{disc(0.1)}
	scene.Actuators = []sim.Actuator{{Kind: sim.Force, Against: sim.World, Low: -5, High: 5, Axis: sim.Vec{X: 1}}}
	return &scene
}

// TestHarmIsToldAsItWas: what is said of tables that are cut off anywhere or have another byte anywhere.
func TestHarmIsToldAsItWas(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("slow, and in one goroutine")
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := io.WriteString(w, "t,x,y\n0,1,2\n"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	var wide []byte
	for _, r := range utf16.Encode([]rune("\ufefft,x,y\n0,1,2\n")) {
		wide = append(wide, byte(r), byte(r>>8))
	}
	options := DefaultOptions()
	options.FPS = 10
	var all strings.Builder
	for _, c := range []struct{ name, text string }{{"written", written}, {"seen", seen}, {"packed", packed.String()}, {"wide", string(wide)}} {
		if options.Scene = nil; c.name == "written" {
			options.Scene = driven()
		}
		fmt.Fprintf(&all, "# %s\n%s", c.name, golden.Harm([]byte(c.text), func(content []byte) string { return told(t.Context(), "a.csv", string(content), options) }))
	}
	golden.Compare(t, "testdata/harm.txt", all.String())
}

// TestTablesAreReadAsTheyWere: each way of writing a table, and each mistake in one.
func TestTablesAreReadAsTheyWere(t *testing.T) {
	t.Parallel()
	with := func(change func(o *Options)) Options {
		o := DefaultOptions()
		o.FPS = 10
		change(&o)
		return o
	}
	plain := with(func(*Options) {})
	pushed := with(func(o *Options) { o.Scene = driven() })
	var all strings.Builder
	for _, c := range []struct {
		title, text string
		options     Options
	}{
		{"as a dataset writes it", written, pushed}, {"without its scene", written, plain},
		{"seen", seen, plain},
		{"told to be seen", written, with(func(o *Options) { o.Recording = true })},
		{"empty", "", plain}, {"spaces", " \n\n", plain}, {"names alone", "frame,x,y\n", plain}, {"numbers alone", "1,2,3\n4,5,6\n", plain},
		{"no name of a place", "frame,y\n0,1\n", plain}, {"no frame", "x,y\n0,1\n", plain}, {"likely", "frame,pos x,pos y\n0,1,2\n", plain}, {"likely twice", "frame,x left,x right,y\n0,1,2,3\n", plain},
		{"another case", "Frame,X,Y\n0,1,2\n", plain}, {"timestamp", "timestamp,x,y\n0,1,2\n", plain}, {"picture", "picture,x,y\n0,1,2\n", plain},
		{"a preamble", "made by me\n\nsecond line\nframe,x,y\n0,1,2\n", plain}, {"a hash", "# frame,x,y\n0,1,2\n", plain}, {"said separator", "sep=|\nframe|x|y\n0|1|2\n", plain},
		{"tabs", "frame\tx\ty\n0\t1\t2\n", plain}, {"spaces between", "frame x y\n0 1 2\n", plain}, {"colons", "frame:x:y\n0:1:2\n", plain}, {"not in UTF-8", "frame,x,\xe9\n0,1,2\n", plain},
		{"old line ends", "frame,x,y\r0,1,2\r1,2,3\r", plain}, {"line ends of DOS", "frame,x,y\r\n0,1,2\r\n1,2,3\r\n", plain}, {"quoted", "\"frame\",\"x\",\"y\"\n\"0\",\"1\",\"2\"\n", plain}, {"quotes open", "frame,x,y\n0,\"1,2\n", plain},
		{"long row", "frame,x,y\n0,1,2,3\n", plain}, {"short row", "frame,x,y\n0,1\n", plain}, {"no number", "frame,x,y,vx,vy\n0,one,2,0,0\n", plain}, {"endless", "frame,x,y,vx,vy\n0,inf,2,0,0\n", plain}, {"nan", "frame,x,y,vx,vy\n0,nan,2,0,0\n", plain}, {"1_0.5", "frame,x,y,vx,vy\n0,1_0.5,2,0,0\n", plain}, {"far", "frame,x,y,vx,vy\n0,1e13,2,0,0\n", plain},
		{"half a frame", "frame,x,y\n0.5,1,2\n", plain}, {"whole with a point", "frame,x,y\n0.0,1,2\n1.0,2,3\n", plain}, {"twice", "frame,x,y,vx,vy\n0,1,2,0,0\n0,1,2,0,0\n", plain}, {"a gap", "frame,x,y,vx,vy\n0,1,2,0,0\n2,1,2,0,0\n", plain}, {"unsorted", "frame,x,y,vx,vy\n1,1,2,0,0\n0,3,4,0,0\n", plain},
		{"bodies", "frame,body,x,y,vx,vy\n0,0,1,2,0,0\n0,1,3,4,0,0\n1,0,1,2,0,0\n1,1,3,4,0,0\n", plain}, {"a body is gone", "frame,body,x,y,vx,vy\n0,0,1,2,0,0\n0,1,3,4,0,0\n1,0,1,2,0,0\n", plain}, {"bodies without a first", "frame,body,x,y,vx,vy\n0,1,1,2,0,0\n", plain}, {"half a body", "frame,body,x,y,vx,vy\n0,0.5,1,2,0,0\n", plain}, {"ids with a point", "frame,body,x,y,vx,vy\n0,0.0,1,2,0,0\n", plain},
		{"times", "time,x,y,vx,vy\n0,1,2,0,0\n0.1,1,2,0,0\n", plain}, {"times off", "time,x,y,vx,vy\n0,1,2,0,0\n0.15,1,2,0,0\n", plain}, {"times a little off", "time,x,y,vx,vy\n0,1,2,0,0\n0.104,1,2,0,0\n", with(func(o *Options) { o.Jitter = 0.05 })}, {"times too far off", "time,x,y,vx,vy\n0,1,2,0,0\n0.106,1,2,0,0\n", with(func(o *Options) { o.Jitter = 0.05 })},
		{"frames and times", "frame,time,x,y,vx,vy\n0,5,1,2,0,0\n1,5.1,1,2,0,0\n", plain}, {"since 1970", "time,x,y,vx,vy\n1700000000,1,2,0,0\n1700000000.1,1,2,0,0\n", plain},
		{"episodes", "episode,frame,x,y,vx,vy\n3,0,1,2,0,0\n7,0,3,4,0,0\n7,1,3,4,0,0\n", plain}, {"an episode comes back", "episode,frame,x,y,vx,vy\n3,0,1,2,0,0\n7,0,3,4,0,0\n3,1,3,4,0,0\n", plain}, {"half an episode", "episode,frame,x,y,vx,vy\n0.5,0,1,2,0,0\n", plain},
		{"split", "episode,frame,x,y,vx,vy,split\n0,0,1,2,0,0,train\n1,0,3,4,0,0,test\n", with(func(o *Options) { o.Splits = true })}, {"split not asked for", "episode,frame,x,y,vx,vy,split\n0,0,1,2,0,0,train\n1,0,3,4,0,0,test\n", plain}, {"two splits", "frame,x,y,vx,vy,split\n0,1,2,0,0,train\n1,3,4,0,0,test\n", with(func(o *Options) { o.Splits = true })}, {"odd split", "frame,x,y,vx,vy,split\n0,1,2,0,0,all\n", with(func(o *Options) { o.Splits = true })},
		{"actions", "frame,x,y,vx,vy,action0,action1\n0,1,2,0,0,5,6\n1,1,2,0,0,,\n", pushed}, {"actions of the last", "frame,x,y,vx,vy,action0\n0,1,2,0,0,5\n1,1,2,0,0,6\n", pushed}, {"an action lacks", "frame,x,y,vx,vy,action0\n0,1,2,0,0,\n1,1,2,0,0,\n", pushed}, {"action1 alone", "frame,x,y,vx,vy,action1\n0,1,2,0,0,5\n", pushed},
		{"actions out of reach", "frame,x,y,vx,vy,action0\n0,1,2,0,0,5.1\n1,1,2,0,0,\n", pushed}, {"actions seen", "frame,x,y,action0\n0,1,2,4\n1,1,2,\n", pushed}, {"more bodies than the scene", "frame,body,x,y,vx,vy,action0\n0,0,1,2,0,0,1\n0,1,1,2,0,0,1\n", pushed}, {"another pace", written, with(func(o *Options) { o.Scene = driven(); o.FPS = 20 })},
		{"mapped", "n,a,b\n0,1,2\n", with(func(o *Options) { o.Columns = map[string]string{"frame": "n", "x": "a", "y": "b"} })}, {"mapped to nothing", "frame,x,y\n0,1,2\n", with(func(o *Options) { o.Columns = map[string]string{"angle": "turn"} })}, {"mapped oddly", "frame,x,y\n0,1,2\n", with(func(o *Options) { o.Columns = map[string]string{"mass": "x"} })},
		{"side by side", "frame,ball_x,ball_y,cup_x,cup_y\n0,1,2,3,4\n1,1,2,3,4\n", plain}, {"side by side in half", "frame,ball_x,ball_y,cup_x\n0,1,2,3\n", plain}, {"side by side, empty", "frame,ball_x,ball_y,cup_x,cup_y\n0,1,2,,\n1,,,3,4\n", plain},
		{"visible", "frame,x,y,visible\n0,1,2,1\n1,3,4,0\n2,5,6,true\n3,7,8,no\n", plain}, {"deviations", "frame,x,y,std,std_angle,angle\n0,1,2,0.1,0.2,0.3\n", plain}, {"shapes", "frame,x,y,radius,width,height,shape\n0,1,2,0.5,,,disc\n1,1,2,,2,3,box\n", plain}, {"odd shape", "frame,x,y,shape\n0,1,2,ring\n", plain}, {"negative radius", "frame,x,y,radius\n0,1,2,-1\n", plain},
		{"no frames a second", written, with(func(o *Options) { o.FPS = 0 })}, {"jitter", written, with(func(o *Options) { o.Jitter = 0.51 })}, {"no radius", written, with(func(o *Options) { o.Radius = 0 })}, {"strength without edges", written, with(func(o *Options) { o.Strength = 1 })},
		{"a page", "<html>", plain}, {"JSON", "{\"a\": 1}", plain}, {"a zip", "PK\x03\x04 and more", plain}, {"npz", "PK\x03\x04 x.npy", plain}, {"xls", "\xd0\xcf\x11\xe0", plain}, {"Parquet", "PAR1", plain}, {"bag", "\x89MCAP", plain}, {"HDF5", "\x89HDF", plain}, {"zeros", "frame,x,y\n0,\x00,2\n", plain}, {"UTF-32", "\xff\xfe\x00\x00f\x00\x00\x00", plain}, {"bytes", strings.Repeat("\xe9\xff", 40), plain},
	} {
		fmt.Fprintf(&all, "# %s\n%s\n", c.title, told(t.Context(), "a.csv", c.text, c.options))
	}
	golden.Compare(t, "testdata/tables.txt", all.String())
}

// TestWritingTellsOfEveryFullDisk and every episode that is an error; the bytes are those that they were.
func TestWritingTellsOfEveryFullDisk(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.FPS = 30
	scene.Bodies = []sim.Body{disc(0.1), disc(0.2)}
	made := &sim.Trajectory{Scene: &scene, Seen: &sim.Observation{}}
	for k := range 3 {
		v := float64(k)
		made.States = append(made.States, sim.State{{X: 0.1 + v, Y: -1.0 / 3, Angle: 2, VX: 1e-9, VY: 1e9, Omega: math.Copysign(0, -1)}, {X: v}})
		made.Actions = append(made.Actions, sim.Action{v / 3, -v})
		made.Seen.Sights = append(made.Seen.Sights, []sim.Sight{{X: 1 + v, Y: 2, Seen: k < 2, Angle: 0.5, Turned: k > 0, After: 0.001}, {}})
		made.Seen.Std = append(made.Seen.Std, sim.State{{X: 0.01, Omega: 3}, {VY: v}})
	}
	made.Actions = made.Actions[:2]
	episodes := func(yield func(*sim.Trajectory, error) bool) {
		for range 2 {
			if !yield(made, nil) {
				return
			}
		}
	}
	var all strings.Builder
	for _, c := range []struct {
		actions  int
		observed bool
		divided  splits.Splits
	}{{0, false, nil}, {3, false, splits.Splits{{Name: "train", From: 0, To: 1}}}, {2, true, nil}} {
		if err := Write(&all, c.actions, c.observed, c.divided, episodes); err != nil {
			t.Fatal(err)
		}
	}
	golden.Compare(t, "testdata/written.txt", all.String())
	many := func(yield func(*sim.Trajectory, error) bool) {
		for range 500 {
			if !yield(made, nil) {
				return
			}
		}
	}
	golden.Fills(t, 10_007, func(w io.Writer) error { return Write(w, 2, true, nil, many) })
	if err := Write(io.Discard, 0, false, nil, func(yield func(*sim.Trajectory, error) bool) { yield(nil, io.ErrNoProgress) }); err != io.ErrNoProgress {
		t.Error(err)
	}
}

// TestReadingHeedsItsContextAndItsReader at every question, and after every byte.
func TestReadingHeedsItsContextAndItsReader(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path, edges := filepath.Join(dir, "a.csv"), filepath.Join(dir, "edges.csv")
	for name, text := range map[string]string{path: "frame,body,x,y,vx,vy\n0,0,1,2,0,0\n0,1,3,4,0,0\n1,0,1,2,0,0\n1,1,3,4,0,0\n", edges: "a,b,type\n0,1,linear\n"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	options := DefaultOptions()
	options.FPS = 10
	options.Edges, options.Strength = edges, 2
	asked := golden.Ends(t, func(ctx context.Context) error {
		f, err := Open(ctx, path, options)
		if err != nil {
			return err
		}
		defer f.Close()
		trajectory, err := f.Episode(ctx, 0)
		if err == nil && len(trajectory.Scene.Fields) != 1 {
			t.Errorf("fields %v", trajectory.Scene.Fields)
		}
		return err
	})
	golden.Closed(t, dir)
	if asked < 3 {
		t.Errorf("the context is asked %d times", asked)
	}
	options.Edges, options.Strength = "", 0
	for n := range len(written) {
		broken := io.MultiReader(strings.NewReader(written[:n]), iotest.ErrReader(io.ErrNoProgress))
		if _, err := Read(t.Context(), "a.csv", broken, options); err == nil || !strings.HasSuffix(err.Error(), io.ErrNoProgress.Error()) {
			t.Fatalf("after %d bytes: %v", n, err)
		}
	}
}

// TestImpactsAreBounded: so many are read, and one more is an error with its line.
func TestImpactsAreBounded(t *testing.T) {
	t.Parallel()
	text := "x,y,angle,vx,vy,omega,vx_after,vy_after,omega_after\n" + strings.Repeat("0,0,0,1,0,0,-1,0,0\n", 4)
	in := input{name: "a.csv", content: strings.NewReader(text), size: int64(len(text))}
	if all, err := readImpacts(t.Context(), in, nil, 4); err != nil || len(all.Rows) != 4 || all.Rows[3].Line != 5 {
		t.Errorf("%+v, %v", all, err)
	}
	if _, err := readImpacts(t.Context(), in, nil, 3); err == nil || err.Error() != "a.csv: line 5: a table must have at most 3 impacts" {
		t.Error(err)
	}
	if maxImpacts != 1_000_000 {
		t.Errorf("a table may have %d impacts, and a dataset a million episodes", maxImpacts)
	}
}
