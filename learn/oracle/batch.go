package oracle

// Batch is what a network is given and what it should answer. The rows of an
// MLP's input are nodes without edges.
type Batch struct {
	Nodes              []float32 // [n, node]
	Edges              []float32 // [e, edge]
	Receivers, Senders []int32   // [e] rows of Nodes
	Target             []float32 // [n, out]; not used by Output
}

// Loss is the sum, over all elements of an output, of d² for
// d = Scale·(output−target), or of the smooth L1 loss of d; see tape.SquaredError
// and tape.SmoothL1.
type Loss struct {
	Scale []float32 // [out] a factor per column, or nil for 1
	Beta  float64   // of the smooth L1 loss; 0 for d²
}
