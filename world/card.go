package world

import (
	"bytes"
	"text/template"

	"orrery/datasets/storage"
)

// Score is one figure for a model card.
type Score struct {
	Name  string  // "position error at 0.5 s (m)"
	Type  string  // "position_error_0.5s"
	Value float64 // in the unit that Name ends with
}

var cardTemplate = template.Must(template.New("card").Parse(`---
license: apache-2.0
library_name: orrery
tags: [world-model, physics, rigid-body]
{{- if .Scores}}
model-index:
- name: {{printf "%q" .Name}}
  results:
  - task: {type: physics-prediction, name: rollout of 2D rigid bodies}
    dataset: {type: orrery, name: {{printf "%q" .Training.Scenario}}}
    metrics:
{{- range .Scores}}
    - {type: {{printf "%q" .Type}}, value: {{printf "%.6g" .Value}}, name: {{printf "%q" .Name}}}
{{- end}}
{{- end}}
---

# {{.Name}}

Predicts how the bodies of the scenario ` + "`{{.Training.Scenario}}`" + ` move, one frame at a time. It is of the kind
` + "`{{.Kind}}`" + ` and has {{.Training.Parameters}} trained parameters.

| | |
|---|---|
| training episodes | {{.Training.Episodes}} |
| training frames | {{.Training.Examples}} |
{{- with .Training.States}}
| states | {{.}} |
{{- end}}
| updates | {{.Training.Steps}} |
| training time | {{printf "%.1f" .Training.Seconds}} s |
| loss on held-out frames | {{printf "%.3g" .Training.Loss}} |
| program | {{.Training.Version}} |
{{if .Scores}}
| measured on held-out episodes | |
|---|---|
{{- range .Scores}}
| {{.Name}} | {{printf "%.4g" .Value}} |
{{- end}}
{{end}}
Settings, training recipe and the provenance of the data are in ` + "`config.json`" + `. Predict with

    orrery rollout MODEL --data DATASET --episode 0 --out rollout.json
`))

// WriteCard writes the card of a model directory, with the scores if there are
// any.
func WriteCard(dir string, d *Description, scores []Score) error {
	text, err := cardOf(d, scores)
	if err != nil {
		return err
	}
	return storage.WriteFile(storage.Join(dir, CardFile), text)
}

func cardOf(d *Description, scores []Score) ([]byte, error) {
	var text bytes.Buffer
	err := cardTemplate.Execute(&text, struct {
		*Description
		Name   string
		Scores []Score
	}{d, d.Kind + " on " + d.Training.Scenario, scores})
	return text.Bytes(), err
}
