package predictions

import (
	"strings"
	"testing"
)

// TestManyColumnsAreCutShort after the twelfth.
func TestManyColumnsAreCutShort(t *testing.T) {
	all := strings.Fields("a b c d e f g h i j k l m n")
	for n, want := range map[int]string{0: "none of single values", 2: "a, b", 12: "a, b, c, d, e, f, g, h, i, j, k, l", 14: "a, b, c, d, e, f, g, h, i, j, k, l and 2 more"} {
		if got := listed(all[:n]); got != want {
			t.Errorf("%d columns: %s", n, got)
		}
	}
}
