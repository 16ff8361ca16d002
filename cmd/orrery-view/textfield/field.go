package textfield

import (
	"slices"
	"strings"
	"unicode"
)

// maxField is the number of characters that a field holds.
const maxField = 4096

// Field is a line of text that is typed: with a caret, and what is selected between it and an anchor.
type Field struct {
	text   []rune
	caret  int // from 0 to the number of characters
	anchor int // likewise; the other end of what is selected
}

// New returns a field with a text, all of which is selected: whoever types replaces it.
func New(text string) *Field {
	f := &Field{}
	f.Insert(text)
	f.anchor = 0
	return f
}

// Text returns what stands in the field.
func (f *Field) Text() string { return string(f.text) }

// Caret returns the number of characters before the caret.
func (f *Field) Caret() int { return f.caret }

// Selection returns the numbers of characters before what is selected and up to its end.
func (f *Field) Selection() (from, to int) { return min(f.caret, f.anchor), max(f.caret, f.anchor) }

// Selected returns what is selected.
func (f *Field) Selected() string {
	from, to := f.Selection()
	return string(f.text[from:to])
}

// Insert puts a text in place of what is selected. It stays one line: what cannot be printed is left out, or is a space.
func (f *Field) Insert(text string) {
	clean := []rune(strings.Map(func(c rune) rune {
		switch {
		case unicode.IsSpace(c):
			return ' '
		case !unicode.IsPrint(c) || c == unicode.ReplacementChar:
			return -1
		}
		return c
	}, text))
	from, to := f.Selection()
	if room := maxField - len(f.text) + to - from; len(clean) > room {
		clean = clean[:room]
	}
	f.text = slices.Replace(f.text, from, to, clean...)
	f.Place(from+len(clean), false)
}

// Place puts the caret after a number of characters, and extends what is selected to it or ends it.
func (f *Field) Place(caret int, extend bool) {
	f.caret = min(max(caret, 0), len(f.text))
	if !extend {
		f.anchor = f.caret
	}
}

// SelectAll selects everything.
func (f *Field) SelectAll() { f.anchor, f.caret = 0, len(f.text) }

// Press does what a key means in a text and reports whether it means anything: arrows, Home, End, Backspace and Delete.
// With shift they select; with control they go by words.
func (f *Field) Press(key string, shift, control bool) bool {
	from, to := f.Selection()
	step := func(by int) int {
		if control {
			return f.word(by)
		}
		return f.caret + by
	}
	switch key {
	case "ArrowLeft", "ArrowRight":
		by := 1
		if key == "ArrowLeft" {
			by = -1
		}
		switch {
		case from < to && !shift && !control && by < 0:
			f.Place(from, false)
		case from < to && !shift && !control:
			f.Place(to, false)
		default:
			f.Place(step(by), shift)
		}
	case "Home", "ArrowUp":
		f.Place(0, shift)
	case "End", "ArrowDown":
		f.Place(len(f.text), shift)
	case "Backspace":
		if from == to {
			f.Place(step(-1), true)
		}
		f.Insert("")
	case "Delete":
		if from == to {
			f.Place(step(1), true)
		}
		f.Insert("")
	default:
		return false
	}
	return true
}

// word returns where the next word begins to the right, or the one before to the left.
func (f *Field) word(by int) int {
	at := f.caret
	inWord := func(i int) bool {
		return unicode.IsLetter(f.text[i]) || unicode.IsDigit(f.text[i]) || f.text[i] == '_' || f.text[i] == '.'
	}
	if by < 0 {
		for at > 0 && !inWord(at-1) {
			at--
		}
		for at > 0 && inWord(at-1) {
			at--
		}
		return at
	}
	for at < len(f.text) && inWord(at) {
		at++
	}
	for at < len(f.text) && !inWord(at) {
		at++
	}
	return at
}
