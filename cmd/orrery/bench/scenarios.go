package bench

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"orrery/sim"
	"orrery/sim/scenario/library"
)

// scenarioScenes is the number of scenes of each scenario that the engine runs.
const scenarioScenes = 8

// Scenarios says how fast the engine runs each scenario.
type Scenarios struct {
	Scenarios map[string]Scenario `json:"scenarios"`
	Workers   int                 `json:"workers"` // goroutines
}

// Scenario says how fast the engine runs one scenario.
type Scenario struct {
	Bodies    float64 `json:"bodies"`      // mean number of them in a scene
	StepsPerS float64 `json:"steps_per_s"` // engine steps a second, of all workers
	Gen       *Disk   `json:"gen,omitempty"`
}

// RunScenarios measures the engine on the scenarios of the configuration.
func (c *Config) RunScenarios(ctx context.Context) (*Scenarios, error) {
	f := &Scenarios{map[string]Scenario{}, c.Workers}
	list := c.Scenarios
	if len(list) == 0 {
		list = library.List()
	}
	for _, s := range list {
		scenes, err := firstScenes(s, scenarioScenes)
		if err != nil {
			return nil, err
		}
		seconds, err := timed(ctx, c.Duration, func() error { return simulate(ctx, scenes, s.Frames, c.Workers) })
		if err != nil {
			return nil, err
		}
		steps, bodies := counted(scenes, s.Frames)
		gen, err := c.toDisk(ctx, s)
		if err != nil {
			return nil, err
		}
		f.Scenarios[s.Name] = Scenario{float64(bodies) / float64(len(scenes)), float64(steps) / seconds, gen}
	}
	return f, nil
}

// counted returns how many steps the engine takes in scenes of so many frames, the first of which is their start, and
// how many bodies they have.
func counted(scenes []*sim.Scene, frames int) (steps, bodies int) {
	for _, scene := range scenes {
		steps += (frames - 1) * scene.Substeps
		bodies += len(scene.Bodies)
	}
	return steps, bodies
}

// Rows passes on name, value and unit of each figure.
func (f *Scenarios) Rows(row Row) {
	for _, name := range slices.Sorted(maps.Keys(f.Scenarios)) {
		x := f.Scenarios[name]
		row(fmt.Sprintf("engine on %s, %.3g bodies", name, x.Bodies), x.StepsPerS, fmt.Sprintf("steps/s, %d workers", f.Workers))
		if x.Gen != nil {
			row(name+" to disk", x.Gen.Share, "of the speed of stepping them")
		}
	}
}
