package serve

import (
	"bytes"
	"encoding/json"
	"fmt"
	htmltemplate "html/template"
	"maps"
	"net/http"
	"slices"
	"strings"
	"text/template"

	"orrery/assets"
	format "orrery/cmd/orrery/schema"
	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
)

// describeAPI returns openapi.yaml, into which it writes the limits and the schemas of the types
// of scenario files, which are named File….
func describeAPI(limits Limits) ([]byte, error) {
	const name = "serve/openapi.yaml"
	page, err := template.ParseFS(assets.Files, name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var out bytes.Buffer
	if err := page.Execute(&out, limits); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	types, err := format.Types("#/components/schemas/File")
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(types)) { // the schemas come last in the file, and JSON is YAML too
		text, err := json.Marshal(types[name])
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&out, "    File%s: %s\n", name, text)
	}
	return out.Bytes(), nil
}

func (s *Server) serveDocument(w http.ResponseWriter, _ *http.Request) {
	writeText(w, "application/yaml", s.document)
}

// about has what the page says of the server.
type about struct {
	Base   string // its address, as the client calls it
	Token  bool
	Tasks  []*scenario.Scenario
	Models []string
	Routes []route
	Limits Limits
}

// Method and the like are what a template sees of a route.
func (r route) Method() string  { return r.method }
func (r route) Path() string    { return r.path }
func (r route) Summary() string { return r.summary }

// The page in two forms: for browsers, and for who reads it in a terminal.
var (
	htmlPage = htmltemplate.Must(htmltemplate.ParseFS(assets.Files, "serve/page.html"))
	textPage = template.Must(template.ParseFS(assets.Files, "serve/page.txt"))
)

// explainSelf answers the page, as HTML to whoever says that it takes HTML.
func (s *Server) explainSelf(w http.ResponseWriter, r *http.Request) {
	page := about{
		Base: "http://" + r.Host, Token: s.config.Token != "", Models: slices.Sorted(maps.Keys(s.config.Models)),
		Routes: s.routes, Limits: s.config.Limits,
	}
	for _, each := range library.List() {
		if each.Task != nil {
			page.Tasks = append(page.Tasks, each)
		}
	}
	var out bytes.Buffer
	w.Header().Set("Vary", "Accept")
	if strings.Contains(r.Header.Get("Accept"), "text/html") {
		if err := htmlPage.Execute(&out, page); err != nil {
			panic(err) // the template is the program's own
		}
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
		writeText(w, "text/html; charset=utf-8", out.Bytes())
		return
	}
	if err := textPage.Execute(&out, page); err != nil {
		panic(err)
	}
	writeText(w, "text/plain; charset=utf-8", out.Bytes())
}

func writeText(w http.ResponseWriter, kind string, text []byte) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Length", fmt.Sprint(len(text)))
	_, _ = w.Write(text) // a client that has gone is told nothing
}
