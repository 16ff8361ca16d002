package textfield

import (
	"strings"
	"testing"
)

// TestFieldsAreTypedAsEverywhere: each line is what was pressed or typed, and what stands there then, with | for the caret and
// [ ] around what is selected.
func TestFieldsAreTypedAsEverywhere(t *testing.T) {
	t.Parallel()
	f := New("12.5 kg")
	for _, c := range [][2]string{
		{"", "[12.5 kg]"}, {"ArrowRight", "12.5 kg|"}, {"Backspace", "12.5 k|"}, {"ctrl Backspace", "12.5 |"}, {"Home", "|12.5 "},
		{"shift ArrowRight", "[1]2.5 "}, {"'9", "9|2.5 "}, {"ctrl ArrowRight", "92.5 |"}, {"shift Home", "[92.5 ]"}, {"ArrowLeft", "|92.5 "},
		{"Delete", "|2.5 "}, {"End", "2.5 |"}, {"shift ctrl ArrowLeft", "[2.5 ]"}, {"Delete", "|"}, {"Backspace", "|"}, {"Delete", "|"}, {"ArrowLeft", "|"},
		{"'a\nb\tc\x07\uFFFDé", "a b cé|"}, {"ArrowUp", "|a b cé"}, {"ArrowDown", "a b cé|"}, {"ctrl ArrowLeft", "a b |cé"}, {"ctrl Delete", "a b |"},
		{"ctrl ArrowLeft", "a |b "}, {"shift End", "a [b ]"}, {"ArrowLeft", "a |b "}, {"shift ArrowRight", "a [b] "}, {"ArrowRight", "a b| "}, {"shift ArrowLeft", "a [b] "}, {"shift ArrowLeft", "a[ b] "},
	} {
		if text, typed := strings.CutPrefix(c[0], "'"); typed {
			f.Insert(text)
		} else if keys := strings.Fields(c[0]); len(keys) > 0 {
			f.Press(keys[len(keys)-1], strings.Contains(c[0], "shift"), strings.Contains(c[0], "ctrl"))
		}
		from, to := f.Selection()
		text := []rune(f.Text())
		got := string(text[:from]) + "|" + string(text[from:])
		if from < to {
			got = string(text[:from]) + "[" + f.Selected() + "]" + string(text[to:])
		}
		if got != c[1] {
			t.Errorf("after %q: %s, want %s", c[0], got, c[1])
		}
	}
	if f.Press("F1", false, false) || f.Press("a", false, false) {
		t.Error("keys of no meaning in a text are taken")
	}
	f.SelectAll()
	f.Insert(strings.Repeat("x", 9999))
	if got := len(f.Text()); got != 4096 {
		t.Errorf("a field holds %d characters", got)
	}
}

// TestWordsEndWhereTheirLettersDo: letters, digits, points and low lines are one, and control goes by them whatever is selected.
func TestWordsEndWhereTheirLettersDo(t *testing.T) {
	t.Parallel()
	const text = "ab_1.5  +-cé (x)"
	for _, c := range []struct{ at, left, right int }{{0, 0, 8 + 2}, {3, 0, 10}, {6, 0, 10}, {7, 0, 10}, {9, 0, 10}, {10, 0, 14}, {11, 10, 14}, {12, 10, 14}, {13, 10, 14}, {14, 10, 16}, {15, 14, 16}, {16, 14, 16}} {
		f := New(text)
		f.Place(c.at, false)
		if left, right := f.word(-1), f.word(1); left != c.left || right != c.right {
			t.Errorf("from %d words begin at %d and %d, want %d and %d", c.at, left, right, c.left, c.right)
		}
	}
	for _, key := range []string{"ArrowLeft", "ArrowRight"} {
		f := New(text)
		f.Place(3, false)
		f.Place(12, true) // selected
		f.Press(key, false, true)
		if from, to := f.Selection(); from != to || from != map[string]int{"ArrowLeft": 10, "ArrowRight": 14}[key] {
			t.Errorf("%s with control leads to %d, %d", key, from, to)
		}
	}
}
