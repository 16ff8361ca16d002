package report_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"orrery/world"
	"orrery/world/eval"
	"orrery/world/eval/report"
)

// tableOf returns the result as text.
func tableOf(t testing.TB, r *eval.Result) string {
	t.Helper()
	var text bytes.Buffer
	if err := report.WriteTable(&text, r); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// says checks that table and page hold a sentence, each on a line of its own.
func says(t *testing.T, r *eval.Result, model, want string) {
	t.Helper()
	if text := tableOf(t, r); !strings.Contains(text, "\n"+want+"\n") {
		t.Errorf("the table does not say %q:\n%s", want, text)
	}
	if page := write(t, r, report.Page{Model: model}); !strings.Contains(page, ">"+want+"<") {
		t.Errorf("the page does not say %q", want)
	}
}

func TestEscapesAreSaidInWords(t *testing.T) {
	t.Parallel()
	r := madeUp()
	r.Row("contact").Escapes = &eval.Escapes{
		Rollouts: 3, ThroughWall: 2, TooFast: 1,
		Worst: eval.WorstEscape{Episode: 1, Scene: "narrow", FarthestM: 0.8, FastestMS: 12.34, First: world.Escape{Kind: world.ThroughWall, Frame: 17}},
	}
	says(t, r, "contact", "contact goes astray in 3 of 200 rollouts (2 through a wall, 1 too fast); the worst is episode 1 (scene narrow): "+
		"at frame 17 body 0 went through a wall; up to 0.8 m beyond the arena, at up to 12.3 m/s")
	r.Row("contact").Escapes = &eval.Escapes{
		Rollouts: 4, NotFinite: 2, OutOfArena: 2,
		Worst: eval.WorstEscape{Episode: 7, Scene: "wide", First: world.Escape{Kind: world.NotFinite, Frame: 9}},
	}
	says(t, r, "contact", "contact goes astray in 4 of 200 rollouts (2 not finite, 2 out of the arena); the worst is episode 7 (scene wide), which ends at frame 9")
}

// The models that know no walls leave the arena as a matter of course.
func TestEscapesOfModelsWithoutWallsAreNotSaid(t *testing.T) {
	t.Parallel()
	r := madeUp()
	for _, name := range []string{eval.Still, eval.Ballistic} {
		r.Row(name).Escapes = &eval.Escapes{Rollouts: 1, OutOfArena: 1, Worst: eval.WorstEscape{First: world.Escape{Kind: world.OutOfArena}}}
	}
	if text := tableOf(t, r); strings.Contains(text, "astray") {
		t.Errorf("the table speaks of escapes:\n%s", text)
	}
}

func TestFailuresAreSaidInWords(t *testing.T) {
	t.Parallel()
	says(t, madeUp(), "contact", "contact failed in episode 3 (scene mixed) at frame 17: body 2: x NaN must be finite")
}

func TestSentencesSayWhereAModelStands(t *testing.T) {
	t.Parallel()
	r := madeUp()
	contact := r.Row("contact")
	for want, epsilon := range map[string]eval.Number{
		"known to better than 0.01 mm":   0.9e-5,
		"known to 0.011 mm":              1.1e-5,
		"known to 1.8 mm":                0.0018,
		"known to 99 mm":                 0.0991,
		"known to no better than 100 mm": 0.101,
	} {
		contact.EpsilonM[r.Headline()] = epsilon
		if got := report.Sentence(r, "contact"); got != "at one second contact is as good as the true engine with initial positions "+want {
			t.Errorf("%v m: %q", epsilon, got)
		}
	}
	if got, want := report.Sentence(r, "nobody"), "no model nobody was measured"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	r.HorizonsS[r.Headline()] = 0.75
	if got := report.Sentence(r, "contact"); !strings.HasPrefix(got, "at 0.75 seconds contact") {
		t.Errorf("%q", got)
	}
	contact.EpsilonM = nil
	contact.Position.Mean[r.Headline()] = 0.0123
	if got, want := report.Sentence(r, "contact"), "at 0.75 seconds contact is 0.012 m from the truth on average"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestMeasuredEpisodesAreNotComparedWithTheEngine(t *testing.T) {
	t.Parallel()
	r := madeUp()
	r.Measured, r.Rows = true, r.Rows[:3]
	for i := range r.Rows {
		r.Rows[i].EpsilonM, r.Rows[i].Position.Mean[r.Headline()] = nil, []float64{1.5, 0.25, 0.04}[i]
	}
	for name, want := range map[string]string{
		"contact":   "at one second contact is 0.040 m from the measured positions on average, ballistic 0.25 m and still 1.50 m",
		"ballistic": "at one second ballistic is 0.25 m from the measured positions on average, still 1.50 m",
	} {
		if got := report.Sentence(r, name); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	page := write(t, r, report.Page{Model: "contact"})
	wellFormed(t, page)
	body, _, _ := strings.Cut(page, "<h2>Glossary</h2>")
	if strings.Contains(body, "true engine") || strings.Contains(body, "Grey is the engine") || !strings.Contains(body, "has no rows here") {
		t.Error("the page compares with the engine")
	}
	if text := tableOf(t, r); strings.Contains(text, "truth") || strings.Contains(text, "engine") || !strings.Contains(text, "\nmeasured ") {
		t.Errorf("the table speaks of the truth:\n%s", text)
	}
	fitted := *r
	fitted.Rows = append(slices.Clone(r.Rows), r.Rows[1])
	fitted.Rows[3].Name = eval.FittedEngine
	if page := write(t, &fitted, report.Page{Model: "contact"}); strings.Contains(page, "has no rows here") || !strings.Contains(page, "the row fitted engine shows") {
		t.Error("the page does not say what the fitted engine is")
	}
	r.Measured = false
	if page := write(t, r, report.Page{Model: "contact"}); strings.Contains(page, "has no rows here") {
		t.Error("the page speaks of measurements")
	}
}

func TestAReportEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := report.WriteHTML(ctx, io.Discard, madeUp(), extras()); !errors.Is(err, context.Canceled) {
		t.Errorf("the page: %v", err)
	}
	dir := t.TempDir()
	if err := report.WriteFigures(ctx, dir, madeUp(), extras()); !errors.Is(err, context.Canceled) {
		t.Errorf("the figures: %v", err)
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) > 0 {
		t.Errorf("%d figures, %v", len(files), err)
	}
}

// Whatever can be read from metrics.json can be shown.
func FuzzShow(f *testing.F) {
	for _, r := range []*eval.Result{madeUp(), severalSets()} {
		var text bytes.Buffer
		if err := r.WriteJSON(&text); err != nil {
			f.Fatal(err)
		}
		f.Add(text.String())
	}
	settings := `"settings":{"horizons_s":[1],"perturbations_m":[1e-300],"draws":1,"bootstrap":20,"seed":0}`
	spread := `{"mean":[1],"median":[-2e-9],"lo95":[0],"hi95":[1e300]}`
	f.Add(`{"format":1,"dataset":null,` + settings + `,"episodes":1,"horizons_s":[1],"models":{}}`)
	f.Add(`{"format":1,` + settings + `,"horizons_s":[1e-300],"episodes":3,"models":{"a":{"position_m":` + spread + `,"angle_rad":` + spread + `,"epsilon_m":[null]}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		r, err := eval.ReadResult(strings.NewReader(text))
		if err != nil {
			return
		}
		tableOf(t, r)
		for _, row := range r.Rows {
			report.Sentence(r, row.Name)
			write(t, r, report.Page{Model: row.Name})
		}
	})
}

// TestObservedEpisodesAreHeldAgainstTheNoise: sentence, table and page say how far off the measurements are.
func TestObservedEpisodesAreHeldAgainstTheNoise(t *testing.T) {
	t.Parallel()
	r := madeUp()
	r.Measured, r.Rows = true, r.Rows[:4]
	r.Rows[3].Name, r.Rows[3].PerturbationM = eval.Measured, 0
	for i := range r.Rows {
		r.Rows[i].EpsilonM, r.Rows[i].Position.Mean[r.Headline()] = nil, []float64{1.5, 0.25, 0.04, 0.001}[i]
		r.Rows[i].Angle = eval.Spread{}
		r.Rows[i].Impact = &eval.Impact{Count: 7, VelocityM: 0.123, SpinRad: 4.56}
	}
	r.Ladder = nil
	for name, want := range map[string]string{
		"contact":     "at one second contact is 0.040 m from the measured positions on average, ballistic 0.25 m and still 1.50 m; the measurements themselves are 0.0010 m off",
		eval.Measured: "at one second measured is 0.0010 m from the measured positions on average, ballistic 0.25 m and still 1.50 m",
	} {
		if got := report.Sentence(r, name); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	fitted := r.Rows[1]
	fitted.Name, fitted.Position = eval.FittedEngine, r.Rows[3].Position
	fitted.Position.Mean = slices.Clone(fitted.Position.Mean)
	fitted.Position.Mean[r.Headline()] = 0.06
	beside := *r
	beside.Rows = append(slices.Clone(r.Rows), fitted)
	if got, want := report.Sentence(&beside, "contact"), "at one second contact errs by 0.040 m, the best fitted engine by 0.060 m and the measurements by 0.0010 m"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	beside.Rows = slices.DeleteFunc(beside.Rows, func(row eval.Row) bool { return row.Name == eval.Measured })
	if got, want := report.Sentence(&beside, "contact"), "at one second contact errs by 0.040 m, the best fitted engine by 0.060 m"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	var table, page strings.Builder
	if err := report.WriteTable(&table, r); err != nil {
		t.Fatal(err)
	}
	if err := report.WriteHTML(t.Context(), &page, r, report.Page{Model: "contact"}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"position error (m) from what was measured, mean", "right after an impact", "0.12            4.56               7"} {
		if !strings.Contains(table.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, table.String())
		}
	}
	for _, want := range []string{"Position error from what was measured in metres", "right after an impact", "<td>4.56</td>"} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, not := range []string{"angle error", "equivalent measurement error"} {
		if strings.Contains(table.String(), not) {
			t.Errorf("the table has %q", not)
		}
	}
}
