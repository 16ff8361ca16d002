package statistics

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
)

// TestLanesDescribeAsOneColumnDoes: rows of float32, which are described eight columns at a time where the processor can, have to the
// last bit the statistics that float64 has, column by column.
func TestLanesDescribeAsOneColumnDoes(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 0))
	draw := []func() float32{
		func() float32 { return float32(rng.NormFloat64()) },
		func() float32 { return float32(rng.IntN(3)) - 1 },
		func() float32 { return float32(math.Exp(60*rng.Float64() - 30)) },
		func() float32 { return 7.25 },
	}
	var held float32 // for some rows, as velocities are
	draw = append(draw, func() float32 {
		if rng.IntN(12) == 0 {
			held = float32(rng.NormFloat64())
		}
		return held
	})
	for _, rows := range []int{1, leastLanes - 1, leastLanes, 17, 31, 32, 33, 121, 500, mostLanes, mostLanes + 1} {
		for _, width := range []int{1, 7, 8, 9, 36} {
			singles, doubles := make([]float32, rows*width), make([]float64, rows*width)
			for i := range singles {
				singles[i] = draw[i%width%len(draw)]()
				doubles[i] = float64(singles[i])
			}
			got, want := Describe(singles, width), Describe(doubles, width)
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%d rows of %d: %v, want %v", rows, width, got, want)
			}
		}
	}
}

// TestNoZeroIsNegative, in whatever order both sorts come, so that no file depends on it.
func TestNoZeroIsNegative(t *testing.T) {
	t.Parallel()
	negative := math.Copysign(0, -1)
	for _, rows := range []int{5, 40} {
		var singles []float32
		var doubles []float64
		for k := range rows {
			x := []float64{negative, 0}[k%3%2]
			singles, doubles = append(singles, float32(x)), append(doubles, x)
		}
		for _, s := range []Stats{Describe(singles, 1), Describe(doubles, 1)} {
			for i, column := range s.Columns() {
				if math.Signbit((*column)[0]) {
					t.Errorf("%d rows: %s of zeros of either sign is -0", rows, Names[i])
				}
			}
		}
	}
}
