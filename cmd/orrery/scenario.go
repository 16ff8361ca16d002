package main

import (
	"fmt"
	"os"
	"path/filepath"

	"orrery/cmd/orrery/console"
	"orrery/datasets"
	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
)

// openScenario returns the scenario that an argument of a command means: a name of the
// library, the path of a file, or a dataset, which keeps the scenario it was made of. A name
// that nothing has is a mistake in the command line; a file that cannot be read is not.
func openScenario(argument string) (*scenario.Scenario, error) {
	path := library.IsPath(argument)
	if info, err := os.Stat(argument); path && err == nil && info.IsDir() {
		return scenarioOf(argument)
	}
	s, err := library.Open(argument)
	if err != nil && !path {
		return nil, console.Usage(err)
	}
	return s, err
}

// scenarioOf returns the scenario that the episodes of a dataset are of.
func scenarioOf(dir string) (*scenario.Scenario, error) {
	p, err := datasets.ReadProvenance(filepath.Join(dir, datasets.ProvenancePath))
	switch {
	case err != nil:
		return nil, err
	case len(p.Parts) > 0:
		return nil, fmt.Errorf("%s was merged from others: name the scenario that is meant", dir)
	case len(p.Sources) > 0:
		return nil, fmt.Errorf("%s was imported and is of no scenario", dir)
	case p.File != "":
		return scenario.Parse(p.Scenario, []byte(p.File))
	}
	s, err := library.Find(p.Scenario)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	return s, nil
}
