package eval

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Join returns the results of the same models on several sets as one: the first,
// with the others hanging on it.
func Join(results []*Result) (*Result, error) {
	if len(results) == 0 {
		return nil, errors.New("no sets")
	}
	r := *results[0]
	r.Others = results[1:]
	return &r, r.validateSets()
}

// validateSets checks that several sets can be told apart and are not nested.
func (r *Result) validateSets() error {
	seen := map[string]bool{r.Set: true}
	for _, other := range r.Others {
		switch {
		case other == nil:
			return errors.New("sets: null must be a result")
		case len(other.Others) > 0:
			return fmt.Errorf("set %s: sets of its own must not be there", other.Set)
		case other.Set == "" || seen[other.Set] || r.Set == "":
			return fmt.Errorf("set name %q must be unique and not empty", other.Set)
		}
		seen[other.Set] = true
	}
	return nil
}

// Sets returns r and its others.
func (r *Result) Sets() []*Result { return slices.Concat([]*Result{r}, r.Others) }

// ErrorAt returns the mean position error in metres of a model at a horizon in
// seconds, or NaN where that was not measured.
func (r *Result) ErrorAt(model string, seconds float64) Number {
	row, h := r.Row(model), slices.Index(r.HorizonsS, seconds)
	if row == nil || h < 0 {
		return Number(math.NaN())
	}
	return Number(row.Position.Mean[h])
}

// Relative returns how many times the error of the first set a model's error is in
// each of the sets, at a horizon in seconds. It is NaN where one was not measured.
func (r *Result) Relative(model string, seconds float64) []Number {
	var out []Number
	for _, set := range r.Sets() {
		out = append(out, set.ErrorAt(model, seconds)/r.ErrorAt(model, seconds))
	}
	return out
}
