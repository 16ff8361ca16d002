package keep

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Store keeps small files by name. Names have letters, digits and hyphens.
type Store interface {
	// Read returns a file, or an error that is fs.ErrNotExist.
	Read(name string) ([]byte, error)
	// Write writes a file as a whole, or leaves it as it was.
	Write(name string, content []byte) error
	// Remove removes a file, if it is there.
	Remove(name string) error
	// List returns the names of all files.
	List() ([]string, error)
	// Owner returns a name for this program, which no other has while it lives.
	Owner() string
	// Lives reports whether the program of a name still runs.
	Lives(owner string) bool
}

// Work is a document as it was last.
type Work struct {
	Name    string    `json:"name"`           // of the document
	Path    string    `json:"path,omitempty"` // of the file as which it was saved or opened last, or empty
	Saved   bool      `json:"saved"`          // since it was last changed
	Changed time.Time `json:"changed"`
	Text    string    `json:"text"` // the scenario file

	slot string // name of its file
}

// Waits before a document that changes is saved: after the last change, and after the first that is not saved.
const (
	quiet  = 250 * time.Millisecond
	longer = 600 * time.Millisecond
)

// again is after how long what could not be saved is tried again, unless it changes before.
const again = 5 * time.Second

// Works that are kept when they belong to no program: those that were saved as files, and others.
const (
	maxSaved   = 12
	maxUnsaved = 60
)

// prefix begins the names of works, between which and a number the owner stands.
const prefix = "work-"

// Drawing is what is kept: a document of package edit, which this package does not know.
type Drawing interface {
	// Title returns what it is called, and is to be saved as.
	Title() string
	// Text returns the canonical scenario file.
	Text() []byte
	// Empty reports whether it is no scenario yet.
	Empty() bool
	// Version returns a number that is another one after each change.
	Version() int
}

// Keeper saves the document of one program. See New.
type Keeper struct {
	store Store
	slots int // used so far
	now   Work

	document Drawing   // that is kept, or nil
	version  int       // as it was last looked at
	first    time.Time // change that is not saved here
	last     time.Time // likewise
	unsaved  bool      // as a file
	stored   bool      // here, at least once
	failed   bool      // to write, and said
	owed     error     // that nobody was told yet, or nil
}

// New returns a keeper of a store.
func New(store Store) *Keeper { return &Keeper{store: store} }

// Tick saves a document if it has changed and rests, or has changed for long. The first time that this cannot be done,
// an error says so in words.
func (k *Keeper) Tick(now time.Time, d Drawing) error {
	if d == nil {
		return nil
	}
	if d != k.document {
		k.follow(d, Work{Name: d.Title()})
	}
	if err := k.owed; err != nil {
		k.owed = nil
		return err
	}
	if v := d.Version(); v != k.version {
		if k.version = v; k.first.IsZero() {
			k.first = now
		}
		k.last = now
		k.now.Saved, k.unsaved = false, true
	}
	if k.first.IsZero() || now.Sub(k.last) < quiet && now.Sub(k.first) < longer {
		return nil
	}
	return k.write(now)
}

// follow begins to keep a document as a work, once the one before is saved.
func (k *Keeper) follow(d Drawing, w Work) {
	k.owed = errors.Join(k.owed, k.Flush())
	k.slots++
	w.slot = prefix + k.store.Owner() + "-" + strconv.Itoa(k.slots)
	k.document, k.now, k.first, k.unsaved = d, w, time.Time{}, !w.Saved && w.Text != ""
	k.version, k.stored = d.Version(), false
}

// Flush saves what has changed since it was last saved, as before the program ends.
func (k *Keeper) Flush() error {
	if k.document == nil || k.first.IsZero() && k.document.Version() == k.version {
		return nil
	}
	return k.write(time.Now())
}

// Close is Flush, and shows that this program edits nothing any more.
func (k *Keeper) Close() error {
	err := k.Flush()
	if store, ok := k.store.(io.Closer); ok {
		err = errors.Join(err, store.Close())
	}
	return err
}

// write saves the document that is kept. The first time that this fails an error says so.
func (k *Keeper) write(now time.Time) error {
	told := k.failed
	if err := k.save(now); err != nil && !told {
		return err
	}
	return nil
}

