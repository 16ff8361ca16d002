package sim

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestFaultsOfJSONAreSaidInTheUsersWords holds every kind of fault that encoding/json
// finds against whole sentences.
func TestFaultsOfJSONAreSaidInTheUsersWords(t *testing.T) {
	t.Parallel()
	type inner struct {
		Whole  int                `json:"whole"`
		Number float64            `json:"number"`
		Text   string             `json:"text"`
		Flag   bool               `json:"flag"`
		List   []float64          `json:"list"`
		Object map[string]float64 `json:"object"`
		Seed   uint64             `json:"seed"`
	}
	type outer struct {
		In *inner `json:"in"`
	}
	const value = "must be a number, a text in double quotes, true, false, null, [ or {"
	for _, c := range []struct{ text, want string }{
		{``, `is empty`},
		{" \n", `is empty`},
		{"{\n \"in\": NaN}", `line 2, column 8: "NaN" ` + value},
		{`{"in": -Infinity}`, `line 1, column 8: "-Infinity" must be a number such as 1, -0.5 or 2e-3`},
		{`{"in": nul}`, `line 1, column 8: "nul" ` + value},
		{`{"in": tru`, `line 1, column 8: "tru" ` + value},
		{`{"in": [`, `line 1, column 9: ends too early: something is not closed or missing`},
		{`{"in": {"number": 01}}`, `line 1, column 20: "1" must be a comma or } after a value`},
		{`{"in": {"number": .5}}`, `line 1, column 19: ".5" ` + value},
		{`{"in": {"number": 1.}}`, `line 1, column 19: "1." must be a number such as 1, -0.5 or 2e-3`},
		{`{"in": {"number": 1e}}`, `line 1, column 19: "1e" must be a number such as 1, -0.5 or 2e-3`},
		{"{\"in\": {\n\"whole\": 3,\n}}", `line 3, column 1: '}' must be a key in double quotes; is the comma before it too many?`},
		{`{in: 3}`, `line 1, column 2: "in" must be a key in double quotes; is the comma before it too many?`},
		{`{"in" 3}`, `line 1, column 7: "3" must be a colon after a key`},
		{`{"in": {"list": [1 2]}}`, `line 1, column 20: "2" must be a comma or ] after a value`},
		{`{"in": {"list": [1,]}}`, `line 1, column 20: ']' ` + value},
		{`{"in": {"text": "\q"}}`, `line 1, column 19: "q" must not follow \ in a text`},
		{`{"in": {"text": "\u00g0"}}`, `line 1, column 22: "g0" must be a hexadecimal digit after \u in a text`},
		{"{\"in\": {\"text\": \"a\nb\"}}", `line 1, column 19: '\n' must not be in a text; is a quote missing?`},
		{`{} {}`, `line 1, column 4: '{' must not follow, as the value ends before it`},
		{`{"in": {"text": "ü", "whole": "3"}}`, `line 1, column 31: in.whole: a text must be a whole number`},
		{`{"in": {"whole": 2.5}}`, `line 1, column 18: in.whole: 2.5 must be a whole number`},
		{`{"in": {"whole": 1e400}}`, `line 1, column 18: in.whole: 1e400 must be a whole number`},
		{`{"in": {"number": 1e400}}`, `line 1, column 19: in.number: 1e400 must be a number`},
		{`{"in": {"number": [1]}}`, `line 1, column 19: in.number: a list must be a number`},
		{`{"in": {"text": 3}}`, `line 1, column 17: in.text: 3 must be a text in double quotes`},
		{`{"in": {"flag": "yes"}}`, `line 1, column 17: in.flag: a text must be true or false`},
		{`{"in": {"list": {"a": 1}}}`, `line 1, column 17: in.list: an object must be a list in [ ]`},
		{`{"in": {"list": [1, true]}}`, `line 1, column 21: in.list: true or false must be a number`},
		{`{"in": {"object": 7}}`, `line 1, column 19: in.object: 7 must be an object in { }`},
		{`{"in": {"seed": -1}}`, `line 1, column 17: in.seed: -1 must be a whole number from 0`},
		{`{"in": []}`, `line 1, column 8: in: a list must be an object in { }`},
		{"{\"in\":\n\t{\"wholes\": 3}}", `line 2, column 3: unknown key "wholes"`},
	} {
		var v outer
		if err := DecodeStrictJSON([]byte(c.text), &v); err == nil || err.Error() != c.want {
			t.Errorf("%s\ngot  %v\nwant %s", c.text, err, c.want)
		}
		if strings.Contains(c.want, "unknown key") {
			continue
		}
		if err := DecodeJSON([]byte(c.text), &v); err == nil || err.Error() != c.want {
			t.Errorf("%s\ngot  %v\nwant %s, not strictly", c.text, err, c.want)
		}
	}
	var v outer
	for _, decode := range []func([]byte, any) error{DecodeJSON, DecodeStrictJSON} {
		if err := decode([]byte("\ufeff{\"in\": {\"whole\": 3}}\n"), &v); err != nil || v.In.Whole != 3 {
			t.Errorf("after a byte-order mark: %+v, %v", v.In, err)
		}
	}
}

func FuzzDecodeJSON(f *testing.F) {
	f.Add(`{"format": 1, "n": [1, 2, "x"], "s": "\u00e9"}`)
	f.Add("[1 2")
	f.Fuzz(func(t *testing.T, text string) {
		for _, v := range []any{new(any), new(struct{ Format int }), new(map[string]Vec), new([]string)} {
			err := DecodeJSON([]byte(text), v)
			plain := json.Unmarshal([]byte(strings.TrimPrefix(text, "\ufeff")), v)
			if (err == nil) != (plain == nil) {
				t.Fatalf("%q: %v, but encoding/json says %v", text, err, plain)
			}
			if err != nil && (strings.Contains(err.Error(), "json:") || strings.Contains(err.Error(), "invalid character")) {
				t.Fatalf("%q: Go's words: %v", text, err)
			}
		}
	})
}
