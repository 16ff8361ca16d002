package main

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"runtime"

	"orrery/datasets"
	"orrery/sim"
	"orrery/world"
	"orrery/world/contact"
	"orrery/world/identify"
)

// plain prints how far off plain laws with the numbers that films tell are without any training: what of a model's error is no matter
// of learning.
func (l *learning) plain(ctx context.Context, name string) error {
	description, err := world.ReadDescription(filepath.Join(l.dir, "seen-model"))
	if err != nil {
		return err
	}
	held, err := datasets.Open(ctx, filepath.Join(l.dir, "held"))
	if err != nil {
		return err
	}
	var truth []*sim.Trajectory
	for k := range held.Episodes() {
		t, err := held.Episode(ctx, k)
		if err != nil {
			return err
		}
		truth = append(truth, t)
	}
	means, err := plainErrors(description, truth)
	if err != nil {
		return err
	}
	for k, horizon := range plainHorizons {
		fmt.Fprintf(l.out, "%-10s error at %g s   %8.5f m of plain laws with the numbers from films\n", name, horizon, means[k])
	}
	return nil
}

// plainHorizons are those at which plain laws are compared, in s.
var plainHorizons = [...]float64{0.5, 1}

// plainErrors returns the mean error of all positions, in m, at each of plainHorizons, of plain laws with the numbers and the source of a trained
// contact model, from the first state of each trajectory.
func plainErrors(d *world.Description, truth []*sim.Trajectory) (means [len(plainHorizons)]float64, err error) {
	values, err := identify.DecodeValues(d.Values)
	if err != nil {
		return means, err
	}
	var config contact.Config
	if err := json.Unmarshal(d.Settings, &config); err != nil {
		return means, err
	}
	model, err := contact.Plain(config)
	if err != nil {
		return means, err
	}
	var scenes []*sim.Scene
	var starts []sim.State
	for _, t := range truth {
		scene, err := values.Fill(t.Scene)
		if err != nil {
			return means, err
		}
		scenes, starts = append(scenes, scene), append(starts, t.States[0])
	}
	fps := float64(scenes[0].FPS)
	predicted, err := world.Rollout(model, scenes, starts, nil, int(plainHorizons[len(plainHorizons)-1]*fps)+1, runtime.NumCPU())
	if err != nil {
		return means, err
	}
	for h, horizon := range plainHorizons {
		frame, n := int(horizon*fps), 0.0
		for k, t := range truth {
			for i, s := range t.States[frame] {
				means[h], n = means[h]+s.Position().Sub(predicted[k].States[frame][i].Position()).Len(), n+1
			}
		}
		means[h] /= n
	}
	return means, nil
}
