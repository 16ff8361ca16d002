package eval_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orrery/world/eval"
)

// madeUp reads a plausible result, measured on nothing.
func madeUp(t testing.TB) *eval.Result {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "metrics.json"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := eval.ReadResult(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func encode(t testing.TB, r *eval.Result) string {
	t.Helper()
	var text bytes.Buffer
	if err := r.WriteJSON(&text); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

func TestMetricsReadBackAsWritten(t *testing.T) {
	t.Parallel()
	want, err := os.ReadFile(filepath.Join("testdata", "metrics.json"))
	if err != nil {
		t.Fatal(err)
	}
	r := madeUp(t)
	if again := encode(t, r); again != string(want) {
		t.Errorf("read\n%s\nand written\n%s", want, again)
	}
	for i, name := range []string{"still", "ballistic", "contact", "truth+0.1mm", "truth+1mm", "truth+10mm"} {
		if r.Rows[i].Name != name {
			t.Errorf("row %d is %s, want %s", i, r.Rows[i].Name, name)
		}
	}
	if r.Rows[5].Params.Measured() {
		t.Errorf("the engine has %v parameters, want none", r.Rows[5].Params)
	}
}

// The keys are a promise to whoever reads the file.
func TestMetricsHaveTheirSchema(t *testing.T) {
	t.Parallel()
	var m struct {
		Format    int
		Dataset   map[string]any
		HorizonsS []float64 `json:"horizons_s"`
		Models    map[string]map[string]any
	}
	if err := json.Unmarshal([]byte(encode(t, madeUp(t))), &m); err != nil {
		t.Fatal(err)
	}
	if m.Format != 1 || m.Dataset["scenario"] != "mixed" || len(m.HorizonsS) != 4 || len(m.Models) != 6 {
		t.Errorf("format %d, dataset %v, horizons %v, %d models", m.Format, m.Dataset, m.HorizonsS, len(m.Models))
	}
	contact := m.Models["contact"]
	for _, key := range []string{"params", "train_s", "one_step_m", "horizon_s", "penetration_m", "momentum_drift", "us_per_step"} {
		if _, ok := contact[key].(float64); !ok {
			t.Errorf("%s is %v, want a number", key, contact[key])
		}
	}
	for _, key := range []string{"position_m", "angle_rad"} {
		for _, list := range []string{"mean", "median", "lo95", "hi95"} {
			if values, _ := contact[key].(map[string]any)[list].([]any); len(values) != 4 {
				t.Errorf("%s.%s is %v, want a number per horizon", key, list, values)
			}
		}
	}
}

func TestReadResultRefuses(t *testing.T) {
	t.Parallel()
	good := encode(t, madeUp(t))
	change := func(from, to string) string {
		if !strings.Contains(good, from) {
			t.Fatalf("metrics have no %s", from)
		}
		return strings.Replace(good, from, to, 1)
	}
	for _, c := range []struct{ text, want string }{
		{"", "the text "},
		{good[:len(good)/2], "the text "},
		{good + "{}", "{ stands after the end"},
		{change(`"format": 1`, `"format": 2`), "format 2 must be 1"},
		{change(`"episodes": 200`, `"episodes": 0`), "episodes 0 must be at least 1"},
		{change(`"params"`, `"parameters"`), `unknown key "parameters"`},
		{change(`"seed": 1`, `"sead": 1`), `unknown key "sead"`},
		{change(`"contact"`, `"still"`), `name "still" must be unique`},
		{change(`"mean": [`, `"mean": [ 1,`), "model still: position_m.mean: 5 values must be 4, one per horizon"},
		{change(`"draws": 2`, `"draws": 0`), "settings: draws 0 must be at least 1"},
		{change(`"epsilon_m": [`, `"epsilon_m": [ 1,`), "model still: epsilon_m: 5 values must be none or 4"},
		{change(`"params": 0`, `"params": "none"`), `model still: params: "none" must be a number`},
		{change(`"mean": [`, `"mean": ["near",`), `model still: position_m.mean[0]: "near" must be a number`},
		{change(`"draws": 2`, `"draws": true`), "settings.draws: true must be a whole number"},
		{change(`"resting": 0.3`, `"resting": "x"`), `resting: "x" must be a number`},
		{change(`"share": 0.7`, `"share": "much"`), `model still: sources[0].share: "much" must be a number`},
		{change(`"frame": 17`, `"frame": 17.5`), "model contact: failures[0].frame: 17.5 must be a whole number"},
		{change(`"coverage": [`, `"coverage": [3,`), "model contact: calibration.coverage[0]: 3 must be a list"},
		{change(`"scaled_mse": [`, `"scaled_mse": [ 1,`), "model still: scaled_mse: 4 values must be none or 3"},
		{change(`"motion": "free flight"`, `"motion": "falling"`), `model still: sources: motion "falling" must be "free flight"`},
		{change(`"levels": [`, `"levels": [ 0.1,`), "model contact: calibration: 4 shares must be 5, one per level"},
		{change(`"sigma_m": [`, `"sigma_m": [ 1,`), "model contact: calibration: 4, 5 and 4 values must be 4, one per horizon"},
		{change(`"draws": 2`, `"history": -1, "draws": 2`), "settings: history -1 must be at least 0"},
		{`{"format":1,"settings":{"horizons_s":[1],"perturbations_m":[1],"draws":1,"bootstrap":20,"seed":0},"episodes":1,"models":[]}`, "models must be an object"},
		{`{"format":1,"settings":{"horizons_s":[1],"perturbations_m":[1],"draws":1,"bootstrap":20,"seed":0},"episodes":1,"horizons_s":[2,1],"models":{}}`, "horizons_s: [2 1] must be ascending"},
		{`{"format":1,"settings":{"horizons_s":[1],"perturbations_m":[1],"draws":1,"bootstrap":20,"seed":0},"episodes":1,"models":{"a":{}}}`, "model a: impact must be there, as there are no horizons"},
		{`{"format":1,"settings":{"horizons_s":[1],"perturbations_m":[1],"draws":1,"bootstrap":20,"seed":0},"episodes":1,"models":{"":{}}}`, `name "" must be unique and not empty`},
		{strings.Repeat(" ", 16<<20) + good, "at most 16777216 bytes"},
	} {
		if _, err := eval.ReadResult(strings.NewReader(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
}

// Whatever is read without an error can be written and read again.
func FuzzReadResult(f *testing.F) {
	f.Add(encode(f, madeUp(f)))
	settings := `"settings":{"horizons_s":[1],"perturbations_m":[1e-300],"draws":1,"bootstrap":20,"seed":0}`
	spread := `{"mean":[1],"median":[-2e-9],"lo95":[0],"hi95":[1e300]}`
	f.Add(encode(f, severalSets(f)))
	f.Add(`{"format":1,"dataset":null,` + settings + `,"episodes":1,"horizons_s":[1],"models":{}}`)
	f.Add(`{"format":1,` + settings + `,"horizons_s":[1e-300],"episodes":3,"models":{"a":{"position_m":` + spread + `,"angle_rad":` + spread + `,"epsilon_m":[null]}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		r, err := eval.ReadResult(strings.NewReader(text))
		if err != nil {
			return
		}
		written := encode(t, r)
		again, err := eval.ReadResult(strings.NewReader(written))
		if err != nil {
			t.Fatalf("cannot read what was written: %v\n%s", err, written)
		}
		if encode(t, again) != written {
			t.Fatal("writing is not stable")
		}
	})
}
