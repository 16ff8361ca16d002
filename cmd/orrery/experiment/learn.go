package experiment

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"orrery/cmd/orrery/console"
)

// Learn goes all the way from films: watch, identify, train, and a film with the model's ghost over what was filmed.
type Learn struct {
	Settings
	Films  []string
	Watch  []string      // flags for watch, such as --scale=400px/m
	Budget time.Duration // of training, unless Steps says how long it is
	Steps  int           // of training, or 0
}

// leastJudged is the number of episodes from which on some are kept to judge by.
const leastJudged = 5

// unseen are the quantities that no picture shows, and that are identified before a model learns.
const unseen = "gravity,drag,elasticity,friction"

// Do makes it all and says on out what came of it.
func (l Learn) Do(ctx context.Context, out, log io.Writer) error {
	if len(l.Films) == 0 {
		return console.Usagef("learn: a film is missing")
	}
	watched := filepath.Join(l.Dir, "watched")
	args := []string{"watch"}
	for _, path := range l.Films {
		args = append(args, operand(path))
	}
	watch := line{append(append(args, l.Watch...), "--out", watched), filepath.Join(watched, "film.json")}
	if err := l.check([]line{watch}); err != nil {
		return fmt.Errorf("learn: %w", err)
	}
	if err := l.do(ctx, io.Discard, log, watch); err != nil {
		return err
	}
	var seen struct {
		Episodes []struct {
			Path string `json:"path"`
		} `json:"episodes"`
		Notes []string `json:"notes"`
	}
	if err := console.ReadJSON(watch.out, &seen); err != nil {
		return err
	}
	data := filepath.Join(l.Dir, "data")
	imported := line{[]string{"import", "csv", filepath.Join(watched, "tracks.csv"), "--scenes", filepath.Join(watched, "scenes"), "--odd", "drop", "--out", data}, data}
	if len(seen.Episodes) >= leastJudged {
		imported.args = append(imported.args, "--split", "test=0.2")
	}
	identified := filepath.Join(l.Dir, "identified")
	found := line{[]string{"identify", data, "--out", identified}, identified}
	length := []string{"--budget", l.Budget.String()}
	if l.Steps > 0 {
		length = []string{"--steps", strconv.Itoa(l.Steps)}
	}
	model := l.train("model", contactKind, line{out: data}, append(length, "--unknown", unseen)...)
	ghost := line{[]string{"render", data, "--model", model.out, "--film", watched, "--out", filepath.Join(l.Dir, "ghost.gif")}, filepath.Join(l.Dir, "ghost.gif")}
	if err := l.do(ctx, io.Discard, log, imported, found); err != nil {
		return err
	}
	trained := true
	if err := l.do(ctx, io.Discard, log, model, ghost); err != nil {
		if ctx.Err() != nil {
			return err
		}
		// A film in which little touches has no law of contact, but still what was seen and identified.
		trained = false
		fmt.Fprintf(log, "no model: %v\n", err)
		seen.Notes = append(seen.Notes, "no model was trained: "+err.Error())
	}
	if trained && len(seen.Episodes) >= leastJudged {
		report := line{[]string{"eval", model.out, "--data", data, "--split", "test", "--report", filepath.Join(l.Dir, "report")}, filepath.Join(l.Dir, "report", "report.html")}
		if err := l.do(ctx, out, log, report); err != nil {
			return err
		}
	}
	if err := l.writePage(trained, seen.Notes); err != nil {
		return err
	}
	fmt.Fprintf(out, "\nIn %s:\n", l.Dir)
	return console.Table(out, func(row func(...any)) {
		row("", filepath.Join(l.Dir, "index.html"), "the page")
		row("", filepath.Join(watched, "check.html"), "what was seen, to check and to correct")
		row("", filepath.Join(identified, "scene.json"), "the scene with what its motion tells of it")
		row("", data, "the dataset")
		if trained {
			row("", ghost.out, "the film, seen bodies outlined, and the model's ghost")
			row("", model.out, "the model")
		}
	})
}

// operand returns a path as an argument that no command takes for a flag.
func operand(path string) string {
	if strings.HasPrefix(path, "-") {
		return "./" + path
	}
	return path
}

//go:embed learn.gohtml
var learnText string

var learnTemplate = template.Must(template.New("learn").Parse(learnText))

// writePage writes the page that shows it all.
func (l *Learn) writePage(trained bool, notes []string) error {
	var identified struct {
		Parameters []struct {
			Name  string   `json:"name"`
			Of    string   `json:"of"`
			Value *float64 `json:"value"`
			Lo    *float64 `json:"lo95"`
			Hi    *float64 `json:"hi95"`
			Unit  string   `json:"unit"`
			Why   string   `json:"why"`
		} `json:"parameters"`
		Sentences []string `json:"sentences"`
	}
	if err := console.ReadJSON(filepath.Join(l.Dir, "identified", "identify.json"), &identified); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	type row struct{ Name, Of, Value, Between, Unit, Why string }
	page := struct {
		Title   string
		Trained bool
		Report  bool
		Rows    []row
		Notes   []string
	}{Title: filepath.Base(l.Films[0]), Trained: trained, Notes: append(notes, identified.Sentences...)}
	_, err := os.Stat(filepath.Join(l.Dir, "report", "report.html"))
	page.Report = err == nil
	for _, p := range identified.Parameters {
		r := row{Name: p.Name, Of: p.Of, Unit: p.Unit, Why: p.Why}
		if p.Value != nil {
			r.Value = fmt.Sprintf("%.4g", *p.Value)
			if p.Lo != nil && p.Hi != nil {
				r.Between = fmt.Sprintf("%.4g to %.4g", *p.Lo, *p.Hi)
			}
		}
		page.Rows = append(page.Rows, r)
	}
	return console.WriteFile(filepath.Join(l.Dir, "index.html"), func(out io.Writer) error { return learnTemplate.Execute(out, page) })
}
