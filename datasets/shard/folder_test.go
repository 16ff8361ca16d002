package shard

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

const units = 7

// work returns work whose figures are the squares of the numbers of its units.
func work(seed int) Work {
	return Work{Command: "squares", Units: units, Word: "numbers", Settings: testSettings{seed, "m"}}
}

func mustOpen(t testing.TB, dir string, w Work, part Shard, o Options) *Folder {
	t.Helper()
	f, err := Open(t.Context(), dir, w, part, o)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// do adds the figures of all units that have none yet, but at most so many, and says how many it added.
func do(t testing.TB, f *Folder, most int) (added int) {
	t.Helper()
	from, to := f.Span()
	for unit := from; unit < to && added < most; unit++ {
		var square float64
		known, err := f.Get(unit, &square)
		if err != nil || known && square != float64(unit*unit) {
			t.Fatalf("unit %d: %v, %v", unit, square, err)
		}
		if !known {
			if added++; f.Add(unit, unit*unit) != nil {
				t.Fatal("not added")
			}
		}
	}
	return added
}

func finish(t testing.TB, f *Folder) {
	t.Helper()
	if err := f.Finish(); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time is no harm
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// make makes a whole shard and returns its folder.
func makeShard(t testing.TB, seed int, part Shard) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "shard")
	f := mustOpen(t, dir, work(seed), part, Options{})
	do(t, f, units)
	finish(t, f)
	return dir
}

func shards(t testing.TB, n int) (dirs []string) {
	for i := range n {
		dirs = append(dirs, makeShard(t, 1, Shard{i, n}))
	}
	return dirs
}

// TestJoinedFiguresAreThoseOfAllUnits in their order, whatever the order of the folders, and through larger shards.
func TestJoinedFiguresAreThoseOfAllUnits(t *testing.T) {
	t.Parallel()
	check := func(dirs []string) {
		t.Helper()
		w, figures, err := Join(dirs, Shard{})
		if err != nil {
			t.Fatal(err)
		}
		if w.Command != "squares" || w.Units != units || string(w.Settings.(json.RawMessage)) != `{"seed":1,"model":"m"}` {
			t.Errorf("%+v", w)
		}
		if got := fmt.Sprintf("%s", figures); got != "[0 1 4 9 16 25 36]" {
			t.Errorf("%d shards: %s", len(dirs), got)
		}
	}
	for _, n := range []int{1, 2, 3, 7} {
		dirs := shards(t, n)
		dirs[0], dirs[n-1] = dirs[n-1], dirs[0]
		check(dirs)
	}
	leaves := shards(t, 6)
	var larger []string
	for i := range 2 {
		w, figures, err := Join(leaves[3*i:3*i+3], Shard{i, 2})
		if err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join(t.TempDir(), "larger")
		if err := Write(dir, w, Shard{i, 2}, figures); err != nil {
			t.Fatal(err)
		}
		larger = append(larger, dir)
	}
	check(larger)
}

// TestShardsGoOnAfterAKill with what was added, and are then as if nothing had happened.
func TestShardsGoOnAfterAKill(t *testing.T) {
	t.Parallel()
	part := Shard{1, 2}
	want, err := os.ReadFile(filepath.Join(makeShard(t, 1, part), figuresFile))
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "shard")
	f := mustOpen(t, dir, work(1), part, Options{})
	do(t, f, 2)
	if err := f.Finish(); err == nil || !strings.Contains(err.Error(), "unit 5 has no figures") {
		t.Errorf("finished early: %v", err)
	}
	f.held.Unlock() // as the system does after a kill
	if Whole(dir) || !IsFolder(dir) {
		t.Error("half a shard is whole")
	}
	if _, _, err := Join([]string{dir}, part); err == nil || !strings.Contains(err.Error(), "the shard is not finished") {
		t.Errorf("joined: %v", err)
	}
	if _, err := Open(t.Context(), dir, work(1), part, Options{}); err == nil || !strings.Contains(err.Error(), "--resume goes on with it") {
		t.Errorf("unasked: %v", err)
	}
	if _, err := Open(t.Context(), dir, work(2), part, Options{Resume: true}); err == nil || !strings.Contains(err.Error(), "was begun with seed 1, which is now 2") {
		t.Errorf("other work: %v", err)
	}
	f = mustOpen(t, dir, work(1), part, Options{Resume: true})
	if added := do(t, f, units); added != 2 {
		t.Errorf("%d units were done again, 2 were missing", added)
	}
	finish(t, f)
	if got, err := os.ReadFile(filepath.Join(dir, figuresFile)); err != nil || string(got) != string(want) {
		t.Errorf("%s, %v, want %s", got, err, want)
	}
	if !Whole(dir) {
		t.Error("it is not whole")
	}
	f = mustOpen(t, dir, work(1), part, Options{Resume: true})
	if !f.Whole {
		t.Error("what is whole is done again")
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	for _, c := range []struct {
		w    Work
		part Shard
		o    Options
		want string
	}{
		{work(1), part, Options{}, "exists: --force makes it anew"},
		{work(2), part, Options{Resume: true}, "was made with seed 1, which is now 2"},
		{work(1), Shard{0, 2}, Options{Resume: true}, "is shard 1/2, not 0/2"},
		{work(1), Shard{7, 8}, Options{Resume: true}, "the number of shards must be from 1 to that of numbers, 7"},
		{work(1), Shard{}, Options{Resume: true}, "no shard"},
	} {
		if _, err := Open(t.Context(), dir, c.w, c.part, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %q", err, c.want)
		}
	}
	f = mustOpen(t, dir, work(2), Shard{0, 2}, Options{Force: true})
	if f.Whole || do(t, f, units) != 3 {
		t.Error("--force keeps something")
	}
	finish(t, f)
}

