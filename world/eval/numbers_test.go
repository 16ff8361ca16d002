package eval

import (
	"testing"

	"orrery/sim/golden"
)

// TestEveryNumberOfAnEvaluationHasLimits, stored to the last digit: of its settings, and of the terms on which parts of it are joined.
func TestEveryNumberOfAnEvaluationHasLimits(t *testing.T) {
	t.Parallel()
	c := DefaultConfig()
	c.Workers = 1
	terms := Terms{Settings: c, HorizonsS: []float64{0.1, 0.5}, Frames: []int{6, 30}, FrameTimeS: 1. / 60, SizesM: []float64{2}, Rows: []rowTerm{{Name: "still"}}}
	golden.Compare(t, "testdata/limits.txt", "# settings\n"+golden.Limits(&c, c.Validate)+"# terms\n"+golden.Limits(&terms, terms.Validate))
}
