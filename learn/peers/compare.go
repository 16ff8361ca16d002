package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"orrery/learn/bench"
)

// comparison runs the programs and collects what they print.
type comparison struct {
	options
	dir      string // for files of this run
	progress io.Writer
	figures  figures
	missing  []string
	peers    map[string]bool // modules of Python that are there
	broken   map[string]bool // runs that failed, with their arguments
	onnx     string          // the exported network, or empty
}

// scripts is the folder of the scripts, from the root of the module.
const scripts = "learn/peers"

func script(name string) string { return filepath.Join(scripts, name) }

// prepare finds out who is there.
func (c *comparison) prepare(ctx context.Context) error {
	if _, err := os.Stat(script("torch_bench.py")); err != nil {
		return fmt.Errorf("%w: run this from the root of the module", err)
	}
	if c.orrery == "" {
		c.orrery = filepath.Join(c.dir, "orrery")
		if _, err := output(ctx, "go", "build", "-trimpath", "-o", c.orrery, "./cmd/orrery"); err != nil {
			return err
		}
	}
	c.peers, c.broken = map[string]bool{}, map[string]bool{}
	for _, name := range []string{"torch", "jax", "threadpoolctl", "onnxruntime"} {
		if _, err := output(ctx, c.python, "-c", "import "+name); err != nil {
			c.lacks(name+": `make bench-peers` installs it", err)
			if err := ctx.Err(); err != nil {
				return err
			}
			continue
		}
		c.peers[name] = true
	}
	if !c.peers["torch"] || !c.peers["onnxruntime"] {
		return nil
	}
	onnx := filepath.Join(c.dir, "interaction.onnx")
	if _, err := output(ctx, c.python, "-B", script("torch_bench.py"), "export", "--variant", "folded", "--onnx", onnx); err != nil {
		c.lacks("onnxruntime's network, which PyTorch exports", err)
		return ctx.Err()
	}
	c.onnx = onnx
	return nil
}

func (c *comparison) lacks(what string, err error) {
	c.missing = append(c.missing, what)
	fmt.Fprintf(c.progress, "missing %s\n  (%v)\n", what, err)
}

// round measures everything once, ours and theirs by turns.
func (c *comparison) round(ctx context.Context) error {
	for _, threads := range []string{"1", "2"} {
		batch, err := c.learn(ctx, threads)
		if err != nil {
			return err
		}
		for _, run := range c.steps(batch) {
			if err := c.peer(ctx, append(run, "--threads", threads)...); err != nil {
				return err
			}
		}
	}
	for _, run := range c.products() {
		if err := c.peer(ctx, run...); err != nil {
			return err
		}
	}
	if err := c.infer(ctx); err != nil || c.onnx == "" {
		return err
	}
	for _, threads := range []string{"1", "2"} {
		if err := c.peer(ctx, "onnx_bench.py", c.onnx, "--threads", threads); err != nil {
			return err
		}
	}
	return nil
}

// steps returns the runs of the peers' training steps. The batch may be nil.
func (c *comparison) steps(batch *contactBatch) (runs [][]string) {
	variants := []string{"index", "dense", "factored", "folded"}
	if c.peers["torch"] {
		for _, how := range [][]string{nil, {"--compile"}} {
			runs = append(runs, slices.Concat([]string{"torch_bench.py", "mlp"}, how))
			for _, variant := range variants {
				runs = append(runs, slices.Concat([]string{"torch_bench.py", "interaction", "--variant", variant}, how))
			}
		}
		if batch != nil {
			runs = append(runs, append([]string{"torch_contact.py"}, batch.flags()...))
		}
	}
	if c.peers["jax"] {
		runs = append(runs, []string{"jax_bench.py", "mlp"})
		for _, variant := range variants {
			runs = append(runs, []string{"jax_bench.py", "interaction", "--variant", variant})
		}
	}
	return runs
}

// products returns the runs of the peers' products, in one thread.
func (c *comparison) products() (runs [][]string) {
	for module, script := range map[string]string{"torch": "torch_bench.py", "jax": "jax_bench.py", "threadpoolctl": "numpy_bench.py"} {
		if c.peers[module] {
			runs = append(runs, []string{script, "gemm"})
		}
	}
	slices.SortFunc(runs, slices.Compare)
	return runs
}

// contactBatch has the sizes of our training step of the contact network.
type contactBatch struct {
	Hidden           int `json:"hidden"`
	Rounds           int `json:"rounds"`
	CorrectionHidden int `json:"correction_hidden"`
	CorrectionRounds int `json:"correction_rounds"`
	Load             struct {
		Bodies int `json:"bodies"`
		Parted int `json:"parted"`
		Edges  int `json:"edges"`
	} `json:"load"`
}

