package evaluation

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"orrery/datasets"
	"orrery/sim"
	"orrery/world/eval"
	"orrery/world/flight"
)

// TestModelsAreJudgedInTheirSteps: one that stands still is four times as far off after four frames. What is too short, or
// not held out, has no figures and is told.
func TestModelsAreJudgedInTheirSteps(t *testing.T) {
	t.Parallel()
	data, err := datasets.Open(t.Context(), "../../../datasets/sample")
	if err != nil {
		t.Fatal(err)
	}
	settings := eval.DefaultConfig()
	settings.Workers, settings.HorizonsS = 1, []float64{0.2}
	var log strings.Builder
	judged := func(stride int, held ...Held) *eval.Result {
		t.Helper()
		result, err := Judge(t.Context(), &log, held, stride, eval.Entry{Name: "own", Model: flight.Still()}, settings)
		if err != nil {
			t.Fatal(err)
		}
		return result
	}
	all := Held{Data: data, Episodes: []int{0, 1, 2, 3}}
	one, four := judged(1, all), judged(4, all)
	ratio := float64(four.Row("own").OneStepM) / float64(one.Row("own").OneStepM)
	if !(math.Abs(ratio-4) < 0.4) {
		t.Errorf("after four frames it is %v times as far off as after one", ratio)
	}
	if text := []byte(one.Dataset); !bytes.Contains(text, []byte(`"scenario"`)) || bytes.Contains(text, []byte(`"files"`)) || bytes.Contains(text, []byte(".parquet")) {
		t.Errorf("of the dataset it says %s", text)
	}
	log.Reset()
	if result := judged(1, Held{Name: "b", Data: data}); result != nil || log.String() != "no whole episode is held out of b: the model has no figures\n" {
		t.Errorf("%v, %q", result, log.String())
	}
	settings.HorizonsS = []float64{3}
	log.Reset()
	if result := judged(1, all); result != nil || !strings.Contains(log.String(), "last 1 s at most and the first figure is at 3 s") {
		t.Errorf("%v, %q", result, log.String())
	}
}

// TestTheLongestEpisodeDecides, wherever it stands.
func TestTheLongestEpisodeDecides(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.FPS = 10
	of := func(frames int) *sim.Trajectory {
		return &sim.Trajectory{Scene: &scene, States: make([]sim.State, frames)}
	}
	for _, list := range [][]*sim.Trajectory{{of(21), of(6)}, {of(6), of(21)}} {
		set := &Set{Trajectories: list}
		if got := set.longest(); !(math.Abs(got-2) < 1e-9) {
			t.Errorf("%d and %d frames last %v s at most, want 2", len(list[0].States), len(list[1].States), got)
		}
	}
}
