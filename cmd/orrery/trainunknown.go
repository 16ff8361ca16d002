package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/world/fit"
	"orrery/world/identify"
	"orrery/world/identify/hits"
	"orrery/world/identify/mirror"
)

// quantities returns the names of what can be identified, for help.
func quantities() string {
	var all []string
	for _, n := range identify.Names() {
		all = append(all, string(n))
	}
	return strings.Join(all, ", ")
}

// readUnknown takes over --unknown. Moments are unknown with the masses.
func (o *trainOptions) readUnknown() error {
	o.Fit.Unknown = nil
	for _, text := range o.Unknown {
		name, err := identify.ParseName(text)
		if err != nil {
			return fmt.Errorf("train: --unknown: %w", err)
		}
		if slices.Contains(o.Fit.Unknown, name) {
			return fmt.Errorf("train: --unknown: %s is named twice", name)
		}
		o.Fit.Unknown = append(o.Fit.Unknown, name)
	}
	if slices.Contains(o.Fit.Unknown, identify.Mass) && !slices.Contains(o.Fit.Unknown, identify.Moment) {
		o.Fit.Unknown = append(o.Fit.Unknown, identify.Moment)
	}
	return nil
}

// identify returns what finds the unknown quantities of a training.
func (o *trainOptions) identify(report func(fit.Progress)) func(context.Context, []*sim.Trajectory) (*identify.Values, error) {
	return func(ctx context.Context, training []*sim.Trajectory) (*identify.Values, error) {
		options := &identify.Options{Only: o.Fit.Unknown, Seed: o.Fit.Seed, Workers: o.Fit.Train.Workers, Progress: func(_ string, done, of float64) {
			report(fit.Progress{Stage: fit.Knowing, Fraction: done / max(of, 1e-9)})
		}}
		return findUnknown(ctx, training, options)
	}
}

// findUnknown returns the numbers of scenes, from motion whose states are known or from what was seen of
// it. It returns the error of ctx when that ends before all is found.
func findUnknown(ctx context.Context, training []*sim.Trajectory, options *identify.Options) (*identify.Values, error) {
	if training[0].Seen != nil {
		found, err := hits.Find(ctx, training, options)
		if err == nil && found.Stopped {
			err = ctx.Err()
		}
		if err != nil {
			return nil, err
		}
		return &identify.Values{Parameters: found.Parameters}, nil
	}
	found, err := mirror.Motion(ctx, training, func() mirror.Engine { return engine.New() }, options)
	if err == nil && found.Result.Stopped {
		err = ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	return &found.Values, nil
}
