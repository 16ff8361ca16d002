//go:build cgo

package main

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"orrery/cmd/orrery-py/door"
	"orrery/sim/golden"
)

// paces are the numbers of an answer that depend on the machine and the clock.
var paces = regexp.MustCompile(`"(us_per_step|train_s|seconds|examples_per_second|created|loss|go|arch|module|version|bytes|us_per_step_hi95)": ?("[^"]*"|[-+.e0-9]+)`)

// caller calls methods as Python does, and writes what they answer.
type caller struct {
	testing.TB
	strings.Builder
	dir     string
	handles map[string]string // the last of each method
}

var handle = regexp.MustCompile(`"handle":([0-9]+)`)

// ask calls a method, and writes its answer and the arrays that go along: what they are of, their shapes and some of their values.
func (c *caller) ask(method, request string, arrays ...door.Array) []door.Array {
	c.Helper()
	job := methods.Start(&door.Call{Method: method, Request: []byte(c.replaced(request)), Arrays: arrays})
	for !job.Wait(time.Minute) {
	}
	a := job.Answer()
	if m := handle.FindSubmatch(a.Text); m != nil {
		c.handles[strings.ToUpper(method)] = string(m[1])
	}
	text := paces.ReplaceAllString(strings.ReplaceAll(string(a.Text), c.dir, "DIR"), `"$1":…`)
	if from, to := strings.Index(text, `"table":`), strings.Index(text, `"sentences":`); from >= 0 {
		text = text[:min(from, 7000)] + " … " + text[to:] // the table has paces, too
	}
	fmt.Fprintf(c, "# %s %.300s\n%s\n", method, request, text)
	if progress := job.Progress(); progress != nil && method != "train" { // which tells by the clock
		fmt.Fprintf(c, "last told: %s\n", paces.ReplaceAllString(string(progress), `"$1":…`))
	}
	for _, array := range a.Arrays {
		fmt.Fprintf(c, "array %s %T %v:", array.Name, array.Values, array.Shape)
		switch values := array.Values.(type) {
		case []float64:
			for k := 0; k < len(values); k += 1 + len(values)/24 {
				fmt.Fprintf(c, " %.5g", values[k])
			}
		case []float32:
			for k := 0; k < len(values); k += 1 + len(values)/24 {
				fmt.Fprintf(c, " %.5g", values[k])
			}
		case []int64:
			fmt.Fprintf(c, " %d", values[:min(len(values), 24)])
		case []uint8:
			for k := 0; k < len(values); k += 1 + len(values)/24 {
				fmt.Fprintf(c, " %d", values[k])
			}
		}
		c.WriteString("\n")
	}
	return a.Arrays
}

// replaced returns a request with the folder, and the handles that methods answered last.
func (c *caller) replaced(request string) string {
	of := []string{"DIR", c.dir}
	for method, handle := range c.handles {
		of = append(of, method, handle)
	}
	return strings.NewReplacer(of...).Replace(request)
}

func floats(name string, values []float64, shape ...int) door.Array {
	return door.Array{Name: name, Shape: shape, Values: values}
}

// TestAnswersToPythonStay: data are made, opened and refused, models are trained, opened and judged, and what is wrong is said with whose
// fault it is.
func TestAnswersToPythonStay(t *testing.T) {
	shelf = door.Shelf{} // so that handles begin at 1
	c := &caller{TB: t, dir: t.TempDir(), handles: map[string]string{}}
	fmt.Fprintln(c, slices.Sorted(maps.Keys(methods)))
	c.ask("generate", `{"scenario": "mixed", "values": {"bodies": 2}, "out": "DIR/a", "episodes": 3, "frames": 62, "seed": 5, "split": "train=2,test=1", "workers": 1}`)
	c.ask("generate", `{"scenario": "mixed", "out": "DIR/a", "episodes": 3, "frames": 62, "seed": 5}`)
	c.ask("generate", `{"scenario": "mixed", "out": "DIR/b", "ranges": {"gravity": [1, 2]}, "values": {"gravity": 9, "bodies": 2}, "episodes": 2, "frames": 4, "seed": 5}`)
	for _, wrong := range []string{
		`"episodes": 0, "frames": 4`, `"episodes": 1000001, "frames": 4`, `"episodes": 2, "frames": -4`, `"episodes": 2, "frames": 1048577`, `"episodes": 2, "split": "train"`,
		`"episodes": 2, "split": "train=3"`, `"episodes": 2, "policy": "nobody"`, `"episodes": 2, "values": {"gravty": 1}`, `"episodes": 2, "ranges": {"gravity": [3, 2]}`,
		`"episodes": 2, "resume": true, "append": true, "force": true`, `"episodes": 2, "append": true`, `"episods": 2`, `"episodes": 1.5`,
	} {
		c.ask("generate", `{"scenario": "mixed", `+wrong+`, "out": "DIR/wrong", "seed": 5}`) // columns do not count the folder
	}
	c.ask("generate", `{"scenario": "mixed", "out": "DIR/resumed", "episodes": 1, "frames": 3, "seed": 5, "resume": true}`)
	c.ask("generate", `{"scenario": "mixed", "out": "", "episodes": 1, "seed": 5}`)
	c.ask("generate", `{"scenario": "mixd", "out": "DIR/wrong", "episodes": 1, "seed": 5}`)
	c.ask("dataset", `{"dir": "DIR/a"}`)
	c.ask("dataset", `{"dir": "DIR/none"}`)
	c.ask("dataset", `{"dir": "DIR/a", "layout": "pusht"}`)
	c.ask("dataset", `{"dir": "DIR/a", "scene": "mixed", "scene_text": "{}"}`)
	c.ask("dataset", `{"dir": "DIR/a", "scene_text": "{}"}`)
	c.ask("dataset.episode", `{"handle": 1, "index": 2}`)
	c.ask("dataset.episode", `{"handle": 1, "index": 3}`)
	c.ask("dataset.check", `{"handle": 1}`)
	c.ask("models", `{}`)
	c.ask("model", `{"model": "ballistic"}`)
	c.ask("model", `{"model": "balistic"}`)
	c.ask("model", `{"model": "DIR/a", "is_dir": true}`)
	c.ask("scenario", `{"scenario": "cartpole"}`)
	c.ask("scene", `{"scenario": "cartpole", "seed": 3, "episode": 1}`)
	compared(c)
	taught(c)
	golden.Compare(t, "testdata/answers.txt", c.String())
}

