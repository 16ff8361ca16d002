package shard

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"testing"
)

// FuzzReadJournal: whatever bytes a disk gives back are an error or figures, which are the
// same when the whole lines are read again, and when they are written again.
func FuzzReadJournal(f *testing.F) {
	head := []byte(`{"seed":3,"model":"a"}` + "\n")
	lines := [][]byte{head}
	for i := range 3 {
		line, err := json.Marshal(record{i, json.RawMessage(`{"success":true,"return":-0.5,"decision_ms":1.5}`)})
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
		first := &Journal{done: map[int]json.RawMessage{}}
		whole, err := first.read(text, head)
		if err != nil {
			return
		}
		if !bytes.HasPrefix(text, whole) || bytes.ContainsRune(text[len(whole):], '\n') || len(whole) > 0 && whole[len(whole)-1] != '\n' {
			t.Fatalf("%q is not the whole lines of %q", whole, text)
		}
		again := &Journal{done: map[int]json.RawMessage{}}
		if _, err := again.read(whole, head); err != nil || !reflect.DeepEqual(again.done, first.done) {
			t.Fatalf("%v became %v: %v", first.done, again.done, err)
		}
		lines, err := first.lines()
		if err != nil {
			t.Fatal(err)
		}
		written := append(slices.Clone(head), lines...)
		again = &Journal{done: map[int]json.RawMessage{}}
		if _, err := again.read(written, head); err != nil || len(again.done) != len(first.done) {
			t.Fatalf("%v was written as %v: %v", first.done, again.done, err)
		}
	})
}
