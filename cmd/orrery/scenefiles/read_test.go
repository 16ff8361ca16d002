package scenefiles

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"orrery/sim"
	"orrery/sim/canon"
	"orrery/sim/golden"
)

// text returns the text of a scene of a disc at some place.
func text(t *testing.T, x float64) []byte {
	t.Helper()
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{})}
	scene.Bodies[0].Start.X = x
	out, err := canon.Encode(&scene)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

const scenarioText = `{"format": 2, "bodies": [{"circle": 0.1, "at": [5, 0]}]}`

// write writes files of some texts into a folder.
func write(t *testing.T, dir string, files map[string][]byte) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, text, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// TestEpisodesHaveTheSceneOfTheirName: from a folder, with the ending that is told or one that is found for a number, and the file is named with
// its sum.
func TestEpisodesHaveTheSceneOfTheirName(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, map[string][]byte{
		"1.json": text(t, 1), "2.scenario.json": []byte(scenarioText), "3.json": text(t, 3), "3.scenario.json": []byte(scenarioText),
		"in/4.JSON": text(t, 4), "plain": text(t, 6), "broken.json": []byte("{"), "wrong.scenario.json": []byte(`{"format": 2, "bodies": [{"circle": -1}]}`),
	})
	for _, c := range []struct {
		name     string
		numbered bool
		x        float64
		file     string // by which it is named
		want     string // of the error
	}{
		{"1", true, 1, "1.json", ""},
		{"1.json", true, 1, "1.json", ""},
		{"2", true, 5, "2.scenario.json", ""},
		{"3", true, 5, "3.scenario.json", ""}, // a scenario says more than its first scene
		{"in/4.JSON", true, 4, "4.JSON", ""},
		{"in/4.JSON", false, 4, "in/4.JSON", ""},
		{"plain", false, 6, "plain", ""},
		{filepath.Join(dir, "1.json"), false, 1, filepath.Join(dir, "1.json"), ""},
		{"plain", true, 0, "", filepath.Clean(dir) + ": has no plain.scenario.json or plain.json"},
		{"7", true, 0, "", filepath.Clean(dir) + ": has no 7.scenario.json or 7.json"},
		{"7.json", true, 0, "", "no such file"},
		{"1", false, 0, "", "no such file"},
		{"plain/8", true, 0, "", "not a directory"},
		{"in", false, 0, "", filepath.Join(dir, "in") + ": must be a plain file"},
		{"broken.json", false, 0, "", filepath.Join(dir, "broken.json") + ": "},
		{"wrong", true, 0, "", "circle"},
	} {
		s := &Files{Dir: dir + "/./", Numbered: c.numbered}
		scene, err := s.Read(c.name)
		golden.Closed(t, dir)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
		if err != nil {
			if len(s.Sources()) > 0 {
				t.Errorf("%s: a source that was not read: %v", c.name, s.Sources())
			}
			continue
		}
		if x := scene.Bodies[0].Start.X; x != c.x {
			t.Errorf("%s: the body is at %v m, want %v", c.name, x, c.x)
		}
		if sum := s.Sources()[c.file]; len(s.Sources()) != 1 || len(sum) != 64 {
			t.Errorf("%s: sources %v, want one of %s", c.name, s.Sources(), c.file)
		}
	}
}

// TestFilesThatChangeMeanwhileAreNoticed, and those that are read again are not.
func TestFilesThatChangeMeanwhileAreNoticed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := &Files{Dir: dir}
	for k, c := range []struct {
		x    float64
		want string
	}{{1, ""}, {1, ""}, {2, filepath.Join(dir, "a.json") + ": was changed while it was imported"}} {
		write(t, dir, map[string][]byte{"a.json": text(t, c.x)})
		if _, err := s.Read("a.json"); (err == nil) != (c.want == "") || err != nil && err.Error() != c.want {
			t.Errorf("reading %d: %v, want %q", k, err, c.want)
		}
	}
	sum := sha256.Sum256(text(t, 1))
	if got := s.Sources(); got["a.json"] != hex.EncodeToString(sum[:]) {
		t.Errorf("sources %v", got)
	}
}

// TestSceneFilesArePlainAndBounded: what is no file is not opened, and 64 MB is the most.
func TestSceneFilesArePlainAndBounded(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe.json")
	if err := syscall.Mkfifo(pipe, 0o666); err != nil {
		t.Skip(err)
	}
	if _, _, err := Read(pipe); err == nil || err.Error() != pipe+": must be a plain file" {
		t.Errorf("a pipe: %v", err)
	}
	large := filepath.Join(dir, "large.json")
	write(t, dir, map[string][]byte{"large.json": nil})
	if err := os.Truncate(large, maxSceneFile+1); err != nil { // a file with a hole
		t.Fatal(err)
	}
	if _, _, err := Read(large); err == nil || err.Error() != large+": size must be at most 67108864 bytes" {
		t.Error(err)
	}
	write(t, dir, map[string][]byte{"padded.json": append(text(t, 1), bytes.Repeat([]byte(" "), 1<<20)...)})
	if scene, sum, err := Read(filepath.Join(dir, "padded.json")); err != nil || scene.Bodies[0].Start.X != 1 || len(sum) != 64 {
		t.Errorf("a megabyte: %v", err)
	}
	if _, _, err := Read(filepath.Join(dir, "none")); !os.IsNotExist(err) {
		t.Errorf("%v, want %v", err, fs.ErrNotExist)
	}
}
