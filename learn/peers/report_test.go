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
		f.add(gemmName(16, 128, 128), theirs, "OpenBLAS", 100)
		f.add("contact step", ours, "workers=1", 0)
		f.add("unheard of", theirs, "", 1)
	}
	r := f.report([]string{"PyTorch"})
	rows := map[string]row{}
	for _, x := range r.Rows {
		rows[x.Name] = x
	}
	if x := rows["mlp step"]; x.Ours != 4 || x.Theirs != 16 || x.Ratio != 0.25 || !x.Reached || x.TheirsVariant != "mlp, threads=2" {
		t.Errorf("mlp step: %+v", x)
	}
	if x := rows[gemmName(16, 128, 128)]; x.Ratio != 0.9 || !x.Reached || x.Goal != "≥ 0.8" {
		t.Errorf("product: %+v", x)
	}
	if x := rows["contact step"]; x.Ours != 0 || x.Ratio != 0 || x.Reached {
		t.Errorf("contact step was not measured: %+v", x)
	}
	if r.Scaling != 2 {
		t.Errorf("scaling %v", r.Scaling)
	}
	var out bytes.Buffer
	if err := r.print(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"mlp step", "0.25", "missing: PyTorch", "–"} {
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
	if c.torch || c.onnx != "" || len(c.missing) != 2 || !strings.Contains(c.missing[0], "python3-torch") {
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
