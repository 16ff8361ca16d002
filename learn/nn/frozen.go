package nn

import (
	"slices"

	"orrery/learn/kernel"
)

// Frozen is an MLP whose weights stay as they are, ready for many small batches: it needs no
// tape, and its layers are as wide as whole vectors. It belongs to one goroutine.
type Frozen struct {
	layers  []kernel.Layer // with zeros up to whole vectors
	in, out int            // number of inputs and outputs
	width   int            // of what all layers say
	work    []float32      // scratch
	wide    []float32      // likewise
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
	f.layers, f.width = slices.Grow(f.layers[:0], len(m.layers)), 0
	for i, l := range m.layers {
		in, out := p.Shape(l.weight)
		from, to := p.Range(l.weight)
		w := weights[from:to]
		from, to = p.Range(l.bias)
		f.layers = f.layers[:i+1]
		layer := &f.layers[i]
		layer.In, layer.Out, layer.Act = in, (out+wholeVectors-1)/wholeVectors*wholeVectors, l.act
		f.width += layer.Out
		if i == 0 {
			f.in = in
		} else {
			layer.In = f.layers[i-1].Out
		}
		f.out = out
		layer.Bias = zeros(layer.Bias, layer.Out)
		copy(layer.Bias, weights[from:to])
		f.wide = zeros(f.wide, layer.In*layer.Out)
		for k := range in {
			copy(f.wide[k*layer.Out:][:out], w[k*out:])
		}
		layer.Packed = zeros(layer.Packed, kernel.PackLen(layer.In, layer.Out))
		kernel.Pack(layer.Packed, f.wide, layer.In, layer.Out)
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
	n := rows * f.width
	if len(f.work) < n {
		f.work = make([]float32, 2*n)
	}
	y := kernel.Layers(f.work[:n], x, f.layers, rows)
	wide := f.layers[len(f.layers)-1].Out
	for r := range rows {
		copy(dst[r*f.out:][:f.out], y[r*wide:])
	}
}
