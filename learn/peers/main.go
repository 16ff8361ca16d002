// Command peers compares the learner with PyTorch, JAX, NumPy and onnxruntime on this machine.
//
//	go run ./learn/peers [-rounds 9] [-python FILE] [-json]
//
// It runs `orrery bench` and the scripts beside it in turn, a second or so for each
// figure and several rounds of everything. A change of the machine's speed then
// affects all of them. It prints the median over the rounds of each side's figure, and
// their ratio; of several programs, variants and thread counts the best one counts.
//
// `make bench-peers` installs what requirements.txt names into an environment of its own
// and passes its Python. What is missing there is named and left out. Each peer is held to
// as many cores as threads. Run it from the root of the module.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"
)

type options struct {
	rounds   int
	duration time.Duration
	orrery   string
	python   string
	json     bool
}

func main() {
	var o options
	flag.IntVar(&o.rounds, "rounds", 9, "how often everything is measured")
	flag.DurationVar(&o.duration, "duration", time.Second, "of each measurement")
	flag.StringVar(&o.orrery, "orrery", "", "the orrery program; empty builds it")
	flag.StringVar(&o.python, "python", "python3", "a Python that has what requirements.txt names")
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
	c := &comparison{options: o, dir: dir, progress: progress, figures: newFigures()}
	if err := c.prepare(ctx); err != nil {
		return err
	}
	for round := range o.rounds {
		fmt.Fprintf(progress, "round %d of %d\n", round+1, o.rounds)
		if err := c.round(ctx); err != nil {
			return err
		}
	}
	report := c.figures.report(c.missing)
	if o.json {
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		return encoder.Encode(report)
	}
	return report.print(out)
}
