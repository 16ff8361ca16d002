package report_test

import (
	"bytes"
	"strings"
	"testing"

	"orrery/world/eval"
	"orrery/world/eval/report"
)

// severalSets returns made-up results on three sets; on the last, of half a second,
// every error is twice as large.
func severalSets() *eval.Result {
	sets := []*eval.Result{madeUp(), madeUp(), madeUp()}
	for i, name := range []string{"iid", "more", "short"} {
		sets[i].Set = name
	}
	short := sets[2]
	short.HorizonsS, short.TimesS = short.HorizonsS[:2], short.TimesS[:31]
	for i := range short.Rows {
		row := &short.Rows[i]
		for h := range short.HorizonsS {
			row.Position.Mean[h] *= 2
		}
		for _, s := range []*eval.Spread{&row.Position, &row.Angle} {
			*s = eval.Spread{Mean: s.Mean[:2], Median: s.Median[:2], Lo95: s.Lo95[:2], Hi95: s.Hi95[:2]}
		}
		row.Curve = eval.Spread{Mean: row.Curve.Mean[:31], Median: row.Curve.Median[:31], Lo95: row.Curve.Lo95[:31], Hi95: row.Curve.Hi95[:31]}
		row.EpsilonM, row.Calibration = row.EpsilonM[:2], nil
	}
	r, err := eval.Join(sets)
	if err != nil {
		panic(err)
	}
	return r
}

func TestSetsAreShownBesideTheFirst(t *testing.T) {
	t.Parallel()
	r := severalSets()
	var table bytes.Buffer
	if err := report.WriteTable(&table, r); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"iid: 200 episodes", "\nmore: 200", "\nshort: 200", "× is the multiple of iid", "(2.00×)"} {
		if !strings.Contains(table.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, table.String())
		}
	}
	page := write(t, r, extras())
	wellFormed(t, page)
	for _, want := range []string{"<h2>Other sets</h2>", "All of short", "2.00×"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}
