package contact

import (
	"math"
	"strings"

	"orrery/learn/nn"
)

// Plain returns a model of which every answer is a plain law: Newton's with the elasticity of the scene and Coulomb's with its
// friction, and a tenth of an overlap beyond the slop parted in a step. It needs no training.
func Plain(config Config) (*Model, error) {
	m, err := New(config, 1)
	if err != nil {
		return nil, err
	}
	weights := m.Weights()
	for i := range nn.Index(weights.Count()) {
		if name := weights.Name(i); strings.HasPrefix(name, "impulse") || strings.HasPrefix(name, "correction") {
			clear(weights.Slice(name))
		}
	}
	// answers are hyperbolic tangents of these, and count three times
	weights.Slice("impulse.2.bias")[0] = float32(math.Atanh(-1.0 / 3)) // of the elasticity
	copy(weights.Slice("correction.2.bias"), []float32{float32(math.Atanh(1.0 / 3)), float32(math.Atanh(-0.1))})
	return m, nil
}