// save saves the document that is kept. An empty page is no scenario, and what it was before is kept instead.
func (k *Keeper) save(now time.Time) error {
	k.version, k.first = k.document.Version(), time.Time{}
	if k.document.Empty() {
		return nil
	}
	k.now.Name, k.now.Text, k.now.Changed = k.document.Title(), string(k.document.Text()), now.UTC().Truncate(time.Second)
	text, err := json.Marshal(k.now)
	if err == nil {
		err = k.store.Write(k.now.slot, text)
	}
	if k.failed = err != nil; k.failed {
		k.first, k.last = now.Add(again), now.Add(again)
		return fmt.Errorf("the drawing cannot be kept by itself: %w; save it as a file", err)
	}
	if !k.stored { // one more than before
		k.stored = true
		k.prune()
	}
	return nil
}

// Saved notes that the document was saved as a file, whose path is empty where it was a download.
func (k *Keeper) Saved(d Drawing, path string) error {
	if d != k.document {
		k.follow(d, Work{Name: d.Title()})
	}
	k.now.Path, k.now.Saved, k.unsaved = path, true, false
	err := k.write(time.Now())
	k.prune()
	return err
}

// Path returns the path of the file as which a document was saved or opened last, or nothing.
func (k *Keeper) Path(d Drawing) string {
	if d != nil && d == k.document {
		return k.now.Path
	}
	return ""
}

// Unsaved reports whether a document has changes that are in no file.
func (k *Keeper) Unsaved(d Drawing) bool {
	return d != nil && d == k.document && k.unsaved
}

// Opened notes that a document was read from a file of a path.
func (k *Keeper) Opened(d Drawing, path string) {
	k.follow(d, Work{Name: d.Title(), Path: path, Saved: true})
}

// Slot returns a name by which At finds the document that is kept, or nothing.
func (k *Keeper) Slot() string { return k.now.slot }

// At returns the work of a slot that belongs to no other program.
func (k *Keeper) At(slot string) (Work, bool) {
	if !strings.HasPrefix(slot, prefix) || k.store.Lives(owner(slot)) {
		return Work{}, false
	}
	return k.read(slot)
}

// Lost returns the newest work that belongs to no program and was not saved as a file.
func (k *Keeper) Lost() (Work, bool) {
	for _, w := range k.Recent() {
		if !w.Saved {
			return w, true
		}
	}
	return Work{}, false
}

// Recent returns the works that belong to no other program, the newest first. Those that cannot be read are left out.
func (k *Keeper) Recent() []Work {
	names, err := k.store.List()
	if err != nil {
		return nil
	}
	var out []Work
	for _, name := range names {
		if !strings.HasPrefix(name, prefix) || name == k.now.slot {
			continue
		}
		if of := owner(name); of != k.store.Owner() && k.store.Lives(of) {
			continue
		}
		if w, ok := k.read(name); ok {
			out = append(out, w)
		}
	}
	slices.SortFunc(out, func(a, b Work) int { return cmp.Or(b.Changed.Compare(a.Changed), cmp.Compare(a.slot, b.slot)) })
	return out
}

// Adopt keeps a drawing, which was opened from the text of a work, as this program's own from now on. The work stays where it is
// until that is written.
func (k *Keeper) Adopt(w Work, d Drawing) error {
	k.follow(d, w)
	if err := k.save(time.Now()); err != nil {
		return err
	}
	if w.slot == "" || w.slot == k.now.slot {
		return nil
	}
	return k.store.Remove(w.slot)
}

// prune removes the oldest works that belong to no program, beyond what is kept.
func (k *Keeper) prune() {
	saved, unsaved := 0, 0
	for _, w := range k.Recent() {
		count, most := &unsaved, maxUnsaved
		if w.Saved {
			count, most = &saved, maxSaved
		}
		if *count++; *count > most {
			_ = k.store.Remove(w.slot) // or it is pruned the next time
		}
	}
}

// owner returns the program of a slot.
func owner(slot string) string {
	name := strings.TrimPrefix(slot, prefix)
	if end := strings.LastIndexByte(name, '-'); end >= 0 {
		return name[:end]
	}
	return name
}

// maxWork bounds a work in bytes; a scenario file is at most 4 MB.
const maxWork = 8 << 20

// read reads the work of a slot.
func (k *Keeper) read(slot string) (Work, bool) {
	text, err := k.store.Read(slot)
	var w Work
	if err != nil || len(text) > maxWork || json.Unmarshal(text, &w) != nil || w.Text == "" {
		return Work{}, false
	}
	w.slot = slot
	return w, true
}

// ErrFull is that a store has no room for more.
var ErrFull = errors.New("the storage is full")

// notThere is the error of a file that a store does not have.
func notThere(name string) error { return &fs.PathError{Op: "read", Path: name, Err: fs.ErrNotExist} }
