package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// shelf is a store in memory, whose calls fail where a test wants it.
type shelf struct {
	content map[string]string
	fails   error
	stats   int
}

func (s *shelf) keys() []string {
	var keys []string
	for key := range s.content {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func (s *shelf) stat(_ context.Context, key string) (object, error) {
	s.stats++
	text, there := s.content[key]
	switch {
	case s.fails != nil:
		return object{}, s.fails
	case !there:
		return object{}, fs.ErrNotExist
	}
	return object{key: key, size: int64(len(text)), tag: "t", since: time.Unix(1000, 0)}, nil
}

func (s *shelf) read(_ context.Context, key, tag string, b []byte, at int64) error {
	if tag != "t" {
		return errors.New("another tag")
	}
	copy(b, s.content[key][at:])
	return s.fails
}

func (s *shelf) list(_ context.Context, prefix string, deep bool, yield func(object) bool) error {
	if s.fails != nil {
		return s.fails
	}
	last := ""
	for _, key := range s.keys() {
		rest, below := strings.CutPrefix(key, prefix)
		if !below {
			continue
		}
		o := object{key: key, size: int64(len(s.content[key])), tag: "t", since: time.Unix(1000, 0)}
		if before, _, folder := strings.Cut(rest, "/"); folder && !deep {
			o = object{key: prefix + before + "/"}
		}
		if o.key != last && !yield(o) {
			return nil
		}
		last = o.key
	}
	return nil
}

func (s *shelf) put(context.Context, string, io.ReaderAt, int64, string, bool) error { return s.fails }
func (s *shelf) remove(context.Context, string) error                                { return s.fails }

func shelved(key string) (*objectFS, *shelf) {
	s := &shelf{content: map[string]string{
		"data/": "", "data/a.txt": "alpha", "data/empty": "", "data/sub/b.txt": "beta", "data/sub/deep/c.txt": "gamma", "database/d.txt": "delta", "top.txt": "t",
	}}
	return &objectFS{store: s, bucket: "bucket", key: key, cache: newBlocks(cachedBytes), known: map[string]object{}}, s
}

// TestObjectsAreAFileSystem by the rules of the standard library, below a key and in the whole bucket; the mark that some
// programs put for a folder is no file in it.
func TestObjectsAreAFileSystem(t *testing.T) {
	t.Parallel()
	for key, files := range map[string][]string{
		"data": {"a.txt", "empty", "sub/b.txt", "sub/deep/c.txt"}, "data/sub": {"b.txt", "deep/c.txt"}, "": {"data/a.txt", "data/sub/deep/c.txt", "database/d.txt", "top.txt"},
	} {
		f, _ := shelved(key)
		if err := fstest.TestFS(f, files...); err != nil {
			t.Errorf("%q: %v", key, err)
		}
	}
	f, s := shelved("data")
	entries, err := f.ReadDir(".")
	var told []string
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil {
			t.Fatal(err)
		}
		told = append(told, fmt.Sprintf("%s %t %d %v %t", entry.Name(), info.IsDir(), info.Size(), info.Mode(), info.ModTime().Unix() == 1000))
	}
	if want := []string{"a.txt false 5 -rw-r--r-- true", "empty false 0 -rw-r--r-- true", "sub true 0 drwxr-xr-x false"}; err != nil || !slices.Equal(told, want) {
		t.Errorf("%v, %q", err, told)
	}
	before := s.stats
	for range 3 {
		if info, err := f.Stat("a.txt"); err != nil || info.Size() != 5 || info.Name() != "a.txt" {
			t.Errorf("%v, %v", info, err)
		}
	}
	if s.stats != before+1 {
		t.Errorf("an object that is known is asked for %d times", s.stats-before)
	}
}

// TestObjectsAreReadFromAnywhere, and no further than to their end.
func TestObjectsAreReadFromAnywhere(t *testing.T) {
	t.Parallel()
	f, _ := shelved("data")
	open, err := f.Open("a.txt")
	if err != nil {
		t.Fatal(err)
	}
	file := open.(*objectFile)
	b := make([]byte, 3)
	for _, c := range []struct {
		offset int64
		whence int
		at     int64
		read   string
		err    error
	}{{1, io.SeekStart, 1, "lph", nil}, {-2, io.SeekCurrent, 2, "pha", nil}, {-1, io.SeekEnd, 4, "a", nil}, {0, io.SeekCurrent, 5, "", io.EOF}, {7, io.SeekStart, 7, "", io.EOF}} {
		at, err := file.Seek(c.offset, c.whence)
		if err != nil || at != c.at {
			t.Errorf("%+v: at %d, %v", c, at, err)
		}
		if n, err := file.Read(b); string(b[:n]) != c.read || err != c.err {
			t.Errorf("%+v: %q, %v", c, b[:n], err)
		}
	}
	for _, err := range []error{second(file.Seek(-1, io.SeekStart)), second(file.ReadAt(b, -1))} {
		if !errors.Is(err, fs.ErrInvalid) || !strings.Contains(err.Error(), "s3://bucket/data/a.txt") {
			t.Errorf("%v", err)
		}
	}
	if n, err := file.ReadAt(b, 3); n != 2 || err != io.EOF || string(b[:n]) != "ha" {
		t.Errorf("%q, %v", b[:n], err)
	}
}

func second[T any](_ T, err error) error { return err }

// TestStoresThatFailAreNamed, with the operation and the place, and what is not there is not.
func TestStoresThatFailAreNamed(t *testing.T) {
	t.Parallel()
	down := errors.New("the store is down")
	f, s := shelved("data")
	known, err := f.Open("a.txt")
	if err != nil {
		t.Fatal(err)
	}
	folder, err := f.Open("sub")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := folder.Read(nil); err == nil || err.Error() != "read s3://bucket/data/sub: is a directory" {
		t.Errorf("%v", err)
	}
	s.fails = down
	for want, err := range map[string]error{
		"open s3://bucket/data/b: the store is down":      second(f.Open("b")),
		"stat s3://bucket/data/b: the store is down":      second(f.Stat("b")),
		"readdir s3://bucket/data/sub: the store is down": second(f.ReadDir("sub")),
		"read s3://bucket/data/a.txt: the store is down":  second(known.Read(make([]byte, 1))),
		"open s3://bucket/x: invalid argument":            second(f.Open("../x")),
		"stat s3://bucket/data/a: invalid argument":       second(f.Stat("a/")),
		"readdir s3://bucket/data/a: invalid argument":    second(f.ReadDir("/a")),
	} {
		if err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	if _, err := folder.(fs.ReadDirFile).ReadDir(1); !errors.Is(err, down) {
		t.Errorf("%v", err)
	}
	s.fails = nil
	for _, err := range []error{second(f.Open("none")), second(f.Stat("none")), second(f.ReadDir("none"))} {
		if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "s3://bucket/data/none") {
			t.Errorf("%v", err)
		}
	}
	empty, _ := shelved("nothing")
	if _, err := empty.ReadDir("."); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
	whole, shelf := shelved("")
	shelf.content = nil
	if entries, err := whole.ReadDir("."); err != nil || len(entries) > 0 {
		t.Errorf("an empty bucket: %v, %v", entries, err)
	}
	if info, err := whole.Stat("."); err != nil || !info.IsDir() {
		t.Errorf("%v, %v", info, err)
	}
}
