package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// verdict says what became of a mutant.
type verdict struct {
	fate
	by      string // the package whose tests noticed
	seconds float64
}

type fate int

const (
	survived fate = iota
	dead
	late // a test ran ten times as long as usual
)

func (f fate) String() string { return [...]string{"SURVIVED", "dead", "dead, late"}[f] }

// court tries mutants.
type court struct {
	dir     string // for changed files, overlays and test binaries
	workers int
	report  *report
	root    string               // of the module
	tree    string               // a copy with all mutants
	covered []string             // import paths of packages with mutants
	inFile  map[string][]*mutant // by import path and name of the file
	judges  map[*goPackage]*judge
}

// compiles reports whether a mutant does.
func (c *court) compiles(ctx context.Context, m *mutant) (bool, error) {
	overlay, err := c.overlay(m)
	if err != nil {
		return false, err
	}
	output, err := c.command(ctx, "go", "build", "-overlay", overlay, m.pkg.ImportPath).CombinedOutput()
	switch {
	case ctx.Err() != nil:
		return false, ctx.Err()
	case err == nil:
		return true, nil
	case bytes.Contains(output, []byte(".go:")):
		return false, nil
	}
	return false, fmt.Errorf("%v: go build: %s", m, output)
}

// try runs the tests that judge a mutant, until one fails: those of its own package, and
// then of those importers first that need least time.
func (c *court) try(ctx context.Context, m *mutant) (verdict, error) {
	began := time.Now()
	type bench struct {
		*judge
		tests   []reachingTest
		seconds float64
	}
	var benches []bench
	for k, p := range m.pkg.judges {
		j := c.judges[p]
		all, err := c.reach(ctx, j)
		if err != nil {
			return verdict{}, err
		}
		b := bench{judge: j}
		for _, t := range all {
			if !m.planted || t.reaches(m) {
				b.tests, b.seconds = append(b.tests, t), b.seconds+t.Seconds
			}
		}
		if k == 0 { // its own
			if f, err := c.hear(ctx, m, j, b.tests); f != survived || err != nil {
				return verdict{f, p.ImportPath, time.Since(began).Seconds()}, err
			}
		} else if len(b.tests) > 0 {
			benches = append(benches, b)
		}
	}
	slices.SortStableFunc(benches, func(a, b bench) int { return cmp.Compare(a.seconds, b.seconds) })
	for _, b := range benches {
		if f, err := c.hear(ctx, m, b.judge, b.tests); f != survived || err != nil {
			return verdict{f, b.pkg.ImportPath, time.Since(began).Seconds()}, err
		}
	}
	return verdict{survived, "", time.Since(began).Seconds()}, nil
}

// hear runs tests of one judge, the quick ones first.
func (c *court) hear(ctx context.Context, m *mutant, j *judge, tests []reachingTest) (fate, error) {
	if !m.planted {
		return c.hearAlone(ctx, m, j, tests)
	}
	tests = slices.SortedStableFunc(slices.Values(tests), func(a, b reachingTest) int { return cmp.Compare(a.Seconds, b.Seconds) })
	var whole, taken float64
	var batches [2][]string
	var broken []reachingTest
	var seconds [2]float64
	for _, t := range tests {
		whole += t.Seconds
	}
	for _, t := range tests {
		if t.Broken {
			broken = append(broken, t)
			continue
		}
		taken += t.Seconds
		k := 0
		if taken > whole/10 {
			k = 1
		}
		batches[k], seconds[k] = append(batches[k], t.Name), seconds[k]+t.Seconds
	}
	for k, names := range batches {
		if len(names) == 0 {
			continue
		}
		command := func(ctx context.Context) *exec.Cmd {
			c := c.binary(ctx, j, "-test.run="+only(names...), "-test.failfast", "-test.timeout=0")
			c.Env = append(c.Env, fmt.Sprintf("%s=%d", tried, m.number))
			return c
		}
		if f, err := c.outcome(ctx, command, seconds[k]); f != survived || err != nil {
			return f, err
		}
	}
	if len(broken) > 0 {
		return c.hearAlone(ctx, m, j, broken)
	}
	return survived, nil
}

