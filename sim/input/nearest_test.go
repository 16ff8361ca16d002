package input

import "testing"

// TestTheNearestNameIsFound: one letter too many, too few or another, two swapped and
// another case are taken for slips. What has little in common is not.
func TestTheNearestNameIsFound(t *testing.T) {
	known := []string{"mixed", "billiards", "pile", "gravity"}
	for name, want := range map[string]string{
		"mixd": "mixed", "mxied": "mixed", "bilairds": "billiards", "MIXED": "mixed", "Billards": "billiards", "piles": "pile", "gravty": "gravity", "pile": "pile",
		"utm_source": "", "fbclid": "", "": "", "mmxxdd": "", "mx": "", "page": "",
	} {
		near, probable := Nearest(name, known)
		if !probable {
			near = ""
		}
		if near != want {
			t.Errorf("%q: %q, want %q", name, near, want)
		}
	}
	if near, probable := Nearest("a", nil); near != "" || probable {
		t.Errorf("of nothing: %q, %v", near, probable)
	}
}

func TestDistanceBetweenWords(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"abc", "", 3}, {"", "abc", 3}, {"kitten", "sitting", 3}, {"pile", "tile", 1}, {"tower", "twoer", 1}, {"ca", "abc", 3}, {"abcd", "badc", 2}} {
		if got := letterDistance(c.a, c.b); got != c.want {
			t.Errorf("%q to %q: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
