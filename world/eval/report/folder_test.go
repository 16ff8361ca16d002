package report_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/world/eval"
	"orrery/world/eval/report"
	"orrery/world/flight"
)

// braking returns an episode of a disc that brakes at so many m/s², which a model of
// uniform motion gets wrong by an eighth of that in half a second.
func braking(rate float64) *sim.Trajectory {
	scene := sim.DefaultScene()
	scene.Name, scene.Bodies = "brake", []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{})}
	scene.Bodies[0].Start.VX = 1
	t := &sim.Trajectory{Scene: &scene}
	for k := range 32 {
		time := float64(k) * scene.FrameTime()
		t.States = append(t.States, sim.State{{X: time - rate*time*time/2, VX: 1 - rate*time}})
	}
	return t
}

// TestTheFolderShowsTheMedianAndTheWorstEpisode, by their numbers in the dataset.
func TestTheFolderShowsTheMedianAndTheWorstEpisode(t *testing.T) {
	t.Parallel()
	f := report.Folder{Model: flight.Ballistic(), Page: report.Page{Title: "brake", Model: eval.Ballistic}, Seed: 7}
	for i, rate := range []float64{0.4, 0.1, 1.2, 0.2, 0.8, 0.9, 1, 1.1, 0.05, 0.15, 0.3} {
		f.Episodes, f.Trajectories = append(f.Episodes, 10+i), append(f.Trajectories, braking(rate))
	}
	cfg := eval.DefaultConfig()
	cfg.HorizonsS, cfg.Bootstrap, cfg.Workers = []float64{0.1, 0.5}, 20, 1
	var err error
	if f.Result, err = eval.Run(t.Context(), f.Trajectories, nil, nil, cfg, nil); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := f.Write(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	for _, name := range report.Files() {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, report.Files()[0]))
	if err != nil {
		t.Fatal(err)
	}
	page := withoutData(string(text))
	for name, want := range map[string]string{
		"Median episode": "seed 7 · episode 10 of brake, off by 0.05 m at 0.5 s",
		"Worst episode":  "seed 7 · episode 12 of brake, off by 0.15 m at 0.5 s",
	} {
		_, after, found := strings.Cut(page, name)
		if caption := after[:min(len(after), 600)]; !found || !strings.Contains(caption, want) {
			t.Errorf("after %q the page lacks %q:\n%s", name, want, caption)
		}
	}
}
