package episodes

import (
	"slices"
	"testing"

	"orrery/sim/scenario/library"
)

// TestEverySetCanBeMade samples the first scene of every test set of every scenario
// and compares the seeds with those of training.
func TestEverySetCanBeMade(t *testing.T) {
	t.Parallel()
	seeds := map[uint64]string{}
	for _, s := range testSets {
		if s.Seed < 9000 {
			t.Errorf("set %s has the seed %d, which someone may train on", s.Name, s.Seed)
		}
		if other := seeds[s.Seed]; other != "" && other != s.Name {
			t.Errorf("sets %s and %s share a seed", other, s.Name)
		}
		seeds[s.Seed] = s.Name
		for _, of := range library.List() {
			if s.Scenario != "" && s.Scenario != of.Name {
				continue
			}
			recipe, err := s.Recipe(of, 1)
			if err != nil {
				t.Fatalf("%s of %s: %v", s.Name, of.Name, err)
			}
			spec, _, err := recipe.Maker(nil)
			if err != nil {
				t.Errorf("%s of %s: %v", s.Name, of.Name, err)
			}
			if !(s.Seconds <= 0) && float64(spec.Frames-1) != s.Seconds*float64(spec.FPS) {
				t.Errorf("%s of %s: %d frames of 1/%d s are not %v s", s.Name, of.Name, spec.Frames, spec.FPS, s.Seconds)
			}
		}
	}
	shift := TestSets("mixed", []string{"shift"})[0]
	mixed, err := library.Find("mixed")
	if err != nil {
		t.Fatal(err)
	}
	usual, err := mixed.Values(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"friction", "elasticity", "size", "gravity"} {
		if shift.Set[name] == 0 || shift.Set[name] == usual[name] {
			t.Errorf("shift leaves %s at %v", name, usual[name])
		}
	}
}

func TestSetsComeInTheOrderAskedFor(t *testing.T) {
	t.Parallel()
	var names []string
	for _, s := range TestSets("pile", []string{"settled", "iid"}) {
		names = append(names, s.Name)
	}
	if !slices.Equal(names, []string{"settled", "iid"}) {
		t.Errorf("got %v", names)
	}
}
