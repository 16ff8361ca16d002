package surprise

import (
	"math"
	"slices"

	"orrery/sim"
)

// bound is how fast each body of a scene may have been in some frames, by what was seen of all of them.
type bound struct {
	speed, spin []float64 // m/s, rad/s; +Inf where nothing is known, and of kinematic bodies
}

// bounds returns what starts of a window are kept within, so that no time goes to motion that cannot have been. A
// body is not much faster than it was seen to be, or than others were that may have hit it. Beside the window a few
// frames count, as what an impact did in its first frame was not seen in it. The greatest step of each body does not count,
// as it may be no motion.
func (f *fitter) bounds(from, frames int) *bound {
	const (
		beside = 3 // frames
		wide   = 4 // deviations
		own    = 4 // times as fast as it was seen, as impacts between two sights show less
		others = 2 // times as fast as others: what is light bounces off at twice the speed of what is heavy
		rim    = 2 // times as fast may a body turn at its radius of gyration as others move
	)
	n, dt := len(f.scene.Bodies), f.scene.FrameTime()
	b := &bound{speed: make([]float64, n), spin: make([]float64, n)}
	first, last := max(0, from-beside), min(len(f.sights), from+frames+beside)
	fastest, fastestSpin := 0.0, 0.0
	for i := range n {
		var ways, turns []float64
		var place, turn *sim.Sight
		var placed, turned int
		for k := first; k < last; k++ {
			s := &f.sights[k][i]
			if s.Seen {
				if place != nil {
					t := float64(k-placed)*dt + s.After - place.After
					ways = append(ways, (math.Hypot(s.X-place.X, s.Y-place.Y)+wide*(s.Std+place.Std))/t)
				}
				place, placed = s, k
			}
			if s.Turned {
				if turn != nil {
					t := float64(k-turned)*dt + s.After - turn.After
					turns = append(turns, (math.Abs(s.Angle-turn.Angle)+wide*(s.StdTurn+turn.StdTurn))/t)
				}
				turn, turned = s, k
			}
		}
		b.speed[i], b.spin[i] = second(ways), second(turns)
		fastest, fastestSpin = max(fastest, b.speed[i]), max(fastestSpin, b.spin[i])
	}
	gained := dt * float64(last-first) * f.scene.Gravity.Len()
	for i := range n {
		b.spin[i] = max(own*b.spin[i], others*fastestSpin, rim*(fastest+gained)/f.size[i])
		b.speed[i] = max(own*b.speed[i], others*fastest) + gained
		if fastest == 0 || f.scene.Bodies[i].Kind != sim.Dynamic { // nothing was seen twice, or it is driven
			b.speed[i], b.spin[i] = math.Inf(1), math.Inf(1)
		}
	}
	return b
}

// second returns the second greatest of x, the only one of one, or 0 of none.
func second(x []float64) float64 {
	slices.Sort(x)
	switch len(x) {
	case 0:
		return 0
	case 1:
		return x[0]
	}
	return x[len(x)-2]
}

// keep brings starts, of copies of the scene end to end, within their bounds.
func (b *bound) keep(starts sim.State) {
	for k := range starts {
		s, i := &starts[k], k%len(b.speed)
		if v := s.Velocity().Len(); v > b.speed[i] {
			s.VX, s.VY = s.VX*b.speed[i]/v, s.VY*b.speed[i]/v
		}
		s.Omega = min(max(s.Omega, -b.spin[i]), b.spin[i])
	}
}
