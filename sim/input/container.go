package input

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

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
			if _, err := d.tokens.ReadToken(); err != nil { // the wrong one of the two
				return d.syntax(place, err)
			}
			return nil
		case kind == 0:
			_, err := d.tokens.ReadToken()
			return d.syntax(place, err)
		case open == '{' && kind != '"':
			d.broken = true
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
		return "", 0, d.failKey(place, key, offset, "repeated key %q", clip(key))
	}
	seen[key] = true
	return key, offset, nil
}

func (d *jsonDecoder) object(place string, v reflect.Value) error {
	start, fields, seen := d.nextOffset(), jsonFields(v.Type()), map[string]bool{}
	err := d.each(place, '{', v, func() error {
		key, offset, err := d.key(place, seen)
		if err != nil {
			return d.skipped(place, err)
		}
		if f, ok := findField(fields, key); ok {
			seen[f.key] = true
			return d.part(within(place, key), v.FieldByIndex(f.index))
		}
		if !d.rules.unknown {
			hint := instead(v, key, slices.Sorted(maps.Keys(fields)))
			return d.skipped(within(place, key), d.failKey(place, key, offset, "unknown key %q%s", clip(key), hint))
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
	return d.failKey(place, missing, start, "missing key %q", missing)
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
			return d.skipped(place, err)
		}
		element := reflect.New(v.Type().Elem()).Elem()
		if err := d.part(within(place, key), element); err != nil {
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
	numbers := v.Type().Elem() == reflect.TypeFor[float64]()
	return d.each(place, '[', v, func() error {
		i := v.Len()
		if limited && i == most {
			return d.fail(place, d.nextOffset(), "more than %d entries", most)
		}
		v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
		if numbers && d.tokens.PeekKind() == '0' {
			return d.pass(d.plain(place, i, v.Index(i)))
		}
		return d.part(entry(place, i), v.Index(i))
	})
}

// entry names the place of an entry of a list.
func entry(place string, i int) string { return place + "[" + strconv.Itoa(i) + "]" }

// plain reads the number that is entry i of a list into a float64, without the name of its place where that is not needed: it costs more
// than the number.
func (d *jsonDecoder) plain(place string, i int, v reflect.Value) error {
	offset := d.nextOffset()
	token, err := d.tokens.ReadToken()
	if err != nil {
		return d.syntax(entry(place, i), err)
	}
	text := token.String()
	if f, err := strconv.ParseFloat(text, 64); err == nil {
		v.SetFloat(f)
		return nil
	}
	_, err = d.number(entry(place, i), offset, text, v)
	return err
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
			return d.value(entry(place, i-1), v.Field(i-1))
		}
		return d.plain(place, i-1, v.Field(i-1))
	})
	if err == nil && i < v.NumField() {
		err = d.fail(place, start, "has %d numbers, must have %d", i, v.NumField())
	}
	return err
}
