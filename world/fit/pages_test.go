package fit_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"orrery/datasets"
	"orrery/datasets/generate"
	"orrery/datasets/splits"
	"orrery/sim"
	"orrery/world"
	"orrery/world/fit"
	"orrery/world/fit/gorgonia"
	"orrery/world/fit/stored"
	"orrery/world/spread/lbfgs"
)

// onDisk writes trajectories as a dataset and returns it beside its contents in memory.
func onDisk(t *testing.T, trajectories []*sim.Trajectory) (disk *stored.Episodes, memory fit.Episodes) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	spec := datasets.Spec{
		Scenario: "mixed", Params: map[string]float64{}, Seed: 1, Episodes: len(trajectories), Frames: 100, FPS: trajectories[0].Scene.FPS, Task: "Mixed.", Command: "orrery gen",
	}
	maker := func() generate.Maker {
		return func(_ context.Context, i int) (*sim.Trajectory, []datasets.Outcome, error) {
			return trajectories[i], nil, nil
		}
	}
	if err := generate.Run(t.Context(), dir, spec, maker, generate.Options{Workers: 1}); err != nil {
		t.Fatal(err)
	}
	data, err := datasets.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	all, err := data.Split(splits.All)
	if err != nil {
		t.Fatal(err)
	}
	if disk, err = stored.New(data, all); err != nil {
		t.Fatal(err)
	}
	contents, err := data.Trajectories(t.Context(), all.Numbers(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return disk, fit.InMemory(contents, disk.Origin())
}

// paged returns a job of which few episodes fit into memory, and three or four of them into a window.
func paged(episodes fit.Episodes, config fit.Config) fit.Job {
	job := fit.Job{Episodes: episodes, Config: config, Minimise: lbfgs.Minimise, Gorgonia: gorgonia.Gradient}
	job.Limit(1, 1200, 80_000, 20_000)
	return job
}

// sameModel reports how two trainings differ, but for the time they took and their workers.
func sameModel(got, want *fit.Fitted) error {
	a, b := got.Description, want.Description
	a.Training.Seconds, b.Training.Seconds = 0, 0
	a.Training.Recipe, b.Training.Recipe = nil, nil
	for _, part := range [][2]any{{a.Training, b.Training}, {a.Settings, b.Settings}, {a.Spread, b.Spread}, {a, b}} {
		one, err := json.Marshal(part[0])
		if err != nil {
			return err
		}
		two, err := json.Marshal(part[1])
		if err != nil {
			return err
		}
		if !slices.Equal(one, two) {
			return fmt.Errorf("is described as %.500s\nwant %.500s", one, two)
		}
	}
	one, err := got.Files()
	if err != nil {
		return err
	}
	two, err := want.Files()
	if err != nil {
		return err
	}
	if !slices.Equal(one[world.WeightsFile], two[world.WeightsFile]) {
		return errors.New("has other weights")
	}
	return nil
}

// TestDataLargerThanMemoryGiveOneModel: the same episodes, on disk and in memory, with examples kept in a file and found again
// for every window, give the same bytes, with any number of workers; and the model is worth as much as one of data that
// were in memory all the time.
func TestDataLargerThanMemoryGiveOneModel(t *testing.T) {
	t.Parallel()
	disk, memory := onDisk(t, simulated())
	ofEveryKind(t, func(t *testing.T, config fit.Config) {
		config.Train.Steps = 120
		whole, err := fit.Train(t.Context(), fit.Job{Episodes: memory, Config: config})
		if err != nil {
			t.Fatal(err)
		}
		var want *fit.Fitted
		for i, episodes := range []fit.Episodes{memory, disk, disk, memory} {
			job := paged(episodes, config)
			job.Config.Train.Workers = 1 + i%2
			if i >= 2 {
				job.Work = filepath.Join(t.TempDir(), "made", "work")
			}
			windows := 0
			job.Report = func(p fit.Progress) {
				if p.Training != nil {
					windows = p.Training.Epoch
				}
			}
			got, err := fit.Train(t.Context(), job)
			if err != nil {
				t.Fatal(err)
			}
			if windows < 1 {
				t.Errorf("all steps are of one epoch")
			}
			if want == nil {
				want = got
				if want.Description.Spread == nil || want.SpreadError != nil {
					t.Errorf("how far off it is was not measured: %v", want.SpreadError)
				}
				continue
			}
			if err := sameModel(got, want); err != nil {
				t.Errorf("training %d %v", i, err)
			}
		}
		a, b := &want.Description.Training, &whole.Description.Training
		if a.Examples != b.Examples || a.Episodes != b.Episodes || !reflect.DeepEqual(a.Seen, b.Seen) || !slices.Equal(want.Holdout, whole.Holdout) {
			t.Errorf("it has learned from %+v\nwant %+v", a, b)
		}
		if !(a.Loss < 3*b.Loss) {
			t.Errorf("its loss is %v, that of data in memory %v", a.Loss, b.Loss)
		}
	})
}

// TestWindowsGoOnAfterAKill: a training is stopped at some steps, within windows and where they begin, and goes on to the same bytes.
func TestWindowsGoOnAfterAKill(t *testing.T) {
	t.Parallel()
	disk, memory := onDisk(t, simulated())
	config := fit.Tiny()
	config.Train.Steps, config.Train.ReportEvery, config.Train.CheckpointEvery = 60, 1, 7
	want, err := fit.Train(t.Context(), paged(memory, config))
	if err != nil {
		t.Fatal(err)
	}
	job := paged(disk, config)
	job.Work = filepath.Join(t.TempDir(), "work")
	for step := 3; step < 60; step += 5 {
		ctx, stop := context.WithCancel(t.Context())
		job.Report = func(p fit.Progress) {
			if p.Training != nil && p.Training.Step >= step {
				stop()
			}
		}
		if _, err := fit.Train(ctx, job); !errors.Is(err, context.Canceled) {
			t.Fatalf("it was not stopped: %v", err)
		}
		stop()
	}
	job.Report = nil
	got, err := fit.Train(t.Context(), job)
	if err != nil {
		t.Fatal(err)
	}
	if err := sameModel(got, want); err != nil {
		t.Errorf("after %d stops it %v", 12, err)
	}
	if entries, err := os.ReadDir(filepath.Dir(job.Work)); err != nil || len(entries) != 1 {
		t.Errorf("%v is left, error %v", entries, err)
	}
}

// TestSetsLargerThanMemoryAreWeighed: episodes of sets with weights and with other scenes, observed motion too, give
// the same from a file and from memory, and what no sample has is known: here the only joints.
func TestSetsLargerThanMemoryAreWeighed(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	some := simulated()
	config := fit.Tiny()
	config.Stride = 2
	sets := func() fit.Episodes {
		joined, err := fit.Join(t.Context(), []fit.Set{
			{Episodes: fit.InMemory(some[:6], fit.Origin{Engine: true}), Name: "plain", Weight: 1},
			{Episodes: fit.InMemory(slices.Concat(some[6:], goldenData(t, "chain")[:1], some[:5]), fit.Origin{Engine: true}), Name: "chained", Weight: 2.5},
		}, &config)
		if err != nil {
			t.Fatal(err)
		}
		return joined
	}
	want, err := fit.Train(t.Context(), paged(sets(), config))
	if err != nil {
		t.Fatal(err)
	}
	if len(want.Description.Training.Seen.Joints) == 0 {
		t.Fatal("no joint was seen")
	}
	job := paged(sets(), config)
	job.Work = filepath.Join(t.TempDir(), "work")
	got, err := fit.Train(t.Context(), job)
	if err != nil {
		t.Fatal(err)
	}
	if err := sameModel(got, want); err != nil {
		t.Errorf("from a file it %v", err)
	}
	var seen []*sim.Trajectory
	for k := range 8 {
		seen = append(seen, thrown(k, 24, 0.001, 5))
	}
	observed := fit.Tiny()
	for i, work := range []string{"", filepath.Join(t.TempDir(), "work")} {
		job := paged(fit.InMemory(seen, fit.Origin{}), observed)
		job.Work = work
		got, err := fit.Train(t.Context(), job)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			want = got
		} else if err := sameModel(got, want); err != nil {
			t.Errorf("observed motion read again %v", err)
		}
	}
}

// TestFaultsOfPagesAreTold: an episode that cannot be read, or from which nothing can be learned.
func TestFaultsOfPagesAreTold(t *testing.T) {
	t.Parallel()
	broken := slices.Clone(simulated())
	bad := *broken[9]
	bad.Actions = make([]sim.Action, len(bad.States)-1)
	for i := range bad.Actions {
		bad.Actions[i] = sim.Action{float64(i)}
	}
	broken[9] = &bad
	config := fit.Tiny()
	config.Stride = 2
	job := paged(fit.InMemory(broken, fit.Origin{Engine: true}), config)
	if _, err := fit.Train(t.Context(), job); err == nil || !strings.Contains(err.Error(), "episode 9: frame 1: the action changes") {
		t.Errorf("an episode that cannot be strided: %v", err)
	}
}
