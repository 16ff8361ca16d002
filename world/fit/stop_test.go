package fit_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/world"
	"orrery/world/choose"
	"orrery/world/fit"
	"orrery/world/spread/lbfgs"
)

// A training can be stopped in each of its stages, and goes on to the same model.
func TestTrainingStopsInEveryStage(t *testing.T) {
	t.Parallel()
	config := fit.Tiny()
	weights := func(f *fit.Fitted) []byte {
		t.Helper()
		dir := filepath.Join(t.TempDir(), "model")
		if err := f.Save(dir, false); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(filepath.Join(dir, world.WeightsFile))
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	whole, err := run(t.Context(), dataset(6), config, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	want := weights(whole)
	for _, stage := range []fit.Stage{fit.Reading, fit.Preparing, fit.Training, fit.Judging} {
		ctx, stop := context.WithCancel(t.Context())
		var seen []fit.Stage
		job := fit.Job{
			Episodes: dataset(6), Config: config, Work: filepath.Join(t.TempDir(), "work"), Minimise: lbfgs.Minimise,
			Report: func(p fit.Progress) {
				seen = append(seen, p.Stage)
				if p.Stage == stage {
					stop()
				}
			},
		}
		if _, err := fit.Train(ctx, job); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: got %v, want the error of ctx", stage, err)
		}
		if last := seen[len(seen)-1]; last != stage && !(stage == fit.Reading && last == fit.Preparing) {
			t.Errorf("stopped while %s it went on to %s", stage, last)
		}
		job.Report = nil
		f, err := fit.Train(t.Context(), job)
		if err != nil {
			t.Fatalf("%s: %v", stage, err)
		}
		if !slices.Equal(weights(f), want) {
			t.Errorf("stopped while %s and resumed it gives another model", stage)
		}
	}
}

// What fails after training costs a figure, not the model.
func TestFailingSpreadKeepsTheModel(t *testing.T) {
	t.Parallel()
	f, err := fit.Train(t.Context(), fit.Job{
		Episodes: dataset(4), Config: fit.Tiny(),
		Minimise: func([]float64, int, func([]float64) float64, func(dst, x []float64)) []float64 { panic("no minimum") },
	})
	if err != nil {
		t.Fatal(err)
	}
	if f.SpreadError == nil || !strings.Contains(f.SpreadError.Error(), "no minimum") || len(f.Description.Spread) > 0 {
		t.Errorf("the spread is %s, its error %v", f.Description.Spread, f.SpreadError)
	}
	dir := filepath.Join(t.TempDir(), "model")
	if err := f.Save(dir, false); err != nil {
		t.Fatal(err)
	}
	if _, _, err := fit.Load(dir); err != nil {
		t.Error(err)
	}
}

func TestModelSaysWhatItSaw(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	f, err := run(t.Context(), dataset(4), fit.Tiny(), "", nil)
	if err != nil {
		t.Fatal(err)
	}
	var trained []*sim.Trajectory
	for i, x := range simulated()[:4] {
		if !slices.Contains(f.Holdout, i) {
			trained = append(trained, x)
		}
	}
	if got, want := *f.Description.Training.Seen, choose.SeenIn(trained); !slices.Equal(got.Shapes, want.Shapes) || got.Speed != want.Speed || got.Size != want.Size || !got.Touches {
		t.Errorf("the model saw %+v, want %+v", got, want)
	}
	config, err := os.ReadFile(filepath.Join(save(t, f), world.ConfigFile))
	if err != nil || !strings.Contains(string(config), `"seen"`) {
		t.Errorf("%v: the config says nothing of it: %s", err, config)
	}
}

// A model in memory is read as one on disk.
func TestDecodeReadsWhatLoadDoes(t *testing.T) {
	t.Parallel()
	f, err := run(t.Context(), dataset(4), fit.Tiny(), "", nil)
	if err != nil {
		t.Fatal(err)
	}
	dir := save(t, f)
	read := func(name string) []byte {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	config, weights := read(world.ConfigFile), read(world.WeightsFile)
	model, d, err := fit.Decode(config, weights)
	if err != nil || d.Kind != "contact" {
		t.Fatalf("%v: %+v", err, d)
	}
	want := rollouts(t, f.Model)
	for i, x := range rollouts(t, model) {
		if !slices.EqualFunc(x.States, want[i].States, slices.Equal[sim.State]) {
			t.Errorf("episode %d: the decoded model predicts something else", i)
		}
	}
	other := strings.Replace(string(weights), `"kind":"contact"`, `"kind":"contakt"`, 1)
	for want, files := range map[string][2]string{
		"config.json: ":                                   {"{", string(weights)},
		`config.json: kind "oracle" is not one`:           {strings.Replace(string(config), `"kind": "contact"`, `"kind": "oracle"`, 1), string(weights)},
		"config.json: settings: contact config: hidden 0": {strings.Replace(string(config), `"hidden": 8`, `"hidden": 0`, 1), string(weights)},
		"model.safetensors: file has 0 bytes":             {string(config), ""},
		"model.safetensors: ":                             {string(config), "x"},
		`kind "contakt" must be "contact" as in c`:        {string(config), other},
	} {
		if _, _, err := fit.Decode([]byte(files[0]), []byte(files[1])); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func save(t *testing.T, f *fit.Fitted) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "model")
	if err := f.Save(dir, false); err != nil {
		t.Fatal(err)
	}
	return dir
}

// The page trains, so nothing here may need what browsers have not or be large.
func TestTrainingNeedsNoLargeLibrary(t *testing.T) {
	t.Parallel()
	list := exec.Command("go", "list", "-deps", ".")
	list.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0")
	packages, err := list.Output() // make web builds it
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range strings.Fields(string(packages)) {
		for _, large := range []string{"gorgonia", "gonum", "parquet", "arrow"} {
			if strings.Contains(name, large) && !strings.HasPrefix(name, "orrery/") {
				t.Errorf("world/fit depends on %s", name)
			}
		}
	}
}
