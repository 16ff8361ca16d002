package importing

import (
	"errors"
	"math"
	"strings"
	"testing"

	"orrery/datasets/lerobot"
	"orrery/sim"
	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
)

// TestScenesAreSoughtAmongThreeTimesTheEpisodes, and a thousand at least: a dataset that LeRobot's tools have divided keeps
// some of its episodes. What begins as none of them gets a scene that stands for all.
func TestScenesAreSoughtAmongThreeTimesTheEpisodes(t *testing.T) {
	t.Parallel()
	pole, err := library.Find("cartpole")
	if err != nil {
		t.Fatal(err)
	}
	values, err := pole.Values(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		episodes, sample int
		found            bool
	}{{1, 999, true}, {1, 1000, false}, {334, 1001, true}, {400, 1199, true}, {400, 1200, false}} {
		scene, err := pole.Sample(1, c.sample, values)
		if err != nil {
			t.Fatal(err)
		}
		var start []float64
		for _, s := range scene.Start() {
			v := s.Values()
			start = append(start, v[:]...)
		}
		f := &finder{width: len(start), source: &lerobot.Source{}}
		f.all = make([]*sim.Scene, c.episodes)
		f.starts = make([][]float64, c.episodes)
		f.starts[c.episodes-1] = start
		if err := f.byScenario(t.Context(), pole, nil, []int{c.episodes - 1}); err != nil {
			t.Fatal(err)
		}
		if got := f.all[c.episodes-1]; got == nil || f.scenario != "cartpole" || got.Start()[0] != scene.Start()[0] {
			t.Errorf("episode %d of %d: another scene", c.sample, c.episodes)
		}
		if said := strings.Join(f.notes, "\n"); strings.Contains(said, "with seed 1 that begin in the same states") != c.found {
			t.Errorf("episode %d of %d: %s", c.sample, c.episodes, said)
		}
	}
}

// TestStartsAreTheSameAsFloat32, whatever the sign of 0, and others are not.
func TestStartsAreTheSameAsFloat32(t *testing.T) {
	t.Parallel()
	start := []float64{0, 0.1, -2}
	for _, c := range []struct {
		other []float64
		same  bool
	}{
		{[]float64{math.Copysign(0, -1), 0.1, -2}, true},
		{[]float64{0, float64(float32(0.1)), -2}, true},
		{[]float64{0, 0.1001, -2}, false},
		{[]float64{0, 0.1, 2}, false},
		{[]float64{0, 0.1}, false},
	} {
		if (key(start) == key(c.other)) != c.same {
			t.Errorf("%v and %v are the same start: %v", start, c.other, !c.same)
		}
	}
}

// TestSomeScenesStandForAll: if they differ in their starts alone, or else in what the task speaks of.
func TestSomeScenesStandForAll(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"billiards": "differ", "pusht": "", "reach": "varied", "push": "differ", "cartpole": ""} {
		s, err := library.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		values, err := s.Values(scenario.Values{})
		if err != nil {
			t.Fatal(err)
		}
		template, varied, err := common(s, values)
		got := ""
		if varied != "" {
			got = "varied"
		}
		if errors.Is(err, errDiffer) {
			got = "differ"
		} else if err != nil {
			t.Fatal(err)
		} else if template == nil || (len(template.Goals) == 0) != (varied != "") && len(template.Goals) > 0 {
			t.Errorf("%s: %d goals", name, len(template.Goals))
		}
		if got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
