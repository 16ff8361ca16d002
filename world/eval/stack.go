package eval

import (
	"math"

	"orrery/sim"
	"orrery/world/geom"
)

// Stack says how well the bodies of a set stand on each other at the headline
// horizon.
type Stack struct {
	PenetrationM    Number `json:"penetration_m"`     // mean over episodes of the deepest overlap at that moment
	PenetrationMaxM Number `json:"penetration_max_m"` // the deepest of all episodes
	RestDrift       Number `json:"rest_drift"`        // m/s, mean speed of the bodies that are truly at rest

	Lo95 *stackMeans `json:"lo95,omitempty"` // lower ends of the 95 % bootstrap intervals
	Hi95 *stackMeans `json:"hi95,omitempty"` // upper ends
}

// stackMeans has an end of the interval of each mean of a Stack.
type stackMeans struct {
	PenetrationM Number `json:"penetration_m"` // m
	RestDrift    Number `json:"rest_drift"`    // m/s
}

// restSpeed is the speed, of any point of a body, below which it is at rest.
const restSpeed = 1e-3 // m/s

// restTime is the time before the headline horizon for which a body must have been at rest,
// and over which its predicted speed is taken.
const restTime = 0.1 // s

// restFrames returns the frames of restTime, the last being the headline's.
func (v *evaluation) restFrames() (from, to int) {
	fps := float64(v.trajectories[0].Scene.FPS)
	return max(0, v.headlineFrame-max(1, int(math.Round(restTime*fps)))), v.headlineFrame
}

// atRest returns which dynamic bodies of an episode truly rest.
func (v *evaluation) atRest(t *sim.Trajectory) []bool {
	rest := make([]bool, len(t.Scene.Bodies))
	reaches := bodyReaches(t.Scene)
	from, to := v.restFrames()
	for i := range rest {
		rest[i] = t.Scene.Bodies[i].Kind == sim.Dynamic
		for k := from; k < to && rest[i]; k++ {
			spin := math.Abs(t.States[k+1][i].Angle-t.States[k][i].Angle) * float64(t.Scene.FPS)
			rest[i] = pathSpeed(t, t.States, k, i)+spin*reaches[i] < restSpeed
		}
	}
	return rest
}

// pathSpeed returns the speed in m/s at which body i goes from frame k to the next.
func pathSpeed(t *sim.Trajectory, states []sim.State, k, i int) float64 {
	return states[k+1][i].Position().Sub(states[k][i].Position()).Len() * float64(t.Scene.FPS)
}

// stacked has what a prediction of one episode adds to a Stack.
type stacked struct {
	deepest float64 // m; NaN for a prediction that ended before
	drift   float64 // m/s, sum over the bodies at rest
	resting float64 // number of those bodies
}

// stack measures the states predicted for episode i.
func (v *evaluation) stack(i int, predicted []sim.State) stacked {
	t := v.trajectories[i]
	from, to := v.restFrames()
	if to >= len(predicted) {
		return stacked{deepest: math.NaN()}
	}
	s := stacked{deepest: overlap(t.Scene, predicted[to])}
	for b, rests := range v.resting[i] {
		if !rests {
			continue
		}
		s.resting++
		for k := from; k < to; k++ {
			s.drift += pathSpeed(t, predicted, k, b) / float64(to-from)
		}
	}
	return s
}

// overlap returns the deepest overlap of two shapes in a state, in metres.
func overlap(scene *sim.Scene, state sim.State) (deepest float64) {
	for _, c := range geom.NewDetector(scene).Contacts(nil, state, 0) {
		deepest = max(deepest, -c.Gap)
	}
	return deepest
}

// stack summarises all episodes.
func (r *resampler) stack(all []stacked) Stack {
	s := Stack{PenetrationMaxM: Number(math.NaN())}
	var deepest []float64
	var drift, resting float64
	for _, e := range all {
		deepest = append(deepest, e.deepest)
		if !math.IsNaN(e.deepest) && !(e.deepest <= float64(s.PenetrationMaxM)) {
			s.PenetrationMaxM = Number(e.deepest)
		}
		drift += e.drift
		resting += e.resting
	}
	s.PenetrationM, s.RestDrift = mean(deepest), Number(drift/resting)
	s.Lo95, s.Hi95 = &stackMeans{}, &stackMeans{}
	r.put(&s.Lo95.PenetrationM, &s.Hi95.PenetrationM, len(all), func(i int) part { return single(all[i].deepest) })
	r.put(&s.Lo95.RestDrift, &s.Hi95.RestDrift, len(all), func(i int) part { return part{all[i].drift, all[i].resting} })
	return s
}

// trueStack measures what truly happens, and the share of dynamic bodies at rest.
func (v *evaluation) trueStack() (s Stack, resting Number) {
	var all []stacked
	var rest, dynamic float64
	for i, t := range v.trajectories {
		e := v.stack(i, t.States)
		all = append(all, e)
		rest += e.resting
		for _, b := range t.Scene.Bodies {
			if b.Kind == sim.Dynamic {
				dynamic++
			}
		}
	}
	return v.resampler.stack(all), Number(rest / dynamic)
}
