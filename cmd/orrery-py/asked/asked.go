// Package asked reads what calls of other languages say of scenarios, scenes and states.
//
// A scene is JSON as files have it. A state is an array [bodies, 6] of x, y (m), angle (rad), vx, vy (m/s) and omega (rad/s).
package asked

import (
	"bytes"
	"fmt"
	"math"

	"orrery/cmd/orrery-py/door"
	"orrery/sim"
	"orrery/sim/canon"
	"orrery/sim/scenario"
)

// Source says which scenario is meant: one of the library, a file, or the text of one.
type Source struct {
	Scenario string             `json:"scenario"` // a name or a path, if there is no text
	Text     string             `json:"text,omitempty"`
	Values   map[string]float64 `json:"values,omitempty"` // those left out are the scenario's defaults
}

// Find returns the scenario, which open finds by its name or path as library.Open does, and all its values.
func (s *Source) Find(open func(argument string) (*scenario.Scenario, error)) (found *scenario.Scenario, values scenario.Values, err error) {
	if s.Text != "" {
		found, err = scenario.Parse(s.Scenario, []byte(s.Text))
	} else {
		found, err = open(s.Scenario)
	}
	if err != nil {
		return nil, nil, door.Mistaken(err)
	}
	values, err = found.Values(s.Values)
	return found, values, door.Mistaken(err)
}

// Text is JSON that is kept as it is, such as that of a scene, which ReadScene reads as the scenes of files are.
type Text []byte

// UnmarshalJSON implements json.Unmarshaler.
func (t *Text) UnmarshalJSON(text []byte) error {
	*t = bytes.Clone(text)
	return nil
}

// MarshalJSON implements json.Marshaler.
func (t Text) MarshalJSON() ([]byte, error) { return t, nil }

// ReadScene returns the scene of a JSON text, of which all that is wrong is the caller's mistake.
func ReadScene(text []byte) (*sim.Scene, error) {
	scene, err := canon.Decode(bytes.NewReader(text))
	return scene, door.Mistaken(err)
}

// State returns the state of a scene in an array [bodies, 6], or nil if it is not given.
func State(c *door.Call, name string, scene *sim.Scene) (sim.State, error) {
	if !c.Has(name) {
		return nil, nil
	}
	values, err := c.Floats(name, len(scene.Bodies), sim.StateSize)
	if err != nil {
		return nil, err
	}
	return TakeState(values), nil
}

// TakeState returns the state that numbers [bodies, 6] tell.
func TakeState(values []float64) sim.State {
	state := make(sim.State, len(values)/sim.StateSize)
	for i := range state {
		state[i].SetValues([sim.StateSize]float64(values[i*sim.StateSize:]))
	}
	return state
}

// PutState writes a state to the front of numbers [bodies, 6].
func PutState(values []float64, state sim.State) {
	for i := range state {
		v := state[i].Values()
		copy(values[i*sim.StateSize:], v[:])
	}
}

// CheckState refuses what no scene may have.
func CheckState(state sim.State) error {
	for i := range state {
		for k, v := range state[i].Values() {
			if !(math.Abs(v) <= sim.MaxMagnitude) {
				return fmt.Errorf("body %d, number %d: %v must be %v to %v", i, k, v, -sim.MaxMagnitude, sim.MaxMagnitude)
			}
		}
	}
	return nil
}
