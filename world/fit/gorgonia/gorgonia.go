// Package gorgonia computes the gradients of the baselines with the library of that
// name. The library shares no code with ours, so it checks our gradients. It is slow.
// It is also large and does not run everywhere, so world/fit does not import this
// package: the caller hands its function in.
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
