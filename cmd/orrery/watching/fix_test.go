package watching

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// readText reads corrections from a text.
func readText(t *testing.T, text string) (*Fix, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "fix.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return ReadFix(path)
}

func TestCorrectionsApplyInTheirOrder(t *testing.T) {
	t.Parallel()
	f, err := readText(t, `{"format": 1,
		"split": [{"body": "0", "episode": 1, "from": 2, "as": "0/1"}, {"body": "1", "episode": 1, "from": 2, "as": "0"}, {"body": "0/1", "episode": 1, "from": 2, "as": "1"}],
		"merge": [["2", "3"]], "ignore": ["4"], "rename": {"1": "red"}}`)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		episode int
		body    string
		time    float64
		want    string
	}{
		{0, "0", 5, "0"}, {1, "0", 1.99, "0"}, {1, "0", 2, "red"}, {1, "1", 2, "0"}, {1, "1", 1, "red"}, {0, "3", 0, "2"}, {0, "2", 0, "2"}, {0, "4", 0, ""}, {0, "5", 0, "5"},
	} {
		name, kept := f.corrected(c.episode, c.body, c.time)
		if name != c.want || kept != (c.want != "") {
			t.Errorf("body %s of episode %d at %g s is %q, %v; want %q", c.body, c.episode, c.time, name, kept, c.want)
		}
	}
	var none *Fix
	if name, kept := none.corrected(0, "7", 1); name != "7" || !kept {
		t.Errorf("without corrections 7 is %q, %v", name, kept)
	}
}

func TestBadCorrectionsAreRefusedInWords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{}`:                                            "format: 0 must be 1",
		`{"format": 2}`:                                 "format: 2 must be 1",
		`{"format": 1, "merge": [["1"]]}`:               "two bodies or more",
		`{"format": 1, "merge": [["1", "1"]]}`:          "there once",
		`{"format": 1, "mergee": []}`:                   "perhaps",
		`{"format": 1, "shape": {"0": {}}}`:             "one of them alone",
		`{"format": 1, "shape": {"0": {"radius": -1}}}`: "radius: -1",
		`{"format": 1, "shape": {"0": {"radius": 1, "box": [1,2]}}}`:        "one of them alone",
		`{"format": 1, "shape": {"0": {"box": [1]}}}`:                       "a width and a height",
		`{"format": 1, "shape": {"0": {"outline": [[0,0],[1,1]]}}}`:         "3 or more",
		`{"format": 1, "shape": {"0": {"outline": [[0,0],[1,1],[1e9,0]]}}}`: "within",
		`{"format": 1, "split": [{"body": "0", "as": "0"}]}`:                "the body itself",
		`{"format": 1, "split": [{"body": "0", "as": "1", "from": -1}]}`:    "from: -1",
		`{"format": 1, "split": [{"body": "0", "as": "1", "episode": -1}]}`: "episode: -1",
		`{"format": 1, "split": [{"body": "", "as": "1"}]}`:                 "must be names",
		`{"format": 1, "rename": {"0": "a", "1": "a"}}`:                     "a name of one body",
		`[]`: "object",
	} {
		if _, err := readText(t, text); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "fix.json") {
			t.Errorf("%s: %v; want %q", text, err, want)
		}
	}
}

func TestCorrectionsOfUnknownBodiesAreRefused(t *testing.T) {
	t.Parallel()
	names := []string{"0", "1"}
	for text, want := range map[string]string{
		`{"format": 1, "shape": {"7": {"radius": 1}}}`:       `"7"`,
		`{"format": 1, "split": [{"body": "7", "as": "8"}]}`: `split[0]`,
		`{"format": 1, "merge": [["0", "7"]]}`:               `merge[0]`,
		`{"format": 1, "ignore": ["7"]}`:                     `ignore`,
		`{"format": 1, "rename": {"7": "red"}}`:              `rename`,
	} {
		f, err := readText(t, text)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.check(names); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want %s", text, err, want)
		}
	}
	f, err := readText(t, `{"format": 1, "split": [{"body": "0", "as": "0b"}], "ignore": ["0b"]}`)
	if err != nil || f.check(names) != nil {
		t.Errorf("a body that a split makes is not known: %v, %v", err, f.check(names))
	}
}

func TestTrueShapesLieAboutTheirMiddle(t *testing.T) {
	t.Parallel()
	f, err := readText(t, `{"format": 1, "shape": {"0": {"outline": [[0,0],[40,0],[40,10],[25,10],[25,50],[15,50],[15,10],[0,10]]}, "1": {"box": [30, 20]}, "2": {"radius": 7}}}`)
	if err != nil {
		t.Fatal(err)
	}
	var widths []float64
	for _, name := range []string{"0", "1", "2"} {
		s := f.Shape[name]
		shapes, err := s.shapes()
		if err != nil {
			t.Fatal(err)
		}
		widths = append(widths, across(shapes))
	}
	if !slices.Equal(widths, []float64{50, 30, 14}) {
		t.Errorf("widths are %v, want 50, 30 and 14", widths)
	}
	tee := f.Shape["0"]
	shapes, _ := tee.shapes()
	low := 0.0
	for _, s := range shapes {
		for _, v := range s.Vertices {
			low = min(low, v.Y)
		}
	}
	if want := -(400.0*5 + 400*30) / 800; !(low > want-1e-9 && low < want+1e-9) {
		t.Errorf("the lowest corner of the T is at %v, want %v below its middle", low, want)
	}
}
