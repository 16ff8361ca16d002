package console

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestResultsGoWhereTheyAreTold: in words to stdout, as JSON where it is asked for, to a file
// as well, and to stdout alone for the file -.
func TestResultsGoWhereTheyAreTold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		json           bool
		file           string
		stdout, inFile string
	}{
		{stdout: "words"},
		{json: true, stdout: "encoded"},
		{file: "a.json", stdout: "words", inFile: "encoded"},
		{json: true, file: "a.json", stdout: "encoded", inFile: "encoded"},
		{file: "-", stdout: "encoded"},
		{json: true, file: "-", stdout: "encoded"},
	} {
		dir, path := t.TempDir(), c.file
		if path == "a.json" {
			path = filepath.Join(dir, path)
		}
		says := func(text string) func(io.Writer) error {
			return func(w io.Writer) error { _, err := io.WriteString(w, text); return err }
		}
		var stdout strings.Builder
		if err := WriteResult(&stdout, c.json, path, says("encoded"), says("words")); err != nil {
			t.Fatal(err)
		}
		written, _ := os.ReadFile(filepath.Join(dir, "a.json"))
		if stdout.String() != c.stdout || string(written) != c.inFile {
			t.Errorf("%+v: %q on stdout and %q in the file", c, stdout.String(), written)
		}
	}
	wrong := errors.New("wrong")
	if err := WriteResult(io.Discard, false, filepath.Join(t.TempDir(), "a"), func(io.Writer) error { return wrong }, nil); !errors.Is(err, wrong) {
		t.Errorf("a file that cannot be made: %v", err)
	}
}

// TestOutputsAreCheckedBeforeTheWork: what exists is kept unless it may be replaced, a folder
// may be missing, and a file is none.
func TestOutputsAreCheckedBeforeTheWork(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, link := filepath.Join(dir, "file"), filepath.Join(dir, "link")
	if err := errors.Join(os.WriteFile(file, nil, 0o644), os.Symlink("nowhere", link)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path  string
		force bool
		want  string
	}{
		{path: filepath.Join(dir, "new")},
		{path: filepath.Join(dir, "a", "b", "new")},
		{path: file, want: "exists; --force replaces it"},
		{path: file, force: true},
		{path: dir, want: "exists; --force replaces it"},
		{path: link, want: "exists; --force replaces it"}, // though it leads nowhere
		{path: filepath.Join(file, "new"), want: "is a file, so nothing can be written below it"},
		{path: filepath.Join(file, "a", "new"), force: true, want: "is a file, so nothing can be written below it"},
	} {
		if err := CheckOut(c.path, c.force); (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s, force %v: %v, want %q", c.path, c.force, err, c.want)
		}
	}
	closed := filepath.Join(dir, "closed")
	if err := os.Mkdir(closed, 0o555); err != nil {
		t.Fatal(err)
	}
	if err := CheckOut(filepath.Join(closed, "new"), false); os.Getuid() != 0 && (err == nil || !strings.Contains(err.Error(), "nothing can be written in "+closed)) {
		t.Errorf("a folder that is closed: %v", err)
	}
}

// TestQuotedWordsAreOneWordOfAShell, the same as before.
func TestQuotedWordsAreOneWordOfAShell(t *testing.T) {
	t.Parallel()
	words := []string{"", "plain-1.5_x+y=z/a,b:c@d", "two words", "it's", "''", `a\b`, `"x"`, "$HOME", "`date`", "a;b", "*", "new\nline", "größe", "~", "#", "!"}
	var line []string
	for _, w := range words {
		line = append(line, Quoted(w))
	}
	if Quoted(words[1]) != words[1] || Quoted("größe") != "größe" {
		t.Errorf("plain words are quoted: %s, %s", Quoted(words[1]), Quoted("größe"))
	}
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no shell to ask")
	}
	out, err := exec.CommandContext(t.Context(), shell, "-c", `printf '%s\0' `+strings.Join(line, " ")).Output()
	if err != nil || string(out) != strings.Join(words, "\x00")+"\x00" {
		t.Errorf("a shell takes %s as %q, %v", strings.Join(line, " "), out, err)
	}
}

// TestSettingsComeBackFromTheirCommandLine in the order of their names.
func TestSettingsComeBackFromTheirCommandLine(t *testing.T) {
	t.Parallel()
	s := Settings{}
	for text, ok := range map[string]bool{
		"samples=4": true, "b=-0.5": true, "a=1e3": true, "a=": false, "=3": false, "a": false, "a=x": false, "a=1_000": false, "a=NaN": false, "a=0x10": false,
	} {
		before := maps.Clone(s)
		if err := s.Set(text); (err == nil) != ok {
			t.Errorf("%q: %v", text, err)
		} else if !ok && !maps.Equal(s, before) {
			t.Errorf("%q is refused, and changes %v", text, s)
		}
	}
	if want := (Settings{"samples": 4, "b": -0.5, "a": 1000}); !maps.Equal(s, want) {
		t.Fatalf("%v, want %v", s, want)
	}
	line := s.Flags("tune")
	if line != " --tune a=1000 --tune b=-0.5 --tune samples=4" {
		t.Errorf("line %q", line)
	}
	again := Settings{}
	for word := range strings.FieldsSeq(strings.ReplaceAll(line, "--tune", "")) {
		if err := again.Set(word); err != nil {
			t.Error(err)
		}
	}
	if !maps.Equal(again, s) {
		t.Errorf("%v comes back as %v", s, again)
	}
}

// TestTablesAreAligned, and say when they cannot be written.
func TestTablesAreAligned(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	fill := func(row func(cells ...any)) {
		row("name", "value")
		row("a longer name", 3)
		row("x", 0.25, "unit")
	}
	if err := Table(&text, fill); err != nil || text.String() != "name           value\na longer name  3\nx              0.25  unit\n" {
		t.Errorf("%v\n%s", err, text.String())
	}
	for _, write := range []func(io.Writer) error{
		func(w io.Writer) error { return Table(w, fill) },
		func(w io.Writer) error { return JSON(w, 3) },
	} {
		if err := write(failing{}); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("what cannot be written: %v", err)
		}
	}
	text.Reset()
	if err := JSON(&text, map[string]string{"a": "<&>"}); err != nil || text.String() != "{\n  \"a\": \"<&>\"\n}\n" {
		t.Errorf("%v, %q", err, text.String())
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

// TestBoundsTakeWhatTheySay at their ends, next to them, and for what is no number.
func TestBoundsTakeWhatTheySay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		bounds Bounds
		text   string
		open   bool // the ends are not taken
	}{
		{Between(1, 2), "from 1 to 2", false},
		{Inside(1, 2), "above 1 and below 2", true},
		{From(1), "≥ 1", false},
	} {
		for v, want := range map[float64]bool{0.999: false, 1: !c.open, 1.001: true, 1.999: true} {
			if c.bounds.hold(v) != want {
				t.Errorf("%v takes %v: %v", c.bounds, v, !want)
			}
		}
		if c.bounds.Most == 2 && (c.bounds.hold(2) == c.open || c.bounds.hold(2.001)) {
			t.Errorf("%v at its upper end", c.bounds)
		}
		if c.bounds.hold(math.NaN()) || c.bounds.String() != c.text {
			t.Errorf("%v takes what is no number, or is not %q", c.bounds, c.text)
		}
	}
	if usage := Usagef("a %d", 3); !IsUsage(fmt.Errorf("b: %w", usage)) || IsUsage(errors.New("a 3")) || usage.Error() != "a 3" {
		t.Errorf("%v", usage)
	}
}
