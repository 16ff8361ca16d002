package generate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"

	"orrery/datasets"
	"orrery/datasets/flights"
	"orrery/datasets/shard"
	"orrery/sim"
)

// testSpec describes datasets that are quick to make: discs that fly freely.
func testSpec() datasets.Spec {
	return datasets.Spec{
		Scenario: "flight", Params: map[string]float64{"speed": 2, "discs": 3}, Seed: 7,
		Episodes: 37, Frames: 11, FPS: 30, Task: "Discs fly.", Command: "orrery gen flight --seed 7",
	}
}

// flight makes the trajectory of an episode.
func flight(spec datasets.Spec, episode int) *sim.Trajectory { return flightsOf(spec).Fly(episode) }

func flightsOf(spec datasets.Spec) flights.Flights {
	return flights.Flights{Scenario: spec.Scenario, Seed: spec.Seed, FPS: spec.FPS, Frames: spec.Frames}
}

func flyers(spec datasets.Spec) func() Maker {
	return func() Maker {
		return func(_ context.Context, episode int) (*sim.Trajectory, []datasets.Outcome, error) {
			return flight(spec, episode), nil, nil
		}
	}
}

// generate makes a dataset in a new directory.
func generate(t testing.TB, spec datasets.Spec, workers int) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	if err := Run(t.Context(), dir, spec, flyers(spec), Options{Workers: workers}); err != nil {
		t.Fatal(err)
	}
	return dir
}

// sameTree demands that two datasets have the same files with the same bytes.
func sameTree(t testing.TB, got, want map[string]string) {
	t.Helper()
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("%s: should not exist", name)
		}
	}
	for name, text := range want {
		if got[name] != text {
			t.Errorf("%s: %d bytes differ from the %d wanted", name, len(got[name]), len(text))
		}
	}
}

func TestBytesDoNotDependOnWorkers(t *testing.T) {
	t.Parallel()
	spec := testSpec()
	want := flights.Tree(t, generate(t, spec, 1))
	for _, workers := range []int{2, 5} {
		sameTree(t, flights.Tree(t, generate(t, spec, workers)), want)
	}
	spec.Seed++
	if other := flights.Tree(t, generate(t, spec, 1)); bytes.Equal([]byte(other["data/chunk-000/file-000.parquet"]), []byte(want["data/chunk-000/file-000.parquet"])) {
		t.Error("another seed gives the same frames")
	}
}

func TestEveryWorkerHasItsOwnSource(t *testing.T) {
	t.Parallel()
	spec := testSpec()
	spec.Episodes = 200
	var sources atomic.Int32
	err := Run(t.Context(), filepath.Join(t.TempDir(), "data"), spec, func() Maker {
		sources.Add(1)
		var busy atomic.Bool
		return func(_ context.Context, episode int) (*sim.Trajectory, []datasets.Outcome, error) {
			if !busy.CompareAndSwap(false, true) {
				return nil, nil, errors.New("source is used twice at a time")
			}
			defer busy.Store(false)
			return flight(spec, episode), nil, nil
		}
	}, Options{Workers: 3})
	if err != nil || sources.Load() != 3 {
		t.Errorf("%d sources for 3 workers, error %v", sources.Load(), err)
	}
}

