package input

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// thing has a field of each kind that a text can fill.
type thing struct {
	Name   string             `json:"name"`
	Size   float64            `json:"size"`
	Count  int                `json:"count"`
	Small  uint8              `json:"small"`
	Fixed  bool               `json:"fixed"`
	Parts  []thing            `json:"parts,omitempty"`
	Places [][2]float64       `json:"places,omitempty"`
	Values map[string]float64 `json:"values,omitempty"`
	Next   *thing             `json:"next,omitempty"`
}

const things = `{"name":"a \"b\" é \u00e9\ud83d\ude00\n","size":-1.5e3,"count":-12,"small":255,"fixed":true,
	"parts":[{"name":"","size":0,"count":7,"small":0,"fixed":false},{"next":{"size":0.25}}],
	"places":[[1,2],[-0.5,1e-2]], "values":{"x":1,"y":2.5}, "next":null}
`

// goWords are those in which encoding/json and strconv speak to programmers.
var goWords = regexp.MustCompile(`(?i)unmarshal|invalid character|unexpected EOF|strconv|json:|jsontext|Go (value|struct)|float64|uint8|\[\]|input\.`)

// wholeWithPoint is how the library refuses 30.0, 3e1 and -0 where a whole number is due. Here they
// are read.
var wholeWithPoint = regexp.MustCompile(`unmarshal number (-0|-?[0-9]*[.eE]).* of type u?int`)

// TestTextsAreReadAsTheLibraryReadsThem changes a text in a few bytes, over and over. What the
// standard library takes for no JSON is refused, with a place in the text and in words; and of
// what both take they make the same.
func TestTextsAreReadAsTheLibraryReadsThem(t *testing.T) {
	t.Parallel()
	var want, got thing
	if err := json.Unmarshal([]byte(things), &want); err != nil {
		t.Fatal(err)
	}
	if err := DecodeStrictJSON([]byte(things), &got); err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("got %+v, want %+v: %v", got, want, err)
	}
	rng := rand.New(rand.NewPCG(1, 0))
	const pool = "{}[]\",:0123456789.-+eEtrufalsn \t\n\\/\x00\x7f\xff\xc3é"
	read, refused, broken := 0, 0, 0
	for range 15_000 {
		text := []byte(things)
		for k := 1 + rng.IntN(3); k > 0 && len(text) > 0; k-- {
			i, c := rng.IntN(len(text)), pool[rng.IntN(len(pool))]
			switch rng.IntN(16) {
			case 0:
				text[i] = c
			case 1, 2, 3, 4, 5, 6, 7:
				text = append(text[:i:i], append([]byte{c}, text[i:]...)...)
			case 8:
				text = text[:i]
			default:
				text = append(text[:i:i], text[i+1:]...)
			}
		}
		var got, want thing
		err, theirs := DecodeJSON(text, &got), json.Unmarshal(text, &want)
		var place *JSONError
		switch {
		case err == nil && theirs != nil && !wholeWithPoint.MatchString(theirs.Error()):
			t.Fatalf("%q is read, but the library says %v", text, theirs)
		case err == nil:
			if read++; theirs == nil && !reflect.DeepEqual(got, want) && sameKeys(text) {
				t.Fatalf("%q: got %+v, want %+v", text, got, want)
			}
			continue
		case !errors.As(err, &place):
			t.Fatalf("%q: %T %v is no JSONError", text, err, err)
		}
		if refused++; !json.Valid(text) {
			broken++
		} else if theirs == nil && utf8.Valid(text) && !bytes.Contains(text, []byte("null")) && sameKeys(text) {
			t.Fatalf("%q: %v, but the library reads it", text, err)
		}
		lines := bytes.Split(text, []byte("\n"))
		if place.Line < 1 || place.Line > len(lines) || place.Column < 1 || place.Column > utf8.RuneCount(lines[place.Line-1])+1 {
			t.Fatalf("%q: %v is not in the text", text, err)
		}
		if word := goWords.FindString(place.Rule); word != "" && !bytes.Contains(text, []byte(word)) {
			t.Fatalf("%q: %v speaks of %q", text, err, word)
		}
	}
	if read < 1000 || broken < 2000 || refused-broken < 100 {
		t.Errorf("%d were read, %d were no JSON and %d did not fit", read, broken, refused-broken)
	}
}

// sameKeys reports whether a text has the keys of things, each spelled as there and not more
// often. The library takes the last of two, and any spelling.
func sameKeys(text []byte) bool {
	count := func(text []byte) map[string]int {
		keys := map[string]int{}
		for _, key := range regexp.MustCompile(`"([^"\\]*)"\s*:`).FindAllSubmatch(text, -1) {
			keys[string(key[1])]++
		}
		return keys
	}
	if !bytes.Contains(text, []byte(`"name"`)) || bytes.Count(text, []byte(`\`)) != strings.Count(things, `\`) {
		return false
	}
	usual := count([]byte(things))
	for key, n := range count(text) {
		if n > usual[key] {
			return false
		}
	}
	return true
}
