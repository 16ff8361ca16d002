package eval_test

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"orrery/world/eval"
)

// madeUp returns a plausible result, measured on nothing.
func madeUp() *eval.Result {
	r := &eval.Result{
		Dataset: json.RawMessage(`{"scenario":"mixed","seed":7}`), Settings: eval.DefaultConfig(),
		Episodes: 200, HorizonsS: []float64{0.1, 0.5, 1, 2},
		TrueStack: eval.Stack{PenetrationM: 0.001, PenetrationMaxM: 0.003, RestDrift: 0.0002}, Resting: 0.3,
	}
	for k := range 121 {
		r.TimesS = append(r.TimesS, float64(k)/60)
	}
	none := eval.Number(math.NaN())
	sizes := []float64{0.95, 5.5, 0.16, 0.04, 0.11, 0.19} // m, of the error in the end
	for i, name := range []string{"still", "ballistic", "contact", "truth+0.1mm", "truth+1mm", "truth+10mm"} {
		row := eval.Row{
			Name: name, Params: eval.Number(i * 2345), TrainS: 61.5, OneStepM: 1.5e-5, HorizonS: 1.3, PenetrationM: 0.04,
			PenetrationMaxM: 0.06, MomentumDrift: 3e-7, EnergyError: 0.02, USPerStep: 17.25, EpsilonM: []eval.Number{2e-4, 1e-3, 0.0018, 5},
			ScaledMSE: []eval.Number{1.2e-9, 3.4e-7, none}, Stack: eval.Stack{PenetrationM: 0.0021, PenetrationMaxM: 0.004, RestDrift: 0.0009},
		}
		if i >= 3 {
			row.PerturbationM, row.Params, row.TrainS, row.OneStepM = math.Pow(10, float64(i-7)), none, none, none
		} else {
			row.Motions = []eval.MotionError{{"free flight", 0.7, 1e-7, 0}, {"resting", 0.2, 1e-6, 1e-3}, {"sliding", 0, none, none}, {"bounce", 0.1, 1e-5, 0.02}}
		}
		if name == "contact" {
			row.Calibration = madeUpCalibration()
		}
		for k := range r.TimesS {
			e := sizes[i] * (1 - math.Exp(-math.Pow(float64(k)/50, 3)))
			add(&row.Curve, e)
			if slices.Contains([]int{6, 30, 60, 120}, k) {
				add(&row.Position, e)
				add(&row.Angle, 2*e)
			}
		}
		r.Rows = append(r.Rows, row)
	}
	r.Rows[2].Failures = []eval.Failure{{Episode: 3, Scene: "mixed", Frame: 17, Reason: "body 2: x NaN must be finite"}}
	return r
}

func madeUpCalibration() *eval.Calibration {
	c := &eval.Calibration{Levels: []float64{0.5, 0.68, 0.9, 0.95}}
	for h := range 4 {
		c.Coverage = append(c.Coverage, []float64{0.48, 0.7, 0.88, 0.931})
		c.SigmaM, c.ErrorM = append(c.SigmaM, eval.Number(0.001*float64(h+1))), append(c.ErrorM, eval.Number(0.0012*float64(h+1)))
		c.Within = append(c.Within, []float64{0.1, 0.4, 0.5, 0.8, 1})
	}
	return c
}

func add(s *eval.Spread, e float64) {
	s.Mean, s.Median = append(s.Mean, e), append(s.Median, 0.8*e)
	s.Lo95, s.Hi95 = append(s.Lo95, 0.9*e), append(s.Hi95, 1.15*e)
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
	text := encode(t, madeUp())
	r, err := eval.ReadResult(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if again := encode(t, r); again != text {
		t.Errorf("written\n%s\nread and written\n%s", text, again)
	}
	for i, row := range madeUp().Rows {
		if r.Rows[i].Name != row.Name {
			t.Errorf("row %d is %s, want %s", i, r.Rows[i].Name, row.Name)
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
	if err := json.Unmarshal([]byte(encode(t, madeUp())), &m); err != nil {
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

func TestGlossaryDefinesEveryMetric(t *testing.T) {
	t.Parallel()
	defined := map[string]bool{}
	for _, m := range eval.Glossary() {
		if m.Name == "" || m.Formula == "" || m.Meaning == "" || defined[m.Key] {
			t.Errorf("definition %+v is incomplete or not the first", m)
		}
		defined[m.Key] = true
	}
	row := reflect.TypeFor[eval.Row]()
	for i := range row.NumField() {
		if key, _, _ := strings.Cut(row.Field(i).Tag.Get("json"), ","); key != "-" && !defined[key] {
			t.Errorf("%s is not defined", key)
		}
	}
}

func TestReadResultRefuses(t *testing.T) {
	t.Parallel()
	good := encode(t, madeUp())
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
		{change(`"scaled_mse": [`, `"scaled_mse": [ 1,`), "model still: scaled_mse: 4 values must be none or 3"},
		{change(`"motion": "free flight"`, `"motion": "falling"`), `model still: sources: motion "falling" must be "free flight"`},
		{change(`"levels": [`, `"levels": [ 0.1,`), "model contact: calibration: 4 shares must be 5, one per level"},
		{change(`"sigma_m": [`, `"sigma_m": [ 1,`), "model contact: calibration: 4, 5 and 4 values must be 4, one per horizon"},
		{strings.Repeat(" ", 16<<20) + good, "at most 16777216 bytes"},
	} {
		if _, err := eval.ReadResult(strings.NewReader(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
}

// Whatever is read without an error can be written, read and shown.
func FuzzReadResult(f *testing.F) {
	f.Add(encode(f, madeUp()))
	settings := `"settings":{"horizons_s":[1],"perturbations_m":[1e-300],"draws":1,"bootstrap":20,"seed":0}`
	spread := `{"mean":[1],"median":[-2e-9],"lo95":[0],"hi95":[1e300]}`
	f.Add(encode(f, severalSets()))
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
		if err := r.WriteTable(new(bytes.Buffer)); err != nil {
			t.Fatal(err)
		}
		for _, row := range r.Rows {
			r.Sentence(row.Name)
			if err := eval.WriteReport(new(bytes.Buffer), r, eval.Report{Model: row.Name}); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestTableFitsAHundredColumns(t *testing.T) {
	t.Parallel()
	var text bytes.Buffer
	if err := madeUp().WriteTable(&text); err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(text.String(), "\n") {
		if n := len([]rune(line)); n > 100 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	if *update {
		if err := os.WriteFile(golden, text.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if text.String() != string(want) {
		t.Errorf("table\n%s\nwant\n%s", text.String(), want)
	}
}

var golden = filepath.Join("testdata", "table.golden")
