package keep

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"orrery/cmd/orrery-view/edit"
	"orrery/sim/golden"
	"orrery/sim/scenario/file"
)

// shared is what several programs keep in one place.
type shared struct {
	files map[string][]byte
	live  []string
	room  int // bytes
}

// memory is a program's view of it.
type memory struct {
	*shared
	owner string
}

func (m memory) Read(name string) ([]byte, error) {
	if text, ok := m.files[name]; ok {
		return text, nil
	}
	return nil, notThere(name)
}

func (m memory) Write(name string, content []byte) error {
	if len(content) > m.room {
		return ErrFull
	}
	m.files[name] = bytes.Clone(content)
	return nil
}

func (m memory) Remove(name string) error { delete(m.files, name); return nil }
func (m memory) List() (out []string, err error) {
	for name := range m.files {
		out = append(out, name)
	}
	return out, nil
}
func (m memory) Owner() string           { return m.owner }
func (m memory) Lives(owner string) bool { return slices.Contains(m.live, owner) }

// begin starts a program of a name.
func (s *shared) begin(owner string) *Keeper {
	s.live = append(s.live, owner)
	return New(memory{s, owner})
}

func (s *shared) kill(owner string) {
	s.live = slices.DeleteFunc(s.live, func(o string) bool { return o == owner })
}

