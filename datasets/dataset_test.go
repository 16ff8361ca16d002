package datasets

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"
	"gonum.org/v1/gonum/floats/scalar"

	"orrery/datasets/statistics"
	"orrery/sim"
)

func TestEpisodesComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	spec := testSpec()
	d, err := Open(t.Context(), writeFlights(t, spec))
	if err != nil {
		t.Fatal(err)
	}
	if d.Episodes() != spec.Episodes || d.Frames() != spec.Episodes*spec.Frames || d.FPS() != spec.FPS || d.MaxBodies() != 3 {
		t.Errorf("%d episodes, %d frames, %d fps, %d bodies", d.Episodes(), d.Frames(), d.FPS(), d.MaxBodies())
	}
	if got := d.Provenance().Spec; !reflect.DeepEqual(got, spec) {
		t.Errorf("spec %+v came back as %+v", spec, got)
	}
	for _, i := range sim.NewRand(1, "order", 0).Perm(spec.Episodes) {
		got, err := d.Episode(t.Context(), i)
		if err != nil {
			t.Fatal(err)
		}
		want := flight(spec, i)
		if !reflect.DeepEqual(got.Scene, want.Scene) {
			t.Fatalf("episode %d: scene %+v came back as %+v", i, want.Scene, got.Scene)
		}
		n := len(want.Scene.Bodies)
		for k := range want.States {
			rounded := make(sim.State, n)
			if rounded.SetFloat32(want.States[k].AppendFloat32(nil, n)); !reflect.DeepEqual(got.States[k], rounded) {
				t.Fatalf("episode %d: frame %d: %v came back as %v", i, k, rounded, got.States[k])
			}
		}
	}
	for _, i := range []int{-1, spec.Episodes} {
		if _, err := d.Episode(t.Context(), i); err == nil {
			t.Errorf("episode %d exists", i)
		}
	}
	if err := survey(t, d); err != nil {
		t.Error(err)
	}
}

func TestEpisodesAreReadAtTheSameTime(t *testing.T) {
	t.Parallel()
	spec := testSpec()
	d, err := Open(t.Context(), writeFlights(t, spec))
	if err != nil {
		t.Fatal(err)
	}
	var readers errgroup.Group
	for reader := range 4 {
		readers.Go(func() error {
			for i := range spec.Episodes {
				i = (i + 9*reader) % spec.Episodes
				got, err := d.Episode(t.Context(), i)
				if err != nil {
					return err
				}
				if want := flight(spec, i); !reflect.DeepEqual(got.Scene, want.Scene) {
					return fmt.Errorf("episode %d is another", i)
				}
			}
			return nil
		})
	}
	if err := readers.Wait(); err != nil {
		t.Error(err)
	}
}

// TestDatasetStatsAreExact compares stats.json with all frames at once.
func TestDatasetStatsAreExact(t *testing.T) {
	t.Parallel()
	dir := writeFlights(t, testSpec())
	var got map[string]statistics.Stats
	if err := onDisk(dir).readJSON("meta/stats.json", &got); err != nil {
		t.Fatal(err)
	}
	var states []float32
	var index []int64
	for i := range testSpec().Episodes {
		for _, state := range flight(testSpec(), i).States {
			states = state.AppendFloat32(states, 3)
			index = append(index, int64(len(index)))
		}
	}
	for name, want := range map[string]statistics.Stats{"observation.state": statistics.Describe(states, 18), "index": statistics.Describe(index, 1)} {
		if err := statistics.Differ(got[name], want, true); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestEachReadsInTheOrderAskedFor, tells how far it is, and ends when it is told to.
func TestEachReadsInTheOrderAskedFor(t *testing.T) {
	t.Parallel()
	spec := testSpec()
	d, err := Open(t.Context(), writePushes(t, spec))
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	progress := func(done, total int) { told = append(told, fmt.Sprint(done, "/", total)) }
	var got []int
	for e, err := range d.Each(t.Context(), []int{5, 2, 30}, progress) {
		if err != nil {
			t.Fatal(err)
		}
		want, outcomes := push(spec, e.Number)
		if len(e.Trajectory.States) != len(want.States) || len(e.Outcomes) != len(outcomes) || e.Outcomes == nil {
			t.Errorf("episode %d: %d frames and %d outcomes", e.Number, len(e.Trajectory.States), len(e.Outcomes))
		}
		got = append(got, e.Number)
	}
	if !slices.Equal(got, []int{5, 2, 30}) || !slices.Equal(told, []string{"0/3", "1/3", "2/3", "3/3"}) {
		t.Errorf("read %v and told %v", got, told)
	}

	n := 0
	for e, err := range d.Each(t.Context(), nil, nil) {
		if err != nil || e.Number != n {
			t.Fatalf("episode %d comes at %d: %v", e.Number, n, err)
		}
		n++
	}
	if n != spec.Episodes {
		t.Errorf("%d episodes of %d", n, spec.Episodes)
	}

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n = 0
	for _, err = range d.Each(ctx, nil, nil) {
		if n++; n == 3 {
			cancel()
		}
	}
	if n != 4 || !errors.Is(err, context.Canceled) {
		t.Errorf("after a cancel at 3, %d came, the last with %v", n, err)
	}
	for _, read := range []func() error{
		func() error { _, err := Open(ctx, d.Name()); return err },
		func() error { _, err := d.Episode(ctx, 0); return err },
		func() error { _, err := d.Outcomes(ctx, 0); return err },
		func() error { _, err := d.Survey(ctx, nil); return err },
		func() error { return d.Check(ctx, nil) },
	} {
		if err := read(); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v after a cancel", err)
		}
	}
}

// TestChecksTellHowFarTheyAre, in steps that ascend to the end.
func TestChecksTellHowFarTheyAre(t *testing.T) {
	t.Parallel()
	d, err := Open(t.Context(), writeFlights(t, testSpec()))
	if err != nil {
		t.Fatal(err)
	}
	var told []float64
	progress := func(fraction float64) { told = append(told, fraction) }
	for name, c := range map[string]struct {
		work  func() error
		least int // steps
	}{
		"check":  {func() error { return d.Check(t.Context(), progress) }, 7},
		"survey": {func() error { _, err := d.Survey(t.Context(), progress); return err }, 7 + 37},
	} {
		told = nil
		if err := c.work(); err != nil {
			t.Fatal(err)
		}
		if len(told) < c.least || !(told[0] > 0) || !slices.IsSorted(told) || !scalar.EqualWithinAbs(told[len(told)-1], 1, 1e-12) {
			t.Errorf("%s: told %v", name, told)
		}
	}
}

func TestTrajectoriesNameTheEpisodeThatIsDamaged(t *testing.T) {
	t.Parallel()
	d, err := Open(t.Context(), writeFlights(t, testSpec()))
	if err != nil {
		t.Fatal(err)
	}
	all, err := d.Trajectories(t.Context(), []int{1, 0}, func(int, int) {})
	if err != nil || len(all) != 2 {
		t.Fatalf("%d trajectories, %v", len(all), err)
	}
	if got, err := d.Trajectories(t.Context(), []int{0, 1 << 20}, func(int, int) {}); err == nil || got != nil || !strings.Contains(err.Error(), "episode 1048576") {
		t.Errorf("%d trajectories, %v, want an error that names episode 1048576", len(got), err)
	}
}
