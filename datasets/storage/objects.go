package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
)

// store is a bucket of an object store. Each of its calls tries again when the network or the server fails, and
// returns in the end an error that wraps fs.ErrNotExist, fs.ErrExist or fs.ErrPermission where one of them fits.
type store interface {
	// stat returns what is known of an object.
	stat(ctx context.Context, key string) (object, error)
	// read fills b with an object from offset at. The object must have the tag.
	read(ctx context.Context, key, tag string, b []byte, at int64) error
	// list calls yield with the objects whose keys begin with prefix, in order, until it returns false. Without
	// deep, what follows the next slash is left out, and such an object has a key that ends in one.
	list(ctx context.Context, prefix string, deep bool, yield func(object) bool) error
	// put makes an object of what content has. With alone it must be the first of its key.
	put(ctx context.Context, key string, content io.ReaderAt, size int64, sum string, alone bool) error
	// remove takes an object away, if it is there.
	remove(ctx context.Context, key string) error
}

// object is what is known of one.
type object struct {
	key   string
	size  int64 // bytes
	tag   string
	sum   string // SHA-256 in hexadecimal as put has noted it, or empty; a list does not tell it
	since time.Time
}

// objectFS is the file system of the objects below a key.
type objectFS struct {
	store  store
	bucket string
	key    string // without a slash at its end; empty for the whole bucket
	cache  *blocks

	mu    sync.Mutex
	known map[string]object // by key; they must not change
}

func openObjects(name string) (*objectFS, error) {
	bucket, key, err := split(name)
	if err != nil {
		return nil, err
	}
	s, err := dial(bucket)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", Clean(name), err)
	}
	return &objectFS{store: s, bucket: bucket, key: key, cache: newBlocks(cachedBytes), known: map[string]object{}}, nil
}

// keyOf returns the key of a name in f.
func (f *objectFS) keyOf(name string) string {
	if name == "." {
		return f.key
	}
	return path.Join(f.key, name)
}

// fail returns the error of an operation on a name in f.
func (f *objectFS) fail(op, name string, err error) error {
	return &fs.PathError{Op: op, Path: Clean(scheme + "//" + f.bucket + "/" + f.keyOf(name)), Err: err}
}

// Open implements fs.FS.
func (f *objectFS) Open(name string) (fs.File, error) {
	info, err := f.Stat(name)
	if err != nil {
		err.(*fs.PathError).Op = "open"
		return nil, err
	}
	if info.IsDir() {
		return &objectFolder{f, name, info, nil, false}, nil
	}
	return &objectFile{f, name, info.Sys().(object), 0}, nil
}

// Stat implements fs.StatFS. The error is a *fs.PathError.
func (f *objectFS) Stat(name string) (fs.FileInfo, error) {
	if !fs.ValidPath(name) {
		return nil, f.fail("stat", name, fs.ErrInvalid)
	}
	key, ctx := f.keyOf(name), context.Background()
	f.mu.Lock()
	o, known := f.known[key]
	f.mu.Unlock()
	if known {
		return objectInfo{o, false}, nil
	}
	if key != "" {
		o, err := f.store.stat(ctx, key)
		if err == nil {
			f.mu.Lock()
			f.known[key] = o
			f.mu.Unlock()
			return objectInfo{o, false}, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, f.fail("stat", name, err)
		}
	}
	found := key == ""
	err := f.store.list(ctx, folderKey(key), false, func(object) bool { found = true; return false })
	if err == nil && !found {
		err = fs.ErrNotExist
	}
	if err != nil {
		return nil, f.fail("stat", name, err)
	}
	return objectInfo{object{key: key}, true}, nil
}

// ReadDir implements fs.ReadDirFS.
func (f *objectFS) ReadDir(name string) ([]fs.DirEntry, error) {
	if !fs.ValidPath(name) {
		return nil, f.fail("readdir", name, fs.ErrInvalid)
	}
	key := f.keyOf(name)
	var entries []fs.DirEntry
	prefix := folderKey(key)
	err := f.store.list(context.Background(), prefix, false, func(o object) bool {
		base, folder := strings.CutSuffix(strings.TrimPrefix(o.key, prefix), "/")
		if base != "" {
			o.key = prefix + base
			entries = append(entries, fs.FileInfoToDirEntry(objectInfo{o, folder}))
		}
		return true
	})
	if err == nil && entries == nil && key != "" {
		err = fs.ErrNotExist
	}
	if err != nil {
		return nil, f.fail("readdir", name, err)
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) }) // stores tell objects first, and folders after them
	return entries, nil
}

// folderKey returns what the keys of all objects below one begin with.
func folderKey(key string) string {
	if key == "" {
		return ""
	}
	return key + "/"
}

// objectInfo is the fs.FileInfo of an object or of a folder of them.
type objectInfo struct {
	object
	folder bool
}

func (i objectInfo) Name() string       { return path.Base(i.key) }
func (i objectInfo) Size() int64        { return i.size }
func (i objectInfo) ModTime() time.Time { return i.since }
func (i objectInfo) IsDir() bool        { return i.folder }
func (i objectInfo) Sys() any           { return i.object }

func (i objectInfo) Mode() fs.FileMode {
	if i.folder {
		return fs.ModeDir | 0o755
	}
	return 0o644
}

// objectFile is an object as a file.
type objectFile struct {
	files *objectFS
	name  string
	object
	at int64 // where Read goes on
}

func (f *objectFile) Stat() (fs.FileInfo, error) { return objectInfo{f.object, false}, nil }
func (f *objectFile) Close() error               { return nil }

func (f *objectFile) Read(b []byte) (int, error) {
	n, err := f.ReadAt(b, f.at)
	f.at += int64(n)
	if n > 0 && err == io.EOF {
		err = nil
	}
	return n, err
}

// Seek implements io.Seeker.
func (f *objectFile) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += f.at
	case io.SeekEnd:
		offset += f.size
	}
	if offset < 0 {
		return 0, f.files.fail("seek", f.name, fs.ErrInvalid)
	}
	f.at = offset
	return offset, nil
}

// ReadAt implements io.ReaderAt.
func (f *objectFile) ReadAt(b []byte, at int64) (n int, err error) {
	if at < 0 {
		return 0, f.files.fail("read", f.name, fs.ErrInvalid)
	}
	for n < len(b) {
		if at >= f.size {
			return n, io.EOF
		}
		block, err := f.files.cache.get(f.files.store, f.object, at)
		if err != nil {
			return n, f.files.fail("read", f.name, err)
		}
		k := copy(b[n:], block)
		n, at = n+k, at+int64(k)
	}
	return n, nil
}

// objectFolder is a folder of objects as a file.
type objectFolder struct {
	files *objectFS
	name  string
	info  fs.FileInfo
	rest  []fs.DirEntry
	read  bool
}

func (d *objectFolder) Stat() (fs.FileInfo, error) { return d.info, nil }
func (d *objectFolder) Close() error               { return nil }

func (d *objectFolder) Read([]byte) (int, error) {
	return 0, d.files.fail("read", d.name, errors.New("is a directory"))
}

// ReadDir implements fs.ReadDirFile.
func (d *objectFolder) ReadDir(n int) ([]fs.DirEntry, error) {
	if !d.read {
		entries, err := d.files.ReadDir(d.name)
		if err != nil {
			return nil, err
		}
		d.rest, d.read = entries, true
	}
	if n <= 0 {
		n = len(d.rest)
	} else if len(d.rest) == 0 {
		return nil, io.EOF
	}
	n = min(n, len(d.rest))
	entries := d.rest[:n]
	d.rest = d.rest[n:]
	return entries, nil
}
