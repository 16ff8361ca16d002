package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"orrery/datasets"
	"orrery/datasets/flights"
)

// TestDemonstrationsAreReplayed by gen --policy replay=DIR, in each episode the one of its number, and
// by a policy of a scenario file, whose path is relative to the file.
func TestDemonstrationsAreReplayed(t *testing.T) {
	skipShort(t)
	t.Parallel()
	root := t.TempDir()
	at := func(name string) string { return filepath.Join(root, name) }
	mustRun(t, "gen", "push", "--policy", "play", "--episodes", "3", "--frames", "20", "--seed", "7", "--out", at("driven"))
	mustRun(t, "gen", "push", "--policy", "replay="+at("driven"), "--episodes", "4", "--frames", "20", "--seed", "7", "--out", at("again"))
	open := func(name string) *datasets.Dataset {
		t.Helper()
		data, err := datasets.Open(t.Context(), at(name))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	driven, again := open("driven"), open("again")
	if p := again.Provenance(); p.Policy != "replay="+at("driven") || !strings.Contains(p.Command, "--policy replay="+at("driven")) {
		t.Errorf("provenance %+v", p.Spec)
	}
	for k := range 4 {
		was, err := driven.Episode(t.Context(), k%3)
		if err != nil {
			t.Fatal(err)
		}
		is, err := again.Episode(t.Context(), k)
		if err != nil {
			t.Fatal(err)
		}
		for i, action := range is.Actions {
			if !slices.Equal(action, was.Actions[i]) {
				t.Fatalf("episode %d, frame %d: %v, was %v", k, i, action, was.Actions[i])
			}
		}
		if k < 3 { // the rounding of the actions aside, the same comes of it
			for i, state := range is.States[:10] {
				if off := state[0].Position().Sub(was.States[i][0].Position()).Len(); !(off < 1e-3) {
					t.Errorf("episode %d, frame %d: %v m off", k, i, off)
				}
			}
		}
	}
	if mustRun(t, "gen", "push", "--policy", "replay="+at("driven"), "--episodes", "2", "--frames", "20", "--out", at("one")); len(flights.Tree(t, at("one"))) == 0 {
		t.Error("nothing is written")
	}

	write := func(policy string) string {
		text := `{ "format": 2, "arena": [2, 2],
  "bodies": [{ "name": "robot", "circle": 0.1, "at": [0, 0], "kind": "kinematic" }, { "name": "ball", "circle": 0.1, "at": [0.5, 0.5] }],
  "actuators": [{ "velocity": "robot", "axis": "xy", "limit": 1 }],
  "policies": [
    "noise",
    ` + policy + `] }`
		path := at("own.scenario.json")
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	path := write(`{ "name": "demo", "replay": "driven", "episode": 1 }`)
	mustRun(t, "check", path)
	mustRun(t, "gen", path, "--policy", "demo", "--episodes", "2", "--frames", "10", "--out", at("own"))
	own := open("own")
	was, err := driven.Episode(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	for k := range 2 {
		is, err := own.Episode(t.Context(), k)
		if err != nil || is.Actions[3][0] != was.Actions[3][0] || is.Actions[3][0] == 0 {
			t.Errorf("episode %d does %v, demonstrated was %v: %v", k, is.Actions[3], was.Actions[3], err)
		}
	}
	if text := mustRun(t, "scenes", path); !strings.Contains(text, "repeats episode 1 of driven") {
		t.Errorf("scenes: %s", text)
	}
	for policy, want := range map[string]string{
		`{ "name": "demo", "replay": "nowhere" }`:                             "own.scenario.json:6:33: /policies/1/replay: ",
		`{ "name": "demo", "replay": "driven", "episode": 3 }`:                "/policies/1/episode: episode 3 must be 0 to 2",
		`{ "name": "demo", "replay": "driven", "episode": 0.5 }`:              "/policies/1/episode: ",
		`{ "name": "demo", "replay": "driven", "episode": -1 }`:               "/policies/1/episode: ",
		`{ "name": "demo", "replay": "" }`:                                    "/policies/1/replay: there must be the directory of a dataset",
		`{ "name": "demo", "replay": "driven", "push": "goal" }`:              "/policies/1: there must be one of push, waypoints and replay",
		`{ "name": "demo", "replay": "driven", "body": "robot" }`:             "a replay has neither body nor actuators",
		`{ "name": "demo", "waypoints": [{ "at": [0.1, 0] }], "episode": 1 }`: "only a replay has an episode",
		`{ "name": "demo", "repaly": "driven" }`:                              "replay",
	} {
		code, _, stderr := runLine(t.Context(), "check", write(policy))
		if code == exitDone || !strings.Contains(stderr, want) {
			t.Errorf("%s: code %d, %s, want %s", policy, code, stderr, want)
		}
	}
	mustRun(t, "gen", "reach", "--episodes", "1", "--frames", "5", "--out", at("reach"))
	for dir, want := range map[string]string{at("nowhere"): "no such", at("reach"): "was not recorded with the 1 actuators of cartpole"} {
		code, _, stderr := runLine(t.Context(), "gen", "cartpole", "--policy", "replay="+dir, "--episodes", "1", "--out", at("bad"))
		if code == exitDone || !strings.Contains(stderr, want) {
			t.Errorf("%s: code %d, %s", dir, code, stderr)
		}
	}
}
