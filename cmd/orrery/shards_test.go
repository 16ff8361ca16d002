package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// clocks are the figures that the clock decides.
var clocks = regexp.MustCompile(`"(decision_ms|us_per_step|see_ms)": [^,\n]+`)

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

// TestShardsThatAreNotOneWholeAreRefused with a sentence, and so are impossible ones.
func TestShardsThatAreNotOneWholeAreRefused(t *testing.T) {
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
	line := []string{"plan", "push", "--model", "true", "--episodes", "8", "--abreast", "2", "--tune", "samples=80"}
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
