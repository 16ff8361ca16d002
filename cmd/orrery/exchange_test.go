package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"gonum.org/v1/gonum/floats"

	"orrery/cmd/orrery/console"
	"orrery/sim"
	"orrery/sim/canon"
)

// sceneFile writes the scene of an episode of a dataset.
func sceneFile(t *testing.T, dir string, episode int) string {
	t.Helper()
	trajectory, _ := episodeOf(t, openWhole(t, dir), episode)
	text, err := canon.Encode(trajectory.Scene)
	if err != nil {
		t.Fatal(err)
	}
	return written(t, string(text))
}

// rounded returns every number of the episodes of a dataset as float32.
func rounded(t *testing.T, dir string) (values [][]float32) {
	t.Helper()
	data := openWhole(t, dir)
	for i := range data.Episodes() {
		trajectory, _ := episodeOf(t, data, i)
		for k, state := range trajectory.States {
			row := state.AppendFloat32(nil, len(state))
			for _, v := range trajectory.Action(k) {
				row = append(row, float32(v))
			}
			values = append(values, row)
		}
	}
	return values
}

func TestImportIsTheInverseOfExport(t *testing.T) {
	skipShort(t)
	dir := t.TempDir()
	for _, scenario := range []string{"mixed", "pusht"} {
		data, table := filepath.Join(dir, scenario), filepath.Join(dir, scenario+".csv")
		mustRun(t, "gen", scenario, "--episodes", "5", "--frames", "30", "--out", data)
		mustRun(t, "export", data, "--to", "csv", "--out", table)
		back := []string{"import", "csv", table, "--out", filepath.Join(dir, scenario+"-back")}
		if scenario == "pusht" {
			back = append(back, "--scene", sceneFile(t, data, 0))
		} else {
			back = append(back, "--fps", "60")
		}
		mustRun(t, back...)
		if got, want := rounded(t, filepath.Join(dir, scenario+"-back")), rounded(t, data); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: the imported episodes are not those that were exported", scenario)
		}
		mustRun(t, "export", filepath.Join(dir, scenario+"-back"), "--to", "csv", "--out", table+".again")
		if read(t, table+".again") != read(t, table) {
			t.Errorf("%s: exported again it is another file", scenario)
		}
	}
}

const someRows = "run,t,id,px,py\n7,0,0,1,2\n7,1,0,1.5,2\n9,5,0,3,3\n"

func TestImportTellsWhereItsDataIsFrom(t *testing.T) {
	dir, file := t.TempDir(), written(t, someRows)
	line := []string{"import", "csv", file, "--fps", "10", "--map", "episode=run,frame=t,body=id,x=px,y=py", "--name", "tracks", "--task", "Two runs."}
	for _, workers := range []string{"1", "3"} {
		mustRun(t, append(line, "--out", filepath.Join(dir, workers), "--workers", workers)...)
		sameTree(t, filepath.Join(dir, workers), filepath.Join(dir, "1"))
	}
	data := openWhole(t, filepath.Join(dir, "1"))
	p := data.Provenance()
	if p.Scenario != "tracks" || p.Task != "Two runs." || len(p.Sources["file.json"]) != 64 {
		t.Errorf("provenance %+v", p)
	}
	if want := "orrery import csv file.json --map body=id --map episode=run --map frame=t --map x=px --map y=py --fps=10 --name=tracks --task='Two runs.'"; p.Command != want {
		t.Errorf("command %q, want %q", p.Command, want)
	}
	trajectory, _ := episodeOf(t, data, 0)
	// Two sights do not show how exact they are, so the estimate leaves some room to both.
	close := func(state sim.BodyState, want []float64) bool {
		got := state.Values()
		return floats.EqualApprox(got[:], want, 1e-4)
	}
	if want := []float64{1.5, 2, 0, 5, 0, 0}; len(trajectory.States) != 2 || !close(trajectory.States[1][0], want) {
		t.Errorf("states %v, want %v in the end", trajectory.States, want)
	}
	changed := append([]string{"import", "csv", edited(t, someRows, "1.5", "1.6")}, line[3:]...)
	if code, _, stderr := runLine(t.Context(), append(changed, "--out", filepath.Join(dir, "1"), "--resume")...); code != exitFailed || !strings.Contains(stderr, "cannot resume: sources") {
		t.Errorf("resuming with another file: exit code %d: %s", code, stderr)
	}
}

