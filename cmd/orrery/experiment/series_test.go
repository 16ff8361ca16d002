package experiment

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestDifferencesNameTheFlag, or the first words where there is none.
func TestDifferencesNameTheFlag(t *testing.T) {
	for _, c := range []struct{ before, now, was, is string }{
		{"train d --steps 3 --out m", "train d --steps 4 --out m", "--steps 3", "--steps 4"},
		{"gen push --seed 1", "gen push --set a=1 --seed 1", "--seed 1", "--set a=1"},
		{"gen push", "gen reach", "push", "reach"},
		{"gen push --seed 1", "gen push", "--seed 1", `""`},
	} {
		was, is := difference(strings.Fields(c.before), strings.Fields(c.now))
		if was != c.was || is != c.is {
			t.Errorf("%s, %s: %s and %s, want %s and %s", c.before, c.now, was, is, c.was, c.is)
		}
	}
}

// TestSeriesGoOnAfterAnInterruption wherever it was, with a directory that has moved, and
// refuse what another line has made.
func TestSeriesGoOnAfterAnInterruption(t *testing.T) {
	wants := [][]string{{"gen", "train", "plan"}, {"gen", "train", "plan"}, {"gen", "plan"}}
	for stopped := range 3 {
		stop := stopped
		dir := filepath.Join(t.TempDir(), "out")
		var done []string
		s := &Settings{Dir: dir, Seed: 1, Workers: 1}
		s.Run = func(_ context.Context, _, _ io.Writer, args []string) error {
			if len(done) == stop {
				return errors.New("stopped")
			}
			done = append(done, args[0])
			return os.WriteFile(args[slices.Index(args, "--out")+1], nil, 0o644)
		}
		lines := func() []line {
			data := s.gen("data", "push", 4, 1)
			model := s.train("model", "contact", data, "--steps", "3")
			plan := filepath.Join(s.Dir, "plan.json")
			return []line{data, model, {[]string{"plan", "push", "--model", model.out, "--out", plan}, plan}}
		}
		if err := s.check(lines()); err != nil {
			t.Fatal(err)
		}
		if err := s.do(t.Context(), io.Discard, io.Discard, lines()...); err == nil {
			t.Fatal("nothing was stopped")
		}
		moved := filepath.Join(t.TempDir(), "moved")
		if err := os.Rename(dir, moved); err != nil {
			t.Fatal(err)
		}
		s.Dir, stop = moved, -1
		if err := s.check(lines()); err == nil {
			t.Error("begun again without --resume")
		}
		s.Resume, done = true, nil
		if err := s.check(lines()); err != nil {
			t.Fatal(err)
		}
		if err := s.do(t.Context(), io.Discard, io.Discard, lines()...); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(done, wants[stopped]) {
			t.Errorf("stopped after %d lines, resumed with %v, want %v", stopped, done, wants[stopped])
		}
		s.Seed = 2
		if err := s.check(lines()); err == nil || !strings.Contains(err.Error(), "model was made with --seed 1 and is now to be made with --seed 2") {
			t.Errorf("another seed: %v", err)
		}
		s.Seed = 1
		if err := os.Remove(filepath.Join(moved, notesFile)); err != nil {
			t.Fatal(err)
		}
		if err := s.check(lines()); err == nil || !strings.Contains(err.Error(), "says not how") {
			t.Errorf("results of nobody knows what: %v", err)
		}
	}
}

// TestLinesOfSeveralUnitsAreDoneOnce in a shard, and one that fails says where.
func TestLinesOfSeveralUnitsAreDoneOnce(t *testing.T) {
	t.Parallel()
	var did []string
	s := &Settings{Dir: filepath.Join(t.TempDir(), "out"), Seed: 1, Workers: 1}
	s.Run = func(_ context.Context, _, _ io.Writer, args []string) error {
		if did = append(did, args[0]); args[0] == "plan" {
			return errors.New("no plan")
		}
		return os.WriteFile(args[slices.Index(args, "--out")+1], nil, 0o644)
	}
	if err := os.MkdirAll(s.Dir, 0o755); err != nil {
		t.Fatal(err)
	}
	data := s.gen("data", "push", 4, 1)
	plan := filepath.Join(s.Dir, "plan.json")
	done := map[string]bool{}
	for _, lines := range [][]line{{data}, {data, s.train("model", "contact", data, "--steps", "3")}, {data}} {
		if err := s.doOnce(t.Context(), io.Discard, lines, done); err != nil {
			t.Fatal(err)
		}
	}
	err := s.doOnce(t.Context(), io.Discard, []line{data, {[]string{"plan", "push", "--out", plan}, plan}}, done)
	if err == nil || err.Error() != "plan.json: no plan" || !slices.Equal(did, []string{"gen", "train", "plan"}) || done[plan] {
		t.Errorf("%v after %v", err, did)
	}
}

// TestLinesAreDoneByAllWorkers: each is told how many, and a plan how many episodes are tried abreast; pictures are drawn by one.
func TestLinesAreDoneByAllWorkers(t *testing.T) {
	t.Parallel()
	var done []string
	s := &Settings{Dir: t.TempDir(), Seed: 1, Workers: 3}
	s.Run = func(_ context.Context, _, _ io.Writer, args []string) error {
		done = append(done, strings.Join(args, " "))
		return nil
	}
	if err := s.do(t.Context(), io.Discard, io.Discard, line{[]string{"plan", "push"}, "a"}, line{[]string{"train", "data"}, "b"}, line{[]string{"render", "data"}, "c"}); err != nil {
		t.Fatal(err)
	}
	if want := []string{"plan push --workers 3 --abreast 3", "train data --workers 3", "render data"}; !slices.Equal(done, want) {
		t.Errorf("ran %q, want %q", done, want)
	}
}
