package plan

import (
	"math"
	"math/cmplx"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

// TestNoisePowerFallsWithFrequency compares the spectrum of many sequences, found
// by a Fourier sum, with the law it was made for.
func TestNoisePowerFallsWithFrequency(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	const draws = 4000
	for _, beta := range []float64{0, 1, 2, 3.5} {
		for _, n := range []int{16, 25} {
			z, rng := newNoise(&Config{Horizon: n, Colour: beta}), sim.NewRand(1, "test", n)
			power := make([]float64, n/2+1)
			sequence := make([]float64, n)
			for range draws {
				z.draw(sequence, 1, rng)
				for k := range power {
					sum := complex(0, 0)
					for i, v := range sequence {
						sum += complex(v, 0) * cmplx.Rect(1, -2*math.Pi*float64(k*i)/float64(n))
					}
					power[k] += real(sum)*real(sum) + imag(sum)*imag(sum)
				}
			}
			for k := 2; k < len(power); k++ {
				want := math.Pow(float64(k), -beta)
				if got := power[k] / power[1]; !scalar.EqualWithinAbs(got/want, 1, 0.15) {
					t.Errorf("β %v, %d numbers: power at frequency %d is %.3g of that at 1, want %.3g", beta, n, k, got, want)
				}
			}
		}
	}
}

// TestNoiseIsStandard checks mean and variance of every number of a sequence.
func TestNoiseIsStandard(t *testing.T) {
	t.Parallel()
	const draws, n, stride = 20000, 10, 3
	for _, c := range []Config{{}, {Colour: 2}, {Knots: 2}, {Knots: 4}, {Knots: n}} {
		c.Horizon = n
		z, rng := newNoise(&c), sim.NewRand(1, "test", 0)
		sequence := make([]float64, n*stride)
		var sums, squares [n]float64
		for range draws {
			z.draw(sequence, stride, rng)
			for i := range n {
				v := sequence[i*stride]
				sums[i] += v
				squares[i] += v * v
				if sequence[i*stride+1] != 0 {
					t.Fatal("wrote between the numbers of the sequence")
				}
			}
		}
		for i := range n {
			if mean, variance := sums[i]/draws, squares[i]/draws; !(math.Abs(mean) <= 0.04) || !scalar.EqualWithinAbs(variance, 1, 0.05) {
				t.Errorf("colour %v, knots %d: number %d has mean %.3f and variance %.3f, want 0 and 1", c.Colour, c.Knots, i, mean, variance)
			}
		}
	}
}

// TestKnottedNoiseRemembersToTheNextKnot checks that numbers are independent from two
// knots' distance on, and that those between knots are made of the knots about them.
func TestKnottedNoiseRemembersToTheNextKnot(t *testing.T) {
	t.Parallel()
	const draws, n, knots = 20000, 13, 4 // a knot every 4 numbers
	z, rng := newNoise(&Config{Horizon: n, Knots: knots}), sim.NewRand(1, "test", 0)
	sequence, products := make([]float64, n), make([]float64, n)
	for range draws {
		z.draw(sequence, 1, rng)
		for i := range n {
			products[i] += sequence[0] * sequence[i] / draws
		}
		if middle := (sequence[4] + sequence[8]) / math.Sqrt2; !scalar.EqualWithinAbs(sequence[6], middle, 1e-12) {
			t.Fatalf("half way from %v to %v is %v", sequence[4], sequence[8], sequence[6])
		}
	}
	for i, want := range []float64{1, 3 / math.Sqrt(10), math.Sqrt(0.5), 1 / math.Sqrt(10), 0, 0, 0, 0, 0, 0, 0, 0, 0} {
		if !scalar.EqualWithinAbs(products[i], want, 0.05) {
			t.Errorf("correlation of number %d with the first is %.3f, want %.3f", i, products[i], want)
		}
	}
}
