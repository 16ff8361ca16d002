package eval

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync/atomic"

	"orrery/sim"
	"orrery/world"
	"orrery/world/flight"
	"orrery/world/geom"
)

// Impact says how well a model knows what a body does right after an impact: those of a table or, in
// motion, the frames in which a body hits one thing and nothing else is near.
type Impact struct {
	Count     int    `json:"impacts"`      // that were compared; in motion each body of a pair counts
	VelocityM Number `json:"velocity_m_s"` // m/s, mean length of the error of the velocity
	SpinRad   Number `json:"spin_rad_s"`   // rad/s, mean absolute error of the angular velocity
	GainShare Number `json:"gain_share"`   // of the predicted impacts of a table, those that add energy; not a number in motion

	Lo95 *impactMeans `json:"lo95,omitempty"` // lower ends of the 95 % bootstrap intervals
	Hi95 *impactMeans `json:"hi95,omitempty"` // upper ends
}

// impactMeans has an end of the interval of each mean of an Impact.
type impactMeans struct {
	VelocityM Number `json:"velocity_m_s"` // m/s
	SpinRad   Number `json:"spin_rad_s"`   // rad/s
	GainShare Number `json:"gain_share"`
}

// Strike is one body's motion right after an impact.
type Strike struct{ Predicted, True sim.BodyState }

// impactSums sums the errors of impacts.
type impactSums struct {
	count          int
	velocity, spin float64
	gains          int // of all, after which there is more energy
}

func (s *impactSums) add(predicted, truth sim.BodyState) {
	s.count++
	s.velocity += predicted.Velocity().Sub(truth.Velocity()).Len()
	s.spin += math.Abs(predicted.Omega - truth.Omega)
}

// impact returns the means over what the episodes sum, or nil when there was no impact. Of a table each
// episode is one impact.
func (r *resampler) impact(sums []impactSums, table bool) *Impact {
	count, velocity, spin, gains := 0, 0.0, 0.0, 0
	for i := range sums {
		s := &sums[i]
		count, velocity, spin, gains = count+s.count, velocity+s.velocity, spin+s.spin, gains+s.gains
	}
	if count == 0 {
		return nil
	}
	none, n := Number(math.NaN()), float64(count)
	out := &Impact{count, Number(velocity / n), Number(spin / n), none, &impactMeans{none, none, none}, &impactMeans{none, none, none}}
	lo, hi := out.Lo95, out.Hi95
	r.put(&lo.VelocityM, &hi.VelocityM, len(sums), func(i int) part { return part{sums[i].velocity, float64(sums[i].count)} })
	r.put(&lo.SpinRad, &hi.SpinRad, len(sums), func(i int) part { return part{sums[i].spin, float64(sums[i].count)} })
	if table {
		out.GainShare = Number(float64(gains) / float64(len(sums)))
		r.put(&lo.GainShare, &hi.GainShare, len(sums), func(i int) part { return single(float64(sums[i].gains)) })
	}
	return out
}

// gainMargin is the share of the energy that rounding may add.
const gainMargin = 1e-5

// OfImpacts reports whether the result is of a table of impacts, in which no time passes: it has no
// horizons, and each row has an Impact.
func (r *Result) OfImpacts() bool { return len(r.HorizonsS) == 0 }

// checkImpacts returns an error unless all or no trajectories are impacts, which models can then predict.
func checkImpacts(trajectories []*sim.Trajectory, entries []Entry) (all bool, err error) {
	all = trajectories[0].Impact
	for i, t := range trajectories {
		if t.Impact != all {
			return all, fmt.Errorf("episode %d: only some episodes are impacts of a table", i)
		}
	}
	for _, e := range entries {
		if !all {
			break
		}
		if e.Model == nil {
			return all, fmt.Errorf("%s: the episodes are impacts of a table, for which only models are measured", e.Name)
		}
		if _, err := strike(e.Model, trajectories[0]); err != nil {
			return all, fmt.Errorf("%s: the episodes are impacts of a table: %w", e.Name, err)
		}
	}
	return all, nil
}

// striker is a model that says what a single impact does.
type striker interface {
	// Strike returns the state just after an impact of the two shapes of scene that are nearest to each other at
	// state, just before it.
	Strike(scene *sim.Scene, state sim.State) (sim.State, error)
}

// strike returns what a model says of the impact in t.
func strike(model world.Model, t *sim.Trajectory) (sim.State, error) {
	s, ok := world.Bare(model).(striker)
	if !ok {
		return nil, &world.Refusal{Model: model.Kind(), Scene: t.Scene.Name, Reason: "it says nothing of a single impact"}
	}
	return s.Strike(t.Scene, t.States[0])
}

