package datasets

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"os"
	"path/filepath"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/snappy"
)

const (
	groupBytes   = 1 << 20 // after which a row group ends, unless it ends earlier
	maxRowGroups = 2048    // in a numbered file; its writer holds some 7 kB of each, and readers of its footer some
)

// assembly writes the files of a dataset and keeps their hashes.
type assembly struct {
	root  string
	files []*os.File
	sums  map[string]string // SHA-256 in hexadecimal, by path
}

// release closes the files that an error left open.
func (a *assembly) release() {
	for _, file := range a.files {
		file.Close()
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
	a.files = append(a.files, file)
	return &hashedFile{file: file, sum: sha256.New(), path: path, sums: a.sums}, nil
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
	return file.Close()
}

// hashedFile counts and hashes what is written to it.
type hashedFile struct {
	file *os.File
	size int64
	sum  hash.Hash
	path string
	sums map[string]string
}

func (f *hashedFile) Write(b []byte) (int, error) {
	n, err := f.file.Write(b)
	f.sum.Write(b[:n])
	f.size += int64(n)
	return n, err
}

// Close brings the file to disk and notes its hash.
func (f *hashedFile) Close() error {
	f.sums[f.path] = hex.EncodeToString(f.sum.Sum(nil))
	if err := f.file.Sync(); err != nil {
		return err
	}
	return f.file.Close()
}

// series writes entries of one row or more to the numbered files of a path
// pattern, and goes on to the next file before one outgrows LeRobot's limit.
type series[T any] struct {
	*assembly
	pattern     string // one file if it has no verbs
	options     []parquet.WriterOption
	limit       int64 // bytes of a file
	perGroup    int   // entries of a row group
	chunk, file int
	groups      int // in the file
	entries     int // in the row group
	bytes       int // in the row group
	out         *hashedFile
	rows        *parquet.GenericWriter[T]
}

func newSeries[T any](a *assembly, pattern string, perGroup int, options ...parquet.WriterOption) *series[T] {
	options = append(options,
		parquet.Compression(&snappy.Codec{}), parquet.CreatedBy("orrery", "1", ""), parquet.DataPageStatistics(false))
	return &series[T]{assembly: a, pattern: pattern, options: options, limit: fileSizeMB << 20, perGroup: perGroup, file: -1}
}

// begin makes s.rows ready for an entry of about size bytes.
func (s *series[T]) begin(size int) error {
	if s.rows != nil && (!numbered(s.pattern) || s.groups < maxRowGroups && s.out.size+int64(size) < s.limit) {
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
	s.out, s.groups, s.entries, s.bytes = out, 0, 0, 0
	s.rows = parquet.NewGenericWriter[T](out, s.options...)
	return nil
}

// end ends an entry, and the row group when that is full.
func (s *series[T]) end(size int) error {
	s.entries++
	s.bytes += size
	if s.entries < s.perGroup && s.bytes < groupBytes {
		return nil
	}
	s.groups, s.entries, s.bytes = s.groups+1, 0, 0
	return s.rows.Flush()
}

// close ends the current file.
func (s *series[T]) close() error {
	if s.rows == nil {
		return nil
	}
	if err := s.rows.Close(); err != nil {
		return err
	}
	return s.out.Close()
}

// assemble writes the whole dataset to the folder out from the blocks, while they
// are still being made. How much room its frames need is known for certain only
// when all are: it begins with what the first ones need, and begins anew, with
// twice as many known, when one does not fit.
func (p *partial) assemble(ctx context.Context, out string) error {
	for known := 1; ; {
		room, err := p.layout(ctx, min(known, len(p.saved)))
		if err != nil {
			return err
		}
		w := newDatasetWriter(out, p.plan, room)
		misfit, err := p.addBlocks(ctx, w)
		if err == nil && misfit < 0 {
			err = w.finish()
		}
		w.files.release()
		if err != nil || misfit < 0 {
			return err
		}
		known = 2 * (misfit + 1)
		if err := os.RemoveAll(out); err != nil {
			return err
		}
	}
}

// layout waits for the first n blocks and returns the layout that fits them.
func (p *partial) layout(ctx context.Context, n int) (layout, error) {
	var all layout
	for block := range n {
		l, err := p.waitForBlock(ctx, block, nil)
		if err != nil {
			return layout{}, err
		}
		if all, err = all.widen(l); err != nil {
			return layout{}, err
		}
	}
	return all, nil
}

// addBlocks gives w the episodes of all blocks, or returns the first block that
// its layout does not fit.
func (p *partial) addBlocks(ctx context.Context, w *datasetWriter) (misfit int, err error) {
	for block := range p.saved {
		var episodes []blockEpisode
		l, err := p.waitForBlock(ctx, block, &episodes)
		if err != nil {
			return 0, err
		}
		if wide, err := w.layout.widen(l); err != nil || !wide.equal(w.layout) {
			return block, err
		}
		for _, e := range episodes {
			if err := w.add(e); err != nil {
				return 0, err
			}
		}
	}
	return -1, nil
}

// waitForBlock is loadBlock for a block that need not be saved yet.
func (p *partial) waitForBlock(ctx context.Context, block int, episodes *[]blockEpisode) (layout, error) {
	select {
	case <-p.saved[block]:
	case <-ctx.Done():
	}
	if err := ctx.Err(); err != nil {
		return layout{}, err
	}
	return p.loadBlock(block, episodes)
}
