package header

import (
	"strings"
	"testing"
)

type settings struct {
	Rate  float64 `json:"rate"`
	Small float32 `json:"small"`
	Steps int     `json:"steps"`
	On    bool    `json:"on"`
	Inner struct {
		At [2]uint64 `json:"at"`
	} `json:"inner"`
	Texts map[string]string `json:"texts"`
}

// goWords are what encoding/json and strconv say, which means nothing to a user.
var goWords = []string{"unmarshal", "invalid character", "unexpected end", "Go ", "uint", "int64", "float", "struct", "json:", "strconv"}

func TestErrorsNamePlaceAndRule(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		``:                        `byte 1: the text ends too early`,
		`  `:                      `byte 3: the text ends too early`,
		`{"rate":1`:               `byte 10: the text ends too early`,
		`{"rate":tr`:              `byte 11: the text ends too early`,
		`{"rate":"b`:              `byte 11: the text ends too early`,
		`{"rate":1e`:              `byte 11: the text ends too early`,
		`{"rate":NaN}`:            `byte 9: 'N' must not stand here`,
		`{"rate":1}x`:             `byte 11: 'x' must not stand here`,
		`{"rate":1,}`:             `byte 11: '}' must not stand here`,
		`{"rate":1e}`:             `byte 11: '}' must not stand here`,
		"{\"rate\":\"\x01\"}":     `byte 10: '\x01' must not stand here`,
		"\x00":                    `byte 1: '\x00' must not stand here`,
		`[1]`:                     `a list must be an object { … }`,
		`3`:                       `a number must be an object { … }`,
		`{"rate":"fast"}`:         `rate: a text must be a number`,
		`{"rate":1e999}`:          `rate: number 1e999 is out of range`,
		`{"small":-1e39}`:         `small: number -1e39 is out of range`,
		`{"steps":1.5}`:           `steps: number 1.5 must be a whole number`,
		`{"steps":true}`:          `steps: true or false must be a whole number`,
		`{"on":1}`:                `on: a number must be true or false`,
		`{"on":{}}`:               `on: an object must be true or false`,
		`{"inner":{"at":[0,-2]}}`: `inner.at: number -2 must be a whole number ≥ 0`,
		`{"inner":{"at":7}}`:      `inner.at: a number must be a list [ … ]`,
		`{"texts":{"a":1}}`:       `texts: a number must be a text in double quotes`,
	} {
		var s settings
		err := Decode([]byte(text), &s)
		if err == nil || err.Error() != want {
			t.Errorf("%q: %v, must be %s", text, err, want)
			continue
		}
		for _, word := range goWords {
			if strings.Contains(err.Error(), word) {
				t.Errorf("%q: %v has the word %q of Go", text, err, word)
			}
		}
	}
}

func TestDecodeSkipsUnknownKeysAndKeepsMissingOnes(t *testing.T) {
	t.Parallel()
	s := settings{Rate: 2, Steps: 3}
	if err := Decode([]byte(` {"steps":4,"new":[{}]} `), &s); err != nil || s.Rate != 2 || s.Steps != 4 {
		t.Errorf("%+v, %v", s, err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"rate":1}`))
	f.Add([]byte(`{"inner":{"at":[1,"x"]}}`))
	f.Add([]byte("{\"texts\":{\"\xff\":\"\\u12"))
	f.Fuzz(func(t *testing.T, text []byte) {
		var s settings
		err := Decode(text, &s)
		if err == nil {
			return
		}
		for _, word := range []string{"unmarshal", "invalid character", "unexpected end", "strconv"} {
			if strings.Contains(err.Error(), word) && !strings.Contains(string(text), word) {
				t.Errorf("%q: %v has the word %q of Go", text, err, word)
			}
		}
	})
}
