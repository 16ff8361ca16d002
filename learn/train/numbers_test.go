package train

import (
	"encoding/json"
	"testing"
	"time"

	"orrery/sim/golden"
)

// TestEveryNumberOfATrainingHasLimits, stored to the last digit: of one that ends after some steps, of one that ends after some
// time, and of where a checkpoint says that it was.
func TestEveryNumberOfATrainingHasLimits(t *testing.T) {
	t.Parallel()
	c := Tiny()
	told := "# steps\n" + golden.Limits(&c, func() error { return c.Validate() })
	c.Steps, c.Budget = 0, time.Minute
	told += "# budget\n" + golden.Limits(&c.Budget, func() error { return c.Validate() })
	at := position{Step: 9, BestStep: 5, Validated: 7}
	golden.Compare(t, "testdata/limits.txt", told+"# position\n"+golden.Limits(&at, func() error {
		config, _ := json.Marshal(c)
		place, err := json.Marshal(at)
		if err == nil {
			_, err = decodePosition(map[string]string{"format": checkpointFormat, "config": string(config), "position": string(place)}, c)
		}
		return err
	}))
}
