package statistics

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
	"pgregory.net/rapid"
)

// TestStatsMatchTheirDefinition compares with sums written out.
func TestStatsMatchTheirDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(1, 4).Draw(t, "width")
		rows := rapid.IntRange(1, 150).Draw(t, "rows")
		values := rapid.SliceOfN(rapid.Float32Range(-100, 100), rows*width, rows*width).Draw(t, "values")
		held := rapid.IntRange(1, 12).Draw(t, "held") // frames for which values stay
		for i := range values {
			values[i] = values[i/width/held*held*width+i%width]
		}
		got := Describe(values, width)
		for j := range width {
			var column []float64
			sum, squares := 0.0, 0.0
			for i := range rows {
				column = append(column, float64(values[i*width+j]))
				sum += column[i]
			}
			mean := sum / float64(rows)
			for _, v := range column {
				squares += (v - mean) * (v - mean)
			}
			near(t, "mean", got.Mean[j], mean)
			near(t, "std", got.Std[j], math.Sqrt(squares/float64(rows)))
			near(t, "min", got.Min[j], slices.Min(column))
			near(t, "max", got.Max[j], slices.Max(column))
			for p, q := range map[float64]float64{0.01: got.Q01[j], 0.1: got.Q10[j], 0.5: got.Q50[j], 0.9: got.Q90[j], 0.99: got.Q99[j]} {
				below, upTo := 0, 0
				for _, v := range column {
					if v < q {
						below++
					}
					if v <= q {
						upTo++
					}
				}
				if !(float64(below) < p*float64(rows)) && below > 0 || !(float64(upTo) >= p*float64(rows)) {
					t.Fatalf("quantile %v is %v: %d of %d values are below, %d up to it", p, q, below, rows, upTo)
				}
			}
		}
		if got.Count[0] != rows {
			t.Fatalf("count %v of %d rows", got.Count, rows)
		}
	})
}

func near(t *rapid.T, name string, got, want float64) {
	if !scalar.EqualWithinAbs(got, want, 1e-9*(1+math.Abs(want))) {
		t.Fatalf("%s %v, want %v", name, got, want)
	}
}

func TestMergedStatsAreThoseOfAllValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var merged Stats
		var all []float64
		for range rapid.IntRange(1, 6).Draw(t, "parts") {
			part := rapid.SliceOfN(rapid.Float64Range(-10, 1000), 1, 20).Draw(t, "part")
			merged.Merge(Describe(part, 1))
			all = append(all, part...)
		}
		want := Describe(all, 1)
		near(t, "min", merged.Min[0], want.Min[0])
		near(t, "max", merged.Max[0], want.Max[0])
		near(t, "mean", merged.Mean[0], want.Mean[0])
		near(t, "std", merged.Std[0], want.Std[0])
		near(t, "count", float64(merged.Count[0]), float64(want.Count[0]))
	})
}

// TestSampleIsFairAndBounded shows a sample ten times what it keeps.
func TestSampleIsFairAndBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and in one goroutine")
	}
	const width = sampleSize / 2000
	s, row := NewSample(width, 20_000, rand.New(rand.NewPCG(1, 2))), make([]float64, width)
	for i := range 20_000 {
		row[0] = float64(i)
		s.Add(1, func(rows []float64, _ int) []float64 { return append(rows, row...) })
		if len(s.rows) > sampleSize {
			t.Fatalf("%d values are kept", len(s.rows))
		}
	}
	got := s.Describe()
	if n := got.Count[0]; n < 800 {
		t.Errorf("%d rows are kept", n)
	}
	for _, q := range [][2]float64{{got.Q10[0], 2000}, {got.Q50[0], 10_000}, {got.Q90[0], 18_000}} {
		if !scalar.EqualWithinAbs(q[0], q[1], 1000) { // two standard errors of the median
			t.Errorf("quantile %v of the sample, %v of all", q[0], q[1])
		}
	}
}
