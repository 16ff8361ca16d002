package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// judge is a package whose tests judge mutants, built with all of them planted.
type judge struct {
	pkg *goPackage

	mutex  sync.Mutex
	binary string
	tests  []reachingTest // nil until they are known
}

// reachingTest is a test, and the mutants whose code it runs. A test cannot notice others.
type reachingTest struct {
	Name    string  `json:"name"`
	Seconds float64 `json:"seconds"` // that it took alone
	Reaches []int   `json:"reaches,omitempty"`
	// Starts is set where the test starts other processes, whose code is not followed: it is
	// taken to reach everything.
	Starts bool `json:"starts,omitempty"`
	// Broken is set where the test fails when mutants are planted, even if none is tried. It
	// judges mutants that are planted alone.
	Broken bool `json:"broken,omitempty"`
}

func (t *reachingTest) reaches(m *mutant) bool {
	return t.Starts || slices.Contains(t.Reaches, m.number)
}

// build makes the test binary of a judge.
func (c *court) build(ctx context.Context, j *judge) error {
	if j.binary != "" {
		return nil
	}
	path := filepath.Join(c.dir, strings.ReplaceAll(j.pkg.ImportPath, "/", "-")+".test")
	command := c.command(ctx, "go", "test", "-c", "-o", path, "-trimpath", "-pgo=off", "-vet=off",
		"-cover", "-covermode=set", "-coverpkg", strings.Join(c.covered, ","), j.pkg.ImportPath)
	command.Dir = c.tree
	out, err := command.CombinedOutput()
	if ctx.Err() != nil {
		return ctx.Err()
	} else if err != nil {
		return fmt.Errorf("%s with all mutants: %w\n%s", j.pkg.ImportPath, err, out)
	}
	j.binary = path
	return nil
}

// reach finds out which test of a judge reaches which mutants: it runs each alone.
func (c *court) reach(ctx context.Context, j *judge) ([]reachingTest, error) {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	if err := c.build(ctx, j); err != nil {
		return nil, err
	}
	if j.tests != nil {
		return j.tests, nil
	}
	list, err := c.binary(ctx, j, "-test.list=.").Output()
	if err != nil {
		return nil, fmt.Errorf("%s: list of tests: %w", j.pkg.ImportPath, err)
	}
	var names []string
	for _, name := range strings.Fields(string(list)) {
		if !strings.HasPrefix(name, "Benchmark") {
			names = append(names, name)
		}
	}
	tests := make([]reachingTest, len(names))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(c.workers)
	for i, name := range names {
		group.Go(func() (err error) {
			if tests[i], err = c.follow(ctx, j, name); err == nil && tests[i].Broken {
				tests[i], err = c.follow(ctx, j, name) // a busy machine may be why
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	j.tests = tests
	return tests, c.report.add(record{Judge: j.pkg.ImportPath, Tests: tests})
}

// follow runs one test and notes the mutants that it reaches.
func (c *court) follow(ctx context.Context, j *judge, name string) (reachingTest, error) {
	t := reachingTest{Name: name}
	dir, err := os.MkdirTemp(c.dir, "follow")
	if err != nil {
		return t, err
	}
	defer os.RemoveAll(dir)
	profile, started := filepath.Join(dir, "profile"), filepath.Join(dir, "processes")
	if err := os.Mkdir(started, 0o755); err != nil {
		return t, err
	}
	limited, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	command := c.binary(limited, j, "-test.run="+only(name), "-test.timeout=0", "-test.coverprofile="+profile)
	command.Env = append(command.Env, processes+"="+started)
	began := time.Now()
	var failed *exec.ExitError
	switch _, err := command.CombinedOutput(); {
	case ctx.Err() != nil:
		return t, ctx.Err()
	case errors.As(err, &failed):
		t.Broken = true
	case err != nil:
		return t, err
	}
	t.Seconds = time.Since(began).Seconds()
	files, err := os.ReadDir(started)
	if err != nil {
		return t, err
	}
	t.Starts = len(files) > 1
	t.Reaches, err = c.reached(profile, j)
	if os.IsNotExist(err) { // it ended the process
		t.Starts, err = true, nil
	}
	return t, err
}

// only returns the pattern of tests with these names.
func only(names ...string) string {
	for i, name := range names {
		names[i] = regexp.QuoteMeta(name)
	}
	return "^(" + strings.Join(names, "|") + ")$"
}

// reached reads from a profile of coverage which mutants were run. Code that belongs to no
// block of the profile counts as run when any of its function was.
func (c *court) reached(profile string, j *judge) (numbers []int, err error) {
	file, err := os.Open(profile)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	type seen struct{ block, run, function bool }
	all := map[*mutant]*seen{}
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		path, rest, _ := strings.Cut(lines.Text(), ":")
		mutants := c.inFile[path]
		if len(mutants) == 0 {
			continue
		}
		var from, to place
		var statements, count int
		if _, err := fmt.Sscanf(rest, "%d.%d,%d.%d %d %d", &from.line, &from.column, &to.line, &to.column, &statements, &count); err != nil {
			return nil, fmt.Errorf("profile of %s: %q: %w", j.pkg.ImportPath, lines.Text(), err)
		}
		for _, m := range mutants {
			s := all[m]
			if s == nil {
				s = &seen{}
				all[m] = s
			}
			if !m.at.before(from) && m.at.before(to) {
				s.block, s.run = true, s.run || count > 0
			}
			if count > 0 && !from.before(m.from) && from.before(m.to) {
				s.function = true
			}
		}
	}
	for m, s := range all {
		if s.run || !s.block && s.function {
			numbers = append(numbers, m.number)
		}
	}
	slices.Sort(numbers)
	return numbers, lines.Err()
}
