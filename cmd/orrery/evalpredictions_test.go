package main

import (
	"archive/zip"
	"bytes"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"orrery/cmd/orrery/evaluation"
	"orrery/datasets"
	"orrery/datasets/npz"
	"orrery/world/eval"
)

// staying writes predictions that everything stays where it is at the start, for some episodes of a dataset.
func staying(t *testing.T, dir string, episodes []int, settings eval.Config, stride int) string {
	t.Helper()
	data, err := datasets.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	set, err := evaluation.ReadSet(t.Context(), t.Output(), "", data, episodes)
	if err != nil {
		t.Fatal(err)
	}
	if settings.History > 0 {
		if err := set.Watch(t.Context(), settings.History); err != nil {
			t.Fatal(err)
		}
	}
	if err := set.Stride(stride); err != nil {
		t.Fatal(err)
	}
	q, err := set.Questions(settings)
	if err != nil {
		t.Fatal(err)
	}
	whole, real := map[string][]int64{}, map[string][]float64{}
	for i, e := range q.Trajectories {
		for k := 1; k < q.Frames; k++ {
			for b, s := range e.States[0] {
				for name, v := range map[string]int{"episode": q.Episodes[i], "start": q.First, "frame": q.Frame(k), "body": b} {
					whole[name] = append(whole[name], int64(v))
				}
				for name, v := range map[string]float64{"x": s.X, "y": s.Y, "angle": s.Angle} {
					real[name] = append(real[name], v)
				}
			}
		}
	}
	var arrays []npz.Array
	for _, name := range []string{"episode", "start", "frame", "body"} {
		arrays = append(arrays, npz.Array{Name: name, Shape: []int{len(whole[name])}, Values: whole[name]})
	}
	for _, name := range []string{"x", "y", "angle"} {
		arrays = append(arrays, npz.Array{Name: name, Shape: []int{len(real[name])}, Values: real[name]})
	}
	var text bytes.Buffer
	if err := npz.Write(&text, arrays); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "stays.npz")
	if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Whoever predicts what the row still does gets its figures, with a stride and horizons of any kind, beside models or
// without.
func TestEvalJudgesWhatOthersPredict(t *testing.T) {
	data := tinyDataset(t)
	settings := eval.DefaultConfig()
	settings.HorizonsS = []float64{0.1, 0.2}
	for _, stride := range []int{1, 2} {
		file, out := staying(t, data, []int{0, 1, 2}, settings, stride), filepath.Join(t.TempDir(), "metrics.json")
		args := []string{"eval", "--data", data, "--split", "all", "--episodes", "2", "--horizons", "0.1, 0.2", "--predictions", "mine=" + file, "--predictions", file, "--out", out}
		if stride > 1 {
			args = append(args, "--stride", "2")
		}
		code, table, stderr := runLine(t.Context(), args...)
		if code != exitDone {
			t.Fatal(stderr)
		}
		if !strings.Contains(stderr, "rows of episodes or frames that are not compared") { // those of the third episode
			t.Errorf("stride %d: nothing is said of what is left out: %s", stride, stderr)
		}
		if !strings.Contains(table, "\nmine ") || !strings.Contains(table, "\nstays ") || !strings.Contains(table, "mine is as good as") {
			t.Errorf("the table is\n%s", table)
		}
		f, err := os.Open(out)
		if err != nil {
			t.Fatal(err)
		}
		result, err := eval.ReadResult(f)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		mine, still := result.Row("mine"), result.Row("still")
		if !slices.Equal(mine.Position.Mean, still.Position.Mean) || !slices.Equal(mine.Angle.Hi95, still.Angle.Hi95) || !slices.Equal(result.HorizonsS, settings.HorizonsS) {
			t.Errorf("stride %d: errors are %v, want %v, at %v s", stride, mine.Position, still.Position, result.HorizonsS)
		}
	}
}

// Of motion that was observed predictions begin at the last frame that was watched.
func TestEvalJudgesWhatOthersPredictOfRecordings(t *testing.T) {
	skipShort(t)
	dir := t.TempDir()
	table, data, out := filepath.Join(dir, "film.csv"), filepath.Join(dir, "data"), filepath.Join(dir, "metrics.json")
	if err := os.WriteFile(table, []byte(filmed(t)), 0o600); err != nil {
		t.Fatal(err)
	}
	mustRun(t, "import", "csv", table, "--out", data, "--scale", "400px/m", "--y", "down", "--angle", "degrees")
	settings := eval.DefaultConfig()
	settings.HorizonsS, settings.History = []float64{0.1}, 5
	file := staying(t, data, []int{0, 1}, settings, 1)
	mustRun(t, "eval", "--data", data, "--split", "all", "--episodes", "2", "--horizons", "0.1", "--history", "5", "--predictions", "mine="+file, "--out", out)
	f, err := os.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	result, err := eval.ReadResult(f)
	if err != nil {
		t.Fatal(err)
	}
	// Between two frames poses lie on a curve, and still stays.
	if mine, still := result.Row("mine").Position.Mean[0], result.Row("still").Position.Mean[0]; !(math.Abs(mine-still) < 0.01*still) {
		t.Errorf("the error is %v m, want the %v of still", mine, still)
	}
}

