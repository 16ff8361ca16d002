package input

import (
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
	for _, c := range []struct{ text, want string }{
		{``, `line 1, column 1: the text is empty`},
		{" \n", `line 1, column 1: the text is empty`},
		{"{\n \"in\": NaN}", `line 2, column 8: in: NaN must be a finite number`},
		{`{"in": -Infinity}`, `line 1, column 8: in: -Infinity must be a finite number`},
		{`{"in": nul}`, `line 1, column 8: in: nul must be a number, a text in double quotes, true, false, null, [ or {`},
		{`{"in": tru`, `line 1, column 11: in: the text ends too early`},
		{`{"in": [`, `line 1, column 8: in: a list [ … ] must be an object { … }`},
		{`{"in": {"number": 01}}`, `line 1, column 19: in: 01 must be a number such as -1.5e3`},
		{`{"in": {"number": .5}}`, `line 1, column 19: in.number: .5 must be a number such as -1.5e3`},
		{`{"in": {"number": 1.}}`, `line 1, column 19: in.number: 1. must be a number such as -1.5e3`},
		{`{"in": {"number": 1e}}`, `line 1, column 19: in.number: 1e must be a number such as -1.5e3`},
		{"{\"in\": {\n\"whole\": 3,\n}}", `line 2, column 11: in: no comma must stand before }`},
		{`{in: 3}`, `line 1, column 2: in must be a key in double quotes`},
		{`{"in" 3}`, `line 1, column 7: in: a comma or a colon must stand before 3`},
		{`{"in": {"list": [1 2]}}`, `line 1, column 20: in.list: a comma or a colon must stand before 2`},
		{`{"in": {"list": [1,]}}`, `line 1, column 19: in.list: no comma must stand before ]`},
		{`{"in": {"text": "\q"}}`, `line 1, column 18: in.text: only " \ / b f n r t and u with four digits may follow \ in a text`},
		{`{"in": {"text": "\u00g0"}}`, `line 1, column 18: in.text: only " \ / b f n r t and u with four digits may follow \ in a text`},
		{"{\"in\": {\"text\": \"a\nb\"}}", `line 1, column 19: in.text: '\n' must not be in a text; is a quote missing?`},
		{`{} {}`, `line 1, column 4: { stands after the end`},
		{`{"in": {"text": "ü", "whole": "3"}}`, `line 1, column 31: in.whole: "3" must be a whole number`},
		{`{"in": {"whole": 2.5}}`, `line 1, column 18: in.whole: 2.5 must be a whole number`},
		{`{"in": {"whole": 1e400}}`, `line 1, column 18: in.whole: number 1e400 is out of range`},
		{`{"in": {"number": 1e400}}`, `line 1, column 19: in.number: number 1e400 is out of range`},
		{`{"in": {"number": [1]}}`, `line 1, column 19: in.number: a list [ … ] must be a number`},
		{`{"in": {"text": 3}}`, `line 1, column 17: in.text: 3 must be a text in double quotes`},
		{`{"in": {"flag": "yes"}}`, `line 1, column 17: in.flag: "yes" must be true or false`},
		{`{"in": {"list": {"a": 1}}}`, `line 1, column 17: in.list: an object { … } must be a list [ … ]`},
		{`{"in": {"list": [1, true]}}`, `line 1, column 21: in.list[1]: true must be a number`},
		{`{"in": {"object": 7}}`, `line 1, column 19: in.object: 7 must be an object { … }`},
		{`{"in": {"seed": -1}}`, `line 1, column 17: in.seed: -1 must be a whole number from 0 to 18446744073709551615`},
		{`{"in": []}`, `line 1, column 8: in: a list [ … ] must be an object { … }`},
		{"{\"in\":\n\t{\"wholes\": 3}}", `line 2, column 3: in: unknown key "wholes", perhaps "whole"`},
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
