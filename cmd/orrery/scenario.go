package main

import (
	"orrery/cmd/orrery/console"
	"orrery/sim/scenario"
)

// openScenario returns the scenario that an argument of a command means: a name of the
// library or the path of a file. A name that nothing has is a mistake in the command line; a
// file that cannot be read is not.
func openScenario(argument string) (*scenario.Scenario, error) {
	s, err := scenario.Open(argument)
	if err != nil && !scenario.IsPath(argument) {
		return nil, console.Usage(err)
	}
	return s, err
}
