package hits

import (
	"math"

	"orrery/sim"
)

// shown is what an open window shows of its impact, without a law.
type shown struct {
	toward, apart float64    // m/s, closing speed before and parting speed after
	push, rub     float64    // m/s, changes of the first's velocity along the normal and across
	change        [2]float64 // m/s, size of the changes of velocity of the sides
	contact       contact
}

// unlawful fits a window without a law: velocities after the impact are its own. It says whether
// its flights are explained at all, and what its impact is like. It returns false where it is not.
func (w *window) unlawful() (shown, bool) {
	keep := len(w.z)
	w.open = true
	defer func() { w.open, w.z = false, w.z[:keep] }()
	for k := range w.sides {
		d := &w.sides[k]
		if !d.moves {
			continue
		}
		var v [3]float64
		for axis := range 3 {
			if x, ok := w.line(d, axis, true); ok {
				v[axis] = x[1]
			} else {
				v[axis] = w.z[d.first+3+axis]
			}
		}
		w.z = append(w.z, v[:]...)
	}
	w.told = w.settle(nil, nil, 30)
	r, ok := w.residuals(w.z, nil, nil)
	if !ok {
		return shown{}, false
	}
	w.freedom = len(r) - len(w.z)
	return w.show()
}

// show returns what the unknowns of an open window say of its impact.
func (w *window) show() (shown, bool) {
	_, before, c, ok := w.when(w.z, nil)
	if !ok {
		return shown{}, false
	}
	after, v := before, w.z[w.lawful():]
	out := shown{contact: c}
	for k := range w.sides {
		if w.sides[k].moves {
			after[k].VX, after[k].VY, after[k].Omega = v[0], v[1], v[2]
			v = v[3:]
		}
		out.change[k] = after[k].Velocity().Sub(before[k].Velocity()).Len()
	}
	rate := func(s *[2]sim.BodyState) float64 {
		u := s[0].Velocity().Add(c.armA.Perp().Scale(s[0].Omega)).Sub(s[1].Velocity())
		if !w.wall {
			u = u.Sub(c.armB.Perp().Scale(s[1].Omega))
		}
		return u.Dot(c.normal)
	}
	out.toward, out.apart = -rate(&before), rate(&after)
	change := after[0].Velocity().Sub(before[0].Velocity())
	out.push, out.rub = change.Dot(c.normal), math.Abs(change.Cross(c.normal))
	return out, true
}
