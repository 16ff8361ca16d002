package input

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
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
}

// JSONError says where a JSON text breaks which rule.
type JSONError struct {
	Place  string // keys and numbers from 0 on that lead to the value: bodies[3].mass; empty for the whole text
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
	d := &jsonDecoder{rules: r, text: text, tokens: jsontext.NewDecoder(bytes.NewReader(text), jsontext.AllowDuplicateNames(true))}
	if !utf8.Valid(text) {
		return d.fail("", int64(len(text)-len(bytes.TrimLeftFunc(text, func(r rune) bool { return r != utf8.RuneError }))), "the text must be UTF-8")
	}
	if err := d.value("", target.Elem()); err != nil {
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
}

// fail returns an error about the byte at an offset.
func (d *jsonDecoder) fail(place string, offset int64, format string, args ...any) error {
	before := d.text[:min(int(offset), len(d.text))]
	line := before[bytes.LastIndexByte(before, '\n')+1:]
	return &JSONError{place, 1 + bytes.Count(before, []byte("\n")), 1 + utf8.RuneCount(line), fmt.Sprintf(format, args...)}
}

const jsonSpace = " \t\r\n"

// nextOffset returns where the next token starts.
func (d *jsonDecoder) nextOffset() int64 {
	return d.skip(d.tokens.InputOffset())
}

// skip returns where the next token starts after an offset, past one comma or colon.
func (d *jsonDecoder) skip(offset int64) int64 {
	tail := bytes.TrimLeft(d.text[offset:], jsonSpace)
	if len(tail) > 0 && (tail[0] == ',' || tail[0] == ':') {
		tail = bytes.TrimLeft(tail[1:], jsonSpace)
	}
	return int64(len(d.text) - len(tail))
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
		return d.list(place, v)
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

// each reads a list or an object: it calls entry where each of its entries starts.
func (d *jsonDecoder) each(place string, open jsontext.Kind, v reflect.Value, entry func() error) error {
	offset := d.nextOffset()
	token, err := d.tokens.ReadToken()
	if err != nil {
		return d.syntax(place, err)
	}
	if token.Kind() != open {
		return d.fail(place, offset, "%s must be %s", show(token), kindName(v))
	}
	for {
		switch kind := d.tokens.PeekKind(); {
		case kind == ']' || kind == '}':
			_, err := d.tokens.ReadToken() // the one that was peeked at
			return err
		case kind == 0:
			_, err := d.tokens.ReadToken()
			return d.syntax(place, err)
		case open == '{' && kind != '"':
			return d.fail(place, d.nextOffset(), noKey, d.word(d.nextOffset()))
		}
		if err := entry(); err != nil {
			return err
		}
	}
}

// key reads a key of an object, which is not among those seen.
func (d *jsonDecoder) key(place string, seen map[string]bool) (key string, offset int64, err error) {
	offset = d.nextOffset()
	token, err := d.tokens.ReadToken()
	if err != nil {
		return "", 0, d.syntax(place, err)
	}
	key = token.String()
	if seen[key] {
		return "", 0, d.fail(place, offset, "repeated key %q", clip(key))
	}
	seen[key] = true
	return key, offset, nil
}

func (d *jsonDecoder) object(place string, v reflect.Value) error {
	start, fields, seen := d.nextOffset(), jsonFields(v.Type()), map[string]bool{}
	err := d.each(place, '{', v, func() error {
		key, offset, err := d.key(place, seen)
		if err != nil {
			return err
		}
		if f, ok := findField(fields, key); ok {
			seen[f.key] = true
			return d.value(within(place, key), v.FieldByIndex(f.index))
		}
		if !d.rules.unknown {
			return d.fail(place, offset, "unknown key %q%s", clip(key), Perhaps(key, slices.Sorted(maps.Keys(fields))))
		}
		if err := d.tokens.SkipValue(); err != nil {
			return d.syntax(within(place, key), err)
		}
		return nil
	})
	if err != nil || d.rules.missing {
		return err
	}
	missing := ""
	for key, f := range fields {
		if !seen[key] && !f.optional && (missing == "" || slices.Compare(f.index, fields[missing].index) < 0) {
			missing = key // the first of them, whatever the order of the map
		}
	}
	if missing == "" {
		return nil
	}
	return d.fail(place, start, "missing key %q", missing)
}

func (d *jsonDecoder) named(place string, v reflect.Value) error {
	if v.IsNil() {
		v.Set(reflect.MakeMap(v.Type()))
	}
	most, limited := d.most(place)
	seen := map[string]bool{}
	return d.each(place, '{', v, func() error {
		if limited && len(seen) == most {
			return d.fail(place, d.nextOffset(), "more than %d entries", most)
		}
		key, _, err := d.key(place, seen)
		if err != nil {
			return err
		}
		element := reflect.New(v.Type().Elem()).Elem()
		if err := d.value(within(place, key), element); err != nil {
			return err
		}
		v.SetMapIndex(reflect.ValueOf(key).Convert(v.Type().Key()), element)
		return nil
	})
}

// most returns how many entries what stands at a place may have, if there is a limit.
func (d *jsonDecoder) most(place string) (n int, limited bool) {
	n, limited = d.rules.most[place[strings.LastIndexByte(place, '.')+1:]]
	return n, limited
}

func (d *jsonDecoder) list(place string, v reflect.Value) error {
	most, limited := d.most(place)
	v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	return d.each(place, '[', v, func() error {
		i := v.Len()
		if limited && i == most {
			return d.fail(place, d.nextOffset(), "more than %d entries", most)
		}
		v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
		return d.value(fmt.Sprintf("%s[%d]", place, i), v.Index(i))
	})
}

// numbers reads an array into a struct of float64, such as Vec.
func (d *jsonDecoder) numbers(place string, v reflect.Value) error {
	start, i := d.nextOffset(), 0
	err := d.each(place, '[', v, func() error {
		if i == v.NumField() {
			return d.fail(place, d.nextOffset(), "more than %d numbers", i)
		}
		i++
		if d.tokens.PeekKind() != '0' {
			return d.value(fmt.Sprintf("%s[%d]", place, i-1), v.Field(i-1))
		}
		offset := d.nextOffset()
		token, err := d.tokens.ReadToken()
		if err != nil {
			return d.syntax(fmt.Sprintf("%s[%d]", place, i-1), err)
		}
		if f, err := strconv.ParseFloat(token.String(), 64); err == nil {
			v.Field(i - 1).SetFloat(f) // without the name of the place, which costs more than the number
			return nil
		}
		_, err = d.number(fmt.Sprintf("%s[%d]", place, i-1), offset, token.String(), v.Field(i-1))
		return err
	})
	if err == nil && i < v.NumField() {
		err = d.fail(place, start, "has %d numbers, must have %d", i, v.NumField())
	}
	return err
}

// isNumbers reports whether a type is a struct whose JSON is the array of its numbers.
func isNumbers(t reflect.Type) bool {
	if t.Kind() != reflect.Struct || t.NumField() == 0 {
		return false
	}
	for i := range t.NumField() {
		if f := t.Field(i); f.Type.Kind() != reflect.Float64 || f.Tag.Get("json") != "" || !f.IsExported() {
			return false
		}
	}
	return true
}

type jsonMember struct {
	key      string
	index    []int
	optional bool
	untagged bool // its key may be in any case
}

func findField(fields map[string]jsonMember, key string) (jsonMember, bool) {
	if f, ok := fields[key]; ok {
		return f, true
	}
	for _, f := range fields {
		if f.untagged && strings.EqualFold(f.key, key) {
			return f, true
		}
	}
	return jsonMember{}, false
}

var knownFields sync.Map // from reflect.Type to map[string]jsonMember

// jsonFields returns the fields of a struct by their keys, those of an embedded
// struct among them.
func jsonFields(t reflect.Type) map[string]jsonMember {
	if known, ok := knownFields.Load(t); ok {
		return known.(map[string]jsonMember)
	}
	fields := map[string]jsonMember{}
	for _, f := range reflect.VisibleFields(t) {
		name, optional := fieldKey(f)
		switch {
		case f.Tag.Get("json") == "-" || f.Anonymous && name == "" || !f.IsExported():
			continue
		case name == "":
			name = f.Name
		}
		fields[name] = jsonMember{name, f.Index, optional, f.Tag.Get("json") == ""}
	}
	knownFields.Store(t, fields)
	return fields
}

// fieldKey returns the key that a field's tag names, and whether it may be missing.
func fieldKey(f reflect.StructField) (name string, optional bool) {
	name, tail, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name, tail == "omitempty" || tail == "omitzero"
}

// kindName says what a value must be, to a person who knows JSON and not Go.
func kindName(v reflect.Value) string {
	switch {
	case isNumbers(v.Type()):
		return fmt.Sprintf("a list of %d numbers", v.NumField())
	case v.CanFloat():
		return "a number"
	case v.CanInt():
		return fmt.Sprintf("a whole number%s", bounds(v.Type().Bits(), true))
	case v.CanUint():
		return fmt.Sprintf("a whole number%s", bounds(v.Type().Bits(), false))
	}
	switch v.Kind() {
	case reflect.String:
		return "a text in double quotes"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice:
		return "a list [ … ]"
	case reflect.Struct, reflect.Map:
		return "an object { … }"
	case reflect.Pointer:
		return kindName(reflect.Zero(v.Type().Elem()))
	}
	return "another value"
}

// bounds says which whole numbers can be held.
func bounds(bits int, signed bool) string {
	switch {
	case !signed && bits == 64:
		return " from 0 to 18446744073709551615"
	case !signed:
		return fmt.Sprintf(" from 0 to %d", uint64(1)<<bits-1)
	case bits < 64:
		return fmt.Sprintf(" from %d to %d", -(int64(1) << (bits - 1)), int64(1)<<(bits-1)-1)
	}
	return ""
}

// within returns the place of a key in the object at a place.
func within(place, key string) string {
	if strings.ContainsFunc(key, func(r rune) bool {
		return r != '_' && r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}) || key == "" {
		return fmt.Sprintf("%s[%q]", place, clip(key))
	}
	return strings.TrimPrefix(place+"."+clip(key), ".")
}

// show returns a token as it stands in the text.
func show(token jsontext.Token) string {
	switch token.Kind() {
	case '"':
		return strconv.Quote(clip(token.String()))
	case '{':
		return "an object { … }"
	case '[':
		return "a list [ … ]"
	}
	return clip(token.String())
}

// clip keeps a hostile key or value from filling the terminal.
func clip(s string) string {
	if len(s) <= 40 {
		return s
	}
	n := 40
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}
