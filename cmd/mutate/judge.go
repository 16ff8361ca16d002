package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
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
	late       // a test ran ten times as long as usual
	impossible // it does not compile
)

func (f fate) String() string {
	return [...]string{"SURVIVED", "dead", "dead, late", "does not compile"}[f]
}

// court tries mutants.
type court struct {
	dir string // for changed files and overlays

	mutex sync.Mutex
	usual map[string]time.Duration // of the tests of a package without a mutant
}

// try runs the tests that judge a mutant, until one fails.
func (c *court) try(ctx context.Context, m *mutant, id int) (verdict, error) {
	began := time.Now()
	done := func(f fate, by string) (verdict, error) {
		return verdict{f, by, time.Since(began).Seconds()}, nil
	}
	overlay, err := c.overlay(m, id)
	if err != nil {
		return verdict{}, err
	}
	if output, err := c.command(ctx, "build", "-overlay", overlay, m.pkg.ImportPath).CombinedOutput(); err != nil {
		if ctx.Err() != nil {
			return verdict{}, ctx.Err()
		}
		if !bytes.Contains(output, []byte(".go:")) {
			return verdict{}, fmt.Errorf("%v: go build: %s", m, output)
		}
		return done(impossible, "")
	}
	for _, judge := range m.pkg.judges {
		usual, err := c.without(ctx, judge)
		if err != nil {
			return verdict{}, err
		}
		passed, err := c.test(ctx, judge, 10*usual+20*time.Second, "-overlay", overlay)
		switch {
		case errors.Is(err, context.DeadlineExceeded):
			return done(late, judge.ImportPath)
		case err != nil:
			return verdict{}, err
		case !passed:
			return done(dead, judge.ImportPath)
		}
	}
	return done(survived, "")
}

// overlay writes the changed file, and the file that tells the go command of it.
func (c *court) overlay(m *mutant, id int) (string, error) {
	content, err := m.apply()
	if err != nil {
		return "", err
	}
	changed := filepath.Join(c.dir, fmt.Sprintf("%d.go", id))
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
	path := filepath.Join(c.dir, fmt.Sprintf("%d.json", id))
	return path, os.WriteFile(path, list, 0o644)
}

// without returns how long the tests of a package take as it is; they must pass.
func (c *court) without(ctx context.Context, p *goPackage) (time.Duration, error) {
	c.mutex.Lock()
	usual, known := c.usual[p.ImportPath]
	c.mutex.Unlock()
	if known {
		return usual, nil
	}
	began := time.Now()
	passed, err := c.test(ctx, p, 10*time.Minute)
	if err == nil && !passed {
		err = fmt.Errorf("the tests of %s fail as they are", p.ImportPath)
	}
	if err != nil {
		return 0, err
	}
	usual = time.Since(began)
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.usual[p.ImportPath] = usual
	return usual, nil
}

// test runs the tests of a package and reports whether they pass. It fails with
// context.DeadlineExceeded when they take longer than the limit.
func (c *court) test(parent context.Context, p *goPackage, limit time.Duration, flags ...string) (bool, error) {
	ctx, cancel := context.WithTimeout(parent, limit)
	defer cancel()
	arguments := append([]string{"test", "-count=1", "-failfast", "-vet=off", "-timeout=0"}, flags...)
	output, err := c.command(ctx, append(arguments, p.ImportPath)...).CombinedOutput()
	var failed *exec.ExitError
	switch {
	case parent.Err() != nil:
		return false, parent.Err()
	case ctx.Err() != nil:
		return false, ctx.Err()
	case err == nil:
		return true, nil
	case errors.As(err, &failed) && strings.Contains(string(output), "FAIL"):
		return false, nil
	}
	return false, fmt.Errorf("go test %s: %w\n%s", p.ImportPath, err, output)
}

// command returns a go command that ends with all that it started.
func (c *court) command(ctx context.Context, arguments ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, "go", arguments...)
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	command.WaitDelay = 5 * time.Second
	return command
}
