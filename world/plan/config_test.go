package plan

import (
	"strings"
	"testing"
)

func TestDefaultsAreValid(t *testing.T) {
	t.Parallel()
	for _, name := range Names() {
		c := config(t, name, nil)
		if err := c.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := DefaultConfig("greedy"); err == nil || !strings.Contains(err.Error(), `"greedy"`) {
		t.Errorf("error %v must name the planner", err)
	}
}

func TestBadSettingsAreNamed(t *testing.T) {
	t.Parallel()
	for _, bad := range []struct {
		planner string
		change  func(c *Config)
		want    string
	}{
		{"cem", func(c *Config) { c.Horizon = 0 }, "plan: horizon 0 must be 1 to 1000"},
		{"cem", func(c *Config) { c.Repeat = 501 }, "plan: repeat 501 must be 1 to 500"},
		{"cem", func(c *Config) { c.Replan = 21 }, "plan: replan 21 must be 1 to 20"},
		{"cem", func(c *Config) { c.Samples = 1e9 }, "plan: samples 1000000000 must be 2 to 100000"},
		{"cem", func(c *Config) { c.Decay = 0.5 }, "plan: decay 0.5 must be 1 to 10"},
		{"cem", func(c *Config) { c.Knots = 21 }, "plan: knots 21 must be 0, or 2 to the horizon 20 with colour 0"},
		{"icem", func(c *Config) { c.Knots = 5 }, "plan: knots 5 must be 0, or 2 to the horizon 20 with colour 0"},
		{"cem", func(c *Config) { c.Elites = 201 }, "plan: elites 201 must be 1 to the 200 samples"},
		{"icem", func(c *Config) { c.Momentum = 1 }, "plan: momentum 1 must be 0 to below 1"},
		{"mppi", func(c *Config) { c.Temperature = 0 }, "plan: temperature 0 must be 1e-6 to 1e6"},
		{"cem", func(c *Config) { c.Enough = -1 }, "plan: enough -1 must be 0 to 1e+12"},
		{"mppi", func(c *Config) { c.Elites = 5 }, `plan: elites 5 must be 0: it is a setting of planners whose update is not "weights"`},
		{"random", func(c *Config) { c.Update = "best" }, `plan: update "best" must be "elites", "weights" or "nothing"`},
	} {
		c := config(t, bad.planner, bad.change)
		if err := c.Validate(); err == nil || err.Error() != bad.want {
			t.Errorf("error %v, want %s", err, bad.want)
		}
	}
}
