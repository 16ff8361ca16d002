package nn

import (
	"slices"

	"orrery/learn/crew"
	"orrery/learn/tape"
)

// Team computes what an Interaction with weights that stay as they are answers to one graph at a time, on several
// processors: each takes some of the nodes and the edges that arrive there. It belongs to one goroutine and must be
// closed.
type Team struct {
	net   *Interaction
	crew  *crew.Crew
	parts []part

	each  func(worker, part int) // advance, made once
	stage int                    // see advance
	nodes []float32              // of the graph under way
	dst   []float32              // its answers
	sent  [2][]float32           // [n,hidden] what nodes contribute to the edges that begin there, in even and in odd rounds
	home  []int32                // [n] part of each node
	load  []int32                // [n] scratch
}

// part is a share of a graph, and what computes it.
type part struct {
	bound     Bound
	first     weightAndBias // see Interaction.firstEdges
	mark      tape.Mark     // behind the weights
	from, to  int           // nodes
	edges     []float32
	receivers []int32 // counted from the node from
	senders   []int32

	h, e, raw, receive tape.Value // of the graph under way
}

// leastLoad is the least load of a part, in edges, by and large: with 64 features and two rounds these take some 50 µs, and
// meeting the others takes a few.
const leastLoad = 32

// nodeLoad is how many edges a node is worth, by its products.
const nodeLoad = 2

// NewTeam returns a team of so many workers for n with the given weights [p.Len()], which must stay as they are.
func NewTeam(n *Interaction, p *Params, weights []float32, workers int) *Team {
	t := &Team{net: n, crew: crew.New(workers), parts: make([]part, workers)}
	t.each = t.advance
	for i := range t.parts {
		s := &t.parts[i]
		s.bound = p.Bind(tape.New(), weights, nil)
		s.first = n.firstEdges(s.bound)
		s.mark = s.bound.Tape.Mark()
	}
	return t
}

// Close ends the goroutines of the team.
func (t *Team) Close() { t.crew.Close() }

// Forward computes dst[n,out] for nodes[n,node] and edges[e,edge], of which edge i goes from row senders[i] to row
// receivers[i] of the nodes: to the last bit what Interaction.Forward computes, whatever the number of workers.
func (t *Team) Forward(dst, nodes, edges []float32, receivers, senders []int32) {
	used := t.cut(len(nodes)/t.net.sizes.Node, edges, receivers, senders)
	t.nodes, t.dst = nodes, dst
	for i := range t.sent {
		n := len(t.home) * t.net.sizes.Hidden
		t.sent[i] = slices.Grow(t.sent[i][:0], n)[:n]
	}
	for t.stage = range t.net.sizes.Rounds + 1 {
		t.crew.Share(used, t.each)
	}
}

// cut deals n nodes, and the edges that arrive there in their order, to the parts, and returns how many parts have any.
func (t *Team) cut(n int, edges []float32, receivers, senders []int32) (used int) {
	t.load = slices.Grow(t.load[:0], n)[:n]
	for i := range t.load {
		t.load[i] = nodeLoad
	}
	for _, r := range receivers {
		t.load[r]++
	}
	whole := nodeLoad*n + len(receivers)
	used = max(1, min(len(t.parts), whole/leastLoad))
	t.home = t.home[:0]
	for k, before := 0, 0; k < used; k++ {
		s := &t.parts[k]
		s.from = len(t.home)
		for len(t.home) < n && before*used < whole*(k+1) {
			before += int(t.load[len(t.home)])
			t.home = append(t.home, int32(k))
		}
		s.to = len(t.home)
		s.edges, s.receivers, s.senders = s.edges[:0], s.receivers[:0], s.senders[:0]
	}
	width := t.net.sizes.Edge
	for i, r := range receivers {
		s := &t.parts[t.home[r]]
		s.edges = append(s.edges, edges[i*width:][:width]...)
		s.receivers, s.senders = append(s.receivers, r-int32(s.from)), append(s.senders, senders[i])
	}
	return used
}

// advance computes what a part can before it has to know more of the other nodes: at first what its own nodes send,
// and at stage i the round i−1 and what the nodes send after it, or the answers when that was the last.
func (t *Team) advance(_, k int) {
	s, net := &t.parts[k], t.net
	b, tp := s.bound, s.bound.Tape
	hidden, out := net.sizes.Hidden, net.sizes.Out
	if t.stage == 0 {
		tp.Rewind(s.mark)
		width := net.sizes.Node
		s.raw = tp.Input(len(s.receivers), net.sizes.Edge, s.edges)
		s.h = net.encodeNode.Forward(b, tp.Input(s.to-s.from, width, t.nodes[s.from*width:s.to*width]))
		s.e = net.encodeEdge.Forward(b, s.raw)
	} else {
		i := t.stage - 1
		send := tp.Input(len(t.home), hidden, t.sent[i%2])
		s.h, s.e = net.round(b, i, s.first, s.raw, s.h, s.e, send, s.receive, s.receivers, s.senders)
	}
	if t.stage == net.sizes.Rounds {
		copy(t.dst[s.from*out:s.to*out], tp.Matrix(net.decode.Forward(b, s.h)).Data)
		return
	}
	send, receive := net.rounds[t.stage].edgeFirst.ends(b, s.h)
	s.receive = receive
	// Others may still read what was sent in the round before.
	copy(t.sent[t.stage%2][s.from*hidden:s.to*hidden], tp.Matrix(send).Data)
}
