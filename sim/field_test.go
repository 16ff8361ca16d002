package sim

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestFieldForce compares both kinds with their laws, and the limit.
func TestFieldForce(t *testing.T) {
	delta := Vec{3, -4}
	for _, c := range []struct {
		field Field
		want  Vec
	}{
		{Field{Kind: Linear, Strength: -0.1}, Vec{-0.3, 0.4}},
		{Field{Kind: InverseSquare, Strength: 50}, Vec{50 * 3 / 125.0, -50 * 4 / 125.0}},
		{Field{Kind: InverseSquare, Strength: -50, Limit: 1}, Vec{-0.6, 0.8}},
		{Field{Kind: Linear, Strength: 2, Limit: 5}, Vec{3, -4}},
		{Field{Kind: Linear, Strength: 2, Limit: 100}, Vec{6, -8}},
	} {
		if got := c.field.Force(delta); !(got.Sub(c.want).Len() <= 1e-15) {
			t.Errorf("%+v: %v, want %v", c.field, got, c.want)
		}
	}
}

// TestFieldActsAsItReacts, bit for bit, and never beyond its limit or finiteness.
func TestFieldActsAsItReacts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.OneOf(rapid.Float64Range(-MaxMagnitude, MaxMagnitude), rapid.Float64Range(-1e-9, 1e-9), rapid.Just(0.0))
		f := Field{
			Kind:     rapid.SampledFrom([]FieldKind{Linear, InverseSquare}).Draw(t, "kind"),
			Strength: number.Draw(t, "strength"),
			Limit:    rapid.Float64Range(1e-12, MaxMagnitude).Draw(t, "limit"),
		}
		delta := Vec{number.Draw(t, "x"), number.Draw(t, "y")}
		force := f.Force(delta)
		if back := f.Force(delta.Scale(-1)); back != force.Scale(-1) {
			t.Fatalf("%v and back %v", force, back)
		}
		if !(force.Len() <= f.Limit*(1+1e-12)) {
			t.Fatalf("force %v beyond %v", force, f.Limit)
		}
		if math.Signbit(force.Dot(delta)*f.Strength) && force.Dot(delta)*f.Strength != 0 {
			t.Fatalf("force %v along %v by %v", force, delta, f.Strength)
		}
	})
}

func TestFieldAtNoDistanceIsNothing(t *testing.T) {
	for _, kind := range []FieldKind{Linear, InverseSquare} {
		f := Field{Kind: kind, Strength: 3}
		for _, delta := range []Vec{{}, {1e-200, 0}} {
			if got := f.Force(delta); got != (Vec{}) {
				t.Errorf("%s: %v at %v", kind, got, delta)
			}
		}
	}
}
