package baseline

import (
	"slices"
	"testing"
)

// TestSeedsGiveOtherWeights, and the same seed the same, for both kinds.
func TestSeedsGiveOtherWeights(t *testing.T) {
	t.Parallel()
	for name, model := range map[string]func(seed uint64) (*Model, error){
		"mlp":         func(seed uint64) (*Model, error) { return NewMLP(TinyMLP(), seed) },
		"interaction": func(seed uint64) (*Model, error) { return NewInteraction(TinyInteraction(), seed) },
	} {
		weights := func(seed uint64) []float32 {
			m, err := model(seed)
			if err != nil {
				t.Fatal(err)
			}
			return m.params.Data()
		}
		if one := weights(1); !slices.Equal(one, weights(1)) || slices.Equal(one, weights(2)) {
			t.Errorf("%s: a seed and another give the same weights, or twice the same other ones", name)
		}
	}
}