// The report of someone else's predictions has its pictures.
func TestReportsShowWhatOthersPredict(t *testing.T) {
	skipShort(t)
	data, dir := tinyDataset(t), filepath.Join(t.TempDir(), "report")
	settings := eval.DefaultConfig()
	settings.HorizonsS = []float64{0.1}
	file := staying(t, data, []int{0}, settings, 1)
	mustRun(t, "eval", "--data", data, "--split", "all", "--episodes", "1", "--horizons", "0.1", "--predictions", file, "--report", dir)
	page := read(t, filepath.Join(dir, "report.html"))
	for _, want := range []string{"Median episode", "stays on ", "what it predicted is in " + file} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func TestEvalWritesItsQuestions(t *testing.T) {
	data, path := tinyDataset(t), filepath.Join(t.TempDir(), "q.npz")
	args := []string{"eval", "--data", data, "--split", "all", "--horizons", "0.1", "--questions", path}
	_, _, stderr := runLine(t.Context(), args...)
	if !strings.Contains(stderr, "to predict, up to 0.1 s") {
		t.Errorf("got %s", stderr)
	}
	archive, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	var names []string
	for _, f := range archive.File {
		names = append(names, f.Name)
	}
	if want := "episode.npy start.npy frame.npy bodies.npy dynamic.npy state.npy action.npy scene.npy fps.npy"; strings.Join(names, " ") != want {
		t.Errorf("the arrays are %v", names)
	}
	if code, _, stderr := runLine(t.Context(), args...); code == exitDone || !strings.Contains(stderr, "--force") {
		t.Errorf("a file is replaced: %s", stderr)
	}
}

func TestEvalRefusesQuestionsAndPredictionsOutOfPlace(t *testing.T) {
	data, model := tinyDataset(t), tinyModel(t)
	for _, c := range []struct{ args, want string }{
		{"--data " + data + " --questions q.npy", "the name must end in .npz"},
		{"--data " + data + " --questions q.npz --json", "--json"},
		{model + " --data " + data + " --questions q.npz", "--questions takes no models"},
		{"--data " + data + " --data b=" + data + " --questions q.npz", "--questions is for a single set of episodes, and there are 2"},
		{"--sets billiards --predictions p.npz", "--predictions is for a single set"},
		{"--data " + data + " --predictions p.npz --endurance 9", "--endurance has no --predictions"},
		{"--data " + data + " --predictions =p.npz", `--predictions "=p.npz" must be FILE or NAME=FILE`},
		{"--data " + data + " --predictions p.npz --horizons 1,x", `--horizons: "x" must be a number of seconds`},
		{"--data " + data + " --predictions p.npz --horizons 1,1", "must be ascending"},
		{"--cross 2 " + data + " --predictions p.npz", "--cross and --predictions exclude each other"},
		{"--data " + data, "MODEL is missing, or --predictions FILE"},
	} {
		code, _, stderr := runLine(t.Context(), append([]string{"eval"}, strings.Fields(c.args)...)...)
		if code != exitUsage || !strings.Contains(stderr, c.want) {
			t.Errorf("%s: exit code %d, %q, want %q", c.args, code, stderr, c.want)
		}
	}
	settings := eval.DefaultConfig()
	settings.HorizonsS = []float64{0.1}
	file := staying(t, data, []int{0}, settings, 1)
	for _, c := range []struct{ args, want string }{
		{"--predictions still=" + file, "still is the name of a row that is always there"},
		{"--predictions a=" + file + " --predictions a=" + file, "two models are called a"},
	} {
		args := append([]string{"eval", "--data", data, "--split", "all", "--episodes", "1", "--horizons", "0.1"}, strings.Fields(c.args)...)
		if code, _, stderr := runLine(t.Context(), args...); code != exitUsage || !strings.Contains(stderr, c.want) {
			t.Errorf("%s: exit code %d, %q, want %q", c.args, code, stderr, c.want)
		}
	}
}
