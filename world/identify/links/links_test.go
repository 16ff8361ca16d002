package links_test

import (
	"context"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/world/identify"
	"orrery/world/identify/links"
	"orrery/world/identify/links/points"
)

// strength returns what a scene's fields push a from b with.
func strength(fields []sim.Field, a, b int) float64 {
	for _, f := range fields {
		if f.A == a && f.B == b || f.A == b && f.B == a {
			return f.Strength
		}
	}
	return 0
}

// judge finds the links of episodes and counts the pairs that are wrong by more than a share of their strength.
func judge(t *testing.T, set points.Set, episodes int, share float64) (wrong int, found *identify.Result) {
	t.Helper()
	var runs []*sim.Trajectory
	var truth [][]sim.Field
	for e := range episodes {
		run, fields := set.Episode(e)
		runs, truth = append(runs, run), append(truth, fields)
	}
	found, err := links.Identify(context.Background(), runs, &identify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for e, run := range runs {
		scene, err := found.SceneOf(run.Scene, e)
		if err != nil {
			t.Fatal(err)
		}
		for a := range set.Points {
			for b := range a {
				got, want := strength(scene.Fields, a, b), strength(truth[e], a, b)
				if !scalar.EqualWithinAbs(got, want, share*set.Strength) {
					t.Logf("episode %d: %d and %d: strength %v, want %v", e, a, b, got, want)
					wrong++
				}
			}
		}
	}
	return wrong, found
}

func TestSpringsAreFound(t *testing.T) {
	if testing.Short() {
		t.Skip("the race detector makes it ten times as long, and quicker tests start the same goroutines")
	}
	t.Parallel()
	for _, c := range []struct {
		name     string
		seed     uint64
		episodes int
		noise    float64
		share    float64
	}{
		{"known states, a graph for each episode", 1, 2, 0, 1e-4},
		{"noise of 1e-3 of the box", 2, 1, 0.01, 0.03},
		{"noise of 1e-2 of the box", 3, 1, 0.1, 0.2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			set := points.Springs()
			set.Seed, set.Points, set.Noise = c.seed, 4, c.noise
			wrong, found := judge(t, set, c.episodes, c.share)
			if wrong > 0 {
				t.Errorf("%d pairs are wrong: %v %v", wrong, found.Edges, found.Parameters)
			}
		})
	}
}

func TestSignsOfChargesAreFound(t *testing.T) {
	if testing.Short() {
		t.Skip("the race detector makes it ten times as long, and quicker tests start the same goroutines")
	}
	t.Parallel()
	set := points.Charges()
	set.Seed, set.Points, set.Frames, set.Noise = 4, 3, 30, 0.01
	if wrong, found := judge(t, set, 1, 0.05); wrong > 0 {
		t.Errorf("%d pairs are wrong: %v %v", wrong, found.Edges, found.Parameters)
	}
}

func TestEpisodesThatWereNotLookedAtAreCounted(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	set := points.Springs()
	set.Points, set.Noise, set.Frames = 2, 0.001, 24
	var runs []*sim.Trajectory
	for e := range 14 {
		run, _ := set.Episode(e)
		runs = append(runs, run)
	}
	found, err := links.Identify(context.Background(), runs, &identify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := "Forces at a distance were looked for in 12 of the 14 episodes: those have edges."
	if !slices.Contains(found.Sentences, want) || len(found.Edges) == 0 {
		t.Errorf("%q, %v, want %q", found.Sentences, found.Edges, want)
	}
}
