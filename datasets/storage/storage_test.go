package storage

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var errPlanted = errors.New("planted")

// watched is a disk that notes what is asked of it and fails at the call numbered fail.
type watched struct {
	root  string
	fail  int // from 1, or 0 for never
	calls []string
}

func (w *watched) note(verb string, paths ...string) error {
	for i, path := range paths {
		short, err := filepath.Rel(w.root, path)
		if err != nil {
			return err
		}
		paths[i] = filepath.ToSlash(short)
	}
	w.calls = append(w.calls, verb+" "+strings.Join(paths, " "))
	if len(w.calls) == w.fail {
		return errPlanted
	}
	return nil
}

func (w *watched) disk() disk {
	return disk{
		sync: func(file *os.File) error { return errors.Join(w.note("sync", file.Name()), file.Sync()) },
		close: func(file *os.File) error {
			return errors.Join(w.note("close", file.Name()), file.Close())
		},
		rename: func(from, to string) error {
			if _, err := os.Lstat(from); err != nil {
				return err
			}
			if err := w.note("rename", from, to); err != nil {
				return err
			}
			return os.Rename(from, to)
		},
	}
}

// content returns the files below dir, hidden ones too.
func content(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		files[filepath.ToSlash(name)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// ways are the calls of this package, each of which replaces old by new in root. begin
// prepares root, and calls is what the disk must be asked for, in this order.
var ways = []struct {
	name  string
	begin map[string]string
	run   func(d disk, root string) error
	end   map[string]string
	calls []string
}{
	{
		"file", map[string]string{"a.csv": "old"},
		func(d disk, root string) error {
			return d.replaceFile(filepath.Join(root, "a.csv"), func(file *os.File) error {
				_, err := file.WriteString("new")
				return err
			})
		},
		map[string]string{"a.csv": "new"},
		[]string{"sync .a.csv.draft", "close .a.csv.draft", "rename .a.csv.draft a.csv", "sync .", "close ."},
	},
	{
		"folder", map[string]string{"a/x": "old", "a/y": "old"},
		func(d disk, root string) error {
			return d.replaceFolder(filepath.Join(root, "a"), func(draft string) error {
				return os.WriteFile(filepath.Join(draft, "x"), []byte("new"), 0o644)
			})
		},
		map[string]string{"a/x": "new"},
		[]string{
			"sync .a.draft", "close .a.draft", "sync .a.draft/x", "close .a.draft/x",
			"rename a .a.draft.old", "rename .a.draft a", "sync .", "close .",
		},
	},
	{
		"publish", map[string]string{"to/meta": "old", "to/data/x": "old", "to/mine": "mine", "from/meta": "new", "from/data/x": "new"},
		func(d disk, root string) error {
			from := filepath.Join(root, "from")
			return d.publish(from, filepath.Join(root, "to"), filepath.Join(from, "old"), []string{"data", "meta"})
		},
		map[string]string{"to/meta": "new", "to/data/x": "new", "to/mine": "mine", "from/old/meta": "old", "from/old/data/x": "old"},
		[]string{
			"sync from", "close from", "sync from/data", "close from/data", "sync from/data/x", "close from/data/x",
			"sync from/meta", "close from/meta", "rename to/meta from/old/meta", "rename to/data from/old/data",
			"rename from/data to/data", "sync to", "close to", "rename from/meta to/meta", "sync to", "close to",
		},
	},
}

func begin(t *testing.T, files map[string]string) (root string) {
	root = t.TempDir()
	for name, text := range files {
		write(t, filepath.Join(root, name), text)
	}
	return root
}

func TestEverythingIsSyncedBeforeItIsSeen(t *testing.T) {
	t.Parallel()
	for _, way := range ways {
		root := begin(t, way.begin)
		w := &watched{root: root}
		if err := way.run(w.disk(), root); err != nil {
			t.Fatalf("%s: %v", way.name, err)
		}
		if !slices.Equal(w.calls, way.calls) {
			t.Errorf("%s: calls\n%q must be\n%q", way.name, w.calls, way.calls)
		}
		if got := content(t, root); fmt.Sprint(got) != fmt.Sprint(way.end) {
			t.Errorf("%s: left %v, must leave %v", way.name, got, way.end)
		}
	}
}

// TestEveryFailureIsReported plants a failure at each call. Whatever fails, the error
// arrives, and a second attempt on a sound disk does the whole work.
func TestEveryFailureIsReported(t *testing.T) {
	t.Parallel()
	for _, way := range ways {
		for fail := range way.calls {
			root := begin(t, way.begin)
			w := &watched{root: root, fail: fail + 1}
			if err := way.run(w.disk(), root); !errors.Is(err, errPlanted) {
				t.Errorf("%s: %s fails, but the error is %v", way.name, way.calls[fail], err)
			}
			seen := content(t, root)
			if way.name != "publish" {
				for name := range seen {
					if strings.HasPrefix(name, ".") {
						t.Errorf("%s: %s fails, and %s is left behind", way.name, way.calls[fail], name)
					}
				}
			}
			if err := way.run(system, root); err != nil {
				t.Fatalf("%s: after a failure of %s: %v", way.name, way.calls[fail], err)
			}
			if got := content(t, root); fmt.Sprint(got) != fmt.Sprint(way.end) {
				t.Errorf("%s: after a failure of %s: left %v, must leave %v", way.name, way.calls[fail], got, way.end)
			}
		}
	}
}

// TestTheOldStaysUntilTheNewIsWhole fails before anything is renamed.
func TestTheOldStaysUntilTheNewIsWhole(t *testing.T) {
	t.Parallel()
	root := begin(t, map[string]string{"a.csv": "old", "b/x": "old"})
	err := ReplaceFile(filepath.Join(root, "a.csv"), func(file *os.File) error {
		if _, err := file.WriteString("half"); err != nil {
			return err
		}
		return errPlanted
	})
	if !errors.Is(err, errPlanted) {
		t.Error(err)
	}
	err = ReplaceFolder(filepath.Join(root, "b"), "", func(draft string) error {
		write(t, filepath.Join(draft, "x"), "half")
		return errPlanted
	})
	if !errors.Is(err, errPlanted) {
		t.Error(err)
	}
	if got := fmt.Sprint(content(t, root)); got != "map[a.csv:old b/x:old]" {
		t.Errorf("left %s", got)
	}
}

// TestAKillBetweenRenamesLosesNothing is the moment at which the old folder has stepped
// aside and the new one is not in its place.
func TestAKillBetweenRenamesLosesNothing(t *testing.T) {
	t.Parallel()
	root := begin(t, map[string]string{".a.draft.old/x": "old", ".a.draft/x": "new"})
	path := filepath.Join(root, "a")
	err := ReplaceFolder(path, "", func(string) error {
		if text, err := os.ReadFile(filepath.Join(path, "x")); err != nil || string(text) != "old" {
			t.Errorf("the old folder is not back: %q, %v", text, err)
		}
		return errPlanted
	})
	if !errors.Is(err, errPlanted) {
		t.Error(err)
	}
	if got := fmt.Sprint(content(t, root)); got != "map[a/x:old]" {
		t.Errorf("left %s", got)
	}
}

func TestCloseKeepsBothErrors(t *testing.T) {
	t.Parallel()
	file, err := os.Create(filepath.Join(t.TempDir(), "x"))
	if err != nil {
		t.Fatal(err)
	}
	if err := Close(file); err != nil {
		t.Error(err)
	}
	if err := Close(file); err == nil || strings.Count(err.Error(), os.ErrClosed.Error()) != 2 {
		t.Errorf("closing a closed file: %v, must have the errors of Sync and Close", err)
	}
}

// TestLinesAreOnDisk: what is added to a file or cut off is synced, a failure of that is told, and a line that
// cannot be brought to disk is taken back.
func TestLinesAreOnDisk(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	path := filepath.Join(root, "x")
	write(t, path, "one\ntwo\n")
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, step := range []struct {
		run  func(disk) error
		fail int
		want string
	}{
		{func(d disk) error { return d.append(file, 8, []byte("six\n")) }, 1, "one\ntwo\n"},
		{func(d disk) error { return d.append(file, 8, []byte("six\n")) }, 0, "one\ntwo\nsix\n"},
		{func(d disk) error { return d.shorten(file, 4) }, 1, "one\n"},
		{func(d disk) error { return d.shorten(file, 4) }, 0, "one\n"},
	} {
		w := &watched{root: root, fail: step.fail}
		if err := step.run(w.disk()); errors.Is(err, errPlanted) != (step.fail > 0) || !slices.Equal(w.calls, []string{"sync x"}) {
			t.Errorf("%v, calls %q", err, w.calls)
		}
		if text, err := os.ReadFile(path); err != nil || string(text) != step.want {
			t.Errorf("left %q, must leave %q", text, step.want)
		}
	}
}

func TestFoldersAboveAreMade(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "b", "c", "x")
	for _, text := range []string{"old", "new"} {
		if err := WriteFile(path, []byte(text)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != text {
			t.Errorf("%q, %v", got, err)
		}
	}
}

func TestNewFilesReplaceNone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for k, want := range []string{"a.b.gif", "a.b-2.gif", "a.b-3.gif"} {
		where, err := WriteNewFile(filepath.Join(dir, "a.b.gif"), []byte(want))
		if err != nil || where != filepath.Join(dir, want) {
			t.Errorf("file %d is %s, %v", k, where, err)
		}
	}
	for _, name := range []string{"a.b.gif", "a.b-2.gif", "a.b-3.gif"} {
		if text, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(text) != name {
			t.Errorf("%s holds %q, %v", name, text, err)
		}
	}
	if _, err := WriteNewFile(filepath.Join(dir, "a.b.gif", "x"), nil); err == nil {
		t.Error("a file has become a folder")
	}
}

// TestNewFoldersReplaceNothing, and have all of their files.
func TestNewFoldersReplaceNothing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "kept")
	for _, want := range []string{path, path + "-2", path + "-3"} {
		where, err := WriteNewFolder(path, map[string][]byte{"a": []byte(want), "b": nil})
		if err != nil || where != want {
			t.Fatalf("%s: %v", where, err)
		}
	}
	for _, where := range []string{path, path + "-2", path + "-3"} {
		text, err := os.ReadFile(filepath.Join(where, "a"))
		if _, none := os.Stat(filepath.Join(where, "b")); err != nil || string(text) != where || none != nil {
			t.Errorf("%s has %q: %v, %v", where, text, err, none)
		}
	}
}