// runImpacts is Run for a table of impacts.
func runImpacts(ctx context.Context, trajectories []*sim.Trajectory, entries []Entry, cfg Config, progress func(done, total int)) (*Result, error) {
	r := &Result{Settings: cfg, Episodes: len(trajectories), HorizonsS: []float64{}, TrueStack: newRow("").Stack, Resting: Number(math.NaN())}
	v := &evaluation{cfg: cfg, trajectories: trajectories, progress: progress, total: (1 + len(entries)) * len(trajectories)}
	v.resampler = newResampler(cfg.Seed, len(trajectories), cfg.Bootstrap)
	for k, e := range append([]Entry{{Name: Still, Model: flight.Still()}}, entries...) {
		parts, strikes := make([]impactSums, len(trajectories)), make([][]Strike, len(trajectories))
		var failed atomic.Int64
		err := v.parallel(ctx, len(parts), func(_ context.Context, i int) error {
			t := trajectories[i]
			after := t.States[0]
			if k > 0 {
				var err error
				if after, err = strike(e.Model, t); err != nil {
					return fmt.Errorf("episode %d: %w", i, err)
				}
				if after.Check() != nil {
					failed.Add(1)
					after = t.States[0]
				}
			}
			for b := range after {
				if t.Scene.Bodies[b].Kind == sim.Dynamic {
					parts[i].add(after[b], t.States[1][b])
					strikes[i] = append(strikes[i], Strike{after[b], t.States[1][b]})
				}
			}
			if t.Scene.Energy(after) > t.Scene.Energy(t.States[0])+gainMargin*kinetic(t.Scene, t.States[0]) {
				parts[i].gains++
			}
			v.tick(1)
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("evaluation of %s: %w", e.Name, err)
		}
		row := newRow(e.Name)
		row.Params, row.TrainS = Number(e.Model.Parameters()), Number(e.TrainSeconds)
		row.Position, row.Angle = noSpread(), noSpread()
		row.Impact, row.Strikes = v.resampler.impact(parts, true), slices.Concat(strikes...)
		if n := failed.Load(); n > 0 {
			row.Failures = append(row.Failures, Failure{Reason: fmt.Sprintf("in %d impacts the velocities are not finite", n)})
		}
		r.Rows = append(r.Rows, row)
	}
	return r, nil
}

// noSpread is a Spread over no horizon.
func noSpread() Spread {
	return Spread{Mean: []float64{}, Median: []float64{}, Lo95: []float64{}, Hi95: []float64{}}
}

// kinetic returns the kinetic energy in a state, in J.
func kinetic(scene *sim.Scene, state sim.State) float64 {
	rest := slices.Clone(state)
	for i := range rest {
		rest[i].VX, rest[i].VY, rest[i].Omega = 0, 0, 0
	}
	return scene.Energy(state) - scene.Energy(rest)
}

// strikes returns which bodies of an episode hit one thing and nothing else in each of its first frames
// [frames][n]: their velocity changes by more than free motion can, and of all that they may meet within the
// frame only one is near. Where joints, fields or actuators act, a change may have other reasons, and there are none.
func strikes(t *sim.Trajectory, frames int) [][]bool {
	out := make([][]bool, frames)
	if len(t.Scene.Joints)+len(t.Scene.Fields)+len(t.Scene.Actuators) > 0 {
		return out
	}
	detector := geom.NewDetector(t.Scene)
	reaches := bodyReaches(t.Scene)
	dt := t.Scene.FrameTime()
	var near []geom.Clearance
	count := make([]int, len(t.Scene.Bodies))
	for k := range out {
		before, after := t.States[k], t.States[k+1]
		hit := func(i int) bool {
			v := before[i].Velocity()
			change := after[i].Velocity().Sub(v).Sub(t.Scene.Gravity.Scale(dt)).Len()
			return change > doubtful(t, k, i)+bounceSpeed+t.Scene.Gravity.Len()*dt+(1-math.Pow(t.Scene.Damping, dt))*v.Len()
		}
		clear(count)
		near = detector.Clearances(near[:0], before, touchMargin+2*dt*max(fastest(before, reaches), fastest(after, reaches)))
		for _, c := range near {
			count[c.A]++
			if c.B != geom.Wall {
				count[c.B]++
			}
		}
		for _, c := range near {
			alone := count[c.A] == 1 && (c.B == geom.Wall || count[c.B] == 1)
			if !alone || !hit(c.A) || c.B != geom.Wall && t.Scene.Bodies[c.B].Kind == sim.Dynamic && !hit(c.B) {
				continue
			}
			if out[k] == nil {
				out[k] = make([]bool, len(after))
			}
			out[k][c.A] = t.Scene.Bodies[c.A].Kind == sim.Dynamic
			if c.B != geom.Wall {
				out[k][c.B] = t.Scene.Bodies[c.B].Kind == sim.Dynamic
			}
		}
	}
	return out
}
