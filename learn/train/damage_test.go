package train

import (
	"context"
	"encoding/json"
	"maps"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDamagedCheckpointsSayWhereAndWhy damages what a checkpoint says in turn. The
// error must name the file, the place and the rule, in no words of Go.
func TestDamagedCheckpointsSayWhereAndWhy(t *testing.T) {
	t.Parallel()
	objective, cfg := newSineObjective(), Tiny()
	text, err := json.Marshal(cfg)
	if err != nil {
		t.Fatal(err)
	}
	config := string(text)
	whole := map[string]string{"format": "1", "config": config, "position": `{"step":9,"best_step":9,"validated":9}`}
	path := filepath.Join(t.TempDir(), "last.safetensors")
	for _, c := range []struct{ key, text, want string }{
		{"format", "2", `checkpoint format "2" must be "1"`},
		{"config", "", "config: byte 1: the text ends too early"},
		{"config", config[:20], "config: byte 21: the text ends too early"},
		{"config", strings.Replace(config, `"batch":16`, `"batch":NaN`, 1), "'N' must not stand here"},
		{"config", strings.Replace(config, `"batch":16`, `"batch":"16"`, 1), "config: batch: a text must be a whole number"},
		{"config", strings.Replace(config, `"batch":16`, `"batch":16.5`, 1), "config: batch: number 16.5 must be a whole number"},
		{"config", strings.Replace(config, `"batch":16`, `"batch":32`, 1), "batch 16 must be 32, as the run began with"},
		{"position", `{"step":[]}`, "position: step: a list must be a whole number"},
		{"position", `{"step":-1}`, "position: step -1"},
		{"position", `{"elapsed":-1}`, "elapsed -1: must be ≥ 0"},
		{"position", `{"stale":-1}`, "stale -1"},
		{"position", `{"best_step":-1}`, "best_step -1"},
		{"position", `{"step":2,"best_step":3}`, "best_step 3"},
		{"position", `{"step":2,"validated":3}`, "validated 3"},
	} {
		s, damaged := newState(objective.Params(), cfg), maps.Clone(whole)
		damaged[c.key] = c.text
		if err := s.stored.Save(path, damaged); err != nil {
			t.Fatal(err)
		}
		if err := s.load(path, cfg); err == nil || !strings.HasPrefix(err.Error(), path+": ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s: %v, must name the file and say %q", c.key, c.text, err, c.want)
		}
	}
	s := newState(objective.Params(), cfg)
	if err := s.stored.Save(path, whole); err != nil {
		t.Fatal(err)
	}
	if err := s.load(path, cfg); err != nil || s.Step != 9 || s.adam.Steps != 9 || s.average.Updates != 9 {
		t.Errorf("a whole checkpoint: step %d, %d and %d updates, %v", s.Step, s.adam.Steps, s.average.Updates, err)
	}
}

func TestDamagedLogsSayWhichLine(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	mustRun(t, Tiny(), dir)
	path := filepath.Join(dir, "log.jsonl")
	for text, want := range map[string]string{
		"{\"step\":5}\n{\"step\":NaN}\n":    "line 2: byte 9: 'N' must not stand here",
		"{\"step\":\"five\"}\n":             "line 1: step: a text must be a whole number",
		"{\"step\":5}\n\n":                  "line 2: byte 1: the text ends too early",
		"{\"step\":5}\n{\"step\":6,\"lo\n":  "line 2: byte 14: the text ends too early",
		"{\"step\":1}\n{\"step\":2}\n[3]\n": "line 3: a list must be an object { … }",
	} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := Run(context.Background(), newSineObjective(), Tiny(), dir, nil)
		if err == nil || !strings.Contains(err.Error(), path+": "+want) {
			t.Errorf("%q: %v, must say %s: %s", text, err, path, want)
		}
	}
}

// lost is an objective whose validation is no number.
type lost struct {
	*sineObjective
	loss float64
}

func (l lost) Validate(context.Context, []float32) (float64, error) { return l.loss, nil }

func TestNonFiniteValidationIsAnError(t *testing.T) {
	t.Parallel()
	for _, loss := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		_, err := Run(t.Context(), lost{newSineObjective(), loss}, Tiny(), "", nil)
		if err == nil || !strings.Contains(err.Error(), "validation after step 10: loss is") || !strings.Contains(err.Error(), "must be finite") {
			t.Errorf("a validation of %v: %v", loss, err)
		}
	}
}
