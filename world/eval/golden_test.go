package eval_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/golden"
	"orrery/world/eval"
	"orrery/world/flight"
)

// TestTheSamePredictionsAreJudgedTheSame compares all that is measured of models that err, break down, leave the arena and
// know how far they are off, with what earlier versions of this program measured, to six digits. What figures mean is held
// by other tests; this one tells of changes that nobody meant.
func TestTheSamePredictionsAreJudgedTheSame(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	var got strings.Builder
	fails := stepModel(func(scene *sim.Scene, state sim.State, frame int) error {
		if frame > 20 && !(state[0].X <= 0) {
			return errors.New("tired")
		}
		return glide(scene, state, frame)
	})
	leaves := stepModel(func(scene *sim.Scene, state sim.State, frame int) error {
		state[len(state)-1].X += 0.4
		state[0].VY += 0.5
		state[0].Omega -= 0.3
		return glide(scene, state, frame)
	})
	entries := []eval.Entry{
		{Name: "near", Model: engineModel{0.003}, TrainSeconds: 7}, {Name: "leaves", Model: leaves}, {Name: "fails", Model: fails},
		{Name: "sure", Model: gaussian{0.02, 1, false}}, {Name: "broken", Model: gaussian{0.01, 1, true}},
	}
	cfg := quick()
	cfg.HorizonsS, cfg.Bootstrap, cfg.Workers, cfg.PerturbationsM = []float64{0.1, 0.5}, 40, 1, []float64{1e-3, 0.05}
	for _, c := range []struct {
		name     string
		episodes int
	}{{"mixed", 3}, {"push", 2}, {"tower", 1}} {
		name, episodes := c.name, trueEpisodes(t, c.name, c.episodes, 34)
		all := append(entries[:len(entries):len(entries)], eval.Entry{Name: "other", Predicted: predictedBy(t, flight.Ballistic(), episodes, episodes[0].Scene.FPS/2+1)})
		job, err := eval.NewJob(episodes, all, truth, cfg)
		if err != nil {
			t.Fatal(err)
		}
		figures, err := job.Measure(t.Context(), 0, len(episodes), nil)
		if err != nil {
			t.Fatal(err)
		}
		r, err := job.Terms().Result(figures) // without paces
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&got, "# %s\n", name)
		eval.Flat(t, &got, r)
		if name != "mixed" {
			continue
		}
		for i := range r.Rows {
			row := &r.Rows[i]
			fmt.Fprintf(&got, "%s by episode %.6g\n  by frame %.6g\n", row.Name, row.EpisodeM, row.Curve.Median)
			if row.Calibration != nil {
				fmt.Fprintf(&got, "  within %.6g\n", row.Calibration.Within)
			}
		}
		var scenes []*sim.Scene
		for _, e := range episodes {
			scenes = append(scenes, e.Scene)
		}
		endured, err := eval.Endure(t.Context(), leaves, nil, scenes, 25, 1, nil)
		if err != nil {
			t.Fatal(err)
		}
		eval.Flat(t, &got, endured)
	}
	golden.Compare(t, "testdata/figures.txt", got.String())
}
