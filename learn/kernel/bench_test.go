package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

func BenchmarkProducts(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 0))
	for _, s := range [][3]int{{600, 13, 64}, {600, 64, 64}, {600, 64, 10}, {16, 128, 128}, {1024, 128, 128}, {15360, 128, 128}} {
		m, k, n := s[0], s[1], s[2]
		x, w, y := random(rng, m*k), random(rng, k*n), random(rng, m*n)
		packed, work := pack(w, k, n), make([]float32, SumOuterWork(k, n))
		for _, f := range []struct {
			name string
			run  func()
		}{
			{"MatMul", func() { MatMul(y, x, packed, m, k, n, false) }},
			{"SumOuter", func() { SumOuter(w, []Outer{{x, y}}, k, n, work) }},
			{"Pack", func() { Pack(packed, w, k, n) }},
		} {
			b.Run(fmt.Sprintf("%s/%dx%dx%d", f.name, m, k, n), func(b *testing.B) {
				for b.Loop() {
					f.run()
				}
				b.ReportMetric(2*float64(m*k*n)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
			})
		}
	}
}

func BenchmarkValues(b *testing.B) {
	const rows, n = 600, 64
	rng := rand.New(rand.NewPCG(1, 0))
	x, y, row := random(rng, rows*n), random(rng, rows*n), random(rng, n)
	stats := make([]float32, 2*rows)
	m, v := make([]float32, rows*n), make([]float32, rows*n)
	index := make([]int32, rows)
	for e := range index {
		index[e] = int32(rng.IntN(rows))
	}
	for _, f := range []struct {
		name string
		run  func()
	}{
		{"ReLU", func() { Activate(y, x, ReLU) }},
		{"SiLU", func() { Activate(y, x, SiLU) }},
		{"Tanh", func() { Activate(y, x, Tanh) }},
		{"SiLUSlope", func() { ActivateSlope(y, m, x, SiLU) }},
		{"SiLUBackward", func() { ActivateBackward(m, v, y, x, SiLU) }},
		{"LayerNorm", func() { LayerNorm(y, stats, x, row, row) }},
		{"LayerNormBackward", func() { LayerNormBackward(m, row, row, v, x, row, stats) }},
		{"Axpy", func() { Axpy(y, 1e-9, x) }},
		{"SumSquares", func() { SumSquares(x) }},
		{"SumRows", func() { SumRows(row, v) }},
		{"Gather", func() { Gather(y, x, index, n) }},
		{"ScatterAdd", func() { ScatterAdd(y, v, index, n) }},
		{"Huber", func() { Huber{1, 1}.Sum(x, y, nil, n) }},
		{"Adam", func() {
			Adam{Rate: 1e-3, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8, Scale: 1, Step: 9}.Update(x, m, v, y)
		}},
		{"EMA", func() { EMA(m, x, 0.9) }},
	} {
		b.Run(f.name, func(b *testing.B) {
			for b.Loop() {
				f.run()
			}
			b.ReportMetric(float64(rows*n)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mvalues/s")
		})
	}
}
