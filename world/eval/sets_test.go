package eval_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/world/eval"
)

// severalSets measures still discs on three sets; on the last, of half a second, the disc is
// twice as fast.
func severalSets(t testing.TB) *eval.Result {
	t.Helper()
	var results []*eval.Result
	for _, set := range []struct {
		name   string
		speed  float64 // m/s
		frames int
	}{{"iid", 1, 61}, {"more", 1, 61}, {"short", 2, 31}} {
		r, err := eval.Run(t.Context(), []*sim.Trajectory{run(t, discs(sim.BodyState{VX: set.speed}), set.frames)}, nil, nil, quick(), nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Set = set.name
		results = append(results, r)
	}
	r, err := eval.Join(results)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestSetsStandBesideTheFirst(t *testing.T) {
	t.Parallel()
	r := severalSets(t)
	for i, want := range []float64{1, 1, 2} {
		near(t, "relative error", float64(r.Relative("still", 0.5)[i]), want, 1e-12)
	}
	if late := r.Relative("still", 1)[2]; late.Measured() {
		t.Errorf("a set of half a second has the relative error %v at one second", late)
	}
	if none := r.ErrorAt("nobody", 0.5); none.Measured() {
		t.Errorf("a model that was not measured has the error %v", none)
	}
}

func TestMetricsHoldEverySet(t *testing.T) {
	t.Parallel()
	text := encode(t, severalSets(t))
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
	one, two, nested := madeUp(t), madeUp(t), severalSets(t)
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
	three, four := madeUp(t), madeUp(t)
	three.Set, four.Set = "c", "d"
	pair, err := eval.Join([]*eval.Result{three, four})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := eval.Join([]*eval.Result{one, pair}); err == nil || !strings.Contains(err.Error(), "set c: sets of its own") {
		t.Errorf("a set with another: %v", err)
	}
	if _, err := eval.Join(nil); err == nil {
		t.Error("no sets are no error")
	}
	text := strings.Replace(encode(t, severalSets(t)), `"set": "more"`, `"set": "iid"`, 1)
	if _, err := eval.ReadResult(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), `"iid" must be unique`) {
		t.Errorf("a file with one name twice: %v", err)
	}
}

func TestAnErrorOfNothingIsNotRelative(t *testing.T) {
	t.Parallel()
	r := severalSets(t)
	r.Row("still").Position.Mean[1] = 0
	if x := float64(r.Relative("still", 0.5)[0]); !math.IsNaN(x) {
		t.Errorf("0/0 is %v", x)
	}
}
