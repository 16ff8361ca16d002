package gallery

import (
	"os"
	"testing"

	"orrery/sim/scenario/library"
)

// TestEveryScenarioHasAPicture among the sources, of at most 30 kB, and is on the page.
func TestEveryScenarioHasAPicture(t *testing.T) {
	for _, s := range library.List() {
		if moments[s.Name] == 0 {
			t.Errorf("%s has no moment to be drawn at", s.Name)
		}
		info, err := os.Stat("../../../assets/scenarios/" + s.Name + ".png")
		if err != nil || info.Size() > 30_000 {
			t.Errorf("%s: %v; orrery scenes %s --pictures assets/scenarios --seed 3 --force makes one", s.Name, err, s.Name)
		}
	}
	text, err := page(library.List())
	written, readErr := os.ReadFile("../../../assets/scenarios/README.md")
	if err != nil || readErr != nil || string(text) != string(written) {
		t.Errorf("%v, %v; orrery scenes --pictures assets/scenarios --seed 3 --force brings the page up to date", err, readErr)
	}
}
