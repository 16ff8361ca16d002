package level_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"orrery/sim/golden"
	"orrery/world/watch/level"
)

// TestSlantsOfChanceAreToldAsBefore: of few sizes and many, noisy ones, along lines and all over, with outliers.
func TestSlantsOfChanceAreToldAsBefore(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	for k := range 150 {
		r := rand.New(rand.NewPCG(uint64(k), 7))
		bodies := 1 + r.IntN(3)
		x, y, noise, wide := 3e-4*r.NormFloat64(), 3e-4*r.NormFloat64(), 0.01*r.Float64()*r.Float64(), 30*r.Float64()
		var sizes []level.Size
		for i := range 5 + r.IntN(30) {
			along := 110 * r.NormFloat64()
			s := level.Size{Body: 7 * (i % bodies), X: along + wide*r.NormFloat64(), Y: 0.3*along + wide*r.NormFloat64()}
			s.By = (1 + 0.1*float64(s.Body)) * math.Exp(1.5*(x*s.X+y*s.Y)+noise*r.NormFloat64())
			if r.IntN(12) == 0 {
				s.By *= 1 + 0.1*r.NormFloat64()
			}
			sizes = append(sizes, s)
		}
		got, sure := level.Find(sizes, 320)
		fmt.Fprintf(&out, "%d: %.9f %.9f ± %.9f over %.7f, %t\n", k, got.X, got.Y, got.Std, got.Over, sure)
	}
	golden.Compare(t, "testdata/slants.txt", out.String())
}
