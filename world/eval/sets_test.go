package eval_test

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"orrery/world/eval"
)

// severalSets returns made-up results on three sets; on the last, of half a second,
// every error is twice as large.
func severalSets() *eval.Result {
	sets := []*eval.Result{madeUp(), madeUp(), madeUp()}
	for i, name := range []string{"iid", "more", "short"} {
		sets[i].Set = name
	}
	short := sets[2]
	short.HorizonsS, short.TimesS = short.HorizonsS[:2], short.TimesS[:31]
	for i := range short.Rows {
		row := &short.Rows[i]
		for h := range short.HorizonsS {
			row.Position.Mean[h] *= 2
		}
		for _, s := range []*eval.Spread{&row.Position, &row.Angle} {
			*s = eval.Spread{Mean: s.Mean[:2], Median: s.Median[:2], Lo95: s.Lo95[:2], Hi95: s.Hi95[:2]}
		}
		row.Curve = eval.Spread{Mean: row.Curve.Mean[:31], Median: row.Curve.Median[:31], Lo95: row.Curve.Lo95[:31], Hi95: row.Curve.Hi95[:31]}
		row.EpsilonM, row.Calibration = row.EpsilonM[:2], nil
	}
	r, err := eval.Join(sets)
	if err != nil {
		panic(err)
	}
	return r
}

func TestSetsStandBesideTheFirst(t *testing.T) {
	t.Parallel()
	r := severalSets()
	for i, want := range []float64{1, 1, 2} {
		near(t, "relative error", float64(r.Relative("contact", 0.5)[i]), want, 1e-12)
	}
	if late := r.Relative("contact", 1)[2]; late.Measured() {
		t.Errorf("a set of half a second has the relative error %v at one second", late)
	}
	if none := r.ErrorAt("nobody", 0.5); none.Measured() {
		t.Errorf("a model that was not measured has the error %v", none)
	}
	var table bytes.Buffer
	if err := r.WriteTable(&table); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"iid: 200 episodes", "\nmore: 200", "\nshort: 200", "× is the multiple of iid", "(2.00×)"} {
		if !strings.Contains(table.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, table.String())
		}
	}
	page := report(t, r, extras())
	wellFormed(t, page)
	for _, want := range []string{"<h2>Other sets</h2>", "All of short", "2.00×"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func TestMetricsHoldEverySet(t *testing.T) {
	t.Parallel()
	text := encode(t, severalSets())
	r, err := eval.ReadResult(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if encode(t, r) != text {
		t.Error("the sets changed on the way")
	}
	if sets := r.Sets(); len(sets) != 3 || sets[2].Set != "short" || len(sets[2].HorizonsS) != 2 {
		t.Errorf("got %d sets", len(sets))
	}
	var m struct {
		Set    string
		Models map[string]any
		Sets   []struct {
			Set    string
			Models map[string]any
		}
	}
	if err := json.Unmarshal([]byte(text), &m); err != nil || m.Set != "iid" || len(m.Sets) != 2 || len(m.Sets[1].Models) != len(m.Models) {
		t.Errorf("error %v, set %q, %d others", err, m.Set, len(m.Sets))
	}
}

func TestSetsMustBeTellableApart(t *testing.T) {
	t.Parallel()
	one, two, nested := madeUp(), madeUp(), severalSets()
	if _, err := eval.Join([]*eval.Result{one, two}); err == nil || !strings.Contains(err.Error(), `set name "" must be unique and not empty`) {
		t.Errorf("two sets without names: %v", err)
	}
	one.Set, two.Set, nested.Set = "a", "a", "b"
	if _, err := eval.Join([]*eval.Result{one, two}); err == nil || !strings.Contains(err.Error(), `"a" must be unique`) {
		t.Errorf("two sets of one name: %v", err)
	}
	if _, err := eval.Join([]*eval.Result{one, nested}); err == nil || !strings.Contains(err.Error(), "set b: sets of its own") {
		t.Errorf("nested sets: %v", err)
	}
	if _, err := eval.Join(nil); err == nil {
		t.Error("no sets are no error")
	}
	text := strings.Replace(encode(t, severalSets()), `"set": "more"`, `"set": "iid"`, 1)
	if _, err := eval.ReadResult(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), `"iid" must be unique`) {
		t.Errorf("a file with one name twice: %v", err)
	}
}

func TestAnErrorOfNothingIsNotRelative(t *testing.T) {
	t.Parallel()
	r := severalSets()
	r.Row("contact").Position.Mean[1] = 0
	if x := float64(r.Relative("contact", 0.5)[0]); !math.IsNaN(x) {
		t.Errorf("0/0 is %v", x)
	}
}
