package main

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"orrery/datasets"
	"orrery/datasets/parquet"
	"orrery/sim"
	"orrery/sim/canon"
)

// withoutScenes returns a copy of a dataset without what only this program writes, as LeRobot's tools leave it.
func withoutScenes(t *testing.T, dir string) string {
	t.Helper()
	to := copyDir(t, dir)
	for _, name := range []string{"meta/orrery", "README.md"} {
		if err := os.RemoveAll(filepath.Join(to, name)); err != nil {
			t.Fatal(err)
		}
	}
	return to
}

// episodesOf reads all that a dataset holds, with each scene as it is written.
func episodesOf(t *testing.T, dir string) (all []datasets.Episode, scenes []string) {
	t.Helper()
	d, err := datasets.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	for episode, err := range d.Each(t.Context(), nil, nil) {
		if err != nil {
			t.Fatal(err)
		}
		text, err := canon.Encode(episode.Trajectory.Scene)
		if err != nil {
			t.Fatal(err)
		}
		episode.Trajectory.Scene = nil
		all, scenes = append(all, episode), append(scenes, string(text))
	}
	return all, scenes
}

// TestWhatLeRobotsToolsLoseIsFoundAgain: of a scenario of the library by its task and starts, with another seed by the
// dataset from before; states, actions, outcomes, observations and splits stay.
func TestWhatLeRobotsToolsLoseIsFoundAgain(t *testing.T) {
	skipShort(t)
	t.Parallel()
	root := t.TempDir()
	at := func(name string) string { return filepath.Join(root, name) }
	mustRun(t, "gen", "reach", "--episodes", "5", "--frames", "20", "--split", "val=1,test=1", "--out", at("reach"))
	mustRun(t, "gen", "mixed", "--episodes", "4", "--frames", "15", "--seed", "5", "--out", at("mixed"))
	for name, flags := range map[string][]string{"reach": nil, "mixed": {"--scene", at("mixed")}} {
		without := withoutScenes(t, at(name))
		mustRun(t, append([]string{"import", "lerobot", without, "--out", at(name + "-again")}, flags...)...)
		got, scenes := episodesOf(t, at(name+"-again"))
		want, known := episodesOf(t, at(name))
		if !reflect.DeepEqual(got, want) || !reflect.DeepEqual(scenes, known) {
			t.Errorf("%s: comes back otherwise", name)
		}
		d, err := datasets.Open(t.Context(), at(name+"-again"))
		if err != nil {
			t.Fatal(err)
		}
		before, err := datasets.Open(t.Context(), at(name))
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(d.Splits(), before.Splits()) || d.Provenance().Task != before.Provenance().Task || d.Provenance().Scenario != name {
			t.Errorf("%s: splits %v, %+v", name, d.Splits(), d.Provenance().Spec)
		}
		if _, err := d.Survey(t.Context(), nil); err != nil {
			t.Error(err)
		}
		if out := mustRun(t, append([]string{"inspect", without}, flags...)...); !strings.Contains(out, "as orrery import lerobot reads it") || !strings.Contains(out, "episodes") {
			t.Errorf("inspect says %s", out)
		}
		csv := mustRun(t, append([]string{"export", without, "--to", "csv", "--out", "-"}, flags...)...)
		if csv != mustRun(t, "export", at(name), "--to", "csv", "--out", "-") {
			t.Errorf("%s: is exported otherwise", name)
		}
	}
}

