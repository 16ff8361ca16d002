package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orrery/world/watch/score"
)

// TestBenchWatchesAFilm runs all of it on a small film.
func TestBenchWatchesAFilm(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	o, err := parse([]string{"-scenes", "push", "-nuisances", "clean", "-size", "128x120", "-frames", "9", "-save", dir, "-worst", "3", "-seeds", "2,5"}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := run(t.Context(), &out, o); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 5 || !strings.HasPrefix(lines[1], "push        clean") || !strings.Contains(lines[1], "/72") {
		t.Errorf("the table is\n%s", out.String())
	}
	for _, film := range []string{"push-clean-2", "push-clean-5"} {
		pictures, err := filepath.Glob(filepath.Join(dir, film, "*.png"))
		if err != nil || len(pictures) != 9 {
			t.Errorf("%s: %d pictures, %v", film, len(pictures), err)
		}
		truth, err := os.ReadFile(filepath.Join(dir, film, "truth.csv"))
		if err != nil || strings.Count(string(truth), "\n") != 37 {
			t.Errorf("%s: truth %v of %d lines", film, err, strings.Count(string(truth), "\n"))
		}
	}
}

func TestFlagsSayWhatIsWrong(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"-size 0":         "width 0 px",
		"-size big":       "-size",
		"-frames 1":       "-frames",
		"-nuisances rain": `nuisance "rain"`,
		"-seeds x":        "-seeds",
		"-paint gold":     `paint "gold"`,
		"mixed":           `argument "mixed"`,
		"-rate 0":         "rate 0",
		"-learn 3":        "-save",
	} {
		if _, err := parse(strings.Fields(args), io.Discard); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", args, err, want)
		}
	}
}

func TestTargetsAreMissedWhereTheyAre(t *testing.T) {
	t.Parallel()
	good := row{Report: score.Report{Bodies: 1, Tracks: 1, Found: 1, Frames: 2, Position: score.Values{0.01, 0.01}, Angle: score.Values{0.001}}}
	if got := good.misses("mixed", "clean"); got != "" {
		t.Errorf("a good row misses %s", got)
	}
	for what, change := range map[string]func(*row){
		"mean ≤ 0.03":    func(r *row) { r.Position = score.Values{0, 0.07} },
		"95 % ≤ 0.12":    func(r *row) { r.Position[1] = 0.2 },
		"° ≤ 0.1":        func(r *row) { r.Angle = score.Values{0.01} },
		"lost ≤ 0":       func(r *row) { r.Lost = 1 },
		"switches ≤ 0":   func(r *row) { r.Switches = 1 },
		"miscounted ≤ 0": func(r *row) { r.miscounted = 1 },
	} {
		bad := good
		bad.Position = append(score.Values(nil), good.Position...)
		change(&bad)
		if got := bad.misses("mixed", "clean"); !strings.Contains(got, what) {
			t.Errorf("misses %q, want %q", got, what)
		}
	}
	if _, aimed := targetOf("mixed", "flicker"); aimed {
		t.Error("flicker has no target")
	}
}
