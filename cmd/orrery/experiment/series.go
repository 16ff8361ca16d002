package experiment

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"orrery/cmd/orrery/console"
	"orrery/datasets/storage"
	"orrery/sim/input"
)

// Runner executes a command line of orrery, without the program's name. Results go to out,
// progress to log.
type Runner func(ctx context.Context, out, log io.Writer, args []string) error

// Settings are common to all experiments.
type Settings struct {
	Dir           string // where everything is written
	Seed          uint64 // of the data and the training
	Workers       int    // goroutines
	Resume, Force bool
	Run           Runner
}

// line is a command line, and where its result appears.
type line struct {
	args []string // that decide the result
	out  string   // path of what appears when it is done
}

// record is a line that was begun, as notes has it.
type record struct {
	Out  string   `json:"out"` // below the directory
	Args []string `json:"args"`
}

// notesFile tells which lines have made what is in a directory.
const notesFile = "lines.jsonl"

// check returns an error when there is something in the directory that must stay, or
// that other lines have made, or when nothing can be written there.
func (s *Settings) check(lines []line) error {
	switch {
	case s.Dir == "":
		return console.Usagef("--out DIR must not be empty")
	case s.Resume && s.Force:
		return console.Usagef("--resume and --force exclude each other")
	case s.Workers < 1:
		return console.Usagef("workers %d must be ≥ 1", s.Workers)
	}
	if err := console.CheckOut(s.Dir, s.Force || s.Resume); errors.Is(err, console.ErrExists) {
		return fmt.Errorf("%w, --resume goes on with it", err)
	} else if err != nil {
		return err
	}
	if !s.Resume {
		return nil
	}
	notes, err := s.notes()
	if err != nil {
		return err
	}
	for _, l := range lines {
		before, noted := notes[s.below(l.out)]
		if noted && !slices.Equal(before, s.relative(l.args)) {
			was, is := difference(before, s.relative(l.args))
			return fmt.Errorf("%s was made with %s and is now to be made with %s; --force begins anew", l.out, was, is)
		}
		if _, err := storage.Lstat(l.out); err == nil && !noted {
			return fmt.Errorf("%s says not how %s was made; --force begins anew", storage.Join(s.Dir, notesFile), l.out)
		}
	}
	return nil
}

// difference returns the first arguments in which two lines differ, each with the flag
// before it.
func difference(before, now []string) (was, is string) {
	n := 0
	for n < len(before) && n < len(now) && before[n] == now[n] {
		n++
	}
	part := func(args []string) string {
		if n >= len(args) {
			return strconv.Quote(strings.Join(args[min(n, len(args)):], " "))
		}
		if n > 0 && strings.HasPrefix(args[n-1], "--") {
			return args[n-1] + " " + args[n]
		}
		return strings.Join(args[n:min(n+2, len(args))], " ")
	}
	return part(before), part(now)
}

// below returns a path as seen from the directory, or as it is where it is elsewhere.
func (s *Settings) below(path string) string {
	if storage.Remote(s.Dir) {
		return strings.TrimPrefix(path, storage.Clean(s.Dir)+"/")
	}
	if short, err := filepath.Rel(s.Dir, path); err == nil && filepath.IsLocal(short) {
		return filepath.ToSlash(short)
	}
	return path
}

// relative returns arguments with paths as seen from the directory, so that the
// directory may be moved.
func (s *Settings) relative(args []string) []string {
	short := make([]string, len(args))
	for i, arg := range args {
		if short[i] = arg; strings.HasPrefix(arg, s.Dir+string(filepath.Separator)) || storage.Remote(arg) {
			short[i] = s.below(arg)
		}
	}
	return short
}

// notes returns the arguments that made each result, by its path below the directory.
func (s *Settings) notes() (map[string][]string, error) {
	path := storage.Join(s.Dir, notesFile)
	text, err := storage.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	notes := map[string][]string{}
	whole := text[:bytes.LastIndexByte(text, '\n')+1] // a kill may have cut off the last line
	for n, row := range bytes.Split(bytes.TrimSpace(whole), []byte("\n")) {
		if len(row) == 0 {
			continue
		}
		var r record
		if err := input.DecodeJSONPart(row, &r); err != nil {
			return nil, fmt.Errorf("%s: line %d: %w", path, n+1, err)
		}
		notes[r.Out] = r.Args
	}
	return notes, nil
}

// begin notes that a line is about to be run.
func (s *Settings) begin(l line) error {
	notes, err := s.notes()
	if err != nil {
		return err
	}
	if notes == nil {
		notes = map[string][]string{}
	}
	notes[s.below(l.out)] = s.relative(l.args)
	var text bytes.Buffer
	for _, out := range slices.Sorted(maps.Keys(notes)) {
		if err := json.NewEncoder(&text).Encode(record{out, notes[out]}); err != nil {
			return err
		}
	}
	return storage.WriteFile(storage.Join(s.Dir, notesFile), text.Bytes())
}

// do runs lines in turn, but for those whose result is there already.
func (s *Settings) do(ctx context.Context, out, log io.Writer, lines ...line) error {
	for _, l := range lines {
		args := slices.Clone(l.args)
		if l.args[0] != "render" {
			args = append(args, "--workers", strconv.Itoa(s.Workers))
		}
		fmt.Fprintf(log, "$ orrery %s\n", strings.Join(l.args, " "))
		if l.args[0] == "plan" {
			args = append(args, "--abreast", strconv.Itoa(s.Workers))
		}
		_, err := storage.Lstat(l.out)
		there := err == nil
		switch l.args[0] {
		case "gen": // completes what an interrupted run left, and finds out whether it is whole
		case "train", "plan", "eval", "watch", "import", "identify", "render": // their results appear whole
			if there && s.Resume {
				continue
			}
		default:
			return fmt.Errorf("experiment: nothing is known of the command %s", l.args[0])
		}
		switch {
		case s.Force:
			args = append(args, "--force")
		case s.Resume && slices.Contains([]string{"eval", "identify", "render"}, l.args[0]):
			args = append(args, "--force") // figures of an interrupted report
		case s.Resume:
			args = append(args, "--resume")
		}
		if err := s.begin(l); err != nil {
			return err
		}
		if err := s.Run(ctx, out, log, args); err != nil {
			return err
		}
	}
	return nil
}

// gen returns the line that makes a dataset of a scenario.
func (s *Settings) gen(name, scenario string, episodes int, seed uint64, more ...string) line {
	out := storage.Join(s.Dir, name)
	args := []string{"gen", scenario, "--episodes", strconv.Itoa(episodes), "--seed", strconv.FormatUint(seed, 10)}
	return line{slices.Concat(args, more, []string{"--out", out}), out}
}

// train returns the line that fits a model of a kind to a dataset.
func (s *Settings) train(name, kind string, dataset line, more ...string) line {
	out := storage.Join(s.Dir, name)
	args := []string{"train", dataset.out, "--model", kind, "--seed", strconv.FormatUint(s.Seed, 10)}
	return line{slices.Concat(args, more, []string{"--out", out}), out}
}
