package baseline

import "orrery/learn/nn"

// Layers has what another library must know to train a baseline: its network is made of
// layers alone, and its examples, loss and parameters are the same everywhere.
type Layers struct {
	Kind    string                    // InteractionKind or MLPKind
	Weights *nn.Params                // those below NetworkName are its parameters
	Rounds  int                       // number of rounds of an interaction network; else 0
	Beta    float64                   // scaled error, without a unit, at which the Huber loss turns from a square into a line
	Read    func(example int32) Graph // an example with its target, valid until the next call
}

// Layers returns the network of m without Read, which belongs to an Objective.
func (m *Model) Layers() Layers {
	l := Layers{Kind: m.kind, Weights: m.params, Beta: m.beta}
	if n, ok := m.net.(*interaction); ok {
		l.Rounds = n.config.Rounds
	}
	return l
}
