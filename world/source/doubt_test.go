package source

import (
	"strings"
	"testing"

	"orrery/sim"
	"orrery/world/flight"
)

// TestMassesAreDoubtedByHalfOfThirtyImpacts in which one body acts a quarter heavier or lighter than in the scene. The
// doubt is of the pair that shows it most often, with its usual ratio; bodies without masses say nothing.
func TestMassesAreDoubtedByHalfOfThirtyImpacts(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	for _, name := range []string{"", "b", "c"} {
		disc := sim.NewDisc(0.1, 1, sim.Surface{})
		disc.Name = name
		scene.Bodies = append(scene.Bodies, disc)
	}
	impacts := func(n int, a, b int, heavier float64) (of []meeting) {
		for range n {
			of = append(of, meeting{bodies: [2]int{a, b}, heavier: heavier, scenes: 2})
		}
		return of
	}
	rare := append(impacts(7, 0, 1, 9), impacts(8, 1, 2, 1)...)
	for name, c := range map[string]struct {
		seen []meeting
		want string // or nothing
	}{
		"thirty":           {impacts(30, 1, 2, 4), "body c acts as if it were 4 times as heavy as body b, and in the scene it is 2 times"},
		"twenty-nine":      {append(impacts(29, 1, 2, 4), meeting{bodies: [2]int{1, 2}, heavier: 4}), ""},
		"a little heavier": {impacts(30, 1, 2, 2.49), ""},
		"heavier":          {impacts(30, 1, 2, 2.51), "2.5 times as heavy"},
		"a little lighter": {impacts(30, 1, 2, 1.61), ""},
		"lighter":          {impacts(30, 1, 2, 1.59), "1.6 times as heavy"},
		"half":             {append(impacts(15, 0, 1, 6), impacts(15, 1, 2, 2)...), "body b acts as if it were 6 times as heavy as body 0"},
		"less than half":   {append(impacts(15, 0, 1, 6), impacts(16, 1, 2, 2)...), ""},
		"mostly":           {append(impacts(20, 1, 2, 4), impacts(10, 1, 2, 8)...), "body c acts as if it were 4 times as heavy as body b"},
		"of two pairs":     {append(rare, impacts(15, 1, 2, 5)...), "body c acts as if it were 5 times as heavy as body b"},
	} {
		got := unbalanced(&scene, c.seen)
		if (c.want == "") != (len(got) == 0) || c.want != "" && (len(got) != 1 || !strings.Contains(got[0].String(), c.want)) {
			t.Errorf("%s: %v, want %q", name, got, c.want)
		}
	}
}

// TestAFewAccidentsDoNotCount: the greatest of values is that of nine in ten, and of hardly any there is none.
func TestAFewAccidentsDoNotCount(t *testing.T) {
	t.Parallel()
	var values []float64
	for k := range 21 {
		values = append(values, float64(20-k))
	}
	if got, few := most(values), most([]float64{9, 9, 9, 9}); got != 18 || few != 0 {
		t.Errorf("%v of 0 to 20, %v of four", got, few)
	}
}

// TestOneEpisodeHasTheSameBodiesAsItself, and none has any. Surfaces count, too.
func TestOneEpisodeHasTheSameBodiesAsItself(t *testing.T) {
	t.Parallel()
	all := toy{order: flight.EngineOrder}.run(3)
	alike := []*sim.Trajectory{all[0], all[2]}
	if !sameBodies(all[:1]) || !sameBodies(alike) || sameBodies(all) || sameBodies(nil) {
		t.Errorf("one %t, two alike %t, three of which one differs %t, none %t", sameBodies(all[:1]), sameBodies(alike), sameBodies(all), sameBodies(nil))
	}
}
