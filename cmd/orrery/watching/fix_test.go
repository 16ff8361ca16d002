package watching

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"orrery/world/watch/look"
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
		name, _, kept := f.corrected(c.episode, c.body, c.time)
		if name != c.want || kept != (c.want != "") {
			t.Errorf("body %s of episode %d at %g s is %q, %v; want %q", c.body, c.episode, c.time, name, kept, c.want)
		}
	}
	var none *Fix
	if name, _, kept := none.corrected(0, "7", 1); name != "7" || !kept {
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
		`{"format": 1, "shape": {"7": {"radius": 1}}}`:                     `"7"`,
		`{"format": 1, "split": [{"body": "7", "as": "8"}]}`:               `split[0]`,
		`{"format": 1, "merge": [["0", "7"]]}`:                             `merge[0]`,
		`{"format": 1, "split": [{"body": "0", "as": "1", "episode": 2}]}`: `episode: 2 must be less than 2`,
		`{"format": 1, "ignore": ["7"]}`:                                   `ignore`,
		`{"format": 1, "rename": {"7": "red"}}`:                            `rename`,
	} {
		f, err := readText(t, text)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.check(names, 2); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want %s", text, err, want)
		}
	}
	f, err := readText(t, `{"format": 1, "split": [{"body": "0", "as": "0b"}], "ignore": ["0b"]}`)
	if err != nil || f.check(names, 1) != nil {
		t.Errorf("a body that a split makes is not known: %v, %v", err, f.check(names, 1))
	}
}

// TestMergesThatShareABodyAreOne, as the page writes them when a third part of a body is found.
func TestMergesThatShareABodyAreOne(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`[["0", "1"], ["0", "2"]]`:                              "[[0 1 2]]",
		`[["0", "1"], ["1", "2"]]`:                              "[[0 1 2]]",
		`[["0", "1"], ["2", "3"], ["3", "1"]]`:                  "[[0 1 2 3]]",
		`[["0", "1"], ["4", "5"], ["2", "3"]]`:                  "[[0 1] [4 5] [2 3]]",
		`[["0", "1"], ["2", "3"], ["4", "5"], ["5","0"]]`:       "[[0 1 4 5] [2 3]]",
		`[["0", "1"], ["2", "3"], ["4", "5"], ["1", "2", "5"]]`: "[[0 1 2 3 4 5]]",
	} {
		f, err := readText(t, `{"format": 1, "merge": `+text+`}`)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(f.Merge); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
}

// watched returns a work with one episode of rows, and the corrections of a text.
func watchedRows(t *testing.T, fix string, rows ...Row) (*work, *seenEpisode) {
	t.Helper()
	f, err := readText(t, fix)
	if err != nil {
		t.Fatal(err)
	}
	w := &work{Options: Options{Out: t.TempDir(), Fix: "fix.json"}, fix: f}
	if err := os.MkdirAll(filepath.Join(w.Out, partialDir), 0o700); err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	out, err := newTrackWriter(&text, 1, true)
	for i := range rows {
		err = errors.Join(err, out.write(&rows[i]))
	}
	if err := errors.Join(err, out.flush(), os.WriteFile(partPath(w.Out, 0)+".csv", []byte(text.String()), 0o600)); err != nil {
		t.Fatal(err)
	}
	return w, &seenEpisode{names: []string{"0", "1", "2"}}
}

// TestABodyIsOncePerPicture, whatever corrections make of it.
func TestABodyIsOncePerPicture(t *testing.T) {
	t.Parallel()
	row := func(frame int, body string, x float64, seen bool) Row {
		return Row{Frame: frame, Time: float64(frame), Body: body, Pose: look.Pose{X: x}, Seen: seen, Share: 1}
	}
	rows := []Row{
		row(0, "0", 1, true), row(0, "1", 2, true), row(0, "2", 3, true),
		row(1, "0", 4, false), row(1, "1", 5, true),
		row(2, "0", 6, true), row(2, "1", 7, false), row(2, "2", 8, true),
	}
	for fix, want := range map[string]string{
		`{"format": 1, "merge": [["0", "1"]]}`:                                                 "0=1 2=3|0=5|0=6 2=8",
		`{"format": 1, "merge": [["1", "0"]]}`:                                                 "1=2 2=3|1=5|1=6 2=8",
		`{"format": 1, "merge": [["0", "1"]], "rename": {"0": "red"}}`:                         "red=1 2=3|red=5|red=6 2=8",
		`{"format": 1, "split": [{"body": "0", "as": "1", "from": 1}]}`:                        "0=1 1=2 2=3|1=5|1=6 2=8",
		`{"format": 1, "ignore": ["0", "1"], "rename": {"2": "0"}}`:                            "0=3||0=8",
		`{"format": 1, "rename": {"0": "1"}}`:                                                  `two bodies are "1" in picture 0 of episode 0`,
		`{"format": 1, "split": [{"body": "2", "as": "1"}]}`:                                   `two bodies are "1" in picture 0 of episode 0`,
		`{"format": 1, "merge": [["0", "1"]], "split": [{"body": "2", "as": "1", "from": 2}]}`: "0=1 2=3|0=5|0=6",
	} {
		w, e := watchedRows(t, fix, rows...)
		pictures := make([][]string, 3)
		err := w.rows(e, func(r *Row) error {
			pictures[r.Frame] = append(pictures[r.Frame], fmt.Sprintf("%s=%g", r.Body, r.X))
			return nil
		})
		got := ""
		for k, p := range pictures {
			got += strings.Repeat("|", min(k, 1)) + strings.Join(p, " ")
		}
		if err != nil {
			got = err.Error()
		}
		if got != want && !(err != nil && strings.Contains(got, want) && strings.HasPrefix(got, "fix.json: ")) {
			t.Errorf("%s: %s; want %s", fix, got, want)
		}
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