// compared asks what is to be predicted, and has a model and predictions that stand still judged.
func compared(c *caller) {
	for _, wrong := range []string{
		`"names": ["still"]`, `"names": ["mine"], "horizons": []`, `"names": ["mine"], "horizons": [2, 1]`, `"names": ["mine"], "episodes": -1`, `"names": ["mine"], "stride": -1`,
		`"names": ["mine"], "split": "most"`, `"names": ["mine"], "history": 5`, `"names": ["mine"], "stride": 100`,
	} {
		c.ask("evaluation", `{"data": 1, "seed": 3, "workers": 1, `+wrong+`}`)
	}
	c.ask("evaluation", `{"data": 99, "names": ["mine"]}`)
	c.ask("evaluation", `{"data": 1, "names": ["mine"], "split": "all", "episodes": 2, "stride": 2, "horizons": [0.2], "seed": 3, "workers": 1}`)
	arrays := c.ask("evaluation", `{"data": 1, "names": ["mine"], "horizons": [0.1, 0.5], "seed": 3, "workers": 1}`)
	truth := arrays[0]
	e, f, n := truth.Shape[0], truth.Shape[1]-1, truth.Shape[2]
	frame := n * 6
	rollouts, steps := make([]float64, e*f*frame), make([]float64, e*f*frame)
	for i := range e {
		from := truth.Values.([]float64)[i*(f+1)*frame:]
		for k := range f {
			copy(rollouts[(i*f+k)*frame:(i*f+k+1)*frame], from[:frame])
			copy(steps[(i*f+k)*frame:(i*f+k+1)*frame], from[k*frame:])
		}
	}
	ahead := floats("rollouts0", rollouts, e, f, n, 6)
	const of = `"predictions": ["mine"], "poses": [false]`
	c.ask("evaluation.judge", `{"handle": EVALUATION, `+of+`}`)
	for _, request := range []string{
		of, `"predictions": ["mine"], "poses": [true]`, of + `, "models": [MODEL], "model_names": ["falls"]`,
		`"predictions": ["mine"], "poses": []`, of + `, "models": [MODEL], "model_names": []`, of + `, "models": [MODEL], "model_names": ["mine"]`, of + `, "models": [99], "model_names": ["falls"]`,
	} {
		c.ask("evaluation.judge", `{"handle": EVALUATION, `+request+`}`, ahead, floats("steps0", steps, e, f, n, 6))
	}
	c.ask("evaluation.judge", `{"handle": EVALUATION, `+of+`}`)
	c.ask("evaluation.judge", `{"handle": EVALUATION, `+of+`}`, ahead)
	c.ask("evaluation.judge", `{"handle": EVALUATION, `+of+`}`, floats("rollouts0", rollouts, e*f, n, 6))
	c.ask("evaluation.judge", `{"handle": 99, `+of+`}`, ahead)
}

// taught has a small model trained, and asks for what cannot be.
func taught(c *caller) {
	const data = `"data": [{"name": "a", "handle": 1}], "seed": 1, "workers": 1`
	for _, wrong := range []string{
		`"data": [], "seed": 1`, `"data": [{"name": "a", "handle": 1}, {"name": "./a", "handle": 1}], "seed": 1`, `"data": [{"name": "a", "handle": 99}], "seed": 1`,
		data + `, "weights": {"b": 2}`, data + `, "kind": "contct"`, data + `, "kind": "contact", "steps": 5, "seconds": 5`, data + `, "kind": "contact", "steps": -1`, data + `, "kind": "contact", "seconds": -1`,
		data + `, "kind": "contact", "seconds": 1e8`, data + `, "kind": "mlp", "rounds": 2`, data + `, "kind": "contact", "width": 100000`, data + `, "kind": "contact", "unknown": ["weight"]`,
		data + `, "kind": "contact", "holdout": 2`, data + `, "kind": "contact", "stride": 100, "steps": 1`, data + `, "kind": "contact", "resume": true, "force": true`, data + `, "kind": "contact", "split": "most"`,
		data + `, "kind": "contact", "rate": 1e9, "steps": 1`, data + `, "kind": "contact", "batch": 1000000000, "steps": 1`,
	} {
		c.ask("train", `{"out": "DIR/wrong", `+wrong+`}`)
	}
	c.ask("train", `{"out": "DIR/a", `+data+`, "kind": "contact", "steps": 1}`)
	c.ask("train", `{"out": "DIR/model", `+data+`, "kind": "contact", "steps": 3, "width": 8, "rounds": 1, "batch": 2, "holdout": 0.5}`)
	c.ask("train", `{"out": "DIR/model", `+data+`, "kind": "contact", "steps": 3}`)
}
