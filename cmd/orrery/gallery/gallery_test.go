package gallery

import (
	"os"
	"testing"

	"orrery/sim"
	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
)

// TestPicturesAreOfTheirMoment, which a file says or is after a quarter of the episode.
func TestPicturesAreOfTheirMoment(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{`"duration_s": 2`: 31, `"duration_s": 2, "picture_s": 1.5`: 91, `"picture_s": 0`: 1, `"fps": 20, "duration_s": 2, "picture_s": 1.5`: 31} {
		s, err := scenario.Parse("ball", []byte(`{"format": 2, `+text+`, "bodies": [{"circle": 0.1}]}`))
		if err != nil {
			t.Fatal(err)
		}
		scene, err := s.Sample(1, 0, scenario.Values{})
		if err != nil {
			t.Fatal(err)
		}
		shown, err := (&Pictures{}).portray(t.Context(), s, scene)
		if err != nil || len(shown.True) != want {
			t.Errorf("%s: %d frames, %v, want %d", text, len(shown.True), err, want)
		}
	}
}

// TestPicturesAreOfTheirSeed: who acts at random acts otherwise in the picture of another.
func TestPicturesAreOfTheirSeed(t *testing.T) {
	t.Parallel()
	wanders, err := scenario.Parse("wanders", []byte(`{"format": 2, "duration_s": 4, "bodies": [{"name": "robot", "circle": 0.1}],
		"actuators": [{"force": "robot", "axis": "xy", "limit": 1}]}`))
	if err != nil {
		t.Fatal(err)
	}
	scene, err := wanders.Sample(1, 0, scenario.Values{})
	if err != nil {
		t.Fatal(err)
	}
	last := func(p Pictures) sim.BodyState {
		shown, err := p.portray(t.Context(), wanders, scene)
		if err != nil {
			t.Fatal(err)
		}
		return shown.True[len(shown.True)-1][0]
	}
	first := last(Pictures{Seed: 1})
	if last(Pictures{Seed: 1}) != first || last(Pictures{Seed: 2}) == first || last(Pictures{Seed: 1, Episode: 1}) == first {
		t.Errorf("seeds and episodes make no difference, or one seed does: %v", first)
	}
}

// TestEveryScenarioHasAPicture among the sources, of at most 30 kB, and is on the page.
func TestEveryScenarioHasAPicture(t *testing.T) {
	for _, s := range library.List() {
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
