package fit

import (
	"fmt"

	"orrery/learn/oracle"
	"orrery/learn/train"
	"orrery/world/baseline"
)

// The backends, which compute losses and gradients.
const (
	Native   = "native"
	Gorgonia = "gorgonia" // independent of our own and much slower; see learn/oracle
)

// Backends returns the backends, the usual one first.
func Backends() []string { return []string{Native, Gorgonia} }

// gorgoniaObjective trains on Gorgonia: same examples, same loss, same parameters.
// Validation is native, so it also checks that both mean the same network.
type gorgoniaObjective struct {
	readable
	network func() (*oracle.Network, error)
}

// readable is an objective whose examples can be given to another backend.
type readable interface {
	train.Objective
	NewReader() func(example int32) baseline.Graph
}

// onGorgonia returns objective with its gradients computed by network.
func onGorgonia(objective train.Objective, network func() (*oracle.Network, error)) (train.Objective, error) {
	t, ok := objective.(readable)
	if !ok || network == nil {
		return nil, fmt.Errorf("backend %s cannot read the examples of this kind of model", Gorgonia)
	}
	return gorgoniaObjective{t, network}, nil
}

// NewGradient returns a function with a network of its own.
func (t gorgoniaObjective) NewGradient() train.Gradient {
	network, err := t.network()
	if err != nil {
		return func([]float32, []float32, []int32) (float64, error) { return 0, err }
	}
	read := t.NewReader()
	return network.Gradients(func(i int32) oracle.Batch { return oracle.Batch(read(i)) })
}
