package shard

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"orrery/sim/golden"
)

// TestHarmIsToldAsItWas: what is said of a shard, its figures and a journal that are cut off anywhere or have another
// byte anywhere.
func TestHarmIsToldAsItWas(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("slow, and in one goroutine")
	}
	parent := t.TempDir()
	dir := filepath.Join(parent, "one")
	const figures = `{"unit":2,"figures":4}` + "\n" + `{"unit":3,"figures":9}` + "\n"
	head := fmt.Sprintf(`{"format":1,"command":"squares","module":"m","go":"g","arch":"a","shard":{"index":1,"of":3},"units":7,"word":"numbers","settings":{"seed":1},"sha256":"%x"}`, sha256.Sum256([]byte(figures)))
	put := func(name string, content []byte) {
		t.Helper()
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	column := regexp.MustCompile(`line 1, column \d+: `) // which JSON's own tests hold
	say := func(err error) string {
		return column.ReplaceAllString(strings.ReplaceAll(err.Error(), parent+"/", ""), "")
	}
	joined := func() string {
		w, all, err := Join([]string{dir}, Shard{Index: 1, Of: 3})
		if err != nil {
			return say(err)
		}
		return fmt.Sprintf("%s of %d %s with %s: %s", w.Command, w.Units, w.Word, w.Settings, all)
	}
	var told strings.Builder
	put(figuresFile, []byte(figures))
	fmt.Fprintf(&told, "# the head\n%s", golden.Harm([]byte(head), func(content []byte) string { put(HeadFile, content); return joined() }))
	put(HeadFile, []byte(head))
	fmt.Fprintf(&told, "# the figures\n%s", golden.Harm([]byte(figures), func(content []byte) string {
		put(figuresFile, content)
		put(HeadFile, []byte(strings.Replace(head, fmt.Sprintf("%x", sha256.Sum256([]byte(figures))), fmt.Sprintf("%x", sha256.Sum256(content)), 1))) // as if they had been written so
		return joined()
	}))
	fmt.Fprintf(&told, "# a journal\n%s", golden.Harm([]byte(`{"seed":1}`+"\n"+figures), func(content []byte) string {
		put("journal", content)
		j, err := OpenJournal(filepath.Join(dir, "journal"), map[string]int{"seed": 1}, true, true)
		if err != nil {
			return say(err)
		}
		out := fmt.Sprintf("%d are kept", j.Kept())
		for unit := range 5 {
			var square int
			known, err := j.Get(unit, &square)
			if err != nil {
				out += ", " + say(err)
			} else if known {
				out += fmt.Sprintf(", %d: %d", unit, square)
			}
		}
		return out
	}))
	golden.Compare(t, "testdata/harm.txt", told.String())
}

// TestWhatCannotBeASharedWholeIsRefused, and what is written is read.
func TestWhatCannotBeASharedWholeIsRefused(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "shard")
	w := work(1)
	if _, err := Open(t.Context(), dir, w, Shard{}, Options{}); err == nil || err.Error() != "all units together are no shard" {
		t.Error(err)
	}
	w.Settings = make(chan int)
	if _, err := Open(t.Context(), dir, w, Shard{0, 2}, Options{}); err == nil {
		t.Error("settings that no JSON has are taken")
	}
	if err := Write(dir, w, Shard{0, 2}, nil); err == nil {
		t.Error("settings that no JSON has are written")
	}
	w = work(1)
	if err := Write(dir, w, Shard{0, 2}, nil); err == nil || !strings.HasSuffix(err.Error(), "shard: 0 figures must be 3") {
		t.Error(err)
	}
	if Whole(dir) || IsFolder(dir) {
		t.Error("there is a shard where nothing could be written")
	}
	f := mustOpen(t, dir, w, Shard{0, 2}, Options{})
	if f.Dir() != dir || !IsFolder(dir) || Whole(dir) {
		t.Errorf("the folder is %s, a folder of a shard: %t, whole: %t", f.Dir(), IsFolder(dir), Whole(dir))
	}
	if err := f.Finish(); err == nil || !strings.HasSuffix(err.Error(), "shard: unit 0 has no figures") {
		t.Error(err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}
