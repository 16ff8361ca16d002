package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"orrery/cmd/orrery/experiment"
)

// clocks are the figures that the clock decides.
var clocks = regexp.MustCompile(`"(decision_ms|us_per_step|see_ms|train_s)": [^,\n]+`)

// timelessFile returns what a file has but for times of the clock.
func timelessFile(t testing.TB, path string) string {
	t.Helper()
	return clocks.ReplaceAllString(read(t, path), `"$1"`)
}

// sharded runs a line in so many shards, merges them and returns the directory of the whole. The last comes first.
func sharded(t testing.TB, n int, line ...string) string {
	t.Helper()
	dir := t.TempDir()
	merge := []string{"merge", "--out", filepath.Join(dir, "whole")}
	for i := n - 1; i >= 0; i-- {
		part := filepath.Join(dir, fmt.Sprint(i))
		mustRun(t, append(line, "--shard", fmt.Sprintf("%d/%d", i, n), "--out", part, "--resume")...)
		merge = append(merge, part)
	}
	mustRun(t, merge...)
	return filepath.Join(dir, "whole")
}

// planLine plans seven short episodes.
var planLine = []string{"plan", "reach", "--model", "true", "--episodes", "7", "--tune", "samples=8", "--tune", "iterations=1", "--tune", "horizon=3"}

// TestPlansInShardsAreTheWhole, whatever the number of shards.
func TestPlansInShardsAreTheWhole(t *testing.T) {
	skipShort(t)
	t.Parallel()
	whole := filepath.Join(t.TempDir(), "result.json")
	mustRun(t, append(planLine, "--out", whole)...)
	want := timelessFile(t, whole)
	for _, n := range []int{1, 2, 3, 7} {
		if got := timelessFile(t, filepath.Join(sharded(t, n, planLine...), "result.json")); got != want {
			t.Errorf("%d shards: got\n%s, want\n%s", n, got, want)
		}
	}
}

// TestEvaluationsInShardsAreTheWhole: of a trained model and the engine on two sets, more in shards than a set has episodes.
func TestEvaluationsInShardsAreTheWhole(t *testing.T) {
	skipShort(t)
	t.Parallel()
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	mustRun(t, "gen", "billiards", "--episodes", "5", "--frames", "40", "--out", at("a"))
	mustRun(t, "gen", "billiards", "--episodes", "2", "--frames", "40", "--seed", "2", "--set", "bodies=2", "--out", at("b"))
	model := filepath.Join(modelsDir, "billiards")
	line := []string{"eval", model, "true", "--data", at("a"), "--data", at("b"), "--horizons", "0.1,0.5"}
	table := mustRun(t, append(line, "--out", at("whole.json"))...)
	want := timelessFile(t, at("whole.json"))
	for _, n := range []int{2, 7} {
		if got := timelessFile(t, filepath.Join(sharded(t, n, line...), "metrics.json")); got != want {
			t.Errorf("%d shards: other figures: %s, want %s", n, got, want)
		}
	}
	part := func(out, shard string, more ...string) []string {
		return append(append(line, "--shard", shard, "--out", at(out)), more...)
	}
	mustRun(t, part("0", "0/2")...)
	mustRun(t, part("1", "1/2")...)
	mustRun(t, part("1", "1/2", "--resume")...)
	if code, _, stderr := runLine(t.Context(), part("1", "1/2", "--resume", "--seed", "5")...); code != exitFailed || !strings.Contains(stderr, "was made with seed 1, which is now 5") {
		t.Errorf("another seed: exit code %d: %s", code, stderr)
	}
	other := slices.Clone(line)
	other[1] = filepath.Join(modelsDir, "mixed")
	mustRun(t, append(other, "--shard", "1/2", "--out", at("other"))...)
	if code, _, stderr := runLine(t.Context(), "merge", at("0"), at("other"), "--out", at("out")); code != exitFailed || !strings.Contains(stderr, "are not shards of one whole: models is") {
		t.Errorf("another model: exit code %d: %s", code, stderr)
	}
	if code, _, stderr := runLine(t.Context(), part("2", "0/8")...); code != exitUsage || !strings.Contains(stderr, "to that of episodes, 7") {
		t.Errorf("more shards than episodes: exit code %d: %s", code, stderr)
	}
	paces := regexp.MustCompile(`\s+[\d.]+(\s*\n)`)
	if got := mustRun(t, "merge", at("1"), at("0"), "--out", at("out")); paces.ReplaceAllString(got, "$1") != paces.ReplaceAllString(table, "$1") {
		t.Errorf("got the table\n%s, want\n%s", got, table)
	}
}

