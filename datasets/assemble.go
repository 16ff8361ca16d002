package datasets

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"os"
	"path/filepath"

	"github.com/parquet-go/parquet-go/format"
	"golang.org/x/sync/errgroup"

	"orrery/datasets/parquet"
	"orrery/datasets/storage"
)

const (
	groupBytes   = 1 << 20 // after which a row group ends, unless it ends earlier
	maxRowGroups = 2048    // in a numbered file; readers of its footer hold some kB of each
	behindBytes  = 8 << 20 // after which what is written is brought to disk while more is made, so that the end need not wait for all of it
)

// assembly writes the files of a dataset and keeps their hashes.
type assembly struct {
	root    string
	files   []*hashedFile
	sums    map[string]string // SHA-256 in hexadecimal, by path
	closing errgroup.Group    // files that are brought to disk
}

// release closes the files that an error left open.
func (a *assembly) release() {
	_ = a.closing.Wait() // there is an error already
	for _, f := range a.files {
		_ = f.behind.Wait() // likewise
		f.file.Close()
	}
}

// create opens a new file of the dataset.
func (a *assembly) create(path string) (*hashedFile, error) {
	name := filepath.Join(a.root, path)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return nil, err
	}
	f := &hashedFile{assembly: a, file: file, sum: sha256.New(), path: path}
	f.behind.SetLimit(1)
	a.files = append(a.files, f)
	return f, nil
}

// write makes a whole file of the dataset.
func (a *assembly) write(path string, text []byte) error {
	file, err := a.create(path)
	if err != nil {
		return err
	}
	if _, err := file.Write(text); err != nil {
		return err
	}
	file.close()
	return nil
}

// hashedFile hashes what is written to it.
type hashedFile struct {
	*assembly
	file   *os.File
	sum    hash.Hash
	path   string
	fresh  int            // bytes, since what came before began its way to disk
	behind errgroup.Group // at most one that brings it there
}

func (f *hashedFile) Write(b []byte) (int, error) {
	n, err := f.file.Write(b)
	f.sum.Write(b[:n])
	if f.fresh += n; f.fresh >= behindBytes && f.behind.TryGo(func() error { return storage.Sync(f.file) }) {
		f.fresh = 0
	}
	return n, err
}

// close notes the file's hash and begins to bring the rest of it to disk.
func (f *hashedFile) close() {
	f.sums[f.path] = hex.EncodeToString(f.sum.Sum(nil))
	f.closing.Go(func() error { return errors.Join(f.behind.Wait(), storage.Close(f.file)) })
}

// series writes entries of one row or more to the numbered files of a path
// pattern, and goes on to the next file before one outgrows LeRobot's limit.
type series struct {
	*assembly
	pattern     string // one file if it has no verbs
	columns     []*parquet.Column
	about       []format.KeyValue
	limit       int64 // bytes of a file
	perGroup    int   // entries of a row group
	chunk, file int
	groups      int // in the file
	entries     int // in the row group
	rows        int // in the file
	size        int // bytes of the row group
	out         *hashedFile
	table       *parquet.Writer
}

func newSeries(a *assembly, pattern string, perGroup int, columns []*parquet.Column, about ...format.KeyValue) *series {
	return &series{assembly: a, pattern: pattern, columns: columns, about: about, limit: fileSizeMB << 20, perGroup: perGroup, file: -1}
}

// begin makes the columns ready for an entry of about size bytes.
func (s *series) begin(size int) error {
	if s.table != nil && (!numbered(s.pattern) || s.groups < maxRowGroups && s.table.Offset()+int64(size) < s.limit) {
		return nil
	}
	if err := s.close(); err != nil {
		return err
	}
	if s.file++; s.file == chunksSize {
		s.chunk, s.file = s.chunk+1, 0
	}
	out, err := s.create(filePath(s.pattern, s.chunk, s.file))
	if err != nil {
		return err
	}
	s.out, s.groups, s.rows = out, 0, 0
	s.table = parquet.NewWriter(out, s.columns, s.about)
	return nil
}

// end ends an entry of so many rows, and the row group when that is full.
func (s *series) end(rows, size int) error {
	s.entries++
	s.rows, s.size = s.rows+rows, s.size+size
	if s.entries < s.perGroup && s.size < groupBytes {
		return nil
	}
	return s.endGroup()
}

func (s *series) endGroup() error {
	s.groups, s.entries, s.size = s.groups+1, 0, 0
	return s.table.EndGroup(s.rows - s.table.Rows())
}

// flush writes the row groups that have ended.
func (s *series) flush() error {
	if s.table == nil {
		return nil
	}
	return s.table.Flush()
}

// close ends the current file.
func (s *series) close() error {
	if s.table == nil {
		return nil
	}
	if s.entries > 0 {
		if err := s.endGroup(); err != nil {
			return err
		}
	}
	if err := s.table.Close(); err != nil {
		return err
	}
	s.out.close()
	return nil
}
