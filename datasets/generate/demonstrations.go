package generate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"orrery/datasets"
	"orrery/sim"
	"orrery/sim/canon"
	"orrery/sim/input"
)

// Demonstration is an episode that someone drove, ready for a dataset.
type Demonstration struct {
	Trajectory *sim.Trajectory
	Outcomes   []datasets.Outcome // [t-1] what each action led to; nil without a task
}

// demonstrationsFormat is the version of files of demonstrations: lines of JSON, of which the
// first is a head and each other one a demonstration.
const demonstrationsFormat = 1

// demonstrationsHead begins a file of demonstrations. Episodes is of no meaning there.
type demonstrationsHead struct {
	Format int `json:"demonstrations"` // demonstrationsFormat
	From   int `json:"from,omitempty"` // episodes of the dataset that they are for, before them
	datasets.Spec
}

// demonstrationLine is a Demonstration in a file, in float32 as in a dataset.
type demonstrationLine struct {
	Scene    json.RawMessage `json:"scene"`
	States   [][]float32     `json:"states"`             // [t][6n]
	Actions  [][]float32     `json:"actions,omitempty"`  // [t-1][a]
	Outcomes []outcomeLine   `json:"outcomes,omitempty"` // [t-1]
	Names    []string        `json:"names,omitempty"`    // [o] of what the task observes
	View     [][]float32     `json:"view,omitempty"`     // [t][o]
}

type outcomeLine struct {
	Reward    float64 `json:"reward"`
	Done      bool    `json:"done,omitempty"`
	Success   bool    `json:"success,omitempty"`
	Truncated bool    `json:"truncated,omitempty"`
}

// IsDemonstrations reports whether a text is a file of demonstrations.
func IsDemonstrations(text []byte) bool {
	return bytes.HasPrefix(bytes.TrimPrefix(text, []byte("\ufeff")), []byte(`{"demonstrations":`))
}

// EncodeDemonstrations returns a file of demonstrations, which DecodeDemonstrations reads. The
// spec says what a dataset of them would, but for the number of episodes.
func EncodeDemonstrations(spec datasets.Spec, all ...Demonstration) ([]byte, error) {
	text, err := encodeHead(spec, 0)
	if err != nil {
		return nil, err
	}
	for _, d := range all {
		line, err := d.encode(&spec)
		if err != nil {
			return nil, err
		}
		text = append(text, line...)
	}
	return text, nil
}

func encodeHead(spec datasets.Spec, from int) ([]byte, error) {
	text, err := json.Marshal(demonstrationsHead{demonstrationsFormat, from, spec})
	return append(text, '\n'), err
}

// encode returns the line of a demonstration that fits a dataset of a spec.
func (d *Demonstration) encode(spec *datasets.Spec) ([]byte, error) {
	if _, err := datasets.Prepare(spec, d.Trajectory, d.Outcomes); err != nil {
		return nil, err
	}
	scene, err := canon.Encode(d.Trajectory.Scene)
	if err != nil {
		return nil, err
	}
	line := demonstrationLine{Scene: scene}
	for _, state := range d.Trajectory.States {
		line.States = append(line.States, state.AppendFloat32(nil, len(state)))
	}
	for _, action := range d.Trajectory.Actions {
		row := make([]float32, len(action))
		for i, v := range action {
			row[i] = float32(v)
		}
		line.Actions = append(line.Actions, row)
	}
	for _, o := range d.Outcomes {
		line.Outcomes = append(line.Outcomes, outcomeLine{float64(float32(o.Reward)), o.Done, o.Success, o.Truncated})
	}
	line.Names = d.Trajectory.ViewNames
	for _, values := range d.Trajectory.View {
		row := make([]float32, len(values))
		for i, x := range values {
			row[i] = float32(x)
		}
		line.View = append(line.View, row)
	}
	text, err := json.Marshal(line)
	return append(text, '\n'), err
}

// DecodeDemonstrations reads a file of demonstrations, and what a dataset of them says of its
// origin. A last line that has no end is left out, as a kill may have cut it off.
func DecodeDemonstrations(text []byte) (spec datasets.Spec, all []Demonstration, err error) {
	head, lines, err := splitDemonstrations(text)
	if err != nil {
		return spec, nil, err
	}
	for i, line := range lines {
		d, err := decodeDemonstration(&head.Spec, line)
		if err != nil {
			return spec, nil, fmt.Errorf("line %d: %w", i+2, err)
		}
		all = append(all, d)
	}
	return head.Spec, all, nil
}

