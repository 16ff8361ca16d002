package contest

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"testing"
)

// FuzzReadJournal: whatever bytes a disk gives back are an error or attempts, which are the
// same when the whole lines are read again, and when the attempts are written again.
func FuzzReadJournal(f *testing.F) {
	head := []byte(`{"seed":3,"model":"a"}` + "\n")
	lines := [][]byte{head}
	for i := range 3 {
		line, err := json.Marshal(Attempt{Episode: i, Success: i == 1, Frames: 7 * i, Return: -0.5, Decisions: 2, DecisionMS: 1.5, OneStepM: 1e-9, Escape: "gone"})
		if err != nil {
			f.Fatal(err)
		}
		lines = append(lines, append(line, '\n'))
	}
	text := bytes.Join(lines, nil)
	f.Add(text)
	f.Add(text[:len(text)-5])
	f.Add(bytes.Replace(text, []byte("1.5"), []byte("1e999"), 1))
	f.Add(bytes.Replace(text, []byte("-0.5"), []byte("null"), 1))
	f.Add(bytes.Replace(text, []byte(`"seed":3`), []byte(`"seed":4`), 1))
	f.Add([]byte("\n\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		first := &Journal{done: map[int]Attempt{}}
		whole, err := first.read(text, head)
		if err != nil {
			return
		}
		if !bytes.HasPrefix(text, whole) || bytes.ContainsRune(text[len(whole):], '\n') || len(whole) > 0 && whole[len(whole)-1] != '\n' {
			t.Fatalf("%q is not the whole lines of %q", whole, text)
		}
		again := &Journal{done: map[int]Attempt{}}
		if _, err := again.read(whole, head); err != nil || !reflect.DeepEqual(again.done, first.done) {
			t.Fatalf("%v became %v: %v", first.done, again.done, err)
		}
		written := slices.Clone(head)
		for _, episode := range slices.Sorted(maps.Keys(first.done)) {
			line, err := json.Marshal(first.done[episode])
			if err != nil {
				t.Fatal(err)
			}
			written = append(append(written, line...), '\n')
		}
		again = &Journal{done: map[int]Attempt{}}
		if _, err := again.read(written, head); err != nil || !reflect.DeepEqual(again.done, first.done) {
			t.Fatalf("%v was written as %v: %v", first.done, again.done, err)
		}
	})
}
