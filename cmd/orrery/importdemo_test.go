package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orrery/cmd/orrery/episodes"
	"orrery/datasets"
	"orrery/datasets/generate"
	"orrery/sim"
	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
)

// driven writes a file of a demonstration, which a policy gives in an episode of push.
func driven(t *testing.T, path string, episode int, values scenario.Values) {
	t.Helper()
	s, err := library.Find("push")
	if err != nil {
		t.Fatal(err)
	}
	if values, err = s.Values(values); err != nil {
		t.Fatal(err)
	}
	scene, err := s.Sample(7, episode, values)
	if err != nil {
		t.Fatal(err)
	}
	right := func(int, sim.State) sim.Action { return sim.Action{1, 0.5} }
	trajectory, outcomes, err := episodes.Act(t.Context(), s.Task, scene, 30, right, nil)
	if err != nil {
		t.Fatal(err)
	}
	spec := datasets.Spec{Scenario: s.Name, Params: values, Seed: 7, Frames: s.Task.TimeLimit + 1, FPS: scene.FPS, Policy: "demonstration", Task: s.Summary, Command: "orrery view push"}
	text, err := generate.EncodeDemonstrations(spec, generate.Demonstration{Trajectory: trajectory, Outcomes: outcomes})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestDemonstrationsBecomeADataset that is trained on and extended like any other.
func TestDemonstrationsBecomeADataset(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	at := func(name string) string { return filepath.Join(root, name) }
	driven(t, at("a.jsonl"), 0, nil)
	driven(t, at("b.jsonl"), 1, nil)
	driven(t, at("c.jsonl"), 2, nil)
	driven(t, at("other.jsonl"), 2, scenario.Values{"bodies": 1})
	mustRun(t, "import", "demonstrations", at("a.jsonl"), at("b.jsonl"), "--out", at("data"))
	mustRun(t, "import", "demonstrations", at("c.jsonl"), "--out", at("data"), "--append")
	data, err := datasets.Open(t.Context(), at("data"))
	if err != nil || data.Episodes() != 3 {
		t.Fatalf("%v: %v", data, err)
	}
	if p := data.Provenance(); p.Policy != "demonstration" || p.Scenario != "push" || !strings.HasPrefix(p.Command, "orrery import demonstrations ") {
		t.Errorf("provenance %+v", p.Spec)
	}
	episode, err := data.Episode(t.Context(), 2)
	if err != nil || len(episode.States) < 5 || episode.Actions[0][1] != 0.5 {
		t.Errorf("%d states: %v", len(episode.States), err)
	}
	mustRun(t, "import", "demonstrations", at("a.jsonl"), "--out", at("data"), "--force")
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{}, exitUsage, "FILE is missing"},
		{[]string{at("a.jsonl")}, exitUsage, "--out DIR is missing"},
		{[]string{at("a.jsonl"), "--out", "x", "--append", "--force"}, exitUsage, "exclude each other"},
		{[]string{at("a.jsonl"), "--out", at("data")}, exitFailed, "is not empty"},
		{[]string{at("a.jsonl"), "--out", at("none"), "--append"}, exitFailed, "holds no dataset to extend"},
		{[]string{at("none.jsonl"), "--out", at("new")}, exitFailed, "no such file"},
		{[]string{at("a.jsonl"), at("other.jsonl"), "--out", at("new")}, exitFailed, "other.jsonl: does not go with " + at("a.jsonl") + ": bodies is 3 in that, but 1 now"},
		{[]string{at("other.jsonl"), "--out", at("data"), "--append"}, exitFailed, "bodies is 3 in it, but 1 now"},
		{[]string{at("data") + "/README.md", "--out", at("new")}, exitFailed, "is not a file of demonstrations"},
	} {
		code, _, stderr := runLine(t.Context(), append([]string{"import", "demonstrations"}, c.args...)...)
		if code != c.code || !strings.Contains(stderr, c.want) {
			t.Errorf("%v: code %d, %q, want %q", c.args, code, stderr, c.want)
		}
	}
}
