package input

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// TestWhatIsCutOffEndsWithAWholeLetter, after forty bytes or a few less.
func TestWhatIsCutOffEndsWithAWholeLetter(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		strings.Repeat("a", 40):         strings.Repeat("a", 40),
		strings.Repeat("a", 41):         strings.Repeat("a", 40) + "…",
		strings.Repeat("a", 39) + "ééé": strings.Repeat("a", 39) + "…",
		strings.Repeat("界", 14):         strings.Repeat("界", 13) + "…",
	} {
		if got := clip(text); got != want || !utf8.ValidString(got) {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}
