package hits

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/world/identify"
)

// TestConstantsStandForWhatTheySay: masses and moments by the logarithm of their share, radii by what they differ by; a step changes a size by
// 1 cm at most, a mass or moment by a factor of e, and others by 0.3. One that is there already is the same.
func TestConstantsStandForWhatTheySay(t *testing.T) {
	t.Parallel()
	var c constants
	for k, of := range []struct {
		name        identify.Name
		value       float64 // of the coordinate 0.5 where 2 is told
		step, limit float64
	}{
		{identify.Mass, 2 * math.Exp(0.5), 1e-5, 1}, {identify.Moment, 2 * math.Exp(0.5), 1e-5, 1}, {identify.Radius, 2.5, 1e-6, 0.01},
		{identify.Length, 0.5, 1e-6, 0.01}, {identify.Friction, 0.5, 1e-5, 0.3}, {identify.Elasticity, 0.5, 1e-5, 0.3},
	} {
		if got := c.add(of.name, "a", 0.5); got != k || c.add(of.name, "a", 9) != k {
			t.Errorf("%s is constant %d, want %d", of.name, got, k)
		}
		one := &c.all[k]
		if !scalar.EqualWithinAbs(one.value(0.5, 2), of.value, 1e-12) || one.step != of.step || one.limit != of.limit || one.x != 0.5 {
			t.Errorf("%s: %+v stands for %v, want %+v", of.name, one, one.value(0.5, 2), of)
		}
	}
	if other := c.add(identify.Mass, "b", 7); other != 6 || len(c.values()) != 7 || c.values()[6] != 7 || at(c.values(), other, 1) != 7 || at(c.values(), none, 1) != 1 {
		t.Errorf("constant %d of %v", other, c.values())
	}
}
