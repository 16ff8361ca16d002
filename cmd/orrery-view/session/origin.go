package session

import (
	"errors"
	"fmt"
	"maps"
	"strings"

	"orrery/sim"
	"orrery/sim/scenario"
)

// Origin says from what a scene was sampled: a scenario, its values, a seed and an episode. It
// is a value and never changes; With returns another one. Scenes that do not come from a
// scenario, such as those of files, have the zero Origin.
type Origin struct {
	scenario *scenario.Scenario // nil when the scene is not sampled
	values   scenario.Values    // never changed
	seed     uint64
	episode  int
}

// originFrom returns the first episode of a scenario from a seed, with its usual values.
func originFrom(found *scenario.Scenario, seed uint64) (Origin, error) {
	values, err := found.Values(nil)
	return Origin{scenario: found, values: values, seed: seed}, err
}

// Unsampled returns the origin of scenes that come from no scenario, which remembers the
// seed for the next that does.
func (o Origin) Unsampled() Origin { return Origin{seed: o.seed} }

// With returns the same episode with other values for some parameters.
func (o Origin) With(params scenario.Values) (Origin, error) {
	if o.scenario == nil {
		return o, errors.New("the scene comes from no scenario, so it has no parameters")
	}
	changed := maps.Clone(o.values)
	maps.Copy(changed, params)
	var err error
	o.values, err = o.scenario.Values(changed)
	return o, err
}

// NextEpisode returns the next episode of the same seed.
func (o Origin) NextEpisode() Origin {
	o.episode++
	return o
}

// NextSeed returns the first episode of the next seed.
func (o Origin) NextSeed() Origin {
	o.seed, o.episode = o.seed+1, 0
	return o
}

// Same reports whether two origins of one scenario sample the same scenes.
func (o Origin) Same(other Origin) bool {
	return o.scenario == other.scenario && o.seed == other.seed && o.episode == other.episode && maps.Equal(o.values, other.values)
}

// Sample returns the scene. There must be a scenario.
func (o Origin) Sample() (*sim.Scene, error) { return o.scenario.Sample(o.seed, o.episode, o.values) }

// Policy returns what the scenario does with the actuators of a scene, or nil where there
// are none or is no scenario.
func (o Origin) Policy(scene *sim.Scene) sim.Policy {
	if o.scenario == nil || len(scene.Actuators) == 0 {
		return nil
	}
	return o.scenario.Policies()[0].Start(o.seed, o.episode, scene)
}

// Scenario returns what the scene was sampled from and with which values, or nil.
func (o Origin) Scenario() (*scenario.Scenario, scenario.Values) { return o.scenario, o.values }

// Episode returns the number of the episode of the seed.
func (o Origin) Episode() int { return o.episode }

// Seed returns the seed of the scene.
func (o Origin) Seed() uint64 { return o.seed }

// HasTask reports whether the scene has something to plan for.
func (o Origin) HasTask() bool { return o.scenario != nil && o.scenario.Task != nil }

// String says which episode it is, such as "seed 7 · episode 2".
func (o Origin) String() string {
	var parts []string
	if o.scenario != nil {
		parts = append(parts, fmt.Sprintf("seed %d", o.seed))
	}
	if o.episode > 0 {
		parts = append(parts, fmt.Sprintf("episode %d", o.episode))
	}
	return strings.Join(parts, " · ")
}
