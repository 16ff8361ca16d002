package observe

import (
	"context"
	"math"
	"slices"

	"orrery/sim"
)

// Covariance is that of the six values of a body's state, in the order of sim.BodyState.Names,
// row by row, in their units.
type Covariance [sim.StateSize * sim.StateSize]float64

// Std returns the standard deviation of each value.
func (c *Covariance) Std() sim.BodyState {
	at := func(k int) float64 { return math.Sqrt(max(0, c[k*sim.StateSize+k])) }
	return sim.BodyState{X: at(0), Y: at(1), Angle: at(2), VX: at(3), VY: at(4), Omega: at(5)}
}

// Estimate is what a Watch shows.
type Estimate struct {
	States     []sim.State    // [t][n]
	Covariance [][]Covariance // [t][n]
	Impacts    []sim.Impact   // in the order of their times
	Doubts     []Doubt        // of bodies whose motion is not explained by flights and impacts
}

// Doubt is a body whose motion could not be told in full, and why.
type Doubt struct {
	Body   int
	Reason string
}

// Std returns the standard deviations of all states.
func (e *Estimate) Std() []sim.State {
	out := make([]sim.State, len(e.Covariance))
	for k, row := range e.Covariance {
		out[k] = make(sim.State, len(row))
		for i := range row {
			out[k][i] = row[i].Std()
		}
	}
	return out
}

// Smooth returns the states of a watch at some times in s, which ascend. Law is that of its
// source. When ctx ends, Smooth soon returns its error.
func Smooth(ctx context.Context, w *Watch, law *Law, times []float64) (*Estimate, error) {
	if err := w.Check(); err != nil {
		return nil, err
	}
	n := len(w.Scene.Bodies)
	e := &Estimate{States: make([]sim.State, len(times)), Covariance: make([][]Covariance, len(times))}
	for k := range times {
		e.States[k], e.Covariance[k] = make(sim.State, n), make([]Covariance, n)
	}
	bodies, err := law.tell(ctx, w)
	if err != nil {
		return nil, err
	}
	for i := range bodies {
		b := &bodies[i]
		if len(b.track.at) == 0 {
			e.Doubts = append(e.Doubts, Doubt{i, "it was never seen"})
			for k := range times {
				e.States[k][i] = w.Scene.Bodies[i].Start
				e.Covariance[k][i] = unknown()
			}
			continue
		}
		b.plot.trust()
		var wanted [][3]line
		b.seen, wanted = law.chain(&b.track, b.motion, &b.plot, times)
		for k, l := range wanted {
			e.States[k][i], e.Covariance[k][i] = law.shown(b, times[k], &l), covariance(&l)
		}
	}
	f, err := together(ctx, law, newGaps(w.Scene), bodies, times)
	if err != nil {
		return nil, err
	}
	open := make([][]bool, n) // [n][t] what flights and impacts do not explain
	for i := range open {
		open[i] = make([]bool, len(times))
	}
	if f != nil {
		f.write(times, e, open)
	}
	for i := range bodies {
		if len(bodies[i].track.at) > 0 {
			if f == nil || len(f.of[i]) == 0 {
				eventful := bodies[i].eventful()
				for k := range times {
					open[i][k] = eventful
				}
			}
			law.guard(&bodies[i], open[i], times, e)
		}
	}
	return e, nil
}

// eventful reports whether anything happens to a body besides flight.
func (b *told) eventful() bool {
	return slices.Contains(b.plot.hits, true) || slices.ContainsFunc(b.plot.modes, func(m mode) bool { return m != flying })
}

func unknown() Covariance {
	return covariance(&[3]line{{pp: 1e4, vv: 1e4}, {pp: 1e4, vv: 1e4}, {pp: 1e4, vv: 1e4}})
}

func state(l *[3]line) sim.BodyState {
	return sim.BodyState{X: l[0].x, Y: l[1].x, Angle: l[2].x, VX: l[0].v, VY: l[1].v, Omega: l[2].v}
}

func covariance(l *[3]line) (c Covariance) {
	for axis, l := range l {
		x, v := axis, axis+3
		c[x*sim.StateSize+x], c[v*sim.StateSize+v] = l.pp, l.vv
		c[x*sim.StateSize+v], c[v*sim.StateSize+x] = l.pv, l.pv
	}
	return c
}

// Filter returns the states of a watch at a time in s and their covariance, from what was seen
// until then. Law is that of its source.
func Filter(w *Watch, law *Law, time float64) (sim.State, []Covariance, error) {
	past := &Watch{Scene: w.Scene}
	for k, row := range w.Sights {
		sights := slices.Clone(row)
		for i := range sights {
			if w.Times[k]+sights[i].After > time {
				sights[i] = sim.Sight{}
			}
		}
		past.Times, past.Sights = append(past.Times, w.Times[k]), append(past.Sights, sights)
	}
	e, err := Smooth(context.Background(), past, law, []float64{time})
	if err != nil {
		return nil, nil, err
	}
	return e.States[0], e.Covariance[0], nil
}