// TestALineIsWholeOrTakenBack: one that the disk does not take leaves the file as it was, for the next one.
func TestALineIsWholeOrTakenBack(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lines")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	full := errors.New("no space left")
	d := disk{sync: func(*os.File) error { return full }}
	if err := Append(file, 0, []byte("first\n")); err != nil {
		t.Fatal(err)
	}
	if err := d.append(file, 6, []byte("second\n")); !errors.Is(err, full) {
		t.Errorf("error %v", err)
	}
	if err := Append(file, 6, []byte("third\n")); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "first\nthird\n" {
		t.Errorf("%q, %v", text, err)
	}
}

// TestReadAtMostEnds reads files of the size that is allowed, of one byte more, and one that never ends.
func TestReadAtMostEnds(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a")
	if err := os.WriteFile(path, []byte("12345"), 0o644); err != nil {
		t.Fatal(err)
	}
	if text, err := ReadAtMost(path, 5); err != nil || string(text) != "12345" {
		t.Errorf("%q, %v", text, err)
	}
	for name, most := range map[string]int64{path: 4, "/dev/zero": 1 << 20} {
		if _, err := os.Stat(name); err != nil {
			continue
		}
		want := fmt.Sprintf("%s: size must be at most %d bytes", name, most)
		if _, err := ReadAtMost(name, most); err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}
