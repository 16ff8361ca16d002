package datasets

import (
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
)

// inMemory returns the files of a directory of the disk.
func inMemory(t *testing.T, dir string) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	if err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(filepath.Join(dir, name))
		files[name] = &fstest.MapFile{Data: text}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return files
}

// TestOpenFSReadsWhatOpenDoes: where the files are makes no difference.
func TestOpenFSReadsWhatOpenDoes(t *testing.T) {
	t.Parallel()
	dir := writeFlights(t, testSpec())
	onDisk, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	d, err := OpenFS(t.Context(), inMemory(t, dir), "memory")
	if err != nil {
		t.Fatal(err)
	}
	if err := survey(t, d); err != nil {
		t.Error(err)
	}
	if err := d.Check(t.Context(), nil); err != nil {
		t.Error(err)
	}
	if a, b := onDisk.Summary(), d.Summary(); !reflect.DeepEqual(a, b) {
		t.Errorf("%+v in memory, %+v on disk", b, a)
	}
	for i := range onDisk.Episodes() {
		a, err := onDisk.Episode(t.Context(), i)
		if err != nil {
			t.Fatal(err)
		}
		if b, err := d.Episode(t.Context(), i); err != nil || !reflect.DeepEqual(a, b) {
			t.Errorf("episode %d differs, %v", i, err)
		}
	}
}

// sequential is a file system of files that can only be read from their beginning.
type sequential struct{ fs.FS }

func (s sequential) Open(name string) (fs.File, error) {
	file, err := s.FS.Open(name)
	return struct{ fs.File }{file}, err
}

// TestOpenFSNamesTheFile: errors tell what is wrong with which file.
func TestOpenFSNamesTheFile(t *testing.T) {
	t.Parallel()
	files := inMemory(t, writeFlights(t, testSpec()))
	without := func(names ...string) fstest.MapFS {
		left := fstest.MapFS{}
		for name, file := range files {
			left[name] = file
		}
		for _, name := range names {
			delete(left, name)
		}
		return left
	}
	unfinished := without(infoPath)
	unfinished[PartialName+"/plan.json"] = &fstest.MapFile{}
	for want, files := range map[string]fs.FS{
		"somewhere: is not a dataset":                                     without(infoPath),
		filepath.Join("somewhere", ProvenancePath) + ": is missing":       without(ProvenancePath),
		"open " + filepath.Join("somewhere", scenesPath):                  without(scenesPath),
		"somewhere: " + ErrUnfinished.Error():                             unfinished,
		filepath.Join("somewhere", infoPath) + ": must be an io.ReaderAt": sequential{files},
	} {
		if _, err := OpenFS(t.Context(), files, "somewhere"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
