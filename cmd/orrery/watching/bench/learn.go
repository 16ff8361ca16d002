package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"orrery/cmd/orrery/console"
	"orrery/datasets"
)

// What is filmed to learn from, and what judges the models that learn from it.
const (
	clipFrames = 121 // of two seconds
	clipSize   = "480x480"
	clipWith   = "h264=23"
	heldClips  = 200
	heldSeed   = "1000001"
)

// learning compares models that learn from films with models that learn from exact states of the same episodes, by commands of
// orrery. Each leaves what it made in a folder and is not run again where that is complete.
type learning struct {
	program string // orrery
	dir     string // for all that is made
	clips   int
	steps   int // of each training
	out     io.Writer
}

// run does a command unless it is done, and goes on with one that was interrupted where that is possible.
func (l *learning) run(ctx context.Context, name string, resumable bool, args ...string) error {
	done := filepath.Join(l.dir, name+".done")
	if _, err := os.Stat(done); err == nil {
		return nil
	}
	begun := filepath.Join(l.dir, name+".begun")
	_, err := os.Stat(begun)
	switch {
	case err == nil && resumable:
		args = append(args, "--resume")
	case err == nil:
		args = append(args, "--force")
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if err := os.WriteFile(begun, nil, 0o644); err != nil {
		return err
	}
	log, err := os.OpenFile(filepath.Join(l.dir, name+".txt"), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	fmt.Fprintf(log, "orrery %s\n", strings.Join(args, " "))
	cmd := exec.CommandContext(ctx, l.program, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGINT) }
	cmd.WaitDelay = 10 * time.Second
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("orrery %s: %w; %s tells more", args[0], err, log.Name())
	}
	return os.WriteFile(done, nil, 0o644)
}

// scenario films one, learns from the films, and prints what that is worth.
func (l *learning) scenario(ctx context.Context, name string) error {
	in := func(parts ...string) string { return filepath.Join(append([]string{l.dir}, parts...)...) }
	frames := strconv.Itoa(clipFrames)
	if err := l.run(ctx, "exact", true, "gen", name, "--episodes", strconv.Itoa(l.clips), "--frames", frames,
		"--film", "video", "--film-size", clipSize, "--film-with", clipWith, "--out", in("exact")); err != nil {
		return err
	}
	if err := l.run(ctx, "held", true, "gen", name, "--episodes", strconv.Itoa(heldClips), "--frames", frames, "--seed", heldSeed, "--out", in("held")); err != nil {
		return err
	}
	films, err := filepath.Glob(in("exact", "videos", "*", "*", "*.mp4"))
	if err != nil || len(films) != l.clips {
		return fmt.Errorf("%s has %d films, must have %d", in("exact"), len(films), l.clips)
	}
	slices.Sort(films)
	scale, err := scaleOf(ctx, in("exact"))
	if err != nil {
		return err
	}
	watch := append(append([]string{"watch"}, films...), "--scale", fmt.Sprintf("%.6fpx/m", scale), "--check", "none", "--out", in("watched"))
	if err := l.run(ctx, "watched", true, watch...); err != nil {
		return err
	}
	if err := l.run(ctx, "seen", false, "import", "csv", in("watched", "tracks.csv"), "--scenes", in("watched", "scenes"), "--odd", "drop", "--out", in("seen")); err != nil {
		return err
	}
	steps := strconv.Itoa(l.steps)
	for _, data := range []string{"seen", "exact"} {
		if err := l.run(ctx, data+"-numbers", false, "identify", in(data), "--out", in(data+"-numbers")); err != nil {
			return err
		}
		train := []string{"train", in(data), "--steps", steps, "--out", in(data + "-model")}
		if data == "seen" {
			train = append(train, "--unknown", "gravity,drag,elasticity,friction")
		}
		if err := l.run(ctx, data+"-model", true, train...); err != nil {
			return err
		}
	}
	if err := l.run(ctx, "eval", false, "eval", "seen="+in("seen-model"), "exact="+in("exact-model"), "--data", in("held"), "--horizons", "0.5,1", "--out", in("eval.json")); err != nil {
		return err
	}
	if err := l.numbers(name); err != nil {
		return err
	}
	if err := l.errors(name); err != nil {
		return err
	}
	return l.plain(ctx, name)
}

