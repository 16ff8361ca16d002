package episodes

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"orrery/cmd/orrery/console"
	"orrery/sim/scenario"
)

// TestSet is a set of episodes that `orrery eval --sets` makes to measure models
// on. The seeds are of no other use, so that nothing is trained on these scenes.
type TestSet struct {
	Name     string
	Scenario string // the only one that has the set; all have it when empty
	Doc      string
	Seed     uint64
	Set      console.Settings
	Seconds  float64 // length of an episode; 0 is the scenario's usual one
	Skip     float64 // s of the beginning that are left out
}

var testSets = []TestSet{
	{"iid", "", "scenes as in training", 9001, nil, 0, 0},
	{"more", "mixed", "four times the bodies in a box of four times the area", 9002, console.Settings{"bodies": 24, "half_width": 2}, 0, 0},
	{"more", "billiards", "four times the bodies in a box of four times the area", 9002, console.Settings{"bodies": 24, "half_width": 2}, 0, 0},
	{"shift", "mixed", "half the size, twice the friction, more bounce and gravity than in training", 9003,
		console.Settings{"size": 0.5, "half_width": 0.6, "friction": 0.8, "elasticity": 0.8, "gravity": 5}, 0, 0},
	{"long", "", "scenes as in training for five seconds", 9004, nil, 5, 0},
	{"settled", "pile", "what has come to rest, from the fourth second on", 9005, nil, 5, 3},
}

// TestSetsHelp returns a line for each test set.
func TestSetsHelp() string {
	var text strings.Builder
	for _, s := range testSets {
		name := s.Name
		if s.Scenario != "" {
			name += " (" + s.Scenario + ")"
		}
		fmt.Fprintf(&text, "  %-18s %s", name, s.Doc)
		for _, key := range slices.Sorted(maps.Keys(s.Set)) {
			fmt.Fprintf(&text, ", %s %v", key, s.Set[key])
		}
		fmt.Fprintf(&text, "; seed %d\n", s.Seed)
	}
	return text.String()
}

// Recipe returns what makes so many episodes of the set from a scenario.
func (s *TestSet) Recipe(of *scenario.Scenario, episodes int) (Recipe, error) {
	r := Recipe{Scenario: of, Set: s.Set, Seed: s.Seed, Episodes: episodes, Frames: of.Frames}
	if s.Seconds > 0 {
		spec, _, err := r.Maker(nil)
		if err != nil {
			return r, err
		}
		r.Frames = 1 + int(math.Round(s.Seconds*float64(spec.FPS)))
	}
	return r, nil
}

// TestSets returns the test sets of a scenario, or those named in only in that order.
func TestSets(name string, only []string) []TestSet {
	sets := slices.DeleteFunc(slices.Clone(testSets), func(s TestSet) bool {
		return s.Scenario != "" && s.Scenario != name || only != nil && !slices.Contains(only, s.Name)
	})
	if only != nil {
		slices.SortFunc(sets, func(a, b TestSet) int { return slices.Index(only, a.Name) - slices.Index(only, b.Name) })
	}
	return sets
}
