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
// and returns the shot of it. The seed of the settings is that of nuisances alone. What happens between frames is
// filmed as the engine steps it.
func Shoot(ctx context.Context, scenario string, seed uint64, episode, pictures int, settings footage.Settings) (*footage.Shot, error) {
	if err := settings.Validate(); err != nil {
		return nil, err
	}
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
	slow, held := slowed(scene, acting)
	frames := 1 + int(math.Ceil(float64(pictures-1)*float64(slow.FPS)/settings.Rate-1e-9))
	trajectory, err := engine.Simulate(ctx, slow, nil, frames, held)
	if err != nil {
		return nil, err
	}
	return footage.New(slow, trajectory.States, settings)
}

// fastest is the most frames a second that a scene may have.
const fastest = 1000

// slowed returns the scene with as many frames for each of its own as it has engine steps, or fewer where those would be too
// many, and a policy that acts in it as the other does in the scene. The same happens.
func slowed(scene *sim.Scene, acting sim.Policy) (*sim.Scene, sim.Policy) {
	k := scene.Substeps
	for scene.Substeps%k != 0 || scene.FPS*k > fastest {
		k--
	}
	slow := *scene
	slow.FPS, slow.Substeps = scene.FPS*k, scene.Substeps/k
	if acting == nil {
		return &slow, nil
	}
	var action sim.Action
	return &slow, func(frame int, state sim.State) sim.Action {
		if frame%k == 0 {
			action = acting(frame/k, state)
		}
		return action
	}
}
