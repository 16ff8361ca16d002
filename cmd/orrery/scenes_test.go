package main

import (
	"encoding/json"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"orrery/cmd/orrery/gallery"
	"orrery/sim/scenario/library"
)

func TestScenesDrawsEveryScenario(t *testing.T) {
	skipShort(t)
	dir := filepath.Join(t.TempDir(), "pictures")
	mustRun(t, "scenes", "--pictures", dir)
	widths := map[string]int{"all": 1680}
	for _, s := range library.List() {
		widths[s.Name] = 480
	}
	for name, width := range widths {
		file, err := os.Open(filepath.Join(dir, name+".png"))
		if err != nil {
			t.Fatal(err)
		}
		picture, err := png.Decode(file)
		file.Close()
		if err != nil || picture.Bounds().Dx() != width {
			t.Errorf("%s: %v", name, err)
		}
	}
	if code, _, stderr := runLine(t.Context(), "scenes", "mixed", "--pictures", dir); code != exitFailed || !strings.Contains(stderr, "mixed.png exists") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	mustRun(t, "scenes", "mixed", "--pictures", dir, "--force")
}

// TestScenesShowsWhatAScenarioHas, in both forms.
func TestScenesShowsWhatAScenarioHas(t *testing.T) {
	for _, s := range library.List() {
		text := mustRun(t, "scenes", s.Name)
		var info gallery.Info
		if err := json.Unmarshal([]byte(mustRun(t, "scenes", s.Name, "--json")), &info); err != nil {
			t.Fatal(err)
		}
		if (len(info.Actions) > 0) != (len(info.Policies) > 1) || (info.Task != nil) != (s.Task != nil) {
			t.Errorf("%s: %+v", s.Name, info)
		}
		names := []string{s.Name, s.Summary}
		for _, p := range s.Params {
			names = append(names, "\n"+p.Name+" ", p.Doc)
		}
		for _, p := range s.Policies() {
			if len(info.Actions) > 0 {
				names = append(names, "\n"+p.Name+" ", p.Doc)
			}
		}
		for _, name := range names {
			if !strings.Contains(text, name) {
				t.Errorf("%s: the text lacks %q:\n%s", s.Name, name, text)
			}
		}
	}
}

// TestScenesMarksWhatCanBeDriven and what has a task, in both forms.
func TestScenesMarksWhatCanBeDriven(t *testing.T) {
	t.Parallel()
	text := mustRun(t, "scenes")
	var list []gallery.Info
	if err := json.Unmarshal([]byte(mustRun(t, "scenes", "--json")), &list); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(lines) != len(list) || len(list) != len(library.List()) {
		t.Fatalf("%d lines and %d entries for %d scenarios", len(lines), len(list), len(library.List()))
	}
	driven := 0
	for i, info := range list {
		words := strings.Fields(strings.TrimSuffix(lines[i], info.Summary))
		want := []string{info.Name}
		if len(info.Actions) > 0 {
			want, driven = append(want, "driven"), driven+1
		}
		if info.Task != nil {
			want = append(want, "task")
		}
		if !slices.Equal(words, want) || info.Driven != (len(info.Actions) > 0) {
			t.Errorf("%q, want %v before the summary; driven is %v", lines[i], want, info.Driven)
		}
	}
	if driven == 0 || driven == len(list) {
		t.Errorf("%d of %d are driven", driven, len(list))
	}
}

// TestScenesWritesJSONWhereItIsTold is about files, stdout and what is in the way.
func TestScenesWritesJSONWhereItIsTold(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, args := range [][]string{{"scenes"}, {"scenes", "mixed"}, {"scenes", "mixed", "--scene"}} {
		file := filepath.Join(dir, strings.Join(args, "-")+".json")
		want := mustRun(t, append(args, "--json")...)
		said := mustRun(t, append(args, "--out", file)...)
		if got := read(t, file); got != want || strings.HasPrefix(said, "{") {
			t.Errorf("%v: the file has %.40q, want %.40q; stdout has %.40q", args, got, want, said)
		}
		if got := mustRun(t, append(args, "--out", "-")...); got != want {
			t.Errorf("%v: stdout has %.40q", args, got)
		}
		if code, _, stderr := runLine(t.Context(), append(args, "--out", file)...); code != exitFailed || !strings.Contains(stderr, "exists") {
			t.Errorf("%v: code %d, %s", args, code, stderr)
		}
		mustRun(t, append(args, "--out", file, "--force")...)
	}
	if code, _, stderr := runLine(t.Context(), "scenes", "--out", "x", "--pictures", "y"); code != exitUsage || !strings.Contains(stderr, "exclude each other") {
		t.Errorf("code %d, %s", code, stderr)
	}
}
