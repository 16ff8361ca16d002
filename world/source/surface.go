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
	bounces   = 0.25 // share of the greater elasticity from which on a parting is a bounce
	mistaken  = 0.25 // share of the rarer of bounces and others that calm may have wrong: it is sharp, but other things disturb
	clearly   = 1.5  // times as well as the usual rule another must foretell
	beyondAll = 0.1  // share by which a slope may be beyond what friction allows
	speaks    = 0.1  // share of slopes beyond it that speak against a rule
	alike     = 0.02 // share by which what a rule foretells may be off; what is exact counts most
)

// calm returns the speed of approach, in m/s, below which nothing bounces, or 0.
func calm(hits []meeting) float64 {
	var of []meeting
	still := 0
	for _, m := range hits {
		e := max(m.surfaces[0].Elasticity, m.surfaces[1].Elasticity)
		if m.told || e == 0 {
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
	return at
}

// elasticity returns the rule by which elasticities combine, from bounces faster than calm.
func elasticity(hits []meeting, calm float64) geom.Rule {
	return rule(hits, func(m *meeting) float64 {
		if m.approach <= calm {
			return 0
		}
		return m.parting / m.approach
	}, func(s sim.Surface) float64 { return s.Elasticity })
}

// friction returns the rule by which frictions combine, and whether none does because there is
// friction where hardly anything presses. Where a contact slides, the slope is its friction; else
// it is less, so that slopes beyond what a rule foretells speak against it.
func friction(hits []meeting) (r geom.Rule, hold bool) {
	of := func(s sim.Surface) float64 { return s.Friction }
	r = rule(hits, func(m *meeting) float64 { return m.slope }, of)
	beyond := func(r geom.Rule) (n int) {
		for i := range hits {
			m := &hits[i]
			if m.walled && m.slope > (1+beyondAll)*r.Of(of(m.surfaces[0]), of(m.surfaces[1])) {
				n++
			}
		}
		return n
	}
	rubbing := 0
	for i := range hits {
		if m := &hits[i]; m.walled && max(of(m.surfaces[0]), of(m.surfaces[1])) > 0 {
			rubbing++
		}
	}
	most := max(fewest, int(speaks*float64(rubbing)))
	best := r
	if best == "" {
		best = geom.Product
	}
	if beyond(best) <= most {
		return r, false
	}
	for _, other := range geom.Rules() {
		if beyond(other) <= most {
			return other, false
		}
	}
	return r, true
}

// rule returns the rule that foretells most of what was measured, or none where the engine's is
// not clearly worse. Measured is 0 where it tells nothing.
func rule(hits []meeting, measured func(*meeting) float64, of func(sim.Surface) float64) geom.Rule {
	best, most := geom.Rule(""), 0.0
	for k, r := range geom.Rules() {
		n := 0.0
		for i := range hits {
			m := &hits[i]
			foretold := r.Of(of(m.surfaces[0]), of(m.surfaces[1]))
			if got := measured(m); !m.told && got > 0 {
				n += max(0, 1-math.Abs(got-foretold)/(alike*foretold))
			}
		}
		if k == 0 {
			most = max(fewest/2, clearly*n)
			continue
		}
		if n > most {
			best, most = r, n
		}
	}
	return best
}