func TestCancelledGenerationResumesToTheSameBytes(t *testing.T) {
	t.Parallel()
	spec := testSpec()
	want := flights.Tree(t, generate(t, spec, 1))
	dir := filepath.Join(t.TempDir(), "data")
	ctx, cancel := context.WithCancel(t.Context())
	made := 0
	err := Run(ctx, dir, spec, func() Maker {
		return func(ctx context.Context, episode int) (*sim.Trajectory, []datasets.Outcome, error) {
			if made++; made == 20 {
				cancel()
			}
			return flight(spec, episode), nil, nil
		}
	}, Options{Workers: 1})
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "stopped after 16 of 37 episodes") {
		t.Fatalf("cancelled generation: %v", err)
	}
	if _, err := datasets.Open(t.Context(), dir); !errors.Is(err, datasets.ErrUnfinished) {
		t.Errorf("opening it: %v", err)
	}
	var seen []int
	again := 0
	err = Run(t.Context(), dir, spec, func() Maker {
		return func(_ context.Context, episode int) (*sim.Trajectory, []datasets.Outcome, error) {
			again++
			return flight(spec, episode), nil, nil
		}
	}, Options{Workers: 1, Resume: true, Progress: func(done, total int) { seen = append(seen, done) }})
	if err != nil {
		t.Fatal(err)
	}
	if again != 21 || !reflect.DeepEqual(seen, []int{16, 32, 37}) {
		t.Errorf("resuming made %d episodes and reported %v", again, seen)
	}
	sameTree(t, flights.Tree(t, dir), want)
	if err := Run(t.Context(), dir, spec, flyers(spec), Options{Workers: 1, Resume: true}); err != nil {
		t.Errorf("resuming what is complete: %v", err)
	}
}

// interrupt leaves an unfinished dataset with one block in dir.
func interrupt(t *testing.T, dir string, spec datasets.Spec) {
	t.Helper()
	err := Run(t.Context(), dir, spec, func() Maker {
		return func(_ context.Context, episode int) (*sim.Trajectory, []datasets.Outcome, error) {
			if episode == blockEpisodes {
				return nil, nil, errors.New("interrupted")
			}
			return flight(spec, episode), nil, nil
		}
	}, Options{Workers: 1})
	if err == nil || !strings.Contains(err.Error(), "episode 16: interrupted") {
		t.Fatalf("interrupted generation: %v", err)
	}
}

