package plan

import (
	"math/rand/v2"
	"testing"

	"orrery/sim/golden"
)

// TestEveryNumberOfAPlannerHasLimits, stored to the last digit: of the settings of each, and of the bounds of actuators.
func TestEveryNumberOfAPlannerHasLimits(t *testing.T) {
	t.Parallel()
	told := ""
	for _, name := range Names() {
		c := config(t, name, nil)
		told += "# " + name + "\n" + golden.Limits(&c, c.Validate)
	}
	c := config(t, "cem", func(c *Config) { c.Knots = 4 })
	told += "# knots\n" + golden.Limits(&c.Knots, c.Validate)
	bounds := [2][]float64{{-1, 0}, {1, 2}}
	told += "# bounds\n" + golden.Limits(&bounds, func() error {
		_, err := NewPlanner(config(t, "cem", nil), bounds[0], bounds[1], rand.New(rand.NewPCG(1, 0)))
		return err
	})
	golden.Compare(t, "testdata/limits.txt", told)
}
