package input

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"strconv"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// jsonRules says what a JSON text may have. By the zero value every key must be known,
// spelled exactly and there once, and no key may be missing unless its field has
// omitempty or omitzero.
type jsonRules struct {
	missing bool           // keys may be missing; what they stand for is left as it is
	unknown bool           // unknown keys are skipped, with what they hold
	null    bool           // null counts as a missing key, where a nil cannot stand for it
	most    map[string]int // entries that the list, or the map, of a key may have; no limit where it has none
	every   bool           // goes on after a mistake, and reports all of them
}

// JSONError says where a JSON text breaks which rule.
type JSONError struct {
	Place  string // keys and numbers from 0 on that lead to the value: bodies[3].mass; empty for the whole text
	Field  string // Place, and where a key is unknown, missing or there twice, that key below it
	Line   int    // from 1 on
	Column int    // in characters, from 1 on
	Rule   string // the value and the rule
}

// Error returns line and column, the place, and the rule.
func (e *JSONError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.within())
}

// within says no line, for a text that is a part of another one.
func (e *JSONError) within() string {
	if e.Place == "" {
		return e.Rule
	}
	return e.Place + ": " + e.Rule
}

// DecodeJSON reads the one JSON value in text into *v and skips keys that v does not
// have. Keys that are missing leave their part of v as it is, and so does null where a
// nil cannot stand for it. A byte-order mark before the value is skipped. The error is a
// *JSONError, in words for the person who wrote the text.
//
// v may be what encoding/json can fill: structs with tags, maps from string, slices,
// pointers, numbers, strings, booleans and what has an UnmarshalJSON or an UnmarshalText.
// A struct of nothing but untagged float64 is the array of its numbers.
func DecodeJSON(text []byte, v any) error {
	return jsonRules{missing: true, null: true, unknown: true}.decode(text, v)
}

// DecodeStrictJSON is DecodeJSON for texts in which a key that v does not have is an
// error.
func DecodeStrictJSON(text []byte, v any) error {
	return jsonRules{missing: true, null: true}.decode(text, v)
}

// DecodeWholeJSON is DecodeStrictJSON for texts that must have every key whose field has
// neither omitempty nor omitzero, and no null where a nil cannot stand for it. The list,
// or the map, under a key may have the number of entries that most gives for the key, and any number
// where most has none.
func DecodeWholeJSON(text []byte, v any, most map[string]int) error {
	return jsonRules{most: most}.decode(text, v)
}

// DecodeJSONPart is DecodeStrictJSON for a text that is a part of another one, in which
// lines count from elsewhere: its errors give none.
func DecodeJSONPart(text []byte, v any) error {
	err := DecodeStrictJSON(text, v)
	if at := (*JSONError)(nil); errors.As(err, &at) {
		return errors.New(at.within())
	}
	return err
}

// decode reads one JSON value into *v.
func (r jsonRules) decode(text []byte, v any) error {
	target := reflect.ValueOf(v)
	if target.Kind() != reflect.Pointer || target.IsNil() {
		panic("input: JSON must be decoded into a pointer")
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	return r.decoder(text).whole(target.Elem())
}

func (r jsonRules) decoder(text []byte) *jsonDecoder {
	return &jsonDecoder{rules: r, text: text, written: text, tokens: jsontext.NewDecoder(bytes.NewReader(text), jsontext.AllowDuplicateNames(true))}
}

// whole reads the one value in the text.
func (d *jsonDecoder) whole(v reflect.Value) error {
	if !utf8.Valid(d.text) {
		return d.fail("", int64(len(d.text)-len(bytes.TrimLeftFunc(d.text, func(r rune) bool { return r != utf8.RuneError }))), "the text must be UTF-8")
	}
	if err := d.part("", v); err != nil {
		return err
	}
	after := d.nextOffset()
	if _, err := d.tokens.ReadToken(); err != io.EOF {
		return d.fail("", after, "%s stands after the end", d.word(after))
	}
	return nil
}

type jsonDecoder struct {
	rules  jsonRules
	text   []byte
	tokens *jsontext.Decoder

	written []byte // the text before comments were taken out

	broken   bool         // the text is no JSON, and cannot be read on
	mistakes []*JSONError // so far, when every one is asked for
}

// fail returns an error about the byte at an offset.
func (d *jsonDecoder) fail(place string, offset int64, format string, args ...any) error {
	line, column := Position(d.written, int(offset))
	return &JSONError{place, place, line, column, fmt.Sprintf(format, args...)}
}

// failKey fails because of a key of the object at a place.
func (d *jsonDecoder) failKey(place, key string, offset int64, format string, args ...any) error {
	err := d.fail(place, offset, format, args...)
	err.(*JSONError).Field = within(place, key)
	return err
}

// Position returns the line and the column, in characters, both from 1 on, of the byte at an
// offset of a text.
func Position(text []byte, offset int) (line, column int) {
	before := text[:min(offset, len(text))]
	return 1 + bytes.Count(before, []byte("\n")), 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
}

// value reads the next value into v, whatever it is.
func (d *jsonDecoder) value(place string, v reflect.Value) error {
	kind, offset := d.tokens.PeekKind(), d.nextOffset()
	if kind == 'n' {
		return d.null(place, v)
	}
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		return d.value(place, v.Elem())
	}
	if forms, ok := v.Addr().Interface().(Forms); ok {
		return d.form(place, forms)
	}
	if isNumbers(v.Type()) {
		return d.numbers(place, v)
	}
	switch reader := v.Addr().Interface().(type) {
	case json.Unmarshaler:
		raw, err := d.tokens.ReadValue()
		if err != nil {
			return d.syntax(place, err)
		}
		return d.explain(place, offset, reader.UnmarshalJSON(raw))
	case encoding.TextUnmarshaler:
		var text string
		if err := d.scalar(place, reflect.ValueOf(&text).Elem()); err != nil {
			return err
		}
		return d.explain(place, offset, reader.UnmarshalText([]byte(text)))
	}
	switch v.Kind() {
	case reflect.Struct:
		return d.object(place, v)
	case reflect.Map:
		return d.named(place, v)
	case reflect.Slice:
		if _, ok := v.Interface().(orderedEntries); ok {
			return d.entries(place, v)
		}
		return d.list(place, v)
	case reflect.Array:
		return d.array(place, v)
	case reflect.Interface:
		raw, err := d.tokens.ReadValue()
		if err != nil {
			return d.syntax(place, err)
		}
		return json.Unmarshal(raw, v.Addr().Interface()) // which cannot fail for JSON
	}
	return d.scalar(place, v)
}