// TestScenesThatNothingTellsAreAskedFor in words.
func TestScenesThatNothingTellsAreAskedFor(t *testing.T) {
	skipShort(t)
	t.Parallel()
	root := t.TempDir()
	at := func(name string) string { return filepath.Join(root, name) }
	mustRun(t, "gen", "billiards", "--episodes", "2", "--frames", "10", "--seed", "99", "--out", at("b"))
	mustRun(t, "gen", "pusht", "--episodes", "2", "--frames", "10", "--seed", "99", "--out", at("p"))
	without, pushed := withoutScenes(t, at("b")), withoutScenes(t, at("p"))
	table := filepath.Join(root, "tracks.csv")
	if err := os.WriteFile(table, []byte("frame,x,y\n0,0,0\n1,0.1,0\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		want string
		args []string
	}{
		{"the scenes of the scenario differ in more than their starts (billiards): --scene names the dataset that LeRobot's tools were given", []string{"inspect", without}},
		{"no episode there begins as episode 0 of", []string{"train", without, "--scene", tinyDataset(t), "--out", at("m")}},
		{"these have them", []string{"export", at("b"), "--scene", "billiards", "--to", "csv", "--out", "-"}},
		{"these have them", []string{"inspect", at("b"), "--layout", "pusht"}},
		{"these have them", []string{"train", at("b"), "--map", "body0.x=a", "--out", at("m")}},
		{"--layout \"push\" must be pusht", []string{"import", "lerobot", without, "--layout", "push", "--out", at("x")}},
		{"observation.state must have 5 values", []string{"inspect", without, "--layout", "pusht"}},
		{"must be the folder of a LeRobot dataset", []string{"import", "lerobot", table, "--out", at("x")}},
		{"--layout is for LeRobot data, and this is csv", []string{"import", "csv", table, "--fps", "10", "--layout", "pusht", "--out", at("x")}},
		{"flags that say otherwise have no use", []string{"import", "lerobot", pushed, "--unit", "mm", "--out", at("x")}},
	} {
		code, _, stderr := runLine(t.Context(), c.args...)
		if code == exitDone || !strings.Contains(stderr, c.want) {
			t.Errorf("%v: exit code %d, %s\nwant %s", c.args, code, stderr, c.want)
		}
	}
	// Data of an older LeRobot say what they are, and how they become newer.
	info := filepath.Join(without, "meta/info.json")
	text, err := os.ReadFile(info)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(info, []byte(strings.Replace(string(text), `"v3.0"`, `"v2.1"`, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	if code, out, stderr := runLine(t.Context(), "inspect", without); code != exitFailed || !strings.Contains(out, "LeRobot v2.1, without scenes") || !strings.Contains(stderr, "convert_dataset_v21_to_v30") {
		t.Errorf("exit code %d: %s\n%s", code, out, stderr)
	}
	if err := os.WriteFile(info, text, 0o644); err != nil {
		t.Fatal(err)
	}
	// What moves the bodies of pusht is the same in all scenes, so that its starts are enough.
	mustRun(t, "import", "lerobot", pushed, "--out", at("p-again"))
	got, scenes := episodesOf(t, at("p-again"))
	want, known := episodesOf(t, at("p"))
	if !reflect.DeepEqual(got, want) {
		t.Error("the template changes what is measured")
	}
	for i := range scenes {
		a, b := decoded(t, scenes[i]), decoded(t, known[i])
		for k := range a.Bodies {
			a.Bodies[k].Start, b.Bodies[k].Start = sim.BodyState{}, sim.BodyState{}
		}
		if !reflect.DeepEqual(a, b) {
			t.Errorf("scene %d differs in more than its start", i)
		}
	}
	// Discs, where their size is told.
	mustRun(t, "import", "lerobot", without, "--radius", "0.03", "--out", at("discs"))
}

func decoded(t *testing.T, text string) *sim.Scene {
	t.Helper()
	scene, err := canon.Decode(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return scene
}

// TestValuesAreMapped to bodies of a scene, whose velocities are estimated.
func TestValuesAreMapped(t *testing.T) {
	skipShort(t)
	t.Parallel()
	root := t.TempDir()
	at := func(name string) string { return filepath.Join(root, name) }
	mustRun(t, "gen", "pusht", "--episodes", "2", "--frames", "25", "--out", at("p"))
	without := withoutScenes(t, at("p"))
	out := mustRun(t, "import", "lerobot", without, "--map", "agent=observation.state[0:3],block=observation.state[6:9],action=action", "--scene", "pusht", "--out", at("mapped"))
	if !strings.Contains(out, "states are estimates") || !strings.Contains(out, "body0.servo_x") {
		t.Errorf("it says %s", out)
	}
	got, _ := episodesOf(t, at("mapped"))
	want, _ := episodesOf(t, at("p"))
	for i := range want {
		for k, state := range want[i].Trajectory.States {
			for body, s := range state {
				if g := got[i].Trajectory.States[k][body]; !(math.Hypot(g.X-s.X, g.Y-s.Y) <= 0.01) {
					t.Fatalf("episode %d: frame %d: body %d is at %v, was at %v", i, k, body, g, s)
				}
			}
		}
	}
	if !reflect.DeepEqual(got[1].Trajectory.Actions, want[1].Trajectory.Actions) {
		t.Error("other actions")
	}

	// The same episodes in gym-pusht's coordinates, which a layout knows.
	writePushT(t, at("gym"), want)
	if out := mustRun(t, "inspect", at("gym")); !strings.Contains(out, "orrery import lerobot "+at("gym")+" --layout pusht") {
		t.Errorf("inspect does not name the layout: %s", out)
	}
	mustRun(t, "import", "lerobot", at("gym"), "--layout", "pusht", "--out", at("laid"))
	laid, scenes := episodesOf(t, at("laid"))
	if scene := decoded(t, scenes[0]); scene.Name != "pusht" || len(scene.Goals) != 1 {
		t.Errorf("the scene is %+v", scene)
	}
	// In a scene of other metres the pixels are the same.
	mustRun(t, "import", "lerobot", at("gym"), "--layout", "pusht", "--scene", "gym-pusht", "--out", at("other"))
	other, _ := episodesOf(t, at("other"))
	if a, b := other[1].Trajectory.States[3], laid[1].Trajectory.States[3]; !(math.Hypot(128*a[1].X-100*b[1].X, 128*a[1].Y-100*b[1].Y) <= 0.05) {
		t.Errorf("the block is at %v, and at %v", a[1], b[1])
	}
	if code, _, stderr := runLine(t.Context(), "import", "lerobot", at("gym"), "--layout", "pusht", "--scene", "push", "--out", at("none")); code == exitDone || !strings.Contains(stderr, "the scene push is not Push-T") {
		t.Errorf("another scene: %s", stderr)
	}
	for i := range want {
		for k := range want[i].Trajectory.States {
			for body, s := range want[i].Trajectory.States[k] {
				if g := laid[i].Trajectory.States[k][body]; !(math.Hypot(g.X-s.X, g.Y-s.Y) <= 0.01) || body == 1 && !(math.Abs(g.Angle-s.Angle) <= 0.01) || body == 0 && !(math.Hypot(g.VX-s.VX, g.VY-s.VY) <= 0.01) {
					t.Fatalf("episode %d: frame %d: body %d is at %v, was at %v", i, k, body, g, s)
				}
			}
			if a := want[i].Trajectory.Action(k); a != nil && !(math.Abs(laid[i].Trajectory.Action(k)[1]-a[1]) <= 1e-6) {
				t.Fatalf("episode %d: frame %d: action %v, was %v", i, k, laid[i].Trajectory.Action(k), a)
			}
		}
	}
}

// writePushT writes episodes of pusht as a LeRobot dataset of gym-pusht has them.
func writePushT(t *testing.T, dir string, all []datasets.Episode) {
	t.Helper()
	state, action := parquet.NewList[float32]("observation.state", 5), parquet.NewList[float32]("action", 2)
	var whole []*parquet.Column
	for _, name := range []string{"episode_index", "frame_index"} {
		whole = append(whole, parquet.NewColumn[int64](name))
	}
	var described []*parquet.Column
	for _, name := range []string{"episode_index", "length", "data/chunk_index", "data/file_index", "dataset_from_index", "dataset_to_index"} {
		described = append(described, parquet.NewColumn[int64](name))
	}
	frames := 0
	for i, e := range all {
		n := len(e.Trajectory.States)
		for j, v := range []int{i, n, 0, 0, frames, frames + n} {
			parquet.Put(described[j], int64(v))
		}
		for k, seen := range e.Trajectory.View {
			parquet.Put(whole[0], int64(i))
			parquet.Put(whole[1], int64(k))
			for _, v := range seen {
				parquet.Put(state, float32(v))
			}
			asked := e.Trajectory.Action(k)
			if asked == nil {
				asked = sim.Action{0, 0}
			}
			parquet.Put(action, float32(100*asked[0]), float32(100*asked[1]))
		}
		frames += n
	}
	for name, columns := range map[string][]*parquet.Column{"data/chunk-000/file-000.parquet": append(whole, state, action), "meta/episodes/chunk-000/file-000.parquet": described} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		w := parquet.NewWriter(&out, columns, nil)
		rows := frames
		if strings.HasPrefix(name, "meta") {
			rows = len(all)
		}
		if err := errors.Join(w.EndGroup(rows), w.Close()); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	info := fmt.Sprintf(`{"codebase_version": "v3.0", "fps": 10, "total_episodes": %d, "total_frames": %d, "features": {
		"observation.state": {"dtype": "float32", "shape": [5], "names": null}, "action": {"dtype": "float32", "shape": [2], "names": null},
		"observation.image": {"dtype": "video", "shape": [96, 96, 3], "names": null},
		"episode_index": {"dtype": "int64", "shape": [1], "names": null}, "frame_index": {"dtype": "int64", "shape": [1], "names": null}}}`, len(all), frames)
	if err := os.WriteFile(filepath.Join(dir, "meta/info.json"), []byte(info), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestCommandsTakeMappings: what is exported is what import makes, a training remembers how it read its data, and no
// temporary folder stays.
func TestCommandsTakeMappings(t *testing.T) {
	skipShort(t)
	root := t.TempDir()
	t.Setenv("TMPDIR", root)
	at := func(name string) string { return filepath.Join(root, name) }
	mustRun(t, "gen", "pusht", "--episodes", "3", "--frames", "12", "--out", at("p"))
	want, _ := episodesOf(t, at("p"))
	writePushT(t, at("gym"), want)
	without := withoutScenes(t, at("p"))
	mapping := "agent=observation.state[0:2],block=observation.state[6:9],action=action"
	for name, flags := range map[string][]string{"laid": {at("gym"), "--layout", "pusht"}, "mapped": {without, "--map", mapping, "--scene", "pusht"}} {
		mustRun(t, append([]string{"import", "lerobot", "--out", at(name)}, flags...)...)
		direct := mustRun(t, append([]string{"export", "--to", "csv", "--out", "-"}, flags...)...)
		if direct != mustRun(t, "export", at(name), "--to", "csv", "--out", "-") {
			t.Errorf("%s: is exported otherwise", name)
		}
		if out := mustRun(t, append([]string{"inspect"}, flags...)...); !strings.Contains(out, "2 in an episode") {
			t.Errorf("inspect says %s", out)
		}
	}
	out := mustRun(t, "train", at("gym"), "--layout", "pusht", "--steps", "1", "--out", at("m"), "--json")
	config, err := os.ReadFile(at("m/config.json"))
	if err != nil || !strings.Contains(string(config), "--layout pusht") || !strings.Contains(out, "pusht") {
		t.Errorf("the model does not say how its data were read: %s", config)
	}
	mustRun(t, "train", without, "--map", mapping, "--scene", "pusht", "--steps", "1", "--out", at("m2"))
	// Whatever reads a dataset says the same of both: of what is mapped, and of what was imported with that mapping.
	short := func(name string) string {
		return strings.NewReplacer(at("gym"), "DATA", at("laid"), "DATA").Replace(name)
	}
	for name, args := range map[string][]string{
		"rollout":  {"rollout", at("m"), "--data", "DATA", "--episode", "1", "--out", "-"},
		"render":   {"render", "DATA", "--episode", "1", "--frames", "1", "--size", "320x320", "--out", "PNG"},
		"surprise": {"surprise", at("m"), "DATA", "--json"},
		"identify": {"identify", "DATA", "--only", "friction", "--json"},
		"eval":     {"eval", "--data", "set=DATA", "--questions", "FILE.npz"},
		"cross":    {"eval", "--cross", "2", "DATA"},
		"plan":     {"plan", "pusht", "--model", "true", "--protocol", "recorded", "--data", "DATA", "--episodes", "1", "--tune", "samples=8", "--tune", "elites=2", "--tune", "iterations=1"},
	} {
		said := map[string]string{}
		for _, data := range []string{"laid", "gym"} {
			line := slices.Clone(args)
			for i := range line {
				line[i] = strings.NewReplacer("DATA", at(data), "PNG", at(name+data+".png"), "FILE", at(name+data)).Replace(line[i])
			}
			if data == "gym" {
				line = append(line, "--layout", "pusht")
			}
			code, out, stderr := runLine(t.Context(), line...)
			if code != exitDone {
				out = stderr[strings.LastIndex(strings.TrimSpace(stderr), "\n")+1:]
			}
			said[data] = fmt.Sprint(code, short(strings.ReplaceAll(out, data+".", ".")))
			for _, file := range []string{at(name + data + ".png"), at(name + data + ".npz")} {
				if text, err := os.ReadFile(file); err == nil {
					said[data] += string(text)
				}
			}
		}
		if said["laid"] != said["gym"] || len(said["laid"]) < 20 {
			t.Errorf("%s: of what was imported\n%.1000s\nof what is mapped\n%.1000s", name, said["laid"], said["gym"])
		}
		for i := range args {
			args[i] = strings.NewReplacer("DATA", at("p"), "PNG", at("none.png"), "FILE", at("none")).Replace(args[i])
		}
		if code, _, stderr := runLine(t.Context(), append(args, "--layout", "pusht")...); code == exitDone || !strings.Contains(stderr, "these have them") && name != "cross" {
			t.Errorf("%s: a layout without use: exit code %d: %s", name, code, stderr)
		}
	}
	left, err := filepath.Glob(at("orrery-lerobot-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("%v stay", left)
	}
}
