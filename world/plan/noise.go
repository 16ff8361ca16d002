package plan

import (
	"math"
	"math/rand/v2"
)

// noise makes sequences of n numbers of mean 0 and variance 1. White noise shakes an
// arm where it stands; noise of low frequencies moves it somewhere. Every number of
// a sequence is a weighted sum of the same m standard normals.
type noise struct {
	n     int
	sums  []sum     // [n]; nil for white noise
	white []float64 // [m], scratch
}

// sum is a number of a sequence: the normals from first on, weighted.
type sum struct {
	first   int
	weights []float64
}

// newNoise returns noise as a configuration asks for it.
func newNoise(c *Config) *noise {
	switch {
	case c.Knots > 1:
		return knottedNoise(c.Horizon, c.Knots)
	case c.Colour > 0 && c.Horizon > 1:
		return colouredNoise(c.Horizon, c.Colour)
	}
	return &noise{n: c.Horizon, white: make([]float64, c.Horizon)}
}

// knottedNoise returns noise that runs straight between as many independent numbers,
// spread evenly, as there are knots, save for what keeps its variance at 1.
func knottedNoise(n, knots int) *noise {
	z := &noise{n: n, sums: make([]sum, n), white: make([]float64, knots)}
	for t := range n {
		whole, part := math.Modf(float64(t*(knots-1)) / float64(n-1))
		k := int(whole)
		if k == knots-1 { // the last number is the last knot
			k, part = k-1, 1
		}
		size := math.Hypot(1-part, part)
		z.sums[t] = sum{k, []float64{(1 - part) / size, part / size}}
	}
	return z
}

// colouredNoise returns noise whose power falls with frequency f as f^−β (Pinneri et
// al. 2020), by what an inverse Fourier transform of random coefficients does (Timmer
// and König 1995, "On generating power law noise").
func colouredNoise(n int, beta float64) *noise {
	z := &noise{n: n, sums: make([]sum, n), white: make([]float64, n)}
	for t := range n {
		row := make([]float64, n)
		z.sums[t].weights = row
		row[0] = 1 // frequency 0 counts as the lowest other, as it would have no bound
		power := row[0] * row[0]
		for k := 1; 2*k <= n; k++ {
			amplitude := math.Pow(float64(k), -beta/2)
			s, c := math.Sincos(2 * math.Pi * float64(k*t%n) / float64(n))
			if 2*k == n { // the sine vanishes there, and the cosine is ±1
				row[2*k-1] = amplitude * c
				power += amplitude * amplitude
				continue
			}
			row[2*k-1], row[2*k] = math.Sqrt2*amplitude*c, math.Sqrt2*amplitude*s
			power += 2 * amplitude * amplitude
		}
		for k := range row {
			row[k] /= math.Sqrt(power)
		}
	}
	return z
}

// draw overwrites dst[0], dst[stride], dst[2·stride], … with a sequence.
func (z *noise) draw(dst []float64, stride int, rng *rand.Rand) {
	if z.sums == nil {
		for t := range z.n {
			dst[t*stride] = rng.NormFloat64()
		}
		return
	}
	for k := range z.white {
		z.white[k] = rng.NormFloat64()
	}
	for t := range z.n {
		total := 0.0
		white := z.white[z.sums[t].first:]
		for k, w := range z.sums[t].weights {
			total += w * white[k]
		}
		dst[t*stride] = total
	}
}
