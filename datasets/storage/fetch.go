package storage

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Fetch copies the files at and below some names in a folder of an object store into a folder on disk, which it makes.
func Fetch(ctx context.Context, name, folder string, within []string) error {
	f, err := openObjects(name)
	if err != nil {
		return err
	}
	var paths []string
	err = f.store.list(ctx, folderKey(f.key), true, func(o object) bool {
		at := strings.TrimPrefix(o.key, folderKey(f.key))
		if slices.ContainsFunc(within, func(w string) bool { return at == w || strings.HasPrefix(at, w+"/") }) && filepath.IsLocal(at) && path.Clean(at) == at {
			paths = append(paths, at)
		}
		return true
	})
	if err != nil {
		return f.fail("fetch", ".", err)
	}
	job := &sending{objectFS: f}
	return job.each(ctx, paths, func(_ context.Context, at string) error {
		return ReplaceFile(filepath.Join(folder, filepath.FromSlash(at)), func(file *os.File) error {
			from, err := f.Open(at)
			if err != nil {
				return err
			}
			defer from.Close()
			_, err = io.CopyBuffer(file, struct{ io.Reader }{from}, make([]byte, 1<<20))
			return err
		})
	})
}

// Unfinished returns where on disk the work on what is to come to a name is kept until it is done: beside it, or, for a name in
// an object store, beside its Staging.
func Unfinished(name string) string {
	name = Clean(name)
	if Remote(name) {
		name = Staging(name)
	}
	return name + ".partial"
}

// Staging returns the folder on disk, the same one each time, in which what is to come to a name in an object store is
// made. It is in the user's folder for what can be made again, or, where there is none, in that for temporary files.
func Staging(name string) string {
	name = Clean(name)
	sum := sha256.Sum256([]byte(name))
	home, err := os.UserCacheDir()
	if err != nil {
		home = os.TempDir()
	}
	return filepath.Join(home, "orrery", "staged", path.Base(name)+"-"+hex.EncodeToString(sum[:6]))
}
