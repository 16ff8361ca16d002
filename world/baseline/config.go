package baseline

import (
	"fmt"

	"orrery/sim"
)

// InteractionConfig is everything that fixes an interaction network besides its
// weights.
type InteractionConfig struct {
	Hidden int     `json:"hidden"` // width of all layers
	Rounds int     `json:"rounds"` // number of rounds in which messages are passed
	Radius float64 `json:"radius"` // m, the gap up to which shapes exchange messages; 0 is any gap
	Noise  float64 `json:"noise"`  // m, deviation of noise on the positions seen in training
	Turns  int     `json:"turns"`  // number of turns of the axes in which each training frame is shown
	Given  Given   `json:"motion"` // see MeasureGiven
}

// DefaultInteraction returns the settings used by the train command.
func DefaultInteraction() InteractionConfig {
	return InteractionConfig{Hidden: 64, Rounds: 2, Radius: 0.003, Turns: 32, Given: defaultGiven()}
}

// TinyInteraction returns settings small enough to train in a second, for tests.
func TinyInteraction() InteractionConfig {
	c := DefaultInteraction()
	c.Hidden, c.Turns = 8, 2
	return c
}

// Validate returns an error that names the first field out of range.
func (c *InteractionConfig) Validate() error {
	return validate(InteractionKind, &c.Given, c.Noise,
		setting{"hidden", float64(c.Hidden), 1, maxHidden}, setting{"rounds", float64(c.Rounds), 1, maxRounds},
		setting{"radius", c.Radius, 0, sim.MaxMagnitude}, setting{"turns", float64(c.Turns), 1, maxViews})
}

// MLPConfig is everything that fixes a multilayer perceptron besides its weights.
type MLPConfig struct {
	Hidden int     `json:"hidden"` // width of the hidden layers
	Layers int     `json:"layers"` // number of hidden layers
	Noise  float64 `json:"noise"`  // m, deviation of noise on the positions seen in training
	Orders int     `json:"orders"` // number of orders of bodies in which each training frame is shown; for bodies that could change places
	Given  Given   `json:"motion"` // see MeasureGiven
	Place  Place   `json:"place"`  // see MeasurePlace
}

// DefaultMLP returns the settings used by the train command.
func DefaultMLP() MLPConfig {
	return MLPConfig{Hidden: 256, Layers: 3, Orders: 32, Given: defaultGiven(), Place: Place{Bodies: 1, Spread: 1}}
}

// TinyMLP returns settings small enough to train in a second, for tests.
func TinyMLP() MLPConfig {
	c := DefaultMLP()
	c.Hidden, c.Layers, c.Orders = 16, 1, 2
	return c
}

// Validate returns an error that names the first field out of range.
func (c *MLPConfig) Validate() error {
	err := validate(MLPKind, &c.Given, c.Noise,
		setting{"hidden", float64(c.Hidden), 1, maxWidth}, setting{"layers", float64(c.Layers), 1, maxLayers},
		setting{"orders", float64(c.Orders), 1, maxViews},
		setting{"bodies", float64(c.Place.Bodies), 1, maxPerceived},
		setting{"joints", float64(c.Place.Joints), 0, sim.MaxJoints},
		setting{"actuators", float64(c.Place.Actuators), 0, sim.MaxActuators},
		setting{"spread", c.Place.Spread, sim.MinMagnitude, sim.MaxMagnitude})
	if err == nil && !(c.Place.Centre.Len() <= sim.MaxMagnitude) {
		err = fmt.Errorf("%s config: centre %v must be at most %v from the origin", MLPKind, c.Place.Centre, float64(sim.MaxMagnitude))
	}
	return err
}

// Bounds of networks read from a file: the largest take some 80 MB.
const (
	maxHidden    = 512
	maxRounds    = 8
	maxWidth     = 1024
	maxLayers    = 8
	maxPerceived = 128 // bodies
	maxViews     = 1000
)

// setting is a number of a config and the range it must be in.
type setting struct {
	name       string
	value      float64
	least, max float64
}

// validate returns an error that names the first setting out of range.
func validate(kind string, given *Given, noise float64, settings ...setting) error {
	for _, s := range append(settings, setting{"noise", noise, 0, 1}) {
		if !(s.value >= s.least && s.value <= s.max) {
			return fmt.Errorf("%s config: %s %v must be %v to %v", kind, s.name, s.value, s.least, s.max)
		}
	}
	if err := given.validate(); err != nil {
		return fmt.Errorf("%s config: %w", kind, err)
	}
	return nil
}
