package shard

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestLateJournalsAreOnDiskWhenTheyEnd and not before, unless the work is over.
func TestLateJournalsAreOnDiskWhenTheyEnd(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal")
	open := func(resume bool) *Journal {
		t.Helper()
		j, err := OpenJournal(path, testSettings{1, "m"}, resume, true)
		if err != nil {
			t.Fatal(err)
		}
		return j
	}
	there := func() bool { _, err := os.Stat(path); return err == nil }
	if err := open(false).End(false); err != nil || there() {
		t.Errorf("a journal without figures: %v, there %v", err, there())
	}
	j := open(false)
	for _, unit := range []int{5, 2} {
		if err := j.Add(unit, unit*unit); err != nil {
			t.Fatal(err)
		}
	}
	if there() {
		t.Error("a late journal is there before its end")
	}
	if err := j.End(false); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if want := `{"seed":1,"model":"m"}` + "\n" + `{"unit":2,"figures":4}` + "\n" + `{"unit":5,"figures":25}` + "\n"; err != nil || string(text) != want {
		t.Errorf("the journal has\n%s, want\n%s; %v", text, want, err)
	}
	j = open(true)
	var got int
	if known, err := j.Get(5, &got); !known || err != nil || got != 25 || j.Kept() != 2 || j.Path() != path {
		t.Errorf("unit 5: %v, %d, %v; %d are kept in %s", known, got, err, j.Kept(), j.Path())
	}
	if err := j.End(true); err != nil || there() {
		t.Errorf("what is over: %v, there %v", err, there())
	}
	var none *Journal
	if known, err := none.Get(5, &got); known || err != nil || none.Add(5, 3) != nil {
		t.Errorf("no journal: %v, %v", known, err)
	}
}

// TestFiguresThatAreNoneAreErrors, of the settings, of a line, of what is asked for and of what is added.
func TestFiguresThatAreNoneAreErrors(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := OpenJournal(filepath.Join(dir, "a"), make(chan int), false, false); err == nil {
		t.Error("settings that no JSON has are taken")
	}
	if _, err := OpenJournal(dir, testSettings{}, true, false); err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder as a journal: %v", err)
	}
	for line, want := range map[string]string{
		`{"unit":-1,"figures":3}`: "line 2: unit -1: it must be at least 0",
		`{"unit":0}`:              "line 2: unit 0: it must be at least 0 and have figures",
		`{"unit":0,"figures":1,}`: "line 2",
	} {
		path := filepath.Join(dir, "b")
		if err := os.WriteFile(path, []byte("{}\n"+line+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenJournal(path, struct{}{}, true, true); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", line, err, want)
		}
	}
	j, err := OpenJournal(filepath.Join(dir, "c"), struct{}{}, false, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Add(3, make(chan int)); err == nil || j.Has(3) {
		t.Errorf("figures that no JSON has are kept: %v", err)
	}
	if err := j.Add(3, "text"); err != nil || !j.Has(3) || j.Has(2) {
		t.Fatal(err)
	}
	var number float64
	if known, err := j.Get(3, &number); known || err == nil || !strings.Contains(err.Error(), j.Path()+": unit 3: ") {
		t.Errorf("a text as a number: %v, %v", known, err)
	}
	if err := j.End(true); err != nil {
		t.Error(err)
	}
}

// TestLongSettingsAreCutInSentences after a hundred bytes.
func TestLongSettingsAreCutInSentences(t *testing.T) {
	t.Parallel()
	for n, cut := range map[int]bool{100: false, 101: true} {
		value := json.RawMessage(strings.Repeat("7", n))
		want := string(value)
		if cut {
			want = want[:100] + "…"
		}
		name, was, is, err := difference([]byte(`{"a":1,"b":`+string(value)+`}`), []byte(`{"a":1}`))
		if name != "b" || was != want || is != "not set" || err != nil {
			t.Errorf("%d bytes: %s was %s and is %s; %v", n, name, was, is, err)
		}
	}
	if _, _, _, err := difference([]byte(`{`), []byte(`{}`)); err == nil || !strings.Contains(err.Error(), "line 1: ") {
		t.Errorf("settings that are cut off: %v", err)
	}
	if _, _, _, err := difference([]byte(`{}`), []byte(`{`)); err == nil {
		t.Error("settings of now that are cut off are taken")
	}
}
