package surprise

import (
	"context"
	"math"
	"slices"

	"orrery/sim"
	"orrery/world"
)

// defaultScales are those of a model that is right and of measurements that are as good as they say.
// Known states are rounded, and engines put them right by some hundredths of a millimetre after contacts.
func defaultScales() scales {
	s := scales{noise: 1, share: 0.005, least: 1e-3}
	s.known = [sim.StateSize]float64{1e-5, 1e-5, 5e-5, 1e-5, 1e-5, 1e-4}
	return s
}

// The number of frames by which scales are found, of many episodes and of one.
const (
	manyFrames = 250
	fewFrames  = 60
)

// A survey has how far what happens is from what was expected, on most frames of some episodes.
type survey struct {
	free, pushed []float64                // squares of distances, in deviations
	off          [sim.StateSize][]float64 // of states that are known, where nothing pushes, in m, rad, m/s and rad/s
	shares       []float64                // of the change of a velocity by which it is off, likewise where something pushes
}

// calibrate finds how far off measurements and a model are on most of so many frames of episodes. What happens in
// few of them does not matter.
func calibrate(ctx context.Context, model world.Model, episodes []*sim.Trajectory, frames int) (scales, error) {
	const quarter = 1.150 // deviations, beyond which a quarter of a normal distribution is
	s := defaultScales()
	var known, seen []*sim.Trajectory
	for _, t := range episodes {
		if t.Seen == nil {
			known = append(known, t)
		} else {
			seen = append(seen, t)
		}
	}
	if len(known) > 0 {
		v, err := look(ctx, model, known, s, frames)
		if err != nil {
			return s, err
		}
		for axis := range s.known {
			s.known[axis] = max(s.known[axis], quantile(v.off[axis], 0.75)/quarter)
		}
		s.share = min(mostShare, max(s.share, quantile(v.shares, 0.75)/quarter))
	}
	if len(seen) == 0 {
		return s, nil
	}
	const (
		median = 5.348 // of the sum of the squares of six normal numbers
		much   = 1.7   // times that which windows may have that faults are in, of which there may be many
	)
	v, err := look(ctx, model, seen, s, frames)
	if err != nil {
		return s, err
	}
	if wide := quantile(v.free, 0.5) / median; wide > 1.2 {
		s.noise = math.Sqrt(wide)
		if v, err = look(ctx, model, seen, s, frames); err != nil {
			return s, err
		}
	}
	for s.share < mostShare && quantile(v.pushed, 0.5) > much*median {
		s.share = min(2*s.share, mostShare)
		if v, err = look(ctx, model, seen, s, frames); err != nil {
			return s, err
		}
	}
	return s, nil
}

// mostShare is the most by which a model may be off where it pushes: who is off by more knows nothing
// that could be surprising.
const mostShare = 0.3

// quantile returns that of x, or 0 of too few to tell.
func quantile(x []float64, share float64) float64 {
	const few = 20
	if len(x) < few {
		return 0
	}
	slices.Sort(x)
	return x[int(share*float64(len(x)-1))]
}

// look surveys so many frames of episodes, evenly spread.
func look(ctx context.Context, model world.Model, episodes []*sim.Trajectory, s scales, frames int) (*survey, error) {
	total := 0
	for _, t := range episodes {
		total += len(t.States)
	}
	every, count, out := max(1, total/frames), 0, &survey{}
	for _, t := range episodes {
		var j *judge
		for k := 1; k < len(t.States); k++ {
			if count++; count%every != 0 {
				continue
			}
			if j == nil {
				var err error
				if j, err = newJudge(model, t, s); err != nil {
					return nil, err
				}
				j.base.hasty = true
			}
			if err := out.add(ctx, j, k); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// add looks at a frame of an episode.
func (v *survey) add(ctx context.Context, j *judge, k int) error {
	before, after, err := j.around(ctx, stretch{0, len(j.t.States)}, k)
	if err != nil {
		return err
	}
	for i := range before.off {
		if !j.judged(i) {
			continue
		}
		pushed := slices.ContainsFunc(before.pushes, func(p []push) bool { return p[i].felt(j.base.size[i]) }) ||
			!j.exact && slices.ContainsFunc(after.pushes, func(p []push) bool { return p[i].felt(j.base.size[i]) })
		p, q := &before.states[before.frames][i], &after.states[0][i]
		d := apart(p, q, &before.end[i], &after.start[i])
		if pushed {
			v.pushed = append(v.pushed, d)
		} else {
			v.free = append(v.free, d)
		}
		if !j.exact {
			continue
		}
		x, y := p.Values(), q.Values()
		if push := before.pushes[0][i]; pushed {
			if really := j.base.push(&before.states[0][i], q); !really.felt(j.base.size[i]) {
				continue // there was none
			}
			off := q.Velocity().Sub(p.Velocity()).Len() + math.Abs(q.Omega-p.Omega)*j.base.size[i]
			v.shares = append(v.shares, off/(push.speed+push.spin*j.base.size[i]))
			continue
		}
		for axis := range x {
			v.off[axis] = append(v.off[axis], math.Abs(x[axis]-y[axis]))
		}
	}
	return nil
}
