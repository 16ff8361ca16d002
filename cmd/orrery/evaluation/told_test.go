package evaluation

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"orrery/datasets"
	"orrery/datasets/splits"
	"orrery/sim"
	"orrery/sim/golden"
	"orrery/world"
	"orrery/world/eval/report"
	"orrery/world/flight"
)

// decimals are numbers with digits behind the point.
var decimals = regexp.MustCompile(`-?[0-9]+\.[0-9]+(e[-+]?[0-9]+)?`)

// paces are numbers that depend on the clock.
var paces = regexp.MustCompile(`"us_per_step": ?[-+.e0-9]+`)

// TestComparisonsStay: what is measured of models on one set and on two, how long they endure, and what is refused.
func TestComparisonsStay(t *testing.T) {
	t.Parallel()
	var w strings.Builder
	data, err := datasets.Open(t.Context(), "../../../datasets/sample")
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	read := func(name string, numbers ...int) *Set {
		set, err := ReadSet(t.Context(), io.Discard, name, data, numbers)
		if err != nil {
			t.Fatal(err)
		}
		return set
	}
	whole, part := read("whole", 0, 2, 3), read("part", 1)
	thin := read("thin", 0, 1)
	if err := thin.Stride(2); err != nil {
		t.Fatal(err)
	}
	models := []Entrant{
		{Name: "falls", Model: flight.Ballistic(), Description: &world.Description{Training: world.Training{Seconds: 12}}},
		{Name: "stays", Model: flight.Still(), Description: &world.Description{}},
	}
	settings := brief(0.1, 0.5)
	for _, sets := range [][]*Set{{whole}, {whole, part}, {thin}} {
		result, err := Compare(t.Context(), &log, models, sets, settings)
		if err != nil {
			t.Fatal(err)
		}
		var text, line bytes.Buffer
		if err := errors.Join(result.WriteJSON(&text), json.Compact(&line, text.Bytes())); err != nil {
			t.Fatal(err)
		}
		told := strings.ReplaceAll(paces.ReplaceAllString(line.String(), `"us_per_step":…`), `},"`, "},\n\"")
		fmt.Fprintf(&w, "# %d sets, %s\n%s\n", len(sets), sets[0].Name, decimals.ReplaceAllStringFunc(told, func(number string) string {
			v, err := strconv.ParseFloat(number, 64)
			if err != nil || math.Abs(v) < 1e-9 {
				return "0"
			}
			return strconv.FormatFloat(v, 'g', 6, 64)
		}))
		for _, e := range models {
			fmt.Fprintf(&w, "%s\n", report.Sentence(result, e.Name))
		}
		sharded, err := NewSharded(models, []string{"a", "b"}, sets, settings)
		if err != nil {
			t.Fatal(err)
		}
		terms, err := json.Marshal(sharded.Terms)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&w, "terms of %d units: %s\n", sharded.Units(), terms)
		for _, figures := range [][]json.RawMessage{nil, make([]json.RawMessage, sharded.Units()+1), bad(sharded.Units())} {
			_, err := sharded.Terms.Result(figures)
			fmt.Fprintf(&w, "%v\n", err)
		}
	}
	lasted, err := Endure(t.Context(), &log, append(models, Entrant{Name: "runs", Model: runaway{}, Description: &world.Description{}}), part, 90, 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := WriteEndurance(&w, lasted); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(&w, "# refused")
	for _, c := range []struct {
		entrants []Entrant
		sets     []*Set
		horizons []float64
	}{
		{models, []*Set{whole}, []float64{2}}, {models, []*Set{part, whole}, []float64{2}}, {models, []*Set{numbered(t, "none", nil, nil)}, []float64{0.1}},
		{models, []*Set{numbered(t, "seen", []int{0, 1}, []*sim.Trajectory{observed(40)[0], discs(40)[0]})}, []float64{0.1}},
	} {
		_, err := Compare(t.Context(), &log, c.entrants, c.sets, brief(c.horizons...))
		fmt.Fprintf(&w, "%v\n", err)
		_, err = NewSharded(c.entrants, []string{"a", "b"}, c.sets, brief(c.horizons...))
		fmt.Fprintf(&w, "%v\n", err)
	}
	for _, change := range []func(s *Set) error{
		func(s *Set) error { return s.Stride(7) }, func(s *Set) error { return s.Watch(t.Context(), 3) },
	} {
		fmt.Fprintf(&w, "%v\n", change(read("", 2)))
	}
	for _, entrants := range [][]Entrant{{models[0], models[0]}, {{Name: "still", Dir: "models/a"}}, {{Name: ""}}} {
		fmt.Fprintf(&w, "%v\n", CheckNames(entrants))
	}
	provenance := data.Provenance()
	trained, err := json.Marshal(provenance)
	if err != nil {
		t.Fatal(err)
	}
	log.Reset()
	learned := []Entrant{{Name: "learned", Dir: "models/learned", Description: &world.Description{Training: world.Training{Dataset: trained}}}}
	WarnOfTraining(&log, learned, []*Set{whole, part})
	fmt.Fprintf(&w, "# warned\n%s", log.String())
	for _, division := range []string{"train=2,test=2", "test=1"} {
		parts, err := splits.Parse(division)
		if err != nil {
			t.Fatal(err)
		}
		divided, err := parts.Of(4)
		fmt.Fprintf(&w, "%s: %v, %v\n", division, divided, err)
	}
	golden.Compare(t, "testdata/comparisons.txt", w.String())
}

// bad returns figures that are no figures.
func bad(n int) (figures []json.RawMessage) {
	for range n {
		figures = append(figures, json.RawMessage(`{"horizon": "far"}`))
	}
	return figures
}
