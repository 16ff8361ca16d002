package bench

import (
	"context"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
	"gonum.org/v1/gonum/stat"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
	"orrery/world"
	"orrery/world/contact"
)

// Config says what is measured, and for how long.
type Config struct {
	Contact  contact.Config // of the contact model, untrained
	Model    world.Model    // a trained one in its place, or nil
	Batch    int            // frames in a training step of it
	Scenes   int            // number of scenes predicted together
	Workers  int            // goroutines
	Duration time.Duration  // of each measurement

	Scenarios []*scenario.Scenario // that RunScenarios measures; the library when empty

	Reading Reading // that RunData measures

	// Generation returns what makes the episodes of a scenario from a seed. RunScenarios
	// and RunData need it.
	Generation func(s *scenario.Scenario, seed uint64) (Generation, error)
}

// Validate returns an error that names the first value out of range.
func (c *Config) Validate() error {
	switch {
	case c.Batch < 1:
		return fmt.Errorf("contact-batch %d must be ≥ 1", c.Batch)
	case c.Scenes < 1:
		return fmt.Errorf("scenes %d must be ≥ 1", c.Scenes)
	case c.Workers < 1:
		return fmt.Errorf("workers %d must be ≥ 1", c.Workers)
	case c.Duration <= 0:
		return fmt.Errorf("duration %v must be > 0", c.Duration)
	}
	return nil
}

// seed is the seed of all random numbers here.
const seed = 1

// untrained returns a contact model that could be trained on episodes. Its
// predictions are wrong, but as much work as right ones, or more.
func untrained(ctx context.Context, config contact.Config, episodes []*sim.Trajectory) (*contact.Model, error) {
	if err := config.Measure(ctx, episodes, 0); err != nil {
		return nil, err
	}
	return contact.New(config, seed)
}

// model returns the trained model, or one that could be trained on the first episodes of
// a scenario.
func (c *Config) model(ctx context.Context, name string, episodes, frames int, config contact.Config) (world.Model, error) {
	if c.Model != nil {
		return c.Model, nil
	}
	seen, err := truth(ctx, name, episodes, frames)
	if err != nil {
		return nil, err
	}
	return untrained(ctx, config, seen)
}

// truth returns what truly happens in the first scenes of a scenario under the first of
// its policies.
func truth(ctx context.Context, name string, n, frames int) ([]*sim.Trajectory, error) {
	s, err := library.Find(name)
	if err != nil {
		return nil, err
	}
	policy, err := s.Policy("")
	if err != nil {
		return nil, err
	}
	scenes, err := firstScenes(s, n)
	if err != nil {
		return nil, err
	}
	episodes := make([]*sim.Trajectory, n)
	for i, scene := range scenes {
		if episodes[i], err = engine.Simulate(ctx, scene, nil, frames, policy.Start(seed, i, scene)); err != nil {
			return nil, err
		}
	}
	return episodes, nil
}

// firstScenes returns the first scenes of a scenario with its usual parameters.
func firstScenes(s *scenario.Scenario, n int) ([]*sim.Scene, error) {
	values, err := s.Values(nil)
	if err != nil {
		return nil, err
	}
	scenes := make([]*sim.Scene, n)
	for i := range scenes {
		if scenes[i], err = s.Sample(seed, i, values); err != nil {
			return nil, err
		}
	}
	return scenes, nil
}

// share lets workers do n pieces of work, until one fails or ctx ends.
func share(ctx context.Context, n, workers int, work func(i int) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(workers)
	for i := range n {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return work(i)
		})
	}
	return group.Wait()
}

// timed returns the median of the seconds that work takes, done over and over for about a
// duration and once at least. The first time does not count unless it is the only one.
func timed(ctx context.Context, duration time.Duration, work func() error) (float64, error) {
	var samples []float64
	for began := time.Now(); len(samples) == 0 || time.Since(began) < duration; {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		from := time.Now()
		if err := work(); err != nil {
			return 0, err
		}
		samples = append(samples, time.Since(from).Seconds())
	}
	return median(samples[min(1, len(samples)-1):]), nil
}

// alternate returns the seconds that two kinds of work took, without the first times,
// for about a duration each and at least some rounds. They take turns, so that what
// else the machine does disturbs both.
func alternate(ctx context.Context, duration time.Duration, rounds int, ours, theirs func() error) (a, b []float64, err error) {
	var samples [2][]float64
	for began := time.Now(); len(samples[0]) <= rounds || time.Since(began) < 2*duration; {
		for i, work := range []func() error{ours, theirs} {
			if err := ctx.Err(); err != nil {
				return nil, nil, err
			}
			from := time.Now()
			if err := work(); err != nil {
				return nil, nil, err
			}
			samples[i] = append(samples[i], time.Since(from).Seconds())
		}
	}
	return samples[0][1:], samples[1][1:], nil
}

func median(samples []float64) float64 {
	return stat.Quantile(0.5, stat.Empirical, slices.Sorted(slices.Values(samples)), nil)
}
