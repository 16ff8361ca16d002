// Package nn makes networks for package tape: named parameters, the layers that
// use them, and their files.
//
//	rng := rand.New(rand.NewPCG(seed, 0))
//	params := nn.NewParams()
//	net := nn.NewMLP(params, "edge", []int{13, 64, 64, 10}, tape.ReLU, rng, 0.1)
//
//	t := tape.New()
//	gradient := make([]float32, params.Len())
//	y := net.Forward(params.Bind(t, params.Data(), gradient), t.Input(rows, 13, x))
//
// Interaction is the network for graphs: nodes that send messages along edges.
//
// All parameters of a model lie in one flat slice, in the order they were added,
// so an optimiser, an average, a sum over workers and a checkpoint each handle one
// slice. A layer holds only the places of its parameters: the same layer runs on
// any slice of that length, in any number of goroutines with a tape each.
//
// Initial values depend on the order of the calls and the generator alone. Files
// are safetensors (https://github.com/huggingface/safetensors) with float32
// matrices; reading one checks every name, shape and number before any parameter
// changes.
package nn
