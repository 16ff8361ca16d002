package eval

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/golden"
	"orrery/world/flight"
)

// Flat writes what JSON holds of v, a line for each list of numbers and each other value, to six digits.
func Flat(t *testing.T, w *strings.Builder, v any) {
	t.Helper()
	var tree any
	if err := json.Unmarshal(encoded(t, v), &tree); err != nil {
		t.Fatal(err)
	}
	flat(w, "", tree)
}

func flat(w *strings.Builder, path string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			flat(w, path+" "+key, v[key])
		}
	case []any:
		plain := make([]string, len(v))
		for i, x := range v {
			switch x := x.(type) {
			case map[string]any, []any:
				flat(w, fmt.Sprintf("%s %d", path, i), x)
			default:
				plain[i] = digits(x)
			}
		}
		if len(v) == 0 || plain[0] != "" {
			fmt.Fprintf(w, "%s [%s]\n", path[min(1, len(path)):], strings.Join(plain, " "))
		}
	default:
		fmt.Fprintf(w, "%s %s\n", path[min(1, len(path)):], digits(v))
	}
}

// digits writes a number to six digits, and what is only rounding as 0.
func digits(v any) string {
	x, ok := v.(float64)
	switch {
	case !ok:
		return fmt.Sprint(v)
	case math.Abs(x) < 1e-9:
		return "0"
	}
	return fmt.Sprintf("%.6g", x)
}

// TestTheSameSightsAndImpactsAreJudgedTheSame compares what is measured of motion that was observed and of a table of impacts
// with what earlier versions of this program measured.
func TestTheSameSightsAndImpactsAreJudgedTheSame(t *testing.T) {
	t.Parallel()
	var got strings.Builder
	var flights []*sim.Trajectory
	for k := range 6 {
		flights = append(flights, seenFlight(k, 2e-3, k > 1))
	}
	cfg := DefaultConfig()
	cfg.HorizonsS, cfg.Bootstrap, cfg.Workers = []float64{0.1, 0.5, 0.8}, 20, 1
	tell := func(name string, data []*sim.Trajectory, entries ...Entry) {
		r, err := Run(t.Context(), data, entries, nil, cfg, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := range r.Rows {
			r.Rows[i].USPerStep = Number(math.NaN())
		}
		fmt.Fprintf(&got, "# %s\n", name)
		Flat(t, &got, r)
	}
	tell("observed", flights, Entry{Name: "model", Model: honest{0.003, 0.002}})
	cfg.History = 5
	tell("observed, with some history", flights, Entry{Name: "model", Model: honest{0.003, 0.002}})
	cfg.History = 0
	tell("impacts", append(fallen(), fallen()...), Entry{Name: "good", Model: knowing{flight.Still(), sim.BodyState{VX: 1, VY: 1, Omega: 2}}},
		Entry{Name: "wild", Model: knowing{flight.Still(), sim.BodyState{VX: 4, VY: 5, Omega: -1}}},
		Entry{Name: "lost", Model: knowing{flight.Still(), sim.BodyState{VX: math.NaN()}}})
	golden.Compare(t, "testdata/sights.txt", got.String())
}
