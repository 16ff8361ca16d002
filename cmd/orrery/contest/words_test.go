package contest

import (
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/cmd/orrery/console"
	"orrery/world/plan"
)

// TestResultsAreReadByPeople: what is not known has no line, or a dash in a table.
func TestResultsAreReadByPeople(t *testing.T) {
	t.Parallel()
	random := NewResult(Terms{Task: "push", Protocol: "own", Seed: 1}, []Attempt{{Episode: 2, Return: -3}})
	acts := NewResult(Terms{Task: "push", Protocol: "own", Model: "models/a", Planner: "cem", Config: &plan.Config{}, Observe: "images", Set: console.Settings{"bodies": 4}}, []Attempt{
		{Episode: 1, Success: true, Frames: 30, Return: 2, Decisions: 3, DecisionMS: 10, OneStepM: 0.001, SeeMS: 4, SeenM: 0.002},
		{Episode: 2, Frames: 90, Return: -1, Decisions: 1, DecisionMS: 30, OneStepM: 0.003, SeeMS: 2, SeenM: 0.004, Escape: "body 0 is too fast"},
		{Episode: 5, Success: true, Frames: 50, Return: 5, Decisions: 0, OneStepM: 0.002, Escape: "body 1 is through a wall"},
	})
	acts.Skipped = Skipped(acts.Attempts)
	if acts.Skipped != 3 || Skipped(nil) != 0 || random.Actor() != "at random" || acts.Actor() != "cem on models/a" {
		t.Errorf("%d are skipped; %s and %s act", acts.Skipped, random.Actor(), acts.Actor())
	}
	if !scalar.EqualWithinAbs(acts.Return, 2, 1e-12) || *acts.FramesToSuccess != 30 || *acts.DecisionMS != 15 || !scalar.EqualWithinAbs(*acts.OneStepM, 0.002, 1e-12) ||
		*acts.SeeMS != 2 || !scalar.EqualWithinAbs(*acts.SeenM, 0.003, 1e-12) || acts.Escapes != 2 {
		t.Errorf("%+v", acts)
	}
	if random.FramesToSuccess != nil || random.DecisionMS != nil || random.OneStepM != nil || random.SeeMS != nil {
		t.Errorf("of nothing there is %+v", random)
	}
	for want, r := range map[string]*Result{
		`push (own)  at random
success     0.0 % (0.0 to 79.3) of 1 episode
return      -3
`: random,
		`push (own)           cem on models/a
success              66.7 % (20.8 to 93.9) of 3 episodes
return               2
frames to success    30
decision             15 ms
one-step error       0.002 m
seeing               2 ms a frame, from images alone, 0.003 m off
model astray         2 episodes; in episode 2 it expects that body 0 is too fast
solved at the start  3, left out
`: acts,
	} {
		var out strings.Builder
		if err := r.WriteTable(&out); err != nil || out.String() != want {
			t.Errorf("%v\n%s\nwant\n%s", err, &out, want)
		}
	}
	engine := NewResult(Terms{Task: "push", Protocol: "own", Model: EngineName, Planner: "cem", Config: &plan.Config{}}, []Attempt{{Success: true, Frames: 9}})
	trained := 61.
	acts.TrainS = &trained
	var out strings.Builder
	if err := WriteComparison(&out, []*Result{random, acts, engine}); err != nil {
		t.Fatal(err)
	}
	var rows []string
	for line := range strings.Lines(out.String()) {
		rows = append(rows, strings.Join(strings.Fields(line), " "))
	}
	for k, want := range []string{
		"task protocol by planning with success (%) beside the engine's (points) return frames to success decision (ms) one-step error (m) training (s)",
		"push own – 0.0 (0.0 to 79.3) -100.0 -3 – – – –",
		"push --set bodies=4 own a 66.7 (20.8 to 93.9) -33.3 2 30 15 0.002 61",
		"push own true 100.0 (20.7 to 100.0) – 0 9 – – –",
	} {
		if k >= len(rows) || rows[k] != want {
			t.Errorf("line %d of\n%s\nmust be\n%s", k, &out, want)
		}
	}
}
