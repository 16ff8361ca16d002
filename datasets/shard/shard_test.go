package shard

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestShardsShareTheUnitsOut(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		units := rapid.IntRange(1, 1_000_000).Draw(t, "units")
		of := rapid.IntRange(1, min(units, 300)).Draw(t, "of")
		next := 0
		for i := range of {
			from, to := Shard{i, of}.Span(units)
			if from != next || to-from < units/of || to-from > units/of+1 {
				t.Fatalf("shard %d of %d has units %d to %d of %d, after %d", i, of, from, to, units, next)
			}
			next = to
		}
		if next != units {
			t.Fatalf("%d of %d units", next, units)
		}
	})
}

// TestNeighboursAreALargerShard: k neighbours of n shards have the units of one of n/k.
func TestNeighboursAreALargerShard(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		larger := rapid.IntRange(1, 40).Draw(t, "larger")
		each := rapid.IntRange(1, 12).Draw(t, "each")
		units := rapid.IntRange(larger*each, 10_000).Draw(t, "units")
		whole := Shard{rapid.IntRange(0, larger-1).Draw(t, "index"), larger}
		var names []string
		var parts []Shard
		for _, k := range rapid.Permutation(slices.Collect(func(yield func(int) bool) {
			for i := range each {
				if !yield(i) {
					return
				}
			}
		})).Draw(t, "order") {
			parts = append(parts, Shard{whole.Index*each + k, larger * each})
			names = append(names, fmt.Sprint(k))
		}
		order, err := Order(names, parts, whole)
		if err != nil {
			t.Fatal(err)
		}
		at, end := whole.Span(units)
		for _, i := range order {
			from, to := parts[i].Span(units)
			if from != at {
				t.Fatalf("%v begins at %d, after %d", parts[i], from, at)
			}
			at = to
		}
		if at != end {
			t.Fatalf("ends at %d, must at %d", at, end)
		}
	})
}

func TestIncompleteSetsAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		shards []Shard
		whole  Shard
		want   string
	}{
		{nil, Shard{}, "no shards"},
		{[]Shard{{0, 3}, {2, 3}}, Shard{}, "shard 1/3 is missing"},
		{[]Shard{{1, 3}, {2, 3}}, Shard{}, "shard 0/3 is missing"},
		{[]Shard{{0, 1 << 60}}, Shard{}, "shard 1/1152921504606846976 is missing"},
		{[]Shard{{0, 2}, {1, 2}, {1, 2}}, Shard{}, "b and c are both shard 1/2"},
		{[]Shard{{0, 2}, {1, 3}}, Shard{}, "a and b are not shards of one whole: 0/2 and 1/3"},
		{[]Shard{{0, 2}, {}}, Shard{}, "b: is whole, not a shard"},
		{[]Shard{{0, 2}, {2, 2}}, Shard{}, "b: shard 2/2: the index must be from 0 to 1"},
		{[]Shard{{0, -2}}, Shard{}, "a: shard 0/-2: the index must be"},
		{[]Shard{{0, 4}, {1, 4}}, Shard{1, 2}, "a: shard 0/4 is not in shard 1/2"},
		{[]Shard{{2, 4}}, Shard{1, 2}, "shard 3/4 is missing"},
		{[]Shard{{2, 4}, {3, 4}}, Shard{1, 3}, "3 must divide that"},
	} {
		if _, err := Order([]string{"a", "b", "c"}, c.shards, c.whole); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v in %v: error %v must contain %q", c.shards, c.whole, err, c.want)
		}
	}
}

func TestImpossibleShardsAreRefused(t *testing.T) {
	t.Parallel()
	for shard, want := range map[Shard]string{
		{0, 0}: "", {1, 0}: "from 1 to", {0, 38}: "from 1 to that of episodes, 37", {3, 3}: "from 0 to 2", {-1, 3}: "from 0 to 2", {2, 3}: "",
	} {
		if err := shard.Validate(37, "episodes"); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("shard %+v: error %v must contain %q", shard, err, want)
		}
	}
}
