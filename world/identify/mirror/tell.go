package mirror

import (
	"math"
	"slices"

	"orrery/world/cholesky"
	"orrery/world/identify"
)

// doubts returns the standard deviations of the knobs, in their scales: from the curvature, or from
// how much the slopes of the episodes differ, whichever is wider. Where nothing tells they are infinite.
func (p *problem) doubts(f *fitted) []float64 {
	n := len(p.knobs)
	out := make([]float64, n)
	var at []int
	for i := range n {
		out[i] = math.Inf(1)
		if f.sums.h[i*n+i] > 0 {
			at = append(at, i)
		}
	}
	m := len(at)
	if m == 0 {
		return out
	}
	a := make([]float64, m*m)
	unit := make([]float64, m)
	for x, i := range at {
		unit[x] = 1 / math.Sqrt(f.sums.h[i*n+i])
		for y, j := range at[:x+1] {
			a[x*m+y] = f.sums.h[i*n+j] * unit[x] * unit[y]
		}
	}
	root := factored(a, m, 1e-14)
	if root == nil {
		return out
	}
	shares := len(p.shares)
	b := make([]float64, m)
	for x, i := range at {
		clear(b)
		b[x] = 1
		cholesky.Solve(root, m, b, 1) // a column of the inverse
		variance := b[x]
		between := 0.0
		for s := range shares {
			v := 0.0
			for y, j := range at {
				v += b[y] * unit[y] * f.sums.single[s*n+j]
			}
			between += v * v
		}
		if shares > 1 {
			variance = max(variance, between*float64(shares)/float64(shares-1))
		}
		out[i] = unit[x] * math.Sqrt(variance)
	}
	return out
}

const (
	normal95 = 1.96
	surely   = 0.1  // half a 95 % interval, as a share of the value, up to which a number is told
	clearly  = 0.02 // likewise, in the unit of a coefficient, an acceleration or a rate
)

// tells reports whether a number is told: whether its interval is narrow.
func tells(k *knob, value, low, high float64) bool {
	half := (high - low) / 2
	limit := surely * math.Abs(value)
	switch k.name {
	case identify.Elasticity, identify.Friction, identify.Gravity, identify.Drag, identify.Grip:
		limit = max(limit, clearly)
	case identify.Anchor, identify.Length:
		limit = max(limit, 0.01) // m
	case identify.Damping, identify.Stiffness:
		limit = max(limit, clearly*max(1, math.Abs(value)))
	case identify.Mass, identify.Moment, identify.Radius, identify.Strength:
	}
	return half <= limit
}

// parameter returns what is known of a knob, with a standard deviation in its scale.
func (p *problem) parameter(k *knob, u, doubt float64, evidence string) identify.Parameter {
	value := plain(k.outer(u, p.dt))
	a, b := k.outer(u-normal95*doubt, p.dt), k.outer(u+normal95*doubt, p.dt)
	low, high := max(min(a, b, value), k.low), min(max(a, b, value), k.high)
	if k.scale == keep {
		return p.drag(k, u, doubt)
	}
	if !tells(k, value, low, high) {
		return identify.Unknown(k.name, k.of, k.unit, p.silence(k, u, doubt))
	}
	return identify.Known(k.name, k.of, value, low, high, k.unit, evidence)
}

// plain returns the number of three decimals that a value is to within a millionth, or else the value. People write such
// numbers into scenes, and hardly any other comes so near to one.
func plain(value float64) float64 {
	if round := math.Round(1e3*value) / 1e3; math.Abs(value-round) <= 1e-6*max(math.Abs(value), 0.1) {
		return round + 0 // no -0
	}
	return value
}

// drag is parameter of the damping of a scene, of which drag is the rate.
func (p *problem) drag(k *knob, u, doubt float64) identify.Parameter {
	if u <= 0 {
		return identify.Unknown(k.name, k.of, k.unit, "bodies lose all their velocity in every step, so the drag has no bound")
	}
	rate := func(keep float64) float64 {
		return max(0, -math.Log(min(max(keep, math.SmallestNonzeroFloat32), 1))/p.dt)
	}
	value, low, high := plain(rate(u)), rate(u+normal95*doubt), rate(u-normal95*doubt)
	if !tells(k, value, low, high) {
		return identify.Unknown(k.name, k.of, k.unit, "nothing flies long enough to show drag")
	}
	return identify.Known(k.name, k.of, value, min(low, value), max(high, value), k.unit, "from what velocities lose between contacts")
}

// met reports whether a contact was seen whose surface the knob is of.
func (p *problem) met(k *knob) bool {
	for _, s := range p.shares {
		for i := range s.spans {
			if slices.ContainsFunc(s.spans[i].meetings, func(m meeting) bool { return m.group == k.contact }) {
				return true
			}
		}
	}
	return false
}

// silence says why a knob is not told.
func (p *problem) silence(k *knob, u, doubt float64) string {
	if k.contact >= 0 && !p.met(k) {
		return "these never touch"
	}
	switch k.name {
	case identify.Gravity:
		return "nothing falls freely long enough"
	case identify.Drag:
		return "nothing flies long enough to show drag"
	case identify.Elasticity:
		return "these meet too slowly to bounce"
	case identify.Friction:
		if u > 0 {
			return "every impact sticks, and more friction than it takes changes nothing"
		}
		return "nothing slides on the other"
	case identify.Mass:
		return "it meets no other body whose velocity changes with it"
	case identify.Moment:
		return "nothing turns it"
	case identify.Radius:
		return "nothing touches it"
	case identify.Stiffness, identify.Damping, identify.Length:
		return "the joint is never stretched so that this shows"
	case identify.Anchor:
		return "the bodies turn too little to show where the joint holds them"
	case identify.Strength:
		return "its force does not show beside others"
	case identify.Grip:
		return "it does not slide this way"
	}
	panic("mirror: a quantity of an unknown name")
}