func TestGenerateRefuses(t *testing.T) {
	t.Parallel()
	good := Options{Workers: 1}
	complete := generate(t, testSpec(), 1)
	unfinished := filepath.Join(t.TempDir(), "data")
	interrupt(t, unfinished, testSpec())
	foreign := t.TempDir()
	if err := os.WriteFile(filepath.Join(foreign, "photo.jpg"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	missing := filepath.Join(t.TempDir(), "data")
	for _, c := range []struct {
		name   string
		dir    string
		change func(*datasets.Spec)
		opt    Options
		want   string
	}{
		{"no scenario", missing, func(s *datasets.Spec) { s.Scenario = " " }, good, "scenario must not be empty"},
		{"no task", missing, func(s *datasets.Spec) { s.Task = "" }, good, "task must not be empty"},
		{"no episodes", missing, func(s *datasets.Spec) { s.Episodes = 0 }, good, "episodes 0 must be from 1 to 1000000"},
		{"negative frames", missing, func(s *datasets.Spec) { s.Frames = -1 }, good, "frames -1 must be from 1"},
		{"no fps", missing, func(s *datasets.Spec) { s.FPS = 0 }, good, "fps 0 must be from 1"},
		{"NaN parameter", missing, func(s *datasets.Spec) { s.Params = map[string]float64{"e": math.NaN()} }, good, "parameter e: NaN must be finite"},
		{"endless range", missing, func(s *datasets.Spec) { s.Ranges = map[string]datasets.Range{"e": {Max: math.Inf(1)}} }, good, "range e: 0 to +Inf must be finite"},
		{"no workers", missing, nil, Options{}, "workers 0 must be ≥ 1"},
		{"resume and force", missing, nil, Options{Workers: 1, Resume: true, Force: true}, "exclude each other"},
		{"complete", complete, nil, good, "is not empty"},
		{"unfinished", unfinished, nil, good, "is not empty"},
		{"foreign", foreign, nil, good, "is not empty"},
		{"foreign, force", foreign, nil, Options{Workers: 1, Force: true}, "is not a dataset"},
		{"foreign, resume", foreign, nil, Options{Workers: 1, Resume: true}, "holds no generation to resume"},
		{"other seed", unfinished, func(s *datasets.Spec) { s.Seed = 8 }, Options{Workers: 1, Resume: true}, "seed is 7 in the directory, but 8 now"},
		{"other parameter", unfinished, func(s *datasets.Spec) { s.Params = map[string]float64{"speed": 3} }, Options{Workers: 1, Resume: true}, `params is { "discs": 3, "speed": 2 } in`},
		{"part of it", unfinished, func(s *datasets.Spec) { s.Shard = shard.Shard{Index: 1, Of: 2} }, Options{Workers: 1, Resume: true}, `shard is nothing in the directory, but { "index": 1, "of": 2 } now`},
		{"other range", unfinished, func(s *datasets.Spec) { s.Ranges = map[string]datasets.Range{"e": {Min: 1, Max: 2}} }, Options{Workers: 1, Resume: true}, "ranges is nothing in"},
		{"other frames, complete", complete, func(s *datasets.Spec) { s.Frames = 3 }, Options{Workers: 1, Resume: true}, "frames is 11 in the directory, but 3 now"},
		{"a file", filepath.Join(foreign, "photo.jpg"), nil, good, "not a directory"},
	} {
		t.Run(c.name, func(t *testing.T) {
			spec := testSpec()
			if c.change != nil {
				c.change(&spec)
			}
			err := Run(t.Context(), c.dir, spec, flyers(spec), c.opt)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v must contain %q", err, c.want)
			}
		})
	}
	if _, err := os.Stat(missing); err == nil {
		t.Error("a refused generation left a directory")
	}
	if _, err := datasets.Open(t.Context(), complete); err != nil {
		t.Error(err)
	}
}

func TestBadTrajectoriesAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(*sim.Trajectory)
		want   string
	}{
		{"NaN", func(x *sim.Trajectory) { x.States[4][0].VY = math.NaN() }, "episode 2: frame 4: body 0: vy NaN must be finite"},
		{"beyond float32", func(x *sim.Trajectory) { x.States[4][0].VY = 1e300 }, "episode 2: frame 4 as float32: body 0: vy +Inf must be finite"},
		{"too long", func(x *sim.Trajectory) { x.States = append(x.States, x.States[0]) }, "episode 2: 12 frames must be from 1 to the dataset's 11"},
		{"no frames", func(x *sim.Trajectory) { x.States = nil }, "episode 2: 0 frames must be from 1"},
		{"other fps", func(x *sim.Trajectory) { x.Scene.FPS = 60 }, "episode 2: scene: fps 60 must be the dataset's, 30"},
		{"missing body", func(x *sim.Trajectory) { x.States[1] = nil }, "episode 2: frame 1: 0 bodies"},
		{"no mass", func(x *sim.Trajectory) { x.Scene.Bodies[0].Mass = 0 }, "episode 2: scene: body 0: mass 0 kg"},
		{"nothing", func(x *sim.Trajectory) { x.Scene.Bodies, x.States = nil, make([]sim.State, 11) }, "episode 2: scene: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			spec, dir := testSpec(), filepath.Join(t.TempDir(), "data")
			err := Run(t.Context(), dir, spec, func() Maker {
				return func(_ context.Context, episode int) (*sim.Trajectory, []datasets.Outcome, error) {
					trajectory := flight(spec, episode)
					if episode == 2 {
						c.change(trajectory)
					}
					return trajectory, nil, nil
				}
			}, Options{Workers: 2})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v must contain %q", err, c.want)
			}
			if _, err := datasets.Open(t.Context(), dir); !errors.Is(err, datasets.ErrUnfinished) {
				t.Errorf("it opens: %v", err)
			}
		})
	}
}

