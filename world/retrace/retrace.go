package retrace

import (
	"context"
	"math"
	"slices"

	"orrery/sim"
	"orrery/world"
	"orrery/world/robust"
)

// Traced is a trajectory along a law.
type Traced struct {
	Trajectory *sim.Trajectory
	Touches    int // number of frames of bodies in which something touched them, or nearly
	Loose      int // number of those that the law does not explain
	Hits       int // number of frames of bodies in which something hit them
	Odd        int // number of those that the law does not explain
	Sights     int // number of sights of bodies
	Strays     int // number of those that are farther from the states than noise has them
}

// Count adds what was counted in another trajectory.
func (t *Traced) Count(o *Traced) {
	t.Touches, t.Loose = t.Touches+o.Touches, t.Loose+o.Loose
	t.Hits, t.Odd = t.Hits+o.Hits, t.Odd+o.Odd
	t.Sights, t.Strays = t.Sights+o.Sights, t.Strays+o.Strays
}

// How far off states may be.
var shares = [...]float64{1, 0.3, 0.1, 0.03} // of what noise makes of a place and, from frame to frame, of a velocity, one after another

const (
	rounds   = 8    // of each share, at most
	enough   = 1e-3 // share of the loss that a round must gain
	touching = 3.0  // times as far off the law what touches may be, as walls and outlines are not exact
	tail     = 24.0 // sum of squares of deviations from which on what is off counts less and less
	tooFar   = 4.0  // times that sum is odd
	holds    = 0.25 // share of hits, touches and sights that may be odd
	least    = 1e-9 // m, of noise
	shifted  = 0.05 // of the noise, by how much states are shifted to see what the law makes of that
)

// Long episodes are traced in stretches, as all of a stretch is in memory at a time.
const (
	stretch    = 200 // frames
	seam       = 10  // frames at an end of a stretch that are left to the next one
	mostBodies = 32  // of an episode; time grows with the cube
)

// Holds reports whether the law explains what was seen.
func (t *Traced) Holds() bool {
	return float64(t.Odd) <= holds*float64(t.Hits) && float64(t.Loose) <= holds*float64(t.Touches) && float64(t.Strays) <= holds*float64(t.Sights)
}

// trace is the problem of one trajectory.
type trace struct {
	*law
	states   []sim.State
	next     []sim.State // what the law makes of them
	touch    [][]bool
	a        [][]float64 // slopes of next
	chain    *chain
	noise    float64 // m, of a usual sight
	coarse   float64 // times as noisy as they say sights are
	share    float64
	strength [][]float64 // [frames-1][n] by which the law counts

	variances [][]float64 // [frames][d] of the states, in the end
}

// Along returns the states of an observed trajectory by a law. When ctx ends, it soon returns its error; an error of the law ends it, too.
func Along(ctx context.Context, model world.Model, t *sim.Trajectory) (*Traced, error) {
	joined := *t
	out := &Traced{Trajectory: &joined}
	if joined.Seen == nil || len(t.States) < 3 {
		out.Odd = 1
		return out, nil
	}
	seen := *t.Seen
	seen.Covariances = nil
	seen.Std, joined.States, joined.Seen = slices.Clone(seen.Std), slices.Clone(t.States), &seen
	for from := 0; ; from += stretch - 2*seam {
		to := min(from+stretch, len(t.States))
		if len(t.States)-to < 3*seam {
			to = len(t.States)
		}
		part, err := t.Part(from, to)
		if err != nil {
			return nil, err
		}
		r, err := trail(ctx, model, part)
		if err != nil {
			return nil, err
		}
		if r == nil {
			return &Traced{Trajectory: t, Odd: 1}, nil
		}
		begin, end := from, to // of the frames that are taken over
		if from > 0 {
			begin += seam
		}
		if to < len(t.States) {
			end -= seam
		}
		for k := begin; k < end; k++ {
			joined.States[k] = r.states[k-from]
			// two stretches meet there, each as far off as it is
			seen.Std[k] = r.std(k-from, from > 0 && k == begin || to < len(t.States) && k == end-1)
			out.count(r, k-from)
			for _, i := range r.free {
				if r.adrift(k-from, i) {
					joined.States[k][i], seen.Std[k][i] = t.States[k][i], t.Seen.Std[k][i]
				}
			}
		}
		if to == len(t.States) {
			return out, nil
		}
	}
}

