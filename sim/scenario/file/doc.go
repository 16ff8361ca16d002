// Package file reads and writes the format in which people describe scenarios: JSON with
// comments, format 2.
//
//	scenario, err := file.Source{Name: "ball.scenario.json", Text: text}.Decode()
//
// It knows which keys there are, and nothing of what they mean: package scenario turns what
// it reads into scenes. An error is *Mistakes: all that is wrong with the text at once, each
// with its line.
//
// The types are the description of the format. Their tags named jsonschema_description say
// what each key means, with its unit and its default; the JSON Schema is made of them.
package file
