// Package gorgonia computes the gradients of the baselines on the library of that
// name, which shares no code with ours: to check ours, not to train quickly. It is
// apart from world/fit, which is handed its function, because the library is large and
// does not run everywhere.
//
//	job := fit.Job{Episodes: episodes, Config: config, Gorgonia: gorgonia.Gradient}
package gorgonia

import (
	"fmt"

	"orrery/learn/oracle"
	"orrery/learn/train"
	"orrery/world/baseline"
)

// Gradient returns the gradient of a network, for one goroutine. A network of another
// kind than the two baselines is an error.
func Gradient(l baseline.Layers) (train.Gradient, error) {
	network, err := build(l, oracle.Loss{Beta: l.Beta})
	if err != nil {
		return nil, err
	}
	return network.Gradients(func(i int32) oracle.Batch { return oracle.Batch(l.Read(i)) }), nil
}

func build(l baseline.Layers, loss oracle.Loss) (*oracle.Network, error) {
	switch l.Kind {
	case baseline.InteractionKind:
		return oracle.NewInteraction(l.Weights, baseline.NetworkName, l.Rounds, baseline.Activation, loss)
	case baseline.MLPKind:
		return oracle.NewMLP(l.Weights, baseline.NetworkName, baseline.Activation, loss)
	default:
		return nil, fmt.Errorf("gorgonia: a model of kind %q is not made of layers alone", l.Kind)
	}
}
