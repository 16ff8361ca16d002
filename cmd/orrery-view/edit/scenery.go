package edit

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	"orrery/sim/scenario/file"
)

// scenery returns the properties of a scene as a whole, of its parameters and of its task.
func scenery(d *Document) []Section {
	f := d.File()
	out := []Section{{"scene", []Property{
		word("name", d.Name, nil, f, func(f *file.Scenario) *string { return &f.Name }, nil),
		word("summary", "", nil, f, func(f *file.Scenario) *string { return &f.Summary }, nil),
		coordinate("gravity x", "m/s²", 0.05, 0, f, func(f *file.Scenario) **file.Point { return &f.Gravity }),
		coordinate("gravity y", "m/s²", 0.05, 1, f, func(f *file.Scenario) **file.Point { return &f.Gravity }),
		number("damping", "", "1", 0.005, f, func(f *file.Scenario) *file.Number { return &f.Damping }),
		number("duration", "s", "4", 0.05, f, func(f *file.Scenario) *file.Number { return &f.Duration }),
		wholeNumber("frames", "1/s", 60, f, func(f *file.Scenario) *int { return &f.FPS }),
		wholeNumber("steps a frame", "", 4, f, func(f *file.Scenario) *int { return &f.Substeps }),
		wholeNumber("sweeps a step", "", 20, f, func(f *file.Scenario) *int { return &f.Iterations }),
	}}, {"box", arena(f)}}
	if len(f.Params) > 0 {
		out = append(out, Section{"parameters", parameters(f)})
	}
	if len(f.Goals) > 0 || f.Task != nil {
		out = append(out, Section{"task", task(f)})
	}
	for i := range f.Goals {
		at := Item{Kind: Goal, Index: i}
		out = append(out, Section{"goal " + d.NameOf(at), propertiesOf(f, at)})
	}
	return out
}

// parameters returns the usual values of what --set and sliders change.
func parameters(f *file.Scenario) []Property {
	var out []Property
	for i, p := range f.Params {
		of := func(f *file.Scenario) *file.Number { return &f.Params[i].Value.Default }
		step := 0.01
		if p.Value.Integer {
			step = 1
		}
		out = append(out, number(p.Name, p.Value.Unit, "", step, f, of))
	}
	return out
}

// task returns the properties of what is to be done. The first of them that is set makes the task.
func task(f *file.Scenario) []Property {
	of := func(f *file.Scenario) *file.Task {
		if f.Task == nil {
			f.Task = &file.Task{}
		}
		return f.Task
	}
	now := f.Task
	if now == nil {
		now = &file.Task{}
	}
	shown := &file.Scenario{Task: now}
	hold := Property{Name: "hold to the end", Usual: "no", Choices: []string{"", "yes"}, set: func(f *file.Scenario, text string) error {
		of(f).Hold = strings.TrimSpace(text) == "yes"
		return nil
	}}
	if now.Hold {
		hold.Value = "yes"
	}
	return []Property{
		word("what succeeds", "", nil, shown, func(f *file.Scenario) *string { return &of(f).Doc }, nil),
		number("time limit", "s", "the duration", 0.05, shown, func(f *file.Scenario) *file.Number { return &of(f).TimeLimit }),
		number("held for", "s", "one frame", 0.02, shown, func(f *file.Scenario) *file.Number { return &of(f).Held }),
		hold,
		member("cost", "how far the goals are away", now, of),
		member("reward", "dense", now, of),
		member("success", "all goals are reached", now, of),
		member("failed", "never", now, of),
	}
}

// member returns the property of a key of the task that holds an expression, or a measure or a condition as the file has it.
func member(key, usual string, now *file.Task, of func(f *file.Scenario) *file.Task) Property {
	p := Property{Name: key, Usual: usual}
	if raw := members(now)[key]; len(raw) > 0 {
		if json.Unmarshal(raw, &p.Value) != nil { // no text
			p.Value = string(raw)
		}
	}
	p.set = func(f *file.Scenario, text string) error {
		all := members(of(f))
		switch text = strings.TrimSpace(text); {
		case text == "":
			delete(all, key)
		case strings.HasPrefix(text, "{") || strings.HasPrefix(text, "["):
			all[key] = json.RawMessage(text)
			if !json.Valid(all[key]) {
				return errors.New(`a measure is written as in the file, such as {"distance": ["ball", "hole"], "below": 0.1}`)
			}
		default:
			all[key], _ = json.Marshal(text) // a text always can be
		}
		made, err := taskOf(all)
		if err == nil {
			*of(f) = *made
		}
		return err
	}
	return p
}

// members returns what a task says, by key.
func members(t *file.Task) map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // < and > stay what they are, as people read it
	if encoder.Encode(t) != nil || json.Unmarshal(text.Bytes(), &out) != nil {
		return map[string]json.RawMessage{}
	}
	return out
}

// taskOf reads what members returns.
func taskOf(members map[string]json.RawMessage) (*file.Task, error) {
	text, err := json.Marshal(map[string]any{"format": file.Format, "bodies": []map[string]int{{"circle": 1}}, "task": members})
	if err != nil {
		return nil, err
	}
	read, err := file.Source{Name: "task", Text: text}.Decode()
	if mistakes := (*file.Mistakes)(nil); errors.As(err, &mistakes) && len(mistakes.List) > 0 {
		return nil, errors.New(mistakes.List[0].Rule)
	}
	if err != nil {
		return nil, err
	}
	return read.Task, nil
}
