package importing

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"orrery/cmd/orrery/recordings"
	"orrery/datasets"
	"orrery/datasets/generate"
	"orrery/datasets/splits"
	"orrery/sim"
	"orrery/sim/golden"
)

// dropped returns a table of a ball that falls and bounces, seen in so many pictures a second with noise, gaps and an outlier.
func dropped(rate float64, pictures int, header string, scale float64) string {
	var b strings.Builder
	b.WriteString(header + "\n")
	rng := sim.NewRand(3, "test/dropped", 0)
	y, v := 1.0, 0.0
	for k := range pictures {
		for range 100 {
			v -= 9.81 / rate / 100
			if y += v / rate / 100; y < 0.1 && v < 0 {
				v *= -0.7
			}
		}
		x, off := 0.3+0.4*float64(k)/rate, 0.0
		if k == 20 {
			off = 0.5
		}
		if k%17 == 5 {
			continue
		}
		fmt.Fprintf(&b, "%.5f,%.5f,%.5f\n", float64(k)/rate, scale*(x+off+1e-3*rng.NormFloat64()), scale*(y+1e-3*rng.NormFloat64()))
	}
	return b.String()
}

// TestImportsStay: what is said while tables, recordings, demonstrations and data of others are imported, what the dataset says of its
// origin, and the first states of each episode.
func TestImportsStay(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := sceneOfADisc(t, dir)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	scenes := filepath.Join(dir, "scenes")
	if err := os.Mkdir(scenes, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(scenes, "0.json"), text, 0o666); err != nil {
		t.Fatal(err)
	}
	division, err := splits.Parse("train=1,test=1")
	if err != nil {
		t.Fatal(err)
	}
	var w strings.Builder
	for k, c := range []struct {
		name, table string
		change      func(o *Options)
	}{
		{"states", flown(2, 7, 0.5), func(o *Options) { o.Scene, o.Split = file, division }},
		{"states of no scene", flown(2, 7, 0.5), func(o *Options) { o.Seen.Rate.Set("60") }},
		{"states at another rate", flown(2, 40, 0.5), func(o *Options) { o.Scene = file; o.Seen.Rate.Set("50") }},
		{"another radius", flown(2, 7, 0.5), func(o *Options) { o.Seen.Rate.Set("60"); o.OwnRadius, o.Table.Radius = true, 0.25 }},
		{"a recording", dropped(30, 60, "time,x,y", 1), func(*Options) {}},
		{"what is odd is left out", dropped(30, 60, "time,x,y", 1), func(o *Options) { o.Seen.Odd, o.Name, o.Task = "drop", "ball", "A ball falls." }},
		{"episodes end where it is odd", dropped(30, 60, "time,x,y", 1), func(o *Options) { o.Seen.Odd = "split" }},
		{"in pixels, with y down", dropped(29.97, 60, "time,x,y", 400), func(o *Options) {
			o.Seen.Words.Unit, o.Seen.Words.Scale, o.Seen.Words.Y, o.Seen.Words.Noise = "px", "400px/m", "down", "0.5px"
		}},
		{"side by side", strings.ReplaceAll(dropped(30, 40, "time,red_x,red_y,blue_x,blue_y", 1), "\n", ",0.5,0.5\n"), func(o *Options) {
			o.In = strings.NewReader(strings.Replace(strings.ReplaceAll(dropped(30, 40, "time,red_x,red_y,blue_x,blue_y", 1), "\n", ",0.5,0.5\n"), "blue_y,0.5,0.5", "blue_y", 1))
		}},
		{"a recording with a scene of its own", dropped(30, 60, "time,x,y", 1), func(o *Options) { o.Scenes = scenes }},
		{"no rate", "x,y\n0,0\n1,1\n2,2\n", func(*Options) {}},
		{"nothing", "", func(*Options) {}},
		{"a wrong number", "time,x,y\n0,0,0\n0.1,one,0\n", func(*Options) {}},
		{"more parts than episodes", flown(1, 7, 0.5), func(o *Options) { o.Scene, o.Split = file, division }},
		{"a scene of other bodies", strings.ReplaceAll(flown(1, 7, 0.5), "episode,frame", "body,frame") + "1,0,0,0,0,0,0,0,bad\n", func(o *Options) { o.Scene = file }},
		{"scenes and a scene", flown(1, 7, 0.5), func(o *Options) { o.Scene, o.Scenes = file, dir }},
		{"a layout", flown(1, 7, 0.5), func(o *Options) { o.Layout = "pusht" }},
		{"a unit that is none", flown(1, 7, 0.5), func(o *Options) { o.Seen.Words.Unit = "ell" }},
		{"a scene that is not there", flown(1, 7, 0.5), func(o *Options) { o.Scene = filepath.Join(dir, "none.json") }},
		{"an unknown format", flown(1, 7, 0.5), func(o *Options) { o.Format = "xls" }},
	} {
		o := DefaultOptions()
		o.Format, o.File, o.In, o.Out, o.Command = recordings.CSV, "-", strings.NewReader(c.table), filepath.Join(dir, fmt.Sprint("out", k)), "import"
		o.Workers = 1
		c.change(&o)
		var said bytes.Buffer
		log := Log{Bars: io.Discard, Note: func(line string) { fmt.Fprintln(&said, line) }}
		spec, err := o.Prepare(t.Context(), log)
		if err == nil {
			err = o.Run(t.Context(), log, spec)
		}
		fmt.Fprintf(&w, "# %s\n%slacks %q\n", c.name, said.String(), o.Lacks())
		tell(t, &w, o.Out, dir, err)
	}
	tellDemonstrations(t, &w, dir)
	tellLeRobot(t, &w, dir)
	golden.Compare(t, "testdata/imports.txt", w.String())
}

