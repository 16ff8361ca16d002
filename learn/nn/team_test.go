package nn

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// scattered returns n nodes with random features and some edges between some of them, in no order.
func scattered(rng *rand.Rand, n, edges int) graph {
	g := graph{nodes: random(rng, n*smallInteraction.Node), edges: random(rng, edges*smallInteraction.Edge)}
	for range edges {
		// Squares prefer the first nodes; the last ones have no edge.
		node := func() int32 { return int32(float64(n) * 0.9 * rng.Float64() * rng.Float64()) }
		g.receivers, g.senders = append(g.receivers, node()), append(g.senders, node())
	}
	return g
}

// TestTeamAnswersAsOneDoes to the last bit, one graph after the other, with as many workers as there are nodes and more.
func TestTeamAnswersAsOneDoes(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(5, 0))
	p, n := interaction(4)
	graphs := []graph{
		fullyConnected(rng, 16), scattered(rng, 40, 300), fullyConnected(rng, 1), scattered(rng, 9, 400), {},
		scattered(rng, 100, 0), scattered(rng, 5, 31), fullyConnected(rng, 16),
	}
	for _, workers := range []int{1, 2, 3, 8} {
		team := NewTeam(n, p, p.Data(), workers)
		for i, g := range graphs {
			want := output(p, n, g)
			got := make([]float32, len(want))
			team.Forward(got, g.nodes, g.edges, g.receivers, g.senders)
			if !slices.Equal(got, want) {
				t.Errorf("%d workers, graph %d: %v, want %v", workers, i, got, want)
			}
		}
		team.Close()
	}
}

// TestTeamIsWorthItsWorkers: a graph that is large enough is dealt to all of them, in like shares, and a small one stays whole.
func TestTeamIsWorthItsWorkers(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(6, 0))
	p, n := interaction(4)
	team := NewTeam(n, p, p.Data(), 2)
	defer team.Close()
	cut := func(g graph) int {
		return team.cut(len(g.nodes)/smallInteraction.Node, g.edges, g.receivers, g.senders)
	}
	if got := cut(fullyConnected(rng, 16)); got != 2 {
		t.Fatalf("16 nodes with 240 edges go to %d workers, want 2", got)
	}
	if a, b := len(team.parts[0].receivers), len(team.parts[1].receivers); a != 120 || b != 120 {
		t.Errorf("the workers have %d and %d edges, want 120 each", a, b)
	}
	if got := cut(fullyConnected(rng, 4)); got != 1 {
		t.Errorf("4 nodes with 12 edges go to %d workers, want 1", got)
	}
	if got := cut(fullyConnected(rng, 7)); got != 1 {
		t.Errorf("7 nodes with 42 edges go to %d workers, want 1", got)
	}
	if got := cut(fullyConnected(rng, 8)); got != 2 {
		t.Errorf("8 nodes with 56 edges go to %d workers, want 2", got)
	}
}
