package library

import (
	"os"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim/canon"
)

// TestScenesFromBeforeTheyHadNamesAreJudged as the program judged them that made them. It
// knew how large the body was that is pushed; now that is as in the usual scene.
func TestScenesFromBeforeTheyHadNamesAreJudged(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct{ cost, tolerance float64 }{
		"ballcup": {0.9758768321929595, 1e-12}, "cartpole": {0.00019567789082746686, 1e-12}, "push": {1.4119976277804251, 0.03},
		"pusht": {1.0966603749125527, 1e-12}, "reach": {1.4346617825161745, 1e-12},
	} {
		f, err := os.Open("testdata/nameless/" + name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		scene, err := canon.Decode(f)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		judge := judgeOf(t, find(t, name), scene)
		if got := judge.Cost(scene.Start(), scene.Rest()); !scalar.EqualWithinAbs(got, want.cost, want.tolerance) {
			t.Errorf("%s: cost %v, want %v", name, got, want.cost)
		}
		if scene.Name = "other"; name == "push" {
			if _, err := find(t, name).Task.Judge(scene); err == nil {
				t.Error("a scene of another scenario is judged")
			}
		}
	}
}
