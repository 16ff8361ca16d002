package arguments

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/scenefiles"
	"orrery/datasets"
	"orrery/datasets/storage"
	"orrery/sim"
	"orrery/sim/policy"
	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
)

// OpenScenario returns the scenario that an argument of a command means: a name of the
// library, the path of a file, or a dataset, which keeps the scenario it was made of. A name
// that nothing has is a mistake in the command line; a file that cannot be read is not.
func OpenScenario(argument string) (*scenario.Scenario, error) {
	path := library.IsPath(argument)
	if info, err := storage.Stat(argument); path && err == nil && info.IsDir() {
		s, err := scenarioOf(argument)
		if err == nil {
			err = ReadRecordings(s)
		}
		return s, err
	}
	s, err := library.Open(argument)
	if err == nil {
		err = ReadRecordings(s)
	}
	if err != nil && !path {
		return nil, console.Usage(err)
	}
	return s, err
}

// scenarioOf returns the scenario that the episodes of a dataset are of.
func scenarioOf(dir string) (*scenario.Scenario, error) {
	p, err := datasets.ReadProvenance(storage.Join(dir, datasets.ProvenancePath))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s: is a folder without %s, which would name a scenario", dir, datasets.ProvenancePath)
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

// ReadRecordings reads the datasets that a scenario's policies repeat.
func ReadRecordings(s *scenario.Scenario) error { return s.ReadRecordings(readActions) }

// maxReplayed bounds the numbers of all actions that a policy may replay, as they are in memory.
const maxReplayed = 50_000_000

// readActions returns what was done in a dataset, for policies that replay it.
func readActions(dir string) ([][]sim.Action, error) {
	ctx := context.Background()
	data, err := datasets.Open(ctx, dir)
	if err != nil {
		return nil, err
	}
	var all [][]sim.Action
	numbers := 0
	for episode, err := range data.Each(ctx, nil, nil) {
		if err != nil {
			return nil, fmt.Errorf("%s: %w", dir, err)
		}
		actions := episode.Trajectory.Actions
		if numbers += len(actions) * max(len(episode.Trajectory.Scene.Actuators), 1); numbers > maxReplayed {
			return nil, fmt.Errorf("%s: has more than %d numbers in its actions, too many to replay", dir, maxReplayed)
		}
		all = append(all, actions)
	}
	return all, nil
}

// replayPrefix begins the name of a policy that replays the dataset in the directory after it.
const replayPrefix = "replay="

// Replaying returns a scenario in which the policy of a name can act, where that is one that
// replays a dataset: in each episode the one with the same number.
func Replaying(s *scenario.Scenario, name string) (*scenario.Scenario, error) {
	dir, ok := strings.CutPrefix(name, replayPrefix)
	if !ok {
		return s, nil
	}
	actions, err := readActions(dir)
	if err != nil {
		return nil, err
	}
	scene, err := scenefiles.First(s)
	if err != nil {
		return nil, err
	}
	recorded := &policy.Recordings{Path: dir, Actions: actions}
	if !recorded.Fit(len(scene.Actuators)) {
		return nil, console.Usagef("gen: --policy %s: was not recorded with the %d actuators of %s", name, len(scene.Actuators), s.Name)
	}
	with := *s
	with.Acting = append(slices.Clone(s.Acting), policy.Replay(name, "repeats "+dir, recorded, policy.SameEpisode))
	return &with, nil
}