func drawing(t *testing.T) *edit.Document {
	t.Helper()
	d, err := edit.Open("table", []byte(`{"format": 2, "arena": [4, 3], "bodies": [{"name": "ball", "circle": 0.1}]}`))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// widen changes a document.
func widen(t *testing.T, d *edit.Document, radius float64) {
	t.Helper()
	if err := d.Change("wider", func(f *file.Scenario) error { f.Bodies[0].Circle = file.Value(radius); return nil }); err != nil {
		t.Fatal(err)
	}
}

var noon = time.Date(2030, 1, 1, 12, 0, 0, 0, time.UTC)

// TestWhatWasDrawnASecondAgoIsFoundAgain after a kill, and not by another program while the first one lives.
func TestWhatWasDrawnASecondAgoIsFoundAgain(t *testing.T) {
	t.Parallel()
	s := &shared{files: map[string][]byte{}, room: 1 << 20}
	k, d := s.begin("a"), drawing(t)
	tick := func(at time.Duration) {
		t.Helper()
		if err := k.Tick(noon.Add(at), d); err != nil {
			t.Fatal(err)
		}
	}
	tick(0)
	if len(s.files) > 0 {
		t.Error("a document is kept that nobody has changed")
	}
	for at := time.Duration(0); at < time.Second; at += 100 * time.Millisecond { // a hand that never rests
		widen(t, d, 0.1+at.Seconds()/10)
		tick(at)
	}
	if len(s.files) != 1 {
		t.Fatalf("%d works are kept", len(s.files))
	}
	tick(2 * time.Second)
	var kept Work
	if err := json.Unmarshal(s.files[k.Slot()], &kept); err != nil || !kept.Changed.Equal(noon.Add(2*time.Second)) || kept.Text != string(d.Text()) {
		t.Errorf("%v, kept at %v", err, kept.Changed)
	}
	other := s.begin("b")
	if got := other.Recent(); len(got) > 0 {
		t.Errorf("a program takes what another edits: %+v", got)
	}
	if _, ok := other.At(k.Slot()); ok {
		t.Error("a program takes what another edits, by its name")
	}
	s.kill("a")
	w, ok := other.Lost()
	if !ok {
		t.Fatal("nothing is found")
	}
	if at, ok := other.At(k.Slot()); !ok || at != w {
		t.Errorf("by its name %+v is found, %v", at, ok)
	}
	back, err := edit.Open(w.Name, []byte(w.Text))
	if err == nil {
		back.Name = w.Name
		err = other.Adopt(w, back)
	}
	if err != nil || !bytes.Equal(back.Text(), d.Text()) || back.Name != "table" || !other.Unsaved(back) {
		t.Errorf("%v, text %s", err, back.Text())
	}
	if len(s.files) != 1 || len(other.Recent()) > 0 {
		t.Errorf("%d works, %d of others", len(s.files), len(other.Recent()))
	}
	s.kill("b")
	if got := s.begin("c").Recent(); len(got) != 1 || got[0].Text != string(d.Text()) {
		t.Errorf("after the second kill: %+v", got)
	}
}

// TestWhatIsOpenedTakesNothingAway of what was there before, and saved files are not what was lost.
func TestWhatIsOpenedTakesNothingAway(t *testing.T) {
	t.Parallel()
	s := &shared{files: map[string][]byte{}, room: 1 << 20}
	k := s.begin("a")
	first, second := drawing(t), drawing(t)
	widen(t, first, 0.2)
	if err := k.Tick(noon, first); err != nil {
		t.Fatal(err)
	}
	widen(t, first, 0.3)
	_ = k.Tick(noon, first)
	k.Opened(second, "there.scenario.json") // within the wait
	if k.Path(second) != "there.scenario.json" || k.Unsaved(second) || k.Path(first) != "" {
		t.Error("what was opened has another path, or changes")
	}
	widen(t, second, 0.4)
	_ = k.Tick(noon, second)
	_ = k.Tick(noon.Add(time.Second), second)
	if got := k.Recent(); len(got) != 1 || got[0].Text != string(first.Text()) {
		t.Errorf("the first drawing is %+v", got)
	}
	if !k.Unsaved(second) {
		t.Error("a change is not seen")
	}
	if err := k.Saved(second, "here.scenario.json"); err != nil || k.Path(second) != "here.scenario.json" || k.Unsaved(second) {
		t.Error("it is not saved")
	}
	s.kill("a")
	if w, ok := s.begin("b").Lost(); !ok || w.Text != string(first.Text()) {
		t.Errorf("lost is %+v", w)
	}
}

// TestAFullStoreIsToldOnce and written in again when there is room.
func TestAFullStoreIsToldOnce(t *testing.T) {
	t.Parallel()
	s := &shared{files: map[string][]byte{}, room: 10}
	k, d := s.begin("a"), drawing(t)
	_ = k.Tick(noon, d)
	told := 0
	for i := range 5 {
		widen(t, d, 0.2+float64(i)/10)
		at := noon.Add(time.Duration(i) * time.Minute)
		_ = k.Tick(at, d)
		if err := k.Tick(at.Add(time.Second), d); err != nil {
			if told++; !errors.Is(err, ErrFull) || !strings.Contains(err.Error(), "save it as a file") {
				t.Error(err)
			}
		}
	}
	if told != 1 {
		t.Errorf("told %d times", told)
	}
	s.room = 1 << 20 // and nothing changes any more
	_ = k.Tick(noon.Add(time.Hour), d)
	_ = k.Tick(noon.Add(2*time.Hour), d)
	if len(s.files) != 1 {
		t.Error("nothing is kept although there is room")
	}
	s.room = 10
	widen(t, d, 0.9)
	_ = k.Tick(noon.Add(3*time.Hour), d)
	if err := k.Tick(noon.Add(4*time.Hour), d); !errors.Is(err, ErrFull) {
		t.Errorf("full again, and told %v", err)
	}
}

// TestAFullStoreLosesNothing: a work that is opened stays where it is while there is no room for it, and a drawing that has no
// room when another is opened is told of.
func TestAFullStoreLosesNothing(t *testing.T) {
	t.Parallel()
	s := &shared{files: map[string][]byte{}, room: 1 << 20}
	k, d := s.begin("a"), drawing(t)
	_ = k.Tick(noon, d)
	widen(t, d, 0.3)
	_ = k.Tick(noon.Add(time.Second), d)
	_ = k.Tick(noon.Add(2*time.Second), d)
	s.kill("a")
	s.room = 10
	k, other := s.begin("b"), drawing(t)
	_ = k.Tick(noon, other)
	widen(t, other, 0.4)
	next := drawing(t)
	if err := k.Tick(noon.Add(time.Second), next); !errors.Is(err, ErrFull) {
		t.Errorf("of a drawing without room is told %v", err)
	}
	w, _ := k.Lost()
	for range 2 { // told already or not
		back := drawing(t)
		if err := k.Adopt(w, back); !errors.Is(err, ErrFull) || len(s.files) != 1 {
			t.Fatalf("%v, and %d works are left", err, len(s.files))
		}
		if err := k.Saved(back, "file"); err != nil || k.Unsaved(back) {
			t.Errorf("saved as a file: %v", err)
		}
		for i := range 3 {
			if err := k.Tick(time.Now().Add(time.Duration(i)*time.Minute), back); err != nil || k.Unsaved(back) {
				t.Errorf("what is saved as a file is not: %v", err)
			}
		}
	}
}

// TestTheLastChangeIsKept when the program ends within the wait, or another document is opened before anyone has looked.
func TestTheLastChangeIsKept(t *testing.T) {
	t.Parallel()
	s := &shared{files: map[string][]byte{}, room: 1 << 20}
	k, d := s.begin("a"), drawing(t)
	if err := k.Flush(); err != nil || len(s.files) > 0 {
		t.Errorf("nothing is kept as %d works, %v", len(s.files), err)
	}
	_ = k.Tick(noon, d)
	if err := k.Flush(); err != nil || len(s.files) > 0 {
		t.Errorf("what nobody changed is kept as %d works, %v", len(s.files), err)
	}
	widen(t, d, 0.3)
	_ = k.Tick(noon, d)
	if err := k.Flush(); err != nil || len(s.files) != 1 {
		t.Errorf("%d works are kept, %v", len(s.files), err)
	}
	widen(t, d, 0.5)
	k.Opened(drawing(t), "")
	if got := k.Recent(); len(got) != 1 || got[0].Text != string(d.Text()) {
		t.Errorf("kept is %+v", got)
	}
}

// TestWorksThatAreNeverSavedDoNotPileUp.
func TestWorksThatAreNeverSavedDoNotPileUp(t *testing.T) {
	t.Parallel()
	s := &shared{files: map[string][]byte{}, room: 1 << 20}
	k := s.begin("a")
	for i := range maxUnsaved + 20 {
		d := drawing(t)
		_ = k.Tick(noon, d)
		widen(t, d, 0.2+float64(i)/1000)
		if err := k.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	if got := len(s.files); got != maxUnsaved+1 {
		t.Errorf("%d works are kept", got)
	}
}

// TestOldWorksGo when they were saved as files, and broken ones are left out.
func TestOldWorksGo(t *testing.T) {
	t.Parallel()
	s := &shared{files: map[string][]byte{"work-x-1": []byte("{"), "work-y-1": nil, "else": []byte("{}")}, room: 1 << 20}
	for i := range maxSaved + 5 {
		owner := fmt.Sprintf("p%02d", i)
		k, d := s.begin(owner), drawing(t)
		widen(t, d, 0.2+float64(i)/100)
		if err := k.Saved(d, "file"); err != nil {
			t.Fatal(err)
		}
		s.kill(owner)
	}
	if got := len(s.begin("z").Recent()); got < maxSaved || got > maxSaved+1 {
		t.Errorf("%d saved works are kept", got)
	}
	if len(s.files["else"]) != 2 {
		t.Error("a file of others is gone")
	}
}

// TestAHandThatRestsIsKept after a quarter of a second.
func TestAHandThatRestsIsKept(t *testing.T) {
	t.Parallel()
	s := &shared{files: map[string][]byte{}, room: 1 << 20}
	k, d := s.begin("a"), drawing(t)
	_ = k.Tick(noon, d)
	widen(t, d, 0.3)
	for _, c := range []struct{ ms, want int }{{0, 0}, {200, 0}, {249, 0}, {250, 1}} {
		if err := k.Tick(noon.Add(time.Duration(c.ms)*time.Millisecond), d); err != nil || len(s.files) != c.want {
			t.Errorf("after %d ms %d works are kept, %v", c.ms, len(s.files), err)
		}
	}
}

// TestAsManyWorksAreKept as people look through: the newest 12 that are saved as files, and the newest 60 others.
func TestAsManyWorksAreKept(t *testing.T) {
	t.Parallel()
	s := &shared{files: map[string][]byte{}, room: 1 << 20}
	for i := range 100 {
		text, err := json.Marshal(Work{Name: "w", Saved: i%4 == 0, Changed: noon.Add(time.Duration(i) * time.Second), Text: "{}"})
		if err != nil {
			t.Fatal(err)
		}
		s.files[fmt.Sprintf("work-gone-%d", i)] = text
	}
	s.files["work-gone-large"] = append([]byte(`{"text": "{}"}`), bytes.Repeat([]byte{' '}, 8<<20)...)
	k, d := s.begin("a"), drawing(t)
	if err := k.Saved(d, "file"); err != nil {
		t.Fatal(err)
	}
	counts := map[bool]int{}
	last := noon.Add(time.Hour)
	for _, w := range k.Recent() {
		counts[w.Saved]++
		if !w.Changed.Before(last) {
			t.Errorf("%v is behind %v", w.Changed, last)
		}
		last = w.Changed
		if first := map[bool]int{true: 4 * 13, false: 20}[w.Saved]; w.Changed.Before(noon.Add(time.Duration(first) * time.Second)) {
			t.Errorf("one of %v is kept", w.Changed)
		}
	}
	if counts[true] != 12 || counts[false] != 60 {
		t.Errorf("%d saved works and %d others are kept", counts[true], counts[false])
	}
}

// TestAFolderReadsNothingHuge.
func TestAFolderReadsNothingHuge(t *testing.T) {
	t.Parallel()
	f, err := OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.Write("work-a-1", []byte("{}")), os.Truncate(f.path("work-a-1", ".json"), 8<<20)); err != nil {
		t.Fatal(err)
	}
	if text, err := f.Read("work-a-1"); err != nil || len(text) != 8<<20 {
		t.Errorf("%d bytes, %v", len(text), err)
	}
	if err := os.Truncate(f.path("work-a-1", ".json"), 8<<20+1); err != nil {
		t.Fatal(err)
	}
	if text, err := f.Read("work-a-1"); err == nil || !strings.Contains(err.Error(), "too large") {
		t.Errorf("%d bytes, %v", len(text), err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}

// TestAFolderKnowsWhoLives of two programs, and forgets who is killed.
func TestAFolderKnowsWhoLives(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "works")
	a, err := OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(dir); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o700 {
		t.Errorf("the folder is open to others: %v, %v", info.Mode(), err)
	}
	b, err := OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Write("work-a-1", []byte("{}")); err != nil {
		t.Fatal(err)
	}
	if text, err := b.Read("work-a-1"); err != nil || string(text) != "{}" {
		t.Errorf("%q, %v", text, err)
	}
	golden.Closed(t, filepath.Join(dir, "work-a-1"+ending))
	if !b.Lives(a.Owner()) || !b.Lives(b.Owner()) || b.Lives("nobody") || a.Owner() == b.Owner() {
		t.Error("it is not told who lives")
	}
	c, err := OpenFolder(dir)
	if err != nil || !b.Lives(c.Owner()) {
		t.Fatal(err)
	}
	if err := New(c).Close(); err != nil || b.Lives(c.Owner()) {
		t.Errorf("who has ended lives, %v", err)
	}
	if err := a.lock.Unlock(); err != nil { // as a kill does
		t.Fatal(err)
	}
	if b.Lives(a.Owner()) {
		t.Error("who was killed lives")
	}
	if names, err := b.List(); err != nil || !slices.Equal(names, []string{"work-a-1"}) {
		t.Errorf("%v, %v", names, err)
	}
	if err := errors.Join(b.Remove("work-a-1"), b.Remove("work-a-1"), b.Close()); err != nil {
		t.Error(err)
	}
	if _, err := b.Read("work-a-1"); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left are %v, %v", left, err)
	}
}

// TestAHandThatNeverRestsIsKept after six tenths of a second, and what could not be kept is tried again after five seconds.
func TestAHandThatNeverRestsIsKept(t *testing.T) {
	t.Parallel()
	s := &shared{files: map[string][]byte{}, room: 1 << 20}
	k, d := s.begin("a"), drawing(t)
	_ = k.Tick(noon, d)
	for _, c := range []struct{ ms, want int }{{0, 0}, {200, 0}, {400, 0}, {599, 0}, {600, 1}} {
		widen(t, d, 0.2+float64(c.ms)/1e4)
		if err := k.Tick(noon.Add(time.Duration(c.ms)*time.Millisecond), d); err != nil || len(s.files) != c.want {
			t.Errorf("after %d ms %d works are kept, %v", c.ms, len(s.files), err)
		}
	}
	s.room, s.files = 10, map[string][]byte{}
	widen(t, d, 0.9)
	at := noon.Add(time.Minute)
	_ = k.Tick(at, d)
	if err := k.Tick(at.Add(time.Second), d); !errors.Is(err, ErrFull) {
		t.Error(err)
	}
	s.room = 1 << 20
	for _, c := range []struct{ ms, want int }{{1100, 0}, {6200, 0}, {6300, 1}} { // a rest after the five seconds as well
		if err := k.Tick(at.Add(time.Duration(c.ms)*time.Millisecond), d); err != nil || len(s.files) != c.want {
			t.Errorf("%d ms after the change %d works are kept, %v", c.ms, len(s.files), err)
		}
	}
}

// TestNobodyElsesWorkIsTold of: of another document than the one that is kept nothing is known, and no name finds what is no work.
func TestNobodyElsesWorkIsTold(t *testing.T) {
	t.Parallel()
	s := &shared{files: map[string][]byte{"else": []byte(`{"text": "{}"}`), "work-v-1": []byte(`{"name": "without text"}`), "work-v-2": []byte(`{"text": "{}"}`)}, room: 1 << 20}
	k, d, other := s.begin("a"), drawing(t), drawing(t)
	if err := k.Tick(noon, nil); err != nil || k.Slot() != "" {
		t.Errorf("without a document there is %q, %v", k.Slot(), err)
	}
	k.Opened(d, "there")
	widen(t, d, 0.3)
	_ = k.Tick(noon, d)
	if !k.Unsaved(d) || k.Unsaved(other) || k.Unsaved(nil) || k.Path(d) != "there" || k.Path(other) != "" || k.Path(nil) != "" {
		t.Error("something is told of documents that are not kept")
	}
	for slot, want := range map[string]bool{"else": false, "work-v-1": false, "work-v-2": true, "work-v-3": false, "": false} {
		if _, ok := k.At(slot); ok != want {
			t.Errorf("%q is found: %v", slot, ok)
		}
	}
	if got := k.Recent(); len(got) != 1 || got[0].slot != "work-v-2" {
		t.Errorf("recent are %+v", got)
	}
}