func TestBadExchangesAreRefused(t *testing.T) {
	data, model, out := tinyDataset(t), tinyModel(t), filepath.Join(t.TempDir(), "out")
	rows := written(t, "episode,frame,body,x,y\n0,0,0,1,2\n0,2,0,1,2\n")
	foreign := t.TempDir()
	if err := os.WriteFile(filepath.Join(foreign, "mine"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"import of nothing", []string{"import", "csv", "--out", out}, 2, "FILE is missing"},
		{"import of another format", []string{"import", "xls", rows, "--out", out}, 2, `format "xls" must be csv`},
		{"import of a file alone", []string{"import", rows, "--out", out}, 2, `must be csv, parquet, npz, mcap, lerobot, svg, demonstrations or impacts, and FILE comes after it`},
		{"import without output", []string{"import", "csv", rows, "--fps", "9"}, 2, "--out DIR is missing"},
		{"import without fps", []string{"import", "csv", rows, "--out", out}, 2, "the rows have no times, so --fps"},
		{"import of an unknown quantity", []string{"import", "csv", rows, "--out", out, "--fps", "9", "--map", "z=x"}, 2, `"z" must not be mapped`},
		{"import without the file", []string{"import", "csv", "nowhere.csv", "--out", out, "--fps", "9"}, 1, "nowhere.csv: no such file"},
		{"import of a folder", []string{"import", "csv", foreign, "--out", out, "--fps", "9"}, 1, "must be a plain file"},
		{"import of a row that is there twice", []string{"import", "csv", written(t, "frame,x,y,vx,vy\n0,1,2,0,0\n0,1,2,0,0\n"), "--out", filepath.Join(t.TempDir(), "twice"), "--fps", "9"}, 1, "line 3: frame 0 of body 0 must be there once, but is in line 2 too"},
		{"import with a broken scene", []string{"import", "csv", rows, "--out", out, "--scene", rows}, 1, "scene: "},
		{"import of a fraction of a frame", []string{"import", "csv", rows, "--out", out, "--fps", "1/2000"}, 2, `--fps 1/2000 must be from 1 to 1000`},
		{"import over something", []string{"import", "csv", written(t, "episode,frame,body,x,y\n0,0,0,1,2\n"), "--out", foreign, "--fps", "9"}, 1, "is not empty"},

		{"export without output", []string{"export", data, "--to", "csv"}, 2, "--out PATH is missing"},
		{"export to nothing", []string{"export", data, "--out", out}, 2, `format "" must be hdf5, npz, mcap, csv`},
		{"export of nothing", []string{"export", "nowhere", "--to", "csv", "--out", out}, 1, "nowhere"},
		{"export of a model", []string{"export", data, "--to", "csv", "--model", model, "--out", out}, 2, "--model needs --to mcap"},
		{"export of a folder to stdout", []string{"export", data, "--to", "npz", "--out", "-"}, 2, "export: npz is a folder of files, which cannot go to stdout"},
		{"export of two things to stdout", []string{"export", data, "--to", "csv", "--out", "-", "--json"}, 2, "export: --json and --out - exclude each other"},
		{"export below a file", []string{"export", data, "--to", "csv", "--out", rows + "/x.csv"}, 1, "file"},
		{"import below a file", []string{"import", "csv", rows, "--fps", "9", "--out", rows + "/x"}, 1, "file"},
		{"gen below a file", []string{"gen", "mixed", "--episodes", "100000", "--out", rows + "/x"}, 1, "file"},
		{"merge below a file", []string{"merge", data, "--out", rows + "/x"}, 1, "file"},
		{"merge over something", []string{"merge", "nowhere", "--out", foreign}, 1, "is not empty"},
		{"merge over something foreign", []string{"merge", "nowhere", "--out", foreign, "--force"}, 1, "is not a dataset of this program"},
		{"export over a file", []string{"export", data, "--to", "csv", "--out", rows}, 1, "exists; --force replaces it"},
		{"export of a file over a folder", []string{"export", data, "--to", "hdf5", "--out", foreign, "--force"}, 1, "is a folder"},
		{"export over a foreign folder", []string{"export", data, "--to", "npz", "--out", foreign, "--force"}, 1, "has no ep_len.npz"},
	} {
		t.Run(test.name, func(t *testing.T) {
			code, _, stderr := runLine(t.Context(), test.args...)
			if code != test.code || !strings.Contains(stderr, test.want) {
				t.Errorf("exit code %d, want %d; stderr %q, want %q", code, test.code, stderr, test.want)
			}
			if has(t, out) {
				t.Errorf("left %s behind", out)
			}
		})
	}
	if entries, err := os.ReadDir(foreign); err != nil || len(entries) != 1 {
		t.Errorf("the foreign folder has %v (%v)", entries, err)
	}
}

