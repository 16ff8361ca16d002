package train

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// weightedSine is a sine of which the examples have weights.
type weightedSine struct {
	*sineObjective
	weights []float64
}

func (s weightedSine) Examples() int              { return len(s.weights) }
func (s weightedSine) Weight(example int) float64 { return s.weights[example] }

// TestEpochsHaveExamplesByWeight: in each epoch an example is there as often as its weight,
// rounded down or up, and over many epochs on average exactly so.
func TestEpochsHaveExamplesByWeight(t *testing.T) {
	t.Parallel()
	weights := []float64{2, 0.5, 1, 0, 1.25, 0.25, 3, 1, 0.75, 0.25}
	objective := weightedSine{newSineObjective(), weights}
	sums, err := sumsOf(objective)
	if err != nil {
		t.Fatal(err)
	}
	if n := EpochOf(objective); n != 10 {
		t.Fatalf("an epoch has %d examples, want the sum of the weights", n)
	}
	const epochs = 4000
	o := newOrder(3, 5, 10, sums)
	total := make([]float64, len(weights))
	for epoch := range epochs {
		seen := make([]int, len(weights))
		for step := range 2 {
			for _, i := range o.examples(2*epoch + step) {
				seen[i]++
			}
		}
		for i, w := range weights {
			if n := float64(seen[i]); !(n >= math.Floor(w) && n <= math.Ceil(w)) {
				t.Fatalf("epoch %d has example %d of weight %v %v times", epoch, i, w, n)
			}
			total[i] += float64(seen[i])
		}
	}
	for i, w := range weights {
		if got := total[i] / epochs; !(math.Abs(got-w) < 0.04) {
			t.Errorf("example %d of weight %v is there %v times in an epoch", i, w, got)
		}
	}
}

// TestWholeWeightsAreRepetitions: a run with whole weights has the bits of one whose
// examples are written out as often. Weights of 1 are as none.
func TestWholeWeightsAreRepetitions(t *testing.T) {
	t.Parallel()
	for _, whole := range []bool{false, true} {
		objective := weightedSine{newSineObjective(), make([]float64, 40)}
		var written []int32
		for i := range objective.weights {
			objective.weights[i] = 1
			if whole {
				objective.weights[i] = float64(i % 3)
			}
			for range int(objective.weights[i]) {
				written = append(written, int32(i))
			}
		}
		sums, err := sumsOf(objective)
		if err != nil {
			t.Fatal(err)
		}
		o := newOrder(1, len(written), len(written), sums)
		got := make([]int32, len(written))
		o.permutation = got
		o.deal(rand.New(rand.NewPCG(1, 2)))
		for k := range written {
			if got[k] != written[k] {
				t.Fatalf("an epoch has the examples %v, want %v", got, written)
			}
		}
	}
}

func TestUselessWeightsAreRefused(t *testing.T) {
	t.Parallel()
	for _, w := range []float64{-1, math.NaN(), math.Inf(1)} {
		if _, err := Run(t.Context(), weightedSine{newSineObjective(), []float64{1, w}}, Tiny(), "", nil); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("example 1: weight %v must be", w)) {
			t.Errorf("weight %v: %v", w, err)
		}
	}
}