// TestManyMayMakeOneShard: each unit is done once, and all find the shard whole.
func TestManyMayMakeOneShard(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "shard")
	var all sync.WaitGroup
	var mutex sync.Mutex
	added := 0
	for range 6 {
		all.Go(func() {
			f, err := Open(t.Context(), dir, work(1), Shard{0, 2}, Options{Resume: true})
			if err != nil {
				t.Error(err)
				return
			}
			if !f.Whole {
				n := do(t, f, units)
				mutex.Lock()
				added += n
				mutex.Unlock()
				if err := f.Finish(); err != nil {
					t.Error(err)
				}
			}
			if err := f.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if added != 3 {
		t.Errorf("3 units were done %d times", added)
	}
}

// TestJoinRefuses what is not all of one whole, with a sentence.
func TestJoinRefuses(t *testing.T) {
	t.Parallel()
	dirs := shards(t, 3)
	change := func(file, old, new string) string {
		dir := makeShard(t, 1, Shard{1, 3})
		path := filepath.Join(dir, file)
		text, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(text), old) {
			t.Fatalf("no %q in %s: %v", old, path, err)
		}
		if err := os.WriteFile(path, []byte(strings.Replace(string(text), old, new, 1)), 0o644); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	// lines changes the lines of the figures, and the sum that stands for them.
	lines := func(edit func(lines []string) []string) string {
		dir := makeShard(t, 1, Shard{1, 3})
		path := filepath.Join(dir, figuresFile)
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		changed := strings.Join(edit(slices.Collect(strings.Lines(string(text)))), "")
		head, err := os.ReadFile(filepath.Join(dir, HeadFile))
		if err != nil {
			t.Fatal(err)
		}
		sum := func(text string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(text))) }
		if err := errors.Join(
			os.WriteFile(path, []byte(changed), 0o644),
			os.WriteFile(filepath.Join(dir, HeadFile), []byte(strings.Replace(string(head), sum(string(text)), sum(changed), 1)), 0o644),
		); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	with := func(second string) []string { return []string{dirs[0], second, dirs[2]} }
	for name, c := range map[string]struct {
		dirs []string
		want string
	}{
		"missing":               {[]string{dirs[0], dirs[2]}, "shard 1/3 is missing"},
		"twice":                 {append([]string{makeShard(t, 1, Shard{1, 3})}, dirs...), "are both shard 1/3"},
		"of another seed":       {with(makeShard(t, 2, Shard{1, 3})), "are not shards of one whole: seed is 1 in the first and 2 in the second"},
		"of another program":    {with(change(HeadFile, `"module": "`, `"module": "other `)), "are not shards of one whole: module is"},
		"of a later format":     {with(change(HeadFile, `"format": 1`, `"format": 2`)), "format 2 must be 1"},
		"changed":               {with(change(figuresFile, `"figures":9`, `"figures":8`)), "it was changed"},
		"lying":                 {with(change(HeadFile, `"of": 3`, `"of": 3000000000`)), "the number of shards must be from 1 to that of numbers, 7"},
		"no shard":              {with(t.TempDir()), "is no shard"},
		"elsewhere":             {with(change(HeadFile, `"sha256"`, `"figures": "../1/figures.jsonl", "sha256"`)), "must be the name of a file beside it"},
		"short of one":          {with(lines(func(l []string) []string { return l[:len(l)-1] })), "1 unit must be 2"},
		"one too long":          {with(lines(func(l []string) []string { return append(l, `{"unit":4,"figures":16}`+"\n") })), "3 units must be 2"},
		"out of order":          {with(lines(func(l []string) []string { return []string{l[1], l[0]} })), "line 1: unit 3 must be 2"},
		"settings of no object": {with(change(HeadFile, `"settings": {`, `"settings": 3, "other": {`)), ""},
	} {
		if _, _, err := Join(c.dirs, Shard{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v must contain %q", name, err, c.want)
		}
	}
}

// TestForceBeginsAnew also where an interrupted shard has left figures, and no unit of another shard is finished with it.
func TestForceBeginsAnew(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "shard")
	f := mustOpen(t, dir, work(1), Shard{1, 3}, Options{})
	do(t, f, 1)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	f = mustOpen(t, dir, work(1), Shard{1, 3}, Options{Force: true})
	if f.Kept() != 0 || do(t, f, units) != 2 {
		t.Error("figures of before are kept")
	}
	if err := f.Add(5, 25); err != nil {
		t.Fatal(err)
	}
	if err := f.Finish(); err == nil || !strings.Contains(err.Error(), "3 units must be the 2 of shard 1/3") {
		t.Errorf("with a unit of another shard: %v", err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
