package shard

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"orrery/datasets/storage"
	"orrery/sim/input"
)

// The files of a folder.
const (
	HeadFile    = "shard.json"    // comes last: without it the shard is not whole
	figuresFile = "figures.jsonl" // of all units, in their order; in an object store its name has a part of its sum
	journalFile = "figures.partial"
)

// Files of a dataset, by their paths in there.
const (
	DatasetFile    = "meta/info.json" // comes last where a dataset is made
	ProvenanceFile = "meta/orrery/provenance.json"
)

// format is the version of shard.json.
const format = 1

// Work is a number of units, and all that their figures depend on.
type Work struct {
	Command  string // of orrery, that does it
	Units    int    // how many there are in all
	Word     string // that names units in the plural, as episodes
	Settings any    // that the figures depend on, ready for JSON as an object; of a Work that was read a json.RawMessage

	by Program // what made the figures; the zero Program is this one
}

// head is shard.json, and the first line of a journal without its sum.
type head struct {
	Format  int    `json:"format"`
	Command string `json:"command"`
	Program
	Shard    Shard           `json:"shard"`
	Units    int             `json:"units"` // in all
	Word     string          `json:"word"`
	Settings json.RawMessage `json:"settings"`
	Figures  string          `json:"figures,omitempty"` // name of their file, where it is not figuresFile
	Sum      string          `json:"sha256,omitempty"`  // of the figures, in hexadecimal
}

// figuresPath returns where the figures are of a head in a folder.
func (h *head) figuresPath(dir string) string {
	return storage.Join(dir, cmp.Or(h.Figures, figuresFile))
}

func newHead(w Work, part Shard) (h head, err error) {
	settings, err := json.Marshal(w.Settings)
	if w.by == (Program{}) {
		w.by = ThisProgram()
	}
	return head{format, w.Command, w.by, part, w.Units, w.Word, settings, "", ""}, err
}

// fields returns the head with each of its settings on its own, so that a difference between two is named.
func (h head) fields() (map[string]json.RawMessage, error) {
	settings := h.Settings
	h.Settings, h.Figures, h.Sum = nil, "", ""
	text, err := json.Marshal(h)
	if err != nil {
		return nil, err
	}
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal(text, &fields); err != nil {
		return nil, err
	}
	delete(fields, "settings")
	return fields, json.Unmarshal(settings, &fields)
}

// Options say how a folder is opened.
type Options struct {
	Resume bool   // go on with what is there
	Force  bool   // begin anew
	Waits  func() // when not nil, called before waiting for another program that writes the same folder
}

// Folder is a shard that is being made. It may be used by many goroutines.
type Folder struct {
	*Journal
	Whole bool // nothing is left to do

	dir    string
	head   head
	forced bool // what is there may be replaced
	held   *storage.Held
}

// Open opens the folder of a shard for its figures, and keeps it until Close: other programs that open it wait. One that
// is there is refused without Options.Resume, and with it when it was begun with other settings.
//
// In an object store a folder appears when it is finished. Until then the figures are on disk, where Options.Resume finds them;
// another machine begins anew. Of machines that make the same shard at the same time the first to finish has its figures there.
func Open(ctx context.Context, dir string, w Work, part Shard, o Options) (_ *Folder, err error) {
	if part == (Shard{}) {
		return nil, errors.New("all units together are no shard")
	}
	if err := part.Validate(w.Units, w.Word); err != nil {
		return nil, err
	}
	f := &Folder{dir: storage.Clean(dir), forced: o.Force}
	if f.head, err = newHead(w, part); err != nil {
		return nil, err
	}
	if f.held, err = storage.Lock(ctx, dir, o.Waits); err != nil {
		return nil, err
	}
	if err = f.begin(o); err != nil {
		return nil, errors.Join(err, f.held.Unlock())
	}
	return f, nil
}

// begin reads what is there of the shard.
func (f *Folder) begin(o Options) error {
	fields, err := f.head.fields()
	if err != nil {
		return err
	}
	head, journal := storage.Join(f.dir, HeadFile), journalPath(f.dir)
	switch there, err := readHead(f.dir); {
	case o.Force:
		old := []string{head, storage.Join(f.dir, figuresFile), journal}
		if there != nil {
			old[1] = there.figuresPath(f.dir)
		}
		for _, path := range old {
			if err := storage.Remove(path); err != nil {
				return err
			}
		}
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case !o.Resume:
		return fmt.Errorf("%s exists: --force makes it anew, and --resume leaves it as it is", head)
	default:
		name, was, is, err := there.difference(&f.head)
		if err == nil && name != "" {
			err = fmt.Errorf("was made with %s %s, which is now %s; --force starts again", name, was, is)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", head, err)
		}
		if f.Whole = true; f.head.Shard != there.Shard {
			return fmt.Errorf("%s: is shard %v, not %v; --force starts again", head, there.Shard, f.head.Shard)
		}
		return nil
	}
	f.Journal, err = OpenJournal(journal, fields, o.Resume, false)
	return err
}

// journalPath returns where on disk the figures of a folder are kept until it is finished.
func journalPath(dir string) string {
	if storage.Remote(dir) {
		dir = storage.Staging(dir)
	}
	return filepath.Join(dir, journalFile)
}

// Dir returns where the folder is.
func (f *Folder) Dir() string { return f.dir }

// Span returns the first unit of the shard, and the one after its last.
func (f *Folder) Span() (from, to int) { return f.head.Shard.Span(f.head.Units) }

