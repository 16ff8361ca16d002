package generate

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orrery/datasets"
	"orrery/datasets/shard"
	"orrery/sim/golden"
)

// TestWhatMayBegin: for each thing that may be at a place, each way of beginning there.
func TestWhatMayBegin(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("slow, and in one goroutine")
	}
	parent := t.TempDir()
	put := func(path string, content []byte) {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	plan := datasets.NewProvenance(testSpec())
	other := testSpec()
	other.Seed++
	place := map[string]string{}
	for _, what := range []string{"nothing", "an empty folder", "a file of others", "a beginning", "a dataset", "a dataset and a beginning", "a beginning of another", "another dataset", "another dataset that is to be replaced", "a plan that is none"} {
		dir := filepath.Join(parent, strings.ReplaceAll(what, " ", "-"))
		place[what] = dir
		beginning, made := filepath.Join(dir, datasets.PartialName, "plan.json"), filepath.Join(dir, datasets.ProvenancePath)
		switch what {
		case "an empty folder":
			if err := os.Mkdir(dir, 0o755); err != nil {
				t.Fatal(err)
			}
		case "a file of others":
			put(filepath.Join(dir, "notes.txt"), nil)
		case "a beginning":
			put(beginning, plan.Encode())
		case "a dataset":
			put(made, plan.Encode())
		case "a dataset and a beginning":
			put(beginning, plan.Encode())
			put(made, plan.Encode())
		case "a beginning of another":
			put(beginning, datasets.NewProvenance(other).Encode())
		case "another dataset":
			put(made, datasets.NewProvenance(other).Encode())
		case "another dataset that is to be replaced":
			put(beginning, plan.Encode())
			put(made, datasets.NewProvenance(other).Encode())
		case "a plan that is none":
			put(beginning, []byte("{"))
		}
	}
	var told strings.Builder
	say := func(err error) string {
		if err == nil {
			return "fine"
		}
		return strings.ReplaceAll(err.Error(), parent+"/", "")
	}
	for _, what := range []string{"nothing", "an empty folder", "a file of others", "a beginning", "a dataset", "a dataset and a beginning", "a beginning of another", "another dataset", "another dataset that is to be replaced", "a plan that is none"} {
		dir := place[what]
		fmt.Fprintf(&told, "# %s\n", what)
		for k := range 8 {
			o := Options{Resume: k&1 > 0, Force: k&2 > 0, Append: k&4 > 0}
			fmt.Fprintf(&told, "resume %t, force %t, append %t: %s\n", o.Resume, o.Force, o.Append, say(Check(dir, o)))
		}
		fmt.Fprintf(&told, "begun there: %t\n", begunIn(dir, plan))
		for _, extends := range []bool{false, true} {
			done, replaces, err := finished(dir, plan, Options{Append: extends})
			fmt.Fprintf(&told, "append %t: done %t, replaces another %t, %s\n", extends, done, replaces, say(err))
		}
		for _, extends := range []bool{false, true} {
			p := newPartial(dir, plan)
			if extends {
				p.base = &datasets.Dataset{}
			}
			if strings.Contains(what, "dataset") {
				put(filepath.Join(dir, "meta/info.json"), []byte("{}"))
			}
			started, complete, err := p.resume(dir)
			fmt.Fprintf(&told, "extends %t: started %t, complete %t, %s; a beginning is left: %t\n", extends, started, complete, say(err), exists(p.dir))
		}
		done, replaces, err := finished(dir, plan, Options{})
		fmt.Fprintf(&told, "with its last file: done %t, replaces another %t, %s\n", done, replaces, say(err))
		if what == "nothing" {
			continue
		}
		fmt.Fprintf(&told, "claimed: %s\n", say(claim(dir, plan, Options{})))
		fmt.Fprintf(&told, "claimed with force: %s, then %s\n", say(claim(dir, plan, Options{Force: true})), say(claim(dir, plan, Options{})))
		fmt.Fprintf(&told, "discarded: %s, is there: %t\n", say(Discard(dir)), exists(dir))
	}
	for _, o := range []Options{{}, {Workers: 1, Resume: true, Force: true}, {Workers: 1, Append: true, Force: true}} {
		fmt.Fprintf(&told, "%+v: %s\n", o, say(Run(t.Context(), filepath.Join(parent, "new"), testSpec(), flyers(testSpec()), o)))
	}
	fmt.Fprintf(&told, "merge with append: %s\n", say(Merge(t.Context(), filepath.Join(parent, "new"), nil, nil, Options{Append: true})))
	fmt.Fprintf(&told, "merge of none: %s\n", say(Merge(t.Context(), filepath.Join(parent, "new"), nil, nil, Options{})))
	fmt.Fprintf(&told, "merge of nothing: %s\n", say(Merge(t.Context(), filepath.Join(parent, "new"), []string{filepath.Join(parent, "none")}, nil, Options{})))
	for i, change := range []func(s *datasets.Spec){
		func(*datasets.Spec) {}, func(s *datasets.Spec) { s.Parts = []datasets.Part{{Name: "a"}} }, func(s *datasets.Spec) { s.Policy = "noise" }, func(s *datasets.Spec) { s.Scenario = "fall" }, func(s *datasets.Spec) { s.File = "{}" },
		func(s *datasets.Spec) { s.FPS = 60 }, func(s *datasets.Spec) { s.Params = map[string]float64{"speed": 2, "discs": 4} }, func(s *datasets.Spec) { s.Params = nil }, func(s *datasets.Spec) { s.Frames = 10 }, func(s *datasets.Spec) { s.Frames = 12 },
		func(s *datasets.Spec) { s.Seed++; s.Episodes++; s.Task = "Other."; s.Command = "other" },
	} {
		had, now := testSpec(), testSpec()
		change(&had)
		fmt.Fprintf(&told, "demonstrations, change %d: %s; the other way round: %s\n", i, say(SameDemonstrations(&had, &now)), say(SameDemonstrations(&now, &had)))
	}
	golden.Compare(t, "testdata/begins.txt", told.String())
}

// TestBlocksFitWhatTheyHold: as many episodes as frames allow, up to a bound, and fewer where there are pictures.
func TestBlocksFitWhatTheyHold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ frames, plain, filmed int }{{1, 16, 16}, {32, 16, 16}, {33, 16, 15}, {100, 16, 5}, {512, 16, 1}, {513, 15, 1}, {4096, 2, 1}, {8192, 1, 1}, {9000, 1, 1}} {
		spec := testSpec()
		spec.Frames = c.frames
		p := newPartial("x", datasets.NewProvenance(spec))
		if got := p.perBlock(); got != c.plain {
			t.Errorf("%d episodes of %d frames, want %d", got, c.frames, c.plain)
		}
		p.film = filmOf(spec)
		if got := p.perBlock(); got != c.filmed {
			t.Errorf("%d filmed episodes of %d frames, want %d", got, c.frames, c.filmed)
		}
	}
	spec := testSpec()
	plan := datasets.NewProvenance(spec)
	plan.Shard = shard.Shard{Index: 1, Of: 3}
	if p := newPartial("x", plan); p.first != 12 || p.total != 12 || p.dir != filepath.Join("x", datasets.PartialName) {
		t.Errorf("shard 1 of 3 has %d episodes from %d in %s", p.total, p.first, p.dir)
	}
}
