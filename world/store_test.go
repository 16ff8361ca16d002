package world

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"orrery/learn/nn"
	"orrery/learn/tape"
)

func newDescription() *Description {
	return &Description{
		Format: ModelFormat, Kind: "contact", Settings: json.RawMessage(`{"hidden":8}`),
		Training: Training{
			Version: "orrery v1.2.3", Scenario: "mixed", Dataset: json.RawMessage(`{"seed":7}`), Recipe: json.RawMessage(`{"steps":100}`),
			Episodes: 200, Examples: 24_000, Parameters: 67, Steps: 100, Seconds: 12.5, Loss: 1.0 / 3,
		},
	}
}

func newWeights(seed uint64) *nn.Params {
	params := nn.NewParams()
	nn.NewMLP(params, "edge", []int{5, 8, 2}, tape.ReLU, rand.New(rand.NewPCG(seed, 0)), 1)
	return params
}

// faulty are weights that cannot be saved.
type faulty struct{ Weights }

func (faulty) Encode(map[string]string) ([]byte, error) { return nil, errors.New("disk full") }

// compact returns d as one line, because saving indents what it holds raw.
func compact(t *testing.T, d *Description) string {
	t.Helper()
	text, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// save writes a model to a new directory and returns its path.
func save(t *testing.T, weights Weights) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "runs", "model")
	if err := Save(dir, newDescription(), weights, false); err != nil {
		t.Fatal(err)
	}
	return dir
}

// contents returns every file below dir by its path.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		files[strings.TrimPrefix(path, dir)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestModelComesBackAsItWasSaved(t *testing.T) {
	t.Parallel()
	want := newWeights(1)
	dir := save(t, want)
	d, err := ReadDescription(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := compact(t, d), compact(t, newDescription()); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	got := newWeights(2)
	if err := LoadWeights(dir, d, got); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.Data(), want.Data()) {
		t.Error("weights differ")
	}
	again := filepath.Join(t.TempDir(), "again")
	if err := Save(again, d, got, false); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(contents(t, again), contents(t, dir)) {
		t.Error("a copy is not the same byte for byte")
	}
}

func TestExistingPathIsNotReplacedWithoutForce(t *testing.T) {
	t.Parallel()
	dir := save(t, newWeights(1))
	before := contents(t, filepath.Dir(dir))
	for _, path := range []string{dir, dir + "/", filepath.Join(dir, ConfigFile)} {
		if err := Save(path, newDescription(), newWeights(2), false); err == nil || !strings.Contains(err.Error(), "exists; --force replaces it") {
			t.Errorf("%s: got %v", path, err)
		}
	}
	if !reflect.DeepEqual(contents(t, filepath.Dir(dir)), before) {
		t.Error("files have changed")
	}
}

func TestForceReplacesTheWholeModel(t *testing.T) {
	t.Parallel()
	dir := save(t, newWeights(1))
	if err := os.WriteFile(filepath.Join(dir, MetricsFile), []byte("{}"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := Save(dir+"/", newDescription(), newWeights(2), true); err != nil {
		t.Fatal(err)
	}
	if want := contents(t, filepath.Dir(save(t, newWeights(2)))); !reflect.DeepEqual(contents(t, filepath.Dir(dir)), want) {
		t.Error("what stands there is not the new model alone")
	}
	empty := t.TempDir()
	if err := Save(empty, newDescription(), newWeights(1), true); err != nil {
		t.Error(err)
	}
}

func TestForceReplacesNothingButModels(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	letter := filepath.Join(home, "letter.txt")
	if err := os.WriteFile(letter, []byte("dear"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{home, letter} {
		if err := Save(path, newDescription(), newWeights(1), true); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: got %v", path, err)
		}
	}
	if got := contents(t, home); !reflect.DeepEqual(got, map[string]string{"/letter.txt": "dear"}) {
		t.Errorf("got %v", got)
	}
}

func TestFailedSaveLeavesTheOldModelAndNothingElse(t *testing.T) {
	t.Parallel()
	dir := save(t, newWeights(1))
	before := contents(t, filepath.Dir(dir))
	unreadable := newDescription()
	unreadable.Format++
	nan := newDescription()
	nan.Training.Loss = math.NaN()
	for name, c := range map[string]struct {
		d       *Description
		weights Weights
	}{
		"weights fail":             {newDescription(), faulty{}},
		"description has NaN":      {nan, newWeights(2)},
		"description is not valid": {unreadable, newWeights(2)},
	} {
		if Save(dir, c.d, c.weights, true) == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if !reflect.DeepEqual(contents(t, filepath.Dir(dir)), before) {
		t.Error("files have changed")
	}
	if entries, err := os.ReadDir(filepath.Dir(dir)); err != nil || len(entries) != 1 {
		t.Errorf("beside the model there are %v, %v", entries, err)
	}
}

func TestBrokenModelsAreNamed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file, old, new, want string
	}{
		"other format":     {ConfigFile, `"format": 1`, `"format": 2`, "format 2 must be 1"},
		"no format":        {ConfigFile, `"format": 1,`, ``, "format 0 must be 1"},
		"unknown key":      {ConfigFile, `"kind"`, `"colour": 3, "kind"`, `line 3, column 3: unknown key "colour"`},
		"no kind":          {ConfigFile, `"contact"`, `""`, "kind is missing"},
		"settings missing": {ConfigFile, "\"settings\": {\n    \"hidden\": 8\n  },", ``, "settings is missing"},
		"wrong type":       {ConfigFile, `"episodes": 200`, `"episodes": "many"`, "episodes"},
		"two values":       {ConfigFile, "\n}\n", "\n} {}", "{ stands after the end"},
		"too large":        {ConfigFile, "\n}\n", "\n}" + strings.Repeat(" ", 1<<20), "size must be at most 1048576 bytes"},
		"truncated":        {ConfigFile, "\n  }\n}\n", "", "text ends too early"},
		"another kind":     {WeightsFile, `"kind":"contact"`, `"kind":"neither"`, `kind "neither" must be "contact" as in config.json`},
		"other weights":    {WeightsFile, `edge.0.weight`, `node.0.weight`, `node.0.weight`},
	} {
		dir := save(t, newWeights(1))
		path := filepath.Join(dir, c.file)
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		broken := bytes.Replace(text, []byte(c.old), []byte(c.new), 1)
		if bytes.Equal(broken, text) {
			t.Fatalf("%s: nothing to break in %s", name, text)
		}
		if err := os.WriteFile(path, broken, 0o644); err != nil {
			t.Fatal(err)
		}
		d, err := ReadDescription(dir)
		if err == nil {
			err = LoadWeights(dir, d, newWeights(2))
		}
		if err == nil || !strings.HasPrefix(err.Error(), path+": ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
}

// FuzzDecodeDescription checks that what decodes also encodes, to itself.
func FuzzDecodeDescription(f *testing.F) {
	text, err := encodeDescription(newDescription())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"format":1,"kind":"still","settings":null,"training":{"loss":1e-400}}`))
	f.Add([]byte(`{"format":1,"kind":"mlp","settings":[{}],"training":{"seconds":1e999}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := decodeDescription(data)
		if err != nil {
			return
		}
		once, err := encodeDescription(d)
		if err != nil {
			t.Fatal(err)
		}
		again, err := decodeDescription(once)
		if err != nil {
			t.Fatal(err)
		}
		if twice, err := encodeDescription(again); err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("%v: got %s\nwant %s", err, twice, once)
		}
	})
}
