package plan

import (
	"math"
	"math/rand/v2"
)

// noise makes sequences of n numbers of mean 0 and variance 1 whose power falls
// with frequency f as f^−β. White noise shakes an arm where it stands; noise of
// low frequencies moves it somewhere (Pinneri et al. 2020). Every number of a
// sequence is a weighted sum of the same n standard normals, which is what an
// inverse Fourier transform of random coefficients does (Timmer and König 1995,
// "On generating power law noise").
type noise struct {
	n       int
	weights []float64 // [n, n]; nil for white noise
	white   []float64 // [n], scratch
}

func newNoise(n int, beta float64) *noise {
	z := &noise{n: n, white: make([]float64, n)}
	if beta == 0 || n == 1 {
		return z
	}
	z.weights = make([]float64, n*n)
	for t := range n {
		row := z.weights[t*n : (t+1)*n]
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
	if z.weights == nil {
		for t := range z.n {
			dst[t*stride] = rng.NormFloat64()
		}
		return
	}
	for k := range z.white {
		z.white[k] = rng.NormFloat64()
	}
	for t := range z.n {
		sum := 0.0
		for k, w := range z.weights[t*z.n : (t+1)*z.n] {
			sum += w * z.white[k]
		}
		dst[t*stride] = sum
	}
}
