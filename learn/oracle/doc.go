// Package oracle computes the networks of package nn on Gorgonia
// (https://gorgonia.org), a library for automatic differentiation that shares no
// code with package tape. Our own results are compared with it:
//
//	network, err := oracle.NewMLP(params, "net", tape.SiLU, oracle.Loss{})
//	loss, err := network.Gradient(params.Data(), gradient, oracle.Batch{Nodes: x, Target: y})
//
// Tests hold tape, nn and optim against it, and a user who doubts a result can
// train the same model on it: Network.Gradients returns a train.Gradient.
//
// Parameters are found by name and laid out as in nn.Params. The formulas are written
// independently of ours. Everything is computed in float64, so differences beyond about
// 1e-6 come from our code. Only matrices are used: gathering and adding up along
// edges are products with incidence matrices, and broadcasting is a product with
// ones. Results are the same in every run.
//
// It is slow, a hundred times and more, and the incidence matrices take e·n
// values: batches of many small graphs are best given one graph at a time. A
// program is compiled and kept for every pair of node and edge counts. A Network
// belongs to one goroutine.
//
// Gorgonia relies on values that stay where they are in memory. The version of
// go4.org/unsafe/assume-no-moving-gc it asks for knows no Go release after its own
// and panics at start; the one pinned in go.mod asks the runtime. Gorgonia 0.9.18
// differentiates InverseSqrt wrongly and has no matrices without rows; neither is
// used.
package oracle
