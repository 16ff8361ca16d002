package surprise

import "orrery/sim"

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
