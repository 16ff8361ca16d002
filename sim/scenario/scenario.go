package scenario

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"orrery/sim"
	"orrery/sim/input"
	"orrery/sim/policy"
	"orrery/sim/scenario/file"
	"orrery/sim/task"
)

// Scenario is a named sampler of scenes.
type Scenario struct {
	Name    string
	Summary string     // one line
	Params  []Param    // what may be set
	Frames  int        // usual frames of an episode, its start included
	Task    *task.Task // what is to be done; nil where nobody acts

	Picture float64 // s after the start, when its picture is taken

	// Planner has settings of the planner icem that suit the task, by their names and each in its own unit; nil is none.
	Planner map[string]float64

	Text []byte // the file that it was read from; nil of a scenario in Go
	Own  bool   // it is none of the library

	// Compose adds to a default scene what an episode has; the values are in the units of the parameters.
	Compose func(rng *rand.Rand, v Values, scene *sim.Scene) error
	Acting  []policy.Policy // may act besides none, which Policies adds; the first is the default

	valid  bool        // Compose makes scenes that validate
	source file.Source // of Text
	drawn  *program    // what Compose draws; nil of a scenario in Go

	replays []replayed // among Acting
}

// Param is something about a scenario that may be set.
type Param struct {
	Name, Unit, Doc   string
	Default, Min, Max float64 // in the parameter's Unit
	Integer           bool    // the value must be a whole number
}

// Values holds one number for each parameter of a scenario, by name and in the unit of
// the parameter.
type Values map[string]float64

// Values returns the defaults of the scenario with those in set changed, by name and in
// the units of the parameters. A name
// the scenario lacks and a value outside its range are errors.
func (s *Scenario) Values(set map[string]float64) (Values, error) {
	values, names := Values{}, make([]string, len(s.Params))
	for i, p := range s.Params {
		values[p.Name], names[i] = p.Default, p.Name
	}
	for _, name := range slices.Sorted(maps.Keys(set)) {
		if _, ok := values[name]; !ok {
			return nil, fmt.Errorf("%s: %w", s.Name, input.Unknown("parameter", name, names))
		}
		values[name] = set[name]
	}
	return values, s.check(values)
}

func (s *Scenario) check(v Values) error {
	for _, p := range s.Params {
		value, ok := v[p.Name]
		if !ok {
			return fmt.Errorf("%s: parameter %q is missing", s.Name, p.Name)
		}
		if !(value >= p.Min && value <= p.Max) { // NaN fails too
			return fmt.Errorf("%s: %s %v must be %v to %v%s", s.Name, p.Name, value, p.Min, p.Max, strings.TrimRight(" "+p.Unit, " "))
		}
		if p.Integer && value != math.Trunc(value) {
			return fmt.Errorf("%s: %s %v must be a whole number", s.Name, p.Name, value)
		}
	}
	return nil
}

// Sample returns the scene of an episode. The values, each in its parameter's Unit, are
// those of s.Values.
func (s *Scenario) Sample(seed uint64, episode int, v Values) (*sim.Scene, error) {
	return s.sample(seed, episode, v, s.Compose)
}

// sample is Sample with something that adds to a default scene what an episode has.
func (s *Scenario) sample(seed uint64, episode int, v Values, compose func(*rand.Rand, Values, *sim.Scene) error) (*sim.Scene, error) {
	if err := s.check(v); err != nil {
		return nil, err
	}
	scene := sim.DefaultScene()
	scene.Name = s.Name
	if err := compose(sim.NewRand(seed, "scenario/"+s.Name, episode), v, &scene); err != nil {
		return nil, fmt.Errorf("%s: seed %d episode %d: %w", s.Name, seed, episode, err)
	}
	if s.valid {
		return &scene, nil
	}
	if err := scene.Validate(); err != nil {
		return nil, fmt.Errorf("%s: seed %d episode %d: %w", s.Name, seed, episode, err)
	}
	return &scene, nil
}

// Mistake returns the error that the value of a JSON pointer in the scenario's file breaks a
// rule, as *file.Mistakes with its line; of a scenario without a file it has its name.
func (s *Scenario) Mistake(pointer, rule string) error {
	if s.source.Text == nil {
		return fmt.Errorf("%s: %s: %s", s.Name, pointer, rule)
	}
	return s.source.Join(nil, []file.Mistake{{Pointer: pointer, Rule: rule}})
}

// Scenes returns a function that gives the first scene of each seed. The values are those
// of s.Values, as they are now.
func (s *Scenario) Scenes(v Values) func(seed uint64) (*sim.Scene, error) {
	v = maps.Clone(v)
	return func(seed uint64) (*sim.Scene, error) { return s.Sample(seed, 0, v) }
}
