package file_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"orrery/sim/input"
	"orrery/sim/scenario/file"
)

// samples are the files that package scenario is tested with too.
func samples(t testing.TB) map[string][]byte {
	t.Helper()
	paths, err := filepath.Glob("../testdata/*.scenario.json")
	if err != nil || len(paths) < 5 {
		t.Fatalf("%d files, %v", len(paths), err)
	}
	texts := map[string][]byte{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		texts[path] = text
	}
	return texts
}

// TestWhatIsWrittenIsReadAgain keeps the readers and the writers of all forms together.
func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	t.Parallel()
	for path, text := range samples(t) {
		first, err := file.Source{Name: path, Text: text}.Decode()
		if err != nil {
			t.Error(err)
			continue
		}
		written, err := file.Encode(first)
		if err != nil {
			t.Error(err)
			continue
		}
		second, err := file.Source{Name: path, Text: written}.Decode()
		if err != nil {
			t.Errorf("%v\n%s", err, written)
			continue
		}
		if !reflect.DeepEqual(first, second) {
			t.Errorf("%s changes when it is written:\n%s", path, written)
		}
		if bytes.Contains(written, []byte(`\u003c`)) {
			t.Errorf("%s: signs are written in a way that nobody reads", path)
		}
	}
}

// TestEveryKeyIsDescribed holds the descriptions that the JSON Schema is made of.
func TestEveryKeyIsDescribed(t *testing.T) {
	t.Parallel()
	seen := map[reflect.Type]bool{}
	var visit func(reflect.Type)
	visit = func(of reflect.Type) {
		switch of.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
			visit(of.Elem())
			return
		case reflect.Struct:
		default:
			return
		}
		if seen[of] {
			return
		}
		seen[of] = true
		for f := range of.Fields() {
			if f.Tag.Get("json") != "" && f.Tag.Get("jsonschema_description") == "" {
				t.Errorf("%s.%s has no description", of.Name(), f.Name)
			}
			visit(f.Type)
		}
	}
	visit(reflect.TypeFor[file.Scenario]())
	if len(seen) < 30 {
		t.Errorf("only %d types are looked at", len(seen))
	}
	for of := range seen { // as the schema has it, null is no value of any key
		for f := range of.Fields() {
			key, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if key == "" {
				continue
			}
			found := input.DecodeEveryJSON([]byte(`{"`+key+`": null}`), reflect.New(of).Interface(), nil)
			if len(found) != 1 || found[0].Pointer() != "/"+input.EscapePointer(key) || !strings.HasPrefix(found[0].Rule, "null must be ") || strings.HasSuffix(found[0].Rule, "another value") {
				t.Errorf("%s of %s may be null: %v", key, of.Name(), found)
			}
		}
	}
}

func TestMistakesAreJoinedInOrder(t *testing.T) {
	t.Parallel()
	source := file.Source{Name: "x.scenario.json", Text: []byte("\ufeff" + `{ "format": 2, /* ü */ "bodies": [
  { "circle": "2 * zise", "radus": 3 },
  { "circle": true, "at": [0, "y"] } ] }`)}
	_, decoded := source.Decode()
	err := source.Join(decoded, []file.Mistake{
		{Pointer: "/bodies/1/at/1", Rule: "unknown name", Offset: 0},
		{Pointer: "/bodies/1/circle", Rule: "follows from what could not be read"},
		{Pointer: "/bodies", Rule: "so does this"},
		{Pointer: "/bodies/0/circle", Rule: "unknown word", Offset: 4},
		{Pointer: "/gravity/1", Rule: "has no place of its own"},
	})
	want := `x.scenario.json:1:1: /gravity/1: has no place of its own
x.scenario.json:2:20: /bodies/0/circle: unknown word
x.scenario.json:2:27: /bodies/0/radus: unknown key "radus": write "circle": 0.1
x.scenario.json:3:15: /bodies/1/circle: true must be a number, an expression in quotes or chance such as {"range": [1, 2]}
x.scenario.json:3:31: /bodies/1/at/1: unknown name`
	if err == nil || strings.ReplaceAll(err.Error(), "\n", "|") != strings.ReplaceAll(want, "\n", "|") {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	if err := source.Join(nil, nil); err != nil {
		t.Error(err)
	}
}

func TestHugeFilesAreRefusedUnread(t *testing.T) {
	t.Parallel()
	_, err := file.Source{Name: "x", Text: make([]byte, file.MaxBytes+1)}.Decode()
	if want := "x:1:1: a file of 4194305 bytes must have at most 4194304"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// FuzzDecode checks that nothing panics, and that what is read can be written and read.
func FuzzDecode(f *testing.F) {
	for _, text := range samples(f) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		scenario, err := file.Source{Name: "x", Text: text}.Decode()
		if err != nil {
			return
		}
		written, err := file.Encode(scenario)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := (file.Source{Name: "x", Text: written}).Decode(); err != nil {
			t.Fatalf("%v\n%s", err, written)
		}
	})
}

// TestListsHaveSoManyEntries at most, each as many as it says.
func TestListsHaveSoManyEntries(t *testing.T) {
	t.Parallel()
	for list, most := range map[string]int{
		"walls": 1000, "bodies": 1000, "joints": 1000, "fields": 1000, "actuators": 1000, "goals": 64,
		"pairs": 1000,
	} {
		for n, want := range map[int]bool{most: false, most + 1: true} {
			text := `{"format": 2, "` + list + `": [` + strings.TrimSuffix(strings.Repeat("{},", n), ",") + `]}`
			_, err := file.Source{Name: "x", Text: []byte(text)}.Decode()
			if got := err != nil && strings.Contains(err.Error(), fmt.Sprintf("/%s: more than %d entries", list, most)); got != want {
				t.Errorf("%d %s: %.200v", n, list, err)
			}
		}
	}
	for list, most := range map[string]int{"polygon": 500, "chain": 500, "segment": 2} {
		for n, want := range map[int]bool{most: false, most + 1: true} {
			text := `{"format": 2, "walls": [{"` + list + `": [` + strings.TrimSuffix(strings.Repeat("[0, 1],", n), ",") + `]}]}`
			_, err := file.Source{Name: "x", Text: []byte(text)}.Decode()
			if got := err != nil && strings.Contains(err.Error(), fmt.Sprintf("/%s: more than %d entries", list, most)); got != want {
				t.Errorf("%d corners of a %s: %.200v", n, list, err)
			}
		}
	}
}
