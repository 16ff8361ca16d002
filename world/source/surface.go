package source

import (
	"math"

	"orrery/sim"
	"orrery/world/geom"
)

// Where bodies hit and do not rest, how they part tells how
// the elasticities of two surfaces combine and below which speed nothing bounces, and in which
// direction velocities change tells how frictions combine.

const (
	bounces  = 0.25 // share of the greater elasticity from which on a parting is a bounce
	dropping = 3    // times what gravity adds in a frame; slower meetings are rests
	mistaken = 0.25 // share of the rarer of bounces and others that calm may have wrong: it is sharp, but other things disturb
	clearly  = 0.5  // share of the mistakes of the usual rule that another must leave at most
	sliding  = 0.03 // share by which a slope may be off the friction of a contact that slides
)

// calm returns the speed of approach, in m/s, below which nothing bounces, or 0.
func calm(hits []meeting) float64 {
	var of []meeting
	still := 0
	for _, m := range hits {
		e := max(m.surfaces[0].Elasticity, m.surfaces[1].Elasticity)
		if m.told || e == 0 || m.approach <= dropping*m.gained {
			continue
		}
		if m.hit = m.parting <= bounces*e*m.approach; m.hit {
			still++
		}
		of = append(of, m)
	}
	if still < fewest || len(of)-still < fewest {
		return 0
	}
	at, mistakes := threshold(of, func(m *meeting) float64 { return m.approach }, nil)
	if !(float64(mistakes) <= mistaken*float64(min(still, len(of)-still))) {
		return 0
	}
	return max(0, at)
}

// elasticity returns the rule by which elasticities combine, from meetings faster than calm.
func elasticity(hits []meeting, calm float64) geom.Rule {
	return rule(hits, func(m *meeting) (measured float64, ok bool) {
		return m.parting / m.approach, m.approach > max(calm, dropping*m.gained)
	}, func(s sim.Surface) float64 { return s.Elasticity }, func(measured, foretold float64) float64 {
		return min(math.Abs(measured-foretold), 0.1)
	})
}

// friction returns the rule by which frictions combine. Where a contact slides, the slope is its
// friction; else it is less.
func friction(hits []meeting) geom.Rule {
	return rule(hits, func(m *meeting) (measured float64, ok bool) {
		return m.slope, m.approach > dropping*m.gained
	}, func(s sim.Surface) float64 { return s.Friction }, func(measured, foretold float64) float64 {
		if math.Abs(measured-foretold) <= sliding*foretold {
			return 0
		}
		return 1
	})
}

// rule returns the rule that makes the fewest mistakes, or none where the engine's is not
// clearly worse.
func rule(hits []meeting, measure func(*meeting) (float64, bool), of func(sim.Surface) float64, mistake func(measured, foretold float64) float64) geom.Rule {
	best, least, usual, n := geom.Rule(""), 0.0, 0.0, 0
	for k, r := range geom.Rules() {
		sum := 0.0
		n = 0
		for i := range hits {
			m := &hits[i]
			measured, ok := measure(m)
			if ok = ok && !m.told && measured >= 0; !ok {
				continue
			}
			n++
			sum += mistake(measured, r.Of(of(m.surfaces[0]), of(m.surfaces[1])))
		}
		if k == 0 {
			usual, least = sum, clearly*sum
			continue
		}
		if sum < least {
			best, least = r, sum
		}
	}
	if n < fewest || usual == 0 {
		return ""
	}
	return best
}
