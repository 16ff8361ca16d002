package oracle_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"orrery/learn/oracle"
	"orrery/learn/tape"

	"gonum.org/v1/gonum/floats/scalar"
)

// permuted returns a batch with its nodes in another order, node i at place[i], and its
// edges from last to first.
func permuted(batch oracle.Batch, place []int) oracle.Batch {
	out := oracle.Batch{Nodes: slices.Clone(batch.Nodes), Target: slices.Clone(batch.Target)}
	for i, at := range place {
		copy(out.Nodes[5*at:], batch.Nodes[5*i:][:5])
		copy(out.Target[3*at:], batch.Target[3*i:][:3])
	}
	for e := len(batch.Receivers) - 1; e >= 0; e-- {
		out.Edges = append(out.Edges, batch.Edges[4*e:][:4]...)
		out.Receivers = append(out.Receivers, int32(place[batch.Receivers[e]]))
		out.Senders = append(out.Senders, int32(place[batch.Senders[e]]))
	}
	return out
}

// TestTheOrderOfNodesAndEdgesDoesNotCount: the oracle's network answers the same for the
// same graph written in another order, and so does its gradient.
func TestTheOrderOfNodesAndEdgesDoesNotCount(t *testing.T) {
	t.Parallel()
	s := newInteraction(t, tape.SiLU, huber)
	batch := s.draw(rand.New(rand.NewPCG(21, 0)), 4)
	place := []int{2, 0, 3, 1}
	other := permuted(batch, place)
	out, err := s.theirs.Output(s.params.Data(), batch)
	if err != nil {
		t.Fatal(err)
	}
	moved, err := s.theirs.Output(s.params.Data(), other)
	if err != nil {
		t.Fatal(err)
	}
	for i, at := range place {
		if d := distance(moved[3*at:][:3], out[3*i:][:3]); !(d < 1e-5) {
			t.Errorf("node %d answers %v, in another order %v", i, out[3*i:][:3], moved[3*at:][:3])
		}
	}
	one, two := make([]float32, s.params.Len()), make([]float32, s.params.Len())
	first, err := s.theirs.Gradient(s.params.Data(), one, batch)
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.theirs.Gradient(s.params.Data(), two, other)
	if err != nil || !scalar.EqualWithinRel(first, second, 1e-5) || !(distance(two, one) < 1e-4) {
		t.Errorf("losses %v and %v, gradients %v apart, %v", first, second, distance(two, one), err)
	}
}

// TestGradientsAddUp: Gradient adds to what is there, and Gradients is its sum over the
// examples, one that is named twice counting twice.
func TestGradientsAddUp(t *testing.T) {
	t.Parallel()
	s := newMLP(t, tape.Tanh, scaled)
	rng := rand.New(rand.NewPCG(22, 0))
	batches := []oracle.Batch{s.draw(rng, 1), s.draw(rng, 4), s.draw(rng, 3)}
	want, sum := random(rng, s.params.Len()), 0.0
	got := slices.Clone(want)
	examples := []int32{2, 0, 2}
	for _, i := range examples {
		loss, err := s.theirs.Gradient(s.params.Data(), want, batches[i])
		if err != nil {
			t.Fatal(err)
		}
		sum += loss
	}
	loss, err := s.theirs.Gradients(func(i int32) oracle.Batch { return batches[i] })(s.params.Data(), got, examples)
	if err != nil || !scalar.EqualWithinRel(loss, sum, 1e-9) || !(distance(got, want) < 1e-6) {
		t.Errorf("loss %v, want %v; gradients %v apart; %v", loss, sum, distance(got, want), err)
	}
	// The weights of other networks of the set are left alone.
	start := random(rng, s.params.Len())
	got = slices.Clone(start)
	if _, err := s.theirs.Gradient(s.params.Data(), got, batches[0]); err != nil {
		t.Fatal(err)
	}
	if from := s.params.Len() - (5*16 + 16 + 16*12 + 12 + 12*3 + 3); !slices.Equal(got[:from], start[:from]) || slices.Equal(got, start) {
		t.Errorf("the first %d values belong to another network", from)
	}
	if loss, err := s.theirs.Gradients(nil)(s.params.Data(), got, nil); err != nil || loss != 0 {
		t.Errorf("of no examples the loss is %v, %v", loss, err)
	}
}
