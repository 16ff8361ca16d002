package episodes

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"orrery/cmd/orrery/console"
	"orrery/datasets/camera"
	"orrery/datasets/splits"
	"orrery/sim"
	"orrery/sim/golden"
	"orrery/sim/render/footage"
	"orrery/sim/scenario"
)

// TestRecipesStay: the command and the origin that a recipe tells, its first episode, and the test sets with theirs.
func TestRecipesStay(t *testing.T) {
	t.Parallel()
	own, err := scenario.Parse("a disc", []byte(`{"format": 2, "fps": 20, "duration_s": 1, "params": {"speed": {"default": 1, "min": 0, "max": 4, "unit": "m/s"}},
		"bodies": [{"name": "disc", "circle": 0.1, "velocity": ["speed", 0]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	division, err := splits.Parse("train=2,test=1")
	if err != nil {
		t.Fatal(err)
	}
	var w strings.Builder
	for _, c := range []struct {
		name   string
		change func(r *Recipe)
	}{
		{"usual", func(*Recipe) {}},
		{"own", func(r *Recipe) { r.Scenario, r.Frames = own, 9 }},
		{"with values", func(r *Recipe) { r.Set = console.Settings{"bodies": 3, "gravity": 2} }},
		{"drawn", func(r *Recipe) {
			r.Ranges = map[string]scenario.Range{"gravity": {Low: 1, High: 3}, "bodies": {Low: 2, High: 4}}
		}},
		{"driven", func(r *Recipe) { r.Scenario, r.Policy = mustFind(t, "push"), "random" }},
		{"ends with its task", func(r *Recipe) { r.Scenario, r.Frames = mustFind(t, "cartpole"), 400 }},
		{"divided", func(r *Recipe) { r.Split = division }},
		{"filmed", func(r *Recipe) {
			r.Film = Filming{Kind: camera.Image, Width: 32, Height: 24, Paint: footage.Themed, With: []string{"noise=8"}, Seed: 5}
		}},
		{"unknown value", func(r *Recipe) { r.Set = console.Settings{"gravitas": 3} }},
		{"unknown policy", func(r *Recipe) { r.Policy = "nobody" }},
		{"unknown range", func(r *Recipe) { r.Ranges = map[string]scenario.Range{"gravitas": {Low: 1, High: 3}} }},
		{"range too wide", func(r *Recipe) { r.Ranges = map[string]scenario.Range{"gravity": {Low: 1, High: 1e9}} }},
		{"more parts than episodes", func(r *Recipe) { r.Split, r.Episodes = division, 1 }},
		{"no camera", func(r *Recipe) { r.Film = Filming{Kind: camera.Image, Width: 0, Height: 24, Paint: footage.Themed} }},
		{"no frame", func(r *Recipe) { r.Frames = 0 }},
	} {
		r := &Recipe{Scenario: mustFind(t, "mixed"), Episodes: 3, Frames: 12, Seed: 4}
		c.change(r)
		ticks := 0
		spec, maker, err := r.Maker(func(frames int) { ticks += frames })
		fmt.Fprintf(&w, "# %s\n", c.name)
		if err != nil {
			fmt.Fprintf(&w, "%v\n", err)
			continue
		}
		text, err := json.Marshal(spec)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&w, "%s\n%s\n", r.Command(), text)
		for episode := range 2 {
			motion, outcomes, err := maker(t.Context(), episode)
			if err != nil {
				t.Fatal(err)
			}
			last := motion.States[len(motion.States)-1]
			fmt.Fprintf(&w, "episode %d: %d bodies, %d frames, %d actions, to %.6g %.6g, %d outcomes, %d ticks\n",
				episode, len(motion.Scene.Bodies), len(motion.States), len(motion.Actions), last[0].X, last[0].Y, len(outcomes), ticks)
			if n := len(outcomes); n > 0 {
				fmt.Fprintf(&w, "the last %+v, view %v %.4g\n", outcomes[n-1], motion.ViewNames, motion.View[len(motion.View)-1])
			}
			if n := len(motion.Actions); n > 0 {
				fmt.Fprintf(&w, "actions %.6g %.6g\n", motion.Actions[0], motion.Actions[n-1])
			}
		}
	}
	fmt.Fprintf(&w, "# test sets\n%s", TestSetsHelp())
	for _, name := range []string{"mixed", "billiards", "pile", "push"} {
		for _, s := range TestSets(name, nil) {
			r, err := s.Recipe(mustFind(t, name), 7)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&w, "%s, %s: %s, without the first %v s\n", name, s.Name, r.Command(), s.Skip)
		}
	}
	golden.Compare(t, "testdata/recipes.txt", w.String())
}

// TestActingEndsWithTheContext, and wrong scenes and policies are told.
func TestActingEndsWithTheContext(t *testing.T) {
	t.Parallel()
	of := mustFind(t, "push")
	scene, err := of.Sample(1, 0, must(of.Values(nil)))
	if err != nil {
		t.Fatal(err)
	}
	ended, end := context.WithCancel(t.Context())
	ticks := []int{}
	_, _, err = Act(ended, nil, scene, 400, nil, func(frames int) {
		if ticks = append(ticks, frames); len(ticks) == 2 {
			end()
		}
	})
	if err != context.Canceled || !slices.Equal(ticks, []int{64, 64}) {
		t.Errorf("%v after ticks %v", err, ticks)
	}
	bare := *scene
	bare.Goals = nil
	if _, _, err := Act(t.Context(), of.Task, &bare, 4, nil, nil); err == nil {
		t.Error("a task without its goal is judged")
	}
	bare = *scene
	bare.FPS = 0
	if _, _, err := Act(t.Context(), nil, &bare, 4, nil, nil); err == nil {
		t.Error("a scene without a rate is run")
	}
	// Who does not act lets the actuators rest, and who asks too much gets what they can.
	motion, _, err := Act(t.Context(), nil, scene, 3, func(frame int, _ sim.State) sim.Action {
		if frame == 0 {
			return nil
		}
		return sim.Action{1e9, -1e9}
	}, nil)
	if err != nil || !slices.Equal(motion.Actions[0], scene.Rest()) || !slices.Equal(motion.Actions[1], scene.Clip(sim.Action{1e9, -1e9})) || !(motion.Actions[1][0] <= 100) {
		t.Errorf("%v, %v", err, motion.Actions)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
