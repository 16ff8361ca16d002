package eval

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"orrery/sim"
)

// Predicted is what a program that is no Model predicted for the episodes of an evaluation. Frames returns how
// many frames that must be.
type Predicted struct {
	Rollouts [][]sim.State // [episode][frame][n], fed with their own predictions; the first is the start of the episode, as it truly is
	Steps    [][]sim.State // [episode][frame][n], each predicted from the true state of the frame before, the first for the frame after the start; nil where nobody predicted them
	Ended    []error       // [episode] why a rollout has fewer frames, or nil; the list may be nil
	Poses    bool          // velocities were not predicted: those in the states, but for the start's, mean nothing, and what needs them is not measured
}

// Frames returns how many frames of each trajectory an evaluation compares, the start included.
func Frames(trajectories []*sim.Trajectory, cfg Config) (int, error) {
	if err := Check(trajectories, nil, cfg); err != nil {
		return 0, err
	}
	if trajectories[0].Impact {
		return 0, errors.New("evaluation: the episodes are impacts of a table, in which no time passes")
	}
	_, at, err := seen(&cfg, trajectories)
	if err != nil {
		return 0, fmt.Errorf("evaluation: %w", err)
	}
	return at[len(at)-1] + 1, nil
}

// check returns an error unless p has a prediction of so many frames for every episode.
func (p *Predicted) check(trajectories []*sim.Trajectory, cfg Config) error {
	frames, err := Frames(trajectories, cfg)
	if err != nil {
		return err
	}
	if n := len(trajectories); len(p.Rollouts) != n || p.Steps != nil && len(p.Steps) != n || p.Ended != nil && len(p.Ended) != n {
		return fmt.Errorf("%d rollouts, %d lists of steps and %d ends must be one for each of %d episodes", len(p.Rollouts), len(p.Steps), len(p.Ended), n)
	}
	for i, t := range trajectories {
		given := len(p.Rollouts[i])
		if ended := p.Ended != nil && p.Ended[i] != nil; given < 1 || given > frames || ended != (given < frames) {
			return fmt.Errorf("episode %d: a rollout of %d frames must have %d, or fewer and a reason", i, given, frames)
		}
		if err := checkStates(t, p.Rollouts[i]); err != nil {
			return fmt.Errorf("episode %d: %w", i, err)
		}
		if p.Steps == nil {
			continue
		}
		if len(p.Steps[i]) != frames-1 {
			return fmt.Errorf("episode %d: %d steps must be %d", i, len(p.Steps[i]), frames-1)
		}
		if err := checkStates(t, p.Steps[i]); err != nil {
			return fmt.Errorf("episode %d: steps: %w", i, err)
		}
	}
	return nil
}

func checkStates(t *sim.Trajectory, states []sim.State) error {
	for k, s := range states {
		if len(s) != len(t.Scene.Bodies) {
			return fmt.Errorf("frame %d: %d bodies must be the scene's %d", k, len(s), len(t.Scene.Bodies))
		}
		if err := s.Check(); err != nil {
			return fmt.Errorf("frame %d: %w", k, err)
		}
	}
	return nil
}

// told compares what was predicted with some episodes.
func (v *evaluation) told(ctx context.Context, e Entry, from, to int) ([]comparison, error) {
	p, out := e.Predicted, make([]comparison, to-from)
	err := v.parallel(ctx, len(out), func(_ context.Context, n int) error {
		i := from + n
		var ended error
		if p.Ended != nil {
			ended = p.Ended[i]
		}
		rollout := p.Rollouts[i]
		if p.Poses {
			rollout = withVelocities(v.trajectories[i].Scene, rollout)
		}
		c := v.compare(i, rollout, ended, e.Seen)
		if p.Steps != nil {
			for k, state := range p.Steps[i] {
				v.addOneStep(&c.motions, &c.impacts, i, k, state)
			}
		}
		if p.Poses {
			c.forgetVelocities()
		}
		out[n] = c
		return nil
	})
	return out, err
}

// withVelocities returns states with the velocities that their poses show, which tell whether a body is too fast
// and where it was between two frames. Those of the start are kept.
func withVelocities(scene *sim.Scene, poses []sim.State) []sim.State {
	out := make([]sim.State, len(poses))
	for k, pose := range poses {
		out[k] = slices.Clone(pose)
		if k == 0 {
			continue
		}
		next := min(k+1, len(poses)-1)
		share := float64(scene.FPS) / float64(next-k+1)
		for b := range pose {
			a, z := poses[k-1][b], poses[next][b]
			out[k][b].VX, out[k][b].VY, out[k][b].Omega = share*(z.X-a.X), share*(z.Y-a.Y), share*(z.Angle-a.Angle)
		}
	}
	return out
}

// forgetVelocities leaves what needs no velocities of the prediction.
func (c *comparison) forgetVelocities() {
	c.energy, c.drift = math.NaN(), math.NaN()
	for k := range c.scaled {
		c.scaled[k] = math.NaN()
	}
	for m := range c.motions {
		c.motions[m].velocity = math.NaN()
	}
	c.impacts = impactSums{}
}
