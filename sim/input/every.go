package input

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/tidwall/jsonc"
)

// Forms is a type whose JSON may be of several kinds, such as a number or a text.
type Forms interface {
	// Form returns a pointer to what a value is read into that begins with a letter: '0'
	// for a number, '"' for a text, 't' or 'f' for a boolean, '[' for a list and '{' for
	// an object. It returns nil when the value may not be of that kind.
	Form(letter byte) any

	// Words says what the value may be, to a person: "a number or a text".
	Words() string
}

// Insteads is a type of an object for which people write keys that it does not have.
type Insteads interface {
	// Instead says what to write instead of keys that are not known, such as `"at"` for
	// position.
	Instead() map[string]string
}

// Entries is an object whose keys are names, in the order in which they stand in the text.
type Entries[T any] []Entry[T]

// Entry is a name and what it stands for.
type Entry[T any] struct {
	Name  string
	Value T
}

type orderedEntries interface{ ordered() }

func (Entries[T]) ordered() {}

// MarshalJSON returns the object.
func (e Entries[T]) MarshalJSON() ([]byte, error) {
	text := []byte{'{'}
	for i, entry := range e {
		if i > 0 {
			text = append(text, ',')
		}
		for _, part := range []any{entry.Name, entry.Value} {
			var written bytes.Buffer
			encoder := json.NewEncoder(&written)
			encoder.SetEscapeHTML(false) // whoever encodes the whole may do so
			if err := encoder.Encode(part); err != nil {
				return nil, err
			}
			text = append(append(text, bytes.TrimSpace(written.Bytes())...), ':')
		}
		text = text[:len(text)-1]
	}
	return append(text, '}'), nil
}

// What DecodeEveryJSON puts up with. Beyond either, it stops.
const (
	mostMistakes = 100
	mostNested   = 100 // values within values
)

// DecodeEveryJSON is DecodeStrictJSON for texts that people write by hand: comments and
// commas before a closing bracket are allowed, and it goes on after a mistake and returns
// all it finds, in the order of the text. Only a text that is no JSON ends it early. The
// list under a key may have the number of entries that most gives for the key. Besides what
// DecodeJSON fills, v may hold Forms, Entries and arrays, whose lists must have all their
// entries; null is no value of any.
func DecodeEveryJSON(text []byte, v any, most map[string]int) []*JSONError {
	rules := jsonRules{missing: true, most: most, every: true}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	d := rules.decoder(jsonc.ToJSON(text))
	d.written = text
	if err := d.whole(reflect.ValueOf(v).Elem()); err != nil {
		d.mistakes = append(d.mistakes, err.(*JSONError))
	}
	return d.mistakes
}

// part reads a value within another one. When every mistake is asked for, it keeps the one
// in the value and goes on after it.
func (d *jsonDecoder) part(place string, v reflect.Value) error {
	if !d.rules.every {
		return d.value(place, v)
	}
	depth, start := d.tokens.StackDepth(), d.tokens.InputOffset()
	if depth > mostNested {
		d.broken = true
		return d.fail(place, d.nextOffset(), "values must not be nested deeper than %d", mostNested)
	}
	err := d.value(place, v)
	if err == nil {
		return nil
	}
	if err = d.pass(err); err != nil {
		return err
	}
	if d.tokens.InputOffset() == start {
		err = d.tokens.SkipValue()
	}
	for err == nil && d.tokens.StackDepth() > depth {
		_, err = d.tokens.ReadToken()
	}
	if err != nil {
		return d.syntax(place, err)
	}
	return nil
}

// pass keeps a mistake and returns nil when the text can be read on.
func (d *jsonDecoder) pass(err error) error {
	if !d.rules.every || d.broken {
		return err
	}
	if len(d.mistakes) == mostMistakes-1 {
		d.broken = true
		return err
	}
	d.mistakes = append(d.mistakes, err.(*JSONError))
	return nil
}

// skipped keeps a mistake of a key and skips its value when the text can be read on.
func (d *jsonDecoder) skipped(place string, err error) error {
	if err := d.pass(err); err != nil {
		return err
	}
	if err := d.tokens.SkipValue(); err != nil {
		return d.syntax(place, err)
	}
	return nil
}

