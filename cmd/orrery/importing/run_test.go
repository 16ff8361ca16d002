package importing

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/recordings"
	"orrery/datasets"
	"orrery/datasets/splits"
	"orrery/sim"
	"orrery/sim/canon"
)

// TestOwnDataSayWhatTheyAre: LeRobot data of this program have its scenario, its task, its rate and its splits, and nothing else may be said.
func TestOwnDataSayWhatTheyAre(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		change func(o *Options)
		want   string
		usage  bool
	}{
		{func(*Options) {}, "", false},
		{func(o *Options) { o.Name, o.Task = "mine", "Do it." }, "", false},
		{func(o *Options) { _ = o.Seen.Rate.Set("60") }, "", false},
		{func(o *Options) { _ = o.Seen.Rate.Set("30") }, "import: the states of " + sample + " are in metres and radians, at 60 frames a second: flags that say otherwise have no use", true},
		{func(o *Options) { o.Seen.Words.Unit = "cm" }, "are in metres and radians, at 60 frames a second", true},
		{func(o *Options) { o.Layout = "push" }, `--layout "push" must be pusht`, true},
		{func(o *Options) { o.Scene = "a.json" }, "open a.json: no such file or directory", false},
		{func(o *Options) { o.Scene = "mixt" }, "mixed", true},
		{func(o *Options) { o.Seen.Odd = "some" }, `--odd "some" must be`, true},
	} {
		o := DefaultOptions()
		o.Format, o.File, o.Command = recordings.LeRobot, sample, "import"
		c.change(&o)
		spec, err := o.Prepare(t.Context(), To(&bytes.Buffer{}))
		if (err == nil) != (c.want == "") || err != nil && (!strings.Contains(err.Error(), c.want) || console.IsUsage(err) != c.usage) {
			t.Errorf("%v, want %q", err, c.want)
		}
		if err != nil {
			continue
		}
		name, task := "mixed", "discs and boxes fall, bounce and slide in a box"
		if o.Name != "" {
			name, task = o.Name, o.Task
		}
		if spec.Scenario != name || spec.Task != task || o.Table.FPS != 60 || o.Table.Recording || !strings.HasPrefix(spec.Command, "orrery import lerobot sample") || strings.Contains(spec.Command, "--fps") {
			t.Errorf("%+v, %d frames a second", spec, o.Table.FPS)
		}
	}
	o := DefaultOptions()
	o.Format, o.File = recordings.LeRobot, "run_test.go"
	if _, err := o.Prepare(t.Context(), To(&bytes.Buffer{})); err == nil || err.Error() != "run_test.go: must be the folder of a LeRobot dataset" {
		t.Error(err)
	}
}

// flown returns a table of states of a disc that flies at some speed in m/s, and of what it is called by as many episodes.
func flown(episodes, frames int, speed float64) string {
	var b strings.Builder
	b.WriteString("episode,frame,x,y,angle,vx,vy,omega,mood\n")
	for e := range episodes {
		for k := range frames {
			fmt.Fprintf(&b, "%d,%d,%.9f,%d,0,%g,0,0,good\n", e, k, speed*float64(k)/60, e, speed)
		}
	}
	return b.String()
}

// sceneOfADisc writes the scene of one disc that nothing pulls into a folder, and returns the path of its file.
func sceneOfADisc(t *testing.T, dir string) string {
	t.Helper()
	scene := sim.DefaultScene()
	scene.Gravity = sim.Vec{}
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{Elasticity: 0.5})}
	text, err := canon.Encode(&scene)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "scene.json")
	if err := os.WriteFile(file, text, 0o666); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestTablesBecomeDatasets: states as they are, in the scene of a file, with the splits that are asked for; what goes wrong leaves no folder.
func TestTablesBecomeDatasets(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := sceneOfADisc(t, dir)
	run := func(table, name, split string, ctx context.Context) (string, error) {
		o := DefaultOptions()
		o.Format, o.File, o.In, o.Scene, o.Out, o.Command = recordings.CSV, "-", strings.NewReader(table), file, filepath.Join(dir, name), "import"
		if split != "" {
			division, err := splits.Parse(split)
			if err != nil {
				t.Fatal(err)
			}
			o.Split = division
		}
		var said bytes.Buffer
		spec, err := o.Prepare(ctx, To(&said))
		if err == nil {
			err = o.Run(ctx, To(&said), spec)
		}
		return said.String(), err
	}
	said, err := run(flown(4, 7, 0.5), "states", "train=3,test=1", t.Context())
	if err != nil || !strings.Contains(said, "stdin: columns not used: mood\n") {
		t.Fatalf("%v: %s", err, said)
	}
	data, err := datasets.Open(t.Context(), filepath.Join(dir, "states"))
	if err != nil {
		t.Fatal(err)
	}
	p := data.Provenance()
	if data.Episodes() != 4 || p.Frames != 7 || p.FPS != 60 || p.Scenario != "stdin" || len(p.Sources["scene.json"]) != 64 || len(p.Sources) != 2 || p.Recording != nil {
		t.Errorf("%d episodes, %+v", data.Episodes(), p)
	}
	if s := data.Splits(); len(s) != 2 || s[0].To != 3 || s[1].Name != "test" {
		t.Errorf("splits %v", s)
	}
	motion, err := data.Episode(t.Context(), 3)
	if err != nil || len(motion.States) != 7 || motion.States[6][0].Y != 3 || motion.States[6][0].VX != 0.5 || motion.Scene.Bodies[0].Shapes[0].Elasticity != 0.5 || motion.Seen != nil {
		t.Errorf("%v, %+v", err, motion.States)
	}
	uneven := strings.ReplaceAll(flown(1, 40, 0.5), ",frame,", ",time,")
	var times strings.Builder
	for k, line := range strings.Split(strings.TrimSpace(uneven), "\n") {
		if k > 0 {
			cells := strings.Split(line, ",")
			cells[1] = fmt.Sprint((float64(k-1) + 0.3*float64(k%2)) / 60)
			line = strings.Join(cells, ",")
		}
		times.WriteString(line + "\n")
	}
	if said, err = run(times.String(), "uneven", "", t.Context()); err != nil || !strings.Contains(said, ": so the table is taken for a recording, and its velocities are not used\n") {
		t.Errorf("%v: %s", err, said)
	} else if data, err := datasets.Open(t.Context(), filepath.Join(dir, "uneven")); err != nil || data.Provenance().Recording == nil {
		t.Errorf("of uneven times: %v", err)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	for _, c := range []struct {
		table, split, want string
		ctx                context.Context
		usage              bool
	}{
		{flown(2, 5, 1), "train=3,test=1", "import: --split ", t.Context(), true},
		{strings.Replace(flown(2, 5, 1), "0.5,0,0,good", "", 1) + "1,5,nan?,0,0,0,0,0,x\n", "", "nan?", t.Context(), false},
		{"episode,frame,x\n0,0,1\n", "", `no column "y" among`, t.Context(), false},
		{flown(2, 5, 1), "", "context canceled", ended, false},
	} {
		said, err := run(c.table, "wrong", c.split, c.ctx)
		if err == nil || !strings.Contains(err.Error(), c.want) || console.IsUsage(err) != c.usage {
			t.Errorf("%v, want %q; %s", err, c.want, said)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, "wrong*")); len(left) > 0 {
			t.Errorf("%q: left are %v", c.want, left)
		}
	}
}
