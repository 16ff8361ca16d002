package surprise

import (
	"cmp"
	"context"
	"math"
	"slices"

	"orrery/sim"
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

// push is by how much a law changed the velocities of a body in a frame.
type push struct{ speed, spin float64 } // m/s, rad/s

// scales say how far off measurements and a model are, as it was found on the episodes themselves.
type scales struct {
	noise float64                // of what was measured, in what it is said to be
	known [sim.StateSize]float64 // of states that are known, in m, rad, m/s and rad/s
	share float64                // of the change of a velocity by a push
	least float64                // m/s, of any push
}

// faintest is the change of velocity in a frame, in m/s, from which on something pushes.
const faintest = 1e-5

func (p push) felt(size float64) bool { return p.speed > faintest || p.spin*size > faintest }

// unsure is the variance of the time of a push within its frame, in frames.
const unsure = 1.0 / 12

// doubt returns the variances of the velocity and of the angular velocity after a push of a body with
// a radius of gyration.
func (s *scales) doubt(p push, size float64) (v, omega float64) {
	if !p.felt(size) {
		return 0, 0
	}
	sigma := s.share*(p.speed+p.spin*size) + s.least
	return sigma * sigma, sigma * sigma / (size * size)
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
	states, err := f.roll(ctx, f.t, slices.Concat(starts...), best.from, best.frames)
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
		all = append(all, candidate{f.pattern(pushes), sum(f.gauge(best.from, best.frames, one, pushes)), starts[c]})
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
	if g, err = f.descend(ctx, g); err != nil || sum(g.off) >= sum(than.off) {
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
	states, err := f.roll(ctx, f.t, slices.Concat(starts...), from, frames)
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
			if best == nil || sum(g.off) < sum(best.off) {
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

// descend improves a fit until little is to be gained.
func (f *fitter) descend(ctx context.Context, best *fit) (*fit, error) {
	for range 8 {
		better, err := f.improve(ctx, best)
		switch {
		case err != nil:
			return nil, err
		case better == nil:
			return best, nil
		}
		better.start, better.end = best.start, best.end
		gained := sum(best.off) - sum(better.off)
		if best = better; gained < 0.1 {
			break
		}
	}
	return best, nil
}

func sum(x []float64) (s float64) {
	for _, v := range x {
		s += v
	}
	return s
}

// mostTogether is the most bodies of which it is asked what moving each of them does to the others, in
// copies of the scene. In larger piles each is taken to fly by itself.
const mostTogether = 6

// improve takes a step of Gauss and Newton from g, or a part of it. It sets the covariances of g,
// and returns nil when nothing is better.
func (f *fitter) improve(ctx context.Context, g *fit) (*fit, error) {
	n, dt := len(f.scene.Bodies), f.scene.FrameTime()
	fastest := 0.0
	for i := range g.states[0] {
		fastest = max(fastest, g.states[0][i].Velocity().Len())
	}
	g.root = f.clusters(g.states, 0.01+fastest*dt)
	rank, members := make([]int, n), make([]int, n) // of a body in its cluster, and of a root
	largest := 0
	for i, r := range g.root {
		if f.judged(i) {
			rank[i] = members[r]
			members[r]++
			largest = max(largest, members[r])
		}
	}
	if largest > mostTogether {
		largest = 0 // of all clusters, for the sake of the larger ones
	}
	var steps [sim.StateSize]float64
	steps[0], steps[1], steps[2] = f.pitch, f.pitch, f.twist
	for a := range 3 {
		steps[a+3] = steps[a] / (dt * float64(g.frames))
	}
	const size = sim.StateSize
	starts := make(sim.State, 0, n*(1+size*largest))
	for r := range largest {
		for a := range size {
			s := slices.Clone(g.states[0])
			for i := range s {
				if rank[i] == r && f.scene.Bodies[i].Kind == sim.Dynamic {
					*value(&s[i], a) += steps[a]
				}
			}
			starts = append(starts, s...)
		}
	}
	var moved []sim.State // none for bodies that are taken to fly
	if largest > 0 {
		var err error
		if moved, err = f.roll(ctx, f.t, starts, g.from, g.frames); err != nil {
			return nil, err
		}
	}
	change := make(sim.State, n)
	g.start, g.end = make([]covariance, n), make([]covariance, n)
	for r := range members {
		if members[r] > 0 {
			f.solve(g, r, members[r], rank, steps, moved, change)
		}
	}
	var trials sim.State
	shares := []float64{1, 0.5, 0.2, 0.05}
	for _, share := range shares {
		for i, b := range g.states[0] {
			for a := range size {
				*value(&b, a) += share * *value(&change[i], a)
			}
			trials = append(trials, b)
		}
	}
	rolled, err := f.roll(ctx, f.t, trials, g.from, g.frames)
	if err != nil {
		return nil, err
	}
	// Each cluster takes the share that suits it.
	least := make([]float64, n)
	for r := range least {
		least[r] = total(g.off, g.root, r)
	}
	start, any := slices.Clone(g.states[0]), false
	for c := range shares {
		states := cut(rolled, c, n)
		off := f.gauge(g.from, g.frames, states, f.pushes(states))
		for r := range least {
			if members[r] == 0 || !(total(off, g.root, r) < least[r]) {
				continue
			}
			least[r], any = total(off, g.root, r), true
			for i := range start {
				if g.root[i] == r {
					start[i] = states[0][i]
				}
			}
		}
	}
	if !any {
		return nil, nil
	}
	h, err := f.best(ctx, g.from, g.frames, []sim.State{start})
	if err != nil || !(sum(h.off) < sum(g.off)) {
		return nil, err
	}
	h.root = g.root
	return h, nil
}

// total returns the sum of the squares of the bodies of a cluster.
func total(off []float64, root []int, r int) (s float64) {
	for i := range off {
		if root[i] == r {
			s += off[i]
		}
	}
	return s
}

// value returns where one of the values of a body stands.
func value(b *sim.BodyState, axis int) *float64 {
	return [...]*float64{&b.X, &b.Y, &b.Angle, &b.VX, &b.VY, &b.Omega}[axis]
}

// solve finds the change of the starts of a cluster, and their covariance.
func (f *fitter) solve(g *fit, root, members int, rank []int, steps [sim.StateSize]float64, moved []sim.State, change sim.State) {
	const size = sim.StateSize
	n, p := len(f.scene.Bodies), size*members
	var bodies []int
	for i, r := range g.root {
		if r == root && f.scene.Bodies[i].Kind == sim.Dynamic {
			bodies = append(bodies, i)
		}
	}
	dt := f.scene.FrameTime()
	slope := func(k, i, axis, column int) float64 {
		if moved == nil {
			switch {
			case column/size != rank[i]:
			case column%size == axis:
				return 1
			case column%size == axis+3:
				return float64(k) * dt
			}
			return 0
		}
		state := moved[k][column*n+i].Values()
		base := g.states[k][i].Values()
		return (state[axis] - base[axis]) / steps[column%size]
	}
	normal, right := newSquare(p), make([]float64, p)
	for column := range p {
		*normal.at(column, column) = 1 / (anywhere[column%size] * anywhere[column%size])
	}
	for _, i := range bodies {
		for axis := range 3 {
			var seen []int
			var stds []float64
			rows := make([][]float64, p+1)
			for k := range g.frames {
				s := &f.sights[g.from+k][i]
				v, std, ok := read(s, axis)
				if !ok {
					continue
				}
				seen, stds = append(seen, k), append(stds, std)
				rows[p] = append(rows[p], v-expected(&g.states[k][i], axis, s.After))
				for column := range p {
					rows[column] = append(rows[column], slope(k, i, axis, column)+s.After*slope(k, i, axis+3, column))
				}
			}
			f.whiten(i, axis, seen, stds, g.pushes, rows)
			for a := range p {
				for b := range a + 1 {
					*normal.at(a, b) += dot(rows[a], rows[b])
				}
				right[a] += dot(rows[a], rows[p])
			}
		}
	}
	normal.factor()
	normal.forward(right)
	normal.backward(right)
	for _, i := range bodies {
		for a := range size {
			*value(&change[i], a) = right[size*rank[i]+a]
		}
	}
	// The covariance is N⁻¹ = L⁻ᵀL⁻¹: that of J·start is the sum of squares of rows L⁻¹Jᵀ.
	for _, i := range bodies {
		var first, last [size][]float64
		for axis := range size {
			first[axis] = make([]float64, p)
			first[axis][size*rank[i]+axis] = 1
			last[axis] = make([]float64, p)
			for column := range p {
				last[axis][column] = slope(g.frames, i, axis, column)
			}
			normal.forward(first[axis])
			normal.forward(last[axis])
		}
		for a := range size {
			for b := range size {
				g.start[i][a][b] = dot(first[a], first[b])
				g.end[i][a][b] = dot(last[a], last[b])
			}
		}
		f.addDoubt(g, i)
	}
}

// addDoubt adds to where the law expects a body what its pushes may be wrong by.
func (f *fitter) addDoubt(g *fit, i int) {
	dt := f.scene.FrameTime()
	for c := range g.pushes {
		v, omega := f.doubt(g.pushes[c][i], f.size[i])
		t := (float64(g.frames-c) - 0.5) * dt
		for axis := range 3 {
			q := v
			if axis == 2 {
				q = omega
			}
			g.end[i][axis][axis] += q * (t*t + unsure*dt*dt)
			g.end[i][axis][axis+3] += q * t
			g.end[i][axis+3][axis] += q * t
			g.end[i][axis+3][axis+3] += q
		}
	}
}

func dot(a, b []float64) (s float64) {
	for k := range a {
		s += a[k] * b[k]
	}
	return s
}
