package eval

import (
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"orrery/sim/render"
)

// Report is what a report shows beside the result.
type Report struct {
	Title          string  // of the page
	Model          string  // the row that the report speaks of; must exist
	Overlay        []byte  // GIF of true and predicted motion; none leaves the section out
	OverlayCaption string  // what the animation shows
	Training       []Point // the training curve; fewer than two points leave the section out
	Made           []Fact  // how the result was made: commands, seeds, versions
}

// Point is one measurement during training. A Holdout of NaN was not taken.
type Point struct {
	Step    int
	Seconds float64
	Loss    float64 // on the training frames
	Holdout float64 // on the frames held out
}

// Fact is a line of the section on how the result was made.
type Fact struct{ Name, Value string }

//go:embed report.gohtml
var reportText string

var reportPage = template.Must(template.New("report").Parse(reportText))

// WriteReport writes one HTML page that needs nothing but itself: the sentence
// of epsilon_m, the tables, the figures, the animation, how the result was made,
// and the glossary. It follows the reader's choice of light or dark.
func WriteReport(w io.Writer, r *Result, extras Report) error {
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
	page := reportData{
		Report: extras, Light: light, Dark: dark,
		Lead: capital(r.Sentence(extras.Model)) + ".", Tiles: r.tiles(row),
		Failures: r.failures(), Glossary: Glossary(),
		Figures: map[string]template.HTML{}, Animation: template.URL("data:image/gif;base64," + base64.StdEncoding.EncodeToString(extras.Overlay)),
	}
	page.Errors, page.Others = r.tables(extras.Model, light)
	for _, f := range figures(r, &extras, light) {
		svg, err := f.svg(light)
		if err != nil {
			return err
		}
		page.Figures[f.file] = template.HTML(svg)
	}
	return reportPage.Execute(w, page)
}

// reportData is what report.gohtml is filled with.
type reportData struct {
	Report
	Light, Dark *render.Theme
	Lead        string
	Tiles       []tile
	Errors      []htmlTable
	Others      []htmlTable
	Failures    []string
	Figures     map[string]template.HTML // by file
	Animation   template.URL
	Glossary    []Metric
}

// tile is one figure large enough to be read first.
type tile struct{ Label, Value, Note string }

func (r *Result) tiles(row *Row) []tile {
	h := r.Headline()
	at := fmt.Sprintf(" at %g s", r.HorizonsS[h])
	out := []tile{{"position error" + at, short(row.Position.Mean[h]) + " m", "95 %: " + row.Position.intervalText(h)}}
	if r.hasLadder() {
		out = append(out, tile{"equivalent measurement error" + at, r.epsilonText(row, h), "of the engine's start"})
	}
	return append(out,
		tile{"predictable for", r.horizonText(row) + " s", "to 5 % of the arena"},
		tile{"parameters", count(float64(row.Params)), "trained in " + count(float64(row.TrainS)) + " s"},
		tile{"time per step", short(float64(row.USPerStep)) + " µs", "one scene, one core"},
	)
}

// htmlTable is a table of the report, a row per model.
type htmlTable struct {
	Caption string
	Heads   []head
	Rows    []htmlRow
}

type head struct{ Name, Unit string }

type htmlRow struct {
	Name          string
	Colour        template.CSS
	Leading, True bool
	Cells         []cell
}

// cell is a value and, in smaller type, what qualifies it.
type cell struct {
	Value string
	Notes []string
}

// tables returns those of the position error, to be read first, and the others.
func (r *Result) tables(model string, theme *render.Theme) (errors, others []htmlTable) {
	look := styles(r, model, theme)
	table := func(caption string, heads []head, value func(row *Row, i int) cell) htmlTable {
		t := htmlTable{Caption: caption, Heads: heads}
		for i := range r.Rows {
			row := &r.Rows[i]
			line := htmlRow{Name: row.Name, Leading: row.Name == model, True: row.PerturbationM > 0}
			line.Colour = template.CSS(look[i].colour.(render.Colour).String())
			for k := range heads {
				line.Cells = append(line.Cells, value(row, k))
			}
			t.Rows = append(t.Rows, line)
		}
		return t
	}
	var times, singles []head
	for _, s := range r.HorizonsS {
		times = append(times, head{fmt.Sprintf("%g s", s), ""})
	}
	for _, c := range columns {
		singles = append(singles, head{c.head, c.unit})
	}
	errors = []htmlTable{table(fmt.Sprintf("Position error in metres: mean over %d episodes, its 95 %% interval, and the median", r.Episodes), times,
		func(row *Row, h int) cell {
			return cell{short(row.Position.Mean[h]), []string{row.Position.intervalText(h), "median " + short(row.Position.Median[h])}}
		})}
	if r.hasLadder() {
		errors = append(errors, table("Equivalent measurement error: the engine is as wrong from positions off by this much", times,
			func(row *Row, h int) cell { return cell{Value: r.epsilonText(row, h)} }))
	}
	others = []htmlTable{
		table("Angle error in radians: mean and its 95 % interval", times,
			func(row *Row, h int) cell { return cell{short(row.Angle.Mean[h]), []string{row.Angle.intervalText(h)}} }),
		table("Figures of the whole prediction, defined in the glossary", singles,
			func(row *Row, i int) cell { return cell{Value: columns[i].text(r, row)} }),
	}
	return errors, others
}

// intervalText writes the interval of column k, with minus signs at which no line
// is broken.
func (s *Spread) intervalText(k int) string {
	return strings.ReplaceAll(short(s.Lo95[k])+" to "+short(s.Hi95[k]), "-", "−")
}

func capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}
