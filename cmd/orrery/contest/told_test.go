package contest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/golden"
	"orrery/sim/render/film"
)

// TestContestsStay: each attempt, what is said of it, and the film of the first, by plans, at random, by sight and from recorded starts.
func TestContestsStay(t *testing.T) {
	t.Parallel()
	var w strings.Builder
	for _, run := range []struct {
		name, scenario string
		episodes       int
		change         func(c *Contest)
	}{
		{"by plans", "push", 2, func(c *Contest) { c.Film, c.Keep, c.Trained = &Film{}, true, true }},
		{"by plans that are renewed late", "pusht", 1, func(c *Contest) { c.Config.Horizon, c.Config.Replan, c.Config.Repeat = 4, 3, 2 }},
		{"at random", "push", 2, func(c *Contest) { c.Model = nil; c.Keep = true }},
		{"another seed", "push", 1, func(c *Contest) { c.Seed = 2 }},
		{"the last ones", "push", 4, func(c *Contest) { c.First, c.End = 1, 3 }},
		{"none is left", "push", 4, func(c *Contest) { c.First = 4 }},
		{"two at the same time", "push", 2, func(c *Contest) { c.Abreast = 2 }},
		{"by sight", "push", 1, func(c *Contest) {
			c.Observe = func(context.Context, *sim.Scene) (Observer, error) { return &dim{t: t, dark: 2}, nil }
		}},
		{"without sight", "push", 1, func(c *Contest) {
			c.Observe = func(context.Context, *sim.Scene) (Observer, error) { return nil, errors.New("there is no camera") }
		}},
		{"astray", "push", 1, func(c *Contest) { c.Model, c.Trained = wild{}, true }},
		{"a start that fails", "push", 1, func(c *Contest) {
			c.Starts = func(int) (*sim.Scene, string, error) { return nil, "", errors.New("nothing is drawn") }
		}},
		{"a scene that cannot be", "push", 1, func(c *Contest) {
			starts := c.Starts
			c.Starts = func(i int) (*sim.Scene, string, error) {
				scene, label, err := starts(i)
				scene.Goals = nil
				return scene, label, err
			}
		}},
	} {
		c := small(t, run.scenario)
		run.change(c)
		attempts, skipped, err := c.Run(t.Context(), &bytes.Buffer{}, run.episodes)
		fmt.Fprintf(&w, "# %s\nskipped %d, %v\n", run.name, skipped, err)
		for i := range attempts {
			attempts[i].DecisionMS = 0
			text, err := json.Marshal(attempts[i])
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&w, "%s\n", text)
		}
		if len(attempts) == 0 {
			continue
		}
		result := NewResult(Terms{Task: run.scenario, Protocol: "own", Model: "m", Planner: "random", Config: &c.Config, Seed: c.Seed}, attempts)
		if err := result.WriteTable(&w); err != nil {
			t.Fatal(err)
		}
		if c.Film == nil {
			continue
		}
		shown := c.Film.Render(result)
		fmt.Fprintf(&w, "film %q %q %q %q, %d states, trail %v\n", shown.Title, shown.Label, shown.Model, shown.BehindName, len(shown.True), shown.Trail)
		reel, err := film.NewReel(shown)
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range []int{0, reel.Len() - 1} {
			fmt.Fprintf(&w, "picture %d of %d: %x\n", k, reel.Len(), sha256.Sum256(reel.Image(k).Pix))
		}
	}
	values, err := mustFind(t, "push").Values(map[string]float64{"bodies": 2})
	if err != nil {
		t.Fatal(err)
	}
	for _, seed := range []uint64{1, 2} {
		starts := TaskStarts(mustFind(t, "push"), seed, values)
		for i := range 2 {
			scene, label, err := starts(i)
			fmt.Fprintf(&w, "start %d of seed %d: %q, %v, %d bodies, %v, %v\n", i, seed, label, scene.Start()[0], len(scene.Bodies), scene.Goals, err)
		}
	}
	golden.Compare(t, "testdata/contests.txt", w.String())
}
