package report_test

import (
	"strings"
	"testing"

	"orrery/world/eval"
	"orrery/world/eval/report"
)

// TestTablesOfOneRowStay, and those of none go.
func TestTablesOfOneRowStay(t *testing.T) {
	t.Parallel()
	for _, rows := range []int{0, 1} {
		r := madeUp()
		for i := range r.Rows[rows:] {
			r.Rows[rows+i].ScaledMSE, r.Rows[rows+i].Motions = nil, nil
		}
		page := write(t, r, report.Page{Title: "few", Model: "contact"})
		for _, caption := range []string{"Squared error of positions", "Velocity error in m/s and, below"} {
			if got := strings.Contains(page, caption); got != (rows == 1) {
				t.Errorf("%d rows: the page holds %q: %v", rows, caption, got)
			}
		}
	}
}

// TestNothingIsComparedWithTheEngineWithoutIt: where the engine is not the truth, no part of
// the page speaks of it.
func TestNothingIsComparedWithTheEngineWithoutIt(t *testing.T) {
	t.Parallel()
	for _, engine := range []bool{true, false} {
		r := madeUp()
		if !engine {
			r.Rows = r.Rows[:3]
			for i := range r.Rows {
				r.Rows[i].EpsilonM = nil
			}
		}
		page := write(t, r, report.Page{Title: "engine", Model: "contact"})
		page = page[:strings.Index(page, "<h2>Glossary")]
		for _, part := range []string{"equivalent measurement error at", "Equivalent measurement error:", "truth+1mm"} {
			if got := strings.Contains(page, part); got != engine {
				t.Errorf("with the engine: %v; the page holds %q: %v", engine, part, got)
			}
		}
	}
}

// TestASecondSetIsShown, be it the only other one.
func TestASecondSetIsShown(t *testing.T) {
	t.Parallel()
	for others := range 3 {
		sets := []*eval.Result{madeUp(), madeUp(), madeUp()}[:1+others]
		for i, name := range []string{"iid", "more", "short"}[:len(sets)] {
			sets[i].Set = name
		}
		r, err := eval.Join(sets)
		if err != nil {
			t.Fatal(err)
		}
		page := write(t, r, report.Page{Title: "sets", Model: "contact"})
		for _, part := range []string{"<h2>Other sets</h2>", "on each set, and the multiple of that on iid"} {
			if got := strings.Contains(page, part); got != (others > 0) {
				t.Errorf("%d other sets: the page holds %q: %v", others, part, got)
			}
		}
	}
}