// hearAlone runs tests with no other mutant planted. Tests that fail without it say nothing.
func (c *court) hearAlone(ctx context.Context, m *mutant, j *judge, tests []reachingTest) (fate, error) {
	overlay, err := c.overlay(m)
	if err != nil || len(tests) == 0 {
		return survived, err
	}
	test := func(overlay string, names ...string) func(ctx context.Context) *exec.Cmd {
		return func(ctx context.Context) *exec.Cmd {
			return c.command(ctx, "go", "test", "-count=1", "-failfast", "-vet=off", "-pgo=off", "-timeout=0", "-overlay", overlay,
				"-run", only(names...), j.pkg.ImportPath)
		}
	}
	nothing := filepath.Join(c.dir, "nothing.json")
	if err := os.WriteFile(nothing, []byte(`{"Replace":{}}`), 0o644); err != nil {
		return survived, err
	}
	var names []string
	seconds := 60.0 // to build them
	for _, t := range tests {
		if t.Broken {
			if f, err := c.outcome(ctx, test(nothing, t.Name), 60+t.Seconds); err != nil {
				return survived, err
			} else if f != survived {
				c.report.print("left out: %s of %s fails without a mutant\n", t.Name, j.pkg.ImportPath)
				continue
			}
		}
		names, seconds = append(names, t.Name), seconds+t.Seconds
	}
	if len(names) == 0 {
		return survived, nil
	}
	return c.outcome(ctx, test(overlay, names...), seconds)
}

// outcome runs a command of tests that takes some seconds as a rule.
func (c *court) outcome(parent context.Context, command func(context.Context) *exec.Cmd, usual float64) (fate, error) {
	ctx, cancel := context.WithTimeout(parent, time.Duration((10*usual+20)*float64(time.Second)))
	defer cancel()
	output, err := command(ctx).CombinedOutput()
	var failed *exec.ExitError
	switch {
	case parent.Err() != nil:
		return survived, parent.Err()
	case ctx.Err() != nil:
		return late, nil
	case err == nil:
		return survived, nil
	case errors.As(err, &failed):
		return dead, nil
	}
	return survived, fmt.Errorf("%w\n%s", err, output)
}

// overlay writes the file that a mutant changes, and the file that tells the go command of it.
func (c *court) overlay(m *mutant) (string, error) {
	content, err := m.apply()
	if err != nil {
		return "", err
	}
	changed := filepath.Join(c.dir, fmt.Sprintf("%d.go", m.number))
	if err := os.WriteFile(changed, content, 0o644); err != nil {
		return "", err
	}
	real, err := filepath.Abs(m.file)
	if err != nil {
		return "", err
	}
	list, err := json.Marshal(map[string]map[string]string{"Replace": {real: changed}})
	if err != nil {
		return "", err
	}
	path := filepath.Join(c.dir, fmt.Sprintf("%d.json", m.number))
	return path, os.WriteFile(path, list, 0o644)
}

// binary returns a command that runs the tests of a judge with all mutants planted.
func (c *court) binary(ctx context.Context, j *judge, arguments ...string) *exec.Cmd {
	command := c.command(ctx, j.binary, arguments...)
	command.Dir = filepath.Join(c.tree, strings.TrimPrefix(j.pkg.Dir, c.root))
	command.Env = append(command.Env, "GOFLAGS="+strings.TrimSpace(os.Getenv("GOFLAGS")+" -pgo=off"))
	return command
}

// command returns a command that ends with all that it started.
func (c *court) command(ctx context.Context, name string, arguments ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, name, arguments...)
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	command.WaitDelay = 5 * time.Second
	command.Env = os.Environ()
	return command
}
