// Command mutate measures how well the tests bite: it plants one small fault at a time
// and counts how many of them the tests notice.
//
//	go run ./cmd/mutate                                # 200 mutants, as `make mutate`
//	go run ./cmd/mutate -n 20 -seed 3 ./world/plan     # 20 of one package
//	go run ./cmd/mutate -at world/plan/cost.go:57      # all of one line
//	go run ./cmd/mutate -report FILE                   # goes on where FILE ends
//
// A mutant is the program with one fault. It dies when a test of its own package fails,
// or of a package that imports this one directly; the tests run in full, without -short.
// A mutant that does not compile is no fault, and another one is drawn in its place. One
// under which a test takes ten times as long as without it counts as dead. Mutants that
// behave like the program itself cannot die, and count as survivors.
//
// The faults are those that people make: a boundary moved by one, a sign turned, a
// factor of two, a condition reversed, a clip or a call forgotten, an error dropped. The
// same seed draws the same mutants from the same code. Nothing is written into the
// tree: the go command reads the changed files through an overlay.
//
// All mutants are compiled into one program, in a copy of the tree, and an environment variable chooses the one
// to try. Each test runs once without any, and its coverage tells which mutants it reaches:
// a test that never runs the changed code cannot notice the change, and is left out. A test
// that starts other processes is taken to reach everything. A mutant outside functions, as
// of a constant, is compiled alone and judged by all tests.
//
// Mutate prints a line for each mutant and then a table by package. It exits with 1 when
// fewer of them die than -least asks for. Survivors that were read, and why they live, are in
// survivors.md.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	var o options
	flag.IntVar(&o.count, "n", 200, "how many mutants to try")
	flag.Uint64Var(&o.seed, "seed", 1, "seed of the draw")
	flag.StringVar(&o.at, "at", "", "try all mutants of one `file:line` instead")
	flag.Float64Var(&o.least, "least", 0, "the share that must die, from 0 to 1")
	flag.IntVar(&o.workers, "workers", 2, "mutants at the same time")
	flag.StringVar(&o.report, "report", "", "keep verdicts in this `file`, and do not try again what is in it")
	flag.BoolVar(&o.list, "list", false, "print the mutants and run nothing")
	flag.Parse()
	o.patterns = flag.Args()
	if len(o.patterns) == 0 {
		o.patterns = []string{"./world/...", "./sim/...", "./datasets/...", "./learn/..."}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Stdout, o); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}