// tell writes what a dataset says of its origin, and some of its states, or what is wrong.
func tell(t *testing.T, w *strings.Builder, out, dir string, err error) {
	t.Helper()
	if err != nil {
		_, left := os.Lstat(out)
		fmt.Fprintf(w, "%s\nleaves a folder: %t\n", strings.ReplaceAll(err.Error(), dir, "DIR"), left == nil)
		return
	}
	data, err := datasets.Open(t.Context(), out)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(data.Provenance().Spec)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(w, "%s\n", strings.ReplaceAll(string(text), dir, "DIR"))
	for i := range data.Episodes() {
		motion, err := data.Episode(t.Context(), i)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(w, "episode %d: %d frames of %d bodies at %d a second", i, len(motion.States), len(motion.Scene.Bodies), motion.Scene.FPS)
		for k := 0; k < len(motion.States); k += 10 {
			s := motion.States[k][0]
			fmt.Fprintf(w, "; %.4g %.4g %.4g, %.3g %.3g %.3g", s.X, s.Y, s.Angle, s.VX, s.VY, s.Omega)
		}
		fmt.Fprintf(w, "\nmass %.4g, moment %.4g, shapes %v, gravity %v\n", motion.Scene.Bodies[0].Mass, motion.Scene.Bodies[0].Moment, motion.Scene.Bodies[0].Shapes, motion.Scene.Gravity)
	}
}

