package eval_test

import (
	"encoding/json"
	"strings"
	"testing"

	"orrery/world/eval"
)

// TestEveryMeanLiesInItsInterval: beside means stand lo95 and hi95, with the ends under the same keys. Few have no width.
func TestEveryMeanLiesInItsInterval(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	cfg := quick()
	cfg.PerturbationsM, cfg.Bootstrap = []float64{0.01}, 100
	r := evaluate(t, trueEpisodes(t, "mixed", 8, 61), []eval.Entry{{Name: "off", Model: engineModel{0.001}}}, truth, cfg)
	var m map[string]any
	if err := json.Unmarshal([]byte(encode(t, r)), &m); err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	walk(t, "", m, found)
	for _, key := range []string{
		"models.off.one_step_m", "models.off.penetration_m", "models.off.momentum_drift", "models.off.energy_error", "models.off.scaled_mse",
		"models.off.impact.velocity_m_s", "models.off.impact.spin_rad_s", "models.off.stack.penetration_m", "models.off.sources.velocity",
		"models.still.sources.position_m", "true_stack.penetration_m",
	} {
		if found[key] == 0 {
			t.Errorf("%s has no interval of any width, only %v", key, found)
		}
	}
}

// walk checks all intervals in a value of metrics.json, and counts those that have a width by their place.
func walk(t *testing.T, place string, value any, found map[string]int) {
	switch value := value.(type) {
	case []any:
		for _, x := range value {
			walk(t, place, x, found)
		}
	case map[string]any:
		lo, _ := value["lo95"].(map[string]any)
		hi, _ := value["hi95"].(map[string]any)
		if len(lo) != len(hi) {
			t.Errorf("%s: lower ends %v, upper ones %v", place, lo, hi)
		}
		for key := range lo {
			within(t, strings.TrimPrefix(place+"."+key, "."), lo[key], value[key], hi[key], found)
		}
		for key, x := range value {
			if key != "lo95" && key != "hi95" {
				walk(t, strings.TrimPrefix(place+"."+key, "."), x, found)
			}
		}
	}
}

// within checks that a mean, or each of several, lies between the ends of its interval.
func within(t *testing.T, place string, lo, mean, hi any, found map[string]int) {
	switch mean := mean.(type) {
	case []any:
		a, b := lo.([]any), hi.([]any)
		if len(a) != len(mean) || len(b) != len(mean) {
			t.Fatalf("%s: %d means, %d and %d ends", place, len(mean), len(a), len(b))
		}
		for i := range mean {
			within(t, place, a[i], mean[i], b[i], found)
		}
	case float64:
		a, b := lo.(float64), hi.(float64)
		if rounding := 1e-12 * mean; !(a <= mean+rounding) || !(b >= mean-rounding) {
			t.Errorf("%s: %v is not within %v and %v", place, mean, a, b)
		}
		if a < b {
			found[place]++
		}
	case nil:
		if lo != nil || hi != nil {
			t.Errorf("%s: there is an interval, %v to %v, of nothing", place, lo, hi)
		}
	default:
		t.Errorf("%s is %v", place, mean)
	}
}
