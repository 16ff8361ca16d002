package episodes

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"orrery/datasets/generate"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"orrery/cmd/orrery/console"
	"orrery/sim"
	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
)

func mustFind(t testing.TB, name string) *scenario.Scenario {
	t.Helper()
	s, err := library.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// recipe returns one of a scenario of the library.
func recipe(t *testing.T, name string, episodes, frames int) *Recipe {
	t.Helper()
	return &Recipe{Scenario: mustFind(t, name), Set: console.Settings{}, Episodes: episodes, Frames: frames, Seed: 1}
}

// TestTicksAddUp counts the frames that are told against those that were asked for, with
// tasks that end early, too.
func TestTicksAddUp(t *testing.T) {
	t.Parallel()
	for name, frames := range map[string]int{"billiards": 200, "reach": 151, "pusht": 700, "mixed": 1, "chain": 65} {
		told := 0
		r := recipe(t, name, 1, frames)
		_, maker, err := r.Maker(func(n int) {
			if n < 0 || n > frames {
				t.Errorf("%s: %d frames at once", name, n)
			}
			told += n
		})
		if err != nil {
			t.Fatal(err)
		}
		made, _, err := maker(t.Context(), 0)
		if err != nil {
			t.Fatal(err)
		}
		if told != frames || len(made.States) > frames {
			t.Errorf("%s: %d frames were told of %d", name, told, frames)
		}
		if limit := r.Scenario.Task; limit == nil && len(made.States) != frames || limit != nil && len(made.States) > limit.TimeLimit+1 {
			t.Errorf("%s: %d frames were made of %d", name, len(made.States), frames)
		}
	}
}

// TestEpisodesEndWithTheirContext ends it at the first tick of an episode that would take
// minutes.
func TestEpisodesEndWithTheirContext(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"pile", "pusht"} {
		ctx, cancel := context.WithCancel(t.Context())
		ticks := 0
		_, maker, err := recipe(t, name, 1, 1<<20).Maker(func(int) { ticks++; cancel() })
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := maker(ctx, 0); !errors.Is(err, context.Canceled) || ticks != 1 {
			t.Errorf("%s: %v after %d ticks", name, err, ticks)
		}
	}
}

// TestProgressCountsWhatAnEarlierSessionSaved resumes after two of ten episodes.
func TestProgressCountsWhatAnEarlierSessionSaved(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		p := &progress{frames: 100, bar: console.NewProgress(&out, "making")}
		p.saved(2, 10)
		p.tick(150) // of 8 · 100
		shown := func(want string) {
			t.Helper()
			time.Sleep(3 * time.Second)
			synctest.Wait()
			if !strings.HasPrefix(out.String(), want) {
				t.Errorf("shown %q, want %q", out.String(), want)
			}
			out.Reset()
		}
		shown("making 35%  2/10 episodes")
		p.saved(3, 10)
		p.tick(50)
		shown("making 40%  3/10 episodes  ")
		p.tick(600)
		p.saved(10, 10)
		shown("making 100%  3/10 episodes, writing files\nmaking 100%  10/10 episodes, writing files\n")
		p.tick(500) // more than there is, as of episodes that were made again
		shown("making 100%  10/10 episodes, writing files\n")
		p.bar.Close()
	})
}

// TestRecipesThatCannotBeMakeNothing in memory, as on a disk.
func TestRecipesThatCannotBeMakeNothing(t *testing.T) {
	t.Parallel()
	r := recipe(t, "billiards", 2, 5)
	r.Policy = "nobody"
	if _, all, err := r.Run(t.Context(), 1, 0); err == nil || all != nil {
		t.Errorf("%d episodes, %v", len(all), err)
	}
	dir := t.TempDir()
	if err := r.Write(t.Context(), io.Discard, filepath.Join(dir, "data"), generate.Options{Workers: 1}); err == nil {
		t.Error("it is written")
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%v is left, %v", left, err)
	}
}

// TestSkippedSecondsAreLeftOut compares episodes without their beginning with whole ones,
// at several frame rates, of scenes with and without actuators, and by one worker and more.
// Something is left of an episode that is shorter.
func TestSkippedSecondsAreLeftOut(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"billiards", "reach", "drive"} {
		r := recipe(t, name, 3, 40)
		_, whole, err := r.Run(t.Context(), 1, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, skip := range []float64{0.1, 0.25, 10} { // s
			_, rest, err := r.Run(t.Context(), 3, skip)
			if err != nil || len(rest) != len(whole) {
				t.Fatalf("%s: %d episodes of %d; %v", name, len(rest), len(whole), err)
			}
			for i, got := range rest {
				all := whole[i]
				if (all.Actions != nil) != (len(all.Scene.Actuators) > 0) || len(all.Actions) > 0 && len(all.Actions) != len(all.States)-1 {
					t.Errorf("%s has %d actions for %d states", name, len(all.Actions), len(all.States))
				}
				first := min(int(math.Round(skip/all.Scene.FrameTime())), len(all.States)-1)
				if !slices.EqualFunc(got.States, all.States[first:], slices.Equal[sim.State]) {
					t.Errorf("%s without %v s has %d states of %d, or others", name, skip, len(got.States), len(all.States))
				}
				if all.Actions != nil && !slices.EqualFunc(got.Actions, all.Actions[first:], slices.Equal[sim.Action]) {
					t.Errorf("%s without %v s has %d actions of %d, or others", name, skip, len(got.Actions), len(all.Actions))
				}
			}
		}
	}
}
