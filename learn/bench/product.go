package bench

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"orrery/learn/kernel"
)

// ProductResult is the speed of a matrix product with packed weights.
type ProductResult struct {
	Product
	GFLOPS float64 `json:"gflops"` // 10⁹ multiplications and additions a second, in one goroutine
}

func product(ctx context.Context, size Product, duration time.Duration) (ProductResult, error) {
	rng := rand.New(rand.NewPCG(1, 0))
	m, k, n := size.M, size.K, size.N
	a, b, c := random(rng, m*k), random(rng, k*n), make([]float32, m*n)
	packed := make([]float32, kernel.PackLen(k, n))
	kernel.Pack(packed, b, k, n)
	seconds, err := Time(ctx, duration, func() { kernel.MatMul(c, a, packed, m, k, n, false) })
	if err != nil {
		return ProductResult{}, err
	}
	if err := checkProduct(c, a, b, size); err != nil {
		return ProductResult{}, err
	}
	return ProductResult{size, 2 * float64(m) * float64(k) * float64(n) / seconds / 1e9}, nil
}

// checkProduct compares c with a·b, worked out in float64.
func checkProduct(c, a, b []float32, size Product) error {
	m, k, n := size.M, size.K, size.N
	// k rounded terms of size about 1 add up to an error of this order.
	tolerance := 1e-6 * float64(k)
	want := make([]float64, n)
	for i := range m {
		clear(want)
		for p, x := range a[i*k:][:k] {
			for j, y := range b[p*n:][:n] {
				want[j] += float64(x) * float64(y)
			}
		}
		for j, w := range want {
			if got := c[i*n+j]; !(math.Abs(float64(got)-w) <= tolerance) {
				return fmt.Errorf("product %d×%d×%d: element (%d,%d) is %v, must be %v", m, k, n, i, j, got, w)
			}
		}
	}
	return nil
}

func random(rng *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	return x
}
