package shard

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

type testSettings struct {
	Seed  int    `json:"seed"`
	Model string `json:"model"`
}

// TestJournalsAreOfOneWork: whoever changes a setting is told which, and nobody
// continues one unasked.
func TestJournalsAreOfOneWork(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	j, err := OpenJournal(path, testSettings{1, "m"}, false, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Add(3, true); err != nil {
		t.Fatal(err)
	}
	if err := j.End(false); err != nil {
		t.Fatal(err)
	}
	for want, settings := range map[string]testSettings{
		"was begun with seed 1, which is now 2":  {2, "m"},
		`was begun with model "m", which is now`: {1, "n"},
	} {
		if _, err := OpenJournal(path, settings, true, false); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: got %v, want %q", settings, err, want)
		}
	}
	if _, err := OpenJournal(path, testSettings{1, "m"}, false, false); err == nil || !strings.Contains(err.Error(), "--resume goes on with it") {
		t.Errorf("unasked: %v", err)
	}
	if err := os.WriteFile(path, []byte("{}\nnonsense\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenJournal(path, struct{}{}, true, false); err == nil || !strings.Contains(err.Error(), "line 2") || strings.Contains(err.Error(), "invalid character") {
		t.Errorf("a journal that is none: %v", err)
	}
}

// TestJournalsReportWhatIsNotOnDisk: a pipe has no place to write at. What is not on disk is not known either.
func TestJournalsReportWhatIsNotOnDisk(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("other systems may have another word for it")
	}
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	j := &Journal{path: filepath.Join(t.TempDir(), "journal"), file: writer, done: map[int]json.RawMessage{}}
	if err := j.Add(3, true); !errors.Is(err, syscall.ESPIPE) || j.Has(3) {
		t.Errorf("figures that are not on disk are kept: %v", err)
	}
	writer.Close()
	for _, over := range []bool{false, true} {
		if err := j.End(over); !errors.Is(err, os.ErrClosed) {
			t.Errorf("over %v: a journal that cannot be closed ends with %v", over, err)
		}
	}
}

// TestALineThatWasCutIsNoTrouble: neither one that a kill cut off, nor one of which the disk took a part.
func TestALineThatWasCutIsNoTrouble(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal")
	for n := range 3 {
		j, err := OpenJournal(path, testSettings{1, "m"}, true, false)
		if err != nil {
			t.Fatal(err)
		}
		if j.Kept() != n {
			t.Errorf("%d figures are kept, want %d", j.Kept(), n)
		}
		if err := j.Add(n, n*n); err != nil {
			t.Fatal(err)
		}
		if _, err := j.file.WriteAt([]byte(`{"unit":77,"fig`), j.size); err != nil { // as a kill leaves it
			t.Fatal(err)
		}
		j.file.Close()
	}
}
