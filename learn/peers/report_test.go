package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

func TestBestVariantsMeetInTheRatio(t *testing.T) {
	f := newFigures()
	for _, v := range []float64{4, 100, 2} {
		f.add("mlp step", ours, "workers=1", v)
		f.add("mlp step", ours, "workers=2", v+1)
		f.add("mlp step", theirs, "mlp, threads=1", 5*v)
		f.add("mlp step", theirs, "mlp, threads=2", 4*v)
		f.add("interaction step", ours, "workers=1", 2*v)
		f.add("interaction step", ours, "workers=2", v)
		f.add(gemmName(16, 128, 128), ours, "", 90)
		f.add(gemmName(16, 128, 128), theirs, "NumPy, threads=1", 94)
		f.add("contact step", ours, "workers=1", 0)
		f.add("unheard of", theirs, "", 1)
	}
	f.met("JAX 1")
	f.met("JAX 1")
	r := f.report([]string{"PyTorch"})
	rows := map[string]row{}
	for _, x := range r.Rows {
		rows[x.Name] = x
	}
	if x := rows["mlp step"]; x.Ours != 4 || x.Theirs != 16 || x.Ratio != 0.25 || !x.Reached || x.TheirsVariant != "mlp, threads=2" {
		t.Errorf("mlp step: %+v", x)
	}
	if x := rows[gemmName(16, 128, 128)]; x.Theirs != 94 || !x.Reached || x.Goal != "≥ 0.95" {
		t.Errorf("product: %+v", x)
	}
	if x := rows["contact step"]; x.Ours != 0 || x.Ratio != 0 || x.Reached {
		t.Errorf("contact step was not measured: %+v", x)
	}
	if len(r.Programs) != 1 {
		t.Errorf("programs %q", r.Programs)
	}
	if r.Scaling != 2 {
		t.Errorf("scaling %v", r.Scaling)
	}
	var out bytes.Buffer
	if err := r.print(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"mlp step", "0.25", "missing: PyTorch", "with JAX 1", "–"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, &out)
		}
	}
}

func TestMissingPeersAreNamed(t *testing.T) {
	t.Chdir("../..")
	c := comparison{options: options{orrery: "orrery", python: "no-such-python"}, progress: &bytes.Buffer{}, figures: newFigures()}
	if err := c.prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(c.peers) != 0 || c.onnx != "" || len(c.missing) != 4 || !strings.Contains(c.missing[0], "torch: `make bench-peers` installs it") ||
		len(c.steps(&contactBatch{})) != 0 || len(c.products()) != 0 {
		t.Errorf("missing %q", c.missing)
	}
}

func TestContactBatchBecomesFlags(t *testing.T) {
	var b contactBatch
	told := `{"hidden": 64, "rounds": 10, "correction_hidden": 32, "correction_rounds": 4, "load": {"bodies": 9, "parted": 8, "edges": 7}}`
	if err := readFigures([]byte(told), &b, "bench"); err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []string{"Traceback (most recent call last)", `{"hidden": "64"}`} {
		want := fmt.Sprintf("bench printed %q, which are not the figures that were expected", wrong)
		if err := readFigures([]byte(wrong+"\n"), &b, "bench"); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	want := "--hidden 64 --rounds 10 --correction-hidden 32 --correction-rounds 4 --bodies 9 --parted 8 --edges 7"
	if got := strings.Join(b.flags(), " "); got != want {
		t.Errorf("flags %q, want %q", got, want)
	}
}

// Every peer that is there runs in each of its variants, once.
func TestPeersRunInAllVariants(t *testing.T) {
	c := comparison{peers: map[string]bool{"torch": true, "jax": true, "threadpoolctl": true}}
	runs := map[string]bool{}
	for _, run := range append(c.steps(&contactBatch{}), c.products()...) {
		runs[strings.Join(run[:min(5, len(run))], " ")] = true
	}
	for _, want := range []string{
		"torch_bench.py mlp", "torch_bench.py mlp --compile", "torch_bench.py interaction --variant index", "torch_bench.py interaction --variant dense --compile",
		"torch_contact.py --hidden 0 --rounds 0", "jax_bench.py mlp", "jax_bench.py interaction --variant factored", "torch_bench.py interaction --variant folded --compile",
		"torch_bench.py gemm", "jax_bench.py gemm", "numpy_bench.py gemm",
	} {
		if !runs[want] {
			t.Errorf("%q is not run", want)
		}
	}
	if len(runs) != 19 {
		t.Errorf("%d runs, want 19: %v", len(runs), runs)
	}
}
