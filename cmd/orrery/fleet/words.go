package fleet

import (
	"errors"
	"strings"
)

// splitWords returns the words of a command line. They are divided by spaces and ends of lines;
// what stands between ' or " belongs together, and nothing else is special.
func splitWords(line string) (words []string, err error) {
	var word strings.Builder
	begun, quote := false, rune(0)
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '\'' || r == '"'):
			quote, begun = r, true
		case quote == 0 && strings.ContainsRune(" \t\r\n", r):
			if begun {
				words = append(words, word.String())
			}
			word.Reset()
			begun = false
		default:
			word.WriteRune(r)
			begun = true
		}
	}
	if quote != 0 {
		return nil, errors.New("the quote " + string(quote) + " has no end")
	}
	if begun {
		words = append(words, word.String())
	}
	return words, nil
}
