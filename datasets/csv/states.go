package csv

import (
	"math"

	"orrery/sim"
)

// states returns the state of every frame, with continuous angles.
func (g *grid) states(fps int) []sim.State {
	states := make([]sim.State, len(g.rows)/g.n)
	bodies := make(sim.State, len(g.rows))
	for k := range states {
		states[k] = bodies[k*g.n : (k+1)*g.n : (k+1)*g.n]
		for body := range states[k] {
			v := g.values[g.rows[k*g.n+body].at:]
			states[k][body].SetValues([sim.StateSize]float64(v))
		}
	}
	unwrap(states, fps)
	return states
}

// unwrap takes whole turns out of the steps of the angles, so that each is the
// nearest to what omega says, which is 0 where it is not known.
func unwrap(states []sim.State, fps int) {
	for k := 1; k < len(states); k++ {
		for body := range states[k] {
			before, now := states[k-1][body], &states[k][body]
			expected := (before.Omega + now.Omega) / 2 / float64(fps)
			now.Angle -= 2 * math.Pi * math.Round((now.Angle-before.Angle-expected)/(2*math.Pi))
		}
	}
}
