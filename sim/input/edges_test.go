package input

import (
	"math"
	"strconv"
	"strings"
	"testing"
)

// TestKeysArePlainOrQuoted: letters, digits, - and _ are plain.
func TestKeysArePlainOrQuoted(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{
		"az_AZ-09": "a.az_AZ-09", "": `a[""]`, "{": `a["{"]`, "`": "a[\"`\"]", "@": `a["@"]`, "[": `a["["]`, "/": `a["/"]`, ":": `a[":"]`, "b c": `a["b c"]`, "é": `a["é"]`,
	} {
		if got := within("a", key); got != want {
			t.Errorf("%q: %s, want %s", key, got, want)
		}
	}
	if got := within("", "b"); got != "b" {
		t.Errorf("at the top: %s", got)
	}
}

// TestDistancesCountLetters: added, dropped, changed or swapped with the next, of the first 200 of a name.
func TestDistancesCountLetters(t *testing.T) {
	t.Parallel()
	for pair, want := range map[[2]string]int{
		{"", ""}: 0, {"ab", "ab"}: 0, {"ab", ""}: 2, {"", "abc"}: 3, {"abc", "acb"}: 1, {"abc", "bca"}: 2, {"kitten", "sitting"}: 3, {"ab", "b"}: 1, {"b", "ab"}: 1,
		{strings.Repeat("a", 200), ""}: 200, {strings.Repeat("a", 201), ""}: 200, {"ca", "abc"}: 3,
	} {
		if got := letterDistance(pair[0], pair[1]); got != want {
			t.Errorf("%.9q and %.9q: %d, want %d", pair[0], pair[1], got, want)
		}
	}
	for name, probable := range map[string]bool{"gravity": true, "Gravty": true, "gravi": true, "grav": false, "x": false} {
		if near, is := Nearest(name, []string{"gravity", "damping"}); is != probable || probable && near != "gravity" {
			t.Errorf("%s: %s, %v", name, near, is)
		}
	}
	if near, is := Nearest("ab", []string{"ax"}); near != "ax" || !is { // one letter is always few
		t.Errorf("%s, %v", near, is)
	}
}

// TestBoundsOfWholeNumbersAreSaid.
func TestBoundsOfWholeNumbersAreSaid(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		bits   int
		signed bool
		want   string
	}{{64, false, " from 0 to " + strconv.FormatUint(math.MaxUint64, 10)}, {32, false, " from 0 to 4294967295"}, {8, false, " from 0 to 255"}, {8, true, " from -128 to 127"}, {32, true, " from -2147483648 to 2147483647"}, {64, true, ""}} {
		if got := bounds(c.bits, c.signed); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

// TestListsOfNumbersHoldNumbersAlone.
func TestListsOfNumbersHoldNumbersAlone(t *testing.T) {
	t.Parallel()
	var of struct {
		List []float64 `json:"list"`
		Skip int       `json:"-"`
	}
	if err := DecodeJSONPart([]byte(`{"list": [1, 2.5e3, -0]}`), &of); err != nil || len(of.List) != 3 || of.List[1] != 2500 {
		t.Errorf("%v, %v", of.List, err)
	}
	for _, text := range []string{`{"list": [1, "2"]}`, `{"list": [1, [2]]}`, `{"list": [true]}`, `{"list": [1, 1e999]}`, `{"Skip": 1}`, `{"-": 1}`, `{"list": [1] // 2`, `{"list": /* 2`, `{"list": # 2`} {
		if err := DecodeJSONPart([]byte(text), &of); err == nil {
			t.Errorf("%s is read as %+v", text, of)
		}
	}
	for text, want := range map[string]string{`{"list": // 2` + "\n}": "comments must not be there", `{"list": /* 2 */ 1}`: "comments must not be there", `{"list": # 2` + "\n}": "comments must not be there"} {
		if err := DecodeJSONPart([]byte(text), &of); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}
