package input

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

const jsonSpace = " \t\r\n"

// nextOffset returns where the next token starts.
func (d *jsonDecoder) nextOffset() int64 {
	return d.skip(d.tokens.InputOffset())
}

// skip returns where the next token starts after an offset, past one comma or colon.
func (d *jsonDecoder) skip(offset int64) int64 {
	blank := func() {
		for offset < int64(len(d.text)) && strings.IndexByte(jsonSpace, d.text[offset]) >= 0 {
			offset++
		}
	}
	if blank(); offset < int64(len(d.text)) && (d.text[offset] == ',' || d.text[offset] == ':') {
		offset++
		blank()
	}
	return offset
}

// word returns what stands at an offset, for a person.
func (d *jsonDecoder) word(offset int64) string {
	tail := d.text[min(int(offset), len(d.text)):]
	switch n := bytes.IndexAny(tail, " \t\r\n,:[]{}\""); {
	case len(tail) == 0:
		return "the end"
	case n > 0:
		tail = tail[:n]
	case n == 0:
		tail = tail[:1]
	}
	return clip(string(tail))
}

// syntax says in plain words what the tokens' reader could not read.
func (d *jsonDecoder) syntax(place string, err error) error {
	d.broken = true
	var bad *jsontext.SyntacticError
	if len(bytes.TrimSpace(d.text)) == 0 {
		return d.fail(place, 0, "the text is empty")
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || err == io.EOF || !errors.As(err, &bad) || bad.ByteOffset >= int64(len(d.text)) {
		return d.fail(place, int64(len(d.text)), "the text ends too early")
	}
	offset := bad.ByteOffset
	start := d.nextOffset()
	if start < int64(len(d.text)) && d.text[start] == '"' && offset > start { // within a string
		if d.text[offset] == '\\' {
			return d.fail(place, offset, `only " \ / b f n r t and u with four digits may follow \ in a text`)
		}
		return d.fail(place, offset, "%q must not be in a text; is a quote missing?", d.text[offset])
	}
	start = min(start, offset) // a word such as nan is read in part before it is wrong
	if strings.IndexByte(jsonSpace+",:]}", d.text[start]) < 0 {
		for start > 0 && '0' <= d.text[start-1] && d.text[start-1] <= '9' {
			start-- // so is 060
		}
	}
	word := d.word(start)
	switch {
	case strings.HasPrefix(word, "//") || strings.HasPrefix(word, "/*") || strings.HasPrefix(word, "#"):
		if d.rules.every {
			return d.fail(place, start, "the comment must end with */")
		}
		return d.fail(place, start, "comments must not be there")
	case strings.HasPrefix(word, "'"):
		return d.fail(place, start, "text must stand in double quotes: %s", word)
	case word == "," && strings.IndexAny(d.word(d.skip(start)), "]}") == 0:
		return d.fail(place, start, "no comma must stand before %s", d.word(d.skip(start)))
	case word == "]" || word == "}":
		return d.fail(place, start, "%s stands where a value or a key must be", word)
	case d.atKey(start):
		return d.fail(place, start, noKey, word)
	case json.Valid([]byte(word)):
		return d.fail(place, start, "a comma or a colon must stand before %s", word)
	case slices.Contains([]string{"nan", "inf", "infinity"}, strings.ToLower(strings.TrimLeft(word, "+-"))):
		return d.fail(place, start, "%s must be a finite number", word)
	case slices.Contains([]string{"true", "false", "null", "none"}, strings.ToLower(word)):
		return d.fail(place, start, "%s is no word of JSON, which has true, false and null", word)
	case strings.IndexByte("+-.0123456789", word[0]) >= 0:
		return d.fail(place, start, "%s must be a number such as -1.5e3", word)
	}
	return d.fail(place, start, "%s must be a number, a text in double quotes, true, false, null, [ or {", word)
}

const noKey = "%s must be a key in double quotes"

// atKey reports whether a key must stand at an offset.
func (d *jsonDecoder) atKey(offset int64) bool {
	before := bytes.TrimRight(d.text[:offset], jsonSpace)
	if len(before) == 0 {
		return false
	}
	kind, length := d.tokens.StackIndex(d.tokens.StackDepth())
	return kind == '{' && length%2 == 0 && (before[len(before)-1] == '{' || before[len(before)-1] == ',')
}
