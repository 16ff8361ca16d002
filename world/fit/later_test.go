package fit_test

import (
	"slices"
	"strings"
	"testing"

	"orrery/assets"
	"orrery/sim"
	"orrery/world"
	"orrery/world/fit"
	"orrery/world/region"
)

// TestWhatIsReadLaterIsTheSame: a model predicts the same, with the same regions, whether its law was read at once or later, and a law that
// is wrong is told at once or later, but not where nobody asks for it.
func TestWhatIsReadLaterIsTheSame(t *testing.T) {
	t.Parallel()
	read := func(name string) []byte {
		text, err := assets.Files.ReadFile("models/mixed/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	config, weights := read(world.ConfigFile), read(world.WeightsFile)
	scene := episodes(t, "mixed", 1)[0].Scene
	run := func(decode func(config, weights []byte) (world.Model, *world.Description, error)) (sim.State, []region.Region) {
		model, _, err := decode(config, weights)
		if err != nil {
			t.Fatal(err)
		}
		p, err := model.Predictor([]*sim.Scene{scene})
		if err != nil {
			t.Fatal(err)
		}
		state := scene.Start()
		for range 30 {
			if err := p.Step(state, nil); err != nil {
				t.Fatal(err)
			}
		}
		return state, region.Of(p.(world.Uncertain), nil)
	}
	state, regions := run(fit.Decode)
	later, laterRegions := run(fit.DecodeLater)
	if !slices.Equal(state, later) || !slices.Equal(regions, laterRegions) || len(regions) == 0 {
		t.Error("what is read later predicts something else")
	}
	broken := []byte(strings.Replace(string(config), `"most_x"`, `"most_y"`, 1))
	if _, _, err := fit.Decode(broken, weights); err == nil || !strings.Contains(err.Error(), "most_y") {
		t.Errorf("a law that is wrong: %v", err)
	}
	model, _, err := fit.DecodeLater(broken, weights)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := world.Bare(model).Predictor([]*sim.Scene{scene}); err != nil {
		t.Errorf("without its law: %v", err)
	}
	if _, err := model.Predictor([]*sim.Scene{scene}); err == nil || !strings.Contains(err.Error(), "most_y") {
		t.Errorf("a law that is wrong, later: %v", err)
	}
}
