package serve

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"go.yaml.in/yaml/v3"

	"orrery/sim"
	"orrery/world/plan"
)

// openAPI is what the tests read of the file.
type openAPI struct {
	Paths      map[string]map[string]operation
	Components struct{ Schemas map[string]*schema }
}

type operation struct {
	Summary     string
	RequestBody struct{ Content map[string]content } `yaml:"requestBody"`
	Responses   map[string]struct{ Content map[string]content }
}

type content struct{ Schema *schema }

type schema struct {
	Ref                  string `yaml:"$ref"`
	Type                 string
	Description          string
	Items                *schema
	OneOf                []*schema `yaml:"oneOf"`
	Properties           map[string]*schema
	Required             []string
	AdditionalProperties *schema `yaml:"additionalProperties"`
	MinItems             int     `yaml:"minItems"`

	refuses bool // it is false, and nothing fits
}

// UnmarshalYAML passes over what is no operation.
func (o *operation) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind != yaml.MappingNode {
		return nil
	}
	type plain operation
	return node.Decode((*plain)(o))
}

// UnmarshalYAML knows schemas that are true or false.
func (s *schema) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind != yaml.MappingNode {
		s.refuses = node.Value == "false"
		return nil
	}
	type plain schema
	return node.Decode((*plain)(s))
}

// TestOpenAPIAgreesWithTheHandlers compares the paths of the file with the server's,
// and its schemas with the types that the handlers take and return, both ways.
func TestOpenAPIAgreesWithTheHandlers(t *testing.T) {
	t.Parallel()
	server := newServer(t, nil)
	var api openAPI
	if err := yaml.Unmarshal(server.document, &api); err != nil {
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
	for _, r := range server.routes {
		name := r.method + " " + r.path
		if !documented[name] {
			t.Errorf("%s is not in the file", name)
			continue
		}
		delete(documented, name)
		o := api.Paths[r.path][strings.ToLower(r.method)]
		if o.Summary != r.summary {
			t.Errorf("%s: the page says %q, the document %q", name, r.summary, o.Summary)
		}
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
	case typ == reflect.TypeFor[sim.Vec]():
		if s.Type != "array" || s.MinItems != 2 {
			w.t.Errorf("%s: %+v must be a pair of numbers", place, s)
		}
	case typ == reflect.TypeFor[json.RawMessage]() && s == w.schemas["WhichScenario"]:
		if len(s.OneOf) != 2 || s.OneOf[0].Type != "string" || w.schemas[strings.TrimPrefix(s.OneOf[1].Ref, "#/components/schemas/")] == nil {
			w.t.Errorf("%s: %+v must be a name or a scenario file", place, s)
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
	case typ.Kind() == reflect.Pointer:
		w.compareFields(place, typ.Elem(), s)
	case typ.Kind() == reflect.Struct:
		w.compareFields(place, typ, s)
	}
}

func (w walk) compareFields(place string, typ reflect.Type, s *schema) {
	if s.AdditionalProperties == nil || !s.AdditionalProperties.refuses {
		w.t.Errorf("%s: the file does not say that there are no other keys", place)
	}
	var required []string
	rest := maps.Clone(s.Properties)
	for _, field := range reflect.VisibleFields(typ) {
		if field.Anonymous || !field.IsExported() {
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

func TestNoFilesAreHandedOut(t *testing.T) {
	c := dial(t, newServer(t, nil))
	for _, path := range []string{"/models", "/../go.mod", "/serve/openapi.yaml", "/v1/environments/../../etc/passwd"} {
		if status, _ := c.raw(http.MethodGet, path, ""); status != http.StatusNotFound {
			t.Errorf("%s: status %d", path, status)
		}
	}
}

// TestDocumentHasTheLimits finds every limit in the document, as it was set.
func TestDocumentHasTheLimits(t *testing.T) {
	t.Parallel()
	limits := Limits{
		Bytes: 1001, Bodies: 1002, Frames: 1003, Batch: 1004, States: 1005, Samples: 1006, Environments: 1007, Episodes: 1012,
		Connections: 1008, Memory: 1009, Workers: 2, Time: 1010 * time.Second, Idle: 1011 * time.Second,
	}
	c := dial(t, newServer(t, func(c *Config) { c.Limits = limits }))
	status, text := c.raw(http.MethodGet, "/openapi.yaml", "")
	var document struct {
		Limits     map[string]float64 `yaml:"x-limits"`
		Components struct {
			Schemas map[string]struct {
				Properties map[string]struct {
					Maximum  int
					MaxItems int `yaml:"maxItems"`
				}
			}
		}
	}
	if err := yaml.Unmarshal([]byte(text), &document); err != nil || status != http.StatusOK {
		t.Fatal(status, err)
	}
	value := reflect.ValueOf(limits)
	for i := range value.NumField() {
		name := strings.ToLower(value.Type().Field(i).Name)
		want := value.Field(i).Convert(reflect.TypeFor[float64]()).Float()
		if value.Field(i).Type() == reflect.TypeFor[time.Duration]() {
			want /= 1e9
		}
		if document.Limits[name] != want {
			t.Errorf("%s is %v, want %v", name, document.Limits[name], want)
		}
	}
	of := document.Components.Schemas["RolloutRequest"].Properties
	if of["frames"].Maximum != 1003 || of["starts"].MaxItems != 1004 || of["actions"].MaxItems != 1004 {
		t.Errorf("got %+v", of)
	}
}

// TestThePageExplainsTheServer to browsers and to curl.
func TestThePageExplainsTheServer(t *testing.T) {
	t.Parallel()
	c := dial(t, newServer(t, func(c *Config) { c.Limits.Frames = 987 }))
	for _, path := range []string{"/", "/docs"} {
		for accept, kind := range map[string]string{
			"text/html,application/xhtml+xml;q=0.9,*/*;q=0.8": "text/html; charset=utf-8",
			"*/*": "text/plain; charset=utf-8",
		} {
			request, err := http.NewRequest(http.MethodGet, c.base+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Accept", accept)
			response, err := c.http.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			page, err := io.ReadAll(response.Body)
			response.Body.Close()
			if err != nil {
				t.Fatal(err)
			}
			html := strings.HasPrefix(kind, "text/html") // a page of a browser may show it what the server sent, and nothing of others
			if vary, policy := response.Header.Get("Vary"), response.Header.Get("Content-Security-Policy"); vary != "Accept" || strings.Contains(policy, "default-src 'none'") != html {
				t.Errorf("%s for %s varies with %q, and its policy is %q", path, accept, vary, policy)
			}
			if length := response.Header.Get("Content-Length"); length != fmt.Sprint(len(page)) {
				t.Errorf("%s for %s: %d bytes are said to be %s", path, accept, len(page), length)
			}
			if got := response.Header.Get("Content-Type"); got != kind || response.StatusCode != http.StatusOK {
				t.Errorf("%s for %s: status %d, %s, want %s", path, accept, response.StatusCode, got, kind)
			}
			for _, part := range []string{"/openapi.yaml", "orrery.remote", c.base, "pusht", "drift", "987", "/v1/environments/{id}/step", "--environments"} {
				if !strings.Contains(string(page), part) {
					t.Errorf("%s for %s lacks %q", path, accept, part)
				}
			}
			if strings.Contains(string(page), "src=") || strings.Contains(string(page), "http://"+"fonts") {
				t.Errorf("%s needs other files", path)
			}
		}
	}
}
