package importing

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"orrery/datasets"
	"orrery/datasets/lerobot"
)

const sample = "../../../datasets/sample"

// lost returns a copy of the sample as LeRobot's tools leave it.
func lost(t *testing.T) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "lost")
	if err := os.CopyFS(to, os.DirFS(sample)); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"meta/orrery", "README.md"} {
		if err := os.RemoveAll(filepath.Join(to, name)); err != nil {
			t.Fatal(err)
		}
	}
	return to
}

// temporary returns the folders that are left.
func temporary(t *testing.T) []string {
	t.Helper()
	left, err := filepath.Glob(filepath.Join(os.TempDir(), "orrery-lerobot-*"))
	if err != nil {
		t.Fatal(err)
	}
	return left
}

// TestForeignDataBecomeDatasetsUntilClose: all that were asked for, whether or not it worked; others are left where they are.
func TestForeignDataBecomeDatasetsUntilClose(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	at := lost(t)
	var said bytes.Buffer
	f := &Foreign{}
	for range 2 {
		own, err := f.Own(t.Context(), To(&said), time.Minute, at)
		if err != nil {
			t.Fatal(err)
		}
		got, err := datasets.Open(t.Context(), own)
		if err != nil {
			t.Fatal(err)
		}
		if got.Episodes() != 4 || filepath.Base(own) != "lost" || got.Provenance().Scenario != "mixed" || got.Check(t.Context(), nil) != nil {
			t.Errorf("%s: %+v", own, got.Provenance())
		}
	}
	if !strings.Contains(said.String(), "lost: all episodes: the scenes are those of mixed with seed 1 that begin in the same states\n") {
		t.Errorf("it says %q", &said)
	}
	f.Layout = "pushed"
	if _, err := f.Own(t.Context(), To(&said), 0, at); err == nil || err.Error() != `--layout "pushed" must be pusht` {
		t.Errorf("error %v", err)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	f.Layout = ""
	if _, err := f.Own(ended, To(&said), 0, at); !errors.Is(err, context.Canceled) {
		t.Errorf("after its end: %v", err)
	}
	if left := temporary(t); len(left) < 2 {
		t.Errorf("what is read is gone: %v", left)
	}
	f.Close()
	f.Close()
	if left := temporary(t); len(left) > 0 {
		t.Errorf("%v stay", left)
	}
}

// TestWhatIsSaidOfOwnDataHasNoUse, in the words of who said it; of what is not there nothing is said here.
func TestWhatIsSaidOfOwnDataHasNoUse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		foreign       Foreign
		command, path string
		want          string
	}{
		{Foreign{}, "eval", sample, ""},
		{Foreign{Layout: "pusht"}, "eval", "nowhere", ""},
		{Foreign{Layout: "pusht"}, "eval", sample, "eval: --scene, --map and --layout are for LeRobot data without scenes, and these have them"},
		{Foreign{Scene: "push", Notation: lerobot.Keywords}, "", sample, "scene, mapping and layout are for LeRobot data without scenes, and these have them"},
		{Foreign{Hint: &Hint{}, Notation: lerobot.Keywords}, "", sample, "scene, mapping and layout are for LeRobot data without scenes, and these have them"},
		{Foreign{Columns: map[string]string{"body0": "x"}}, "train", sample, "train: --scene, --map and --layout are for LeRobot data without scenes, and these have them"},
	} {
		own, err := c.foreign.Sole(t.Context(), To(&bytes.Buffer{}), 0, c.command, c.path)
		if own != c.path || (err == nil) != (c.want == "") || err != nil && err.Error() != c.want {
			t.Errorf("%+v: %s, %v, want %s", c.foreign, own, err, c.want)
		}
	}
}
