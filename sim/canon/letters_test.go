package canon

import (
	"encoding/json"
	"math"
	"testing"
)

// TestLettersAndNumbersAreThoseOfTheLibrary: every byte by itself and within others, lists of none, and numbers of all sizes.
func TestLettersAndNumbersAreThoseOfTheLibrary(t *testing.T) {
	t.Parallel()
	for c := range 256 {
		for _, s := range []string{string([]byte{byte(c)}), "a" + string([]byte{byte(c)}) + "b", string(rune(c)) + "é"} {
			want, err := json.Marshal(s)
			if got := appendJSONString(nil, s); err != nil || string(got) != string(want) {
				t.Errorf("%q is written %s, want %s", s, got, want)
			}
		}
	}
	for exponent := -330; exponent <= 308; exponent++ {
		for _, digits := range []float64{1, -1, 1.25, 9.999999999999999} {
			x := digits * math.Pow(10, float64(exponent))
			want, err := json.Marshal(x)
			if err != nil {
				continue // beyond all numbers
			}
			if got := appendJSONFloat(nil, x); string(got) != string(want) {
				t.Errorf("%v is written %s, want %s", x, got, want)
			}
		}
	}
	for text, of := range map[string]string{"[]": "[", "{}": "{", "[1]": "[1,", `{"a":1}`: `{"a":1,`} {
		open := of[0]
		if got := closeJSON([]byte(of), open, open+2); string(got) != text {
			t.Errorf("%s ends as %s", of, got)
		}
	}
}