// explain adds to what a type says about its own text where that text starts.
func (d *jsonDecoder) explain(place string, offset int64, err error) error {
	var inner *JSONError
	if err == nil {
		return nil
	}
	if !errors.As(err, &inner) {
		return d.fail(place, offset, "%v", err)
	}
	outer := d.fail(place, offset, "%s", inner.Rule).(*JSONError)
	if inner.Line == 1 {
		outer.Column += inner.Column - 1
	} else {
		outer.Column = inner.Column
	}
	outer.Line += inner.Line - 1
	if place != "" && inner.Place != "" && inner.Place[0] != '[' {
		place += "."
	}
	outer.Place = place + inner.Place
	return outer
}

// null reads null, which is nil where there is such a thing.
func (d *jsonDecoder) null(place string, v reflect.Value) error {
	offset := d.nextOffset()
	if _, err := d.tokens.ReadToken(); err != nil {
		return d.syntax(place, err)
	}
	if d.rules.every {
		return d.fail(place, offset, "null must be %s", kindName(v))
	}
	if v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		v.SetZero()
		return nil
	}
	if reader, ok := v.Addr().Interface().(json.Unmarshaler); ok && !isNumbers(v.Type()) {
		return d.explain(place, offset, reader.UnmarshalJSON([]byte("null")))
	}
	if !d.rules.null {
		return d.fail(place, offset, "null must be %s", kindName(v))
	}
	return nil
}

// scalar reads a number, a string or a boolean.
func (d *jsonDecoder) scalar(place string, v reflect.Value) error {
	offset := d.nextOffset()
	token, err := d.tokens.ReadToken()
	if err != nil {
		return d.syntax(place, err)
	}
	switch kind := token.Kind(); {
	case kind == '"' && v.Kind() == reflect.String && v.Type() != reflect.TypeFor[json.Number]():
		v.SetString(token.String())
		return nil
	case (kind == 't' || kind == 'f') && v.Kind() == reflect.Bool:
		v.SetBool(kind == 't')
		return nil
	case kind == '0' && v.Type() == reflect.TypeFor[json.Number]():
		v.SetString(token.String())
		return nil
	case kind == '0':
		if ok, err := d.number(place, offset, token.String(), v); ok || err != nil {
			return err
		}
	}
	return d.fail(place, offset, "%s must be %s", show(token), kindName(v))
}

// number sets v if it is of a kind of number that can hold the one in text.
func (d *jsonDecoder) number(place string, offset int64, text string, v reflect.Value) (ok bool, err error) {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return false, d.fail(place, offset, "number %s is out of range", clip(text))
	}
	switch {
	case v.CanFloat():
		if v.OverflowFloat(f) {
			return false, d.fail(place, offset, "number %s is out of range", clip(text))
		}
		v.SetFloat(f)
		return true, nil
	case v.CanInt():
		i, err := strconv.ParseInt(text, 10, 64)
		if err != nil && isExact(f) {
			i, err = int64(f), nil
		}
		if err != nil || v.OverflowInt(i) {
			return false, nil
		}
		v.SetInt(i)
		return true, nil
	case v.CanUint():
		u, err := strconv.ParseUint(text, 10, 64)
		if err != nil && isExact(f) && f >= 0 {
			u, err = uint64(f), nil
		}
		if err != nil || v.OverflowUint(u) {
			return false, nil
		}
		v.SetUint(u)
		return true, nil
	}
	return false, nil
}

// isExact reports whether a number such as 30.0 or 1e3 stands for one whole number.
func isExact(f float64) bool { return f == math.Trunc(f) && math.Abs(f) < 1<<53 }
