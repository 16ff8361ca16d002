package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"orrery/cmd/orrery/console"
	"orrery/world"
)

// TestBenchFlagsSetTheSizes: each flag its own.
func TestBenchFlagsSetTheSizes(t *testing.T) {
	t.Parallel()
	opts := defaultBenchOptions()
	flags := pflag.NewFlagSet("bench", pflag.ContinueOnError)
	opts.addFlags(flags)
	if err := flags.Parse(strings.Fields(`--workers 3 --duration 5ms --mlp 6,7 --mlp-batch 8 --graphs 9 --nodes 10 --hidden 11 --rounds 12
		--contact-batch 13 --scenes 14 --model m --tune samples=15 --json --repeat 16 --out o --against a --force`)); err != nil {
		t.Fatal(err)
	}
	flags.VisitAll(func(flag *pflag.Flag) {
		if !flag.Changed {
			t.Errorf("--%s is not looked at here", flag.Name)
		}
	})
	s, b := &opts.Sizes, &opts.Bench
	got := fmt.Sprintln(s.Workers, s.Duration, s.MLP.Layers, s.MLP.Batch, s.Interaction.Graphs, s.Interaction.Nodes, s.Interaction.Hidden, s.Interaction.Rounds,
		b.Batch, b.Scenes, opts.Model, opts.Tune["samples"], opts.JSON, opts.Repeat, opts.Out, opts.Against, opts.Force)
	if want := "3 5ms [6 7] 8 9 10 11 12 13 14 m 15 true 16 o a true\n"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	opts.What, opts.Sizes.MLP.Layers = "infer", []int{6, 7, 8}
	opts.Tune = console.Settings{}
	if err := opts.validate(); err != nil || b.Workers != 3 || b.Duration != 5*time.Millisecond {
		t.Errorf("%v: %d workers for %v", err, b.Workers, b.Duration)
	}
}

// TestBudgetsEndTrainings: without them each would take a minute or more.
func TestBudgetsEndTrainings(t *testing.T) {
	skipShort(t)
	t.Parallel()
	data, out := dividedDataset(t), filepath.Join(t.TempDir(), "model")
	mustRun(t, "train", data, "--out", out, "--model", "interaction", "--width", "4", "--rounds", "1", "--batch", "8", "--budget", "50ms")
	d, err := world.ReadDescription(out)
	if err != nil {
		t.Fatal(err)
	}
	var recipe struct {
		Budget time.Duration
		Steps  int
	}
	if err := json.Unmarshal(d.Training.Recipe, &recipe); err != nil || recipe.Budget != 50*time.Millisecond || recipe.Steps != 0 {
		t.Errorf("the recipe is %+v: %v", recipe, err)
	}
	code, stdout, stderr := runLine(t.Context(), "eval", data, "--split", "all", "--cross", "4", "--budget", "50ms", "--json")
	if code != exitDone {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	var result struct {
		Models map[string]struct {
			Seconds float64 `json:"train_s"`
		}
	}
	if err := json.Unmarshal([]byte(stdout), &result); err != nil || !(result.Models["contact"].Seconds >= 4*0.05) {
		t.Errorf("four models are trained for %v s together: %v", result.Models["contact"].Seconds, err)
	}
}

// TestEvaluationsDoNotDependOnWorkers, of which there must be one.
func TestEvaluationsDoNotDependOnWorkers(t *testing.T) {
	t.Parallel()
	line := []string{"eval", "true", "--data", tinyDataset(t), "--episodes", "3", "--workers"}
	run := func(workers string) string {
		return lasting(pace.ReplaceAllString(mustRun(t, append(line, workers)...), ""))
	}
	if one, three := run("1"), run("3"); one != three {
		t.Errorf("one worker and three differ: %s", difference(one, three))
	}
	if code, _, stderr := runLine(t.Context(), append(line, "0")...); code != exitUsage || !strings.Contains(stderr, "workers 0 must be") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}

// TestImportsDoNotDependOnWorkers, of which there must be one.
func TestImportsDoNotDependOnWorkers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	table := filepath.Join(dir, "table.csv")
	mustRun(t, "export", tinyDataset(t), "--to", "csv", "--out", table)
	made := func(workers string) map[string]string {
		out := filepath.Join(dir, workers)
		mustRun(t, "import", "csv", table, "--fps", "60", "--workers", workers, "--out", out)
		return readTree(t, out)
	}
	one, three := made("1"), made("3")
	for path, text := range one {
		if three[path] != text {
			t.Errorf("%s differs", path)
		}
	}
	if code, _, stderr := runLine(t.Context(), "import", "csv", table, "--fps", "60", "--workers", "0", "--out", filepath.Join(dir, "none")); code != exitUsage || !strings.Contains(stderr, "workers 0 must be") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}

// TestThePageIsServedWhereItIsAsked: at the port and from the folder that flags say.
func TestThePageIsServedWhereItIsAsked(t *testing.T) {
	t.Setenv("PATH", t.TempDir()) // no browser and no desktop viewer
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	dir, line := pageDir(t), make([]byte, 200)
	var ended chan string
	var reader *io.PipeReader
	var port, n int
	for err := error(syscall.EADDRINUSE); errors.Is(err, syscall.EADDRINUSE); { // again where another program was faster
		port = freePort(t)
		var writer *io.PipeWriter
		reader, writer = io.Pipe()
		root := newRootCommand()
		root.SetArgs([]string{"view", "--web", "--port", fmt.Sprint(port), "--dir", dir, "--scene", "pile"})
		root.SetOut(writer)
		root.SetErr(io.Discard)
		ended = make(chan string, 1)
		go func(ended chan<- string) {
			err := root.ExecuteContext(ctx)
			writer.CloseWithError(err)
			ended <- fmt.Sprint(err)
		}(ended)
		if n, err = reader.Read(line); err != nil && !errors.Is(err, syscall.EADDRINUSE) {
			t.Fatal(err)
		}
	}
	go io.Copy(io.Discard, reader)
	address, _, _ := strings.Cut(string(line[:n]), "\n")
	if !strings.HasPrefix(address, fmt.Sprintf("http://127.0.0.1:%d/", port)) {
		t.Errorf("address %s, want port %d", address, port)
	}
	answer, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if body, err := io.ReadAll(answer.Body); err != nil || string(body) != "content of index.html" {
		t.Errorf("got %q, %v", body, err)
	}
	cancel()
	if err := <-ended; err != "<nil>" {
		t.Errorf("ended with %s", err)
	}
}
