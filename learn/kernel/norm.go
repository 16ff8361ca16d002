package kernel

import "math"

// layerNormEpsilon is added to a row's variance, as PyTorch does by default, so
// that a constant row becomes zeros and not NaN.
const layerNormEpsilon = 1e-5

// LayerNorm computes dst[i] = gain·(x[i]−mean)/√(variance+1e-5) + bias for every
// row i of n = len(gain) values (Ba et al. 2016, arXiv:1607.06450). It keeps each
// row's mean and inverse deviation in stats[rows,2] for LayerNormBackward.
func LayerNorm(dst, stats, x, gain, bias []float32) {
	n := len(gain)
	checkLen(dst, len(x), 1)
	checkLen(bias, n, 1)
	checkLen(x, len(stats)/2, n)
	for r := range len(stats) / 2 {
		row, out := x[r*n:][:n], dst[r*n:][:n]
		if vectorLayerNorm(out, stats[2*r:], row, gain, bias) {
			continue
		}
		var sum, squares float64
		for _, v := range row {
			sum += float64(v)
		}
		mean := sum / float64(n)
		for _, v := range row {
			d := float64(v) - mean
			squares += d * d
		}
		m, inv := float32(mean), float32(1/math.Sqrt(squares/float64(n)+layerNormEpsilon))
		stats[2*r], stats[2*r+1] = m, inv
		for i, v := range row {
			out[i] = gain[i]*((v-m)*inv) + bias[i]
		}
	}
}

// LayerNormBackward adds the gradients of LayerNorm to dx, dgain and dbias, each
// of which may be nil, from the output gradient dy and LayerNorm's x, gain and
// stats.
func LayerNormBackward(dx, dgain, dbias, dy, x, gain, stats []float32) {
	n := len(gain)
	checkLen(dy, len(x), 1)
	checkLen(x, len(stats)/2, n)
	for r := range len(stats) / 2 {
		row, grad := x[r*n:][:n], dy[r*n:][:n]
		if vectorLayerNormBackward(tail(dx, r*n), dgain, dbias, grad, row, gain, stats[2*r:]) {
			continue
		}
		m, inv := stats[2*r], stats[2*r+1]
		if dbias != nil {
			Add(dbias, dbias, grad)
		}
		if dgain != nil {
			for i, g := range grad {
				dgain[i] += g * ((row[i] - m) * inv)
			}
		}
		if dx == nil {
			continue
		}
		// With h = (x−m)·inv and g = dy·gain: dx = inv·(g − mean(g) − h·mean(g·h)).
		var sum, dot float64
		for i, g := range grad {
			g *= gain[i]
			sum += float64(g)
			dot += float64(g * ((row[i] - m) * inv))
		}
		meanG, meanGH := float32(sum/float64(n)), float32(dot/float64(n))
		out := dx[r*n:][:n]
		for i, g := range grad {
			out[i] += inv * (g*gain[i] - meanG - (row[i]-m)*inv*meanGH)
		}
	}
}