// tellDemonstrations imports files of what was driven, of two kinds.
func tellDemonstrations(t *testing.T, w *strings.Builder, dir string) {
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{})}
	scene.Actuators = []sim.Actuator{{Kind: sim.Force, Body: 0, Against: sim.World, Axis: sim.Vec{X: 1}, Low: -1, High: 1}}
	spec := datasets.Spec{Scenario: "own", Params: map[string]float64{}, Seed: 3, Frames: 5, FPS: scene.FPS, Policy: "human", Task: "A disc is pushed.", Command: "by hand"}
	driven := func(x float64) generate.Demonstration {
		motion := &sim.Trajectory{Scene: &scene}
		for k := range 4 {
			motion.States = append(motion.States, sim.State{{X: x * float64(k)}})
			if k > 0 {
				motion.Actions = append(motion.Actions, sim.Action{x})
			}
		}
		return generate.Demonstration{Trajectory: motion}
	}
	save := func(name string, spec datasets.Spec, all ...generate.Demonstration) string {
		text, err := generate.EncodeDemonstrations(spec, all...)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, text, 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	one, two, none := save("one.jsonl", spec, driven(0.5)), save("two of them.jsonl", spec, driven(0.25), driven(0.125)), save("none.jsonl", spec)
	spec.Scenario = "other"
	other := save("other.jsonl", spec, driven(1))
	for _, c := range []struct {
		name   string
		files  []string
		out    string
		extend bool
	}{
		{"demonstrations", []string{one}, "driven", false},
		{"demonstrations that are there", []string{one}, "driven", false},
		{"more demonstrations", []string{two}, "driven", true},
		{"demonstrations of two files", []string{one, two}, "both", false},
		{"no demonstrations", []string{none}, "none", false},
		{"other demonstrations", []string{one, other}, "mixed", false},
		{"demonstrations of another scenario", []string{other}, "driven", true},
		{"no file", []string{filepath.Join(dir, "missing")}, "missing", false},
	} {
		out := filepath.Join(dir, c.out)
		err := Demonstrations(t.Context(), c.files, out, c.extend, generate.Options{Workers: 1}, time.Minute)
		fmt.Fprintf(w, "# %s\n", c.name)
		tell(t, w, out, dir, err)
	}
}

// tellLeRobot imports the sample as LeRobot's tools leave it, with scenes that are found or told.
func tellLeRobot(t *testing.T, w *strings.Builder, dir string) {
	at := lost(t)
	for k, c := range []struct {
		name   string
		change func(o *Options)
	}{
		{"scenes that are found", func(*Options) {}},
		{"scenes of a scenario", func(o *Options) { o.Scene = "mixed" }},
		{"scenes of a dataset", func(o *Options) { o.Scene = sample }},
		{"a radius instead of scenes", func(o *Options) { o.OwnRadius, o.Table.Radius = true, 0.2 }},
		{"scenes of another scenario", func(o *Options) { o.Scene = "billiards" }},
		{"a scenario that is none", func(o *Options) { o.Scene = "mixt" }},
		{"a layout", func(o *Options) { o.Layout = "pushed" }},
		{"another rate", func(o *Options) { o.Seen.Rate.Set("30") }},
		{"the same rate", func(o *Options) { o.Seen.Rate.Set("60") }},
		{"a scenario and a radius", func(o *Options) { o.Scene, o.OwnRadius, o.Table.Radius = "mixed", true, 0.2 }},
		{"columns at another rate", func(o *Options) {
			o.Table.Columns = map[string]string{"body0.x": "observation.state[0]", "body0.y": "observation.state[1]"}
			o.Seen.Rate.Set("30")
		}},
		{"a file", func(o *Options) { o.File = filepath.Join(dir, "scene.json") }},
		{"columns", func(o *Options) {
			o.Table.Columns = map[string]string{"body0.x": "observation.state[0]", "body0.y": "observation.state[1]"}
		}},
		{"a column that is none", func(o *Options) { o.Table.Columns = map[string]string{"body0.z": "observation.state[0]"} }},
	} {
		o := DefaultOptions()
		o.Format, o.File, o.Out, o.Workers, o.Command = recordings.LeRobot, at, filepath.Join(dir, fmt.Sprint("lerobot", k)), 1, "import lerobot"
		c.change(&o)
		var said bytes.Buffer
		log := Log{Bars: io.Discard, Note: func(line string) { fmt.Fprintln(&said, line) }}
		spec, err := o.Prepare(t.Context(), log)
		if err == nil {
			err = o.Run(t.Context(), log, spec)
		}
		fmt.Fprintf(w, "# lerobot, %s\n%slacks %q\n", c.name, strings.ReplaceAll(said.String(), dir, "DIR"), o.Lacks())
		if err != nil {
			fmt.Fprintf(w, "%s\n", strings.NewReplacer(dir, "DIR", at, "LOST").Replace(err.Error()))
			continue
		}
		tell(t, w, o.Out, dir, nil)
	}
}
