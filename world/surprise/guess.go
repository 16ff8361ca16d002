package surprise

import (
	"math/rand/v2"
	"slices"

	"orrery/sim"
	"orrery/world/geom"
)

// line returns a state at a frame that leads straight through the first sights from it on.
func (f *fitter) line(from, frames, i int, back sim.BodyState) (guess sim.BodyState) {
	values := back.Values()
	dt := f.scene.FrameTime()
	for axis := range 3 {
		var n, st, stt, sx, stx float64
		for k := range min(frames, 3) {
			s := &f.sights[from+k][i]
			if v, _, ok := read(s, axis); ok {
				t := float64(k)*dt + s.After
				n, st, stt, sx, stx = n+1, st+t, stt+t*t, sx+v, stx+t*v
			}
		}
		if det := n*stt - st*st; n >= 2 && det > 0 {
			values[axis], values[axis+3] = (stt*sx-st*stx)/det, (n*stx-st*sx)/det
		} else if n >= 1 {
			values[axis] = sx / n
		}
	}
	guess.SetValues(values)
	return guess
}

// sample returns a start about that of g, so many deviations wide.
func (g *fit) sample(rng *rand.Rand, wide float64) sim.State {
	out := slices.Clone(g.states[0])
	const size = sim.StateSize
	for i := range out {
		s := newSquare(size)
		for a := range size {
			for b := range a + 1 {
				*s.at(a, b) = g.start[i][a][b]
			}
		}
		s.factor()
		for a := range size {
			z := wide * rng.NormFloat64()
			for b := a; b < size; b++ {
				*value(&out[i], b) += *s.at(b, a) * z
			}
		}
	}
	return out
}

// rebound returns a state at a frame of bodies that hit something just after it: they go on as they were
// seen from the next frame on, and came as the elasticity says, without friction and turning.
func (f *fitter) rebound(from, frames int, like sim.State) sim.State {
	out := slices.Clone(like)
	if frames < 3 {
		return out
	}
	later := make(sim.State, len(like))
	fastest := 0.0
	for i := range out {
		if later[i] = out[i]; f.judged(i) {
			later[i] = f.line(from+1, frames-1, i, out[i])
			out[i] = f.line(from, 1, i, later[i])
		}
		fastest = max(fastest, later[i].Velocity().Len())
	}
	for _, c := range f.detector.Contacts(nil, later, 0.01+fastest*f.scene.FrameTime()) {
		a, b := &later[c.A], &sim.BodyState{}
		light, other := f.scene.Bodies[c.A].InvMass(), 0.0
		if c.B != geom.Wall {
			b, other = &later[c.B], f.scene.Bodies[c.B].InvMass()
		}
		parting := c.Normal.Dot(a.Velocity().Sub(b.Velocity()))
		if !(parting > 0) {
			continue
		}
		const dullest = 0.2 // elasticity, below which how fast it came can only be guessed
		push := parting * (1 + 1/max(dullest, c.Elasticity)) / (light + other)
		kick := func(b *sim.BodyState, by float64) {
			b.VX, b.VY = b.VX+by*c.Normal.X, b.VY+by*c.Normal.Y
		}
		kick(&out[c.A], -push*light)
		if c.B != geom.Wall {
			kick(&out[c.B], push*other)
		}
	}
	return out
}