func (b *contactBatch) flags() []string {
	return strings.Fields(fmt.Sprintf("--hidden %d --rounds %d --correction-hidden %d --correction-rounds %d --bodies %d --parted %d --edges %d",
		b.Hidden, b.Rounds, b.CorrectionHidden, b.CorrectionRounds, b.Load.Bodies, b.Load.Parted, b.Load.Edges))
}

// learn measures our training. The batch is nil when orrery does not tell it.
func (c *comparison) learn(ctx context.Context, workers string) (*contactBatch, error) {
	out, err := output(ctx, c.orrery, "bench", "learn", "--json", "--workers", workers, "--duration", c.duration.String())
	if err != nil {
		return nil, err
	}
	var r struct {
		bench.LearnResult
		ContactStepMS float64       `json:"contact_step_ms"`
		Contact       *contactBatch `json:"contact"`
	}
	if err := readFigures(out, &r, "orrery bench learn"); err != nil {
		return nil, err
	}
	for _, p := range r.Products {
		c.figures.add(gemmName(p.M, p.K, p.N), ours, "", p.GFLOPS)
	}
	variant := "workers=" + workers
	c.figures.add("mlp step", ours, variant, r.MLPStepMS)
	c.figures.add("interaction step", ours, variant, r.InteractionStepMS)
	if r.Contact != nil {
		c.figures.add("contact step", ours, variant, r.ContactStepMS)
	}
	c.figures.add("peak memory", ours, variant, r.PeakRSSMB)
	return r.Contact, nil
}

func (c *comparison) infer(ctx context.Context) error {
	out, err := output(ctx, c.orrery, "bench", "infer", "--json", "--workers", "2", "--duration", c.duration.String())
	if err != nil {
		return err
	}
	var r bench.InferResult
	if err := readFigures(out, &r, "orrery bench infer"); err != nil {
		return err
	}
	c.figures.add("infer", ours, "workers=1", r.InteractionUS)
	c.figures.add("infer", ours, fmt.Sprintf("workers=%d", r.Workers), r.TogetherUS)
	return nil
}

// peer runs a script and takes in its lines. The variables by which a machine may hold OpenBLAS to
// kernels of older CPUs are taken away.
func (c *comparison) peer(ctx context.Context, args ...string) error {
	if c.broken[strings.Join(args, " ")] {
		return nil
	}
	out, err := output(ctx, c.python, append([]string{"-B", script(args[0])}, append(args[1:], "--seconds", c.seconds())...)...)
	if err != nil {
		if ctx.Err() == nil {
			// A variant that a peer cannot run is no reason to lose the others.
			c.lacks(strings.Join(args, " "), err)
			c.broken[strings.Join(args, " ")] = true
			return nil
		}
		return err
	}
	for line := range bytes.Lines(out) {
		var r struct {
			What, Variant             string
			Program, Version, Kernels string
			Threads                   int
			M, K, N                   int
			GFLOPS                    float64
			MedianMS                  float64 `json:"median_ms"`
			MedianUS                  float64 `json:"median_us"`
			PeakRSSMB                 float64 `json:"peak_rss_mb"`
		}
		if err := readFigures(line, &r, strings.Join(args, " ")); err != nil {
			return err
		}
		c.figures.met(strings.TrimSuffix(fmt.Sprintf("%s %s, %s", r.Program, r.Version, r.Kernels), ", "))
		variant := fmt.Sprintf("%s, threads=%d", strings.TrimSpace(r.Program+" "+r.Variant), r.Threads)
		switch r.What {
		case "gemm":
			c.figures.add(gemmName(r.M, r.K, r.N), theirs, variant, r.GFLOPS)
		case "infer":
			c.figures.add("infer", theirs, variant, r.MedianUS)
		default:
			c.figures.add(r.What+" step", theirs, variant, r.MedianMS)
		}
		if r.What == "interaction" {
			c.figures.add("peak memory", theirs, variant, r.PeakRSSMB)
		}
	}
	return nil
}

// readFigures reads the JSON that a program has printed. It does without sim/input, because
// learn imports nothing of the other rooms and no person writes this JSON: an error shows
// what was printed instead of a place in it.
func readFigures(text []byte, v any, program string) error {
	if json.Unmarshal(text, v) != nil {
		return fmt.Errorf("%s printed %.80q, which are not the figures that were expected", program, bytes.TrimSpace(text))
	}
	return nil
}

func (c *comparison) seconds() string { return fmt.Sprint(c.duration.Seconds()) }

// output runs a program and returns its standard output; an error has the last
// line of its standard error.
func output(ctx context.Context, program string, args ...string) ([]byte, error) {
	var stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "OPENBLAS_CORETYPE=") || strings.HasPrefix(v, "OPENBLAS_L2_SIZE=")
	})
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		lines := strings.Split(strings.TrimSpace(stderr.String()), "\n")
		return nil, fmt.Errorf("%s %s: %w: %s", program, strings.Join(args, " "), err, lines[len(lines)-1])
	}
	return out, nil
}
