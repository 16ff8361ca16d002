package main

import (
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/cmd/orrery/contest"
	"orrery/datasets"
	"orrery/datasets/flights"
	"orrery/datasets/splits"
	"orrery/sim/scenario/library"
	"orrery/world/plan"
)

// TestPlannedEpisodesAreADataset: its outcomes are those of the attempts, its actions lead from
// state to state, and it says who acted. One that is extended has the bytes of one made at
// once, and so has one that goes on from what was kept.
func TestPlannedEpisodesAreADataset(t *testing.T) {
	skipShort(t)
	t.Parallel()
	root := t.TempDir()
	at := func(name string) string { return filepath.Join(root, name) }
	line := func(episodes string, args ...string) []string {
		return append([]string{"plan", "reach", "--model", randomModel, "--set", "torque=2", "--seed", "4", "--episodes", episodes}, args...)
	}
	r := planned(t, line("4", "--save", at("whole"), "--abreast", "2")...)
	data, err := datasets.Open(t.Context(), at("whole"))
	if err != nil {
		t.Fatal(err)
	}
	p := data.Provenance()
	if p.Scenario != "reach" || p.Policy != "random" || p.Seed != 4 || p.Params["torque"] != 2 || p.Command != "orrery plan reach --model random --set torque=2 --episodes 4 --seed 4" {
		t.Errorf("provenance %+v", p.Spec)
	}
	if data.Episodes() != 4 || len(r.Attempts) != 4 {
		t.Fatalf("%d episodes of %d attempts", data.Episodes(), len(r.Attempts))
	}
	for k, a := range r.Attempts {
		if a.Actions != nil {
			t.Error("the result has actions")
		}
		episode, err := data.Episode(t.Context(), k)
		if err != nil {
			t.Fatal(err)
		}
		outcomes, err := data.Outcomes(t.Context(), k)
		if err != nil {
			t.Fatal(err)
		}
		sum, moved := 0.0, false
		for i, o := range outcomes {
			sum += o.Reward
			moved = moved || episode.Actions[i][0] < 0 || episode.Actions[i][0] > 0
		}
		last := outcomes[len(outcomes)-1]
		if !scalar.EqualWithinRel(sum, a.Return, 1e-4) || last.Success != a.Success || last.Truncated == a.Success || len(outcomes) != a.Frames || !moved {
			t.Errorf("episode %d: sum %v, last %+v, %d frames, of %+v", k, sum, last, len(outcomes), a)
		}
	}
	want := flights.Tree(t, at("whole"))

	mustRun(t, line("2", "--save", at("grown"))...)
	if r := planned(t, line("4", "--save", at("grown"), "--append")...); len(r.Attempts) != 2 {
		t.Errorf("%d attempts where two are new", len(r.Attempts))
	}
	sameFiles(t, at("grown"), want)

	// What a kill leaves after two episodes, and while the dataset is written.
	journal := at("killed.partial")
	twoKept(t, at("killed"))
	mustRun(t, line("4", "--save", at("killed"), "--resume")...)
	sameFiles(t, at("killed"), want)
	if has(t, journal) {
		t.Error("the journal stays")
	}
	twoKept(t, at("cut"))
	if err := os.MkdirAll(filepath.Join(at("cut"), datasets.PartialName), 0o755); err != nil {
		t.Fatal(err)
	}
	mustRun(t, line("4", "--save", at("cut"), "--resume")...)
	sameFiles(t, at("cut"), want)
	if code, _, stderr := runLine(t.Context(), line("4", "--save", at("killed"), "--resume")...); code != exitFailed || !strings.Contains(stderr, "is finished") {
		t.Errorf("code %d: %s", code, stderr)
	}
	for _, c := range []struct {
		code int
		args []string
		want string
	}{
		{exitUsage, line("4", "--append"), "--append extends a dataset: --save DIR is missing"},
		{exitUsage, line("4", "--append", "--force", "--save", "x"), "--append and --force exclude each other"},
		{exitUsage, []string{"plan", "reach", "--model", "random", "--append", "--save", "x"}, "--append needs --episodes"},
		{exitFailed, line("4", "--save", at("whole")), "is not empty"},
		{exitFailed, line("9", "--save", at("whole"), "--append", "--seed", "5"), "seed is 4 in the directory, but 5 now"},
		{exitFailed, line("4", "--save", at("whole"), "--append"), "it has 4 episodes already, and 4 were asked for in all"},
		{exitFailed, line("4", "--save", at("none"), "--append"), "holds no dataset to extend"},
	} {
		if code, _, stderr := runLine(t.Context(), c.args...); code != c.code || !strings.Contains(stderr, c.want) {
			t.Errorf("%v: code %d, %s, want %q", c.args, code, stderr, c.want)
		}
	}
	sameFiles(t, at("whole"), want)
	mustRun(t, line("2", "--save", at("cut"), "--force")...)
	mustRun(t, line("4", "--save", at("cut"), "--append")...)
	sameFiles(t, at("cut"), want)
}

// sameFiles demands that a dataset has the same files with the same bytes.
func sameFiles(t *testing.T, dir string, want map[string]string) {
	t.Helper()
	if got := flights.Tree(t, dir); !maps.Equal(got, want) {
		t.Errorf("%s: other bytes", dir)
	}
}

// twoKept leaves the journal of a plan of four episodes that was killed after two.
func twoKept(t *testing.T, save string) {
	t.Helper()
	opts := defaultPlanOptions()
	opts.Model, opts.Seed, opts.Episodes, opts.Save, opts.Set["torque"] = randomModel, 4, 4, save, 2
	var err error
	if opts.Task, err = library.Find("reach"); err != nil {
		t.Fatal(err)
	}
	values, err := opts.Task.Values(opts.Set)
	if err != nil {
		t.Fatal(err)
	}
	c := &contest.Contest{Task: opts.Task, Starts: contest.TaskStarts(opts.Task, 4, values), Limit: opts.Task.Task.TimeLimit, Seed: 4, Abreast: 1, Keep: true}
	settings, err := opts.settings(plan.Config{}, "", nil, nil, splits.Split{})
	if err != nil {
		t.Fatal(err)
	}
	if c.Journal, err = opts.journal(settings); err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.Run(t.Context(), io.Discard, 2); err != nil {
		t.Fatal(err)
	}
	if err := c.Journal.End(false); err != nil {
		t.Fatal(err)
	}
}
