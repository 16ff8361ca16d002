package report_test

import (
	"image/png"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/world/eval"
	"orrery/world/eval/report"
)

// ofImpacts returns a result of a table of impacts whose model says of every velocity and spin a share of it.
func ofImpacts(share float64, impacts int) *eval.Result {
	r := &eval.Result{Settings: eval.DefaultConfig(), Episodes: impacts, HorizonsS: []float64{}, Measured: true, Resting: eval.Number(math.NaN())}
	for _, name := range []string{"still", "contact"} {
		row := eval.Row{Name: name, Params: 2538, TrainS: 12, Impact: &eval.Impact{Count: impacts, VelocityM: 0.117, SpinRad: 4.13}}
		for k := range impacts {
			x := 2*float64(k)/float64(max(1, impacts-1)) - 1
			truth := sim.BodyState{VX: x, VY: -2 * x, Omega: 30 * x}
			row.Strikes = append(row.Strikes, eval.Strike{Predicted: sim.BodyState{VX: share * truth.VX, VY: share * truth.VY, Omega: share * truth.Omega}, True: truth})
		}
		r.Rows = append(r.Rows, row)
	}
	return r
}

// TestPageOfATableOfImpacts has its figures and tables, and nothing that speaks of time or positions.
func TestPageOfATableOfImpacts(t *testing.T) {
	t.Parallel()
	for _, impacts := range []int{1, 2, 2000} {
		page := write(t, ofImpacts(0.5, impacts), report.Page{Title: "impacts", Model: "contact"})
		wellFormed(t, page)
		for _, want := range []string{"After an impact contact is 0.12 m/s and 4.13 rad/s off on average.", "<h2>After an impact</h2>", "2,538", "along x", "predicted (rad/s)"} {
			if !strings.Contains(page, want) {
				t.Errorf("%d impacts: the page lacks %q", impacts, want)
			}
		}
		for _, not := range []string{"Position error", "one_step_m", "Other measures", "horizon", "epsilon_m", "95 %: "} {
			if strings.Contains(page, not) {
				t.Errorf("%d impacts: the page has %q", impacts, not)
			}
		}
		if n := strings.Count(page, "<svg "); n != 2 {
			t.Errorf("%d impacts: %d figures, want 2", impacts, n)
		}
		if len(page) > 400_000 {
			t.Errorf("%d impacts: a page of %d bytes", impacts, len(page))
		}
	}
}

// TestDotsStandWhereTheyShould: with half of every spin predicted, those below zero too, the dots lie on a line
// of half the slope of the diagonal, in the colour of spins.
func TestDotsStandWhereTheyShould(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := report.WriteFigures(t.Context(), dir, ofImpacts(0.5, 21), report.Page{Model: "contact"}); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(dir, "spin.png"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	picture, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	low, high, left, right := math.MaxInt, 0, math.MaxInt, 0
	for y := range picture.Bounds().Dy() {
		for x := range picture.Bounds().Dx() {
			if r, g, b, _ := picture.At(x, y).RGBA(); r>>8 == 0 && g>>8 == 0x9e && b>>8 == 0x73 && x < 1100 {
				low, high, left, right = min(low, y), max(high, y), min(left, x), max(right, x)
			}
		}
	}
	// A figure of 360 points is 800 pixels high, of which the axis from −40 to 40 takes most: half of 30 rad/s either way is three eighths of that.
	if share := float64(high-low) / float64(picture.Bounds().Dy()); !(share > 0.22) || !(share < 0.4) {
		t.Errorf("the dots take %v of the height, from %d to %d", share, low, high)
	}
	if share := float64(right-left) / float64(picture.Bounds().Dx()); !(share > 0.4) {
		t.Errorf("the dots take %v of the width", share)
	}
}

// TestSeveralTablesOfImpactsAreCompared by the errors of velocity and spin.
func TestSeveralTablesOfImpactsAreCompared(t *testing.T) {
	t.Parallel()
	first, second := ofImpacts(0.5, 3), ofImpacts(0.5, 4)
	first.Set, second.Set = "slow", "fast"
	second.Rows[1].Impact.VelocityM, second.Rows[1].Impact.SpinRad = 2*0.117, 3*4.13
	r, err := eval.Join([]*eval.Result{first, second})
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	if err := report.WriteTable(&table, r); err != nil {
		t.Fatal(err)
	}
	page := write(t, r, report.Page{Model: "contact"})
	for _, want := range []string{"2.00×", "3.00×"} {
		for what, text := range map[string]string{"table": table.String(), "page": page} {
			if !strings.Contains(text, want) {
				t.Errorf("the %s lacks %q", what, want)
			}
		}
	}
	if strings.Contains(table.String(), "position error") || strings.Contains(page, "Position error") {
		t.Error("a table of impacts has no positions")
	}
}

// TestImpactsAreShownWithTheirIntervals, in the table with half of them and on the page with their ends.
func TestImpactsAreShownWithTheirIntervals(t *testing.T) {
	t.Parallel()
	text := `{"format":1,"dataset":null,"settings":{"horizons_s":[1],"perturbations_m":[0.1],"draws":1,"bootstrap":20,"seed":0},"episodes":9,"horizons_s":[],
"true_stack":{"penetration_m":null,"penetration_max_m":null,"rest_drift":null},"resting":null,"models":{"contact":{"params":7,"train_s":null,
"position_m":{"mean":[],"median":[],"lo95":[],"hi95":[]},"angle_rad":{"mean":[],"median":[],"lo95":[],"hi95":[]},"epsilon_m":[],
"impact":{"impacts":9,"velocity_m_s":0.125,"spin_rad_s":4.5,"gain_share":0.25,
"lo95":{"velocity_m_s":0.115,"spin_rad_s":4.2,"gain_share":0},"hi95":{"velocity_m_s":0.135,"spin_rad_s":4.9,"gain_share":0.6}}}}}`
	r, err := eval.ReadResult(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	if err := report.WriteTable(&table, r); err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`contact +0\.12 ± 0\.01 +4\.50 ± 0\.35 +0\.25 ± 0\.30 +9\n`).MatchString(table.String()) {
		t.Errorf("the table is\n%s", table.String())
	}
	page := write(t, r, report.Page{Model: "contact"})
	for _, want := range []string{"95 %: 0.12 to 0.14", "95 %: 4.20 to 4.90", "<small>0 to 0.60</small>"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, bad := range []string{`,"hi95":{"velocity_m_s":0.135,"spin_rad_s":4.9,"gain_share":0.6}`} {
		if _, err := eval.ReadResult(strings.NewReader(strings.Replace(text, bad, "", 1))); err == nil {
			t.Error("half an interval is read")
		}
	}
}
