package main

import (
	"strings"
	"testing"

	"orrery/world/fit"
)

func TestWeightsFindTheirDatasets(t *testing.T) {
	t.Parallel()
	sets := func() []fit.Set {
		return []fit.Set{{Name: "data/own/", Weight: 1}, {Name: "elsewhere/other", Weight: 1}, {Name: "third=x", Weight: 1}}
	}
	w := weights{}
	for _, text := range []string{"data/own=2", "other=0.5", "third=x=3"} {
		if err := w.Set(text); err != nil {
			t.Fatal(err)
		}
	}
	got := sets()
	if err := w.weigh(got); err != nil || got[0].Weight != 2 || got[1].Weight != 0.5 || got[2].Weight != 3 {
		t.Errorf("got %v, %v", got, err)
	}
	if line := w.flags(); line != " --weight data/own=2 --weight other=0.5 --weight third=x=3" {
		t.Errorf("as flags they are %q", line)
	}
	for text, want := range map[string]string{
		"own": "such as own=2", "": "such as data/own=2", "=2": "such as data/own=2", "own=": "must be a number from",
		"own=0": "must be a number from", "own=x": "must be a number from", "own=NaN": "must be a number from", "own=1e9": "must be a number from",
	} {
		if err := w.Set(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want an error with %q", text, err, want)
		}
	}
	for name, want := range map[string]string{"othr": `must name one of the datasets: data/own/, elsewhere/other, third=x, perhaps "other"`, "y": "must name one of the datasets"} {
		if err := (weights{name: 2}).weigh(sets()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want an error with %q", name, err, want)
		}
	}
	if err := (weights{"own": 2}).weigh(sets()[:1]); err == nil || !strings.Contains(err.Error(), "there is only one") {
		t.Errorf("a weight of the only dataset: %v", err)
	}
	twins := []fit.Set{{Name: "a/same"}, {Name: "b/same"}}
	if err := (weights{"same": 2}).weigh(twins); err == nil || !strings.Contains(err.Error(), "two datasets are called same") {
		t.Errorf("a name that two datasets have: %v", err)
	}
	if setName(twins, 0) != "a/same" || setName(sets(), 0) != "own" || setName(twins[:1], 0) != "" {
		t.Errorf("names in figures: %q, %q, %q", setName(twins, 0), setName(sets(), 0), setName(twins[:1], 0))
	}
}
