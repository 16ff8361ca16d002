package bench

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestEachSizeHasBounds: every size of a measurement is accepted from its least value up
// to MaxSize, and refused by its name outside of that.
func TestEachSizeHasBounds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		least int
		size  func(*Config) *int
	}{
		{"product m", 1, func(c *Config) *int { return &c.Products[0].M }},
		{"product k", 1, func(c *Config) *int { return &c.Products[0].K }},
		{"product n", 1, func(c *Config) *int { return &c.Products[0].N }},
		{"mlp batch", 1, func(c *Config) *int { return &c.MLP.Batch }},
		{"mlp layer", 1, func(c *Config) *int { return &c.MLP.Layers[0] }},
		{"mlp layer", 1, func(c *Config) *int { return &c.MLP.Layers[2] }},
		{"interaction graphs", 1, func(c *Config) *int { return &c.Interaction.Graphs }},
		{"interaction nodes", 2, func(c *Config) *int { return &c.Interaction.Nodes }},
		{"interaction node", 1, func(c *Config) *int { return &c.Interaction.Node }},
		{"interaction edge", 1, func(c *Config) *int { return &c.Interaction.Edge }},
		{"interaction hidden", 1, func(c *Config) *int { return &c.Interaction.Hidden }},
		{"interaction rounds", 1, func(c *Config) *int { return &c.Interaction.Rounds }},
		{"workers", 1, func(c *Config) *int { return &c.Workers }},
	} {
		for value, ok := range map[int]bool{c.least - 1: false, c.least: true, 1 << 20: true, 1<<20 + 1: false} {
			cfg := Tiny()
			*c.size(&cfg) = value
			err := cfg.Validate()
			rule := fmt.Sprintf("%s %d must be %d to 1048576", c.name, value, c.least)
			if ok && err != nil || !ok && (err == nil || err.Error() != rule) {
				t.Errorf("%s of %d: %v", c.name, value, err)
			}
		}
	}
	for duration, ok := range map[time.Duration]bool{-1: false, 0: false, 1: true} {
		cfg := Tiny()
		cfg.Duration = duration
		if err := cfg.Validate(); (err == nil) != ok {
			t.Errorf("a duration of %v: %v", duration, err)
		}
	}
}

// TestNetworksHaveTheirSizes: the number of weights follows from the sizes that were asked for.
func TestNetworksHaveTheirSizes(t *testing.T) {
	t.Parallel()
	if got, want := newMLPObjective(MLP{Layers: []int{3, 8, 2}, Batch: 1}).params.Len(), 3*8+8+8*2+2; got != want {
		t.Errorf("the MLP has %d weights, must have %d", got, want)
	}
	size := Tiny().Interaction
	small := newInteractionObjective(size).params.Len()
	size.Rounds++
	if large := newInteractionObjective(size).params.Len(); large < small {
		t.Errorf("%d weights with a round more, %d without", large, small)
	}
	for _, cfg := range []Config{Tiny(), DefaultConfig()} {
		if err := cfg.Validate(); err != nil {
			t.Error(err)
		}
	}
	cfg := Tiny()
	cfg.MLP.Layers = []int{3}
	if err := cfg.Validate(); err == nil || !strings.Contains(err.Error(), "mlp layers 1 must be 2") {
		t.Errorf("one layer: %v", err)
	}
}
