package surprise

import (
	"cmp"
	"context"
	"math"
	"slices"

	"orrery/sim"

	"gonum.org/v1/gonum/floats"
)

// covariance is that of the values of one body's state.
type covariance [sim.StateSize][sim.StateSize]float64

// fit is motion by a law that comes as close as it can to what was seen in a few frames.
type fit struct {
	from, frames int
	states       []sim.State  // [frames+1][n], the last is what the law expects then
	start        []covariance // [n] of the first of them
	end          []covariance // [n] of the last
	off          []float64    // [n] sum of the squares of what was seen less the states, in deviations
	root         []int        // [n] which bodies were fitted together

	pushes [][]push // [frames][n]
}

// fitter fits motion to sights by a law.
type fitter struct {
	*law
	t      *sim.Trajectory
	sights [][]sim.Sight
	scales
	size  []float64 // m, radius of gyration of each body
	pitch float64   // m, by which starts are moved to see what comes of it
	twist float64   // rad, by which they are turned
	hasty bool      // what is not explained at once is not worth the time
}

// judged reports whether motion of a body is judged.
func (f *fitter) judged(i int) bool { return f.scene.Bodies[i].Kind == sim.Dynamic }

// known is the fit of a state that is known.
func (f *fitter) known(ctx context.Context, frame int) (*fit, error) {
	g := &fit{from: frame, frames: 1, states: []sim.State{f.t.States[frame]}}
	n := len(f.scene.Bodies)
	g.off, g.start, g.end = make([]float64, n), make([]covariance, n), make([]covariance, n)
	if frame+1 < len(f.t.States) {
		var err error
		if g.states, err = f.roll(ctx, f.t, f.t.States[frame], frame, 1); err != nil {
			return nil, err
		}
		g.pushes = f.pushes(g.states)
	}
	for i := range n {
		for a := range sim.StateSize {
			g.start[i][a][a] = f.scales.known[a] * f.scales.known[a] / 2
			g.end[i][a][a] = g.start[i][a][a]
		}
		f.addDoubt(g, i)
	}
	return g, nil
}

// The deviations within which states are when nothing was seen of them.
const (
	anyPlace = 10.0 // m
	anyTurn  = 3.0  // rad
	anySpeed = 10.0 // m/s
	anySpin  = 30.0 // rad/s
)

var anywhere = [sim.StateSize]float64{anyPlace, anyPlace, anyTurn, anySpeed, anySpeed, anySpin}

// whiten returns, for the values of one body along one axis, the whitened rows: x is [rows][m] where
// m counts the frames in which they were seen; each row is replaced by L⁻¹ of itself.
func (f *fitter) whiten(body, axis int, seen []int, stds []float64, pushes [][]push, rows [][]float64) {
	dt := f.scene.FrameTime()
	r := newSquare(len(seen))
	for a := range seen {
		*r.at(a, a) = stds[a] * stds[a]
	}
	for c := range pushes {
		v, omega := f.doubt(pushes[c][body], f.size[body])
		if axis == 2 {
			v = omega
		}
		if v == 0 {
			continue
		}
		for a, ka := range seen {
			for b, kb := range seen[:a+1] {
				if ka > c && kb > c { // pushed between frames c and c+1
					*r.at(a, b) += v * dt * dt * ((float64(ka-c)-0.5)*(float64(kb-c)-0.5) + unsure)
				}
			}
		}
	}
	r.factor()
	for _, row := range rows {
		r.forward(row)
	}
}

// read returns a value of a sight, its deviation, and whether it was seen.
func read(s *sim.Sight, axis int) (value, std float64, seen bool) {
	switch axis {
	case 0:
		return s.X, s.Std, s.Seen
	case 1:
		return s.Y, s.Std, s.Seen
	}
	return s.Angle, s.StdTurn, s.Turned
}

// expected returns what a state says of a sight.
func expected(b *sim.BodyState, axis int, after float64) float64 {
	v := b.Values()
	return v[axis] + after*v[axis+3]
}

// gauge returns the sum of squares for each body along states of one copy.
func (f *fitter) gauge(from, frames int, states []sim.State, pushes [][]push) []float64 {
	n := len(f.scene.Bodies)
	off := make([]float64, n)
	for i := range n {
		if !f.judged(i) {
			continue
		}
		for axis := range 3 {
			var seen []int
			var stds, row []float64
			for k := range frames {
				s := &f.sights[from+k][i]
				if value, std, ok := read(s, axis); ok {
					seen, stds, row = append(seen, k), append(stds, std), append(row, value-expected(&states[k][i], axis, s.After))
				}
			}
			f.whiten(i, axis, seen, stds, pushes, [][]float64{row})
			for _, r := range row {
				off[i] += r * r
			}
		}
	}
	return off
}

func (f *fitter) pushes(states []sim.State) [][]push {
	out := make([][]push, len(states)-1)
	for k := range out {
		for i := range states[k] {
			out[k] = append(out[k], f.push(&states[k][i], &states[k+1][i]))
		}
	}
	return out
}

// cut returns the states of one of several copies that lie end to end.
func cut(states []sim.State, copy, n int) []sim.State {
	out := make([]sim.State, len(states))
	for k := range states {
		out[k] = states[k][copy*n : (copy+1)*n]
	}
	return out
}

