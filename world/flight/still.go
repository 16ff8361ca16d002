package flight

import (
	"orrery/sim"
	"orrery/world"
)

type still struct{}

// Still returns the model whose next state is the present one, velocities
// included.
func Still() world.Model { return still{} }

func (still) Kind() string    { return "still" }
func (still) Parameters() int { return 0 }

func (still) Predictor([]*sim.Scene) (world.Predictor, error) { return still{}, nil }

func (still) Step(sim.State, sim.Action) error { return nil }