// trail returns the states of one stretch by the law, or nil where nothing can be said.
func trail(ctx context.Context, model world.Model, t *sim.Trajectory) (*trace, error) {
	r := &trace{coarse: 1}
	if r.noise = usual(t.Seen); !(r.noise > least) {
		return nil, nil
	}
	var err error
	if r.law, err = newLaw(model, t, shifted*r.noise); err != nil {
		return nil, err
	}
	if len(r.free) == 0 || len(r.free) > mostBodies {
		return nil, nil
	}
	for _, s := range t.States {
		r.states = append(r.states, slices.Clone(s))
	}
	d := sim.StateSize * len(r.free)
	r.chain = newChain(len(r.states), d)
	for range len(r.states) - 1 {
		r.a = append(r.a, make([]float64, d*d))
	}
	if r.next, err = r.expect(r.states); err != nil {
		return nil, err
	}
	for k, share := range shares {
		r.share = share
		if k > 0 {
			r.coarse = r.scatter()
		}
		if err := r.settle(ctx); err != nil {
			return nil, err
		}
	}
	r.build(r.states, r.next, true)
	if r.chain.solve(0) != nil {
		r.variances = r.chain.variances()
	}
	return r, nil
}

// usual returns the median deviation of sights along an axis in m; 0 where there are none.
func usual(o *sim.Observation) float64 {
	var all []float64
	for _, row := range o.Sights {
		for _, s := range row {
			if s.Seen {
				all = append(all, s.Std)
			}
		}
	}
	return robust.Median(all)
}

// settle goes down to the least loss.
func (r *trace) settle(ctx context.Context) error {
	const gentle, bold, tries = 1e-4, 5.0, 5
	damp := gentle
	for range rounds {
		if err := ctx.Err(); err != nil {
			return err
		}
		var err error
		if r.touch, err = r.slopes(r.a, r.states, r.next); err != nil {
			return err
		}
		before := r.build(r.states, r.next, true)
		better := false
		for range tries {
			step := r.chain.solve(damp)
			if step == nil {
				damp *= bold * bold
				continue
			}
			states := r.moved(step)
			next, err := r.expect(states)
			if err == nil {
				if after := r.build(states, next, false); after < before {
					r.states, r.next = states, next
					better = before-after > enough*before
					damp = max(damp/bold, 1e-9)
					break
				}
			}
			damp *= bold
		}
		if !better {
			return nil
		}
	}
	return nil
}

// moved returns the states after a step of all unknowns.
func (r *trace) moved(step [][]float64) []sim.State {
	out := make([]sim.State, len(r.states))
	for k, s := range r.states {
		out[k] = slices.Clone(s)
		for q, i := range r.free {
			v := s[i].Values()
			for c := range v {
				v[c] += step[k][q*sim.StateSize+c]
			}
			out[k][i].SetValues(v)
		}
	}
	return out
}

// deviations returns by how much each value of a body may be off the law in a frame.
func (r *trace) deviations(k, body int) (out [sim.StateSize]float64) {
	by := r.share * r.noise
	if r.touch[k][body] {
		by *= touching
	}
	for c := range out {
		out[c] = by
		if c >= 3 {
			out[c] /= r.t.Scene.FrameTime()
		}
		if c%3 == 2 {
			out[c] /= r.size[body]
		}
	}
	return out
}

// student returns the loss of a sum of squares under a Student distribution, and its slope.
func student(sum float64) (loss, slope float64) {
	return tail * math.Log1p(sum/tail), 1 / (1 + sum/tail)
}

// sight returns how far off the values of a body are that were seen, in deviations, what a unit of each is there, and whether
// it was seen.
func (r *trace) sight(k, body int, s *sim.BodyState) (off, unit [3]float64, seen [3]bool) {
	g := &r.t.Seen.Sights[k][body]
	v := s.Values()
	for axis, is := range [3]float64{g.X, g.Y, g.Angle} {
		std := g.Std
		if seen[axis] = g.Seen; axis == 2 {
			std, seen[axis] = g.StdTurn, g.Turned
		}
		if !seen[axis] {
			continue
		}
		unit[axis] = 1 / (max(std, least) * r.coarse)
		off[axis] = (v[axis] + g.After*v[axis+3] - is) * unit[axis]
	}
	return off, unit, seen
}

