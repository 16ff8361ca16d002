package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"orrery/datasets"
	"orrery/sim/canon"
)

// sceneFolder writes the scene of each episode of a dataset to a folder, by its number.
func sceneFolder(t testing.TB, dir string) string {
	t.Helper()
	data, err := datasets.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for e, err := range data.Each(t.Context(), nil, nil) {
		if err != nil {
			t.Fatal(err)
		}
		text, err := canon.Encode(e.Trajectory.Scene)
		if err == nil {
			err = os.WriteFile(filepath.Join(folder, fmt.Sprintf("%d.json", e.Number)), text, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// TestImportTakesASceneForEachEpisode: what is exported comes back with its scenes and its splits, by the
// numbers of the episodes or by a column, whatever the number of bodies.
func TestImportTakesASceneForEachEpisode(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	data, table := filepath.Join(dir, "data"), filepath.Join(dir, "table.csv")
	mustRun(t, "gen", "mixed", "--episodes", "6", "--frames", "9", "--set", "bodies=1:5", "--split", "train=3,val=2,test=1", "--out", data)
	mustRun(t, "export", data, "--to", "csv", "--out", table)
	scenes := sceneFolder(t, data)
	if err := os.Rename(filepath.Join(scenes, "4.json"), filepath.Join(scenes, "4.scenario.json")); err != nil {
		t.Fatal(err)
	}
	named := filepath.Join(scenes, "named.csv")
	lines := strings.Split(strings.TrimSpace(read(t, table)), "\n")
	for i, line := range lines {
		word := "scene"
		if number, _, _ := strings.Cut(line, ","); i > 0 {
			if word = number + ".json"; number == "4" {
				word = "4.scenario.json"
			}
		}
		lines[i] = line + "," + word
	}
	if err := os.WriteFile(named, []byte(strings.Join(lines, "\n")), 0o644); err != nil {
		t.Fatal(err)
	}
	want := openWhole(t, data)
	for name, args := range map[string][]string{
		"folder": {table, "--scenes", scenes},
		"column": {named},
		"both":   {named, "--scenes", scenes},
	} {
		out := filepath.Join(dir, name)
		mustRun(t, append([]string{"import", "csv", "--out", out}, args...)...)
		got := openWhole(t, out)
		if !reflect.DeepEqual(rounded(t, out), rounded(t, data)) {
			t.Errorf("%s: what is imported is not what was exported", name)
		}
		if !reflect.DeepEqual(got.Splits(), want.Splits()) || got.FPS() != want.FPS() {
			t.Errorf("%s: splits %v", name, got.Splits())
		}
		for i := range got.Episodes() {
			a, _ := episodeOf(t, got, i)
			b, _ := episodeOf(t, want, i)
			if !reflect.DeepEqual(a.Scene.Walls, b.Scene.Walls) || !reflect.DeepEqual(a.Scene.Bodies[0].Shapes, b.Scene.Bodies[0].Shapes) || len(a.Scene.Bodies) != len(b.Scene.Bodies) {
				t.Errorf("%s: episode %d has another scene", name, i)
			}
		}
		p := got.Provenance()
		if len(p.Sources) != 7 || len(p.Sources["0.json"]) != 64 || len(p.Sources["4.scenario.json"]) != 64 {
			t.Errorf("%s: the sources are %v", name, p.Sources)
		}
	}
	if p := openWhole(t, filepath.Join(dir, "folder")).Provenance(); p.Command != "orrery import csv table.csv --scenes="+filepath.Base(scenes) {
		t.Errorf("command %s", p.Command)
	}

	// A scene that has changed is not resumed with.
	scene := filepath.Join(scenes, "0.json")
	if err := os.WriteFile(scene, append([]byte(read(t, scene)), ' '), 0o644); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := runLine(t.Context(), "import", "csv", table, "--scenes", scenes, "--out", filepath.Join(dir, "folder"), "--resume"); code != exitFailed || !strings.Contains(stderr, "cannot resume: sources is") {
		t.Errorf("exit code %d, %s", code, stderr)
	}
	if err := os.Remove(scene); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		"table.csv: line 2: episode 0: " + scenes + ": has no 0.scenario.json or 0.json": {table, "--scenes", scenes},
		`named.csv: line 2, column 12: scene "0.json"`:                                   {named},
		"the rows have no times, so --fps":                                               {table},
		"they exclude each other":                                                        {table, "--scene", scenes, "--scenes", scenes},
		"column 12: scene \"1.json\": " + dir:                                            {strings.ReplaceAll(named, "named", "other"), "--scenes", dir},
	} {
		if strings.Contains(args[0], "other") {
			if err := os.WriteFile(args[0], bytes.ReplaceAll([]byte(read(t, named)), []byte("0.json"), []byte("1.json")), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		out := filepath.Join(dir, "none")
		code, _, stderr := runLine(t.Context(), append([]string{"import", "csv", "--out", out}, args...)...)
		if code == exitDone || !strings.Contains(stderr, want) || has(t, out) {
			t.Errorf("%v: exit code %d, %s, want %s", args, code, stderr, want)
		}
	}
}

// TestExportKeepsSplits: one split alone, or a word about each episode.
func TestExportKeepsSplits(t *testing.T) {
	t.Parallel()
	data, dir := dividedDataset(t), t.TempDir()
	whole, val := filepath.Join(dir, "whole.csv"), filepath.Join(dir, "val.csv")
	mustRun(t, "export", data, "--to", "csv", "--out", whole)
	mustRun(t, "export", data, "--to", "csv", "--split", "val", "--out", val)
	var kept []string
	for i, line := range strings.Split(strings.TrimSpace(read(t, whole)), "\n") {
		number, rest, _ := strings.Cut(line, ",")
		switch {
		case i == 0:
			kept = append(kept, strings.TrimSuffix(line, ",split"))
		case strings.HasSuffix(line, ",val"):
			kept = append(kept, string(number[0]-6)+","+strings.TrimSuffix(rest, ",val"))
		}
	}
	if got := strings.Split(strings.TrimSpace(read(t, val)), "\n"); !reflect.DeepEqual(got, kept) {
		t.Errorf("the split alone has %d lines, and in the whole %d", len(got), len(kept))
	}
	mustRun(t, "export", data, "--to", "npz", "--out", filepath.Join(dir, "npz"))
	if _, err := os.Stat(filepath.Join(dir, "npz", "split.npz")); err != nil {
		t.Error(err)
	}
	mustRun(t, "export", data, "--to", "npz", "--split", "test", "--out", filepath.Join(dir, "test"))
	if _, err := os.Stat(filepath.Join(dir, "test", "split.npz")); err == nil {
		t.Error("a split alone says of which split it is")
	}
	mustRun(t, "export", data, "--to", "mcap", "--out", filepath.Join(dir, "log.mcap"))
	if log := read(t, filepath.Join(dir, "log.mcap")); !strings.Contains(log, "splits") || !strings.Contains(log, "6:8") {
		t.Error("the log does not name the splits")
	}
	plain := filepath.Join(dir, "plain.csv")
	mustRun(t, "export", tinyDataset(t), "--to", "csv", "--out", plain)
	if strings.Contains(read(t, plain), "split") {
		t.Error("a dataset that is not divided has a column split")
	}
}
