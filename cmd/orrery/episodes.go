package main

import (
	"context"
	"encoding/json"
	"fmt"

	"orrery/datasets"
	"orrery/sim"
	"orrery/world/fit"
)

// readEpisodes reads the episodes with these numbers into memory. It tells progress,
// unless that is nil, how many are read.
func readEpisodes(ctx context.Context, data *datasets.Dataset, numbers []int, progress func(done, total int)) ([]*sim.Trajectory, error) {
	out := make([]*sim.Trajectory, 0, len(numbers))
	for episode, err := range data.Each(ctx, numbers, progress) {
		if err != nil {
			return nil, fmt.Errorf("episode %d: %w", episode.Number, err)
		}
		out = append(out, episode.Trajectory)
	}
	return out, nil
}

// onDisk is a dataset to train on.
type onDisk struct{ *datasets.Dataset }

func (d onDisk) Read(ctx context.Context, episodes []int, report func(done int)) ([]*sim.Trajectory, error) {
	return readEpisodes(ctx, d.Dataset, episodes, func(done, _ int) { report(done) })
}

func (d onDisk) Origin() fit.Origin {
	provenance := d.Provenance()
	identity, err := json.Marshal(provenance)
	if err != nil {
		panic(err) // it came from JSON
	}
	provenance.Files = nil // the spec says how to make them again
	about, err := json.Marshal(provenance)
	if err != nil {
		panic(err)
	}
	return fit.Origin{Scenario: provenance.Scenario, Program: provenance.Module, Provenance: about, Identity: string(identity)}
}
