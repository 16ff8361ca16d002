package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// row is what was measured of one scene in one engine.
type row struct {
	Engine   string               `json:"engine"`
	Package  string               `json:"package"`
	Settings string               `json:"settings"`
	Scene    string               `json:"scene"`
	Horizons []float64            `json:"horizons_s"`
	ErrorM   map[string][]float64 `json:"error_m"` // mean, of models and of our engine, per horizon
}

// shown are the models of a row, in the order of the table, and the horizons of its figures.
var (
	shown    = []string{"contact", "interaction", "ballistic", "true"}
	horizons = []float64{0.1, 0.5, 1}
)

// newRow reads a row off the metrics of an evaluation.
func newRow(engine, scene string, metrics []byte) (row, error) {
	r := row{Engine: engine, Package: versions[engine], Settings: about[engine], Scene: scene, Horizons: horizons, ErrorM: map[string][]float64{}}
	var m struct {
		Horizons []float64 `json:"horizons_s"`
		Models   map[string]struct {
			Position struct {
				Mean []float64 `json:"mean"`
			} `json:"position_m"`
		} `json:"models"`
	}
	if err := json.Unmarshal(metrics, &m); err != nil {
		return r, err
	}
	for _, name := range shown {
		model, ok := m.Models[name]
		if !ok {
			return r, fmt.Errorf("the evaluation has no row %s", name)
		}
		for _, h := range horizons {
			for i, at := range m.Horizons {
				if at == h {
					r.ErrorM[name] = append(r.ErrorM[name], model.Position.Mean[i])
				}
			}
		}
	}
	return r, nil
}

// cells returns the scene and, of each model shown, the errors.
func (r *row) cells() []string {
	cells := []string{r.Scene}
	for _, name := range shown {
		var errors []string
		for _, e := range r.ErrorM[name] {
			errors = append(errors, fmt.Sprintf("%.3g", e))
		}
		cells = append(cells, strings.Join(errors, " / "))
	}
	return cells
}

// writeTable prints the rows.
func writeTable(out io.Writer, rows []row, length [2]string) error {
	fmt.Fprintf(out, "Mean position error in metres after 0.1, 0.5 and 1 s, of models trained with %s %s, and of our own engine on the same scenes.\n\n", length[0], length[1])
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "engine\tscene\tcontact\tinteraction\tballistic\tour engine")
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t%s\n", r.Engine, strings.Join(r.cells(), "\t"))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	said := map[string]bool{}
	for _, r := range rows {
		if !said[r.Engine] {
			said[r.Engine] = true
			if _, err := fmt.Fprintf(out, "\n%s: %s, %s", r.Engine, r.Package, r.Settings); err != nil {
				return err
			}
		}
	}
	_, err := fmt.Fprintln(out)
	return err
}
