package generate

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"orrery/datasets"
	"orrery/datasets/flights"
	"orrery/datasets/splits"
)

// divided returns a spec whose episodes are divided as a text says.
func divided(t *testing.T, spec datasets.Spec, text string) datasets.Spec {
	t.Helper()
	d, err := splits.Parse(text)
	if err == nil {
		spec.Splits, err = d.Of(spec.Episodes)
	}
	if err != nil {
		t.Fatal(err)
	}
	return spec
}

func open(t *testing.T, dir string) *datasets.Dataset {
	t.Helper()
	d, err := datasets.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestShardsOfADividedDataset: a shard has its part of the splits, and all together have the bytes of
// one that was made at once.
func TestShardsOfADividedDataset(t *testing.T) {
	t.Parallel()
	spec := divided(t, testSpec(), "train=0.5,val=0.3,test=0.2")
	shards := generateShards(t, spec, 4, flyers(spec))
	at := 0
	for _, dir := range shards {
		d := open(t, dir)
		for i := range d.Episodes() {
			if got, want := d.Splits().Of(i), spec.Splits.Of(at); got != want {
				t.Errorf("%s: episode %d is of %q, and of %q in all", dir, i, got, want)
			}
			at++
		}
	}
	merged := filepath.Join(t.TempDir(), "merged")
	if err := Merge(t.Context(), merged, shards, nil, Options{}); err != nil {
		t.Fatal(err)
	}
	sameTree(t, flights.Tree(t, merged), flights.Tree(t, generate(t, spec, 2)))
	half := splits.Division{{Name: splits.Train, Amount: 0.5}, {Name: splits.Test, Amount: 0.5}}
	if err := Merge(t.Context(), filepath.Join(t.TempDir(), "m"), shards, half, Options{}); err == nil || !strings.Contains(err.Error(), "all shards are divided into splits when they are made") {
		t.Errorf("shards are divided anew: %v", err)
	}
}

// TestAppendedSplitsAreThoseMadeAtOnce: the bytes are those of a dataset that was divided when it was whole.
func TestAppendedSplitsAreThoseMadeAtOnce(t *testing.T) {
	t.Parallel()
	spec := divided(t, testSpec(), "val=0.1,test=0.1")
	dir := madeBy(t, "data", divided(t, shorter(spec, 20), "val=0.1,test=0.1"), flyers(spec))
	if err := Run(t.Context(), dir, spec, flyers(spec), Options{Workers: 2, Append: true}); err != nil {
		t.Fatal(err)
	}
	sameTree(t, flights.Tree(t, dir), flights.Tree(t, madeBy(t, "whole", spec, flyers(spec))))
}

// TestMergedSplitsKeepTheirEpisodes: the splits of a merged dataset hold the episodes that they hold in
// its parts, each with its states, its task and its origin; a naive twin finds them one by one.
func TestMergedSplitsKeepTheirEpisodes(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	one, two, three := pushSpec(), narrowSpec(), pushSpec()
	one.Episodes, two.Episodes, three.Episodes, three.Seed, three.Task = 10, 5, 4, 12, "Discs are late."
	one, two = divided(t, one, "train=0.6,val=0.2,test=0.2"), divided(t, two, "test=2,train=3")
	dirs := []string{madeBy(t, "one", one, pushes(one)), madeBy(t, "two", two, narrow(two)), madeBy(t, "three", three, pushes(three))}
	merged := filepath.Join(t.TempDir(), "merged")
	if err := Merge(t.Context(), merged, dirs, nil, Options{}); err != nil {
		t.Fatal(err)
	}
	checkMerged(t, merged, dirs, "train 0 to 12, val 13 to 14, test 15 to 18")

	// Merged again with a fourth, the stretches stay in order.
	four := narrowSpec()
	four.Seed, four.Episodes = 99, 2
	last := madeBy(t, "four", four, narrow(four))
	again := filepath.Join(t.TempDir(), "again")
	if err := Merge(t.Context(), again, []string{last, merged}, nil, Options{}); err != nil {
		t.Fatal(err)
	}
	checkMerged(t, again, []string{last, merged}, "train 0 to 14, val 15 to 16, test 17 to 20")
	var origins []string
	parts := open(t, again).Provenance().Parts
	for i := range parts {
		origins = append(origins, fmt.Sprintf("%s+%d", strings.SplitN(parts[i].Origin(), ":", 2)[0], parts[i].Len()))
	}
	if got, want := strings.Join(origins, ", "), "four+2, one (0 to 5)+6, two (2 to 4)+3, three+4, one (6 to 7)+2, one (8 to 9)+2, two (0 to 1)+2"; got != want {
		t.Errorf("the parts are %s, want %s", got, want)
	}

	// What is divided anew is so dataset by dataset.
	anewly, err := splits.Parse("test=0.4")
	if err != nil {
		t.Fatal(err)
	}
	anew := filepath.Join(t.TempDir(), "anew")
	if err := Merge(t.Context(), anew, []string{last, dirs[2]}, anewly, Options{}); err != nil {
		t.Fatal(err)
	}
	if got := open(t, anew); got.Splits().String() != "train 0 to 2, test 3 to 5" {
		t.Errorf("divided anew: %v", got.Splits())
	}
	counts, err := splits.Parse("test=1")
	if err != nil {
		t.Fatal(err)
	}
	for want, c := range map[string]struct {
		division splits.Division
		dirs     []string
	}{
		"shares are needed":                    {counts, []string{last, dirs[2]}},
		"makes 3 splits, and there are 2":      {splits.Division{{Name: splits.Train, Amount: 0.8}, {Name: splits.Val, Amount: 0.1}, {Name: splits.Test, Amount: 0.1}}, []string{dirs[2], last}},
		"is in val and would be in test":       {splits.Division{{Name: splits.Train, Amount: 0.7}, {Name: splits.Test, Amount: 0.3}}, []string{dirs[0], dirs[2]}},
		"hold the same episodes: episode 0 of": {nil, []string{dirs[0], merged}},
	} {
		if err := Merge(t.Context(), filepath.Join(t.TempDir(), "m"), c.dirs, c.division, Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// checkMerged compares a merged dataset with its parts.
func checkMerged(t *testing.T, merged string, dirs []string, want string) {
	t.Helper()
	d := open(t, merged)
	if got := d.Splits().String(); got != want {
		t.Fatalf("the splits are %s, want %s", got, want)
	}
	if _, err := d.Survey(t.Context(), nil); err != nil {
		t.Error(err)
	}
	at := 0
	for _, name := range []string{splits.Train, splits.Val, splits.Test} {
		for _, dir := range dirs {
			part := open(t, dir)
			for i := range part.Episodes() {
				if part.Splits().Of(i) != name {
					continue
				}
				want, err := part.Episode(t.Context(), i)
				if err != nil {
					t.Fatal(err)
				}
				got, err := d.Episode(t.Context(), at)
				if err != nil {
					t.Fatal(err)
				}
				for k := range want.View { // a merged dataset has room, and names, for the most that is seen
					if n := len(want.ViewNames); k < len(got.View) && len(got.View[k]) >= n {
						got.View[k] = got.View[k][:n]
					}
				}
				got.ViewNames = want.ViewNames
				if !reflect.DeepEqual(got, want) || d.Splits().Of(at) != name {
					t.Errorf("episode %d is not episode %d of %s", at, i, dir)
				}
				at++
			}
		}
	}
	if at != d.Episodes() {
		t.Errorf("%d of %d episodes are found", at, d.Episodes())
	}
}

// TestEpisodesInNoSplitStay: another program may leave episodes out of all splits; merged, they are in none.
func TestEpisodesInNoSplitStay(t *testing.T) {
	t.Parallel()
	spec, other := testSpec(), testSpec()
	spec.Episodes, other.Episodes, other.Seed = 6, 2, 3
	spec.Splits = splits.Splits{{Name: "night", From: 1, To: 3}, {Name: splits.Test, From: 5, To: 6}}
	dirs := []string{madeBy(t, "some", spec, flyers(spec)), madeBy(t, "other", other, flyers(other))}
	merged := filepath.Join(t.TempDir(), "merged")
	if err := Merge(t.Context(), merged, dirs, nil, Options{}); err != nil {
		t.Fatal(err)
	}
	d := open(t, merged)
	if got := d.Splits().String(); got != "train 0 to 1, test 2, night 3 to 4" {
		t.Errorf("splits %s", got)
	}
	for at, from := range []int{0, 1, 5, 1, 2, 0, 3, 4} {
		part := open(t, dirs[0])
		if at < 2 {
			part = open(t, dirs[1])
		}
		want, err := part.Episode(t.Context(), from)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := d.Episode(t.Context(), at); err != nil || !slices.EqualFunc(got.States, want.States, slices.Equal) {
			t.Errorf("episode %d is not %d: %v", at, from, err)
		}
	}
}

// TestTasksOfMergedDatasets: each part keeps its own sentence, two parts of one share it, and the bytes
// of a merge of one task have one.
func TestTasksOfMergedDatasets(t *testing.T) {
	t.Parallel()
	one, two := pushSpec(), narrowSpec()
	one.Episodes, two.Episodes = 3, 2
	twin := one
	twin.Seed = 77
	merged := filepath.Join(t.TempDir(), "merged")
	if err := Merge(t.Context(), merged, []string{madeBy(t, "one", one, pushes(one)), madeBy(t, "two", two, narrow(two)), madeBy(t, "twin", twin, pushes(twin))}, nil, Options{}); err != nil {
		t.Fatal(err)
	}
	d := open(t, merged)
	if got := d.Summary(); !slices.Equal(got.Tasks, []string{one.Task, two.Task}) || got.Shares["push"] != 6./8 || got.Shares["narrow"] != 2./8 {
		t.Errorf("tasks %q, shares %v", got.Tasks, got.Shares)
	}
	if _, err := d.Survey(t.Context(), nil); err != nil {
		t.Error(err)
	}
	same := filepath.Join(t.TempDir(), "same")
	if err := Merge(t.Context(), same, []string{madeBy(t, "one", one, pushes(one)), madeBy(t, "twin", twin, pushes(twin))}, nil, Options{}); err != nil {
		t.Fatal(err)
	}
	if d := open(t, same); d.Info().TotalTasks != 1 || d.Summary().Tasks != nil || d.Summary().Shares != nil {
		t.Errorf("a merge of one task has %d: %+v", d.Info().TotalTasks, d.Summary())
	}
	text, err := os.ReadFile(filepath.Join(same, "meta/info.json"))
	if err != nil || !strings.Contains(string(text), `"train": "0:6"`) {
		t.Errorf("%v: %s", err, text)
	}
}
