package gallery

import (
	"bytes"
	"fmt"
	"strings"
	"text/template"

	"orrery/sim/scenario"
)

// pageText is the README.md beside the pictures.
var pageText = template.Must(template.New("gallery").Funcs(template.FuncMap{
	"code":     func(text any) string { return fmt.Sprintf("`%v`", text) },
	"sentence": func(text string) string { return strings.ToUpper(text[:1]) + text[1:] + "." },
	"divide":   func(a, b int) string { return fmt.Sprintf("%.3g", float64(a)/float64(b)) },
}).Parse(`# Scenarios

What can be simulated. {{code "orrery scenes NAME"}} shows the same in a terminal. A parameter is set with
{{code "--set key=value"}}, and drawn by each episode anew with {{code "--set key=low:high"}}. Of the policies the first acts
unless {{code "--policy"}} names another. {{code "orrery scenes --pictures assets/scenarios --seed 3 --force"}} makes this page.

![All scenarios](all.png)
{{range .}}
## {{.Name}}

![{{.Name}}]({{.Name}}.png)

{{sentence .Summary}}
{{- if .Params}}

| parameter | default | range | unit | |
|---|---|---|---|---|
{{- range .Params}}
| {{code .Name}} | {{.Default}} | {{.Min}} to {{.Max}} | {{.Unit}} | {{.Doc}} |
{{- end}}
{{- end}}
{{- if .Actions}}

| action | of | along | range | unit |
|---|---|---|---|---|
{{- range .Actions}}
| {{.Kind}} | {{.Body}} | {{.Along}} | {{.Low}} to {{.High}} | {{.Unit}} |
{{- end}}

| policy | |
|---|---|
{{- range .Policies}}
| {{code .Name}} | {{.Doc}} |
{{- end}}
{{- end}}
{{- $fps := .FPS}}
{{- with .Task}}

Task: {{.Doc}}, within {{divide .TimeLimit $fps}} s.
{{- end}}
{{end}}`))

// page returns the README.md that goes with the pictures of the scenarios.
func page(list []*scenario.Scenario) ([]byte, error) {
	infos := make([]Info, len(list))
	for i, s := range list {
		var err error
		if infos[i], err = Describe(s); err != nil {
			return nil, err
		}
	}
	var text bytes.Buffer
	err := pageText.Execute(&text, infos)
	return text.Bytes(), err
}