// build returns the loss of states and of what the law makes of them, and sums up the normal equations if they are wanted.
func (r *trace) build(states, next []sim.State, wanted bool) (loss float64) {
	c := r.chain
	if wanted {
		c.clear()
		r.strength = r.strength[:0]
	}
	d := c.d
	for q, i := range r.free { // the first state is anywhere
		for axis, wide := range [sim.StateSize]float64{10, 10, 10, 30, 30, 100} {
			off := states[0][i].Values()[axis] - r.t.States[0][i].Values()[axis]
			loss += off * off / (wide * wide)
			if at := q*sim.StateSize + axis; wanted {
				c.diag[0][at*d+at] += 1 / (wide * wide)
				c.right[0][at] -= off / (wide * wide)
			}
		}
	}
	var w [][sim.StateSize]float64
	for k := range states {
		for q, i := range r.free {
			off, unit, seen := r.sight(k, i, &states[k][i])
			if seen == [3]bool{} {
				continue
			}
			l, slope := student(off[0]*off[0] + off[1]*off[1] + off[2]*off[2])
			if loss += l; !wanted {
				continue
			}
			after := r.t.Seen.Sights[k][i].After
			for axis := range 3 {
				if !seen[axis] {
					continue
				}
				x, v := q*sim.StateSize+axis, q*sim.StateSize+axis+3
				u := slope * unit[axis]
				c.right[k][x] -= u * off[axis]
				c.right[k][v] -= u * off[axis] * after
				u *= unit[axis]
				c.diag[k][x*d+x] += u
				c.diag[k][x*d+v] += u * after
				c.diag[k][v*d+x] += u * after
				c.diag[k][v*d+v] += u * after * after
			}
		}
		if k == len(next) {
			break
		}
		w = w[:0]
		strength := make([]float64, len(states[k]))
		off := make([]float64, d) // weighted
		for q, i := range r.free {
			deviations := r.deviations(k, i)
			is, expected := states[k+1][i].Values(), next[k][i].Values()
			sum := 0.0
			for v := range is {
				by := (is[v] - expected[v]) / deviations[v]
				sum += by * by
			}
			l, slope := student(sum)
			loss += l
			strength[i] = slope
			var weights [sim.StateSize]float64
			for v := range weights {
				weights[v] = slope / (deviations[v] * deviations[v])
				off[q*sim.StateSize+v] = weights[v] * (is[v] - expected[v])
			}
			w = append(w, weights)
		}
		if !wanted {
			continue
		}
		r.strength = append(r.strength, strength)
		a := r.a[k]
		for row := range d {
			weight := w[row/sim.StateSize][row%sim.StateSize]
			c.diag[k+1][row*d+row] += weight
			c.right[k+1][row] -= off[row]
			line := a[row*d : (row+1)*d]
			for i, v := range line {
				if v == 0 {
					continue
				}
				c.below[k+1][row*d+i] -= weight * v
				c.right[k][i] += v * off[row]
				for j, u := range line {
					c.diag[k][i*d+j] += weight * v * u
				}
			}
		}
	}
	return loss
}

// scatter returns how many times as far off as they say sights are by the median, at least once.
func (r *trace) scatter() float64 {
	const middle = 1.386 // median of the sum of two squares of deviations
	var all []float64
	before := r.coarse
	r.coarse = 1
	for k := range r.states {
		for _, i := range r.free {
			if off, _, seen := r.sight(k, i, &r.states[k][i]); seen[0] {
				all = append(all, off[0]*off[0]+off[1]*off[1])
			}
		}
	}
	r.coarse = before
	return max(1, math.Sqrt(robust.Median(all)/middle))
}

// odd reports whether the law does not explain what a body did in a frame.
func (r *trace) odd(k, body int) bool { return r.strength[k][body] < 1/(1+tooFar) }

// adrift reports whether the law explains neither how a body came to a frame nor how it goes on.
func (r *trace) adrift(k, body int) bool {
	return (k == 0 || r.odd(k-1, body)) && (k == len(r.next) || r.odd(k, body))
}

// hit reports whether a body's velocity changes in a frame by much more than noise and forces do it.
func (r *trace) hit(k, body int) bool {
	const times = 3
	dt := r.t.Scene.FrameTime()
	most := times * (r.noise/dt + r.t.Scene.Gravity.Len()*dt)
	v := r.states[k][body].Velocity()
	return max(r.states[k+1][body].Velocity().Sub(v).Len(), r.next[k][body].Velocity().Sub(v).Len()) > most
}

// count adds what happened at a frame, and in it.
func (t *Traced) count(r *trace, k int) {
	for _, i := range r.free {
		if off, _, seen := r.sight(k, i, &r.states[k][i]); seen != [3]bool{} {
			if t.Sights++; off[0]*off[0]+off[1]*off[1]+off[2]*off[2] > tooFar*tail {
				t.Strays++
			}
		}
		if k < len(r.next) && r.touch[k][i] {
			if t.Touches++; r.odd(k, i) {
				t.Loose++
			}
		}
		if k < len(r.next) && r.hit(k, i) {
			if t.Hits++; r.odd(k, i) {
				t.Odd++
			}
		}
	}
}

// std returns the deviations of the states at a frame: by how much they may be off the law of the frames beside it, or by how much they may be off
// themselves, where that does not hold or alone is asked for.
func (r *trace) std(k int, alone bool) sim.State {
	out := slices.Clone(r.t.Seen.Std[k])
	for q, i := range r.free {
		var by [sim.StateSize]float64
		open := alone
		for _, f := range [2]int{k - 1, k} {
			if f < 0 || f == len(r.next) {
				continue
			}
			open = open || r.odd(f, i)
			deviations := r.deviations(f, i)
			now, law := r.states[f+1][i].Values(), r.next[f][i].Values()
			for v := range by {
				by[v] = max(by[v], deviations[v], math.Abs(now[v]-law[v]))
			}
		}
		if open && r.variances != nil {
			for v := range by {
				by[v] = max(by[v], math.Sqrt(r.variances[k][q*sim.StateSize+v]))
			}
		}
		out[i].SetValues(by)
	}
	return out
}
