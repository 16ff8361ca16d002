package gallery

import (
	"errors"
	"fmt"
	"io"

	"orrery/cmd/orrery/console"
	"orrery/sim"
	"orrery/sim/scenario"
)

// Info and the types below it are the JSON of a scenario.
type Info struct {
	Name     string       `json:"name"`
	Summary  string       `json:"summary"`
	Frames   int          `json:"frames"`
	FPS      int          `json:"fps"`
	Params   []paramInfo  `json:"params"`
	Actions  []actionInfo `json:"actions"`
	Policies []policyInfo `json:"policies"` // the default comes first
	Driven   bool         `json:"driven"`   // there is an action
	Task     *taskInfo    `json:"task,omitempty"`
}

type paramInfo struct {
	Name    string  `json:"name"`
	Unit    string  `json:"unit"`
	Doc     string  `json:"doc"`
	Default float64 `json:"default"`
	Min     float64 `json:"min"`
	Max     float64 `json:"max"`
	Integer bool    `json:"integer"`
}

type actionInfo struct {
	Kind sim.ActuatorKind `json:"kind"`
	Unit string           `json:"unit"`
	Body string           `json:"body"`
	Axis sim.Vec          `json:"axis,omitzero"`
	Low  float64          `json:"low"`
	High float64          `json:"high"`
}

// Along names the axis of an action that has one.
func (a *actionInfo) Along() string {
	switch a.Axis {
	case sim.Vec{}:
		return ""
	case sim.Vec{X: 1}:
		return "x"
	case sim.Vec{Y: 1}:
		return "y"
	}
	return fmt.Sprintf("(%v, %v)", a.Axis.X, a.Axis.Y)
}

type policyInfo struct {
	Name string `json:"name"`
	Doc  string `json:"doc"`
}

type taskInfo struct {
	Doc       string `json:"doc"`
	TimeLimit int    `json:"time_limit"` // frames
}

// firstSeed draws the scene whose actions and frame rate stand for the scenario.
const firstSeed = 1

var actionUnits = map[sim.ActuatorKind]string{
	sim.Force: "N", sim.Thrust: "N", sim.Torque: "N·m", sim.Velocity: "m/s", sim.Servo: "m", sim.Steer: "rad",
}

// Describe returns what a scenario has with its default parameters.
func Describe(s *scenario.Scenario) (Info, error) {
	info := Info{Name: s.Name, Summary: s.Summary, Frames: s.Frames, Params: []paramInfo{}, Actions: []actionInfo{}}
	values, err := s.Values(nil)
	if err != nil {
		return info, err
	}
	scene, err := s.Sample(firstSeed, 0, values)
	if err != nil {
		return info, err
	}
	info.FPS = scene.FPS
	for _, p := range s.Params {
		info.Params = append(info.Params, paramInfo(p))
	}
	for _, a := range scene.Actuators {
		body := scene.Bodies[a.Body].Name
		if body == "" {
			body = fmt.Sprint("body ", a.Body)
		}
		info.Actions = append(info.Actions, actionInfo{a.Kind, actionUnits[a.Kind], body, a.Axis, a.Low, a.High})
	}
	info.Driven = len(info.Actions) > 0
	for _, p := range s.Policies() {
		info.Policies = append(info.Policies, policyInfo{p.Name, p.Doc})
	}
	if s.Task != nil {
		info.Task = &taskInfo{s.Task.Doc, s.Task.TimeLimit}
	}
	return info, nil
}

// WriteList writes a table with a line for each scenario.
func WriteList(out io.Writer, all []Info) error {
	return console.Table(out, func(row func(...any)) {
		for _, info := range all {
			driven, task := "", ""
			if info.Driven {
				driven = "driven"
			}
			if info.Task != nil {
				task = "task"
			}
			row(info.Name, driven, task, info.Summary)
		}
	})
}

// Write writes in words all that the scenario has.
func (info *Info) Write(out io.Writer) error {
	seconds := func(frames int) float64 { return float64(frames) / float64(info.FPS) }
	fmt.Fprintf(out, "%s: %s\nusually %d frames, %.3g s\n", info.Name, info.Summary, info.Frames, seconds(info.Frames-1))
	table := func(count int, fill func(row func(...any))) error {
		if count == 0 {
			return nil
		}
		fmt.Fprintln(out)
		return console.Table(out, fill)
	}
	err := errors.Join(
		table(len(info.Params), func(row func(...any)) {
			row("parameter", "default", "range", "unit", "")
			for _, p := range info.Params {
				row(p.Name, p.Default, fmt.Sprintf("%v to %v", p.Min, p.Max), p.Unit, p.Doc)
			}
		}),
		table(len(info.Actions), func(row func(...any)) {
			row("action", "of", "along", "range", "unit")
			for _, a := range info.Actions {
				row(a.Kind, a.Body, a.Along(), fmt.Sprintf("%v to %v", a.Low, a.High), a.Unit)
			}
		}),
		table(len(info.Policies)-1, func(row func(...any)) { // none is no choice
			row("policy", "")
			for _, p := range info.Policies {
				row(p.Name, p.Doc)
			}
		}))
	if info.Task != nil {
		fmt.Fprintf(out, "\ntask: %s, within %d frames, %.3g s\n", info.Task.Doc, info.Task.TimeLimit, seconds(info.Task.TimeLimit))
	}
	return err
}
