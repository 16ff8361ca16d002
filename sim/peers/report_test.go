package main

import (
	"strings"
	"testing"
)

// TestReportTakesMedians of each round's own ratio, so that a slow round of both
// sides does not count against either.
func TestReportTakesMedians(t *testing.T) {
	f := newFigures()
	f[0].ours, f[0].theirs, f[0].ratio = []float64{10, 5, 9}, []float64{20, 8, 9}, []float64{0.5, 0.7, 0.9}
	f[0].workers, f[0].programs = []float64{1.95, 1.8, 1.92}, []float64{1.7, 1.98, 1.96}
	f[1].ours, f[1].workers = []float64{4}, []float64{2}
	r := f.report()
	if got, want := r[0], (row{World: "A", What: f[0].What, Ours: 9, Theirs: 9, Ratio: 0.7, Goal: 0.65, Workers: 1.92, Programs: 1.96, Reached: true}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if r[1].Reached || r[1].Ratio != 0 {
		t.Errorf("without the peer %+v", r[1])
	}
	var out strings.Builder
	if err := r.print(&out); err != nil {
		t.Fatal(err)
	}
	table := strings.Join(strings.Fields(out.String()), " ")
	for _, want := range []string{"A: 16 discs in a box 9 9 0.70 ≥ 0.65 ×1.92 ≥ 1.9 ×1.96", "B: pile of 100 bodies 4 – – ≥ 0.48 ×2.00 ≥ 1.9 ×–"} {
		if !strings.Contains(table, want) {
			t.Errorf("%q is missing in\n%s", want, &out)
		}
	}
}

// TestMissingCompilerIsNamed instead of failing the comparison.
func TestMissingCompilerIsNamed(t *testing.T) {
	_, err := compile(t.Context(), "no-such-compiler", t.TempDir())
	if err == nil || !strings.Contains(err.Error(), "no-such-compiler") {
		t.Errorf("got %v", err)
	}
}