// form reads a value that may be of several kinds.
func (d *jsonDecoder) form(place string, forms Forms) error {
	offset := d.nextOffset()
	to := forms.Form(byte(d.tokens.PeekKind()))
	if to != nil {
		return d.value(place, reflect.ValueOf(to).Elem())
	}
	token, err := d.tokens.ReadToken()
	if err != nil {
		return d.syntax(place, err)
	}
	return d.fail(place, offset, "%s must be %s", show(token), forms.Words())
}

// entries reads an object into a list of Entry.
func (d *jsonDecoder) entries(place string, v reflect.Value) error {
	most, limited := d.most(place)
	seen := map[string]bool{}
	return d.each(place, '{', v, func() error {
		key, offset, err := d.key(place, seen)
		if err == nil && limited && v.Len() == most {
			return d.fail(place, offset, "more than %d entries", most)
		}
		if err != nil {
			return d.skipped(place, err)
		}
		i := v.Len()
		v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
		v.Index(i).Field(0).SetString(key)
		return d.part(within(place, key), v.Index(i).Field(1))
	})
}

// array reads a list that must have a certain number of entries.
func (d *jsonDecoder) array(place string, v reflect.Value) error {
	start, i := d.nextOffset(), 0
	err := d.each(place, '[', v, func() error {
		if i == v.Len() {
			return d.fail(place, d.nextOffset(), "more than %d entries", i)
		}
		i++
		return d.part(place+"["+strconv.Itoa(i-1)+"]", v.Index(i-1))
	})
	if err == nil && i < v.Len() {
		err = d.fail(place, start, "a list of %d must have %d entries", i, v.Len())
	}
	return err
}

// instead says what to write for an unknown key of an object: what its type says, or the
// nearest key that it has, or what its type says of a key that is near.
func instead(v reflect.Value, key string, known []string) string {
	var words map[string]string
	if i, ok := v.Addr().Interface().(Insteads); ok {
		words = i.Instead()
	}
	if word, ok := words[strings.ToLower(key)]; ok {
		return ": write " + word
	}
	if hint := Perhaps(key, known); hint != "" {
		return hint
	}
	if near, probable := Nearest(key, slices.Sorted(maps.Keys(words))); probable && len(near) > 3 {
		return ": write " + words[near]
	}
	return ""
}

// Pointer returns the Field as a JSON pointer (RFC 6901): /bodies/3/mass for bodies[3].mass.
func (e *JSONError) Pointer() string {
	var pointer strings.Builder
	for rest := e.Field; rest != ""; {
		key := ""
		switch {
		case strings.HasPrefix(rest, "[\""):
			quoted, err := strconv.QuotedPrefix(rest[1:])
			if err != nil {
				return pointer.String()
			}
			key, _ = strconv.Unquote(quoted)
			rest = rest[1+len(quoted)+1:]
		case rest[0] == '[':
			key, rest, _ = strings.Cut(rest[1:], "]")
		default:
			rest = strings.TrimPrefix(rest, ".")
			end := strings.IndexAny(rest, ".[")
			if end < 0 {
				end = len(rest)
			}
			key, rest = rest[:end], rest[end:]
		}
		pointer.WriteString("/" + EscapePointer(key))
	}
	return pointer.String()
}

// EscapePointer returns a key as it stands in a JSON pointer.
func EscapePointer(key string) string { return pointerEscape.Replace(key) }

var pointerEscape = strings.NewReplacer("~", "~0", "/", "~1")

// Offsets returns where the values of a text begin, in bytes, by their JSON pointers, up to
// where it is no JSON. The text is one for DecodeEveryJSON, without a byte-order mark.
func Offsets(text []byte) map[string]int {
	d := jsonRules{every: true}.decoder(jsonc.ToJSON(text))
	offsets := map[string]int{}
	for {
		offset := int(d.nextOffset())
		token, err := d.tokens.ReadToken()
		if err != nil {
			return offsets
		}
		if kind := token.Kind(); kind != '}' && kind != ']' {
			offsets[string(d.tokens.StackPointer())] = offset // a key's is that of its value, which follows
		}
	}
}
