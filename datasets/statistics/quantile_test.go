package statistics

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestRanksAreThoseOfSorting(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		few := rapid.SampledFrom([]float64{-1, 0, 2, 3.5, 5e-324, math.MaxFloat64, -math.MaxFloat64})
		values := rapid.SliceOfN(rapid.OneOf(rapid.Float64Range(-5, 5), few), 1, 300).Draw(t, "values")
		ranks := rapid.SliceOfN(rapid.IntRange(0, len(values)-1), 0, 8).Draw(t, "ranks")
		slices.Sort(ranks)
		want := slices.Sorted(slices.Values(values))
		got := make([]float64, len(ranks))
		new(ranker).find(got, values, ranks, 0, maxDeals)
		for i, rank := range ranks {
			if got[i] != want[rank] {
				t.Fatalf("rank %d has %v, want %v", rank, got[i], want[rank])
			}
		}
	})
}

// TestHardOrdersAreNotSlow would take minutes if a bucket were a few values shorter than
// all.
func TestHardOrdersAreNotSlow(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and in one goroutine")
	}
	t.Parallel()
	const n = 1 << 20
	for name, value := range map[string]func(i int) float64{
		"falling": func(i int) float64 { return float64(-i) },
		"equal":   func(i int) float64 { return float64(i / (n - 1)) },
		"hill":    func(i int) float64 { return float64(min(i, n-i)) },
		"wave":    func(i int) float64 { return math.Sin(float64(i) / 1000) },
		"comb":    func(i int) float64 { return float64(i % 4 * i) },
		"scales":  func(i int) float64 { return math.Ldexp(1, i%2000-1000) },
	} {
		values := make([]float64, n)
		for i := range values {
			values[i] = value(i)
		}
		want := slices.Sorted(slices.Values(values))
		ranks := []int{0, n / 100, n / 2, n - 1}
		got := make([]float64, len(ranks))
		new(ranker).find(got, values, ranks, 0, maxDeals)
		for i, rank := range ranks {
			if got[i] != want[rank] {
				t.Errorf("%s: rank %d has %v, want %v", name, rank, got[i], want[rank])
			}
		}
	}
}

// BenchmarkDescribe is the statistics of an episode of eight bodies.
func BenchmarkDescribe(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 0))
	values := make([]float32, 145*48)
	for i := range values {
		values[i] = float32(rng.NormFloat64())
	}
	for b.Loop() {
		Describe(values, 48)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(values)), "ns/value")
}
