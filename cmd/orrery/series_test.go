package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"orrery/cmd/orrery/episodes"
	"orrery/cmd/orrery/experiment"
	"orrery/sim/scenario/library"
	"orrery/world/fit"
)

// tinySeries returns settings of an experiment whose trainings take so many steps, with a
// small network.
func tinySeries(dir string, steps string) experiment.Settings {
	s := experimentSettings(dir, runArgs)
	s.Workers = 2
	s.Run = func(ctx context.Context, out, log io.Writer, args []string) error {
		if args[0] == "train" {
			for _, flag := range []string{"--budget", "--steps"} {
				if i := slices.Index(args, flag); i >= 0 {
					args = slices.Delete(slices.Clone(args), i, i+2)
				}
			}
			args = append(args, "--steps", steps, "--batch", "16", "--width", "8", "--rounds", "1", "--holdout", "0.25")
		}
		return runArgs(ctx, out, log, args)
	}
	return s
}

// understood checks a line of an experiment against the program, and leaves what it should
// write.
func understood(t *testing.T, lines *[]string) experiment.Runner {
	return func(_ context.Context, _, _ io.Writer, args []string) error {
		*lines = append(*lines, strings.Join(args, " "))
		cmd, rest, err := newRootCommand().Find(args)
		if err == nil {
			err = cmd.ParseFlags(rest)
		}
		if err == nil {
			err = cmd.ValidateArgs(cmd.Flags().Args())
		}
		if err != nil {
			t.Errorf("%v: %v", args, err)
			return err
		}
		flag := func(name string) string {
			if f := cmd.Flags().Lookup(name); f != nil {
				return f.Value.String()
			}
			return ""
		}
		switch args[0] {
		case "gen", "plan":
			s, err := library.Find(args[1])
			if err == nil && args[0] == "gen" {
				_, err = s.Policy(flag("policy"))
			}
			if err != nil {
				t.Errorf("%v: %v", args, err)
			}
		case "train":
			if !slices.Contains(fit.Kinds(), flag("model")) {
				t.Errorf("%v: there is no such model", args)
			}
		case "eval":
			if only := strings.FieldsFunc(flag("only"), func(r rune) bool { return strings.ContainsRune("[],", r) }); len(only) != len(episodes.TestSets(flag("sets"), only)) {
				t.Errorf("%v: there are no such sets", args)
			}
		}
		out := flag("out")
		if out == "" {
			out = filepath.Join(flag("report"), "metrics.json")
		}
		if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
			return err
		}
		return os.WriteFile(out, nil, 0o644)
	}
}

// TestExperimentsAreLinesOfTheProgram runs none of them, but checks that the program takes
// each line.
func TestExperimentsAreLinesOfTheProgram(t *testing.T) {
	skipShort(t)
	t.Parallel()
	var lines []string
	settings := func() experiment.Settings {
		s := experimentSettings(filepath.Join(t.TempDir(), "out"), runArgs)
		s.Run = understood(t, &lines)
		return s
	}
	if _, err := (experiment.Tasks{Settings: settings(), Actors: experiment.Actors(), Episodes: 3}).Do(t.Context(), io.Discard); err != nil {
		t.Error(err)
	}
	if _, _, err := (experiment.Accuracy{Settings: settings(), Episodes: 3, Endure: 20}).Do(t.Context(), io.Discard); err != nil {
		t.Error(err)
	}
	for verb, want := range map[string]int{"gen": 6 + 1 + 6, "train": 12 + 7, "plan": 28, "eval": 6 + 1} {
		count := 0
		for _, line := range lines {
			if strings.HasPrefix(line, verb+" ") {
				count++
			}
		}
		if count != want {
			t.Errorf("%d lines of %s, want %d", count, verb, want)
		}
	}
	if text := strings.Join(lines, "\n"); !strings.Contains(text, "--set swing_up=1") || !strings.Contains(text, "--inner-steps 5") || !strings.Contains(text, "--protocol recorded --data ") {
		t.Error(text)
	}
}
