package storage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
)

// filesSent is the number of files that are brought to an object store at the same time.
const filesSent = 4

// CreateFile puts content at name unless something else is there, which is fs.ErrExist; of several who do so at once,
// here or on other machines, one has its content there. The same content may be put there again, for an answer that is
// lost on its way says nothing of what was done: content by which somebody claims something needs a word of its own.
func CreateFile(name string, content []byte) error {
	if !Remote(name) {
		return system.createFile(name, content)
	}
	f, err := openObjects(name)
	if err != nil {
		return err
	}
	sum, err := Sum(context.Background(), bytes.NewReader(content), nil)
	if err != nil {
		return err
	}
	if f.key == "" {
		return f.fail("create", ".", fs.ErrInvalid)
	}
	if err := f.store.put(context.Background(), f.key, bytes.NewReader(content), int64(len(content)), sum, true); err != nil {
		return f.fail("create", ".", err)
	}
	return nil
}

// createFile is CreateFile on disk: a link of a whole draft, which no system puts in another's place.
func (d disk) createFile(name string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	draft, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(draft.Name())
	_, err = draft.Write(content)
	if err := errors.Join(err, d.closeFile(draft)); err != nil {
		return err
	}
	if err = os.Link(draft.Name(), name); errors.Is(err, fs.ErrExist) {
		if there, unread := os.ReadFile(name); unread != nil || !bytes.Equal(there, content) {
			return err
		}
		err = nil // which may not have been brought to disk before
	}
	return errors.Join(err, d.syncDir(filepath.Dir(name)))
}

// Remove is os.RemoveAll for names of both sorts. In an object store the objects of a folder go one after another; those
// whose paths in there are in first go before all others, as the file without which there is nothing to read should.
func Remove(name string, first ...string) error {
	if !Remote(name) {
		return os.RemoveAll(name)
	}
	f, err := openObjects(name)
	if err != nil {
		return err
	}
	return f.clear(context.Background(), nil, first...)
}

// clear removes the object of f and all below it, but those to keep, and some of them first.
func (f *objectFS) clear(ctx context.Context, keep func(key string) bool, first ...string) error {
	var keys []string
	err := f.store.list(ctx, folderKey(f.key), true, func(o object) bool {
		keys = append(keys, o.key)
		return true
	})
	if err != nil {
		return f.fail("remove", ".", err)
	}
	if f.key != "" {
		keys = append(keys, f.key)
	}
	if keep != nil {
		keys = slices.DeleteFunc(keys, keep)
	}
	for _, name := range first {
		at := slices.Index(keys, f.keyOf(name))
		if at < 0 {
			continue
		}
		if err := f.store.remove(ctx, keys[at]); err != nil {
			return f.fail("remove", name, err)
		}
		keys = slices.Delete(keys, at, at+1)
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(filesSent)
	for _, key := range keys {
		group.Go(func() error { return f.store.remove(ctx, key) })
	}
	if err := group.Wait(); err != nil {
		return f.fail("remove", ".", err)
	}
	return nil
}

// sendFile is ReplaceFile in an object store.
func sendFile(name string, fill func(*os.File) error) error {
	f, err := openObjects(name)
	if err != nil {
		return err
	}
	if f.key == "" {
		return f.fail("write", ".", errors.New("is a bucket, not the place of a file"))
	}
	draft, err := os.CreateTemp("", "orrery-*")
	if err != nil {
		return err
	}
	defer os.Remove(draft.Name())
	defer draft.Close()
	if err := fill(draft); err != nil {
		return err
	}
	return f.send(context.Background(), f.key, draft, "", false, nil)
}

// sendFolder is ReplaceFolder in an object store.
func sendFolder(name, last string, fill func(string) error) error {
	draft, err := os.MkdirTemp("", "orrery-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(draft)
	if err := fill(draft); err != nil {
		return err
	}
	return Send(context.Background(), draft, name, Sending{Last: last})
}

// Sending says how Send works.
type Sending struct {
	Last     string                  // path of the file without which there is nothing to read, or empty where there is none such
	New      bool                    // another last file must not be there: it is fs.ErrExist; the same one is no error
	Within   []string                // files and folders that are replaced as wholes; nil for everything
	Progress func(done, total int64) // when not nil, told how many bytes are there
}

// Send brings the files of a folder on disk to name in an object store, where they replace what is there. The last file
// goes away first, if anything changes, and comes last. What is there already, as its size and the SHA-256 noted with
// it tell, is not sent again: when Send was killed, another call goes on.
func Send(ctx context.Context, folder, name string, how Sending) error {
	f, err := openObjects(name)
	if err != nil {
		return err
	}
	paths, total, err := filesIn(folder)
	if err != nil {
		return err
	}
	if how.Last != "" && !slices.Contains(paths, how.Last) {
		return fmt.Errorf("%s: %s is missing", folder, how.Last)
	}
	there := map[string]object{}
	err = f.store.list(ctx, folderKey(f.key), true, func(o object) bool { there[o.key] = o; return true })
	if err != nil {
		return f.fail("write", ".", err)
	}
	job := &sending{objectFS: f, folder: folder, there: there, total: total, progress: how.Progress}
	sums, changed, err := job.compare(ctx, paths)
	if err != nil {
		return err
	}
	stale := func(key string) bool {
		at := strings.TrimPrefix(key, folderKey(f.key))
		inside := how.Within == nil || slices.ContainsFunc(how.Within, func(w string) bool { return at == w || strings.HasPrefix(at, w+"/") })
		return inside && !slices.Contains(paths, at)
	}
	last := f.keyOf(how.Last)
	if _, exists := there[last]; exists && len(changed) > 0 {
		if how.New {
			return f.fail("write", how.Last, fs.ErrExist)
		}
		if err := f.store.remove(ctx, last); err != nil {
			return f.fail("write", how.Last, err)
		}
		if !slices.Contains(changed, how.Last) {
			changed = append(changed, how.Last)
		}
	}
	first := slices.DeleteFunc(slices.Clone(changed), func(p string) bool { return p == how.Last })
	if err := job.run(ctx, first, sums, false); err != nil {
		return err
	}
	if err := f.clear(ctx, func(key string) bool { return key == f.key || !stale(key) }); err != nil {
		return err
	}
	if !slices.Contains(changed, how.Last) {
		return nil
	}
	return job.run(ctx, []string{how.Last}, sums, how.New)
}

// filesIn returns the paths of the files below a folder, with slashes, and how many bytes they have.
func filesIn(folder string) (paths []string, total int64, err error) {
	err = filepath.WalkDir(folder, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		total += info.Size()
		at, err := filepath.Rel(folder, file)
		paths = append(paths, filepath.ToSlash(at))
		return err
	})
	return paths, total, err
}

// Move is os.Rename for a file on disk that may go to an object store.
func Move(path, name string) error {
	if !Remote(name) {
		return system.rename(path, name)
	}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	f, err := openObjects(name)
	if err != nil {
		return err
	}
	if err := f.send(context.Background(), f.key, file, "", false, nil); err != nil {
		return err
	}
	return os.Remove(path)
}
