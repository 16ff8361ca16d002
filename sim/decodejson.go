package sim

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strings"
	"unicode/utf8"
)

// DecodeJSON decodes the one JSON value in text into v as json.Unmarshal does, and
// passes over keys that v does not have. Its errors are meant for the person who wrote
// the text: they give line and column, both from 1, and the rule. Columns count
// characters.
func DecodeJSON(text []byte, v any) error {
	text = bytes.TrimPrefix(text, byteOrderMark)
	return explainJSON(text, json.Unmarshal(text, v))
}

// DecodeStrictJSON is DecodeJSON for texts in which a key that v does not have is an
// error.
func DecodeStrictJSON(text []byte, v any) error {
	text = bytes.TrimPrefix(text, byteOrderMark)
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return explainJSON(text, err)
	}
	var rest json.RawMessage
	if d.Decode(&rest) != io.EOF {
		return explainSyntax(text)
	}
	return nil
}

// DecodeJSONPart is DecodeStrictJSON for a text that is a part of another one, in which
// lines count from elsewhere: its errors give none.
func DecodeJSONPart(text []byte, v any) error {
	err := DecodeStrictJSON(text, v)
	if at := (*placeError)(nil); errors.As(err, &at) {
		return at.fault
	}
	return err
}

// placeError is a fault at a line and a column of a text.
type placeError struct {
	line, column int
	fault        error
}

func (e *placeError) Error() string {
	return fmt.Sprintf("line %d, column %d: %v", e.line, e.column, e.fault)
}

func (e *placeError) Unwrap() error { return e.fault }

// byteOrderMark is what some editors put before a text in UTF-8.
var byteOrderMark = []byte("\ufeff")

// unknownKey is what encoding/json says of a key that a struct does not have. The error
// has no type.
var unknownKey = regexp.MustCompile(`^json: unknown field "(.*)"$`)

// explainJSON says what an error of encoding/json about text means, and where it is.
// Other errors, such as those of methods UnmarshalJSON, stay as they are.
func explainJSON(text []byte, err error) error {
	var kind *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &syntax), err == io.EOF, errors.Is(err, io.ErrUnexpectedEOF):
		return explainSyntax(text)
	case errors.As(err, &kind):
		return explainKind(text, kind)
	}
	if found := unknownKey.FindStringSubmatch(err.Error()); found != nil {
		// The key is somewhere in front of a colon. Of two such keys the first is meant.
		key := regexp.MustCompile(`"` + regexp.QuoteMeta(found[1]) + `"\s*:`)
		if at := key.FindIndex(text); at != nil {
			return placed(text, at[0], "unknown key %q", clip(found[1]))
		}
		return fmt.Errorf("unknown key %q", clip(found[1]))
	}
	return err
}

// placed returns an error at a byte of text.
func placed(text []byte, at int, format string, args ...any) error {
	before := text[:min(max(at, 0), len(text))]
	line := 1 + bytes.Count(before, []byte("\n"))
	column := 1 + utf8.RuneCount(before[1+bytes.LastIndexByte(before, '\n'):])
	return &placeError{line, column, fmt.Errorf(format, args...)}
}

// syntaxRules are the rules that encoding/json finds broken, by a part of its words.
var syntaxRules = []struct{ part, rule string }{
	{"looking for beginning of object key string", `must be a key in double quotes; is the comma before it too many?`},
	{"after object key:value pair", "must be a comma or } after a value"},
	{"after object key", "must be a colon after a key"},
	{"after array element", "must be a comma or ] after a value"},
	{"after top-level value", "must not follow, as the value ends before it"},
	{"in string escape code", `must not follow \ in a text`},
	{"in \\u hexadecimal character escape", `must be a hexadecimal digit after \u in a text`},
	{"in string literal", "must not be in a text; is a quote missing?"},
	{"numeric literal", "must be a number such as 1, -0.5 or 2e-3"},
	{"in literal", "must be a number, a text in double quotes, true, false, null, [ or {"},
	{"looking for beginning of value", "must be a number, a text in double quotes, true, false, null, [ or {"},
}

// explainSyntax says where text ceases to be one JSON value.
func explainSyntax(text []byte) error {
	var value json.RawMessage
	var syntax *json.SyntaxError
	if err := json.Unmarshal(text, &value); !errors.As(err, &syntax) {
		return errors.New("must be one JSON value")
	}
	at := int(syntax.Offset) - 1
	said := syntax.Error()
	switch {
	case len(bytes.TrimSpace(text)) == 0:
		return errors.New("is empty")
	case strings.Contains(said, "unexpected end"):
		return placed(text, len(text), "ends too early: something is not closed or missing")
	}
	for _, known := range syntaxRules {
		if !strings.Contains(said, known.part) {
			continue
		}
		if strings.Contains(known.part, "literal") && !strings.Contains(known.part, "string") {
			at = wordStart(text, at) // show NaN, not its a
		}
		return placed(text, at, "%s %s", wordAt(text, at), known.rule)
	}
	return placed(text, at, "%s must not be here", wordAt(text, at))
}

// wordByte reports whether c may be part of a number or a name.
func wordByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= utf8.RuneSelf || strings.IndexByte("+-._", c) >= 0
}

// wordStart returns where the word begins that a byte of text ends or follows.
func wordStart(text []byte, at int) int {
	for at > 0 && wordByte(text[at-1]) {
		at--
	}
	return at
}

// wordAt returns what errors show of the text from a byte on: a word, or a sign.
func wordAt(text []byte, at int) string {
	to := at
	for to < len(text) && wordByte(text[to]) {
		to++
	}
	if to == at {
		r, _ := utf8.DecodeRune(text[at:])
		return fmt.Sprintf("%q", r)
	}
	return fmt.Sprintf("%q", clip(string(text[at:to])))
}

// explainKind says which value of text is of the wrong kind.
func explainKind(text []byte, err *json.UnmarshalTypeError) error {
	at := tokenStart(text, err.Offset)
	found := err.Value
	if strings.HasPrefix(found, "number") {
		found = strings.Trim(wordAt(text, at), `"`)
	} else if name := map[string]string{"string": "a text", "bool": "true or false", "array": "a list", "object": "an object"}[found]; name != "" {
		found = name
	}
	place := ""
	if err.Field != "" {
		place = clip(err.Field) + ": "
	}
	return placed(text, at, "%s%s must be %s", place, found, kindName(err.Type))
}

// tokenStart returns where the token of valid JSON begins that reaches beyond or ends at
// a byte.
func tokenStart(text []byte, end int64) int {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	for {
		start := int(d.InputOffset())
		if _, err := d.Token(); err != nil || d.InputOffset() >= end {
			gap := len(text[start:]) - len(bytes.TrimLeft(text[start:], " \t\r\n,:"))
			return start + gap
		}
	}
}

// kindName returns what a value that is decoded into a Go type has to be.
func kindName(t reflect.Type) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
		return "a text in double quotes"
	}
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "a text in double quotes"
	case reflect.Float32, reflect.Float64:
		return "a number"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return "a whole number"
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return "a whole number from 0"
	case reflect.Slice, reflect.Array:
		return "a list in [ ]"
	case reflect.Map, reflect.Struct:
		return "an object in { }"
	}
	return "something else"
}