// splitDemonstrations reads the head of a file and returns its other whole lines.
func splitDemonstrations(text []byte) (head demonstrationsHead, lines [][]byte, err error) {
	if !IsDemonstrations(text) {
		return head, nil, errors.New(`is not a file of demonstrations, whose first line begins with {"demonstrations"`)
	}
	whole := text[:bytes.LastIndexByte(text, '\n')+1]
	if len(whole) == 0 {
		return head, nil, errors.New("the file ends within its first line")
	}
	lines = bytes.Split(whole[:len(whole)-1], []byte("\n"))
	if err := input.DecodeJSONPart(lines[0], &head); err != nil {
		return head, nil, fmt.Errorf("line 1: %w", err)
	}
	if head.Format != demonstrationsFormat {
		return head, nil, fmt.Errorf("line 1: demonstrations %d must be %d, the only format this program reads", head.Format, demonstrationsFormat)
	}
	if err := checkSpec(head.Spec); err != nil {
		return head, nil, fmt.Errorf("line 1: %w", err)
	}
	if head.From < 0 || head.From > datasets.MaxEpisodes {
		return head, nil, fmt.Errorf("line 1: from %d must be from 0 to %d", head.From, datasets.MaxEpisodes)
	}
	return head, lines[1:], nil
}

// checkSpec validates a spec whose number of episodes is not known.
func checkSpec(spec datasets.Spec) error {
	spec.Episodes = 1
	return spec.Validate()
}

func decodeDemonstration(spec *datasets.Spec, text []byte) (d Demonstration, err error) {
	var line demonstrationLine
	if err := input.DecodeJSONPart(text, &line); err != nil {
		return d, err
	}
	scene, err := canon.Decode(bytes.NewReader(line.Scene))
	if err != nil {
		return d, fmt.Errorf("scene: %w", err)
	}
	t := &sim.Trajectory{Scene: scene}
	for k, row := range line.States {
		if len(row) != sim.StateSize*len(scene.Bodies) {
			return d, fmt.Errorf("states[%d]: %d numbers must be %d for each of the scene's %s", k, len(row), sim.StateSize, input.Count(len(scene.Bodies), "body"))
		}
		state := make(sim.State, len(scene.Bodies))
		state.SetFloat32(row)
		t.States = append(t.States, state)
	}
	for _, row := range line.Actions {
		action := make(sim.Action, len(row))
		for i, v := range row {
			action[i] = float64(v)
		}
		t.Actions = append(t.Actions, action)
	}
	t.ViewNames = line.Names
	for _, values := range line.View {
		row := make([]float64, len(values))
		for i, x := range values {
			row[i] = float64(x)
		}
		t.View = append(t.View, row)
	}
	d = Demonstration{Trajectory: t}
	for _, o := range line.Outcomes {
		d.Outcomes = append(d.Outcomes, datasets.Outcome(o))
	}
	_, err = datasets.Prepare(spec, t, d.Outcomes)
	return d, err
}

// SameDemonstrations returns an error unless demonstrations of two specs may be in one
// dataset: of one scenario, with the same parameters, by the same kind of driver.
func SameDemonstrations(had, now *datasets.Spec) error {
	switch {
	case len(had.Parts) > 0:
		return errors.New("it was merged from others")
	case had.Policy != now.Policy:
		return fmt.Errorf("%q acts in it, not %q", had.Policy, now.Policy)
	case had.Scenario != now.Scenario:
		return fmt.Errorf("it is of the scenario %s, not of %s", had.Scenario, now.Scenario)
	case had.File != now.File:
		return fmt.Errorf("it is of another version of the scenario file %s", now.Scenario)
	case had.FPS != now.FPS:
		return fmt.Errorf("it has %d frames a second, not %d", had.FPS, now.FPS)
	}
	for _, name := range slices.Sorted(maps.Keys(now.Params)) {
		if a, b := had.Params[name], now.Params[name]; a != b {
			return fmt.Errorf("%s is %v in it, but %v now", name, a, b)
		}
	}
	if had.Frames < now.Frames {
		return fmt.Errorf("its episodes have at most %d frames, not %d", had.Frames, now.Frames)
	}
	return nil
}
