package storage

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"golang.org/x/sync/errgroup"
)

// sending is a Send under way.
type sending struct {
	*objectFS
	folder   string
	there    map[string]object // by key
	mu       sync.Mutex
	done     int64 // bytes
	total    int64
	progress func(done, total int64)
}

// each calls do with every path, several at the same time.
func (s *sending) each(ctx context.Context, paths []string, do func(ctx context.Context, path string) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(filesSent)
	for _, path := range paths {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return do(ctx, path)
		})
	}
	return group.Wait()
}

// compare returns the SHA-256 of the files, and the paths of those that the store has not as they are.
func (s *sending) compare(ctx context.Context, paths []string) (sums map[string]string, changed []string, err error) {
	sums = map[string]string{}
	differs := map[string]bool{}
	err = s.each(ctx, paths, func(ctx context.Context, path string) error {
		sum, size, err := sumOf(ctx, filepath.Join(s.folder, filepath.FromSlash(path)))
		if err != nil {
			return err
		}
		key := s.keyOf(path)
		o, same := s.there[key]
		if same = same && o.size == size; same {
			if o, err = s.store.stat(ctx, key); err != nil {
				return s.fail("write", path, err)
			}
			same = o.sum == sum
		}
		s.mu.Lock()
		sums[path], differs[path] = sum, !same
		s.mu.Unlock()
		if same {
			s.count(size)
		}
		return nil
	})
	for _, path := range paths {
		if differs[path] {
			changed = append(changed, path)
		}
	}
	return sums, changed, err
}

// run sends files, whose SHA-256 are known. With alone they must be the first of their names.
func (s *sending) run(ctx context.Context, paths []string, sums map[string]string, alone bool) error {
	return s.each(ctx, paths, func(ctx context.Context, path string) error {
		file, err := os.Open(filepath.Join(s.folder, filepath.FromSlash(path)))
		if err != nil {
			return err
		}
		defer file.Close()
		return s.send(ctx, s.keyOf(path), file, sums[path], alone, s.count)
	})
}

// count notes that so many more bytes are there.
func (s *sending) count(bytes int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.done += bytes; s.progress != nil {
		s.progress(s.done, s.total)
	}
}

// send puts a file at key. Its SHA-256 is found out unless it is given. sent, unless it is nil, is told its size.
func (f *objectFS) send(ctx context.Context, key string, file *os.File, sum string, alone bool, sent func(bytes int64)) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if sum == "" {
		if sum, _, err = sumOf(ctx, file.Name()); err != nil {
			return err
		}
	}
	if err := f.store.put(ctx, key, file, info.Size(), sum, alone); err != nil {
		return &fs.PathError{Op: "write", Path: scheme + "//" + f.bucket + "/" + key, Err: err}
	}
	if sent != nil {
		sent(info.Size())
	}
	return nil
}

// sumOf returns the SHA-256 of a file in hexadecimal, and its size.
func sumOf(ctx context.Context, path string) (sum string, size int64, err error) {
	file, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return "", 0, err
	}
	sum, err = Sum(ctx, file, nil)
	return sum, info.Size(), err
}
