package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"orrery/datasets"
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

// TestSplitsKeepRecordingsWhole imports recordings with a long gap each: the two pieces of one are in one split.
// Models that know nothing of uncertainty say so before they learn from them.
func TestSplitsKeepRecordingsWhole(t *testing.T) {
	skipShort(t)
	t.Parallel()
	dir := t.TempDir()
	var table strings.Builder
	table.WriteString("episode,time,body,x,y\n")
	for episode := range 5 {
		for k := range 90 {
			if k < 30 || k > 60 {
				fmt.Fprintf(&table, "%d,%.5f,0,%.5f,%.5f\n", episode, float64(k)/30, 0.01*float64(k)+0.0007*float64(k*k%7), 0.1*float64(episode)+0.0005*float64(k*k%5))
			}
		}
	}
	path, data := filepath.Join(dir, "tracks.csv"), filepath.Join(dir, "data")
	if err := os.WriteFile(path, []byte(table.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	mustRun(t, "import", "csv", path, "--radius", "0.05", "--split", "train=0.5,val=0.5", "--out", data)
	set, err := datasets.Open(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	if got := set.Provenance().Recording.Pieces; !slices.Equal(got, []int{2, 2, 2, 2, 2}) {
		t.Errorf("pieces %v of recordings, want two of each", got)
	}
	if learn, _ := set.Splits().Find("train"); learn.To != 4 && learn.To != 6 {
		t.Errorf("episodes up to %d are in train, so that a recording is in two splits", learn.To)
	}
	for kind, says := range map[string]bool{"interaction": true, "contact": false} {
		_, _, stderr := runLine(t.Context(), "train", data, "--model", kind, "--steps", "1", "--out", filepath.Join(dir, kind))
		if strings.Contains(stderr, "takes all states for equally certain") != says {
			t.Errorf("%s: stderr %q", kind, stderr)
		}
	}
}
