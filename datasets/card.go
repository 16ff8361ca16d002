package datasets

import (
	"bytes"
	"fmt"
	"strings"
	"text/template"
)

// cardText is README.md, the page that the Hugging Face hub shows. Its front
// matter makes the hub's table viewer find the data.
var cardText = template.Must(template.New("card").Parse(`---
license: apache-2.0
pretty_name: {{printf "%q" .Plan.Scenario}}
size_categories: ["{{.Size}}"]
task_categories: [robotics]
tags: [LeRobot, world-model, physics]
configs:
- config_name: default
  data_files: data/*/*.parquet
---

# {{.Plan.Scenario}}

{{.Plan.Task}}

{{.Info.TotalEpisodes}} episodes{{if .Bounded}} of {{if .Uneven}}at most {{end}}{{.Plan.Frames}} frames{{end}} at {{.Info.FPS}} frames a second, {{.Info.TotalFrames}} in all, of
{{if .Plan.Sources}}bodies in two dimensions, imported from files{{else}}simulated rigid bodies in two dimensions{{end}}, in [LeRobot](https://github.com/huggingface/lerobot)'s dataset format {{.Info.CodebaseVersion}}.

| column | content |
|---|---|
| ` + "`observation.state`" + ` | x, y (m), angle (rad, continuous), vx, vy (m/s), omega (rad/s) of each of up to {{.Room.Bodies}} bodies; zeros for absent ones |
| ` + "`action`" + ` | {{if .Room.Actions}}what was asked for from this frame to the next: {{range $i, $name := .Room.Actions}}{{if $i}}, {{end}}{{$name}}{{end}}; zeros at the last frame{{else}}always 0: nothing is driven{{end}} |
{{if .Room.Rewarded}}| ` + "`next.reward`" + ` | what the action was worth |
| ` + "`next.done`" + ` | whether it ended the episode, of which ` + "`next.truncated`" + ` says that time was up |
| ` + "`next.success`" + ` | whether it reached the goal |
{{end}}{{if .Room.View}}| ` + "`observation.environment_state`" + ` | what the task lets an actor see, in its own units: {{range $i, $name := .Room.View}}{{if $i}}, {{end}}{{$name}}{{end}} |
{{end}}{{if .Room.Observed}}| ` + "`observation.measured`" + ` | x, y (m) and angle (rad) of each body as they were measured near the frame, of which the state is an estimate |
| ` + "`observation.seen`, `observation.turned`" + ` | 1 where x and y, and where the angle were measured |
| ` + "`observation.after`" + ` | how long after the frame that was (s) |
| ` + "`observation.measured_std`" + ` | standard deviation of the measured position (m) and angle (rad) of each body |
| ` + "`observation.std`" + ` | standard deviation of each value of the state, in its unit |
{{end}}{{if .Room.Film.Kind}}| ` + "`observation.images.camera`" + ` | a picture of each frame, {{.Room.Film.Width}}×{{.Room.Film.Height}} px{{with .Plan.Film.Look}}: {{.}}{{end}}; how many px a metre is and what of the world is seen is in ` + "`meta/orrery/film.parquet`" + ` |
{{end}}
The scene of each episode is in ` + "`meta/orrery/scenes.parquet`" + `; origin and hashes are in ` + "`meta/orrery/provenance.json`" + `.
{{if .Room.Observed}}Impacts that were found and covariances are in ` + "`meta/orrery/observed.parquet`" + `, and what the recording had, as it was written, in
` + "`meta/orrery/recording.parquet`" + `.
{{end}}
| origin | |
|---|---|
{{if .Plan.Sources}}{{range $name, $sum := .Plan.Sources}}| file {{$name}} | SHA-256 {{$sum}} |
{{end}}{{else if not .Plan.Parts}}| scenario | {{.Plan.Scenario}} |
{{with .FileSum}}| scenario file | in meta/orrery/provenance.json, SHA-256 {{.}} |
{{end}}| seed | {{.Plan.Seed}} |
{{end}}{{range .Parts}}| episodes {{.From}} to {{.To}} | {{.Of}} |
{{end}}{{if .Plan.Policy}}| policy | {{.Plan.Policy}} |
{{end}}{{range .Splits}}| split {{.Of}} | episodes {{.From}} to {{.To}} |
{{end}}{{if .Plan.Shard.Of}}| shard | {{.Plan.Shard}} |
{{end}}{{range $name, $value := .Plan.Params}}| {{$name}} | {{$value}} |
{{end}}{{range $name, $range := .Plan.Ranges}}| {{$name}} | {{$range.Min}} to {{$range.Max}}, drawn by each episode |
{{end}}| program | {{.Plan.Module}} |
| Go | {{.Plan.Go}} |
| architecture | {{.Plan.Arch}} |
{{if .Plan.Command}}
Made by

    {{.Plan.Command}}
{{end}}`))

// card returns README.md.
func card(plan Provenance, info Info, room Room) []byte {
	var text bytes.Buffer
	err := cardText.Execute(&text, map[string]any{
		"Plan": plan, "FileSum": plan.FileSum(), "Info": info, "Room": room, "Size": sizeCategory(info.TotalFrames),
		"Parts": plan.partSpans(), "Splits": plan.splitSpans(), "Bounded": plan.Frames < MaxFrames, "Uneven": info.TotalFrames != info.TotalEpisodes*plan.Frames,
	})
	if err != nil {
		panic(err) // the template and its data are ours
	}
	return text.Bytes()
}

// partSpan says which episodes of a merged dataset come from where, or are of which split.
type partSpan struct {
	From, To int // the first and the last
	Of       string
}

// partSpans returns where the episodes of a merged dataset come from.
func (s *Spec) partSpans() []partSpan {
	var spans []partSpan
	from := 0
	for i := range s.Parts {
		part := &s.Parts[i]
		spans = append(spans, partSpan{from, from + part.Len() - 1, part.Origin()})
		from += part.Len()
	}
	return spans
}

// splitSpans returns the splits of a dataset that is divided.
func (s *Spec) splitSpans() []partSpan {
	var spans []partSpan
	for _, split := range s.ownSplits() {
		spans = append(spans, partSpan{split.From, split.To - 1, split.Name})
	}
	return spans
}

// Origin says in a few words where the part comes from.
func (p *Part) Origin() string {
	origin := p.Name
	if p.To > 0 {
		origin += fmt.Sprintf(" (%d to %d)", p.From, p.To-1)
	}
	origin += ": " + p.Scenario
	if len(p.Sources) == 0 {
		origin += fmt.Sprintf(", seed %d", p.Seed)
	}
	if p.Command != "" {
		origin += ", made by " + p.Command
	}
	return origin
}

// sizeCategory returns the hub's word for so many rows.
func sizeCategory(rows int) string {
	names := strings.Fields("1K 10K 100K 1M 10M 100M 1B 10B")
	for i, limit := 0, 1000; i < len(names); i, limit = i+1, limit*10 {
		switch {
		case rows >= limit:
		case i == 0:
			return "n<1K"
		default:
			return names[i-1] + "<n<" + names[i]
		}
	}
	return "10B<n<100B"
}