// Finish makes the folder whole, when there are figures of each unit of the shard.
func (f *Folder) Finish() error {
	from, to := f.Span()
	for unit := from; unit < to; unit++ {
		if _, known := f.done[unit]; !known {
			return fmt.Errorf("%s: unit %d has no figures", f.dir, unit)
		}
	}
	if len(f.done) != to-from {
		return fmt.Errorf("%s: %d units must be the %d of shard %v", f.path, len(f.done), to-from, f.head.Shard)
	}
	text, err := f.lines()
	if err != nil {
		return err
	}
	put := storage.WriteFile
	if storage.Remote(f.dir) && !f.forced { // where the lock is only that of this machine
		put = storage.CreateFile
	}
	if err := write(f.dir, f.head, text, put); err != nil {
		return err
	}
	f.Whole = true
	return nil
}

// write makes a whole folder of a head, which put puts in its place, and lines of figures.
func write(dir string, h head, lines []byte, put func(path string, content []byte) error) error {
	h.Sum = fmt.Sprintf("%x", sha256.Sum256(lines))
	if storage.Remote(dir) { // where another machine may write others for the same shard, of another clock
		h.Figures = fmt.Sprintf("figures-%.16s.jsonl", h.Sum)
	}
	if err := storage.WriteFile(h.figuresPath(dir), lines); err != nil {
		return err
	}
	text, err := json.MarshalIndent(h, "", "  ")
	if err != nil {
		return err
	}
	err = put(storage.Join(dir, HeadFile), append(text, '\n'))
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	there, err := readHead(dir)
	if err != nil {
		return err
	}
	if there.Figures != h.Figures {
		if err := storage.Remove(h.figuresPath(dir)); err != nil {
			return err
		}
	}
	name, was, is, err := there.difference(&h)
	switch {
	case err != nil:
		return err
	case there.Shard != h.Shard:
		return fmt.Errorf("%s: another program has made shard %v there meanwhile", dir, there.Shard)
	case name != "":
		return fmt.Errorf("%s: another program has made this shard there meanwhile, with %s %s and not %s", dir, name, was, is)
	}
	return nil
}

// Close lets others have the folder. What is not finished stays for a later Open.
func (f *Folder) Close() error {
	var err error
	if f.Journal != nil {
		err = f.End(f.Whole)
		if storage.Remote(f.dir) {
			_ = os.Remove(storage.Staging(f.dir)) // it stays unless it is empty
		}
		f.Journal = nil
	}
	return errors.Join(err, f.held.Unlock())
}

// difference returns the first setting in which the work of two shards differs, or no name.
func (h *head) difference(other *head) (name, mine, theirs string, err error) {
	var texts [2][]byte
	for i, of := range []*head{h, other} {
		fields, err := of.fields()
		if err != nil {
			return "", "", "", err
		}
		delete(fields, "shard")
		if texts[i], err = json.Marshal(fields); err != nil {
			return "", "", "", err
		}
	}
	return difference(texts[0], texts[1])
}

// Whole reports whether a folder is a shard, or a dataset, that is complete.
func Whole(dir string) bool {
	for _, name := range []string{HeadFile, DatasetFile} {
		if _, err := storage.Stat(storage.Join(dir, filepath.FromSlash(name))); err == nil {
			return true
		}
	}
	return false
}

// IsFolder reports whether dir is a shard of figures, whole or begun.
func IsFolder(dir string) bool {
	for _, path := range []string{storage.Join(dir, HeadFile), journalPath(dir)} {
		if _, err := storage.Stat(path); err == nil {
			return true
		}
	}
	return false
}

// readHead reads shard.json.
func readHead(dir string) (*head, error) {
	path := storage.Join(dir, HeadFile)
	text, err := storage.ReadFile(path)
	if err != nil {
		return nil, err
	}
	h := &head{}
	if err := input.DecodeJSON(text, h); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if h.Figures != "" && h.Figures != filepath.Base(h.Figures) {
		return nil, fmt.Errorf("%s: figures %q must be the name of a file beside it", path, h.Figures)
	}
	if h.Format != format {
		return nil, fmt.Errorf("%s: format %d must be %d", path, h.Format, format)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, h.Settings); err != nil {
		return nil, fmt.Errorf("%s: settings must be an object", path)
	}
	h.Settings = compact.Bytes()
	if err := h.Shard.Validate(h.Units, h.Word); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return h, nil
}

// figures reads and checks the figures of a whole folder.
func (h *head) figures(dir string) ([]json.RawMessage, error) {
	path := h.figuresPath(dir)
	text, err := storage.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if sum := fmt.Sprintf("%x", sha256.Sum256(text)); sum != h.Sum {
		return nil, fmt.Errorf("%s: SHA-256 %s must be %s: it was changed", path, sum, h.Sum)
	}
	var all []json.RawMessage
	from, to := h.Shard.Span(h.Units)
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, len(text)+1)
	for n := 1; lines.Scan(); n++ {
		r, err := decodeRecord(lines.Bytes())
		if err == nil && r.Unit != from+len(all) {
			err = fmt.Errorf("unit %d must be %d", r.Unit, from+len(all))
		}
		if err != nil {
			return nil, fmt.Errorf("%s: line %d: %w", path, n, err)
		}
		all = append(all, r.Figures)
	}
	if len(all) != to-from {
		return nil, fmt.Errorf("%s: %s must be %d", path, input.Count(len(all), "unit"), to-from)
	}
	return all, lines.Err()
}
