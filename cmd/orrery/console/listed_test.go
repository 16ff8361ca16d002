package console

import (
	"fmt"
	"strings"
	"testing"
)

// TestLongListsNameTwenty, each with forty letters at most and none that a terminal obeys.
func TestLongListsNameTwenty(t *testing.T) {
	t.Parallel()
	names := func(n int) (out []string) {
		for k := range n {
			out = append(out, fmt.Sprint("n", k))
		}
		return out
	}
	if got := Listed(names(20)); got != strings.Join(names(20), ", ") {
		t.Errorf("of twenty %s", got)
	}
	if got := Listed(names(23)); got != strings.Join(names(20), ", ")+", and 3 more" {
		t.Errorf("of more %s", got)
	}
	for name, want := range map[string]string{
		"a\x1b[31m\nb":             "a [31m b",
		strings.Repeat("ä", 50):    strings.Repeat("ä", 40),
		"\xff":                     "?",
		"":                         "",
		strings.Repeat("x", 40):    strings.Repeat("x", 40),
		strings.Repeat("x", 41):    strings.Repeat("x", 40),
		"only one, with its comma": "only one, with its comma",
	} {
		if got := Listed([]string{name}); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
