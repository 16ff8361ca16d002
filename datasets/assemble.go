package datasets

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"os"
	"path/filepath"

	"github.com/parquet-go/parquet-go/format"
	"golang.org/x/sync/errgroup"
)

const (
	groupBytes   = 1 << 20 // after which a row group ends, unless it ends earlier
	maxRowGroups = 2048    // in a numbered file; its writer holds some 7 kB of each, and readers of its footer some
)

// assembly writes the files of a dataset and keeps their hashes.
type assembly struct {
	root    string
	files   []*os.File
	sums    map[string]string // SHA-256 in hexadecimal, by path
	closing errgroup.Group    // files that are brought to disk
}

// release closes the files that an error left open.
func (a *assembly) release() {
	a.closing.Wait()
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
	return &hashedFile{assembly: a, file: file, sum: sha256.New(), path: path}, nil
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

// hashedFile counts and hashes what is written to it.
type hashedFile struct {
	*assembly
	file *os.File
	size int64
	sum  hash.Hash
	path string
}

func (f *hashedFile) Write(b []byte) (int, error) {
	n, err := f.file.Write(b)
	f.sum.Write(b[:n])
	f.size += int64(n)
	return n, err
}

// close notes the file's hash and begins to bring it to disk.
func (f *hashedFile) close() {
	f.sums[f.path] = hex.EncodeToString(f.sum.Sum(nil))
	f.closing.Go(func() error { return errors.Join(f.file.Sync(), f.file.Close()) })
}

// series writes entries of one row or more to the numbered files of a path
// pattern, and goes on to the next file before one outgrows LeRobot's limit.
type series struct {
	*assembly
	pattern     string // one file if it has no verbs
	columns     []*column
	about       []format.KeyValue
	limit       int64 // bytes of a file
	perGroup    int   // entries of a row group
	chunk, file int
	groups      int // in the file
	entries     int // in the row group
	rows, bytes int // in the row group
	out         *hashedFile
	table       *tableWriter
}

func newSeries(a *assembly, pattern string, perGroup int, columns []*column, about ...format.KeyValue) *series {
	return &series{assembly: a, pattern: pattern, columns: columns, about: about, limit: fileSizeMB << 20, perGroup: perGroup, file: -1}
}

// begin makes the columns ready for an entry of about size bytes.
func (s *series) begin(size int) error {
	if s.table != nil && (!numbered(s.pattern) || s.groups < maxRowGroups && s.out.size+int64(size) < s.limit) {
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
	s.out, s.groups = out, 0
	s.table = newTableWriter(out, s.columns, s.about)
	return nil
}

// end ends an entry of so many rows, and the row group when that is full.
func (s *series) end(rows, size int) error {
	s.entries++
	s.rows, s.bytes = s.rows+rows, s.bytes+size
	if s.entries < s.perGroup && s.bytes < groupBytes {
		return nil
	}
	return s.endGroup()
}

func (s *series) endGroup() error {
	rows := s.rows
	s.groups, s.entries, s.rows, s.bytes = s.groups+1, 0, 0, 0
	return s.table.endGroup(rows)
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
	if err := s.table.close(); err != nil {
		return err
	}
	s.out.close()
	return nil
}

// assemble writes the whole dataset to the folder out from the blocks, while they
// are still being made. How much room its frames need is known for certain only
// when all are: it begins with what the first ones need, and begins anew, with
// twice as many known, when one does not fit.
func (p *partial) assemble(ctx context.Context, out string) error {
	for known := 1; ; {
		room, err := p.layout(ctx, min(known, len(p.blocks)))
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
	for block := range p.blocks {
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
		p.letGo(block)
	}
	return -1, nil
}

// waitForBlock is loadBlock for a block that need not be made yet.
func (p *partial) waitForBlock(ctx context.Context, number int, episodes *[]blockEpisode) (layout, error) {
	b := &p.blocks[number]
	select {
	case <-b.made:
	case <-b.saved:
	case <-ctx.Done():
	}
	if err := ctx.Err(); err != nil {
		return layout{}, err
	}
	if b.isHeld() {
		if episodes != nil {
			*episodes = b.held
		}
		return b.layout, nil
	}
	select {
	case <-b.saved:
		return p.loadBlock(number, episodes)
	case <-ctx.Done():
		return layout{}, ctx.Err()
	}
}

// isHeld reports whether the episodes of a block are in memory.
func (b *block) isHeld() bool {
	select {
	case <-b.made:
		return b.held != nil
	default:
		return false
	}
}

// letGo makes room for another block in memory.
func (p *partial) letGo(number int) {
	if b := &p.blocks[number]; b.isHeld() {
		b.held = nil
		<-p.slots
	}
}
