package report

import (
	"context"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"unicode"
	"unicode/utf8"

	"orrery/sim/render"
	"orrery/world/eval"
)

// Page has what a report shows beside the result.
type Page struct {
	Title      string      // of the page
	Model      string      // the row that the report speaks of; must exist
	Animations []Animation // of true and predicted motion; none leaves the section out
	Training   []Point     // the training curve; fewer than two points leave the section out
	Made       []Fact      // how the result was made: commands, seeds, versions
}

// Animation is a GIF and what it shows.
type Animation struct {
	Name    string // in a word or two
	Caption string
	GIF     []byte
}

// URL returns the animation as a data URL.
func (a Animation) URL() template.URL {
	return template.URL("data:image/gif;base64," + base64.StdEncoding.EncodeToString(a.GIF))
}

// Point is one measurement during training. A Holdout of NaN was not taken.
type Point struct {
	Step    int
	Seconds float64 // s of training
	Loss    float64 // mean on the training frames, in the unit of the loss
	Holdout float64 // mean on the frames held out, likewise
}

// Fact is a line of the section on how the result was made.
type Fact struct{ Name, Value string }

//go:embed report.gohtml
var reportText string

var reportPage = template.Must(template.New("report").Parse(reportText))

// WriteHTML writes one HTML page that needs nothing but itself: the sentence
// of epsilon_m, the tables, the figures, the animation, how the result was made,
// and the glossary. It follows the reader's choice of light or dark, and ends
// soon after its context is done.
func WriteHTML(ctx context.Context, w io.Writer, r *eval.Result, extras Page) error {
	row := r.Row(extras.Model)
	if row == nil {
		return fmt.Errorf("report: no row %q in the result", extras.Model)
	}
	light, err := render.LoadTheme("light")
	if err != nil {
		return err
	}
	dark, err := render.LoadTheme("dark")
	if err != nil {
		return err
	}
	page := pageData{
		Page: extras, Light: light, Dark: dark,
		Lead: capital(Sentence(r, extras.Model)) + ".", Tiles: tiles(r, row),
		Engine: hasLadder(r), Measured: r.Measured, Fitted: r.Row(eval.FittedEngine) != nil, Impacts: r.OfImpacts(), Failures: append(escapes(r), failures(r)...), Glossary: glossaryOf(r),
		Figures: map[string]template.HTML{}, Bars: bars(row),
	}
	tables := tables{extras.Model, light}
	if page.Errors = tables.errors(r); !r.OfImpacts() {
		page.Others = tables.others(r)
	}
	page.Motions, page.Calibration, page.Stack = tables.motions(r), calibrationTable(r, row), tables.stack(r)
	page.Sets = tables.sets(r)
	for _, set := range r.Others {
		page.Further = append(page.Further, furtherSet{set.Set, tables.errors(set)})
	}
	for _, f := range figures(r, &extras, light) {
		if err := ctx.Err(); err != nil {
			return err
		}
		svg, err := f.svg(light)
		if err != nil {
			return err
		}
		page.Figures[f.file] = template.HTML(svg)
	}
	return reportPage.Execute(w, page)
}

// pageData has the values for report.gohtml.
type pageData struct {
	Page
	Light, Dark *render.Theme
	Lead        string
	Tiles       []tile
	Errors      []htmlTable
	Sets        []htmlTable
	Further     []furtherSet
	Motions     []htmlTable
	Bars        []bar
	Calibration []htmlTable
	Stack       []htmlTable
	Others      []htmlTable
	Engine      bool                     // its rows are there
	Impacts     bool                     // it is of a table of impacts
	Measured    bool                     // the true states are measurements
	Fitted      bool                     // the engine fitted to the data has a row
	Failures    []string                 // sentences about predictions that cannot be right, or end early
	Figures     map[string]template.HTML // by file
	Glossary    []Metric
}

// furtherSet has what the report shows of a set other than the first.
type furtherSet struct {
	Name   string
	Errors []htmlTable
}

// tile is one figure large enough to be read first.
type tile struct{ Label, Value, Note string }

func tiles(r *eval.Result, row *eval.Row) []tile {
	if r.OfImpacts() {
		return impactTiles(row)
	}
	h := r.Headline()
	at := fmt.Sprintf(" at %g s", r.HorizonsS[h])
	error := alike(row.Position.Mean[h], row.Position.Lo95[h], row.Position.Hi95[h])
	out := []tile{{"position error" + at, error[0] + " m", "95 %: " + error[1] + " to " + error[2]}}
	if hasLadder(r) {
		out = append(out, tile{"equivalent measurement error" + at, epsilonText(r, row, h), "of the engine's start"})
	}
	return append(out,
		tile{"predictable for", horizonText(r, row) + " s", "to 5 % of the arena"},
		tile{"parameters", count(float64(row.Params)), "trained in " + count(float64(row.TrainS)) + " s"},
		tile{"time per step", short(float64(row.USPerStep)) + " µs", "one scene, one core"},
	)
}

// impactTiles are tiles of a table of impacts.
func impactTiles(row *eval.Row) (out []tile) {
	for i, label := range []string{"error of the velocity", "error of the spin", "impacts that add energy"} {
		c := &impactColumns[i]
		figure := c.cell(row.Impact)
		t := tile{Label: label, Value: figure.Value + " " + c.unit}
		for _, ends := range figure.Notes {
			t.Note = "95 %: " + ends
		}
		if c.head == "gaining" {
			mean, lo, hi := c.of(row.Impact)
			if t.Value = percent(float64(mean)); t.Note != "" {
				t.Note = "95 %: " + percent(float64(lo)) + " to " + percent(float64(hi))
			}
		}
		out = append(out, t)
	}
	return append(out, tile{"parameters", count(float64(row.Params)), "trained in " + count(float64(row.TrainS)) + " s"})
}

func capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}
