package gallery

import (
	"math"
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

// TestPicturesShowWhereBodiesAre: with a margin of 0.15 of the longer side, half as wide again as high, and all of a scene
// that is not twice as large.
func TestPicturesShowWhereBodiesAre(t *testing.T) {
	t.Parallel()
	walled := func(half float64) *sim.Scene {
		scene := sim.DefaultScene()
		for _, at := range []float64{-half, half} {
			scene.Walls = append(scene.Walls, sim.NewShape(sim.Segment, 0, sim.Surface{}, sim.Vec{X: -half, Y: at}, sim.Vec{X: half, Y: at}))
		}
		scene.Bodies = []sim.Body{sim.NewDisc(0.5, 1, sim.Surface{}), sim.NewDisc(0.5, 1, sim.Surface{})}
		return &scene
	}
	for _, c := range []struct {
		half      float64
		other     sim.Vec
		low, high sim.Vec
	}{
		{20, sim.Vec{X: 4}, sim.Vec{X: -1.25, Y: -1.25}, sim.Vec{X: 5.25, Y: 1.25}},
		{20, sim.Vec{Y: 4}, sim.Vec{X: -4.875, Y: -1.25}, sim.Vec{X: 4.875, Y: 5.25}},
		{5, sim.Vec{X: 4.2, Y: 4.2}, sim.Vec{X: -7.5, Y: -5}, sim.Vec{X: 7.5, Y: 5}},
	} {
		scene := walled(c.half)
		got := viewOf(scene, []sim.State{{{}, {X: c.other.X, Y: c.other.Y}}})
		if !(got.Min.Sub(c.low).Len() < 0.02) || !(got.Max.Sub(c.high).Len() < 0.02) {
			t.Errorf("within %v m, other at %v: %v, want %v and %v", c.half, c.other, got, c.low, c.high)
		}
	}
	falls, err := scenario.Parse("falls", []byte(`{"format": 2, "duration_s": 2, "picture_s": 1.5, "gravity": [0, -9.8], "walls": [{"box": [40, 1], "at": [0, -20]}, {"box": [40, 1], "at": [0, 20]}], "bodies": [{"circle": 0.1}]}`))
	if err != nil {
		t.Fatal(err)
	}
	scene, err := falls.Sample(1, 0, scenario.Values{})
	if err != nil {
		t.Fatal(err)
	}
	shown, err := (&Pictures{}).portray(t.Context(), falls, scene)
	if err != nil {
		t.Fatal(err)
	}
	last, first := 90, 90-20 // a sixth of the episode's 120 frames
	high, low := shown.True[first][0].Y+0.1, shown.True[last][0].Y-0.1
	if margin := 0.15 * (high - low); !(math.Abs(shown.View.Max.Y-high-margin) < 0.2) || !(math.Abs(shown.View.Min.Y-low+margin) < 0.2) || !(high-low > 2) {
		t.Errorf("a ball that falls from %v to %v m is shown in %v", high, low, shown.View)
	}
}
