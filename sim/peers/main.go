// Command peers compares the engine with Chipmunk in C on this machine.
//
//	go run ./sim/peers [-rounds 9] [-duration 500ms] [-json]
//
// It compiles chipmunk/worlds.c against the system's libchipmunk and runs it and
// `orrery bench sim` in turn, on the same worlds and for the same time, so that a
// change of the machine's mood meets both alike. It prints the medians over the
// rounds of steps per second and of their ratio: making a world anew every 500
// steps is included, and one thread does all. Debian's library has its assertions
// switched on.
//
// It also prints how much more two workers do than one, and how much more two
// programs of one worker each. Two programs share nothing but the machine. If they
// do less than twice as much, the machine is the reason, and no program can do better.
//
// It installs nothing. Without a C compiler or libchipmunk-dev it says so and
// measures ours alone. Run it from the root of the module.
package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

//go:embed chipmunk/worlds.c
var worldsSource []byte

type options struct {
	rounds   int
	duration time.Duration
	orrery   string
	cc       string
	json     bool
}

func main() {
	var o options
	flag.IntVar(&o.rounds, "rounds", 9, "how often everything is measured")
	flag.DurationVar(&o.duration, "duration", 500*time.Millisecond, "of each measurement")
	flag.StringVar(&o.orrery, "orrery", "", "the orrery program; empty builds it")
	flag.StringVar(&o.cc, "cc", "cc", "a C compiler")
	flag.BoolVar(&o.json, "json", false, "print JSON and no table")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, os.Stderr, o); err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out, progress io.Writer, o options) error {
	dir, err := os.MkdirTemp("", "peers")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if o.orrery == "" {
		o.orrery = filepath.Join(dir, "orrery")
		if _, err := output(exec.CommandContext(ctx, "go", "build", "-o", o.orrery, "./cmd/orrery")); err != nil {
			return err
		}
	}
	peer, err := compile(ctx, o.cc, dir)
	if err != nil {
		fmt.Fprintf(progress, "missing C Chipmunk: apt-get install gcc libc6-dev libchipmunk-dev\n  (%v)\n", err)
	}
	figures := newFigures()
	for round := range o.rounds {
		fmt.Fprintf(progress, "round %d of %d\n", round+1, o.rounds)
		if err := figures.measure(ctx, o, peer); err != nil {
			return err
		}
	}
	report := figures.report()
	if o.json {
		return json.NewEncoder(out).Encode(report)
	}
	return report.print(out)
}

// compile returns the path of the program made of worlds.c, or why there is none.
func compile(ctx context.Context, cc, dir string) (string, error) {
	source, program := filepath.Join(dir, "worlds.c"), filepath.Join(dir, "worlds")
	if err := os.WriteFile(source, worldsSource, 0o644); err != nil {
		return "", err
	}
	_, err := output(exec.CommandContext(ctx, cc, "-O2", "-o", program, source, "-lchipmunk", "-lm"))
	if err != nil {
		return "", err
	}
	return program, nil
}

// measure runs one round: C Chipmunk world by world, one worker, two workers, two programs.
func (f figures) measure(ctx context.Context, o options, peer string) (err error) {
	theirs := map[string]float64{}
	for _, g := range f {
		if peer == "" {
			break
		}
		if theirs[g.World], err = chipmunk(ctx, o, peer, g.World); err != nil {
			return err
		}
	}
	var alone, workers map[string]float64
	if alone, err = bench(ctx, o, 1); err != nil {
		return err
	}
	if workers, err = bench(ctx, o, 2); err != nil {
		return err
	}
	var programs [2]map[string]float64
	group, groupCtx := errgroup.WithContext(ctx)
	for i := range programs {
		group.Go(func() (err error) {
			programs[i], err = bench(groupCtx, o, 1)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for _, g := range f {
		ours := alone[g.World]
		g.ours = append(g.ours, ours)
		g.workers = append(g.workers, workers[g.World]/ours)
		g.programs = append(g.programs, (programs[0][g.World]+programs[1][g.World])/ours)
		if peer != "" {
			g.theirs, g.ratio = append(g.theirs, theirs[g.World]), append(g.ratio, ours/theirs[g.World])
		}
	}
	return nil
}

// bench returns the steps per second of each world that orrery measures with as
// many threads as workers.
func bench(ctx context.Context, o options, workers int) (map[string]float64, error) {
	cmd := exec.CommandContext(ctx, o.orrery, "bench", "sim", "--json",
		"--workers", strconv.Itoa(workers), "--duration", o.duration.String())
	cmd.Env = append(os.Environ(), "GOMAXPROCS="+strconv.Itoa(workers))
	out, err := output(cmd)
	if err != nil {
		return nil, err
	}
	var measured struct {
		A, B, C struct {
			StepsPerS float64 `json:"steps_per_s"`
		}
	}
	if err := json.Unmarshal(out, &measured); err != nil {
		return nil, fmt.Errorf("orrery bench sim: %w", err)
	}
	return map[string]float64{"A": measured.A.StepsPerS, "B": measured.B.StepsPerS, "C": measured.C.StepsPerS}, nil
}

// chipmunk returns the steps per second that worlds.c prints last; the library
// greets before.
func chipmunk(ctx context.Context, o options, program, world string) (float64, error) {
	out, err := output(exec.CommandContext(ctx, program, world, fmt.Sprint(o.duration.Seconds())))
	if err != nil {
		return 0, err
	}
	words := strings.Fields(string(out))
	if len(words) == 0 {
		return 0, errors.New("worlds.c printed nothing")
	}
	return strconv.ParseFloat(words[len(words)-1], 64)
}

// output runs a program; an error has what it wrote to standard error.
func output(cmd *exec.Cmd) ([]byte, error) {
	out, err := cmd.Output()
	if exit := new(exec.ExitError); errors.As(err, &exit) {
		err = fmt.Errorf("%w: %s", err, exit.Stderr)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(cmd.Path), err)
	}
	return out, nil
}
