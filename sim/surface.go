package sim

import (
	"cmp"
	"fmt"
)

// Surface says how a shape acts on the bodies that touch it.
type Surface struct {
	Friction   float64 // coefficient, ≥ 0
	Elasticity float64 // coefficient of restitution, 0 to 1
}

// Pair is two materials, or one twice, whose contact is not the product of their surfaces.
type Pair struct {
	A          string  `json:"a"`          // Shape.Material of the one
	B          string  `json:"b"`          // Shape.Material of the other; the order does not matter
	Friction   float64 `json:"friction"`   // coefficient, ≥ 0
	Elasticity float64 `json:"elasticity"` // coefficient of restitution, 0 to 1
}

// joins reports whether the pair is that of two materials, in either order.
func (p *Pair) joins(a, b string) bool { return p.A == a && p.B == b || p.A == b && p.B == a }

// Surface returns friction and elasticity of a shape.
func (s *Shape) Surface() Surface { return Surface{Friction: s.Friction, Elasticity: s.Elasticity} }

// Contact returns what two shapes have that touch: what the pair of their materials says,
// if the scene has one, or the product of their frictions and of their elasticities.
func (s *Scene) Contact(a, b *Shape) Surface {
	if p := s.PairOf(a, b); p != nil {
		return Surface{Friction: p.Friction, Elasticity: p.Elasticity}
	}
	return Surface{Friction: a.Friction * b.Friction, Elasticity: a.Elasticity * b.Elasticity}
}

// PairOf returns the pair of the materials of two shapes, or nil if the scene has none.
func (s *Scene) PairOf(a, b *Shape) *Pair {
	for i := range s.Pairs {
		if p := &s.Pairs[i]; p.joins(a.Material, b.Material) {
			return p
		}
	}
	return nil
}

func (p *Pair) validate() error {
	return cmp.Or(
		checkMaterial("a", p.A),
		checkMaterial("b", p.B),
		checkRange("friction", p.Friction, "", 0, MaxMagnitude),
		checkRange("elasticity", p.Elasticity, "", 0, 1),
	)
}

func checkMaterial(what, name string) error {
	if err := checkGivenName(name); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// validatePairs demands that no two pairs are of the same materials.
func (s *Scene) validatePairs() error {
	materials := func(p *Pair) [2]string { return [2]string{min(p.A, p.B), max(p.A, p.B)} }
	if before, i, ok := twins(s.Pairs, materials); ok {
		return fmt.Errorf("pair %d: materials %q and %q are those of pair %d already", i, s.Pairs[i].A, s.Pairs[i].B, before)
	}
	return nil
}
