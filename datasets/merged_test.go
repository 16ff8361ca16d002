package datasets

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"orrery/datasets/camera"
	"orrery/datasets/splits"
)

// set returns a dataset of so many flights of a seed, divided as text says, or not when that is empty.
func set(t *testing.T, seed uint64, episodes int, text string) *Dataset {
	t.Helper()
	spec := smallSpec()
	spec.Seed, spec.Episodes = seed, episodes
	if text != "" {
		spec.Splits = divided(t, text, episodes)
	}
	return mustOpen(t, writeFlights(t, spec))
}

func divided(t *testing.T, text string, episodes int) splits.Splits {
	t.Helper()
	d, err := splits.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	s, err := d.Of(episodes)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// order returns the stretches of a merged dataset in words.
func order(m Merged, sets []*Dataset) string {
	var texts []string
	for _, s := range m.Stretches {
		texts = append(texts, fmt.Sprintf("%c%d:%d", 'a'+slices.Index(sets, s.Dataset), s.From, s.To))
	}
	return strings.Join(texts, " ")
}

func TestMergedEpisodesAreInTheOrderOfTheirSplits(t *testing.T) {
	t.Parallel()
	a, b, c := set(t, 1, 5, ""), set(t, 2, 6, "train=3,val=2,test=1"), set(t, 3, 4, "test=2,train=2")
	for _, m := range []struct {
		sets         []*Dataset
		division     string
		want, splits string
	}{
		{[]*Dataset{a}, "", "a0:5", ""},
		{[]*Dataset{a, b, c}, "", "a0:5 b0:3 c2:4 b3:5 b5:6 c0:2", "train 0 to 9, val 10 to 11, test 12 to 14"},
		{[]*Dataset{c, a}, "", "a2:4 b0:5 a0:2", "train 0 to 6, test 7 to 8"},
		{[]*Dataset{a, b}, "test=0.2", "a0:4 b0:5 a4:5 b5:6", "train 0 to 8, test 9 to 10"},
		{[]*Dataset{a, b}, "train=1", "a0:5 b0:6", ""},
	} {
		var division splits.Division
		if m.division != "" {
			var err error
			if division, err = splits.Parse(m.division); err != nil {
				t.Fatal(err)
			}
		}
		names := []string{"one", "two", "three"}[:len(m.sets)]
		got, err := Merge(names, m.sets, division)
		if err != nil {
			t.Fatal(err)
		}
		if order(got, m.sets) != m.want || got.Splits.String() != m.splits {
			t.Errorf("%s with splits %v, want %s with %s", order(got, m.sets), got.Splits, m.want, m.splits)
		}
		if err := got.Validate(); err != nil && len(m.sets) > 1 {
			t.Error(err)
		}
		at, want := 0, "orrery merge "+strings.Join(names, " ")
		for i, s := range got.Stretches { // each stretch is one part here
			if part := got.Parts[i]; part.Len() != s.To-s.From || part.Seed != s.provenance.Seed || part.Files != nil || len(part.Sum) != 64 {
				t.Errorf("part %d is %+v", i, part)
			}
			at += s.To - s.From
		}
		if m.division != "" {
			want += " --split " + m.division
		}
		if at != got.Episodes || got.Command != want || got.Scenario != "flight" || got.Task != "Discs fly" {
			t.Errorf("%d episodes, %+v", at, got.Spec)
		}
	}
}

// TestAMergedDatasetHasRoomForTheLongestEpisode, whichever of its parts has that.
func TestAMergedDatasetHasRoomForTheLongestEpisode(t *testing.T) {
	t.Parallel()
	of := func(seed uint64, frames int) *Dataset {
		spec := smallSpec()
		spec.Seed, spec.Episodes, spec.Frames = seed, 2, frames
		return mustOpen(t, writeFlights(t, spec))
	}
	long, short, shorter := of(1, 9), of(2, 6), of(3, 4)
	for _, sets := range [][]*Dataset{{long, short, shorter}, {short, long, shorter}, {shorter, short, long}} {
		m, err := Merge([]string{"a", "b", "c"}, sets, nil)
		if err != nil || m.Frames != 9 {
			t.Errorf("room for %d frames, want 9: %v", m.Frames, err)
		}
	}
}

// TestPartsAreCutLikeTheirEpisodes compares stretches of parts with what each episode says of its origin.
func TestPartsAreCutLikeTheirEpisodes(t *testing.T) {
	t.Parallel()
	part := func(name string, from, to, of int) Part {
		return Part{Name: name, From: from, To: to, Provenance: Provenance{Spec: Spec{Episodes: of}}}
	}
	parts := []Part{part("a", 0, 0, 3), part("b", 4, 6, 9), part("c", 0, 0, 1)}
	origins := func(parts []Part) (each []string) {
		for i := range parts {
			from, to := parts[i].span()
			for k := from; k < to; k++ {
				each = append(each, fmt.Sprint(parts[i].Name, k))
			}
		}
		return each
	}
	all := origins(parts)
	if want := []string{"a0", "a1", "a2", "b4", "b5", "c0"}; !slices.Equal(all, want) {
		t.Fatalf("the episodes are %v, want %v", all, want)
	}
	for from := range len(all) + 1 {
		for to := from; to <= len(all); to++ {
			if got := origins(partsWithin(parts, from, to)); !slices.Equal(got, all[from:to]) {
				t.Errorf("from %d to %d: %v, want %v", from, to, got, all[from:to])
			}
		}
	}
	if whole := partsWithin(parts, 0, len(all)); whole[0].To != 0 || whole[1].From != 4 {
		t.Errorf("whole parts are cut: %+v", whole)
	}
}

func TestMergeRefusesWhatDoesNotGoTogether(t *testing.T) {
	t.Parallel()
	a, twin, longer := set(t, 1, 3, ""), set(t, 1, 3, ""), set(t, 1, 5, "val=1")
	rewarded := mustOpen(t, writePushes(t, pushSpec()))
	fast := set(t, 2, 3, "")
	fast.info.FPS = 60
	small, large := set(t, 2, 3, ""), set(t, 3, 3, "")
	small.room.Film, large.room.Film = camera.Film{Kind: camera.Image, Width: 32, Height: 32}, camera.Film{Kind: camera.Image, Width: 32, Height: 64}
	impacts, measured := set(t, 2, 3, ""), set(t, 2, 3, "")
	impacts.provenance.Motion, measured.room.Observed = Impacts, true
	for _, c := range []struct {
		sets []*Dataset
		want string
	}{
		{[]*Dataset{a, impacts}, "is a table of impacts: its episodes have no time"}, {[]*Dataset{impacts, a}, "is a table of impacts: its episodes have no time"},
		{[]*Dataset{a, measured}, "was measured (observation.measured and so on)"}, {[]*Dataset{measured, a}, "was measured (observation.measured and so on)"},
		{[]*Dataset{a, twin}, "hold the same episodes: episode 0 of one is episode 0 of the other"},
		{[]*Dataset{longer, a}, "hold the same episodes: episode 0 of one"},
		{[]*Dataset{a, rewarded}, "has outcomes"},
		{[]*Dataset{small, large}, "of one kind and size"},
		{[]*Dataset{a, fast}, "has 60 frames a second"},
	} {
		_, err := Merge([]string{"one", "two"}, c.sets, nil)
		wantError(t, c.want, err, c.want)
	}

	// What differs in any setting is no twin, and a stretch is one where it overlaps.
	for name, change := range map[string]func(*Spec){
		"seed":   func(s *Spec) { s.Seed++ },
		"params": func(s *Spec) { s.Params = map[string]float64{"speed": 9} },
		"ranges": func(s *Spec) { s.Ranges = map[string]Range{"speed": {1, 2}} },
		"policy": func(s *Spec) { s.Policy = "noise" },
		"frames": func(s *Spec) { s.Frames++ },
		"fps":    func(s *Spec) { s.FPS++ },
		"file":   func(s *Spec) { s.File = "{}" },
		"name":   func(s *Spec) { s.Scenario = "other" },
		"model":  func(s *Spec) { s.ModelSum = "1" },
	} {
		other := set(t, 1, 3, "")
		change(&other.provenance.Spec)
		if err := apart(a, partsOf("one", a.provenance), other, partsOf("two", other.provenance)); err != nil {
			t.Errorf("another %s: %v", name, err)
		}
	}
	first, rest := partsOf("one", longer.provenance)[0].within(0, 2), partsOf("one", longer.provenance)[0].within(2, 5)
	if err := apart(longer, []Part{first}, a, []Part{rest}); err != nil {
		t.Error(err)
	}
	wantError(t, "overlap", apart(longer, []Part{rest, first}, a, partsOf("two", twin.provenance)), "episode 0 of one is episode 2 of the other")
	imported, again := a.provenance, a.provenance
	imported.Sources, again.Sources = map[string]string{"t.csv": "1"}, map[string]string{"t.csv": "1"}
	imported.Command, again.Command = "orrery import csv t.csv --map x=a", "orrery import csv t.csv --map x=b"
	if err := apart(a, partsOf("one", imported), twin, partsOf("two", again)); err != nil {
		t.Errorf("two columns of one table: %v", err)
	}
	again.Command, again.Go = imported.Command, "another"
	wantError(t, "one table", apart(a, partsOf("one", imported), twin, partsOf("two", again)), "hold the same episodes")
}
