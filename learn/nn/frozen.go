package nn

import (
	"slices"

	"orrery/learn/kernel"
)

// Frozen is an MLP whose weights stay as they are, ready for many small batches: it needs no
// tape, and its layers are as wide as whole vectors. It belongs to one goroutine.
type Frozen struct {
	layers  []frozenLayer
	in, out int          // number of inputs and outputs
	rows    [2][]float32 // scratch, by turns
	wide    []float32    // scratch
}

type frozenLayer struct {
	packed, bias []float32 // [in, out] and [out], with zeros up to whole vectors
	in, out      int
	act          kernel.Activation
}

// wholeVectors is what the widths of frozen layers are a multiple of: that of a panel of package kernel.
const wholeVectors = 16

// Freeze returns the network with the given weights [p.Len()], which it copies, in the memory of spare, a frozen network
// that is not needed any more, or nil.
func (m *MLP) Freeze(p *Params, weights []float32, spare *Frozen) *Frozen {
	f := spare
	if f == nil {
		f = &Frozen{}
	}
	f.layers = slices.Grow(f.layers[:0], len(m.layers))
	for i, l := range m.layers {
		in, out := p.Shape(l.weight)
		from, to := p.Range(l.weight)
		w := weights[from:to]
		from, to = p.Range(l.bias)
		f.layers = f.layers[:i+1]
		layer := &f.layers[i]
		layer.in, layer.out, layer.act = in, (out+wholeVectors-1)/wholeVectors*wholeVectors, l.act
		if i == 0 {
			f.in = in
		} else {
			layer.in = f.layers[i-1].out
		}
		f.out = out
		layer.bias = zeros(layer.bias, layer.out)
		copy(layer.bias, weights[from:to])
		f.wide = zeros(f.wide, layer.in*layer.out)
		for k := range in {
			copy(f.wide[k*layer.out:][:out], w[k*out:])
		}
		layer.packed = zeros(layer.packed, kernel.PackLen(layer.in, layer.out))
		kernel.Pack(layer.packed, f.wide, layer.in, layer.out)
	}
	return f
}

// zeros returns n zeros, in the memory of s if there is enough.
func zeros(s []float32, n int) []float32 {
	s = slices.Grow(s[:0], n)[:n]
	clear(s)
	return s
}

// Forward computes dst[rows,out] for x[rows,in]: to the last bit what MLP.Forward computes.
func (f *Frozen) Forward(dst, x []float32, rows int) {
	for i := range f.layers {
		l, room := &f.layers[i], f.rows[i%2]
		n := rows * l.out
		if len(room) < n {
			room = make([]float32, 2*n)
			f.rows[i%2] = room
		}
		kernel.Linear(room[:n], nil, x, l.packed, l.bias, rows, l.in, l.out, l.act)
		x = room[:n]
	}
	wide := f.layers[len(f.layers)-1].out
	for r := range rows {
		copy(dst[r*f.out:][:f.out], x[r*wide:])
	}
}
