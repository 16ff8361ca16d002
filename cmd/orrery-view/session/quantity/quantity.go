// Package quantity names what can be measured of a state, of all bodies or of one.
//
//	for _, q := range quantity.All() { value := q.Of(scene, state, body) }
//
// Units are SI units. Quantities of all bodies are those of dynamic ones.
package quantity

import "orrery/sim"

// Quantity is something that can be measured of a state.
type Quantity struct {
	Name, Unit string
	Body       bool // it is that of one body, and else of all

	// Of returns the value for a state [n] of a scene, in the Unit. A body that does not count is ignored.
	Of func(scene *sim.Scene, state sim.State, body int) float64
}

// All returns all quantities, those of the whole first.
func All() []Quantity {
	return []Quantity{
		{"energy", "J", false, func(scene *sim.Scene, state sim.State, _ int) float64 { return scene.Energy(state) }},
		{"momentum", "kg m/s", false, func(scene *sim.Scene, state sim.State, _ int) float64 { return scene.Momentum(state).Len() }},
		{"momentum along x", "kg m/s", false, func(scene *sim.Scene, state sim.State, _ int) float64 { return scene.Momentum(state).X }},
		{"momentum along y", "kg m/s", false, func(scene *sim.Scene, state sim.State, _ int) float64 { return scene.Momentum(state).Y }},
		{"x", "m", true, func(_ *sim.Scene, state sim.State, body int) float64 { return state[body].X }},
		{"y", "m", true, func(_ *sim.Scene, state sim.State, body int) float64 { return state[body].Y }},
		{"angle", "rad", true, func(_ *sim.Scene, state sim.State, body int) float64 { return state[body].Angle }},
		{"speed", "m/s", true, func(_ *sim.Scene, state sim.State, body int) float64 { return state[body].Velocity().Len() }},
		{"velocity along x", "m/s", true, func(_ *sim.Scene, state sim.State, body int) float64 { return state[body].VX }},
		{"velocity along y", "m/s", true, func(_ *sim.Scene, state sim.State, body int) float64 { return state[body].VY }},
		{"angular velocity", "rad/s", true, func(_ *sim.Scene, state sim.State, body int) float64 { return state[body].Omega }},
	}
}
