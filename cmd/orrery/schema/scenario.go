package schema

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/invopop/jsonschema"

	"orrery/sim/input"
	"orrery/sim/scenario/file"
)

// Types returns the schemas of the types of a scenario file by their names, that of the file
// as "Scenario". References begin with a prefix, such as "#/$defs/".
func Types(prefix string) (map[string]*jsonschema.Schema, error) {
	return types(prefix, reflect.TypeFor[file.Scenario](), file.Format)
}

// types returns the schemas of the types of a file of another sort and format, that of the file as the name of its type.
func types(prefix string, of reflect.Type, number int) (map[string]*jsonschema.Schema, error) {
	w := writer{prefix: prefix, made: map[string]*jsonschema.Schema{}, names: map[string]reflect.Type{}}
	w.refer(of)
	for len(w.queue) > 0 {
		t := w.queue[0]
		w.queue = w.queue[1:]
		w.made[t.Name()] = w.define(t)
	}
	if w.err != nil {
		return nil, w.err
	}
	if format, ok := w.made[of.Name()].Properties.Get("format"); ok {
		format.Const = number
	}
	return w.made, nil
}

// Scenario returns the schema of a scenario file as an indented text.
func Scenario() ([]byte, error) {
	return Of(reflect.TypeFor[file.Scenario](), "scenario", file.Format)
}

// Of returns the schema of a sort of file, which a type reads whose field format has a number, as an indented text.
func Of(t reflect.Type, sort string, number int) ([]byte, error) {
	all, err := types("#/$defs/", t, number)
	if err != nil {
		return nil, err
	}
	root := all[t.Name()]
	delete(all, t.Name())
	root.Version, root.Title, root.Definitions = jsonschema.Version, fmt.Sprintf("a %s of the orrery, format %d", sort, number), all
	text, err := json.MarshalIndent(root, "", "  ")
	return append(text, '\n'), err
}

// writer makes the schemas of types, each of which refers to those within it.
type writer struct {
	prefix string
	queue  []reflect.Type // still to be made
	made   map[string]*jsonschema.Schema
	names  map[string]reflect.Type
	err    error
}

// refer returns a reference to a named type, which is made in its turn.
func (w *writer) refer(t reflect.Type) *jsonschema.Schema {
	name := t.Name()
	switch known, ok := w.names[name]; {
	case !ok:
		w.names[name] = t
		w.queue = append(w.queue, t)
	case known != t && w.err == nil:
		w.err = fmt.Errorf("two types are called %s: %v and %v", name, known, t)
	}
	return &jsonschema.Schema{Ref: w.prefix + name}
}

// define returns the schema of a type: of each form that it may have, or of a struct.
func (w *writer) define(t reflect.Type) *jsonschema.Schema {
	forms, ok := reflect.New(t).Interface().(input.Forms)
	if !ok {
		s := w.reflect(t)
		s.Required = required(t)
		return s
	}
	s := &jsonschema.Schema{Description: forms.Words()}
	for _, letter := range []byte(`0"tf[{`) {
		into := reflect.New(t).Interface().(input.Forms).Form(letter)
		if into == nil {
			continue
		}
		form := w.part(reflect.TypeOf(into).Elem())
		switch letter {
		case 't', 'f':
			form = &jsonschema.Schema{Const: letter == 't'}
		default:
			if form.Type == "" { // a type with forms of its own, of which the letter chooses one
				form = &jsonschema.Schema{Type: kinds[letter], AllOf: []*jsonschema.Schema{form}}
			}
		}
		s.AnyOf = append(s.AnyOf, form)
	}
	return s
}

// kinds are the types of JSON by the letters of input.Forms.
var kinds = map[byte]string{'0': "number", '"': "string", '[': "array", '{': "object"}

// part returns the schema of what a type holds.
func (w *writer) part(t reflect.Type) *jsonschema.Schema {
	if s := w.special(t); s != nil {
		return s
	}
	return w.reflect(t)
}

// special returns the schemas of types that the reflector does not know: references to what
// is defined on its own, and names with what they stand for. It returns nil for all others.
func (w *writer) special(t reflect.Type) *jsonschema.Schema {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if entry, ok := entryOf(t); ok {
		return &jsonschema.Schema{Type: "object", AdditionalProperties: w.part(entry)}
	}
	if _, ok := reflect.New(t).Interface().(input.Forms); ok || t.Kind() == reflect.Struct {
		return w.refer(t)
	}
	return nil
}

// entryOf returns what the names of an input.Entries stand for.
func entryOf(t reflect.Type) (reflect.Type, bool) {
	if t.Kind() != reflect.Slice || t.Elem().Kind() != reflect.Struct || t.PkgPath() != reflect.TypeFor[input.JSONError]().PkgPath() {
		return nil, false
	}
	value, ok := t.Elem().FieldByName("Value")
	return value.Type, ok
}

// reflect returns the schema of a type itself, with references to the types within it.
func (w *writer) reflect(t reflect.Type) *jsonschema.Schema {
	within := false
	r := jsonschema.Reflector{Anonymous: true, DoNotReference: true, Mapper: func(t reflect.Type) *jsonschema.Schema {
		if !within {
			within = true
			return nil
		}
		return w.special(t)
	}}
	s := r.ReflectFromType(t)
	s.Version = ""
	return s
}

// required returns the keys that an object of a type must have, by the rule of package input
// and by the tags of those that package scenario asks for.
func required(t reflect.Type) (keys []string) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case !f.IsExported():
		case f.Anonymous && name == "":
			keys = append(keys, required(f.Type)...)
		case f.Tag.Get("jsonschema") == "required" || options == "":
			keys = append(keys, name)
		}
	}
	slices.Sort(keys)
	return keys
}