// TestAPanicKeepsWhatIsMade lets a maker panic in the last block.
func TestAPanicKeepsWhatIsMade(t *testing.T) {
	t.Parallel()
	spec := testSpec()
	dir := filepath.Join(t.TempDir(), "data")
	bad := func() Maker {
		return func(_ context.Context, episode int) (*sim.Trajectory, []datasets.Outcome, error) {
			if episode == 36 {
				panic("no such shape")
			}
			return flight(spec, episode), nil, nil
		}
	}
	err := Run(t.Context(), dir, spec, bad, Options{Workers: 2})
	if err == nil || err.Error() != "episode 36: the program failed: no such shape" {
		t.Errorf("error %v", err)
	}
	if again := resume(t, dir, spec); again != spec.Episodes-2*blockEpisodes {
		t.Errorf("%d episodes are made again, must be those of the last block", again)
	}
	sameTree(t, flights.Tree(t, dir), flights.Tree(t, generate(t, spec, 1)))
}

// TestWhatFailsIsNotHiddenByWhatIsStopped lets a maker fail while the others are under way,
// and once the user stops the work at that moment.
func TestWhatFailsIsNotHiddenByWhatIsStopped(t *testing.T) {
	t.Parallel()
	spec := testSpec()
	for _, stopped := range []bool{false, true} {
		ctx, stop := context.WithCancel(t.Context())
		bad := func() Maker {
			return func(ctx context.Context, episode int) (*sim.Trajectory, []datasets.Outcome, error) {
				switch {
				case episode == 0 && stopped:
					stop()
					fallthrough
				case episode == 0:
					return nil, nil, errors.New("the handle came off")
				case episode >= blockEpisodes:
					<-ctx.Done()
					return nil, nil, ctx.Err()
				}
				return flight(spec, episode), nil, nil
			}
		}
		err := Run(ctx, filepath.Join(t.TempDir(), "data"), spec, bad, Options{Workers: 2})
		stop()
		if err == nil || err.Error() != "episode 0: the handle came off" {
			t.Errorf("stopped by the user %v: error %v", stopped, err)
		}
	}
}

func TestForceReplacesOnlyWhenComplete(t *testing.T) {
	t.Parallel()
	spec := testSpec()
	dir := generate(t, spec, 1)
	kept := filepath.Join(dir, ".gitattributes")
	if err := os.WriteFile(kept, []byte("*.parquet lfs\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	old := flights.Tree(t, dir)
	spec.Seed++
	failing := func() Maker {
		return func(context.Context, int) (*sim.Trajectory, []datasets.Outcome, error) {
			return nil, nil, errors.New("no")
		}
	}
	if err := Run(t.Context(), dir, spec, failing, Options{Workers: 1, Force: true}); err == nil {
		t.Fatal("no error")
	}
	for name, text := range old {
		if now, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(now) != text {
			t.Errorf("%s of the old dataset is gone: %v", name, err)
		}
	}
	if err := Run(t.Context(), dir, spec, flyers(spec), Options{Workers: 1, Resume: true}); err != nil {
		t.Fatal(err)
	}
	want := flights.Tree(t, generate(t, spec, 1))
	want[".gitattributes"] = old[".gitattributes"]
	sameTree(t, flights.Tree(t, dir), want)
}

func ExampleRun() {
	spec := datasets.Spec{Scenario: "flight", Seed: 1, Episodes: 20, Frames: 60, FPS: 60, Task: "Discs fly."}
	dir, err := os.MkdirTemp("", "orrery")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	newMaker := func() Maker { // a real one would hold an engine
		return func(_ context.Context, episode int) (*sim.Trajectory, []datasets.Outcome, error) {
			return flight(spec, episode), nil, nil
		}
	}
	if err := Run(context.Background(), dir, spec, newMaker, Options{Workers: 2}); err != nil {
		fmt.Println(err)
		return
	}
	data, err := datasets.Open(context.Background(), dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	trajectory, err := data.Episode(context.Background(), 19)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(data.Episodes(), "episodes")
	fmt.Println(len(trajectory.States), "frames")
	// Output:
	// 20 episodes
	// 60 frames
}
