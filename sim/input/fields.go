package input

import (
	"reflect"
	"strings"
	"sync"
)

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
