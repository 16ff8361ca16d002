package source

import (
	"testing"

	"orrery/sim"
	"orrery/world/flight"
)

// TestImpactsOnTheBeatAreAnEngines: the times of impacts tell an engine, with its steps, from the world.
func TestImpactsOnTheBeatAreAnEngines(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		every, std float64 // frames between impacts, and of the deviation of their times
		impacts    int
		steps      int
		sure       bool
	}{
		"one step a frame":   {every: 3, std: 1e-3, impacts: 8, steps: 1, sure: true},
		"three steps":        {every: 4.0 / 3, std: 1e-3, impacts: 30, steps: 3, sure: true},
		"at any time":        {every: 2.7183, std: 1e-3, impacts: 30, steps: 0, sure: true},
		"too few":            {every: 3, std: 1e-3, impacts: 7},
		"not known to times": {every: 3, std: 0.1, impacts: 30},
		"nor to steps":       {every: 3, std: 0.02, impacts: 30},
	} {
		scene := sim.DefaultScene()
		d := &sim.Trajectory{Scene: &scene, Seen: &sim.Observation{}}
		for k := range c.impacts {
			d.Seen.Impacts = append(d.Seen.Impacts, sim.Impact{Time: float64(k+1) * c.every / 60, StdTime: c.std / 60})
		}
		steps, sure := beat([]*sim.Trajectory{d})
		if steps != c.steps || sure != c.sure {
			t.Errorf("%s: %d steps, sure %v, want %d, %v", name, steps, sure, c.steps, c.sure)
		}
		sources := likely(flight.DefaultFlight(), &sight{}, []*sim.Trajectory{d})
		first := sources[0]
		switch {
		case !c.sure && (len(sources) != len(flight.Orders()) || !first.Impacts):
			t.Errorf("%s: %+v, want the world first and all engines", name, sources)
		case c.sure && (len(sources) != 1 || first.Impacts != (c.steps == 0) || first.Flight.Order.Same(flight.EngineOrder) != (c.steps > 0)):
			t.Errorf("%s: %+v", name, sources)
		case c.steps > 1 && first.Flight.Substeps != c.steps:
			t.Errorf("%s: %d steps a frame, want %d", name, first.Flight.Substeps, c.steps)
		}
	}
}
