package report_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orrery/world/eval"
)

// TestPageLooksAsItDid compares a page that has every part with the one kept in testdata,
// which was looked at in a browser. Run with -update, and look again, when it is to change.
// Its film is no picture, and all its models have the same equivalent error: this is so in
// the numbers made for the test.
func TestPageLooksAsItDid(t *testing.T) {
	t.Parallel()
	r := severalSets()
	r.Ladder = &eval.Ladder{PerturbationsM: []float64{1e-5, 1e-4, 1e-3, 1e-2, 1e-1}}
	for _, top := range []float64{0.01, 0.05, 0.1, 0.5} {
		r.Ladder.ErrorsM = append(r.Ladder.ErrorsM, []float64{1e-3 * top, 1e-2 * top, 0.3 * top, 0.6 * top, top})
	}
	page := write(t, r, extras())
	wellFormed(t, page)
	path := filepath.Join("testdata", "page.golden.html")
	if *update {
		if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	got, golden := strings.Split(page, "\n"), strings.Split(string(want), "\n")
	for i := range min(len(got), len(golden)) {
		if got[i] != golden[i] {
			t.Fatalf("line %d is\n%.500s\nwant\n%.500s", i+1, got[i], golden[i])
		}
	}
	if len(got) != len(golden) {
		t.Errorf("%d lines, want %d", len(got), len(golden))
	}
}
