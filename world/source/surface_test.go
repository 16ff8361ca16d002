package source

import (
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/world/geom"
)

// hits returns meetings of surfaces with elasticities and frictions a and b, at 101 speeds of approach up to 0.2 m/s.
func hits(a, b float64, each func(k int, m *meeting)) (of []meeting) {
	for k := range 101 {
		m := meeting{surfaces: [2]sim.Surface{{Elasticity: a, Friction: a}, {Elasticity: b, Friction: b}}, approach: 0.002 * float64(k), walled: true}
		each(k, &m)
		of = append(of, m)
	}
	return of
}

// TestCalmIsASpeed below which things part by less than a quarter of what their elasticity says. Three in ten that do
// otherwise are too many; two are not.
func TestCalmIsASpeed(t *testing.T) {
	t.Parallel()
	const e = 0.8
	for name, c := range map[string]struct {
		slow float64 // share of the approach with which slow ones part
		odd  int     // of ten slow ones that bounce
		want float64 // m/s
	}{
		"they stay":         {0, 0, 0.1},
		"they hardly part":  {0.2 * e, 0, 0.1},
		"they bounce a bit": {0.3 * e, 0, 0},
		"some bounce":       {0, 2, 0.1},
		"many bounce":       {0, 3, 0},
	} {
		of := hits(e, 0.5, func(k int, m *meeting) {
			if m.parting = e * m.approach; k < 50 && k%10 >= c.odd {
				m.parting = c.slow * m.approach
			}
		})
		if got := calm(of); !scalar.EqualWithinAbs(got, c.want, 0.003) {
			t.Errorf("%s: calm below %v m/s, want %v", name, got, c.want)
		}
	}
	few := hits(e, 0.5, func(k int, m *meeting) {
		if m.parting = e * m.approach; k < 29 {
			m.parting = 0
		}
	})
	if got := calm(few); got != 0 {
		t.Errorf("calm below %v m/s by 29 meetings", got)
	}
}

// TestRulesMustForetellClearlyMore than the engine's does: one and a half times as many meetings.
func TestRulesMustForetellClearlyMore(t *testing.T) {
	t.Parallel()
	for share, want := range map[int]geom.Rule{58: "", 64: geom.Maximum, 100: geom.Maximum} { // of 100; the others are products
		of := hits(0.9, 0.4, func(k int, m *meeting) {
			if m.parting = 0.9 * 0.4 * m.approach; (k*37)%100 < share {
				m.parting = 0.9 * m.approach
			}
		})
		if got := elasticity(of, 0); got != want {
			t.Errorf("of 100 meetings %d part by the greater elasticity: rule %q, want %q", share, got, want)
		}
	}
}

// TestFrictionHolds where more than a tenth of the slopes are steeper by a tenth than any rule has them.
func TestFrictionHolds(t *testing.T) {
	t.Parallel()
	const a = 0.5
	for name, c := range map[string]struct {
		steep int     // of ten
		slope float64 // times the greater friction
		hold  bool
	}{
		"all slide":       {0, 1, false},
		"a little more":   {10, 1.05, false},
		"few are steeper": {2, 1.3, false}, // 20 of 100 are fewer than the 30 from which anything is told
		"many":            {4, 1.3, true},
	} {
		of := hits(a, a, func(k int, m *meeting) {
			if m.slope = a * a; k%10 < c.steep {
				m.slope = a * c.slope
			}
		})
		if _, hold := friction(of); hold != c.hold {
			t.Errorf("%s: friction holds where nothing presses: %v, want %v", name, hold, c.hold)
		}
	}
}
