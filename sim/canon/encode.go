package canon

import (
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"orrery/sim"
)

// jsonEncoder appends values of a type as encoding/json does, in a fifth of its time:
// that calls a method for every vector and reads what it returns once more.
type jsonEncoder struct {
	fields  []jsonField  // of a struct with tags, those of an embedded one among them
	element *jsonEncoder // of a slice or a map
}

type jsonField struct {
	key      string // with the colon
	index    []int
	optional bool
	encoder  *jsonEncoder
}

var sceneEncoder = newJSONEncoder(reflect.TypeFor[sim.Scene]())

func newJSONEncoder(t reflect.Type) *jsonEncoder {
	e := &jsonEncoder{}
	switch t.Kind() {
	case reflect.Slice, reflect.Map:
		e.element = newJSONEncoder(t.Elem())
	case reflect.Struct:
		for _, f := range reflect.VisibleFields(t) {
			name, optional := fieldKey(f)
			if name == "" {
				continue // an array of its numbers, or a struct whose fields follow
			}
			e.fields = append(e.fields, jsonField{strconv.Quote(name) + ":", f.Index, optional, newJSONEncoder(f.Type)})
		}
	}
	return e
}

func (e *jsonEncoder) append(dst []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.String:
		return appendJSONString(dst, v.String())
	case reflect.Bool:
		return strconv.AppendBool(dst, v.Bool())
	case reflect.Int:
		return strconv.AppendInt(dst, v.Int(), 10)
	case reflect.Float64:
		return appendJSONFloat(dst, v.Float())
	case reflect.Slice:
		dst = append(dst, '[')
		for i := range v.Len() {
			dst = append(e.element.append(dst, v.Index(i)), ',')
		}
		return closeJSON(dst, '[', ']')
	case reflect.Map:
		dst = append(dst, '{')
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, key := range keys {
			dst = append(e.element.append(append(appendJSONString(dst, key.String()), ':'), v.MapIndex(key)), ',')
		}
		return closeJSON(dst, '{', '}')
	}
	if e.fields == nil {
		dst = append(dst, '[')
		for i := range v.NumField() {
			dst = append(appendJSONFloat(dst, v.Field(i).Float()), ',')
		}
		return closeJSON(dst, '[', ']')
	}
	dst = append(dst, '{')
	for i := range e.fields {
		f := &e.fields[i]
		member := v.FieldByIndex(f.index)
		if f.optional && (member.IsZero() || (member.Kind() == reflect.Slice || member.Kind() == reflect.Map) && member.Len() == 0) {
			continue
		}
		dst = append(f.encoder.append(append(dst, f.key...), member), ',')
	}
	return closeJSON(dst, '{', '}')
}

// closeJSON puts the end of a list in the place of its last comma.
func closeJSON(dst []byte, open, end byte) []byte {
	if dst[len(dst)-1] == open {
		return append(dst, end)
	}
	dst[len(dst)-1] = end
	return dst
}

func appendJSONString(dst []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			text, _ := json.Marshal(s) // every string has a form
			return append(dst, text...)
		}
	}
	return append(append(append(dst, '"'), s...), '"')
}

// appendJSONFloat appends a number as ECMAScript does: in its shortest form, with an
// exponent below 1e-6 and from 1e21 on.
func appendJSONFloat(dst []byte, x float64) []byte {
	if size := math.Abs(x); size == 0 || size >= 1e-6 && size < 1e21 {
		return strconv.AppendFloat(dst, x, 'f', -1, 64)
	}
	dst = strconv.AppendFloat(dst, x, 'e', -1, 64)
	if n := len(dst); dst[n-4] == 'e' && dst[n-3] == '-' && dst[n-2] == '0' { // e-09 is e-9
		dst[n-2] = dst[n-1]
		dst = dst[:n-1]
	}
	return dst
}

// fieldKey returns the key that a field's tag names, and whether it may be missing.
func fieldKey(f reflect.StructField) (name string, optional bool) {
	name, rest, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name, rest == "omitempty" || rest == "omitzero"
}
