package serve

import (
	"encoding/json"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"

	"go.yaml.in/yaml/v3"

	"orrery/assets"
	"orrery/sim"
	"orrery/world/plan"
)

// openAPI is what the tests read of the file.
type openAPI struct {
	Paths      map[string]map[string]operation
	Components struct{ Schemas map[string]*schema }
}

type operation struct {
	RequestBody struct{ Content map[string]content } `yaml:"requestBody"`
	Responses   map[string]struct{ Content map[string]content }
}

type content struct{ Schema *schema }

type schema struct {
	Ref                  string `yaml:"$ref"`
	Type                 string
	Description          string
	Items                *schema
	Properties           map[string]*schema
	Required             []string
	AdditionalProperties *schema `yaml:"additionalProperties"`
	MinItems             int     `yaml:"minItems"`
}

// UnmarshalYAML passes over what is no operation.
func (o *operation) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind != yaml.MappingNode {
		return nil
	}
	type plain operation
	return node.Decode((*plain)(o))
}

// TestOpenAPIAgreesWithTheHandlers compares the paths of the file with the server's,
// and its schemas with the types that the handlers take and return, both ways.
func TestOpenAPIAgreesWithTheHandlers(t *testing.T) {
	text, err := assets.Files.ReadFile("serve/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var api openAPI
	if err := yaml.Unmarshal(text, &api); err != nil {
		t.Fatal(err)
	}
	documented := map[string]bool{}
	for path, methods := range api.Paths {
		for method := range methods {
			if method != "parameters" {
				documented[strings.ToUpper(method)+" "+path] = true
			}
		}
	}
	for _, r := range newServer(t, nil).routes {
		name := r.method + " " + r.path
		if !documented[name] {
			t.Errorf("%s is not in the file", name)
			continue
		}
		delete(documented, name)
		o := api.Paths[r.path][strings.ToLower(r.method)]
		w := walk{t, api.Components.Schemas}
		w.compare(name+" request", r.request, o.RequestBody.Content["application/json"].Schema)
		answer, there := o.Responses["200"]
		if there == (r.answer == nil && strings.HasPrefix(r.path, "/v1")) {
			t.Errorf("%s has an answer in the file: %v", name, there)
		}
		w.compare(name+" answer", r.answer, answer.Content["application/json"].Schema)
		if strings.HasPrefix(r.path, "/v1") {
			if _, ok := o.Responses["default"]; !ok {
				t.Errorf("%s has no error", name)
			}
		}
	}
	for name := range documented {
		t.Errorf("%s is not served", name)
	}
	settings := strings.FieldsFunc(api.Components.Schemas["PlanRequest"].Properties["settings"].Description, func(r rune) bool { return !unicode.IsLetter(r) })
	for _, field := range reflect.VisibleFields(reflect.TypeFor[plan.Config]()) {
		name := field.Tag.Get("json")
		if number := field.Type.Kind() != reflect.String && name != "-"; number && !slices.Contains(settings, name) {
			t.Errorf("the file does not tell of the setting %s", name)
		}
	}
	w := walk{t, api.Components.Schemas}
	w.compare("error", reflect.TypeFor[errorAnswer](), &schema{Ref: "#/components/schemas/ErrorAnswer"})
}

type walk struct {
	t       *testing.T
	schemas map[string]*schema
}

// compare walks a type and its schema together.
func (w walk) compare(place string, typ reflect.Type, s *schema) {
	if typ == nil || s == nil {
		if typ != nil || s != nil {
			w.t.Errorf("%s: the handler has %v, the file %+v", place, typ, s)
		}
		return
	}
	if s.Ref != "" {
		resolved := w.schemas[strings.TrimPrefix(s.Ref, "#/components/schemas/")]
		if resolved == nil {
			w.t.Errorf("%s: no %s", place, s.Ref)
			return
		}
		s = resolved
	}
	want := map[reflect.Kind]string{reflect.String: "string", reflect.Bool: "boolean", reflect.Int: "integer", reflect.Uint64: "integer",
		reflect.Float64: "number", reflect.Slice: "array", reflect.Map: "object", reflect.Struct: "object", reflect.Pointer: "object"}
	switch {
	case typ == reflect.TypeFor[any](): // the scenarios, which the command that serves them describes
	case typ == reflect.TypeFor[sim.BodyState]():
		if s.Type != "array" || s.MinItems != sim.StateSize {
			w.t.Errorf("%s: %+v must be the state of a body", place, s)
		}
	case typ == reflect.TypeFor[*sim.Scene]() || typ == reflect.TypeFor[json.RawMessage]():
		if s.Type != "object" {
			w.t.Errorf("%s: %+v must be a scene", place, s)
		}
	case s.Type != want[typ.Kind()]:
		w.t.Errorf("%s: type %s of the file is %v", place, s.Type, typ)
	case typ.Kind() == reflect.Slice:
		w.compare(place+"[]", typ.Elem(), s.Items)
	case typ.Kind() == reflect.Map:
		w.compare(place+"{}", typ.Elem(), s.AdditionalProperties)
	case typ.Kind() == reflect.Struct:
		w.compareFields(place, typ, s)
	}
}

func (w walk) compareFields(place string, typ reflect.Type, s *schema) {
	var required []string
	rest := maps.Clone(s.Properties)
	for _, field := range reflect.VisibleFields(typ) {
		if field.Anonymous {
			continue
		}
		key, option, _ := strings.Cut(field.Tag.Get("json"), ",")
		if option == "" {
			required = append(required, key)
		}
		if rest[key] == nil {
			w.t.Errorf("%s: the file lacks %q", place, key)
			continue
		}
		delete(rest, key)
		w.compare(place+"."+key, field.Type, s.Properties[key])
	}
	for key := range rest {
		w.t.Errorf("%s: the handler lacks %q", place, key)
	}
	if !slices.Equal(slices.Sorted(slices.Values(required)), slices.Sorted(slices.Values(s.Required))) {
		w.t.Errorf("%s: required are %v, in the file %v", place, required, s.Required)
	}
}

func TestFilesAreHandedOut(t *testing.T) {
	c := dial(t, newServer(t, nil))
	for _, path := range []string{"/openapi.yaml", "/orrery_client.py"} {
		want, err := assets.Files.ReadFile("serve" + path)
		if err != nil {
			t.Fatal(err)
		}
		if status, text := c.raw(http.MethodGet, path, ""); status != http.StatusOK || text != string(want) {
			t.Errorf("%s: status %d, %d bytes, want %d", path, status, len(text), len(want))
		}
	}
	for _, path := range []string{"/", "/models", "/../go.mod", "/serve/openapi.yaml", "/v1/environments/../../etc/passwd"} {
		if status, _ := c.raw(http.MethodGet, path, ""); status != http.StatusNotFound {
			t.Errorf("%s: status %d", path, status)
		}
	}
}
