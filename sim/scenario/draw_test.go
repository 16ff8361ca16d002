package scenario_test

import (
	"maps"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
)

// find returns a scenario of the library.
func find(t testing.TB, name string) *scenario.Scenario {
	t.Helper()
	s, err := library.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestDrawsAreEven: mean and variance are those of the uniform distributions, every
// whole number is drawn as often as the others, and nothing else changes.
func TestDrawsAreEven(t *testing.T) {
	const n = 4000
	mixed := find(t, "mixed")
	values, err := mixed.Values(map[string]float64{"elasticity": 0.25})
	if err != nil {
		t.Fatal(err)
	}
	ranges := map[string]scenario.Range{"bodies": {2, 5}, "gravity": {1, 9}, "friction": {0.5, 0.5}}
	wantNear := func(what string, got, want, width float64) {
		t.Helper()
		if !scalar.EqualWithinAbs(got, want, width) {
			t.Errorf("%s is %v, want %v ± %v", what, got, want, width)
		}
	}
	count, sum, squares := map[float64]float64{}, 0.0, 0.0
	for episode := range n {
		drawn, err := mixed.Draw(7, episode, values, ranges)
		if err != nil {
			t.Fatal(err)
		}
		count[drawn["bodies"]]++
		g := drawn["gravity"]
		if !(g >= 1) || !(g <= 9) {
			t.Fatalf("gravity %v", g)
		}
		sum, squares = sum+g, squares+(g-5)*(g-5)
		for name, want := range map[string]float64{"friction": 0.5, "elasticity": 0.25, "size": 1} {
			if drawn[name] != want {
				t.Fatalf("%s %v, want %v", name, drawn[name], want)
			}
		}
	}
	for bodies := 2.0; bodies <= 5; bodies++ {
		wantNear("share of a number of bodies", count[bodies]/n, 0.25, 0.03)
	}
	if len(count) != 4 {
		t.Errorf("numbers of bodies: %v", count)
	}
	wantNear("mean", sum/n, 5, 0.15)
	wantNear("standard deviation", math.Sqrt(squares/n), 8/math.Sqrt(12), 0.06)
	if values["gravity"] != 3 {
		t.Errorf("Draw changes the values it is given: %v", values)
	}
}

// TestADrawDependsOnItsOwnParameterOnly, its seed and its episode.
func TestADrawDependsOnItsOwnParameterOnly(t *testing.T) {
	mixed := find(t, "mixed")
	values, err := mixed.Values(nil)
	if err != nil {
		t.Fatal(err)
	}
	draw := func(seed uint64, episode int, more map[string]scenario.Range) float64 {
		ranges := map[string]scenario.Range{"gravity": {1, 9}}
		maps.Copy(ranges, more)
		drawn, err := mixed.Draw(seed, episode, values, ranges)
		if err != nil {
			t.Fatal(err)
		}
		return drawn["gravity"]
	}
	first := draw(1, 0, nil)
	if first != draw(1, 0, map[string]scenario.Range{"bodies": {1, 9}, "friction": {0, 1}}) {
		t.Error("another range changes it")
	}
	if first == draw(1, 1, nil) || first == draw(2, 0, nil) {
		t.Error("episode or seed do not change it")
	}
	// Two that are drawn together know nothing of each other, be their ranges the same.
	drawn, err := mixed.Draw(1, 0, values, map[string]scenario.Range{"friction": {0, 1}, "elasticity": {0, 1}, "half_width": {1, 2}})
	if err != nil {
		t.Fatal(err)
	}
	if a, b, c := drawn["friction"], drawn["elasticity"], drawn["half_width"]-1; scalar.EqualWithinAbs(a, b, 1e-9) || scalar.EqualWithinAbs(b, c, 1e-9) || scalar.EqualWithinAbs(a, c, 1e-9) {
		t.Errorf("drawn together they are the same: %v, %v and %v", a, b, c)
	}
}

func TestBadRangesAreErrors(t *testing.T) {
	mixed := find(t, "mixed")
	values, err := mixed.Values(nil)
	if err != nil {
		t.Fatal(err)
	}
	for want, ranges := range map[string]map[string]scenario.Range{
		"mixed: gravity 9:1 must not fall":         {"gravity": {9, 1}},
		"mixed: elasticity 2 must be 0 to 1":       {"elasticity": {0, 2}},
		"mixed: elasticity -1 must be 0 to 1":      {"elasticity": {-1, 1}},
		"mixed: bodies 2.5 must be a whole number": {"bodies": {2.5, 4}},
		`unknown parameter "gravty"`:               {"gravty": {1, 2}},
		"mixed: elasticity NaN must be 0 to 1":     {"elasticity": {0, math.NaN()}},
	} {
		if _, err := mixed.Draw(1, 0, values, ranges); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

// TestScenesAreOfTheValuesAsTheyWere when they were asked for: whoever changes them later changes nothing.
func TestScenesAreOfTheValuesAsTheyWere(t *testing.T) {
	t.Parallel()
	mixed := find(t, "mixed")
	values, err := mixed.Values(map[string]float64{"bodies": 3})
	if err != nil {
		t.Fatal(err)
	}
	scenes := mixed.Scenes(values)
	values["bodies"] = 5
	if scene, err := scenes(1); err != nil || len(scene.Bodies) != 3 {
		t.Errorf("%d bodies, want 3; %v", len(scene.Bodies), err)
	}
}
