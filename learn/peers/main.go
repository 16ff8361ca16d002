// Command peers compares the learner with PyTorch and onnxruntime on this machine.
//
//	go run ./learn/peers [-rounds 3] [-node-modules DIR] [-json]
//
// It runs `orrery bench` and the scripts beside it in turn, a second or so for each
// figure and several rounds of everything. A change of the machine's speed then
// affects all of them. It prints the median over the rounds of each side's figure, and
// their ratio; of several variants and thread counts of a peer the best one counts.
//
// It installs nothing. PyTorch is Debian's python3-torch, which takes whatever BLAS
// is installed and is only itself with libopenblas0-pthread; onnxruntime is the npm
// package onnxruntime-node, installed in -node-modules. What is missing is named
// and left out. Run it from the root of the module.
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
	rounds      int
	duration    time.Duration
	orrery      string
	python      string
	nodeModules string
	json        bool
}

func main() {
	var o options
	flag.IntVar(&o.rounds, "rounds", 3, "how often everything is measured")
	flag.DurationVar(&o.duration, "duration", time.Second, "of each measurement")
	flag.StringVar(&o.orrery, "orrery", "", "the orrery program; empty builds it")
	flag.StringVar(&o.python, "python", "/usr/bin/python3", "a Python that may have torch")
	flag.StringVar(&o.nodeModules, "node-modules", ".", "where npm may have installed onnxruntime-node")
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