// TestExperimentsInShardsAreTheWhole: tasks with trainings that several units need the data of, and accuracy.
func TestExperimentsInShardsAreTheWhole(t *testing.T) {
	skipShort(t)
	t.Parallel()
	for result, line := range map[string][]string{
		"tasks.json":    {"tasks", "--only", "reach", "--actors", "contact,random", "--train-episodes", "6", "--steps", "2", "--episodes", "2"},
		"accuracy.json": {"accuracy", "--only", "pile,springs", "--train-episodes", "6", "--steps", "2", "--episodes", "2", "--endurance", "3"},
	} {
		t.Run(result, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "whole")
			mustRun(t, append(line, "--out", dir)...)
			want := strings.ReplaceAll(timelessFile(t, filepath.Join(dir, result)), dir+"/", "")
			if got := timelessFile(t, filepath.Join(sharded(t, 2, line...), result)); got != want {
				t.Errorf("got\n%s, want\n%s", got, want)
			}
			if code, _, stderr := runLine(t.Context(), append(line, "--shard", "0/99", "--out", filepath.Join(t.TempDir(), "a"))...); code != exitUsage || !strings.Contains(stderr, "must be from 1 to that of") {
				t.Errorf("more shards than units: exit code %d: %s", code, stderr)
			}
		})
	}
}

// TestSweepsInShardsAreTheWhole: a grid and draws over a dataset and a scenario, whose data each shard makes itself.
func TestSweepsInShardsAreTheWhole(t *testing.T) {
	skipShort(t)
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	mustRun(t, "gen", "billiards", "--episodes", "8", "--frames", "20", "--out", data)
	line := []string{"sweep", data, "billiards", "--episodes", "8", "--steps", "2", "--grid", "model=contact,mlp", "--grid", "width=8", "--draw", "rate=0.001:0.1:log", "--trials", "1"}
	whole := filepath.Join(t.TempDir(), "whole")
	var trials []experiment.Trial
	if err := json.Unmarshal([]byte(mustRun(t, append(line, "--out", whole, "--json")...)), &trials); err != nil {
		t.Fatal(err)
	}
	if len(trials) != 4 || trials[1].Flags["model"] != "mlp" || trials[2].Data != "billiards" || !(trials[3].PositionM > 0) || trials[0].Flags["rate"] != trials[3].Flags["rate"] {
		t.Errorf("%+v", trials)
	}
	dir := sharded(t, 3, line...)
	if got, want := timelessFile(t, filepath.Join(dir, "sweep.json")), timelessFile(t, filepath.Join(whole, "sweep.json")); got != want {
		t.Errorf("got\n%s, want\n%s", got, want)
	}
	for want, more := range map[string][]string{
		"--grid \"width\" must be":    {"--grid", "width"},
		"--draw \"batch=9:3\": low":   {"--draw", "batch=9:3"},
		"unknown flag of train \"wid": {"--grid", "wid=3"},
		"must be varied in one way":   {"--grid", "rate=0.1"},
		"that of trials, 4":           {"--shard", "0/5"},
	} {
		if code, _, stderr := runLine(t.Context(), append(append(line, "--out", filepath.Join(t.TempDir(), "a")), more...)...); code != exitUsage || !strings.Contains(stderr, want) {
			t.Errorf("%q: exit code %d: %s", more, code, stderr)
		}
	}
}

