package kernel

import (
	"flag"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
)

// TestMain runs every test with the vector instructions of this processor, and again with
// each smaller set of them down to the Go code that other processors run.
func TestMain(m *testing.M) {
	code := m.Run()
	for use > noVectors && flag.Lookup("test.bench").Value.String() == "" {
		use--
		code = max(code, m.Run())
	}
	os.Exit(code)
}

// TestWholeRowsUseTheAssembly: rows that fill whole vectors are normalised by it and other
// rows are not. Both give the same to rounding, so speed alone would tell.
func TestWholeRowsUseTheAssembly(t *testing.T) {
	if use < avx2 {
		t.Skip("this run is of the Go code")
	}
	rng := rand.New(rand.NewPCG(4, 0))
	for _, n := range []int{0, 1, 7, 8, 15, 16, 64} {
		x, gain, bias, dy := random(rng, n), random(rng, n), random(rng, n), random(rng, n)
		want, wantStats := make([]float32, n), make([]float32, 2)
		whole := n > 0 && n%8 == 0
		if done := vectorLayerNorm(want, wantStats, x, gain, bias); done != whole {
			t.Errorf("%d values: the assembly says %v", n, done)
		}
		if !whole {
			continue
		}
		got, stats := make([]float32, n), make([]float32, 2)
		LayerNorm(got, stats, x, gain, bias)
		if !slices.Equal(got, want) || !slices.Equal(stats, wantStats) {
			t.Errorf("%d values: other bits than those of the assembly", n)
		}
		var wanted, given [3][]float32
		for i := range wanted {
			wanted[i], given[i] = make([]float32, n), make([]float32, n)
		}
		if !vectorLayerNormBackward(wanted[0], wanted[1], wanted[2], dy, x, gain, stats) {
			t.Errorf("%d values: no backward pass", n)
		}
		if vectorLayerNormBackward(nil, wanted[1], wanted[2], dy, x, gain, stats) ||
			vectorLayerNormBackward(wanted[0], nil, wanted[2], dy, x, gain, stats) ||
			vectorLayerNormBackward(wanted[0], wanted[1], nil, dy, x, gain, stats) {
			t.Errorf("%d values: the assembly took a gradient that is not wanted", n)
		}
		LayerNormBackward(given[0], given[1], given[2], dy, x, gain, stats)
		for i := range wanted {
			if !slices.Equal(given[i], wanted[i]) {
				t.Errorf("%d values: gradient %d has other bits than that of the assembly", n, i)
			}
		}
	}
}

// TestLossesRoundAlike with and without vectors.
func TestLossesRoundAlike(t *testing.T) {
	if use < avx2 {
		t.Skip("this run is of the Go code")
	}
	defer func(had instructions) { use = had }(use)
	rng := rand.New(rand.NewPCG(9, 0))
	for _, n := range []int{1, 3, 8, 64, 70} {
		pred, target, scale := random(rng, 9*n), random(rng, 9*n), random(rng, n)
		h := Huber{Weight: 1.5, Beta: 0.7}
		var sums [2]float64
		var slopes [2][]float32
		for i, set := range []instructions{avx2, noVectors} {
			use, slopes[i] = set, make([]float32, len(pred))
			sums[i] = h.Sum(pred, target, scale, n)
			h.Backward(slopes[i], pred, target, scale, n, 0.3)
		}
		if sums[0] != sums[1] || !slices.Equal(slopes[0], slopes[1]) {
			t.Errorf("%d columns: losses of %v, or slopes, differ", n, sums)
		}
	}
}

// TestStripsAreColumns of the matrix, a few at a time and row below row, for both heights of tiles.
func TestStripsAreColumns(t *testing.T) {
	if use < avx2 {
		t.Skip("this run is of the Go code")
	}
	rng := rand.New(rand.NewPCG(6, 0))
	for _, high := range []int{tileRows, wideRows} {
		for _, k := range []int{1, high, high + 1, high + 2, 50, 64} {
			for _, rows := range []int{0, 1, 5} {
				step := high*rows + stripGap
				a := random(rng, rows*k)
				strips, intact := guarded(t, fill((k/high+1)*step, nan))
				n := headStrips(strips, step, a, k, high)
				intact()
				if rows > 0 && n < (k-2)/high || n > k/high {
					t.Errorf("%d of %d columns: %d strips of %d", rows, k, n, high)
				}
				for s := range n {
					for p := range rows {
						if !slices.Equal(strips[s*step+p*high:][:high], a[p*k+s*high:][:high]) {
							t.Errorf("%d columns, strips of %d: row %d of strip %d is not the matrix's", k, high, p, s)
						}
					}
				}
			}
		}
	}
}

// TestWiderTilesRoundAlike: every value of a product is one sum in the order of k, however
// wide the vectors, so AVX-512 gives the bits of AVX2.
func TestWiderTilesRoundAlike(t *testing.T) {
	if use < avx512 {
		t.Skip("this run is without AVX-512")
	}
	defer func() { use = avx512 }()
	rng := rand.New(rand.NewPCG(5, 0))
	for _, s := range [][3]int{{1, 3, 1}, {13, 7, 33}, {25, 64, 15}, {97, 31, 48}, {200, 13, 70}} {
		m, k, n := s[0], s[1], s[2]
		a, b, c := random(rng, m*k), random(rng, k*n), random(rng, m*n)
		var product, outer [2][]float32
		for i, set := range []instructions{avx2, avx512} {
			use = set
			product[i] = slices.Clone(c)
			MatMul(product[i], a, pack(b, k, n), m, k, n, true)
			outer[i] = slices.Clone(b)
			SumOuter(outer[i], []Outer{{a, c}}, k, n, make([]float32, SumOuterWork(k, n)))
		}
		if !slices.Equal(product[0], product[1]) {
			t.Errorf("MatMul of %v: other bits", s)
		}
		if !slices.Equal(outer[0], outer[1]) {
			t.Errorf("SumOuter of %v: other bits", s)
		}
	}
}
