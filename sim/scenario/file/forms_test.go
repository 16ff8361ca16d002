package file_test

import (
	"encoding/json"
	"strings"
	"testing"

	"orrery/sim/scenario/file"
)

// TestEveryFormIsWrittenAsItIsRead: what stands for a value in several forms keeps the one it has.
func TestEveryFormIsWrittenAsItIsRead(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		within string // a file with $ where the value goes
		forms  []string
	}{
		{`{"format":2,"name":"x","bodies":[{"circle":$}]}`, []string{`1.5`, `"2 * r < 3"`, `{"range":[1,"n"],"integer":true}`, `{"normal":[0,1]}`, `{"choice":[1,2],"weights":[3,4]}`}},
		{`{"format":2,"name":"x","goals":[{"body":"a","place":$}]}`, []string{`[1,"x"]`, `"end"`}},
		{`{"format":2,"name":"x","goals":[{"body":"a","symmetry":$}]}`, []string{`4`, `"any"`}},
		{`{"format":2,"name":"x","actuators":[{"force":"a","axis":$,"limit":1}]}`, []string{`"xy"`, `0.5`, `[1,0]`}},
		{`{"format":2,"name":"x","bodies":[{"circle":1,"scatter":{"in":$}}]}`, []string{`"room"`, `[0,0,2,1]`}},
		{`{"format":2,"name":"x","task":{"success":$}}`, []string{`"x < 1"`, `{"all":["a","b"]}`}},
		{`{"format":2,"name":"x","task":{"cost":$}}`, []string{`"x"`, `["x","y"]`}},
	} {
		for _, form := range c.forms {
			text := strings.Replace(c.within, "$", form, 1)
			read, err := file.Source{Name: "x", Text: []byte(text)}.Decode()
			if err != nil {
				t.Errorf("%s: %v", text, err)
				continue
			}
			written, err := json.Marshal(read)
			if plain := strings.ReplaceAll(string(written), `\u003c`, "<"); err != nil || !strings.Contains(plain, ":"+form) {
				t.Errorf("%s is written as %s, %v", form, plain, err)
			}
		}
	}
}

// TestNamesMayBeOneOrMany, in the same words.
func TestNamesMayBeOneOrMany(t *testing.T) {
	t.Parallel()
	one := "a"
	for text, names := range map[string]file.Names{`"a"`: {One: &one}, `["a","b"]`: {List: []file.Word{"a", "b"}}} {
		if got, err := json.Marshal(names); err != nil || string(got) != text {
			t.Errorf("got %s, %v, want %s", got, err, text)
		}
		if got := strings.Join(names.All(), " "); !strings.HasPrefix("a b", got) || len(got) != len(text)/2-len(text)/5 {
			t.Errorf("%s: all are %q", text, got)
		}
	}
}

// TestWhatFollowsFromAMistakeIsLeftOut: what lies within or around a value that could not be read, and nothing beside it. An offset
// counts within a text that is there, in quotes, and a place that is not in the file is that of what is around it.
func TestWhatFollowsFromAMistakeIsLeftOut(t *testing.T) {
	t.Parallel()
	source := file.Source{Name: "f", Text: []byte(`{"a": {"b": "cd", "e": 12}}`)}
	unread := &file.Mistakes{Name: "f", List: []file.Mistake{{Pointer: "/a/b", Rule: "first", Line: 1, Column: 13}}}
	for _, c := range []struct {
		decoded error
		more    file.Mistake
		want    string
	}{
		{unread, file.Mistake{Pointer: "/a", Rule: "around"}, "f:1:13: /a/b: first"},
		{unread, file.Mistake{Pointer: "/a/b/0", Rule: "within"}, "f:1:13: /a/b: first"},
		{unread, file.Mistake{Pointer: "/a/bc", Rule: "beside"}, "f:1:7: /a/bc: beside\nf:1:13: /a/b: first"},
		{nil, file.Mistake{Pointer: "/a/b", Rule: "text", Offset: 1}, "f:1:15: /a/b: text"},
		{nil, file.Mistake{Pointer: "/a/b", Rule: "text"}, "f:1:13: /a/b: text"},
		{nil, file.Mistake{Pointer: "/a/e", Rule: "number", Offset: 1}, "f:1:24: /a/e: number"},
		{nil, file.Mistake{Pointer: "/a/b/x", Rule: "deeper", Offset: 1}, "f:1:13: /a/b/x: deeper"},
		{nil, file.Mistake{Pointer: "/a/b", Rule: "beyond", Offset: 1000}, "f:1:28: /a/b: beyond"},
		{nil, file.Mistake{Pointer: "nowhere", Rule: "top"}, "f:1:1: nowhere: top"},
	} {
		if err := source.Join(c.decoded, []file.Mistake{c.more}); err == nil || err.Error() != c.want {
			t.Errorf("%+v: got\n%v\nwant\n%s", c.more, err, c.want)
		}
	}
}
