package retrace

import (
	"math"
	"slices"

	"orrery/sim"
	"orrery/world"
	"orrery/world/geom"
)

// law predicts frames of one trajectory, many at a time.
type law struct {
	t         *sim.Trajectory
	predictor world.Predictor // of copies of the scene
	detector  *geom.Detector
	free      []int     // bodies that the law moves
	place     []int     // [n] where a body stands among these, or -1
	size      []float64 // [n] m, by which an angle counts as a way
	shift     float64   // m, by which places are moved to see what comes of it
	near      []geom.Clearance
	bodies    sim.State  // of all copies
	actions   sim.Action // likewise
}

// copies is the number of scenes that are predicted together.
const copies = 48

func newLaw(model world.Model, t *sim.Trajectory, shift float64) (*law, error) {
	l := &law{t: t, detector: geom.NewDetector(t.Scene), shift: shift}
	for i := range t.Scene.Bodies {
		b := &t.Scene.Bodies[i]
		l.place, l.size = append(l.place, -1), append(l.size, b.Reach())
		if b.Kind != sim.Dynamic {
			continue
		}
		if m := b.InvMoment(); m > 0 && b.InvMass() > 0 {
			l.size[i] = math.Sqrt(b.InvMass() / m)
		}
		l.place[i] = len(l.free)
		l.free = append(l.free, i)
	}
	scenes := slices.Repeat([]*sim.Scene{t.Scene}, copies)
	var err error
	l.predictor, err = world.Bare(model).Predictor(scenes)
	return l, err
}

// ask is a state that is to be led on from a frame.
type ask struct {
	frame int
	state sim.State
}

// lead replaces all states by those a frame later.
func (l *law) lead(asks []ask) error {
	n, m := len(l.t.Scene.Bodies), len(l.t.Scene.Actuators)
	for len(asks) > 0 {
		some := asks[:min(copies, len(asks))]
		asks = asks[len(some):]
		l.bodies, l.actions = l.bodies[:0], l.actions[:0]
		for k := range copies {
			a := &some[min(k, len(some)-1)]
			l.bodies = append(l.bodies, a.state...)
			if m > 0 {
				act := l.t.Action(a.frame)
				if act == nil {
					act = l.t.Scene.Rest()
				}
				l.actions = append(l.actions, act...)
			}
		}
		actions := l.actions
		if m == 0 {
			actions = nil
		}
		if err := l.predictor.Step(l.bodies, actions); err != nil {
			return err
		}
		for k := range some {
			copy(some[k].state, l.bodies[k*n:(k+1)*n])
		}
	}
	return nil
}

// expect returns what the law makes of each state but the last, [frames-1][n].
func (l *law) expect(states []sim.State) ([]sim.State, error) {
	asks := make([]ask, len(states)-1)
	out := make([]sim.State, len(asks))
	for k := range asks {
		out[k] = slices.Clone(states[k])
		asks[k] = ask{k, out[k]}
	}
	return out, l.lead(asks)
}

// apart, in m, is how far from each other things are at least that have nothing to do with each other, at both ends of a frame.
const apart = 2e-3

// groups returns which bodies have to do with each other in a frame from one state to the next, by the least index of each group [n], and
// which of them touch anything, or may [n].
func (l *law) groups(state, next sim.State) (of []int, touch []bool) {
	of, touch = make([]int, len(state)), make([]bool, len(state))
	for i := range of {
		of[i] = i
	}
	join := func(a, b int) {
		if a < 0 || b < 0 {
			return
		}
		if a, b = of[a], of[b]; a == b {
			return
		}
		a, b = min(a, b), max(a, b)
		for i := range of {
			if of[i] == b {
				of[i] = a
			}
		}
	}
	for _, s := range []sim.State{state, next} {
		l.near = l.detector.Clearances(l.near[:0], s, apart)
		for i := range l.near {
			c := &l.near[i]
			touch[c.A] = true
			if c.B != geom.Wall {
				touch[c.B] = true
				join(c.A, c.B)
			}
		}
	}
	for _, j := range l.t.Scene.Joints {
		join(j.A, j.B)
	}
	for _, f := range l.t.Scene.Fields {
		join(f.A, f.B)
	}
	return of, touch
}

// slopes writes how the states after each frame follow from those before into a [frames-1][d, d], by shifting one body of every group
// at a time, and returns which bodies may touch anything, [frames-1][n].
func (l *law) slopes(a [][]float64, states, next []sim.State) (touch [][]bool, err error) {
	type column struct {
		frame, value int
		members      [][2]int // the body that is moved and the least of its group
		of           []int
	}
	var asks []ask
	var columns []column
	touch = make([][]bool, len(next))
	dt := l.t.Scene.FrameTime()
	for k := range next {
		clear(a[k])
		var of []int
		of, touch[k] = l.groups(states[k], next[k])
		count := make([]int, len(of))
		var turns [][][2]int // of each turn the bodies that are moved
		for _, i := range l.free {
			g := of[i]
			if count[g] == len(turns) {
				turns = append(turns, nil)
			}
			turns[count[g]] = append(turns[count[g]], [2]int{i, g})
			count[g]++
		}
		for _, members := range turns {
			for value := range sim.StateSize {
				s := slices.Clone(states[k])
				for _, m := range members {
					v := s[m[0]].Values()
					v[value] += l.by(m[0], value, dt)
					s[m[0]].SetValues(v)
				}
				asks = append(asks, ask{k, s})
				columns = append(columns, column{frame: k, value: value, members: members, of: of})
			}
		}
	}
	if err := l.lead(asks); err != nil {
		return nil, err
	}
	d := sim.StateSize * len(l.free)
	for q, c := range columns {
		for _, m := range c.members {
			by := l.by(m[0], c.value, dt)
			at := l.place[m[0]]*sim.StateSize + c.value
			jumps := false
			for _, j := range l.free {
				jumps = jumps || c.of[j] == m[1] && asks[q].state[j].Velocity().Sub(next[c.frame][j].Velocity()).Len() > jump*l.shift/dt
			}
			for _, j := range l.free {
				if c.of[j] != m[1] {
					continue
				}
				if jumps { // it is just about to touch, or no more: take the flight
					if j == m[0] {
						row := l.place[j] * sim.StateSize
						a[c.frame][(row+c.value)*d+at] = 1
						if c.value >= 3 {
							a[c.frame][(row+c.value-3)*d+at] = dt
						}
					}
					continue
				}
				moved, rests := asks[q].state[j].Values(), next[c.frame][j].Values()
				for r := range sim.StateSize {
					a[c.frame][(l.place[j]*sim.StateSize+r)*d+at] = (moved[r] - rests[r]) / by
				}
			}
		}
	}
	return touch, nil
}

// by returns by how much a value of a body is shifted.
func (l *law) by(body, value int, dt float64) float64 {
	by := l.shift
	if value >= 3 {
		by /= dt
	}
	if value%3 == 2 {
		by /= l.size[body]
	}
	return by
}

// jump is how many times as much as they are shifted velocities may change, else a hit has come or gone.
const jump = 20
