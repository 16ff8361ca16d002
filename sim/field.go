package sim

import (
	"cmp"
	"fmt"
)

// FieldKind says how a field depends on distance.
type FieldKind string

// The kinds of field. With Δx from B to A and r its length, a linear field pushes
// A by Strength·Δx and an inverse-square field by Strength·Δx/r³.
const (
	Linear        FieldKind = "linear"
	InverseSquare FieldKind = "inverse_square"
)

// Field is a force at a distance between the centres of mass of two bodies,
// opposite and equal on both.
type Field struct {
	Kind     FieldKind `json:"kind"`
	A        int       `json:"a"`               // body index
	B        int       `json:"b"`               // body index
	Strength float64   `json:"strength"`        // N/m or N·m²; > 0 repels, < 0 attracts
	Limit    float64   `json:"limit,omitempty"` // N, the most it pushes; 0 is no limit
	Name     string    `json:"name,omitempty"`
}

// Force returns the force on A in newtons when A is displaced from B by delta
// metres. Bodies closer than MinMagnitude do not push each other.
func (f *Field) Force(delta Vec) Vec {
	r := delta.Len()
	if r < MinMagnitude {
		return Vec{}
	}
	force := f.Strength * r
	if f.Kind == InverseSquare {
		force = f.Strength / (r * r)
	}
	if f.Limit > 0 {
		force = min(max(force, -f.Limit), f.Limit)
	}
	return delta.Scale(force / r)
}

// validateField returns an error that names what breaks a rule in f.
func (s *Scene) validateField(f *Field) error {
	if f.Kind != Linear && f.Kind != InverseSquare {
		return fmt.Errorf("kind %q must be %q or %q", f.Kind, Linear, InverseSquare)
	}
	if err := cmp.Or(
		checkName(f.Name),
		checkCount("a", f.A, 0, len(s.Bodies)-1),
		checkCount("b", f.B, 0, len(s.Bodies)-1),
		checkNumber("strength", f.Strength, ""),
		checkRange("limit", f.Limit, "N", 0, MaxMagnitude),
	); err != nil {
		return err
	}
	if f.A == f.B {
		return fmt.Errorf("b %d must differ from a", f.B)
	}
	return nil
}
