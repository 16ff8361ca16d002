package report_test

import (
	"bytes"
	"encoding/xml"
	"flag"
	"html"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	xfont "golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"gonum.org/v1/plot/font/liberation"

	"orrery/world/eval"
	"orrery/world/eval/report"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func extras() report.Page {
	e := report.Page{
		Title: `mixed & "more"`, Model: "contact", Animations: []report.Animation{{"median", "true < predicted", []byte("GIF89a")}},
		Made: []report.Fact{{Name: "train", Value: "orrery train data --out model --budget 60s"}},
	}
	for k := range 20 {
		p := report.Point{Step: 10 * k, Seconds: float64(k), Loss: 1 / float64(k+1), Holdout: math.NaN()}
		if k%5 == 0 {
			p.Holdout = 1.1 * p.Loss
		}
		e.Training = append(e.Training, p)
	}
	return e
}

func write(t testing.TB, r *eval.Result, e report.Page) string {
	t.Helper()
	var page bytes.Buffer
	if err := report.WriteHTML(t.Context(), &page, r, e); err != nil {
		t.Fatal(err)
	}
	return page.String()
}

// The page is written so that it is XML too: every element is closed, every
// value escaped.
func wellFormed(t testing.TB, page string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(page))
	for {
		if _, err := d.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

func TestReportNeedsNothingButItself(t *testing.T) {
	t.Parallel()
	page := write(t, madeUp(), extras())
	wellFormed(t, page)
	if found := regexp.MustCompile(`(?i)https?:|//|url\(|@import|<script|<link|src="[^d]|href=`).FindString(withoutData(page)); found != "" {
		t.Errorf("the page holds %q", found)
	}
	if n := strings.Count(page, "<svg "); n != 3 {
		t.Errorf("%d figures, want those of the error, the reliability and the training", n)
	}
	for _, want := range []string{
		"<title>mixed &amp; &#34;more&#34;</title>",
		"At one second contact is as good as the true engine with initial positions known to 1.8 mm.",
		`src="data:image/gif;base64,R0lGODlh"`,
		"contact failed in episode 3 (scene mixed) at frame 17: body 2: x NaN must be finite",
		"prefers-color-scheme: dark", "@media print", "var(--text)", "orrery train data",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, m := range report.Glossary() {
		if !strings.Contains(page, "<code>"+m.Key+"</code>") {
			t.Errorf("the page does not define %s", m.Key)
		}
	}
}

// withoutData leaves out what is encoded, where // means nothing.
func withoutData(page string) string {
	return regexp.MustCompile(`data:image/gif;base64,[^"]*`).ReplaceAllString(page, "data:")
}

func TestReportLeavesOutWhatThereIsNot(t *testing.T) {
	t.Parallel()
	r := madeUp()
	r.TimesS = nil
	for i := range r.Rows {
		r.Rows[i].EpsilonM, r.Rows[i].Calibration = nil, nil
	}
	page := write(t, r, report.Page{Title: "bare", Model: "contact"})
	wellFormed(t, page)
	for _, absent := range []string{"<svg", "<img", "<h2>Training", "<h2>How this was made", "Equivalent measurement error:"} {
		if strings.Contains(page, absent) {
			t.Errorf("the page holds %q", absent)
		}
	}
}

func TestReportEscapesNames(t *testing.T) {
	t.Parallel()
	r := madeUp()
	r.Rows[2].Name = `<b>$1&"`
	e := extras()
	e.Model = r.Rows[2].Name
	page := write(t, r, e)
	wellFormed(t, page)
	if strings.Contains(page, "<b>") {
		t.Error("a name became an element")
	}
}

func TestReportRefusesAModelThatWasNotMeasured(t *testing.T) {
	t.Parallel()
	err := report.WriteHTML(t.Context(), io.Discard, madeUp(), report.Page{Model: "mlp"})
	if err == nil || !strings.Contains(err.Error(), `no row "mlp"`) {
		t.Errorf("error %v", err)
	}
}

// Results with nothing to draw on a logarithmic axis must still make a picture.
func TestFiguresOfOddResults(t *testing.T) {
	t.Parallel()
	perfect := madeUp()
	for i := range perfect.Rows {
		for _, s := range []*eval.Spread{&perfect.Rows[i].Curve, &perfect.Rows[i].Position} {
			clear(s.Mean)
			clear(s.Lo95)
			clear(s.Hi95)
		}
	}
	flat := extras()
	for i := range flat.Training {
		flat.Training[i].Loss, flat.Training[i].Holdout = 0, math.NaN()
	}
	wellFormed(t, write(t, perfect, flat))
}

// TestFiguresUseNoMoreThanTheirFont looks every character of the figures up in the font
// that draws them as pictures, where what it lacks would be missing without a word.
func TestFiguresUseNoMoreThanTheirFont(t *testing.T) {
	t.Parallel()
	var sans *opentype.Font
	for _, face := range liberation.Collection() {
		if face.Font.Variant == "Sans" && face.Font.Weight == xfont.WeightNormal && face.Font.Style == xfont.StyleNormal {
			sans = face.Face
		}
	}
	texts := regexp.MustCompile(`<text[^>]*>([^<]*)<`).FindAllStringSubmatch(write(t, madeUp(), extras()), -1)
	if len(texts) < 20 {
		t.Fatalf("%d texts", len(texts))
	}
	for _, text := range texts {
		for _, r := range strings.TrimSpace(html.UnescapeString(text[1])) {
			if glyph, err := sans.GlyphIndex(nil, r); err != nil || glyph == 0 {
				t.Errorf("%q of %q is not in the font: %v", r, text[1], err)
			}
		}
	}
}

func TestFiguresArePNG(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("slow, and in one goroutine")
	}
	dir := t.TempDir() // 640 by 360 points at 160 to the inch
	if err := report.WriteFigures(t.Context(), dir, madeUp(), extras()); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"error.png", "reliability.png", "training.png"} {
		f, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		picture, err := png.Decode(f)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if size := picture.Bounds().Size(); size.X != 1422 || size.Y != 800 {
			t.Errorf("%s is %v", name, size)
		}
	}
}

func TestGlossaryDefinesEveryMetric(t *testing.T) {
	t.Parallel()
	defined := map[string]bool{}
	for _, m := range report.Glossary() {
		if m.Name == "" || m.Formula == "" || m.Meaning == "" || defined[m.Key] {
			t.Errorf("definition %+v is incomplete or not the first", m)
		}
		defined[m.Key] = true
	}
	row := reflect.TypeFor[eval.Row]()
	for i := range row.NumField() {
		if key, _, _ := strings.Cut(row.Field(i).Tag.Get("json"), ","); key != "-" && !defined[key] {
			t.Errorf("%s is not defined", key)
		}
	}
}

// In no cell of a page, and in no tile, do numbers with an exponent stand beside numbers of the same kind without, whatever
// their size. Signs are those that programs read.
func TestCellsOfAPageAreWrittenInOneWay(t *testing.T) {
	t.Parallel()
	part := regexp.MustCompile(`(?s)<td>.*?</td>|<dd>[^<]*<small>.*?</dd>`)
	number := regexp.MustCompile(`-?\d[\d.]*(e[+-]\d+)?`)
	for _, scale := range []float64{1, 0.3, 0.1, 0.06, 0.04, 0.03, 0.02, 1e-3, 1e-4, 2e5, 1e6, 1e7} {
		r := severalSets()
		for _, set := range r.Sets() {
			for i := range set.Rows {
				p := &set.Rows[i].Position
				for _, list := range [][]float64{p.Mean, p.Median, p.Lo95, p.Hi95} {
					for k := range list {
						list[k] *= scale
					}
				}
			}
		}
		page := write(t, r, extras())
		seen := 0
		for _, cell := range part.FindAllString(page, -1) {
			if !strings.Contains(cell, " to ") || strings.Contains(cell, " m</small>") {
				continue
			}
			plain, exponents := 0, 0
			for _, n := range number.FindAllString(regexp.MustCompile(`<[^>]*>|95 %|2D`).ReplaceAllString(cell, " "), -1) {
				switch {
				case strings.Contains(n, "e"):
					exponents++
				case n != "0":
					plain++
				}
			}
			seen++
			if plain > 0 && exponents > 0 || strings.Contains(cell, "−") {
				t.Errorf("scale %g: %s", scale, cell)
			}
		}
		if seen < 10 {
			t.Errorf("only %d cells have intervals", seen)
		}
	}
}