// TestShardsThatAreNotOneWholeAreRefused with a sentence, and so are impossible ones.
func TestShardsThatAreNotOneWholeAreRefused(t *testing.T) {
	skipShort(t)
	t.Parallel()
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	random := func(out, part string, more ...string) []string {
		return append([]string{"plan", "reach", "--model", "random", "--episodes", "6", "--shard", part, "--out", at(out)}, more...)
	}
	for i := range 3 {
		mustRun(t, random(fmt.Sprint(i), fmt.Sprintf("%d/3", i))...)
	}
	mustRun(t, random("seed", "1/3", "--seed", "9")...)
	mustRun(t, random("twin", "1/3")...)
	mustRun(t, "gen", "reach", "--episodes", "2", "--frames", "4", "--out", at("data"))
	for _, c := range []struct {
		code int
		want string
		line []string
	}{
		{exitFailed, "shard 1/3 is missing", []string{"merge", at("0"), at("2"), "--out", at("out")}},
		{exitFailed, "are both shard 1/3", []string{"merge", at("0"), at("1"), at("2"), at("twin"), "--out", at("out")}},
		{exitFailed, "seed is 2 in the first and 9 in the second", []string{"merge", at("0"), at("seed"), at("2"), "--out", at("out")}},
		{exitFailed, "data: is no shard", []string{"merge", at("0"), at("data"), at("2"), "--out", at("out")}},
		{exitUsage, "--split is for datasets", []string{"merge", at("0"), "--split", "train=1", "--out", at("out")}},
		{exitUsage, "the number of shards must be from 1 to that of episodes, 6", random("more", "0/7")},
		{exitUsage, "index 3 must be from 0 to 2", random("more", "3/3")},
		{exitFailed, "exists: --force makes it anew", random("1", "1/3")},
		{exitFailed, "was made with episodes 6, which is now 7", append(random("1", "1/3", "--resume"), "--episodes", "7")},
		{exitUsage, "--render", random("film", "1/3", "--render", at("a.gif"))},
		{exitUsage, "--shard needs --out DIR", []string{"plan", "reach", "--model", "random", "--shard", "0/2"}},
	} {
		if code, _, stderr := runLine(t.Context(), c.line...); code != c.code || !strings.Contains(stderr, c.want) {
			t.Errorf("%q: exit code %d, %s, want %q", c.line, code, stderr, c.want)
		}
	}
	before := read(t, filepath.Join(at("1"), "shard.json"))
	mustRun(t, random("1", "1/3", "--resume")...)
	if read(t, filepath.Join(at("1"), "shard.json")) != before {
		t.Error("a shard that is whole was made again")
	}
	mustRun(t, random("1", "0/2", "--force")...)
}

// TestKilledShardsGoOn: what was planned before a kill is kept, two go on at the same time, and the merged figures are those of one run.
func TestKilledShardsGoOn(t *testing.T) {
	skipShort(t)
	t.Parallel()
	line := []string{"plan", "reach", "--model", "true", "--episodes", "12", "--abreast", "2", "--tune", "samples=20", "--tune", "iterations=1", "--tune", "horizon=5"}
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	first := append(line, "--shard", "0/2", "--out", at("0"))
	cmd, _ := start(t, first...)
	journal := filepath.Join(at("0"), "figures.partial")
	waitFor(t, "an episode", func() bool {
		text, err := os.ReadFile(journal)
		return err == nil && strings.Count(string(text), "\n") >= 2
	})
	mustDie(t, cmd, syscall.SIGKILL)
	kept := strings.Split(read(t, journal), "\n")[1]
	one, _ := start(t, append(first, "--resume")...)
	two, log := start(t, append(first, "--resume")...)
	for _, cmd := range []interface{ Wait() error }{one, two} {
		if err := cmd.Wait(); err != nil {
			t.Fatalf("%v: %s", err, log)
		}
	}
	if got := read(t, filepath.Join(at("0"), "figures.jsonl")); !strings.Contains(got, kept+"\n") {
		t.Errorf("%s was planned again: %s", kept, got)
	}
	mustRun(t, append(line, "--shard", "1/2", "--out", at("1"), "--resume")...)
	mustRun(t, "merge", at("1"), at("0"), "--out", at("merged"))
	mustRun(t, append(line, "--out", at("whole.json"))...)
	if got, want := timelessFile(t, filepath.Join(at("merged"), "result.json")), timelessFile(t, at("whole.json")); got != want {
		t.Errorf("got\n%s, want\n%s", got, want)
	}
}