// scaleOf returns how many px of a film are a metre: the camera stands alike in all episodes between the same walls.
func scaleOf(ctx context.Context, dir string) (float64, error) {
	d, err := datasets.Open(ctx, dir)
	if err != nil {
		return 0, err
	}
	p, err := d.Pictures(ctx, 0)
	if err != nil {
		return 0, err
	}
	return p.Place.Scale, nil
}

// The targets of what is learned from films.
const (
	mostRatio = 3.0   // of the error to that of the model told exact states
	mostError = 0.002 // m, which is small enough whatever the ratio
)

// errors prints how far off both models are from true starts.
func (l *learning) errors(name string) error {
	var found struct {
		Horizons []float64 `json:"horizons_s"`
		Models   map[string]struct {
			Position struct {
				Mean []float64 `json:"mean"`
			} `json:"position_m"`
		} `json:"models"`
	}
	if err := console.ReadJSON(filepath.Join(l.dir, "eval.json"), &found); err != nil {
		return err
	}
	seen, exact := found.Models["seen"].Position.Mean, found.Models["exact"].Position.Mean
	for k, horizon := range found.Horizons {
		if k >= len(seen) || k >= len(exact) {
			return fmt.Errorf("%s: no errors at %g s", l.dir, horizon)
		}
		ratio, miss := seen[k]/exact[k], ""
		if !(ratio <= mostRatio || seen[k] <= mostError) {
			miss = fmt.Sprintf("   misses ≤ %g ×", mostRatio)
		}
		fmt.Fprintf(l.out, "%-10s error at %g s   %8.5f m from films, %8.5f m from exact states: %.2f ×%s\n", name, horizon, seen[k], exact[k], ratio, miss)
	}
	return nil
}

// parameter is a number of a scene as orrery identify writes it.
type parameter struct {
	Name  string   `json:"name"`
	Of    string   `json:"of"`
	Value *float64 `json:"value"`
	Known bool     `json:"identifiable"`
	Why   string   `json:"why"`
}

// numbers prints the parameters found in films beside those that exact states tell.
func (l *learning) numbers(name string) error {
	var told [2]struct {
		Parameters []parameter `json:"parameters"`
	}
	for i, data := range []string{"exact", "seen"} {
		if err := console.ReadJSON(filepath.Join(l.dir, data+"-numbers", "identify.json"), &told[i]); err != nil {
			return err
		}
	}
	for _, p := range told[0].Parameters {
		most := map[string]float64{"gravity": 0.02, "elasticity": 0.02, "friction": 0.04}[p.Name]
		if most == 0 || !p.Known || p.Value == nil {
			continue
		}
		if p.Name == "gravity" && *p.Value != 0 {
			most *= math.Abs(*p.Value)
		}
		k := slices.IndexFunc(told[1].Parameters, func(q parameter) bool { return q.Name == p.Name && q.Of == p.Of })
		switch {
		case k < 0:
			continue // of one axis alone
		case !told[1].Parameters[k].Known || told[1].Parameters[k].Value == nil:
			fmt.Fprintf(l.out, "%-10s %-10s %-7s %9.5f, from films unknown: %s   misses\n", name, p.Name, p.Of, *p.Value, told[1].Parameters[k].Why)
			continue
		}
		seen, miss := *told[1].Parameters[k].Value, ""
		if !(math.Abs(seen-*p.Value) <= most) {
			miss = fmt.Sprintf("   misses ± %.3g", most)
		}
		fmt.Fprintf(l.out, "%-10s %-10s %-7s %9.5f, from films %9.5f%s\n", name, p.Name, p.Of, *p.Value, seen, miss)
	}
	return nil
}

// runLearning does it for the scenarios that are named.
func runLearning(ctx context.Context, out io.Writer, o *options) error {
	for _, scene := range o.scenes {
		l := &learning{program: o.program, dir: filepath.Join(o.save, scene), clips: o.learn, steps: o.steps, out: out}
		if err := os.MkdirAll(l.dir, 0o755); err != nil {
			return err
		}
		if err := l.scenario(ctx, scene); err != nil {
			return err
		}
	}
	return nil
}
