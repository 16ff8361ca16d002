// Package studio films scenarios of the library, for tests and benchmarks.
//
//	settings := footage.Default()
//	err := settings.Add(footage.WithNoise)
//	shot, err := studio.Shoot(ctx, "mixed", 1, 0, 61, settings)
package studio

import (
	"context"
	"math"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/render/footage"
	"orrery/sim/scenario/library"
)

// Shoot runs an episode of a scenario, whose default policy acts, for as long as so many pictures take,
// and returns the shot of it. The seed of the settings is that of nuisances alone.
func Shoot(ctx context.Context, scenario string, seed uint64, episode, pictures int, settings footage.Settings) (*footage.Shot, error) {
	s, err := library.Open(scenario)
	if err != nil {
		return nil, err
	}
	values, err := s.Values(nil)
	if err != nil {
		return nil, err
	}
	scene, err := s.Sample(seed, episode, values)
	if err != nil {
		return nil, err
	}
	var acting sim.Policy
	if len(scene.Actuators) > 0 {
		policy, err := s.Policy("")
		if err != nil {
			return nil, err
		}
		acting = policy.Start(seed, episode, scene)
	}
	frames := 1 + int(math.Ceil(float64(pictures-1)*float64(scene.FPS)/settings.Rate-1e-9))
	trajectory, err := engine.Simulate(ctx, scene, nil, frames, acting)
	if err != nil {
		return nil, err
	}
	return footage.New(scene, trajectory.States, settings)
}
