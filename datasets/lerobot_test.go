package datasets

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"orrery/datasets/flights"
)

// TestNamesMayBeOfAnyForm reads features as other programs write them.
func TestNamesMayBeOfAnyForm(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		`null`:                            nil,
		`["a", "b"]`:                      {"a", "b"},
		`{"motors": ["a", "b"]}`:          {"a", "b"},
		`{"b": 0, "a": 1}`:                {"b", "a"},
		`{"axes": {"y": 1, "x": 0}}`:      {"x", "y"},
		`{"arm": ["a"], "base": ["b"]}`:   {"a", "b"},
		`[["a", "b"], ["c"]]`:             {"a", "b", "c"},
		`[1, 2]`:                          {"1", "2"},
		`"height"`:                        nil,
		`{"left": null, "right": ["r1"]}`: {"left", "r1"},
	} {
		var f Feature
		if err := json.Unmarshal([]byte(`{"dtype": "float32", "shape": [2.0], "names": `+text+`, "info": {"video.fps": 10}}`), &f); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if !slices.Equal(f.Names, want) || f.DType != "float32" || !slices.Equal(f.Shape, []int{2}) {
			t.Errorf("names %s: read %+v, want %v", text, f, want)
		}
	}
	for _, text := range []string{`7`, `{"dtype": 3, "shape": "wide"}`, `{"shape": [["a"]]}`} {
		if err := json.Unmarshal([]byte(text), new(Feature)); err != nil {
			t.Errorf("a feature that nobody reads must not hinder: %s: %v", text, err)
		}
	}
}

// TestInfoAsOthersWriteIt: the rate with a point, keys and features that nobody knows, and
// names as an object.
func TestInfoAsOthersWriteIt(t *testing.T) {
	t.Parallel()
	dir := writeFlights(t, smallSpec())
	for _, c := range [][2]string{
		{`"fps": 30`, `"fps": 30.0, "encoding": {"crf": 30}`},
		{`"features": {`, `"features": {"observation.image": {"dtype": "image", "shape": [96, 96, 3], "names": {"height": 0}, "fps": 30.0}, "odd": 7,`},
		{`"names": [
        "none"
      ]`, `"names": {"motors": ["none"]}`},
	} {
		replaced(infoPath, c[0], c[1])(t, dir)
	}
	if err := readAll(t, dir, false); err != nil {
		t.Error(err)
	}
	replaced(infoPath, `"fps": 30.0`, `"fps": 29.97`)(t, dir)
	if _, err := Open(t.Context(), dir); err == nil || !strings.Contains(err.Error(), "fps 29.97 must be a whole number") {
		t.Errorf("error %v", err)
	}
}

// pushInfo is meta/info.json of LeRobot data that this program did not write.
const pushInfo = `{"codebase_version": "v3.0", "robot_type": "2d pointer", "total_episodes": 5, "total_frames": 50, "fps": 10,
	"splits": {"train": "0:5"}, "features": {
		"observation.image": {"dtype": "video", "shape": [96, 96, 3], "names": ["height", "width", "channel"]},
		"observation.state": {"dtype": "float32", "shape": [2], "names": {"motors": ["motor_0", "motor_1"]}},
		"index": {"dtype": "int64", "shape": [1], "names": null}}}`

func TestForeignDataSaysWhatItIs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "meta"), 0o755); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, infoPath), pushInfo)
	_, err := Open(t.Context(), dir)
	var foreign *Foreign
	if !errors.As(err, &foreign) {
		t.Fatalf("error %v must be a *Foreign", err)
	}
	if known, err := Recognise(dir); err != nil || !reflect.DeepEqual(known, foreign) {
		t.Errorf("recognised as %v: %v", known, err)
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("the error has several lines: %v", err)
	}
	for _, want := range []string{"5 episodes", "50 frames", "10 a second", "without scenes", "orrery inspect " + dir} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error %q lacks %q", err, want)
		}
	}
	for _, want := range []string{
		"2d pointer", "observation.image  video [96 96 3]: height, width, channel", "observation.state  float32 [2]: motor_0, motor_1",
		"index              int64 [1]\n", "frames             50, 10 a second", "orrery import lerobot " + dir + " --map body0.x=observation.state[0],body0.y=observation.state[1] --scene scene.json",
	} {
		if !strings.Contains(foreign.Describe(), want) {
			t.Errorf("%s\nlacks %q", foreign.Describe(), want)
		}
	}
}

// TestMappingsBeginWithWhatIsThere: a state of two numbers may be a place, one of one number is none.
func TestMappingsBeginWithWhatIsThere(t *testing.T) {
	t.Parallel()
	for size, want := range map[int]string{1: "body0.x=FEATURE[0]", 2: "body0.x=observation.state[0]", 7: "body0.x=observation.state[0]"} {
		f := Foreign{Features: map[string]Feature{featureState: {DType: "float32", Shape: []int{size}}}}
		if got := f.Describe(); !strings.Contains(got, "--map "+want) {
			t.Errorf("a state of %d numbers: %s", size, got)
		}
	}
}

// TestOnlyProvenanceMayBeMissing: a dataset of this program that lost it, or whose
// provenance is broken, still says what it holds, but cannot be checked.
func TestOnlyProvenanceMayBeMissing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		damage func(*testing.T, string)
		want   string
		files  int
	}{
		"missing":       {removed(ProvenancePath), "provenance.json: is missing; without it nobody knows", 7},
		"cut off":       {cut(ProvenancePath, 0.5), "ends too early; without it", 8},
		"of the future": {replaced(ProvenancePath, `"format": 1`, `"format": 2`), "provenance.json: format 2 must be 1; without it", 8},
	} {
		dir := writeFlights(t, smallSpec())
		c.damage(t, dir)
		_, err := Open(t.Context(), dir)
		wantError(t, name, err, c.want)
		var unproven *Unproven
		if !errors.As(err, &unproven) || errors.As(err, new(*Foreign)) {
			t.Fatalf("%s: error %v", name, err)
		}
		bytes := 0
		for _, text := range flights.Tree(t, dir) {
			bytes += len(text)
		}
		if s := unproven.Dataset.Summary(); s.Episodes != 3 || s.Frames != 12 || s.Scenario != "" || s.Files != c.files || s.Bytes != int64(bytes) {
			t.Errorf("%s: summary %+v, want %d bytes", name, s, bytes)
		}
		wantError(t, name, unproven.Dataset.Check(t.Context(), nil), "no hash of")
		if _, err := unproven.Dataset.Episode(t.Context(), 1); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	dir := writeFlights(t, smallSpec())
	removed(ProvenancePath)(t, dir)
	removed(scenesPath)(t, dir)
	if _, err := Open(t.Context(), dir); !errors.As(err, new(*Foreign)) {
		t.Errorf("without scenes: error %v", err)
	}
}

func TestAFileIsNotADataset(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "scene.json")
	writeFile(t, path, "{}")
	if _, err := Open(t.Context(), path); err == nil || !strings.HasSuffix(err.Error(), "scene.json: is a file, not a dataset") {
		t.Errorf("error %v", err)
	}
}
