package kept

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"orrery/cmd/orrery-py/door"
	"orrery/datasets"
	"orrery/sim"
)

const sample = "../../../datasets/sample"

// TestWhatWasObservedGoesAlong with the states that were estimated of it: where bodies were seen, how surely and how late, and what they hit.
func TestWhatWasObservedGoesAlong(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.FPS, scene.Bodies = 50, []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{}), sim.NewDisc(0.1, 1, sim.Surface{})}
	motion := &sim.Trajectory{Scene: &scene, Seen: &sim.Observation{Impacts: []sim.Impact{{Time: 0.01, StdTime: 0.002, Body: 1, Other: -2, Normal: sim.Vec{Y: 1}, Push: 3, Rub: -4}}}}
	for k := range 3 {
		at := float64(k)
		motion.States = append(motion.States, sim.State{{X: at}, {X: -at, Omega: 9}})
		motion.Seen.Sights = append(motion.Seen.Sights, []sim.Sight{{X: at + 0.1, Y: at + 0.2, Angle: at + 0.3, Std: 0.01, StdTurn: 0.02, After: 0.001, Seen: true, Turned: k == 1}, {Seen: k == 2}})
		motion.Seen.Std = append(motion.Seen.Std, sim.State{{X: 0.5 + at}, {Omega: 0.25}})
	}
	methods := door.Methods{"episode": func(_ context.Context, c *door.Call) (any, error) {
		return putEpisode(c, datasets.Episode{Trajectory: motion})
	}}
	a, arrays, err := door.Ask[episodeAnswer](methods, "episode", nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Impacts) != 1 || a.Impacts[0] != (impact{0.01, 0.002, 1, -2, sim.Vec{Y: 1}, 3, -4}) {
		t.Errorf("impacts %+v", a.Impacts)
	}
	for name, want := range map[string][]float64{
		"times":        {0, 0.02, 0.04},
		"measured":     {0.1, 0.2, 0.3, 0, 0, 0, 1.1, 1.2, 1.3, 0, 0, 0, 2.1, 2.2, 2.3, 0, 0, 0},
		"measured_std": {0.01, 0.02, 0, 0, 0.01, 0.02, 0, 0, 0.01, 0.02, 0, 0},
		"after":        {0.001, 0, 0.001, 0, 0.001, 0},
	} {
		if got := array(arrays, name); got == nil || !slices.Equal(got.Values.([]float64), want) {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	for name, want := range map[string][]byte{"seen": {1, 0, 1, 0, 1, 1}, "turned": {0, 0, 1, 0, 0, 0}} {
		if got := array(arrays, name); got == nil || !slices.Equal(got.Values.([]byte), want) {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	if got := array(arrays, "std"); !slices.Equal(got.Shape, []int{3, 2, 6}) || got.Values.([]float64)[12] != 1.5 || got.Values.([]float64)[11] != 0.25 {
		t.Errorf("deviations %v", got)
	}
	if array(arrays, "rewards") != nil || array(arrays, "observation") != nil {
		t.Error("there are rewards without a task")
	}
	motion.Impact, motion.Seen, motion.States = true, nil, motion.States[:2]
	if _, arrays, err := door.Ask[episodeAnswer](methods, "episode", nil); err != nil || !slices.Equal(array(arrays, "times").Values.([]float64), []float64{0, 0}) || array(arrays, "measured") != nil {
		t.Errorf("the two states of an impact are at one time: %v", err)
	}
}

// TestWhatIsNoDatasetIsTold, with the kind of mistake that it is.
func TestWhatIsNoDatasetIsTold(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	for _, path := range []string{"bare", "part/meta", filepath.Base(waiting(at("recorded")))} {
		if err := os.MkdirAll(at(path), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(at("file"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		want  string
		fault door.Fault
	}{
		"none":     {"none: there is no such dataset", door.Missing},
		"bare":     {"bare: is no dataset: it has no meta/info.json", door.Mistake},
		"recorded": {"is not a dataset yet: what was recorded is in " + waiting(at("recorded")), door.Missing},
		"part":     {"info.json", door.FaultOf(os.ErrNotExist)},
		"file":     {"file", door.Mistake},
	} {
		if _, err := openDataset(t.Context(), at(name)); err == nil || !strings.Contains(err.Error(), c.want) || door.FaultOf(err) != c.fault {
			t.Errorf("%s: %v, of fault %v, want %q, %v", name, err, door.FaultOf(err), c.want, c.fault)
		}
	}
	p := newProgram(t)
	a, arrays := p.must("dataset", From{Dir: sample})
	if lengths := array(arrays, "lengths").Values.([]int64); !slices.Equal(lengths, []int64{61, 61, 61, 61}) || a["observed"] != false || a["impacts"] != false || len(a["splits"].([]any)) != 2 {
		t.Errorf("%v, %v", a, lengths)
	}
	handle := a["handle"]
	for index, want := range map[int]string{-1: "episode -1 must be 0 to 3", 4: "episode 4 must be 0 to 3"} {
		if _, _, err := p.call("dataset.episode", map[string]any{"handle": handle, "index": index}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// TestFilesGoWhateverWasAskedOfThem: no method, nor its mistake, holds the files of a dataset that is closed.
func TestFilesGoWhateverWasAskedOfThem(t *testing.T) {
	t.Parallel()
	for method, q := range map[string]map[string]any{
		"dataset.episode": {"index": 1}, "dataset.episode ": {"index": 9}, "dataset.check": {}, "none": nil,
	} {
		p := newProgram(t)
		a, _ := p.must("dataset", From{Dir: sample})
		if q != nil {
			q["handle"] = a["handle"]
			_, _, err := p.call(strings.TrimSpace(method), q)
			if failed := q["index"] == 9; failed != (err != nil) {
				t.Errorf("%s: %v", method, err)
			}
		}
		if p.gone != 0 {
			t.Errorf("%s: the files are gone while the dataset is open", method)
		}
		p.shelf.Drop(int64(a["handle"].(float64)))
		if p.gone != 1 {
			t.Errorf("after %s and the end, the files went %d times", method, p.gone)
		}
	}
}
