package input

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// size is a number, or a text of which only the length counts, or a list of two.
type size struct {
	number *float64
	text   *string
	pair   *[2]size
}

func (s *size) Form(letter byte) any {
	switch letter {
	case '0':
		s.number = new(float64)
		return s.number
	case '"':
		s.text = new(string)
		return s.text
	case '[':
		s.pair = new([2]size)
		return s.pair
	}
	return nil
}

func (s *size) Words() string { return "a number, a text or a list of 2" }

type everyJSON struct {
	Name  string          `json:"name,omitempty"`
	Size  size            `json:"size,omitzero"`
	Pair  [2]float64      `json:"pair,omitzero"`
	Order Entries[[]size] `json:"order,omitempty"`
	List  []everyJSON     `json:"list,omitempty"`
}

func (*everyJSON) Instead() map[string]string { return map[string]string{"label": `"name"`} }

func TestDecodeEveryJSONReadsWhatPeopleWrite(t *testing.T) {
	t.Parallel()
	const text = "\ufeff" + `{ // a comment
		"name": "a // b", /* another
		one */ "size": [1, "ab",],
		"pair": [1, 2,],
		"order": {"z": [1], "a": ["x"], },
	}`
	var got everyJSON
	if mistakes := DecodeEveryJSON([]byte(text), &got, nil); len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	one, ab, x := 1.0, "ab", "x"
	want := everyJSON{
		Name: "a // b", Size: size{pair: &[2]size{{number: &one}, {text: &ab}}}, Pair: [2]float64{1, 2},
		Order: Entries[[]size]{{"z", []size{{number: &one}}}, {"a", []size{{text: &x}}}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	written, err := json.Marshal(Entries[int]{{"z", 1}, {"a\"", 2}})
	if err != nil || string(written) != `{"z":1,"a\"":2}` {
		t.Errorf("%s, %v", written, err)
	}
}

func TestDecodeEveryJSONReportsEveryMistake(t *testing.T) {
	t.Parallel()
	const text = `{
	"nam": "x", "name": 3, "name": "y", /* ä */ "label": {}, "labbel": 1,
	"size": true,
	"pair": [1, "x"],
	"list": [{"pair": [1]}, {"pair": [1, 2, 3]}, 7, {"size": [1, [true, 2]]}, {"order": {"a~/b": [{}], "c d": 1, "c d": []}}],
	"order": {"a": [], "b": [], "c": []},
	"size"
}`
	var got everyJSON
	var lines []string
	for _, m := range DecodeEveryJSON([]byte(text), &got, map[string]int{"order": 2}) {
		lines = append(lines, fmt.Sprintf("%d:%d %s %s", m.Line, m.Column, m.Pointer(), m.Rule))
	}
	want := []string{
		`2:2 /nam unknown key "nam", perhaps "name"`,
		`2:22 /name 3 must be a text in double quotes`,
		`2:25 /name repeated key "name"`,
		`2:46 /label unknown key "label": write "name"`,
		`2:59 /labbel unknown key "labbel": write "name"`,
		`3:10 /size true must be a number, a text or a list of 2`,
		`4:14 /pair/1 "x" must be a number`,
		`5:20 /list/0/pair a list of 1 must have 2 entries`,
		`5:42 /list/1/pair more than 2 entries`,
		`5:47 /list/2 7 must be an object { … }`,
		`5:64 /list/3/size/1/0 true must be a number, a text or a list of 2`,
		`5:96 /list/4/order/a~0~1b/0 an object { … } must be a number, a text or a list of 2`,
		`5:108 /list/4/order/c d 1 must be a list [ … ]`,
		`5:111 /list/4/order/c d repeated key "c d"`,
		`6:30 /order more than 2 entries`,
		`7:2 /size repeated key "size"`,
		`8:1  } stands where a value or a key must be`,
	}
	if !slices.Equal(lines, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}
}

func TestDecodeEveryJSONIsBounded(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat(`{"list":[`, 1000)
	wide := `{"list":[` + strings.Repeat("1,", 1000) + `]}`
	for text, want := range map[string]struct {
		count int
		last  string
	}{
		deep: {1, "values must not be nested deeper than 100"},
		wide: {100, "1 must be an object { … }"},
	} {
		var got everyJSON
		mistakes := DecodeEveryJSON([]byte(text), &got, nil)
		if len(mistakes) != want.count || mistakes[len(mistakes)-1].Rule != want.last {
			t.Errorf("%.20s: %d mistakes, the last %v", text, len(mistakes), mistakes[len(mistakes)-1])
		}
	}
}

func TestOffsetsAreThoseOfTheText(t *testing.T) {
	t.Parallel()
	text := `{ /* ä */ "a": [1, {"b/c": "x",}], }`
	for pointer, offset := range Offsets([]byte(text)) {
		want := map[string]string{"": "{", "/a": "[1", "/a/0": "1", "/a/1": `{"b`, "/a/1/b~1c": `"x"`}[pointer]
		if want == "" || !strings.HasPrefix(text[offset:], want) {
			t.Errorf("%q at %d: %s", pointer, offset, text[offset:])
		}
	}
	if n := len(Offsets([]byte(text))); n != 5 {
		t.Errorf("%d offsets", n)
	}
}

// FuzzDecodeEveryJSON checks that nothing panics and that every mistake has a place.
func FuzzDecodeEveryJSON(f *testing.F) {
	for _, text := range []string{`{"name":"n",}`, `{"order":{"":[[1,2]],}}`, `{"pair":[1,`, `[1 2]`, `{"name":"\q"}`, `{,}`, `{"list":[[}`, "/*", `{"a":060}`, `{"size"`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var got everyJSON
		for _, m := range DecodeEveryJSON(text, &got, map[string]int{"list": 10}) {
			if m.Line < 1 || m.Column < 1 || m.Rule == "" || m.Place != "" && m.Pointer() == "" {
				t.Errorf("%q: %v", text, m)
			}
		}
		Offsets(text)
	})
}

// brief has a short word instead of which another one is written.
type brief struct {
	At int `json:"at,omitempty"`
}

func (*brief) Instead() map[string]string {
	return map[string]string{"pos": `"at"`, "position": `"at"`}
}

// TestShortWordsAreNotGuessed: three letters are near to too many others.
func TestShortWordsAreNotGuessed(t *testing.T) {
	t.Parallel()
	for key, hint := range map[string]string{"pos": `: write "at"`, "Pos": `: write "at"`, "pox": "", "positiom": `: write "at"`, "a": `, perhaps "at"`} {
		mistakes := DecodeEveryJSON([]byte(`{"`+key+`": 1}`), new(brief), nil)
		if len(mistakes) != 1 || mistakes[0].Rule != fmt.Sprintf("unknown key %q%s", key, hint) {
			t.Errorf("%s: %v", key, mistakes)
		}
	}
}
