package nn

import (
	"fmt"
	"math"
	"math/rand/v2"

	"orrery/learn/tape"
)

// Linear is the layer act(x·weight + bias).
type Linear struct {
	weight, bias Index
	act          tape.Activation
}

// NewLinear adds to p the parameters name.weight[in,out], drawn by FanIn(gain),
// and name.bias[1,out], zeros.
func NewLinear(p *Params, name string, in, out int, act tape.Activation, rng *rand.Rand, gain float32) Linear {
	return Linear{
		weight: p.Add(name+".weight", in, out, FanIn(gain), rng),
		bias:   p.Add(name+".bias", 1, out, Zeros, nil),
		act:    act,
	}
}

// Forward returns the layer's output for x[r,in].
func (l Linear) Forward(b Bound, x tape.Value) tape.Value {
	return b.Tape.Linear(x, b.Value(l.weight), b.Value(l.bias), l.act)
}

// MLP is a chain of linear layers with an activation after each but the last.
type MLP struct {
	layers []Linear
}

// NewMLP adds to p the layers name.0, name.1, … between the sizes, of which there
// are at least two: input, hidden…, output. Hidden layers start with the gain
// that keeps the activation's output at the size of its input, the last with
// the gain lastScale, a factor; a small one starts the network near zero.
func NewMLP(p *Params, name string, sizes []int, act tape.Activation, rng *rand.Rand, lastScale float32) *MLP {
	if len(sizes) < 2 {
		panic("nn: an MLP needs an input and an output size")
	}
	gain := hiddenGain(act)
	m := &MLP{}
	last := len(sizes) - 2
	for i := range last {
		m.layers = append(m.layers, NewLinear(p, fmt.Sprintf("%s.%d", name, i), sizes[i], sizes[i+1], act, rng, gain))
	}
	m.layers = append(m.layers, NewLinear(p, fmt.Sprintf("%s.%d", name, last), sizes[last], sizes[last+1], tape.None, rng, lastScale))
	return m
}

// hiddenGain makes up for what an activation takes from the size of its input.
func hiddenGain(act tape.Activation) float32 {
	if act == tape.ReLU || act == tape.SiLU {
		return math.Sqrt2
	}
	return 1
}

// Forward returns the network's output[r,out] for x[r,in].
func (m *MLP) Forward(b Bound, x tape.Value) tape.Value {
	for _, l := range m.layers {
		x = l.Forward(b, x)
	}
	return x
}

// LayerNorm is the layer that brings every row to mean 0 and deviation 1 and then
// applies a learned gain and bias per column.
type LayerNorm struct {
	gain, bias Index
}

// NewLayerNorm adds to p the parameters name.gain[1,size], ones, and
// name.bias[1,size], zeros.
func NewLayerNorm(p *Params, name string, size int) LayerNorm {
	return LayerNorm{
		gain: p.Add(name+".gain", 1, size, Ones, nil),
		bias: p.Add(name+".bias", 1, size, Zeros, nil),
	}
}

// Forward returns the normalised x[r,size].
func (l LayerNorm) Forward(b Bound, x tape.Value) tape.Value {
	return b.Tape.LayerNorm(x, b.Value(l.gain), b.Value(l.bias))
}

// addTo returns base plus the normalised x.
func (l LayerNorm) addTo(b Bound, base, x tape.Value) tape.Value {
	return b.Tape.AddLayerNorm(base, x, b.Value(l.gain), b.Value(l.bias))
}
