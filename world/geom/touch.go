package geom

import (
	"fmt"
	"math"
	"slices"

	"orrery/sim"
)

// Touch says how shapes touch in motion of some source, beyond what a scene says. The zero
// Touch is that of this engine: outlines are as drawn, and coefficients multiply.
type Touch struct {
	Skin       Skin `json:"skin,omitzero"`
	Friction   Rule `json:"friction,omitempty"`   // by which the frictions of two shapes combine
	Elasticity Rule `json:"elasticity,omitempty"` // likewise
}

// Skin is by how much shapes reach beyond their outlines before they touch, in metres.
type Skin struct {
	Circle  float64 `json:"circle"`  // m
	Segment float64 `json:"segment"` // m
	Polygon float64 `json:"polygon"` // m
}

// Of returns where the skin of a kind of shape stands, in metres.
func (s *Skin) Of(kind sim.ShapeKind) *float64 {
	switch kind {
	case sim.Circle:
		return &s.Circle
	case sim.Segment:
		return &s.Segment
	case sim.Polygon:
		return &s.Polygon
	}
	panic("geom: a shape of an unknown kind")
}

// Rule says how a coefficient of two shapes follows from those of each. The empty Rule is
// Product.
type Rule string

// The rules by which engines combine coefficients.
const (
	Product   Rule = "product"
	Geometric Rule = "geometric" // square root of the product
	Mean      Rule = "mean"
	Maximum   Rule = "maximum"
	Minimum   Rule = "minimum"
)

// Rules returns all rules, this engine's first.
func Rules() []Rule { return []Rule{Product, Geometric, Mean, Maximum, Minimum} }

// Noun returns what the rule makes of two coefficients, in words.
func (r Rule) Noun() string {
	if r == Geometric {
		return "geometric mean"
	}
	return string(r)
}

// Of returns the coefficient of two shapes from those of each.
func (r Rule) Of(a, b float64) float64 {
	switch r {
	case Product, "":
		return a * b
	case Geometric:
		return math.Sqrt(a * b)
	case Mean:
		return (a + b) / 2
	case Maximum:
		return max(a, b)
	case Minimum:
		return min(a, b)
	}
	panic("geom: an unknown rule")
}

// Validate returns an error that names the first field out of range.
func (t *Touch) Validate() error {
	for _, kind := range sim.Kinds[sim.ShapeKind]() {
		if skin := *t.Skin.Of(kind); !(skin >= 0 && skin <= sim.MaxMagnitude) {
			return fmt.Errorf("touch: skin of a %s %v m must be 0 to %v", kind, skin, sim.MaxMagnitude)
		}
	}
	for _, r := range []struct {
		name string
		rule Rule
	}{{"friction", t.Friction}, {"elasticity", t.Elasticity}} {
		if r.rule != "" && !slices.Contains(Rules(), r.rule) {
			return fmt.Errorf("touch: %s %q must be one of: %v", r.name, r.rule, Rules())
		}
	}
	return nil
}

// surface returns what two shapes have together that touch, by their own.
func (t *Touch) surface(a, b sim.Surface) sim.Surface {
	return sim.Surface{
		Friction:   t.Friction.Of(a.Friction, b.Friction),
		Elasticity: t.Elasticity.Of(a.Elasticity, b.Elasticity),
	}
}