func TestExportReplacesWhatItMadeBefore(t *testing.T) {
	for _, format := range formatsOfAny {
		out := filepath.Join(t.TempDir(), "out")
		line := []string{"export", tinyDataset(t), "--to", format, "--out", out}
		mustRun(t, line...)
		first := readTree(t, out)
		mustRun(t, append(line, "--force")...)
		if !reflect.DeepEqual(readTree(t, out), first) {
			t.Errorf("%s: the same dataset gave other bytes", format)
		}
		if entries, err := os.ReadDir(filepath.Dir(out)); err != nil || len(entries) != 1 {
			t.Errorf("%s: left %v behind (%v)", format, entries, err)
		}
	}
}

func TestInterruptedExportLeavesNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, format := range formatsOfAny {
		dir := t.TempDir()
		code, _, stderr := runLine(ctx, "export", tinyDataset(t), "--to", format, "--out", filepath.Join(dir, "out"))
		if code != exitFailed || !strings.Contains(stderr, "orrery: interrupted") {
			t.Errorf("%s: exit code %d: %s", format, code, stderr)
		}
		if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
			t.Errorf("%s: left %v behind (%v)", format, entries, err)
		}
	}
}

// TestImportRefusesBeforeItReads gives import tables that it would find faulty, had it
// looked at them.
func TestImportRefusesBeforeItReads(t *testing.T) {
	t.Parallel()
	faulty, taken := written(t, "no table"), t.TempDir()
	if err := os.WriteFile(filepath.Join(taken, "mine"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for want, more := range map[string][]string{
		"is not empty":                     {"--out", taken},
		"is not a dataset of this program": {"--out", taken, "--force"},
		"holds no generation to resume":    {"--out", taken, "--resume"},
		"exclude each other":               {"--out", taken, "--resume", "--force"},
		"workers 0 must be":                {"--out", filepath.Join(taken, "x"), "--workers", "0"},
	} {
		_, _, stderr := runLine(t.Context(), append([]string{"import", "csv", faulty, "--fps", "9"}, more...)...)
		if !strings.Contains(stderr, want) || strings.Contains(stderr, "line 1") {
			t.Errorf("%v: %s, want %q", more, stderr, want)
		}
	}
}

// TestFaultyImportLeavesNothing imports a table with a row that is there twice, and again when it is mended.
func TestFaultyImportLeavesNothing(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "data")
	faulty := written(t, "frame,x,y\n0,1,2\n0,1,3\n")
	line := []string{"import", "csv", faulty, "--fps", "9", "--out", out}
	if code, _, stderr := runLine(t.Context(), line...); code != exitFailed || !strings.Contains(stderr, "line 3: frame 0 must be there once, but is in line 2 too") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	if has(t, out) {
		t.Error("something is left behind")
	}
	if err := os.WriteFile(faulty, []byte("frame,x,y\n0,1,2\n1,1,2\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	mustRun(t, line...)
}

// TestImportSaysWhatItDoesNotUse holds its line on stderr against the header.
func TestImportSaysWhatItDoesNotUse(t *testing.T) {
	skipShort(t)
	t.Parallel()
	for header, want := range map[string]string{
		"frame,x,y,vx,vy,radius, note ,,radius,": "file.json: columns not used: radius, note\n",
		"x,frame,y,time,vx,vy":                   "",
		"t,frame,y,x,vx,vy":                      "file.json: columns not used: t\n",
		"x,y,vx,vy,frame," + strings.Repeat("long", 20) + "," + strings.Join(strings.Split("abcdefghijklmnopqrstuv", ""), ","): "file.json: columns not used: " +
			strings.Repeat("long", 10) + ", a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, and 3 more\n",
	} {
		file := written(t, header+"\n"+strings.Repeat("0,", strings.Count(header, ","))+"0\n")
		code, _, stderr := runLine(t.Context(), "import", "csv", file, "--fps", "9", "--out", filepath.Join(t.TempDir(), "data"))
		if code != exitDone || !strings.HasPrefix(stderr, want) || (want == "") == strings.Contains(stderr, "not used") {
			t.Errorf("%s: exit code %d: %q, want %q", header, code, stderr, want)
		}
	}
}

// TestDashIsStdinAndStdout sends a dataset from one command to another.
func TestDashIsStdinAndStdout(t *testing.T) {
	skipShort(t)
	t.Parallel()
	data, dir := tinyDataset(t), t.TempDir()
	for _, format := range []string{"csv", "mcap", "hdf5"} {
		file := filepath.Join(dir, format)
		mustRun(t, "export", data, "--to", format, "--out", file)
		if got := mustRun(t, "export", data, "--to", format, "--out", "-"); got != read(t, file) {
			t.Errorf("%s: stdout has %d bytes, which are not those of the file", format, len(got))
		}
	}
	root := newRootCommand()
	var stdout, stderr bytes.Buffer
	root.SetIn(strings.NewReader(read(t, filepath.Join(dir, "csv"))))
	root.SetOut(&stdout)
	root.SetErr(&stderr)
	back := filepath.Join(dir, "back")
	root.SetArgs([]string{"import", "csv", "-", "--fps", "60", "--out", back})
	if err := root.ExecuteContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(rounded(t, back), rounded(t, data)) {
		t.Error("what comes back is not what was sent")
	}
	p := openWhole(t, back).Provenance()
	if p.Command != "orrery import csv - --fps=60" || len(p.Sources["stdin"]) != 64 || p.Scenario != "stdin" {
		t.Errorf("provenance %+v", p)
	}
}

// TestErrorsNameTheCommandOnce goes through wrong command lines of all kinds.
func TestErrorsNameTheCommandOnce(t *testing.T) {
	skipShort(t)
	t.Parallel()
	data, model := tinyDataset(t), tinyModel(t)
	text, out := written(t, "neither this nor that"), filepath.Join(t.TempDir(), "out")
	repeated := regexp.MustCompile(`(?:^|[ :])([^ :"]{3,}): (?:orrery: )?([^ :"]+): `)
	tried := 0
	check := func(line ...string) {
		tried++
		code, _, stderr := runLine(t.Context(), line...)
		for _, m := range repeated.FindAllStringSubmatch(stderr, -1) {
			if m[1] == m[2] {
				t.Errorf("orrery %s: %q twice in %s", strings.Join(line, " "), m[1], stderr)
			}
		}
		last := stderr[strings.LastIndexByte(strings.TrimSuffix(stderr, "\n"), '\n')+1:]
		if code == exitDone || !strings.HasPrefix(last, "orrery: ") || strings.Count(stderr, "orrery: ") != 1 || goWords.MatchString(stderr) {
			t.Errorf("orrery %s: exit code %d: %s", strings.Join(line, " "), code, stderr)
		}
	}
	eachCommand(newRootCommand(), nil, func(cmd *cobra.Command, words []string) {
		if len(words) == 0 || cmd.HasSubCommands() {
			return
		}
		check(append(words, "--nonsense")...)
		check(append(words, "one", "two", "three", "four", "--force=maybe")...)
	})
	for _, line := range []string{
		"gen", "gen nothing", "gen mixed", "gen mixed --out OUT --episodes 0", "gen mixed --out OUT --frames -1", "gen mixed --out OUT --workers 0",
		"gen mixed --out OUT --resume --force", "gen mixed --out OUT --shard x", "gen mixed --out OUT --shard 5/3", "gen mixed --out OUT --policy x",
		"gen mixed --out OUT --set a=1", "gen mixed --out OUT --set gravity=1_0", "gen mixed --out OUT --set gravity=0x1p3", "gen mixed --out OUT --set bodies=1e9",
		"gen mixed --out DATA", "gen mixed --out TEXT/x", "gen mixed x --out OUT",
		"import", "import csv", "import xls TEXT", "import csv TEXT", "import csv TEXT --out OUT", "import csv TEXT --out OUT --fps 0", "import csv TEXT --out OUT --fps 50",
		"import csv TEXT --out OUT --fps 50 --radius 0", "import csv TEXT --out OUT --fps 50 --jitter 2", "import csv TEXT --out OUT --scene TEXT",
		"import csv TEXT --out OUT --fps 50 --map z=3", "import csv TEXT --out OUT --fps 50 --edges nowhere", "import csv DATA --out OUT --fps 50", "import csv nowhere --out OUT --fps 50",
		"import csv TEXT TEXT --out OUT --fps 50", "import csv TEXT --out OUT --fps x",
		"export", "export DATA", "export DATA --to csv", "export DATA --to xls --out OUT", "export TEXT --to csv --out OUT", "export nowhere --to csv --out OUT", "export MODEL --to csv --out OUT",
		"export DATA --to csv --out TEXT", "export DATA --to csv --out OUT --model MODEL", "export DATA --to mcap --out OUT --model DATA", "export DATA --to npz --out -",
		"inspect", "inspect nowhere", "inspect TEXT", "inspect DATA DATA", "inspect DATA --deep=x",
		"merge", "merge DATA", "merge DATA --out OUT", "merge nowhere --out OUT", "merge DATA DATA --out OUT", "merge DATA --out DATA", "merge DATA --out OUT --resume --force",
		"help nothing", "nothing", "",
	} {
		line = strings.NewReplacer("OUT", out, "TEXT", text, "DATA", data, "MODEL", model).Replace(line)
		if words := strings.Fields(line); len(words) > 0 {
			check(words...)
		}
	}
	if has(t, out) || tried < 80 {
		t.Errorf("%d lines tried; something is left behind: %t", tried, has(t, out))
	}
}

func TestNamesOfColumnsAreShownSafely(t *testing.T) {
	t.Parallel()
	for want, names := range map[string][]string{
		"Gr?e, a b, \u2028?":    {"Gr\xf6\xdfe", "a\x1bb", "\u2028\xff"},
		strings.Repeat("é", 40): {strings.Repeat("é", 41)},
		"1, 2":                  {"1", "2"},
	} {
		if got := console.Listed(names); got != want {
			t.Errorf("%q: %q, want %q", names, got, want)
		}
	}
}

func TestNothingIsWrittenAfterAnInterruption(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	var out bytes.Buffer
	w := stoppable{ctx, &out}
	if n, err := w.Write([]byte("one")); n != 3 || err != nil {
		t.Errorf("%d bytes, %v", n, err)
	}
	cancel()
	if n, err := w.Write([]byte("two")); n != 0 || !errors.Is(err, context.Canceled) || out.String() != "one" {
		t.Errorf("%d bytes, %v, in all %q", n, err, out.String())
	}
	if !(patience < lastPatience && lastPatience < time.Second) {
		t.Errorf("commands end after %v or %v, which must be less than a second", patience, lastPatience)
	}
}

func TestExportToStdoutLeavesNoFile(t *testing.T) {
	data, dir := tinyDataset(t), t.TempDir()
	t.Setenv("TMPDIR", dir)
	ctx, cancel := context.WithCancel(t.Context())
	mustRun(t, "export", data, "--to", "hdf5", "--out", "-")
	cancel()
	runLine(ctx, "export", data, "--to", "csv", "--out", "-")
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left %v behind (%v)", left, err)
	}
}

// formatsOfAny are the formats that any dataset can be exported to.
var formatsOfAny = slices.DeleteFunc(slices.Clone(exportFormats), func(format string) bool { return format == "swm-pusht" })

// TestPushTIsExportedWithPictures whose size is told; other scenarios and formats are refused in words.
func TestPushTIsExportedWithPictures(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	at := func(name string) string { return filepath.Join(root, name) }
	mustRun(t, "gen", "pusht", "--episodes", "2", "--frames", "6", "--out", at("p"))
	sizes := map[string]int64{}
	for name, pixels := range map[string]string{"none": "0", "small": "16"} {
		mustRun(t, "export", at("p"), "--to", "swm-pusht", "--pixels", pixels, "--out", at(name))
		text, err := os.ReadFile(at(name))
		if err != nil {
			t.Fatal(err)
		}
		sizes[name] = int64(len(text))
		if bytes.Contains(text, []byte("pixels")) != (name == "small") {
			t.Errorf("%s: pictures of %s pixels", name, pixels)
		}
	}
	if more := sizes["small"] - sizes["none"]; more < 12*16*16*3 || more > 12*16*16*3+1024 {
		t.Errorf("pictures take %d bytes", more)
	}
	for want, args := range map[string][]string{
		"is not Push-T":    {"export", tinyDataset(t), "--to", "swm-pusht", "--out", at("x")},
		"--pixels are for": {"export", at("p"), "--to", "hdf5", "--pixels", "8", "--out", at("x")},
		"--pixels 5000":    {"export", at("p"), "--to", "swm-pusht", "--pixels", "5000", "--out", at("x")},
	} {
		code, _, stderr := runLine(t.Context(), args...)
		if code == exitDone || !strings.Contains(stderr, want) {
			t.Errorf("%v: exit code %d: %s", args, code, stderr)
		}
	}
}