// fit fits so many frames from one on, starting at the best of guesses. About, which may be nil, is a fit of
// fewer frames from the same one on, which is thought to be right.
func (f *fitter) fit(ctx context.Context, from, frames int, about *fit, guesses ...sim.State) (*fit, error) {
	n := len(f.scene.Bodies)
	for points := range 3 {
		straight := make(sim.State, n)
		for i := range straight {
			straight[i] = f.line(from, min(frames, points+2), i, f.t.States[from][i])
			if f.scene.Bodies[i].Kind != sim.Dynamic {
				straight[i] = f.t.States[from][i]
			}
		}
		guesses = append(guesses, straight)
	}
	guesses = append(guesses, f.t.States[from], f.rebound(from, frames, guesses[len(guesses)-1]))
	best, err := f.best(ctx, from, frames, guesses)
	if err != nil {
		return nil, err
	}
	if best, err = f.descend(ctx, best); err != nil {
		return nil, err
	}
	if f.hasty {
		return best, nil
	}
	// What is nearest at first may lead nowhere: an impact soon after the start needs a guess of what was
	// before it.
	if best, err = f.varied(ctx, best, guesses); err != nil {
		return nil, err
	}
	// One of two that graze each other may be hit or not, within the noise. Each pattern of pushes is
	// tried, from its best start.
	rng := sim.NewRand(1, "surprise", from)
	for range 2 {
		if !f.odd(best) {
			break
		}
		if about == nil {
			about = best
		}
		const samples = 32
		var starts []sim.State
		for k := range samples {
			starts = append(starts, about.sample(rng, 0.5+0.5*float64(k%4)))
		}
		about = nil
		if best, err = f.varied(ctx, best, starts); err != nil {
			return nil, err
		}
	}
	return best, nil
}

// varied returns the best fit from starts in which other bodies are pushed than in the one that there is,
// or are pushed for longer, or else that one. Each pattern of pushes is tried from its best start.
func (f *fitter) varied(ctx context.Context, best *fit, starts []sim.State) (*fit, error) {
	const most = 4 // patterns
	if !f.odd(best) {
		return best, nil
	}
	n := len(f.scene.Bodies)
	joined := slices.Concat(starts...)
	f.bounds(best.from, best.frames).keep(joined)
	states, err := f.roll(ctx, f.t, joined, best.from, best.frames)
	if err != nil {
		return nil, err
	}
	type candidate struct {
		pattern string
		off     float64
		start   sim.State
	}
	var all []candidate
	for c := range starts {
		one := cut(states, c, n)
		pushes := f.pushes(one)
		all = append(all, candidate{f.pattern(pushes), floats.Sum(f.gauge(best.from, best.frames, one, pushes)), joined[c*n : (c+1)*n]})
	}
	slices.SortStableFunc(all, func(p, q candidate) int { return cmp.Compare(p.off, q.off) })
	seen := map[string]bool{f.pattern(best.pushes): true}
	for _, c := range all {
		if seen[c.pattern] || len(seen) > most || !f.odd(best) {
			continue
		}
		seen[c.pattern] = true
		if best, err = f.better(ctx, best, best.from, best.frames, []sim.State{c.start}); err != nil {
			return nil, err
		}
	}
	return best, nil
}

// pattern says for how many frames each body is pushed.
func (f *fitter) pattern(pushes [][]push) string {
	pattern := make([]byte, len(f.scene.Bodies))
	for i := range pattern {
		for k := range pushes {
			if f.judged(i) && pushes[k][i].felt(f.size[i]) {
				pattern[i]++
			}
		}
	}
	return string(pattern)
}

// better returns the best fit that is found from starts, or else the one that there is.
func (f *fitter) better(ctx context.Context, than *fit, from, frames int, starts []sim.State) (*fit, error) {
	g, err := f.best(ctx, from, frames, starts)
	if err != nil {
		return nil, err
	}
	if g, err = f.descend(ctx, g); err != nil || floats.Sum(g.off) >= floats.Sum(than.off) {
		return than, err
	}
	return g, nil
}

// odd reports whether what was seen is hardly explained by a fit.
func (f *fitter) odd(g *fit) bool {
	for i := range g.off {
		if f.judged(i) && !(g.off[i] <= f.usual(g, i)) {
			return true
		}
	}
	return false
}

// usual returns the most that the squares of a body in a fit add up to as a rule.
func (f *fitter) usual(g *fit, i int) float64 {
	if f.sights == nil {
		return 0
	}
	values := -sim.StateSize
	for k := range g.frames {
		for axis := range 3 {
			if _, _, ok := read(&f.sights[g.from+k][i], axis); ok {
				values++
			}
		}
	}
	free := math.Max(1, float64(values))
	return free + 3*math.Sqrt(2*free) + 3
}

// best returns the motion that suits best of those that begin with starts, or with a mixture of them.
func (f *fitter) best(ctx context.Context, from, frames int, starts []sim.State) (*fit, error) {
	n := len(f.scene.Bodies)
	joined := slices.Concat(starts...)
	f.bounds(from, frames).keep(joined)
	states, err := f.roll(ctx, f.t, joined, from, frames)
	if err != nil {
		return nil, err
	}
	var best *fit
	mixed, least := make(sim.State, n), make([]float64, n)
	consider := func(states []sim.State, copies int, note bool) {
		for c := range copies {
			g := &fit{from: from, frames: frames, states: cut(states, c, n)}
			g.pushes = f.pushes(g.states)
			g.off = f.gauge(from, frames, g.states, g.pushes)
			if best == nil || floats.Sum(g.off) < floats.Sum(best.off) {
				best = g
			}
			for i := range mixed {
				if note && (c == 0 || g.off[i] < least[i]) {
					mixed[i], least[i] = g.states[0][i], g.off[i]
				}
			}
		}
	}
	consider(states, len(starts), true)
	if len(starts) == 1 {
		return best, nil
	}
	if states, err = f.roll(ctx, f.t, mixed, from, frames); err != nil {
		return nil, err
	}
	consider(states, 1, false)
	return best, nil
}
