package report_test

import (
	"strings"
	"testing"

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
