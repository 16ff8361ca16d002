package schema

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/tidwall/jsonc"

	"orrery/sim/scenario"
)

// compiled returns the schema as an independent validator reads it.
func compiled(t testing.TB) *jsonschema.Schema {
	t.Helper()
	text, err := Scenario()
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("scenario.json", document); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("scenario.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func validate(t testing.TB, s *jsonschema.Schema, text []byte) error {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(jsonc.ToJSON(text)))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(value)
}

// TestAllScenarioFilesAreValid goes through those of the tree. Each is also a scenario, so
// that files which neither accepts do not count as proof.
func TestAllScenarioFilesAreValid(t *testing.T) {
	t.Parallel()
	s, files := compiled(t), 0
	err := filepath.WalkDir("../../..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".scenario.json") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if _, err := scenario.Parse(path, text); err != nil {
			t.Error(err)
		}
		if err := validate(t, s, text); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		files++
		return nil
	})
	if err != nil || files < 5 {
		t.Errorf("%d files, %v", files, err)
	}
}

// TestTheSchemaRefusesWhatTheDecoderRefuses changes one thing in a file that is right.
func TestTheSchemaRefusesWhatTheDecoderRefuses(t *testing.T) {
	t.Parallel()
	const right = `{"format": 2, "fps": 30, "arena": [2, 2], "gravity": [0, "-9.81"], "params": {"m": {"default": 1}, "k": 2},
"bodies": [{"name": "ball", "circle": 0.1, "mass": {"range": [1, 2]}, "grip": 4, "scatter": true, "group": "a"}, {"box": [1, 1], "grip": {"along": 1}}],
"pairs": [{"of": ["a", "a"]}], "materials": {"a": {"friction": 1}},
"actuators": [{"force": "ball", "axis": [1, 0], "limit": 1}, {"force": "ball", "axis": "x", "limit": 1}], "points": {"p": [0, 0]},
"goals": [{"body": "ball", "place": "p"}, {"body": "ball", "angle": 0, "symmetry": 4}],
"task": {"cost": [{"distance": ["ball", "p"]}, "1"], "success": {"all": [{"distance": ["ball", "p"], "below": 1}, "1 > 0"]}, "starts": "any"},
"policies": ["noise"]}`
	s := compiled(t)
	if err := validate(t, s, []byte(right)); err != nil {
		t.Fatal(err)
	}
	for _, change := range [][2]string{
		{`"format": 2,`, ``},
		{`"format": 2`, `"format": 3`},
		{`"fps": 30`, `"fps": 30.5`},
		{`"fps"`, `"fsp"`},
		{`"arena": [2, 2]`, `"arena": [2, 2, 2]`},
		{`"arena": [2, 2]`, `"arena": [2]`},
		{`"arena": [2, 2]`, `"arena": {"at": [0, 0]}`},
		{`"arena": [2, 2]`, `"arena": true`},
		{`"gravity": [0, "-9.81"]`, `"gravity": [0, true]`},
		{`{"default": 1}`, `{"default": 1, "least": 0}`},
		{`{"default": 1}`, `{"min": 1}`},
		{`{"range": [1, 2]}`, `{"range": [1, 2, 3]}`},
		{`{"range": [1, 2]}`, `{"rang": [1, 2]}`},
		{`{"range": [1, 2]}`, `[1, 2]`},
		{`"circle": 0.1`, `"circel": 0.1`},
		{`"circle": 0.1`, `"circle": [0.1]`},
		{`"scatter": true`, `"scatter": false`},
		{`"group": "a"`, `"group": ["a"]`},
		{`"group": "a"`, `"group": 1.5`},
		{`{"along": 1}`, `{"alongside": 1}`},
		{`"of": ["a", "a"]`, `"of": ["a"]`},
		{`{"of": ["a", "a"]}`, `{}`},
		{`{"friction": 1}`, `{"friktion": 1}`},
		{`"axis": [1, 0]`, `"axis": {"x": 1}`},
		{`{"p": [0, 0]}`, `{"p": 0}`},
		{`"symmetry": 4`, `"symmetry": 4.5`},
		{`"place": "p"`, `"place": 1`},
		{`"cost": [{"distance": ["ball", "p"]}, "1"]`, `"cost": [{"distanze": ["ball", "p"]}, "1"]`},
		{`"below": 1`, `"underneath": 1`},
		{`["noise"]`, `[1]`},
		{`["noise"]`, `"noise"`},
	} {
		text := strings.Replace(right, change[0], change[1], 1)
		if text == right {
			t.Fatalf("there is no %s", change[0])
		}
		if err := validate(t, s, []byte(text)); err == nil {
			t.Errorf("%s in place of %s passes", change[1], change[0])
		}
		if _, err := scenario.Parse("x", []byte(text)); err == nil {
			t.Errorf("the decoder takes %s in place of %s", change[1], change[0])
		}
	}
	if _, err := scenario.Parse("x", []byte(right)); err != nil {
		t.Error(err)
	}
}

// TestEveryKeyHasADescription that an editor shows.
func TestEveryKeyHasADescription(t *testing.T) {
	t.Parallel()
	types, err := Types("#/$defs/")
	if err != nil {
		t.Fatal(err)
	}
	keys := 0
	for name, s := range types {
		if s.Properties == nil {
			continue
		}
		for pair := s.Properties.Oldest(); pair != nil; pair = pair.Next() {
			keys++
			if text, err := json.Marshal(pair.Value); err != nil || !strings.Contains(string(text), `"description"`) {
				t.Errorf("%s of %s has none", pair.Key, name)
			}
		}
	}
	if keys < 100 {
		t.Errorf("there are %d keys only", keys)
	}
}
