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
	// A row group of scenes.parquet is read to get one scene of it.
	scenesPerGroup   = 32
	sceneGroupBytes  = 1 << 20
	episodesPerGroup = 1000 // of meta/episodes
	maxRowGroups     = 8192 // in a file of a series; Parquet allows 32767, readers hold a footer in memory
)

// assembly writes the files of a dataset and keeps their hashes.
type assembly struct {
	root string
	sums map[string]string // SHA-256 in hexadecimal, by path
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
	return &hashedFile{file: file, sum: sha256.New(), path: path, sums: a.sums}, nil
}

// write makes a whole file of the dataset.
func (a *assembly) write(path string, text []byte) error {
	file, err := a.create(path)
	if err != nil {
		return err
	}
	if _, err := file.Write(text); err != nil {
		file.file.Close()
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
		f.file.Close()
		return err
	}
	return f.file.Close()
}

// series writes rows to the numbered files of a path pattern and goes on to the
// next file before one outgrows LeRobot's limit.
type series[T any] struct {
	*assembly
	pattern     string
	options     []parquet.WriterOption
	limit       int64 // bytes of a file
	chunk, file int
	groups      int
	out         *hashedFile
	rows        *parquet.GenericWriter[T]
}

// newSeries starts the files of a pattern; a pattern without verbs is one file.
func newSeries[T any](a *assembly, pattern string, options ...parquet.WriterOption) *series[T] {
	options = append(options,
		parquet.Compression(&snappy.Codec{}), parquet.CreatedBy("orrery", "1", ""), parquet.DataPageStatistics(false))
	return &series[T]{assembly: a, pattern: pattern, options: options, limit: fileSizeMB << 20, file: -1}
}

// prepare makes s.rows ready for rows of about size bytes.
func (s *series[T]) prepare(size int) error {
	if s.rows != nil && s.groups < maxRowGroups && s.out.size+int64(size) < s.limit {
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
	s.out, s.groups, s.rows = out, 0, parquet.NewGenericWriter[T](out, s.options...)
	return nil
}

// endGroup ends a row group.
func (s *series[T]) endGroup() error {
	s.groups++
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

// release gives up the file of a series that could not be closed.
func (s *series[T]) release() {
	if s.out != nil {
		s.out.file.Close()
	}
}

// assemble writes the whole dataset to the folder out, from the blocks.
func (p *partial) assemble(ctx context.Context, out string) error {
	maxBodies := 0
	for block := range p.blocks() {
		n, err := p.loadBlock(block, nil)
		if err != nil {
			return err
		}
		maxBodies = max(maxBodies, n)
	}
	w := newDatasetWriter(out, p.plan, maxBodies)
	defer w.release()
	for block := range p.blocks() {
		if err := ctx.Err(); err != nil {
			return err
		}
		var episodes []blockEpisode
		if _, err := p.loadBlock(block, &episodes); err != nil {
			return err
		}
		for _, e := range episodes {
			if err := w.add(e); err != nil {
				return err
			}
		}
	}
	return w.finish()
}
